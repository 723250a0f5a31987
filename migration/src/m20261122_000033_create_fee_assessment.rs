//! Creates `fee_assessment`: that the annual fees of a permit for a year have been settled, with or
//! without lines, and whether its holder was asked to confirm the data with them.

crate::migration!(
    up: r#"
CREATE TABLE fee_assessment (
  permit_id {uuid} NOT NULL,
  year {int} NOT NULL,
  assessed_at {ts} NOT NULL,
  confirmation_asked_at {ts},
  CONSTRAINT fee_assessment_pk PRIMARY KEY (permit_id, year),
  CONSTRAINT fee_assessment_permit_fk FOREIGN KEY (permit_id) REFERENCES permit (id)
);
CREATE INDEX fee_assessment_year_ix ON fee_assessment (year);
"#,
    down: r#"DROP TABLE fee_assessment;"#
);
