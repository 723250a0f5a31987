//! Creates `certificate`: the permit certificates that were rendered, once each, with their hash.

crate::migration!(
    up: r#"
CREATE TABLE certificate (
  id {uuid} NOT NULL,
  permit_id {uuid} NOT NULL,
  permit_version {int} NOT NULL,
  language {text} NOT NULL,
  pdf_sealed {bytes} NOT NULL,
  sha256 {bytes} NOT NULL,
  created_at {ts} NOT NULL,
  CONSTRAINT certificate_pk PRIMARY KEY (id),
  CONSTRAINT certificate_version_uq UNIQUE (permit_id, permit_version, language),
  CONSTRAINT certificate_permit_fk FOREIGN KEY (permit_id) REFERENCES permit (id)
);
"#,
    down: r#"DROP TABLE certificate;"#
);
