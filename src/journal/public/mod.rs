//! The public journal (offentleglova § 10, offentlegforskrifta §§ 6 and 7): documents in and out, the day after they were
//! journaled, with what keeps them from the public. Persons are named for a year where nothing hides them, and can
//! never be searched for; organisations can.

pub mod actions;
pub mod api;
pub mod wire;
