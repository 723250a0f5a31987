//! What a rescue centre's copy keeps to while it is put right: nothing older takes the place of what was
//! delivered meanwhile, one permit does not keep the others, and alerts are read anew.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use anrop::{
    receiver::actions::{catch_up, reconcile},
    rescue::{
        actions::{Inquiry, refer},
        copy::{Authority, Change},
    },
    values::ids::PermitId,
};
use chrono::TimeDelta;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::Notify,
    time::timeout,
};

use crate::{
    receiver::{centre, change, grant, run},
    support::{TestApp, people, receiver::TestReceiver, test_app::on_postgres},
};

/// Longer than anything here may take.
const LONG: Duration = Duration::from_secs(20);

/// A line to the registry that holds the first answer about single permits back, and is cut behind it.
#[derive(Clone)]
struct Line {
    asked: Arc<Notify>,
    goes_on: Arc<Notify>,
    is_cut: Arc<AtomicBool>,
}

impl Line {
    async fn begin(to: &str) -> (Self, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let line = Self { asked: Arc::default(), goes_on: Arc::default(), is_cut: Arc::default() };
        let (carrying, to) = (line.clone(), to.to_owned());
        tokio::spawn(async move {
            while let Ok((here, _)) = listener.accept().await {
                if !carrying.is_cut.load(Ordering::SeqCst) {
                    let there = TcpStream::connect(&to).await.expect("the other end");
                    tokio::spawn(carrying.clone().carry(here, there));
                }
            }
        });
        (line, format!("http://{address}"))
    }

    async fn carry(self, mut here: TcpStream, mut there: TcpStream) {
        let (mut question, mut answer, mut holds) = (vec![0; 65_536], vec![0; 65_536], false);
        loop {
            tokio::select! {
                read = here.read(&mut question) => {
                    let size = read.unwrap_or(0);
                    if size == 0 || self.is_cut.load(Ordering::SeqCst) {
                        return;
                    }
                    holds |= String::from_utf8_lossy(&question[..size]).contains("/v1/rescue/permits?");
                    there.write_all(&question[..size]).await.expect("carries");
                }
                read = there.read(&mut answer) => {
                    let size = read.unwrap_or(0);
                    if size == 0 {
                        return;
                    }
                    if holds && !self.is_cut.load(Ordering::SeqCst) {
                        self.asked.notify_one();
                        self.goes_on.notified().await;
                        self.is_cut.store(true, Ordering::SeqCst);
                    }
                    here.write_all(&answer[..size]).await.expect("carries");
                }
            }
        }
    }
}

fn id_of(permit: &str) -> PermitId {
    PermitId::parse(permit.rsplit('/').next().expect("an id")).expect("an id")
}

/// Takes the second version of a permit as it is delivered.
async fn deliver(app: &TestApp, own: &TestReceiver, permit: PermitId) {
    let copy = own.receiver.copy();
    let mut held = copy.held(permit).await.expect("reads").expect("held");
    let path = format!("/v1/rescue/permits?ids={permit}");
    let today = app.get(&path, &centre()).await.expect(200).json()["items"][0].clone();
    assert_eq!(today["version"], 2);
    (held.version, held.record) = (2, today["record"].clone());
    held.recorded_at = today["recordedAt"].as_str().and_then(|at| at.parse().ok());
    assert!(held.recorded_at.is_some());
    let delivered = Change::Put(Box::new(held));
    assert_eq!(copy.take(&[delivered], Authority::Delivery).await.expect("writes").applied, 1);
}

#[tokio::test]
async fn a_repair_does_not_bring_back_what_a_delivery_has_changed_meanwhile() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (permit, sign) = grant(&app, 1).await;
    app.seal().await;
    let (line, address) = Line::begin(app.base.trim_start_matches("http://")).await;
    let own = TestReceiver::start(&app, Some(address)).await;
    reconcile(&own.receiver).await.expect("equal");
    let copy = own.receiver.copy();
    let id = id_of(&permit);
    let mut damaged = copy.held(id).await.expect("reads").expect("held");
    damaged.record["contacts"] = json!([]);
    copy.take(&[Change::Put(Box::new(damaged))], Authority::Repair).await.expect("writes");

    let receiver = own.receiver.clone();
    let repairing = tokio::spawn(async move { reconcile(&receiver).await.is_err() });
    timeout(LONG, line.asked.notified()).await.expect("asks about what differs");
    // the registry has answered; now the contacts change, and that is delivered before the answer is read
    change(&app, 1, &permit, 3).await;
    deliver(&app, &own, id).await;
    line.goes_on.notify_one();
    let is_alone = timeout(LONG, repairing).await.expect("ends").expect("no panic");
    assert!(is_alone, "the registry is gone right after its answer");

    let contacts = people::plb_application(3)["emergencyContacts"].clone();
    let found = own.look_up(&sign).await.expect(200).json();
    assert_eq!(found["matches"][0]["record"]["contacts"][0]["name"], contacts[0]["name"]);
    app.finish().await;
}

#[tokio::test]
async fn a_permit_the_registry_cannot_read_does_not_keep_others_from_being_repaired() {
    const HOLDERS: u64 = 5;
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (mut ids, mut signs) = (Vec::new(), Vec::new());
    for n in 1..=HOLDERS {
        let (permit, sign) = grant(&app, n).await;
        ids.push(id_of(&permit));
        signs.push(sign);
    }
    app.seal().await;
    let own = TestReceiver::start(&app, Some(app.base.clone())).await;
    reconcile(&own.receiver).await.expect("equal");
    let bytes = if on_postgres() { "'\\x0102'::bytea" } else { "x'0102'" };
    let id = ids[2].0;
    let id = if on_postgres() { format!("'{id}'") } else { format!("x'{}'", id.simple()) };
    run(&app, &format!("UPDATE permit_version SET state_sealed = {bytes} WHERE permit_id = {id}"))
        .await;
    let lost: Vec<_> = ids.iter().map(|id| id.0).collect();
    own.receiver.copy().remove(&lost).await.expect("removes");
    let fault = reconcile(&own.receiver).await.expect_err("one is missing").to_string();
    assert_eq!(fault, "the registry cannot read 1 permits in which the copy differs");
    assert_eq!(own.receiver.progress().repaired, HOLDERS - 1);
    for (n, sign) in signs.iter().enumerate() {
        let found = own.look_up(sign).await.expect(200).json();
        assert_eq!(found["matches"].as_array().map(Vec::len), Some(usize::from(n != 2)), "{sign}");
    }
    app.finish().await;
}

#[tokio::test]
async fn an_incident_reference_that_comes_days_later_reaches_a_copy_with_the_next_comparison() {
    const KEY: &str = "1D0E9B07CEFFBFF";
    let app = TestApp::start().await;
    app.waive_deliveries();
    for reference in ["pending", "2026/9"] {
        let alert = json!({ "key": KEY, "incidentReference": reference, "outcome": "false" });
        app.post("/v1/rescue/alerts", &centre(), &alert).await.expect(201);
        app.clock.advance(TimeDelta::days(3));
    }
    // its token would not have lived so long
    let own = TestReceiver::start(&app, Some(app.base.clone())).await;
    let references = async || {
        let answer = own.look_up(KEY).await.expect(200).json();
        let alerts = answer["earlierAlerts"].as_array().expect("alerts").clone();
        alerts.into_iter().map(|alert| alert["incidentReference"].clone()).collect::<Vec<_>>()
    };
    reconcile(&own.receiver).await.expect("equal");
    catch_up(&own.receiver).await.expect("reads all alerts once more");
    assert_eq!(references().await, [json!("2026/9"), json!("pending")]);
    let officer = "vakt-3".to_owned();
    let inquiry = Inquiry { incident_reference: "2026/8".to_owned(), officer };
    refer(&app.app, KEY, &inquiry).await.expect("refers");
    catch_up(&own.receiver).await.expect("reads the last alerts");
    assert_eq!(references().await, [json!("2026/9"), json!("pending")]);
    reconcile(&own.receiver).await.expect("equal");
    catch_up(&own.receiver).await.expect("reads all alerts once more");
    assert_eq!(references().await, [json!("2026/9"), json!("2026/8")]);
    app.finish().await;
}

#[tokio::test]
async fn a_copy_that_was_told_before_the_log_was_sealed_is_not_taken_to_differ() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (permit, _) = grant(&app, 1).await;
    app.seal().await;
    let own = TestReceiver::start(&app, Some(app.base.clone())).await;
    reconcile(&own.receiver).await.expect("equal");
    change(&app, 1, &permit, 3).await;
    deliver(&app, &own, id_of(&permit)).await;
    let sealing = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        app.seal().await;
    };
    let (compared, ()) = tokio::join!(reconcile(&own.receiver), sealing);
    compared.expect("equal");
    app.finish().await;
}
