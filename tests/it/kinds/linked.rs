//! Amateur permits that rest on another: a contest sign on its holder's licence, an unmanned station on the
//! licence of whoever answers for it.

use anrop::identity::Role;
use serde_json::{Value, json};

use super::{
    amateur::{
        APPLICATIONS, association, caseworker, contest, for_association, grant, licence, permit,
        status, surrender, text,
    },
    running_out::{annulled, appeal},
    shared::at_once,
};
use crate::{
    letters::{a_moment_later, open_latest},
    support::{TestApp, Who, people},
};

async fn contest_sign(app: &TestApp, n: u64, wish: &str) -> String {
    let made = app.post(APPLICATIONS, &Who::person(n), &contest(n, &[wish])).await.expect(201);
    assert_eq!(made.json()["status"], "granted", "{}", made.text());
    text(&made.json()["permitId"])
}

async fn state(app: &TestApp, id: &str) -> Value {
    permit(app, id).await["permit"]["status"].clone()
}

/// A step of the authority on the permit as it is now.
async fn decide(app: &TestApp, id: &str, verb: &str) {
    let path = format!("/v1/permits/{id}");
    let seen = app.get(&path, &caseworker()).await.expect(200);
    let body = json!({ "grounds": "Etter tilsyn." });
    app.post_on(&format!("{path}/{verb}"), &caseworker(), &seen.etag(), &at_once(verb, &body))
        .await
        .expect(200);
}

#[tokio::test]
async fn a_contest_sign_ends_with_the_licence_of_its_holder() {
    let app = TestApp::start().await;
    let (licence_permit, _) = licence(&app, 1, &[]).await;
    let mine = contest_sign(&app, 1, "LC1X").await;
    let (revoked, _) = licence(&app, 2, &[]).await;
    let theirs = contest_sign(&app, 2, "LC2X").await;
    // a suspension is not an end
    decide(&app, &licence_permit, "suspension").await;
    assert_eq!(state(&app, &mine).await, "active");
    surrender(&app, 1, &licence_permit).await;
    assert_eq!(state(&app, &mine).await, "surrendered");
    assert_eq!(status(&app, "LC1X").await, "quarantined");
    assert_eq!(state(&app, &theirs).await, "active", "another's licence is another's");
    decide(&app, &revoked, "revocation").await;
    assert_eq!(state(&app, &theirs).await, "revoked");
    // nor is one given back without a licence
    let problem = app.post(APPLICATIONS, &Who::person(1), &contest(1, &["LC1X"])).await;
    problem.expect_problem(422, "conditions-not-met");
    app.finish().await;
}

#[tokio::test]
async fn an_unmanned_station_is_suspended_when_nobody_answers_for_it_and_a_club_is_not() {
    let app = TestApp::start().await;
    let (licensee, sign) = licence(&app, 1, &[]).await;
    let (_, other) = licence(&app, 2, &[]).await;
    let club = for_association(1);
    let mut stations = Vec::new();
    for (station, wish) in [("repeater", "LA5ABR"), ("beacon", "LA5ABD"), ("club", "LA1XYZ")] {
        let application = association(1, station, &sign, &[wish]);
        let made = app.post(APPLICATIONS, &club, &application).await.expect(201).json();
        let granted = grant(&app, made["caseId"].as_str().unwrap()).await.expect(200).json();
        stations.push(text(&granted["permitId"]));
    }
    surrender(&app, 1, &licensee).await;
    assert_eq!(state(&app, &stations[0]).await, "suspended");
    assert_eq!(state(&app, &stations[1]).await, "suspended");
    assert_eq!(state(&app, &stations[2]).await, "active");
    // the association names another licensee, and the authority lets the station on the air again
    let form = json!({ "application": association(1, "repeater", &other, &["LA5ABR"]) });
    let path = format!("/v1/permits/{}/amendment-applications", stations[0]);
    let asked = app.post(&path, &club, &form).await.expect(201);
    if asked.json()["status"] != "granted" {
        grant(&app, asked.json()["caseId"].as_str().unwrap()).await.expect(200);
    }
    decide(&app, &stations[0], "reinstatement").await;
    assert_eq!(state(&app, &stations[0]).await, "active");
    let path = format!("/v1/permits/{}/history", stations[1]);
    let history = app.get(&path, &caseworker()).await.expect(200).text();
    assert!(history.contains("responsible-licensee-ended"), "{history}");
    app.finish().await;
}

#[tokio::test]
async fn stations_that_were_suspended_with_a_licence_are_reinstated_with_it_and_others_are_not() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (licensee, sign) = licence(&app, 1, &[]).await;
    let club = for_association(1);
    let mut stations = Vec::new();
    for (station, wish) in [("repeater", "LA5ABR"), ("beacon", "LA5ABD")] {
        let application = association(1, station, &sign, &[wish]);
        let made = app.post(APPLICATIONS, &club, &application).await.expect(201).json();
        let granted = grant(&app, made["caseId"].as_str().unwrap()).await.expect(200).json();
        stations.push(text(&granted["permitId"]));
    }
    a_moment_later(&app);
    decide(&app, &stations[1], "suspension").await;
    decide(&app, &licensee, "revocation").await;
    assert_eq!(state(&app, &stations[0]).await, "suspended");
    let letter = open_latest(&app, &Who::person(1)).await;
    let case = format!("/v1/cases/{}", text(&letter["caseId"]));
    appeal(&app, &case, &Who::person(1)).await;
    annulled(&app, &case).await;
    assert_eq!(state(&app, &licensee).await, "active");
    assert_eq!(state(&app, &stations[0]).await, "active");
    assert_eq!(state(&app, &stations[1]).await, "suspended", "that was decided for itself");
    app.finish().await;
}

#[tokio::test]
async fn stations_follow_a_licensee_whose_call_sign_changes() {
    let app = TestApp::start().await;
    let (licensee, sign) = licence(&app, 1, &[]).await;
    let club = for_association(1);
    let application = association(1, "repeater", &sign, &["LA5ABR"]);
    let made = app.post(APPLICATIONS, &club, &application).await.expect(201).json();
    let granted = grant(&app, made["caseId"].as_str().unwrap()).await.expect(200).json();
    let station = text(&granted["permitId"]);
    decide(&app, &licensee, "call-sign").await;
    let new = text(&permit(&app, &licensee).await["callSign"]);
    assert_ne!(new, sign);
    assert_eq!(state(&app, &station).await, "active");
    surrender(&app, 1, &licensee).await;
    assert_eq!(state(&app, &station).await, "suspended", "it went with the new call sign");
    app.finish().await;
}

#[tokio::test]
async fn what_rests_on_two_licences_ends_with_the_last_of_them() {
    let app = TestApp::start().await;
    let (first, _) = licence(&app, 1, &[]).await;
    let mine = contest_sign(&app, 1, "LC1X").await;
    let passed = json!({ "results": [{
        "nationalId": Who::person(1).national_id(), "licenceClass": "full",
        "passedOn": "2026-11-01", "reference": "once-more",
    }] });
    app.post("/v1/exam-results", &Who::role(Role::Examiner), &passed).await.expect(201);
    // a second licence, by a caseworker's decision, bears the contest sign when the first ends
    let application = people::amateur_application(1, &[]);
    let made = app.post(APPLICATIONS, &Who::person(1), &application).await.expect(201).json();
    let second = grant(&app, made["caseId"].as_str().unwrap()).await.expect(200).json();
    surrender(&app, 1, &first).await;
    assert_eq!(state(&app, &mine).await, "active");
    surrender(&app, 1, second["permitId"].as_str().expect("a permit")).await;
    assert_eq!(state(&app, &mine).await, "surrendered");
    app.finish().await;
}
