//! The sealed log: complete for readers under racing writers, and provably unbroken.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use anrop::{identity::Role, jobs, seal::verify};
use serde_json::json;

use crate::support::{TestApp, Who, people};

/// Thirty-two writers change call signs while a reader follows `after=SEQ`. A reader of numbers
/// taken inside the writing transactions would miss what commits late; of sealed numbers, nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_reader_of_the_feed_misses_nothing_under_32_writers() {
    let app = Arc::new(TestApp::start().await);
    let done = Arc::new(AtomicBool::new(false));
    let reader = {
        let (app, done) = (app.clone(), done.clone());
        tokio::spawn(async move {
            let (mut after, mut seen, mut order) = (0, BTreeSet::new(), Vec::new());
            loop {
                let ending = done.load(Ordering::SeqCst);
                if ending {
                    app.seal().await;
                }
                loop {
                    let path = format!("/v1/changes?after={after}&limit=7");
                    let page = app.get_public(&path).await.expect(200).json();
                    let items = page["items"].as_array().expect("items").clone();
                    for item in &items {
                        seen.insert(item["key"].as_str().expect("a key").to_owned());
                        order.push(item["sequence"].as_i64().expect("a sequence"));
                    }
                    after = page["next"].as_i64().expect("a sequence");
                    if items.is_empty() {
                        break;
                    }
                }
                if ending {
                    assert!(order.is_sorted(), "sequences come in order");
                    return seen;
                }
            }
        })
    };
    let sealer = {
        let (app, done) = (app.clone(), done.clone());
        tokio::spawn(async move {
            while !done.load(Ordering::SeqCst) {
                app.seal().await;
                tokio::time::sleep(std::time::Duration::from_millis(2)).await;
            }
        })
    };
    let writers: Vec<_> = (0..32)
        .map(|writer| {
            let app = app.clone();
            tokio::spawn(async move {
                for n in 0..4 {
                    let letters = ['A', 'B', 'C', 'D'];
                    let sign = format!(
                        "LB{}{}{}",
                        writer % 10,
                        char::from(b'A' + u8::try_from(writer / 10).expect("small")),
                        letters[n]
                    );
                    let until = app.day_in(30);
                    app.post_on(
                        &format!("/v1/call-signs/{sign}/reservation"),
                        &Who::caseworker("saksbehandler-1"),
                        "\"v0\"",
                        &json!({ "until": until, "reason": "test" }),
                    )
                    .await
                    .expect(200);
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.expect("ends");
    }
    done.store(true, Ordering::SeqCst);
    sealer.await.expect("ends");
    let seen = reader.await.expect("ends");
    assert_eq!(seen.len(), 32 * 4);
    let report = verify::verify(&app.app, None).await.expect("verifies");
    assert!(report.holds(), "{report:?}");
    Arc::into_inner(app).expect("the only one").finish().await;
}

#[tokio::test]
async fn a_changed_a_missing_and_a_cut_row_are_found() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    for n in 0..3 {
        app.post("/v1/plb/applications", &Who::person(n), &people::plb_application(n))
            .await
            .expect(201);
    }
    let sealed = app.seal().await;
    assert!(sealed >= 3);
    let folder = app.app.checkpoints().clone();
    jobs::write_checkpoint(&app.app, &folder).await.expect("a checkpoint");
    let holds = async || {
        let report = verify::verify(&app.app, Some(&folder)).await.expect("verifies");
        (report.holds(), report.broken.map(|broken| broken.seq), report.disagreements.len())
    };
    assert_eq!(holds().await, (true, None, 0));
    // content changed behind the registry's back
    tamper(&app, "UPDATE journal_entry SET title = 'Noe annet' WHERE number = 1").await;
    let (ok, broken, _) = holds().await;
    assert!(!ok && broken == Some(1), "{broken:?}");
    tamper(&app, "UPDATE journal_entry SET title = 'Application received' WHERE number = 1").await;
    assert_eq!(holds().await, (true, None, 0));
    // the tail cut off, with the head made to fit: only the checkpoint shows it
    tamper(&app, "DELETE FROM log_entry WHERE seq > 1").await;
    tamper(&app, "UPDATE seal_head SET seq = 1, link = (SELECT link FROM log_entry WHERE seq = 1)")
        .await;
    let (ok, broken, disagreements) = holds().await;
    assert!(!ok && broken.is_none() && disagreements == 1);
    app.finish().await;
}

async fn tamper(app: &TestApp, sql: &str) {
    use sea_orm::ConnectionTrait as _;
    app.app.db().read().execute_unprepared(sql).await.expect("the attacker has the file");
}

#[tokio::test]
async fn a_decision_leaves_everything_in_one_commit() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let made = app
        .post("/v1/plb/applications", &Who::person(1), &people::plb_application(1))
        .await
        .expect(201);
    let admin = Who::role(Role::Administrator);
    for kind in ["rescueCentre", "programmer"] {
        let body = json!({ "name": kind, "recipient": kind, "url": "http://127.0.0.1:9/hook" });
        app.post("/v1/subscriptions", &admin, &body).await.expect(201);
    }
    let path = format!("{}/decision", made.header("location"));
    let who = Who::caseworker("saksbehandler-1");
    app.post_on(&path, &who, &made.etag(), &json!({ "outcome": "granted" })).await.expect(200);
    for (sql, count) in [
        ("SELECT count(*) AS n FROM permit WHERE status = 'awaitingProgramming'", 1),
        ("SELECT count(*) AS n FROM permit_version", 1),
        ("SELECT count(*) AS n FROM permit_contact", 2),
        ("SELECT count(*) AS n FROM permit_identifier WHERE scheme = 'callSign' AND live", 1),
        ("SELECT count(*) AS n FROM call_sign WHERE status = 'inUse'", 1),
        ("SELECT count(*) AS n FROM public_row", 1),
        ("SELECT count(*) AS n FROM programming_order WHERE status = 'ordered'", 1),
        ("SELECT count(*) AS n FROM event", 2),
        ("SELECT count(*) AS n FROM delivery WHERE status = 'pending'", 2),
        ("SELECT count(*) AS n FROM journal_entry", 2),
        ("SELECT count(*) AS n FROM decision", 1),
    ] {
        assert_eq!(app.count(sql).await, count, "{sql}");
    }
    app.finish().await;
}
