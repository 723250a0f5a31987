//! Appeals: in time and late, dismissed, reversed by the authority, forwarded and decided by the appeal body; what
//! follows for the permit; and that of two who decide at once one does.

use std::sync::Arc;

use anrop::clock::Clock as _;
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    letters::{a_moment_later, filed, letters, open_latest, refused, step},
    support::{Reply, TestApp, Who, people},
};

fn caseworker() -> Who {
    Who::caseworker("saksbehandler-1")
}

async fn appeal(app: &TestApp, case: &str, who: &Who, body: &Value) -> Reply {
    a_moment_later(app);
    let seen = app.get(case, who).await.expect(200);
    app.post_on(&format!("{case}/appeal"), who, &seen.etag(), body).await
}

fn complaint() -> Value {
    json!({ "text": "Senderen er CE-merket, se vedlagt bilde." })
}

fn of_body(outcome: &str, more: &Value) -> Value {
    let mut body = json!({
        "outcome": outcome, "grounds": "Departementet ser det annerledes.",
        "decidedOn": "2026-11-01", "bodyReference": "26/417",
    });
    for (name, value) in more.as_object().expect("members") {
        body[name] = value.clone();
    }
    body
}

async fn status(app: &TestApp, case: &str) -> String {
    let seen = app.get(case, &caseworker()).await.expect(200).json();
    seen["status"].as_str().expect("a state").to_owned()
}

/// Grants the first person a PLB and revokes it; answers the permit and the case of the revocation.
async fn revoked(app: &TestApp, n: u64) -> (String, String) {
    let case = filed(app, n, "nb").await;
    let granted = step(app, &case, "decision", &json!({ "outcome": "granted" })).await;
    let permit = format!("/v1/permits/{}", granted["permitId"].as_str().expect("a permit"));
    let seen = app.get(&permit, &caseworker()).await.expect(200);
    let body = json!({ "grounds": "Feil opplysninger.", "withoutNotice": "unnecessary" });
    let path = format!("{permit}/revocation");
    a_moment_later(app);
    app.post_on(&path, &caseworker(), &seen.etag(), &body).await.expect(200);
    let letter = open_latest(app, &Who::person(n)).await;
    (permit, format!("/v1/cases/{}", letter["caseId"].as_str().expect("a case")))
}

#[tokio::test]
async fn an_appeal_in_time_is_forwarded_with_the_documents_and_upheld() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let kari = Who::person(1);
    let case = refused(&app, 1).await;
    open_latest(&app, &kari).await;
    let taken = appeal(&app, &case, &kari, &complaint()).await.expect(200).json();
    assert_eq!((&taken["status"], &taken["appeal"]["inTime"]), (&json!("appealed"), &json!(true)));
    assert!(taken["appeal"]["periodEndedOn"].is_string());
    // nothing of the appeal body can be written down before it has the appeal
    let seen = app.get(&case, &caseworker()).await.expect(200);
    let path = format!("{case}/appeal-decision");
    app.post_on(&path, &caseworker(), &seen.etag(), &of_body("upheld", &json!({})))
        .await
        .expect_problem(409, "illegal-transition");
    let forward = json!({ "outcome": "forwarded", "grounds": "Vi fastholder vedtaket." });
    let forwarded = step(&app, &case, "appeal-decision", &forward).await;
    assert_eq!(forwarded["status"], "forwarded");
    assert_eq!(forwarded["appeal"]["appealBody"], "ministry_dfd");
    let letter = open_latest(&app, &kari).await;
    assert_eq!(letter["kind"], "appealForwarded");
    let said = letter["blocks"].to_string();
    for part in
        ["Vi fastholder vedtaket.", "Søknad mottatt", "Klage mottatt", "Vedtak", "departementet"]
    {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(!said.contains("opened by the addressee"), "internal notes do not go out");
    // once it lies with the appeal body the authority cannot reverse
    let reversed = json!({ "outcome": "reversed", "grounds": "Likevel." });
    let seen = app.get(&case, &caseworker()).await.expect(200);
    app.post_on(&path, &caseworker(), &seen.etag(), &reversed)
        .await
        .expect_problem(409, "illegal-transition");
    step(&app, &case, "appeal-decision", &of_body("upheld", &json!({}))).await;
    assert_eq!(status(&app, &case).await, "upheld");
    let letter = open_latest(&app, &kari).await;
    let said = letter["blocks"].to_string();
    assert!(said.contains("26/417") && said.contains("kan ikke påklages videre"), "{said}");
    // what the appeal body decided is final
    appeal(&app, &case, &kari, &complaint()).await.expect_problem(409, "illegal-transition");
    let listed = app.get(&format!("{case}/appeals"), &kari).await.expect(200).json();
    assert_eq!((&listed["total"], &listed["items"][0]["status"]), (&json!(1), &json!("upheld")));
    app.finish().await;
}

#[tokio::test]
async fn the_last_day_is_in_time_and_the_day_after_needs_a_reason() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (kari, ola) = (Who::person(1), Who::person(2));
    let cases = [refused(&app, 1).await, refused(&app, 2).await];
    let until = open_latest(&app, &kari).await["appealUntil"].as_str().expect("a day").to_owned();
    open_latest(&app, &ola).await;
    let until: chrono::NaiveDate = until.parse().expect("a day");
    // the last minute of the last day in Norway
    let end = anrop::values::calendar::end_of_day(until);
    app.clock.advance(end - app.clock.now() - TimeDelta::seconds(60));
    appeal(&app, &cases[0], &kari, &complaint()).await.expect(200);
    app.clock.advance(TimeDelta::seconds(60));
    let problem = appeal(&app, &cases[1], &ola, &complaint()).await;
    let problem = problem.expect_problem(422, "invalid-content");
    assert_eq!(problem["errors"][0]["pointer"], "/lateReason");
    let mut late = complaint();
    late["lateReason"] = json!("Jeg lå på sykehus.");
    let taken = appeal(&app, &cases[1], &ola, &late).await.expect(200).json();
    assert_eq!(
        (&taken["appeal"]["inTime"], &taken["appeal"]["lateReason"]),
        (&json!(false), &json!("Jeg lå på sykehus."))
    );
    // a late appeal is dismissed, and that can be appealed against
    let dismiss = json!({ "outcome": "inadmissible", "grounds": "Klagen kom for sent." });
    step(&app, &cases[1], "appeal-decision", &dismiss).await;
    assert_eq!(status(&app, &cases[1]).await, "upheld");
    let letter = open_latest(&app, &ola).await;
    assert_eq!(letter["canBeAppealed"], true);
    assert!(letter["blocks"].to_string().contains("har avvist klagen"));
    appeal(&app, &cases[1], &ola, &complaint()).await.expect(200);
    assert_eq!(status(&app, &cases[1]).await, "appealed");
    app.finish().await;
}

#[tokio::test]
async fn after_a_year_an_appeal_can_only_be_dismissed_though_an_unopened_letter_starts_no_period() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (kari, ola) = (Who::person(1), Who::person(2));
    let cases = [refused(&app, 1).await, refused(&app, 2).await];
    open_latest(&app, &kari).await;
    app.clock.advance(TimeDelta::days(367));
    let mut late = complaint();
    late["lateReason"] = json!("Jeg visste ikke om det.");
    appeal(&app, &cases[0], &kari, &late).await.expect(200);
    let path = format!("{}/appeal-decision", cases[0]);
    for outcome in ["forwarded", "reversed"] {
        let seen = app.get(&cases[0], &caseworker()).await.expect(200);
        let body = json!({ "outcome": outcome, "grounds": "Likevel." });
        app.post_on(&path, &caseworker(), &seen.etag(), &body)
            .await
            .expect_problem(422, "conditions-not-met");
    }
    step(
        &app,
        &cases[0],
        "appeal-decision",
        &json!({ "outcome": "inadmissible", "grounds": "Over ett år." }),
    )
    .await;
    // of a letter nobody opened the year is the end, too
    appeal(&app, &cases[1], &ola, &complaint()).await.expect_problem(422, "invalid-content");
    let taken = appeal(&app, &cases[1], &ola, &late).await.expect(200).json();
    assert_eq!(taken["appeal"]["inTime"], false);
    assert!(taken["appeal"].get("periodEndedOn").is_none());
    app.finish().await;
}

#[tokio::test]
async fn a_refusal_that_the_authority_reverses_is_a_permit() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let kari = Who::person(1);
    let case = refused(&app, 1).await;
    open_latest(&app, &kari).await;
    appeal(&app, &case, &kari, &complaint()).await.expect(200);
    let body = json!({ "outcome": "reversed", "grounds": "Bildet viser CE-merket." });
    let reversed = step(&app, &case, "appeal-decision", &body).await;
    assert_eq!(reversed["status"], "reversed");
    let permit = format!("/v1/permits/{}", reversed["permitId"].as_str().expect("a permit"));
    let held = app.get(&permit, &kari).await.expect(200).json();
    assert_eq!(held["record"]["permit"]["status"], "awaitingProgramming");
    let list = letters(&app, &kari).await;
    assert_eq!(list.len(), 2, "one letter for one step");
    let letter = open_latest(&app, &kari).await;
    let said = letter["blocks"].to_string();
    assert!(said.contains("Tillatelsen er gitt") && said.contains("PLB-"), "{said}");
    let seen = app.get(&case, &kari).await.expect(200).json();
    assert_eq!(seen["decision"]["outcome"], "granted", "the latest decision is shown");
    app.finish().await;
}

#[tokio::test]
async fn a_refusal_that_is_annulled_and_sent_back_is_decided_anew() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let kari = Who::person(1);
    let case = refused(&app, 1).await;
    open_latest(&app, &kari).await;
    appeal(&app, &case, &kari, &complaint()).await.expect(200);
    step(&app, &case, "appeal-decision", &json!({ "outcome": "forwarded", "grounds": "Nei." }))
        .await;
    let body = of_body("annulled", &json!({ "sentBack": true }));
    step(&app, &case, "appeal-decision", &body).await;
    assert_eq!(status(&app, &case).await, "underReview");
    let open = app.get("/v1/cases?status=open", &caseworker()).await.expect(200).json();
    assert_eq!(open["total"], 1, "it stands in the queue again");
    step(&app, &case, "decision", &json!({ "outcome": "granted" })).await;
    assert_eq!(status(&app, &case).await, "granted");
    assert_eq!(app.count("SELECT count(*) AS n FROM decision").await, 2);
    assert_eq!(letters(&app, &kari).await.len(), 4);
    app.finish().await;
}

#[tokio::test]
async fn a_dismissed_application_is_taken_up_when_the_authority_reverses() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let kari = Who::person(1);
    let case = filed(&app, 1, "nn").await;
    let body = json!({ "outcome": "dismissed", "grounds": "Feil skjema." });
    step(&app, &case, "decision", &body).await;
    open_latest(&app, &kari).await;
    appeal(&app, &case, &kari, &complaint()).await.expect(200);
    step(
        &app,
        &case,
        "appeal-decision",
        &json!({ "outcome": "reversed", "grounds": "Rett skjema." }),
    )
    .await;
    assert_eq!(status(&app, &case).await, "underReview");
    let letter = open_latest(&app, &kari).await;
    assert!(letter["blocks"].to_string().contains("Du får eit nytt vedtak"), "{letter}");
    app.finish().await;
}

#[tokio::test]
async fn a_revocation_that_is_annulled_gives_the_permit_back_with_its_call_sign() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let kari = Who::person(1);
    let (permit, case) = revoked(&app, 1).await;
    let before = app.get(&permit, &kari).await.expect(200).json();
    assert_eq!(before["record"]["permit"]["status"], "revoked");
    appeal(&app, &case, &kari, &complaint()).await.expect(200);
    step(&app, &case, "appeal-decision", &json!({ "outcome": "forwarded", "grounds": "Nei." }))
        .await;
    step(&app, &case, "appeal-decision", &of_body("annulled", &json!({}))).await;
    assert_eq!(status(&app, &case).await, "reversed");
    let after = app.get(&permit, &kari).await.expect(200).json();
    assert_eq!(after["record"]["permit"]["status"], "awaitingProgramming");
    assert_eq!(after["record"]["callSign"], before["record"]["callSign"]);
    let sign = after["record"]["callSign"].as_str().expect("a sign");
    let shown = app.get_public(&format!("/v1/call-signs/{sign}")).await.expect(200).json();
    assert_eq!(shown["status"], "inUse");
    let orders = "SELECT count(*) AS n FROM programming_order WHERE status = 'ordered'";
    assert_eq!(app.count(orders).await, 1, "there is an order that can be reported on");
    let letter = open_latest(&app, &kari).await;
    assert!(letter["blocks"].to_string().contains("gjelder igjen"), "{letter}");
    app.finish().await;
}

#[tokio::test]
async fn a_suspension_that_is_reversed_ends() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let kari = Who::person(1);
    let case = filed(&app, 1, "nb").await;
    let granted = step(&app, &case, "decision", &json!({ "outcome": "granted" })).await;
    let permit = format!("/v1/permits/{}", granted["permitId"].as_str().expect("a permit"));
    let seen = app.get(&permit, &caseworker()).await.expect(200);
    let body = json!({ "grounds": "Mistanke om feil.", "withoutNotice": "notPracticable" });
    a_moment_later(&app);
    app.post_on(&format!("{permit}/suspension"), &caseworker(), &seen.etag(), &body)
        .await
        .expect(200);
    let letter = open_latest(&app, &kari).await;
    let case = format!("/v1/cases/{}", letter["caseId"].as_str().expect("a case"));
    appeal(&app, &case, &kari, &complaint()).await.expect(200);
    step(
        &app,
        &case,
        "appeal-decision",
        &json!({ "outcome": "reversed", "grounds": "Ingen feil." }),
    )
    .await;
    let held = app.get(&permit, &kari).await.expect(200).json();
    assert_eq!(held["record"]["permit"]["status"], "awaitingProgramming");
    app.finish().await;
}

#[tokio::test]
async fn of_a_grant_the_conditions_are_what_an_appeal_changes() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let kari = Who::person(1);
    let case = filed(&app, 1, "nb").await;
    let body = json!({ "outcome": "partlyGranted", "grounds": "Bare i Norge.", "conditions": ["Bare i Norge."] });
    let granted = step(&app, &case, "decision", &body).await;
    let permit = format!("/v1/permits/{}", granted["permitId"].as_str().expect("a permit"));
    open_latest(&app, &kari).await;
    appeal(&app, &case, &kari, &complaint()).await.expect(200);
    step(&app, &case, "appeal-decision", &json!({ "outcome": "forwarded", "grounds": "Nei." }))
        .await;
    let path = format!("{case}/appeal-decision");
    let seen = app.get(&case, &caseworker()).await.expect(200);
    let problem =
        app.post_on(&path, &caseworker(), &seen.etag(), &of_body("changed", &json!({}))).await;
    let problem = problem.expect_problem(422, "invalid-content");
    assert_eq!(problem["errors"][0]["pointer"], "/conditions");
    step(&app, &case, "appeal-decision", &of_body("changed", &json!({ "conditions": [] }))).await;
    assert_eq!(status(&app, &case).await, "reversed");
    let held = app.get(&permit, &caseworker()).await.expect(200).json();
    assert!(!held.to_string().contains("Bare i Norge."), "{held}");
    app.finish().await;
}

/// Lets the authority change the first person's beacon, its conditions and its end; answers the permit as it was before, its
/// path and the case of the change.
async fn amended(app: &TestApp) -> (Value, String, String) {
    let case = filed(app, 1, "nb").await;
    let granted = step(app, &case, "decision", &json!({ "outcome": "granted" })).await;
    let permit = format!("/v1/permits/{}", granted["permitId"].as_str().expect("a permit"));
    let before = app.get(&permit, &caseworker()).await.expect(200);
    let mut application = people::plb_application(1);
    application["usage"]["activity"] = json!("Kajakk");
    let change = json!({
        "grounds": "Senderen er lånt ut.", "application": application,
        "conditions": ["Bare i Norge."], "validUntil": app.day_in(30),
        "withoutNotice": "unnecessary",
    });
    a_moment_later(app);
    let path = format!("{permit}/amendment");
    let told = app.post_on(&path, &caseworker(), &before.etag(), &change).await.expect(200).json();
    assert!(told.to_string().contains("Kajakk") && told.to_string().contains("Bare i Norge."));
    let letter = open_latest(app, &Who::person(1)).await;
    let case = format!("/v1/cases/{}", letter["caseId"].as_str().expect("a case"));
    (before.json(), permit, case)
}

/// The first person appeals, and the appeal lies with the appeal body.
async fn with_body(app: &TestApp, case: &str) {
    appeal(app, case, &Who::person(1), &complaint()).await.expect(200);
    let forward = json!({ "outcome": "forwarded", "grounds": "Nei." });
    step(app, case, "appeal-decision", &forward).await;
}

#[tokio::test]
async fn an_amendment_that_is_annulled_leaves_the_permit_as_it_was_before() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (before, permit, case) = amended(&app).await;
    let charged = "SELECT count(*) AS n FROM invoice_line";
    let lines = app.count(charged).await;
    with_body(&app, &case).await;
    step(&app, &case, "appeal-decision", &of_body("annulled", &json!({}))).await;
    assert_eq!(status(&app, &case).await, "reversed");
    let after = app.get(&permit, &caseworker()).await.expect(200).json();
    for member in ["validFrom", "validUntil", "conditions", "status"] {
        assert_eq!(
            after["record"]["permit"].get(member),
            before["record"]["permit"].get(member),
            "{member}"
        );
    }
    assert!(!after.to_string().contains("Kajakk"), "{after}");
    assert_eq!(app.count(charged).await, lines, "what is given back costs nothing");
    let letter = open_latest(&app, &Who::person(1)).await;
    assert!(letter["blocks"].to_string().contains("slik den var før vedtaket"), "{letter}");
    app.finish().await;
}

#[tokio::test]
async fn the_authority_takes_back_its_own_amendment_whole_or_its_conditions_alone() {
    for conditions in [None, Some(json!([]))] {
        let app = TestApp::start().await;
        app.waive_deliveries();
        let (_, permit, case) = amended(&app).await;
        appeal(&app, &case, &Who::person(1), &complaint()).await.expect(200);
        let mut reversed = json!({ "outcome": "reversed", "grounds": "Du har rett." });
        let is_whole = conditions.is_none();
        if let Some(conditions) = conditions {
            reversed["conditions"] = conditions;
        }
        step(&app, &case, "appeal-decision", &reversed).await;
        let after = app.get(&permit, &caseworker()).await.expect(200).json().to_string();
        assert!(!after.contains("Bare i Norge."), "{after}");
        assert_eq!(after.contains("Kajakk"), !is_whole, "{after}");
        app.finish().await;
    }
}

#[tokio::test]
async fn what_the_appeal_body_decides_is_written_down_though_the_permit_has_ended() {
    for outcome in
        [of_body("annulled", &json!({})), of_body("changed", &json!({ "conditions": ["Aldri."] }))]
    {
        let app = TestApp::start().await;
        app.waive_deliveries();
        let (_, permit, case) = amended(&app).await;
        with_body(&app, &case).await;
        let kari = Who::person(1);
        let held = app.get(&permit, &kari).await.expect(200);
        let why = json!({ "reason": "sold" });
        app.post_on(&format!("{permit}/surrender"), &kari, &held.etag(), &why).await.expect(200);
        step(&app, &case, "appeal-decision", &outcome).await;
        assert_eq!(status(&app, &case).await, "reversed");
        let after = app.get(&permit, &kari).await.expect(200).json();
        assert_eq!(after["record"]["permit"]["status"], "surrendered");
        let letter = open_latest(&app, &kari).await;
        let said = letter["blocks"].to_string();
        assert!(said.contains("avsluttet i mellomtiden") && !said.contains("Aldri."), "{said}");
        app.finish().await;
    }
}

#[tokio::test]
async fn nobody_else_appeals_nobody_decides_their_own_and_every_form_is_read_whole() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (kari, ola) = (Who::person(1), Who::person(2));
    let case = refused(&app, 1).await;
    refused(&app, 2).await;
    let path = format!("{case}/appeal");
    app.post_on(&path, &ola, "\"v2\"", &complaint()).await.expect_problem(404, "not-found");
    app.get(&format!("{case}/appeals"), &ola).await.expect_problem(404, "not-found");
    app.post(&path, &kari, &complaint()).await.expect_problem(428, "precondition-required");
    app.post_on(&path, &kari, "\"v1\"", &complaint()).await.expect_problem(412, "stale-version");
    let open = filed(&app, 3, "nb").await;
    appeal(&app, &open, &Who::person(3), &complaint())
        .await
        .expect_problem(409, "illegal-transition");
    appeal(&app, &case, &kari, &complaint()).await.expect(200);
    appeal(&app, &case, &kari, &complaint()).await.expect_problem(409, "illegal-transition");
    let mut own = caseworker();
    own.0.national_id = Some(kari.national_id().to_owned());
    let body = json!({ "outcome": "reversed", "grounds": "Min egen." });
    let decide = format!("{case}/appeal-decision");
    app.post_on(&decide, &own, "\"v3\"", &body).await.expect_problem(403, "disqualified");
    let wrong =
        json!({ "outcome": "upheld", "grounds": " ", "sentBack": true, "conditions": ["x"] });
    let problem = app.post_on(&decide, &caseworker(), "\"v3\"", &wrong).await;
    let problem = problem.expect_problem(422, "invalid-content");
    let pointers: Vec<&str> = problem["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .filter_map(|error| error["pointer"].as_str())
        .collect();
    assert_eq!(pointers, ["/bodyReference", "/conditions", "/decidedOn", "/grounds", "/sentBack"]);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_who_decide_an_appeal_at_once_one_does() {
    let app = Arc::new(TestApp::start().await);
    app.waive_deliveries();
    for n in 0..6 {
        let case = refused(&app, n).await;
        open_latest(&app, &Who::person(n)).await;
        appeal(&app, &case, &Who::person(n), &complaint()).await.expect(200);
        let etag = app.get(&case, &caseworker()).await.expect(200).etag();
        let race = ["reversed", "forwarded", "inadmissible"].map(|outcome| {
            let (app, case, etag) = (app.clone(), case.clone(), etag.clone());
            tokio::spawn(async move {
                let body = json!({ "outcome": outcome, "grounds": "Samtidig." });
                let path = format!("{case}/appeal-decision");
                app.post_on(&path, &Who::caseworker(outcome), &etag, &body).await.status
            })
        });
        let mut outcomes = Vec::new();
        for one in race {
            outcomes.push(one.await.expect("ends"));
        }
        outcomes.sort_unstable();
        assert_eq!(outcomes, [200, 412, 412]);
        assert_eq!(letters(&app, &Who::person(n)).await.len(), 2);
    }
    Arc::into_inner(app).expect("the only one").finish().await;
}
