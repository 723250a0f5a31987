//! What a rescue centre asks and is answered: every reason for having no match, what ended permits
//! still give, the log of look-ups, alerts, and the copy it keeps.

use anrop::{
    identity::Role,
    permit::kind::Kind,
    rescue::{actions::drain_spool, rules::digest},
    values::beacon_id::{Code, Homer, Programming, encode},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::TimeDelta;
use ed25519_dalek::{Signature, VerifyingKey};
use serde_json::{Value, json};

use crate::{
    kinds::shared::at_once,
    support::{Reply, TestApp, Who, people},
};

/// A PLB permit as it stands after the caseworker's decision.
struct Granted {
    holder: Who,
    permit: String,
    call_sign: String,
}

async fn grant(app: &TestApp, n: u64) -> Granted {
    let (holder, caseworker) = (Who::person(n), Who::caseworker("saksbehandler-1"));
    let receipt =
        app.post("/v1/plb/applications", &holder, &people::plb_application(n)).await.expect(201);
    let case = receipt.header("location").to_owned();
    let seen = app.get(&case, &caseworker).await.expect(200);
    let outcome = json!({ "outcome": "granted" });
    let decision = format!("{case}/decision");
    let decided =
        app.post_on(&decision, &caseworker, &seen.etag(), &outcome).await.expect(200).json();
    Granted {
        holder,
        permit: decided["permitId"].as_str().expect("a permit").to_owned(),
        call_sign: decided["callSign"].as_str().expect("a call sign").to_owned(),
    }
}

pub fn code(serial: u32) -> String {
    let code = Code::SerialUserPlb { serial, tac: None };
    encode(&Programming { country: 257, code, homer: Homer::Mhz121 }).expect("a code").to_string()
}

/// Reports the code of the `n`th person's beacon, whose serial number the application gave.
async fn program(app: &TestApp, n: u64) -> String {
    let technician = Who::role(Role::Programmer);
    let code = code(10_000 + u32::try_from(n).expect("small"));
    let orders = app.get("/v1/programming-orders", &technician).await.expect(200).json();
    let id = orders["items"][0]["id"].as_str().expect("an order").to_owned();
    let path = format!("/v1/programming-orders/{id}/report");
    app.post_on(&path, &technician, "\"v1\"", &json!({ "code": code })).await.expect(200);
    code
}

fn centre() -> Who {
    Who::role(Role::Rescue)
}

async fn look_up(app: &TestApp, key: &str) -> Reply {
    let headers = [("incident-reference", "2026/117"), ("operator", "vakt-3")];
    app.send("GET", &format!("/v1/rescue/beacons/{key}"), Some(&centre()), &headers, None).await
}

async fn answer(app: &TestApp, key: &str) -> Value {
    look_up(app, key).await.expect(200).json()
}

async fn act(app: &TestApp, granted: &Granted, step: &str, who: &Who, body: &Value) {
    let path = format!("/v1/permits/{}", granted.permit);
    let seen = app.get(&path, who).await.expect(200);
    app.post_on(&format!("{path}/{step}"), who, &seen.etag(), &at_once(step, body))
        .await
        .expect(200);
}

#[tokio::test]
async fn a_permit_that_awaits_programming_or_is_suspended_is_a_match_with_contacts() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let granted = grant(&app, 1).await;
    let waiting = answer(&app, &granted.call_sign.to_lowercase()).await;
    let found = &waiting["matches"][0];
    assert_eq!((&found["match"], &found["live"]), (&json!("callSign"), &json!(true)));
    assert_eq!(found["record"]["permit"]["status"], "awaitingProgramming");
    assert_eq!(found["record"]["contacts"].as_array().map(Vec::len), Some(2));
    assert!(waiting.get("reason").is_none());

    let code = program(&app, 1).await;
    let caseworker = Who::caseworker("saksbehandler-1");
    let grounds = json!({ "grounds": "Gebyret er ikke betalt." });
    act(&app, &granted, "suspension", &caseworker, &grounds).await;
    let suspended = answer(&app, &code).await;
    let found = &suspended["matches"][0];
    assert_eq!(found["match"], "exact");
    assert_eq!(found["record"]["permit"]["status"], "suspended");
    assert_eq!(found["differences"], json!([]));
    let contacts = found["record"]["contacts"].as_array().expect("contacts");
    let order: Vec<&Value> = contacts.iter().map(|contact| &contact["callingOrder"]).collect();
    assert_eq!(order, [1, 2]);
    assert_eq!(suspended["decoded"]["class"], "plb");
    assert_eq!(suspended["dataAge"], 0);
    app.finish().await;
}

#[tokio::test]
async fn an_ended_permit_gives_its_last_holders_telephone_for_a_year_and_then_nothing() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let granted = grant(&app, 1).await;
    let code = program(&app, 1).await;
    act(&app, &granted, "surrender", &granted.holder, &json!({ "reason": "sold" })).await;
    for key in [&code, &granted.call_sign] {
        let ended = answer(&app, key).await;
        assert_eq!((&ended["reason"], &ended["matches"]), (&json!("ended"), &json!([])), "{key}");
        let applicant = people::applicant(1);
        assert_eq!(ended["ended"]["lastHolder"]["name"], applicant["name"]);
        assert_eq!(ended["ended"]["lastHolder"]["telephone"], applicant["phone"]);
        assert_eq!(ended["ended"]["why"], "sold");
        assert!(!ended.to_string().contains("contacts"), "contacts ended with the permit");
        assert!(!ended.to_string().contains(granted.holder.national_id()));
    }
    app.clock.advance(TimeDelta::days(366));
    let later = answer(&app, &code).await;
    assert_eq!((&later["reason"], later.get("ended")), (&json!("unknown"), None));
    app.finish().await;
}

#[tokio::test]
async fn every_look_up_is_logged_once_with_incident_officer_and_fields() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let granted = grant(&app, 1).await;
    answer(&app, &granted.call_sign).await;
    answer(&app, &code(4_711)).await;
    look_up(&app, "12345").await.expect_problem(400, "malformed-key");
    let path = format!("/v1/rescue/beacons/{}", granted.call_sign);
    let problem = app.get(&path, &centre()).await.expect_problem(400, "invalid-parameter");
    assert_eq!(problem["errors"][0]["pointer"], "Incident-Reference");

    let of = |condition: &str| format!("SELECT count(*) AS n FROM disclosure WHERE {condition}");
    // a slow disk may hand a record over twice (from memory and from the file): rows are what counts
    while drain_spool(&app.app).await.expect("drains") > 0 {}
    let given = "purpose = 'plb-rescue-delivery' AND permit_id IS NOT NULL AND party_id IS NOT NULL \
                 AND incident_reference = '2026/117' AND officer = 'vakt-3 (rescue-1)' \
                 AND outcome = 'match' AND subject_version IS NOT NULL";
    assert_eq!(app.count(&of(given)).await, 1);
    let nothing = "purpose = 'rescue-look-up-log' AND permit_id IS NULL AND outcome = 'unknown' \
                   AND look_up_key IS NOT NULL";
    assert_eq!(app.count(&of(nothing)).await, 1);
    let fields = "SELECT count(*) AS n FROM disclosure WHERE CAST(fields AS text) LIKE '%contacts%' \
                  AND CAST(fields AS text) NOT LIKE '%+47%'";
    assert_eq!(app.count(fields).await, 1);
    app.seal().await;
    let report = anrop::seal::verify::verify(&app.app, None).await.expect("reads");
    assert!(report.holds(), "{report:?}");
    app.finish().await;
}

#[tokio::test]
async fn the_codes_in_an_alert_are_found_and_answered_in_order() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let granted = grant(&app, 1).await;
    let code = program(&app, 1).await;
    let text = format!(
        "1. DISTRESS COSPAS-SARSAT INITIAL ALERT\n8. SEEN WITH 1D0E9 B07CE FFBFF\n11. HEX ID: {} {} {}",
        &code[..5],
        &code[5..10],
        &code[10..]
    );
    let ask = |text: &str| json!({ "text": text, "incidentReference": "pending" });
    let found = app.post("/v1/rescue/look-ups", &centre(), &ask(&text)).await.expect(200).json();
    let keys: Vec<&Value> =
        found["answers"].as_array().expect("answers").iter().map(|answer| &answer["key"]).collect();
    assert_eq!(keys, [code.as_str(), "1D0E9B07CEFFBFF"]);
    assert_eq!(found["answers"][0]["matches"][0]["permitId"], granted.permit);
    assert_eq!(found["answers"][1]["foreign"]["mid"], 232);
    let none = json!({ "text": "Ingen kode her, ring 68 05 00 12", "incidentReference": " " });
    let problem = app
        .post("/v1/rescue/look-ups", &centre(), &none)
        .await
        .expect_problem(422, "invalid-content");
    let pointers: Vec<&Value> = problem["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|error| &error["pointer"])
        .collect();
    assert_eq!(pointers, ["/incidentReference", "/text"]);
    app.finish().await;
}

#[tokio::test]
async fn a_recorded_alert_is_shown_at_the_next_look_up_also_of_a_foreign_beacon() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let granted = grant(&app, 1).await;
    let code = program(&app, 1).await;
    let alert =
        |key: &str| json!({ "key": key, "incidentReference": "2026/9", "outcome": "false" });
    let once = [("idempotency-key", "alert-1")];
    let body = alert(&code);
    let first = app.send("POST", "/v1/rescue/alerts", Some(&centre()), &once, Some(&body)).await;
    let first = first.expect(201).json();
    assert_eq!(first["permitId"], granted.permit);
    let again = app.send("POST", "/v1/rescue/alerts", Some(&centre()), &once, Some(&body)).await;
    assert_eq!(again.expect(201).json()["id"], first["id"]);
    for key in [&code, &granted.call_sign] {
        let found = answer(&app, key).await;
        let alerts = found["matches"][0]["earlierAlerts"].as_array().cloned().expect("alerts");
        assert_eq!(alerts.len(), 1, "{key}");
        assert_eq!(alerts[0]["outcome"], "false");
    }
    let foreign = alert("1D0E9B07CEFFBFF");
    let recorded = app.post("/v1/rescue/alerts", &centre(), &foreign).await.expect(201).json();
    assert!(recorded.get("permitId").is_none());
    assert_eq!(
        answer(&app, "1D0E9B07CEFFBFF").await["earlierAlerts"][0]["incidentReference"],
        "2026/9"
    );
    let broken =
        json!({ "key": "A02F0", "incidentReference": "x", "outcome": "real", "permitId": "7" });
    let problem = app
        .post("/v1/rescue/alerts", &centre(), &broken)
        .await
        .expect_problem(422, "invalid-content");
    assert_eq!(problem["errors"].as_array().map(Vec::len), Some(2));
    app.finish().await;
}

#[tokio::test]
async fn changes_come_in_order_and_only_the_newest_version_carries_its_record() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let granted = grant(&app, 1).await;
    assert_eq!(page(&app, 0, 200).await["items"], json!([]), "unsealed changes are not shown");
    app.clock.advance(TimeDelta::seconds(1));
    program(&app, 1).await;
    let other = grant(&app, 2).await;
    app.seal().await;
    let whole = page(&app, 0, 200).await;
    let items = whole["items"].as_array().expect("items");
    let sequences: Vec<i64> =
        items.iter().map(|item| item["sequence"].as_i64().expect("a place")).collect();
    assert!(sequences.is_sorted() && !sequences.is_empty());
    for item in items {
        assert_eq!(item["superseded"], item.get("record").is_none(), "{item}");
    }
    for permit in [&granted.permit, &other.permit] {
        let newest = items.iter().rfind(|item| item["permitId"] == **permit).expect("a change");
        assert_eq!(newest["record"]["contacts"].as_array().map(Vec::len), Some(2));
    }
    let (mut after, mut one_by_one) = (0, Vec::new());
    loop {
        let part = page(&app, after, 1).await;
        let Some(item) = part["items"].get(0) else { break };
        one_by_one.push(item["sequence"].as_i64().expect("a place"));
        after = part["next"].as_i64().expect("a place");
    }
    assert_eq!(one_by_one, sequences, "no page repeats or skips");
    let (whole, beyond) = (page(&app, 0, 200).await, page(&app, 1_000_000, 1).await);
    let next = whole["next"].as_i64().expect("a place");
    assert_eq!(page(&app, next, 1).await["afterLink"], whole["nextLink"], "links join pages");
    assert_eq!(whole["afterLink"], "0".repeat(64));
    assert!(whole["nextLink"] != whole["afterLink"] && beyond.get("afterLink").is_none());
    for after in ["-1", "x", "+1"] {
        let path = format!("/v1/rescue/changes?after={after}");
        app.get(&path, &centre()).await.expect_problem(400, "invalid-parameter");
    }
    app.finish().await;
}

async fn page(app: &TestApp, after: i64, limit: u32) -> Value {
    let path = format!("/v1/rescue/changes?after={after}&limit={limit}");
    app.get(&path, &centre()).await.expect(200).json()
}

#[tokio::test]
async fn a_state_whose_data_key_is_destroyed_is_a_tombstone() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    grant(&app, 1).await;
    app.seal().await;
    app.app
        .db()
        .write(|tx| async move {
            use sea_orm::ConnectionTrait as _;
            tx.execute_unprepared("DELETE FROM person_key").await?;
            Ok(())
        })
        .await
        .expect("deleted");
    let items = page(&app, 0, 200).await["items"].clone();
    let items = items.as_array().expect("items");
    assert!(!items.is_empty());
    for item in items {
        assert_eq!((&item["superseded"], item.get("record")), (&json!(false), None));
    }
    let path = format!("/v1/rescue/permits?ids={}", items[0]["permitId"].as_str().expect("an id"));
    let got = app.get(&path, &centre()).await.expect(200).json();
    assert_eq!((&got["items"], &got["withheld"][0]["version"]), (&json!([]), &json!(1)));
    app.finish().await;
}

#[tokio::test]
async fn the_digest_is_signed_and_a_copy_can_compute_it() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let first = grant(&app, 1).await;
    grant(&app, 2).await;
    let caseworker = Who::caseworker("saksbehandler-1");
    act(&app, &first, "revocation", &caseworker, &json!({ "grounds": "Uriktige opplysninger." }))
        .await;
    app.seal().await;
    let whole = app.get("/v1/rescue/digest", &centre()).await.expect(200).json();
    assert_eq!(whole["count"], 1);
    let key: [u8; 32] =
        STANDARD.decode(whole["publicKey"].as_str().unwrap()).unwrap().try_into().unwrap();
    let signature = STANDARD.decode(whole["signature"].as_str().unwrap()).unwrap();
    let statement = whole["statement"].as_str().expect("a text");
    VerifyingKey::from_bytes(&key)
        .unwrap()
        .verify_strict(statement.as_bytes(), &Signature::from_slice(&signature).unwrap())
        .expect("the signature holds");
    assert!(statement.contains(whole["root"].as_str().unwrap()));

    // of so few permits the root lists them all, each with the hash of what a delivery would carry
    let node = &whole["nodes"][0];
    assert_eq!(
        (&node["node"], &node["hash"], node.get("children")),
        (&json!(""), &whole["root"], None)
    );
    let listed = node["permits"].as_array().expect("permits").clone();
    let mut items = Vec::new();
    for permit in &listed {
        let id = permit["permitId"].as_str().expect("an id");
        let got =
            app.get(&format!("/v1/rescue/permits?ids={id}"), &centre()).await.expect(200).json();
        let got = &got["items"][0];
        let version = i32::try_from(got["version"].as_i64().expect("a version")).expect("small");
        let permit_id: uuid::Uuid = id.parse().expect("an id");
        let hash = digest::content_hash(permit_id, version, Kind::Plb, &got["record"]);
        assert_eq!(
            permit["hash"],
            hex::encode(hash),
            "a copy can compute it from what it was given"
        );
        items.push(digest::Item { permit: permit_id, version, hash });
    }
    let root = digest::Tree::of(items).summary(digest::Node::ROOT);
    assert_eq!(
        (json!(root.count), json!(hex::encode(root.hash))),
        (json!(1), whole["root"].clone())
    );
    let said = digest::Statement::parse(statement).expect("as documented");
    assert_eq!((said.root, said.count), (root.hash, 1));
    for node in ["x", "00000", "0,1,x"] {
        let path = format!("/v1/rescue/digest?node={node}");
        app.get(&path, &centre()).await.expect_problem(400, "invalid-parameter");
    }
    // the ended one is still given by id, without contacts; an unknown one is left out
    let unknown = uuid::Uuid::from_u128(1);
    let path = format!("/v1/rescue/permits?ids={unknown},{}", first.permit);
    let got = app.get(&path, &centre()).await.expect(200).json();
    assert_eq!(got["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(got["withheld"], json!([]), "one that is not registered is not told of as erased");
    assert_eq!(got["items"][0]["record"]["permit"]["status"], "revoked");
    assert!(got["items"][0]["record"].get("contacts").is_none());
    app.get("/v1/rescue/permits?ids=1", &centre()).await.expect_problem(400, "invalid-parameter");
    app.finish().await;
}

#[tokio::test]
async fn a_code_that_fails_takes_no_other_answer_from_a_text() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    grant(&app, 1).await;
    let broken = program(&app, 1).await;
    let sound = grant(&app, 2).await;
    let sql = format!(
        "UPDATE party SET phone = 'x' WHERE id IN (SELECT p.holder_id FROM permit p \
         JOIN permit_identifier i ON i.permit_id = p.id WHERE i.value = '{broken}')"
    );
    let code = program(&app, 2).await;
    app.execute(&sql).await;
    let ask = |text: String| json!({ "text": text, "incidentReference": "2026/117" });
    let text = format!("HEX ID {broken}\nHEX ID {code}");
    let found = app.post("/v1/rescue/look-ups", &centre(), &ask(text)).await.expect(200).json();
    assert_eq!(found["answers"].as_array().map(Vec::len), Some(1));
    assert_eq!(found["answers"][0]["matches"][0]["permitId"], sound.permit);
    assert_eq!(found["unanswered"].as_array().map(Vec::len), Some(1));
    assert_eq!(found["unanswered"][0]["key"], broken);
    let alone = ask(format!("HEX ID {broken}"));
    assert!(app.post("/v1/rescue/look-ups", &centre(), &alone).await.status >= 500);
    app.finish().await;
}
