//! Creates `number_use`: the last day on which the numbers of a permit were in use, as their holder states it.

crate::migration!(
    up: r#"
CREATE TABLE number_use (
  permit_id {uuid} NOT NULL,
  in_use_on {date} NOT NULL,
  stated_at {ts} NOT NULL,
  version {int} NOT NULL,
  CONSTRAINT number_use_pk PRIMARY KEY (permit_id),
  CONSTRAINT number_use_permit_fk FOREIGN KEY (permit_id) REFERENCES permit (id)
);
"#,
    down: r#"DROP TABLE number_use;"#
);
