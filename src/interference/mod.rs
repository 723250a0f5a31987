//! Reports of radio interference, from everybody, without signing in.
//!
//! A report is sealed under a key of its own. A caseworker opens a supervision case for it, puts it to one that
//! is open, or closes it: then it is deleted in that commit, and nothing is left but the count by class, county
//! and month. Who reported follows it by number and a code that is good once; no name, place or code stands in an
//! address. Reports about services that lives depend on are told of at once.

pub mod actions;
pub mod api;
pub mod model;
pub mod rules;
pub mod store;
pub mod wire;
