//! The yearly run: every permit's annual fees of a year, and one invoice for each holder.
//!
//! A run settles permits in the order of their ids, then issues invoices in the order of holders, in pieces of one
//! transaction each. Where it stands lies in its row, which each piece locks: whoever is killed leaves the last
//! whole piece behind, and any number of processes work on one run in turn. That nothing is charged twice does not
//! rest on the run but on the rows it writes (`fee_assessment`, and a line's one place for its invoice).
//!
//! On 1 January the worker begins the run of the year by itself, as it does for permits it finds later and for
//! years it slept through; an administrator may begin one earlier in the day. A run for a year that has not begun
//! is refused, since who pays is decided by who holds a permit on 1 January (fee regulation § 4).

pub mod actions;
pub mod api;
pub mod store;
