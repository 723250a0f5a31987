//! An index of when permits of a kind ended: what contacts were told of them is deleted some time after, and those that have
//! not ended, which are nearly all, are not read for it.

crate::migration!(
    up: "CREATE INDEX permit_ended_ix ON permit (kind, ended_at) WHERE ended_at IS NOT NULL;",
    down: "DROP INDEX permit_ended_ix;"
);
