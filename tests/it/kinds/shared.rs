//! Steps that tests of several kinds take.

use anrop::{
    identity::Role,
    values::{municipality_ground::nearest, polygon::Point},
};
use serde_json::{Value, json};

use crate::support::{Recipient, Reply, TestApp, Who};

/// The caseworker of these tests.
pub fn caseworker() -> Who {
    Who::caseworker("saksbehandler-1")
}

/// The municipality whose known place is nearest.
pub fn municipality_at(latitude: f64, longitude: f64) -> String {
    let point = Point::new(latitude, longitude).expect("a point");
    format!("{:04}", nearest(point).expect("near land"))
}

/// An application filed, which must come in; the address of its case.
pub async fn file(app: &TestApp, kind: &str, who: &Who, application: &Value) -> String {
    let receipt = app.post(&format!("/v1/{kind}/applications"), who, application).await.expect(201);
    receipt.header("location").to_owned()
}

/// A caseworker's decision to grant, however it turns out.
pub async fn try_grant(app: &TestApp, case: &str) -> Reply {
    let seen = app.get(case, &caseworker()).await.expect(200);
    let outcome = json!({ "outcome": "granted" });
    app.post_on(&format!("{case}/decision"), &caseworker(), &seen.etag(), &outcome).await
}

/// An application filed and granted; the decided case.
pub async fn granted(app: &TestApp, kind: &str, who: &Who, application: &Value) -> Value {
    let case = file(app, kind, who, application).await;
    try_grant(app, &case).await.expect(200).json()
}

/// The address of the permit a granted case came to.
pub fn permit_of(decided: &Value) -> String {
    format!("/v1/permits/{}", decided["permitId"].as_str().expect("a permit"))
}

/// Codes of what the caseworker is told to look at.
pub async fn reasons(app: &TestApp, case: &str) -> Vec<String> {
    let seen = app.get(case, &caseworker()).await.expect(200).json();
    let reasons = seen["assessment"].as_array().expect("an assessment");
    reasons.iter().filter_map(|reason| Some(reason["code"].as_str()?.to_owned())).collect()
}

/// A step on the version as it is now.
pub async fn act(app: &TestApp, permit: &str, step: &str, who: &Who, body: &Value) -> Reply {
    let seen = app.get(permit, who).await.expect(200);
    app.post_on(&format!("{permit}/{step}"), who, &seen.etag(), &at_once(step, body)).await
}

/// What the authority does of its own motion at once names the exception by which the holder is not heard first.
pub fn at_once(step: &str, body: &Value) -> Value {
    let mut body = body.clone();
    if matches!(step, "suspension" | "revocation" | "amendment" | "call-sign") {
        body["withoutNotice"] = serde_json::json!("unnecessary");
    }
    body
}

/// Another signs what waits for that, where a step on a permit was answered with the case in which it does.
pub async fn sign_where_needed(app: &TestApp, reply: &Reply) {
    let Some(case) = reply.headers.get("location") else { return };
    let case = case.to_str().expect("a path");
    let seen = app.get(case, &caseworker()).await.expect(200);
    let supervisor = Who::role(Role::Supervisor);
    let path = format!("{case}/signature");
    let etag = seen.etag();
    app.send("POST", &path, Some(&supervisor), &[("if-match", &etag)], None).await.expect(200);
}

/// What the rescue centre is answered.
pub async fn look_up(app: &TestApp, key: &str) -> Value {
    let headers = [("incident-reference", "2026/117"), ("operator", "vakt-3")];
    let who = Who::role(Role::Rescue);
    app.send("GET", &format!("/v1/rescue/beacons/{key}"), Some(&who), &headers, None)
        .await
        .expect(200)
        .json()
}

/// A local recipient that is subscribed.
pub async fn subscribed(app: &TestApp, kind: &str) -> Recipient {
    let recipient = Recipient::start().await;
    let made = app
        .post(
            "/v1/subscriptions",
            &Who::role(Role::Administrator),
            &json!({ "name": kind, "recipient": kind, "url": recipient.url }),
        )
        .await
        .expect(201)
        .json();
    recipient.trust(made["secret"].as_str().expect("a secret"));
    recipient
}

/// Pointers and codes of a refused application.
pub fn faults(problem: &Value) -> Vec<(&str, &str)> {
    let errors = problem["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
    errors
        .iter()
        .map(|error| {
            (error["pointer"].as_str().expect("a pointer"), error["code"].as_str().expect("a code"))
        })
        .collect()
}
