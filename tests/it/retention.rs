//! What is kept for a time goes when the time is over, and nothing younger does; the sealed log holds
//! all the same.

use anrop::{
    identity::Role,
    jobs::{destroy_once, notify_once, remind_once},
    rescue::actions::drain_spool,
    seal::verify::verify,
    values::ids::PermitId,
};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    contacts::{granted, phone, started},
    kinds::shared::{act, caseworker, permit_of},
    support::{TestApp, Who, people},
};

async fn count(app: &TestApp, of: &str) -> i64 {
    app.count(&format!("SELECT count(*) AS n FROM {of}")).await
}

/// Days go by, and the job runs.
async fn later(app: &TestApp, days: i64) {
    app.clock.advance(TimeDelta::days(days));
    destroy_once(app.app.clone()).await.expect("runs");
}

async fn look_up(app: &TestApp, key: &str, incident: &str) {
    let headers = [("incident-reference", incident)];
    let who = Who::role(Role::Rescue);
    let path = format!("/v1/rescue/beacons/{key}");
    app.send("GET", &path, Some(&who), &headers, None).await.expect(200);
    while drain_spool(&app.app).await.expect("drains") > 0 {}
}

#[tokio::test]
async fn links_go_when_they_are_over_and_notices_when_they_are_needed_no_more() {
    let (app, gateway) = started().await;
    let permit = granted(&app, 1).await;
    notify_once(app.app.clone()).await.expect("sends");
    let (first, second) = (gateway.link(&phone(1, 0)), gateway.link(&phone(1, 1)));
    let api =
        |link: &str| format!("/v1/contact-links/{}", link.rsplit_once('/').expect("a token").1);
    let confirm = json!({ "deed": "confirm" });
    app.send("PUT", &api(&first), None, &[], Some(&confirm)).await.expect(200);
    destroy_once(app.app.clone()).await.expect("runs");
    assert_eq!(count(&app, "notification WHERE token_hash IS NOT NULL").await, 2);
    later(&app, 2).await;
    assert_eq!(count(&app, "notification WHERE token_hash IS NOT NULL").await, 1);
    app.get_public(&api(&second)).await.expect(200);
    later(&app, 30).await;
    assert_eq!(count(&app, "notification WHERE token_hash IS NOT NULL").await, 0);
    // that they were told stays, so that nobody is told twice
    assert_eq!(count(&app, "notification WHERE purpose = 'contactListed'").await, 2);
    let seen = app.get(&permit, &Who::person(1)).await.expect(200);
    let headers = [("if-match", seen.etag())];
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, tag)| (*name, &**tag)).collect();
    let path = format!("{permit}/confirmation");
    app.send("POST", &path, Some(&Who::person(1)), &headers, None).await.expect(200);
    notify_once(app.app.clone()).await.expect("sends");
    assert_eq!(gateway.messages().len(), 2);

    // the holder is asked to confirm, and not asked again because that was forgotten
    app.clock.advance(TimeDelta::days(366));
    remind_once(app.app.clone()).await.expect("runs");
    assert_eq!(count(&app, "notification WHERE purpose = 'confirmationDue'").await, 1);
    later(&app, 30).await;
    remind_once(app.app.clone()).await.expect("runs");
    assert_eq!(count(&app, "notification WHERE purpose = 'confirmationDue'").await, 1);
    act(&app, &permit, "surrender", &Who::person(1), &json!({ "reason": "sold" }))
        .await
        .expect(200);
    later(&app, 364).await;
    assert_eq!(count(&app, "notification").await, 3);
    later(&app, 2).await;
    assert_eq!(count(&app, "notification WHERE purpose = 'contactListed'").await, 0);
    later(&app, 10).await;
    assert_eq!(count(&app, "notification").await, 0);
    app.finish().await;
}

#[tokio::test]
async fn look_ups_and_alerts_go_sooner_where_nobody_is_registered_and_the_log_still_holds() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let application = people::plb_application(1);
    let decided = crate::kinds::shared::granted(&app, "plb", &Who::person(1), &application).await;
    let sign = decided["callSign"].as_str().expect("a call sign").to_owned();
    let foreign = "1D0E9B07CEFFBFF";
    let centre = Who::role(Role::Rescue);
    for (key, incident) in [(sign.as_str(), "2026/1"), (foreign, "2026/2")] {
        look_up(&app, key, incident).await;
        let alert = json!({ "key": key, "incidentReference": incident, "outcome": "false" });
        app.post("/v1/rescue/alerts", &centre, &alert).await.expect(201);
    }
    app.seal().await;
    later(&app, 364).await;
    let kept = async || {
        (
            count(&app, "disclosure WHERE look_up_key IS NOT NULL").await,
            count(&app, "beacon_alert").await,
            count(&app, "log_entry WHERE stream = 'disclosure' AND salt IS NULL").await,
        )
    };
    assert_eq!(kept().await, (2, 2, 0));
    later(&app, 2).await;
    assert_eq!(kept().await, (1, 1, 1));
    let still = "disclosure WHERE incident_reference = '2026/1'";
    assert_eq!(count(&app, still).await, 1);
    assert!(verify(&app.app, None).await.expect("reads").holds());
    // something younger than that
    look_up(&app, &sign, "2026/3").await;
    app.seal().await;
    later(&app, 1826 - 366 + 1).await;
    assert_eq!(count(&app, still).await, 0);
    assert_eq!(count(&app, "beacon_alert").await, 0);
    assert_eq!(count(&app, "disclosure WHERE incident_reference = '2026/3'").await, 1);
    let report = verify(&app.app, None).await.expect("reads");
    assert!(report.holds(), "{report:?}");
    app.finish().await;
}

#[tokio::test]
async fn a_task_goes_a_year_after_it_was_done_and_an_open_one_never() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    for n in 1..=2 {
        crate::kinds::shared::granted(&app, "plb", &Who::person(n), &people::plb_application(n))
            .await;
    }
    app.clock.advance(TimeDelta::days(31));
    remind_once(app.app.clone()).await.expect("runs");
    assert_eq!(count(&app, "task").await, 2);
    let tasks = app.get("/v1/tasks", &caseworker()).await.expect(200).json();
    let id = tasks["items"][0]["id"].as_str().expect("an id").to_owned();
    let path = format!("/v1/tasks/{id}/completion");
    app.send("POST", &path, Some(&caseworker()), &[("if-match", "\"v1\"")], None).await.expect(200);
    later(&app, 364).await;
    assert_eq!(count(&app, "task WHERE kind = 'programmingOverdue'").await, 2);
    later(&app, 2).await;
    assert_eq!(count(&app, "task WHERE kind = 'programmingOverdue'").await, 1);
    assert_eq!(count(&app, "task WHERE done_at IS NULL AND kind = 'programmingOverdue'").await, 1);
    app.finish().await;
}

#[tokio::test]
async fn a_restriction_goes_five_years_after_it_was_lifted() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    crate::kinds::shared::granted(&app, "plb", &Who::person(1), &people::plb_application(1)).await;
    let me = app.get("/v1/me", &Who::person(1)).await.expect(200).json();
    let officer = Who::role(Role::Officer);
    let path = format!("/v1/holders/{}/restriction", me["id"].as_str().expect("an id"));
    let form = json!({ "ground": "objection", "reason": "Innsigelse." });
    let restriction = app.post(&path, &officer, &form).await.expect(201);
    later(&app, 2_000).await;
    assert_eq!(count(&app, "restriction_step").await, 1, "it is in force");
    let lifting = format!("{}/lifting", restriction.header("location"));
    let form = json!({ "informedOn": app.day_in(0), "reason": "Avgjort." });
    app.post(&lifting, &officer, &form).await.expect(200);
    later(&app, 1_825).await;
    assert_eq!(count(&app, "restriction_step").await, 2);
    later(&app, 2).await;
    assert_eq!(count(&app, "restriction_step").await, 0);
    app.seal().await;
    assert!(verify(&app.app, None).await.expect("reads").holds());
    app.finish().await;
}

fn id_of(permit: &str) -> PermitId {
    PermitId::parse(permit.rsplit('/').next().expect("an id")).expect("an id")
}

/// Whether each version of a permit names contacts, the first one first.
async fn named_in_versions(app: &TestApp, permit: &str) -> Vec<bool> {
    let (db, keys) = (app.app.db().read(), app.app.keys());
    let versions = anrop::permit::store::versions(db, id_of(permit)).await.expect("reads");
    let mut named = Vec::new();
    for version in versions {
        let key = anrop::party::store::data_key(db, &keys, version.holder).await.expect("a key");
        let record = version.record(&key).expect("opens");
        assert!(record["holder"]["name"].is_string(), "the rest of it stays");
        named.push(record.get("contacts").is_some());
    }
    named
}

#[tokio::test]
async fn emergency_contacts_of_an_ended_permit_go_after_a_year_also_from_its_versions() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let mut permits = Vec::new();
    for n in 1..=4 {
        let who = Who::person(n);
        let decided =
            crate::kinds::shared::granted(&app, "plb", &who, &people::plb_application(n)).await;
        permits.push(permit_of(&decided));
        let sign = decided["callSign"].clone();
        let incident = if n == 3 { "pending" } else { "2026/1" };
        let alert = json!({ "key": sign, "incidentReference": incident, "outcome": "false" });
        app.post("/v1/rescue/alerts", &Who::role(Role::Rescue), &alert).await.expect(201);
    }
    // the first permit had other contacts before; the second is held; the third has an alert that is open; the
    // fourth goes on
    let other = people::plb_application(5)["emergencyContacts"].clone();
    let seen = app.get(&permits[0], &Who::person(1)).await.expect(200);
    let body = json!({ "emergencyContacts": other });
    let path = format!("{}/contacts", permits[0]);
    app.put(&path, &Who::person(1), Some(&seen.etag()), &body).await.expect(200);
    let held = app.get("/v1/me", &Who::person(2)).await.expect(200).json()["id"].clone();
    let hold = json!({ "subject": "holder", "subjectId": held, "reason": "Søksmål varslet." });
    app.post("/v1/legal-holds", &Who::role(Role::Administrator), &hold).await.expect(201);
    for (n, permit) in (1..).zip(&permits[..3]) {
        let surrender = json!({ "reason": "sold" });
        act(&app, permit, "surrender", &Who::person(n), &surrender).await.expect(200);
    }
    assert_eq!(named_in_versions(&app, &permits[0]).await, [true, true, true]);
    let rows = count(&app, "permit_contact").await;

    let a_little = TimeDelta::minutes(10);
    app.clock.advance(TimeDelta::days(365) - a_little);
    later(&app, 0).await;
    assert_eq!(count(&app, "permit_contact").await, rows, "the day before");
    // those who were replaced went before
    assert_eq!(named_in_versions(&app, &permits[0]).await, [false, true, true]);
    app.clock.advance(a_little * 2);
    later(&app, 0).await;
    let of = async |n: usize| {
        let (db, keys) = (app.app.db().read(), app.app.keys());
        let found = anrop::permit::store::contacts(db, &keys, id_of(&permits[n])).await;
        found.expect("reads").len()
    };
    assert_eq!(of(0).await, 0);
    assert_eq!(named_in_versions(&app, &permits[0]).await, [false, false, false]);
    for (kept, permit) in permits.iter().enumerate().take(4).skip(1) {
        assert!(of(kept).await > 0, "{kept}");
        assert!(named_in_versions(&app, permit).await.iter().all(|named| *named), "{kept}");
    }
    // the alert gets its incident reference, and the contacts go
    app.execute("UPDATE beacon_alert SET incident_reference = '2026/2'").await;
    later(&app, 0).await;
    assert_eq!((of(1).await > 0, of(2).await, of(3).await > 0), (true, 0, true));
    app.seal().await;
    assert!(verify(&app.app, None).await.expect("reads").holds());
    app.finish().await;
}

/// Names of the emergency contacts in each version that a caseworker may read, the first one first.
async fn named_in_history(app: &TestApp, permit: &str) -> Vec<Vec<String>> {
    let seen = app.get(&format!("{permit}/history"), &caseworker()).await.expect(200).json();
    let names = |version: &Value| -> Vec<String> {
        let contacts = version["record"]["contacts"].as_array().cloned().unwrap_or_default();
        contacts.iter().map(|one| one["name"].as_str().expect("a name").to_owned()).collect()
    };
    seen["items"].as_array().expect("versions").iter().map(names).collect()
}

#[tokio::test]
async fn emergency_contacts_that_were_replaced_or_object_go_from_the_history_too() {
    let (app, gateway) = started().await;
    let (mut permits, mut own) = (Vec::new(), Vec::new());
    for n in 1..=3 {
        permits.push(granted(&app, n).await);
        own.push(people::plb_application(n)["emergencyContacts"].clone());
    }
    let name = |contact: &Value| contact["name"].as_str().expect("a name").to_owned();
    let both = |n: usize| vec![name(&own[n][0]), name(&own[n][1])];
    // an alert from the second beacon is open
    let sign = app.get(&permits[1], &caseworker()).await.expect(200).json();
    let sign = sign["record"]["callSign"].clone();
    let alert = json!({ "key": sign, "incidentReference": "pending", "outcome": "false" });
    app.post("/v1/rescue/alerts", &Who::role(Role::Rescue), &alert).await.expect(201);
    // of the first two one contact is replaced, of the third one objects
    let new = people::plb_application(5)["emergencyContacts"][0].clone();
    for (who, (permit, own)) in (1..).map(Who::person).zip(permits.iter().zip(&own)).take(2) {
        let seen = app.get(permit, &who).await.expect(200);
        let body = json!({ "emergencyContacts": [new, own[1]] });
        let path = format!("{permit}/contacts");
        app.put(&path, &who, Some(&seen.etag()), &body).await.expect(200);
    }
    notify_once(app.app.clone()).await.expect("sends");
    let link = gateway.link(&phone(3, 0));
    let path = format!("/v1/contact-links/{}", link.rsplit_once('/').expect("a token").1);
    app.send("PUT", &path, None, &[], Some(&json!({ "deed": "object" }))).await.expect(200);

    later(&app, 0).await;
    let kept = |n: usize| vec![name(&own[n][1])];
    let changed = |n: usize| vec![name(&new), name(&own[n][1])];
    assert_eq!(named_in_history(&app, &permits[0]).await, [kept(0), changed(0)]);
    assert_eq!(named_in_history(&app, &permits[1]).await, [both(1), changed(1)]);
    assert_eq!(named_in_history(&app, &permits[2]).await, [kept(2), kept(2)]);
    // the alert gets its incident reference
    app.execute("UPDATE beacon_alert SET incident_reference = '2026/2'").await;
    later(&app, 0).await;
    assert_eq!(named_in_history(&app, &permits[1]).await, [kept(1), changed(1)]);
    app.seal().await;
    assert!(verify(&app.app, None).await.expect("reads").holds());
    app.finish().await;
}
