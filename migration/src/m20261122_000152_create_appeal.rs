//! Creates `appeal`: appeals against decisions and what became of them; one at a time in a case.

crate::migration!(
    up: r#"
CREATE TABLE appeal (
  id {uuid} NOT NULL,
  case_id {uuid} NOT NULL,
  decided_outcome {text} NOT NULL,
  status {text} NOT NULL,
  text_sealed {bytes} NOT NULL,
  late_reason_sealed {bytes},
  received_at {ts} NOT NULL,
  decision_at {ts} NOT NULL,
  period_ends_on {date},
  in_time {bool} NOT NULL,
  body {text},
  forwarded_at {ts},
  grounds_sealed {bytes},
  body_decided_on {date},
  body_reference {text},
  closed_at {ts},
  closed_by {text},
  CONSTRAINT appeal_pk PRIMARY KEY (id),
  CONSTRAINT appeal_status_ck CHECK (status IN ('received', 'forwarded', 'inadmissible', 'reversed', 'upheld', 'changed', 'annulled')),
  CONSTRAINT appeal_case_fk FOREIGN KEY (case_id) REFERENCES "case" (id)
);
CREATE INDEX appeal_case_ix ON appeal (case_id, id);
CREATE UNIQUE INDEX appeal_open_uq ON appeal (case_id) WHERE status IN ('received', 'forwarded');
"#,
    down: r#"DROP TABLE appeal;"#
);
