//! Moving a series to the provider who serves most of its numbers (FOR-2004-02-16-426 § 24).

use chrono::{DateTime, Datelike as _, Utc};
use serde_json::{Value, json};

use super::{
    numbering::{assert_no_overlap, exact, organisation, permit, shown},
    shared::{act, caseworker, faults},
};
use crate::support::{Reply, TestApp};

use anrop::clock::Clock as _;

/// The `n`th provider's permit, its year over and reported on: so much of each thousand ported out.
pub async fn reported(app: &TestApp, n: u64, permit: &str, rows: &[(&str, f64)]) {
    let year = app.clock.now().year() - 1;
    let series: Vec<Value> = rows
        .iter()
        .map(|(range, out)| {
            json!({
                "range": range, "activePercent": 100.0 - out, "reservedPercent": 0.0,
                "portedOutPercent": out, "freePercent": 0.0, "portedIn": 0,
            })
        })
        .collect();
    let report = json!({ "services": "Telefoni", "forecast": [900, 800, 700], "series": series });
    let path = format!("/v1/permits/{permit}/utilisation-reports/{year}");
    app.put(&path, &organisation(n), Some("\"v0\""), &report).await.expect(200);
}

/// On to a day in January, when the year's reports are due.
pub async fn next_january(app: &TestApp) {
    let year = app.clock.now().year() + 1;
    let january: DateTime<Utc> = format!("{year}-01-20T12:00:00Z").parse().expect("a time");
    app.clock.advance(january - app.clock.now());
}

/// Moves a series by the operation, on the permit as it stands.
pub async fn transfer(app: &TestApp, permit: &str, range: &str, to: &str) -> Reply {
    let body = json!({
        "range": range, "receivingPermitId": to, "grounds": "De fleste numrene er portert ut.",
    });
    act(app, &format!("/v1/permits/{permit}"), "series-transfer", &caseworker(), &body).await
}

#[tokio::test]
async fn a_series_that_was_mostly_ported_out_is_moved_and_another_is_not() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (theirs, _) = permit(&app, 1, exact("e164_8_digit", "21 20 00 00-21 20 19 99")).await;
    let (ours, _) = permit(&app, 2, exact("e164_8_digit", "21 30 00 00-21 30 09 99")).await;
    let (other, _) = permit(&app, 3, exact("mnc", "77")).await;
    let first = "21 20 00 00-21 20 09 99";
    let unreported = transfer(&app, &theirs, first, &ours).await;
    unreported.expect_problem(422, "conditions-not-met");
    next_january(&app).await;
    reported(&app, 1, &theirs, &[(first, 62.5), ("21 20 10 00-21 20 19 99", 50.0)]).await;
    // half is not more than half
    let half = transfer(&app, &theirs, "21 20 10 00-21 20 19 99", &ours).await;
    let half = half.expect_problem(422, "conditions-not-met");
    assert!(half["detail"].as_str().expect("a text").contains("50.00 %"), "{half}");
    // not its own, not a provider's permit for the same
    for (range, to, pointer, code) in [
        ("21 30 00 00-21 30 09 99", ours.as_str(), "/range", "not-held"),
        (first, other.as_str(), "/receivingPermitId", "not-receiving"),
        (first, theirs.as_str(), "/receivingPermitId", "not-receiving"),
        (first, "01890000-0000-7000-8000-000000000000", "/receivingPermitId", "unknown"),
    ] {
        let problem = transfer(&app, &theirs, range, to).await;
        let problem = problem.expect_problem(422, "invalid-content");
        assert_eq!(faults(&problem), [(pointer, code)], "{range}");
    }
    transfer(&app, &other, "77", &ours).await.expect_problem(422, "conditions-not-met");

    let moved = transfer(&app, &theirs, first, &ours).await.expect(200).json();
    assert_eq!(
        (&moved["numbers"], &moved["portedOutPercent"], &moved["permitStatus"]),
        (&json!(1_000), &json!(62.5), &json!("active"))
    );
    assert_eq!(shown(&app, "21200500").await["range"]["provider"], "Eksempel Nett 2 AS");
    assert_eq!(shown(&app, "21201500").await["range"]["provider"], "Eksempel Nett 1 AS");
    let ranges = async |n: u64, id: &str| {
        let path = format!("/v1/permits/{id}");
        let seen = app.get(&path, &organisation(n)).await.expect(200).json();
        seen["record"]["number"]["range"].clone()
    };
    assert_eq!(ranges(1, &theirs).await, json!(["21201000-21201999"]));
    assert_eq!(ranges(2, &ours).await, json!(["21200000-21200999", "21300000-21300999"]));
    // both can read why
    for n in [1, 2] {
        let cases = app.get("/v1/cases", &organisation(n)).await.expect(200).json();
        let items = cases["items"].as_array().expect("cases");
        let decided = items.iter().find(|case| case["purpose"] == "amendment").expect("a case");
        let path = format!("/v1/cases/{}", decided["id"].as_str().expect("an id"));
        let case = app.get(&path, &organisation(n)).await.expect(200).text();
        assert!(case.contains("De fleste numrene er portert ut."), "{case}");
    }
    assert_no_overlap(&app).await;
    app.finish().await;
}

#[tokio::test]
async fn a_permit_without_other_numbers_ends_with_its_series() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (theirs, _) = permit(&app, 1, exact("e164_8_digit", "40 00 00 00-40 00 99 99")).await;
    let (ours, _) = permit(&app, 2, exact("e164_8_digit", "41 00 00 00-41 00 99 99")).await;
    next_january(&app).await;
    let whole = "40 00 00 00-40 00 99 99";
    reported(&app, 1, &theirs, &[(whole, 90.25)]).await;
    let path = format!("/v1/permits/{theirs}/series-transfer");
    let body = json!({ "range": whole, "receivingPermitId": ours, "grounds": "Portert ut." });
    app.post(&path, &caseworker(), &body).await.expect_problem(428, "precondition-required");
    app.post_on(&path, &caseworker(), "\"v9\"", &body).await.expect_problem(412, "stale-version");
    app.post_on(&path, &organisation(1), "\"v1\"", &body).await.expect_problem(403, "not-allowed");
    let moved = transfer(&app, &theirs, whole, &ours).await.expect(200).json();
    assert_eq!(moved["permitStatus"], "revoked");
    assert_eq!(shown(&app, "40000500").await["range"]["provider"], "Eksempel Nett 2 AS");
    let ended =
        app.get(&format!("/v1/permits/{theirs}"), &organisation(1)).await.expect(200).json();
    assert_eq!(ended["record"]["permit"]["status"], "revoked", "{ended}");
    assert_no_overlap(&app).await;
    app.finish().await;
}
