//! Changes `task`: a task may be that somebody decides about restricted data. The table is made anew,
//! because SQLite cannot change a check.

crate::migration!(
    up: r#"
CREATE TABLE task_before AS SELECT * FROM task;
DROP TABLE task;
CREATE TABLE task (
  id {uuid} NOT NULL,
  kind {text} NOT NULL,
  permit_id {uuid} NOT NULL,
  due_on {date} NOT NULL,
  created_at {ts} NOT NULL,
  done_at {ts},
  done_by {text},
  version {int} NOT NULL,
  CONSTRAINT task_pk PRIMARY KEY (id),
  CONSTRAINT task_kind_ck CHECK (kind IN ('programmingOverdue', 'lastContactLeft', 'contactNotTold', 'restrictionDecision')),
  CONSTRAINT task_permit_fk FOREIGN KEY (permit_id) REFERENCES permit (id)
);
INSERT INTO task SELECT * FROM task_before;
DROP TABLE task_before;
CREATE UNIQUE INDEX task_open_uq ON task (permit_id, kind) WHERE done_at IS NULL;
CREATE INDEX task_due_ix ON task (due_on, id) WHERE done_at IS NULL;
"#,
    down: r#"
CREATE TABLE task_before AS SELECT * FROM task WHERE kind <> 'restrictionDecision';
DROP TABLE task;
CREATE TABLE task (
  id {uuid} NOT NULL,
  kind {text} NOT NULL,
  permit_id {uuid} NOT NULL,
  due_on {date} NOT NULL,
  created_at {ts} NOT NULL,
  done_at {ts},
  done_by {text},
  version {int} NOT NULL,
  CONSTRAINT task_pk PRIMARY KEY (id),
  CONSTRAINT task_kind_ck CHECK (kind IN ('programmingOverdue', 'lastContactLeft', 'contactNotTold')),
  CONSTRAINT task_permit_fk FOREIGN KEY (permit_id) REFERENCES permit (id)
);
INSERT INTO task SELECT * FROM task_before;
DROP TABLE task_before;
CREATE UNIQUE INDEX task_open_uq ON task (permit_id, kind) WHERE done_at IS NULL;
CREATE INDEX task_due_ix ON task (due_on, id) WHERE done_at IS NULL;
"#
);
