//! Creates `invoice`: invoices and credit notes under numbers without gaps. What is still to be paid, and
//! what is to be paid back, follow from the three amounts and are not kept. The number comes from a row of `counter`, locked until the commit.

crate::migration!(
    up: r#"
CREATE TABLE invoice (
  id {uuid} NOT NULL,
  number {big} NOT NULL,
  kind {text} NOT NULL,
  holder_id {uuid} NOT NULL,
  credits {uuid},
  run_id {uuid},
  issued_on {date} NOT NULL,
  due_on {date} NOT NULL,
  amount_ore {big} NOT NULL,
  paid_ore {big} NOT NULL,
  credited_ore {big} NOT NULL,
  kid {text},
  reminded_on {date},
  reminder_due_on {date},
  settled_on {date},
  letter_id {uuid},
  reminder_letter_id {uuid},
  created_by {text} NOT NULL,
  created_at {ts} NOT NULL,
  version {int} NOT NULL,
  CONSTRAINT invoice_pk PRIMARY KEY (id),
  CONSTRAINT invoice_number_uq UNIQUE (number),
  CONSTRAINT invoice_kid_uq UNIQUE (kid),
  CONSTRAINT invoice_kind_ck CHECK (kind IN ('invoice', 'creditNote')),
  CONSTRAINT invoice_amount_ck CHECK (amount_ore > 0 AND paid_ore >= 0 AND credited_ore >= 0 AND paid_ore <= amount_ore AND credited_ore <= amount_ore),
  CONSTRAINT invoice_kid_ck CHECK ((kind = 'invoice') = (kid IS NOT NULL)),
  CONSTRAINT invoice_credits_ck CHECK ((kind = 'creditNote') = (credits IS NOT NULL)),
  CONSTRAINT invoice_reminded_ck CHECK ((reminded_on IS NULL) = (reminder_due_on IS NULL)),
  CONSTRAINT invoice_holder_fk FOREIGN KEY (holder_id) REFERENCES party (id),
  CONSTRAINT invoice_credits_fk FOREIGN KEY (credits) REFERENCES invoice (id)
);
CREATE INDEX invoice_holder_ix ON invoice (holder_id, number);
CREATE INDEX invoice_run_ix ON invoice (run_id, number);
CREATE INDEX invoice_credits_ix ON invoice (credits);
CREATE INDEX invoice_issued_ix ON invoice (issued_on, number);
CREATE INDEX invoice_open_ix ON invoice (due_on, number) WHERE kind = 'invoice' AND settled_on IS NULL;
INSERT INTO counter (name, value) VALUES ('invoice_number', 100000000);
"#,
    down: r#"
DELETE FROM counter WHERE name = 'invoice_number';
DROP TABLE invoice;
"#
);
