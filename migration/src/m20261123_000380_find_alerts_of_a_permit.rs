//! Changes `beacon_alert`: earlier alerts are found by the permit too, whatever key they were recorded under.

crate::migration!(
    up: r#"
CREATE INDEX beacon_alert_permit_ix ON beacon_alert (permit_id, at) WHERE permit_id IS NOT NULL;
"#,
    down: r#"
DROP INDEX beacon_alert_permit_ix;
"#
);
