//! Changes `permit`: when the emergency contacts of an ended permit were destroyed, so that those whose time is over are
//! found without opening anything.

crate::migration!(
    up: r#"
ALTER TABLE permit ADD COLUMN contacts_destroyed_at {ts};
CREATE INDEX permit_contacts_kept_ix ON permit (ended_at) WHERE ended_at IS NOT NULL AND contacts_destroyed_at IS NULL;
"#,
    down: r#"
DROP INDEX permit_contacts_kept_ix;
ALTER TABLE permit DROP COLUMN contacts_destroyed_at;
"#
);
