//! Creates `delivery_attempt`: what each attempt met; never what was sent, only its hash.

crate::migration!(
    up: r#"
CREATE TABLE delivery_attempt (
  delivery_id {uuid} NOT NULL,
  number {int} NOT NULL,
  at {ts} NOT NULL,
  outcome {text} NOT NULL,
  http_status {int},
  duration_ms {int} NOT NULL,
  body_hash {bytes} NOT NULL,
  CONSTRAINT delivery_attempt_pk PRIMARY KEY (delivery_id, number),
  CONSTRAINT delivery_attempt_delivery_fk FOREIGN KEY (delivery_id) REFERENCES delivery (id)
);
"#,
    down: r#"DROP TABLE delivery_attempt;"#
);
