//! Number resources: from the application to the public list, without an overlap anywhere.

use std::sync::Arc;

use anrop::{
    clock::Clock as _,
    commands::{import::number_ranges, synthetic::Synthetic},
    identity::{Role, token::Ticket},
    numbering::{listing, published},
};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::shared::{at_once, sign_where_needed};
use crate::support::{Reply, TestApp, Who};

pub const LIST: &str = include_str!("../../vectors/number_ranges.csv");
const PATH: &str = "/v1/numbering/applications";

/// Somebody who acts for the `n`th made-up organisation.
pub fn organisation(n: u64) -> Who {
    Who(Ticket {
        subject: format!("representative-{n}"),
        roles: vec![Role::Representative],
        organisation: Some(Synthetic::new(7).organisation(n).number.to_string()),
        ..Ticket::default()
    })
}

fn caseworker() -> Who {
    Who::caseworker("saksbehandler-1")
}

/// An application of the `n`th organisation for what `resource` says.
pub fn application(n: u64, resource: Value) -> Value {
    json!({
        "applicant": {
            "name": format!("Eksempel Nett {n} AS"),
            "address": { "lines": ["Fjordgata 7"], "postalCode": "4790" },
            "phone": format!("+4768050{:03}", n % 1000),
            "email": format!("post{n}@example.no"),
        },
        "resource": resource,
        "service": "Bedriftstelefoni",
        "need": "8 000 avtalte abonnement ved oppstart.",
        "plannedStart": "2027-02-01",
        "providerCode": "123",
        "contact": { "name": "Ola Eksempel Nordvær", "phone": "68 05 00 41", "email": "nummer@example.no" },
    })
}

pub fn exact(kind: &str, text: &str) -> Value {
    json!({ "type": kind, "exact": [text] })
}

pub fn wish(blocks: u32, size: u64, category: &str) -> Value {
    json!({ "type": "e164_8_digit", "wish": { "blocks": blocks, "blockSize": size, "category": category } })
}

pub async fn file(app: &TestApp, n: u64, resource: Value) -> Reply {
    app.post(PATH, &organisation(n), &application(n, resource)).await
}

pub async fn decide(app: &TestApp, filed: &Reply, outcome: &str) -> Reply {
    let path = format!("{}/decision", filed.header("location"));
    let body = json!({ "outcome": outcome, "grounds": "Behov og utnyttelse er vurdert." });
    app.post_on(&path, &caseworker(), &filed.etag(), &body).await
}

/// Files and grants; the permit.
pub async fn permit(app: &TestApp, n: u64, resource: Value) -> (String, Value) {
    let filed = file(app, n, resource).await.expect(201);
    decide(app, &filed, "granted").await.expect(200);
    let case = app.get(filed.header("location"), &organisation(n)).await.expect(200).json();
    let id = case["permitId"].as_str().expect("a permit").to_owned();
    let seen = app.get(&format!("/v1/permits/{id}"), &organisation(n)).await.expect(200);
    (id, seen.json())
}

pub async fn shown(app: &TestApp, number: &str) -> Value {
    app.get_public(&format!("/v1/number-ranges/{number}")).await.expect(200).json()
}

pub async fn import(app: &TestApp) -> number_ranges::Report {
    let list = listing::read(LIST.as_bytes()).expect("a whole list");
    number_ranges::write(app.app.db(), &list).await.expect("imports")
}

fn field_codes(problem: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let errors = problem["errors"].as_array().expect("errors");
    errors.iter().map(|error| (text(&error["pointer"]), text(&error["code"]))).collect()
}

/// No two ranges of a plan share a place.
pub async fn assert_no_overlap(app: &TestApp) {
    let sql = "SELECT count(*) AS n FROM number_range a JOIN number_range b ON a.plan = b.plan \
               AND a.id <> b.id AND a.lower_place <= b.upper_place AND b.lower_place <= a.upper_place";
    assert_eq!(app.count(sql).await, 0);
    let sql =
        "SELECT count(*) AS n FROM number_range WHERE (provider IS NULL) = (status = 'assigned')";
    assert_eq!(app.count(sql).await, 0);
}

#[tokio::test]
async fn a_series_is_held_assigned_returned_and_given_again() {
    let app = TestApp::start().await;
    import(&app).await;
    let series = exact("e164_8_digit", "21 20 00 00-21 20 99 99");
    let filed = file(&app, 1, series.clone()).await.expect(201);
    // held inside, free outside
    assert_eq!(
        app.count("SELECT count(*) AS n FROM number_range WHERE status = 'reserved'").await,
        1
    );
    assert_eq!(shown(&app, "21200000").await["status"], "free");
    // the hold is in the way of others, not of the case itself
    let second = file(&app, 2, series.clone()).await.expect(201);
    let reasons = |case: &Value| case["assessment"].to_string();
    let other = app.get(second.header("location"), &caseworker()).await.expect(200).json();
    assert!(reasons(&other).contains("held for another case"), "{other}");
    let own = app.get(filed.header("location"), &caseworker()).await.expect(200).json();
    assert!(!reasons(&own).contains("held for another case"), "{own}");
    decide(&app, &second, "granted").await.expect_problem(409, "identifier-taken");

    decide(&app, &filed, "granted").await.expect(200);
    let range = shown(&app, "+47 21 20 12 34").await;
    assert_eq!(range["status"], "assigned");
    assert_eq!(range["range"]["provider"], "Eksempel Nett 1 AS");
    assert_eq!(range["range"]["category"], "Fastnettnummer");
    assert_eq!(range["range"]["count"], 10_000);
    assert!(range["note"].as_str().expect("a note").contains("ported"));
    // it is found by the year it was assigned in, and counted
    let year = &range["range"]["assignedOn"].as_str().expect("a day")[..4];
    let counted = app.get_public("/v1/number-ranges?facets=year&limit=1").await.expect(200).json();
    assert_eq!(counted["facets"]["year"], json!([{ "value": year, "count": 1 }]));
    for (asked, total) in [(year, 1), ("1999", 0)] {
        let found = app.get_public(&format!("/v1/number-ranges?year={asked}")).await.expect(200);
        assert_eq!(found.json()["total"], total, "{asked}");
    }
    let wrong = app.get_public("/v1/number-ranges?year=99").await;
    wrong.expect_problem(400, "invalid-parameter");
    let page = app.get_public("/nb/number-ranges?category=Fastnettnummer").await.expect(200).text();
    assert!(page.contains(&format!("year={year}")), "a filter by year");
    // the rest of the free range is free still
    assert_eq!(shown(&app, "21199999").await["range"]["display"], "21 10 00 00 – 21 19 99 99");
    assert_eq!(shown(&app, "21210000").await["range"]["display"], "21 21 00 00 – 21 37 69 99");
    assert_no_overlap(&app).await;

    let case = app.get(filed.header("location"), &organisation(1)).await.expect(200).json();
    let path = format!("/v1/permits/{}", case["permitId"].as_str().expect("a permit"));
    let seen = app.get(&path, &organisation(1)).await.expect(200);
    let record = seen.json()["record"].clone();
    assert_eq!(record["number"]["range"], json!(["21200000-21209999"]));
    assert_eq!(record["contactPerson"]["email"], "nummer@example.no");
    let html = app
        .send(
            "GET",
            &format!("{path}/certificate"),
            Some(&organisation(1)),
            &[("accept", "text/html")],
            None,
        )
        .await
        .expect(200);
    assert!(html.text().contains("21 20 00 00 – 21 20 99 99"));
    // numbers are no thing that can be sold, lost, stolen or destroyed
    for reason in ["sold", "lost", "stolen", "destroyed"] {
        let problem = app
            .post_on(
                &format!("{path}/surrender"),
                &organisation(1),
                &seen.etag(),
                &json!({ "reason": reason }),
            )
            .await
            .expect_problem(422, "invalid-content");
        assert_eq!(problem["errors"][0]["pointer"], "/reason");
    }
    app.post_on(
        &format!("{path}/surrender"),
        &organisation(1),
        &seen.etag(),
        &json!({ "reason": "noLongerUsed" }),
    )
    .await
    .expect(200);
    assert_eq!(shown(&app, "21200000").await["status"], "free");
    assert_eq!(
        app.count("SELECT count(*) AS n FROM number_range WHERE status = 'returned'").await,
        1
    );
    decide(&app, &second, "granted").await.expect(200);
    assert_eq!(shown(&app, "21200000").await["range"]["provider"], "Eksempel Nett 2 AS");
    assert_no_overlap(&app).await;
    app.waive_deliveries();
    app.finish().await;
}

#[tokio::test]
async fn a_refused_or_withdrawn_case_frees_what_it_held_and_a_revoked_permit_is_withdrawn() {
    let app = TestApp::start().await;
    let held = "SELECT count(*) AS n FROM number_range WHERE status = 'reserved'";
    let refused = file(&app, 1, exact("e164_8_digit", "22000000-22009999")).await.expect(201);
    assert_eq!(app.count(held).await, 1);
    decide(&app, &refused, "refused").await.expect(200);
    assert_eq!(app.count(held).await, 0);
    let given_up = file(&app, 1, exact("e164_8_digit", "22000000-22009999")).await.expect(201);
    let path = format!("{}/withdrawal", given_up.header("location"));
    app.post_on(&path, &organisation(1), &given_up.etag(), &json!({})).await.expect(200);
    assert_eq!(app.count(held).await, 0);
    // a late authority does not cost the applicant the numbers; a case forgotten for years does
    file(&app, 1, exact("e164_8_digit", "22000000-22009999")).await.expect(201);
    app.clock.advance(TimeDelta::days(40));
    let late = file(&app, 2, exact("e164_8_digit", "22005000-22005999")).await.expect(201);
    decide(&app, &late, "granted").await.expect_problem(409, "identifier-taken");
    app.clock.advance(TimeDelta::days(750));
    let (id, _) = permit(&app, 2, exact("e164_8_digit", "22005000-22005999")).await;
    let seen = app.get(&format!("/v1/permits/{id}"), &caseworker()).await.expect(200);
    let proposed = app
        .post_on(
            &format!("/v1/permits/{id}/revocation"),
            &caseworker(),
            &seen.etag(),
            &at_once("revocation", &json!({ "grounds": "Nummerserien er ikke i bruk." })),
        )
        .await
        .expect(200);
    sign_where_needed(&app, &proposed).await;
    assert_eq!(
        app.count("SELECT count(*) AS n FROM number_range WHERE status = 'withdrawn'").await,
        1
    );
    assert_no_overlap(&app).await;
    app.waive_deliveries();
    app.finish().await;
}

#[tokio::test]
async fn a_wish_gets_the_next_free_blocks_of_its_category() {
    let app = TestApp::start().await;
    import(&app).await;
    // 40 00–40 09 is assigned, 42 blocked
    let (_, first) = permit(&app, 1, wish(2, 10_000, "mobile")).await;
    assert_eq!(
        first["record"]["number"]["range"],
        json!(["40100000-40109999", "40110000-40119999"])
    );
    let (_, second) = permit(&app, 2, wish(1, 100_000, "mobile")).await;
    assert_eq!(second["record"]["number"]["range"], json!(["40200000-40299999"]));
    let mut preferred = wish(1, 1_000, "fixed");
    preferred["wish"]["preferred"] = json!("22 10 00 00 - 22 19 99 99");
    let (_, third) = permit(&app, 2, preferred).await;
    assert_eq!(third["record"]["number"]["range"], json!(["22100000-22100999"]));
    let point = json!({ "type": "ispc", "wish": { "blocks": 1 }, "point": { "place": "Bodø", "foreignRelation": "Luleå" } });
    let (_, code) = permit(&app, 2, point).await;
    assert_eq!(code["record"]["number"]["pointCode"], "0-0-0");
    // the series is full
    let mut full = wish(1, 10_000, "mobile");
    full["wish"]["preferred"] = json!("40 00 00 00 - 40 09 99 99");
    let filed = file(&app, 3, full).await.expect(201);
    decide(&app, &filed, "granted").await.expect_problem(409, "series-exhausted");
    assert_no_overlap(&app).await;
    app.waive_deliveries();
    app.finish().await;
}

#[tokio::test]
async fn only_a_further_national_point_code_is_granted_at_once() {
    let app = TestApp::start().await;
    let code =
        |text: &str| json!({ "type": "nspc", "exact": [text], "point": { "place": "Bodø" } });
    let first = file(&app, 1, code("100")).await.expect(201);
    assert_eq!(first.json()["status"], "submitted");
    decide(&app, &first, "granted").await.expect(200);
    let second = file(&app, 1, code("101")).await.expect(201);
    assert_eq!(second.json()["status"], "granted", "{}", second.text());
    let taken = file(&app, 1, code("100")).await.expect(201);
    assert_eq!(taken.json()["status"], "submitted");
    let found = app.get_public("/v1/number-ranges/101?type=nspc").await.expect(200).json();
    assert_eq!(found["range"]["provider"], "Eksempel Nett 1 AS");
    app.waive_deliveries();
    app.finish().await;
}

#[tokio::test]
async fn each_point_code_of_a_permit_is_shown_as_itself_and_keeps_the_day_it_was_assigned_on() {
    let app = TestApp::start().await;
    let codes =
        |texts: &[&str]| json!({ "type": "nspc", "exact": texts, "point": { "place": "Bodø" } });
    let (id, seen) = permit(&app, 1, codes(&["100", "101", "102"])).await;
    let first = app.day_in(0).to_string();
    assert!(seen["record"]["number"].get("pointCode").is_none(), "{seen}");
    let range = |code: &'static str| {
        let path = format!("/v1/number-ranges/{code}?type=nspc");
        let app = &app;
        async move { app.get_public(&path).await.expect(200).json()["range"].clone() }
    };
    for code in ["100", "101", "102"] {
        let shown = range(code).await;
        assert_eq!((&shown["pointCode"], &shown["assignedOn"]), (&json!(code), &json!(first)));
    }
    // a year later the provider does without one of them and has another contact
    app.clock.advance(TimeDelta::days(365));
    let mut asked = application(1, codes(&["100", "102", "103"]));
    asked["contact"]["phone"] = json!("68 05 00 99");
    let path = format!("/v1/permits/{id}/amendment-applications");
    let asked = json!({ "application": asked });
    let filed = app.post(&path, &organisation(1), &asked).await.expect(201);
    decide(&app, &filed, "granted").await.expect(200);
    let today = app.day_in(0).to_string();
    for (code, assigned) in [("100", &first), ("102", &first), ("103", &today)] {
        let shown = range(code).await;
        assert_eq!((&shown["pointCode"], &shown["assignedOn"]), (&json!(code), &json!(assigned)));
    }
    let given_back = range("101").await;
    assert_eq!(given_back["status"], "free", "{given_back}");
    assert!(given_back.get("pointCode").is_none(), "{given_back}");
    assert_no_overlap(&app).await;
    app.waive_deliveries();
    app.finish().await;
}

#[tokio::test]
async fn a_code_with_the_digits_of_an_emergency_number_is_given_and_shown_as_a_code() {
    let app = TestApp::start().await;
    permit(&app, 1, exact("tilbyderkode", "112")).await;
    let code = app.get_public("/v1/number-ranges/112?type=tilbyderkode").await.expect(200).json();
    assert_eq!(code["status"], "assigned", "{code}");
    assert!(code.get("planCategory").is_none(), "{code}");
    let number = app.get_public("/v1/number-ranges/112").await.expect(200).json();
    assert_eq!((&number["status"], &number["planCategory"]), (&json!("free"), &json!("emergency")));
    app.waive_deliveries();
    app.finish().await;
}

#[tokio::test]
async fn the_provider_code_of_another_is_told_to_whoever_decides() {
    let app = TestApp::start().await;
    permit(&app, 2, exact("tilbyderkode", "123")).await;
    let told = async |n: u64, resource: Value| {
        let filed = file(&app, n, resource).await.expect(201);
        let case = app.get(filed.header("location"), &caseworker()).await.expect(200).json();
        let found = case["assessment"].as_array().cloned().unwrap_or_default();
        let found = found.into_iter().find(|reason| reason["code"] == "provider-code-of-another");
        found.map(|reason| reason["text"].as_str().expect("words").to_owned())
    };
    let text = told(1, wish(1, 1_000, "mobile")).await.expect("another has it");
    assert!(text.contains("123") && text.contains("Eksempel Nett 2 AS"), "{text}");
    assert_eq!(told(2, wish(1, 1_000, "mobile")).await, None, "it is their own");
    app.waive_deliveries();
    app.finish().await;
}

#[tokio::test]
async fn every_wrong_resource_is_refused_at_its_place() {
    let app = TestApp::start().await;
    for (resource, pointer, code) in [
        (exact("e164_8_digit", "68 05 00 00-68 05 09 99"), "/resource/exact/0", "never-assigned"),
        (exact("e164_8_digit", "22 00 00 00"), "/resource/exact/0", "whole-blocks"),
        (exact("e164_6_digit", "116112"), "/resource/exact/0", "never-assigned"),
        (exact("e164_3_digit", "112"), "/resource/exact/0", "never-assigned"),
        (exact("e164_8_digit", "２２000000-22000099"), "/resource/exact/0", "look-alike"),
        (exact("mmsi", "257078313"), "/resource/type", "assigned-elsewhere"),
        (exact("carrier-pigeon", "1"), "/resource/type", "unknown-code"),
        (exact("nspc", "1"), "/resource/point", "missing"),
        (exact("e164_5_digit", "02000"), "/resource/endUser", "missing"),
        (json!({ "type": "mnc" }), "/resource", "one-of"),
        (json!({ "type": "mnc", "wish": { "blocks": 1 } }), "/resource/wish", "exact-needed"),
        (wish(1, 500, "fixed"), "/resource/wish/blockSize", "not-in-list"),
        (wish(1, 1000, "emergency"), "/resource/wish/category", "not-in-list"),
        (json!({ "type": "mnc", "exact": ["24", "249"] }), "/resource/exact/1", "repeated"),
    ] {
        let problem = file(&app, 1, resource).await.expect_problem(422, "invalid-content");
        assert_eq!(field_codes(&problem), [(pointer.to_owned(), code.to_owned())], "{problem}");
    }
    let mut person = application(1, exact("mnc", "77"));
    person["applicant"]["name"] = json!("Ola Eksempel Nordvær");
    app.post(PATH, &Who::person(1), &person).await.expect_problem(422, "conditions-not-met");
    app.finish().await;
}

#[tokio::test]
async fn an_end_user_gets_three_non_commercial_numbers_and_no_more() {
    let app = TestApp::start().await;
    let end_user = Synthetic::new(7).organisation(9).number.to_string();
    let number = |text: &str| {
        json!({
            "type": "e164_5_digit", "exact": [text],
            "endUser": { "name": "Eksempel Hjelpetelefon", "organisationNumber": end_user, "nonCommercial": true },
        })
    };
    for text in ["02000", "02001", "02002"] {
        permit(&app, 1, number(text)).await;
    }
    let filed = file(&app, 1, number("02003")).await.expect(201);
    let case = app.get(filed.header("location"), &caseworker()).await.expect(200).json();
    assert!(case["assessment"].to_string().contains("too-many-non-commercial"), "{case}");
    decide(&app, &filed, "granted").await.expect_problem(422, "conditions-not-met");
    assert_eq!(shown(&app, "02001").await["range"]["display"], "02001");
    app.waive_deliveries();
    app.finish().await;
}

#[tokio::test]
async fn the_published_list_is_taken_over_and_given_out_again() {
    let app = TestApp::start().await;
    let first = import(&app).await;
    assert_eq!((first.new, first.changed, first.unchanged, first.not_taken.len()), (9, 0, 0, 6));
    let second = import(&app).await;
    assert_eq!(
        (second.new, second.changed, second.unchanged, second.not_taken.len()),
        (0, 0, 9, 6)
    );
    let given = app.get_public("/legacy/E164.csv").await.expect(200);
    assert_eq!(given.header("content-type"), "text/csv; charset=utf-8");
    let taken: Vec<&str> = LIST.lines().take(10).collect();
    assert_eq!(given.text().lines().collect::<Vec<_>>(), taken);
    // a later list says something else of part of a range
    let free = "\"21 10 00 00\",\"21 37 69 99\",\" \",\"Ledig\",,\"277,000\",\"Fastnettnummer\",\n";
    let later = LIST.replace(
        free,
        "\"21 10 00 00\",\"21 30 79 99\",\"Prøvenett AS\",\"Tildelt\",,\"208,000\",\"Fastnettnummer\",\n\
         \"21 30 80 00\",\"21 37 69 99\",\" \",\"Ledig\",,\"69,000\",\"Fastnettnummer\",\n",
    );
    let list = listing::read(later.as_bytes()).expect("a whole list");
    let report = number_ranges::write(app.app.db(), &list).await.expect("imports");
    assert_eq!((report.new, report.changed, report.gone.len()), (0, 1, 0));
    assert_eq!(shown(&app, "21308000").await["range"]["display"], "21 30 80 00 – 21 37 69 99");
    // what the registry has decided on stays
    permit(&app, 1, exact("e164_8_digit", "21 31 00 00-21 31 99 99")).await;
    let again = import(&app).await;
    assert!(again.not_taken.iter().any(|remark| remark.line == 4), "{again:?}");
    assert_eq!(shown(&app, "21310000").await["range"]["provider"], "Eksempel Nett 1 AS");
    assert_no_overlap(&app).await;
    app.waive_deliveries();
    app.finish().await;
}

#[tokio::test]
async fn the_public_list_pages_filters_and_names_nobody_but_organisations() {
    let app = TestApp::start().await;
    import(&app).await;
    let (mut seen, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let after = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        let page =
            app.get_public(&format!("/v1/number-ranges?limit=4{after}")).await.expect(200).json();
        assert_eq!(page["total"], 9);
        let items = page["items"].as_array().expect("items");
        seen.extend(
            items.iter().map(|item| item["firstNumber"].as_str().expect("a number").to_owned()),
        );
        match page["next"].as_str() {
            Some(next) => cursor = Some(next.to_owned()),
            None => break,
        }
    }
    assert_eq!(seen.len(), 9);
    assert!(seen.is_sorted(), "{seen:?}");
    for (query, total) in [
        ("status=assigned", 4),
        ("status=free", 3),
        ("status=blocked", 2),
        ("provider=havblikk", 1),
        ("provider=PROVENETT", 1),
        ("number=21%2005%2000%2000", 1),
        ("number=99999999", 0),
        ("category=Fastnettnummer&status=assigned", 2),
        ("q=administrativ", 1),
        ("q=58%2000", 1),
        ("type=e164_12_digit", 1),
    ] {
        let page = app.get_public(&format!("/v1/number-ranges?{query}")).await.expect(200).json();
        assert_eq!(page["total"], total, "{query}: {page}");
    }
    // what everything found is counted by, however little of it stands on the page
    let counted = "/v1/number-ranges?facets=status,type,category&limit=1";
    let counts = app.get_public(counted).await.expect(200).json()["facets"].clone();
    let of = |facet: &str| -> Vec<(String, u64)> {
        let values = counts[facet].as_array().expect("counts").iter();
        let pair = |one: &Value| {
            (one["value"].as_str().unwrap().to_owned(), one["count"].as_u64().unwrap())
        };
        values.map(pair).collect()
    };
    let statuses = [("assigned", 4), ("free", 3), ("blocked", 2)];
    assert_eq!(of("status"), statuses.map(|(value, count)| (value.to_owned(), count)));
    for (facet, name) in [("type", "type"), ("category", "category")] {
        for (value, count) in of(facet) {
            let value = value.replace(' ', "%20").replace('&', "%26");
            let path = format!("/v1/number-ranges?{name}={value}&limit=1");
            assert_eq!(app.get_public(&path).await.expect(200).json()["total"], count, "{path}");
        }
    }
    let narrowed = "/v1/number-ranges?facets=status&category=Fastnettnummer";
    let narrowed = app.get_public(narrowed).await.expect(200).json();
    assert!(narrowed["facets"].get("type").is_none(), "{narrowed}");
    assert_eq!(narrowed["facets"]["status"][0]["value"], "assigned");
    for query in [
        "status=reserved",
        "type=x",
        "number=123456789",
        "q=%20",
        "facets=kind",
        "facets=type,type",
        "facets=",
    ] {
        app.get_public(&format!("/v1/number-ranges?{query}"))
            .await
            .expect_problem(400, "invalid-parameter");
    }
    for number in ["68050000", "112", "21 00 00 00"] {
        assert_eq!(
            app.get_public(&format!("/v1/number-ranges/{number}")).await.status,
            200,
            "{number}"
        );
    }
    assert_eq!(shown(&app, "68050000").await["planHolder"], "nobody");
    for number in ["1234567", "2200000a", "%EF%BC%92%EF%BC%92000000"] {
        app.get_public(&format!("/v1/number-ranges/{number}"))
            .await
            .expect_problem(400, "malformed-key");
    }
    app.finish().await;
}

/// A database from before number ranges had public rows shows them after one start.
#[tokio::test]
async fn ranges_without_a_public_row_are_published_and_rows_without_a_range_taken_away() {
    let app = TestApp::start().await;
    import(&app).await;
    let list = async || app.get_public("/v1/number-ranges?limit=200").await.expect(200).json();
    let before = list().await;
    assert_eq!(published::catch_up(&app.app).await.expect("nothing to do"), 0);
    // as it was: some ranges without a row, others under another key
    let rows =
        "SELECT count(*) AS n FROM public_row WHERE list = 'number-ranges' AND body IS NOT NULL";
    assert_eq!(app.count(rows).await, 9);
    let outcome = app.app.db().write(|tx| async move {
        use sea_orm::ConnectionTrait as _;
        tx.execute_unprepared(
            "UPDATE public_row SET \"key\" = 'number-ranges/e164_8_digit/' || \"key\" \
             WHERE list = 'number-ranges' AND \"key\" LIKE '%/2%'",
        )
        .await?;
        tx.execute_unprepared("DELETE FROM public_row WHERE \"key\" LIKE 'number-ranges/4%'")
            .await?;
        Ok(())
    });
    outcome.await.expect("undone");
    let written = published::catch_up(&app.app).await.expect("publishes");
    assert!(written > 6, "{written}");
    assert_eq!(app.count(rows).await, 9);
    assert_eq!(published::catch_up(&app.app).await.expect("all is done"), 0);
    assert_eq!(list().await["items"], before["items"]);
    app.finish().await;
}

#[tokio::test]
async fn a_number_is_looked_up_in_the_plan_of_its_type() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    import(&app).await;
    permit(&app, 1, exact("mnc", "77")).await;
    for (n, code) in [(2, "15"), (3, "150")] {
        let mut resource = exact("ispc", code);
        resource["point"] = json!({ "place": "Bodø", "foreignRelation": "Sverige" });
        permit(&app, n, resource).await;
    }
    let holder = async |number: &str, kind: &str| {
        let path = format!("/v1/number-ranges/{number}?type={kind}");
        app.get_public(&path).await.expect(200).json()["range"]["provider"].clone()
    };
    // codes of other lengths and other plans do not stand in the way
    assert_eq!(holder("150", "ispc").await, "Eksempel Nett 3 AS");
    assert_eq!(holder("15", "ispc").await, "Eksempel Nett 2 AS");
    assert_eq!(holder("151", "ispc").await, Value::Null);
    assert_eq!(holder("150", "nspc").await, Value::Null);
    assert_eq!(holder("77", "mnc").await, "Eksempel Nett 1 AS");
    let listed = app.get_public("/v1/number-ranges?number=150&type=ispc").await.expect(200).json();
    assert_eq!((&listed["total"], &listed["items"][0]["count"]), (&json!(1), &json!(1)));
    app.finish().await;
}

#[tokio::test]
async fn a_report_is_due_on_the_first_of_february_and_missing_ones_are_listed() {
    let app = TestApp::start().await;
    let (id, _) = permit(&app, 1, exact("e164_8_digit", "22000000-22001999")).await;
    permit(&app, 2, exact("mnc", "77")).await;
    let year = chrono::Datelike::year(&app.day_in(0));
    let path = format!("/v1/permits/{id}/utilisation-reports/{year}");
    let row = |range: &str, free: f64| {
        json!({
            "range": range, "activePercent": 40.5, "reservedPercent": 9.5, "portedOutPercent": 10.0,
            "freePercent": free, "portedIn": 12,
        })
    };
    let report = |series: Value| json!({ "services": "Bedriftstelefoni", "forecast": [900, 1100, 1300], "series": series });
    let good =
        report(json!([row("22 00 00 00-22 00 09 99", 40.0), row("22 00 10 00-22 00 19 99", 40.0)]));
    let who = organisation(1);
    // the year must have ended
    app.put(&path, &who, Some("\"v0\""), &good).await.expect_problem(400, "invalid-parameter");
    let january: DateTime<Utc> = format!("{}-01-20T12:00:00Z", year + 1).parse().expect("a time");
    app.clock.advance(january - app.clock.now());
    let missing = format!("/v1/utilisation-reports?year={year}&missing=true");
    let list = app.get(&missing, &caseworker()).await.expect(200).json();
    assert_eq!((&list["total"], &list["items"][0]["permitId"]), (&json!(1), &json!(id)));
    assert_eq!(list["items"][0]["dueOn"], format!("{}-02-01", year + 1));
    assert_eq!(list["items"][0]["late"], false);

    let bad =
        report(json!([row("22 00 00 00-22 00 09 99", 41.0), row("23 00 00 00-23 00 09 99", 40.0)]));
    let problem =
        app.put(&path, &who, Some("\"v0\""), &bad).await.expect_problem(422, "invalid-content");
    let expected = [("/series/0", "not-100"), ("/series/1/range", "not-held")];
    assert_eq!(field_codes(&problem), expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
    app.put(&path, &who, None, &good).await.expect_problem(428, "precondition-required");
    assert_eq!(app.put(&path, &organisation(2), Some("\"v0\""), &good).await.status, 404);
    let sent = app.put(&path, &who, Some("\"v0\""), &good).await.expect(200);
    assert_eq!(sent.json()["late"], false);
    app.put(&path, &who, Some("\"v0\""), &good).await.expect_problem(412, "stale-version");
    app.put(&path, &who, Some("\"v1\""), &good).await.expect(200);
    let entered = "SELECT count(*) AS n FROM journal_entry WHERE direction = 'in' \
                   AND title = 'Report on the use of numbers received' AND document_hash IS NOT NULL";
    assert_eq!(app.count(entered).await, 2, "the report and its correction are documents in");
    let read = app.get(&path, &caseworker()).await.expect(200);
    assert_eq!(read.json()["report"]["series"][0]["activePercent"], 40.5);
    assert_eq!(read.etag(), "\"v2\"");
    assert_eq!(app.get(&missing, &caseworker()).await.expect(200).json()["total"], 0);
    let sent = format!("/v1/utilisation-reports?year={year}&missing=false");
    assert_eq!(app.get(&sent, &caseworker()).await.expect(200).json()["total"], 1);
    app.waive_deliveries();
    app.finish().await;
}

#[tokio::test]
async fn a_new_name_of_the_holder_is_in_the_public_list_at_once() {
    let app = TestApp::start().await;
    permit(&app, 1, exact("e164_8_digit", "22000000-22000999")).await;
    let me = app.get("/v1/me", &organisation(1)).await.expect(200);
    let mut body = me.json();
    for member in ["id", "kind", "birthDate", "organisationNumber", "addressProtected", "changedAt"]
    {
        body.as_object_mut().expect("an object").remove(member);
    }
    body["name"] = json!("Nytt Navn Eksempel AS");
    app.put("/v1/me", &organisation(1), Some(&me.etag()), &body).await.expect(200);
    assert_eq!(shown(&app, "22000000").await["range"]["provider"], "Nytt Navn Eksempel AS");
    app.waive_deliveries();
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_clients_racing_for_overlapping_ranges_leave_no_overlap() {
    let app = Arc::new(TestApp::start().await);
    import(&app).await;
    // half ask for ranges that overlap their neighbours', half for the next free block
    let mut racers = Vec::new();
    for n in 0..50_u64 {
        let app = app.clone();
        racers.push(tokio::spawn(async move {
            let first = 21_100_000 + n / 2 * 500;
            let resource = if n % 2 == 0 {
                exact("e164_8_digit", &format!("{first}-{}", first + 999))
            } else {
                let mut next = wish(1, 1_000, "fixed");
                next["wish"]["preferred"] = json!("21 10 00 00-21 13 99 99");
                next
            };
            let filed = file(&app, n, resource).await.expect(201);
            decide(&app, &filed, "granted").await
        }));
    }
    let (mut granted, mut taken) = (0, 0);
    for racer in racers {
        let reply = racer.await.expect("ends");
        match reply.status {
            200 => granted += 1,
            409 => taken += 1,
            other => panic!("{other}: {}", reply.text()),
        }
    }
    assert!(granted >= 12, "{granted} granted, {taken} taken");
    assert_no_overlap(&app).await;
    let assigned = "SELECT count(*) AS n FROM number_range WHERE permit_id IS NOT NULL";
    assert_eq!(app.count(assigned).await, granted);
    if app.app.db().is_postgres() {
        let sql = "SELECT deadlocks AS n FROM pg_stat_database WHERE datname = current_database()";
        assert_eq!(app.count(sql).await, 0);
    }
    app.waive_deliveries();
    Arc::into_inner(app).expect("the only one").finish().await;
}
