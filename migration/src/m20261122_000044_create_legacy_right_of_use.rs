//! Creates `legacy_right_of_use`: rights published by the frequency portal before the registry, as they were published.

crate::migration!(
    up: r#"
CREATE TABLE legacy_right_of_use (
  id {big} NOT NULL,
  position {big} NOT NULL,
  number {text} NOT NULL,
  application {text},
  company {text},
  expires_at {ts},
  national {bool} NOT NULL,
  local_coverage {text},
  comments {text},
  duplex {bool} NOT NULL,
  lower_hz {big} NOT NULL,
  higher_hz {big} NOT NULL,
  downlink_lower_hz {big} NOT NULL,
  downlink_higher_hz {big} NOT NULL,
  uplink_lower_hz {big} NOT NULL,
  uplink_higher_hz {big} NOT NULL,
  CONSTRAINT legacy_right_of_use_pk PRIMARY KEY (id)
);
CREATE INDEX legacy_right_of_use_position_ix ON legacy_right_of_use (position);
"#,
    down: r#"DROP TABLE legacy_right_of_use;"#
);
