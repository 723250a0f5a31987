//! Creates `invoice_line`: what a permit costs, one line per fee and occasion.

crate::migration!(
    up: r#"
CREATE TABLE invoice_line (
  id {uuid} NOT NULL,
  permit_id {uuid} NOT NULL,
  permit_number {text} NOT NULL,
  holder_id {uuid} NOT NULL,
  year {int} NOT NULL,
  occasion {text} NOT NULL,
  fee_id {text} NOT NULL,
  object {text} NOT NULL,
  unit {text} NOT NULL,
  quantity {big} NOT NULL,
  amount_ore {big} NOT NULL,
  rule {text} NOT NULL,
  section {text} NOT NULL,
  basis {text} NOT NULL,
  due_on {date} NOT NULL,
  payment_id {uuid},
  paid_on {date},
  version {int} NOT NULL,
  created_at {ts} NOT NULL,
  CONSTRAINT invoice_line_pk PRIMARY KEY (id),
  CONSTRAINT invoice_line_fee_uq UNIQUE (permit_id, year, fee_id, occasion),
  CONSTRAINT invoice_line_amount_ck CHECK (quantity > 0 AND amount_ore >= 0),
  CONSTRAINT invoice_line_paid_ck CHECK ((payment_id IS NULL) = (paid_on IS NULL)),
  CONSTRAINT invoice_line_permit_fk FOREIGN KEY (permit_id) REFERENCES permit (id)
);
CREATE UNIQUE INDEX invoice_line_holder_uq ON invoice_line (holder_id, year, fee_id) WHERE unit = 'holder';
CREATE INDEX invoice_line_holder_ix ON invoice_line (holder_id, due_on, id);
CREATE INDEX invoice_line_unpaid_ix ON invoice_line (due_on, id) WHERE payment_id IS NULL;
CREATE INDEX invoice_line_due_ix ON invoice_line (due_on, id);
CREATE INDEX invoice_line_payment_ix ON invoice_line (payment_id);
"#,
    down: r#"DROP TABLE invoice_line;"#
);
