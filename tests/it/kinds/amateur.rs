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
    letters::{a_moment_later, open_latest},
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

pub(super) async fn reasons(app: &TestApp, case: &str) -> Vec<String> {
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
    // looked at again on the day of the grant: the list has it in use no more
    grant(&app, &cases[2]).await.expect_problem(422, "conditions-not-met");

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
    a_moment_later(&app);
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
    let letter = open_latest(&app, &Who::person(1)).await;
    let said = letter["blocks"].to_string();
    assert_eq!((&letter["kind"], &letter["canBeAppealed"]), (&json!("decision"), &json!(true)));
    assert!(said.contains(grounds) && said.contains(&new) && said.contains("bokstav c"), "{said}");
    let charged = app.get("/v1/invoices", &Who::person(1)).await.expect(200).text();
    assert!(!charged.contains("amateur_call_sign_change"), "nobody has asked for it: {charged}");
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
