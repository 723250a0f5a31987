//! Who got or read a party's data: the disclosure log as the person it is about sees it (GDPR Article 15).
//!
//! It tells what the policy gives the holder of that log: when, to what kind of recipient, for which purpose, which
//! fields, of which permit. Never their values, nor who looked, for which incident or by which key. A look-up by a
//! rescue centre is told when its incident is over ([`rules`]), so that nobody learns of an operation that is going on.

pub mod api;
pub mod rules;
pub mod store;
pub mod wire;
