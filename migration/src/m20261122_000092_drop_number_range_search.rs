//! Drops the folded texts of `number_range`: lists are served from the public register in memory.

crate::migration!(
    up: r#"
ALTER TABLE number_range DROP COLUMN search;
ALTER TABLE number_range DROP COLUMN provider_search;
"#,
    down: r#"
ALTER TABLE number_range ADD COLUMN search {text} NOT NULL DEFAULT '';
ALTER TABLE number_range ADD COLUMN provider_search {text};
"#
);
