//! Creates `journal_access_change`: every change of the access code of a document in the journal, with its reason.

crate::migration!(
    up: r#"
CREATE TABLE journal_access_change (
  id {uuid} NOT NULL,
  entry_id {uuid} NOT NULL,
  number {int} NOT NULL,
  code_before {text},
  code {text},
  reason {text} NOT NULL,
  actor {text} NOT NULL,
  at {ts} NOT NULL,
  CONSTRAINT journal_access_change_pk PRIMARY KEY (id),
  CONSTRAINT journal_access_change_uq UNIQUE (entry_id, number),
  CONSTRAINT journal_access_change_entry_fk FOREIGN KEY (entry_id) REFERENCES journal_entry (id)
);
"#,
    down: r#"DROP TABLE journal_access_change;"#
);
