//! Creates `appeal_dispatch`: what was sent to the body that decides appeals, once for each appeal, under the key that the
//! appeal lies under, and the file drawn from it once. Its number in the journal is that of its case.

crate::migration!(
    up: r#"
CREATE TABLE appeal_dispatch (
  appeal_id {uuid} NOT NULL,
  case_id {uuid} NOT NULL,
  number {int} NOT NULL,
  body {text} NOT NULL,
  content_sealed {bytes} NOT NULL,
  content_sha256 {bytes} NOT NULL,
  sent_at {ts} NOT NULL,
  file_sealed {bytes},
  file_sha256 {bytes},
  CONSTRAINT appeal_dispatch_pk PRIMARY KEY (appeal_id),
  CONSTRAINT appeal_dispatch_file_ck CHECK ((file_sealed IS NULL) = (file_sha256 IS NULL)),
  CONSTRAINT appeal_dispatch_number_uq UNIQUE (case_id, number),
  CONSTRAINT appeal_dispatch_appeal_fk FOREIGN KEY (appeal_id) REFERENCES appeal (id)
);
"#,
    down: r#"DROP TABLE appeal_dispatch;"#
);
