//! Creates `intake`: for whom a caseworker's draft is, sealed under a data key of its own; it goes with the draft.

crate::migration!(
    up: r#"
CREATE TABLE intake (
  draft_id {uuid} NOT NULL,
  key_wrapped {bytes} NOT NULL,
  content_sealed {bytes} NOT NULL,
  CONSTRAINT intake_pk PRIMARY KEY (draft_id),
  CONSTRAINT intake_draft_fk FOREIGN KEY (draft_id) REFERENCES draft (id) ON DELETE CASCADE
);
"#,
    down: "DROP TABLE intake;"
);
