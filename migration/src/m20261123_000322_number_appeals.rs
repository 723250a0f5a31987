//! Adds to `appeal` its number in the journal of its case; appeals that came before have none.

crate::migration!(
    up: "ALTER TABLE appeal ADD COLUMN number {int};",
    down: "ALTER TABLE appeal DROP COLUMN number;"
);
