//! Thirty days of a history in which licences, the band table and fees change: look-up, fee and band
//! table of each day are, afterwards, what they were on that day.

use chrono::{Datelike as _, NaiveDate, TimeDelta};
use serde_json::{Value, json};

use super::{
    amateur::licence,
    fees::{lines, plb, run_job},
    shared::{act, caseworker},
};
use crate::support::{TestApp, Who};

/// What a beacon granted on a day costs for that year, by § 4 of the fee regulation and its rate of
/// 530 kroner, written down here by hand.
fn fee_of(day: NaiveDate) -> (i64, &'static str) {
    match (day.month(), day.day()) {
        (1, 1) => (53_000, "P1"),
        (month, number) if (month, number) <= (7, 1) => (53_000, "P2"),
        _ => (26_500, "P3"),
    }
}

/// Whether the row for 1240–1300 MHz, which ends with 2027, is in the table of a day.
fn has_23_cm(bands: &Value) -> bool {
    let items = bands["items"].as_array().expect("items");
    items.iter().any(|band| band["fromHz"] == 1_240_000_000 && band["toHz"] == 1_300_000_000)
}

#[tokio::test]
async fn look_up_fee_and_band_table_of_thirty_days_are_those_of_the_day() {
    let app = TestApp::start_on("2026-12-01").await;
    app.waive_deliveries();
    let (permit, sign) = licence(&app, 1, &["name"]).await;
    let reserved = "LB9ZZ";
    let mut recorded = Vec::new();
    for step in 0..30 {
        match step {
            4 => {
                let body = json!({ "until": app.day_in(30), "reason": "Holdt av" });
                let path = format!("/v1/call-signs/{reserved}/reservation");
                app.post_on(&path, &caseworker(), "\"v0\"", &body).await.expect(200);
            }
            21 => {
                let why = json!({ "reason": "noLongerUsed" });
                let path = format!("/v1/permits/{permit}");
                act(&app, &path, "surrender", &Who::person(1), &why).await.expect(200);
            }
            _ => {}
        }
        anrop::jobs::expire_once(app.app.clone()).await.expect("the job runs");
        run_job(&app).await;
        let day = app.day_in(0);
        let mut shown = Vec::new();
        for sign in [sign.as_str(), reserved] {
            let path = format!("/v1/call-signs/{sign}");
            shown.push(app.get_public(&path).await.expect(200).json());
        }
        let bands = app.get_public("/v1/amateur-bands?class=full").await.expect(200).json();
        let beacon = plb(&app, 2 + step % 5, 100 + u32::try_from(step).expect("small")).await;
        recorded.push((day, shown, bands, beacon));
        app.clock.advance(TimeDelta::days(19));
    }
    let (first, last) = (recorded[0].0, recorded[29].0);
    assert!(first.year() < 2028 && last.year() >= 2028, "{first}–{last} passes a change of bands");

    for (day, shown, bands, beacon) in &recorded {
        for then in shown {
            let sign = then["callSign"].as_str().expect("a sign");
            let path = format!("/v1/call-signs/{sign}?asOf={day}");
            let past = app.get_public(&path).await.expect(200).json();
            for member in ["status", "reason", "until", "kind", "class"] {
                assert_eq!(past.get(member), then.get(member), "{member} of {sign} on {day}");
            }
            // the list of changes tells the same of the day
            let path = format!("/v1/call-signs/{sign}/events");
            let events = app.get_public(&path).await.expect(200).json();
            let items = events["items"].as_array().expect("items");
            let first = |item: &Value| -> NaiveDate {
                item["changedOn"].as_str().expect("a day").parse().expect("a day")
            };
            let last = items.iter().rfind(|item| first(item) <= *day);
            let told = last.map_or_else(|| json!("free"), |item| item["status"].clone());
            assert_eq!(told, then["status"], "{sign} on {day}: {events}");
        }
        let path = format!("/v1/amateur-bands?class=full&date={day}");
        let past = app.get_public(&path).await.expect(200).json();
        assert_eq!(past["items"], bands["items"], "bands of {day}");
        assert_eq!(has_23_cm(&past), day.year() < 2028, "{day}");

        let lines = lines(&app, beacon).await;
        let year = i64::from(day.year());
        let own: Vec<&Value> = lines.iter().filter(|line| line["year"] == year).collect();
        let (ore, rule) = fee_of(*day);
        assert_eq!(own.len(), 1, "{day}: {lines:?}");
        assert_eq!((&own[0]["amountOre"], &own[0]["rule"]), (&json!(ore), &json!(rule)), "{day}");
        // and the whole for every year it was held on 1 January
        let later = lines.iter().filter(|line| line["year"] != year);
        let years: Vec<(i64, i64)> = later
            .map(|line| {
                (line["year"].as_i64().expect("a year"), line["amountOre"].as_i64().expect("øre"))
            })
            .collect();
        let held = (year + 1..=i64::from(last.year())).map(|year| (year, 53_000));
        let mut sorted = years.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, held.collect::<Vec<_>>(), "{day}");
    }
    app.finish().await;
}
