//! Cases: from an application to its decision.
//!
//! An application makes a case with a number, a receipt and a deadline. A caseworker may ask for
//! more, which stops the clock; the decision issues the permit in the same transaction. Everything
//! that passes is sealed under the applicant's data key.
//!
//! Amendment, renewal and transfer of a permit are cases too: their `purpose` says which, and they
//! name the permit from the beginning.

pub mod actions;
pub mod api;
pub mod grounds;
pub mod lifecycle;
pub mod model;
pub mod queue;
pub mod signing;
pub mod store;
pub mod wire;
pub mod wishes;
