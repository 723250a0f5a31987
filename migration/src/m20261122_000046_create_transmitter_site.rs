//! Creates `transmitter_site`: where and on what transmitter permits send, to find who is near.

crate::migration!(
    up: r#"
CREATE TABLE transmitter_site (
  id {uuid} NOT NULL,
  permit_id {uuid} NOT NULL,
  lower_hz {big} NOT NULL,
  upper_hz {big} NOT NULL,
  latitude {int} NOT NULL,
  longitude {int} NOT NULL,
  live {bool} NOT NULL,
  CONSTRAINT transmitter_site_pk PRIMARY KEY (id),
  CONSTRAINT transmitter_site_permit_fk FOREIGN KEY (permit_id) REFERENCES permit (id),
  CONSTRAINT transmitter_site_range_ck CHECK (lower_hz < upper_hz)
);
CREATE INDEX transmitter_site_place_ix ON transmitter_site (latitude, longitude) WHERE live;
CREATE INDEX transmitter_site_frequency_ix ON transmitter_site (lower_hz) WHERE live;
CREATE INDEX transmitter_site_permit_ix ON transmitter_site (permit_id);
"#,
    down: r#"DROP TABLE transmitter_site;"#
);
