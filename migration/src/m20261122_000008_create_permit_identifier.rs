//! Creates `permit_identifier`: what a permit is known by on the air; one live permit per value.

crate::migration!(
    up: r#"
CREATE TABLE permit_identifier (
  id {uuid} NOT NULL,
  permit_id {uuid} NOT NULL,
  scheme {text} NOT NULL,
  value {text} NOT NULL,
  live {bool} NOT NULL,
  CONSTRAINT permit_identifier_pk PRIMARY KEY (id),
  CONSTRAINT permit_identifier_permit_fk FOREIGN KEY (permit_id) REFERENCES permit (id)
);
CREATE UNIQUE INDEX permit_identifier_live_uq ON permit_identifier (scheme, value) WHERE live;
CREATE INDEX permit_identifier_value_ix ON permit_identifier (value, scheme);
CREATE INDEX permit_identifier_permit_ix ON permit_identifier (permit_id);
"#,
    down: r#"DROP TABLE permit_identifier;"#
);
