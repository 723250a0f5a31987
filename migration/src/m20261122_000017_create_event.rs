//! Creates `event`: something recipients are told; the state itself is the permit version it names.

crate::migration!(
    up: r#"
CREATE TABLE event (
  id {uuid} NOT NULL,
  kind {text} NOT NULL,
  permit_id {uuid} NOT NULL,
  permit_version {int} NOT NULL,
  permit_kind {text} NOT NULL,
  occurred_at {ts} NOT NULL,
  CONSTRAINT event_pk PRIMARY KEY (id),
  CONSTRAINT event_permit_fk FOREIGN KEY (permit_id) REFERENCES permit (id)
);
CREATE INDEX event_permit_ix ON event (permit_id, permit_version);
"#,
    down: r#"DROP TABLE event;"#
);
