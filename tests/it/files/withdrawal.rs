//! What is withdrawn is in no file, in no form, from the moment the withdrawal is answered.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use anrop::database::SEALER_LOCK;

use super::{fetch, furnished, licence, try_get};
use crate::support::{Reply, TestApp};

const SHOWING: [&str; 5] = [
    "/v1/snapshots/latest/call-signs.csv",
    "/v1/snapshots/latest/call-signs.json",
    "/v1/snapshots/latest/call-signs.jsonl",
    "/legacy/kallesignaler.csv",
    "/v1/changes?limit=200",
];

/// The family name, which stands alike in every layout.
fn family(name: &str) -> String {
    name.split(' ').next_back().expect("a name").to_owned()
}

fn shows(reply: &Reply, name: &str) -> bool {
    let (text, _, _) = encoding_rs::WINDOWS_1252.decode(&reply.bytes);
    reply.text().contains(&family(name)) || text.contains(&family(name))
}

#[tokio::test]
async fn no_file_shows_a_name_after_its_withdrawal_was_answered() {
    let (app, holders) = furnished().await;
    let holder = &holders[4];
    let others: Vec<String> = holders[..4].iter().map(|other| family(&other.name)).collect();
    assert!(!others.contains(&family(&holder.name)), "the test can tell them apart");
    for _ in 0..6 {
        holder.agree(&app, &["name"]).await;
        app.seal().await;
        for path in SHOWING {
            let reply = app.get_public(path).await.expect(200);
            assert!(shows(&reply, &holder.name), "{path} shows it while it may be shown");
        }
        holder.withdraw(&app).await;
        for path in SHOWING {
            let reply = app.get_public(path).await;
            assert!(!shows(&reply, &holder.name), "{path}");
            assert!([200, 503].contains(&reply.status), "{}", reply.text());
        }
    }
    app.finish().await;
}

/// Readers download all the time. Whatever was begun after the answer does not have the name.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn downloads_that_race_with_withdrawals_do_not_show_the_name_after_the_answer() {
    let app = Arc::new(TestApp::start().await);
    app.waive_deliveries();
    let holder = licence(&app, 1, &[]).await;
    let name = holder.name.clone();
    let over = Arc::new(AtomicBool::new(false));
    let readers: Vec<_> = SHOWING
        .into_iter()
        .map(|path| {
            let (app, over, name) = (app.clone(), over.clone(), name.clone());
            tokio::spawn(async move {
                let mut reads = Vec::new();
                while !over.load(Ordering::SeqCst) {
                    let began = Instant::now();
                    let Some(reply) = try_get(&app, path).await else { continue };
                    reads.push((began, Instant::now(), shows(&reply, &name)));
                }
                reads
            })
        })
        .collect();
    let mut withdrawn = Vec::new();
    for _ in 0..15 {
        holder.agree(&app, &["name"]).await;
        app.seal().await;
        tokio::time::sleep(Duration::from_millis(25)).await;
        holder.withdraw(&app).await;
        let answered = Instant::now();
        tokio::time::sleep(Duration::from_millis(25)).await;
        withdrawn.push((answered, Instant::now()));
    }
    over.store(true, Ordering::SeqCst);
    let mut shown = 0;
    for reader in readers {
        for (began, ended, shows) in reader.await.expect("ends") {
            shown += usize::from(shows);
            let during = withdrawn.iter().any(|(from, to)| began > *from && ended < *to);
            assert!(!(during && shows), "shown after the withdrawal was answered");
        }
    }
    assert!(shown > 0, "the readers see the name while it may be shown");
    Arc::into_inner(app).expect("the only one").finish().await;
}

/// While the file cannot be cut anew it is not served at all.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn until_the_file_is_cut_anew_it_answers_503_with_retry_after() {
    let (app, holders) = furnished().await;
    let before = fetch(&app, "call-signs.csv").await;
    assert!(shows(&before, &holders[4].name));
    holders[4].withdraw(&app).await;
    // nobody can seal, so nothing can be cut
    let app = Arc::new(app);
    let (held, release) = (Arc::new(AtomicBool::new(false)), Arc::new(tokio::sync::Notify::new()));
    let lock = app.app.db().advisory_lock(SEALER_LOCK).await.expect("a lock");
    let writer = {
        let (app, held, release) = (app.clone(), held.clone(), release.clone());
        let on_postgres = lock.is_some();
        tokio::spawn(async move {
            if on_postgres {
                return;
            }
            app.app
                .db()
                .write(|_tx| {
                    let (held, release) = (held.clone(), release.clone());
                    async move {
                        held.store(true, Ordering::SeqCst);
                        release.notified().await;
                        Ok(())
                    }
                })
                .await
                .expect("ends");
        })
    };
    while lock.is_none() && !held.load(Ordering::SeqCst) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    for _ in 0..2 {
        let reply = app.get_public("/v1/snapshots/latest/call-signs.csv").await;
        assert!(!reply.header("retry-after").is_empty());
        assert!(!shows(&reply, &holders[4].name));
        reply.expect_problem(503, "unavailable");
    }
    // the other lists are not in the way
    release.notify_one();
    drop(lock);
    writer.await.expect("ends");
    let after = fetch(&app, "call-signs.csv").await;
    assert!(!shows(&after, &holders[4].name));
    assert!(shows(&after, &holders[0].name), "the others stand as before");
    assert_ne!(before.etag(), after.etag());
    Arc::into_inner(app).expect("the only one").finish().await;
}
