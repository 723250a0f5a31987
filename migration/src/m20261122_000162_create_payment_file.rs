//! Creates `payment_file`: files of the bank that were taken in, each once by its content and by its own number.

crate::migration!(
    up: r#"
CREATE TABLE payment_file (
  id {uuid} NOT NULL,
  format {text} NOT NULL,
  sha256 {bytes} NOT NULL,
  transmission {text},
  items {big} NOT NULL,
  amount_ore {big} NOT NULL,
  imported_by {text} NOT NULL,
  imported_at {ts} NOT NULL,
  CONSTRAINT payment_file_pk PRIMARY KEY (id),
  CONSTRAINT payment_file_sha256_uq UNIQUE (sha256),
  CONSTRAINT payment_file_transmission_uq UNIQUE (transmission),
  CONSTRAINT payment_file_format_ck CHECK (format IN ('csv', 'ocr'))
);
"#,
    down: r#"DROP TABLE payment_file;"#
);
