//! Changes `invoice`: name and address of both sides as they were on the day of issue, sealed under the holder's data
//! key, of what goes to an organisation.

crate::migration!(
    up: r#"ALTER TABLE invoice ADD COLUMN sides_sealed {bytes};"#,
    down: r#"ALTER TABLE invoice DROP COLUMN sides_sealed;"#
);
