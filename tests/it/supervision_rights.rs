//! Who sees what of supervision: staff who handle it, but nobody a case that is directed at themselves, and other staff
//! nothing of it, neither in the journal nor among letters nor by the id of a decision.

use anrop::{
    identity::{Role, SUPERVISION, token::Ticket},
    jobs::number_journal_once,
};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    interference::{listed, report, sent, triage},
    journal::public,
    letters::{a_moment_later, letters},
    supervision::{
        caseworker, disobeyed, fine, latest, notice, on_decision, step, supervised, supervisor,
    },
    support::{TestApp, Who, log, people},
};

/// A caseworker whose token names every scope of the role but that of supervision.
fn of_permits() -> Who {
    let scopes = anrop::http::access::scopes_of(&[Role::Caseworker]);
    let scopes = scopes.into_iter().filter(|scope| scope != SUPERVISION).collect();
    Who(Ticket { scopes: Some(scopes), ..Who::caseworker("saksbehandler-utan-tilsyn").0 })
}

/// The respondent of these tests, who happens to handle supervision.
fn respondent_as_staff(subject: &str) -> Who {
    let roles = vec![Role::Caseworker, Role::Supervisor];
    Who(Ticket { subject: subject.to_owned(), roles, ..Who::person(1).0 })
}

async fn list(app: &TestApp, path: &str, who: &Who) -> Vec<Value> {
    let list = app.get(path, who).await.expect(200).json();
    let items = list["items"].as_array().cloned().expect("items");
    assert_eq!(list["total"], items.len(), "{path}");
    items
}

fn entries_of<'a>(entries: &'a [Value], case: &str) -> Vec<&'a Value> {
    let id = case.rsplit('/').next().expect("an id");
    entries.iter().filter(|entry| entry["caseId"] == id).collect()
}

const JOURNAL: &str = "/v1/journal?limit=200";

#[tokio::test]
async fn the_journal_and_letters_of_supervision_are_for_those_who_handle_it() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let case = supervised(&app).await;
    step(&app, &case, "notices", &notice(&app)).await;
    let all = list(&app, JOURNAL, &caseworker()).await;
    let own = entries_of(&all, &case);
    let told = own.iter().find(|entry| entry["title"] == "Advance notice").expect("an entry");
    assert_eq!(told["correspondent"], people::applicant(1)["name"]);

    let others = list(&app, JOURNAL, &of_permits()).await;
    assert_eq!(others.len(), all.len() - own.len(), "it is left out of the count too");
    assert!(entries_of(&others, &case).is_empty());
    // and page by page
    let mut seen = 0;
    let mut path = "/v1/journal?limit=1".to_owned();
    loop {
        let page = app.get(&path, &of_permits()).await.expect(200).json();
        seen += page["items"].as_array().expect("items").len();
        assert_eq!(page["total"], others.len());
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/v1/journal?limit=1&cursor={next}");
    }
    assert_eq!(seen, others.len());
    let entry = format!("/v1/journal-entries/{}", told["id"].as_str().expect("an id"));
    app.get(&entry, &caseworker()).await.expect(200);
    app.get(&entry, &of_permits()).await.expect_problem(404, "not-found");

    // its letters neither
    let kari = letters(&app, &Who::person(1)).await;
    let letter = kari.iter().find(|letter| letter["kind"] == "advanceNotice").expect("a letter");
    let letter = format!("/v1/letters/{}", letter["id"].as_str().expect("an id"));
    assert_eq!(list(&app, "/v1/letters", &caseworker()).await.len(), kari.len());
    assert_eq!(list(&app, "/v1/letters", &of_permits()).await.len(), kari.len() - 1);
    for path in [letter.clone(), format!("{letter}/file")] {
        app.get(&path, &caseworker()).await.expect(200);
        app.get(&path, &of_permits()).await.expect_problem(404, "not-found");
        app.get(&path, &Who::person(1)).await.expect(200);
    }
    let lines = log::refused("saksbehandler-utan-tilsyn").join("");
    assert!(lines.contains("journal entry") && lines.contains("letter"), "{lines}");

    // everybody sees that there is a document, and not about whom
    app.clock.advance(TimeDelta::days(1));
    number_journal_once(app.app.clone()).await.expect("numbers");
    let shown = public(&app, "").await;
    let of_case: Vec<_> = shown.iter().filter(|entry| entry["kind"] == "supervision").collect();
    assert_eq!((shown.len(), of_case.len()), (3, 1), "{shown:?}");
    assert_eq!(of_case[0]["documentNumber"], told["documentNumber"]);
    assert_eq!(of_case[0]["correspondent"], serde_json::json!({ "kind": "withheld" }));
    app.finish().await;
}

/// A case that a report was put to, in which notice was given: its path, and the id of the report.
pub async fn supervised_with_report(app: &TestApp) -> (String, Value) {
    sent(app, &report(app, "business", "mobile")).await;
    let case = supervised(app).await;
    let reported = listed(app, "").await[0]["id"].clone();
    let id = case.rsplit('/').next().expect("an id");
    let join = json!({ "outcome": "join", "supervisionCaseId": id });
    triage(app, &reported, &join).await.expect(200);
    step(app, &case, "notices", &notice(app)).await;
    (case, reported)
}

#[tokio::test]
async fn requests_for_documents_of_supervision_are_listed_to_those_who_handle_it() {
    const REQUESTS: &str = "/v1/document-access-requests";
    const APPEALS: &str = "/v1/document-access-appeals";
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let case = supervised(&app).await;
    step(&app, &case, "notices", &notice(&app)).await;
    crate::letters::filed(&app, 2, "nb").await;
    crate::journal::days_later(&app, 1).await;
    let (token, _) = crate::document_access::asked(&app, "Advance notice").await;
    crate::document_access::asked(&app, "Application received").await;
    assert_eq!(list(&app, REQUESTS, &caseworker()).await.len(), 2);
    let others = list(&app, REQUESTS, &of_permits()).await;
    assert_eq!(others.len(), 1, "{others:?}");
    assert!(others[0]["title"].as_str().expect("a title").starts_with("Søknad"), "{others:?}");
    assert_eq!(list(&app, REQUESTS, &respondent_as_staff("innklaget-2")).await.len(), 1);
    // nor the appeals
    crate::journal::days_later(&app, 20).await;
    let path = format!("/v1/document-access-answers/{token}/appeal");
    app.send("POST", &path, None, &[], Some(&json!({}))).await.expect(201);
    assert_eq!(list(&app, APPEALS, &caseworker()).await.len(), 1);
    assert!(list(&app, APPEALS, &of_permits()).await.is_empty());
    let mut desk = crate::support::Visitor::signed_in(&app, "CASEWORKER").await;
    let page = desk.get("/nb/casework/access-requests").await.expect(200).text();
    assert!(page.contains("1 krav venter") && page.contains("1 klager venter"), "{page}");
    // what is due in the case and about its documents stands under Today
    let today = desk.get("/nb/casework/today?who=all").await.expect(200).text();
    for due in ["Frist i tilsynssaken", "Klage om innsyn skal vurderes"] {
        assert!(today.contains(due), "{due}: {today}");
    }
    app.finish().await;
}

#[tokio::test]
async fn nobody_reads_the_dossier_of_a_case_directed_at_themselves() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (case, reported) = supervised_with_report(&app).await;
    let id = case.rsplit('/').next().expect("an id");
    let reported = format!("/v1/interference-reports/{}", reported.as_str().expect("an id"));
    let own = respondent_as_staff("innklaget-1");

    app.get(&case, &caseworker()).await.expect(200);
    app.get(&case, &own).await.expect_problem(404, "not-found");
    let lines = log::refused("innklaget-1").join("");
    assert!(lines.contains("supervision case") && lines.contains(id), "{lines}");
    app.get(&reported, &caseworker()).await.expect(200);
    app.get(&reported, &own).await.expect_problem(404, "not-found");
    assert!(list(&app, "/v1/supervision-cases", &own).await.is_empty());
    assert_eq!(list(&app, "/v1/supervision-cases", &caseworker()).await.len(), 1);
    let entries = list(&app, JOURNAL, &own).await;
    assert!(entries_of(&entries, &case).is_empty());
    assert!(!entries.is_empty(), "cases on permits are there");

    // a case directed at somebody else, or at nobody known, is theirs to handle
    let new = json!({ "matter": "Ulovlig sender", "respondent": { "unknown": "Hvit varebil" } });
    let other = app.post("/v1/supervision-cases", &own, &new).await.expect(201);
    app.get(other.header("location"), &own).await.expect(200);
    assert_eq!(list(&app, "/v1/supervision-cases", &own).await.len(), 1);
    let entries = list(&app, JOURNAL, &own).await;
    assert_eq!(entries_of(&entries, other.header("location")).len(), 1);

    // neither by an organisation they act for
    let contact = json!({
        "name": "Eksempel Fjordradio AS", "address": { "lines": ["Fjordgata 7"], "postalCode": "4790" },
        "phone": "68050030", "email": "post@example.no", "language": "nb",
    });
    let organisation =
        json!({ "organisation": { "organisationNumber": "312345676", "contact": contact } });
    let path = format!("{}/respondent", other.header("location"));
    app.put(&path, &caseworker(), Some(&other.etag()), &organisation).await.expect(200);
    let ticket = Who::caseworker("innklaget-2").0;
    let acting = Who(Ticket { organisation: Some("312345676".to_owned()), ..ticket });
    app.get(other.header("location"), &acting).await.expect_problem(404, "not-found");
    app.get(&case, &acting).await.expect(200);
    app.finish().await;
}

#[tokio::test]
async fn what_is_only_proposed_is_for_those_who_handle_supervision() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let case = disobeyed(&app).await;
    step(&app, &case, "coercive-fines", &fine(&app)).await;
    let (_, proposed) = latest(&app, &case, "coerciveFine").await;
    let (_, ordered) = latest(&app, &case, "order").await;
    let own = respondent_as_staff("innklaget-3");
    let kari = Who::person(1);
    app.get(&proposed, &caseworker()).await.expect(200);
    for who in [&of_permits(), &own, &kari] {
        app.get(&proposed, who).await.expect_problem(404, "not-found");
    }
    assert!(!log::refused("innklaget-3").is_empty());
    // of the order they have been told
    app.get(&ordered, &of_permits()).await.expect_problem(404, "not-found");
    app.get(&ordered, &own).await.expect(200);
    app.get(&ordered, &kari).await.expect(200);
    on_decision(&app, &proposed, "signature", &supervisor(), &Value::Null).await.expect(200);
    app.get(&proposed, &of_permits()).await.expect_problem(404, "not-found");
    app.get(&proposed, &own).await.expect(200);
    app.get(&proposed, &kari).await.expect(200);
    app.finish().await;
}

#[tokio::test]
async fn a_fine_is_not_signed_once_it_would_run_before_an_appeal_is_over() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let case = disobeyed(&app).await;
    step(&app, &case, "coercive-fines", &fine(&app)).await;
    let (_, proposed) = latest(&app, &case, "coerciveFine").await;
    app.clock.advance(TimeDelta::days(1));
    let late = on_decision(&app, &proposed, "signature", &supervisor(), &Value::Null).await;
    late.expect_problem(422, "conditions-not-met");
    let (act, _) = latest(&app, &case, "coerciveFine").await;
    assert_eq!(act["status"], "proposed");
    let none = letters(&app, &Who::person(1)).await;
    assert!(none.iter().all(|letter| letter["kind"] != "coerciveFine"));
    // sent back and proposed anew it is signed
    let why = json!({ "reason": "Dagen er for tidlig nå." });
    on_decision(&app, &proposed, "return", &supervisor(), &why).await.expect(200);
    a_moment_later(&app);
    step(&app, &case, "coercive-fines", &fine(&app)).await;
    let (_, anew) = latest(&app, &case, "coerciveFine").await;
    on_decision(&app, &anew, "signature", &supervisor(), &Value::Null).await.expect(200);
    app.finish().await;
}
