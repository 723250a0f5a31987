//! Creates `supervision_case`: a matter the authority supervises, and whom it is directed at. Its number is of
//! the series of all cases.

crate::migration!(
    up: r#"
CREATE TABLE supervision_case (
  id {uuid} NOT NULL,
  year {int} NOT NULL,
  serial {big} NOT NULL,
  status {text} NOT NULL,
  outcome {text},
  severity {text} NOT NULL,
  party_id {uuid},
  permit_id {uuid},
  lower_hertz {big},
  upper_hertz {big},
  language {text} NOT NULL,
  key_wrapped {bytes} NOT NULL,
  content_sealed {bytes} NOT NULL,
  assignee {text} NOT NULL,
  due_on {date},
  opened_at {ts} NOT NULL,
  corrected_on {date},
  closed_at {ts},
  version {int} NOT NULL,
  changed_at {ts} NOT NULL,
  CONSTRAINT supervision_case_pk PRIMARY KEY (id),
  CONSTRAINT supervision_case_number_uq UNIQUE (year, serial),
  CONSTRAINT supervision_case_status_ck CHECK (status IN ('open', 'noticed', 'ordered', 'fined', 'corrected', 'closed')),
  CONSTRAINT supervision_case_closed_ck CHECK ((status = 'closed') = (closed_at IS NOT NULL)),
  CONSTRAINT supervision_case_outcome_ck CHECK ((status = 'closed') = (outcome IS NOT NULL)),
  CONSTRAINT supervision_case_range_ck CHECK ((lower_hertz IS NULL) = (upper_hertz IS NULL) AND (lower_hertz IS NULL OR lower_hertz <= upper_hertz)),
  CONSTRAINT supervision_case_party_fk FOREIGN KEY (party_id) REFERENCES party (id),
  CONSTRAINT supervision_case_permit_fk FOREIGN KEY (permit_id) REFERENCES permit (id)
);
CREATE INDEX supervision_case_queue_ix ON supervision_case (status, due_on, id);
CREATE INDEX supervision_case_party_ix ON supervision_case (party_id) WHERE party_id IS NOT NULL;
"#,
    down: r#"DROP TABLE supervision_case;"#
);
