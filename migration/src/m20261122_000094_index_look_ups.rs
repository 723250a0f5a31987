//! Indexes `disclosure` by what look-ups carry, so that those without an incident reference are found.

crate::migration!(
    up: r#"
CREATE INDEX disclosure_reference_ix ON disclosure (incident_reference, at) WHERE incident_reference IS NOT NULL;
CREATE INDEX disclosure_look_up_ix ON disclosure (look_up_key) WHERE look_up_key IS NOT NULL;
"#,
    down: r#"
DROP INDEX disclosure_look_up_ix;
DROP INDEX disclosure_reference_ix;
"#
);
