//! The second signature: decisions of some kinds are proposed by one caseworker and signed by another,
//! who may also send them back. Which, stands in `src/data/second_signatures.tsv`, by date.
//!
//! A proposal is about the case as it stands: whatever changes the state of the case ends it.

pub mod rules;
pub mod store;
