//! Creates `case_tally_change`: one more or one less in `case_tally`. Rows are only ever added by those
//! who change cases, so that nobody waits for another; a job adds them up.

crate::migration!(
    up: r#"
CREATE TABLE case_tally_change (
  id {uuid} NOT NULL,
  due_on {date} NOT NULL,
  kind {text} NOT NULL,
  status {text} NOT NULL,
  assignee {text} NOT NULL,
  is_open {bool} NOT NULL,
  change {int} NOT NULL,
  CONSTRAINT case_tally_change_pk PRIMARY KEY (id)
);
"#,
    down: r#"DROP TABLE case_tally_change;"#
);
