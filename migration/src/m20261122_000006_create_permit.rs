//! Creates `permit`: one permit in its present state.

crate::migration!(
    up: r#"
CREATE TABLE permit (
  id {uuid} NOT NULL,
  kind {text} NOT NULL,
  number {text} NOT NULL,
  holder_id {uuid} NOT NULL,
  case_id {uuid},
  status {text} NOT NULL,
  details {json} NOT NULL,
  call_sign {text},
  version {int} NOT NULL,
  valid_from {date} NOT NULL,
  valid_until {date},
  verification_code {text} NOT NULL,
  issued_at {ts} NOT NULL,
  ended_at {ts},
  end_reason {text},
  confirmed_at {ts},
  changed_at {ts} NOT NULL,
  CONSTRAINT permit_pk PRIMARY KEY (id),
  CONSTRAINT permit_number_uq UNIQUE (number),
  CONSTRAINT permit_verification_uq UNIQUE (verification_code),
  CONSTRAINT permit_status_ck CHECK (status IN ('awaitingProgramming', 'active', 'suspended', 'expired', 'revoked', 'surrendered', 'transferred')),
  CONSTRAINT permit_holder_fk FOREIGN KEY (holder_id) REFERENCES party (id)
);
CREATE INDEX permit_holder_ix ON permit (holder_id, id);
CREATE INDEX permit_kind_ix ON permit (kind, id);
CREATE INDEX permit_expiry_ix ON permit (status, valid_until);
"#,
    down: r#"DROP TABLE permit;"#
);
