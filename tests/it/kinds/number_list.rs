//! The published list of number ranges: it comes out as it went in whatever happened in between, a
//! newer one ends what it lacks, a cut one is refused, and what only the list says is assigned can be
//! given back, handed over and taken over into a permit.

use anrop::{commands::import::number_ranges, numbering::listing};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{
    numbering::{
        LIST, application, assert_no_overlap, decide, exact, file, import, organisation, permit,
        shown,
    },
    shared::{act, caseworker, reasons},
};
use crate::support::TestApp;

/// The rows of the list that can be taken.
fn taken() -> Vec<&'static str> {
    LIST.lines().take(10).collect()
}

async fn given_out(app: &TestApp) -> String {
    app.get_public("/legacy/E164.csv").await.expect(200).text()
}

async fn import_of(app: &TestApp, text: &str) -> number_ranges::Report {
    let list = listing::read(text.as_bytes()).expect("a whole list");
    number_ranges::write(app.app.db(), &list).await.expect("imports")
}

async fn surrender(app: &TestApp, n: u64, permit: &str) {
    let why = json!({ "reason": "noLongerUsed" });
    let path = format!("/v1/permits/{permit}");
    act(app, &path, "surrender", &organisation(n), &why).await.expect(200);
}

#[tokio::test]
async fn the_list_comes_out_as_it_went_in_after_numbers_were_assigned_held_and_given_back() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    import(&app).await;
    assert_eq!(given_out(&app).await.lines().collect::<Vec<_>>(), taken());
    // inside a free range, at its end, and the whole of another
    let mut permits = Vec::new();
    for series in [
        "21 20 00 00-21 20 99 99",
        "21 37 60 00-21 37 69 99",
        "59 00 00 00-59 00 99 99",
        "21 10 00 00-21 10 99 99",
    ] {
        permits.push(permit(&app, 1, exact("e164_8_digit", series)).await.0);
    }
    let held = file(&app, 2, exact("e164_8_digit", "21 30 00 00-21 30 99 99")).await.expect(201);
    let between = given_out(&app).await;
    assert!(between.contains("\"21 20 00 00\",\"21 20 99 99\",\"Eksempel Nett 1 AS\",\"Tildelt\""));
    assert!(
        between.contains("\"21 21 00 00\",\"21 37 59 99\",\" \",\"Ledig\",,\"166,000\""),
        "{between}"
    );
    for permit in permits {
        surrender(&app, 1, &permit).await;
    }
    assert_eq!(given_out(&app).await.lines().collect::<Vec<_>>(), taken());
    decide(&app, &held, "refused").await.expect(200);
    assert_eq!(given_out(&app).await.lines().collect::<Vec<_>>(), taken());
    let again = import(&app).await;
    assert_eq!(again.gone, []);
    assert_eq!(given_out(&app).await.lines().collect::<Vec<_>>(), taken());
    assert_no_overlap(&app).await;
    app.finish().await;
}

#[tokio::test]
async fn a_newer_list_ends_what_it_lacks_and_says_so() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    import(&app).await;
    permit(&app, 1, exact("e164_8_digit", "59 00 00 00-59 00 09 99")).await;
    // without the mobile series, the blocked one, and the free one of which a permit has a part
    let newer: String = taken()
        .into_iter()
        .filter(|line| !["\"40 00", "\"42 00", "\"59 00"].iter().any(|from| line.starts_with(from)))
        .map(|line| format!("{line}\n"))
        .collect();
    let report = import_of(&app, &newer).await;
    let gone: Vec<(String, Option<&str>, bool)> = report
        .gone
        .iter()
        .map(|gone| (gone.resource.to_string(), gone.provider.as_deref(), gone.is_decided))
        .collect();
    assert_eq!(
        gone,
        [
            ("40000000-40099999".to_owned(), Some("Havblikk Mobil AS"), false),
            ("42000000-42999999".to_owned(), None, false),
            ("59000000-59009999".to_owned(), None, true),
        ]
    );
    assert_eq!(shown(&app, "40000000").await["status"], "free");
    assert!(shown(&app, "40000000").await.get("range").is_none());
    assert_eq!(shown(&app, "59000000").await["range"]["provider"], "Eksempel Nett 1 AS");
    assert!(shown(&app, "59001000").await.get("range").is_none());
    let changes =
        app.get("/v1/number-range-changes?number=40000000", &caseworker()).await.expect(200).json();
    assert_eq!(
        (&changes["items"][0]["cause"], &changes["items"][0]["provider"]),
        (&json!("gone-from-list"), &json!("Havblikk Mobil AS"))
    );
    assert_eq!(import_of(&app, &newer).await.gone, [], "it is told once");
    assert_no_overlap(&app).await;
    app.finish().await;
}

#[tokio::test]
async fn a_refused_row_keeps_what_the_list_before_said() {
    let app = TestApp::start().await;
    import(&app).await;
    let wrong = LIST.replace("\"Havblikk Mobil AS\",\"Tildelt\"", "\" \",\"Tildelt\"");
    let report = import_of(&app, &wrong).await;
    assert_eq!((report.gone, report.not_taken.len()), (vec![], 7));
    assert_eq!(shown(&app, "40000000").await["range"]["provider"], "Havblikk Mobil AS");
    assert_eq!(import(&app).await.gone, []);
    app.finish().await;
}

#[tokio::test]
async fn a_list_cut_at_the_end_of_a_line_is_refused() {
    let app = TestApp::start().await;
    let cut = |lines: usize| -> String {
        LIST.lines().take(lines).map(|line| format!("{line}\n")).collect()
    };
    let refused = async |text: &str| {
        let list = listing::read(text.as_bytes()).expect("whole lines");
        number_ranges::refuse_shorter(app.app.db(), &list).await
    };
    // the first list must reach the end of the plan
    let why = refused(LIST).await.expect_err("82 00 01 99 is not the end");
    assert!(why.contains("--accept-shorter"), "{why}");
    let to_the_end = format!(
        "{}\"99 00 00 00\",\"99 99 99 99\",\" \",\"Ledig\",,\"1,000,000\",\"Global title adresser\",\n",
        cut(10)
    );
    refused(&to_the_end).await.expect("it reaches the end");
    import_of(&app, &to_the_end).await;
    refused(&to_the_end).await.expect("the same list");
    for lines in 2..=10 {
        let why = refused(&cut(lines)).await.expect_err("cut off");
        assert!(why.contains("may be cut off"), "{why}");
    }
    app.finish().await;
}

async fn change(app: &TestApp, body: &Value) -> crate::support::Reply {
    app.post("/v1/number-range-changes", &caseworker(), body).await
}

#[tokio::test]
async fn what_only_the_list_says_is_assigned_can_be_returned_withdrawn_and_transferred() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    import(&app).await;
    let step = |range: &str, change: &str| json!({ "range": range, "change": change, "grounds": "Tilbyderen er avviklet." });
    let returned = change(&app, &step("21 00 00 00-21 00 99 99", "returned")).await.expect(200);
    assert_eq!(returned.json()["items"][0]["provider"], "EKSEMPEL FJORDTELE AS");
    assert_eq!(shown(&app, "21000000").await["status"], "free");
    assert_eq!(
        shown(&app, "21010000").await["range"]["display"],
        "21 01 00 00 – 21 09 99 99",
        "the rest is theirs still"
    );
    change(&app, &step("40 00 00 00-40 09 99 99", "withdrawn")).await.expect(200);
    let mut handed_over = step("21 37 70 00-21 39 99 99", "transferred");
    change(&app, &handed_over).await.expect_problem(422, "invalid-content");
    let number = organisation(3).0.organisation.expect("a number");
    handed_over["newProvider"] =
        json!({ "name": "Eksempel Nett 3 AS", "organisationNumber": number });
    change(&app, &handed_over).await.expect(200);
    assert_eq!(shown(&app, "21377000").await["range"]["provider"], "Eksempel Nett 3 AS");
    assert_eq!(shown(&app, "21377000").await["range"]["providerNumber"], number);
    // what is free, blocked or a permit's is not changed so
    for range in ["21 10 00 00-21 10 99 99", "42 00 00 00-42 00 99 99", "21 09 00 00-21 10 99 99"] {
        change(&app, &step(range, "returned")).await.expect_problem(409, "illegal-transition");
    }
    let held = permit(&app, 1, exact("e164_8_digit", "21 20 00 00-21 20 99 99")).await.0;
    change(&app, &step("21 20 00 00-21 20 09 99", "withdrawn"))
        .await
        .expect_problem(409, "illegal-transition");
    surrender(&app, 1, &held).await;
    app.post("/v1/number-range-changes", &organisation(1), &step("21010000-21010099", "returned"))
        .await
        .expect_problem(403, "not-allowed");
    // an older list does not undo what was decided
    let again = import(&app).await;
    assert_eq!(again.not_taken.len(), 6 + 3, "{again:?}");
    assert_eq!(shown(&app, "21000000").await["status"], "free");
    assert_eq!(shown(&app, "21377000").await["range"]["provider"], "Eksempel Nett 3 AS");
    let path = "/v1/number-range-changes?number=21377000";
    let changes = app.get(path, &caseworker()).await.expect(200).json();
    assert_eq!(changes["items"][0]["newProvider"], "Eksempel Nett 3 AS");
    assert_eq!(changes["items"][0]["grounds"], "Tilbyderen er avviklet.");
    assert_no_overlap(&app).await;
    app.finish().await;
}

#[tokio::test]
async fn a_provider_gets_the_numbers_listed_for_it_into_a_permit() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    import(&app).await;
    let series = exact("e164_8_digit", "40 00 00 00-40 09 99 99");
    // another than the list names is refused
    let other = file(&app, 1, series.clone()).await.expect(201);
    assert!(reasons(&app, other.header("location")).await.contains(&"listed".to_owned()));
    decide(&app, &other, "granted").await.expect_problem(409, "identifier-taken");
    let mut theirs = application(2, series);
    theirs["applicant"]["name"] = json!("HAVBLIKK MOBIL AS");
    let filed = app.post("/v1/numbering/applications", &organisation(2), &theirs).await.expect(201);
    decide(&app, &filed, "granted").await.expect(200);
    let range = shown(&app, "40000000").await;
    assert_eq!(range["range"]["provider"], "HAVBLIKK MOBIL AS");
    let path = "/v1/number-range-changes?number=40000000";
    let changes = app.get(path, &caseworker()).await.expect(200).json();
    assert_eq!(changes["items"][0]["cause"], "taken-over");
    // from here on it is a permit like any other
    let case = app.get(filed.header("location"), &organisation(2)).await.expect(200).json();
    surrender(&app, 2, case["permitId"].as_str().expect("a permit")).await;
    assert_eq!(shown(&app, "40000000").await["status"], "free");
    assert_eq!(import(&app).await.not_taken.len(), 7, "the list does not give it again");
    app.finish().await;
}

#[tokio::test]
async fn numbers_of_an_amendment_are_held_while_it_waits() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    import(&app).await;
    let (id, _) = permit(&app, 1, exact("e164_8_digit", "21 20 00 00-21 20 09 99")).await;
    let asking =
        |series: &str| json!({ "application": application(1, exact("e164_8_digit", series)) });
    let more = asking("21 20 00 00-21 20 19 99");
    let path = format!("/v1/permits/{id}/amendment-applications");
    let filed = app.post(&path, &organisation(1), &more).await.expect(201);
    assert_eq!(filed.json()["status"], "submitted");
    assert_eq!(
        app.count("SELECT count(*) AS n FROM number_range WHERE status = 'reserved'").await,
        1,
        "what the permit has needs no hold"
    );
    let racer = file(&app, 2, exact("e164_8_digit", "21 20 10 00-21 20 19 99")).await.expect(201);
    decide(&app, &racer, "granted").await.expect_problem(409, "identifier-taken");
    app.clock.advance(TimeDelta::days(60));
    decide(&app, &racer, "granted").await.expect_problem(409, "identifier-taken");
    let location = filed.header("location");
    let current = app.get(location, &caseworker()).await.expect(200);
    let body = json!({ "outcome": "granted", "grounds": "Behovet er vist." });
    app.post_on(&format!("{location}/decision"), &caseworker(), &current.etag(), &body)
        .await
        .expect(200);
    assert_eq!(shown(&app, "21201500").await["range"]["provider"], "Eksempel Nett 1 AS");
    // refused or withdrawn, it frees what it held
    let more = asking("21 20 00 00-21 20 29 99");
    let filed = app.post(&path, &organisation(1), &more).await.expect(201);
    let location = filed.header("location");
    let withdrawal = format!("{location}/withdrawal");
    app.post_on(&withdrawal, &organisation(1), &filed.etag(), &json!({})).await.expect(200);
    assert_eq!(
        app.count("SELECT count(*) AS n FROM number_range WHERE status = 'reserved'").await,
        0
    );
    assert_no_overlap(&app).await;
    app.finish().await;
}
