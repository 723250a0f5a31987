//! Parties: persons and organisations that apply, hold and are contacted.
//!
//! One row each. Every stored copy of a party's data beyond the live rows is sealed under the
//! party's own data key; destroying the key destroys the copies. A correction reaches every
//! recipient of the party's live permits in the same commit ([`actions::amend`]).

pub mod actions;
pub mod api;
pub mod disclosures;
pub mod model;
pub mod store;
pub mod wire;
