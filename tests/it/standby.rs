//! Look-ups go on: when the database does not answer, the copy beside the service does and says so;
//! when the look-up cannot be recorded, the rescue centre still gets its answer.

use std::time::{Duration, Instant};

use anrop::{
    clock::Clock as _,
    delivery::worker,
    identity::Role,
    jobs::{mail_once, notify_once},
    notification::{
        client::GatewaySettings,
        email::client::{MailSettings, Protection},
    },
    rescue::{
        actions::{self, Inquiry, drain_spool, keep_standby},
        copy::{Authority, Change},
        rules::read_key,
    },
    values::ids::PermitId,
};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{Reply, TestApp, Visitor, Who, cluster, people, test_app::on_postgres};

fn centre() -> Who {
    Who::role(Role::Rescue)
}

async fn grant(app: &TestApp, n: u64) -> String {
    let application = people::plb_application(n);
    let receipt = app.post("/v1/plb/applications", &Who::person(n), &application).await.expect(201);
    let path = format!("{}/decision", receipt.header("location"));
    let caseworker = Who::caseworker("saksbehandler-1");
    let form = json!({ "outcome": "granted" });
    let decided = app.post_on(&path, &caseworker, &receipt.etag(), &form).await.expect(200).json();
    decided["callSign"].as_str().expect("a call sign").to_owned()
}

async fn look_up(app: &TestApp, key: &str, incident: &str) -> Reply {
    let headers = [("incident-reference", incident), ("operator", "vakt-3")];
    app.send("GET", &format!("/v1/rescue/beacons/{key}"), Some(&centre()), &headers, None).await
}

fn content(mut answer: Value) -> Value {
    for member in ["lookUpId", "answeredAt", "source", "dataAsOf", "dataAge"] {
        assert!(answer.as_object_mut().expect("an object").remove(member).is_some(), "{member}");
    }
    answer
}

/// Takes the database away or gives it back: PostgreSQL closes every connection and lets nobody in, an
/// SQLite file is not the one it was.
async fn database(app: &TestApp, answers: bool) {
    let url = &app.app.settings().database_url;
    match (on_postgres(), answers) {
        (true, false) => cluster::cluster().take_away(url).await,
        (true, true) => cluster::cluster().give_back(url).await,
        (false, _) => {
            let (from, to) =
                if answers { ("gone", "permit_identifier") } else { ("permit_identifier", "gone") };
            let sql = format!("ALTER TABLE {from} RENAME TO {to}");
            app.app
                .db()
                .write(|tx| {
                    let sql = sql.clone();
                    async move {
                        use sea_orm::ConnectionTrait as _;
                        tx.execute_unprepared(&sql).await?;
                        Ok(())
                    }
                })
                .await
                .expect("renames");
        }
    }
}

#[tokio::test]
async fn while_the_database_does_not_answer_the_standby_does_and_says_how_old_it_is() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let sign = grant(&app, 1).await;
    let alert = json!({ "key": sign, "incidentReference": "2026/9", "outcome": "false" });
    app.post("/v1/rescue/alerts", &centre(), &alert).await.expect(201);
    app.seal().await;
    let keys = [sign.as_str(), "1D0E9B07CEFFBFF", "257123456", "478ABC", "LN-ABC", "LA1ABC"];
    let mut before = Vec::new();
    for key in keys {
        let answer = look_up(&app, key, "2026/117").await.expect(200).json();
        assert_eq!((&answer["source"], &answer["dataAge"]), (&json!("registry"), &json!(0)));
        before.push(content(answer));
    }
    // before the standby has been filled it must not say that nobody is registered
    database(&app, false).await;
    let refused = look_up(&app, &sign, "2026/117").await;
    assert!([500, 503].contains(&refused.status), "{}", refused.text());
    database(&app, true).await;
    eventually("the database is back", async || look_up(&app, &sign, "x").await.status == 200)
        .await;
    // look-ups have connections of their own: those of everything else may still be broken
    eventually("the standby is filled", async || keep_standby(&app.app).await.is_ok()).await;

    database(&app, false).await;
    app.clock.advance(TimeDelta::minutes(7));
    for (key, before) in keys.iter().zip(&before) {
        let answer = look_up(&app, key, "2026/118").await.expect(200).json();
        assert_eq!(answer["source"], "standby", "{key}");
        assert_eq!(answer["dataAge"], 420, "{key}");
        assert_eq!(content(answer), *before, "{key}");
    }
    let text = json!({ "text": "HEX ID 1D0E9B07CEFFBFF", "incidentReference": "pending" });
    let found = app.post("/v1/rescue/look-ups", &centre(), &text).await.expect(200).json();
    assert_eq!(found["answers"][0]["source"], "standby");
    let malformed = look_up(&app, "12345", "2026/118").await;
    malformed.expect_problem(400, "malformed-key");

    database(&app, true).await;
    eventually("the registry answers again", async || {
        let answer = look_up(&app, &sign, "2026/119").await;
        answer.status == 200 && answer.json()["source"] == "registry"
    })
    .await;
    // every look-up of the outage is in the log all the same
    eventually("the spool is drained", async || matches!(drain_spool(&app.app).await, Ok(0))).await;
    let logged = "SELECT count(*) AS n FROM disclosure WHERE incident_reference = '2026/118'";
    assert_eq!(app.count(logged).await, 6);
    app.finish().await;
}

async fn eventually(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let start = Instant::now();
    while !holds().await {
        assert!(start.elapsed() < Duration::from_secs(60), "{what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// An address that takes every connection and never says a word.
async fn silence() -> std::net::SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            held.push(stream);
        }
    });
    address
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn look_ups_go_on_while_recipient_text_messages_mail_and_billing_do_not_answer() {
    let address = silence().await;
    let patience = Duration::from_secs(60);
    let app = TestApp::start_with(|settings| {
        settings.delivery_timeout = patience;
        settings.gateway = Some(GatewaySettings {
            url: format!("http://{address}/messages"),
            token: None,
            sender: "anrop".to_owned(),
        });
        let port = address.port();
        let mut mail =
            MailSettings::new("127.0.0.1", port, Protection::None, "ikke-svar@example.no");
        mail.time_limit = patience;
        settings.mail = Some(mail);
    })
    .await;
    app.waive_deliveries();
    let url = format!("http://{address}/hook");
    let form = json!({ "name": "Sentralen", "recipient": "rescueCentre", "url": url });
    app.post("/v1/subscriptions", &Who::role(Role::Administrator), &form).await.expect(201);
    let sign = grant(&app, 1).await;

    let mut stuck = tokio::task::JoinSet::new();
    let own = app.app.clone();
    stuck.spawn(async move { worker::run_once(&own).await.map(|_| ()) });
    stuck.spawn(notify_once(app.app.clone()));
    stuck.spawn(mail_once(app.app.clone()));
    tokio::time::sleep(Duration::from_millis(300)).await;
    // what a grant is charged by cannot be read either
    app.execute("ALTER TABLE invoice_line RENAME TO gone").await;
    for _ in 0..20 {
        let began = Instant::now();
        let answer = look_up(&app, &sign, "2026/117").await.expect(200).json();
        assert_eq!(answer["source"], "registry");
        assert_eq!(answer["matches"].as_array().map(Vec::len), Some(1));
        assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    }
    assert!(stuck.try_join_next().is_none(), "something has ended that should have waited");
    stuck.shutdown().await;
    app.execute("ALTER TABLE gone RENAME TO invoice_line").await;
    app.finish().await;
}

#[tokio::test]
async fn a_look_up_that_cannot_be_recorded_is_answered_and_recorded_afterwards_as_late() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let sign = grant(&app, 1).await;
    look_up(&app, &sign, "2026/1").await.expect(200);
    // every name the spool will try for its next file is taken: none can be made, whoever runs the test
    let spool = app.app.settings().spool.clone();
    let taken: Vec<_> = (1..400).map(|n| spool.join(format!("{n:016x}.spool"))).collect();
    for path in taken.iter().filter(|path| !path.exists()) {
        std::fs::create_dir(path).expect("a folder of that name");
    }
    // what is acknowledged makes the spool begin a new file, which it cannot
    let faulty = async || {
        let _ = drain_spool(&app.app).await;
        app.app.spool().health().failing.is_some()
    };
    eventually("the spool fails", faulty).await;
    let answer = look_up(&app, &sign, "2026/2").await.expect(200).json();
    assert_eq!(answer["matches"].as_array().map(Vec::len), Some(1));
    let ready = anrop::jobs::readiness(&app.app).await;
    assert!(ready.contains(&"the look-up spool cannot be written"), "{ready:?}");
    let late = "SELECT count(*) AS n FROM disclosure WHERE incident_reference = '2026/2' AND late";
    eventually("it is recorded", async || {
        let _ = drain_spool(&app.app).await;
        app.count(late).await == 1
    })
    .await;
    for path in taken.iter().filter(|path| path.is_dir()) {
        std::fs::remove_dir(path).expect("removes");
    }
    eventually("the spool is whole again", async || {
        look_up(&app, &sign, "2026/3").await.expect(200);
        app.app.spool().health().failing.is_none()
    })
    .await;
    while drain_spool(&app.app).await.expect("drains") > 0 {}
    assert_eq!(app.count(late).await, 1, "and once only");
    app.finish().await;
}

#[tokio::test]
async fn a_look_up_that_neither_spool_nor_database_records_is_held_until_one_does() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let sign = grant(&app, 1).await;
    app.execute("ALTER TABLE disclosure RENAME TO gone").await;
    // larger than the spool takes
    let inquiry = Inquiry { incident_reference: "2026/4".to_owned(), officer: "x".repeat(70_000) };
    let key = read_key(&sign).expect("a key");
    let answer = actions::look_up(&app.app, key, &inquiry).await.expect("an answer");
    assert_eq!(answer.matches.len(), 1);
    tokio::time::sleep(Duration::from_millis(700)).await;
    app.execute("ALTER TABLE gone RENAME TO disclosure").await;
    let late = "SELECT count(*) AS n FROM disclosure WHERE incident_reference = '2026/4' AND late";
    eventually("it is recorded", async || app.count(late).await == 1).await;
    app.finish().await;
}

#[tokio::test]
async fn a_pending_incident_reference_is_completed_later_and_once() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let sign = grant(&app, 1).await;
    let pending = look_up(&app, &sign, "pending").await.expect(200).json();
    let named = look_up(&app, &sign, "2026/1").await.expect(200).json();
    let path = |answer: &Value| {
        let id = answer["lookUpId"].as_str().expect("an id");
        format!("/v1/rescue/look-ups/{id}/incident-reference")
    };
    let form = json!({ "incidentReference": "2026/117" });
    let done = app.post(&path(&pending), &centre(), &form).await.expect(200).json();
    assert_eq!(done["incidentReference"], "2026/117");
    app.post(&path(&pending), &centre(), &form).await.expect(200);
    let rows = "SELECT count(*) AS n FROM disclosure WHERE outcome = 'referenceCompleted' \
                AND incident_reference = '2026/117' AND permit_id IS NOT NULL AND party_id IS NOT NULL";
    assert_eq!(app.count(rows).await, 1);
    app.post(&path(&named), &centre(), &form).await.expect_problem(409, "illegal-transition");
    let unknown = json!({ "lookUpId": "019a9f2c-5e0c-7d1a-b0cd-ef0123456789" });
    app.post(&path(&unknown), &centre(), &form).await.expect_problem(404, "not-found");
    for reference in ["pending", " ", "a\nb"] {
        let form = json!({ "incidentReference": reference });
        app.post(&path(&pending), &centre(), &form).await.expect_problem(422, "invalid-content");
    }
    app.seal().await;
    let report = anrop::seal::verify::verify(&app.app, None).await.expect("reads");
    assert!(report.holds(), "{report:?}");
    app.finish().await;
}

#[tokio::test]
async fn a_permit_that_cannot_be_read_is_told_of_until_it_can() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let (broken, _) = (grant(&app, 1).await, grant(&app, 2).await);
    let at =
        format!("permit_id IN (SELECT permit_id FROM permit_identifier WHERE value = '{broken}')");
    app.execute("CREATE TABLE kept AS SELECT permit_id, state_sealed FROM permit_version").await;
    let bytes = if on_postgres() { "'\\x0102'::bytea" } else { "x'0102'" };
    app.execute(&format!("UPDATE permit_version SET state_sealed = {bytes} WHERE {at}")).await;
    app.seal().await;
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    let _local = metrics::set_default_local_recorder(&recorder);
    let told = || {
        let text = handle.render();
        let line = text.lines().find(|line| line.starts_with("anrop_rescue_unreadable_permits "));
        line.and_then(|line| line.rsplit(' ').next()).map(str::to_owned)
    };
    actions::sweep_standby(&app.app).await.expect("sweeps");
    assert_eq!(told().as_deref(), Some("1"));
    let standby = app.app.standby().await.expect("a standby");
    assert_eq!(
        (standby.unreadable().len(), standby.copy.count().await.expect("counts").live),
        (1, 1)
    );
    let mut visitor = Visitor::signed_in(&app, "ADMINISTRATOR").await;
    let page = visitor.get("/en/deliveries").await.expect(200).text();
    assert!(page.contains("does not have them: 1."), "{page}");
    assert!(page.contains(&standby.unreadable()[0].to_string()), "{page}");

    // it is put right without an event: the next sweep finds it
    let whole = "UPDATE permit_version SET state_sealed = (SELECT kept.state_sealed FROM kept \
                 WHERE kept.permit_id = permit_version.permit_id)";
    app.execute(whole).await;
    actions::sweep_standby(&app.app).await.expect("sweeps");
    assert_eq!(told().as_deref(), Some("0"));
    assert_eq!(standby.copy.count().await.expect("counts").live, 2);
    let page = visitor.get("/en/deliveries").await.expect(200).text();
    assert!(!page.contains("cannot be read here"));
    app.execute("DROP TABLE kept").await;
    app.finish().await;
}

#[tokio::test]
async fn a_standby_that_finds_another_log_lets_go_at_once_of_what_the_registry_does_not_know() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    grant(&app, 1).await;
    app.seal().await;
    actions::tend_standby(&app.app).await.expect("fills and sweeps");
    let copy = &app.app.standby().await.expect("a standby").copy;
    // of the log that was followed: a permit that the registry of today has never issued
    let mut lost = copy.page(uuid::Uuid::nil(), 1).await.expect("reads").remove(0);
    lost.permit = PermitId::new(app.clock.now());
    let lost = Change::Put(Box::new(lost));
    copy.take(&[lost], Authority::Repair).await.expect("writes");
    actions::tend_standby(&app.app).await.expect("follows");
    assert_eq!(copy.count().await.expect("counts").live, 2, "no sweep is due");
    copy.set_fact("appliedLink", &"ab".repeat(32)).await.expect("writes");
    actions::tend_standby(&app.app).await.expect("fills and sweeps");
    assert_eq!(copy.count().await.expect("counts").live, 1);
    app.finish().await;
}
