//! As `src/rescue/rules.rs`: the scanner of alerts and the reader of keys.

#[path = "../../../../src/rescue/rules/alert_text/mod.rs"]
pub mod alert_text;
#[path = "../../../../src/rescue/rules/key.rs"]
mod key;

pub use key::{Key, read_key};
