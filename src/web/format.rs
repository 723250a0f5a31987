//! Numbers and times as people write them in the reader's language.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use chrono_tz::Europe::Oslo;

use super::texts::Words;
use crate::{document::date_for_people, values::language::Language};

impl Words {
    /// A whole number: `12 345` with a space that does not break in Norwegian, `12,345` in English.
    pub fn number(self, number: u64) -> String {
        let digits = number.to_string();
        let separator = if self.0 == Language::English { ',' } else { '\u{a0}' };
        // four digits are not parted in Norwegian
        if digits.len() <= 3 || (digits.len() == 4 && self.0 != Language::English) {
            return digits;
        }
        let mut out = String::new();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                out.push(separator);
            }
            out.push(digit);
        }
        out
    }

    /// A number with decimals, trailing zeros left out: `2,5` in Norwegian, `2.5` in English.
    pub fn decimal(self, number: f64, decimals: usize) -> String {
        let text = format!("{number:.decimals$}");
        let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
        let part = part.trim_end_matches('0');
        let negative = whole.starts_with('-');
        let whole = whole.trim_start_matches('-').parse().map_or_else(
            |_| whole.to_owned(), // larger than any number the registry has
            |whole| self.number(whole),
        );
        let sign = if negative { "\u{2212}" } else { "" };
        let comma = if self.0 == Language::English { '.' } else { ',' };
        if part.is_empty() {
            format!("{sign}{whole}")
        } else {
            format!("{sign}{whole}{comma}{part}")
        }
    }

    /// A day: `22. november 2026`.
    pub fn date(self, day: NaiveDate) -> String {
        date_for_people(day, self.0)
    }

    /// A moment by the clock of Norway: `22. november 2026 kl. 07.05`.
    pub fn moment(self, at: DateTime<Utc>) -> String {
        let local = at.with_timezone(&Oslo);
        let day = self.date(local.date_naive());
        match self.0 {
            Language::English => format!("{day} at {}", local.format("%H:%M")),
            Language::Bokmal | Language::Nynorsk => format!("{day} kl. {}", local.format("%H.%M")),
        }
    }

    /// The end of a time limit: its last day when it ends with that day, else the moment.
    pub fn limit(self, at: DateTime<Utc>) -> String {
        let local = at.with_timezone(&Oslo);
        match local.date_naive().pred_opt() {
            Some(last) if local.time() == NaiveTime::MIN => self.date(last),
            _ => self.moment(at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NB: Words = Words(Language::Bokmal);
    const EN: Words = Words(Language::English);

    #[test]
    fn numbers_are_parted_as_the_language_does() {
        assert_eq!(NB.number(6_760), "6760");
        assert_eq!(NB.number(1_500_000), "1\u{a0}500\u{a0}000");
        assert_eq!(EN.number(6_760), "6,760");
        assert_eq!((NB.number(0), EN.number(999)), ("0".into(), "999".into()));
        assert_eq!(NB.decimal(1234.5, 2), "1234,5");
        assert_eq!(EN.decimal(-12_345.678, 2), "\u{2212}12,345.68");
        assert_eq!(NB.decimal(3.0, 1), "3");
    }

    #[test]
    fn moments_are_by_the_clock_of_norway() {
        let at = "2026-06-30T22:05:00Z".parse().unwrap();
        assert_eq!(NB.moment(at), "1. juli 2026 kl. 00.05");
        assert_eq!(EN.moment(at), "1 July 2026 at 00:05");
    }

    #[test]
    fn a_limit_that_ends_with_a_day_is_that_day() {
        assert_eq!(NB.limit("2026-06-30T22:00:00Z".parse().unwrap()), "30. juni 2026");
        assert_eq!(NB.limit("2026-06-30T22:05:00Z".parse().unwrap()), "1. juli 2026 kl. 00.05");
    }
}
