//! Creates `permit_version`: every version a permit has had, whole, with valid and recorded time.

crate::migration!(
    up: r#"
CREATE TABLE permit_version (
  permit_id {uuid} NOT NULL,
  version {int} NOT NULL,
  event {text} NOT NULL,
  holder_id {uuid} NOT NULL,
  state_sealed {bytes} NOT NULL,
  valid_at {ts} NOT NULL,
  recorded_at {ts} NOT NULL,
  actor {text} NOT NULL,
  CONSTRAINT permit_version_pk PRIMARY KEY (permit_id, version),
  CONSTRAINT permit_version_permit_fk FOREIGN KEY (permit_id) REFERENCES permit (id)
);
"#,
    down: r#"DROP TABLE permit_version;"#
);
