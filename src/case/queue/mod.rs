//! The caseworkers' queue: which cases there are, how many of each, and the views of it that a
//! caseworker keeps.
//!
//! Counts are exact and never counted: whoever changes a case adds rows to `case_tally_change` in the
//! same transaction, a job adds them up into `case_tally`, and readers take the sum of both.

pub mod actions;
pub mod model;
pub mod rules;
pub mod store;
