//! Figures of the registry for everybody: how many permits of each kind were issued in a year and are
//! in force, how old the persons are who hold them, and in which counties holders live or work.
//!
//! Persons are counted, never shown: a small count of persons is kept back, and so is whatever would
//! let it be reckoned from the others ([`model::keep_back`]). Figures are counted in the database and
//! then shown from memory, with the time they were counted.

pub mod api;
pub mod current;
pub mod model;
pub mod store;
pub mod wire;
