//! Creates `disclosure`: who got or read whose data, which fields, for what.

crate::migration!(
    up: r#"
CREATE TABLE disclosure (
  id {uuid} NOT NULL,
  recipient {text} NOT NULL,
  purpose {text} NOT NULL,
  party_id {uuid},
  permit_id {uuid},
  fields {json} NOT NULL,
  subject_version {int},
  incident_reference {text},
  officer {text},
  look_up_key {text},
  outcome {text},
  late {bool} NOT NULL,
  at {ts} NOT NULL,
  CONSTRAINT disclosure_pk PRIMARY KEY (id)
);
CREATE INDEX disclosure_party_ix ON disclosure (party_id, at);
CREATE INDEX disclosure_permit_ix ON disclosure (permit_id, at);
"#,
    down: r#"DROP TABLE disclosure;"#
);
