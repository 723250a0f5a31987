//! Supervision from the first measurement to the closed case: notice, order, a coercive fine that two sign, what it comes
//! to day by day, appeals, letters and the journal; over HTTP and at the desk.

use anrop::{
    identity::{Role, token::Ticket},
    jobs,
};
use chrono::{Days, NaiveDate, TimeDelta};
use serde_json::{Value, json};

use crate::{
    apply::{send, whole},
    kinds::{invoices::books_balance, shared::granted},
    letters::{a_moment_later, letters, open_latest},
    support::{Reply, TestApp, Visitor, Who, people, visitor::form},
};

pub fn caseworker() -> Who {
    Who::caseworker("saksbehandler-1")
}

pub fn supervisor() -> Who {
    Who::role(Role::Supervisor)
}

/// The first person with a PLB, and a supervision case about it; the path of the case.
pub async fn supervised(app: &TestApp) -> String {
    supervised_holder(app, 1).await
}

/// The same of another person.
async fn supervised_holder(app: &TestApp, n: u64) -> String {
    let decided = granted(app, "plb", &Who::person(n), &people::plb_application(n)).await;
    let new = json!({
        "matter": "Senderen sender utenfor tillatelsen.", "severity": "business",
        "permitId": decided["permitId"], "lowerHertz": 406_000_000, "upperHertz": 406_100_000,
    });
    let made = app.post("/v1/supervision-cases", &caseworker(), &new).await.expect(201);
    let name = people::applicant(n)["name"].clone();
    assert_eq!(made.json()["respondent"]["name"], name, "the holder is the respondent");
    made.header("location").to_owned()
}

pub async fn try_step(app: &TestApp, case: &str, what: &str, body: &Value) -> Reply {
    a_moment_later(app);
    let seen = app.get(case, &caseworker()).await.expect(200);
    app.post_on(&format!("{case}/{what}"), &caseworker(), &seen.etag(), body).await
}

pub async fn step(app: &TestApp, case: &str, what: &str, body: &Value) -> Value {
    try_step(app, case, what, body).await.expect(200).json()
}

pub fn notice(app: &TestApp) -> Value {
    json!({ "text": "Vi vurderer å pålegge deg å slå av senderen.", "dueOn": app.day_in(14) })
}

pub fn order(app: &TestApp) -> Value {
    json!({
        "text": "Slå av senderen.", "grounds": "Målingen viser sending utenfor tillatelsen.",
        "dueOn": app.day_in(10),
    })
}

pub fn fine(app: &TestApp) -> Value {
    json!({
        "kind": "running", "amountOre": 500_000, "runsFrom": app.day_in(21),
        "maximumOre": 5_000_000, "grounds": "Pålegget er ikke oppfylt.",
    })
}

/// A case in which the order was not carried out in time.
pub async fn disobeyed(app: &TestApp) -> String {
    disobeyed_by(app, 1).await
}

async fn disobeyed_by(app: &TestApp, n: u64) -> String {
    let case = supervised_holder(app, n).await;
    step(app, &case, "notices", &notice(app)).await;
    app.clock.advance(TimeDelta::days(15));
    step(app, &case, "orders", &order(app)).await;
    app.clock.advance(TimeDelta::days(11));
    case
}

/// The latest act of a kind, and its path as a decision.
pub async fn latest(app: &TestApp, case: &str, kind: &str) -> (Value, String) {
    let seen = app.get(case, &caseworker()).await.expect(200).json();
    let acts = seen["acts"].as_array().expect("acts");
    let act = acts.iter().rev().find(|act| act["kind"] == kind).expect("an act").clone();
    let path = format!("/v1/supervision-decisions/{}", act["id"].as_str().expect("an id"));
    (act, path)
}

pub async fn on_decision(app: &TestApp, path: &str, what: &str, who: &Who, body: &Value) -> Reply {
    a_moment_later(app);
    let seen = app.get(path, who).await.expect(200);
    app.post_on(&format!("{path}/{what}"), who, &seen.etag(), body).await
}

/// Proposes and signs a fine; its path as a decision.
async fn fined(app: &TestApp, case: &str) -> String {
    step(app, case, "coercive-fines", &fine(app)).await;
    let (_, path) = latest(app, case, "coerciveFine").await;
    on_decision(app, &path, "signature", &supervisor(), &Value::Null).await.expect(200);
    path
}

async fn accrued(app: &TestApp, case: &str) -> i64 {
    let seen = app.get(case, &caseworker()).await.expect(200).json();
    seen["accruedOre"].as_i64().expect("an amount")
}

/// Until the beginning of a day in Norway, and a little.
fn go_to(app: &TestApp, day: NaiveDate) {
    let today = app.day_in(0);
    app.clock.advance(TimeDelta::days((day - today).num_days()));
}

#[tokio::test]
async fn from_measurement_to_a_fine_that_stops_when_the_matter_is_corrected() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let case = supervised(&app).await;
    let measurement = json!({
        "measuredAt": app.app.clock().now(), "site": "Taket på Fjordgata 7", "latitude": 58.25,
        "longitude": 8.37, "frequencyHertz": 406_050_000, "level": 62.55, "levelUnit": "dBuV/m",
        "bandwidthHertz": 12_500, "equipment": "Målemottaker", "measuredBy": "saksbehandler-1",
    });
    let seen = step(&app, &case, "measurements", &measurement).await;
    let measured = &seen["acts"][0]["measurement"];
    assert_eq!((&measured["level"], &measured["latitude"]), (&json!(62.55), &json!(58.25)));
    let mut wrong = measurement.clone();
    wrong["level"] = json!(251);
    wrong["bandwidthHertz"] = json!(0);
    wrong["frequencyHertz"] = json!(0);
    wrong["equipment"] = json!(" ");
    let refused = try_step(&app, &case, "measurements", &wrong).await;
    let refused = refused.expect_problem(422, "invalid-content");
    assert_eq!(refused["errors"].as_array().map(Vec::len), Some(4), "{refused}");

    // nothing is ordered without notice, nor while the respondent may comment
    let early = try_step(&app, &case, "orders", &order(&app)).await;
    early.expect_problem(422, "invalid-content");
    let seen = step(&app, &case, "notices", &notice(&app)).await;
    assert_eq!((&seen["status"], &seen["dueOn"]), (&json!("noticed"), &json!(app.day_in(14))));
    let early = try_step(&app, &case, "orders", &order(&app)).await;
    early.expect_problem(422, "invalid-content");
    let said = json!({ "fromRespondent": true, "text": "Jeg visste ikke om det." });
    step(&app, &case, "remarks", &said).await;
    let seen = step(&app, &case, "orders", &order(&app)).await;
    assert_eq!(seen["status"], "ordered");

    // no fine while there is time to obey, nor before the appeal period could be over
    let early = try_step(&app, &case, "coercive-fines", &fine(&app)).await;
    early.expect_problem(422, "conditions-not-met");
    app.clock.advance(TimeDelta::days(11));
    let mut soon = fine(&app);
    soon["runsFrom"] = json!(app.day_in(20));
    soon["maximumOre"] = json!(1);
    let refused = try_step(&app, &case, "coercive-fines", &soon).await;
    let refused = refused.expect_problem(422, "invalid-content");
    assert_eq!(refused["errors"].as_array().map(Vec::len), Some(2), "{refused}");
    let proposed = step(&app, &case, "coercive-fines", &fine(&app)).await;
    assert_eq!(proposed["status"], "ordered", "it holds when it is signed");
    let another = try_step(&app, &case, "coercive-fines", &fine(&app)).await;
    another.expect_problem(409, "illegal-transition");
    let (act, decision) = latest(&app, &case, "coerciveFine").await;
    assert_eq!(act["status"], "proposed");
    let kari = Who::person(1);
    app.get(&decision, &kari).await.expect_problem(404, "not-found");
    on_decision(&app, &decision, "signature", &supervisor(), &Value::Null).await.expect(200);
    let seen = app.get(&case, &caseworker()).await.expect(200).json();
    assert_eq!((&seen["status"], &seen["accruedOre"]), (&json!("fined"), &json!(0)));

    // it runs day by day, from its first day to the day before it is corrected
    let first: NaiveDate = serde_json::from_value(act["fine"]["runsFrom"].clone()).expect("a day");
    go_to(&app, first);
    assert_eq!(accrued(&app, &case).await, 0);
    go_to(&app, first + Days::new(3));
    assert_eq!(accrued(&app, &case).await, 1_500_000);
    let correction = json!({ "correctedOn": first + Days::new(2), "text": "Målt på nytt." });
    step(&app, &case, "correction", &correction).await;
    go_to(&app, first + Days::new(9));
    assert_eq!(accrued(&app, &case).await, 1_000_000);
    let told = app.get(&decision, &kari).await.expect(200).json();
    assert_eq!(told["decision"]["fine"]["accruedOre"], 1_000_000);

    // the outcome must be what was written down; then nothing more can be done
    let wrong =
        try_step(&app, &case, "closure", &json!({ "outcome": "noBreach", "text": "x" })).await;
    wrong.expect_problem(409, "illegal-transition");
    let closure = json!({ "outcome": "corrected", "text": "Takk for at du ordnet opp." });
    let closed = step(&app, &case, "closure", &closure).await;
    assert_eq!((&closed["status"], &closed["outcome"]), (&json!("closed"), &json!("corrected")));
    assert_eq!(closed["accruedOre"], 1_000_000);
    let over = try_step(&app, &case, "remarks", &said).await;
    over.expect_problem(409, "illegal-transition");

    // the respondent has a letter of each step, and the journal every one of them
    let kinds: Vec<String> = letters(&app, &kari)
        .await
        .iter()
        .rev()
        .map(|letter| letter["kind"].as_str().expect("a kind").to_owned())
        .collect();
    assert_eq!(kinds, ["decision", "advanceNotice", "order", "coerciveFine", "supervisionClosed"]);
    let newest = open_latest(&app, &kari).await;
    assert!(newest["blocks"].to_string().contains("10\u{a0}000"), "{newest}");
    let id = case.rsplit('/').next().expect("an id");
    let titles: Vec<String> = {
        let journal = app.get("/v1/journal?limit=200", &caseworker()).await.expect(200).json();
        let own = journal["items"].as_array().expect("entries").iter();
        let own = own.filter(|entry| entry["caseId"] == id).cloned().collect::<Vec<_>>();
        for (number, entry) in (1..).zip(&own) {
            assert_eq!(entry["number"], number, "no hole");
        }
        own.iter().map(|entry| entry["title"].as_str().expect("a title").to_owned()).collect()
    };
    assert_eq!(
        titles,
        [
            "Supervision case opened",
            "Measurement recorded",
            "Advance notice",
            "Remark of the respondent",
            "Order",
            "Coercive fine proposed",
            "Coercive fine",
            "Breach corrected",
            "Supervision case closed",
            "Letter 9 opened by the addressee",
        ]
    );
    app.seal().await;
    let report = anrop::seal::verify::verify(&app.app, None).await.expect("reads");
    assert!(report.holds(), "{report:?}");
    app.finish().await;
}

#[tokio::test]
async fn an_appeal_stops_the_fine_and_what_the_body_annuls_was_never_there() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let case = disobeyed(&app).await;
    let decision = fined(&app, &case).await;
    let kari = Who::person(1);
    // what is not one's own is not found, and is no more found by guessing
    let stranger = Who::person(2);
    granted(&app, "plb", &stranger, &people::plb_application(2)).await;
    app.get(&decision, &stranger).await.expect_problem(404, "not-found");
    let appeal = json!({ "text": "Senderen er ikke min." });
    let path = format!("{decision}/appeal");
    let refused = app.post_on(&path, &stranger, "\"v1\"", &appeal).await;
    refused.expect_problem(404, "not-found");

    let (act, _) = latest(&app, &case, "coerciveFine").await;
    let first: NaiveDate = serde_json::from_value(act["fine"]["runsFrom"].clone()).expect("a day");
    go_to(&app, first + Days::new(2));
    // the letter was not opened, so no appeal is late
    let lodged = on_decision(&app, &decision, "appeal", &kari, &appeal).await.expect(200).json();
    assert_eq!(lodged["decision"]["appeals"][0]["inTime"], true);
    let twice = on_decision(&app, &decision, "appeal", &kari, &appeal).await;
    twice.expect_problem(409, "illegal-transition");
    go_to(&app, first + Days::new(6));
    assert_eq!(accrued(&app, &case).await, 1_000_000, "two days before the appeal");
    let seen = app.get(&decision, &kari).await.expect(200).json();
    assert_eq!(seen["decision"]["fine"]["paused"], true);
    let open =
        try_step(&app, &case, "closure", &json!({ "outcome": "discontinued", "text": "x" })).await;
    open.expect_problem(409, "illegal-transition");

    // the appeal body's decision cannot be written down before it has the appeal
    let upheld = json!({
        "outcome": "upheld", "grounds": "Vedtaket står.", "decidedOn": app.day_in(0), "bodyReference": "26/417",
    });
    let early = on_decision(&app, &decision, "appeal-decision", &caseworker(), &upheld).await;
    early.expect_problem(409, "illegal-transition");
    let forward = json!({ "outcome": "forwarded", "grounds": "Vi fastholder." });
    on_decision(&app, &decision, "appeal-decision", &caseworker(), &forward).await.expect(200);
    let letter = open_latest(&app, &kari).await;
    assert_eq!(letter["kind"], "appealForwarded");
    assert!(letter["blocks"].to_string().contains("Tvangsmulkt"), "the documents are listed");
    go_to(&app, first + Days::new(10));
    on_decision(&app, &decision, "appeal-decision", &caseworker(), &upheld).await.expect(200);
    go_to(&app, first + Days::new(12));
    assert_eq!(accrued(&app, &case).await, 2_000_000, "it goes on from the day it was decided");
    let again = on_decision(&app, &decision, "appeal", &kari, &appeal).await;
    again.expect_problem(409, "illegal-transition");
    go_to(&app, first + Days::new(60));
    assert_eq!(accrued(&app, &case).await, 5_000_000, "the maximum");

    // the order goes in an appeal of its own, and the fine that rests on it with it
    let (_, ordered) = latest(&app, &case, "order").await;
    open_order_letter(&app, &kari).await;
    app.clock.advance(TimeDelta::days(30));
    let late = on_decision(&app, &ordered, "appeal", &kari, &appeal).await;
    late.expect_problem(422, "invalid-content");
    let with_reason =
        json!({ "text": "Senderen er ikke min.", "lateReason": "Jeg var på sykehus." });
    on_decision(&app, &ordered, "appeal", &kari, &with_reason).await.expect(200);
    let reversed = json!({ "outcome": "reversed", "grounds": "Senderen var en annens." });
    let told = on_decision(&app, &ordered, "appeal-decision", &caseworker(), &reversed).await;
    assert_eq!(told.expect(200).json()["decision"]["status"], "annulled");
    let (fine, _) = latest(&app, &case, "coerciveFine").await;
    assert_eq!(fine["status"], "annulled");
    let seen = app.get(&case, &caseworker()).await.expect(200).json();
    assert_eq!((&seen["status"], &seen["accruedOre"]), (&json!("noticed"), &json!(0)));
    let closure = json!({ "outcome": "noBreach", "text": "Senderen var en annens." });
    step(&app, &case, "closure", &closure).await;
    app.finish().await;
}

/// Charges what is final, by several at once, and issues what waits.
pub async fn charge(app: &TestApp) {
    let job = || jobs::charge_once(app.app.clone());
    let (one, two) = tokio::join!(job(), job());
    one.and(two).expect("both charge");
    let job = || jobs::invoice_once(app.app.clone());
    let (one, two) = tokio::join!(job(), job());
    one.and(two).expect("both issue");
}

/// The invoices of fines, each whole.
pub async fn invoices_of_fines(app: &TestApp, who: &Who) -> Vec<Value> {
    let list = app.get("/v1/fee-invoices", who).await.expect(200).json();
    let mut found = Vec::new();
    for one in list["items"].as_array().expect("items") {
        let path = format!("/v1/fee-invoices/{}", one["id"].as_str().expect("an id"));
        let whole = app.get(&path, who).await.expect(200).json();
        if whole["lines"][0]["supervisionDecisionId"].is_string() {
            found.push(whole);
        }
    }
    found
}

/// A closed case in which a fine came to 10 000 kroner; its path and that of the decision.
async fn closed_with_fine(app: &TestApp) -> (String, String) {
    closed_with_fine_of(app, 1).await
}

/// The same of another person.
pub async fn closed_with_fine_of(app: &TestApp, n: u64) -> (String, String) {
    let case = disobeyed_by(app, n).await;
    let decision = fined(app, &case).await;
    let (act, _) = latest(app, &case, "coerciveFine").await;
    let first: NaiveDate = serde_json::from_value(act["fine"]["runsFrom"].clone()).expect("a day");
    go_to(app, first + Days::new(3));
    let correction = json!({ "correctedOn": first + Days::new(2), "text": "Målt på nytt." });
    step(app, &case, "correction", &correction).await;
    step(app, &case, "closure", &json!({ "outcome": "corrected", "text": "Takk." })).await;
    (case, decision)
}

/// The respondent opens the letter that told of a fine.
pub async fn open_fine_letter(app: &TestApp, who: &Who) {
    let all = letters(app, who).await;
    let fine = all.iter().find(|letter| letter["kind"] == "coerciveFine").expect("a letter");
    app.get(&format!("/v1/letters/{}", fine["id"].as_str().expect("an id")), who).await.expect(200);
}

#[tokio::test]
async fn a_final_fine_is_invoiced_once_and_not_before_it_is_final() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let (case, decision) = closed_with_fine(&app).await;
    let kari = Who::person(1);
    charge(&app).await;
    assert_eq!(invoices_of_fines(&app, &kari).await.len(), 0, "it can be appealed against");
    open_fine_letter(&app, &kari).await;
    app.clock.advance(TimeDelta::days(20));
    charge(&app).await;
    assert_eq!(invoices_of_fines(&app, &kari).await.len(), 0, "the period is not over");
    app.clock.advance(TimeDelta::days(10));
    // charged, and whoever was to issue the invoice is gone
    jobs::charge_once(app.app.clone()).await.expect("charges");
    for _ in 0..2 {
        charge(&app).await;
    }
    let found = invoices_of_fines(&app, &kari).await;
    let [invoice] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((&invoice["amountOre"], &invoice["state"]), (&json!(1_000_000), &json!("issued")));
    assert!(invoice["kid"].is_string());
    let line = &invoice["lines"][0];
    assert_eq!((&line["object"], &line["quantity"]), (&json!("coercive_fine"), &json!(2)));
    assert!(line.get("permitId").is_none() && line.get("appealBody").is_none());
    let seen = app.get(&case, &caseworker()).await.expect(200).json();
    let (act, _) = latest(&app, &case, "coerciveFine").await;
    let shown = &act["fine"]["invoice"];
    assert_eq!(
        (&shown["invoiceId"], &shown["openOre"]),
        (&invoice["id"], &json!(1_000_000)),
        "{seen}"
    );
    let told = app.get(&decision, &kari).await.expect(200).json();
    assert_eq!(told["decision"]["fine"]["invoice"]["invoiceNumber"], invoice["invoiceNumber"]);
    let letter = open_latest(&app, &kari).await;
    let said = letter["blocks"].to_string();
    assert!(said.contains("tvangsmulkten") && said.contains("§ 15-11"), "{said}");
    assert!(
        !said.contains("ebyrforskriften") && !said.contains("klage på at du må betale"),
        "{said}"
    );
    let number = seen["caseNumber"].as_str().expect("a number");
    assert!(letter.to_string().contains(&format!("{number}-")), "a document of the case");
    let mut desk = Visitor::signed_in(&app, "CASEWORKER").await;
    let id = case.rsplit('/').next().expect("an id");
    let page = format!("/nb/casework/supervision-cases/{id}");
    let page = desk.get(&page).await.expect(200).text();
    assert!(page.contains(&format!("Faktura {}", invoice["invoiceNumber"])), "{page}");
    books_balance(&app).await;

    // an appeal that is heard all the same takes it back
    let late = json!({ "text": "Senderen er ikke min.", "lateReason": "Jeg var på sykehus." });
    on_decision(&app, &decision, "appeal", &kari, &late).await.expect(200);
    let reversed = json!({ "outcome": "reversed", "grounds": "Senderen var en annens." });
    on_decision(&app, &decision, "appeal-decision", &caseworker(), &reversed).await.expect(200);
    let found = invoices_of_fines(&app, &kari).await;
    let kinds: Vec<&Value> = found.iter().map(|one| &one["kind"]).collect();
    assert_eq!(kinds, [&json!("creditNote"), &json!("invoice")]);
    assert_eq!((&found[1]["state"], &found[1]["openOre"]), (&json!("credited"), &json!(0)));
    charge(&app).await;
    assert_eq!(invoices_of_fines(&app, &kari).await.len(), 2);
    books_balance(&app).await;
    app.seal().await;
    assert!(anrop::seal::verify::verify(&app.app, None).await.expect("reads").holds());
    app.finish().await;
}

#[tokio::test]
async fn a_fine_that_an_appeal_reversed_is_never_invoiced() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (_, decision) = closed_with_fine(&app).await;
    let kari = Who::person(1);
    open_fine_letter(&app, &kari).await;
    let appeal = json!({ "text": "Senderen er ikke min." });
    on_decision(&app, &decision, "appeal", &kari, &appeal).await.expect(200);
    app.clock.advance(TimeDelta::days(90));
    charge(&app).await;
    assert_eq!(invoices_of_fines(&app, &kari).await.len(), 0, "the appeal is open");
    let reversed = json!({ "outcome": "reversed", "grounds": "Senderen var en annens." });
    on_decision(&app, &decision, "appeal-decision", &caseworker(), &reversed).await.expect(200);
    app.clock.advance(TimeDelta::days(400));
    charge(&app).await;
    assert_eq!(invoices_of_fines(&app, &kari).await.len(), 0);
    app.finish().await;
}

#[tokio::test]
async fn a_dismissed_appeal_has_not_stopped_the_fine_however_often_it_comes() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let case = disobeyed(&app).await;
    let decision = fined(&app, &case).await;
    let kari = Who::person(1);
    let (act, _) = latest(&app, &case, "coerciveFine").await;
    let first: NaiveDate = serde_json::from_value(act["fine"]["runsFrom"].clone()).expect("a day");
    let appeal = json!({ "text": "Senderen er ikke min." });
    let dismissed =
        json!({ "outcome": "inadmissible", "grounds": "Den sier ikke hva den gjelder." });
    for day in [1, 3] {
        go_to(&app, first + Days::new(day));
        on_decision(&app, &decision, "appeal", &kari, &appeal).await.expect(200);
        go_to(&app, first + Days::new(day + 2));
        on_decision(&app, &decision, "appeal-decision", &caseworker(), &dismissed)
            .await
            .expect(200);
    }
    go_to(&app, first + Days::new(6));
    assert_eq!(accrued(&app, &case).await, 3_000_000, "six days cost");
    app.finish().await;
}

#[tokio::test]
async fn a_fine_is_final_by_the_letter_about_its_own_appeal() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (case, decision) = closed_with_fine(&app).await;
    let (_, order) = latest(&app, &case, "order").await;
    let kari = Who::person(1);
    let appeal = json!({ "text": "Senderen er ikke min.", "lateReason": "Jeg var på sykehus." });
    let dismissed =
        json!({ "outcome": "inadmissible", "grounds": "Den sier ikke hva den gjelder." });
    // of the fine, whose dismissal nobody reads, and then of the order
    for of in [&decision, &order] {
        on_decision(&app, of, "appeal", &kari, &appeal).await.expect(200);
        on_decision(&app, of, "appeal-decision", &caseworker(), &dismissed).await.expect(200);
        app.clock.advance(TimeDelta::days(1));
    }
    open_latest(&app, &kari).await;
    app.clock.advance(TimeDelta::days(30));
    charge(&app).await;
    assert_eq!(invoices_of_fines(&app, &kari).await.len(), 0, "its own letter was never opened");
    let all = letters(&app, &kari).await;
    let own = all.iter().filter(|letter| letter["kind"] == "appealDecision").nth(1);
    let own = own.expect("a letter")["id"].as_str().expect("an id");
    app.get(&format!("/v1/letters/{own}"), &kari).await.expect(200);
    app.clock.advance(TimeDelta::days(20));
    // of the order again: what is newer in the case puts nothing off
    on_decision(&app, &order, "appeal", &kari, &appeal).await.expect(200);
    on_decision(&app, &order, "appeal-decision", &caseworker(), &dismissed).await.expect(200);
    charge(&app).await;
    assert_eq!(invoices_of_fines(&app, &kari).await.len(), 0, "the period is not over");
    app.clock.advance(TimeDelta::days(10));
    charge(&app).await;
    assert_eq!(invoices_of_fines(&app, &kari).await.len(), 1);
    app.finish().await;
}

/// The respondent opens the letter of the order.
async fn open_order_letter(app: &TestApp, who: &Who) {
    let all = letters(app, who).await;
    let order = all.iter().find(|letter| letter["kind"] == "order").expect("a letter");
    let path = format!("/v1/letters/{}", order["id"].as_str().expect("an id"));
    app.get(&path, who).await.expect(200);
}

#[tokio::test]
async fn nobody_handles_their_own_case_nor_signs_twice_and_nothing_is_overwritten() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let case = disobeyed(&app).await;
    // the respondent happens to be a caseworker
    let own = Who(Ticket { roles: vec![Role::Caseworker, Role::Supervisor], ..Who::person(1).0 });
    let seen = app.get(&case, &caseworker()).await.expect(200);
    let remark = json!({ "fromRespondent": false, "text": "Notat" });
    let path = format!("{case}/remarks");
    let refused = app.post_on(&path, &own, &seen.etag(), &remark).await;
    refused.expect_problem(403, "disqualified");
    let without = app.post(&path, &caseworker(), &remark).await;
    without.expect_problem(428, "precondition-required");
    app.post_on(&path, &caseworker(), &seen.etag(), &remark).await.expect(200);
    let stale = app.post_on(&path, &caseworker(), &seen.etag(), &remark).await;
    stale.expect_problem(412, "stale-version");

    // a supervisor proposes: another signs, and a caseworker cannot
    let both = Who(Ticket { roles: vec![Role::Caseworker, Role::Supervisor], ..supervisor().0 });
    let seen = app.get(&case, &both).await.expect(200);
    let proposal = fine(&app);
    app.post_on(&format!("{case}/coercive-fines"), &both, &seen.etag(), &proposal)
        .await
        .expect(200);
    let (_, decision) = latest(&app, &case, "coerciveFine").await;
    let same = on_decision(&app, &decision, "signature", &both, &Value::Null).await;
    same.expect_problem(403, "disqualified");
    let unfit = on_decision(&app, &decision, "signature", &caseworker(), &Value::Null).await;
    unfit.expect_problem(403, "not-allowed");
    let reason = json!({ "reason": "For høyt beløp." });
    on_decision(&app, &decision, "return", &caseworker(), &reason).await.expect(200);
    let (act, _) = latest(&app, &case, "coerciveFine").await;
    assert_eq!(act["status"], "sentBack");
    assert_eq!(accrued(&app, &case).await, 0);
    // after it was written to the respondent nobody else can become it
    let other = json!({ "unknown": "en annen" });
    let seen = app.get(&case, &caseworker()).await.expect(200);
    let identify = async |body: &Value| {
        app.put(&format!("{case}/respondent"), &caseworker(), Some(&seen.etag()), body).await
    };
    identify(&other).await.expect_problem(422, "invalid-content");
    let someone = json!({ "holderId": seen.json()["respondent"]["holderId"] });
    identify(&someone).await.expect_problem(409, "illegal-transition");
    app.finish().await;
}

#[tokio::test]
async fn a_respondent_may_be_unknown_at_first_and_an_organisation_nobody_has_met() {
    let app = TestApp::start().await;
    let new = json!({ "matter": "Ulovlig sender", "respondent": { "unknown": "Hvit varebil" } });
    let made = app.post("/v1/supervision-cases", &caseworker(), &new).await.expect(201);
    let case = made.header("location").to_owned();
    assert_eq!(made.json()["respondent"], json!({ "unknown": "Hvit varebil" }));
    let nobody = try_step(&app, &case, "notices", &notice(&app)).await;
    nobody.expect_problem(422, "conditions-not-met");
    let contact = json!({
        "name": "Eksempel Fjordradio AS", "address": { "lines": ["Fjordgata 7"], "postalCode": "4790" },
        "phone": "68050030", "email": "post@example.no", "language": "nn",
    });
    let organisation =
        json!({ "organisation": { "organisationNumber": "312345676", "contact": contact } });
    let known = app
        .put(&format!("{case}/respondent"), &caseworker(), Some(&made.etag()), &organisation)
        .await
        .expect(200)
        .json();
    assert_eq!(known["respondent"]["name"], "Eksempel Fjordradio AS");
    step(&app, &case, "notices", &notice(&app)).await;
    let ticket = Ticket { organisation: Some("312345676".to_owned()), ..Who::person(9).0 };
    let representative = Who(Ticket { roles: vec![Role::Representative], ..ticket });
    let letter = open_latest(&app, &representative).await;
    assert_eq!((&letter["kind"], &letter["language"]), (&json!("advanceNotice"), &json!("nn")));
    assert!(letter["subject"].as_str().expect("a subject").starts_with("Førehandsvarsel"));
    // a case that cannot wait
    let mut urgent = order(&app);
    urgent["withoutNotice"] = json!("Senderen forstyrrer flytrafikken.");
    step(&app, &case, "orders", &urgent).await;
    let letter = open_latest(&app, &representative).await;
    assert!(letter["blocks"].to_string().contains("forstyrrer flytrafikken"));
    assert_eq!(letter["canBeAppealed"], true);
    let listed = app.get("/v1/supervision-cases?status=ordered", &caseworker()).await.expect(200);
    assert_eq!(listed.json()["total"], 1);
    app.clock.advance(TimeDelta::days(11));
    let late =
        app.get("/v1/supervision-cases?overdue=true", &caseworker()).await.expect(200).json();
    assert_eq!((&late["total"], &late["items"][0]["overdue"]), (&json!(1), &json!(true)));
    let assigned = step(&app, &case, "assignment", &json!({ "assignee": "saksbehandler-2" })).await;
    assert_eq!(assigned["assignee"], "saksbehandler-2");
    app.finish().await;
}

#[tokio::test]
async fn the_respondent_appeals_on_the_page_of_the_letter() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let mut kari = Visitor::signed_in(&app, "KARI").await;
    let mut desk = Visitor::signed_in(&app, "CASEWORKER").await;
    let list = "/nb/casework/supervision-cases";
    let text = desk.get(list).await.expect(200).text();
    let empty = desk.post(list, &form(&text, list, &[("matter", "")])).await;
    assert_eq!(empty.status, 422);
    let fields =
        [("matter", "Sender uten tillatelse"), ("unknown", "Kari"), ("severity", "business")];
    let page = desk.post(list, &form(&text, list, &fields)).await.expect(200).text();
    let at = page.find("/nb/casework/supervision-cases/").expect("a link");
    let case = page[at..].split(['"', '/']).nth(4).expect("an id").to_owned();
    let path = format!("{list}/{case}");
    let action = format!("{path}/deed");
    let holder = holder_of(&app, &mut kari).await;
    let deed = async |desk: &mut Visitor<'_>, deed: &str, more: &[(&str, &str)]| {
        a_moment_later(&app);
        let text = desk.get(&path).await.expect(200).text();
        let fields = form(&text, &action, more);
        let mut fields: Vec<_> = fields.into_iter().filter(|(name, _)| name != "deed").collect();
        fields.push(("deed".to_owned(), deed.to_owned()));
        desk.post(&action, &fields).await
    };
    deed(&mut desk, "identify", &[("holder", &holder)]).await.expect(200);
    let measured = [
        ("day", "2026-01-02"),
        ("clock", "13.45"),
        ("site", "Havna"),
        ("frequency", "406,05 MHz"),
        ("level", "-62,5"),
        ("unit", "dBm"),
        ("bandwidth", "12,5 kHz"),
        ("equipment", "Mottaker"),
        ("by", "Berit"),
    ];
    let shown = deed(&mut desk, "measure", &measured).await.expect(200).text();
    assert!(shown.contains("406,05 MHz") && shown.contains("dBm"), "{shown}");
    let due = app.day_in(10).to_string();
    let ordered = [
        ("text", "Slå av senderen."),
        ("grounds", "Den mangler tillatelse."),
        ("due", due.as_str()),
    ];
    let refused = deed(&mut desk, "order", &ordered).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("Slå av senderen."), "what was typed stays");
    let urgent = [&ordered[..], &[("without", "Den forstyrrer nødnettet.")]].concat();
    deed(&mut desk, "order", &urgent).await.expect(200);

    let letters = kari.get("/nb/letters").await.expect(200).text();
    let at = letters.find("/nb/letters/").expect("a letter");
    let letter = letters[at..].split('"').next().expect("an address").to_owned();
    let text = kari.get(&letter).await.expect(200).text();
    assert!(text.contains("Pålegg i tilsynssak"));
    let action = format!("{letter}/appeal");
    assert!(text.contains(&action));
    let text = kari.get(&action).await.expect(200).text();
    let sent = kari.post(&action, &form(&text, &action, &[("text", "Jeg har tillatelse.")])).await;
    assert!(sent.expect(200).text().contains("Klagen er mottatt"));
    let text = desk.get(&path).await.expect(200).text();
    assert!(text.contains("Jeg har tillatelse."));
    let (act, _) = latest(&app, &format!("/v1/supervision-cases/{case}"), "order").await;
    let target = act["id"].as_str().expect("an id");
    let ruled = [("target", target), ("outcome", "reversed"), ("grounds", "Du har rett.")];
    let text = deed(&mut desk, "rule", &ruled).await.expect(200).text();
    assert!(text.contains("Opphevet"));
    app.finish().await;
}

#[tokio::test]
async fn the_respondent_comments_on_an_advance_notice_below_its_letter() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let mut kari = Visitor::signed_in(&app, "KARI").await;
    let holder = holder_of(&app, &mut kari).await;
    let new = json!({ "matter": "Sender uten tillatelse", "respondent": { "holderId": holder } });
    let made = app.post("/v1/supervision-cases", &caseworker(), &new).await.expect(201);
    let case = made.header("location").to_owned();
    step(&app, &case, "notices", &notice(&app)).await;
    let mine = kari.get("/nb/my-page").await.expect(200).text();
    assert!(mine.contains("Siste dag for å uttale deg i sak"), "{mine}");
    let letters = kari.get("/nb/letters").await.expect(200).text();
    let at = letters.find("/nb/letters/").expect("a letter");
    let page = letters[at..].split('"').next().expect("an address").to_owned();
    let shown = kari.get(&page).await.expect(200).text();
    assert!(shown.contains("Førehandsvarsel") && shown.contains("Uttal deg"), "{shown}");
    let early = try_step(&app, &case, "orders", &order(&app)).await;
    early.expect_problem(422, "invalid-content");

    let path = page.replace("/nb/", "/v1/");
    let said = json!({ "text": "Jeg har tillatelse." });
    let stranger = app.post(&format!("{path}/comment"), &Who::person(9), &said).await;
    stranger.expect_problem(404, "not-found");
    a_moment_later(&app);
    let typed = form(&shown, &page, &[("text", "Jeg har tillatelse.")]);
    let done = kari.post(&page, &typed).await.expect(200).text();
    assert!(done.contains("Du uttalte deg ") && !done.contains("name=\"text\""), "{done}");
    let again = kari.post(&page, &typed).await.expect(422).text();
    assert!(again.contains("mottatt fra før"), "{again}");
    let mine = kari.get("/nb/my-page").await.expect(200).text();
    assert!(!mine.contains("Siste dag for å uttale deg i sak"), "{mine}");

    let seen = app.get(&case, &caseworker()).await.expect(200).json();
    assert!(seen["acts"].to_string().contains("Jeg har tillatelse."), "{seen}");
    let seen = step(&app, &case, "orders", &order(&app)).await;
    assert_eq!(seen["status"], "ordered", "the respondent has been heard");
    app.finish().await;
}

/// The id of the row of Kari, who has filed an application.
async fn holder_of(app: &TestApp, kari: &mut Visitor<'_>) -> String {
    let draft = whole(kari).await;
    send(kari, &draft).await.expect(200);
    let search = json!({ "name": "Kari Eksempel", "purpose": "Tilsyn" });
    let found = app.post("/v1/holder-searches", &caseworker(), &search).await.expect(200).json();
    found["items"][0]["id"].as_str().expect("an id").to_owned()
}
