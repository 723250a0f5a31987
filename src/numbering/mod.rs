//! Number ranges: which numbers, codes and names are assigned, held, free or blocked.
//!
//! One row per range, both ends inside, no two overlapping in a plan (a constraint of PostgreSQL;
//! the one writer looks on SQLite). A range is assigned with its permit, held while its case runs,
//! and given back when the permit ends; a part taken out of a free range leaves the rest free. The
//! published list of today (`E164.csv`) is taken over and given out in its own layout. Who operates
//! a ported number is not known here: that is the reference database of the operators.

pub mod actions;
pub mod api;
pub mod list;
pub mod listing;
pub mod model;
pub mod published;
pub mod rules;
pub mod search;
pub mod share;
pub mod store;
pub mod wire;
