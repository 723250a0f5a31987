//! Tells which permits had emergency contacts that are not listed any more, so that these are taken out of the history. Where
//! it is not known, the history is looked at once.

crate::migration!(
    up: r#"
ALTER TABLE permit ADD COLUMN contacts_replaced_at {ts};
UPDATE permit SET contacts_replaced_at = changed_at WHERE version > 1 AND kind IN ('plb', 'aircraft') AND contacts_destroyed_at IS NULL;
CREATE INDEX permit_contacts_replaced_ix ON permit (contacts_replaced_at) WHERE contacts_replaced_at IS NOT NULL;
"#,
    down: r#"
DROP INDEX permit_contacts_replaced_ix;
ALTER TABLE permit DROP COLUMN contacts_replaced_at;
"#
);
