//! Destroying what is kept long enough: emergency contacts of ended permits, messages and the links in them, tasks,
//! outcomes of alerts, look-ups and other entries of the disclosure log, restrictions that were lifted.
//!
//! How long each is kept, and why, stands in a dated table that follows the policy ([`rules`]); a job
//! deletes what is older. What is deleted from the sealed log loses its salt too, so that nothing can be
//! found again from what remains, and the chain still holds. Sessions are not here: they are not kept
//! (`identity/session.rs`).

pub mod actions;
pub mod rules;
pub mod store;
