//! Legal holds: what is held is not destroyed when its time is over, until the hold ends or is lifted; both are in the
//! sealed log.

use anrop::{identity::Role, jobs::destroy_once, seal::verify::verify};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    kinds::shared::granted,
    support::{Reply, TestApp, Who, people},
};

fn administrator() -> Who {
    Who::role(Role::Administrator)
}

async fn count(app: &TestApp, of: &str) -> i64 {
    app.count(&format!("SELECT count(*) AS n FROM {of}")).await
}

async fn set(app: &TestApp, body: &Value) -> Reply {
    app.post("/v1/legal-holds", &administrator(), body).await
}

async fn later(app: &TestApp, days: i64) {
    app.clock.advance(TimeDelta::days(days));
    destroy_once(app.app.clone()).await.expect("runs");
}

/// A PLB of a person with an outcome of an alert and a look-up of theirs in the disclosure log; its decision.
async fn with_history(app: &TestApp, n: u64) -> Value {
    let decided = granted(app, "plb", &Who::person(n), &people::plb_application(n)).await;
    let key = decided["callSign"].as_str().expect("a sign");
    let alert = json!({ "key": key, "incidentReference": format!("2026/{n}"), "outcome": "false" });
    app.post("/v1/rescue/alerts", &Who::role(Role::Rescue), &alert).await.expect(201);
    let search = json!({ "name": people::applicant(n)["name"], "purpose": "Kontroll" });
    app.post("/v1/holder-searches", &Who::caseworker("a"), &search).await.expect(200);
    decided
}

async fn holder(app: &TestApp, n: u64) -> Value {
    app.get("/v1/me", &Who::person(n)).await.expect(200).json()["id"].clone()
}

#[tokio::test]
async fn what_is_held_outlives_its_time_and_goes_when_the_hold_is_lifted() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    with_history(&app, 1).await;
    let second = with_history(&app, 2).await;
    with_history(&app, 3).await;
    let first_party = holder(&app, 1).await;
    let by_holder =
        json!({ "subject": "holder", "subjectId": first_party, "reason": "Søksmål varslet." });
    let hold = set(&app, &by_holder).await.expect(201);
    let by_case = json!({
        "subject": "case", "subjectId": second["id"], "reason": "Klage til Sivilombudet.",
        "heldUntil": app.day_in(2000),
    });
    let case_hold = set(&app, &by_case).await.expect(201);
    assert_eq!(case_hold.json()["permitId"], second["permitId"]);
    set(&app, &by_holder).await.expect_problem(409, "illegal-transition");

    let alerts = "beacon_alert";
    let searched = "disclosure WHERE purpose = 'case-handling'";
    assert_eq!((count(&app, alerts).await, count(&app, searched).await), (3, 3));
    later(&app, 1900).await;
    assert_eq!(
        (count(&app, alerts).await, count(&app, searched).await),
        (2, 2),
        "the third person's go"
    );
    // the hold on the case ends by itself
    later(&app, 101).await;
    assert_eq!((count(&app, alerts).await, count(&app, searched).await), (1, 1));
    let path = hold.header("location").to_owned();
    let listed = app.get("/v1/legal-holds?active=true", &administrator()).await.expect(200).json();
    assert_eq!((&listed["total"], &listed["items"][0]["id"]), (&json!(1), &hold.json()["id"]));
    let lifting = json!({ "reason": "Saken er avsluttet." });
    let lift = async |etag: &str| {
        app.post_on(&format!("{path}/lifting"), &administrator(), etag, &lifting).await
    };
    lift("\"v7\"").await.expect_problem(412, "stale-version");
    let lifted = lift(&hold.etag()).await.expect(200);
    assert_eq!(
        (&lifted.json()["active"], &lifted.json()["liftedBy"]),
        (&json!(false), &json!("administrator-1"))
    );
    lift(&lifted.etag()).await.expect_problem(409, "illegal-transition");
    later(&app, 1).await;
    assert_eq!((count(&app, alerts).await, count(&app, searched).await), (0, 0));

    // who set and lifted what is in the log, and a changed row is found
    app.seal().await;
    let logged = "log_entry WHERE subject LIKE 'legal-hold/%' AND seq IS NOT NULL";
    assert_eq!(count(&app, logged).await, 3);
    assert!(verify(&app.app, None).await.expect("reads").holds());
    app.execute("UPDATE legal_hold SET lifted_by = 'somebody else' WHERE lifted_by IS NOT NULL")
        .await;
    assert!(!verify(&app.app, None).await.expect("reads").holds());
    app.finish().await;
}

#[tokio::test]
async fn a_hold_on_a_permit_keeps_what_is_about_it_alone() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let decided = with_history(&app, 1).await;
    with_history(&app, 2).await;
    let body =
        json!({ "subject": "permit", "subjectId": decided["permitId"], "reason": "Rettssak." });
    set(&app, &body).await.expect(201);
    later(&app, 1900).await;
    assert_eq!(count(&app, "beacon_alert").await, 1);
    assert_eq!(count(&app, "disclosure WHERE purpose = 'case-handling'").await, 0);
    app.finish().await;
}

#[tokio::test]
async fn a_hold_needs_a_reason_something_to_hold_and_an_administrator() {
    let app = TestApp::start().await;
    let nothing = json!({
        "subject": "permit", "subjectId": "019a9f2c-5e0c-7d1a-b0cd-ef0123456789", "reason": "Rettssak.",
    });
    set(&app, &nothing).await.expect_problem(422, "invalid-content");
    let empty =
        json!({ "subject": "holder", "subjectId": "x", "reason": " ", "heldUntil": "2020-01-01" });
    let refused = set(&app, &empty).await.expect_problem(422, "invalid-content");
    assert_eq!(refused["errors"].as_array().map(Vec::len), Some(3));
    let by_caseworker = app.post("/v1/legal-holds", &Who::caseworker("a"), &nothing).await;
    by_caseworker.expect_problem(403, "not-allowed");
    app.finish().await;
}
