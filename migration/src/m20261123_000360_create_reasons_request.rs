//! Creates `reasons_request`: reasons that parties demand for decisions that have none (forvaltningsloven § 24), one for
//! each decision. Changes `case_task`, made anew because SQLite cannot change a check: that they are due is told of too.

crate::migration!(
    up: r#"
CREATE TABLE reasons_request (
  id {uuid} NOT NULL,
  case_id {uuid} NOT NULL,
  decided_at {ts} NOT NULL,
  number {int} NOT NULL,
  received_at {ts} NOT NULL,
  due_on {date} NOT NULL,
  given_at {ts},
  given_by {text},
  reasons_sealed {bytes},
  CONSTRAINT reasons_request_pk PRIMARY KEY (id),
  CONSTRAINT reasons_request_uq UNIQUE (case_id, decided_at),
  CONSTRAINT reasons_request_given_ck CHECK ((given_at IS NULL) = (given_by IS NULL) AND (given_at IS NULL) = (reasons_sealed IS NULL)),
  CONSTRAINT reasons_request_case_fk FOREIGN KEY (case_id) REFERENCES "case" (id)
);
CREATE INDEX reasons_request_due_ix ON reasons_request (due_on, id) WHERE given_at IS NULL;
CREATE TABLE case_task_before AS SELECT * FROM case_task;
DROP TABLE case_task;
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
  CONSTRAINT case_task_kind_ck CHECK (kind IN ('decisionDue', 'answerDue', 'appealDue', 'provisionalAnswerDue', 'reasonsDue')),
  CONSTRAINT case_task_case_fk FOREIGN KEY (case_id) REFERENCES "case" (id)
);
INSERT INTO case_task SELECT * FROM case_task_before;
DROP TABLE case_task_before;
CREATE UNIQUE INDEX case_task_uq ON case_task (case_id, kind);
CREATE INDEX case_task_told_ix ON case_task (told, due_on, id);
"#,
    down: r#"
CREATE TABLE case_task_before AS SELECT * FROM case_task WHERE kind <> 'reasonsDue';
DROP TABLE case_task;
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
INSERT INTO case_task SELECT * FROM case_task_before;
DROP TABLE case_task_before;
CREATE UNIQUE INDEX case_task_uq ON case_task (case_id, kind);
CREATE INDEX case_task_told_ix ON case_task (told, due_on, id);
DROP TABLE reasons_request;
"#
);
