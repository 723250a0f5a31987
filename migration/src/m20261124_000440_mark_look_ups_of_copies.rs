//! Adds to `disclosure` whether a rescue centre's own copy answered the look-up, which was brought here afterwards.

crate::migration!(
    up: "ALTER TABLE disclosure ADD COLUMN by_copy {bool} NOT NULL DEFAULT false;",
    down: "ALTER TABLE disclosure DROP COLUMN by_copy;"
);
