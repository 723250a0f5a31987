//! Creates `series_task`: a series of call signs that is nearly full, which staff have to see to.

crate::migration!(
    up: r#"
CREATE TABLE series_task (
  id {uuid} NOT NULL,
  series {text} NOT NULL,
  due_on {date} NOT NULL,
  created_at {ts} NOT NULL,
  done_at {ts},
  done_by {text},
  version {int} NOT NULL,
  CONSTRAINT series_task_pk PRIMARY KEY (id),
  CONSTRAINT series_task_series_uq UNIQUE (series)
);
"#,
    down: r#"
DROP TABLE series_task;
"#
);
