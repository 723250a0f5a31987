//! Adds to `legacy_call_sign` the day the published list says an entry was last changed.

crate::migration!(
    up: r#"ALTER TABLE legacy_call_sign ADD COLUMN updated_on {date};"#,
    down: r#"ALTER TABLE legacy_call_sign DROP COLUMN updated_on;"#
);
