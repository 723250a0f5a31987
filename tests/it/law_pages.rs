//! Steps of permit kinds on pages: series of call signs with their draws, another call sign, conditions set by the authority,
//! examinations, and the yearly report on the use of numbers.

use anrop::{
    assignment::actions::{Deed, block},
    values::{calendar::oslo_date, call_sign_series::SeriesKind, call_sign_series::series},
};
use chrono::{DateTime, Datelike as _, Utc};
use serde_json::json;

use crate::{
    kinds::{
        amateur::licence,
        business::{installer, particulars, waiting},
        numbering::{application, decide, exact},
        shared::{caseworker, reasons},
    },
    my_page_life::who,
    support::{TestApp, Visitor, Who, people, visitor::form},
};

const SERIES: &str = "/nb/casework/series";

/// Blocks the first so many signs of the open personal series.
async fn fill(app: &TestApp, from: u64, to: u64) {
    let order = series(SeriesKind::PersonalNew).order().expect("an order");
    app.app
        .db()
        .write(|tx| async move {
            for index in from..to {
                let sign = order.nth(index).expect("a sign");
                let day = oslo_date(tx.now());
                let deed = Deed { sign, version: 0, grounds: "Prøve", actor: "prøve", day };
                block(&tx, deed).await?;
            }
            Ok(())
        })
        .await
        .expect("blocked");
}

#[tokio::test]
async fn staff_are_told_once_when_a_series_of_call_signs_is_nearly_full() {
    let app = TestApp::start_at_own_address().await;
    fill(&app, 0, 6_083).await;
    let watch = async || anrop::jobs::remind_once(app.app.clone()).await.expect("the job runs");
    let tasks = async || app.get("/v1/tasks", &caseworker()).await.expect(200).json();
    watch().await;
    assert_eq!(tasks().await["total"], 0, "one sign below ninety of a hundred");
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    assert!(!visitor.get(SERIES).await.expect(200).text().contains("Nesten full"));

    fill(&app, 6_083, 6_084).await;
    watch().await;
    watch().await;
    let told = tasks().await;
    assert_eq!(told["total"], 1, "{told}");
    let task = &told["items"][0];
    assert_eq!(
        (&task["kind"], &task["callSignSeries"]),
        (&json!("seriesNearlyFull"), &json!("personal_new"))
    );
    let page = visitor.get(SERIES).await.expect(200).text();
    assert!(page.contains("Nesten full") && page.contains("90\u{a0}%"), "{page}");
    let today = visitor.get("/nb/casework/today").await.expect(200).text();
    assert!(today.contains("Serien er nesten full") && today.contains("Personlig"), "{today}");

    // seen to, it is not told of again while the series is as full; and anew when it has been emptier
    let done = format!("/v1/tasks/{}/completion", task["id"].as_str().expect("an id"));
    app.post_on(&done, &caseworker(), "\"v1\"", &json!({})).await.expect(200);
    app.post_on(&done, &caseworker(), "\"v2\"", &json!({}))
        .await
        .expect_problem(409, "illegal-transition");
    watch().await;
    assert_eq!(tasks().await["total"], 0);
    let order = series(SeriesKind::PersonalNew).order().expect("an order");
    let path = format!("/v1/call-signs/{}/release", order.nth(0).expect("a sign"));
    let why = json!({ "grounds": "Likevel ledig" });
    app.post_on(&path, &caseworker(), "\"v1\"", &why).await.expect(200);
    watch().await;
    fill(&app, 6_084, 6_085).await;
    watch().await;
    assert_eq!(tasks().await["total"], 1);
    app.finish().await;
}

#[tokio::test]
async fn a_caseworker_draws_for_a_contest_sign_and_keeps_a_sign_on_a_page() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let mut cases = Vec::new();
    for n in [1, 2] {
        licence(&app, n, &[]).await;
        let mut contest =
            json!({ "applicant": people::applicant(n), "station": "contest", "wishes": ["LC1X"] });
        contest["applicant"]["birthDate"] = json!(app.day_in(-15 * 365));
        contest["guardian"] = json!({
            "name": "Vera Verge Eksempel", "phone": "68 05 07 77", "consentsToPublication": false,
        });
        let filed =
            app.post("/v1/amateur/applications", &Who::person(n), &contest).await.expect(201);
        cases.push(filed.header("location").to_owned());
    }
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    let page = visitor.get(SERIES).await.expect(200).text();
    assert!(page.contains("Trekk lodd om LC1X"), "{page}");
    for case in &cases {
        let number = app.get(case, &caseworker()).await.expect(200).json()["number"].clone();
        assert!(page.contains(number.as_str().expect("a number")));
    }
    let drawn = visitor.post(SERIES, &form(&page, SERIES, &[("draw", "LC1X")])).await;
    let drawn = drawn.expect(200).text();
    assert!(drawn.contains("LC1X gikk til sak") && drawn.contains("Tilfeldig tall"), "{drawn}");
    assert!(!drawn.contains("Trekk lodd om LC1X"), "there is nothing left to draw");
    let again = visitor.post(SERIES, &form(&page, SERIES, &[("draw", "LC1X")])).await;
    assert!(again.expect(409).text().contains("ikke lenger flere"));

    let until = app.day_in(30).to_string();
    let keep = |sign: &'static str, until: &str, reason: &'static str| {
        [("sign", sign.to_owned()), ("until", until.to_owned()), ("reason", reason.to_owned())]
    };
    let mut send = async |fields: [(&'static str, String); 3]| {
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        visitor.post(SERIES, &form(&page, SERIES, &fields)).await
    };
    let wrong = send(keep("?", "2020-01-01", "")).await.expect(422).text();
    for field in ["sign", "until", "reason"] {
        assert!(wrong.contains(&format!("id=\"wrong-{field}\"")), "{field}");
    }
    let kept = send(keep("LB9ZZ", &until, "Holdt av")).await.expect(200).text();
    assert!(kept.contains("LB9ZZ er holdt av til"), "{kept}");
    assert!(send(keep("LB9ZZ", &until, "Igjen")).await.expect(409).text().contains("ikke ledig"));
    app.finish().await;
}

#[tokio::test]
async fn a_caseworker_gives_another_call_sign_and_sets_conditions_on_the_page_of_a_permit() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let (permit, sign) = licence(&app, 1, &[]).await;
    let page = format!("/nb/casework/permits/{permit}");
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    let text = visitor.get(&page).await.expect(200).text();
    assert!(text.contains("Gi et nytt kallesignal"), "{text}");
    let bare = form(&text, &page, &[("what", "new-sign"), ("grounds", "")]);
    assert!(visitor.post(&page, &bare).await.expect(422).text().contains("wrong-grounds"));
    let unheard = form(&text, &page, &[("what", "new-sign"), ("grounds", "Vanskelig å uttale")]);
    let refused = visitor.post(&page, &unheard).await.expect(409).text();
    assert!(refused.contains("Innehaveren er ikke varslet"), "{refused}");
    let why = ("grounds", "Vanskelig å uttale");
    let fields = form(&text, &page, &[("what", "new-sign"), why, ("without", "unnecessary")]);
    visitor.post(&page, &fields).await.expect(200);
    let own = app.get(&format!("/v1/permits/{permit}"), &Who::person(1)).await.expect(200).json();
    let new = own["record"]["callSign"]["value"].clone();
    assert!(!own.to_string().contains(&sign), "another than {sign}: {new}");
    // the same form once more is about another version
    assert_eq!(visitor.post(&page, &fields).await.status, 412);

    let text = visitor.get(&page).await.expect(200).text();
    let amend = |conditions: &'static str, until: &str, grounds: &'static str| {
        let until = until.to_owned();
        let fields = [
            ("what", "amend"),
            ("conditions", conditions),
            ("valid-until", &until),
            ("grounds", grounds),
            ("without", "unnecessary"),
        ];
        form(&text, &page, &fields)
    };
    let wrong = visitor.post(&page, &amend("", "2001-13-40", "")).await.expect(422).text();
    for field in ["valid-until", "amend-grounds"] {
        assert!(wrong.contains(&format!("id=\"wrong-{field}\"")), "{field}");
    }
    let nothing = visitor.post(&page, &amend("", "", "Ingenting")).await.expect(422).text();
    assert!(nothing.contains("id=\"wrong-conditions\""));
    let set = "Ikke på 50 MHz.\r\nIkke mobilt.";
    visitor.post(&page, &amend(set, "", "Etter en klage på støy")).await.expect(200);
    let text = visitor.get(&page).await.expect(200).text();
    assert!(text.contains("<li>Ikke mobilt.</li>"), "{text}");
    app.finish().await;
}

#[tokio::test]
async fn a_caseworker_assesses_a_person_at_the_case_that_names_them() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let named = json!({ "particulars": particulars(3), "fullTime": true });
    let (case, _) = waiting(&app, "installer", 3, &installer(3, &[named])).await;
    let page = case.replace("/v1/", "/nb/casework/");
    let path = format!("{page}/competence");
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    assert!(visitor.get(&page).await.expect(200).text().contains(&path));
    let shown = visitor.get(&path).await.expect(200).text();
    assert!(shown.contains("Fibermontør i to år") && shown.contains("Toårig fagskole"), "{shown}");
    let wrong = visitor.post(&path, &form(&shown, &path, &[("grounds", "Vitnemål")])).await;
    assert!(wrong.expect(422).text().contains("Velg en vurdering."));
    let fields = [("outcome", "assessed"), ("grounds", "Vitnemål og attester er vist.")];
    let done = visitor.post(&path, &form(&shown, &path, &fields)).await.expect(200).text();
    assert!(done.contains("Referansen er"), "{done}");
    let again = visitor.post(&path, &form(&shown, &path, &fields)).await.expect(409).text();
    assert!(again.contains("vurdert før"), "{again}");
    let seen = app.get(&case, &caseworker()).await.expect(200);
    let granted = json!({ "outcome": "granted" });
    app.post_on(&format!("{case}/decision"), &caseworker(), &seen.etag(), &granted)
        .await
        .expect(200);
    assert_eq!(visitor.get(&path).await.status, 404, "the case is decided");
    app.finish().await;
}

#[tokio::test]
async fn an_examiner_reports_on_a_page_and_the_candidate_may_apply() {
    let app = TestApp::start_at_own_address().await;
    let path = "/nb/exam-results";
    let mut visitor = Visitor::signed_in(&app, "EXAMINER").await;
    let page = visitor.get(path).await.expect(200).text();
    let id = Who::person(1).0.national_id.expect("an id");
    let day = app.day_in(-1);
    let good = format!("{id}; full; {day}; prøve-1");
    for wrong in [
        "1; full",
        &format!("{id}; stor; {day}; a"),
        &format!("{good}\n12345678901; full; {day}; b"),
    ] {
        let told = visitor.post(path, &form(&page, path, &[("lines", wrong)])).await.expect(422);
        assert!(told.text().contains("Ingenting er tatt imot"), "{wrong}");
    }
    assert_eq!(app.count("SELECT count(*) AS n FROM exam_result").await, 0);
    let done = visitor.post(path, &form(&page, path, &[("lines", &good)])).await.expect(200).text();
    assert!(done.contains("1 er meldt inn. 0 var meldt inn før.") && !done.contains(&id), "{done}");
    let again = visitor.post(path, &form(&page, path, &[("lines", &good)])).await.expect(200);
    assert!(again.text().contains("0 er meldt inn. 1 var meldt inn før."));
    let application = people::amateur_application(1, &[]);
    let made =
        app.post("/v1/amateur/applications", &Who::person(1), &application).await.expect(201);
    assert_eq!(made.json()["status"], "granted");
    app.waive_deliveries();
    app.finish().await;
}

#[tokio::test]
async fn the_holder_of_numbers_reports_on_their_use_on_my_page() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let holder = who("REPRESENTATIVE");
    let filed = app
        .post(
            "/v1/numbering/applications",
            &holder,
            &application(1, exact("e164_8_digit", "22000000-22001999")),
        )
        .await
        .expect(201);
    assert!(!reasons(&app, filed.header("location")).await.is_empty());
    decide(&app, &filed, "granted").await.expect(200);
    let case = app.get(filed.header("location"), &holder).await.expect(200).json();
    let permit = case["permitId"].as_str().expect("a permit").to_owned();
    let year = app.day_in(0).year();
    let january: DateTime<Utc> = format!("{}-01-20T12:00:00Z", year + 1).parse().expect("a time");
    app.clock.advance(january - app.app.clock().now());

    let mut visitor = Visitor::signed_in(&app, "REPRESENTATIVE").await;
    let own = format!("/nb/my-page/permits/{permit}");
    let path = format!("{own}/utilisation/{year}");
    let shown = visitor.get(&own).await.expect(200).text();
    assert!(shown.contains(&format!("Rapporten for {year} er ikke sendt")), "{shown}");
    assert!(shown.contains(&path) && shown.contains("1. februar"), "{shown}");
    let page = visitor.get(&path).await.expect(200).text();
    assert!(
        page.contains("22 00 00 00 – 22 00 09 99") && page.contains("22 00 10 00 – 22 00 19 99")
    );
    let row = |at: usize, free: &'static str| {
        [("a", "40,5"), ("r", "9,5"), ("p", "10"), ("f", free), ("i", "12")]
            .map(|(name, value)| (format!("{name}{at}"), value.to_owned()))
    };
    let report = |free: &'static str, forecast: &'static str| {
        let mut fields: Vec<(String, String)> =
            row(0, "40").into_iter().chain(row(1, free)).collect();
        fields.extend((0..3).map(|at| (format!("n{at}"), forecast.to_owned())));
        fields.push(("services".to_owned(), "Bedriftstelefoni".to_owned()));
        fields
    };
    let send = |fields: Vec<(String, String)>| {
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        form(&page, &path, &fields)
    };
    let wrong = visitor.post(&path, &send(report("41", "mange"))).await.expect(422).text();
    assert!(
        wrong.contains("til sammen bli 100 prosent") && wrong.contains("id=\"n0-e\""),
        "{wrong}"
    );
    assert!(wrong.contains("value=\"mange\""), "what was typed is kept");
    let done = visitor.post(&path, &send(report("40", "1 000"))).await.expect(200).text();
    assert!(
        done.contains("Rapporten er sendt.")
            && done.contains(&format!("Rapporten for {year} er sendt")),
        "{done}"
    );
    let stored = app
        .get(&format!("/v1/permits/{permit}/utilisation-reports/{year}"), &caseworker())
        .await
        .expect(200)
        .json();
    assert_eq!(stored["report"]["series"][0]["activePercent"], 40.5);
    assert_eq!(stored["report"]["forecast"], json!([1000, 1000, 1000]));
    let corrected = visitor.get(&path).await.expect(200).text();
    assert!(corrected.contains("value=\"40,5\"") && corrected.contains("Du kan rette den her"));
    // somebody else's, and a year that has not ended
    let mut other = Visitor::signed_in(&app, "BUSINESS").await;
    assert_eq!(other.get(&path).await.status, 404);
    let this_year = format!("{own}/utilisation/{}", year + 1);
    assert_eq!(visitor.get(&this_year).await.status, 404);
    app.finish().await;
}

#[tokio::test]
async fn the_holder_of_harmonised_numbers_states_on_my_page_that_they_are_in_use() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let holder = who("REPRESENTATIVE");
    let filed = app
        .post(
            "/v1/numbering/applications",
            &holder,
            &application(1, exact("e164_6_digit", "116117")),
        )
        .await
        .expect(201);
    decide(&app, &filed, "granted").await.expect(200);
    let case = app.get(filed.header("location"), &holder).await.expect(200).json();
    let permit = case["permitId"].as_str().expect("a permit").to_owned();
    app.clock.advance(chrono::TimeDelta::days(160));

    let mut visitor = Visitor::signed_in(&app, "REPRESENTATIVE").await;
    let start = visitor.get("/nb/my-page").await.expect(200).text();
    assert!(start.contains("er i bruk"), "{start}");
    let own = format!("/nb/my-page/permits/{permit}");
    let page = visitor.get(&own).await.expect(200).text();
    assert!(page.contains("Numrene skal være i bruk innen"), "{page}");
    let deed = format!("{own}/deed");
    let send =
        |day: &str| form(&page, &deed, &[("deed", "number-use"), ("version", "0"), ("day", day)]);
    let wrong = visitor.post(&deed, &send("31.12.1999")).await.expect(422).text();
    assert!(wrong.contains("id=\"day-e\"") && wrong.contains("value=\"31.12.1999\""), "{wrong}");
    visitor.post(&deed, &send("i går")).await.expect(422);
    let today = app.day_in(0).format("%d.%m.%Y").to_string();
    let done = visitor.post(&deed, &send(&today)).await.expect(200).text();
    assert!(done.contains("Vi har notert at numrene er i bruk."), "{done}");
    assert!(done.contains("Meld fra igjen innen"), "{done}");
    app.finish().await;
}
