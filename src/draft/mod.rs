//! Drafts: applications that are not filed yet.
//!
//! A draft may be incomplete and may hold what was typed wrong, so that nothing is lost on the way. It
//! belongs to the person or the organisation that began it, whether the registry has met them or not;
//! nobody else sees it, caseworkers included. It is sealed under a data key of its own, which goes with
//! it: when it is filed, in the same commit; when it is thrown away; and some days after the last change.
//!
//! It decides nothing about permits: what is missing is what the kind's own reading of an application
//! says, and filing is the same action as without a draft.

pub mod actions;
pub mod api;
pub mod check;
pub mod shape;
pub mod store;
pub mod wire;
