//! Norwegian national identity numbers: eleven digits, the birth date first, two check digits last (population register act,
//! LOV-2016-12-09-88 § 2-2, and its regulation FOR-2017-07-14-1201 ch. 2).
//!
//! A number leaves this type only through [`NationalId::reveal`]: it has no `Display`, no JSON form and a redacting `Debug`.
//! Nothing is read out of a number but its kind; a birth date comes from the population register or the applicant.

use chrono::NaiveDate;

use super::text::{TextFlaw, compact, digit_text, digits, weighted_sum};
use super::{Flaw, redacted_debug};

const FIRST_WEIGHTS: [u8; 9] = [3, 7, 6, 1, 8, 9, 4, 5, 2];
const SECOND_WEIGHTS: [u8; 10] = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2];

/// A well-formed national identity number: whether it was ever issued is for the population register to say.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NationalId([u8; 11]);

/// Which rule the first check digit follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NationalIdRule {
    /// The strict rule of all numbers issued before 1 January 2032.
    #[default]
    Current,
    /// The relaxed rule for numbers issued from 1 January 2032; every number of the strict rule passes it too.
    From2032,
}

impl NationalIdRule {
    /// The rule of a day: the relaxed one from the day numbers of it are issued.
    pub fn on(day: chrono::NaiveDate, relaxed_from: chrono::NaiveDate) -> Self {
        if day < relaxed_from { Self::Current } else { Self::From2032 }
    }
}

/// The series a number was taken from, seen from its month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NationalIdSeries {
    /// A number of the population register: month 1 to 12.
    Register,
    /// Month 41 to 52: a help number of the health services or a test number of one; never a number of the register.
    Help,
    /// Month 81 to 92: a synthetic person of the population register's test population (Tenor).
    Tenor,
}

/// Why a text is not a national identity number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NationalIdFlaw {
    #[error(transparent)]
    Text(#[from] TextFlaw),
    #[error("a national identity number has exactly eleven digits; write those and nothing else")]
    Form,
    #[error("the first six digits are not a birth date; check them for a slip")]
    Date,
    #[error("the check digits do not fit; check the number for a slip")]
    CheckDigit,
}

impl Flaw for NationalIdFlaw {
    fn code(&self) -> &'static str {
        match self {
            Self::Text(flaw) => flaw.code(),
            Self::Form => "form",
            Self::Date => "birth-date",
            Self::CheckDigit => "check-digit",
        }
    }
}

impl NationalId {
    /// Reads eleven digits, spaces allowed anywhere, ordinary numbers and D-numbers alike.
    /// Synthetic numbers are read too; whether they are welcome is asked of [`NationalId::is_synthetic`].
    pub fn parse(input: &str, rule: NationalIdRule) -> Result<Self, NationalIdFlaw> {
        let id = Self(digits(compact(input)?.as_bytes()).ok_or(NationalIdFlaw::Form)?);
        if !id.has_birth_date() {
            return Err(NationalIdFlaw::Date);
        }
        if !id.has_check_digits(rule) {
            return Err(NationalIdFlaw::CheckDigit);
        }
        Ok(id)
    }

    /// The eleven digits in clear text, for encryption, a blind index or a caller entitled to them.
    pub fn reveal(&self) -> String {
        digit_text(&self.0)
    }

    /// Whether the number is a D-number: the day is raised by 40, given to people without a residence in Norway.
    pub const fn is_d_number(&self) -> bool {
        self.0[0] >= 4
    }

    /// The series the number belongs to.
    pub fn series(&self) -> NationalIdSeries {
        match self.0[2] / 4 {
            0 => NationalIdSeries::Register,
            1 => NationalIdSeries::Help,
            _ => NationalIdSeries::Tenor,
        }
    }

    /// Whether the number can never be that of a person in the population register: a Tenor or a help number.
    /// Production refuses these, a test system refuses all others.
    pub fn is_synthetic(&self) -> bool {
        self.series() != NationalIdSeries::Register
    }

    fn pair(&self, at: usize) -> u32 {
        u32::from(self.0[at]) * 10 + u32::from(self.0[at + 1])
    }

    /// Whether day and month, less what the series adds, exist in a year of a century the individual digits allow.
    fn has_birth_date(&self) -> bool {
        let day = if self.is_d_number() { self.pair(0) - 40 } else { self.pair(0) };
        let month = self.pair(2) % 40;
        // 93 to 99 would otherwise be read as 13 to 19, which no month is either; 80 and 40 give month 0.
        let individual = self.pair(6) * 10 + u32::from(self.0[8]);
        centuries(self.pair(4), individual)
            .any(|year| NaiveDate::from_ymd_opt(year, month, day).is_some())
    }

    fn has_check_digits(&self, rule: NationalIdRule) -> bool {
        let [.., first, second] = self.0;
        let first_sum = weighted_sum(&self.0, &FIRST_WEIGHTS) + u32::from(first);
        let first_fits = match rule {
            NationalIdRule::Current => first_sum.is_multiple_of(11),
            NationalIdRule::From2032 => first_sum % 11 <= 3,
        };
        first_fits
            && (weighted_sum(&self.0, &SECOND_WEIGHTS) + u32::from(second)).is_multiple_of(11)
    }
}

/// The full years a two-digit year may stand for, given the three individual digits.
fn centuries(year: u32, individual: u32) -> impl Iterator<Item = i32> {
    let year = year.cast_signed();
    let allowed = [
        (1900, individual <= 499),
        (1800, (500..=749).contains(&individual) && year >= 54),
        (2000, individual >= 500 && year <= 39),
        (1900, individual >= 900 && year >= 40),
    ];
    allowed.into_iter().filter(|(_, fits)| *fits).map(move |(century, _)| century + year)
}

redacted_debug!(NationalId);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Every well-formed number of the synthetic series on one birth date, under the strict rule.
    fn synthetic_numbers() -> impl Strategy<Value = [u8; 11]> {
        (1..=28u8, 1..=12u8, 0..=99u8, 0..=499u16).prop_filter_map(
            "unusable check digit",
            |(day, month, year, individual)| {
                let month = month + 80;
                let mut id = [0; 11];
                for (at, pair) in [day, month, year].into_iter().enumerate() {
                    (id[2 * at], id[2 * at + 1]) = (pair / 10, pair % 10);
                }
                for (at, divisor) in [(6, 100), (7, 10), (8, 1)] {
                    id[at] = u8::try_from(individual / divisor % 10).ok()?;
                }
                id[9] = u8::try_from((11 - weighted_sum(&id, &FIRST_WEIGHTS) % 11) % 11)
                    .ok()
                    .filter(|digit| *digit < 10)?;
                id[10] = u8::try_from((11 - weighted_sum(&id, &SECOND_WEIGHTS) % 11) % 11)
                    .ok()
                    .filter(|digit| *digit < 10)?;
                Some(id)
            },
        )
    }

    proptest! {
        #[test]
        fn a_number_is_read_back_under_both_rules(id in synthetic_numbers()) {
            let text = digit_text(&id);
            for rule in [NationalIdRule::Current, NationalIdRule::From2032] {
                let read = NationalId::parse(&text, rule).unwrap();
                prop_assert_eq!(read.reveal(), text.clone());
                prop_assert!(read.is_synthetic());
            }
        }

        #[test]
        fn the_strict_rule_catches_every_single_slip(id in synthetic_numbers(), at in 0..11usize, by in 1..10u8) {
            let mut slip = id;
            slip[at] = (slip[at] + by) % 10;
            prop_assert!(NationalId::parse(&digit_text(&slip), NationalIdRule::Current).is_err());
        }

        #[test]
        fn any_text_is_answered(text in any::<String>()) {
            let _ = NationalId::parse(&text, NationalIdRule::From2032);
        }
    }

    #[test]
    fn the_relaxed_rule_takes_four_remainders_and_the_strict_one_takes_one() {
        let base = [0, 1, 8, 1, 8, 0, 1, 5, 0];
        let mut remainders = Vec::new();
        for first in 0..10 {
            let mut id = [0; 11];
            id[..9].copy_from_slice(&base);
            id[9] = first;
            let second = (11 - weighted_sum(&id, &SECOND_WEIGHTS) % 11) % 11;
            if second == 10 {
                continue;
            }
            id[10] = u8::try_from(second).unwrap();
            let remainder = (weighted_sum(&base, &FIRST_WEIGHTS) + u32::from(first)) % 11;
            let accepts = |rule| NationalId::parse(&digit_text(&id), rule).is_ok();
            assert_eq!(accepts(NationalIdRule::From2032), remainder <= 3, "{remainder}");
            assert_eq!(accepts(NationalIdRule::Current), remainder == 0, "{remainder}");
            remainders.push(remainder);
        }
        assert!((0..=4).all(|remainder| remainders.contains(&remainder)), "{remainders:?}");
    }

    #[test]
    fn individual_digits_allow_the_centuries_of_their_table() {
        for (year, individual, expected) in [
            (0, 499, vec![1900]),
            (99, 0, vec![1999]),
            (54, 500, vec![1854]),
            (99, 749, vec![1899]),
            (53, 500, vec![]),
            (54, 750, vec![]),
            (0, 500, vec![2000]),
            (39, 999, vec![2039]),
            (40, 899, vec![]),
            (40, 900, vec![1940]),
            (99, 999, vec![1999]),
        ] {
            let years: Vec<i32> = centuries(year, individual).collect();
            assert_eq!(years, expected, "{year} {individual}");
        }
    }

    #[test]
    fn debug_shows_no_digit() {
        let id = NationalId::parse("14857833385", NationalIdRule::Current).unwrap();
        assert_eq!(format!("{id:?}"), "NationalId(redacted)");
        assert!(!id.is_d_number());
        assert_eq!(id.series(), NationalIdSeries::Tenor);
    }

    #[test]
    fn series_and_d_number_are_told_apart() {
        let d_number = NationalId::parse("54886642043", NationalIdRule::Current).unwrap();
        assert!(d_number.is_d_number() && d_number.is_synthetic());
        let help = NationalId::parse("11495464298", NationalIdRule::Current).unwrap();
        assert_eq!(help.series(), NationalIdSeries::Help);
        let never_issued = NationalId::parse("01015450068", NationalIdRule::Current).unwrap();
        assert!(!never_issued.is_synthetic());
    }

    #[test]
    fn the_relaxed_rule_holds_from_the_day_that_is_set() {
        let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
        let rule = |today: &str| NationalIdRule::on(day(today), day("2032-01-01"));
        assert_eq!(rule("2031-12-31"), NationalIdRule::Current);
        assert_eq!(rule("2032-01-01"), NationalIdRule::From2032);
    }
}
