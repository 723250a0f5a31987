//! Creates `exam_result`: amateur examinations passed, as the examiner reported them.

crate::migration!(
    up: r#"
CREATE TABLE exam_result (
  id {uuid} NOT NULL,
  candidate_blind {bytes} NOT NULL,
  licence_class {text} NOT NULL,
  passed_on {date} NOT NULL,
  examiner {text} NOT NULL,
  reference {text} NOT NULL,
  used_by_case_id {uuid},
  registered_at {ts} NOT NULL,
  CONSTRAINT exam_result_pk PRIMARY KEY (id),
  CONSTRAINT exam_result_class_ck CHECK (licence_class IN ('full', 'limited')),
  CONSTRAINT exam_result_reference_uq UNIQUE (examiner, reference)
);
CREATE INDEX exam_result_candidate_ix ON exam_result (candidate_blind);
"#,
    down: r#"DROP TABLE exam_result;"#
);
