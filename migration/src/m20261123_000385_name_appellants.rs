//! Adds to `appeal` who appeals, where that is not the party the case is of: the receiver of a transfer.

crate::migration!(
    up: "ALTER TABLE appeal ADD COLUMN appellant_id {uuid};",
    down: "ALTER TABLE appeal DROP COLUMN appellant_id;"
);
