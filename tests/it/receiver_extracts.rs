//! An extract and what else a rescue centre's copy has been told: whatever is newer counts.

use anrop::{
    clock::Clock as _,
    receiver::actions::{accept, catch_up, load_extract},
    rescue::{
        actions::write_extract,
        copy::{Authority, Change, Held, HeldAlert},
    },
    values::ids::PermitId,
};
use chrono::TimeDelta;
use serde_json::json;

use crate::{
    receiver::{centre, fill, grant},
    support::{TestApp, Who, receiver::TestReceiver},
};

fn id_of(permit: &str) -> PermitId {
    PermitId::parse(permit.rsplit('/').next().expect("an id")).expect("an id")
}

/// A permit as it is delivered today.
async fn delivered(app: &TestApp, permit: &str, like: &Held) -> Change {
    let permit = id_of(permit);
    let path = format!("/v1/rescue/permits?ids={permit}");
    let record = app.get(&path, &centre()).await.expect(200).json()["items"][0]["record"].clone();
    Change::Put(Box::new(Held { permit, record, recorded_at: None, ..like.clone() }))
}

#[tokio::test]
async fn what_was_issued_after_an_extract_stays_when_it_is_loaded() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (first, _) = grant(&app, 1).await;
    app.seal().await;
    // one that lives on deliveries and extracts
    let own = TestReceiver::start(&app, None).await;
    fill(&app, &own).await;
    let copy = own.receiver.copy();
    let held = copy.held(id_of(&first)).await.expect("reads").expect("held");
    let gone = PermitId::new(app.clock.now());
    let lost = Change::Put(Box::new(Held { permit: gone, ..held.clone() }));
    copy.take(&[lost], Authority::Delivery).await.expect("writes");

    app.clock.advance(TimeDelta::hours(2));
    let file = own.folder.path().join("later");
    let key = own.key.public();
    write_extract(&app.app, "utdrag", &key, None, &file).await.expect("writes");
    let (second, sign) = grant(&app, 2).await;
    copy.take(&[delivered(&app, &second, &held).await], Authority::Delivery).await.expect("writes");
    accept(&own.receiver.settings().data, 1).expect("writes");
    load_extract(&own.receiver, &file).await.expect("loads");
    let found = own.look_up(&sign).await.expect(200).json();
    assert_eq!(found["matches"][0]["permitId"], id_of(&second).to_string(), "{found}");
    assert!(copy.held(id_of(&first)).await.expect("reads").is_some());
    assert!(copy.held(gone).await.expect("reads").is_none(), "what the registry does not know");
    app.finish().await;
}

#[tokio::test]
async fn an_extract_of_before_brings_back_neither_what_was_erased_nor_how_an_alert_was_marked() {
    const KEY: &str = "1D0E9B07CEFFBFF";
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (permit, _) = grant(&app, 1).await;
    let alert = json!({ "key": KEY, "incidentReference": "2026/9", "outcome": "false" });
    app.post("/v1/rescue/alerts", &centre(), &alert).await.expect(201);
    app.seal().await;
    let own = TestReceiver::start(&app, Some(app.base.clone())).await;
    let file = own.folder.path().join("before");
    write_extract(&app.app, "utdrag", &own.key.public(), None, &file).await.expect("writes");
    app.clock.advance(TimeDelta::minutes(1));
    catch_up(&own.receiver).await.expect("catches up");

    let (copy, permit) = (own.receiver.copy(), id_of(&permit));
    let version = copy.version(permit).await.expect("reads").expect("held");
    let erased = Change::Erase { permit, version };
    copy.take(&[erased], Authority::Feed).await.expect("writes");
    let keys = [KEY.to_owned()];
    let alerts = async || copy.alerts(&keys, None, 20).await.expect("reads");
    let corrected = HeldAlert { outcome: "real".to_owned(), ..alerts().await[0].clone() };
    copy.take_alerts(std::slice::from_ref(&corrected)).await.expect("writes");
    load_extract(&own.receiver, &file).await.expect("loads");
    assert!(copy.held(permit).await.expect("reads").is_none());
    assert_eq!(alerts().await, [corrected]);
    app.finish().await;
}

#[tokio::test]
async fn an_extract_of_before_does_not_bring_back_an_ended_permit_that_has_left_the_copy() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let ((permit, _), holder) = (grant(&app, 1).await, Who::person(1));
    let etag = app.get(&permit, &holder).await.expect(200).etag();
    let path = format!("{permit}/surrender");
    app.post_on(&path, &holder, &etag, &json!({ "reason": "sold" })).await.expect(200);
    app.seal().await;
    let own = TestReceiver::start(&app, Some(app.base.clone())).await;
    let file = own.folder.path().join("before");
    write_extract(&app.app, "utdrag", &own.key.public(), None, &file).await.expect("writes");
    app.clock.advance(TimeDelta::minutes(1));
    catch_up(&own.receiver).await.expect("catches up");
    let (copy, permit) = (own.receiver.copy(), id_of(&permit));
    assert!(copy.held(permit).await.expect("reads").is_some(), "ended, and told of still");
    // as what is shown no longer leaves it
    copy.remove(&[permit.0]).await.expect("removes");
    load_extract(&own.receiver, &file).await.expect("loads");
    assert!(copy.held(permit).await.expect("reads").is_none());
    app.finish().await;
}
