//! Changes `subscription`: what of a replay the worker has still to write, as JSON.

crate::migration!(
    up: r#"
ALTER TABLE subscription ADD COLUMN replay {text};
"#,
    down: r#"
ALTER TABLE subscription DROP COLUMN replay;
"#
);
