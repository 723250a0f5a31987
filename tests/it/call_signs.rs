//! Call signs: states, on-air forms, rest after use, and what the public may see.

use anrop::{
    assignment::actions::{Deed, block},
    identity::{Role, token::Ticket},
    values::{
        calendar::oslo_date,
        call_sign::CallSign,
        call_sign_series::{SeriesKind, series},
    },
};
use chrono::TimeDelta;
use serde_json::json;

use crate::support::{TestApp, Who, people};

async fn licence(app: &TestApp, n: u64, publish: &[&str]) -> (String, String) {
    let who = Who::person(n);
    let body = json!({ "results": [{
        "nationalId": who.national_id(), "licenceClass": "full",
        "passedOn": "2026-10-01", "reference": format!("exam-{n}"),
    }] });
    app.post("/v1/exam-results", &Who::role(Role::Examiner), &body).await.expect(201);
    let application = people::amateur_application(n, publish);
    let made = app.post("/v1/amateur/applications", &who, &application).await.expect(201).json();
    let text = |member: &str| made[member].as_str().expect("there").to_owned();
    (text("permitId"), text("callSign"))
}

#[tokio::test]
async fn everybody_sees_when_a_status_changed_and_nobody_sees_who_or_why() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let caseworker = Who::caseworker("saksbehandler-1");
    let events = async |sign: &str| {
        let reply = app.get_public(&format!("/v1/call-signs/{sign}/events")).await.expect(200);
        assert_eq!(reply.header("cache-control"), "public, no-cache");
        reply
    };
    let name = people::applicant(1)["name"].as_str().expect("a name").to_owned();
    let (permit, sign) = licence(&app, 1, &["name"]).await;
    let first = app.day_in(0);
    let shown = app.get_public(&format!("/v1/call-signs/{sign}")).await.expect(200).text();
    assert!(shown.contains(&name), "the look-up shows who agreed to it");
    let until = app.day_in(30);
    let body = json!({ "until": until, "reason": "Venter på Kari" });
    app.post_on("/v1/call-signs/LB9ZZ/reservation", &caseworker, "\"v0\"", &body).await.expect(200);
    let body = json!({ "reason": "misliebig" });
    app.post_on("/v1/call-signs/LB9ZY/block", &caseworker, "\"v0\"", &body).await.expect(200);
    let blocked = json!([{ "changedOn": first, "status": "blocked" }]);
    assert_eq!(events("LB9ZY").await.json()["items"], blocked);

    app.clock.advance(TimeDelta::days(40));
    let later = app.day_in(0);
    let body = json!({ "grounds": "Sperret ved en feil" });
    app.post_on("/v1/call-signs/LB9ZY/release", &caseworker, "\"v1\"", &body).await.expect(200);
    for (sign, changes) in [
        (sign.as_str(), vec![(first, "inUse")]),
        // nobody has written down that it is over
        ("LB9ZZ", vec![(first, "reserved"), (until, "free")]),
        ("LB9ZY", vec![(first, "blocked"), (later, "free")]),
        ("LB9ZX", vec![]),
    ] {
        let reply = events(sign).await;
        let items: Vec<_> = changes
            .iter()
            .map(|(day, status)| json!({ "changedOn": day, "status": status }))
            .collect();
        let expected = json!({ "callSign": sign, "items": items, "total": items.len() });
        assert_eq!(reply.json(), expected, "{sign}");
        for (language, title) in [
            ("nb", "Når statusen endret seg"),
            ("nn", "Når statusen endra seg"),
            ("en", "When the status changed"),
        ] {
            let page = app.get_public(&format!("/{language}/call-signs/{sign}")).await.expect(200);
            let page = page.text();
            assert_eq!(page.contains(title), !changes.is_empty(), "{language}: {sign}");
            for (day, _) in &changes {
                assert!(page.contains(&format!("<time datetime=\"{day}\">")), "{sign}: {day}");
            }
            for secret in ["saksbehandler-1", "Venter på", "misliebig", "Sperret ved", &permit] {
                assert!(!page.contains(secret), "{language}: {sign} tells {secret}");
                assert!(!reply.text().contains(secret), "{sign} tells {secret}");
            }
        }
        assert!(!reply.text().contains(&name), "{sign}: {}", reply.text());
    }
    // as heard on the air, and what is no sign of ours
    let heard = events("JW%2FLB9ZY").await.json();
    assert_eq!((&heard["callSign"], &heard["total"]), (&json!("LB9ZY"), &json!(2)));
    for foreign in ["SM5XX", "hemmelig"] {
        let reply = app.get_public(&format!("/v1/call-signs/{foreign}/events")).await;
        reply.expect_problem(400, "malformed-key");
    }
    app.finish().await;
}

#[tokio::test]
async fn every_state_of_a_call_sign_has_its_own_answer() {
    let app = TestApp::start().await;
    let caseworker = Who::caseworker("saksbehandler-1");
    let (permit, sign) = licence(&app, 1, &[]).await;
    let status = async |sign: &str| {
        let path = format!("/v1/call-signs/{sign}");
        app.get_public(&path).await.expect(200).json()["status"].as_str().unwrap().to_owned()
    };
    assert_eq!(status(&sign).await, "inUse");
    assert_eq!(status("LB9ZZ").await, "free");
    assert_eq!(status("LB5QA").await, "free"); // two letters; the Q code has three
    assert_eq!(status("LA1XYA").await, "neverIssued"); // a series that is closed
    let until = app.day_in(30);
    let body = json!({ "until": until, "reason": "Holdt av under saksbehandling" });
    app.post_on("/v1/call-signs/LB9ZZ/reservation", &caseworker, "\"v0\"", &body).await.expect(200);
    assert_eq!(status("LB9ZZ").await, "reserved");
    app.post_on(
        "/v1/call-signs/LB9ZY/block",
        &caseworker,
        "\"v0\"",
        &json!({ "reason": "misliebig" }),
    )
    .await
    .expect(200);
    assert_eq!(status("LB9ZY").await, "blocked");
    // stale, and not free
    app.post_on("/v1/call-signs/LB9ZZ/reservation", &caseworker, "\"v0\"", &body)
        .await
        .expect_problem(412, "stale-version");
    app.post_on(
        &format!("/v1/call-signs/{sign}/block"),
        &caseworker,
        "\"v1\"",
        &json!({ "reason": "x" }),
    )
    .await
    .expect_problem(409, "illegal-transition");
    // a surrendered licence lets its sign rest
    let seen = app.get(&format!("/v1/permits/{permit}"), &Who::person(1)).await.expect(200);
    app.post_on(
        &format!("/v1/permits/{permit}/surrender"),
        &Who::person(1),
        &seen.etag(),
        &json!({ "reason": "noLongerUsed" }),
    )
    .await
    .expect(200);
    assert_eq!(status(&sign).await, "quarantined");
    let (_, next) = licence(&app, 2, &[]).await;
    assert_ne!(next, sign, "a resting sign is not assigned");
    app.finish().await;
}

#[tokio::test]
async fn what_caseworkers_keep_back_names_them_and_can_be_lifted() {
    let app = TestApp::start().await;
    let caseworker = Who::caseworker("saksbehandler-1");
    let other = Who::caseworker("saksbehandler-2");
    let path = |verb: &str| format!("/v1/call-signs/LB9ZZ/{verb}");
    let status = async || {
        let shown = app.get_public("/v1/call-signs/LB9ZZ").await.expect(200).json();
        (shown["status"].as_str().unwrap().to_owned(), shown.to_string())
    };
    let until = app.day_in(30);
    let kept = json!({ "until": until, "reason": "Holdt av under saksbehandling" });
    app.post_on(&path("reservation"), &caseworker, "\"v0\"", &kept).await.expect(200);
    let blocked = json!({ "reason": "Kan forveksles" });
    app.post_on(&path("block"), &other, "\"v1\"", &blocked).await.expect(200);
    let lifted = json!({ "grounds": "Vurdert på nytt av fagansvarlig" });
    app.send("POST", &path("release"), Some(&other), &[], Some(&lifted))
        .await
        .expect_problem(428, "precondition-required");
    app.post_on(&path("release"), &other, "\"v1\"", &lifted)
        .await
        .expect_problem(412, "stale-version");
    app.post_on(&path("release"), &other, "\"v2\"", &json!({ "grounds": "" }))
        .await
        .expect_problem(422, "invalid-content");
    // the block is lifted first, and what lay beneath it holds again
    app.post_on(&path("release"), &other, "\"v2\"", &lifted).await.expect(200);
    assert_eq!(status().await.0, "reserved");
    app.post_on(&path("release"), &caseworker, "\"v3\"", &lifted).await.expect(200);
    let (free, shown) = status().await;
    assert_eq!(free, "free");
    assert!(!shown.contains("fagansvarlig") && !shown.contains("saksbehandler"), "{shown}");
    app.post_on(&path("release"), &caseworker, "\"v4\"", &lifted)
        .await
        .expect_problem(409, "illegal-transition");
    let history = app.get(&path("history"), &caseworker).await.expect(200).json();
    let told: Vec<(&str, &str, &str)> = history["items"]
        .as_array()
        .expect("states")
        .iter()
        .map(|state| {
            let text = |name: &str| state[name].as_str().unwrap_or_default();
            assert!(state["at"].is_string());
            (text("status"), text("actor"), text("reason"))
        })
        .collect();
    let grounds = "Vurdert på nytt av fagansvarlig";
    assert_eq!(
        told,
        [
            ("reserved", "saksbehandler-1", "Holdt av under saksbehandling"),
            ("blocked", "saksbehandler-2", "Kan forveksles"),
            ("reserved", "saksbehandler-2", grounds),
            ("free", "saksbehandler-1", grounds),
        ]
    );
    app.finish().await;
}

#[tokio::test]
async fn a_lifted_block_lets_a_resting_sign_rest_on_and_frees_the_next_of_the_series() {
    let app = TestApp::start().await;
    let caseworker = Who::caseworker("saksbehandler-1");
    let (permit, sign) = licence(&app, 1, &[]).await;
    let seen = app.get(&format!("/v1/permits/{permit}"), &Who::person(1)).await.expect(200);
    let path = format!("/v1/permits/{permit}/surrender");
    app.post_on(&path, &Who::person(1), &seen.etag(), &json!({ "reason": "noLongerUsed" }))
        .await
        .expect(200);
    let path = |sign: &str, verb: &str| format!("/v1/call-signs/{sign}/{verb}");
    let status = async |sign: &str| {
        let shown = app.get_public(&format!("/v1/call-signs/{sign}")).await.expect(200).json();
        shown["status"].as_str().unwrap().to_owned()
    };
    let blocked = json!({ "reason": "Kan forveksles" });
    let lifted = json!({ "grounds": "Vurdert på nytt" });
    app.post_on(&path(&sign, "block"), &caseworker, "\"v2\"", &blocked).await.expect(200);
    assert_eq!(status(&sign).await, "blocked");
    app.post_on(&path(&sign, "release"), &caseworker, "\"v3\"", &lifted).await.expect(200);
    assert_eq!(status(&sign).await, "quarantined");
    // a sign in use is not lifted from anybody
    let (_, next) = licence(&app, 2, &[]).await;
    app.post_on(&path(&next, "release"), &caseworker, "\"v1\"", &lifted)
        .await
        .expect_problem(409, "illegal-transition");
    // one that was passed over while it was blocked is the next to be given
    let order = series(SeriesKind::PersonalNew).order().expect("an order");
    let index = order.index_of(CallSign::parse(&next).unwrap()).unwrap();
    let over = order.nth(index + 1).expect("a sign").to_string();
    app.post_on(&path(&over, "block"), &caseworker, "\"v0\"", &blocked).await.expect(200);
    let (_, third) = licence(&app, 3, &[]).await;
    assert_eq!(third, order.nth(index + 2).expect("a sign").to_string());
    app.post_on(&path(&over, "release"), &caseworker, "\"v1\"", &lifted).await.expect(200);
    let (_, fourth) = licence(&app, 4, &[]).await;
    assert_eq!(fourth, over);
    app.finish().await;
}

#[tokio::test]
async fn signs_are_kept_back_by_caseworkers_of_their_kind_only() {
    let app = TestApp::start().await;
    let of_beacons = Who(Ticket {
        scopes: Some(vec!["anrop:call-sign.assign".to_owned(), "anrop:plb.decide".to_owned()]),
        ..Who::caseworker("saksbehandler-1").0
    });
    let body = json!({ "reason": "Kan forveksles" });
    app.post_on("/v1/call-signs/LB9ZZ/block", &of_beacons, "\"v0\"", &body)
        .await
        .expect_problem(403, "not-allowed");
    app.post_on("/v1/call-signs/LNA2345/block", &of_beacons, "\"v0\"", &body).await.expect(200);
    app.finish().await;
}

#[tokio::test]
async fn a_series_with_ninety_of_a_hundred_signs_taken_is_nearly_exhausted() {
    let app = TestApp::start().await;
    let caseworker = Who::caseworker("saksbehandler-1");
    let personal = async || {
        let list = app.get("/v1/call-sign-series", &caseworker).await.expect(200).json();
        let items = list["items"].as_array().expect("items").clone();
        let found = items.into_iter().find(|item| item["name"] == "personal_new");
        found.expect("the series")
    };
    let order = series(SeriesKind::PersonalNew).order().expect("an order");
    assert_eq!(personal().await["size"], 6_760);
    let warn_at = 6_084;
    let rows = async |from: u64, to: u64| {
        app.app
            .db()
            .write(|tx| async move {
                for index in from..to {
                    let sign = order.nth(index).expect("a sign");
                    let deed = Deed {
                        sign,
                        version: 0,
                        grounds: "Prøve",
                        actor: "saksbehandler-1",
                        day: oslo_date(tx.now()),
                    };
                    block(&tx, deed).await?;
                }
                Ok(())
            })
            .await
            .expect("blocked");
    };
    rows(0, warn_at - 1).await;
    assert_eq!(personal().await["nearlyExhausted"], false);
    rows(warn_at - 1, warn_at).await;
    assert_eq!(personal().await["nearlyExhausted"], true);
    app.finish().await;
}

#[tokio::test]
async fn a_rest_that_is_over_frees_the_sign_for_the_next_applicant() {
    let app = TestApp::start().await;
    let (permit, sign) = licence(&app, 1, &[]).await;
    let seen = app.get(&format!("/v1/permits/{permit}"), &Who::person(1)).await.expect(200);
    let path = format!("/v1/permits/{permit}/surrender");
    app.post_on(&path, &Who::person(1), &seen.etag(), &json!({ "reason": "noLongerUsed" }))
        .await
        .expect(200);
    app.clock.advance(TimeDelta::days(366));
    anrop::jobs::expire_once(app.app.clone()).await.expect("the job runs");
    let (_, again) = licence(&app, 2, &[]).await;
    assert_eq!(again, sign, "the first free sign of the series is given again");
    app.finish().await;
}

#[tokio::test]
async fn on_the_air_forms_lead_to_the_base_call() {
    let app = TestApp::start().await;
    let (_, sign) = licence(&app, 1, &[]).await;
    for form in [format!("JW%2F{sign}"), sign.to_lowercase()] {
        let shown =
            app.get_public(&format!("/v1/call-signs/x?onAir={form}")).await.expect(200).json();
        assert_eq!(shown["callSign"], sign);
    }
    // nobody is told of another station than the address names
    let same = app.get_public(&format!("/v1/call-signs/{sign}?onAir=JW%2F{sign}%2FP")).await;
    assert_eq!(same.expect(200).json()["callSign"], sign);
    let other = app.get_public(&format!("/v1/call-signs/LB9ZZ?onAir=JW%2F{sign}")).await;
    let problem = other.expect_problem(400, "invalid-parameter");
    assert_eq!(problem["errors"][0]["pointer"], "onAir");
    for (form, status) in
        [("SM5ABC", 400), ("LB1AG%2F%2F", 400), ("L%D0%92%31AG", 400), ("%EF%BC%A1", 400)]
    {
        let reply = app.get_public(&format!("/v1/call-signs/{form}")).await;
        assert_eq!(reply.status, status, "{form}: {}", reply.text());
    }
    app.finish().await;
}

#[tokio::test]
async fn consent_is_per_field_and_follows_the_holder() {
    let app = TestApp::start().await;
    let who = Who::person(1);
    let (_, sign) = licence(&app, 1, &["postTown"]).await;
    let path = format!("/v1/call-signs/{sign}");
    let shown = app.get_public(&path).await.expect(200).json();
    assert!(shown["holder"]["postTown"].is_string());
    assert!(shown["holder"].get("name").is_none() && shown["holder"].get("address").is_none());
    assert_eq!(shown["holderWithheld"], true);
    let consent = json!({ "callSign": sign, "fields": ["name"] });
    app.put("/v1/consents/call-sign-list", &who, None, &consent).await.expect(200);
    let shown = app.get_public(&path).await.expect(200).json();
    assert!(shown["holder"]["name"].is_string() && shown["holder"].get("postTown").is_none());
    // a corrected name is shown at once
    let me = app.get("/v1/me", &who).await.expect(200);
    let mut body = me.json();
    for member in ["id", "kind", "birthDate", "organisationNumber", "addressProtected", "changedAt"]
    {
        body.as_object_mut().expect("an object").remove(member);
    }
    body["name"] = json!("Nytt Navn Eksempel");
    app.put("/v1/me", &who, Some(&me.etag()), &body).await.expect(200);
    let shown = app.get_public(&path).await.expect(200).json();
    assert_eq!(shown["holder"]["name"], "Nytt Navn Eksempel");
    // nobody consents for another's sign
    let foreign = app.put("/v1/consents/call-sign-list", &Who::person(2), None, &consent).await;
    assert_eq!(foreign.status, 404);
    let ledger = app.get("/v1/consents", &who).await.expect(200).json();
    assert_eq!(ledger["total"], 2);
    let withdrawn = |item: &&serde_json::Value| item["withdrawnAt"].is_string();
    assert_eq!(ledger["items"].as_array().unwrap().iter().filter(withdrawn).count(), 1);
    app.finish().await;
}

#[tokio::test]
async fn the_list_pages_without_repeating_and_totals_are_exact() {
    let app = TestApp::start().await;
    let mut signs = Vec::new();
    for n in 1..8 {
        signs.push(licence(&app, n, &["name"]).await.1);
    }
    signs.sort_unstable();
    let (mut seen, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let after = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        let page =
            app.get_public(&format!("/v1/call-signs?limit=3{after}")).await.expect(200).json();
        assert_eq!(page["total"], 7);
        seen.extend(
            page["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|i| i["callSign"].as_str().unwrap().to_owned()),
        );
        match page["next"].as_str() {
            Some(next) => cursor = Some(next.to_owned()),
            None => break,
        }
    }
    assert_eq!(seen, signs);
    let found = app.get_public("/v1/call-signs?status=inUse&prefix=lb").await.expect(200).json();
    assert_eq!(found["total"], 7);
    app.finish().await;
}
