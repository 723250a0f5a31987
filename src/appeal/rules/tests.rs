//! Tests of the rules about appeals: periods, several appellants, and whom an answer is told to.

use super::*;
use crate::{
    appeal::model::{Comment, Said},
    values::ids::{CaseId, LetterId},
};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

fn weigh(opened: &str, received: &str) -> Timeliness {
    let opened = at(opened);
    let period = deadline(Timer::Appeal, opened).expect("a rule");
    timeliness(at(received), Some(period), opened).expect("a rule")
}

#[test]
fn the_last_day_of_the_period_is_in_time_to_its_end_in_norway() {
    // three weeks from 13 March 2026 end on Good Friday and move to 7 April
    let opened = "2026-03-13T10:00:00Z";
    assert_eq!(weigh(opened, "2026-04-07T21:59:59Z"), Timeliness::InTime);
    assert_eq!(weigh(opened, "2026-04-07T22:00:00Z"), Timeliness::Late);
    assert_eq!(weigh(opened, "2026-04-08T08:00:00Z"), Timeliness::Late);
}

#[test]
fn after_a_year_nothing_can_be_taken_up_and_before_it_begins_nothing_is_late() {
    let opened = "2026-03-13T10:00:00Z";
    assert_eq!(weigh(opened, "2027-03-13T22:00:00Z"), Timeliness::Late);
    assert_eq!(weigh(opened, "2027-03-13T23:00:00Z"), Timeliness::TooLate);
    let unopened = |received| timeliness(at(received), None, at(opened));
    assert_eq!(unopened("2027-03-13T22:59:59Z"), Ok(Timeliness::InTime));
    // never after this day, opened or not (deadlines.tsv; the fine of a letter nobody opened is final then, too)
    assert_eq!(unopened("2027-03-13T23:00:00Z"), Ok(Timeliness::TooLate));
    assert_eq!(unopened("2029-01-01T00:00:00Z"), Ok(Timeliness::TooLate));
    // a letter that is opened on the last days of the year does not make it longer
    let late = deadline(Timer::Appeal, at("2027-03-10T10:00:00Z")).expect("a rule");
    let weighed = timeliness(at("2027-03-15T10:00:00Z"), Some(late), at(opened));
    assert_eq!(weighed, Ok(Timeliness::TooLate));
    let year = deadline(Timer::LateAppealLimit, at(opened)).expect("a rule");
    assert_eq!(closed_at(Some(late), at(opened)), Ok(year));
    assert_eq!(closed_at(None, at(opened)), Ok(year));
}

const DECIDED: &str = "2026-03-10T10:00:00Z";

fn party(n: u128) -> PartyId {
    PartyId(Uuid::from_u128(n))
}

/// An appeal of somebody (none: who the case is of) that came in three days after the decision.
fn appeal(n: u128, appellant: Option<PartyId>, status: AppealStatus, closed: &str) -> Appeal {
    Appeal {
        id: Uuid::from_u128(n),
        case: CaseId(Uuid::nil()),
        decided_outcome: "granted".to_owned(),
        status,
        text: String::new(),
        late_reason: None,
        deferral: None,
        received_at: at("2026-03-13T10:00:00Z"),
        decision_at: at(DECIDED),
        period_ends_on: None,
        in_time: true,
        body: None,
        forwarded_at: None,
        grounds: None,
        body_decision: None,
        closed: (!status.is_open()).then(|| (at(closed), "x".to_owned())),
        number: None,
        deferral_answer: None,
        channel: None,
        posted_on: None,
        comments: Vec::new(),
        appellant,
    }
}

fn open(n: u128, appellant: Option<PartyId>, status: AppealStatus) -> Appeal {
    appeal(n, appellant, status, DECIDED)
}

#[test]
fn each_party_appeals_once_at_a_time_until_the_appeal_body_has_decided() {
    use AppealStatus::{Forwarded, Inadmissible, Received, Reversed, Upheld};
    let (own, other) = (None, Some(party(2)));
    let (first, second) = ("2026-03-20T10:00:00Z", "2026-03-27T10:00:00Z");
    let asked = |status, appeals: &[Appeal], who| against(status, appeals, who, at(DECIDED));
    assert_eq!(asked(Status::Granted, &[], own), Ok(None));
    for status in [Received, Forwarded] {
        let waits = [open(1, own, status)];
        assert_eq!(asked(Status::Appealed, &waits, own), Err(NoAppeal::Waits));
        assert_eq!(asked(Status::Appealed, &waits, other), Ok(None), "the decision itself");
    }
    // a dismissal is something to appeal against for whoever was dismissed
    let dismissed = [appeal(1, own, Inadmissible, first)];
    assert_eq!(asked(Status::Upheld, &dismissed, own), Ok(Some(at(first))));
    assert_eq!(asked(Status::Upheld, &dismissed, other), Ok(None));
    // a reversal for everybody
    let reversed = [appeal(1, own, Inadmissible, first), appeal(2, other, Reversed, second)];
    for who in [own, other, Some(party(3))] {
        assert_eq!(asked(Status::Reversed, &reversed, who), Ok(Some(at(second))));
    }
    // what the appeal body decided is final for everybody, also while another appeal waits
    let upheld = [appeal(1, own, Upheld, first), open(2, other, Received)];
    assert_eq!(asked(Status::Appealed, &upheld, own), Err(NoAppeal::Final));
    assert_eq!(asked(Status::Appealed, &upheld, Some(party(3))), Err(NoAppeal::Final));
    // of a decision that was made anew nobody has appealed yet
    assert_eq!(asked(Status::Granted, &upheld[..1], own), Ok(None));
    let anew = against(Status::Appealed, &upheld[..1], own, at(second));
    assert_eq!(anew, Ok(None));
}

#[test]
fn of_several_appeals_the_one_is_meant_that_is_named_or_that_alone_can_be() {
    use AppealStatus::{Forwarded, Inadmissible, Received, Reversed, Upheld};
    let (ours, theirs) = (open(1, None, Received), open(2, Some(party(2)), Forwarded));
    let both = || vec![ours.clone(), theirs.clone(), appeal(3, None, Inadmissible, DECIDED)];
    let found = |appeals, which, outcome| {
        waiting_for(appeals, which, outcome)
            .map(|(one, others)| (one.id.as_u128(), others.len()))
            .map_err(|failure| failure.problem())
    };
    assert_eq!(found(both(), None, Inadmissible), Ok((1, 1)));
    assert_eq!(found(both(), None, Upheld), Ok((2, 1)));
    assert_eq!(found(both(), Some(theirs.id), Upheld), Ok((2, 1)));
    assert_eq!(found(both(), Some(ours.id), Upheld), Err(Problem::IllegalTransition));
    assert_eq!(found(both(), Some(Uuid::from_u128(3)), Upheld), Err(Problem::InvalidContent));
    // the appeal body has the decision: the authority does not reverse it past that
    assert_eq!(found(both(), None, Reversed), Err(Problem::IllegalTransition));
    let two = || vec![ours.clone(), open(4, Some(party(3)), Received)];
    assert_eq!(found(two(), None, Forwarded), Err(Problem::InvalidContent));
    assert_eq!(found(two(), Some(ours.id), Reversed), Ok((1, 1)));
    assert_eq!(found(Vec::new(), None, Forwarded), Err(Problem::IllegalTransition));
}

#[test]
fn a_case_is_with_the_authority_as_long_as_one_of_its_appeals_is() {
    use AppealStatus::{Forwarded, Received};
    let ours = [open(1, None, Received), open(2, Some(party(2)), Forwarded)];
    assert_eq!(goes_on(Status::Appealed, &ours), Ok(Status::Appealed));
    assert_eq!(goes_on(Status::Appealed, &ours[1..]), Ok(Status::Forwarded));
    assert_eq!(goes_on(Status::Forwarded, &ours[1..]), Ok(Status::Forwarded));
    assert_eq!(goes_on(Status::Appealed, &[]), Ok(Status::Forwarded));
}

#[test]
fn everybody_is_told_of_a_decision_and_of_a_dismissal_who_was_dismissed() {
    use AppealStatus::{Inadmissible, Received, Upheld};
    let (holder, receiver, third) = (party(1), party(2), party(3));
    let parties = [holder, receiver];
    let names = |answered: &[Appeal], going_on: &[Appeal]| {
        let told = told(&parties, answered, going_on);
        told.iter().map(|(who, one)| (who.0.as_u128(), one.id.as_u128())).collect::<Vec<_>>()
    };
    let of = |n, who, status| appeal(n, who, status, DECIDED);
    assert_eq!(names(&[of(7, Some(receiver), Inadmissible)], &[]), [(2, 7)]);
    assert_eq!(names(&[of(7, Some(receiver), Upheld)], &[]), [(2, 7), (1, 7)]);
    assert_eq!(names(&[of(7, Some(third), Upheld)], &[]), [(3, 7), (1, 7), (2, 7)]);
    let goes_on = [open(8, None, Received)];
    assert_eq!(names(&[of(7, Some(receiver), Upheld)], &goes_on), [(2, 7)]);
    // both were answered by what changed the decision: each of their own
    let both = [of(7, Some(receiver), Upheld), of(8, None, Upheld)];
    assert_eq!(names(&both, &[]), [(2, 7), (1, 8)]);
}

#[test]
fn an_appeal_waits_for_the_last_of_those_who_may_comment_and_have_not() {
    let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
    let told = |due: &str, has_said: bool| Comment {
        party: party(2),
        letter: LetterId(Uuid::nil()),
        due_on: day(due),
        said: has_said.then(|| Said {
            text: "Nei.".to_owned(),
            received_at: at(DECIDED),
            number: 3,
            channel: None,
        }),
    };
    let until = |comments: Vec<Comment>, today: &str| {
        let one = Appeal { comments, ..open(1, None, AppealStatus::Received) };
        let until = commented_until(&one, day(today));
        assert_eq!(heard(&one, day(today)).is_err(), until.is_some());
        until
    };
    assert_eq!(until(Vec::new(), "2026-03-20"), None, "nobody else is party");
    let both = || vec![told("2026-03-27", false), told("2026-03-30", false)];
    assert_eq!(until(both(), "2026-03-20"), Some(day("2026-03-30")));
    assert_eq!(until(both(), "2026-03-30"), Some(day("2026-03-30")), "the last day is theirs");
    assert_eq!(until(both(), "2026-03-31"), None);
    let one = vec![told("2026-03-27", false), told("2026-03-30", true)];
    assert_eq!(until(one, "2026-03-20"), Some(day("2026-03-27")));
    assert_eq!(until(vec![told("2026-03-30", true)], "2026-03-20"), None, "all have");
}
