//! Adds to `case_task` the appeal it reminds of: several may wait in a case, each with a day of its own. A reminder there is
//! becomes that of the appeal which came first.

crate::migration!(
    up: r#"
ALTER TABLE case_task ADD COLUMN appeal_id {uuid};
UPDATE case_task SET appeal_id = (SELECT a.id FROM appeal a WHERE a.case_id = case_task.case_id AND a.status = 'received'
  ORDER BY a.received_at, a.id LIMIT 1) WHERE kind = 'appealDue';
CREATE UNIQUE INDEX case_task_each_uq ON case_task (case_id, kind, (COALESCE(appeal_id, case_id)));
DROP INDEX case_task_uq;
"#,
    down: r#"
DELETE FROM case_task WHERE EXISTS (SELECT 1 FROM case_task o
  WHERE o.case_id = case_task.case_id AND o.kind = case_task.kind AND o.id < case_task.id);
CREATE UNIQUE INDEX case_task_uq ON case_task (case_id, kind);
DROP INDEX case_task_each_uq;
ALTER TABLE case_task DROP COLUMN appeal_id;
"#
);
