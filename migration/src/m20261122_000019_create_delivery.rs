//! Creates `delivery`: one event on its way to one subscription.

crate::migration!(
    up: r#"
CREATE TABLE delivery (
  id {uuid} NOT NULL,
  event_id {uuid} NOT NULL,
  subscription_id {uuid} NOT NULL,
  permit_id {uuid} NOT NULL,
  permit_version {int} NOT NULL,
  status {text} NOT NULL,
  attempts {int} NOT NULL,
  next_attempt_at {ts},
  leased_until {ts},
  leased_by {text},
  created_at {ts} NOT NULL,
  finished_at {ts},
  CONSTRAINT delivery_pk PRIMARY KEY (id),
  CONSTRAINT delivery_status_ck CHECK (status IN ('pending', 'delivered', 'superseded', 'withheld', 'parked')),
  CONSTRAINT delivery_event_fk FOREIGN KEY (event_id) REFERENCES event (id),
  CONSTRAINT delivery_subscription_fk FOREIGN KEY (subscription_id) REFERENCES subscription (id)
);
CREATE INDEX delivery_due_ix ON delivery (subscription_id, next_attempt_at) WHERE status = 'pending';
CREATE INDEX delivery_parked_ix ON delivery (subscription_id) WHERE status = 'parked';
CREATE INDEX delivery_order_ix ON delivery (subscription_id, permit_id, permit_version);
"#,
    down: r#"DROP TABLE delivery;"#
);
