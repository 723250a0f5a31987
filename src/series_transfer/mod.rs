//! Moving a number series to the provider who serves most of its numbers (FOR-2004-02-16-426 § 24).
//!
//! When more than half of a series has been ported out, by the holder's own yearly report, the
//! authority may give the series to the provider with most of the numbers that were ported. Which
//! provider that is stands in the operators' reference database, not here, so a caseworker names its
//! permit and the grounds. Both permits change in one transaction, each by a decision of its own; a
//! permit that has no other numbers ends. It must not move anything a holder asks for: that is a
//! transfer of the permit (`case/actions/life.rs`).

pub mod actions;
pub mod api;
pub mod rules;
pub mod wire;
