//! Creates `draft`: applications that are not filed yet, each sealed under a data key of its own, so
//! that deleting the row destroys every copy.

crate::migration!(
    up: r#"
CREATE TABLE draft (
  id {uuid} NOT NULL,
  kind {text} NOT NULL,
  owner_blind {bytes} NOT NULL,
  key_wrapped {bytes} NOT NULL,
  content_sealed {bytes} NOT NULL,
  version {int} NOT NULL,
  created_at {ts} NOT NULL,
  changed_at {ts} NOT NULL,
  expires_at {ts} NOT NULL,
  CONSTRAINT draft_pk PRIMARY KEY (id)
);
CREATE INDEX draft_owner_ix ON draft (owner_blind, changed_at);
CREATE INDEX draft_expires_ix ON draft (expires_at);
"#,
    down: "DROP TABLE draft;"
);
