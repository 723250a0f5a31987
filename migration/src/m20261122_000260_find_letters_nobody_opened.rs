//! Changes `letter` and `case`: letters nobody has opened are found without reading them, and whether their addressee has
//! ever taken over a permit on the pages, for the list of what goes by post.

crate::migration!(
    up: r#"
CREATE INDEX letter_unopened_ix ON letter (id, party_id, case_id) WHERE opened_at IS NULL;
CREATE INDEX case_taken_over_ix ON "case" (receiver_id) WHERE receiver_id IS NOT NULL;
"#,
    down: r#"
DROP INDEX case_taken_over_ix;
DROP INDEX letter_unopened_ix;
"#
);
