//! The case journal: every document in and out, numbered within its case (`2026/000123-4`).
//!
//! Written in the transaction of the action it records; each entry is committed to in the sealed log.

pub mod api;
pub mod store;

pub use store::{Direction, Entry, add, add_document, content, next_number, of_case};
