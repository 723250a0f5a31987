//! Counts and times that law or the registry sets, dated: rows of `src/data/limits.tsv`. What follows from one is decided
//! where it is asked for.

use std::str::FromStr;

use chrono::NaiveDate;

use super::{
    calendar::Period,
    table::{Table, code_enum},
};

const TABLE: &str = include_str!("../data/limits.tsv");

code_enum! {
    /// What is limited.
    Limit {
        /// Most non-commercial five-digit numbers of one end user (FOR-2004-02-16-426 §§ 16 and 22).
        NonCommercialNumbers = "non-commercial-numbers",
        /// Before its end, from when on a transmitter permit may be renewed.
        TransmitterRenewalOpens = "transmitter-renewal-opens",
        /// How long a call sign is kept for whoever won the draw.
        DrawnSignKept = "drawn-sign-kept",
        /// How long after its decision is due numbers are held for a case.
        NumbersHeld = "numbers-held",
        /// First year that yearly fees are charged for.
        FeeYearFirst = "fee-year-first",
        /// Share of a series of call signs, in per cent, from which staff are warned.
        SeriesNearlyFull = "series-nearly-full",
    }
}

impl Limit {
    /// The number by the rules of `day`; nothing when there is no rule.
    pub fn count(self, day: NaiveDate) -> Option<u64> {
        self.value(TABLE, day)
    }

    /// The time by the rules of `day`; nothing when there is no rule.
    pub fn period(self, day: NaiveDate) -> Option<Period> {
        self.value(TABLE, day)
    }

    fn value<T: FromStr>(self, table: &str, day: NaiveDate) -> Option<T> {
        Table::new(table).rows().find_map(|row| {
            let from: NaiveDate = row.value("valid_from")?;
            let until: Option<NaiveDate> = row.value("valid_until");
            let holds = from <= day && until.is_none_or(|until| day < until);
            (row.text("limit") == self.code() && holds).then(|| row.value("value"))?
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn every_limit_has_one_value_today() {
        let today = day("2026-11-22");
        for limit in Limit::ALL {
            let is_period = Table::new(TABLE)
                .rows()
                .any(|row| row.text("limit") == limit.code() && row.text("value").starts_with('P'));
            let value = if is_period {
                limit.period(today).map(|period| u64::from(!period.is_zero()))
            } else {
                limit.count(today)
            };
            assert!(value.is_some_and(|value| value > 0), "{limit:?}");
        }
        assert_eq!(Table::new(TABLE).rows().count(), Limit::ALL.len());
    }

    #[test]
    fn a_past_day_has_the_limit_of_that_day() {
        let changed = "# source\nlimit\tvalue\tvalid_from\tvalid_until\tsource\n\
            numbers-held\tP6M\t2010-01-01\t2020-01-01\t\n\
            numbers-held\tP24M\t2020-01-01\t\t\n";
        let held = |on: &str| Limit::NumbersHeld.value::<Period>(changed, day(on));
        assert_eq!(held("2009-12-31"), None);
        assert_eq!(held("2019-12-31"), Period::parse("P6M").ok());
        assert_eq!(held("2020-01-01"), Period::parse("P24M").ok());
        assert_eq!(Limit::NonCommercialNumbers.count(day("1999-01-01")), None);
    }
}
