//! Creates `case_task`: deadlines of cases that caseworkers are reminded of, and heads when they have passed. Indexes
//! `case` by when an answer is due and when an open case came in, `appeal` by when an open one did.

crate::migration!(
    up: r#"
CREATE TABLE case_task (
  id {uuid} NOT NULL,
  kind {text} NOT NULL,
  case_id {uuid} NOT NULL,
  due_on {date} NOT NULL,
  told {text},
  created_at {ts} NOT NULL,
  seen_at {ts},
  escalated_at {ts},
  CONSTRAINT case_task_pk PRIMARY KEY (id),
  CONSTRAINT case_task_kind_ck CHECK (kind IN ('decisionDue', 'answerDue', 'appealDue', 'provisionalAnswerDue')),
  CONSTRAINT case_task_case_fk FOREIGN KEY (case_id) REFERENCES "case" (id)
);
CREATE UNIQUE INDEX case_task_uq ON case_task (case_id, kind);
CREATE INDEX case_task_told_ix ON case_task (told, due_on, id);
CREATE INDEX case_waiting_ix ON "case" (waiting_until, id) WHERE waiting_until IS NOT NULL;
CREATE INDEX case_submitted_ix ON "case" (submitted_at, id) WHERE decided_at IS NULL;
CREATE INDEX appeal_received_ix ON appeal (received_at, id) WHERE status IN ('received', 'forwarded');
"#,
    down: r#"
DROP INDEX appeal_received_ix;
DROP INDEX case_submitted_ix;
DROP INDEX case_waiting_ix;
DROP TABLE case_task;
"#
);
