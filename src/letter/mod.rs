//! Letters: what the authority tells a party, made as data in the transaction of the step they tell of.
//!
//! A letter is a [`crate::document::Document`] under the addressee's data key, with a number in the journal of
//! its case and its hash in that entry. The PDF is drawn from the data after the commit, once; its own hash
//! is chained in the sealed log, so that neither data nor file can change unseen. The page of a letter is
//! drawn from the same data each time.
//!
//! Opening a letter by its addressee is written down and starts the appeal period; who does not open it is
//! reminded by text message after a week (eForvaltningsforskriften § 8).

pub mod actions;
pub mod api;
pub mod comment;
pub mod model;
pub mod notices;
pub mod rules;
pub mod store;
pub mod wire;

#[cfg(test)]
mod tests;
