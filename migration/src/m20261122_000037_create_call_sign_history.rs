//! Creates `call_sign_history`: every state a call sign has had. States kept already are its beginning.

crate::migration!(
    up: r#"
CREATE TABLE call_sign_history (
  sign {text} NOT NULL,
  version {int} NOT NULL,
  status {text} NOT NULL,
  permit_id {uuid},
  until {date},
  reason {text},
  valid_at {ts} NOT NULL,
  CONSTRAINT call_sign_history_pk PRIMARY KEY (sign, version),
  CONSTRAINT call_sign_history_status_ck CHECK (status IN ('reserved', 'inUse', 'quarantined', 'blocked', 'free'))
);
CREATE INDEX call_sign_history_valid_ix ON call_sign_history (valid_at);
INSERT INTO call_sign_history (sign, version, status, permit_id, until, reason, valid_at)
  SELECT sign, version, status, permit_id, until, reason, changed_at FROM call_sign;
"#,
    down: r#"DROP TABLE call_sign_history;"#
);
