//! Creates `incoming_payment`: what files of the bank say came in, with the invoice it was placed on or why it was
//! not. No account and no name of who paid.

crate::migration!(
    up: r#"
CREATE TABLE incoming_payment (
  id {uuid} NOT NULL,
  file_id {uuid} NOT NULL,
  position {int} NOT NULL,
  reference {text} NOT NULL,
  kid {text},
  amount_ore {big} NOT NULL,
  paid_on {date} NOT NULL,
  state {text} NOT NULL,
  reason {text},
  invoice_id {uuid},
  excess_ore {big} NOT NULL,
  decided_by {text},
  decided_at {ts},
  version {int} NOT NULL,
  CONSTRAINT incoming_payment_pk PRIMARY KEY (id),
  CONSTRAINT incoming_payment_position_uq UNIQUE (file_id, position),
  CONSTRAINT incoming_payment_reference_uq UNIQUE (reference),
  CONSTRAINT incoming_payment_state_ck CHECK (state IN ('placed', 'unplaced', 'returned')),
  CONSTRAINT incoming_payment_placed_ck CHECK ((state = 'placed') = (invoice_id IS NOT NULL)),
  CONSTRAINT incoming_payment_excess_ck CHECK (excess_ore >= 0),
  CONSTRAINT incoming_payment_file_fk FOREIGN KEY (file_id) REFERENCES payment_file (id),
  CONSTRAINT incoming_payment_invoice_fk FOREIGN KEY (invoice_id) REFERENCES invoice (id)
);
CREATE INDEX incoming_payment_invoice_ix ON incoming_payment (invoice_id);
CREATE INDEX incoming_payment_open_ix ON incoming_payment (file_id, position) WHERE state = 'unplaced' OR excess_ore > 0;
"#,
    down: r#"DROP TABLE incoming_payment;"#
);
