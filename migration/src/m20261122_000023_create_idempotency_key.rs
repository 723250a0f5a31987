//! Creates `idempotency_key`: what each `Idempotency-Key` made, so that a repeat makes nothing.

crate::migration!(
    up: r#"
CREATE TABLE idempotency_key (
  scope {bytes} NOT NULL,
  "key" {bytes} NOT NULL,
  operation {text} NOT NULL,
  fingerprint {bytes} NOT NULL,
  resource_id {uuid} NOT NULL,
  created_at {ts} NOT NULL,
  CONSTRAINT idempotency_key_pk PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_key_created_ix ON idempotency_key (created_at);
"#,
    down: r#"DROP TABLE idempotency_key;"#
);
