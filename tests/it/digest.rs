//! The daily digest: who gets it, how often, what proves it, and that it keeps nothing else waiting.

use anrop::{
    identity::Role,
    jobs,
    seal::{checkpoint::Checkpoint, verify},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::TimeDelta;
use ed25519_dalek::{Signature, VerifyingKey};
use serde_json::{Value, json};

use crate::support::{Recipient, TestApp, Who, people, recipient::Manners};

fn administrator() -> Who {
    Who::role(Role::Administrator)
}

async fn subscribe(app: &TestApp, kind: &str, name: &str) -> Recipient {
    let (recipient, secret) = unverified(app, kind, name).await;
    recipient.trust(&secret);
    recipient
}

/// A recipient that takes any signature: those of another day are too old for one that looks.
async fn unverified(app: &TestApp, kind: &str, name: &str) -> (Recipient, String) {
    let recipient = Recipient::start().await;
    let form = json!({ "name": name, "recipient": kind, "url": recipient.url });
    let made = app.post("/v1/subscriptions", &administrator(), &form).await.expect(201).json();
    (recipient, made["secret"].as_str().expect("a secret").to_owned())
}

async fn issue(app: &TestApp, n: u64) {
    let application = people::plb_application(n);
    let receipt = app.post("/v1/plb/applications", &Who::person(n), &application).await.expect(201);
    let path = format!("{}/decision", receipt.header("location"));
    let caseworker = Who::caseworker("saksbehandler-1");
    let form = json!({ "outcome": "granted" });
    app.post_on(&path, &caseworker, &receipt.etag(), &form).await.expect(200);
}

async fn run(app: &TestApp) {
    jobs::digest_once(app.app.clone()).await.expect("the job runs");
}

fn digests(recipient: &Recipient) -> Vec<Value> {
    let mut received = recipient.received();
    received.retain(|message| message["type"] == "digest.daily");
    received
}

async fn digest_now(app: &TestApp) -> Value {
    app.get("/v1/rescue/digest", &Who::role(Role::Rescue)).await.expect(200).json()
}

fn key(digest: &Value) -> VerifyingKey {
    let text = digest["publicKey"].as_str().expect("a key");
    let bytes: [u8; 32] = STANDARD.decode(text).expect("base64").try_into().expect("32 bytes");
    VerifyingKey::from_bytes(&bytes).expect("a key")
}

#[tokio::test]
async fn every_rescue_centre_gets_one_digest_a_day_however_many_workers_run() {
    let app = TestApp::start().await;
    let centres = [
        subscribe(&app, "rescueCentre", "first").await,
        subscribe(&app, "rescueCentre", "second").await,
    ];
    let programmer = subscribe(&app, "programmer", "programmer").await;
    issue(&app, 1).await;
    issue(&app, 2).await;
    app.seal().await;
    let workers: Vec<_> =
        (0..8).map(|_| tokio::spawn(jobs::digest_once(app.app.clone()))).collect();
    for worker in workers {
        worker.await.expect("ends").expect("the job runs");
    }
    app.deliver().await;
    run(&app).await;
    app.deliver().await;
    let shown = digest_now(&app).await;
    for centre in &centres {
        let told = digests(centre);
        assert_eq!(told.len(), 1, "{told:?}");
        let data = &told[0]["data"];
        assert_eq!((&data["count"], &data["root"]), (&json!(2), &shown["root"]));
        assert_eq!(data["keyId"], shown["keyId"]);
        let signature = STANDARD.decode(data["signature"].as_str().unwrap()).unwrap();
        let statement = data["statement"].as_str().expect("a text");
        key(&shown)
            .verify_strict(statement.as_bytes(), &Signature::from_slice(&signature).unwrap())
            .expect("the signature holds");
        for part in [format!("count {}", data["count"]), format!("head {}", data["head"])] {
            assert!(statement.lines().any(|line| line == part), "{statement}");
        }
        assert!(statement.contains(data["root"].as_str().unwrap()));
        let line = data["checkpoint"].as_str().expect("a line");
        let checkpoint = Checkpoint::parse(line, &[key(&shown)]).expect("a checkpoint of the log");
        assert_eq!(json!(checkpoint.head().count), data["head"]);
        assert_valid(&told[0]);
    }
    assert!(digests(&programmer).is_empty());
    assert_eq!(app.count("SELECT count(*) AS n FROM event WHERE permit_id IS NULL").await, 1);

    // what is in the log stays provable, and a centre that reads changes does not meet digests there
    app.seal().await;
    assert!(verify::verify(&app.app, None).await.expect("verifies").holds());
    let changes = app.get("/v1/rescue/changes", &Who::role(Role::Rescue)).await.expect(200).json();
    let items = changes["items"].as_array().expect("items");
    assert!(items.len() >= 2 && items.iter().all(|item| item["permitId"].is_string()), "{items:?}");

    app.clock.advance(TimeDelta::days(1));
    run(&app).await;
    run(&app).await;
    assert_eq!(app.count("SELECT count(*) AS n FROM event WHERE permit_id IS NULL").await, 2);
    app.waive_deliveries();
    app.finish().await;
}

#[tokio::test]
async fn a_checkpoint_from_a_digest_shows_that_the_end_of_the_log_was_cut_off() {
    let app = TestApp::start().await;
    let centre = subscribe(&app, "rescueCentre", "centre").await;
    issue(&app, 1).await;
    app.seal().await;
    run(&app).await;
    app.deliver().await;
    let folder = tempfile::tempdir().expect("a folder");
    let line = digests(&centre)[0]["data"]["checkpoint"].as_str().expect("a line").to_owned();
    std::fs::write(folder.path().join("from-the-centre.jsonl"), format!("{line}\n")).unwrap();
    let verified = async || verify::verify(&app.app, Some(folder.path())).await.expect("verifies");
    let report = verified().await;
    assert!(report.holds() && report.checkpoints == 1, "{report:?}");
    app.app
        .db()
        .write(|tx| async move {
            use sea_orm::ConnectionTrait as _;
            let cut = "DELETE FROM log_entry WHERE seq = (SELECT max(seq) FROM log_entry)";
            tx.execute_unprepared(cut).await?;
            Ok(())
        })
        .await
        .expect("deleted");
    assert!(!verified().await.disagreements.is_empty());
    app.finish().await;
}

#[tokio::test]
async fn a_digest_is_retried_like_any_delivery_and_keeps_no_permit_waiting() {
    let app = TestApp::start().await;
    let (centre, _) = unverified(&app, "rescueCentre", "centre").await;
    issue(&app, 1).await;
    app.deliver().await;
    centre.behave(Manners::Status(503));
    run(&app).await;
    assert_eq!(app.deliver().await, 1);
    // undelivered, it neither gives way to a permit nor to the digest of the next day
    centre.behave(Manners::Good);
    issue(&app, 2).await;
    app.deliver().await;
    let issued = |message: &&Value| message["type"] == "permit.issued";
    assert_eq!(centre.received().iter().filter(issued).count(), 2);
    assert!(digests(&centre).is_empty(), "not before its time");
    app.clock.advance(TimeDelta::days(1));
    run(&app).await;
    app.deliver().await;
    let told = digests(&centre);
    let counts: Vec<&Value> = told.iter().map(|message| &message["data"]["count"]).collect();
    assert_eq!(counts.len(), 2);
    assert!(counts.contains(&&json!(1)) && counts.contains(&&json!(2)), "{counts:?}");
    let bodies = "SELECT count(DISTINCT body_hash) AS n FROM delivery_attempt a \
         JOIN delivery d ON d.id = a.delivery_id WHERE d.permit_id IS NULL";
    assert_eq!(app.count(bodies).await, 2, "each attempt of a digest has the same body");
    let list = app.get("/v1/deliveries", &administrator()).await.expect(200).json();
    let items = list["items"].as_array().expect("items");
    assert!(items.iter().all(|item| item["status"] == "delivered"), "{items:?}");
    let without = items.iter().filter(|item| item.get("permitId").is_none()).count();
    assert_eq!(without, 2);
    app.finish().await;
}

#[tokio::test]
async fn without_a_rescue_centre_no_digest_is_made() {
    let app = TestApp::start().await;
    let programmer = subscribe(&app, "programmer", "programmer").await;
    run(&app).await;
    assert_eq!(app.deliver().await, 0);
    assert!(programmer.received().is_empty());
    let centre = subscribe(&app, "rescueCentre", "later the same day").await;
    run(&app).await;
    app.deliver().await;
    assert_eq!(digests(&centre)[0]["data"]["count"], 0);
    app.finish().await;
}

#[track_caller]
fn assert_valid(message: &Value) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi/events/digest.daily.schema.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).expect("a schema"))
        .expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let faults: Vec<String> = validator.iter_errors(message).map(|e| e.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?}");
    let mut other = message.clone();
    other["data"]["checkpoint"] = Value::Null;
    assert!(!validator.is_valid(&other), "the schema refuses nothing");
}
