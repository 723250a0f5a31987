//! Finds the oldest delivery that is on its way without reading all that are: its age is looked at every few seconds.

crate::migration!(
    up: r#"
CREATE INDEX delivery_oldest_ix ON delivery (created_at) WHERE status = 'pending';
"#,
    down: r#"
DROP INDEX delivery_oldest_ix;
"#
);
