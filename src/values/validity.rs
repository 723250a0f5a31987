//! The days a thing holds: from a date, until a date that is no longer inside, or without end.
//!
//! Dates only; the day is Norway's, and who asks says which day it is.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Flaw;

/// A half-open range of days with at least one day in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "ValidityText", into = "ValidityText")]
pub struct Validity {
    from: NaiveDate,
    until: Option<NaiveDate>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ValidityText {
    valid_from: NaiveDate,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    valid_until: Option<NaiveDate>,
}

/// Why two dates are not a validity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ValidityFlaw {
    #[error(
        "the end is not after the beginning; the end is the first day that is no longer inside"
    )]
    Order,
}

impl Flaw for ValidityFlaw {
    fn code(&self) -> &'static str {
        "validity-order"
    }
}

impl Validity {
    /// From `from` up to but not including `until`; without end when `until` is `None`.
    pub fn new(from: NaiveDate, until: Option<NaiveDate>) -> Result<Self, ValidityFlaw> {
        if until.is_some_and(|until| until <= from) {
            Err(ValidityFlaw::Order)
        } else {
            Ok(Self { from, until })
        }
    }

    /// From `from` without end.
    pub const fn open(from: NaiveDate) -> Self {
        Self { from, until: None }
    }

    /// The first day.
    pub const fn from(self) -> NaiveDate {
        self.from
    }

    /// The first day that is no longer inside.
    pub const fn until(self) -> Option<NaiveDate> {
        self.until
    }

    pub fn contains(self, day: NaiveDate) -> bool {
        self.from <= day && !self.has_ended(day)
    }

    /// Whether the last day lies before `day`.
    pub fn has_ended(self, day: NaiveDate) -> bool {
        self.until.is_some_and(|until| until <= day)
    }

    /// Whether the two share a day.
    pub fn overlaps(self, other: Self) -> bool {
        !self.has_ended(other.from) && !other.has_ended(self.from)
    }

    /// The same beginning, ending on `until` or earlier if it already did.
    pub fn cut(self, until: NaiveDate) -> Result<Self, ValidityFlaw> {
        Self::new(self.from, Some(self.until.map_or(until, |end| end.min(until))))
    }
}

impl TryFrom<ValidityText> for Validity {
    type Error = ValidityFlaw;

    fn try_from(text: ValidityText) -> Result<Self, Self::Error> {
        Self::new(text.valid_from, text.valid_until)
    }
}

impl From<Validity> for ValidityText {
    fn from(validity: Validity) -> Self {
        Self { valid_from: validity.from, valid_until: validity.until }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(number: i32) -> NaiveDate {
        NaiveDate::from_num_days_from_ce_opt(740_000 + number).unwrap()
    }

    fn validities() -> impl Strategy<Value = Validity> {
        (0..30, proptest::option::of(1..30)).prop_map(|(from, length)| {
            Validity::new(day(from), length.map(|length| day(from + length))).unwrap()
        })
    }

    #[test]
    fn an_end_on_or_before_the_beginning_is_refused() {
        assert_eq!(Validity::new(day(2), Some(day(2))), Err(ValidityFlaw::Order));
        assert!(
            serde_json::from_str::<Validity>(
                r#"{"validFrom":"2026-01-02","validUntil":"2026-01-01"}"#
            )
            .is_err()
        );
        assert_eq!(
            serde_json::to_string(&Validity::open(day(0))).unwrap(),
            format!(r#"{{"validFrom":"{}"}}"#, day(0))
        );
    }

    proptest! {
        #[test]
        fn two_overlap_when_they_share_a_day(a in validities(), b in validities()) {
            prop_assert_eq!(a.overlaps(b), (0..70).any(|n| a.contains(day(n)) && b.contains(day(n))));
            prop_assert_eq!(a.overlaps(b), b.overlaps(a));
        }

        #[test]
        fn a_cut_takes_days_away_and_adds_none(a in validities(), at in 0..70) {
            if let Ok(cut) = a.cut(day(at)) {
                for n in 0..70 {
                    prop_assert_eq!(cut.contains(day(n)), a.contains(day(n)) && n < at);
                }
            }
        }
    }
}
