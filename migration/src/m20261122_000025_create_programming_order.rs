//! Creates `programming_order`: an order to program one beacon, and the report that answers it.

crate::migration!(
    up: r#"
CREATE TABLE programming_order (
  id {uuid} NOT NULL,
  permit_id {uuid} NOT NULL,
  status {text} NOT NULL,
  reported_code {text},
  reported_protocol {text},
  reported_by {text},
  ordered_at {ts} NOT NULL,
  reported_at {ts},
  version {int} NOT NULL,
  changed_at {ts} NOT NULL,
  CONSTRAINT programming_order_pk PRIMARY KEY (id),
  CONSTRAINT programming_order_status_ck CHECK (status IN ('ordered', 'programmed', 'cancelled')),
  CONSTRAINT programming_order_permit_fk FOREIGN KEY (permit_id) REFERENCES permit (id)
);
CREATE INDEX programming_order_permit_ix ON programming_order (permit_id);
CREATE INDEX programming_order_status_ix ON programming_order (status, id);
"#,
    down: r#"DROP TABLE programming_order;"#
);
