//! Appeals against decisions (forvaltningsloven §§ 28 to 34).
//!
//! A party appeals in the case, within the period that the opening of the letter set off, or late with a reason; a
//! caseworker registers what comes on paper, also of others with a legal interest. Other parties are told and may comment.
//! The authority dismisses the appeal, reverses its own decision, or sends it on to the body that decides appeals that day,
//! with the documents of the case; then it writes down what that body decided. Each step is a step of the case, with a
//! letter and an entry in the journal in the same transaction; what follows for the permit is in
//! `case/actions/after_appeal.rs`.

pub mod actions;
pub mod api;
pub mod model;
pub mod receive;
pub mod rules;
pub mod store;
pub mod wire;
