//! The national frequency plan by date: editions taken over from the frequency portal's export, beside
//! the tables the program carries (`values/frequency_plan.rs`).
//!
//! An edition holds from its day until the next one begins; the days are derived from the first days,
//! so that they can neither overlap nor leave a hole. Every process keeps the editions in memory
//! ([`current`]); public reads never wait for the database. No edition decides anything.

pub mod actions;
pub mod api;
pub mod current;
pub mod listing;
pub mod model;
pub mod store;
pub mod wire;
