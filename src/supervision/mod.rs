//! Supervision: what the authority looks into of its own motion or after reports of interference, and what it does
//! about it: measurements, advance notices (forvaltningsloven § 16), orders, coercive fines (ekomloven § 15-11).
//!
//! A case is directed at one respondent, who may be unknown at first. Orders and fines are decisions: they go out as
//! letters and can be appealed against by the rules of `appeal/`. A fine is proposed by one and signed by another.
//! What a fine has come to is computed from the day it runs from, appeals and the day of correction, never stored.
//! Each step is an entry in the journal of its case, whose number is of the series of all cases.

pub mod actions;
pub mod api;
pub mod lifecycle;
pub mod model;
pub mod rules;
pub mod store;
pub mod wire;
