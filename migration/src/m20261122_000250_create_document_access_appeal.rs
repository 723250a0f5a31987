//! Creates `document_access_appeal`: somebody appeals against what was answered to a request for access, or against
//! silence. What they write, the letters and the version that is released lie under the data key of the case.

crate::migration!(
    up: r#"
CREATE TABLE document_access_appeal (
  id {uuid} NOT NULL,
  request_id {uuid} NOT NULL,
  case_id {uuid} NOT NULL,
  number {int} NOT NULL,
  status {text} NOT NULL,
  text_sealed {bytes},
  received_at {ts} NOT NULL,
  in_time {bool} NOT NULL,
  period_ends_on {date},
  due_on {date} NOT NULL,
  access_code {text},
  body {text},
  forwarded_at {ts},
  forwarding_number {int},
  forwarding_sealed {bytes},
  body_decided_on {date},
  body_reference {text},
  closed_at {ts},
  closed_by {text},
  answer_number {int},
  answer_sealed {bytes},
  file_type {text},
  file_sealed {bytes},
  file_sha256 {bytes},
  CONSTRAINT document_access_appeal_pk PRIMARY KEY (id),
  CONSTRAINT document_access_appeal_number_uq UNIQUE (case_id, number),
  CONSTRAINT document_access_appeal_request_fk FOREIGN KEY (request_id) REFERENCES document_access_request (id),
  CONSTRAINT document_access_appeal_status_ck CHECK (status IN ('received', 'forwarded', 'granted', 'partlyGranted', 'dismissed', 'upheld')),
  CONSTRAINT document_access_appeal_closed_ck CHECK ((status IN ('received', 'forwarded')) = (closed_at IS NULL)),
  CONSTRAINT document_access_appeal_body_ck CHECK ((body IS NULL) = (forwarded_at IS NULL) AND (status <> 'forwarded' OR body IS NOT NULL)),
  CONSTRAINT document_access_appeal_file_ck CHECK ((file_sealed IS NULL) = (file_sha256 IS NULL) AND (file_sealed IS NULL) = (file_type IS NULL))
);
CREATE UNIQUE INDEX document_access_appeal_open_uq ON document_access_appeal (request_id) WHERE closed_at IS NULL;
CREATE INDEX document_access_appeal_request_ix ON document_access_appeal (request_id);
CREATE INDEX document_access_appeal_due_ix ON document_access_appeal (due_on, id) WHERE closed_at IS NULL;
"#,
    down: r#"DROP TABLE document_access_appeal;"#
);
