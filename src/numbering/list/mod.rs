//! The published list the registry began with: the edition last taken over, what became of its
//! ranges, and what a caseworker does with those that no permit holds yet.
//!
//! The edition is kept as it was read, so that the list given out has the same cut as the one that
//! came in: free numbers are joined and split at its borders, whatever was assigned and given back in
//! between. A range that a later edition lacks is removed as that list's own statement, and every
//! statement that ends is kept as a change, with who ended it and why.

pub mod actions;
pub mod api;
pub mod model;
pub mod rules;
pub mod store;
pub mod wire;
