//! Changes `email`: a notice is about a letter, whatever case that is of, or about a case on a permit. Of each letter
//! there is one notice of each purpose. `due_at` is when it was first to be sent; attempts move the next only.

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
SELECT id, purpose, party_id, CASE WHEN letter_id IS NULL THEN case_id END, letter_id, status, attempts,
  CASE WHEN next_attempt_at > created_at AND attempts = 0 THEN next_attempt_at ELSE created_at END,
  next_attempt_at, sent_at, created_at
FROM email_before;
DROP TABLE email_before;
CREATE UNIQUE INDEX email_letter_uq ON email (letter_id, purpose) WHERE letter_id IS NOT NULL;
CREATE INDEX email_case_ix ON email (case_id, purpose);
CREATE INDEX email_created_ix ON email (created_at);
CREATE INDEX email_due_ix ON email (next_attempt_at) WHERE status = 'waiting';
CREATE INDEX email_waiting_ix ON email (due_at) WHERE status = 'waiting';
"#,
    down: r#"
CREATE TABLE email_after AS SELECT * FROM email;
DROP TABLE email;
CREATE TABLE email (
  id {uuid} NOT NULL,
  purpose {text} NOT NULL,
  party_id {uuid} NOT NULL,
  case_id {uuid} NOT NULL,
  letter_id {uuid},
  status {text} NOT NULL,
  attempts {int} NOT NULL,
  next_attempt_at {ts},
  sent_at {ts},
  created_at {ts} NOT NULL,
  CONSTRAINT email_pk PRIMARY KEY (id),
  CONSTRAINT email_purpose_ck CHECK (purpose IN ('receipt', 'informationRequest', 'decision', 'letter', 'unopened', 'answerDue')),
  CONSTRAINT email_status_ck CHECK (status IN ('waiting', 'sent', 'dropped', 'failed')),
  CONSTRAINT email_party_fk FOREIGN KEY (party_id) REFERENCES party (id),
  CONSTRAINT email_case_fk FOREIGN KEY (case_id) REFERENCES "case" (id) ON DELETE CASCADE,
  CONSTRAINT email_letter_fk FOREIGN KEY (letter_id) REFERENCES letter (id) ON DELETE CASCADE
);
INSERT INTO email (id, purpose, party_id, case_id, letter_id, status, attempts, next_attempt_at, sent_at, created_at)
SELECT e.id, e.purpose, e.party_id, c.id, e.letter_id, e.status, e.attempts, e.next_attempt_at, e.sent_at, e.created_at
FROM email_after e LEFT JOIN letter l ON l.id = e.letter_id JOIN "case" c ON c.id = COALESCE(e.case_id, l.case_id)
WHERE e.purpose NOT IN ('invoice', 'paymentReminder');
DROP TABLE email_after;
CREATE INDEX email_case_ix ON email (case_id, purpose);
CREATE INDEX email_created_ix ON email (created_at);
CREATE INDEX email_due_ix ON email (next_attempt_at) WHERE status = 'waiting';
"#
);
