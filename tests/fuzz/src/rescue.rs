//! As `src/rescue`: its rules.

pub mod rules;
