//! Decisions of the rescue slice on given facts: what a key is and what it is searched by, what is
//! answered when nobody is registered, which codes stand in an alert, where a code and the register
//! differ. Pure: no database, no clock, no request.

mod absence;
pub mod alert_text;
mod compare;
pub mod digest;
mod key;
#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};

use crate::disclosure::policy::{Kind, Policy};
pub use absence::{Absence, Foreign, OtherRegister, absence, ship_register};
pub use compare::{Remark, differences_from};
pub use key::{ForeignRegistration, Key, KeyFlaw, MatchKind, Search, read_key};

/// What stands for an incident reference that is not there yet.
pub const PENDING: &str = "pending";

/// Longest incident reference or name of an officer, in characters.
pub const LONGEST_NAME: usize = 64;

/// An incident reference or the name of an officer, if it can be one: printable, not blank, and at
/// most [`LONGEST_NAME`] characters.
pub fn read_name_of(text: &str) -> Option<String> {
    let text = text.trim();
    let fits = !text.is_empty()
        && text.chars().count() <= LONGEST_NAME
        && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned())
}

/// True while the rescue centre still gets the last holder of a permit that ended at `ended`: until
/// the policy removes the permit from its register.
pub fn is_shown_after_end(kind: Kind, ended: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    Policy::load()
        .retention_rule(&format!("{kind}-register"))
        .and_then(|rule| rule.period)
        .is_some_and(|period| now < period.add_to_instant(ended))
}
