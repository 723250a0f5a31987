//! Tests of the rules about appeals against refused access.

use uuid::Uuid;

use super::{super::tests::writing, *};
use crate::values::{access_code, ids::CaseId, language::Language};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

pub fn request(status: Status, opened: Option<&str>) -> Request {
    let is_answered = status != Status::Received;
    Request {
        id: Uuid::nil(),
        case: CaseId(Uuid::nil()),
        number: 2,
        entry: Uuid::nil(),
        status,
        language: Language::Bokmal,
        received_at: at("2026-03-09T10:00:00Z"),
        due_on: day("2026-03-16"),
        access_code: None,
        answer_number: None,
        file_type: None,
        decided: is_answered.then(|| (at("2026-03-12T10:00:00Z"), "x".to_owned())),
        version: 1,
        opened_at: opened.map(at),
        fuller: None,
    }
}

fn appeal(status: AppealStatus) -> Appeal {
    let is_forwarded = matches!(status, AppealStatus::Forwarded | AppealStatus::Upheld);
    let body = appeal_body(DecisionType::DocumentAccess, day("2026-04-01"));
    Appeal {
        id: Uuid::nil(),
        request: Uuid::nil(),
        number: 4,
        status,
        received_at: at("2026-04-01T10:00:00Z"),
        in_time: true,
        period_ends_on: None,
        due_on: day("2026-04-08"),
        forwarded: body.filter(|_| is_forwarded).map(|body| (body, at("2026-04-02T10:00:00Z"))),
        body_decision: None,
        closed_at: (!status.is_open()).then(|| at("2026-04-03T10:00:00Z")),
        file_type: None,
    }
}

fn problem(request: &Request, appeals: &[Appeal], now: &str) -> Option<String> {
    right(request, appeals, at(now)).err().map(|failure| failure.detail().to_owned())
}

#[test]
fn the_time_for_an_appeal_begins_when_the_answer_is_read() {
    let now = "2026-04-07T21:59:59Z";
    let unread = right(&request(Status::Refused, None), &[], at("2027-01-01T00:00:00Z"));
    assert_eq!(unread.expect("a right").is_in_time(at("2027-01-01T00:00:00Z")), Ok(true));
    // three weeks from 13 March 2026 end on Good Friday and move to 7 April
    let read = request(Status::PartlyGranted, Some("2026-03-13T10:00:00Z"));
    let own = right(&read, &[], at(now)).expect("a right");
    assert_eq!(own.period.map(|period| period.last_day), Some(day("2026-04-07")));
    assert_eq!(own.is_in_time(at(now)), Ok(true));
    assert_eq!(own.is_in_time(at("2026-04-07T22:00:00Z")), Ok(false));
}

#[test]
fn silence_is_refusal_after_the_last_day_and_never_late() {
    let waiting = request(Status::Received, None);
    assert!(problem(&waiting, &[], "2026-03-16T22:00:00Z").is_some(), "the last day counts");
    let silent = right(&waiting, &[], at("2026-03-17T08:00:00Z")).expect("a right");
    assert_eq!(silent.is_in_time(at("2026-06-01T08:00:00Z")), Ok(true));
}

#[test]
fn there_is_no_appeal_where_nothing_is_kept_back_or_one_waits_or_the_body_has_decided() {
    let now = "2026-04-05T10:00:00Z";
    assert!(problem(&request(Status::Granted, None), &[], now).is_some());
    let refused = request(Status::Refused, None);
    for status in [AppealStatus::Received, AppealStatus::Forwarded, AppealStatus::Upheld] {
        assert!(problem(&refused, &[appeal(status)], now).is_some(), "{status:?}");
    }
    for status in [AppealStatus::PartlyGranted, AppealStatus::Dismissed] {
        assert_eq!(problem(&refused, &[appeal(status)], now), None, "{status:?}");
    }
    let mut early = request(Status::Refused, None);
    early.decided = Some((at("2010-01-01T00:00:00Z"), "x".to_owned()));
    assert!(problem(&early, &[], now).is_some(), "no body is known for that day");
}

fn weighing(appeal: &Appeal, outcome: AppealStatus) -> Weighing<'_> {
    Weighing {
        appeal,
        outcome,
        code: None,
        grounds: "",
        body_decision: None,
        has_file: false,
        can_be_given_whole: true,
        today: day("2026-04-06"),
    }
}

#[test]
fn what_may_become_of_an_appeal_follows_from_whom_it_lies_with() {
    let code = access_code::find("13-1");
    let received = appeal(AppealStatus::Received);
    let of = |outcome| weighing(&received, outcome);
    assert!(check(&of(AppealStatus::Granted)).is_ok());
    let none = Weighing { can_be_given_whole: false, ..of(AppealStatus::Granted) };
    assert!(check(&none).is_err());
    assert!(check(&Weighing { code, ..of(AppealStatus::Granted) }).is_err());
    assert!(check(&Weighing { code, ..of(AppealStatus::PartlyGranted) }).is_err(), "no version");
    let partly = Weighing { code, has_file: true, ..of(AppealStatus::PartlyGranted) };
    assert!(check(&partly).is_ok());
    assert!(check(&Weighing { code, ..of(AppealStatus::Forwarded) }).is_err(), "no statement");
    assert!(check(&Weighing { grounds: "x", ..of(AppealStatus::Forwarded) }).is_err(), "no code");
    assert!(check(&Weighing { code, grounds: "x", ..of(AppealStatus::Forwarded) }).is_ok());
    assert!(check(&Weighing { grounds: "x", ..of(AppealStatus::Dismissed) }).is_err(), "in time");
    assert!(check(&of(AppealStatus::Upheld)).is_err());
    assert!(check(&of(AppealStatus::Received)).is_err());
    let late = Appeal { in_time: false, ..received };
    assert!(check(&Weighing { grounds: "x", ..weighing(&late, AppealStatus::Dismissed) }).is_ok());

    let forwarded = appeal(AppealStatus::Forwarded);
    let of = |on| Weighing {
        body_decision: Some((day(on), "26/1")),
        ..weighing(&forwarded, AppealStatus::Upheld)
    };
    assert!(check(&of("2026-04-03")).is_ok());
    assert!(check(&of("2026-04-01")).is_err(), "before it was sent there");
    assert!(check(&of("2026-04-07")).is_err(), "not come yet");
    assert!(check(&weighing(&forwarded, AppealStatus::Upheld)).is_err(), "no day");
    let dismissed = Weighing { outcome: AppealStatus::Dismissed, ..of("2026-04-03") };
    assert!(check(&dismissed).is_err());
}

#[test]
fn every_letter_is_whole_in_every_language() {
    let outcomes = AppealStatus::ALL.iter().filter(|one| **one != AppealStatus::Received);
    for (outcome, language) in
        outcomes.flat_map(|outcome| Language::ALL.map(|language| (*outcome, language)))
    {
        let decision = (outcome == AppealStatus::Upheld).then(|| (day("2026-04-03"), "26/77"));
        let document = letter(LetterFacts {
            writing: writing(language),
            appealed_on: day("2026-04-01"),
            outcome,
            code: access_code::find("13-1"),
            grounds: "Fordi.\n\nOg derfor.",
            body: Some("departementet"),
            body_decision: decision,
            next_body: Some("departementet").filter(|_| decision.is_none()),
            documents: vec!["2026/000001-1".to_owned()],
        });
        let said = serde_json::to_string(&document).expect("JSON");
        for part in ["offl. § 13", "Og derfor.", "2026/000001-1"] {
            assert!(said.contains(part), "{part}: {said}");
        }
        let is_told = matches!(outcome, AppealStatus::Forwarded | AppealStatus::Upheld);
        assert!(!is_told || said.contains("departementet"), "{said}");
        assert!(decision.is_none() || said.contains("26/77"), "{said}");
        assert!(!["{day}", "{body}", "{who}"].iter().any(|gap| said.contains(gap)), "{said}");
        assert!(!document.title.is_empty() && document.recipient.is_empty());
        let is_empty = |block: &Block| matches!(block, Block::Paragraph(text) | Block::Heading(text) if text.is_empty());
        assert!(!document.blocks.iter().any(is_empty), "{said}");
    }
}
