//! Finds what stands in the disclosure log long enough to be destroyed without reading all of it each hour.

crate::migration!(
    up: r#"
CREATE INDEX disclosure_at_ix ON disclosure (at);
"#,
    down: r#"
DROP INDEX disclosure_at_ix;
"#
);
