//! Applications on paper or by telephone while a caseworker types them in: a draft (`draft/`) with a note of whom
//! it is for, how it came and when. The note is sealed under a key of its own and goes with the draft.
//!
//! It decides nothing: what is missing, and filing, are the same as for the applicant's own draft.

pub mod actions;
pub mod model;
pub mod store;
