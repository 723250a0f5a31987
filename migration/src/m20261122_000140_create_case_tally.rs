//! Creates `case_tally`: how many cases there are of each kind, state and caseworker. The day
//! 9999-12-31 counts all; other days count open cases by their deadline, those of days long gone
//! under 0001-01-01. What has not been added yet stands in `case_tally_change`.

crate::migration!(
    up: r#"
CREATE TABLE case_tally (
  due_on {date} NOT NULL,
  kind {text} NOT NULL,
  status {text} NOT NULL,
  assignee {text} NOT NULL,
  count {big} NOT NULL,
  CONSTRAINT case_tally_pk PRIMARY KEY (due_on, kind, status, assignee)
);
INSERT INTO case_tally (due_on, kind, status, assignee, count)
  SELECT CAST('9999-12-31' AS {date}), kind, status, COALESCE(assignee, ''), count(*)
  FROM "case" GROUP BY kind, status, COALESCE(assignee, '');
INSERT INTO case_tally (due_on, kind, status, assignee, count)
  SELECT due_on, kind, status, COALESCE(assignee, ''), count(*)
  FROM "case" WHERE decided_at IS NULL GROUP BY due_on, kind, status, COALESCE(assignee, '');
"#,
    down: r#"DROP TABLE case_tally;"#
);
