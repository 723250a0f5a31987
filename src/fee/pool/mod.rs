//! The pool that spectrum licences share every year (FOR-2024-01-17-79 § 15).
//!
//! The authority sets the year's amount: the frequency share less the income of §§ 11–14 and 16. The
//! yearly job shares it among the licences held on 1 January and writes a line for each, once; a
//! licence given later in the year pays, by the period rule, the whole or half of what it would have
//! paid among those of 1 January, whose lines stay. Until the amount is set nothing is settled, and
//! a year is settled later without loss. `rules/spectrum.rs` does the sums.

pub mod actions;
pub mod api;
pub mod model;
pub mod store;
pub mod wire;
