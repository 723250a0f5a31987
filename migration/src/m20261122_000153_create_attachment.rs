//! Creates `attachment`: documents sent into a case; their bytes lie sealed in chunks here or in a folder.

crate::migration!(
    up: r#"
CREATE TABLE attachment (
  id {uuid} NOT NULL,
  case_id {uuid} NOT NULL,
  number {int},
  name_sealed {bytes} NOT NULL,
  media_type {text},
  size {big} NOT NULL,
  sha256 {bytes},
  place {text} NOT NULL,
  sent_by {text} NOT NULL,
  created_at {ts} NOT NULL,
  CONSTRAINT attachment_pk PRIMARY KEY (id),
  CONSTRAINT attachment_number_uq UNIQUE (case_id, number),
  CONSTRAINT attachment_place_ck CHECK (place IN ('database', 'folder')),
  CONSTRAINT attachment_whole_ck CHECK ((number IS NULL) = (sha256 IS NULL) AND (number IS NULL) = (media_type IS NULL)),
  CONSTRAINT attachment_case_fk FOREIGN KEY (case_id) REFERENCES "case" (id)
);
CREATE INDEX attachment_unfinished_ix ON attachment (created_at) WHERE number IS NULL;
CREATE TABLE attachment_chunk (
  attachment_id {uuid} NOT NULL,
  place {int} NOT NULL,
  bytes_sealed {bytes} NOT NULL,
  CONSTRAINT attachment_chunk_pk PRIMARY KEY (attachment_id, place),
  CONSTRAINT attachment_chunk_fk FOREIGN KEY (attachment_id) REFERENCES attachment (id) ON DELETE CASCADE
);
"#,
    down: r#"
DROP TABLE attachment_chunk;
DROP TABLE attachment;
"#
);
