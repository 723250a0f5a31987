//! Adds to `case` the version at which what its parties see of it changed last. A party who wrote on an older one before
//! this reads the case anew.

crate::migration!(
    up: r#"
ALTER TABLE "case" ADD COLUMN shown_version {int} NOT NULL DEFAULT 1;
UPDATE "case" SET shown_version = version;
"#,
    down: r#"ALTER TABLE "case" DROP COLUMN shown_version;"#
);
