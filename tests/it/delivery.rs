//! Deliveries over a real socket to a recipient that fails, hangs, is gone, or verifies signatures:
//! what arrives, in which order, what is tried again, and what is never sent.

use std::time::{Duration, Instant};

use anrop::{
    clock::Clock as _,
    delivery::{
        actions::PAUSES,
        store::{hold::paused, queue::backlog, replay},
    },
    identity::Role,
    values::ids::SubscriptionId,
};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{Recipient, Reply, TestApp, Who, people, recipient::Manners};

fn administrator() -> Who {
    Who::role(Role::Administrator)
}

/// A subscription of `kind`; the recipient verifies with its secret. Answers its address and tag.
async fn subscribe(app: &TestApp, kind: &str, recipient: &Recipient) -> (String, String) {
    let form = json!({ "name": kind, "recipient": kind, "url": recipient.url });
    let made = app.post("/v1/subscriptions", &administrator(), &form).await.expect(201);
    recipient.trust(made.json()["secret"].as_str().expect("a secret"));
    (format!("/v1/subscriptions/{}", made.json()["id"].as_str().expect("an id")), made.etag())
}

/// An app with one rescue centre.
async fn with_rescue_centre() -> (TestApp, Recipient, String, String) {
    let app =
        TestApp::start_with(|settings| settings.delivery_timeout = Duration::from_secs(1)).await;
    let rescue = Recipient::start().await;
    let (subscription, etag) = subscribe(&app, "rescueCentre", &rescue).await;
    (app, rescue, subscription, etag)
}

/// A PLB permit of the `n`th person; answers its address.
async fn issue(app: &TestApp, n: u64) -> String {
    let application = people::plb_application(n);
    let receipt = app.post("/v1/plb/applications", &Who::person(n), &application).await.expect(201);
    let path = format!("{}/decision", receipt.header("location"));
    let caseworker = Who::caseworker("saksbehandler-1");
    let form = json!({ "outcome": "granted" });
    let decided = app.post_on(&path, &caseworker, &receipt.etag(), &form).await.expect(200).json();
    format!("/v1/permits/{}", decided["permitId"].as_str().expect("a permit"))
}

/// Other contacts make the next version of a permit.
async fn change_contacts(app: &TestApp, permit: &str, n: u64) {
    let who = Who::person(n);
    let seen = app.get(permit, &who).await.expect(200);
    let form =
        json!({ "emergencyContacts": [{ "name": "Nora Eksempel", "phone": "68 05 00 77" }] });
    app.put(&format!("{permit}/contacts"), &who, Some(&seen.etag()), &form).await.expect(200);
}

/// Deliveries, newest first.
async fn deliveries(app: &TestApp, query: &str) -> Vec<Value> {
    let list =
        app.get(&format!("/v1/deliveries{query}"), &administrator()).await.expect(200).json();
    list["items"].as_array().expect("items").clone()
}

async fn statuses(app: &TestApp) -> Vec<(i64, String)> {
    let list = deliveries(app, "").await;
    let mut found: Vec<(i64, String)> = list
        .iter()
        .map(|one| {
            (one["permitVersion"].as_i64().unwrap(), one["status"].as_str().unwrap().to_owned())
        })
        .collect();
    found.sort();
    found
}

fn outcomes(delivery: &Value) -> Vec<&str> {
    let attempts = delivery["attempts"].as_array().expect("attempts");
    attempts.iter().map(|attempt| attempt["outcome"].as_str().unwrap()).collect()
}

async fn post(app: &TestApp, path: &str, etag: &str, body: Option<&Value>) -> Reply {
    app.send("POST", path, Some(&administrator()), &[("if-match", etag)], body).await
}

#[tokio::test]
async fn a_failed_delivery_is_tried_again_with_the_same_id_and_the_same_body() {
    let (app, rescue, ..) = with_rescue_centre().await;
    issue(&app, 1).await;
    rescue.behave(Manners::Status(503));
    assert_eq!(app.deliver().await, 1);
    let waiting = deliveries(&app, "?status=pending").await;
    assert_eq!(outcomes(&waiting[0]), ["throttled"]);
    assert_eq!(waiting[0]["attempts"][0]["status"], 503);
    assert_eq!(app.deliver().await, 0, "not before its time");
    rescue.behave(Manners::Good);
    app.clock.advance(TimeDelta::seconds(7));
    assert_eq!(app.deliver().await, 1);
    let arrived = deliveries(&app, "?status=delivered").await;
    assert_eq!(outcomes(&arrived[0]), ["throttled", "delivered"]);
    assert_eq!(rescue.ids(), [arrived[0]["id"].as_str().unwrap()]);
    let bodies = "SELECT count(DISTINCT body_hash) AS n FROM delivery_attempt";
    assert_eq!(app.count(bodies).await, 1);
    app.finish().await;
}

#[tokio::test]
async fn a_recipient_that_asks_for_time_is_left_alone_for_so_long() {
    let (app, rescue, ..) = with_rescue_centre().await;
    issue(&app, 1).await;
    rescue.behave(Manners::Later(120));
    assert_eq!(app.deliver().await, 1);
    rescue.behave(Manners::Good);
    // by the schedule it would be tried again after five seconds
    app.clock.advance(TimeDelta::seconds(119));
    assert_eq!(app.deliver().await, 0, "not before the time it asked for");
    // and a fifth later at most
    app.clock.advance(TimeDelta::seconds(26));
    assert_eq!(app.deliver().await, 1);
    let arrived = deliveries(&app, "?status=delivered").await;
    assert_eq!(outcomes(&arrived[0]), ["throttled", "delivered"]);
    assert_eq!(arrived[0]["attempts"][0]["status"], 429);
    app.finish().await;
}

#[tokio::test]
async fn a_recipient_that_asks_for_time_is_sent_nothing_else_either_until_it_is_over_or_resumed() {
    let (app, _, subscription, _) = with_rescue_centre().await;
    // one that does not look at the time of a signature: hours go by
    let rescue = Recipient::start().await;
    app.execute(&format!("UPDATE subscription SET url = '{}'", rescue.url)).await;
    let first = issue(&app, 1).await;
    rescue.behave(Manners::Later(3600));
    assert_eq!(app.deliver().await, 1);
    rescue.behave(Manners::Good);
    issue(&app, 2).await;
    assert_eq!(app.deliver().await, 0, "nothing else before the time it asked for");
    let seen = async || {
        let list = app.get("/v1/subscriptions", &administrator()).await.expect(200).json();
        list["items"][0].clone()
    };
    let held = seen().await;
    assert_eq!(held["status"], "active");
    assert!(held["heldUntil"].is_string(), "{held}");
    app.clock.advance(TimeDelta::seconds(3599));
    assert_eq!(app.deliver().await, 0);
    app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(app.deliver().await, 1, "the one it has not answered to");
    app.clock.advance(TimeDelta::seconds(720));
    assert_eq!(app.deliver().await, 1, "the other a fifth later at most");

    // whoever resumes it, or sends once more, says that it is well again
    let resumption = format!("{subscription}/resumption");
    for by_replay in [false, true] {
        rescue.behave(Manners::Later(3600));
        change_contacts(&app, &first, 1).await;
        assert_eq!(app.deliver().await, 1);
        rescue.behave(Manners::Good);
        issue(&app, if by_replay { 4 } else { 3 }).await;
        assert_eq!(app.deliver().await, 0);
        let etag = format!("\"v{}\"", seen().await["version"]);
        if by_replay {
            let id = first.rsplit('/').next().unwrap();
            let replay = format!("{subscription}/replay");
            // of two that tell the same the later goes, and ids of one millisecond stand in no order
            app.clock.advance(TimeDelta::milliseconds(1));
            post(&app, &replay, &etag, Some(&json!({ "permitId": id }))).await.expect(200);
            assert_eq!(app.deliver().await, 2, "neither waits any longer");
        } else {
            let resumed = post(&app, &resumption, &etag, None).await.expect(200);
            assert!(resumed.json().get("heldUntil").is_none());
            assert_eq!(app.deliver().await, 1);
            let again = post(&app, &resumption, &resumed.etag(), None).await;
            again.expect_problem(409, "illegal-transition");
            // that it asked for time for keeps to its own
            app.clock.advance(TimeDelta::hours(2));
            assert_eq!(app.deliver().await, 1);
        }
    }
    app.finish().await;
}

#[tokio::test]
async fn a_newer_version_takes_the_place_of_one_that_has_not_arrived() {
    let (app, rescue, ..) = with_rescue_centre().await;
    let permit = issue(&app, 1).await;
    rescue.behave(Manners::Hang);
    app.deliver().await;
    assert_eq!(outcomes(&deliveries(&app, "").await[0]), ["timeout"]);
    change_contacts(&app, &permit, 1).await;
    rescue.behave(Manners::Good);
    app.deliver().await;
    app.clock.advance(TimeDelta::days(1));
    app.deliver().await;
    assert_eq!(statuses(&app).await, [(1, "superseded".to_owned()), (2, "delivered".to_owned())]);
    let told = rescue.received();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["type"], "permit.contactsChanged");
    assert_eq!(told[0]["data"]["version"], 2);
    assert_eq!(told[0]["data"]["record"]["contacts"][0]["name"], "Nora Eksempel");
    app.finish().await;
}

#[tokio::test]
async fn a_newer_version_waits_while_an_older_one_is_in_flight() {
    let (app, rescue, ..) = with_rescue_centre().await;
    let permit = issue(&app, 1).await;
    rescue.behave(Manners::Hang);
    let meanwhile = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        change_contacts(&app, &permit, 1).await;
        rescue.behave(Manners::Good);
        // a second worker finds nothing it may claim
        assert_eq!(app.deliver().await, 0);
        assert!(rescue.received().is_empty());
    };
    let (settled, ()) = tokio::join!(app.deliver(), meanwhile);
    assert_eq!(settled, 2, "the older one timed out, then the newer one went");
    assert_eq!(statuses(&app).await, [(1, "superseded".to_owned()), (2, "delivered".to_owned())]);
    app.finish().await;
}

#[tokio::test]
async fn a_recipient_that_hangs_does_not_hold_up_another() {
    let (app, rescue, ..) = with_rescue_centre().await;
    let programmer = Recipient::start().await;
    subscribe(&app, "programmer", &programmer).await;
    rescue.behave(Manners::Hang);
    issue(&app, 1).await;
    let started = Instant::now();
    let arrival = async {
        while programmer.received().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        started.elapsed()
    };
    let (_, took) = tokio::join!(app.deliver(), arrival);
    assert!(took < Duration::from_millis(700), "{took:?}");
    app.waive_deliveries();
    app.finish().await;
}

#[tokio::test]
async fn a_recipient_that_is_gone_is_sent_nothing_until_somebody_resumes() {
    let (app, rescue, subscription, _) = with_rescue_centre().await;
    let permit = issue(&app, 1).await;
    rescue.behave(Manners::Status(410));
    app.deliver().await;
    let list = app.get("/v1/subscriptions", &administrator()).await.expect(200).json();
    assert_eq!(list["items"][0]["status"], "paused");
    assert_eq!(list["items"][0]["pauseReason"], "gone");
    rescue.behave(Manners::Good);
    change_contacts(&app, &permit, 1).await;
    app.clock.advance(TimeDelta::minutes(1));
    assert_eq!(app.deliver().await, 0);
    let counted = async || paused(app.app.db().read(), PAUSES).await.expect("counts");
    assert_eq!(counted().await, [("gone", 1), ("administrator", 0)]);
    let etag = format!("\"v{}\"", list["items"][0]["version"]);
    post(&app, &format!("{subscription}/resumption"), &etag, None).await.expect(200);
    assert_eq!(counted().await, [("gone", 0), ("administrator", 0)]);
    assert_eq!(app.deliver().await, 1);
    assert_eq!(statuses(&app).await, [(1, "superseded".to_owned()), (2, "delivered".to_owned())]);
    app.finish().await;
}

#[tokio::test]
async fn a_paused_subscription_collects_and_then_sends_the_newest_only() {
    let (app, rescue, subscription, etag) = with_rescue_centre().await;
    let pause = format!("{subscription}/pause");
    let halted = post(&app, &pause, &etag, None).await.expect(200);
    post(&app, &pause, &halted.etag(), None).await.expect_problem(409, "illegal-transition");
    let permit = issue(&app, 1).await;
    change_contacts(&app, &permit, 1).await;
    assert_eq!(app.deliver().await, 0);
    let counted = paused(app.app.db().read(), PAUSES).await.expect("counts");
    assert_eq!(counted, [("gone", 0), ("administrator", 1)]);
    let resume = format!("{subscription}/resumption");
    post(&app, &resume, &etag, None).await.expect_problem(412, "stale-version");
    post(&app, &resume, &halted.etag(), None).await.expect(200);
    app.deliver().await;
    let versions: Vec<Value> =
        rescue.received().iter().map(|one| one["data"]["version"].clone()).collect();
    assert_eq!(versions, [json!(2)]);
    app.finish().await;
}

#[tokio::test]
async fn after_the_last_attempt_a_delivery_is_parked_and_a_replay_takes_its_place() {
    let (app, _, subscription, etag) = with_rescue_centre().await;
    let permit = issue(&app, 1).await;
    let broken = Recipient::start().await;
    app.execute(&format!("UPDATE subscription SET url = '{}'", broken.url)).await;
    broken.behave(Manners::Status(500));
    for _ in 0..10 {
        assert_eq!(app.deliver().await, 1);
        app.clock.advance(TimeDelta::hours(30));
    }
    assert_eq!(app.deliver().await, 0);
    let parked = deliveries(&app, "?status=parked").await;
    assert_eq!(outcomes(&parked[0]), ["failed"; 10]);
    broken.behave(Manners::Good);
    let id = permit.rsplit('/').next().unwrap();
    let replay = format!("{subscription}/replay");
    let made = post(&app, &replay, &etag, Some(&json!({ "permitId": id }))).await.expect(200);
    assert_eq!(made.json()["deliveries"], 1);
    post(&app, &replay, &etag, Some(&json!({}))).await.expect_problem(412, "stale-version");
    app.deliver().await;
    let told = broken.received();
    assert_eq!(told[0]["type"], "permit.issued");
    assert_ne!(broken.ids()[0], parked[0]["id"].as_str().unwrap(), "a new message");
    assert_eq!(statuses(&app).await, [(1, "delivered".to_owned()), (1, "superseded".to_owned())]);
    app.finish().await;
}

#[tokio::test]
async fn what_waits_and_what_is_parked_is_counted_until_it_has_arrived() {
    let (app, ..) = with_rescue_centre().await;
    // one that does not look at the time of a signature: days go by
    let rescue = Recipient::start().await;
    app.execute(&format!("UPDATE subscription SET url = '{}'", rescue.url)).await;
    // what the gauges of the worker are set from
    let counted = async || backlog(app.app.db().read()).await.expect("counts");
    assert_eq!(counted().await, (None, 0));
    let first = app.clock.now();
    let permit = issue(&app, 1).await;
    rescue.behave(Manners::Status(500));
    app.deliver().await;
    app.clock.advance(TimeDelta::seconds(1));
    issue(&app, 2).await;
    assert_eq!(counted().await, (Some(first), 0), "the oldest of two");
    for _ in 0..10 {
        app.clock.advance(TimeDelta::hours(30));
        app.deliver().await;
    }
    assert_eq!(counted().await, (None, 2));
    rescue.behave(Manners::Good);
    change_contacts(&app, &permit, 1).await;
    app.deliver().await;
    assert_eq!(counted().await, (None, 1), "the newer version took the place of one");
    app.finish().await;
}

#[tokio::test]
async fn a_replay_sends_todays_state_of_all_or_of_those_changed_after_a_place() {
    let (app, rescue, subscription, etag) = with_rescue_centre().await;
    let mut permits = Vec::new();
    for n in 1..=3 {
        permits.push(issue(&app, n).await);
    }
    app.deliver().await;
    let seq = app.seal().await;
    change_contacts(&app, &permits[1], 2).await;
    app.deliver().await;
    app.seal().await;
    let before = rescue.received().len();
    assert_eq!(before, 4);
    let replay = format!("{subscription}/replay");
    let all = post(&app, &replay, &etag, Some(&json!({}))).await.expect(200);
    assert_eq!(all.json()["deliveries"], 3);
    app.deliver().await;
    let after =
        post(&app, &replay, &all.etag(), Some(&json!({ "afterSequence": seq }))).await.expect(200);
    assert_eq!(after.json()["deliveries"], 1);
    app.deliver().await;
    let told = rescue.received();
    assert_eq!(told.len(), before + 4);
    assert_eq!(told.last().unwrap()["data"]["version"], 2);
    assert_eq!(told.last().unwrap()["type"], "permit.contactsChanged");
    let wrong = json!({ "permitId": "0198c0de-0000-7000-8000-000000000001" });
    post(&app, &replay, &after.etag(), Some(&wrong)).await.expect_problem(422, "invalid-content");
    app.finish().await;
}

#[tokio::test]
async fn a_replay_of_many_is_written_by_the_worker_piece_by_piece() {
    let (app, rescue, subscription, etag) = with_rescue_centre().await;
    for n in 1..=3 {
        issue(&app, n).await;
    }
    app.deliver().await;
    app.seal().await;
    let connection = app.app.db().read();
    let whole = async |after: Option<i64>| {
        let whole = replay::whole(connection, after).await.expect("reads");
        whole.expect("there are some")
    };
    for after in [None, Some(0)] {
        let (mut open, mut permits) = (Some(whole(after).await), Vec::new());
        while let Some(one) = open {
            let piece = replay::next(connection, one, 2).await.expect("reads");
            permits.extend(piece.permits);
            open = piece.open;
        }
        permits.sort_unstable();
        permits.dedup();
        assert_eq!(permits.len(), 3, "each is in a piece");
    }

    // what a request leaves to the worker that has written the first piece
    let piece = replay::next(connection, whole(None).await, 2).await.expect("reads");
    let rest = piece.open.expect("one is left");
    assert_eq!(rest.left, 1);
    let id = SubscriptionId::parse(subscription.rsplit('/').next().unwrap()).expect("an id");
    let note = app.app.db().write(|tx| async move { replay::note(&tx, id, Some(rest)).await });
    note.await.expect("writes");
    let replaying = async || {
        let list = app.get("/v1/subscriptions", &administrator()).await.expect(200).json();
        list["items"][0]["replaying"].clone()
    };
    assert_eq!(replaying().await, 1);
    let again = post(&app, &format!("{subscription}/replay"), &etag, Some(&json!({}))).await;
    again.expect_problem(409, "illegal-transition");
    let before = rescue.received().len();
    assert_eq!(app.deliver().await, 1);
    assert_eq!(rescue.received().len(), before + 1);
    assert_eq!(replaying().await, Value::Null);
    let all = post(&app, &format!("{subscription}/replay"), &etag, Some(&json!({}))).await;
    let all = all.expect(200).json();
    assert_eq!((&all["deliveries"], &all["remaining"]), (&json!(3), &json!(0)));
    app.deliver().await;
    app.finish().await;
}

#[tokio::test]
async fn the_secret_before_signs_along_until_the_next_rotation() {
    let (app, rescue, subscription, etag) = with_rescue_centre().await;
    let rotation = format!("{subscription}/rotation");
    let permit = issue(&app, 1).await;
    let first = post(&app, &rotation, &etag, None).await.expect(200);
    assert_eq!(first.json()["publicKeys"].as_array().map(Vec::len), Some(2));
    app.deliver().await;
    assert_eq!(rescue.received().len(), 1, "verified with the secret from before");
    rescue.trust(first.json()["secret"].as_str().unwrap());
    change_contacts(&app, &permit, 1).await;
    app.deliver().await;
    assert_eq!(rescue.received().len(), 2, "verified with the new secret");
    let second = post(&app, &rotation, &first.etag(), None).await.expect(200);
    post(&app, &rotation, &second.etag(), None).await.expect(200);
    change_contacts(&app, &permit, 1).await;
    app.deliver().await;
    assert_eq!(rescue.received().len(), 2, "signed with neither any more");
    app.waive_deliveries();
    app.finish().await;
}

#[tokio::test]
async fn a_restriction_stops_the_programmer_and_not_the_rescue_centre() {
    let (app, rescue, ..) = with_rescue_centre().await;
    let programmer = Recipient::start().await;
    subscribe(&app, "programmer", &programmer).await;
    issue(&app, 1).await;
    app.execute("UPDATE party SET restricted = true").await;
    app.deliver().await;
    assert_eq!((rescue.received().len(), programmer.received().len()), (1, 1));
    let told = programmer.received().pop().expect("a delivery");
    assert_eq!(told["data"]["orderState"], "onHold", "{told}");
    assert_eq!(told["data"]["record"].as_object().map(|record| record.len()), Some(1), "{told}");
    assert!(told["data"]["record"]["programming"]["orderId"].is_string(), "{told}");
    app.finish().await;
}

#[tokio::test]
async fn a_version_whose_data_key_is_destroyed_is_never_sent() {
    let (app, rescue, ..) = with_rescue_centre().await;
    issue(&app, 1).await;
    app.execute("DELETE FROM person_key").await;
    app.deliver().await;
    assert!(rescue.received().is_empty());
    assert_eq!(statuses(&app).await, [(1, "withheld".to_owned())]);
    app.finish().await;
}

#[tokio::test]
async fn workers_beside_each_other_send_each_delivery_once() {
    let (app, rescue, ..) = with_rescue_centre().await;
    for n in 1..=12 {
        issue(&app, n).await;
    }
    let (a, b, c) = tokio::join!(app.deliver(), app.deliver(), app.deliver());
    assert_eq!(a + b + c, 12);
    let mut ids = rescue.ids();
    ids.sort();
    ids.dedup();
    assert_eq!((ids.len(), rescue.received().len()), (12, 12));
    app.finish().await;
}

#[tokio::test]
async fn a_lease_of_a_process_that_died_runs_out() {
    let (app, rescue, ..) = with_rescue_centre().await;
    issue(&app, 1).await;
    app.execute(
        "UPDATE delivery SET leased_by = 'other', leased_until = (SELECT occurred_at FROM event LIMIT 1)",
    )
    .await;
    assert_eq!(app.deliver().await, 1, "run out already");
    assert_eq!(rescue.received().len(), 1);
    app.finish().await;
}

#[tokio::test]
async fn an_attempt_whose_lease_was_lost_is_not_written_down() {
    let (app, rescue, ..) = with_rescue_centre().await;
    issue(&app, 1).await;
    rescue.behave(Manners::Hang);
    let meanwhile = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        app.execute("UPDATE delivery SET leased_by = 'other'").await;
    };
    tokio::join!(app.deliver(), meanwhile);
    assert_eq!(app.count("SELECT count(*) AS n FROM delivery_attempt").await, 0);
    assert_eq!(statuses(&app).await, [(1, "pending".to_owned())]);
    app.waive_deliveries();
    app.finish().await;
}

#[tokio::test]
async fn what_was_sent_stands_in_the_disclosure_log_by_field_names() {
    let (app, ..) = with_rescue_centre().await;
    issue(&app, 1).await;
    app.deliver().await;
    let sql = "SELECT count(*) AS n FROM disclosure WHERE recipient = 'rescueCentre' \
        AND subject_version = 1 AND party_id IS NOT NULL AND permit_id IS NOT NULL";
    assert_eq!(app.count(sql).await, 1);
    app.finish().await;
}

#[tokio::test]
async fn a_secret_is_shown_once_and_a_payload_never() {
    let app = TestApp::start().await;
    let rescue = Recipient::start().await;
    let form = json!({ "name": "Sentralen", "recipient": "rescueCentre", "url": rescue.url });
    let key = [("idempotency-key", "once")];
    let who = administrator();
    let make = || app.send("POST", "/v1/subscriptions", Some(&who), &key, Some(&form));
    let made = make().await.expect(201).json();
    let again = make().await.expect(201).json();
    assert_eq!(again["id"], made["id"]);
    assert!(made["secret"].is_string() && again.get("secret").is_none());
    rescue.trust(made["secret"].as_str().unwrap());
    app.post("/v1/subscriptions", &administrator(), &form).await.expect_problem(409, "conflict");
    issue(&app, 1).await;
    app.deliver().await;
    let name =
        rescue.received()[0]["data"]["record"]["holder"]["name"].as_str().unwrap().to_owned();
    for path in ["/v1/subscriptions", "/v1/deliveries"] {
        let text = app.get(path, &administrator()).await.expect(200).text();
        assert!(!text.contains("whsec_") && !text.contains("whsk_") && !text.contains(&name));
    }
    app.finish().await;
}

#[tokio::test]
async fn a_subscription_must_have_an_address_that_may_be_called() {
    let app = TestApp::start().await;
    let subscription =
        |url: &str| json!({ "name": "Sentralen", "recipient": "rescueCentre", "url": url });
    for url in
        ["not an address", "http://example.no/", "https://169.254.169.254/", "https://10.0.0.1/"]
    {
        let problem = app
            .post("/v1/subscriptions", &administrator(), &subscription(url))
            .await
            .expect_problem(422, "invalid-content");
        assert_eq!(problem["errors"][0]["pointer"], "/url", "{url}");
    }
    let other = json!({ "name": " ", "recipient": "public", "url": "https://example.no/" });
    let problem = app
        .post("/v1/subscriptions", &administrator(), &other)
        .await
        .expect_problem(422, "invalid-content");
    assert_eq!(problem["errors"].as_array().map(Vec::len), Some(2));
    app.finish().await;
}

#[tokio::test]
async fn the_worker_delivers_by_itself_and_ends_when_told() {
    let (app, rescue, ..) = with_rescue_centre().await;
    let jobs = app.start_jobs().await;
    issue(&app, 1).await;
    // the limit only ends a test that hangs; how fast it is, `benches/` measures
    let hang = Duration::from_secs(60);
    let arrives = async {
        while rescue.received().is_empty() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let sql = "SELECT count(*) AS n FROM delivery WHERE status = 'delivered'";
        while app.count(sql).await == 0 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(hang, arrives).await.expect("it arrives and is written down");
    tokio::time::timeout(hang, jobs.stop(&app.app, hang)).await.expect("the jobs end");
}
