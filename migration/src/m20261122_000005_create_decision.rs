//! Creates `decision`: the decision of a case.

crate::migration!(
    up: r#"
CREATE TABLE decision (
  id {uuid} NOT NULL,
  case_id {uuid} NOT NULL,
  outcome {text} NOT NULL,
  grounds_sealed {bytes} NOT NULL,
  conditions {json} NOT NULL,
  legal_basis {text} NOT NULL,
  decided_by {text} NOT NULL,
  decided_at {ts} NOT NULL,
  permit_id {uuid},
  CONSTRAINT decision_pk PRIMARY KEY (id),
  CONSTRAINT decision_case_uq UNIQUE (case_id),
  CONSTRAINT decision_outcome_ck CHECK (outcome IN ('granted', 'partlyGranted', 'refused', 'dismissed')),
  CONSTRAINT decision_case_fk FOREIGN KEY (case_id) REFERENCES "case" (id)
);
"#,
    down: r#"DROP TABLE decision;"#
);
