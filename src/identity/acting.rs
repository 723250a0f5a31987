//! Whom somebody who is signed in acts for, and how long that is believed. Pure: whether somebody may act for
//! an organisation is asked elsewhere (`representation/`).

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::values::organisation_number::OrganisationNumber;

/// A mandate is asked about anew so long after it was confirmed.
pub const RENEWED_AFTER: TimeDelta = TimeDelta::hours(1);
/// While nobody answers, a mandate holds so long after it was confirmed.
pub const HOLDS: TimeDelta = TimeDelta::hours(2);
/// Longest name that a session carries, in characters: a cookie takes four kilobytes.
const LONGEST_NAME: usize = 120;

/// Whom somebody acts for who could act for several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Acting {
    /// Themselves, although their token names an organisation.
    Person,
    /// The organisation that their token names.
    Representative,
    /// An organisation they have chosen, for which the register of representation says they may act.
    Mandate(Mandate),
}

/// That somebody may act for an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mandate {
    /// Number of the organisation.
    pub number: OrganisationNumber,
    /// Its name.
    pub name: String,
    confirmed_at: DateTime<Utc>,
}

impl Acting {
    /// What tells one choice from another, in forms.
    pub fn code(&self) -> String {
        match self {
            Self::Person => "person".to_owned(),
            Self::Representative => "representative".to_owned(),
            Self::Mandate(mandate) => mandate.number.to_string(),
        }
    }
}

impl Mandate {
    /// A mandate that was confirmed now.
    pub fn confirmed(number: OrganisationNumber, name: &str, now: DateTime<Utc>) -> Self {
        Self { number, name: name.chars().take(LONGEST_NAME).collect(), confirmed_at: now }
    }

    /// It is to be asked about anew.
    pub fn is_due(&self, now: DateTime<Utc>) -> bool {
        now - self.confirmed_at >= RENEWED_AFTER
    }

    /// It is believed although nobody has answered.
    pub fn holds(&self, now: DateTime<Utc>) -> bool {
        now - self.confirmed_at < HOLDS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mandate_is_asked_about_each_hour_and_believed_for_two() {
        let now = DateTime::UNIX_EPOCH;
        let number = OrganisationNumber::parse("974760673").expect("a number");
        let mandate = Mandate::confirmed(number, &"å".repeat(500), now);
        assert_eq!(mandate.name.chars().count(), LONGEST_NAME);
        for (minutes, is_due, holds) in
            [(0, false, true), (59, false, true), (60, true, true), (120, true, false)]
        {
            let then = now + TimeDelta::minutes(minutes);
            assert_eq!((mandate.is_due(then), mandate.holds(then)), (is_due, holds), "{minutes}");
        }
    }

    #[test]
    fn choices_of_sessions_from_before_are_read() {
        for (text, acting) in
            [("\"person\"", Acting::Person), ("\"representative\"", Acting::Representative)]
        {
            assert_eq!(serde_json::from_str::<Acting>(text).expect(text), acting);
        }
    }
}
