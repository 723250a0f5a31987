//! Invoices: fee lines of a holder under a number without gaps, with a KID, a last day to pay and a letter.
//!
//! Lines are written in the commit they belong to (`fee/actions.rs`) and wait for their invoice as rows; a job gathers
//! what waits, one invoice for each holder and run, so nothing is lost between the two and the number, which
//! must have no gaps, is not taken inside grants. A line has one place for its invoice and one for its credit
//! note. What is paid and what is credited are added up on the invoice; whether it is open, paid or to be paid
//! back follows (`model.rs`). A line is paid when its invoice is.
//!
//! What is not paid in time is reminded of once; after that it is shown to caseworkers. Nothing here touches a
//! permit: non-payment never revokes by itself.

pub mod accounts;
pub mod actions;
pub mod api;
pub mod credit;
pub mod ehf;
pub mod export;
pub(crate) mod letters;
pub mod model;
pub mod rules;
pub mod store;
pub mod wire;
