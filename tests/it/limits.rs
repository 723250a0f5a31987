//! Staff whose token is limited to kinds of permit reach nothing that belongs to another kind, and nobody handles a
//! case they are party to.

use anrop::identity::{Role, token::Ticket};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{Reply, TestApp, Who, people};

/// A caseworker with every scope the operations below need, and this one.
fn limited(to: Option<&str>) -> Who {
    let scopes = [
        "anrop:case.read",
        "anrop:case.decide",
        "anrop:case.document",
        "anrop:letter.read",
        "anrop:permit.read",
        "anrop:permit.write",
        "anrop:permit.decide",
    ];
    let scopes = scopes.into_iter().chain(to).map(str::to_owned).collect();
    Who(Ticket { scopes: Some(scopes), ..Who::role(Role::Caseworker).0 })
}

async fn filed(app: &TestApp, n: u64) -> Reply {
    let application = people::plb_application(n);
    app.post("/v1/plb/applications", &Who::person(n), &application).await.expect(201)
}

async fn add_document(app: &TestApp, case: &str, who: &Who) -> Reply {
    let headers = [
        ("content-type", "application/octet-stream"),
        ("content-disposition", "attachment; filename*=UTF-8''notat.txt"),
    ];
    app.send_raw("POST", &format!("{case}/documents"), Some(who), &headers, Some(b"Et notat."))
        .await
}

fn total(list: &Value) -> u64 {
    list["total"].as_u64().expect("a total")
}

#[tokio::test]
async fn staff_limited_to_a_kind_reach_nothing_of_another() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let receipt = filed(&app, 1).await;
    let case = receipt.header("location").to_owned();
    let granted = json!({ "outcome": "granted" });
    let path = format!("{case}/decision");
    let decided = app
        .post_on(&path, &Who::caseworker("saksbehandler-1"), &receipt.etag(), &granted)
        .await
        .expect(200)
        .json();
    let permit = format!("/v1/permits/{}", decided["permitId"].as_str().expect("a permit"));
    filed(&app, 2).await;
    add_document(&app, &case, &limited(None)).await.expect(201);
    let id = case.rsplit('/').next().expect("an id").to_owned();
    let letters = app.get(&format!("/v1/letters?caseId={id}"), &limited(None)).await.expect(200);
    let letter = letters.json()["items"][0]["id"].as_str().expect("a letter").to_owned();
    let letter = format!("/v1/letters/{letter}");
    let documents = app.get(&format!("{case}/documents"), &limited(None)).await.expect(200).json();
    let document = documents["items"][0]["id"].as_str().expect("a document").to_owned();
    let read = [
        case.clone(),
        format!("{case}/appeals"),
        format!("{case}/documents"),
        format!("{case}/documents/{document}"),
        letter.clone(),
        format!("{letter}/file"),
        permit.clone(),
        format!("{permit}/history"),
        format!("{permit}/certificate"),
    ];
    let (all, own, other) =
        (limited(None), limited(Some("anrop:plb.decide")), limited(Some("anrop:amateur.decide")));
    for path in &read {
        for who in [&all, &own] {
            app.get(path, who).await.expect(200);
        }
        let refused = app.get(path, &other).await;
        let told = refused.expect_problem(403, "not-allowed").to_string();
        assert!(!told.contains("Eksempel"), "{path}");
    }
    add_document(&app, &case, &other).await.expect_problem(403, "not-allowed");
    let contacts =
        json!({ "emergencyContacts": [{ "name": "Nora Eksempel", "phone": "68 05 00 77" }] });
    app.put(&format!("{permit}/contacts"), &other, Some("\"v1\""), &contacts)
        .await
        .expect_problem(403, "not-allowed");

    // lists and counts leave the same out
    app.clock.advance(TimeDelta::days(40));
    anrop::task::actions::remind(&app.app).await.expect("reminds");
    for list in ["/v1/cases", "/v1/permits", "/v1/letters", "/v1/tasks"] {
        let of = async |who: &Who| app.get(list, who).await.expect(200).json();
        assert!(total(&of(&all).await) > 0, "{list}");
        assert_eq!(of(&all).await, of(&own).await, "{list}");
        let left = of(&other).await;
        assert_eq!((total(&left), &left["items"]), (0, &json!([])), "{list}");
    }
    app.finish().await;
}

#[tokio::test]
async fn nobody_takes_or_writes_in_a_case_they_are_party_to() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let receipt = filed(&app, 1).await;
    let case = receipt.header("location").to_owned();
    let own = Who(Ticket { roles: vec![Role::Caseworker], ..Who::person(1).0 });
    for (step, body) in [
        ("assignment", json!({})),
        ("assignment", json!({ "assignee": "saksbehandler-2" })),
        ("notes", json!({ "text": "Denne bør innvilges." })),
    ] {
        app.post_on(&format!("{case}/{step}"), &own, "\"v1\"", &body)
            .await
            .expect_problem(403, "disqualified");
    }
    add_document(&app, &case, &own).await.expect_problem(403, "disqualified");
    // nothing of it is in the case
    let seen = app.get(&case, &Who::caseworker("saksbehandler-2")).await.expect(200);
    assert_eq!(seen.etag(), "\"v1\"");
    // as the applicant they send in what they like
    add_document(&app, &case, &Who::person(1)).await.expect(201);
    app.finish().await;
}
