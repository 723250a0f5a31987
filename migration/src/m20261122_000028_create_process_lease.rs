//! Creates `process_lease`: which processes answer public reads, and how far each has followed the log.

crate::migration!(
    up: r#"
CREATE TABLE process_lease (
  process {text} NOT NULL,
  expires_at {ts} NOT NULL,
  applied_seq {big} NOT NULL,
  CONSTRAINT process_lease_pk PRIMARY KEY (process)
);
"#,
    down: r#"DROP TABLE process_lease;"#
);
