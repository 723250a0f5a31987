//! Drafts through the interface: whose they are, what is missing in them, versions, filing, and how they
//! go away.

use anrop::{
    jobs,
    permit::kind::{Holders, KINDS},
};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{Reply, TestApp, Who, people};

async fn begin(app: &TestApp, who: &Who, application: &Value) -> Reply {
    let body = json!({ "application": application });
    app.post("/v1/plb/drafts", who, &body).await.expect(201)
}

async fn drafts(app: &TestApp) -> i64 {
    app.count("SELECT count(*) AS n FROM draft").await
}

#[tokio::test]
async fn a_draft_says_what_is_missing_until_it_can_be_filed() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let kari = Who::person(1);
    let begun = begin(&app, &kari, &json!({ "beacon": { "serial": "tolv" } })).await;
    let path = begun.header("location").to_owned();
    assert!(path.starts_with("/v1/drafts/"));
    let view = begun.json();
    assert_eq!((view["complete"].clone(), view["kind"].clone()), (json!(false), json!("plb")));
    let missing: Vec<&str> = view["missing"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| one["pointer"].as_str().expect("a pointer"))
        .collect();
    for pointer in
        ["/applicant/name", "/beacon/manufacturer", "/beacon/serial", "/emergencyContacts"]
    {
        assert!(missing.contains(&pointer), "{pointer} {missing:?}");
    }
    // nothing was filed, and what is not whole cannot be
    let refused =
        app.post_on(&format!("{path}/submission"), &kari, &begun.etag(), &json!({})).await;
    assert_eq!(refused.status, 400);
    assert_eq!(app.count("SELECT count(*) AS n FROM \"case\"").await, 0);

    let whole = json!({ "application": people::plb_application(1) });
    let saved = app.put(&path, &kari, Some(&begun.etag()), &whole).await.expect(200);
    assert_eq!(saved.json()["complete"], true);
    assert_eq!(saved.json()["missing"], json!([]));
    let filed = app.post_on(&format!("{path}/submission"), &kari, &saved.etag(), &json!({})).await;
    let filed = filed.expect(201);
    let case = app.get(filed.header("location"), &kari).await.expect(200).json();
    assert_eq!(case["application"], people::plb_application(1));
    // it is gone with the case, and filing it twice answers the same case
    assert_eq!(drafts(&app).await, 0);
    app.get(&path, &kari).await.expect_problem(404, "not-found");
    let again = app.post_on(&format!("{path}/submission"), &kari, &saved.etag(), &json!({})).await;
    assert_eq!(again.expect(201).json()["caseId"], filed.json()["caseId"]);
    assert_eq!(app.count("SELECT count(*) AS n FROM \"case\"").await, 1);
    app.finish().await;
}

#[tokio::test]
async fn the_draft_of_another_is_not_there() {
    let app = TestApp::start().await;
    let (kari, ola) = (Who::person(1), Who::person(2));
    let begun = begin(&app, &kari, &people::plb_application(1)).await;
    let path = begun.header("location").to_owned();
    let body = json!({ "application": {} });
    app.get(&path, &ola).await.expect_problem(404, "not-found");
    app.put(&path, &ola, Some(&begun.etag()), &body).await.expect_problem(404, "not-found");
    let delete = app.send("DELETE", &path, Some(&ola), &[("if-match", &begun.etag())], None).await;
    delete.expect_problem(404, "not-found");
    let submission = format!("{path}/submission");
    app.post_on(&submission, &ola, &begun.etag(), &json!({}))
        .await
        .expect_problem(404, "not-found");
    // caseworkers see what is filed, nothing before
    app.get(&path, &Who::caseworker("saksbehandler-1")).await.expect(403);
    assert_eq!(app.get("/v1/drafts", &ola).await.expect(200).json()["total"], 0);
    let own = app.get("/v1/drafts", &kari).await.expect(200).json();
    assert_eq!(own["total"], 1);
    assert_eq!(format!("/v1/drafts/{}", own["items"][0]["id"].as_str().expect("an id")), path);
    assert_eq!(drafts(&app).await, 1);
    assert_eq!(app.get(&path, &kari).await.expect(200).etag(), begun.etag());
    app.finish().await;
}

#[tokio::test]
async fn who_saves_over_an_old_version_is_told() {
    let app = TestApp::start().await;
    let kari = Who::person(1);
    let begun = begin(&app, &kari, &json!({ "usage": { "activity": "Fottur" } })).await;
    let path = begun.header("location").to_owned();
    let one = json!({ "application": { "usage": { "activity": "Ski" } } });
    let two = json!({ "application": { "usage": { "activity": "Padling" } } });
    app.put(&path, &kari, None, &one).await.expect_problem(428, "precondition-required");
    app.put(&path, &kari, Some(&begun.etag()), &one).await.expect(200);
    app.put(&path, &kari, Some(&begun.etag()), &two).await.expect_problem(412, "stale-version");
    let seen = app.get(&path, &kari).await.expect(200);
    assert_eq!(seen.json()["application"], one["application"]);
    let stale = app.send("DELETE", &path, Some(&kari), &[("if-match", &begun.etag())], None).await;
    stale.expect_problem(412, "stale-version");
    let submission = format!("{path}/submission");
    app.post_on(&submission, &kari, &begun.etag(), &json!({}))
        .await
        .expect_problem(412, "stale-version");
    app.send("DELETE", &path, Some(&kari), &[("if-match", &seen.etag())], None).await.expect(204);
    assert_eq!(drafts(&app).await, 0);
    app.finish().await;
}

#[tokio::test]
async fn a_draft_that_nobody_goes_on_with_is_deleted() {
    let app = TestApp::start().await;
    let kari = Who::person(1);
    let begun = begin(&app, &kari, &people::plb_application(1)).await;
    let path = begun.header("location").to_owned();
    app.clock.advance(TimeDelta::days(29));
    jobs::forget_drafts_once(app.app.clone()).await.expect("runs");
    let whole = json!({ "application": people::plb_application(1) });
    let saved = app.put(&path, &kari, Some(&begun.etag()), &whole).await.expect(200);
    // saving it gave it another thirty days
    app.clock.advance(TimeDelta::days(29));
    app.get(&path, &kari).await.expect(200);
    app.clock.advance(TimeDelta::days(2));
    // it cannot be seen or filed any more, even before the job has run
    app.get(&path, &kari).await.expect_problem(404, "not-found");
    let submission = format!("{path}/submission");
    app.post_on(&submission, &kari, &saved.etag(), &json!({}))
        .await
        .expect_problem(404, "not-found");
    assert_eq!(drafts(&app).await, 1);
    jobs::forget_drafts_once(app.app.clone()).await.expect("runs");
    assert_eq!(drafts(&app).await, 0);
    app.finish().await;
}

#[tokio::test]
async fn what_is_typed_is_not_to_be_read_in_the_database() {
    let app = TestApp::start().await;
    let kari = Who::person(1);
    begin(&app, &kari, &people::plb_application(1)).await;
    let name = people::applicant(1)["name"].as_str().expect("a name").to_owned();
    let sealed = if crate::support::test_app::on_postgres() {
        format!(
            "SELECT count(*) AS n FROM draft WHERE position(convert_to('{name}', 'UTF8') in content_sealed) > 0"
        )
    } else {
        format!(
            "SELECT count(*) AS n FROM draft WHERE instr(content_sealed, CAST('{name}' AS BLOB)) > 0"
        )
    };
    assert_eq!(app.count(&sealed).await, 0);
    app.finish().await;
}

#[tokio::test]
async fn every_kind_can_be_begun_and_a_repeat_makes_nothing_new() {
    let app = TestApp::start().await;
    let (kari, firm) = (Who::person(1), Who::role(anrop::identity::Role::Representative));
    let firm = {
        let mut firm = firm;
        firm.0.organisation = Some("974760673".to_owned());
        firm
    };
    for any in KINDS {
        let who = if any.holders() == Holders::Organisations { &firm } else { &kari };
        let path = format!("/v1/{}/drafts", any.kind().as_str());
        let body = json!({ "application": any.example() });
        let key = format!("begin-{}", any.kind().as_str());
        let headers = [("idempotency-key", key.as_str())];
        let begun = app.send("POST", &path, Some(who), &headers, Some(&body)).await.expect(201);
        assert_eq!(begun.json()["complete"], true, "{path}: {}", begun.text());
        let again = app.send("POST", &path, Some(who), &headers, Some(&body)).await.expect(201);
        assert_eq!(again.json()["id"], begun.json()["id"]);
    }
    assert_eq!(drafts(&app).await, i64::try_from(KINDS.len()).expect("small"));
    app.finish().await;
}
