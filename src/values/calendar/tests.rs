//! Tests of the calendar: the published holidays, known Easters, and properties of periods.

use proptest::prelude::*;

use super::*;

const HOLIDAYS: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/public_holidays.tsv"));

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn the_holidays_of_five_years_are_exactly_the_published_ones() {
    let mut published: Vec<(NaiveDate, String, String)> = HOLIDAYS
        .lines()
        .filter(|line| !line.starts_with('#'))
        .skip(1)
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            (day(cells[0]), cells[1].to_owned(), cells[2].to_owned())
        })
        .collect();
    let mut computed: Vec<(NaiveDate, String, String)> = day("2026-01-01")
        .iter_days()
        .take_while(|day| day.year() <= 2030)
        .flat_map(|day| {
            Holiday::ALL.into_iter().filter(move |one| one.falls_on(day)).map(move |one| (day, one))
        })
        .map(|(day, one)| (day, one.name().to_owned(), day.format("%a").to_string().to_lowercase()))
        .collect();
    published.sort();
    computed.sort();
    assert_eq!(computed, published);
}

#[test]
fn easter_falls_on_the_known_days() {
    // Earliest and latest possible, leap years, and years at both ends of the table of the Church.
    for known in [
        "1818-03-22",
        "1943-04-25",
        "2000-04-23",
        "2008-03-23",
        "2024-03-31",
        "2026-04-05",
        "2038-04-25",
        "2285-03-22",
    ] {
        assert!(Holiday::EasterSunday.falls_on(day(known)), "{known}");
    }
}

#[test]
fn a_saturday_is_no_working_day_and_no_holiday() {
    assert!(!is_working_day(day("2026-11-21")));
    assert!(!is_public_holiday(day("2026-11-21")));
    assert!(is_public_holiday(day("2026-11-22")));
    assert!(is_working_day(day("2026-12-24")));
}

#[test]
fn the_day_turns_at_midnight_in_norway() {
    assert_eq!(oslo_date("2026-01-01T22:59:59Z".parse().unwrap()), day("2026-01-01"));
    assert_eq!(oslo_date("2026-01-01T23:00:00Z".parse().unwrap()), day("2026-01-02"));
    assert_eq!(oslo_date("2026-07-01T22:00:00Z".parse().unwrap()), day("2026-07-02"));
    // The day the clock goes forward has 23 hours.
    let length = end_of_day(day("2026-03-29")) - start_of_day(day("2026-03-29"));
    assert_eq!(length.num_hours(), 23);
}

#[test]
fn a_month_ends_on_the_same_date_or_the_last_of_a_shorter_month() {
    let add = |period: &str, to: &str| Period::parse(period).unwrap().add_to(day(to));
    assert_eq!(add("P1M", "2026-01-31"), day("2026-02-28"));
    assert_eq!(add("P1Y", "2028-02-29"), day("2029-02-28"));
    assert_eq!(add("P3W", "2026-11-21"), day("2026-12-12"));
    assert_eq!(add("PT8H", "2026-11-21"), day("2026-11-22"));
    assert_eq!(add("P0D", "2026-11-21"), day("2026-11-21"));
}

#[test]
fn a_period_is_read_in_its_one_notation() {
    for (text, printed) in [
        ("P3W", "P21D"),
        ("P12M", "P1Y"),
        ("PT72H", "PT72H"),
        ("PT0S", "P0D"),
        ("P1Y2M3W4DT5H6M7S", "P1Y2M25DT5H6M7S"),
    ] {
        assert_eq!(Period::parse(text).unwrap().to_string(), printed);
    }
    for text in [
        "", "P", "PT", "P1", "1D", "p1d", "P1.5D", "P-1D", "P1D2M", "P1DT", "P1M1M", "PD", "P 1D",
        "P１D",
    ] {
        assert_eq!(Period::parse(text), Err(PeriodFlaw::Malformed), "{text}");
    }
    for text in ["P1001Y", "P4294967296D", "P366001D"] {
        assert_eq!(Period::parse(text), Err(PeriodFlaw::TooLong), "{text}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(text in "\\PC*") {
        let _ = Period::parse(&text);
        let _ = Period::parse(&format!("P{text}"));
    }

    #[test]
    fn a_printed_period_is_read_back(months in 0_u32..=12_000, days in 0_u32..=366_000, seconds: u32) {
        let period = Period { months, days, seconds };
        prop_assert_eq!(Period::parse(&period.to_string()), Ok(period));
    }

    #[test]
    fn working_days_are_counted_one_by_one(offset in 0_i64..20_000, count in 1_u32..40) {
        let start = day("2020-01-01") + TimeDelta::days(offset);
        let end = add_working_days(start, count);
        prop_assert!(is_working_day(end));
        let between = start.iter_days().skip(1).take_while(|day| *day <= end).filter(|day| is_working_day(*day));
        prop_assert_eq!(between.count(), count as usize);
        prop_assert_eq!(next_working_day(end), end);
    }

    #[test]
    fn easter_is_a_sunday_between_22_march_and_25_april(year in 1583_i32..9999) {
        let (month, number) = easter(year);
        let sunday = NaiveDate::from_ymd_opt(year, month, number).unwrap();
        prop_assert_eq!(sunday.weekday(), Weekday::Sun);
        prop_assert!((3, 22) <= (month, number) && (month, number) <= (4, 25));
        prop_assert!(Holiday::EasterSunday.falls_on(sunday));
    }

    #[test]
    fn the_farthest_days_do_not_panic(months: u32, days: u32, seconds: u32) {
        let period = Period { months, days, seconds };
        let _ = period.add_to(NaiveDate::MAX);
        let _ = period.add_to_instant(DateTime::<Utc>::MAX_UTC);
        let _ = (next_working_day(NaiveDate::MAX), add_working_days(NaiveDate::MAX, 3), end_of_day(NaiveDate::MAX));
    }
}
