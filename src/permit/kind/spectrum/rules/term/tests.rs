//! The times of the act.

use super::*;
use crate::{
    failure::FieldErrors,
    permit::kind::{PermitKind as _, spectrum::Spectrum},
};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn validity(from: &str, until: &str) -> Validity {
    Validity::new(day(from), Some(day(until))).unwrap()
}

fn licence(from: &str, until: &str) -> SpectrumDetails {
    let parsed = Spectrum::parse(&Spectrum::example(), false, &mut FieldErrors::new()).unwrap();
    SpectrumDetails { validity: validity(from, until), ..parsed.details }
}

#[test]
fn every_row_reads_and_is_dated() {
    for rule in [
        "broadband_shortest",
        "broadband_extended",
        "broadband_assessed_before",
        "renewal_earliest_before",
    ] {
        assert!(term(rule, day("2026-11-22")).is_some(), "{rule}");
        assert!(term(rule, day("2024-12-31")).is_none(), "{rule} before the act");
    }
    let rows = Table::new(HARMONISED);
    for row in rows.rows() {
        let (from, to): (u64, u64) = (row.value("from_hz").unwrap(), row.value("to_hz").unwrap());
        assert!(from < to && row.value::<NaiveDate>("valid_from").is_some());
    }
}

#[test]
fn harmonised_broadband_shorter_than_fifteen_years_is_for_the_caseworker_to_judge() {
    let today = day("2026-11-22");
    let codes = |details: &SpectrumDetails| -> Vec<&str> {
        judge(details, today).iter().map(|reason| reason.code).collect()
    };
    assert_eq!(codes(&licence("2027-01-01", "2042-01-01")), [""; 0]);
    assert_eq!(codes(&licence("2027-01-01", "2041-12-31")), ["shorter-than-the-act"]);
    assert_eq!(codes(&licence("2026-11-21", "2042-01-01")), ["begins-in-the-past"]);
    let other =
        SpectrumDetails { wireless_broadband: false, ..licence("2027-01-01", "2030-01-01") };
    assert_eq!(codes(&other), [""; 0]);
}

#[test]
fn broadband_is_extended_once_to_twenty_years_and_not_in_the_last_two() {
    let details = licence("2027-01-01", "2042-01-01");
    let renewed = |until: &str, today: &str| {
        renewed_until(&details, validity("2027-01-01", until), day(today)).map_err(|r| r.code)
    };
    assert_eq!(renewed("2042-01-01", "2035-06-01"), Ok(day("2047-01-01")));
    assert_eq!(renewed("2042-01-01", "2040-01-01"), Ok(day("2047-01-01")));
    assert_eq!(renewed("2042-01-01", "2040-01-02"), Err("too-late"));
    assert_eq!(renewed("2047-01-01", "2040-01-01"), Err("extended-already"));
    assert_eq!(renewed("2042-01-01", "2042-01-01"), Err("ended"));
}

#[test]
fn other_licences_are_renewed_for_their_time_in_the_last_five_years() {
    let details =
        SpectrumDetails { wireless_broadband: false, ..licence("2027-01-01", "2037-01-01") };
    let renewed = |today: &str| {
        renewed_until(&details, details.validity, day(today)).map_err(|reason| reason.code)
    };
    assert_eq!(renewed("2031-12-31"), Err("too-early"));
    assert_eq!(renewed("2032-01-01"), Ok(day("2047-01-01")));
}
