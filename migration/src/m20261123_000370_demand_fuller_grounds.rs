//! Changes `document_access_request`: fuller grounds that were demanded for a refusal (offentleglova § 31), by when they
//! are due, and what was given.

crate::migration!(
    up: r#"
ALTER TABLE document_access_request ADD COLUMN grounds_number {int};
ALTER TABLE document_access_request ADD COLUMN grounds_asked_at {ts};
ALTER TABLE document_access_request ADD COLUMN grounds_due_on {date};
ALTER TABLE document_access_request ADD COLUMN grounds_given_at {ts};
ALTER TABLE document_access_request ADD COLUMN grounds_given_by {text};
ALTER TABLE document_access_request ADD COLUMN grounds_answer_number {int};
ALTER TABLE document_access_request ADD COLUMN grounds_sealed {bytes};
CREATE INDEX document_access_request_grounds_ix ON document_access_request (grounds_due_on, id) WHERE grounds_given_at IS NULL;
"#,
    down: r#"
DROP INDEX document_access_request_grounds_ix;
ALTER TABLE document_access_request DROP COLUMN grounds_sealed;
ALTER TABLE document_access_request DROP COLUMN grounds_answer_number;
ALTER TABLE document_access_request DROP COLUMN grounds_given_by;
ALTER TABLE document_access_request DROP COLUMN grounds_given_at;
ALTER TABLE document_access_request DROP COLUMN grounds_due_on;
ALTER TABLE document_access_request DROP COLUMN grounds_asked_at;
ALTER TABLE document_access_request DROP COLUMN grounds_number;
"#
);
