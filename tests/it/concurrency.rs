//! What must hold when many act at once, on both databases.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use anrop::identity::Role;
use serde_json::json;

use crate::{
    receiver::{code, grant},
    support::{TestApp, Who, people, test_app::on_postgres},
};

/// Reports an examination passed for each of the people.
async fn examined(app: &TestApp, numbers: impl Iterator<Item = u64>) {
    let results: Vec<_> = numbers
        .map(|n| {
            json!({
                "nationalId": Who::person(n).national_id(), "licenceClass": "full",
                "passedOn": "2026-10-01", "reference": format!("exam-{n}"),
            })
        })
        .collect();
    app.post("/v1/exam-results", &Who::role(Role::Examiner), &json!({ "results": results }))
        .await
        .expect(201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_racing_applications_get_twenty_different_call_signs() {
    let app = Arc::new(TestApp::start().await);
    examined(&app, 0..20).await;
    let racers: Vec<_> = (0..20)
        .map(|n| {
            let app = app.clone();
            tokio::spawn(async move {
                let application = people::amateur_application(n, &[]);
                let reply =
                    app.post("/v1/amateur/applications", &Who::person(n), &application).await;
                reply.expect(201).json()["callSign"].as_str().expect("a call sign").to_owned()
            })
        })
        .collect();
    let mut signs = BTreeSet::new();
    for racer in racers {
        signs.insert(racer.await.expect("ends"));
    }
    assert_eq!(signs.len(), 20, "{signs:?}");
    for sign in &signs {
        let shown = app.get_public(&format!("/v1/call-signs/{sign}")).await.expect(200).json();
        assert_eq!(shown["status"], "inUse");
    }
    Arc::into_inner(app).expect("the only one").finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_caseworkers_decide_one_case_and_one_wins() {
    let app = Arc::new(TestApp::start().await);
    for n in 0..8 {
        let made = app
            .post("/v1/plb/applications", &Who::person(n), &people::plb_application(n))
            .await
            .expect(201);
        let case = made.header("location").to_owned();
        let decide = |name: &'static str, outcome: &'static str| {
            let (app, case, etag) = (app.clone(), case.clone(), made.etag());
            tokio::spawn(async move {
                let body = json!({ "outcome": outcome, "grounds": "Vilkårene er vurdert." });
                let path = format!("{case}/decision");
                app.post_on(&path, &Who::caseworker(name), &etag, &body).await.status
            })
        };
        let (one, two) =
            (decide("saksbehandler-1", "granted"), decide("saksbehandler-2", "refused"));
        let mut statuses = [one.await.expect("ends"), two.await.expect("ends")];
        statuses.sort_unstable();
        assert_eq!(statuses[0], 200, "{statuses:?}");
        assert!([409, 412].contains(&statuses[1]), "{statuses:?}");
        let decisions = app.count("SELECT count(*) AS n FROM decision").await;
        assert_eq!(decisions, i64::try_from(n).expect("small") + 1);
    }
    Arc::into_inner(app).expect("the only one").finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_writers_on_one_row_make_ten_changes_or_clean_conflicts() {
    let app = Arc::new(TestApp::start().await);
    app.post("/v1/plb/applications", &Who::person(1), &people::plb_application(1))
        .await
        .expect(201);
    let before = app.get("/v1/me", &Who::person(1)).await.expect(200);
    let writers: Vec<_> = (0..10)
        .map(|n| {
            let app = app.clone();
            let mut body = before.json();
            for member in
                ["id", "kind", "birthDate", "organisationNumber", "addressProtected", "changedAt"]
            {
                body.as_object_mut().expect("an object").remove(member);
            }
            tokio::spawn(async move {
                let mut conflicts = 0;
                loop {
                    let etag = app.get("/v1/me", &Who::person(1)).await.expect(200).etag();
                    body["phone"] = json!(format!("+4768050{:03}", 100 + n));
                    match app.put("/v1/me", &Who::person(1), Some(&etag), &body).await.status {
                        200 => return conflicts,
                        412 => conflicts += 1,
                        other => panic!("{other}"),
                    }
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.expect("ends");
    }
    let after = app.get("/v1/me", &Who::person(1)).await.expect(200);
    assert_eq!(before.etag(), "\"v1\"");
    assert_eq!(after.etag(), "\"v11\"", "ten changes, none lost");
    Arc::into_inner(app).expect("the only one").finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_idempotency_key_at_the_same_moment_makes_one_case() {
    let app = Arc::new(TestApp::start().await);
    let racers: Vec<_> = (0..8)
        .map(|_| {
            let app = app.clone();
            tokio::spawn(async move {
                app.send(
                    "POST",
                    "/v1/plb/applications",
                    Some(&Who::person(1)),
                    &[("idempotency-key", "the same")],
                    Some(&people::plb_application(1)),
                )
                .await
                .expect(201)
                .json()["caseNumber"]
                    .to_string()
            })
        })
        .collect();
    let mut numbers = BTreeSet::new();
    for racer in racers {
        numbers.insert(racer.await.expect("ends"));
    }
    assert_eq!(numbers.len(), 1);
    assert_eq!(app.count("SELECT count(*) AS n FROM \"case\"").await, 1);
    Arc::into_inner(app).expect("the only one").finish().await;
}

#[tokio::test]
async fn a_key_used_for_another_request_is_refused() {
    let app = TestApp::start().await;
    let key = [("idempotency-key", "k")];
    let path = "/v1/plb/applications";
    let who = Who::person(1);
    app.send("POST", path, Some(&who), &key, Some(&people::plb_application(1))).await.expect(201);
    let mut other = people::plb_application(1);
    other["usage"]["activity"] = json!("Kajakk");
    app.send("POST", path, Some(&who), &key, Some(&other))
        .await
        .expect_problem(409, "idempotency-key-reused");
    // somebody else's key of the same text is another key
    app.send("POST", path, Some(&Who::person(2)), &key, Some(&people::plb_application(2)))
        .await
        .expect(201);
    app.finish().await;
}

/// Whoever has a permit goes on to its order: a report that had the order first would make two wait for each other.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_report_does_not_take_the_order_before_the_permit() {
    use sea_orm::ConnectionTrait as _;
    let app = Arc::new(TestApp::start().await);
    app.waive_deliveries();
    grant(&app, 1).await;
    let technician = Who::role(Role::Programmer);
    let orders = app.get("/v1/programming-orders", &technician).await.expect(200).json();
    let id = orders["items"][0]["id"].as_str().expect("an order");
    let path = format!("/v1/programming-orders/{id}/report");
    let (lock, at_once) =
        if on_postgres() { (" FOR UPDATE", " FOR UPDATE NOWAIT") } else { ("", "") };
    let hold = |tx: anrop::database::Tx| {
        let (app, path) = (app.clone(), path.clone());
        async move {
            tx.execute_unprepared(&format!("SELECT id FROM permit{lock}")).await?;
            let report = async move {
                let (technician, form) =
                    (Who::role(Role::Programmer), json!({ "code": code(10_001) }));
                app.post_on(&path, &technician, "\"v1\"", &form).await.status
            };
            let reporting = tokio::spawn(report);
            tokio::time::sleep(Duration::from_millis(500)).await;
            tx.execute_unprepared(&format!("SELECT id FROM programming_order{at_once}")).await?;
            Ok(reporting)
        }
    };
    let reporting = app.app.db().write(hold).await.expect("nobody has the order");
    assert_eq!(reporting.await.expect("ends"), 200);
    Arc::into_inner(app).expect("the only one").finish().await;
}

#[tokio::test]
async fn a_note_keeps_no_applicant_from_answering_and_every_caseworker_from_overwriting() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (applicant, kari) = (Who::person(1), Who::caseworker("kari"));
    let application = people::plb_application(1);
    let made = app.post("/v1/plb/applications", &applicant, &application).await.expect(201);
    let case = made.header("location").to_owned();
    let question = json!({ "text": "Hvilken farge?", "dueOn": app.day_in(14) });
    let path = format!("{case}/information-request");
    app.post_on(&path, &kari, &made.etag(), &question).await.expect(200);
    // both read it; then a colleague writes a note and takes the case
    let read = app.get(&case, &applicant).await.expect(200).etag();
    assert_eq!(app.get(&case, &kari).await.expect(200).etag(), read);
    let ola = Who::caseworker("ola");
    let note = json!({ "text": "Ringte, ingen svarte." });
    let noted = app.post_on(&format!("{case}/notes"), &ola, &read, &note).await.expect(200);
    let path = format!("{case}/assignment");
    app.post_on(&path, &ola, &noted.etag(), &json!({})).await.expect(200);
    // the caseworker has not seen the note
    let refusal = json!({ "outcome": "refused", "grounds": "Ikke besvart." });
    let late = app.post_on(&format!("{case}/decision"), &kari, &read, &refusal).await;
    late.expect_problem(412, "stale-version");
    // to the applicant nothing has happened; but what they have not seen they do not answer
    let reply = format!("{case}/replies");
    let answer = json!({ "text": "Gul." });
    app.post_on(&reply, &applicant, &made.etag(), &answer)
        .await
        .expect_problem(412, "stale-version");
    app.post_on(&reply, &applicant, "\"v99\"", &answer).await.expect_problem(412, "stale-version");
    let answered = app.post_on(&reply, &applicant, &read, &answer).await.expect(200).json();
    assert_eq!(answered["status"], "underReview");
    // the caseworkers' copies are older than the answer
    let late = app.post_on(&format!("{case}/notes"), &ola, &noted.etag(), &note).await;
    late.expect_problem(412, "stale-version");
    app.finish().await;
}
