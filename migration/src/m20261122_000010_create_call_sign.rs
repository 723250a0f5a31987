//! Creates `call_sign`: one row per call sign that is not free.

crate::migration!(
    up: r#"
CREATE TABLE call_sign (
  sign {text} NOT NULL,
  series {text} NOT NULL,
  status {text} NOT NULL,
  permit_id {uuid},
  reserved_for {uuid},
  until {date},
  reason {text},
  version {int} NOT NULL,
  changed_at {ts} NOT NULL,
  CONSTRAINT call_sign_pk PRIMARY KEY (sign),
  CONSTRAINT call_sign_status_ck CHECK (status IN ('reserved', 'inUse', 'quarantined', 'blocked', 'free')),
  CONSTRAINT call_sign_use_ck CHECK (status <> 'inUse' OR permit_id IS NOT NULL OR reason IS NOT NULL)
);
CREATE INDEX call_sign_until_ix ON call_sign (status, until);
"#,
    down: r#"DROP TABLE call_sign;"#
);
