//! Restriction of processing (GDPR Article 18): a person's data stay where they are and stop going out.
//!
//! Imposed and lifted by the data protection officer or an administrator, on one of the four grounds of
//! the article. From the commit on, nothing of the person goes to programmers or is shown to the public.
//! A rescue centre goes on getting what may save a life until a person has decided: a caseworker is
//! given a task and says `stop`, or `keep`, which rests on the vital interests of the holder and of
//! those who would be called (Article 18(2), Article 6(1)(d)).
//!
//! Every step is a row that is never changed, committed to in the sealed log.

pub mod actions;
pub mod api;
pub mod model;
pub mod store;
pub mod wire;
