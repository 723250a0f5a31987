//! Creates `notification`: short messages on their way to holders and emergency contacts, with the
//! link of a contact by its hash only. Neither number nor text is kept here.

crate::migration!(
    up: r#"
CREATE TABLE notification (
  id {uuid} NOT NULL,
  purpose {text} NOT NULL,
  permit_id {uuid} NOT NULL,
  phone_blind {bytes},
  status {text} NOT NULL,
  attempts {int} NOT NULL,
  next_attempt_at {ts},
  token_hash {bytes},
  token_until {ts},
  used_at {ts},
  sent_at {ts},
  created_at {ts} NOT NULL,
  CONSTRAINT notification_pk PRIMARY KEY (id),
  CONSTRAINT notification_purpose_ck CHECK (purpose IN ('contactListed', 'contactLeft', 'confirmationDue')),
  CONSTRAINT notification_status_ck CHECK (status IN ('waiting', 'sent', 'dropped', 'failed')),
  CONSTRAINT notification_permit_fk FOREIGN KEY (permit_id) REFERENCES permit (id)
);
CREATE INDEX notification_permit_ix ON notification (permit_id, purpose);
CREATE UNIQUE INDEX notification_token_uq ON notification (token_hash) WHERE token_hash IS NOT NULL;
CREATE INDEX notification_due_ix ON notification (next_attempt_at) WHERE status = 'waiting';
CREATE INDEX permit_confirmed_ix ON permit (confirmed_at) WHERE ended_at IS NULL;
"#,
    down: r#"
DROP INDEX permit_confirmed_ix;
DROP TABLE notification;
"#
);
