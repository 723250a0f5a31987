//! Ranges of Norwegian telephone numbers as they are assigned: first to last number, both inside, all of one length.
//!
//! Leading zeros count: `02000` is a five-digit number. Who holds a range is registered elsewhere.

use super::number_plan::{PlanRow, row_of};
use super::text::{TextFlaw, compact};
use super::{Flaw, text_value};

/// A range of national numbers within one row of the numbering plan, at least one number long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NumberRange {
    /// Number of digits first, so that ranges sort by length and then by number.
    length: u8,
    first: u64,
    last: u64,
}

/// Why a text is not a range of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NumberRangeFlaw {
    #[error(transparent)]
    Text(#[from] TextFlaw),
    #[error(
        "a number range is the first and the last number with a hyphen between, or one number; write digits and spaces only, without country code"
    )]
    Form,
    #[error("the first and the last number have different lengths; write both in full")]
    Length,
    #[error("the last number is before the first; exchange them")]
    Order,
    #[error(
        "the range is not within one series of the numbering plan; divide it or check it for a slip"
    )]
    Plan,
}

impl Flaw for NumberRangeFlaw {
    fn code(&self) -> &'static str {
        match self {
            Self::Text(flaw) => flaw.code(),
            Self::Form => "form",
            Self::Length => "range-length",
            Self::Order => "range-order",
            Self::Plan => "numbering-plan",
        }
    }
}

/// Most digits of a Norwegian number.
const MAX_DIGITS: usize = 12;

impl NumberRange {
    /// Reads `22000000-22009999` or one number, spaces allowed anywhere; the whole range lies in one row of the plan.
    pub fn parse(input: &str) -> Result<Self, NumberRangeFlaw> {
        let text = compact(input)?;
        let (first, last) = text.as_str().split_once('-').unwrap_or((text.as_str(), text.as_str()));
        Self::new(first, last)
    }

    /// The range from one number to another, both inside, spaces allowed anywhere; the whole range lies in one row of the plan.
    pub fn new(first: &str, last: &str) -> Result<Self, NumberRangeFlaw> {
        let range = Self::of_digits(compact(first)?.as_str(), compact(last)?.as_str())?;
        row_of(range).map(|_| range).ok_or(NumberRangeFlaw::Plan)
    }

    /// The range without regard to the plan.
    pub(super) fn of_digits(first: &str, last: &str) -> Result<Self, NumberRangeFlaw> {
        let number = |text: &str| {
            let well_formed =
                text.len() <= MAX_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit());
            well_formed.then(|| text.parse::<u64>().ok()).flatten().ok_or(NumberRangeFlaw::Form)
        };
        let (first_number, last_number) = (number(first)?, number(last)?);
        if first.len() != last.len() {
            return Err(NumberRangeFlaw::Length);
        }
        if last_number < first_number {
            return Err(NumberRangeFlaw::Order);
        }
        let length = u8::try_from(first.len()).map_err(|_| NumberRangeFlaw::Form)?;
        Ok(Self { length, first: first_number, last: last_number })
    }

    /// The first number, leading zeros kept.
    pub fn first(self) -> String {
        self.digits(self.first)
    }

    /// The last number, itself inside, leading zeros kept.
    pub fn last(self) -> String {
        self.digits(self.last)
    }

    /// How many digits each number has.
    pub const fn length(self) -> u8 {
        self.length
    }

    /// How many numbers the range has, at least 1.
    pub const fn size(self) -> u64 {
        self.last - self.first + 1
    }

    /// Whether the ranges share a number.
    pub const fn overlaps(self, other: Self) -> bool {
        self.length == other.length && self.first <= other.last && other.first <= self.last
    }

    /// Whether all numbers of `other` are in this range.
    pub const fn covers(self, other: Self) -> bool {
        self.length == other.length && self.first <= other.first && other.last <= self.last
    }

    /// The most particular row of the plan that holds the range.
    pub fn plan_row(self) -> Option<&'static PlanRow> {
        row_of(self)
    }

    /// First and last number grouped as their row of the plan shows them: `22 00 00 00`.
    pub fn grouped(self) -> (String, String) {
        let group = |digits: String| {
            self.plan_row().map_or_else(|| digits.clone(), |row| row.grouped(&digits))
        };
        (group(self.first()), group(self.last()))
    }

    fn digits(self, number: u64) -> String {
        format!("{number:0width$}", width = usize::from(self.length))
    }

    fn canonical(self) -> String {
        self.to_string()
    }
}

/// `22000000-22009999`, or the number alone when there is one.
impl std::fmt::Display for NumberRange {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.first())?;
        if self.last > self.first {
            write!(formatter, "-{}", self.last())?;
        }
        Ok(())
    }
}

text_value!(NumberRange, NumberRangeFlaw);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ranges_are_counted_and_grouped() {
        let range = NumberRange::new("22 00 00 00", "22 00 99 99").unwrap();
        assert_eq!((range.size(), range.to_string().as_str()), (10_000, "22000000-22009999"));
        assert_eq!(range.grouped(), ("22 00 00 00".to_owned(), "22 00 99 99".to_owned()));
        assert_eq!(NumberRange::parse("90000000").unwrap().grouped().0, "900 00 000");
        let special = NumberRange::parse("02000 - 02009").unwrap();
        assert_eq!((special.length(), special.first().as_str(), special.size()), (5, "02000", 10));
    }

    #[test]
    fn each_fault_has_its_own_message() {
        for (text, code) in [
            ("", "empty"),
            ("2200000a", "form"),
            ("+4722000000", "form"),
            ("1-2-3", "form"),
            ("22000000-", "empty"),
            ("22000000-220099999", "range-length"),
            ("22009999-22000000", "range-order"),
            ("39999999-40000000", "numbering-plan"),
            ("58000000", "numbering-plan"),
            ("111111111111", "numbering-plan"),
            ("0123456789012", "form"),
        ] {
            assert_eq!(NumberRange::parse(text).unwrap_err().code(), code, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_range_is_read_back(first in 20_000_000..=38_000_000u64, size in 1..100_000u64) {
            let range = NumberRange::parse(&format!("{first}-{}", first + size - 1)).unwrap();
            prop_assert_eq!(range.size(), size);
            prop_assert_eq!(NumberRange::parse(&range.to_string()), Ok(range));
            let (from, to) = range.grouped();
            prop_assert_eq!(NumberRange::new(&from, &to), Ok(range));
        }

        #[test]
        fn overlap_is_a_shared_number(a in 100..180u16, b in 0..20u16, c in 100..180u16, d in 0..20u16) {
            let (x, y) = (NumberRange::of_digits(&a.to_string(), &(a + b).to_string()).unwrap(), NumberRange::of_digits(&c.to_string(), &(c + d).to_string()).unwrap());
            prop_assert_eq!(x.overlaps(y), (a..=a + b).any(|n| (c..=c + d).contains(&n)));
            prop_assert_eq!(x.covers(y), (c..=c + d).all(|n| (a..=a + b).contains(&n)));
        }

        #[test]
        fn any_text_is_answered(text in any::<String>(), near in "[0-9 -]{0,30}") {
            let _ = NumberRange::parse(&text);
            let _ = NumberRange::parse(&near);
        }
    }
}
