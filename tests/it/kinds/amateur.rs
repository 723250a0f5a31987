//! Amateur licences and stations: who gets which call sign, and what it was on which day.

use std::sync::Arc;

use anrop::{
    assignment::{
        actions::take_over,
        store::{LegacySign, lock_series, move_series},
    },
    clock::{Clock as _, SystemClock},
    commands::synthetic::Synthetic,
    identity::{Role, token::Ticket},
    register::projection,
    values::{calendar::oslo_date, call_sign::CallSign, call_sign_series::SeriesKind},
};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    appeal_comments::nothing_to_say,
    letters::{a_moment_later, open_latest, step},
    support::{Reply, TestApp, Who, people},
};

pub(super) const APPLICATIONS: &str = "/v1/amateur/applications";

pub(super) async fn examined(app: &TestApp, n: u64, class: &str) {
    let body = json!({ "results": [{
        "nationalId": Who::person(n).national_id(), "licenceClass": class,
        "passedOn": "2026-10-01", "reference": format!("{class}-{n}"),
    }] });
    app.post("/v1/exam-results", &Who::role(Role::Examiner), &body).await.expect(201);
}

/// A licence of the full class: permit and call sign.
pub async fn licence(app: &TestApp, n: u64, publish: &[&str]) -> (String, String) {
    examined(app, n, "full").await;
    let application = people::amateur_application(n, publish);
    let made = app.post(APPLICATIONS, &Who::person(n), &application).await.expect(201).json();
    assert_eq!(made["status"], "granted", "{made}");
    (text(&made["permitId"]), text(&made["callSign"]))
}

pub(super) fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

pub(super) fn caseworker() -> Who {
    Who::caseworker("saksbehandler-1")
}

pub(super) fn contest(n: u64, wishes: &[&str]) -> Value {
    json!({ "applicant": people::applicant(n), "station": "contest", "wishes": wishes })
}

/// An applicant's own part, of somebody under 18 years with a guardian.
pub(super) fn as_minor(app: &TestApp, mut application: Value, publication: bool) -> Value {
    application["applicant"]["birthDate"] = json!(app.day_in(-15 * 365));
    application["guardian"] = json!({
        "name": "Vera Verge Eksempel", "phone": "68 05 07 77",
        "consentsToPublication": publication,
    });
    application
}

/// Whoever acts for the `n`th made-up organisation.
pub(super) fn for_association(n: u64) -> Who {
    let number = Synthetic::new(7).organisation(n).number.to_string();
    let ticket = Who::person(90 + n).0;
    Who(Ticket { organisation: Some(number), roles: vec![Role::Representative], ..ticket })
}

pub(super) fn association(n: u64, station: &str, responsible: &str, wishes: &[&str]) -> Value {
    let organisation = Synthetic::new(7).organisation(n);
    let mut application = json!({
        "applicant": {
            "name": organisation.name.as_str(),
            "address": {
                "lines": organisation.address.lines(),
                "postalCode": organisation.address.postal_code(),
            },
            "phone": organisation.phone.dial(),
            "email": organisation.email.as_str(),
        },
        "station": station,
        "responsibleLicensee": responsible,
    });
    if !wishes.is_empty() {
        application["wishes"] = json!(wishes);
    }
    application
}

async fn reasons(app: &TestApp, case: &str) -> Vec<String> {
    let seen = app.get(&format!("/v1/cases/{case}"), &caseworker()).await.expect(200).json();
    seen["assessment"].as_array().expect("reasons").iter().map(|r| text(&r["code"])).collect()
}

pub(super) async fn grant(app: &TestApp, case: &str) -> Reply {
    let path = format!("/v1/cases/{case}");
    let seen = app.get(&path, &caseworker()).await.expect(200);
    let body = json!({ "outcome": "granted" });
    app.post_on(&format!("{path}/decision"), &caseworker(), &seen.etag(), &body).await
}

pub(super) async fn permit(app: &TestApp, id: &str) -> Value {
    let seen = app.get(&format!("/v1/permits/{id}"), &caseworker()).await.expect(200);
    seen.json()["record"].clone()
}

pub(super) async fn status(app: &TestApp, sign: &str) -> String {
    let shown = app.get_public(&format!("/v1/call-signs/{sign}")).await.expect(200).json();
    text(&shown["status"])
}

/// Takes signs over from the list kept before the registry.
async fn legacy(app: &TestApp, signs: &[&str]) {
    for sign in signs {
        let sign = CallSign::parse(sign).expect("a sign");
        let outcome = app.app.db().write(|tx| async move {
            let legacy = LegacySign {
                sign,
                holder_kind: "person",
                organisation: None,
                valid_from: None,
                valid_until: None,
                updated_on: None,
            };
            take_over(&tx, &[legacy]).await?;
            projection::call_sign(&tx, sign).await
        });
        outcome.await.expect("taken over");
    }
}

pub(super) async fn surrender(app: &TestApp, n: u64, permit: &str) {
    let path = format!("/v1/permits/{permit}");
    let seen = app.get(&path, &Who::person(n)).await.expect(200);
    let body = json!({ "reason": "noLongerUsed" });
    app.post_on(&format!("{path}/surrender"), &Who::person(n), &seen.etag(), &body)
        .await
        .expect(200);
}

#[tokio::test]
async fn each_station_says_what_is_wrong_with_its_application() {
    let app = TestApp::start().await;
    let pointers = async |who: &Who, application: &Value| {
        let problem =
            app.post(APPLICATIONS, who, application).await.expect_problem(422, "invalid-content");
        let errors = problem["errors"].as_array().expect("errors");
        errors
            .iter()
            .map(|e| format!("{} {}", e["pointer"].as_str().unwrap(), e["code"].as_str().unwrap()))
            .collect::<Vec<_>>()
    };
    let person = Who::person(1);
    let mut application = json!({ "applicant": people::applicant(1), "wishes": ["LB1XX"] });
    assert_eq!(
        pointers(&person, &application).await,
        ["/licenceClass missing", "/wishes not-chosen"]
    );
    application = contest(1, &["LC1X", "LC1X", "LB1XX", "L\u{421}1X", "LC1XYZ"]);
    assert_eq!(
        pointers(&person, &application).await,
        ["/wishes/1 repeated", "/wishes/2 series", "/wishes/3 look-alike", "/wishes/4 series"]
    );
    application = contest(1, &["LC1A", "LC1B", "LC1C", "LC1D", "LC1E", "LC1F"]);
    assert_eq!(pointers(&person, &application).await, ["/wishes length"]);
    let mut application = association(1, "event", "LB1AA", &["LM2026X"]);
    application.as_object_mut().unwrap().remove("responsibleLicensee");
    application["event"] =
        json!({ "name": "Jubileum", "firstDay": "2027-05-02", "lastDay": "2027-05-01" });
    assert_eq!(
        pointers(&for_association(1), &application).await,
        ["/event/lastDay validity-order", "/responsibleLicensee missing"]
    );
    // a club sign does not end in A: those are old personal ones, and never assigned anew
    let application = association(1, "club", "LB1AA", &["LA1XYA"]);
    assert_eq!(pointers(&for_association(1), &application).await, ["/wishes/0 series"]);
    app.finish().await;
}

#[tokio::test]
async fn an_amateur_gets_one_contest_sign_for_the_year_and_five_more() {
    let app = TestApp::start().await;
    app.post(APPLICATIONS, &Who::person(1), &contest(1, &["LC1X"]))
        .await
        .expect_problem(422, "conditions-not-met");
    licence(&app, 1, &[]).await;
    let made = app
        .post(APPLICATIONS, &Who::person(1), &contest(1, &["LC1X", "LC2X"]))
        .await
        .expect(201)
        .json();
    assert_eq!((&made["status"], &made["callSign"]), (&json!("granted"), &json!("LC1X")));
    let record = permit(&app, made["permitId"].as_str().unwrap()).await;
    let year = chrono::Datelike::year(&app.day_in(0));
    assert_eq!(record["permit"]["validUntil"], format!("{}-01-01", year + 6));
    assert!(record["permit"].get("class").is_none());
    app.post(APPLICATIONS, &Who::person(1), &contest(1, &["LC3X"]))
        .await
        .expect_problem(422, "conditions-not-met");
    // another amateur gets the next wish; one without any waits for a caseworker
    licence(&app, 2, &[]).await;
    licence(&app, 3, &[]).await;
    let made = app
        .post(APPLICATIONS, &Who::person(2), &contest(2, &["LC1X", "LC2X"]))
        .await
        .expect(201)
        .json();
    assert_eq!(made["callSign"], "LC2X");
    let made =
        app.post(APPLICATIONS, &Who::person(3), &contest(3, &["LC1X"])).await.expect(201).json();
    assert_eq!(made["status"], "submitted");
    assert_eq!(reasons(&app, made["caseId"].as_str().unwrap()).await, ["no-wish-free"]);
    app.finish().await;
}

#[tokio::test]
async fn a_contest_sign_is_renewed_at_once_and_a_club_is_judged_as_a_club() {
    let app = TestApp::start().await;
    let (_, sign) = licence(&app, 1, &[]).await;
    let kari = Who::person(1);
    let made = app.post(APPLICATIONS, &kari, &contest(1, &["LC1X"])).await.expect(201).json();
    let permit_id = text(&made["permitId"]);
    let club = association(1, "club", &sign, &["LA1XYZ"]);
    let filed = app.post(APPLICATIONS, &for_association(1), &club).await.expect(201).json();
    let club_id = text(&grant(&app, &text(&filed["caseId"])).await.expect(200).json()["permitId"]);

    app.clock.advance(TimeDelta::days(5 * 365));
    let year = chrono::Datelike::year(&app.day_in(0));
    let renew = format!("/v1/permits/{permit_id}/renewal");
    let renewed = app.send("POST", &renew, Some(&kari), &[], None).await.expect(201).json();
    assert_eq!(renewed["status"], "granted", "{renewed}");
    let record = permit(&app, &permit_id).await;
    assert_eq!(record["permit"]["validUntil"], format!("{}-01-01", year + 6));

    let renew = format!("/v1/permits/{club_id}/renewal");
    let asked = app.send("POST", &renew, Some(&for_association(1)), &[], None).await;
    let case = text(&asked.expect(201).json()["caseId"]);
    assert_eq!(reasons(&app, &case).await, ["association"]);
    app.finish().await;
}

#[tokio::test]
async fn a_resting_contest_sign_goes_back_to_its_former_holder_only() {
    let app = TestApp::start().await;
    licence(&app, 1, &[]).await;
    licence(&app, 2, &[]).await;
    let (one, two) = (Who::person(1), Who::person(2));
    app.post(APPLICATIONS, &one, &contest(1, &["LC1X"])).await.expect(201);
    app.clock.advance(TimeDelta::days(6 * 366));
    anrop::jobs::expire_once(app.app.clone()).await.expect("the job runs");
    assert_eq!(status(&app, "LC1X").await, "quarantined");
    let other = app.post(APPLICATIONS, &two, &contest(2, &["LC1X"])).await.expect(201).json();
    assert_eq!(reasons(&app, other["caseId"].as_str().unwrap()).await, ["no-wish-free"]);
    app.clock.advance(TimeDelta::days(2 * 365));
    let again = app.post(APPLICATIONS, &one, &contest(1, &["LC1X"])).await.expect(201).json();
    assert_eq!(again["callSign"], "LC1X");
    // and when nobody has had it for three years it is anybody's
    surrender(&app, 1, again["permitId"].as_str().unwrap()).await;
    app.clock.advance(TimeDelta::days(3 * 366));
    anrop::jobs::expire_once(app.app.clone()).await.expect("the job runs");
    assert_eq!(status(&app, "LC1X").await, "free");
    assert!(reasons(&app, other["caseId"].as_str().unwrap()).await.is_empty());
    assert_eq!(
        grant(&app, other["caseId"].as_str().unwrap()).await.expect(200).json()["callSign"],
        "LC1X"
    );
    app.finish().await;
}

#[tokio::test]
async fn two_who_wish_for_the_same_sign_are_drawn_among_and_the_journals_say_how() {
    let app = TestApp::start().await;
    let mut cases = Vec::new();
    for (n, wishes) in [(1, ["LC1X", "LC5X"]), (2, ["LC1X", "LC6X"]), (3, ["LC7X", "LC1X"])] {
        licence(&app, n, &[]).await;
        // a minor's application stays open for a caseworker
        let application = as_minor(&app, contest(n, &wishes), false);
        let made = app.post(APPLICATIONS, &Who::person(n), &application).await.expect(201).json();
        cases.push(text(&made["caseId"]));
    }
    licence(&app, 4, &[]).await;
    let made =
        app.post(APPLICATIONS, &Who::person(4), &contest(4, &["LC1X"])).await.expect(201).json();
    assert_eq!(made["status"], "submitted", "not granted while others wish for it");
    cases.push(text(&made["caseId"]));
    assert_eq!(reasons(&app, &cases[0]).await, ["minor", "contested"]);
    assert_eq!(reasons(&app, &cases[2]).await, ["minor"]);
    assert_eq!(reasons(&app, &cases[3]).await, ["contested"]);
    grant(&app, &cases[0]).await.expect_problem(409, "illegal-transition");
    app.post("/v1/call-signs/LC7X/draw", &caseworker(), &json!({}))
        .await
        .expect_problem(409, "illegal-transition");

    let draw = "/v1/call-signs/LC1X/draw";
    let drawn = app.send("POST", draw, Some(&caseworker()), &[], None).await.expect(200).json();
    let numbers = drawn["caseNumbers"].as_array().expect("numbers").clone();
    assert_eq!(numbers.len(), 3);
    let random: u64 = drawn["randomNumber"].as_str().unwrap().parse().expect("a number");
    let place = usize::try_from(random % 3).unwrap();
    assert_eq!((&drawn["place"], &drawn["winner"]), (&json!(place), &numbers[place]));
    let winner = text(&drawn["winnerCaseId"]);
    for case in [&cases[0], &cases[1], &cases[3]] {
        let seen = app.get(&format!("/v1/cases/{case}"), &caseworker()).await.expect(200).json();
        let titles = seen["journal"].to_string();
        assert!(
            titles.contains(&random.to_string()) && titles.contains("Draw for LC1X"),
            "{titles}"
        );
        assert!(numbers.iter().all(|number| titles.contains(number.as_str().unwrap())));
    }
    assert_eq!(status(&app, "LC1X").await, "reserved");
    // drawn once; the winner is given the sign, the others their next wish
    app.send("POST", draw, Some(&caseworker()), &[], None)
        .await
        .expect_problem(409, "illegal-transition");
    for (case, next) in [(&cases[0], Some("LC5X")), (&cases[1], Some("LC6X")), (&cases[3], None)] {
        if *case == winner {
            assert_eq!(grant(&app, case).await.expect(200).json()["callSign"], "LC1X");
        } else if let Some(next) = next {
            assert_eq!(grant(&app, case).await.expect(200).json()["callSign"], next);
        } else {
            assert_eq!(reasons(&app, case).await, ["no-wish-free"]);
        }
    }
    assert_eq!(grant(&app, &cases[2]).await.expect(200).json()["callSign"], "LC7X");
    app.finish().await;
}

#[tokio::test]
async fn who_was_drawn_among_is_told_when_another_of_them_appeals_and_what_comes_of_it() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let mut cases = Vec::new();
    for (n, wishes) in [(1, ["LC1X", "LC5X"]), (2, ["LC1X", "LC6X"])] {
        licence(&app, n, &[]).await;
        let application = as_minor(&app, contest(n, &wishes), false);
        let made = app.post(APPLICATIONS, &Who::person(n), &application).await.expect(201).json();
        cases.push(text(&made["caseId"]));
    }
    let draw = "/v1/call-signs/LC1X/draw";
    let drawn = app.send("POST", draw, Some(&caseworker()), &[], None).await.expect(200).json();
    for case in &cases {
        grant(&app, case).await.expect(200);
    }
    let has_won = cases[0] == text(&drawn["winnerCaseId"]);
    let (loser, winner) = if has_won { (2, 1) } else { (1, 2) };
    let case = format!("/v1/cases/{}", cases[loser - 1]);
    let (loser, winner) = (Who::person(loser as u64), Who::person(winner));
    open_latest(&app, &loser).await;
    a_moment_later(&app);
    let seen = app.get(&case, &loser).await.expect(200);
    let appeal = json!({ "text": "Det ble ikke trukket riktig." });
    app.post_on(&format!("{case}/appeal"), &loser, &seen.etag(), &appeal).await.expect(200);

    let notice = open_latest(&app, &winner).await;
    assert_eq!(notice["kind"], "appealNotice", "{notice}");
    let said = notice["blocks"].to_string();
    assert!(said.contains("trukket lodd om et kallesignal"), "{said}");
    assert!(!said.contains("ikke trukket riktig"), "what the appeal says is not told: {said}");
    app.get(&case, &winner).await.expect_problem(404, "not-found");
    let path = format!("{case}/appeal-decision");
    let seen = app.get(&case, &caseworker()).await.expect(200);
    let forward = json!({ "outcome": "forwarded", "grounds": "Loddet avgjør." });
    app.post_on(&path, &caseworker(), &seen.etag(), &forward)
        .await
        .expect_problem(409, "illegal-transition");
    // nobody decides what they are party to, in another of the cases either
    let mut own = caseworker();
    own.0.national_id = Some(winner.national_id().to_owned());
    app.post_on(&path, &own, &seen.etag(), &forward).await.expect_problem(403, "disqualified");

    nothing_to_say(&app, &winner).await;
    step(&app, &case, "appeal-decision", &forward).await;
    let changed = json!({
        "outcome": "changed", "grounds": "Loddet står, men ikke vilkårene.", "conditions": [],
        "decidedOn": app.day_in(0), "bodyReference": "26/420",
    });
    step(&app, &case, "appeal-decision", &changed).await;
    for party in [&loser, &winner] {
        assert_eq!(open_latest(&app, party).await["kind"], "appealDecision");
    }
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn applications_at_the_same_moment_never_get_the_same_sign() {
    let app = Arc::new(TestApp::start().await);
    for n in 0..8 {
        licence(&app, n, &[]).await;
    }
    let racers: Vec<_> = (0..8)
        .map(|n| {
            let app = app.clone();
            tokio::spawn(async move {
                let application = contest(n, &["LC1X", "LC2X"]);
                app.post(APPLICATIONS, &Who::person(n), &application).await.expect(201).json()
            })
        })
        .collect();
    let mut signs = Vec::new();
    for racer in racers {
        let made = racer.await.expect("ends");
        if made["status"] == "granted" {
            signs.push(text(&made["callSign"]));
        }
    }
    signs.sort_unstable();
    assert_eq!(signs, ["LC1X", "LC2X"]);
    // nor does one amateur get two
    let racers: Vec<_> = ["LC3X", "LC4X"]
        .map(|wish| {
            let app = app.clone();
            tokio::spawn(async move {
                let application = contest(20, &[wish]);
                app.post(APPLICATIONS, &Who::person(20), &application).await.status
            })
        })
        .into_iter()
        .collect();
    for racer in racers {
        assert_eq!(racer.await.expect("ends"), 422, "person 20 has no licence");
    }
    licence(&app, 21, &[]).await;
    let racers = ["LC3X", "LC4X"].map(|wish| {
        let app = app.clone();
        tokio::spawn(async move {
            let application = contest(21, &[wish]);
            app.post(APPLICATIONS, &Who::person(21), &application).await.status
        })
    });
    let mut statuses = Vec::new();
    for racer in racers {
        statuses.push(racer.await.expect("ends"));
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 422]);
    Arc::into_inner(app).expect("the only one").finish().await;
}

#[tokio::test]
async fn a_club_holds_its_sign_ten_years_under_a_live_licensee() {
    let app = TestApp::start().await;
    let (licence_permit, sign) = licence(&app, 1, &[]).await;
    let club = for_association(1);
    app.post(APPLICATIONS, &club, &association(1, "club", "LB9ZZ", &["LA1XYZ"]))
        .await
        .expect_problem(422, "conditions-not-met");
    app.post(APPLICATIONS, &Who::person(1), &association(1, "club", &sign, &["LA1XYZ"]))
        .await
        .expect(422);
    let mut application = association(1, "club", &sign, &["LA1XYZ", "LA1SOS"]);
    let refused = app.post(APPLICATIONS, &club, &application).await;
    let refused = refused.expect_problem(422, "invalid-content");
    let error = &refused["errors"][0];
    assert_eq!(
        (&error["pointer"], &error["code"]),
        (&json!("/wishes/1"), &json!("blocked-signal"))
    );
    let draft = json!({ "application": application });
    let begun = app.post("/v1/amateur/drafts", &club, &draft).await.expect(201).json();
    assert_eq!(begun["missing"][0]["code"], "blocked-signal");
    application["wishes"] = json!(["LA1XYZ"]);
    let made = app.post(APPLICATIONS, &club, &application).await.expect(201).json();
    let case = text(&made["caseId"]);
    assert_eq!(reasons(&app, &case).await, ["association"]);
    let granted = grant(&app, &case).await.expect(200).json();
    assert_eq!(granted["callSign"], "LA1XYZ");
    let id = text(&granted["permitId"]);
    let record = permit(&app, &id).await;
    let until = app.day_in(0).checked_add_months(chrono::Months::new(120)).unwrap();
    assert_eq!(record["permit"]["validUntil"], until.to_string());
    let shown = app.get_public("/v1/call-signs/LA1XYZ").await.expect(200).json();
    assert_eq!(shown["holder"]["name"], application["applicant"]["name"]);
    let pdf = app.get(&format!("/v1/permits/{id}/certificate"), &club).await.expect(200);
    assert!(pdf.bytes.starts_with(b"%PDF-"));
    // repeater and beacon; and nothing once the licensee has given the licence up
    let repeater = association(1, "repeater", &sign, &["LA5ABR"]);
    let open = app.post(APPLICATIONS, &club, &repeater).await.expect(201).json();
    let beacon = association(1, "beacon", &sign, &["LA5ABD"]);
    let made = app.post(APPLICATIONS, &club, &beacon).await.expect(201).json();
    let granted = grant(&app, made["caseId"].as_str().unwrap()).await.expect(200).json();
    assert_eq!(granted["callSign"], "LA5ABD");
    let beacon = text(&granted["permitId"]);
    let record = permit(&app, &beacon).await;
    assert!(record["permit"].get("validUntil").is_none(), "{record}");
    // its sign looks like a club's and is not one: in the register, the filter and the counts
    let shown = app.get_public("/v1/call-signs/LA5ABD").await.expect(200).json();
    assert_eq!(shown["type"], "repeater_beacon", "{shown}");
    let club_sign = app.get_public("/v1/call-signs/LA1XYZ").await.expect(200).json();
    assert_eq!(club_sign["type"], "club");
    let listed = app.get_public("/v1/call-signs?type=repeater_beacon").await.expect(200).json();
    assert_eq!(listed["total"], 1, "{listed}");
    let counts = app.get("/v1/call-sign-series", &Who::caseworker("a")).await.expect(200).json();
    let series = counts["items"].as_array().expect("series").iter();
    let found = series.clone().find(|series| series["name"] == "repeater_beacon").expect("there");
    assert_eq!(found["inUse"], 1, "{found}");
    let then = format!("/v1/call-signs/LA5ABD?asOf={}", app.day_in(0));
    let then = app.get_public(&then).await.expect(200).json();
    assert_eq!(then["type"], "repeater_beacon", "{then}");
    surrender(&app, 1, &licence_permit).await;
    let case = text(&open["caseId"]);
    assert_eq!(reasons(&app, &case).await, ["responsible-licensee", "association"]);
    grant(&app, &case).await.expect_problem(422, "conditions-not-met");
    app.finish().await;
}

#[tokio::test]
async fn an_event_has_its_days_and_morokulien_is_one_station() {
    let app = TestApp::start().await;
    let (_, sign) = licence(&app, 1, &[]).await;
    let mut event = association(1, "event", &sign, &["LM2026X"]);
    event["event"] = json!({
        "name": "Hundre år på lufta",
        "firstDay": app.day_in(10), "lastDay": app.day_in(19),
    });
    let made = app.post(APPLICATIONS, &for_association(1), &event).await.expect(201).json();
    assert_eq!(reasons(&app, made["caseId"].as_str().unwrap()).await, ["occasion"]);
    let granted = grant(&app, made["caseId"].as_str().unwrap()).await.expect(200).json();
    let record = permit(&app, granted["permitId"].as_str().unwrap()).await;
    assert_eq!(record["permit"]["validFrom"], json!(app.day_in(10)));
    assert_eq!(record["permit"]["validUntil"], json!(app.day_in(20)));
    // it is put off
    event["event"]["firstDay"] = json!(app.day_in(12));
    event["event"]["lastDay"] = json!(app.day_in(21));
    let path = format!("/v1/permits/{}/amendment-applications", text(&granted["permitId"]));
    let asked = json!({ "application": event });
    let made = app.post(&path, &for_association(1), &asked).await.expect(201).json();
    assert_eq!(reasons(&app, made["caseId"].as_str().unwrap()).await, ["occasion"]);
    grant(&app, made["caseId"].as_str().unwrap()).await.expect(200);
    let record = permit(&app, granted["permitId"].as_str().unwrap()).await;
    assert_eq!(record["permit"]["validFrom"], json!(app.day_in(12)));
    assert_eq!(record["permit"]["validUntil"], json!(app.day_in(22)));
    event["event"] = json!({
        "name": "Over", "firstDay": app.day_in(-10), "lastDay": app.day_in(-2),
    });
    event["wishes"] = json!(["LM2026Y"]);
    app.post(APPLICATIONS, &for_association(1), &event)
        .await
        .expect_problem(422, "conditions-not-met");

    let mut cases = Vec::new();
    for n in [1, 2] {
        let application = association(n, "morokulien", &sign, &[]);
        let made =
            app.post(APPLICATIONS, &for_association(n), &application).await.expect(201).json();
        cases.push(text(&made["caseId"]));
        assert_eq!(reasons(&app, &cases[0]).await, ["morokulien"]);
    }
    assert_eq!(grant(&app, &cases[0]).await.expect(200).json()["callSign"], "LG5LG");
    grant(&app, &cases[1]).await.expect_problem(409, "identifier-taken");
    app.finish().await;
}

#[tokio::test]
async fn the_last_sign_of_a_series_is_given_and_then_it_is_exhausted() {
    let app = TestApp::start().await;
    let near_the_end = app.app.db().write(|tx| async move {
        lock_series(&tx, SeriesKind::PersonalNew.code()).await?;
        move_series(&tx, SeriesKind::PersonalNew.code(), 6_758).await
    });
    near_the_end.await.expect("moves");
    assert_eq!(licence(&app, 1, &[]).await.1, "LB0YZ");
    assert_eq!(licence(&app, 2, &[]).await.1, "LB0ZZ");
    examined(&app, 3, "full").await;
    let application = people::amateur_application(3, &[]);
    app.post(APPLICATIONS, &Who::person(3), &application)
        .await
        .expect_problem(409, "series-exhausted");
    app.finish().await;
}

/// A case that ends without a licence leaves the examination for the next one, and who has held a licence needs no
/// other.
#[tokio::test]
async fn an_examination_opens_one_licence_and_is_not_lost_without_one() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let who = Who::person(1);
    examined(&app, 1, "full").await;
    // somebody under 18 waits for a caseworker
    let minor = as_minor(&app, people::amateur_application(1, &[]), false);
    let apply = async || app.post(APPLICATIONS, &who, &minor).await;
    let first = apply().await.expect(201);
    apply().await.expect_problem(422, "conditions-not-met");
    let path = first.header("location").to_owned();
    let seen = app.get(&path, &who).await.expect(200);
    app.post_on(&format!("{path}/withdrawal"), &who, &seen.etag(), &json!({})).await.expect(200);

    let refuse = async |path: &str, outcome: &str| {
        let seen = app.get(path, &caseworker()).await.expect(200);
        let body = json!({ "outcome": outcome, "grounds": "Vergen samtykker ikke." });
        let path = format!("{path}/decision");
        app.post_on(&path, &caseworker(), &seen.etag(), &body).await.expect(200);
    };
    for outcome in ["refused", "dismissed"] {
        let next = apply().await.expect(201);
        refuse(next.header("location"), outcome).await;
    }
    let last = apply().await.expect(201).json();
    let granted = grant(&app, last["caseId"].as_str().unwrap()).await.expect(200).json();
    let unused = "SELECT count(*) AS n FROM exam_result WHERE used_by_case_id IS NULL";
    assert_eq!(app.count(unused).await, 0);

    // what has been given up can be had again
    surrender(&app, 1, granted["permitId"].as_str().unwrap()).await;
    let again = apply().await.expect(201).json();
    grant(&app, again["caseId"].as_str().unwrap()).await.expect(200);
    app.finish().await;
}

/// An amendment keeps the class, and who has held a licence of the class has passed its examination: neither uses up a
/// result that another application may need.
#[tokio::test]
async fn a_result_is_used_where_it_alone_opens_the_application() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let who = Who::person(1);
    let (id, _) = licence(&app, 1, &[]).await;
    examined(&app, 1, "limited").await;
    let unused = "SELECT count(*) AS n FROM exam_result WHERE used_by_case_id IS NULL";
    assert_eq!(app.count(unused).await, 1);

    let asked = json!({ "application": people::amateur_application(1, &["name"]) });
    let path = format!("/v1/permits/{id}/amendment-applications");
    let amended = app.post(&path, &who, &asked).await.expect(201).json();
    assert_eq!(amended["status"], "granted", "{amended}");
    assert_eq!(app.count(unused).await, 1, "an amendment needs none");

    surrender(&app, 1, &id).await;
    let application = people::amateur_application(1, &[]);
    let again = app.post(APPLICATIONS, &who, &application).await.expect(201).json();
    assert_eq!(again["status"], "granted", "{again}");
    assert_eq!(app.count(unused).await, 1, "the licence before suffices");
    app.finish().await;
}

#[tokio::test]
async fn the_limited_class_has_a_series_of_its_own() {
    let app = TestApp::start().await;
    examined(&app, 1, "limited").await;
    let mut application = people::amateur_application(1, &[]);
    app.post(APPLICATIONS, &Who::person(1), &application)
        .await
        .expect_problem(422, "conditions-not-met");
    application["licenceClass"] = json!("limited");
    let made = app.post(APPLICATIONS, &Who::person(1), &application).await.expect(201).json();
    assert_eq!(made["status"], "granted", "{made}");
    assert_eq!(made["callSign"], "LF1AA");
    app.finish().await;
}

#[tokio::test]
async fn a_holder_takes_a_sign_of_the_old_list_over_and_the_full_class_replaces_the_limited() {
    let app = TestApp::start().await;
    legacy(&app, &["LA1XYA", "LB1XYZ"]).await;
    let claim = |n: u64, sign: &str, class: &str| {
        let mut application = people::amateur_application(n, &["name"]);
        application["callSign"] = json!(sign);
        application["licenceClass"] = json!(class);
        application
    };
    // only what the list has in use; no examination is asked for
    app.post(APPLICATIONS, &Who::person(1), &claim(1, "LA9ZZA", "full"))
        .await
        .expect_problem(422, "conditions-not-met");
    let mut cases = Vec::new();
    for (n, sign, class) in
        [(1, "LA1XYA", "full"), (2, "LB1XYZ", "limited"), (3, "LB1XYZ", "limited")]
    {
        let made = app
            .post(APPLICATIONS, &Who::person(n), &claim(n, sign, class))
            .await
            .expect(201)
            .json();
        assert_eq!(made["status"], "submitted");
        cases.push(text(&made["caseId"]));
        assert_eq!(reasons(&app, cases.last().unwrap()).await, ["legacy-sign"]);
    }
    assert_eq!(grant(&app, &cases[0]).await.expect(200).json()["callSign"], "LA1XYA");
    let shown = app.get_public("/v1/call-signs/LA1XYA").await.expect(200).json();
    assert!(shown["holder"]["name"].is_string(), "consent given with the claim: {shown}");
    let granted = grant(&app, &cases[1]).await.expect(200).json();
    let old = text(&granted["permitId"]);
    grant(&app, &cases[2]).await.expect_problem(409, "identifier-taken");

    examined(&app, 2, "full").await;
    let application = people::amateur_application(2, &[]);
    let made = app.post(APPLICATIONS, &Who::person(2), &application).await.expect(201).json();
    assert_eq!(made["status"], "granted");
    let ended = permit(&app, &old).await;
    assert_eq!(ended["permit"]["status"], "surrendered");
    assert_eq!(ended["permit"]["endReason"], "replaced");
    assert!(text(&made["callSign"]).starts_with("LB"));
    // the old sign is of a series that is not assigned any more
    let shown = app.get_public("/v1/call-signs/LB1XYZ").await.expect(200).json();
    assert_eq!(
        (&shown["status"], &shown["reason"]),
        (&json!("blocked"), &json!("historic-series"))
    );
    app.finish().await;
}

#[tokio::test]
async fn an_unfortunate_call_sign_is_changed_once_the_holder_has_been_heard_and_they_read_why() {
    let app = TestApp::start().await;
    let (id, old) = licence(&app, 1, &["name"]).await;
    let path = format!("/v1/permits/{id}/call-sign");
    let grounds = "Innehaveren kan vanskelig si kallesignalet.";
    let unheard = json!({ "grounds": grounds });
    let body = json!({ "grounds": grounds, "withoutNotice": "unnecessary" });
    app.post_on(&path, &caseworker(), "\"v1\"", &json!({ "grounds": " " })).await.expect(422);
    let early = app.post_on(&path, &caseworker(), "\"v1\"", &unheard).await;
    early.expect_problem(409, "illegal-transition");
    app.post_on(&path, &caseworker(), "\"v9\"", &body).await.expect_problem(412, "stale-version");
    crate::letters::a_moment_later(&app);
    let changed = app.post_on(&path, &caseworker(), "\"v1\"", &body).await.expect(200).json();
    let new = text(&changed["record"]["callSign"]);
    assert_ne!(new, old);
    assert_eq!(
        (status(&app, &old).await, status(&app, &new).await),
        ("quarantined".into(), "inUse".into())
    );
    let shown = app.get_public(&format!("/v1/call-signs/{new}")).await.expect(200).json();
    assert!(shown.get("holder").is_none(), "consent was given for the old sign");
    let history = format!("/v1/permits/{id}/history");
    let seen = app.get(&history, &caseworker()).await.expect(200).json();
    assert_eq!(seen["items"][1]["event"], "permit.amended");
    assert_eq!(seen["items"][1]["record"]["permit"]["grounds"], grounds);
    assert!(!app.get(&history, &Who::person(1)).await.expect(200).text().contains(grounds));
    let case = text(&changed["caseId"]);
    let journal = app.get(&format!("/v1/cases/{case}"), &caseworker()).await.expect(200).text();
    assert!(journal.contains("Call sign changed"));
    let letter = crate::letters::open_latest(&app, &Who::person(1)).await;
    let said = letter["blocks"].to_string();
    assert_eq!((&letter["kind"], &letter["canBeAppealed"]), (&json!("decision"), &json!(true)));
    assert!(said.contains(grounds) && said.contains(&new) && said.contains("bokstav c"), "{said}");
    let charged = app.get("/v1/invoices", &Who::person(1)).await.expect(200).text();
    assert!(charged.contains("amateur_call_sign_change"), "{charged}");
    // only a personal one
    let made =
        app.post(APPLICATIONS, &Who::person(1), &contest(1, &["LC1X"])).await.expect(201).json();
    let path = format!("/v1/permits/{}/call-sign", made["permitId"].as_str().unwrap());
    app.post_on(&path, &caseworker(), "\"v1\"", &body)
        .await
        .expect_problem(422, "conditions-not-met");
    app.finish().await;
}

#[tokio::test]
async fn a_minor_applies_with_a_guardian_who_is_shown_to_nobody() {
    let app = TestApp::start().await;
    examined(&app, 1, "full").await;
    let who = Who::person(1);
    let with_guardian = as_minor(&app, people::amateur_application(1, &[]), false);
    let mut alone = with_guardian.clone();
    alone.as_object_mut().unwrap().remove("guardian");
    app.post(APPLICATIONS, &who, &alone).await.expect_problem(422, "conditions-not-met");
    let mut published = with_guardian.clone();
    published["publish"] = json!(["name"]);
    app.post(APPLICATIONS, &who, &published).await.expect_problem(422, "conditions-not-met");
    let mut unreachable = with_guardian.clone();
    unreachable["guardian"]["phone"] = json!("12");
    app.post(APPLICATIONS, &who, &unreachable).await.expect_problem(422, "invalid-content");

    let made = app.post(APPLICATIONS, &who, &with_guardian).await.expect(201).json();
    let case = text(&made["caseId"]);
    assert_eq!(reasons(&app, &case).await, ["minor"]);
    let granted = grant(&app, &case).await.expect(200).json();
    let (id, sign) = (text(&granted["permitId"]), text(&granted["callSign"]));
    let seen = app.get(&format!("/v1/cases/{case}"), &caseworker()).await.expect(200);
    assert!(seen.text().contains("Vera Verge"), "the caseworker reads the application");
    for path in [
        format!("/v1/permits/{id}"),
        format!("/v1/permits/{id}/history"),
        format!("/v1/permits/{id}/certificate?language=nb"),
    ] {
        let seen = app
            .send("GET", &path, Some(&who), &[("accept", "text/html, application/json")], None)
            .await
            .expect(200);
        assert!(!seen.text().contains("Verge"), "{path}");
    }
    // what the guardian has not agreed to the minor does not agree to either
    let consent = json!({ "callSign": sign, "fields": ["name"] });
    app.put("/v1/consents/call-sign-list", &who, None, &consent)
        .await
        .expect_problem(422, "conditions-not-met");
    let stored = "SELECT count(*) AS n FROM permit WHERE CAST(details AS text) LIKE '%Verge%'";
    assert_eq!(app.count(stored).await, 0);
    app.finish().await;
}

#[tokio::test]
async fn forms_heard_on_the_air_lead_to_the_base_call() {
    let app = TestApp::start().await;
    legacy(&app, &["LA3ZA"]).await;
    let (_, sign) = licence(&app, 1, &[]).await;
    for (form, base) in [
        (format!("JW%2F{sign}"), &*sign),
        (format!("{sign}%2FP"), &*sign),
        ("JW3ZA".to_owned(), "LA3ZA"),
        ("3Y3ZA%2FMM".to_owned(), "LA3ZA"),
    ] {
        let path = format!("/v1/call-signs/x?onAir={form}");
        let shown = app.get_public(&path).await.expect(200).json();
        assert_eq!(
            (&shown["callSign"], &shown["status"]),
            (&json!(base), &json!("inUse")),
            "{form}"
        );
        assert_eq!(shown["onAir"], form.replace("%2F", "/"));
    }
    app.finish().await;
}

#[tokio::test]
async fn the_band_table_is_that_of_the_day() {
    let app = TestApp::start().await;
    let bands = async |class: &str, date: &str| {
        let path = format!("/v1/amateur-bands?class={class}&date={date}");
        app.get_public(&path).await.expect(200).json()
    };
    let has_23_cm = |list: &Value| {
        let items = list["items"].as_array().expect("items").clone();
        items.iter().any(|b| b["fromHz"] == 1_240_000_000_u64 && b["toHz"] == 1_300_000_000_u64)
    };
    for (date, full, limited, wide) in [
        ("2026-03-22", 0, 0, false),
        ("2026-03-23", 38, 11, true),
        ("2027-12-31", 38, 11, true),
        ("2028-01-01", 37, 11, false),
    ] {
        let list = bands("full", date).await;
        assert_eq!((&list["total"], has_23_cm(&list)), (&json!(full), wide), "{date}");
        assert_eq!(list["unknownBefore"].is_string(), full == 0);
        assert_eq!(bands("limited", date).await["total"], limited, "{date}");
    }
    let list = bands("full", "2026-11-22").await;
    let band = list["items"].as_array().unwrap().iter().find(|b| b["fromHz"] == 144_000_000);
    let band = band.expect("two metres");
    assert_eq!((&band["maxPowerWatts"], &band["powerBasis"]), (&json!(300.0), &json!("pep")));
    assert_eq!((&band["status"], &band["maxBandwidthHz"]), (&json!("primary"), &json!(18_000)));
    assert_eq!(band["exceptions"][0]["usedFor"], "eme+ms");
    for query in ["class=novice", "date=2026-02-30", "date=soon"] {
        app.get_public(&format!("/v1/amateur-bands?{query}"))
            .await
            .expect_problem(400, "invalid-parameter");
    }
    // and it stands on the certificate
    let (id, _) = licence(&app, 1, &[]).await;
    let path = format!("/v1/permits/{id}/certificate?language=en");
    let page =
        app.send("GET", &path, Some(&Who::person(1)), &[("accept", "text/html")], None).await;
    assert!(page.expect(200).text().contains("300 W PEP"));
    app.finish().await;
}

#[tokio::test]
async fn on_thirty_days_of_a_changing_history_the_answer_is_that_of_the_day() {
    let app = TestApp::start().await;
    let two = Who::person(2);
    let first_day = app.day_in(0);
    let (permit_1, sign_1) = licence(&app, 1, &["name"]).await;
    let mut sign_2 = String::new();
    let free = "LB9ZZ";
    let mut recorded = Vec::new();
    for day in 0..32 {
        let consent = |fields: &[&str]| json!({ "callSign": sign_2, "fields": fields });
        match day {
            1 => sign_2 = licence(&app, 2, &["name"]).await.1,
            3 => {
                let body = json!({ "until": app.day_in(4), "reason": "Holdt av" });
                let path = format!("/v1/call-signs/{free}/reservation");
                app.post_on(&path, &caseworker(), "\"v0\"", &body).await.expect(200);
            }
            6 => {
                app.send("DELETE", "/v1/consents/call-sign-list", Some(&two), &[], None)
                    .await
                    .expect(204);
            }
            9 | 20 => {
                let fields: &[&str] =
                    if day == 9 { &["name", "postTown"] } else { &["postTown", "address"] };
                app.put("/v1/consents/call-sign-list", &two, None, &consent(fields))
                    .await
                    .expect(200);
            }
            12 => {
                let path = format!("/v1/call-signs/{free}/block");
                let body = json!({ "reason": "misliebig" });
                app.post_on(&path, &caseworker(), "\"v2\"", &body).await.expect(200);
            }
            15 => surrender(&app, 1, &permit_1).await,
            _ => {}
        }
        anrop::jobs::expire_once(app.app.clone()).await.expect("the job runs");
        let mut shown = Vec::new();
        for sign in [&sign_1, &sign_2, free].into_iter().filter(|sign| !sign.is_empty()) {
            let path = format!("/v1/call-signs/{sign}");
            shown.push(app.get_public(&path).await.expect(200).json());
        }
        recorded.push((app.day_in(0), shown));
        app.clock.advance(TimeDelta::days(1));
    }
    // the consent of today is for post town and address; that is all any day may show
    for (day, shown) in &recorded {
        for then in shown {
            let sign = then["callSign"].as_str().unwrap();
            let path = format!("/v1/call-signs/{sign}?asOf={day}");
            let past = app.get_public(&path).await.expect(200).json();
            for member in ["status", "reason", "until", "kind", "class"] {
                assert_eq!(past.get(member), then.get(member), "{member} of {sign} on {day}");
            }
            assert_eq!(past["asOf"], json!(day));
            for field in ["name", "postTown", "address"] {
                let consented = sign == sign_2 && field != "name";
                let expected = then["holder"].get(field).filter(|_| consented);
                let given = past.get("holder").and_then(|holder| holder.get(field));
                assert_eq!(given, expected, "{field} of {sign} on {day}");
            }
        }
    }
    let before = first_day.pred_opt().unwrap();
    let shown = app.get_public(&format!("/v1/call-signs/{sign_1}?asOf={before}")).await;
    let shown = shown.expect(200).json();
    assert_eq!((&shown["status"], &shown["unknownBefore"]), (&json!("unknown"), &json!(first_day)));
    for day in [app.day_in(2).to_string(), "2026-13-01".into(), "yesterday".into()] {
        app.get_public(&format!("/v1/call-signs/{sign_1}?asOf={day}"))
            .await
            .expect_problem(400, "invalid-parameter");
    }
    app.finish().await;
}

#[tokio::test]
async fn numbers_of_the_rule_of_2032_are_taken_from_the_day_that_is_configured() {
    // a Tenor number whose first check digit follows the relaxed rule only, vector I004
    const RELAXED: &str = "14888441124";
    let day = oslo_date(SystemClock.now()) + TimeDelta::days(2);
    let app = TestApp::start_with(|settings| settings.relaxed_national_ids_from = day).await;
    let body = json!({ "results": [{
        "nationalId": RELAXED, "licenceClass": "full",
        "passedOn": "2026-10-01", "reference": "exam-2032",
    }] });
    let examiner = Who::role(Role::Examiner);
    app.post("/v1/exam-results", &examiner, &body).await.expect_problem(422, "invalid-content");
    app.clock.advance(TimeDelta::days(2));
    app.post("/v1/exam-results", &examiner, &body).await.expect(201);
    app.finish().await;
}
