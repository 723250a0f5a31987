//! Creates `journal_entry`: the case journal: every document in and out.

crate::migration!(
    up: r#"
CREATE TABLE journal_entry (
  id {uuid} NOT NULL,
  case_id {uuid} NOT NULL,
  number {int} NOT NULL,
  direction {text} NOT NULL,
  title {text} NOT NULL,
  actor {text} NOT NULL,
  document_hash {bytes},
  at {ts} NOT NULL,
  CONSTRAINT journal_entry_pk PRIMARY KEY (id),
  CONSTRAINT journal_entry_direction_ck CHECK (direction IN ('in', 'out', 'internal')),
  CONSTRAINT journal_entry_number_uq UNIQUE (case_id, number),
  CONSTRAINT journal_entry_case_fk FOREIGN KEY (case_id) REFERENCES "case" (id)
);
"#,
    down: r#"DROP TABLE journal_entry;"#
);
