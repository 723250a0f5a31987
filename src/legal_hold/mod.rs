//! Legal holds: what must not be destroyed although its time is over, because a court, an appeal or a dispute may need it.
//!
//! A hold is on a holder, a case or a permit, for a reason, until a day or until it is lifted by an administrator. The
//! retention job passes over everything held (`retention/store.rs`). Setting and lifting are committed to in the
//! sealed log. A hold on a case holds what is about its party and its permit.

pub mod actions;
pub mod api;
pub mod model;
pub mod store;
pub mod wire;
