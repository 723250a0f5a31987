//! Finds the open cases of the authority's own motion, to end those about permits that have ended, without reading all open cases.

crate::migration!(
    up: r#"
CREATE INDEX case_own_motion_ix ON "case" (applicant_id, permit_id) WHERE channel = 'authority' AND decided_at IS NULL;
"#,
    down: r#"
DROP INDEX case_own_motion_ix;
"#
);
