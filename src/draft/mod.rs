//! Drafts: what is not sent yet: applications for new permits and for amendments, answers to what was asked in
//! a case, appeals; each with the documents that wait to be sent with it.
//!
//! A draft may be incomplete and may hold what was typed wrong, so that nothing is lost on the way. It
//! belongs to the person or the organisation that began it, whether the registry has met them or not;
//! nobody else sees it, caseworkers included. It is sealed under a data key of its own, which goes with
//! it: when it is filed, in the same commit; when it is thrown away; and some days after the last change.
//!
//! Of answers, appeals and amendments there is one draft at a time about the same case or permit. They are filled
//! in on the pages only; the operations know drafts of new permits.
//!
//! It decides nothing about permits: what is missing is what the kind's own reading of an application
//! says, and filing is the same action as without a draft.

pub mod actions;
pub mod api;
pub mod basis;
pub mod check;
pub mod model;
pub mod shape;
pub mod store;
pub mod wire;
