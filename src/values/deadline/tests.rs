//! Tests of the deadlines: the published vectors, and properties over forty years.

use chrono::{FixedOffset, NaiveTime};
use proptest::prelude::*;

use super::*;
use crate::{
    disclosure::legal_basis,
    values::calendar::{is_working_day, start_of_day},
};

const VECTORS: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/deadline_vectors.tsv"));

fn noon(day: NaiveDate) -> DateTime<Utc> {
    start_of_day(day) + chrono::TimeDelta::hours(12)
}

#[test]
fn every_line_of_the_table_is_read_and_every_timer_has_a_rule() {
    let lines = include_str!("../../data/deadlines.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .count();
    assert_eq!(rules().len(), lines - 1);
    for timer in Timer::ALL {
        assert!(rules().iter().any(|rule| rule.timer == *timer), "{timer:?}");
    }
}

#[test]
fn every_rule_rests_on_provisions_in_force_when_it_began_or_later() {
    for rule in rules() {
        for code in &rule.statutes {
            let basis = legal_basis::find(code).unwrap_or_else(|| panic!("{code} is unknown"));
            let today = "2026-11-21".parse().unwrap();
            assert!(basis.in_force(rule.valid_from.max(basis.valid_from.unwrap())), "{code}");
            assert!(rule.valid_until.is_some() || basis.in_force(today), "{code}");
        }
    }
}

#[test]
fn every_published_vector_is_met() {
    let rows: Vec<&str> = VECTORS.lines().filter(|line| !line.starts_with('#')).skip(1).collect();
    assert_eq!(rows.len(), 80);
    for line in rows {
        let cells: Vec<&str> = line.split('\t').collect();
        let (id, start, expected) = (cells[0], cells[1], cells[3]);
        let timer = Timer::named(cells[2]).unwrap_or_else(|| panic!("{id}: unknown timer"));
        if start.contains('T') {
            let instant = |text: &str| {
                DateTime::<FixedOffset>::parse_from_str(text, "%Y-%m-%dT%H:%M%:z").unwrap()
            };
            assert_eq!(
                deadline(timer, instant(start).to_utc()).unwrap().ends_at,
                instant(expected),
                "{id}"
            );
            continue;
        }
        let (start, expected): (NaiveDate, NaiveDate) =
            (start.parse().unwrap(), expected.parse().unwrap());
        // The hour of the day must not matter: a minute after midnight, at noon and a minute before midnight.
        for at in [
            start_of_day(start),
            noon(start),
            end_of_day(start) - chrono::TimeDelta::microseconds(1),
        ] {
            let found = deadline(timer, at).unwrap();
            assert_eq!(found.last_day, expected, "{id}");
            assert!(
                !found.is_over(end_of_day(expected) - chrono::TimeDelta::microseconds(1)),
                "{id}"
            );
            assert!(found.is_over(end_of_day(expected)), "{id}");
        }
    }
}

#[test]
fn a_receipt_is_due_at_once() {
    let at = noon("2026-11-21".parse().unwrap());
    assert_eq!(deadline(Timer::Receipt, at).unwrap().ends_at, at);
}

#[test]
fn an_evening_in_universal_time_is_already_the_next_day_in_norway() {
    let at = "2026-07-01T22:30:00Z".parse().unwrap();
    assert_eq!(deadline(Timer::Appeal, at).unwrap().last_day.to_string(), "2026-07-23");
    assert_eq!(
        deadline(Timer::Appeal, at).unwrap().ends_at.to_rfc3339(),
        "2026-07-23T22:00:00+00:00"
    );
}

#[test]
fn a_comment_period_is_set_in_the_case_and_a_statutory_one_is_not() {
    let at = noon("2026-04-10".parse().unwrap());
    let three_weeks = "P3W".parse().unwrap();
    assert_eq!(deadline(Timer::AdvanceNotice, at), Err(DeadlineFlaw::LengthMissing));
    assert_eq!(
        deadline_of_length(Timer::AdvanceNotice, at, three_weeks).unwrap().last_day.to_string(),
        "2026-05-04"
    );
    assert_eq!(deadline_of_length(Timer::Appeal, at, three_weeks), Err(DeadlineFlaw::LengthFixed));
}

#[test]
fn a_rule_does_not_reach_back_before_it_was_in_force() {
    let at = noon("2024-12-31".parse().unwrap());
    assert_eq!(deadline(Timer::FrequencyDecision, at), Err(DeadlineFlaw::NotInForce));
}

#[test]
fn a_third_party_appeals_within_three_weeks_and_never_after_three_months() {
    let decided = noon("2026-06-01".parse().unwrap());
    let early = appeal_by_third_party(noon("2026-06-08".parse().unwrap()), decided).unwrap();
    assert_eq!(early.last_day.to_string(), "2026-06-29");
    let late = appeal_by_third_party(noon("2026-08-25".parse().unwrap()), decided).unwrap();
    assert_eq!(late.last_day.to_string(), "2026-09-01");
}

fn timer() -> impl Strategy<Value = Timer> {
    prop::sample::select(
        Timer::ALL
            .iter()
            .copied()
            .filter(|timer| *timer != Timer::AdvanceNotice)
            .collect::<Vec<_>>(),
    )
}

fn day() -> impl Strategy<Value = NaiveDate> {
    (0_i32..14_600).prop_map(|offset| {
        NaiveDate::from_ymd_opt(2025, 1, 1).unwrap() + chrono::TimeDelta::days(offset.into())
    })
}

proptest! {
    #[test]
    fn a_later_trigger_never_ends_earlier(timer in timer(), one in day(), other in day()) {
        let (first, second) = (one.min(other), one.max(other));
        prop_assert!(deadline(timer, noon(first)).unwrap() <= deadline(timer, noon(second)).unwrap());
    }

    #[test]
    fn a_rolled_end_is_a_working_day_and_at_most_five_days_later(timer in timer(), start in day()) {
        let rule = rule_on(timer, start).unwrap();
        let end = deadline(timer, noon(start)).unwrap().last_day;
        if rule.rolls {
            prop_assert!(is_working_day(end));
            let unrolled = rule.lengths.iter().map(|length| length.add_to(start)).min().unwrap();
            prop_assert!((end - unrolled).num_days() <= 5);
            prop_assert!(end >= unrolled);
        }
    }

    #[test]
    fn no_time_limit_ends_before_it_begins(timer in timer(), start in day(), second in 0_u32..86_400) {
        let at = start.and_time(NaiveTime::from_num_seconds_from_midnight_opt(second, 0).unwrap()).and_utc();
        prop_assert!(deadline(timer, at).unwrap().ends_at >= at);
    }
}
