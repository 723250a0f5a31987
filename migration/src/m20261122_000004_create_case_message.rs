//! Creates `case_message`: what passed between caseworker and applicant: information requests, replies, notes.

crate::migration!(
    up: r#"
CREATE TABLE case_message (
  id {uuid} NOT NULL,
  case_id {uuid} NOT NULL,
  kind {text} NOT NULL,
  author {text} NOT NULL,
  body_sealed {bytes} NOT NULL,
  due_on {date},
  created_at {ts} NOT NULL,
  CONSTRAINT case_message_pk PRIMARY KEY (id),
  CONSTRAINT case_message_kind_ck CHECK (kind IN ('informationRequest', 'reply', 'note')),
  CONSTRAINT case_message_case_fk FOREIGN KEY (case_id) REFERENCES "case" (id)
);
CREATE INDEX case_message_case_ix ON case_message (case_id, created_at);
"#,
    down: r#"DROP TABLE case_message;"#
);
