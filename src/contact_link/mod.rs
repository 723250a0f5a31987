//! What an emergency contact can do with the link they were sent: see what is registered about them,
//! correct it, confirm it, or object. The link is good once and for a month; only its hash is kept.
//!
//! Whoever objects is taken away at once, without being asked why (GDPR Article 21): nobody can be made
//! to answer the telephone. The holder is told, and where nobody is left to call, a caseworker is.

pub mod actions;
pub mod api;
pub mod limit;
pub mod wire;
