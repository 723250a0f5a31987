//! Cases: from an application to its decision.
//!
//! An application makes a case with a number, a receipt and a deadline. A caseworker may ask for
//! more, which stops the clock; the decision issues the permit in the same transaction. Everything
//! that passes is sealed under the applicant's data key.

pub mod actions;
pub mod api;
pub mod lifecycle;
pub mod store;
pub mod wire;
