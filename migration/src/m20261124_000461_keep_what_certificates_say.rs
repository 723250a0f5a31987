//! Adds to `certificate` what its file was drawn from, with its hash. Files drawn before that have neither.

crate::migration!(
    up: r#"
ALTER TABLE certificate ADD COLUMN document_sealed {bytes};
ALTER TABLE certificate ADD COLUMN document_sha256 {bytes};
"#,
    down: r#"
ALTER TABLE certificate DROP COLUMN document_sealed;
ALTER TABLE certificate DROP COLUMN document_sha256;
"#
);
