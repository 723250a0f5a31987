//! Letters: written with the step they tell of, read by their addressee alone, opened once, kept as they were, and
//! told of by text message.

use anrop::{
    clock::Clock as _,
    identity::Role,
    jobs::{draw_letters_once, notice_once, remind_once},
    seal::verify,
};
use chrono::TimeDelta;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::{
    kinds::shared::at_once,
    support::{TestApp, Visitor, Who, people},
};

fn caseworker() -> Who {
    Who::caseworker("saksbehandler-1")
}

/// What follows is later by the clock: it stands still otherwise, and nothing would be the latest.
pub fn a_moment_later(app: &TestApp) {
    app.clock.advance(TimeDelta::seconds(1));
}

/// Files a PLB application of the `n`th person in a language; answers the path of the case.
pub async fn filed(app: &TestApp, n: u64, language: &str) -> String {
    let mut application = people::plb_application(n);
    application["applicant"]["language"] = json!(language);
    let made = app.post("/v1/plb/applications", &Who::person(n), &application).await.expect(201);
    made.header("location").to_owned()
}

/// A caseworker takes a step in a case.
pub async fn step(app: &TestApp, case: &str, what: &str, body: &Value) -> Value {
    a_moment_later(app);
    let seen = app.get(case, &caseworker()).await.expect(200);
    let path = format!("{case}/{what}");
    app.post_on(&path, &caseworker(), &seen.etag(), body).await.expect(200).json()
}

/// Refuses a case.
pub async fn refused(app: &TestApp, n: u64) -> String {
    let case = filed(app, n, "nb").await;
    let body = json!({ "outcome": "refused", "grounds": "Senderen mangler CE-merke." });
    step(app, &case, "decision", &body).await;
    case
}

/// The letters a person has, the newest first.
pub async fn letters(app: &TestApp, who: &Who) -> Vec<Value> {
    let list = app.get("/v1/letters", who).await.expect(200).json();
    list["items"].as_array().cloned().expect("letters")
}

/// Reads a person's newest letter.
pub async fn open_latest(app: &TestApp, who: &Who) -> Value {
    let latest = letters(app, who).await[0]["id"].as_str().expect("an id").to_owned();
    app.get(&format!("/v1/letters/{latest}"), who).await.expect(200).json()
}

fn said(letter: &Value) -> String {
    letter["blocks"].to_string()
}

#[tokio::test]
async fn a_decision_is_told_in_its_commit_and_its_opening_starts_the_appeal_period() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (kari, ola) = (Who::person(1), Who::person(2));
    let case = refused(&app, 1).await;
    let list = letters(&app, &kari).await;
    assert_eq!(list.len(), 1);
    let letter = &list[0];
    assert_eq!((&letter["kind"], &letter["canBeAppealed"]), (&json!("decision"), &json!(true)));
    assert!(letter.get("openedAt").is_none() && letter.get("appealUntil").is_none());
    assert!(letter["subject"].as_str().expect("a text").starts_with("Søknaden er avslått"));
    let path = format!("/v1/letters/{}", letter["id"].as_str().expect("an id"));

    // a caseworker reads it without opening it; somebody else does not find it
    let read = app.get(&path, &caseworker()).await.expect(200).json();
    assert!(read.get("openedAt").is_none());
    app.get(&path, &ola).await.expect_problem(404, "not-found");
    app.get(&format!("{path}/file"), &ola).await.expect_problem(404, "not-found");
    assert!(letters(&app, &ola).await.is_empty());
    assert!(letters(&app, &kari).await[0].get("openedAt").is_none());

    let read = app.get(&path, &kari).await.expect(200);
    assert_eq!(read.header("cache-control"), "no-store");
    let read = read.json();
    let opened = app.clock.now();
    let expected =
        anrop::values::deadline::deadline(anrop::values::deadline::Timer::Appeal, opened);
    assert_eq!(read["appealUntil"], json!(expected.expect("a rule").last_day));
    for part in
        ["CE-merke", "Begrunnelse", "tre uker", "departementet", "§§ 28 og 29", "saksbehandler-1"]
    {
        assert!(said(&read).contains(part), "{part}: {read}");
    }
    // the second reading changes nothing
    app.clock.advance(TimeDelta::days(3));
    let again = app.get(&path, &kari).await.expect(200).json();
    assert_eq!(again["openedAt"], read["openedAt"]);
    let seen = app.get(&case, &caseworker()).await.expect(200).json();
    let journal = seen["journal"].as_array().expect("a journal");
    let number = letter["number"].as_str().expect("a number");
    assert!(journal.iter().any(|one| one["number"] == number && one["direction"] == "out"));
    let opened = journal.iter().filter(|one| {
        one["title"].as_str().is_some_and(|title| title.ends_with("opened by the addressee"))
    });
    assert_eq!(opened.count(), 1);
    app.finish().await;
}

#[tokio::test]
async fn the_file_is_made_once_equals_the_page_and_its_hash_is_in_the_log() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let kari = Who::person(1);
    refused(&app, 1).await;
    let letter = open_latest(&app, &kari).await;
    let path = format!("/v1/letters/{}/file", letter["id"].as_str().expect("an id"));
    let first = app.get(&path, &kari).await.expect(200);
    assert_eq!(first.header("content-type"), "application/pdf");
    assert!(first.bytes.starts_with(b"%PDF-"));
    draw_letters_once(app.app.clone()).await.expect("the job runs");
    let second = app.get(&path, &caseworker()).await.expect(200);
    assert_eq!(first.bytes, second.bytes, "the file never changes");
    let hash = hex(&Sha256::digest(&first.bytes));
    let listed = letters(&app, &kari).await;
    assert_eq!(listed[0]["fileSha256"], hash);

    let html = [("accept", "text/html")];
    let page = app.send("GET", &path, Some(&kari), &html, None).await.expect(200);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert!(page.text().contains("<h1>") && page.text().contains("CE-merke"));
    let pdf = lopdf::Document::load_mem(&first.bytes).expect("a PDF");
    let pages: Vec<u32> = pdf.get_pages().into_keys().collect();
    let text = pdf.extract_text(&pages).expect("a text");
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    assert!(squeezed(&text).contains(&squeezed("Senderen mangler CE-merke.")));

    // the content's hash stands in the journal entry, the file's in the log; neither can change unseen
    let content = letter["contentSha256"].as_str().expect("a hash").to_owned();
    let stored = if crate::support::test_app::on_postgres() {
        format!("decode('{content}', 'hex')")
    } else {
        format!("x'{content}'")
    };
    let sql = format!("SELECT count(*) AS n FROM journal_entry WHERE document_hash = {stored}");
    assert_eq!(app.count(&sql).await, 1);
    app.seal().await;
    assert!(verify::verify(&app.app, None).await.expect("verifies").holds());
    tamper(&app, "UPDATE letter SET file_sha256 = content_sha256").await;
    assert!(!verify::verify(&app.app, None).await.expect("verifies").holds());
    app.get(&path, &kari).await.expect(500);
    app.finish().await;
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn tamper(app: &TestApp, sql: &str) {
    use sea_orm::ConnectionTrait as _;
    let db = sea_orm::Database::connect(app.url()).await.expect("connects");
    db.execute_unprepared(sql).await.expect("changes");
    db.close().await.expect("closes");
}

#[tokio::test]
async fn every_letter_is_in_the_language_of_the_application() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    for (n, language, asked, granted) in [
        (1, "nb", "Vi trenger flere opplysninger", "Søknaden er innvilget"),
        (2, "nn", "Vi treng fleire opplysningar", "Søknaden er innvilga"),
        (3, "en", "We need more information", "Your application is granted"),
    ] {
        let who = Who::person(n);
        let case = filed(&app, n, language).await;
        let due = app.day_in(14);
        let question = json!({ "text": "Hvilken farge?", "dueOn": due });
        step(&app, &case, "information-request", &question).await;
        let letter = open_latest(&app, &who).await;
        assert_eq!(
            (&letter["kind"], &letter["language"]),
            (&json!("informationRequest"), &json!(language))
        );
        assert!(letter["subject"].as_str().expect("a text").starts_with(asked), "{letter}");
        assert!(said(&letter).contains("Hvilken farge?"));
        assert!(letter.get("appealUntil").is_none());
        let mine = app.get(&case, &who).await.expect(200);
        let reply = json!({ "text": "Gul." });
        app.post_on(&format!("{case}/replies"), &who, &mine.etag(), &reply).await.expect(200);
        step(&app, &case, "decision", &json!({ "outcome": "granted" })).await;
        let letter = open_latest(&app, &who).await;
        assert!(letter["subject"].as_str().expect("a text").starts_with(granted), "{letter}");
        assert!(letter["appealUntil"].is_string());
    }
    app.finish().await;
}

#[tokio::test]
async fn what_the_authority_does_of_its_own_motion_is_a_case_with_its_letter() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let kari = Who::person(1);
    let case = filed(&app, 1, "en").await;
    let granted = step(&app, &case, "decision", &json!({ "outcome": "granted" })).await;
    let permit = format!("/v1/permits/{}", granted["permitId"].as_str().expect("a permit"));
    for (what, subject, purpose) in [
        ("suspension", "Your permit is suspended", "suspension"),
        ("reinstatement", "Your permit is reinstated", "reinstatement"),
        ("revocation", "Your permit is revoked", "revocation"),
    ] {
        let seen = app.get(&permit, &caseworker()).await.expect(200);
        let body = json!({ "grounds": "The beacon was found to be another." });
        let path = format!("{permit}/{what}");
        a_moment_later(&app);
        let body = at_once(what, &body);
        app.post_on(&path, &caseworker(), &seen.etag(), &body).await.expect(200);
        let letter = open_latest(&app, &kari).await;
        assert!(letter["subject"].as_str().expect("a text").starts_with(subject), "{letter}");
        assert!(said(&letter).contains("found to be another") && said(&letter).contains("PLB-"));
        let own = format!("/v1/cases/{}", letter["caseId"].as_str().expect("a case"));
        assert_eq!(app.get(&own, &kari).await.expect(200).json()["purpose"], purpose);
    }
    assert_eq!(letters(&app, &kari).await.len(), 4);
    app.finish().await;
}

#[tokio::test]
async fn who_waits_long_is_told_so_once() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let kari = Who::person(1);
    filed(&app, 1, "nb").await;
    remind_once(app.app.clone()).await.expect("the job runs");
    assert!(letters(&app, &kari).await.is_empty());
    app.clock.advance(TimeDelta::days(26));
    for _ in 0..2 {
        remind_once(app.app.clone()).await.expect("the job runs");
    }
    let list = letters(&app, &kari).await;
    assert_eq!(list.len(), 1);
    assert_eq!(list[0]["kind"], "provisionalAnswer");
    assert!(said(&open_latest(&app, &kari).await).contains("§ 11 a"));
    app.finish().await;
}

#[tokio::test]
async fn an_unopened_letter_is_told_of_twice_and_an_opened_one_once() {
    let (app, gateway) = crate::contacts::started().await;
    let (kari, ola) = (Who::person(1), Who::person(2));
    refused(&app, 1).await;
    refused(&app, 2).await;
    let send = async || notice_once(app.app.clone()).await.expect("sends");
    send().await;
    send().await;
    assert_eq!(gateway.messages().len(), 2);
    let name = people::applicant(1)["name"].as_str().expect("a name").to_owned();
    for (_, text) in gateway.messages() {
        assert!(text.contains("/nb/letters/") && !text.contains(&name), "{text}");
        assert!(
            !text.contains("avsl") && !text.contains("PLB"),
            "says nothing of the letter: {text}"
        );
    }
    open_latest(&app, &ola).await;
    app.clock.advance(TimeDelta::days(6));
    send().await;
    assert_eq!(gateway.messages().len(), 2, "not within a week");
    app.clock.advance(TimeDelta::days(2));
    send().await;
    send().await;
    let messages = gateway.messages();
    assert_eq!(messages.len(), 3);
    let phone = people::applicant(1)["phone"].as_str().expect("a number").to_owned();
    assert!(messages[2].0 == phone && messages[2].1.contains("ikke er åpnet"));
    app.clock.advance(TimeDelta::days(60));
    send().await;
    assert_eq!(gateway.messages().len(), 3, "there is no third");
    assert!(letters(&app, &kari).await[0].get("openedAt").is_none());
    app.finish().await;
}

#[tokio::test]
async fn an_officer_or_machine_has_no_letters_and_a_list_opens_none() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    refused(&app, 1).await;
    app.get("/v1/letters", &Who::role(Role::Officer)).await.expect_problem(403, "not-allowed");
    let all = app.get("/v1/letters?unopened=true&limit=1", &caseworker()).await.expect(200).json();
    assert_eq!(all["total"], 1);
    app.get("/v1/letters?caseId=x", &caseworker()).await.expect_problem(400, "invalid-parameter");
    let nobody = "/v1/letters/019a9f2c-5e0c-7d1a-b0cd-ef0123456789";
    app.get(nobody, &caseworker()).await.expect_problem(404, "not-found");
    app.finish().await;
}

/// A letter of the test person KARI, who signs in to the pages.
pub async fn refused_kari(app: &TestApp) -> (Who, String) {
    let person = anrop::commands::demo::people::tickets().remove(0);
    let kari = Who(person.ticket);
    let application = people::plb_application(1);
    let made = app.post("/v1/plb/applications", &kari, &application).await.expect(201);
    let case = made.header("location").to_owned();
    let body = json!({ "outcome": "refused", "grounds": "Senderen <mangler> CE-merke." });
    step(app, &case, "decision", &body).await;
    (kari, case)
}

#[tokio::test]
async fn the_pages_show_list_letter_and_file_and_take_an_appeal() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let (kari, case) = refused_kari(&app).await;
    let mut visitor = Visitor::signed_in(&app, "KARI").await;
    let list = visitor.get("/nb/letters").await.expect(200);
    assert_eq!(list.header("cache-control"), "no-store");
    assert!(list.text().contains("Ikke åpnet"));
    let id = letters(&app, &kari).await[0]["id"].as_str().expect("an id").to_owned();
    let path = format!("/nb/letters/{id}");
    assert!(list.text().contains(&path));
    let page = visitor.get(&path).await.expect(200).text();
    assert!(page.contains("Senderen &#60;mangler&#62; CE-merke.") && page.contains("Klagefrist"));
    let file = visitor.get(&format!("{path}/file")).await.expect(200);
    assert!(file.bytes.starts_with(b"%PDF-"));

    // the appeal has a page of its own
    let action = format!("{}/appeal", case.replace("/v1/", "/nb/my-page/"));
    assert!(page.contains(&format!("href=\"{action}\"")));
    let page = visitor.get(&action).await.expect(200).text();
    let empty = crate::support::visitor::form(&page, &action, &[("text", " ")]);
    let wrong = visitor.post(&action, &empty).await.expect(422).text();
    assert!(wrong.contains("Klagen er ikke sendt"));
    let typed =
        crate::support::visitor::form(&page, &action, &[("text", "Senderen er CE-merket.")]);
    let sent = visitor.post(&action, &typed).await.expect(200).text();
    assert!(sent.contains("Klagen er mottatt") && !sent.contains("<textarea"));
    assert_eq!(app.get(&case, &caseworker()).await.expect(200).json()["status"], "appealed");
    let again = visitor.post(&action, &typed).await;
    assert_eq!(again.status, 412, "sent twice");
    assert!(!visitor.get(&path).await.expect(200).text().contains(&action));

    let mut other = Visitor::signed_in(&app, "OLA").await;
    assert_eq!(other.get(&path).await.status, 404);
    assert_eq!(other.get(&format!("{path}/file")).await.status, 404);
    let mut rescue = Visitor::signed_in(&app, "RESCUE").await;
    assert_eq!(rescue.get(&path).await.status, 403);
    app.finish().await;
}
