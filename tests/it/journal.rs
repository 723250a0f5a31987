//! The journal: every document once and numbered without holes, access codes with their reasons, the public journal
//! without the names it may not show.

use std::sync::Arc;

use anrop::{
    clock::Clock as _, identity::Role, jobs::number_journal_once, seal::verify::verify,
    values::calendar::oslo_date,
};
use chrono::{Datelike as _, TimeDelta};
use serde_json::{Value, json};

use crate::{
    kinds::{
        business,
        shared::{act, caseworker, permit_of, try_grant},
    },
    letters::{a_moment_later, filed, open_latest, step},
    support::{Reply, TestApp, Who, people},
};

/// The journal as caseworkers have it.
pub async fn journal(app: &TestApp) -> Vec<Value> {
    let list = app.get("/v1/journal?limit=200", &caseworker()).await.expect(200).json();
    list["items"].as_array().cloned().expect("entries")
}

/// The public journal of this moment.
pub async fn public(app: &TestApp, query: &str) -> Vec<Value> {
    let path = format!("/v1/public-journal?limit=200{query}");
    let list = app.get_public(&path).await.expect(200).json();
    list["items"].as_array().cloned().expect("entries")
}

/// Days go by, and what was entered is numbered.
pub async fn days_later(app: &TestApp, days: i64) {
    app.clock.advance(TimeDelta::days(days));
    number_journal_once(app.app.clone()).await.expect("numbers");
}

/// The day some days from now in Norway.
pub fn day(app: &TestApp, days: i64) -> chrono::NaiveDate {
    oslo_date(app.clock.now()) + TimeDelta::days(days)
}

/// The `n`th person's amateur licence, granted by the rules.
pub async fn licensed(app: &TestApp, n: u64) {
    let who = Who::person(n);
    let result = json!({ "results": [{
        "nationalId": who.national_id(), "licenceClass": "full",
        "passedOn": "2026-10-01", "reference": format!("exam-{n}"),
    }] });
    app.post("/v1/exam-results", &Who::role(Role::Examiner), &result).await.expect(201);
    let application = people::amateur_application(n, &[]);
    app.post("/v1/amateur/applications", &who, &application).await.expect(201);
}

pub fn name(n: u64) -> String {
    people::applicant(n)["name"].as_str().expect("a name").to_owned()
}

async fn attach(app: &TestApp, case: &str, who: &Who) {
    let headers = [
        ("content-type", "application/octet-stream"),
        ("content-disposition", "attachment; filename=\"bilde.txt\""),
    ];
    let path = format!("{case}/documents");
    app.send_raw("POST", &path, Some(who), &headers, Some(b"CE-merket\n".as_slice()))
        .await
        .expect(201);
}

/// A case with everything in it: asked, answered, documents, refused, appealed against, upheld.
pub async fn whole_case(app: &TestApp, n: u64) -> String {
    let kari = Who::person(n);
    let case = filed(app, n, "nb").await;
    let due = (app.clock.now() + TimeDelta::days(14)).date_naive();
    step(app, &case, "information-request", &json!({ "text": "Send et bilde.", "dueOn": due }))
        .await;
    attach(app, &case, &kari).await;
    a_moment_later(app);
    let seen = app.get(&case, &kari).await.expect(200);
    let reply = json!({ "text": "Her er det." });
    app.post_on(&format!("{case}/replies"), &kari, &seen.etag(), &reply).await.expect(200);
    step(app, &case, "notes", &json!({ "text": "Bildet viser CE-merket." })).await;
    let refusal = json!({ "outcome": "refused", "grounds": "Senderen mangler CE-merke." });
    step(app, &case, "decision", &refusal).await;
    open_latest(app, &kari).await;
    a_moment_later(app);
    act(app, &case, "appeal", &kari, &json!({ "text": "Se på bildet." })).await.expect(200);
    step(
        app,
        &case,
        "appeal-decision",
        &json!({ "outcome": "forwarded", "grounds": "Vi står på det." }),
    )
    .await;
    let upheld = json!({
        "outcome": "upheld", "grounds": "Enig.", "decidedOn": "2026-11-01", "bodyReference": "26/417",
    });
    step(app, &case, "appeal-decision", &upheld).await;
    case
}

#[tokio::test]
async fn every_document_in_and_out_has_one_entry_and_numbers_have_no_holes() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let case = whole_case(&app, 1).await;
    number_journal_once(app.app.clone()).await.expect("numbers");
    number_journal_once(app.app.clone()).await.expect("numbers");
    let mut entries = journal(&app).await;
    entries.sort_by_key(|one| one["number"].as_i64());
    let shown = |way: &str| -> Vec<&str> {
        let own = entries.iter().filter(|one| one["direction"] == way);
        own.filter_map(|one| one["title"].as_str()).collect()
    };
    assert_eq!(
        shown("in"),
        [
            "Application received",
            "Document received",
            "Reply from the applicant",
            "Appeal received",
            "Decision received from the appeal body"
        ]
    );
    assert_eq!(
        shown("out"),
        [
            "Request for information",
            "Decision",
            "Appeal sent to the appeal body",
            "Appeal forwarded",
            "Decision of the appeal body"
        ]
    );
    for (table, rows) in [("letter", 4), ("attachment", 1), ("appeal", 1)] {
        assert_eq!(app.count(&format!("SELECT count(*) AS n FROM {table}")).await, rows, "{table}");
    }
    let of_body =
        entries.iter().find(|one| one["title"] == "Decision received from the appeal body");
    let of_body = of_body.expect("what the body decided came in");
    assert_eq!(of_body["documentDate"], "2026-11-01", "the day it bears");
    assert_eq!(of_body["correspondent"], "Digitaliserings- og forvaltningsdepartementet");
    let year = day(&app, 0).year();
    for (number, entry) in (1..).zip(&entries) {
        assert_eq!(entry["number"], number);
        assert_eq!(entry["journalNumber"], format!("{number}/{year}"));
        assert!(
            entry["documentNumber"].as_str().expect("a number").ends_with(&format!("-{number}"))
        );
        let is_internal = entry["direction"] == "internal";
        assert_eq!(entry["correspondent"].is_string(), !is_internal, "{entry}");
        let code = if is_internal { "14-1" } else { "13-1" };
        assert_eq!(entry["access"]["code"], code, "{entry}");
    }
    let seen = app.get(&case, &caseworker()).await.expect(200).json();
    assert_eq!(seen["journal"].as_array().map(Vec::len), Some(entries.len()));
    assert!(verify(&app.app, None).await.expect("verifies").holds());
    app.finish().await;
}

#[tokio::test]
async fn what_a_holder_sends_in_about_a_permit_is_entered_in_its_case() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let kari = Who::person(1);
    let case = filed(&app, 1, "nb").await;
    let permit = permit_of(&try_grant(&app, &case).await.expect(200).json());
    let titles = async || -> Vec<String> {
        let seen = app.get(&case, &caseworker()).await.expect(200).json();
        let entries = seen["journal"].as_array().expect("a journal").clone();
        let own = entries.iter().filter(|one| one["direction"] == "in");
        own.map(|one| one["title"].as_str().expect("a title").to_owned()).collect()
    };
    let contacts = people::plb_application(1)["emergencyContacts"].clone();
    let seen = app.get(&permit, &kari).await.expect(200);
    let body = json!({ "emergencyContacts": contacts });
    app.put(&format!("{permit}/contacts"), &kari, Some(&seen.etag()), &body).await.expect(200);
    // a holder who confirms on their own page sends nothing in; one who writes to a caseworker does
    act(&app, &permit, "confirmation", &kari, &Value::Null).await.expect(200);
    act(&app, &permit, "confirmation", &caseworker(), &Value::Null).await.expect(200);
    act(&app, &permit, "beacon-condition", &kari, &json!({ "condition": "lost" }))
        .await
        .expect(200);
    act(&app, &permit, "surrender", &kari, &json!({ "reason": "lost" })).await.expect(200);
    assert_eq!(
        titles().await,
        [
            "Application received",
            "Emergency contacts received",
            "Confirmation by the holder received",
            "Report about a beacon received",
            "Surrender of the permit received"
        ]
    );
    number_journal_once(app.app.clone()).await.expect("numbers");
    let name = name(1);
    let own = journal(&app).await;
    let own = own.iter().filter(|one| one["direction"] == "in");
    assert!(own.clone().all(|one| one["correspondent"] == name.as_str()), "{own:?}");
    app.seal().await;
    assert!(verify(&app.app, None).await.expect("verifies").holds());
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thirty_two_who_write_at_once_leave_no_hole_in_any_number() {
    let app = Arc::new(TestApp::start().await);
    app.waive_deliveries();
    let mut tasks = tokio::task::JoinSet::new();
    for n in 1..=32 {
        let app = Arc::clone(&app);
        tasks.spawn(async move {
            let case = crate::kinds::shared::file(
                &app,
                "plb",
                &Who::person(n),
                &people::plb_application(n),
            )
            .await;
            number_journal_once(app.app.clone()).await.expect("numbers");
            for _ in 0..3 {
                act(&app, &case, "notes", &caseworker(), &json!({ "text": "Sett." }))
                    .await
                    .expect(200);
            }
            try_grant(&app, &case).await.expect(200);
            number_journal_once(app.app.clone()).await.expect("numbers");
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.expect("no panic");
    }
    number_journal_once(app.app.clone()).await.expect("numbers");
    let all = app.count("SELECT count(*) AS n FROM journal_entry").await;
    assert_eq!(all, 32 * 5);
    assert_eq!(app.count("SELECT max(journal_number) AS n FROM journal_entry").await, all);
    assert_eq!(
        app.count("SELECT count(DISTINCT journal_number) AS n FROM journal_entry").await,
        all
    );
    assert_eq!(app.count("SELECT last AS n FROM journal_year").await, all);
    let holes = "SELECT count(*) AS n FROM (SELECT case_id FROM journal_entry GROUP BY case_id \
                 HAVING max(number) <> count(*) OR min(number) <> 1) AS holes";
    assert_eq!(app.count(holes).await, 0);
    Arc::into_inner(app).expect("nobody has it").finish().await;
}

#[tokio::test]
async fn the_public_sees_a_day_later_and_names_for_a_year_where_nothing_hides_them() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    filed(&app, 1, "nb").await;
    licensed(&app, 2).await;
    licensed(&app, 3).await;
    business::granted(&app, "supplier", 1, &business::supplier(1, &["supplier"])).await;
    number_journal_once(app.app.clone()).await.expect("numbers");
    assert!(public(&app, "").await.is_empty(), "nothing on the day itself");
    days_later(&app, 1).await;

    let reply = app.get_public("/v1/public-journal").await.expect(200);
    assert_eq!(reply.header("x-robots-tag"), "noindex, noarchive");
    assert_eq!(reply.header("cache-control"), "no-store");
    let text = reply.text();
    assert!(!text.contains(&name(1)), "who has a beacon is not named");
    assert!(text.contains(&name(2)) && text.contains(&name(3)));
    for entry in public(&app, "").await {
        assert_ne!(entry["direction"], "internal");
        assert_eq!(entry["kind"] == "plb", entry["access"]["code"] == "13-1", "{entry}");
    }
    // organisations are found by number, persons not at all
    let number = business::number(1);
    let found = public(&app, &format!("&organisation={number}")).await;
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|one| one["correspondent"]["organisationNumber"] == number.as_str()));
    app.get_public("/v1/public-journal?organisation=Kari").await.expect(400);
    app.get_public("/v1/public-journal?q=Kari").await.expect(400);
    assert_eq!(public(&app, "&kind=amateur&direction=out").await.len(), 2);
    assert_eq!(public(&app, &format!("&from={}", day(&app, 0))).await.len(), 0);
    let case =
        public(&app, "&kind=plb").await[0]["caseNumber"].as_str().expect("a number").to_owned();
    assert_eq!(public(&app, &format!("&case={case}")).await.len(), 1);
    let english = public(&app, "&kind=plb&language=en").await;
    assert!(english[0]["title"].as_str().expect("a title").starts_with("Application received"));

    // a restriction hides at once, and pages and files have no more than the operation
    let me = app.get("/v1/me", &Who::person(3)).await.expect(200).json();
    let form = json!({ "ground": "accuracyContested", "reason": "Navnet er feil." });
    let path = format!("/v1/holders/{}/restriction", me["id"].as_str().expect("an id"));
    app.post(&path, &Who::role(Role::Officer), &form).await.expect(201);
    let yesterday = day(&app, -1);
    for path in [
        "/v1/public-journal?limit=200".to_owned(),
        "/nb/public-journal".to_owned(),
        "/en/public-journal?kind=amateur".to_owned(),
        format!("/public-journal.csv?day={yesterday}"),
    ] {
        let reply = app.get_public(&path).await.expect(200);
        assert_eq!(reply.header("x-robots-tag"), "noindex, noarchive", "{path}");
        let text = reply.text();
        assert!(text.contains(&name(2)), "{path}");
        assert!(!text.contains(&name(1)) && !text.contains(&name(3)), "{path}");
    }
    app.get_public("/nb/public-journal?from=x").await.expect(400);
    app.get_public("/public-journal.csv").await.expect(400);

    // after a year nobody is named, and organisations still are
    days_later(&app, 365).await;
    let all = public(&app, "").await;
    assert!(!all.is_empty());
    let text = json!(all).to_string();
    assert!((1..=3).all(|n| !text.contains(&name(n))));
    assert!(text.contains(&number));
    app.finish().await;
}

#[tokio::test]
async fn pages_of_the_public_journal_neither_repeat_nor_skip() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    for n in 1..=7 {
        filed(&app, n, "nb").await;
    }
    days_later(&app, 1).await;
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/v1/public-journal?limit=3{cursor}");
        let page = app.get_public(&path).await.expect(200).json();
        assert_eq!(page["total"], 7);
        let items = page["items"].as_array().expect("entries");
        seen.extend(items.iter().map(|one| one["documentNumber"].to_string()));
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let count = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!((count, seen.len()), (7, 7));
    app.finish().await;
}

/// Sets the access code of an entry on the version it has.
pub async fn set_code(app: &TestApp, id: &str, who: &Who, body: &Value) -> Reply {
    let path = format!("/v1/journal-entries/{id}");
    let seen = app.get(&path, &caseworker()).await.expect(200);
    app.put(&format!("{path}/access"), who, Some(&seen.etag()), body).await
}

#[tokio::test]
async fn a_caseworker_sets_an_access_code_with_a_reason_and_the_log_has_it() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    licensed(&app, 2).await;
    days_later(&app, 1).await;
    assert!(json!(public(&app, "").await).to_string().contains(&name(2)));
    let entries = journal(&app).await;
    assert!(
        entries.iter().all(|one| one["direction"] == "internal" || one.get("access").is_none())
    );
    for entry in entries.iter().filter(|one| one["direction"] != "internal") {
        let id = entry["id"].as_str().expect("an id");
        let body = json!({ "accessCode": "13-1", "reason": "Helseopplysninger i vedlegg." });
        let changed = set_code(&app, id, &caseworker(), &body).await.expect(200).json();
        assert_eq!(changed["entry"]["access"]["code"], "13-1");
        assert_eq!(changed["accessChanges"][0]["reason"], "Helseopplysninger i vedlegg.");
        assert!(changed["accessChanges"][0].get("codeBefore").is_none());
    }
    assert!(!json!(public(&app, "").await).to_string().contains(&name(2)));

    let id = entries[0]["id"].as_str().expect("an id");
    let path = format!("/v1/journal-entries/{id}/access");
    let body = json!({ "reason": "Likevel ikke." });
    app.put(&path, &caseworker(), None, &body).await.expect(428);
    app.put(&path, &caseworker(), Some("\"v1\""), &body).await.expect(412);
    app.put(&path, &caseworker(), Some("\"v2\""), &json!({})).await.expect(400);
    app.put(&path, &caseworker(), Some("\"v2\""), &json!({ "reason": " " })).await.expect(422);
    let unknown = json!({ "accessCode": "99", "reason": "x" });
    app.put(&path, &caseworker(), Some("\"v2\""), &unknown).await.expect(422);
    let open = app.put(&path, &caseworker(), Some("\"v2\""), &body).await.expect(200);
    assert_eq!(open.etag(), "\"v3\"");
    assert!(open.json()["entry"].get("access").is_none());
    assert_eq!(open.json()["accessChanges"].as_array().map(Vec::len), Some(2));

    app.seal().await;
    assert!(verify(&app.app, None).await.expect("verifies").holds());
    app.execute("UPDATE journal_access_change SET reason = 'En annen grunn'").await;
    assert!(!verify(&app.app, None).await.expect("verifies").holds());
    app.finish().await;
}
