//! Changes `email`, made anew because SQLite cannot change a check: a notice may be about a permit that ends, too. Of each
//! permit there is one notice of each purpose for each day that it may end on.

crate::migration!(
    up: r#"
CREATE TABLE email_before AS SELECT * FROM email;
DROP TABLE email;
CREATE TABLE email (
  id {uuid} NOT NULL,
  purpose {text} NOT NULL,
  party_id {uuid} NOT NULL,
  case_id {uuid},
  letter_id {uuid},
  permit_id {uuid},
  ends_on {date},
  status {text} NOT NULL,
  attempts {int} NOT NULL,
  due_at {ts} NOT NULL,
  next_attempt_at {ts},
  sent_at {ts},
  created_at {ts} NOT NULL,
  CONSTRAINT email_pk PRIMARY KEY (id),
  CONSTRAINT email_purpose_ck CHECK (purpose IN ('receipt', 'informationRequest', 'decision', 'letter', 'invoice', 'paymentReminder', 'unopened', 'answerDue', 'permitEnds', 'permitEndsSoon')),
  CONSTRAINT email_status_ck CHECK (status IN ('waiting', 'sent', 'dropped', 'failed')),
  CONSTRAINT email_about_ck CHECK (CASE WHEN case_id IS NULL THEN 0 ELSE 1 END + CASE WHEN letter_id IS NULL THEN 0 ELSE 1 END + CASE WHEN permit_id IS NULL THEN 0 ELSE 1 END = 1),
  CONSTRAINT email_ends_ck CHECK ((permit_id IS NULL) = (ends_on IS NULL)),
  CONSTRAINT email_party_fk FOREIGN KEY (party_id) REFERENCES party (id),
  CONSTRAINT email_case_fk FOREIGN KEY (case_id) REFERENCES "case" (id) ON DELETE CASCADE,
  CONSTRAINT email_letter_fk FOREIGN KEY (letter_id) REFERENCES letter (id) ON DELETE CASCADE,
  CONSTRAINT email_permit_fk FOREIGN KEY (permit_id) REFERENCES permit (id) ON DELETE CASCADE
);
INSERT INTO email (id, purpose, party_id, case_id, letter_id, status, attempts, due_at, next_attempt_at, sent_at, created_at)
SELECT id, purpose, party_id, case_id, letter_id, status, attempts, due_at, next_attempt_at, sent_at, created_at FROM email_before;
DROP TABLE email_before;
CREATE UNIQUE INDEX email_letter_uq ON email (letter_id, purpose) WHERE letter_id IS NOT NULL;
CREATE INDEX email_case_ix ON email (case_id, purpose);
CREATE INDEX email_created_ix ON email (created_at);
CREATE INDEX email_due_ix ON email (next_attempt_at) WHERE status = 'waiting';
CREATE INDEX email_waiting_ix ON email (due_at) WHERE status = 'waiting';
CREATE UNIQUE INDEX email_permit_uq ON email (permit_id, purpose, ends_on) WHERE permit_id IS NOT NULL;
"#,
    down: r#"
CREATE TABLE email_after AS SELECT * FROM email WHERE permit_id IS NULL;
DROP TABLE email;
CREATE TABLE email (
  id {uuid} NOT NULL,
  purpose {text} NOT NULL,
  party_id {uuid} NOT NULL,
  case_id {uuid},
  letter_id {uuid},
  status {text} NOT NULL,
  attempts {int} NOT NULL,
  due_at {ts} NOT NULL,
  next_attempt_at {ts},
  sent_at {ts},
  created_at {ts} NOT NULL,
  CONSTRAINT email_pk PRIMARY KEY (id),
  CONSTRAINT email_purpose_ck CHECK (purpose IN ('receipt', 'informationRequest', 'decision', 'letter', 'invoice', 'paymentReminder', 'unopened', 'answerDue')),
  CONSTRAINT email_status_ck CHECK (status IN ('waiting', 'sent', 'dropped', 'failed')),
  CONSTRAINT email_about_ck CHECK ((case_id IS NULL) <> (letter_id IS NULL)),
  CONSTRAINT email_party_fk FOREIGN KEY (party_id) REFERENCES party (id),
  CONSTRAINT email_case_fk FOREIGN KEY (case_id) REFERENCES "case" (id) ON DELETE CASCADE,
  CONSTRAINT email_letter_fk FOREIGN KEY (letter_id) REFERENCES letter (id) ON DELETE CASCADE
);
INSERT INTO email (id, purpose, party_id, case_id, letter_id, status, attempts, due_at, next_attempt_at, sent_at, created_at)
SELECT id, purpose, party_id, case_id, letter_id, status, attempts, due_at, next_attempt_at, sent_at, created_at FROM email_after;
DROP TABLE email_after;
CREATE UNIQUE INDEX email_letter_uq ON email (letter_id, purpose) WHERE letter_id IS NOT NULL;
CREATE INDEX email_case_ix ON email (case_id, purpose);
CREATE INDEX email_created_ix ON email (created_at);
CREATE INDEX email_due_ix ON email (next_attempt_at) WHERE status = 'waiting';
CREATE INDEX email_waiting_ix ON email (due_at) WHERE status = 'waiting';
"#
);
