//! The case journal: every document in and out, numbered within its case (`2026/000123-4`) and within the journal of
//! the year (`25367/2026`).
//!
//! An entry is written in the transaction of the action it records, and committed to in the sealed log. Its number in
//! the journal of the year is given after the commit, in one place, so that there are no holes. Which access code it
//! has follows from dated tables until a caseworker sets another. [`public`] is what everybody sees of it, and
//! [`export`] how it goes to eInnsyn and to the archive.

pub mod actions;
pub mod api;
pub mod export;
pub mod model;
pub mod public;
pub mod rules;
pub mod store;
pub mod wire;

pub use model::Direction;
pub use store::{
    Document, Entry, With, add, add_document, content, next_number, of_case, write, write_dated,
};
