//! Creates `document_access_request`: somebody asks for access to a document of the journal. Where the answer goes lies
//! under a key of the row, which is destroyed with the token when the time is over; what was released lies under the
//! data key of the case's applicant.

crate::migration!(
    up: r#"
CREATE TABLE document_access_request (
  id {uuid} NOT NULL,
  case_id {uuid} NOT NULL,
  number {int} NOT NULL,
  entry_id {uuid} NOT NULL,
  status {text} NOT NULL,
  language {text} NOT NULL,
  received_at {ts} NOT NULL,
  due_on {date} NOT NULL,
  token_hash {bytes},
  key_wrapped {bytes},
  contact_sealed {bytes},
  access_code {text},
  answer_number {int},
  answer_sealed {bytes},
  file_type {text},
  file_sealed {bytes},
  file_sha256 {bytes},
  decided_at {ts},
  decided_by {text},
  version {int} NOT NULL,
  CONSTRAINT document_access_request_pk PRIMARY KEY (id),
  CONSTRAINT document_access_request_number_uq UNIQUE (case_id, number),
  CONSTRAINT document_access_request_token_uq UNIQUE (token_hash),
  CONSTRAINT document_access_request_status_ck CHECK (status IN ('received', 'granted', 'partlyGranted', 'refused')),
  CONSTRAINT document_access_request_decided_ck CHECK ((status = 'received') = (decided_at IS NULL)),
  CONSTRAINT document_access_request_file_ck CHECK ((file_sealed IS NULL) = (file_sha256 IS NULL) AND (file_sealed IS NULL) = (file_type IS NULL)),
  CONSTRAINT document_access_request_contact_ck CHECK (contact_sealed IS NULL OR key_wrapped IS NOT NULL),
  CONSTRAINT document_access_request_case_fk FOREIGN KEY (case_id) REFERENCES "case" (id),
  CONSTRAINT document_access_request_entry_fk FOREIGN KEY (entry_id) REFERENCES journal_entry (id)
);
CREATE INDEX document_access_request_due_ix ON document_access_request (due_on, id) WHERE status = 'received';
CREATE INDEX document_access_request_kept_ix ON document_access_request (decided_at) WHERE token_hash IS NOT NULL;
"#,
    down: r#"DROP TABLE document_access_request;"#
);
