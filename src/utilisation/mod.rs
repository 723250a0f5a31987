//! The yearly report on how far numbers are used (FOR-2004-02-16-426 § 23).
//!
//! Every holder of number series reports by 1 February what the numbers were used for in the year
//! before: per series how many were active, reserved, ported out and free. Caseworkers list the
//! permits whose report is missing. Holders also state that numbers are in use that must be so by a day (§§ 20e and 28);
//! caseworkers are given what is not stated in time. It must not decide anything: what a report leads to is a case.

pub mod actions;
pub mod api;
pub mod model;
pub mod rules;
pub mod store;
pub mod wire;
