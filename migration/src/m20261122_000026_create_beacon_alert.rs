//! Creates `beacon_alert`: outcomes of alerts, also of beacons that are not registered here.

crate::migration!(
    up: r#"
CREATE TABLE beacon_alert (
  id {uuid} NOT NULL,
  "key" {text} NOT NULL,
  permit_id {uuid},
  incident_reference {text} NOT NULL,
  outcome {text} NOT NULL,
  officer {text} NOT NULL,
  at {ts} NOT NULL,
  CONSTRAINT beacon_alert_pk PRIMARY KEY (id),
  CONSTRAINT beacon_alert_outcome_ck CHECK (outcome IN ('false', 'real', 'test'))
);
CREATE INDEX beacon_alert_key_ix ON beacon_alert ("key", at);
"#,
    down: r#"DROP TABLE beacon_alert;"#
);
