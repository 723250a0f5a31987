//! Finding what an alert is about in its text as an officer pastes it: SIT 185, whose layout differs
//! from centre to centre and whose lines a browser may have joined, or free words. Pure; it never
//! repairs a code: what does not decode as written is not one, and what has check bits must pass them.
//!
//! [`codes`] finds beacon codes, [`names`] call signs, MMSI, aircraft addresses and registrations; those
//! only where a label announces them, because any word or number could pass for one.

mod codes;
mod names;
#[cfg(test)]
mod tests;

use super::key::Key;
use crate::values::beacon_id::CodeFlaw;
pub use codes::{Found, find_codes};

/// Something in a text that can be looked up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FoundKey {
    /// What it is.
    pub key: Key,
    /// A label stands before it.
    pub labelled: bool,
    /// It stood in a message with the frame synchronisation of a self-test.
    pub self_test: bool,
}

/// What was read from a text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scan {
    /// What can be looked up, each beacon or craft once: codes that a label announces first, then other
    /// codes, then what is named without a code.
    pub found: Vec<FoundKey>,
    /// Why something that a label announces as a code is none.
    pub refused: Vec<CodeFlaw>,
}

/// Everything in a text that can be looked up.
pub fn scan(text: &str) -> Scan {
    let (codes, refused) = codes::scan(text);
    let mut found: Vec<FoundKey> = codes
        .into_iter()
        .map(|code| FoundKey {
            key: Key::Beacon(code.decoded),
            labelled: code.labelled,
            self_test: code.self_test,
        })
        .collect();
    for key in names::find(text) {
        let is_known = found.iter().any(|known| known.key == key || is_named_by(&known.key, &key));
        if !is_known {
            found.push(FoundKey { key, labelled: true, self_test: false });
        }
    }
    Scan { found, refused }
}

/// A code that holds the name itself is looked up by both.
fn is_named_by(code: &Key, name: &Key) -> bool {
    let of_code = code.wider_searches();
    name.searches().iter().any(|search| {
        of_code.iter().any(|other| other.scheme == search.scheme && other.value == search.value)
    })
}
