//! Creates `case`: one application and what became of it.

crate::migration!(
    up: r#"
CREATE TABLE "case" (
  id {uuid} NOT NULL,
  year {int} NOT NULL,
  serial {big} NOT NULL,
  kind {text} NOT NULL,
  status {text} NOT NULL,
  outcome {text},
  applicant_id {uuid} NOT NULL,
  channel {text} NOT NULL,
  registered_by {text},
  application_sealed {bytes} NOT NULL,
  language {text} NOT NULL,
  call_sign {text},
  permit_id {uuid},
  assignee {text},
  timer {text} NOT NULL,
  due_on {date} NOT NULL,
  waiting_since {ts},
  waiting_until {date},
  submitted_at {ts} NOT NULL,
  decided_at {ts},
  version {int} NOT NULL,
  changed_at {ts} NOT NULL,
  CONSTRAINT case_pk PRIMARY KEY (id),
  CONSTRAINT case_number_uq UNIQUE (year, serial),
  CONSTRAINT case_status_ck CHECK (status IN ('submitted', 'underReview', 'waitingForApplicant', 'granted', 'partlyGranted', 'refused', 'dismissed', 'withdrawn', 'appealed', 'upheld', 'reversed', 'forwarded')),
  CONSTRAINT case_applicant_fk FOREIGN KEY (applicant_id) REFERENCES party (id)
);
CREATE INDEX case_queue_ix ON "case" (status, due_on, id);
CREATE INDEX case_applicant_ix ON "case" (applicant_id, id);
"#,
    down: r#"DROP TABLE "case";"#
);
