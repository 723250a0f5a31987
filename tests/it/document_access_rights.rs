//! What a request for access may cost others and give away: nobody is shut out by what somebody else asks, who is given
//! a part never gets more, and nothing tells who asked once the time is over.

use anrop::{http::address::TrustedProxies, jobs::destroy_once};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    document_access::{asked, decide, number},
    journal::days_later,
    kinds::shared::caseworker,
    letters::{filed, refused},
    support::{Reply, TestApp, Visitor, Who},
};

const REQUESTS: &str = "/v1/document-access-requests";
/// Requests of one address for the same document that may wait.
const OF_ONE_DOCUMENT: usize = 5;

async fn behind_a_proxy() -> TestApp {
    let proxies = TrustedProxies::parse(["127.0.0.1"]).expect("an address");
    let app = TestApp::start_with(|settings| settings.trusted_proxies = proxies).await;
    app.waive_deliveries();
    filed(&app, 1, "nb").await;
    days_later(&app, 1).await;
    app
}

async fn ask_from(app: &TestApp, address: &str, document: &str) -> Reply {
    let body = json!({ "documents": [document] });
    app.send("POST", REQUESTS, None, &[("x-forwarded-for", address)], Some(&body)).await
}

async fn waiting(app: &TestApp) -> i64 {
    let sql = "SELECT count(*) AS n FROM document_access_request WHERE status = 'received'";
    app.count(sql).await
}

#[tokio::test]
async fn one_address_cannot_shut_others_out_of_a_document() {
    let app = behind_a_proxy().await;
    let document = number(&app, "Application received").await;
    let mut first = Value::Null;
    for n in 0..30 {
        let reply = ask_from(&app, "192.0.2.1", &document).await;
        if n < OF_ONE_DOCUMENT {
            first = reply.expect(201).json()["items"][0]["requestNumber"].clone();
            continue;
        }
        assert!(reply.header("retry-after").parse::<u32>().expect("seconds") > 0);
        reply.expect_problem(429, "too-many-requests");
    }
    assert_eq!(waiting(&app).await, i64::try_from(OF_ONE_DOCUMENT).expect("few"));
    // however many ask, the next one may ask too
    for n in 2..30 {
        ask_from(&app, &format!("192.0.2.{n}"), &document).await.expect(201);
    }
    // what is answered does not wait any more
    let list = app.get(REQUESTS, &caseworker()).await.expect(200).json();
    let mut items = list["items"].as_array().expect("requests").iter();
    let own = items.find(|one| one["requestNumber"] == first).expect("it waits");
    let own = format!("{REQUESTS}/{}", own["id"].as_str().expect("an id"));
    ask_from(&app, "192.0.2.1", &document).await.expect(429);
    let refusal = json!({ "outcome": "refused", "accessCode": "13-1" });
    decide(&app, &own, &refusal).await.expect(200);
    ask_from(&app, "192.0.2.1", &document).await.expect(201);
    ask_from(&app, "192.0.2.1", &document).await.expect(429);
    app.finish().await;
}

#[tokio::test]
async fn who_has_to_wait_keeps_what_was_typed_in_every_language() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    filed(&app, 1, "nb").await;
    days_later(&app, 1).await;
    let document = number(&app, "Application received").await;
    let mut anybody = Visitor::new(&app);
    let typed = [
        ("documents".to_owned(), document.clone()),
        ("contact".to_owned(), "Boks 1 <Oslo>".to_owned()),
    ];
    for _ in 0..OF_ONE_DOCUMENT {
        anybody.post("/nb/document-access", &typed).await.expect(200);
    }
    for (language, said) in [
        ("nb", "om det samme dokumentet venter alt på svar"),
        ("nn", "om det same dokumentet ventar alt på svar"),
        ("en", "for the same document wait for an answer already"),
    ] {
        let path = format!("/{language}/document-access");
        let reply = anybody.post(&path, &typed).await.expect(429);
        assert!(reply.header("retry-after").parse::<u32>().expect("seconds") > 0);
        let page = reply.text();
        assert!(page.contains(said), "{page}");
        assert!(page.contains(&document) && page.contains("Boks 1 &#60;Oslo&#62;"), "{page}");
    }
    app.finish().await;
}

#[tokio::test]
async fn who_asks_much_within_an_hour_is_told_when_to_ask_again() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    for n in 1..=20 {
        filed(&app, n, "nb").await;
    }
    days_later(&app, 1).await;
    let all: Vec<String> = (1..=20)
        .map(|n| format!("{}/{n:06}-1", crate::journal::day(&app, 0).format("%Y")))
        .collect();
    let mut anybody = Visitor::new(&app);
    let typed = [("documents".to_owned(), all.join("\n")), ("contact".to_owned(), String::new())];
    for _ in 0..3 {
        anybody.post("/nb/document-access", &typed).await.expect(200);
    }
    for (language, said) in [
        ("nb", "den siste timen. Send kravet igjen etter "),
        ("nn", "den siste timen. Send kravet igjen etter "),
        ("en", "within the last hour. Send the request again after "),
    ] {
        let reply = anybody.post(&format!("/{language}/document-access"), &typed).await.expect(429);
        assert_eq!(reply.header("retry-after"), "3600");
        let page = reply.text();
        assert!(page.contains(said), "{page}");
    }
    app.finish().await;
}

/// A document sent into the case of the first person under a name that tells of them; its bytes.
async fn sent_in(app: &TestApp) -> &'static [u8] {
    let bytes: &[u8] = b"Navn: Kari Eksempel. Fargen er gul.\n";
    let case = filed(app, 1, "nb").await;
    let headers = [
        ("content-type", "application/octet-stream"),
        ("content-disposition", "attachment; filename=\"Eksempel Kari.txt\""),
    ];
    let path = format!("{case}/documents");
    app.send_raw("POST", &path, Some(&Who::person(1)), &headers, Some(bytes)).await.expect(201);
    days_later(app, 1).await;
    bytes
}

async fn black_out(app: &TestApp, path: &str, text: &str) {
    let tag = app.get(path, &caseworker()).await.expect(200).etag();
    let headers = [("content-type", "application/octet-stream"), ("if-match", tag.as_str())];
    let put = format!("{path}/document");
    app.send_raw("PUT", &put, Some(&caseworker()), &headers, Some(text.as_bytes()))
        .await
        .expect(200);
}

async fn given(app: &TestApp, token: &str) -> Reply {
    app.get_public(&format!("/v1/document-access-answers/{token}/document")).await
}

#[tokio::test]
async fn what_was_blacked_out_goes_out_and_else_the_document() {
    const BLACKED_OUT: &str = "Navn: *****. Fargen er gul.\n";
    let app = TestApp::start().await;
    app.waive_deliveries();
    let whole = sent_in(&app).await;
    let document = number(&app, "Document received").await.replace('/', "-");

    // nothing is kept back but a number, which was blacked out: the document itself never goes out
    let (token, path) = asked(&app, "Document received").await;
    black_out(&app, &path, BLACKED_OUT).await;
    given(&app, &token).await.expect(404);
    decide(&app, &path, &json!({ "outcome": "granted" })).await.expect(200);
    assert_eq!(given(&app, &token).await.expect(200).text(), BLACKED_OUT);

    // without a version, the document
    let (token, path) = asked(&app, "Document received").await;
    decide(&app, &path, &json!({ "outcome": "granted" })).await.expect(200);
    let reply = given(&app, &token).await.expect(200);
    assert_eq!(reply.bytes, whole);
    let name = reply.header("content-disposition");
    assert!(name.contains(&document) && !name.contains("Kari"), "{name}");

    // a part is the version, under the number of the document
    let (token, path) = asked(&app, "Document received").await;
    black_out(&app, &path, BLACKED_OUT).await;
    let partly = json!({ "outcome": "partlyGranted", "accessCode": "13-1" });
    decide(&app, &path, &partly).await.expect(200);
    let reply = given(&app, &token).await.expect(200);
    assert_eq!(reply.text(), BLACKED_OUT);
    let name = reply.header("content-disposition");
    assert!(name.contains(&document) && !name.contains("Kari"), "{name}");
    // and never more, also where the version is there no more
    app.execute(
        "UPDATE document_access_request SET file_type = NULL, file_sealed = NULL, file_sha256 = NULL \
         WHERE status = 'partlyGranted'",
    )
    .await;
    given(&app, &token).await.expect(404);

    // what is refused gives nothing, although a version was sent
    let (token, path) = asked(&app, "Document received").await;
    black_out(&app, &path, BLACKED_OUT).await;
    let refusal = json!({ "outcome": "refused", "accessCode": "13-1" });
    decide(&app, &path, &refusal).await.expect(200);
    given(&app, &token).await.expect(404);
    app.finish().await;
}

#[tokio::test]
async fn a_letter_nobody_has_read_yet_is_given_whole_too() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    refused(&app, 1).await;
    days_later(&app, 1).await;
    assert_eq!(
        app.count("SELECT count(*) AS n FROM letter WHERE file_sha256 IS NOT NULL").await,
        0
    );
    let (token, path) = asked(&app, "Decision").await;
    decide(&app, &path, &json!({ "outcome": "granted" })).await.expect(200);
    assert!(given(&app, &token).await.expect(200).bytes.starts_with(b"%PDF-"));
    app.finish().await;
}

#[tokio::test]
async fn the_address_left_with_a_request_that_nobody_answers_is_destroyed_too() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    filed(&app, 1, "nb").await;
    days_later(&app, 1).await;
    let document = number(&app, "Application received").await;
    let body = json!({ "documents": [document], "answerTo": "presse@example.no" });
    let taken = app.send("POST", REQUESTS, None, &[], Some(&body)).await.expect(201).json();
    let token = taken["items"][0]["token"].as_str().expect("a token").to_owned();
    let due: chrono::NaiveDate =
        serde_json::from_value(taken["items"][0]["dueOn"].clone()).expect("a day");
    let left = "SELECT count(*) AS n FROM document_access_request WHERE token_hash IS NOT NULL \
                OR key_wrapped IS NOT NULL OR contact_sealed IS NOT NULL";
    let answer = format!("/v1/document-access-answers/{token}");
    app.clock.advance(TimeDelta::days((due - app.day_in(0)).num_days() + 89));
    destroy_once(app.app.clone()).await.expect("runs");
    assert_eq!(app.count(left).await, 1);
    let silent: Value = app.get_public(&answer).await.expect(200).json();
    assert_eq!(silent["silentlyRefused"], true);
    app.clock.advance(TimeDelta::days(3));
    destroy_once(app.app.clone()).await.expect("runs");
    assert_eq!(app.count(left).await, 0);
    app.get_public(&answer).await.expect(404);
    // a caseworker still sees that it waits, and nothing of who asked
    let list = app.get(REQUESTS, &caseworker()).await.expect(200).json();
    assert_eq!(list["total"], 1);
    let path = format!("{REQUESTS}/{}", list["items"][0]["id"].as_str().expect("an id"));
    assert!(app.get(&path, &caseworker()).await.expect(200).json().get("answerTo").is_none());
    app.finish().await;
}
