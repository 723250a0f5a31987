//! Requests for access to documents: by nobody in particular, answered within five working days, in full, in part or
//! not, by operation and by page; and what is known of the requester is destroyed.

use anrop::clock::Clock as _;
use anrop::{
    jobs::{destroy_once, draw_letters_once},
    seal::verify::verify,
    values::calendar::{is_working_day, oslo_date},
};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    journal::{days_later, public},
    kinds::shared::caseworker,
    letters::{filed, refused},
    support::{
        Reply, TestApp, Visitor,
        visitor::{form, hidden},
    },
};

const REQUESTS: &str = "/v1/document-access-requests";

async fn ask(app: &TestApp, body: &Value) -> Reply {
    app.send("POST", REQUESTS, None, &[], Some(body)).await
}

/// A document of the public journal with this title.
pub async fn number(app: &TestApp, title: &str) -> String {
    let all = public(app, "&language=en").await;
    let found =
        all.iter().find(|one| one["title"].as_str().is_some_and(|own| own.starts_with(title)));
    found.unwrap_or_else(|| panic!("no {title}"))["documentNumber"]
        .as_str()
        .expect("a number")
        .to_owned()
}

/// Asks for one document; the token of the answer and the address of the request.
pub async fn asked(app: &TestApp, title: &str) -> (String, String) {
    let document = number(app, title).await;
    let taken = ask(app, &json!({ "documents": [document] })).await.expect(201).json();
    let token = taken["items"][0]["token"].as_str().expect("a token").to_owned();
    let wanted = taken["items"][0]["requestNumber"].clone();
    let list = app.get(REQUESTS, &caseworker()).await.expect(200).json();
    let items = list["items"].as_array().expect("requests");
    let own = items.iter().find(|one| one["requestNumber"] == wanted).expect("it waits");
    (token, format!("{REQUESTS}/{}", own["id"].as_str().expect("an id")))
}

pub async fn decide(app: &TestApp, path: &str, body: &Value) -> Reply {
    let seen = app.get(path, &caseworker()).await.expect(200);
    app.post_on(&format!("{path}/decision"), &caseworker(), &seen.etag(), body).await
}

async fn answer(app: &TestApp, token: &str) -> Value {
    app.get_public(&format!("/v1/document-access-answers/{token}")).await.expect(200).json()
}

#[tokio::test]
async fn anybody_asks_and_silence_after_five_working_days_is_refusal() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    filed(&app, 1, "nb").await;
    let today = "2026-000001-1";
    ask(&app, &json!({ "documents": [today] })).await.expect_problem(422, "invalid-content");
    days_later(&app, 1).await;
    for wrong in [
        json!({ "documents": [] }),
        json!({ "documents": ["2026/999999-1"] }),
        json!({ "documents": ["2026/000001-1"], "language": "xx" }),
        json!({ "documents": ["2026/000001-1"], "answerTo": "x".repeat(501) }),
    ] {
        ask(&app, &wrong).await.expect_problem(422, "invalid-content");
    }
    let document = number(&app, "Application received").await;
    let body = json!({ "documents": [document, document], "answerTo": "presse@example.no", "language": "nn" });
    let made = ask(&app, &body).await.expect(201);
    assert_eq!(made.header("cache-control"), "no-store");
    let taken = made.json();
    assert_eq!(taken["total"], 1, "the same document is asked for once");
    let one = &taken["items"][0];
    let due: chrono::NaiveDate = one["dueOn"].as_str().expect("a day").parse().expect("a day");
    let received = oslo_date(app.clock.now());
    let working = received.iter_days().skip(1).take_while(|day| *day <= due);
    assert_eq!(working.filter(|day| is_working_day(*day)).count(), 5);
    assert!(is_working_day(due));
    // it is journaled in the case, without a name, and nobody else's links lead anywhere
    assert!(one["requestNumber"].as_str().expect("a number").ends_with("-2"));
    let token = one["token"].as_str().expect("a token");
    app.get_public("/v1/document-access-answers/AAAA").await.expect_problem(404, "not-found");
    let view = answer(&app, token).await;
    assert_eq!((&view["status"], &view["silentlyRefused"]), (&json!("received"), &json!(false)));
    app.get_public(&format!("/v1/document-access-answers/{token}/document")).await.expect(404);

    let list = app.get(REQUESTS, &caseworker()).await.expect(200).json();
    assert_eq!(list["total"], 1);
    assert_eq!(list["items"][0]["overdue"], false);
    assert!(list["items"][0].get("answerTo").is_none(), "a list tells no address");
    let path = format!("{REQUESTS}/{}", list["items"][0]["id"].as_str().expect("an id"));
    let seen = app.get(&path, &caseworker()).await.expect(200).json();
    assert_eq!(seen["answerTo"], "presse@example.no");
    let days = (due - received).num_days();
    days_later(&app, days).await;
    assert_eq!(answer(&app, token).await["silentlyRefused"], false, "the last day counts");
    days_later(&app, 1).await;
    assert_eq!(answer(&app, token).await["silentlyRefused"], true);
    let list = app.get(REQUESTS, &caseworker()).await.expect(200).json();
    assert_eq!(list["items"][0]["overdue"], true);
    let entries = public(&app, "&language=en").await;
    let request = entries.iter().find(|one| {
        one["title"].as_str().is_some_and(|title| title.starts_with("Request for access"))
    });
    assert_eq!(request.expect("it is public")["correspondent"]["kind"], "unknown");
    app.finish().await;
}

#[tokio::test]
async fn a_letter_is_given_whole_and_an_application_only_blacked_out() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    refused(&app, 1).await;
    draw_letters_once(app.app.clone()).await.expect("draws");
    days_later(&app, 1).await;
    let (token, path) = asked(&app, "Decision").await;
    let wrong = json!({ "outcome": "granted", "accessCode": "13-1" });
    decide(&app, &path, &wrong).await.expect_problem(422, "invalid-content");
    decide(&app, &path, &json!({ "outcome": "granted" })).await.expect(200);
    let view = answer(&app, &token).await;
    assert_eq!((&view["status"], &view["hasDocument"]), (&json!("granted"), &json!(true)));
    let file = format!("/v1/document-access-answers/{token}/document");
    let given = app.get_public(&file).await.expect(200);
    assert_eq!(given.header("content-type"), "application/pdf");
    assert!(given.bytes.starts_with(b"%PDF-"));
    assert!(given.header("content-disposition").starts_with("attachment"));
    assert!(given.header("content-security-policy").contains("sandbox"));
    decide(&app, &path, &json!({ "outcome": "granted" }))
        .await
        .expect_problem(409, "illegal-transition");

    let (token, path) = asked(&app, "Application received").await;
    decide(&app, &path, &json!({ "outcome": "granted" }))
        .await
        .expect_problem(422, "invalid-content");
    let partly = json!({ "outcome": "partlyGranted", "accessCode": "13-1", "grounds": "Andres navn er sladdet." });
    decide(&app, &path, &partly).await.expect_problem(422, "invalid-content");
    let seen = app.get(&path, &caseworker()).await.expect(200);
    let tag = seen.etag();
    let upload = [("content-type", "application/octet-stream"), ("if-match", tag.as_str())];
    let put = format!("{path}/document");
    app.send_raw("PUT", &put, Some(&caseworker()), &upload, Some(b"\x7fELF\x02".as_slice()))
        .await
        .expect(415);
    let text = "Søknad om nødpeilesender. Navn: *****\n".as_bytes();
    let kept =
        app.send_raw("PUT", &put, Some(&caseworker()), &upload, Some(text)).await.expect(200);
    assert_eq!(kept.json()["releasedMediaType"], "text/plain");
    app.send_raw("PUT", &put, Some(&caseworker()), &upload, Some(text)).await.expect(412);
    decide(&app, &path, &partly).await.expect(200);
    let view = answer(&app, &token).await;
    let said = view["answer"].to_string();
    for part in ["offl. § 13", "Andres navn er sladdet.", "departementet", "tre uker"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let file = format!("/v1/document-access-answers/{token}/document");
    assert_eq!(app.get_public(&file).await.expect(200).bytes, text);

    let (token, path) = asked(&app, "Application received").await;
    decide(&app, &path, &json!({ "outcome": "refused" }))
        .await
        .expect_problem(422, "invalid-content");
    let refusal = json!({ "outcome": "refused", "accessCode": "13-1" });
    decide(&app, &path, &refusal).await.expect(200);
    let view = answer(&app, &token).await;
    assert_eq!((&view["status"], &view["hasDocument"]), (&json!("refused"), &json!(false)));
    app.get_public(&format!("/v1/document-access-answers/{token}/document")).await.expect(404);
    app.seal().await;
    assert!(verify(&app.app, None).await.expect("verifies").holds());

    // the address and the link go, request and answer stay
    app.clock.advance(TimeDelta::days(89));
    destroy_once(app.app.clone()).await.expect("runs");
    answer(&app, &token).await;
    app.clock.advance(TimeDelta::days(2));
    destroy_once(app.app.clone()).await.expect("runs");
    app.get_public(&format!("/v1/document-access-answers/{token}")).await.expect(404);
    let left = "SELECT count(*) AS n FROM document_access_request WHERE token_hash IS NOT NULL \
                OR key_wrapped IS NOT NULL OR contact_sealed IS NOT NULL";
    assert_eq!(app.count(left).await, 0);
    let kept = "SELECT count(*) AS n FROM document_access_request WHERE answer_sealed IS NOT NULL";
    assert_eq!(app.count(kept).await, 3);
    app.finish().await;
}

#[tokio::test]
async fn it_all_works_on_pages_without_scripts() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    filed(&app, 1, "nb").await;
    days_later(&app, 1).await;
    let mut anybody = Visitor::new(&app);
    let page = anybody.get("/nb/public-journal").await.expect(200).text();
    assert!(page.contains("Be om innsyn") && page.contains("/nb/document-access?document="));
    let document = number(&app, "Application received").await;
    anybody.get(&format!("/nb/document-access?document={document}")).await.expect(200);
    let fields = |documents: &str| {
        vec![
            ("documents".to_owned(), documents.to_owned()),
            ("contact".to_owned(), "Boks 1, Oslo".to_owned()),
        ]
    };
    let wrong = anybody.post("/nb/document-access", &fields("tull")).await.expect(422).text();
    assert!(wrong.contains("tull") && wrong.contains("Boks 1, Oslo"), "what was typed stays");
    let taken = anybody.post("/nb/document-access", &fields(&document)).await.expect(200).text();
    let start = taken.find("/nb/document-access/").expect("an address");
    let link: String = taken[start..].chars().take_while(|c| *c != '"').collect();
    let waiting = anybody.get(&link).await.expect(200);
    assert_eq!(waiting.header("x-robots-tag"), "noindex, noarchive");
    assert!(waiting.text().contains("ikke avgjort"));
    anybody.get("/nb/document-access/tull").await.expect(404);

    let mut desk = Visitor::signed_in(&app, "CASEWORKER").await;
    let list = desk.get("/nb/casework/access-requests").await.expect(200).text();
    let start = list.find("/nb/casework/access-requests/").expect("a request");
    let path: String = list[start..].chars().take_while(|c| *c != '"').collect();
    let page = desk.get(&path).await.expect(200).text();
    assert!(page.contains("Boks 1, Oslo"));
    let refused = form(&page, &path, &[("outcome", "partlyGranted"), ("code", "13-1")]);
    desk.post(&path, &refused).await.expect(422);
    let text = ("text", "Søknaden, uten navn.");
    let given = form(&page, &path, &[("outcome", "partlyGranted"), ("code", "13-1"), text]);
    let done = desk.post(&path, &given).await.expect(200).text();
    assert!(done.contains("Svaret er sendt"), "{done}");
    let answer = anybody.get(&link).await.expect(200).text();
    assert!(answer.contains("offl. §\u{a0}13") && answer.contains("Hent dokumentet"));
    assert!(!hidden(&page).is_empty());

    // the access code of a document is set on its page
    let case =
        app.get("/v1/cases", &caseworker()).await.expect(200).json()["items"][0]["id"].clone();
    let page = desk.get(&format!("/nb/casework/cases/{}", case.as_str().expect("an id"))).await;
    let page = page.expect(200).text();
    let start = page.find("/nb/casework/journal/").expect("a document");
    let path: String = page[start..].chars().take_while(|c| *c != '"').collect();
    let page = desk.get(&path).await.expect(200).text();
    let bad = form(&page, &path, &[("code", "26-5"), ("reason", "")]);
    desk.post(&path, &bad).await.expect(422);
    let good = form(&page, &path, &[("code", "26-5"), ("reason", "Fødselsnummer står i den.")]);
    assert!(desk.post(&path, &good).await.expect(200).text().contains("Tilgangskoden er endret."));
    desk.post(&path, &good).await.expect(409);
    app.finish().await;
}
