//! Changes `draft`: besides applications for new permits it holds amendments of a permit, and answers and appeals in
//! a case; of each one at a time.

crate::migration!(
    up: r#"
ALTER TABLE draft ADD COLUMN purpose {text} NOT NULL DEFAULT 'new' CONSTRAINT draft_purpose_ck CHECK (purpose IN ('new', 'amendment', 'reply', 'appeal'));
ALTER TABLE draft ADD COLUMN about {uuid};
CREATE UNIQUE INDEX draft_about_uq ON draft (owner_blind, purpose, about) WHERE about IS NOT NULL;
"#,
    down: r#"
DROP INDEX draft_about_uq;
DELETE FROM draft WHERE purpose <> 'new';
ALTER TABLE draft DROP COLUMN about;
ALTER TABLE draft DROP COLUMN purpose;
"#
);
