//! Documents sent into a case: taken in a stream, known by what is in them, sealed piece by piece under the
//! applicant's data key, numbered in the journal with the SHA-256 of the whole.
//!
//! The pieces lie in the database, or in a folder where one is set; nothing else differs. A document that did
//! not come in whole is not there, and what came of it is removed. What is sent is never run, changed or shown in
//! place: it can only be downloaded.

pub mod actions;
pub mod api;
pub mod chunks;
pub mod model;
pub mod rules;
pub mod store;
pub mod wire;
