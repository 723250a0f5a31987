//! What has come about between an application and its grant is looked at when it is granted, and before it is drawn for.

use chrono::TimeDelta;
use serde_json::json;

use super::{
    aircraft,
    amateur::{APPLICATIONS, as_minor, contest, licence, surrender, text},
    shared::{caseworker, file, reasons, try_grant},
};
use crate::{
    letters::{a_moment_later, open_latest},
    support::{TestApp, Who},
};

/// A minor's application for a contest call sign, which waits for a caseworker; the address of its case and the licence.
async fn wishing(app: &TestApp, n: u64) -> (String, String) {
    let (licence, _) = licence(app, n, &[]).await;
    let application = as_minor(app, contest(n, &["LC1X"]), false);
    let made = app.post(APPLICATIONS, &Who::person(n), &application).await.expect(201);
    assert_eq!(made.json()["status"], "submitted");
    (made.header("location").to_owned(), licence)
}

#[tokio::test]
async fn who_has_given_the_licence_up_is_not_drawn_among_and_is_told_why() {
    let app = TestApp::start().await;
    let mut cases = Vec::new();
    for n in 1..=3 {
        cases.push(wishing(&app, n).await);
    }
    surrender(&app, 3, &cases[2].1).await;
    a_moment_later(&app);
    assert!(reasons(&app, &cases[2].0).await.contains(&"no-licence".to_owned()));

    let draw = "/v1/call-signs/LC1X/draw";
    let drawn = app.send("POST", draw, Some(&caseworker()), &[], None).await.expect(200).json();
    let seen = app.get(&cases[2].0, &caseworker()).await.expect(200).json();
    let among = drawn["caseNumbers"].as_array().expect("numbers");
    assert_eq!(among.len(), 2, "{drawn}");
    assert!(!among.contains(&seen["number"]), "{drawn}");
    let titles = seen["journal"].to_string();
    assert!(titles.contains("Left out of the draw") && !titles.contains("Draw for"), "{titles}");
    let letter = open_latest(&app, &Who::person(3)).await;
    let said = letter["blocks"].to_string();
    assert!(said.contains("LC1X") && said.contains("gyldig radioamatørlisens"), "{said}");

    try_grant(&app, &cases[2].0).await.expect_problem(422, "conditions-not-met");
    let winner = format!("/v1/cases/{}", text(&drawn["winnerCaseId"]));
    assert_eq!(try_grant(&app, &winner).await.expect(200).json()["callSign"], "LC1X");
    app.finish().await;
}

#[tokio::test]
async fn one_who_is_left_alone_with_a_wish_gets_the_sign_without_a_draw() {
    let app = TestApp::start().await;
    let (first, _) = wishing(&app, 1).await;
    let (second, licence) = wishing(&app, 2).await;
    assert!(reasons(&app, &first).await.contains(&"contested".to_owned()));
    surrender(&app, 2, &licence).await;
    assert_eq!(reasons(&app, &first).await, ["minor"]);
    // without the rules of the day the sign would have gone to whoever is no amateur any more
    try_grant(&app, &second).await.expect_problem(422, "conditions-not-met");
    assert_eq!(try_grant(&app, &first).await.expect(200).json()["callSign"], "LC1X");
    app.finish().await;
}

#[tokio::test]
async fn days_that_have_passed_since_it_was_applied_for_are_not_granted() {
    let app = TestApp::start().await;
    let mut ferry = aircraft::application(1);
    ferry["temporary"] = json!({
        "validFrom": app.day_in(1), "validUntil": app.day_in(5), "purpose": "Overflyging",
    });
    let case = file(&app, "aircraft", &Who::person(1), &ferry).await;
    app.clock.advance(TimeDelta::days(10));
    assert!(reasons(&app, &case).await.contains(&"temporary-over".to_owned()));
    try_grant(&app, &case).await.expect_problem(422, "conditions-not-met");
    assert_eq!(app.count("SELECT count(*) AS n FROM permit").await, 0);
    app.finish().await;
}
