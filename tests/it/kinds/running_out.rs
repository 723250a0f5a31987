//! Permits that ran out by a decision that is changed later: they are in force again, with the end they should have had, and
//! everybody who is told of permits is told; unless somebody else has what they had, or something else ended them. Nor does one
//! that runs on say again what it said where somebody else has that.

use anrop::{
    identity::Role,
    permit::actions::expire_due,
    values::beacon_id::{Code, Homer, Programming, encode},
};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{
    aircraft,
    shared::{act, caseworker, granted, look_up, permit_of, subscribed},
    spectrum::{application, grant, representative, simplex},
};
use crate::{
    letters::{a_moment_later, filed, open_latest, step},
    support::{TestApp, Who, people},
};

async fn status(app: &TestApp, permit: &str) -> Value {
    let seen = app.get(permit, &caseworker()).await.expect(200).json();
    seen["record"]["permit"]["status"].clone()
}

/// Lets the permits run out whose last day has passed by then.
async fn after(app: &TestApp, days: i64) -> usize {
    app.clock.advance(TimeDelta::days(days));
    expire_due(&app.app).await.expect("the job runs")
}

pub(super) async fn appeal(app: &TestApp, case: &str, who: &Who) {
    open_latest(app, who).await;
    a_moment_later(app);
    let seen = app.get(case, who).await.expect(200);
    let body = json!({ "text": "Vedtaket er feil." });
    app.post_on(&format!("{case}/appeal"), who, &seen.etag(), &body).await.expect(200);
    let forward = json!({ "outcome": "forwarded", "grounds": "Vi fastholder vedtaket." });
    step(app, case, "appeal-decision", &forward).await;
}

pub(super) async fn annulled(app: &TestApp, case: &str) {
    let body = json!({
        "outcome": "annulled", "grounds": "Departementet ser det annerledes.",
        "decidedOn": app.day_in(0), "bodyReference": "26/417",
    });
    let answer = step(app, case, "appeal-decision", &body).await;
    assert_eq!(answer["status"], "reversed", "{answer}");
}

/// The block that a licence is for over some days from now.
fn over(app: &TestApp, n: u32, (from, until): (i64, i64)) -> Value {
    let mut wanted = application(n, simplex(3500, 3580), json!({ "kind": "national" }));
    wanted["wirelessBroadband"] = json!(false);
    wanted["validFrom"] = json!(app.day_in(from));
    wanted["validUntil"] = json!(app.day_in(until));
    wanted
}

/// A spectrum licence whose renewal was refused: the permit, and the case of the renewal.
async fn not_renewed(app: &TestApp) -> (String, String) {
    let holder = representative(1);
    let permit = format!("/v1/permits/{}", grant(app, 1, &over(app, 1, (1, 400))).await);
    app.clock.advance(TimeDelta::days(380));
    let path = format!("{permit}/renewal");
    let made = app.send("POST", &path, Some(&holder), &[], None).await.expect(201);
    let case = made.header("location").to_owned();
    let refuse = json!({ "outcome": "refused", "grounds": "Blokken trengs til annet." });
    step(app, &case, "decision", &refuse).await;
    a_moment_later(app);
    let seen = app.get(&case, &caseworker()).await.expect(200);
    let (path, etag) = (format!("{case}/signature"), seen.etag());
    let supervisor = Who::role(Role::Supervisor);
    app.send("POST", &path, Some(&supervisor), &[("if-match", &etag)], None).await.expect(200);
    appeal(app, &case, &holder).await;
    assert_eq!(after(app, 25).await, 1);
    assert_eq!(status(app, &permit).await, "expired");
    (permit, case)
}

#[tokio::test]
async fn a_licence_whose_renewal_was_wrongly_refused_runs_on() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (permit, case) = not_renewed(&app).await;
    let number = {
        let seen = app.get(&permit, &caseworker()).await.expect(200).json();
        seen["record"]["permit"]["number"].as_str().expect("a number").to_owned()
    };
    let public = format!("/v1/frequency-permits/{number}");
    app.get_public(&public).await.expect(404);
    annulled(&app, &case).await;
    let seen = app.get(&permit, &representative(1)).await.expect(200).json();
    let record = &seen["record"]["permit"];
    assert_eq!(record["status"], "active");
    let until: chrono::NaiveDate =
        record["validUntil"].as_str().expect("an end").parse().expect("a day");
    assert!(until > app.day_in(365), "as long again: {record}");
    app.get_public(&public).await.expect(200);
    let claimed = "SELECT count(*) AS n FROM spectrum_block WHERE live";
    assert!(app.count(claimed).await > 0, "the block is its own again");
    let letter = open_latest(&app, &representative(1)).await;
    assert!(letter["blocks"].to_string().contains("gjelder igjen"), "{letter}");
    assert_eq!(after(&app, 1).await, 0);
    app.finish().await;
}

#[tokio::test]
async fn a_renewal_that_is_sent_back_is_granted_though_the_licence_ran_out() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (permit, case) = not_renewed(&app).await;
    let body = json!({
        "outcome": "annulled", "grounds": "Saken er for dårlig opplyst.", "sentBack": true,
        "decidedOn": app.day_in(0), "bodyReference": "26/418",
    });
    step(&app, &case, "appeal-decision", &body).await;
    assert_eq!(status(&app, &permit).await, "expired");
    step(&app, &case, "decision", &json!({ "outcome": "granted", "grounds": "Likevel." })).await;
    assert_eq!(status(&app, &permit).await, "active");
    app.finish().await;
}

#[tokio::test]
async fn what_somebody_else_has_got_meanwhile_is_theirs_and_the_answer_says_so() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (permit, case) = not_renewed(&app).await;
    let other = grant(&app, 2, &over(&app, 2, (1, 400))).await;
    let versions = "SELECT count(*) AS n FROM permit_version";
    let before = app.count(versions).await;
    annulled(&app, &case).await;
    assert_eq!(status(&app, &permit).await, "expired");
    assert_eq!(status(&app, &format!("/v1/permits/{other}")).await, "active");
    assert_eq!(app.count(versions).await, before, "nothing was half done");
    let letter = open_latest(&app, &representative(1)).await;
    let said = letter["blocks"].to_string();
    assert!(said.contains("gitt til en annen i mellomtiden"), "{said}");
    app.finish().await;
}

/// A beacon's permit to which the authority set an end: the permit, its call sign and the case of that.
async fn cut_short(app: &TestApp) -> (String, String, String) {
    let case = filed(app, 1, "nb").await;
    let granted = step(app, &case, "decision", &json!({ "outcome": "granted" })).await;
    let permit = format!("/v1/permits/{}", granted["permitId"].as_str().expect("a permit"));
    let before = app.get(&permit, &caseworker()).await.expect(200);
    let sign = before.json()["record"]["callSign"].as_str().expect("a sign").to_owned();
    let mut application = people::plb_application(1);
    application["usage"]["activity"] = json!("Kajakk");
    let change = json!({
        "grounds": "Senderen er lånt ut.", "application": application,
        "validUntil": app.day_in(30), "withoutNotice": "unnecessary",
    });
    a_moment_later(app);
    let path = format!("{permit}/amendment");
    app.post_on(&path, &caseworker(), &before.etag(), &change).await.expect(200);
    let letter = open_latest(app, &Who::person(1)).await;
    let case = format!("/v1/cases/{}", letter["caseId"].as_str().expect("a case"));
    appeal(app, &case, &Who::person(1)).await;
    assert_eq!(after(app, 31).await, 1);
    assert_eq!(status(app, &permit).await, "expired");
    (permit, sign, case)
}

#[tokio::test]
async fn a_permit_that_was_wrongly_cut_short_is_in_force_and_the_rescue_centre_is_told() {
    let app = TestApp::start().await;
    let rescue = subscribed(&app, "rescueCentre").await;
    rescue.trust_any_time();
    let (permit, sign, case) = cut_short(&app).await;
    annulled(&app, &case).await;
    while app.deliver().await > 0 {}
    let told = rescue.received().last().cloned().expect("told");
    assert_eq!(told["type"], "permit.reinstated", "{told}");
    let record = &told["data"]["record"]["permit"];
    assert_eq!(record["status"], "awaitingProgramming", "{told}");
    assert!(record.get("validUntil").is_none(), "it had no end before: {told}");
    let found = look_up(&app, &sign).await.to_string();
    assert!(found.contains("awaitingProgramming") && !found.contains("Kajakk"), "{found}");
    let shown = app.get_public(&format!("/v1/call-signs/{sign}")).await.expect(200).json();
    assert_eq!(shown["status"], "inUse");
    let orders = "SELECT count(*) AS n FROM programming_order WHERE status = 'ordered'";
    assert_eq!(app.count(orders).await, 1, "there is an order that can be reported on");
    let letter = open_latest(&app, &Who::person(1)).await;
    assert!(letter["blocks"].to_string().contains("gjelder igjen"), "{letter}");
    assert_eq!(status(&app, &permit).await, "awaitingProgramming");
    app.finish().await;
}

#[tokio::test]
async fn conditions_alone_do_not_bring_back_what_ran_out() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (permit, _, case) = cut_short(&app).await;
    let body = json!({
        "outcome": "changed", "grounds": "Vilkårene er for strenge.", "conditions": [],
        "decidedOn": app.day_in(0), "bodyReference": "26/419",
    });
    step(&app, &case, "appeal-decision", &body).await;
    assert_eq!(status(&app, &permit).await, "expired");
    let letter = open_latest(&app, &Who::person(1)).await;
    let said = letter["blocks"].to_string();
    assert!(said.contains("avsluttet i mellomtiden"), "{said}");
    app.finish().await;
}

#[tokio::test]
async fn more_days_that_were_wrongly_refused_are_had_and_a_suspension_that_stands_goes_on() {
    for is_suspended in [false, true] {
        let app = TestApp::start().await;
        let rescue = subscribed(&app, "rescueCentre").await;
        rescue.trust_any_time();
        let holder = Who::person(1);
        let mut ferry = aircraft::application(1);
        ferry["temporary"] = json!({
            "validFrom": app.day_in(2), "validUntil": app.day_in(9), "purpose": "Overflyging",
        });
        let permit = permit_of(&granted(&app, "aircraft", &holder, &ferry).await);
        if is_suspended {
            a_moment_later(&app);
            let why = json!({ "grounds": "Mistanke om feil." });
            act(&app, &permit, "suspension", &caseworker(), &why).await.expect(200);
        }
        let end = json!(app.day_in(14));
        ferry["temporary"]["validUntil"] = end.clone();
        let path = format!("{permit}/amendment-applications");
        let asked = json!({ "application": ferry });
        let made = app.post(&path, &holder, &asked).await.expect(201);
        let case = made.header("location").to_owned();
        let refuse = json!({ "outcome": "refused", "grounds": "En uke er nok." });
        step(&app, &case, "decision", &refuse).await;
        appeal(&app, &case, &holder).await;
        assert_eq!(after(&app, 10).await, 1);
        assert_eq!(status(&app, &permit).await, "expired");
        annulled(&app, &case).await;
        let expected = if is_suspended { "suspended" } else { "active" };
        assert_eq!(status(&app, &permit).await, expected);
        while app.deliver().await > 0 {}
        let told = rescue.received().last().cloned().expect("told");
        let record = &told["data"]["record"]["permit"];
        assert_eq!((&record["status"], &record["validUntil"]), (&json!(expected), &end), "{told}");
        assert_eq!(after(&app, 4).await, 1, "it runs out when it should");
        app.waive_deliveries();
        app.finish().await;
    }
}

#[tokio::test]
async fn more_days_are_not_had_by_a_permit_that_another_rule_keeps_from_what_was_asked() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let holder = Who::person(1);
    let mut ferry = aircraft::application(1);
    ferry["temporary"] = json!({
        "validFrom": app.day_in(2), "validUntil": app.day_in(9), "purpose": "Overflyging",
    });
    let permit = permit_of(&granted(&app, "aircraft", &holder, &ferry).await);
    // a code that applicants may not have, which the authority lets this permit have for a while
    let national = Code::NationalLocationElt { number: 7 };
    let national = Programming { country: 257, code: national, homer: Homer::Mhz121 };
    let mut coded = ferry.clone();
    coded["elt"]["code"] = json!(encode(&national).expect("a code").as_str());
    a_moment_later(&app);
    let change = json!({ "grounds": "Etter avtale.", "application": coded });
    act(&app, &permit, "amendment", &caseworker(), &change).await.expect(200);
    coded["temporary"]["validUntil"] = json!(app.day_in(14));
    let path = format!("{permit}/amendment-applications");
    let made = app.post(&path, &holder, &json!({ "application": coded })).await.expect(201);
    let case = made.header("location").to_owned();
    let refuse = json!({ "outcome": "refused", "grounds": "En uke er nok." });
    step(&app, &case, "decision", &refuse).await;
    appeal(&app, &case, &holder).await;
    a_moment_later(&app);
    let change = json!({ "grounds": "Avtalen er over.", "application": ferry });
    act(&app, &permit, "amendment", &caseworker(), &change).await.expect(200);
    assert_eq!(after(&app, 10).await, 1);
    annulled(&app, &case).await;
    assert_eq!(status(&app, &permit).await, "expired");
    let letter = open_latest(&app, &holder).await;
    let said = letter["blocks"].to_string();
    assert!(said.contains("ikke lenger oppfylt"), "{said}");
    app.finish().await;
}

#[tokio::test]
async fn what_a_licence_that_runs_on_had_before_and_somebody_else_has_now_is_theirs() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let holder = representative(1);
    let permit = format!("/v1/permits/{}", grant(&app, 1, &over(&app, 1, (1, 400))).await);
    let part = |n, block| {
        let mut wanted = over(&app, n, (1, 400));
        wanted["blocks"] = json!([block]);
        wanted
    };
    a_moment_later(&app);
    let less = json!({
        "grounds": "Mer trengs ikke.", "application": part(1, simplex(3500, 3540)),
    });
    act(&app, &permit, "amendment", &caseworker(), &less).await.expect(200);
    let letter = open_latest(&app, &holder).await;
    let case = format!("/v1/cases/{}", letter["caseId"].as_str().expect("a case"));
    appeal(&app, &case, &holder).await;
    let other = grant(&app, 2, &part(2, simplex(3540, 3580))).await;
    let versions = "SELECT count(*) AS n FROM permit_version";
    let before = app.count(versions).await;
    annulled(&app, &case).await;
    for permit in [permit, format!("/v1/permits/{other}")] {
        assert_eq!(status(&app, &permit).await, "active");
    }
    assert_eq!(app.count(versions).await, before, "nothing was half done");
    let letter = open_latest(&app, &holder).await;
    let said = letter["blocks"].to_string();
    assert!(said.contains("kan ikke bli som den var før vedtaket"), "{said}");
    assert!(!said.contains("Du kan søke om en ny tillatelse"), "{said}");
    app.finish().await;
}
