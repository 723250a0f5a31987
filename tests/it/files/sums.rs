//! A file, and the changes after it, make the later file: byte for byte, in every form, of every list.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde_json::json;

use super::{LISTS, changes, copy::Copy, fetch, furnished, licence, reserve, sequence, try_get};
use crate::{kinds::business, support::TestApp};

/// Every file at one moment, by name: its sequence and text.
async fn all(app: &TestApp) -> HashMap<String, (i64, String)> {
    let mut files = HashMap::new();
    for list in LISTS {
        for form in ["csv", "json", "jsonl"] {
            let name = format!("{list}.{form}");
            let reply = fetch(app, &name).await;
            files.insert(name, (sequence(&reply), reply.text()));
        }
    }
    files
}

#[tokio::test]
async fn a_file_and_the_changes_after_it_make_the_later_file_byte_for_byte() {
    let (app, holders) = furnished().await;
    let before = all(&app).await;
    // of every sort: withdrawn, changed, new, given up, ended
    holders[0].withdraw(&app).await;
    holders[1].agree(&app, &["name", "address", "postTown"]).await;
    licence(&app, 10, &["name"]).await;
    for sign in ["LB9ZZ", "LB0AA", "LB5KK"] {
        reserve(&app, sign).await;
    }
    let organisation = business::organisation(1);
    let permits = app.get("/v1/permits", &organisation).await.expect(200).json();
    let permit = permits["items"][0]["id"].as_str().expect("an id").to_owned();
    let body = json!({ "reason": "noLongerUsed" });
    assert_eq!(business::step(&app, &permit, "surrender", &organisation, &body).await, 200);
    business::granted(&app, "supplier", 4, &business::supplier(4, &["supplier"])).await;
    let after = all(&app).await;
    for list in LISTS {
        let mut tombstones = 0;
        for form in ["csv", "json", "jsonl"] {
            let (since, _) = before[&format!("{list}.jsonl")];
            let mut copy = Copy::of_lines(&before[&format!("{list}.jsonl")].1);
            let heading = before[&format!("{list}.csv")].1.lines().next().expect("a heading");
            let name = format!("{list}.{form}");
            assert_eq!(copy.write(form, heading), before[&name].1, "{name} as it was");
            let (items, head) = changes(&app, since).await;
            tombstones += items.iter().filter(|item| item.get("record").is_none()).count();
            copy.apply(list, &items);
            assert_eq!(copy.write(form, heading), after[&name].1, "{name}");
            assert!(after[&name].0 <= head);
            let is_empty = list == "installers";
            assert_eq!(copy.len() == 0, is_empty, "{name} has rows");
        }
        assert!(tombstones > 0, "something is gone");
    }
    assert_ne!(before["call-signs.csv"].1, after["call-signs.csv"].1);
    app.finish().await;
}

#[tokio::test]
async fn a_copy_made_of_the_feed_alone_is_the_file() {
    let (app, holders) = furnished().await;
    holders[0].withdraw(&app).await;
    for list in LISTS {
        let csv = fetch(&app, &format!("{list}.csv")).await.text();
        let mut copy = Copy::default();
        copy.apply(list, &changes(&app, 0).await.0);
        assert_eq!(copy.write("csv", csv.lines().next().expect("a heading")), csv, "{list}");
    }
    app.finish().await;
}

/// Writers go on all the time; whenever a copy kept by the feed and a file name the same sequence,
/// they are the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn files_and_feed_agree_under_concurrent_writers() {
    let (app, holders) = furnished().await;
    let (app, holders) = (Arc::new(app), Arc::new(holders));
    let done = Arc::new(AtomicBool::new(false));
    let cut = Arc::new(AtomicUsize::new(0));
    let sealer = {
        let (app, done) = (app.clone(), done.clone());
        tokio::spawn(async move {
            while !done.load(Ordering::SeqCst) {
                app.seal().await;
                tokio::time::sleep(Duration::from_millis(3)).await;
            }
        })
    };
    let follower = {
        let (app, done) = (app.clone(), done.clone());
        tokio::spawn(async move {
            let (mut copy, mut after) = (Copy::default(), 0);
            let mut states = HashMap::new();
            loop {
                let ending = done.load(Ordering::SeqCst);
                let (items, head) = changes(&app, after).await;
                copy.apply("call-signs", &items);
                after = head;
                states.insert(head, copy.write("jsonl", ""));
                if ending {
                    return states;
                }
            }
        })
    };
    let reader = {
        let (app, done, cut) = (app.clone(), done.clone(), cut.clone());
        tokio::spawn(async move {
            let mut files = HashMap::new();
            loop {
                let ending = done.load(Ordering::SeqCst);
                let path = "/v1/snapshots/latest/call-signs.jsonl";
                let Some(reply) = try_get(&app, path).await else { continue };
                if reply.status == 200 {
                    files.insert(sequence(&reply), reply.text());
                    cut.store(files.len(), Ordering::SeqCst);
                } else {
                    assert_eq!(reply.status, 503, "{}", reply.text());
                }
                if ending {
                    return files;
                }
            }
        })
    };
    let writers: Vec<_> = (0..6_usize)
        .map(|writer| {
            let (app, holders, cut) = (app.clone(), holders.clone(), cut.clone());
            tokio::spawn(async move {
                // as long as it takes until files were cut meanwhile, however busy the machine is
                let goes_on = |n: usize| n < 12 || (n < 2_000 && cut.load(Ordering::SeqCst) < 3);
                for n in (0..).take_while(|n| goes_on(*n)) {
                    match writer {
                        0..3 if n % 2 == 0 => holders[writer].withdraw(&app).await,
                        0..3 => holders[writer].agree(&app, &["name"]).await,
                        _ if n >= 12 => {}
                        _ => {
                            let letter = char::from(b'A' + u8::try_from(n).expect("small"));
                            reserve(&app, &format!("LB{writer}{letter}X")).await;
                        }
                    }
                    tokio::time::sleep(Duration::from_millis(4)).await;
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.expect("ends");
    }
    done.store(true, Ordering::SeqCst);
    sealer.await.expect("ends");
    let (states, files) = (follower.await.expect("ends"), reader.await.expect("ends"));
    let mut compared = 0;
    for (sequence, file) in &files {
        if let Some(copy) = states.get(sequence) {
            assert_eq!(copy, file, "at {sequence}");
            compared += 1;
        }
    }
    // at the latest when all had ended
    assert!(files.len() > 1, "files were cut while writers wrote");
    let last = fetch(&app, "call-signs.jsonl").await;
    let mut copy = Copy::default();
    copy.apply("call-signs", &changes(&app, 0).await.0);
    assert_eq!(copy.write("jsonl", ""), last.text());
    println!("{} files, {} states, {compared} of the same sequence", files.len(), states.len());
    Arc::into_inner(app).expect("the only one").finish().await;
}
