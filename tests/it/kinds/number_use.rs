//! Numbers that must be in use by a day: the holder states that they are, and a caseworker sees which are not.

use anrop::jobs::remind_once;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{
    numbering::{exact, organisation, permit},
    shared::caseworker,
};
use crate::support::TestApp;

/// Open tasks about numbers that are not stated to be in use.
async fn tasks(app: &TestApp) -> Vec<Value> {
    remind_once(app.app.clone()).await.expect("looks");
    let list = app.get("/v1/tasks", &caseworker()).await.expect(200).json();
    let items = list["items"].as_array().cloned().expect("tasks");
    items.into_iter().filter(|task| task["kind"] == "numbersUnused").collect()
}

#[tokio::test]
async fn a_caseworker_gets_numbers_that_are_not_in_use_within_six_months_once() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (id, _) = permit(&app, 1, exact("e164_6_digit", "116117")).await;
    let (code, _) = permit(&app, 2, exact("dnic", "2421")).await;
    permit(&app, 3, exact("e164_8_digit", "22000000-22000999")).await;
    app.clock.advance(TimeDelta::days(175));
    assert!(tasks(&app).await.is_empty(), "the six months run");
    app.clock.advance(TimeDelta::days(15));
    let given = tasks(&app).await;
    let about: Vec<&Value> = given.iter().map(|task| &task["permitId"]).collect();
    assert_eq!(about.len(), 2, "{given:?}");
    assert!(about.contains(&&json!(id)) && about.contains(&&json!(code)));
    // what a caseworker has seen to does not come back, and the permit stands until somebody decides
    let first = given.iter().find(|task| task["permitId"] == json!(code)).expect("a task");
    let path = format!("/v1/tasks/{}/completion", first["id"].as_str().expect("an id"));
    app.send("POST", &path, Some(&caseworker()), &[("if-match", "\"v1\"")], None).await.expect(200);
    assert_eq!(tasks(&app).await.len(), 1);
    let seen = app.get(&format!("/v1/permits/{id}"), &organisation(1)).await.expect(200).json();
    assert_eq!(seen["record"]["permit"]["status"], "active");
    // a statement that comes late is one all the same
    let path = format!("/v1/permits/{id}/number-use");
    let stated = json!({ "inUseOn": app.day_in(0) });
    app.put(&path, &organisation(1), Some("\"v0\""), &stated).await.expect(200);
    assert!(tasks(&app).await.is_empty());
    // and harmonised numbers must not be unused for a year later
    app.clock.advance(TimeDelta::days(370));
    let given = tasks(&app).await;
    assert_eq!(given.len(), 1);
    assert_eq!(given[0]["permitId"], json!(id));
    app.finish().await;
}

#[tokio::test]
async fn who_holds_the_numbers_states_a_day_on_which_they_held_them() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (id, _) = permit(&app, 1, exact("e164_6_digit", "116117")).await;
    let (other, _) = permit(&app, 2, exact("mnc", "77")).await;
    let (path, who) = (format!("/v1/permits/{id}/number-use"), organisation(1));
    let read = app.get(&path, &who).await.expect(200);
    assert_eq!(read.etag(), "\"v0\"");
    assert!(read.json()["dueOn"].is_string() && read.json().get("inUseOn").is_none());
    app.clock.advance(TimeDelta::days(10));
    for day in [-11, 1] {
        let wrong = json!({ "inUseOn": app.day_in(day) });
        let problem = app
            .put(&path, &who, Some("\"v0\""), &wrong)
            .await
            .expect_problem(422, "invalid-content");
        assert_eq!(problem["errors"][0]["pointer"], "/inUseOn", "{problem}");
    }
    let stated = json!({ "inUseOn": app.day_in(-2) });
    app.put(&path, &who, None, &stated).await.expect_problem(428, "precondition-required");
    assert_eq!(app.put(&path, &organisation(2), Some("\"v0\""), &stated).await.status, 404);
    let told = app.put(&path, &who, Some("\"v0\""), &stated).await.expect(200).json();
    assert_eq!(told["inUseOn"], json!(app.day_in(-2)));
    app.put(&path, &who, Some("\"v0\""), &stated).await.expect_problem(412, "stale-version");
    let read = app.get(&path, &caseworker()).await.expect(200);
    assert_eq!((read.etag().as_str(), &read.json()["dueOn"]), ("\"v1\"", &told["dueOn"]));
    let entered = "SELECT count(*) AS n FROM journal_entry WHERE direction = 'in' \
                   AND title = 'Statement that numbers are in use received'";
    assert_eq!(app.count(entered).await, 1);
    let path = format!("/v1/permits/{other}/number-use");
    app.put(&path, &organisation(2), Some("\"v0\""), &stated)
        .await
        .expect_problem(422, "conditions-not-met");
    app.finish().await;
}
