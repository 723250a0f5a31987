//! Creates `proposed_decision`: a decision that waits for its second signature, and what became of it. Of
//! a case one is open at a time.

crate::migration!(
    up: r#"
CREATE TABLE proposed_decision (
  id {uuid} NOT NULL,
  case_id {uuid} NOT NULL,
  outcome {text} NOT NULL,
  grounds_sealed {bytes} NOT NULL,
  conditions {json} NOT NULL,
  valid_until {date},
  proposed_by {text} NOT NULL,
  proposed_at {ts} NOT NULL,
  ended_at {ts},
  ended_by {text},
  CONSTRAINT proposed_decision_pk PRIMARY KEY (id),
  CONSTRAINT proposed_decision_ended_ck CHECK ((ended_at IS NULL) = (ended_by IS NULL)),
  CONSTRAINT proposed_decision_case_fk FOREIGN KEY (case_id) REFERENCES "case" (id)
);
CREATE UNIQUE INDEX proposed_decision_open_uq ON proposed_decision (case_id) WHERE ended_at IS NULL;
"#,
    down: r#"DROP TABLE proposed_decision;"#
);
