//! What may be measured, noticed, ordered and fined. What a fine comes to is in [`fine`]. Pure.

pub mod fine;

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::{
    lifecycle::Status,
    model::{Act, Deed, FineTerms, FineWay, LevelUnit, Standing},
};
use crate::values::ids::LetterId;

/// Least and most a level can be, in hundredths of a decibel.
pub const fn level_bounds(unit: LevelUnit) -> (i32, i32) {
    match unit {
        LevelUnit::FieldStrength => (-10_000, 25_000),
        LevelUnit::Power => (-20_000, 10_000),
    }
}

/// Largest bandwidth of a receiver, in hertz.
pub const MOST_BANDWIDTH: u64 = 10_000_000_000;

/// Most a fine can be set to, in øre: ten million kroner a day or once, a thousand million in all.
pub const MOST_AMOUNT: i64 = 1_000_000_000;
/// Most it can come to in all.
pub const MOST_MAXIMUM: i64 = 100_000_000_000;

/// How far ahead a day may lie on which something is to have happened, in days.
pub const LONGEST_WAIT: u64 = 1827;

/// Why an order cannot be given on a day although the state of the case allows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderFlaw {
    /// No notice came before, and no reason is given why (§ 16).
    NoNotice,
    /// The respondent may still comment.
    MayComment(NaiveDate),
}

/// Whether an order may be given: after a notice whose time to comment is over, or with a reason why there was none.
///
/// # Errors
/// Which of the two is missing.
pub fn may_order(acts: &[Act], today: NaiveDate, without_notice: bool) -> Result<(), OrderFlaw> {
    let latest = acts.iter().rev().find(|act| matches!(act.deed, Deed::Notice { .. }));
    if without_notice {
        return Ok(());
    }
    let Some(due) = latest.and_then(|act| act.due_on) else { return Err(OrderFlaw::NoNotice) };
    let has_answered = acts.iter().any(|act| {
        matches!(act.deed, Deed::Remark { from_respondent: true, .. })
            && latest.is_some_and(|notice| act.made_at >= notice.made_at)
    });
    if due < today || has_answered { Ok(()) } else { Err(OrderFlaw::MayComment(due)) }
}

/// The last day to comment on the advance notice that a letter tells of (forvaltningsloven § 16); nothing once the respondent
/// has, when another notice took its place, or when the case has gone on.
pub fn may_comment_until(status: Status, acts: &[Act], letter: LetterId) -> Option<NaiveDate> {
    if matches!(status, Status::Corrected | Status::Closed) {
        return None;
    }
    let at = acts.iter().rposition(|act| matches!(act.deed, Deed::Notice { .. }))?;
    let (notice, since) = (&acts[at], &acts[at + 1..]);
    let is_over = since.iter().any(|act| {
        act.deed.is_decision() || matches!(act.deed, Deed::Remark { from_respondent: true, .. })
    });
    notice.due_on.filter(|_| notice.letter == Some(letter) && !is_over)
}

/// When the respondent commented on the advance notice that a letter tells of, before another one or a decision came.
pub fn commented_at(acts: &[Act], letter: LetterId) -> Option<DateTime<Utc>> {
    let is_notice = |act: &&Act| matches!(act.deed, Deed::Notice { .. });
    let at = acts.iter().position(|act| is_notice(&act) && act.letter == Some(letter))?;
    let mut since =
        acts[at + 1..].iter().take_while(|act| !is_notice(act) && !act.deed.is_decision());
    let is_theirs = |act: &&Act| matches!(act.deed, Deed::Remark { from_respondent: true, .. });
    since.find(is_theirs).map(|act| act.made_at)
}

/// An order that holds.
pub fn order_in_force(acts: &[Act]) -> Option<&Act> {
    acts.iter()
        .rev()
        .find(|act| matches!(act.deed, Deed::Order { .. }) && act.standing == Standing::InForce)
}

/// Why terms of a fine cannot be proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FineFlaw {
    /// Not a positive amount, or too large.
    Amount,
    /// Below the amount, or too large.
    Maximum,
    /// A one-off fine has no maximum beside its amount.
    MaximumOfOneOff,
    /// Before the appeal period could be over; the first day possible.
    TooSoon(NaiveDate),
    /// Years ahead.
    TooLate,
}

/// Every flaw of terms proposed on `today`.
pub fn flaws_of(terms: &FineTerms, today: NaiveDate) -> Vec<FineFlaw> {
    let mut flaws = Vec::new();
    if !(1..=MOST_AMOUNT).contains(&terms.amount) {
        flaws.push(FineFlaw::Amount);
    }
    match (terms.way, terms.maximum) {
        (FineWay::OneOff, Some(_)) => flaws.push(FineFlaw::MaximumOfOneOff),
        (FineWay::Running, Some(maximum)) if maximum < terms.amount || maximum > MOST_MAXIMUM => {
            flaws.push(FineFlaw::Maximum);
        }
        _ => {}
    }
    let earliest = fine::earliest(today);
    if terms.from < earliest {
        flaws.push(FineFlaw::TooSoon(earliest));
    }
    if terms.from > today + Days::new(LONGEST_WAIT) {
        flaws.push(FineFlaw::TooLate);
    }
    flaws
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::values::ids::CaseId;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn act(deed: Deed, at: &str, due_on: Option<&str>) -> Act {
        Act {
            id: Uuid::nil(),
            case: CaseId(Uuid::nil()),
            deed,
            standing: Standing::Recorded,
            actor: String::new(),
            signed_by: None,
            letter: None,
            due_on: due_on.map(day),
            made_at: at.parse().expect("a time"),
            decided_at: None,
        }
    }

    #[test]
    fn comments_are_waited_for_until_there_is_one_or_the_case_goes_on() {
        let letter = LetterId(Uuid::nil());
        let notice = |due_on| {
            let deed = Deed::Notice { text: String::new() };
            Act { letter: Some(letter), ..act(deed, "2026-01-01T12:00:00Z", due_on) }
        };
        let remark = |from_respondent| {
            let deed = Deed::Remark { from_respondent, text: String::new() };
            act(deed, "2026-01-02T12:00:00Z", None)
        };
        let first = notice(Some("2026-01-15"));
        let until = |status, acts: &[Act]| may_comment_until(status, acts, letter);
        let open = Some(day("2026-01-15"));
        assert_eq!(until(Status::Noticed, &[first.clone(), remark(false)]), open);
        let answered = [first.clone(), remark(true)];
        assert_eq!(until(Status::Noticed, &answered), None);
        assert_eq!(commented_at(&answered, letter), Some(answered[1].made_at));
        assert_eq!(commented_at(&[first.clone(), remark(false)], letter), None);
        assert_eq!(until(Status::Closed, std::slice::from_ref(&first)), None);
        let order = Deed::Order {
            text: String::new(),
            grounds: String::new(),
            without_notice: Some(String::new()),
        };
        let ordered = [first.clone(), act(order, "2026-01-03T12:00:00Z", Some("2026-02-01"))];
        assert_eq!(until(Status::Ordered, &ordered), None);
        let other = LetterId(Uuid::max());
        let again = [first, Act { letter: Some(other), ..notice(Some("2026-03-01")) }];
        assert_eq!(until(Status::Noticed, &again), None, "another took its place");
        let late = [&again[..], &[remark(true)]].concat();
        assert_eq!(commented_at(&late, letter), None, "said to the other");
        assert_eq!(may_comment_until(Status::Noticed, &again, other), Some(day("2026-03-01")));
    }

    #[test]
    fn nothing_is_ordered_before_the_respondent_could_comment() {
        let today = day("2026-06-15");
        assert_eq!(may_order(&[], today, false), Err(OrderFlaw::NoNotice));
        assert_eq!(may_order(&[], today, true), Ok(()));
        let notice = Deed::Notice { text: String::new() };
        let mut acts = vec![act(notice, "2026-06-01T10:00:00Z", Some("2026-06-15"))];
        assert_eq!(may_order(&acts, today, false), Err(OrderFlaw::MayComment(today)));
        assert_eq!(may_order(&acts, day("2026-06-16"), false), Ok(()));
        let said = |from_respondent| Deed::Remark { from_respondent, text: String::new() };
        acts.push(act(said(false), "2026-06-02T10:00:00Z", None));
        assert_eq!(may_order(&acts, today, false), Err(OrderFlaw::MayComment(today)));
        acts.push(act(said(true), "2026-06-03T10:00:00Z", None));
        assert_eq!(may_order(&acts, today, false), Ok(()));
    }

    #[test]
    fn terms_have_an_amount_a_maximum_above_it_and_a_day_after_the_appeal_period() {
        let today = day("2026-06-01");
        let terms =
            |way, amount, from: &str, maximum| FineTerms { way, amount, from: day(from), maximum };
        let flaws = |terms: FineTerms| flaws_of(&terms, today);
        assert_eq!(flaws(terms(FineWay::Running, 100_000, "2026-06-22", Some(100_000))), []);
        assert_eq!(flaws(terms(FineWay::OneOff, 100_000, "2026-06-22", None)), []);
        assert_eq!(
            flaws(terms(FineWay::Running, 0, "2026-06-21", Some(-1))),
            [FineFlaw::Amount, FineFlaw::Maximum, FineFlaw::TooSoon(day("2026-06-22"))]
        );
        assert_eq!(
            flaws(terms(FineWay::OneOff, 1, "2026-06-22", Some(1))),
            [FineFlaw::MaximumOfOneOff]
        );
    }
}
