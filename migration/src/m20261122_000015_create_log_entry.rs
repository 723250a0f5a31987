//! Creates `log_entry`: the sealed log: what happened in committed order, chained over salted commitments.

crate::migration!(
    up: r#"
CREATE TABLE log_entry (
  id {uuid} NOT NULL,
  stream {text} NOT NULL,
  subject {text} NOT NULL,
  salt {bytes},
  commitment {bytes} NOT NULL,
  recorded_at {ts} NOT NULL,
  seq {big},
  link {bytes},
  CONSTRAINT log_entry_pk PRIMARY KEY (id),
  CONSTRAINT log_entry_seq_uq UNIQUE (seq)
);
CREATE INDEX log_entry_unsealed_ix ON log_entry (recorded_at, id) WHERE seq IS NULL;
CREATE INDEX log_entry_stream_ix ON log_entry (stream, seq);
CREATE INDEX log_entry_subject_ix ON log_entry (subject);
"#,
    down: r#"DROP TABLE log_entry;"#
);
