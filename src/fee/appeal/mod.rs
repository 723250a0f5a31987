//! Appeals against fees (gebyrforskriften § 22), by the rules of `appeal/`: over an invoice, or some lines of it, in time
//! or late, dismissed, reversed by a credit note of the lines, or forwarded to the body that decides appeals against fees
//! that day, and what that body decided. Payment does not wait for an appeal unless that is decided; then nobody is
//! reminded meanwhile.
//!
//! The row of an appeal names the invoice where others name their case; everything is journaled in the case of the
//! holder's fees of the year. A coercive fine is appealed against itself, not its invoice.

pub mod actions;
pub mod api;
mod letters;
pub mod store;
pub mod wire;
