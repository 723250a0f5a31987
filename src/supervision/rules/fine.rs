//! What a coercive fine has come to on a day. The rules stand in `coercive_fine_rules.tsv`; each is an assumption, as the
//! table says. Pure: nothing of it is stored, so a correction of a day or of an appeal corrects the sum.

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::super::model::{FineTerms, FineWay};
use crate::{
    appeal::{
        model::{Appeal, AppealStatus},
        rules::closed_at,
    },
    values::{
        calendar::oslo_date,
        deadline::{DeadlineFlaw, Timer, deadline},
        table::{Table, code_enum},
    },
};

const TABLE: &str = include_str!("../../data/coercive_fine_rules.tsv");

code_enum! {
    /// A rule of the table.
    Rule {
        /// Days from the proposal to the first day.
        EarliestDays = "earliest-days",
        /// An appeal stops the fine while it is considered.
        PausedByAppeal = "paused-by-appeal",
        /// The day of correction costs.
        DayOfCorrectionCounts = "day-of-correction-counts",
    }
}

fn rule(rule: Rule, day: NaiveDate) -> Option<&'static str> {
    Table::new(TABLE).rows().find_map(|row| {
        let from: NaiveDate = row.value("valid_from")?;
        let until: Option<NaiveDate> = row.value("valid_until");
        let holds = from <= day && until.is_none_or(|until| day < until);
        (row.text("rule") == rule.code() && holds).then(|| row.text("value"))
    })
}

fn is_so(which: Rule, day: NaiveDate) -> bool {
    rule(which, day) == Some("yes")
}

/// First day a fine proposed on `today` may run or fall due.
pub fn earliest(today: NaiveDate) -> NaiveDate {
    let days = rule(Rule::EarliestDays, today).and_then(|days| days.parse().ok()).unwrap_or(0);
    today + Days::new(days)
}

/// Days on which a fine does not run: from the first, to the day before the second; none while it goes on.
pub type Pause = (NaiveDate, Option<NaiveDate>);

/// The days on which appeals stop a fine. One that is dismissed has never stopped it, however often another comes.
pub fn pauses(appeals: &[Appeal]) -> Vec<Pause> {
    appeals
        .iter()
        .filter(|appeal| appeal.status != AppealStatus::Inadmissible)
        .map(|appeal| {
            let until = appeal.closed.as_ref().map(|(at, _)| oslo_date(*at));
            (oslo_date(appeal.received_at), until)
        })
        .collect()
}

/// Whether nothing can change a fine by an appeal any more: the appeal body let it stand, or nobody has appealed in
/// time. `told` is when it, or the dismissal of the last appeal, was decided, and when the letter about that reached its
/// addressee; of a letter that never did the limit for late appeals is waited for (forvaltningsloven §§ 29, 31).
///
/// # Errors
/// When no rule was in force on the day.
pub fn is_final(
    appeals: &[Appeal],
    (decided_at, reached_at): (DateTime<Utc>, Option<DateTime<Utc>>),
    now: DateTime<Utc>,
) -> Result<bool, DeadlineFlaw> {
    if appeals.iter().any(|appeal| appeal.status.is_open()) {
        return Ok(false);
    }
    if appeals.last().is_some_and(|last| last.status == AppealStatus::Upheld) {
        return Ok(true);
    }
    let period = reached_at.map(|reached| deadline(Timer::Appeal, reached)).transpose()?;
    Ok(closed_at(period, decided_at)?.is_over(now))
}

/// What happened after a fine was set.
#[derive(Debug, Clone, Copy, Default)]
pub struct Course<'a> {
    /// Day on which what was ordered was done.
    pub corrected_on: Option<NaiveDate>,
    /// Day on which the case was closed, or the fine taken back for the time to come.
    pub stopped_on: Option<NaiveDate>,
    /// Appeals: from the day one came in to the day it was closed.
    pub appeals: &'a [Pause],
}

/// What a fine has come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accrued {
    /// Days that cost; 1 for a one-off fine that fell due.
    pub days: u64,
    /// Øre.
    pub amount: i64,
    /// It cannot come to more.
    pub is_at_maximum: bool,
    /// An appeal stops it today.
    pub is_paused: bool,
}

/// What a fine has come to by the beginning of `today`: the days before it that cost.
pub fn accrued(terms: &FineTerms, course: &Course<'_>, today: NaiveDate) -> Accrued {
    let paused_by_appeal = is_so(Rule::PausedByAppeal, terms.from);
    let is_paused_on = |day: NaiveDate| {
        paused_by_appeal
            && course
                .appeals
                .iter()
                .any(|(from, until)| *from <= day && until.is_none_or(|until| day < until))
    };
    let corrected = course.corrected_on.map(|day| {
        if is_so(Rule::DayOfCorrectionCounts, terms.from) { day + Days::new(1) } else { day }
    });
    // the first day that does not cost
    let end = [corrected, course.stopped_on].into_iter().flatten().fold(today, NaiveDate::min);
    let days = match terms.way {
        FineWay::Running => {
            let days = terms.from.iter_days().take_while(|day| *day < end);
            days.filter(|day| !is_paused_on(*day)).count() as u64
        }
        FineWay::OneOff => {
            // it falls due on the first day from its own that no appeal stops, unless it was corrected before
            let due =
                terms.from.iter_days().take_while(|day| *day < end).find(|day| !is_paused_on(*day));
            u64::from(due.is_some())
        }
    };
    let whole = i64::try_from(days).unwrap_or(i64::MAX).saturating_mul(terms.amount);
    let amount = terms.maximum.map_or(whole, |maximum| whole.min(maximum));
    Accrued {
        days,
        amount,
        is_at_maximum: terms.maximum.is_some_and(|maximum| whole >= maximum),
        is_paused: is_paused_on(today) && end == today,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn running(maximum: Option<i64>) -> FineTerms {
        FineTerms { way: FineWay::Running, amount: 500_000, from: day("2026-03-01"), maximum }
    }

    #[test]
    fn every_rule_has_a_value_in_force_and_none_before_the_act() {
        for one in Rule::ALL {
            assert!(rule(*one, day("2026-11-22")).is_some(), "{one:?}");
            assert_eq!(rule(*one, day("2024-12-31")), None);
        }
        assert_eq!(earliest(day("2026-02-08")), day("2026-03-01"));
    }

    /// Worked by hand: terms, corrected, stopped, appeals, today; days, kroner, at maximum, paused.
    #[test]
    fn vectors() {
        type Vector<'a> = (
            FineTerms,
            &'a str,
            &'a str,
            &'a [(&'a str, &'a str)],
            &'a str,
            (u64, i64, bool, bool),
        );
        let one_off = FineTerms {
            way: FineWay::OneOff,
            amount: 2_500_000,
            from: day("2026-03-01"),
            maximum: None,
        };
        let vectors: [Vector<'_>; 14] = [
            // not begun; the first day costs when it is over
            (running(None), "", "", &[], "2026-02-28", (0, 0, false, false)),
            (running(None), "", "", &[], "2026-03-01", (0, 0, false, false)),
            (running(None), "", "", &[], "2026-03-02", (1, 5_000, false, false)),
            // calendar days, over the change to summer time and the end of the month
            (running(None), "", "", &[], "2026-04-01", (31, 155_000, false, false)),
            // the day of correction costs nothing, and nothing after it
            (running(None), "2026-03-11", "", &[], "2026-04-01", (10, 50_000, false, false)),
            (running(None), "2026-03-01", "", &[], "2026-04-01", (0, 0, false, false)),
            (running(None), "2026-02-20", "", &[], "2026-04-01", (0, 0, false, false)),
            // the case closed before it was corrected
            (running(None), "", "2026-03-06", &[], "2026-04-01", (5, 25_000, false, false)),
            // an appeal of ten days, then one that is open
            (
                running(None),
                "",
                "",
                &[("2026-03-05", "2026-03-15")],
                "2026-03-20",
                (9, 45_000, false, false),
            ),
            (running(None), "", "", &[("2026-03-05", "")], "2026-03-20", (4, 20_000, false, true)),
            // the maximum
            (running(Some(12_000_000)), "", "", &[], "2026-03-25", (24, 120_000, true, false)),
            (running(Some(12_000_000)), "", "", &[], "2026-06-01", (92, 120_000, true, false)),
            // once: due when its day is over without correction; an appeal puts it off
            (one_off, "", "", &[], "2026-03-02", (1, 25_000, false, false)),
            (one_off, "2026-03-01", "", &[], "2026-03-02", (0, 0, false, false)),
        ];
        let maybe = |text: &str| (!text.is_empty()).then(|| day(text));
        for (index, (terms, corrected, stopped, appeals, today, expected)) in
            vectors.into_iter().enumerate()
        {
            let appeals: Vec<Pause> =
                appeals.iter().map(|(from, until)| (day(from), maybe(until))).collect();
            let course = Course {
                corrected_on: maybe(corrected),
                stopped_on: maybe(stopped),
                appeals: &appeals,
            };
            let got = accrued(&terms, &course, day(today));
            let (days, kroner, is_at_maximum, is_paused) = expected;
            let expected = Accrued { days, amount: kroner * 100, is_at_maximum, is_paused };
            assert_eq!(got, expected, "vector {index}");
        }
    }

    fn appeal(status: AppealStatus, received: &str, closed: Option<&str>) -> Appeal {
        let at =
            |text: &str| -> DateTime<Utc> { format!("{text}T12:00:00Z").parse().expect("a time") };
        Appeal {
            id: uuid::Uuid::nil(),
            case: crate::values::ids::CaseId(uuid::Uuid::nil()),
            decided_outcome: "coerciveFine".to_owned(),
            status,
            text: String::new(),
            late_reason: None,
            deferral: None,
            received_at: at(received),
            decision_at: at("2026-02-08"),
            period_ends_on: None,
            in_time: true,
            body: None,
            forwarded_at: None,
            grounds: None,
            body_decision: None,
            closed: closed.map(|closed| (at(closed), "a".to_owned())),
            number: None,
            deferral_answer: None,
            channel: None,
            posted_on: None,
            comments: Vec::new(),
            appellant: None,
        }
    }

    #[test]
    fn a_dismissed_appeal_has_never_stopped_a_fine() {
        use AppealStatus::{Inadmissible, Received, Upheld};
        let dismissed = [
            appeal(Inadmissible, "2026-03-02", Some("2026-03-06")),
            appeal(Inadmissible, "2026-03-07", Some("2026-03-12")),
        ];
        assert_eq!(pauses(&dismissed), []);
        let considered = [dismissed[0].clone(), appeal(Upheld, "2026-03-07", Some("2026-03-12"))];
        assert_eq!(pauses(&considered), [(day("2026-03-07"), Some(day("2026-03-12")))]);
        // while nobody knows yet how it ends, it stops
        let open = [dismissed[0].clone(), appeal(Received, "2026-03-07", None)];
        assert_eq!(pauses(&open), [(day("2026-03-07"), None)]);
    }

    #[test]
    fn a_fine_is_final_when_no_appeal_can_change_it() {
        use AppealStatus::{Forwarded, Inadmissible, Upheld};
        let at =
            |text: &str| -> DateTime<Utc> { format!("{text}T12:00:00Z").parse().expect("a time") };
        let is_final = |appeals: &[Appeal], opened: Option<&str>, now: &str| {
            super::is_final(appeals, (at("2026-02-08"), opened.map(at)), at(now)).expect("a rule")
        };
        // three weeks from 13 March end on 7 April 2026
        assert!(!is_final(&[], Some("2026-03-13"), "2026-04-07"));
        assert!(is_final(&[], Some("2026-03-13"), "2026-04-08"));
        assert!(!is_final(&[], None, "2027-02-07"), "it was never opened");
        assert!(is_final(&[], None, "2027-02-10"));
        assert!(is_final(&[], Some("2027-02-01"), "2027-02-10"), "the year ends before its period");
        let open = [appeal(Forwarded, "2026-03-02", None)];
        assert!(!is_final(&open, Some("2026-03-01"), "2030-01-01"));
        let upheld = [appeal(Upheld, "2026-03-02", Some("2026-06-01"))];
        assert!(is_final(&upheld, None, "2026-06-01"));
        let dismissed = [appeal(Inadmissible, "2026-03-02", Some("2026-03-06"))];
        assert!(!is_final(&dismissed, Some("2026-03-13"), "2026-04-07"));
        assert!(is_final(&dismissed, Some("2026-03-13"), "2026-04-08"));
    }

    proptest! {
        #[test]
        fn a_fine_never_shrinks_with_time_nor_passes_its_maximum(
            from in 0..200u64, length in 0..400u64, appeal in 0..200u64, lasts in 0..100u64,
            maximum in proptest::option::of(1..50_000_000i64), corrected in proptest::option::of(0..500u64),
        ) {
            let start = day("2026-01-01");
            let at = |days: u64| start + Days::new(days);
            let terms = FineTerms { from: at(from), ..running(maximum.map(|most| most.max(500_000))) };
            let appeals = [(at(appeal), Some(at(appeal + lasts)))];
            let course = Course { corrected_on: corrected.map(at), stopped_on: None, appeals: &appeals };
            let mut last = 0;
            for today in (from..from + length).step_by(7).map(at) {
                let now = accrued(&terms, &course, today);
                prop_assert!(now.amount >= last);
                prop_assert!(terms.maximum.is_none_or(|most| now.amount <= most));
                let whole = (today - terms.from).num_days().max(0).unsigned_abs();
                prop_assert!(now.days <= whole);
                last = now.amount;
            }
        }
    }
}
