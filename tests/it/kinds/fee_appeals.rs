//! Appeals against fees: in time and late, dismissed, ended by a credit note, forwarded and decided by the appeal body; and
//! payment, which waits only where that is decided.

use anrop::{clock::Clock as _, jobs};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{
    fees::{advance_to, plb},
    invoices::{books_balance, issue, letter, list, only, staff},
};
use crate::{
    letters::{a_moment_later, letters, open_latest},
    support::{Reply, TestApp, Visitor, Who, people, visitor::form},
};

/// The first person's invoice over two permits; its path.
async fn invoiced(app: &TestApp) -> String {
    app.waive_deliveries();
    advance_to(app, 8, 15);
    plb(app, 1, 101).await;
    plb(app, 1, 102).await;
    a_moment_later(app);
    issue(app).await;
    let (invoice, _) = only(app, &Who::person(1)).await;
    format!("/v1/fee-invoices/{}", invoice["id"].as_str().expect("an id"))
}

async fn on(app: &TestApp, invoice: &str, what: &str, who: &Who, body: &Value) -> Reply {
    a_moment_later(app);
    let seen = app.get(invoice, &staff()).await.expect(200);
    app.post_on(&format!("{invoice}/{what}"), who, &seen.etag(), body).await
}

async fn of(app: &TestApp, invoice: &str) -> Value {
    app.get(invoice, &staff()).await.expect(200).json()
}

fn complaint() -> Value {
    json!({ "text": "Den ene senderen er solgt." })
}

fn of_body(app: &TestApp, outcome: &str) -> Value {
    json!({
        "outcome": outcome, "grounds": "Departementet ser det annerledes.",
        "decidedOn": app.day_in(0), "bodyReference": "26/500",
    })
}

async fn remind(app: &TestApp) {
    jobs::remind_once(app.app.clone()).await.expect("the job runs");
}

#[tokio::test]
async fn an_appeal_over_a_line_ends_in_a_credit_note_of_that_line() {
    let app = TestApp::start().await;
    let invoice = invoiced(&app).await;
    let (kari, ola) = (Who::person(1), Who::person(2));
    plb(&app, 2, 103).await;
    let listed = letters(&app, &kari).await;
    let of_invoice = listed.iter().find(|one| one["kind"] == "invoice").expect("a letter");
    assert_eq!(of_invoice["canBeAppealed"], true);
    on(&app, &invoice, "appeal", &ola, &complaint()).await.expect_problem(404, "not-found");
    app.get(&format!("{invoice}/appeals"), &ola).await.expect_problem(404, "not-found");
    let lines = of(&app, &invoice).await["lines"].clone();
    let mut wrong = complaint();
    wrong["lines"] = json!([uuid::Uuid::nil()]);
    let problem = on(&app, &invoice, "appeal", &kari, &wrong).await;
    assert_eq!(problem.expect_problem(422, "invalid-content")["errors"][0]["pointer"], "/lines/0");
    let mut about = complaint();
    about["lines"] = json!([lines[1]["id"]]);
    let taken = on(&app, &invoice, "appeal", &kari, &about).await.expect(200).json();
    assert_eq!(
        (&taken["appeal"]["status"], &taken["appeal"]["inTime"]),
        (&json!("received"), &json!(true))
    );
    on(&app, &invoice, "appeal", &kari, &complaint())
        .await
        .expect_problem(409, "illegal-transition");
    let reversed = json!({ "outcome": "reversed", "grounds": "Senderen var solgt." });
    let mut own = staff();
    own.0.national_id = Some(kari.national_id().to_owned());
    on(&app, &invoice, "appeal-decision", &own, &reversed)
        .await
        .expect_problem(403, "disqualified");
    let decided = on(&app, &invoice, "appeal-decision", &staff(), &reversed).await;
    let decided = decided.expect(200).json();
    assert_eq!(decided["appeal"]["status"], "reversed");
    let half = lines[1]["amountOre"].clone();
    assert_eq!(decided["invoice"]["creditedOre"], half);
    let now = of(&app, &invoice).await;
    assert_eq!(now["creditNotes"].as_array().expect("notes").len(), 1);
    assert!(
        now["lines"][0].get("creditNoteId").is_none()
            && now["lines"][1]["creditNoteId"].is_string()
    );
    let kinds: Vec<Value> =
        letters(&app, &kari).await.iter().map(|one| one["kind"].clone()).collect();
    assert!(kinds.contains(&json!("creditNote")) && kinds.contains(&json!("appealDecision")));
    let note = letter(&app, &kari, &now["creditNotes"][0]["letterId"]).await;
    assert!(note.contains("Senderen var solgt."));
    // about what is left the authority's decision can be appealed against
    on(&app, &invoice, "appeal", &kari, &complaint()).await.expect(200);
    books_balance(&app).await;
    app.finish().await;
}

#[tokio::test]
async fn the_period_runs_from_the_letter_and_a_dismissal_can_be_appealed_against() {
    let app = TestApp::start().await;
    let invoice = invoiced(&app).await;
    let kari = Who::person(1);
    let path =
        format!("/v1/letters/{}", of(&app, &invoice).await["letterId"].as_str().expect("an id"));
    let opened = app.get(&path, &kari).await.expect(200).json();
    let until = opened["appealUntil"].as_str().expect("a day").to_owned();
    let until: chrono::NaiveDate = until.parse().expect("a day");
    let end = anrop::values::calendar::end_of_day(until);
    app.clock.advance(end - app.clock.now() + TimeDelta::seconds(1));
    let problem = on(&app, &invoice, "appeal", &kari, &complaint()).await;
    let problem = problem.expect_problem(422, "invalid-content");
    assert_eq!(problem["errors"][0]["pointer"], "/lateReason");
    // on paper it counts from the day it came in
    let mut paper = complaint();
    paper["receivedOn"] = json!(until);
    let not_paper = on(&app, &invoice, "appeal", &kari, &paper).await;
    not_paper.expect_problem(422, "invalid-content");
    let mut posted = complaint();
    posted["postedOn"] = json!(until);
    let not_paper = on(&app, &invoice, "appeal", &kari, &posted).await;
    not_paper.expect_problem(422, "invalid-content");
    let taken = on(&app, &invoice, "registered-appeal", &staff(), &paper).await.expect(201).json();
    assert_eq!(taken["appeal"]["inTime"], true);
    let dismiss = json!({ "outcome": "inadmissible", "grounds": "Gjelder noe annet." });
    on(&app, &invoice, "appeal-decision", &staff(), &dismiss).await.expect(200);
    let told = open_latest(&app, &kari).await;
    assert_eq!((&told["kind"], &told["canBeAppealed"]), (&json!("appealDecision"), &json!(true)));
    assert!(told["subject"].as_str().expect("a text").contains("Faktura 100000001"), "{told}");
    on(&app, &invoice, "appeal", &kari, &complaint()).await.expect(200);
    assert_eq!(list(&app, &kari, "").await["items"][0]["creditedOre"], 0);
    app.finish().await;
}

#[tokio::test]
async fn the_appeal_body_gets_what_the_invoice_is_about_and_decides() {
    let app = TestApp::start().await;
    let invoice = invoiced(&app).await;
    let kari = Who::person(1);
    on(&app, &invoice, "appeal", &kari, &complaint()).await.expect(200);
    let early = on(&app, &invoice, "appeal-decision", &staff(), &of_body(&app, "upheld")).await;
    early.expect_problem(409, "illegal-transition");
    let path = format!("{invoice}/appeal-package");
    app.get(&path, &kari).await.expect(403);
    let forward = json!({ "outcome": "forwarded", "grounds": "Kravet er riktig." });
    let sent = on(&app, &invoice, "appeal-decision", &staff(), &forward).await.expect(200).json();
    assert_eq!(sent["appeal"]["appealBody"], "ministry_dfd");
    let told = open_latest(&app, &kari).await;
    assert_eq!(told["kind"], "appealForwarded");
    for part in ["Faktura", "Klage mottatt", "Kravet er riktig."] {
        assert!(told["blocks"].to_string().contains(part), "{part}: {told}");
    }
    let files = app.get(&path, &staff()).await.expect(200);
    assert_eq!(files.header("content-type"), "application/zip");
    let names = String::from_utf8_lossy(&files.bytes);
    assert!(names.contains("innhold.tsv") && names.contains("Klage oversendt klageinstansen"));
    assert!(names.contains("Den ene senderen er solgt."));
    let mut changed = of_body(&app, "changed");
    let problem = on(&app, &invoice, "appeal-decision", &staff(), &changed).await;
    assert_eq!(problem.expect_problem(422, "invalid-content")["errors"][0]["pointer"], "/lines");
    changed["lines"] = json!([of(&app, &invoice).await["lines"][0]["id"]]);
    on(&app, &invoice, "appeal-decision", &staff(), &changed).await.expect(200);
    assert!(of(&app, &invoice).await["lines"][0]["creditNoteId"].is_string());
    let listed = letters(&app, &kari).await;
    let told = listed.iter().find(|one| one["kind"] == "appealDecision").expect("a letter");
    assert!(letter(&app, &kari, &told["id"]).await.contains("26/500"), "{told}");
    let came = "SELECT count(*) AS n FROM journal_entry WHERE direction = 'in' \
                AND title = 'Decision received from the appeal body'";
    assert_eq!(app.count(came).await, 1);
    // what the appeal body decided is final
    on(&app, &invoice, "appeal", &kari, &complaint())
        .await
        .expect_problem(409, "illegal-transition");
    books_balance(&app).await;
    app.finish().await;
}

#[tokio::test]
async fn nobody_is_reminded_of_what_waits_and_everybody_of_what_does_not() {
    let app = TestApp::start().await;
    let invoice = invoiced(&app).await;
    let kari = Who::person(1);
    on(&app, &invoice, "appeal", &kari, &complaint()).await.expect(200);
    let wait = json!({ "granted": true, "grounds": "Beløpet er omtvistet." });
    let taken = on(&app, &invoice, "appeal-deferral", &staff(), &wait).await.expect(200).json();
    assert_eq!(taken["appeal"]["deferralDecision"]["granted"], true);
    let told = open_latest(&app, &kari).await;
    assert!(told["blocks"].to_string().contains("trenger ikke å betale"), "{told}");
    on(&app, &invoice, "appeal-deferral", &staff(), &wait)
        .await
        .expect_problem(409, "illegal-transition");
    app.clock.advance(TimeDelta::days(60));
    remind(&app).await;
    assert_eq!(of(&app, &invoice).await["state"], "overdue", "it waits for the appeal");
    let forward = json!({ "outcome": "forwarded", "grounds": "Kravet er riktig." });
    on(&app, &invoice, "appeal-decision", &staff(), &forward).await.expect(200);
    remind(&app).await;
    assert_eq!(of(&app, &invoice).await["state"], "overdue", "with the appeal body too");
    on(&app, &invoice, "appeal-decision", &staff(), &of_body(&app, "upheld")).await.expect(200);
    remind(&app).await;
    assert_eq!(of(&app, &invoice).await["state"], "reminded");
    app.finish().await;
}

#[tokio::test]
async fn an_appeal_alone_does_not_stop_the_reminder() {
    let app = TestApp::start().await;
    let invoice = invoiced(&app).await;
    on(&app, &invoice, "appeal", &Who::person(1), &complaint()).await.expect(200);
    app.clock.advance(TimeDelta::days(60));
    remind(&app).await;
    assert_eq!(of(&app, &invoice).await["state"], "reminded");
    app.finish().await;
}

#[tokio::test]
async fn the_holder_appeals_from_the_letter_and_the_desk_takes_it_from_there() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    advance_to(&app, 8, 15);
    let own = Who(anrop::commands::demo::people::tickets().remove(0).ticket);
    let made = app.post("/v1/plb/applications", &own, &people::plb_application(1)).await;
    let made = made.expect(201);
    let grant = json!({ "outcome": "granted" });
    let decision = format!("{}/decision", made.header("location"));
    app.post_on(&decision, &staff(), &made.etag(), &grant).await.expect(200);
    issue(&app).await;
    let (one, _) = only(&app, &own).await;
    let invoice = format!("/v1/fee-invoices/{}", one["id"].as_str().expect("an id"));
    let page = format!("/nb/letters/{}", one["letterId"].as_str().expect("an id"));
    let mut kari = Visitor::signed_in(&app, "KARI").await;
    let shown = kari.get(&page).await.expect(200).text();
    assert!(shown.contains(&format!("{page}/appeal")), "{shown}");
    let action = format!("{page}/appeal");
    let text = kari.get(&action).await.expect(200).text();
    let sent = kari.post(&action, &form(&text, &action, &[("text", "Beløpet er feil.")])).await;
    assert!(sent.expect(200).text().contains("role=\"status\""));

    let mut desk = Visitor::signed_in(&app, "CASEWORKER").await;
    let listed = desk.get("/nb/casework/appeals").await.expect(200).text();
    assert!(listed.contains("Faktura 100000001"), "{listed}");
    // a month later it is near, and everybody sees it under today
    app.clock.advance(chrono::TimeDelta::days(28));
    let mut desk = Visitor::signed_in(&app, "CASEWORKER").await;
    let today = desk.get("/nb/casework/today").await.expect(200).text();
    assert!(today.contains("Faktura 100000001") && today.contains("Klage skal vurderes"));
    let page = format!("/nb/casework/fees/{}", invoice.rsplit('/').next().expect("an id"));
    let action = format!("{page}/appeal");
    let text = desk.get(&page).await.expect(200).text();
    assert!(text.contains("Beløpet er feil.") && text.contains(&format!("{page}/appeal-package")));
    let nothing = form(&text, &action, &[("deed", "decide-appeal")]);
    let wrong = desk.post(&action, &nothing).await.expect(422).text();
    assert!(wrong.contains("Fyll ut det som mangler"), "{wrong}");
    let marks: Vec<&str> = text.split("name=\"line\" type=\"checkbox\" value=\"").skip(1).collect();
    let lines: Vec<&str> =
        marks.iter().map(|mark| mark.split('"').next().expect("an id")).collect();
    assert!(!lines.is_empty(), "{text}");
    let mut ruling =
        vec![("deed", "decide-appeal"), ("outcome", "reversed"), ("grounds", "Beløpet var feil.")];
    // every line that is chosen falls away
    ruling.extend(lines.iter().map(|line| ("line", *line)));
    let done = desk.post(&action, &form(&text, &action, &ruling)).await.expect(200).text();
    assert!(done.contains("Omgjort av oss"), "{done}");
    assert_eq!(of(&app, &invoice).await["state"], "credited");
    app.finish().await;
}
