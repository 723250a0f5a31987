//! Reasons that are demanded for a decision which was made without them (forvaltningsloven § 24).
//!
//! An application that is granted needs no reasons, but who applied may demand them until the time for an appeal is over.
//! Demand and answer are in the journal, the answer is a letter, and the time for an appeal runs anew from the day that
//! reaches the applicant (§ 29). Nothing of the decision itself changes here.

pub mod actions;
pub mod api;
pub mod model;
pub mod rules;
pub mod store;
