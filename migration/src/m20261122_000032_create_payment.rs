//! Creates `payment`: money received for one or more invoice lines.

crate::migration!(
    up: r#"
CREATE TABLE payment (
  id {uuid} NOT NULL,
  amount_ore {big} NOT NULL,
  paid_on {date} NOT NULL,
  reference {text},
  recorded_by {text} NOT NULL,
  created_at {ts} NOT NULL,
  CONSTRAINT payment_pk PRIMARY KEY (id),
  CONSTRAINT payment_amount_ck CHECK (amount_ore >= 0)
);
"#,
    down: r#"DROP TABLE payment;"#
);
