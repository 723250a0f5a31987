//! Creates `subscription`: who is told, where, and with which keys.

crate::migration!(
    up: r#"
CREATE TABLE subscription (
  id {uuid} NOT NULL,
  name {text} NOT NULL,
  recipient {text} NOT NULL,
  url {text} NOT NULL,
  secrets_sealed {bytes} NOT NULL,
  status {text} NOT NULL,
  pause_reason {text},
  version {int} NOT NULL,
  created_at {ts} NOT NULL,
  changed_at {ts} NOT NULL,
  CONSTRAINT subscription_pk PRIMARY KEY (id),
  CONSTRAINT subscription_recipient_ck CHECK (recipient IN ('rescueCentre', 'programmer')),
  CONSTRAINT subscription_status_ck CHECK (status IN ('active', 'paused')),
  CONSTRAINT subscription_name_uq UNIQUE (name)
);
"#,
    down: r#"DROP TABLE subscription;"#
);
