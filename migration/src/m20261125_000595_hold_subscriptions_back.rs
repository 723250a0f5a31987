//! Changes `subscription`: until when its recipient has asked to be sent nothing.

crate::migration!(
    up: r#"
ALTER TABLE subscription ADD COLUMN held_until {ts};
"#,
    down: r#"
ALTER TABLE subscription DROP COLUMN held_until;
"#
);
