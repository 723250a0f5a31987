//! Changes `document_access_request`: when the newest answer was first read by its link; the time for an appeal begins
//! then.

crate::migration!(
    up: r#"ALTER TABLE document_access_request ADD COLUMN opened_at {ts};"#,
    down: r#"ALTER TABLE document_access_request DROP COLUMN opened_at;"#
);
