//! The feed itself: what it tells of a key, when it cannot go on, and waiting for more.

use std::{sync::Arc, time::Duration};

use anrop::register::feed::KEPT;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{changes, furnished, licence, reserve};
use crate::{kinds::business, support::TestApp};

#[tokio::test]
async fn each_key_stands_once_at_its_latest_and_a_key_that_is_gone_is_a_tombstone() {
    let (app, holders) = furnished().await;
    app.seal().await;
    let (items, head) = changes(&app, 0).await;
    let mut keys: Vec<&str> = items.iter().map(|item| item["key"].as_str().unwrap()).collect();
    let count = keys.len();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), count);
    for list in ["call-signs/", "suppliers/", "number-ranges/", "frequency-permits/"] {
        assert!(keys.iter().any(|key| key.starts_with(list)), "{list}");
    }
    let key = format!("call-signs/{}", holders[0].sign);
    let of = |items: &[Value]| -> Vec<Value> {
        items.iter().filter(|item| item["key"] == key.as_str()).cloned().collect()
    };
    assert_eq!(of(&items)[0]["record"]["holder"]["name"], holders[0].name.as_str());
    holders[0].withdraw(&app).await;
    holders[0].agree(&app, &["postTown"]).await;
    holders[0].withdraw(&app).await;
    app.seal().await;
    let (items, _) = changes(&app, head).await;
    let told = of(&items);
    assert_eq!(told.len(), 1);
    assert!(told[0]["record"].get("holder").is_none());
    assert_eq!(told[0]["record"]["key"], key.as_str());
    // told anew from the beginning, nothing of before is there
    let all = serde_json::to_string(&changes(&app, 0).await.0).unwrap();
    assert!(!all.contains(&holders[0].name), "the feed shows a withdrawn name");
    app.finish().await;
}

#[tokio::test]
async fn a_row_that_is_newer_than_the_log_is_not_told_of_yet() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    reserve(&app, "LB9ZZ").await;
    let page = app.get_public("/v1/changes").await.expect(200).json();
    assert_eq!(page["items"].as_array().unwrap().len(), 0, "nothing is sealed");
    app.seal().await;
    let (items, _) = changes(&app, 0).await;
    assert_eq!(items.len(), 1);
    app.finish().await;
}

#[tokio::test]
async fn a_sequence_that_is_not_of_this_log_or_too_far_back_is_gone() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    reserve(&app, "LB9ZZ").await;
    let head = app.seal().await;
    let beyond = format!("/v1/changes?after={}", head + 1);
    app.get_public(&beyond).await.expect_problem(410, "cursor-expired");
    let at_head = format!("/v1/changes?after={head}");
    // while nothing has happened since, nothing can have been missed
    app.clock.advance(KEPT + TimeDelta::days(1));
    app.get_public(&at_head).await.expect(200);
    let before = format!("/v1/changes?after={}", head - 1);
    if head > 1 {
        app.get_public(&before).await.expect_problem(410, "cursor-expired");
    }
    reserve(&app, "LB9ZY").await;
    app.seal().await;
    app.get_public(&at_head).await.expect(200);
    // from the beginning everything that is there is told
    assert_eq!(changes(&app, 0).await.0.len(), 2);
    for wrong in ["wait=51", "wait=-1", "wait=x", "wait=1&wait=2", "after=x", "limit=0", "list=x"] {
        app.get_public(&format!("/v1/changes?{wrong}"))
            .await
            .expect_problem(400, "invalid-parameter");
    }
    app.finish().await;
}

#[tokio::test]
async fn an_old_tombstone_is_not_told_of_any_more() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    business::granted(&app, "supplier", 1, &business::supplier(1, &["supplier"])).await;
    let organisation = business::organisation(1);
    let permits = app.get("/v1/permits", &organisation).await.expect(200).json();
    let permit = permits["items"][0]["id"].as_str().expect("an id").to_owned();
    let body = json!({ "reason": "noLongerUsed" });
    assert_eq!(business::step(&app, &permit, "surrender", &organisation, &body).await, 200);
    app.seal().await;
    let gone = |items: &[Value]| items.iter().filter(|item| item.get("record").is_none()).count();
    let told = gone(&changes(&app, 0).await.0);
    app.clock.advance(KEPT + TimeDelta::days(1));
    assert_eq!(gone(&changes(&app, 0).await.0), 0);
    assert_eq!(told, 1, "it was told of before");
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_waits_is_answered_with_the_first_change() {
    let app = Arc::new(TestApp::start().await);
    app.waive_deliveries();
    let head = app.seal().await;
    let waiting = {
        let app = app.clone();
        tokio::spawn(async move {
            app.get_public(&format!("/v1/changes?after={head}&wait=50")).await.expect(200).json()
        })
    };
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(!waiting.is_finished(), "there is nothing to tell");
    reserve(&app, "LB9ZZ").await;
    app.seal().await;
    let page = waiting.await.expect("ends");
    assert_eq!(page["items"][0]["key"], "call-signs/LB9ZZ");
    // a wait that is over answers nothing, and where to go on
    let head = app.seal().await;
    let page = app.get_public(&format!("/v1/changes?after={head}&wait=1")).await.expect(200).json();
    assert_eq!((page["items"].as_array().unwrap().len(), page["next"].as_u64()), (0, Some(head)));
    Arc::into_inner(app).expect("the only one").finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_waits_is_answered_when_the_service_stops() {
    let app = Arc::new(TestApp::start().await);
    let waiting = {
        let app = app.clone();
        tokio::spawn(async move { app.get_public("/v1/changes?wait=50").await.expect(200) })
    };
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(!waiting.is_finished(), "there is nothing to tell");
    app.app.signals().closing.send_replace(true);
    let ended = tokio::time::timeout(Duration::from_secs(20), waiting).await;
    ended.expect("is not left waiting").expect("ends");
    Arc::into_inner(app).expect("the only one").finish().await;
}

#[tokio::test]
async fn without_a_lease_the_feed_tells_nothing_rather_than_a_part() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    licence(&app, 1, &["name"]).await;
    app.seal().await;
    app.get_public("/v1/changes").await.expect(200);
    app.app.lease().let_go();
    app.get_public("/v1/changes").await.expect_problem(503, "unavailable");
    app.get_public("/v1/snapshots/latest/call-signs.csv").await.expect_problem(503, "unavailable");
    app.get_public("/legacy/kallesignaler.csv").await.expect_problem(503, "unavailable");
    app.get_public("/v1/snapshots/latest/suppliers.csv").await.expect(200);
    app.app.lease().hold_forever();
    app.get_public("/v1/changes").await.expect(200);
    app.finish().await;
}
