//! What permits cost: lines with the grant, on 1 January, and their payment.

use anrop::{
    clock::Clock as _,
    fee::{self, model::FeeItem},
    identity::{Role, Sight, token::Ticket},
    permit::kind::{PermitKind as _, transmitter::Transmitter},
    values::{calendar::oslo_date, ids::PermitId},
};
use chrono::{Datelike as _, NaiveDate, NaiveTime, TimeDelta};
use serde_json::{Value, json};

use super::{
    invoices::{books_balance, list},
    shared::{act, caseworker, permit_of, try_grant},
};
use crate::support::{TestApp, Who, people};

/// Moves the clock to noon of the next such day; answers its year.
pub fn advance_to(app: &TestApp, month: u32, day: u32) -> i32 {
    let today = oslo_date(app.clock.now());
    let of = |year| NaiveDate::from_ymd_opt(year, month, day).expect("a day");
    let year = today.year() + i32::from(of(today.year()) <= today);
    let noon = of(year).and_time(NaiveTime::from_hms_opt(12, 0, 0).expect("noon")).and_utc();
    app.clock.advance(noon - app.clock.now());
    year
}

/// A granted PLB permit of the `n`th person.
pub async fn plb(app: &TestApp, n: u64, serial: u32) -> String {
    let mut application = people::plb_application(n);
    application["beacon"]["serial"] = json!(serial);
    let receipt = app.post("/v1/plb/applications", &Who::person(n), &application).await.expect(201);
    let path = format!("{}/decision", receipt.header("location"));
    let granted = json!({ "outcome": "granted" });
    let decided = app
        .post_on(&path, &Who::caseworker("a"), &receipt.etag(), &granted)
        .await
        .expect(200)
        .json();
    decided["permitId"].as_str().expect("a permit").to_owned()
}

async fn surrender(app: &TestApp, n: u64, permit: &str) {
    let who = Who::person(n);
    let seen = app.get(&format!("/v1/permits/{permit}"), &who).await.expect(200);
    let path = format!("/v1/permits/{permit}/surrender");
    let why = json!({ "reason": "noLongerUsed" });
    app.post_on(&path, &who, &seen.etag(), &why).await.expect(200);
}

/// The lines of a permit, those written first first.
pub async fn lines(app: &TestApp, permit: &str) -> Vec<Value> {
    let path = format!("/v1/invoices?permit={permit}");
    let page = app.get(&path, &Who::caseworker("a")).await.expect(200).json();
    let items = page["items"].as_array().expect("items").clone();
    assert_eq!(page["total"], items.len());
    items
}

/// Year, øre and rule of lines.
pub fn charged(lines: &[Value]) -> Vec<(i64, i64, &str)> {
    let of = |line: &Value, name: &str| line[name].as_i64().expect("a number");
    lines
        .iter()
        .map(|line| (of(line, "year"), of(line, "amountOre"), line["rule"].as_str().expect("text")))
        .collect()
}

pub async fn run_job(app: &TestApp) {
    anrop::jobs::charge_once(app.app.clone()).await.expect("the job runs");
}

#[tokio::test]
async fn a_beacon_costs_half_after_1_july_and_the_whole_every_year_after_once() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let year = i64::from(advance_to(&app, 8, 15));
    let permit = plb(&app, 1, 101).await;
    let kari = Who::person(1);
    let mine = app.get("/v1/invoices", &kari).await.expect(200).json();
    assert_eq!(mine["total"], 1);
    let line = &mine["items"][0];
    assert_eq!(
        (&line["feeId"], &line["amountOre"], &line["amount"], &line["occasion"]),
        (&json!("PLB"), &json!(26_500), &json!("265.00"), &json!("annual"))
    );
    assert_eq!((&line["permitId"], &line["overdue"]), (&json!(permit), &json!(false)));
    assert_eq!((&line["section"], &line["quantity"]), (&json!("§ 18"), &json!(1)));
    run_job(&app).await;
    assert_eq!(charged(&lines(&app, &permit).await), [(year, 26_500, "P3")]);

    // the year turns; the job runs again and again, and twice at once
    let path = format!("/v1/permits/{permit}");
    assert!(app.get(&path, &kari).await.expect(200).json().get("confirmationAskedAt").is_none());
    advance_to(&app, 1, 2);
    tokio::join!(run_job(&app), run_job(&app));
    run_job(&app).await;
    let expected = [(year, 26_500, "P3"), (year + 1, 53_000, "P1")];
    assert_eq!(charged(&lines(&app, &permit).await), expected);

    // with the yearly line the holder is asked to confirm, until that is done
    let seen = app.get(&path, &kari).await.expect(200);
    assert!(seen.json()["confirmationAskedAt"].is_string());
    let headers = [("if-match", &*seen.etag())];
    app.clock.advance(TimeDelta::seconds(1));
    let confirmed =
        app.send("POST", &format!("{path}/confirmation"), Some(&kari), &headers, None).await;
    assert!(confirmed.expect(200).json().get("confirmationAskedAt").is_none());
    assert!(app.get(&path, &kari).await.expect(200).json().get("confirmationAskedAt").is_none());

    // granted before 1 July: the whole
    let other = plb(&app, 2, 201).await;
    run_job(&app).await;
    assert_eq!(charged(&lines(&app, &other).await), [(year + 1, 53_000, "P2")]);
    let his = app.get("/v1/invoices", &Who::person(2)).await.expect(200).json();
    assert_eq!((&his["total"], &his["items"][0]["permitId"]), (&json!(1), &json!(other)));
    let hers = app.get(&format!("/v1/invoices?permit={other}"), &kari).await.expect(200).json();
    assert_eq!(hers["total"], 0, "a filter is no way round");
    app.finish().await;
}

#[tokio::test]
async fn a_permit_that_ended_before_1_january_costs_nothing_more() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let year = i64::from(advance_to(&app, 8, 15));
    let (ended, kept) = (plb(&app, 1, 101).await, plb(&app, 2, 201).await);
    advance_to(&app, 12, 31);
    surrender(&app, 1, &ended).await;
    advance_to(&app, 1, 2);
    // it held on 1 January, though it ends before the job comes to it
    surrender(&app, 2, &kept).await;
    run_job(&app).await;
    assert_eq!(charged(&lines(&app, &ended).await), [(year, 26_500, "P3")]);
    let expected = [(year, 26_500, "P3"), (year + 1, 53_000, "P1")];
    assert_eq!(charged(&lines(&app, &kept).await), expected);
    let seen = app.get(&format!("/v1/permits/{kept}"), &Who::person(2)).await.expect(200).json();
    assert!(seen.get("confirmationAskedAt").is_none(), "nothing is left to confirm");
    advance_to(&app, 1, 2);
    run_job(&app).await;
    assert_eq!(charged(&lines(&app, &kept).await), expected);
    app.finish().await;
}

#[tokio::test]
async fn years_the_service_slept_through_are_charged_when_it_wakes() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let year = i64::from(advance_to(&app, 8, 15));
    let permit = plb(&app, 1, 101).await;
    advance_to(&app, 1, 2);
    advance_to(&app, 3, 1);
    advance_to(&app, 1, 20);
    run_job(&app).await;
    let mut found = lines(&app, &permit).await;
    found.sort_by_key(|line| line["year"].as_i64());
    let expected = [(year, 26_500, "P3"), (year + 1, 53_000, "P1"), (year + 2, 53_000, "P1")];
    assert_eq!(charged(&found), expected);
    app.finish().await;
}

#[tokio::test]
async fn an_amateur_licence_is_paid_once_and_a_change_of_call_sign_each_time() {
    let app = TestApp::start().await;
    let who = Who::person(1);
    let passed = json!({ "results": [{
        "nationalId": who.national_id(), "licenceClass": "full",
        "passedOn": "2026-10-01", "reference": "exam-1",
    }] });
    app.post("/v1/exam-results", &Who::role(Role::Examiner), &passed).await.expect(201);
    let application = people::amateur_application(1, &[]);
    let made = app.post("/v1/amateur/applications", &who, &application).await.expect(201).json();
    let permit = made["permitId"].as_str().expect("a permit").to_owned();
    let found = lines(&app, &permit).await;
    assert_eq!(found.len(), 1);
    assert_eq!(
        (&found[0]["feeId"], &found[0]["amountOre"], &found[0]["rule"], &found[0]["occasion"]),
        (&json!("AMA-01-2026"), &json!(217_000), &json!("P5"), &json!("grant"))
    );
    let id = PermitId::parse(&permit).expect("an id");
    for _ in 0..2 {
        let change = [FeeItem::one("amateur_call_sign_change")];
        let known = anrop::permit::store::find(app.app.db().read(), Sight::All, id).await;
        let known = known.expect("the permit");
        app.app
            .db()
            .write(|tx| {
                let (known, change) = (&known, &change);
                async move { fee::actions::charge_change(&tx, known, change).await }
            })
            .await
            .expect("charged");
    }
    let found = lines(&app, &permit).await;
    assert_eq!(found.len(), 2, "one change is charged once");
    let changed = found.iter().find(|line| line["occasion"] == "change-1").expect("a line");
    assert_eq!(changed["amountOre"], 108_000);
    advance_to(&app, 1, 2);
    run_job(&app).await;
    assert_eq!(lines(&app, &permit).await.len(), 2, "nothing is charged every year");
    app.finish().await;
}

#[tokio::test]
async fn payments_are_recorded_once_and_what_is_overdue_is_shown() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    advance_to(&app, 3, 1);
    let (first, second) = (plb(&app, 1, 101).await, plb(&app, 1, 102).await);
    let caseworker = Who::caseworker("a");
    let total = async |query: &str| {
        let path = format!("/v1/invoices?{query}");
        app.get(&path, &caseworker).await.expect(200).json()["total"].as_u64().expect("a total")
    };
    assert_eq!((total("unpaid=true").await, total("overdue=true").await), (2, 0));
    app.clock.advance(TimeDelta::days(40));
    assert_eq!((total("unpaid=true").await, total("overdue=true").await), (2, 2));
    let (first, second) = (lines(&app, &first).await, lines(&app, &second).await);
    assert_eq!(first[0]["overdue"], true);
    let today = oslo_date(app.clock.now());
    let of = |ids: &[&Value], ore: i64| json!({ "lines": ids, "amountOre": ore, "paidOn": today });
    let (one, two) = (&first[0]["id"], &second[0]["id"]);
    let path = "/v1/payments";

    let pointers = async |body: &Value| {
        let refused =
            app.post(path, &caseworker, body).await.expect_problem(422, "invalid-content");
        let errors = refused["errors"].as_array().expect("errors").clone();
        errors.iter().map(|one| one["pointer"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(pointers(&of(&[one, two], 53_000)).await, ["/amountOre"]);
    let nobodys = json!("019a9f2c-5e0c-7d1a-b0cd-ef0123456789");
    assert_eq!(pointers(&of(&[one, &nobodys], 53_000)).await, ["/lines/1"]);
    assert_eq!(pointers(&of(&[one, one], 106_000)).await, ["/lines/1"]);
    assert_eq!(pointers(&of(&[&json!("x")], 1)).await, ["/lines/0"]);
    assert_eq!(pointers(&of(&[], 0)).await, ["/lines"]);
    let mut early = of(&[one], 53_000);
    early["paidOn"] = json!(app.day_in(2));
    assert_eq!(pointers(&early).await, ["/paidOn"]);
    app.post(path, &Who::person(1), &of(&[one], 53_000)).await.expect_problem(403, "not-allowed");
    let own = Who(Ticket { roles: vec![Role::Caseworker], ..Who::person(1).0 });
    app.post(path, &own, &of(&[one], 53_000)).await.expect_problem(403, "disqualified");

    let body = of(&[one, two], 106_000);
    let key = [("idempotency-key", "payment-1")];
    let send = || app.send("POST", path, Some(&caseworker), &key, Some(&body));
    let (once, again) = tokio::join!(send(), send());
    let (once, again) = (once.expect(201).json(), again.expect(201).json());
    assert_eq!(once["id"], again["id"]);
    assert_eq!((&once["amount"], &once["lines"][1]["paidOn"]), (&json!("1060.00"), &json!(today)));
    app.post(path, &caseworker, &of(&[one], 53_000)).await.expect_problem(409, "conflict");
    assert_eq!(app.count("SELECT count(*) AS n FROM payment").await, 1);
    assert_eq!((total("unpaid=true").await, total("overdue=true").await), (0, 0));
    assert_eq!((total("unpaid=false").await, total("").await), (2, 2));
    let mine = app.get("/v1/invoices?unpaid=false", &Who::person(1)).await.expect(200).json();
    assert_eq!(mine["items"][0]["paymentId"], once["id"]);
    app.finish().await;
}

#[tokio::test]
async fn invoices_page_without_repeating_and_totals_are_exact() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    for serial in 101..106 {
        plb(&app, 1, serial).await;
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/v1/invoices?limit=2{cursor}");
        let page = app.get(&path, &Who::person(1)).await.expect(200).json();
        assert_eq!(page["total"], 5);
        seen.extend(page["items"].as_array().expect("items").iter().map(|l| l["id"].to_string()));
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(seen.len(), 5);
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 5);
    for query in ["unpaid=yes", "overdue=1", "permit=x"] {
        let path = format!("/v1/invoices?{query}");
        let reply = app.get(&path, &Who::person(1)).await;
        reply.expect_problem(400, "invalid-parameter");
    }
    app.finish().await;
}

/// A mobile net of two bases and four mobiles from this day on, applied for by the `n`th person.
fn net_from(n: u64, from: NaiveDate) -> Value {
    let mut net = serde_json::to_value(Transmitter::example()).expect("JSON");
    net["applicant"] = people::applicant(n);
    net["use"] = json!("pmr");
    net["mobileNet"] = json!({ "mobileStations": 4, "extraChannels": 0 });
    net["validFrom"] = json!(from);
    net.as_object_mut().expect("an object").remove("link");
    for (index, station) in net["stations"].as_array_mut().expect("stations").iter_mut().enumerate()
    {
        station["antenna"] = json!({
            "model": "Rundstråler", "gain": 3.0, "gainUnit": "dbd", "polarisation": "vertical",
        });
        station["channels"] = json!([{
            "centreHz": 160_006_250 + 25_000 * index, "widthHz": 12_500, "emission": "11K0F3E",
            "power": { "value": 10.0, "unit": "w" }, "cableLossDb": 3.0,
        }]);
    }
    net
}

/// The path of the permit for a net, granted at once or by a caseworker.
async fn net(app: &TestApp, who: &Who, application: &Value) -> String {
    let filed = app.post("/v1/transmitter/applications", who, application).await.expect(201);
    if filed.json()["permitId"].is_string() {
        return permit_of(&filed.json());
    }
    permit_of(&try_grant(app, filed.header("location")).await.expect(200).json())
}

#[tokio::test]
async fn a_permit_that_goes_before_its_first_day_costs_whoever_holds_it_from_then_on() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let year = advance_to(&app, 3, 1);
    let first = NaiveDate::from_ymd_opt(year, 9, 1).expect("a day");
    let holders = [Who::person(1), Who::person(2), Who::person(3)];
    // one is given up, one is handed over, both in the spring; they were to begin in the autumn
    let given_up = net(&app, &holders[0], &net_from(1, first)).await;
    let sold = net(&app, &holders[1], &net_from(2, first)).await;
    advance_to(&app, 4, 1);
    act(&app, &given_up, "surrender", &holders[0], &json!({ "reason": "noLongerUsed" }))
        .await
        .expect(200);
    let form = json!({ "newHolder": holders[2].national_id(), "reason": "Solgt." });
    let case = app.post(&format!("{sold}/transfer"), &holders[1], &form).await.expect(201);
    let case = case.header("location");
    let seen = app.get(case, &holders[2]).await.expect(200);
    let acceptance = json!({ "applicant": people::applicant(3) });
    app.post_on(&format!("{case}/acceptance"), &holders[2], &seen.etag(), &acceptance)
        .await
        .expect(200);
    try_grant(&app, case).await.expect(200);
    let theirs = app.get("/v1/permits", &holders[2]).await.expect(200).json();
    let taken_over = theirs["items"][0]["id"].as_str().expect("a permit").to_owned();
    run_job(&app).await;
    advance_to(&app, 9, 2);
    run_job(&app).await;
    let id = |path: &str| path.rsplit('/').next().expect("an id").to_owned();
    assert_eq!(charged(&lines(&app, &id(&given_up)).await), []);
    assert_eq!(charged(&lines(&app, &id(&sold)).await), []);
    let found = lines(&app, &taken_over).await;
    let sum: i64 = charged(&found).iter().map(|(_, ore, _)| *ore).sum();
    // half of 2 × 860 + 4 × 290 kroner
    assert_eq!(sum, 144_000, "{found:?}");
    assert!(found.iter().all(|line| line["rule"] == "P3"), "{found:?}");
    app.finish().await;
}

#[tokio::test]
async fn a_permit_given_up_in_a_letter_of_the_old_year_costs_nothing_in_the_new_one() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let year = advance_to(&app, 8, 15);
    let (in_time, late) = (plb(&app, 1, 101).await, plb(&app, 2, 201).await);
    advance_to(&app, 1, 5);
    run_job(&app).await;
    let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).expect("a day");
    let give_up = async |who: &Who, permit: &str, received_on: NaiveDate| {
        let body = json!({ "reason": "noLongerUsed", "receivedOn": received_on });
        act(&app, &format!("/v1/permits/{permit}"), "surrender", who, &body).await
    };
    let staff = caseworker();
    let new_year = day(year + 1, 1, 2);
    // nobody says when their own letter came in, and none came before the permit or comes tomorrow
    let own = give_up(&Who::person(1), &in_time, day(year, 12, 30)).await;
    own.expect_problem(422, "invalid-content");
    for wrong in [day(year, 8, 14), day(year + 1, 1, 6)] {
        give_up(&staff, &in_time, wrong).await.expect_problem(422, "invalid-content");
    }
    give_up(&staff, &in_time, day(year, 12, 30)).await.expect(200);
    give_up(&staff, &late, new_year).await.expect(200);
    run_job(&app).await;
    let credited = async |n: u64| {
        let page = list(&app, &Who::person(n), "").await;
        let notes = page["items"].as_array().expect("items").iter();
        let notes = notes.filter(|one| one["kind"] == "creditNote");
        notes.map(|one| one["amountOre"].as_i64().expect("øre")).collect::<Vec<_>>()
    };
    assert_eq!(credited(1).await, [53_000]);
    assert_eq!(credited(2).await, [] as [i64; 0], "it held on 1 January");
    books_balance(&app).await;
    app.finish().await;
}
