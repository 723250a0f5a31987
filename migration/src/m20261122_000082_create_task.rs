//! Creates `task`: what a caseworker has to see to about a permit, and by when. Adds to
//! `programming_order` when the programmer was reminded and when a caseworker was given the matter.

crate::migration!(
    up: r#"
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
CREATE UNIQUE INDEX task_open_uq ON task (permit_id, kind) WHERE done_at IS NULL;
CREATE INDEX task_due_ix ON task (due_on, id) WHERE done_at IS NULL;
ALTER TABLE programming_order ADD COLUMN reminded_at {ts};
ALTER TABLE programming_order ADD COLUMN timed_out_at {ts};
"#,
    down: r#"
ALTER TABLE programming_order DROP COLUMN timed_out_at;
ALTER TABLE programming_order DROP COLUMN reminded_at;
DROP TABLE task;
"#
);
