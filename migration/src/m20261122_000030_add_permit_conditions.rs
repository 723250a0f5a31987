//! Adds to `permit` the conditions that were set for this permit.

crate::migration!(
    up: r#"
ALTER TABLE permit ADD COLUMN conditions {json} NOT NULL DEFAULT '[]';
"#,
    down: r#"ALTER TABLE permit DROP COLUMN conditions;"#
);
