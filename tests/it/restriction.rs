//! Restriction of processing (GDPR Article 18): what stops at once, what waits for a human decision,
//! and that all of it starts again when it is lifted. Over HTTP, on real deliveries.

use anrop::{identity::Role, rescue::actions::keep_standby};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    kinds::shared::{act, caseworker, granted, look_up, permit_of, subscribed},
    support::{Recipient, TestApp, Who, people},
};

fn officer() -> Who {
    Who::role(Role::Officer)
}

/// The id of the `n`th person's row.
async fn party(app: &TestApp, n: u64) -> String {
    let me = app.get("/v1/me", &Who::person(n)).await.expect(200).json();
    me["id"].as_str().expect("an id").to_owned()
}

/// The `n`th person's licence with the name published; its call sign.
async fn licensed(app: &TestApp, n: u64) -> String {
    let who = Who::person(n);
    let result = json!({ "results": [{
        "nationalId": who.national_id(), "licenceClass": "full",
        "passedOn": "2026-10-01", "reference": format!("exam-{n}"),
    }] });
    app.post("/v1/exam-results", &Who::role(Role::Examiner), &result).await.expect(201);
    let application = people::amateur_application(n, &["name"]);
    let made = app.post("/v1/amateur/applications", &who, &application).await.expect(201).json();
    made["callSign"].as_str().expect("a call sign").to_owned()
}

async fn restrict(app: &TestApp, party: &str) -> String {
    let form = json!({ "ground": "accuracyContested", "reason": "Telefonnummeret er feil." });
    let path = format!("/v1/holders/{party}/restriction");
    let made = app.post(&path, &officer(), &form).await.expect(201);
    assert_eq!(made.json()["isActive"], true);
    made.header("location").to_owned()
}

/// The one open task about a restriction, with its tag.
async fn task(app: &TestApp) -> (String, String) {
    let tasks = app.get("/v1/tasks", &caseworker()).await.expect(200).json();
    let items = tasks["items"].as_array().expect("tasks");
    let own: Vec<&Value> = items.iter().filter(|t| t["kind"] == "restrictionDecision").collect();
    assert_eq!(own.len(), 1, "{items:?}");
    let tag = format!("\"v{}\"", own[0]["version"]);
    (format!("/v1/tasks/{}", own[0]["id"].as_str().expect("an id")), tag)
}

async fn decide(app: &TestApp, decision: &str) {
    let (path, tag) = task(app).await;
    let form = json!({ "decision": decision, "reason": "Vurdert mot livsviktige interesser." });
    app.post_on(&format!("{path}/decision"), &caseworker(), &tag, &form).await.expect(200);
}

fn last(recipient: &Recipient) -> Value {
    recipient.received().last().expect("a delivery")["data"].clone()
}

#[tokio::test]
async fn a_restricted_person_is_told_of_to_nobody_but_rescue_centres_until_a_person_decides() {
    let app = TestApp::start().await;
    let sign = licensed(&app, 1).await;
    let public = format!("/v1/call-signs/{sign}");
    let name = people::applicant(1)["name"].as_str().expect("a name").to_owned();
    assert_eq!(app.get_public(&public).await.expect(200).json()["holder"]["name"], *name);
    let centre = subscribed(&app, "rescueCentre").await;
    let programmer = subscribed(&app, "programmer").await;
    let decided = granted(&app, "plb", &Who::person(1), &people::plb_application(1)).await;
    let beacon = decided["callSign"].as_str().expect("a call sign").to_owned();
    app.deliver().await;
    assert_eq!((centre.received().len(), programmer.received().len()), (1, 1));
    assert!(last(&centre).get("restricted").is_none());

    let restriction = restrict(&app, &party(&app, 1).await).await;
    // the public: at once, and whatever was consented to
    let shown = app.get_public(&public).await.expect(200);
    assert!(!shown.text().contains(&name) && shown.json()["status"] == "inUse");
    let me = app.get("/v1/me", &Who::person(1)).await.expect(200).json();
    assert_eq!(me["processingRestricted"], true);
    // programmers: that the order rests, and nothing else
    app.deliver().await;
    assert_eq!((centre.received().len(), programmer.received().len()), (2, 2));
    let technician = Who::role(Role::Programmer);
    let orders = app.get("/v1/programming-orders", &technician).await.expect(200);
    assert!(!orders.text().contains(&name), "{}", orders.text());
    let order = orders.json()["items"][0].clone();
    assert_eq!(order["onHold"], true);
    assert_eq!(order["record"], json!({ "programming": { "orderId": order["id"] } }));
    rests(&last(&programmer), "onHold", &order);
    // rescue centres: everything, flagged
    assert_eq!(last(&centre)["restricted"], true);
    assert_eq!(last(&centre)["record"]["holder"]["name"], *name);
    assert_eq!(look_up(&app, &beacon).await["matches"][0]["restricted"], true);

    // nobody ends the task without deciding
    let (path, tag) = task(&app).await;
    let done = app.post_on(&format!("{path}/completion"), &caseworker(), &tag, &json!({})).await;
    done.expect_problem(409, "illegal-transition");
    let undecided = json!({ "decision": "perhaps", "reason": "" });
    let refused = app.post_on(&format!("{path}/decision"), &caseworker(), &tag, &undecided).await;
    let refused = refused.expect_problem(422, "invalid-content");
    assert_eq!(refused["errors"].as_array().map(Vec::len), Some(2));
    app.seal().await;
    keep_standby(&app.app).await.expect("keeps");
    decide(&app, "stop").await;
    app.deliver().await;
    assert_eq!(centre.received().len(), 2, "nothing more is sent");
    let answer = look_up(&app, &beacon).await;
    assert_eq!((&answer["matches"], &answer["reason"]), (&json!([]), &json!("unknown")));
    app.seal().await;
    let rescue = Who::role(Role::Rescue);
    let digest = app.get("/v1/rescue/digest", &rescue).await.expect(200).json();
    assert_eq!(digest["count"], 0, "and it leaves the standby");
    let changes = app.get("/v1/rescue/changes", &rescue).await.expect(200).json();
    let newest = changes["items"].as_array().expect("changes").last().expect("one").clone();
    assert!(newest.get("record").is_none() && newest["superseded"] == false, "{newest}");

    // lifted, once the person has been told
    let lifting = format!("{restriction}/lifting");
    let too_early = json!({ "informedOn": app.day_in(1), "reason": "Nummeret er rettet." });
    let refused = app.post(&lifting, &officer(), &too_early).await;
    refused.expect_problem(422, "invalid-content");
    let form = json!({ "informedOn": app.day_in(-1), "reason": "Nummeret er rettet." });
    let lifted = app.post(&lifting, &officer(), &form).await.expect(200).json();
    app.post(&lifting, &officer(), &form).await.expect_problem(409, "illegal-transition");
    app.deliver().await;
    assert_eq!(centre.received().len(), 3);
    assert!(last(&centre).get("restricted").is_none());
    assert_eq!(last(&programmer)["record"]["holder"]["name"], *name);
    assert!(last(&programmer).get("orderState").is_none(), "it goes on");
    let orders = app.get("/v1/programming-orders", &technician).await.expect(200).json();
    assert!(orders["items"][0].get("onHold").is_none());
    assert_eq!(app.get_public(&public).await.expect(200).json()["holder"]["name"], *name);
    assert_eq!(look_up(&app, &beacon).await["matches"][0]["restricted"], false);

    // who did what and why stands there, and in the sealed log
    let steps = lifted["steps"].as_array().expect("steps");
    let done: Vec<_> = steps.iter().map(|step| step["step"].as_str().expect("a step")).collect();
    assert_eq!(done, ["restricted", "rescueStopped", "lifted"]);
    assert_eq!(steps[0]["actor"], "officer-1");
    assert_eq!(steps[0]["reason"], "Telefonnummeret er feil.");
    assert_eq!(steps[1]["actor"], "saksbehandler-1");
    assert_eq!(lifted["isActive"], false);
    app.seal().await;
    let sealed = "SELECT count(*) AS n FROM log_entry WHERE stream = 'privacy' AND seq IS NOT NULL";
    assert_eq!(app.count(sealed).await, 3);
    let report = anrop::seal::verify::verify(&app.app, None).await.expect("reads");
    assert!(report.holds(), "{report:?}");
    let forged = "UPDATE restriction_step SET actor = 'somebody else' WHERE step = 'lifted'";
    app.execute(forged).await;
    let report = anrop::seal::verify::verify(&app.app, None).await.expect("reads");
    assert!(!report.holds(), "a changed step is found");
    app.finish().await;
}

/// A programmer is told the state of an order by its id, and nothing of anybody.
fn rests(told: &Value, state: &str, order: &Value) {
    let mut members: Vec<&String> = told.as_object().expect("an object").keys().collect();
    members.sort();
    assert_eq!(members, ["kind", "orderState", "permitId", "record", "version"]);
    assert_eq!(told["orderState"], state);
    assert_eq!(told["record"], json!({ "programming": { "orderId": order["id"] } }));
}

#[tokio::test]
async fn an_order_that_ends_while_it_rests_is_taken_back_without_a_word_of_why() {
    let app = TestApp::start().await;
    let programmer = subscribed(&app, "programmer").await;
    let decided = granted(&app, "plb", &Who::person(1), &people::plb_application(1)).await;
    app.deliver().await;
    assert_eq!(programmer.received().len(), 1);
    let technician = Who::role(Role::Programmer);
    let orders = app.get("/v1/programming-orders", &technician).await.expect(200).json();
    let order = orders["items"][0].clone();
    restrict(&app, &party(&app, 1).await).await;
    app.deliver().await;
    rests(&last(&programmer), "onHold", &order);
    let reason = json!({ "reason": "sold" });
    act(&app, &permit_of(&decided), "surrender", &Who::person(1), &reason).await.expect(200);
    app.deliver().await;
    rests(&last(&programmer), "cancelled", &order);
    let path = "/v1/programming-orders?status=cancelled";
    let cancelled = app.get(path, &technician).await.expect(200).json();
    let listed = &cancelled["items"][0];
    assert!(listed.get("onHold").is_none());
    assert_eq!(listed["record"], json!({ "programming": { "orderId": order["id"] } }));
    app.finish().await;
}

#[tokio::test]
async fn a_decision_to_keep_lets_rescue_centres_have_what_saves_lives() {
    let app = TestApp::start().await;
    let centre = subscribed(&app, "rescueCentre").await;
    let decided = granted(&app, "plb", &Who::person(1), &people::plb_application(1)).await;
    let beacon = decided["callSign"].as_str().expect("a call sign").to_owned();
    let restriction = restrict(&app, &party(&app, 1).await).await;
    decide(&app, "keep").await;
    app.deliver().await;
    assert_eq!(last(&centre)["restricted"], true);
    assert_eq!(look_up(&app, &beacon).await["matches"][0]["restricted"], true);
    let seen = app.get(&restriction, &caseworker()).await.expect(200).json();
    assert_eq!(seen["rescueDecision"], "keep");
    // what is corrected meanwhile still reaches the rescue centre
    let contacts =
        json!({ "emergencyContacts": [{ "name": "Nora Eksempel", "phone": "68050123" }] });
    let permit = permit_of(&decided);
    let seen = app.get(&permit, &Who::person(1)).await.expect(200);
    let path = format!("{permit}/contacts");
    app.put(&path, &Who::person(1), Some(&seen.etag()), &contacts).await.expect(200);
    app.deliver().await;
    assert_eq!(last(&centre)["record"]["contacts"][0]["name"], "Nora Eksempel");
    // another beacon asks for another decision
    let mut second = people::plb_application(1);
    second["beacon"]["serial"] = json!(20_001);
    granted(&app, "plb", &Who::person(1), &second).await;
    decide(&app, "keep").await;
    app.deliver().await;
    app.finish().await;
}

#[tokio::test]
async fn an_ended_permit_goes_away_with_the_rest() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let decided = granted(&app, "plb", &Who::person(1), &people::plb_application(1)).await;
    let beacon = decided["callSign"].as_str().expect("a call sign").to_owned();
    granted(&app, "plb", &Who::person(1), &{
        let mut second = people::plb_application(1);
        second["beacon"]["serial"] = json!(20_001);
        second
    })
    .await;
    let reason = json!({ "reason": "sold" });
    act(&app, &permit_of(&decided), "surrender", &Who::person(1), &reason).await.expect(200);
    assert_eq!(look_up(&app, &beacon).await["reason"], "ended");
    app.seal().await;
    keep_standby(&app.app).await.expect("keeps");
    let counted =
        async || app.app.standby().await.expect("opens").copy.count().await.expect("counts");
    assert_eq!((counted().await.live, counted().await.ended), (1, 1));
    restrict(&app, &party(&app, 1).await).await;
    decide(&app, "stop").await;
    assert_eq!(look_up(&app, &beacon).await["reason"], "unknown");
    app.seal().await;
    keep_standby(&app.app).await.expect("keeps");
    assert_eq!((counted().await.live, counted().await.ended), (0, 0));
    app.finish().await;
}

#[tokio::test]
async fn who_cannot_be_restricted_and_by_whom() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    granted(&app, "plb", &Who::person(1), &people::plb_application(1)).await;
    let id = party(&app, 1).await;
    let path = format!("/v1/holders/{id}/restriction");
    let form = json!({ "ground": "objection", "reason": "Innsigelse." });
    let unknown = "/v1/holders/019a9f2c-5e0c-7d1a-b0cd-ef0123456789/restriction";
    app.post(unknown, &officer(), &form).await.expect_problem(404, "not-found");
    // nobody decides about themselves
    let mut own = officer();
    own.0.national_id = Some(Who::person(1).national_id().to_owned());
    app.post(&path, &own, &form).await.expect_problem(403, "disqualified");
    let wrong = json!({ "ground": "because", "reason": "" });
    let refused = app.post(&path, &officer(), &wrong).await.expect_problem(422, "invalid-content");
    assert_eq!(refused["errors"].as_array().map(Vec::len), Some(2));
    restrict(&app, &id).await;
    app.post(&path, &officer(), &form).await.expect_problem(409, "illegal-transition");
    // lifted before anybody decided: the task is gone
    let all = app.get("/v1/restrictions", &officer()).await.expect(200).json();
    assert_eq!(all["total"], 1);
    let lifting =
        format!("/v1/restrictions/{}/lifting", all["items"][0]["id"].as_str().expect("an id"));
    let lift = json!({ "informedOn": app.day_in(0), "reason": "Trukket." });
    app.clock.advance(TimeDelta::hours(1));
    app.post(&lifting, &officer(), &lift).await.expect(200);
    assert_eq!(app.get("/v1/tasks", &caseworker()).await.expect(200).json()["total"], 0);
    app.finish().await;
}
