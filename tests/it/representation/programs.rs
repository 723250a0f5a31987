//! Programs with a person's token that name the organisation they act for: it is asked about as for somebody
//! in a browser, remembered for an hour, and refused and written down alike.

use anrop::identity::Role;
use chrono::TimeDelta;
use serde_json::json;

use super::{
    OTHER, UNIT, VIND, kind, party, person,
    register::{Does, Register},
    representative, started, vind,
};
use crate::support::{Reply, TestApp, Who, log};

const CASES: &str = "/v1/cases";

/// The cases of an organisation, which a program names.
async fn cases(app: &TestApp, who: &Who, number: &str) -> Reply {
    app.send("GET", CASES, Some(who), &[("acting-for", number)], None).await
}

async fn confirmed() -> (TestApp, Register) {
    let (app, register) = started().await;
    register.answers(vind());
    (app, register)
}

#[tokio::test]
async fn a_program_applies_for_the_organisation_it_names_and_for_nobody_else() {
    let (app, register) = confirmed().await;
    let who = person(51, "program-51");
    let application = kind::any(kind::Kind::Supplier).example();
    let path = "/v1/supplier/applications";
    let headers = [("acting-for", VIND), ("idempotency-key", "program-51")];
    app.send("POST", path, Some(&who), &headers, Some(&application)).await.expect(201);
    assert_eq!(cases(&app, &who, "312 345 676").await.expect(200).json()["total"], 1);
    assert_eq!(app.get(CASES, &representative()).await.expect(200).json()["total"], 1);
    // without the header it is the person, who has asked for nothing
    assert_eq!(app.get(CASES, &who).await.expect(200).json()["total"], 0);
    let asked = register.asked();
    assert_eq!(asked.len(), 1, "once in the hour");
    assert_eq!(asked[0].body["value"], who.national_id());
    let written = log::acting("program-51");
    assert_eq!(written.len(), 1, "{written:?}");
    assert!(written[0].contains(VIND), "{written:?}");

    // what one person was confirmed for is nobody else's
    register.answers(json!([]));
    let other = person(52, "program-51");
    cases(&app, &other, VIND).await.expect_problem(403, "not-allowed");
    // nobody is asked about what a token says itself
    let asked = register.asked().len();
    let mut both = representative();
    both.0.roles = vec![Role::Person, Role::Representative];
    both.0.national_id = Some(person(53, "").national_id().to_owned());
    for own in [representative(), both] {
        assert_eq!(cases(&app, &own, VIND).await.expect(200).json()["total"], 1);
    }
    assert_eq!(register.asked().len(), asked);
    app.finish().await;
}

#[tokio::test]
async fn a_program_that_guesses_is_told_nothing_and_written_down() {
    let (app, register) = confirmed().await;
    let who = person(54, "program-54");
    for number in [OTHER, UNIT] {
        let told = cases(&app, &who, number).await.expect_problem(403, "not-allowed");
        assert!(!told.to_string().contains(number), "{told}");
    }
    let lines = log::refused("program-54");
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].contains(OTHER) && lines[0].contains("\"organisation\""), "{lines:?}");
    assert_eq!(log::acting("program-54"), Vec::<String>::new());
    // a refusal is not remembered
    register.answers(json!([party(OTHER, "Bølge Eksempel AS", &["DAGL"])]));
    cases(&app, &who, OTHER).await.expect(200);

    let asked = register.asked().len();
    for wrong in ["", "1", "312345677", "0192:312345676"] {
        let told = cases(&app, &who, wrong).await.expect_problem(400, "invalid-parameter");
        assert_eq!(told["errors"][0]["pointer"], "Acting-For", "{wrong}");
    }
    let twice = [("acting-for", VIND), ("acting-for", VIND)];
    let told = app.send("GET", CASES, Some(&who), &twice, None).await;
    told.expect_problem(400, "invalid-parameter");
    // only persons name one: not other programs, nor staff, nor somebody without a token
    for other in [representative(), Who::role(Role::Caseworker)] {
        cases(&app, &other, OTHER).await.expect_problem(403, "not-allowed");
    }
    let headers = [("acting-for", VIND)];
    app.send("GET", CASES, None, &headers, None).await.expect_problem(401, "not-signed-in");
    // it is not read where organisations have nothing to ask for
    let programmer = Who::role(Role::Programmer);
    let orders = "/v1/programming-orders";
    app.send("GET", orders, Some(&programmer), &headers, None).await.expect(200);
    assert_eq!(register.asked().len(), asked);
    app.finish().await;
}

#[tokio::test]
async fn a_program_without_the_scope_is_told_so_before_anybody_is_asked() {
    let (app, register) = confirmed().await;
    let mut who = person(57, "program-57");
    who.0.scopes = Some(vec!["anrop:letter.read".to_owned()]);
    cases(&app, &who, VIND).await.expect_problem(403, "not-allowed");
    register.does(Does::Fails);
    cases(&app, &who, VIND).await.expect_problem(403, "not-allowed");
    assert_eq!(register.asked().len(), 0, "the national id has gone nowhere");
    assert_eq!(log::acting("program-57"), Vec::<String>::new());
    app.finish().await;
}

#[tokio::test]
async fn a_program_whose_mandate_is_gone_is_refused_within_the_hour() {
    let (app, register) = confirmed().await;
    let who = person(55, "program-55");
    cases(&app, &who, VIND).await.expect(200);
    register.answers(json!([party(VIND, "Vind Eksempel AS", &["REGNA"])]));
    app.clock.advance(TimeDelta::minutes(59));
    cases(&app, &who, VIND).await.expect(200);
    assert_eq!(register.asked().len(), 1);
    app.clock.advance(TimeDelta::minutes(1));
    for _ in 0..2 {
        cases(&app, &who, VIND).await.expect_problem(403, "not-allowed");
    }
    assert_eq!(log::acting("program-55").len(), 2, "begun, and gone");
    assert_eq!(log::refused("program-55").len(), 1, "who asks on is written down");
    app.get(CASES, &who).await.expect(200);
    app.finish().await;
}

#[tokio::test]
async fn a_program_goes_on_for_an_hour_while_the_register_is_silent() {
    let (app, register) = confirmed().await;
    let who = person(56, "program-56");
    register.does(Does::Fails);
    for _ in 0..2 {
        let told = cases(&app, &who, VIND).await;
        assert!(!told.header("retry-after").is_empty());
        told.expect_problem(503, "unavailable");
    }
    assert_eq!(register.asked().len(), 1, "then it is left alone");
    app.get(CASES, &who).await.expect(200);
    assert_eq!(
        log::refused("program-56"),
        Vec::<String>::new(),
        "nobody has said that they may not"
    );
    app.clock.advance(TimeDelta::seconds(31));
    register.does(Does::Answers);
    cases(&app, &who, VIND).await.expect(200);
    register.does(Does::Fails);
    app.clock.advance(TimeDelta::minutes(61));
    cases(&app, &who, VIND).await.expect(200);
    app.clock.advance(TimeDelta::minutes(59));
    cases(&app, &who, VIND).await.expect_problem(503, "unavailable");
    assert_eq!(log::acting("program-56").len(), 2, "begun, and not confirmed any more");
    app.finish().await;
}
