//! The rescue centre's own copy: what reaches it, what it refuses, how it finds and repairs what it has
//! missed, and that it answers as the registry does.

use anrop::{
    clock::Clock as _,
    delivery::signature::{MessageId, SharedSecret, Signer, SigningKey},
    identity::Role,
    receiver::actions::{accept, bring_look_ups, catch_up, load_extract, notes, reconcile},
    rescue::{
        actions::write_extract,
        copy::{Authority, Change},
        rules::digest::Node,
    },
    values::{
        beacon_id::{Code, Homer, Programming, encode},
        ids::PermitId,
    },
};
use chrono::TimeDelta;
use serde_json::{Value, json};
use tokio::{
    io::AsyncReadExt as _,
    net::{TcpListener, TcpStream},
};
use uuid::Uuid;

use crate::support::{
    Reply, TestApp, Who, people, program::free_address, receiver::TestReceiver,
    test_app::on_postgres,
};

pub fn centre() -> Who {
    Who::role(Role::Rescue)
}

/// A PLB permit: its address and its call sign.
pub async fn grant(app: &TestApp, n: u64) -> (String, String) {
    let application = people::plb_application(n);
    let receipt = app.post("/v1/plb/applications", &Who::person(n), &application).await.expect(201);
    let path = format!("{}/decision", receipt.header("location"));
    let caseworker = Who::caseworker("saksbehandler-1");
    let form = json!({ "outcome": "granted" });
    let decided = app.post_on(&path, &caseworker, &receipt.etag(), &form).await.expect(200).json();
    let text = |member: &str| decided[member].as_str().expect("a text").to_owned();
    (format!("/v1/permits/{}", text("permitId")), text("callSign"))
}

/// The code of a beacon with a serial number.
pub fn code(serial: u64) -> String {
    let code = Code::SerialUserPlb { serial: u32::try_from(serial).expect("small"), tac: None };
    encode(&Programming { country: 257, code, homer: Homer::Mhz121 }).expect("a code").to_string()
}

/// Reports the beacon of the only open order, whose serial number the `n`th application gave.
pub async fn program(app: &TestApp, n: u64) -> String {
    let technician = Who::role(Role::Programmer);
    let orders = app.get("/v1/programming-orders", &technician).await.expect(200).json();
    let id = orders["items"][0]["id"].as_str().expect("an order").to_owned();
    let (path, code) = (format!("/v1/programming-orders/{id}/report"), code(10_000 + n));
    app.post_on(&path, &technician, "\"v1\"", &json!({ "code": code })).await.expect(200);
    code
}

/// Replaces the contacts of a permit by those of another person's application.
pub async fn change(app: &TestApp, n: u64, permit: &str, other: u64) {
    let holder = Who::person(n);
    let seen = app.get(permit, &holder).await.expect(200);
    let contacts =
        json!({ "emergencyContacts": people::plb_application(other)["emergencyContacts"] });
    let path = format!("{permit}/contacts");
    app.put(&path, &holder, Some(&seen.etag()), &contacts).await.expect(200);
}

async fn at_registry(app: &TestApp, key: &str) -> Reply {
    let headers = [("incident-reference", "2026/117"), ("operator", "vakt-3")];
    app.send("GET", &format!("/v1/rescue/beacons/{key}"), Some(&centre()), &headers, None).await
}

/// An answer without what belongs to this one look-up.
fn content(reply: Reply) -> Value {
    let mut answer = reply.expect(200).json();
    for member in ["lookUpId", "answeredAt", "source", "dataAsOf", "dataAge"] {
        assert!(answer.as_object_mut().expect("an object").remove(member).is_some(), "{member}");
    }
    answer
}

async fn assert_equal(app: &TestApp, own: &TestReceiver) {
    let digest = app.get("/v1/rescue/digest", &centre()).await.expect(200).json();
    let root = own.receiver.copy().tree().await.expect("a tree").summary(Node::ROOT);
    assert_eq!(digest["root"], hex::encode(root.hash));
    assert_eq!(digest["count"], root.count);
}

#[tokio::test]
async fn what_is_delivered_is_answered_by_the_copy_as_by_the_registry() {
    let app = TestApp::start().await;
    let own = TestReceiver::subscribed(&app).await;
    own.look_up("LNA2345").await.expect_problem(503, "unavailable");
    own.get("/readyz").await.expect(503);
    let (permit, call_sign) = grant(&app, 1).await;
    let code = program(&app, 1).await;
    let (_, ended_sign) = grant(&app, 2).await;
    app.seal().await;
    catch_up(&own.receiver).await.expect("catches up");
    assert!(app.deliver().await > 0);
    let alert = json!({ "key": code, "incidentReference": "2026/9", "outcome": "false" });
    app.post("/v1/rescue/alerts", &centre(), &alert).await.expect(201);
    change(&app, 1, &permit, 3).await;
    let seen = app.get("/v1/permits", &Who::person(2)).await.expect(200).json();
    let path = format!("/v1/permits/{}", seen["items"][0]["id"].as_str().expect("a permit"));
    let etag = app.get(&path, &Who::person(2)).await.expect(200).etag();
    let surrender = format!("{path}/surrender");
    app.post_on(&surrender, &Who::person(2), &etag, &json!({ "reason": "sold" })).await.expect(200);
    app.deliver().await;
    app.seal().await;
    catch_up(&own.receiver).await.expect("catches up");
    let cut_off = &code[..code.len() - 1];
    for key in [
        code.as_str(),
        &code.to_lowercase(),
        &call_sign,
        &ended_sign,
        "1D0E9B07CEFFBFF",
        "257123456",
        "478ABC",
        "LN-ABC",
        "SE-ABC",
        "56E6804002202009655250",
        "LA1ABC",
    ] {
        let ours = content(own.look_up(key).await);
        assert_eq!(ours, content(at_registry(&app, key).await), "{key}");
    }
    let found = own.look_up(&code).await.json();
    assert_eq!(found["source"], "copy");
    assert_eq!(found["matches"][0]["earlierAlerts"].as_array().map(Vec::len), Some(1));
    let contact = &people::plb_application(3)["emergencyContacts"][0]["name"];
    assert_eq!(&found["matches"][0]["record"]["contacts"][0]["name"], contact);
    assert_eq!(own.look_up_text(&format!("HEX ID: {code}")).await["answers"][0]["key"], code);
    let problem = own.look_up(cut_off).await.expect_problem(400, "malformed-key");
    assert_eq!(problem["errors"][0]["pointer"], "key");
    let url = format!("{}/v1/rescue/beacons/{code}", own.base);
    let bare = crate::support::program::client().get(url).send().await.expect("an answer");
    assert_eq!(bare.status(), 400, "an incident reference is needed");
    own.get("/readyz").await.expect(200);
    app.clock.advance(TimeDelta::minutes(10));
    assert_eq!(own.look_up(&code).await.json()["dataAge"], 600);
    let logged = notes(&own.receiver).await.expect("reads").join("\n");
    assert!(logged.contains("\"officer\":\"vakt-3 (local)\"") && logged.contains(&code));
    app.finish().await;
}

#[tokio::test]
async fn a_delivery_not_signed_in_both_ways_or_too_old_is_refused() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let own = TestReceiver::start(&app, None).await;
    let (secret, key) = (SharedSecret::generate().unwrap(), SigningKey::generate().unwrap());
    let stranger = (SharedSecret::generate().unwrap(), SigningKey::generate().unwrap());
    own.trust(&app, &[secret.to_text().to_string(), key.public_key().to_string()]).await;
    let permit = Uuid::from_u128(7);
    let body = |version: i32| {
        let record = json!({ "permit": { "status": "active", "number": "PLB-000001" }, "callSign": "LNA2345" });
        let data =
            json!({ "permitId": permit, "version": version, "kind": "plb", "record": record });
        json!({ "type": "permit.amended", "timestamp": "2026-11-22T00:00:00Z", "data": data })
            .to_string()
    };
    let send = async |secret: &SharedSecret, key: &SigningKey, age: i64, body: String| {
        let at = app.clock.now() - TimeDelta::seconds(age);
        let signer = Signer::new(vec![secret.clone()], vec![key.clone()]).unwrap();
        let signed = signer.sign(&MessageId::from(Uuid::from_u128(1)), at, body.as_bytes());
        own.post("/deliveries", &signed.pairs(), body.into_bytes()).await.status
    };
    let version = async || own.receiver.copy().version(PermitId(permit)).await.expect("reads");
    assert_eq!(send(&stranger.0, &key, 0, body(1)).await, 401);
    assert_eq!(send(&secret, &stranger.1, 0, body(1)).await, 401);
    assert_eq!(send(&secret, &key, 301, body(1)).await, 401);
    assert_eq!(send(&secret, &key, 0, "{".to_owned()).await, 400);
    assert_eq!(version().await, None);
    for (sent, held) in [(2, 2), (2, 2), (1, 2), (5, 5), (3, 5)] {
        assert_eq!(send(&secret, &key, 0, body(sent)).await, 204, "{sent}");
        assert_eq!(version().await, Some(held), "{sent}");
    }
    let status = own.get("/status").await.expect(200).json();
    assert_eq!(
        (&status["refused"], &status["deliveries"], &status["live"]),
        (&json!(4), &json!(5), &json!(1))
    );
    assert_eq!(status["gaps"], 2, "version 2 came first, and 5 after 2");
    let big = "x".repeat(2 * 1024 * 1024);
    assert_eq!(send(&secret, &key, 0, big).await, 413);
    app.finish().await;
}

#[tokio::test]
async fn a_receiver_that_missed_a_thousand_changes_repairs_itself() {
    const HOLDERS: u64 = 20;
    const ROUNDS: u64 = 48;
    let app = TestApp::start().await;
    app.waive_deliveries();
    let own = TestReceiver::subscribed(&app).await;
    let mut permits = Vec::new();
    for n in 1..=HOLDERS {
        permits.push(grant(&app, n).await.0);
    }
    app.seal().await;
    catch_up(&own.receiver).await.expect("catches up");
    assert_equal(&app, &own).await;
    let before = own.receiver.progress().applied;
    for round in 0..ROUNDS {
        for (n, permit) in (1..).zip(&permits) {
            change(&app, n, permit, 30 + (n + round) % 40).await;
        }
    }
    let revoked = json!({ "grounds": "Uriktige opplysninger.", "withoutNotice": "unnecessary" });
    let caseworker = Who::caseworker("saksbehandler-1");
    let etag = app.get(&permits[0], &caseworker).await.expect(200).etag();
    app.post_on(&format!("{}/revocation", permits[0]), &caseworker, &etag, &revoked)
        .await
        .expect(200);
    app.seal().await;
    let read = catch_up(&own.receiver).await.expect("catches up");
    assert!(read > HOLDERS * ROUNDS, "{read}");
    assert!(own.receiver.progress().applied > before);
    let comparison = reconcile(&own.receiver).await.expect("equal");
    assert_eq!((comparison.repaired, comparison.requests), (0, 1), "nothing was left to repair");
    assert_equal(&app, &own).await;
    // the newest is delivered as well, late and in any order, and changes nothing
    app.deliver().await;
    assert_equal(&app, &own).await;
    app.finish().await;
}

#[tokio::test]
async fn a_copy_that_was_damaged_finds_what_differs_and_repairs_it() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let own = TestReceiver::subscribed(&app).await;
    let mut signs = Vec::new();
    for n in 1..=12 {
        signs.push(grant(&app, n).await.1);
    }
    app.seal().await;
    reconcile(&own.receiver).await.expect("equal");
    let copy = own.receiver.copy();
    let items = copy.items(Node::ROOT).await.expect("items");
    copy.remove(&[items[0].permit, items[1].permit]).await.expect("removes");
    let mut held = copy.held(PermitId(items[2].permit)).await.expect("reads").expect("held");
    held.record["contacts"] = json!([]);
    let mut stranger = held.clone();
    stranger.permit = PermitId(Uuid::from_u128(99));
    held.version += 5;
    let changes = [Change::Put(Box::new(held)), Change::Put(Box::new(stranger))];
    copy.take(&changes, Authority::Repair).await.expect("writes");
    // what the copy has and the registry has not is given up by an operator's word alone
    accept(&own.receiver.settings().data, 2).expect("writes");
    let comparison = reconcile(&own.receiver).await.expect("equal again");
    assert_eq!(comparison.repaired, 4);
    assert_equal(&app, &own).await;
    for sign in &signs {
        assert_eq!(
            content(own.look_up(sign).await),
            content(at_registry(&app, sign).await),
            "{sign}"
        );
    }
    // a digest of the day makes it look, and one that somebody else signed does not
    anrop::jobs::digest_once(app.app.clone()).await.expect("the job runs");
    app.deliver().await;
    copy.remove(&[items[3].permit]).await.expect("removes");
    assert!(own.receiver.progress().wants_comparison);
    assert_eq!(reconcile(&own.receiver).await.expect("equal").repaired, 1);
    own.trust(&TestApp::start().await, &[]).await;
    let fault = reconcile(&own.receiver).await.expect_err("another registry's key").to_string();
    assert!(fault.contains("not signed by a trusted key"), "{fault}");
    app.finish().await;
}

#[tokio::test]
async fn what_is_disputed_is_given_with_a_flag_and_what_is_erased_leaves_the_copy() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let own = TestReceiver::subscribed(&app).await;
    let (permit, sign) = grant(&app, 1).await;
    let (_, other_sign) = grant(&app, 2).await;
    app.seal().await;
    catch_up(&own.receiver).await.expect("catches up");
    assert_eq!(own.look_up(&sign).await.json()["matches"][0]["restricted"], false);
    let sql = async |sql: &'static str| {
        app.app
            .db()
            .write(|tx| async move {
                use sea_orm::ConnectionTrait as _;
                tx.execute_unprepared(sql).await?;
                Ok(())
            })
            .await
            .expect("writes");
    };
    // restriction of processing stops others; for the rescue centre a person must decide (Art. 18)
    sql("UPDATE party SET restricted = TRUE").await;
    change(&app, 1, &permit, 3).await;
    app.deliver().await;
    app.seal().await;
    catch_up(&own.receiver).await.expect("catches up");
    let found = own.look_up(&sign).await.json();
    assert_eq!(found["matches"][0]["restricted"], true);
    assert_eq!(found["matches"][0]["record"]["contacts"].as_array().map(Vec::len), Some(2));
    // erasure destroys the data key and writes no event: the comparison finds it
    sql("DELETE FROM person_key").await;
    anrop::rescue::actions::sweep_standby(&app.app).await.expect("sweeps");
    reconcile(&own.receiver).await.expect("equal");
    assert_equal(&app, &own).await;
    for sign in [&sign, &other_sign] {
        let gone = own.look_up(sign).await.json();
        assert_eq!((&gone["reason"], &gone["matches"]), (&json!("unknown"), &json!([])), "{sign}");
    }
    app.finish().await;
}

#[tokio::test]
async fn an_extract_fills_a_receiver_that_has_no_line() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (_, sign) = grant(&app, 1).await;
    let code = program(&app, 1).await;
    let alert = json!({ "key": code, "incidentReference": "2026/9", "outcome": "test" });
    app.post("/v1/rescue/alerts", &centre(), &alert).await.expect(201);
    app.seal().await;
    let own = TestReceiver::start(&app, None).await;
    let file = own.folder.path().join("extract");
    let written =
        write_extract(&app.app, "utdrag", &own.key.public(), None, &file).await.expect("writes");
    assert_eq!(written.permits, 1);
    let logged =
        "SELECT count(*) AS n FROM disclosure WHERE officer = 'utdrag' AND permit_id IS NOT NULL";
    assert_eq!(app.count(logged).await, 1);
    let whole = std::fs::read(&file).expect("reads");
    let mut changed = whole.clone();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    let broken = own.folder.path().join("broken");
    std::fs::write(&broken, changed).expect("writes");
    load_extract(&own.receiver, &broken).await.expect_err("it was changed");
    own.look_up(&sign).await.expect_problem(503, "unavailable");

    let read = load_extract(&own.receiver, &file).await.expect("loads");
    assert_eq!(read, written);
    for key in [&sign, &code] {
        assert_eq!(content(own.look_up(key).await), content(at_registry(&app, key).await), "{key}");
    }
    let found = own.look_up(&code).await.json();
    assert_eq!((&found["source"], &found["dataAge"]), (&json!("extract"), &json!(0)));
    assert_eq!(found["matches"][0]["earlierAlerts"].as_array().map(Vec::len), Some(1));
    let other = TestReceiver::start(&app, None).await;
    load_extract(&other.receiver, &file).await.expect_err("it is not for this one");

    // the same over the line, by the service
    let body = json!({ "receiverKey": other.key.public().to_string() });
    let sent = app.post("/v1/rescue/extracts", &centre(), &body).await.expect(200);
    assert_eq!(sent.header("content-type"), "application/octet-stream");
    let file = other.folder.path().join("extract");
    std::fs::write(&file, &sent.bytes).expect("writes");
    assert_eq!(load_extract(&other.receiver, &file).await.expect("loads").permits, 1);
    let body = json!({ "receiverKey": "anrpk_abc" });
    app.post("/v1/rescue/extracts", &centre(), &body).await.expect_problem(422, "invalid-content");
    app.finish().await;
}

pub async fn run(app: &TestApp, sql: &str) {
    app.app
        .db()
        .write(|tx| async move {
            use sea_orm::ConnectionTrait as _;
            tx.execute_unprepared(sql).await?;
            Ok(())
        })
        .await
        .expect("writes");
}

/// A receiver that has read an extract of now.
pub async fn filled(app: &TestApp) -> TestReceiver {
    let own = TestReceiver::start(app, None).await;
    fill(app, &own).await;
    own
}

/// Lets a receiver read an extract of now.
pub async fn fill(app: &TestApp, own: &TestReceiver) {
    let file = own.folder.path().join("extract");
    write_extract(&app.app, "utdrag", &own.key.public(), None, &file).await.expect("writes");
    load_extract(&own.receiver, &file).await.expect("loads");
}

/// A line between two addresses, on which the first answer is lost.
async fn line(from: &str, to: &str) {
    let (listener, to) = (TcpListener::bind(from).await.expect("a free address"), to.to_owned());
    tokio::spawn(async move {
        let mut is_first = true;
        while let Ok((mut here, _)) = listener.accept().await {
            let mut there = TcpStream::connect(&to).await.expect("the other end");
            if is_first {
                is_first = false;
                let (mut asking, _) = here.split();
                let (mut answering, mut asked) = there.split();
                tokio::select! {
                    _ = tokio::io::copy(&mut asking, &mut asked) => {}
                    _ = answering.read_u8() => {}
                }
                continue;
            }
            tokio::spawn(async move {
                let _ = tokio::io::copy_bidirectional(&mut here, &mut there).await;
            });
        }
    });
}

const BRING: &str = "/v1/rescue/look-ups-of-copies";

#[tokio::test]
async fn look_ups_answered_while_the_registry_was_gone_reach_its_log_once() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (permit, sign) = grant(&app, 1).await;
    app.seal().await;
    let address = free_address();
    let own = TestReceiver::start(&app, Some(format!("http://{address}"))).await;
    fill(&app, &own).await;
    for key in [sign.as_str(), &sign, "1D0E9B07CEFFBFF"] {
        own.look_up(key).await.expect(200);
    }
    let waiting =
        async || own.get("/status").await.expect(200).json()["lookUpsWaiting"].as_i64().unwrap();
    let logged = "SELECT count(*) AS n FROM disclosure WHERE by_copy";
    let bring = async || bring_look_ups(&own.receiver).await;
    bring().await.expect_err("the registry is gone");
    assert_eq!((waiting().await, app.count(logged).await), (3, 0));

    line(&address, app.base.trim_start_matches("http://")).await;
    bring().await.expect_err("the answer is lost");
    assert_eq!((waiting().await, app.count(logged).await), (3, 3));
    assert_eq!(bring().await.expect("brings them again"), 3);
    assert_eq!((waiting().await, app.count(logged).await), (0, 3));
    assert_eq!(bring().await.expect("nothing waits"), 0);
    own.look_up(&sign).await.expect(200);
    assert_eq!(bring().await.expect("brings the new one"), 1);
    let as_asked = format!(
        "{logged} AND NOT late AND incident_reference = '2026/117' AND look_up_key IS NOT NULL \
         AND officer LIKE 'vakt-3 (local) (%'"
    );
    assert_eq!(app.count(&as_asked).await, 4);
    assert_eq!(notes(&own.receiver).await.expect("reads").len(), 4, "they stay here, too");
    // a registry that was put back to an earlier state may have lost some, and gets all once more
    own.receiver.progress().applied = 1_000_000;
    catch_up(&own.receiver).await.expect("catches up");
    assert_eq!(waiting().await, 4);
    assert_eq!(bring().await.expect("brings all"), 4);
    assert_eq!((waiting().await, app.count(logged).await), (0, 4));

    // the holder is told of them as of other look-ups
    app.clock.advance(TimeDelta::days(31));
    let told = app.get("/v1/me/disclosures", &Who::person(1)).await.expect(200).json();
    let mut look_ups = told["items"].as_array().expect("items").clone();
    look_ups.retain(|one| one["manner"] == "lookUp");
    assert_eq!(look_ups.len(), 3);
    let id = permit.rsplit('/').next().expect("an id");
    assert!(look_ups.iter().all(|one| one["permitId"] == id), "{look_ups:?}");
    let fields = look_ups[0]["fields"].as_array().expect("fields");
    assert!(fields.contains(&json!("contacts")), "{fields:?}");
    app.finish().await;
}

#[tokio::test]
async fn a_batch_of_look_ups_with_a_fault_is_refused_whole() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let now = app.clock.now();
    let permit = json!({
        "permitId": Uuid::from_u128(7), "version": 1, "purpose": "plb-register",
        "fields": ["holder.name"],
    });
    let sound = json!({
        "lookUpId": Uuid::from_u128(1), "answeredAt": now, "officer": "vakt-3",
        "incidentReference": "2026/117", "key": "LNA2345", "outcome": "match", "late": false,
        "permits": [permit],
    });
    let with = |pointer: &str, value: &Value| {
        let mut one = sound.clone();
        *one.pointer_mut(pointer).expect("a member") = value.clone();
        one
    };
    let refused = async |look_ups: Value, pointer: &str| {
        let reply = app.post(BRING, &centre(), &json!({ "lookUps": look_ups })).await;
        let problem = reply.expect_problem(422, "invalid-content");
        assert_eq!(problem["errors"][0]["pointer"], pointer);
    };
    for (pointer, value) in [
        ("/lookUpId", json!("x")),
        ("/answeredAt", json!(now + TimeDelta::hours(1))),
        ("/officer", json!(" ")),
        ("/incidentReference", json!("")),
        ("/key", json!("LNA\n2345")),
        ("/permits/0/permitId", json!("7")),
        ("/permits/0/version", json!(0)),
        ("/permits/0/purpose", json!("Kari Eksempel")),
        ("/permits/0/fields/0", json!("+47 68 05 00 12")),
    ] {
        let look_ups = json!([sound, with(pointer, &value)]);
        refused(look_ups, &format!("/lookUps/1{pointer}")).await;
    }
    refused(json!([]), "/lookUps").await;
    refused(json!(vec![with("/permits", &json!([])); 201]), "/lookUps").await;
    let logged = "SELECT count(*) AS n FROM disclosure WHERE by_copy";
    assert_eq!(app.count(logged).await, 0);

    // a permit that is not here is nobody's, and the same look-up is written once
    let twice = json!({ "lookUps": [sound, sound] });
    let taken = app.post(BRING, &centre(), &twice).await.expect(200).json();
    assert_eq!((&taken["added"], &taken["known"]), (&json!(1), &json!(1)));
    assert_eq!(app.count(&format!("{logged} AND party_id IS NULL")).await, 1);
    app.finish().await;
}

#[tokio::test]
async fn a_beacon_a_permit_had_before_is_found_in_a_copy_that_never_saw_it() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (permit, _) = grant(&app, 1).await;
    let now = program(&app, 1).await;
    let before = code(77_001);
    let id = anrop::values::ids::fresh(app.clock.now());
    let permit_id = permit.rsplit('/').next().expect("an id");
    let (id, permit_id) = match on_postgres() {
        true => (format!("'{id}'"), format!("'{permit_id}'")),
        false => (
            format!("x'{}'", id.simple()),
            format!("x'{}'", Uuid::try_parse(permit_id).expect("an id").simple()),
        ),
    };
    run(
        &app,
        &format!(
            "INSERT INTO permit_identifier (id, permit_id, scheme, value, live) \
             VALUES ({id}, {permit_id}, 'beaconId', '{before}', FALSE)"
        ),
    )
    .await;
    app.seal().await;
    let told = at_registry(&app, &before).await;
    assert_eq!(told.json()["matches"][0]["record"]["beacon"]["id"], json!(now));
    let by_feed = TestReceiver::subscribed(&app).await;
    catch_up(&by_feed.receiver).await.expect("catches up");
    for own in [filled(&app).await, by_feed] {
        assert_eq!(
            content(own.look_up(&before).await),
            content(at_registry(&app, &before).await),
            "the copy answers as the registry does"
        );
        reconcile(&own.receiver).await.ok();
        assert_eq!(
            own.look_up(&before).await.expect(200).json()["matches"][0]["permitId"],
            told.json()["matches"][0]["permitId"]
        );
    }
    app.finish().await;
}

#[tokio::test]
async fn an_alert_recorded_by_another_key_is_told_with_its_permit_by_registry_and_copies() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (permit, sign) = grant(&app, 1).await;
    let id = permit.rsplit('/').next().expect("an id");
    let alert = json!({
        "key": code(77_001), "permitId": id, "incidentReference": "2026/9", "outcome": "false",
    });
    app.post("/v1/rescue/alerts", &centre(), &alert).await.expect(201);
    app.seal().await;
    let by_feed = TestReceiver::subscribed(&app).await;
    catch_up(&by_feed.receiver).await.expect("catches up");
    let live = content(at_registry(&app, &sign).await);
    assert_eq!(live["matches"][0]["earlierAlerts"].as_array().map(Vec::len), Some(1));
    assert_eq!(content(by_feed.look_up(&sign).await), live);
    assert_eq!(content(filled(&app).await.look_up(&sign).await), live);

    // an ended permit is told of with its alerts
    let holder = Who::person(1);
    let etag = app.get(&permit, &holder).await.expect(200).etag();
    let path = format!("{permit}/surrender");
    app.post_on(&path, &holder, &etag, &json!({ "reason": "sold" })).await.expect(200);
    app.seal().await;
    catch_up(&by_feed.receiver).await.expect("catches up");
    let ended = content(at_registry(&app, &sign).await);
    assert_eq!(ended["reason"], "ended");
    assert_eq!(ended["earlierAlerts"].as_array().map(Vec::len), Some(1));
    assert_eq!(content(by_feed.look_up(&sign).await), ended);
    assert_eq!(content(filled(&app).await.look_up(&sign).await), ended);
    app.finish().await;
}

#[tokio::test]
async fn a_permit_that_cannot_be_read_stays_in_a_copy_and_stops_nothing_behind_it() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (damaged, sign) = grant(&app, 1).await;
    let (sound, other) = grant(&app, 2).await;
    app.seal().await;
    let own = TestReceiver::subscribed(&app).await;
    catch_up(&own.receiver).await.expect("catches up");
    let held = content(own.look_up(&sign).await);
    change(&app, 1, &damaged, 3).await;
    change(&app, 2, &sound, 4).await;
    app.seal().await;
    let bytes = if on_postgres() { "'\\x0102'::bytea" } else { "x'0102'" };
    let id = Uuid::try_parse(damaged.rsplit('/').next().expect("an id")).expect("an id");
    let id = if on_postgres() { format!("'{id}'") } else { format!("x'{}'", id.simple()) };
    run(&app, &format!("UPDATE permit_version SET state_sealed = {bytes} WHERE permit_id = {id}"))
        .await;
    catch_up(&own.receiver).await.expect("it is not stopped");
    assert_eq!(content(own.look_up(&sign).await), held, "what is held of it stays");
    let contacts = people::plb_application(4)["emergencyContacts"].clone();
    let names = |answer: &Value| answer["matches"][0]["record"]["contacts"][0]["name"].clone();
    assert_eq!(names(&own.look_up(&other).await.json()), contacts[0]["name"]);
    let file = own.folder.path().join("extract");
    let written =
        write_extract(&app.app, "utdrag", &own.key.public(), None, &file).await.expect("writes");
    assert_eq!(written.permits, 1);
    load_extract(&own.receiver, &file).await.expect("loads");
    assert_eq!(own.look_up(&sign).await.json()["matches"], held["matches"], "an extract keeps it");
    app.finish().await;
}

#[tokio::test]
async fn every_request_of_the_page_for_rescue_centres_works() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    grant(&app, 1).await;
    app.seal().await;
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi/rescue-centre.md");
    let page = std::fs::read_to_string(page).expect("the page");
    let blocks: Vec<String> = page
        .split("```sh\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .filter(|block| block.starts_with("curl"))
        .map(str::to_owned)
        .collect();
    assert!(blocks.len() >= 9, "{}", blocks.len());
    let looked = at_registry(&app, "1D0E9B07CEFFBFF").await.expect(200).json();
    assert_eq!(looked["reason"], "foreign");
    let pending = json!({ "text": "ID 1D0E9B07CEFFBFF", "incidentReference": "pending" });
    let pending = app.post("/v1/rescue/look-ups", &centre(), &pending).await.expect(200).json();
    let look_up = pending["answers"][0]["lookUpId"].as_str().expect("an id").to_owned();
    let key = anrop::rescue::extract::ReceiverKey::generate().public().to_string();
    let folder = tempfile::tempdir().expect("a folder");
    for block in blocks {
        let mut shell = std::process::Command::new("bash");
        shell
            .args(["-euo", "pipefail", "-c"])
            .arg(format!("curl() {{ command curl --fail-with-body \"$@\"; }}\n{block}"))
            .current_dir(folder.path())
            .env("URL", &app.base)
            .env("TOKEN", app.token(&centre()))
            .env("LOOK_UP", &look_up)
            .env("RECEIVER", &key);
        let ran = tokio::task::spawn_blocking(move || shell.output()).await.expect("ends");
        let ran = ran.expect("bash");
        assert!(ran.status.success(), "{block}\n{}", String::from_utf8_lossy(&ran.stdout));
    }
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receiver_that_is_killed_again_and_again_ends_up_equal_to_the_registry() {
    use crate::support::program::{Call, Installation, client};
    const KILLS: u64 = 6;
    let installation = Installation::make().await;
    let registry = installation.serve("registry", &["serve", "--with-worker"]).await;
    let (folder, address, client) =
        (tempfile::tempdir().expect("a folder"), free_address(), client());
    let ask = async |call: Call<'_>| {
        call.send(&client, &installation, &registry.base).await.expect("an answer")
    };
    let administrator = Who::role(Role::Administrator);
    let form = json!({
        "name": "Sentralen", "recipient": "rescueCentre", "url": format!("http://{address}/deliveries"),
    });
    let made = ask(Call::new("POST", "/v1/subscriptions", &administrator).body(&form)).await;
    let made = made.expect(201).json();
    let digest = ask(Call::new("GET", "/v1/rescue/digest", &centre())).await.expect(200).json();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let trust = format!(
        "{}\n{}\ndigest {}\n",
        text(&made["secret"]),
        text(&made["publicKeys"][0]),
        text(&digest["publicKey"])
    );
    let write = crate::support::receiver::write;
    write(&folder.path().join("key"), &anrop::rescue::extract::ReceiverKey::generate().to_text());
    write(&folder.path().join("trust"), &trust);
    write(&folder.path().join("token"), &installation.token(&centre()));
    let mut signs = Vec::new();
    let mut issue = async |n: u64| {
        let (holder, form) = (Who::person(n), people::plb_application(n));
        let receipt =
            ask(Call::new("POST", "/v1/plb/applications", &holder).body(&form)).await.expect(201);
        let path = format!("{}/decision", receipt.header("location"));
        let (caseworker, form) =
            (Who::caseworker("saksbehandler-1"), json!({ "outcome": "granted" }));
        let etag = receipt.etag();
        let headers = [("if-match", etag.as_str())];
        let call = Call::new("POST", &path, &caseworker).body(&form).headers(&headers);
        signs.push(text(&ask(call).await.expect(200).json()["callSign"]));
    };
    for kill in 0..KILLS {
        let mut receiver = installation.spawn_receiver(folder.path(), &address, &registry.base);
        if kill % 3 != 2 {
            assert!(receiver.answers().await, "{}", installation.log("receiver"));
        }
        for n in 1..=4 {
            issue(kill * 4 + n).await;
        }
        receiver.kill();
    }
    let last = anrop::clock::SystemClock.now();
    let mut receiver = installation.spawn_receiver(folder.path(), &address, &registry.base);
    assert!(receiver.answers().await, "{}", installation.log("receiver"));
    let began = std::time::Instant::now();
    loop {
        let asked =
            client.get(format!("{}/status", receiver.base)).send().await.expect("an answer");
        let status: Value =
            serde_json::from_slice(&asked.bytes().await.expect("whole")).expect("JSON");
        let equal = status["equalAt"]
            .as_str()
            .and_then(|at| at.parse::<chrono::DateTime<chrono::Utc>>().ok());
        if equal.is_some_and(|at| at > last) {
            assert_eq!(status["live"], signs.len());
            break;
        }
        assert!(began.elapsed() < std::time::Duration::from_secs(60), "{status}");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    // the registry is gone, and the copy answers
    registry.kill();
    for sign in &signs {
        let url = format!("{}/v1/rescue/beacons/{sign}", receiver.base);
        let asked = client
            .get(url)
            .header("incident-reference", "2026/117")
            .send()
            .await
            .expect("an answer");
        let found: Value =
            serde_json::from_slice(&asked.bytes().await.expect("whole")).expect("JSON");
        assert_eq!(
            (&found["matches"][0]["live"], &found["source"]),
            (&json!(true), &json!("copy")),
            "{sign}"
        );
    }
    receiver.kill();
}
