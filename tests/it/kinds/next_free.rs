//! The next free call sign and the next free numbers: in order for one after the other, never twice for
//! those who ask at the same moment, and again what was given back.

use std::{collections::BTreeSet, sync::Arc};

use anrop::{
    assignment::store::{lock_series, move_series},
    commands::import::number_ranges,
    numbering::{list::actions::take_over_edition, listing, store},
    values::{
        call_sign_series::{SeriesKind, of_kind, series},
        number_resource::ResourceType,
    },
};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{
    amateur::{APPLICATIONS, examined, licence, surrender},
    numbering::{LIST, assert_no_overlap, decide, exact, file, organisation, permit, wish},
};
use crate::support::{Reply, TestApp, Who, people};

async fn from_place(app: &TestApp, series: &'static str, place: u64) {
    let moved = app.app.db().write(|tx| async move {
        lock_series(&tx, series).await?;
        move_series(&tx, series, place).await
    });
    moved.await.expect("moves");
}

/// So many applications at once; their answers.
async fn race(app: &Arc<TestApp>, people: std::ops::Range<u64>) -> Vec<Reply> {
    let racers: Vec<_> = people
        .map(|n| {
            let app = app.clone();
            tokio::spawn(async move {
                let application = people::amateur_application(n, &[]);
                app.post(APPLICATIONS, &Who::person(n), &application).await
            })
        })
        .collect();
    let mut answers = Vec::new();
    for racer in racers {
        answers.push(racer.await.expect("ends"));
    }
    answers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn racing_applicants_get_different_signs_and_leave_no_gap() {
    let app = Arc::new(TestApp::start().await);
    for n in 0..24 {
        examined(&app, n, "full").await;
    }
    let answers = race(&app, 0..24).await;
    let signs: BTreeSet<String> = answers
        .into_iter()
        .map(|answer| answer.expect(201).json()["callSign"].as_str().expect("a sign").to_owned())
        .collect();
    assert_eq!(signs.len(), 24, "a sign was given twice");
    let order = series(SeriesKind::PersonalNew).order().expect("an order");
    let first: BTreeSet<String> =
        order.signs_from(0).take(24).map(|sign| sign.to_string()).collect();
    assert_eq!(signs, first, "the signs given are the first of the series");
    let (_, next) = licence(&app, 30, &[]).await;
    assert_eq!(Some(next), order.nth(24).map(|sign| sign.to_string()));
    Arc::into_inner(app).expect("the only one").finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_last_signs_go_to_as_many_as_there_are_and_the_others_are_told() {
    let app = Arc::new(TestApp::start().await);
    for n in 0..12 {
        examined(&app, n, "full").await;
    }
    from_place(&app, SeriesKind::PersonalNew.code(), 6_755).await;
    let mut signs = BTreeSet::new();
    let mut exhausted = 0;
    for answer in race(&app, 0..12).await {
        if answer.status == 201 {
            signs.insert(answer.json()["callSign"].as_str().expect("a sign").to_owned());
        } else {
            answer.expect_problem(409, "series-exhausted");
            exhausted += 1;
        }
    }
    assert_eq!((signs.len(), exhausted), (5, 7));
    Arc::into_inner(app).expect("the only one").finish().await;
}

/// A purpose may have several series: the next is begun when the one before has no sign left, without a change of the
/// program, and when the last has none the answer is that.
#[tokio::test]
async fn the_next_series_of_a_purpose_is_begun_when_the_first_is_full() {
    let app = TestApp::start_with(|settings| settings.test_series = true).await;
    for series in of_kind(SeriesKind::TestAmateur) {
        let last = series.order().expect("an order").size() - 1;
        from_place(&app, series.name, last).await;
    }
    assert_eq!(licence(&app, 1, &[]).await.1, "LB0T9999999");
    let (permit, sign) = licence(&app, 2, &[]).await;
    assert_eq!(sign, "LB0U0000099");
    // everybody is told what the sign is for, caseworkers also of which series it is
    let shown = app.get_public(&format!("/v1/call-signs/{sign}")).await.expect(200).json();
    assert_eq!((&shown["status"], &shown["type"]), (&json!("inUse"), &json!("test_amateur")));
    let caseworker = Who::caseworker("saksbehandler-1");
    let list = app.get("/v1/call-sign-series", &caseworker).await.expect(200).json();
    let listed = list["items"].as_array().expect("items");
    let second = listed.iter().find(|series| series["name"] == "test_amateur_2");
    let second = second.expect("the second series");
    assert_eq!((&second["size"], &second["inUse"]), (&json!(100), &json!(1)));
    examined(&app, 3, "full").await;
    let application = people::amateur_application(3, &[]);
    let refused = app.post(APPLICATIONS, &Who::person(3), &application).await;
    refused.expect_problem(409, "series-exhausted");
    // what rests is free again in a year, in the series it was of
    surrender(&app, 2, &permit).await;
    app.clock.advance(TimeDelta::days(366));
    anrop::jobs::expire_once(app.app.clone()).await.expect("the job runs");
    let made = app.post(APPLICATIONS, &Who::person(3), &application).await.expect(201).json();
    assert_eq!(made["callSign"], sign.as_str());
    app.finish().await;
}

fn ranges(permit: &Value) -> Vec<String> {
    let listed = permit["record"]["number"]["range"].as_array().expect("ranges");
    listed.iter().map(|range| range.as_str().expect("a text").to_owned()).collect()
}

fn in_area(blocks: u32, size: u64, area: &str) -> Value {
    let mut resource = wish(blocks, size, "fixed");
    resource["wish"]["preferred"] = json!(area);
    resource
}

#[tokio::test]
async fn numbers_given_back_are_the_next_to_be_given() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (first, seen) = permit(&app, 1, wish(1, 1_000, "fixed")).await;
    let (_, second) = permit(&app, 2, wish(1, 1_000, "fixed")).await;
    let (_, third) = permit(&app, 3, wish(2, 1_000, "fixed")).await;
    let given: BTreeSet<String> =
        [&seen, &second, &third].iter().flat_map(|seen| ranges(seen)).collect();
    assert_eq!(given.len(), 4, "{given:?}");
    assert_eq!(ranges(&seen)[0], *given.first().expect("one"), "in order");
    let path = format!("/v1/permits/{first}");
    let now = app.get(&path, &organisation(1)).await.expect(200);
    let why = json!({ "reason": "noLongerUsed" });
    app.post_on(&format!("{path}/surrender"), &organisation(1), &now.etag(), &why)
        .await
        .expect(200);
    // another size has a place of its own, and does not take what is not whole
    let (_, large) = permit(&app, 5, wish(1, 10_000, "fixed")).await;
    let (_, again) = permit(&app, 4, wish(1, 1_000, "fixed")).await;
    assert_eq!(ranges(&again), ranges(&seen), "what was given back comes first");
    assert!(!given.contains(&ranges(&large)[0]));
    assert_no_overlap(&app).await;
    app.finish().await;
}

/// What a list, or a step on listed numbers, frees is given next, though the search had gone past it.
#[tokio::test]
async fn numbers_that_a_list_frees_are_the_next_to_be_given() {
    const AREA: &str = "21 00 00 00 - 21 99 99 99";
    let app = TestApp::start().await;
    app.waive_deliveries();
    let list = |status: &str| {
        format!(
            "{}\n\"21 00 00 00\",\"21 00 99 99\",{status},,\"10,000\",\"Fastnettnummer\",\n\
             \"21 01 00 00\",\"21 01 99 99\",\"EKSEMPEL FJORDTELE AS\",\"Tildelt\",,\"10,000\",\"Fastnettnummer\",\n",
            LIST.lines().next().expect("a heading"),
        )
    };
    let assigned = "\"EKSEMPEL FJORDTELE AS\",\"Tildelt\"";
    let take_over = async |text: &str| {
        let list = listing::read(text.as_bytes()).expect("a whole list");
        number_ranges::write(app.app.db(), &list).await.expect("imports");
    };
    let next = async |n: u64| ranges(&permit(&app, n, in_area(1, 10_000, AREA)).await.1);
    take_over(&list(assigned)).await;
    assert_eq!(next(1).await, ["21020000-21029999"], "past what the list says is assigned");
    // a caseworker takes back what only the list says
    let step = json!({
        "range": "21 01 00 00-21 01 99 99", "change": "withdrawn", "grounds": "Avviklet.",
    });
    app.post("/v1/number-range-changes", &Who::caseworker("saksbehandler-1"), &step)
        .await
        .expect(200);
    assert_eq!(next(2).await, ["21010000-21019999"]);
    assert_eq!(next(3).await, ["21030000-21039999"]);
    // a newer list says that the first are free, and another has them no more
    take_over(&list("\" \",\"Ledig\"")).await;
    assert_eq!(next(4).await, ["21000000-21009999"]);
    assert_eq!(next(5).await, ["21040000-21049999"]);
    assert_no_overlap(&app).await;
    app.finish().await;
}

/// Also where a search has begun anew within the transaction that takes a list over.
#[tokio::test]
async fn numbers_that_are_gone_from_a_list_move_every_search_back() {
    let app = TestApp::start().await;
    let kind = ResourceType::of("e164_8_digit").expect("a type");
    let list = listing::read(LIST.as_bytes()).expect("a whole list");
    number_ranges::write(app.app.db(), &list).await.expect("imports");
    let outcome = app.app.db().write(|tx| async move {
        store::lock_all(&tx).await?;
        store::place::look_up(&tx, kind, 40_000_000, 1_000, None).await?;
        store::place::move_to(&tx, kind, 40_000_000, 1_000, 40_500_000).await?;
        let lacks: Vec<_> = listing::read(LIST.as_bytes())
            .expect("a whole list")
            .ranges
            .into_iter()
            .filter(|(_, row)| row.resource.first() != "40000000")
            .collect();
        let edition = take_over_edition(&tx, &lacks, &[], || {}).await?;
        assert_eq!(edition.gone.len(), 1, "{edition:?}");
        let place = store::place::look_up(&tx, kind, 40_000_000, 1_000, None).await?;
        assert_eq!(place.next, 40_000_000);
        Ok(())
    });
    outcome.await.expect("takes over");
    app.finish().await;
}

#[tokio::test]
async fn a_hold_that_ran_out_is_found_before_a_series_is_called_exhausted() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    const AREA: &str = "22 10 00 00 - 22 10 19 99";
    file(&app, 1, exact("e164_8_digit", "22100000-22100999")).await.expect(201);
    let (_, second) = permit(&app, 2, in_area(1, 1_000, AREA)).await;
    assert_eq!(ranges(&second), ["22101000-22101999"], "what is held for a case is passed over");
    let full = file(&app, 3, in_area(1, 1_000, AREA)).await.expect(201);
    decide(&app, &full, "granted").await.expect_problem(409, "series-exhausted");
    app.clock.advance(TimeDelta::days(900));
    let (_, third) = permit(&app, 4, in_area(1, 1_000, AREA)).await;
    assert_eq!(ranges(&third), ["22100000-22100999"]);
    assert_no_overlap(&app).await;
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn racing_providers_get_different_numbers_whatever_the_size_and_leave_no_gap() {
    let app = Arc::new(TestApp::start().await);
    app.waive_deliveries();
    const AREA: &str = "22 10 00 00 - 22 49 99 99";
    // the whole area is one range that was given back, which every one of them cuts
    let (whole, _) = permit(&app, 40, exact("e164_8_digit", "22100000-22499999")).await;
    let path = format!("/v1/permits/{whole}");
    let now = app.get(&path, &organisation(40)).await.expect(200);
    let why = json!({ "reason": "noLongerUsed" });
    app.post_on(&format!("{path}/surrender"), &organisation(40), &now.etag(), &why)
        .await
        .expect(200);
    let mut filed = Vec::new();
    for n in 1..=20 {
        let size = if n % 5 == 0 { 10_000 } else { 1_000 };
        filed.push(file(&app, n, in_area(1, size, AREA)).await.expect(201));
    }
    let racers: Vec<_> = filed
        .into_iter()
        .map(|filed| {
            let app = app.clone();
            tokio::spawn(async move { decide(&app, &filed, "granted").await.expect(200) })
        })
        .collect();
    for racer in racers {
        racer.await.expect("ends");
    }
    assert_no_overlap(&app).await;
    let places = "SELECT COALESCE(sum(upper_place - lower_place + 1), 0) AS n FROM number_range \
                  WHERE status = 'assigned'";
    let places =
        app.count(&format!("SELECT CAST(n AS bigint) AS n FROM ({places}) AS all_of")).await;
    assert_eq!(places, 16 * 1_000 + 4 * 10_000);
    let all = "SELECT CAST(sum(upper_place - lower_place + 1) AS bigint) AS n FROM number_range";
    assert_eq!(app.count(all).await, 400_000, "no number is lost by cutting");
    // alone again, one gets the first that is free
    let (_, next) = permit(&app, 30, in_area(1, 1_000, AREA)).await;
    let next: i64 = ranges(&next)[0][..8].parse().expect("a number");
    let covered = format!(
        "SELECT CAST(COALESCE(sum(upper_place - lower_place + 1), 0) AS bigint) AS n \
         FROM number_range WHERE status = 'assigned' AND lower_place < {next}"
    );
    assert_eq!(app.count(&covered).await, next - 22_100_000, "a free block lies before {next}");
    Arc::into_inner(app).expect("the only one").finish().await;
}
