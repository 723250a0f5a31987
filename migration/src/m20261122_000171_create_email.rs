//! Creates `email`: notices by e-mail on their way. Neither the address nor the text is kept here; both
//! are made when a notice is sent.

crate::migration!(
    up: r#"
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
CREATE INDEX email_case_ix ON email (case_id, purpose);
CREATE INDEX email_created_ix ON email (created_at);
CREATE INDEX email_due_ix ON email (next_attempt_at) WHERE status = 'waiting';
"#,
    down: r#"DROP TABLE email;"#
);
