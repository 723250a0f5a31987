//! A registry that is older than a rescue centre's copy, as after a restored backup: the copy keeps what it has,
//! says so and since when, and gives it up only when an operator has accepted the loss.

use anrop::{
    clock::Clock as _,
    receiver::actions::{Fault, accept, catch_up, load_extract, reconcile},
    rescue::{
        actions::write_extract,
        copy::{Authority, Change, Held},
    },
    values::ids::PermitId,
};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    receiver::{change, filled, grant, run},
    support::{TestApp, receiver::TestReceiver},
};

fn id_of(permit: &str) -> PermitId {
    PermitId::parse(permit.rsplit('/').next().expect("an id")).expect("an id")
}

/// What a permit was before the registry went back: a later version, with somebody else to call.
fn newer(held: &Held) -> Held {
    let mut newer = held.clone();
    newer.version += 5;
    newer.record["contacts"][0]["name"] = json!("Nyere Nattergrybakk");
    newer
}

async fn deliver(own: &TestReceiver, held: Held) {
    let change = [Change::Put(Box::new(held))];
    let taken = own.receiver.copy().take(&change, Authority::Delivery).await.expect("writes");
    assert_eq!(taken.applied, 1);
}

async fn status(own: &TestReceiver) -> Value {
    own.get("/status").await.expect(200).json()
}

#[tokio::test]
async fn a_copy_gives_up_nothing_newer_to_a_restored_registry_without_an_operator() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (mut ids, mut signs) = (Vec::new(), Vec::new());
    for n in 1..=3 {
        let (permit, sign) = grant(&app, n).await;
        ids.push(id_of(&permit));
        signs.push(sign);
    }
    app.seal().await;
    let own = TestReceiver::start(&app, Some(app.base.clone())).await;
    reconcile(&own.receiver).await.expect("equal");
    let copy = own.receiver.copy();
    let before = copy.held(ids[0]).await.expect("reads").expect("held");

    app.clock.advance(TimeDelta::minutes(25));
    let mut issued = Vec::new();
    for n in 0..4 {
        let mut held = Held { permit: PermitId::new(app.clock.now()), ..before.clone() };
        held.record["callSign"] = json!(format!("LNZ900{n}"));
        issued.push(held.permit);
        deliver(&own, held).await;
    }
    for id in &ids[..2] {
        let held = copy.held(*id).await.expect("reads").expect("held");
        deliver(&own, newer(&held)).await;
    }
    copy.remove(&[ids[2].0]).await.expect("removes");
    let fault = reconcile(&own.receiver).await.expect_err("six would be lost");
    assert!(matches!(fault, Fault::Losses(6)), "{fault}");

    let found = own.look_up(&signs[0]).await.expect(200).json();
    assert_eq!(found["matches"][0]["record"]["contacts"][0]["name"], "Nyere Nattergrybakk");
    assert_eq!(found["dataAge"], 1500, "as of when the two were equal");
    for id in &issued {
        assert!(copy.held(*id).await.expect("reads").is_some());
    }
    assert!(copy.held(ids[2]).await.expect("reads").is_some(), "what costs nothing is repaired");
    let told = status(&own).await;
    assert_eq!((&told["lossesWaiting"], told["inDoubtSince"].is_string()), (&json!(6), true));
    let metrics = own.get("/metrics").await.expect(200).text();
    assert!(metrics.contains("anrop_receiver_in_doubt 1\nanrop_receiver_losses_waiting 6\n"));
    app.clock.advance(TimeDelta::minutes(25));
    catch_up(&own.receiver).await.expect("catches up");
    assert_eq!(own.look_up(&signs[0]).await.json()["dataAge"], 3000, "it stands still");

    let data = &own.receiver.settings().data;
    accept(data, 5).expect("writes");
    for _ in 0..2 {
        let fault = reconcile(&own.receiver).await.expect_err("more than was accepted");
        assert!(matches!(fault, Fault::Losses(6)), "{fault}");
    }
    accept(data, 6).expect("writes");
    assert_eq!(reconcile(&own.receiver).await.expect("equal").repaired, 6);
    assert_eq!(copy.version(ids[0]).await.expect("reads"), Some(before.version));
    assert_eq!(copy.version(issued[0]).await.expect("reads"), None);
    catch_up(&own.receiver).await.expect("catches up");
    assert_eq!(own.look_up(&signs[0]).await.json()["dataAge"], 0);
    let told = status(&own).await;
    assert_eq!((&told["lossesWaiting"], &told["inDoubtSince"]), (&json!(0), &Value::Null));
    app.finish().await;
}

#[tokio::test]
async fn a_registry_whose_log_has_become_shorter_takes_not_one_permit_from_a_copy() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (permit, sign) = grant(&app, 1).await;
    app.seal().await;
    let own = TestReceiver::start(&app, Some(app.base.clone())).await;
    reconcile(&own.receiver).await.expect("equal");
    let (copy, id) = (own.receiver.copy(), id_of(&permit));
    let before = copy.held(id).await.expect("reads").expect("held");
    deliver(&own, newer(&before)).await;
    own.receiver.progress().applied = 1_000_000;
    app.clock.advance(TimeDelta::hours(1));
    catch_up(&own.receiver).await.expect("catches up");
    assert_eq!(own.look_up(&sign).await.expect(200).json()["dataAge"], 3600);
    let fault = reconcile(&own.receiver).await.expect_err("one would be lost");
    assert!(matches!(fault, Fault::Losses(1)), "{fault}");
    assert_eq!(copy.version(id).await.expect("reads"), Some(before.version + 5));

    // the registry is put right: the two are equal, and nobody has to accept anything
    let again = [Change::Put(Box::new(before))];
    copy.take(&again, Authority::Repair).await.expect("writes");
    reconcile(&own.receiver).await.expect("equal");
    assert_eq!(status(&own).await["inDoubtSince"], Value::Null);
    app.finish().await;
}

#[tokio::test]
async fn in_doubt_an_extract_takes_nothing_away_either_until_the_loss_is_accepted() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (permit, _) = grant(&app, 1).await;
    app.seal().await;
    let own = filled(&app).await;
    let copy = own.receiver.copy();
    let held = copy.held(id_of(&permit)).await.expect("reads").expect("held");
    let newer = PermitId::new(app.clock.now());
    deliver(&own, Held { permit: newer, ..held }).await;
    own.receiver.progress().in_doubt_since = Some(app.clock.now());
    app.clock.advance(TimeDelta::hours(2));
    let file = own.folder.path().join("later");
    write_extract(&app.app, "utdrag", &own.key.public(), None, &file).await.expect("writes");
    load_extract(&own.receiver, &file).await.expect_err("one would be lost");
    assert!(copy.held(newer).await.expect("reads").is_some());
    assert!(status(&own).await["inDoubtSince"].is_string());
    accept(&own.receiver.settings().data, 1).expect("writes");
    load_extract(&own.receiver, &file).await.expect("loads");
    assert!(copy.held(newer).await.expect("reads").is_none());
    assert_eq!(status(&own).await["inDoubtSince"], Value::Null);
    app.finish().await;
}

#[tokio::test]
async fn an_extract_of_a_restored_registry_takes_nothing_away_that_it_does_not_know() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (permit, sign) = grant(&app, 1).await;
    app.seal().await;
    // one that lives on deliveries and extracts, and is in no doubt
    let own = filled(&app).await;
    let (copy, id) = (own.receiver.copy(), id_of(&permit));
    let held = copy.held(id).await.expect("reads").expect("held");
    let issued = PermitId::new(app.clock.now());
    deliver(&own, Held { permit: issued, ..held.clone() }).await;
    deliver(&own, newer(&held)).await;
    app.clock.advance(TimeDelta::hours(2));
    let file = own.folder.path().join("later");
    write_extract(&app.app, "utdrag", &own.key.public(), None, &file).await.expect("writes");
    load_extract(&own.receiver, &file).await.expect_err("two would be lost");
    assert!(copy.held(issued).await.expect("reads").is_some());
    assert_eq!(copy.version(id).await.expect("reads"), Some(held.version + 5));
    let told = status(&own).await;
    assert_eq!((&told["lossesWaiting"], told["inDoubtSince"].is_string()), (&json!(2), true));
    assert_eq!(own.look_up(&sign).await.expect(200).json()["dataAge"], 7200, "it stands still");

    accept(&own.receiver.settings().data, 2).expect("writes");
    load_extract(&own.receiver, &file).await.expect("loads");
    assert!(copy.held(issued).await.expect("reads").is_none());
    assert_eq!(copy.version(id).await.expect("reads"), Some(held.version));
    assert_eq!(status(&own).await["inDoubtSince"], Value::Null);
    let link: Option<String> = copy.fact("appliedLink").await.expect("reads");
    assert_eq!(link.map(|link| link.len()), Some(64), "it knows the log by its link");
    app.finish().await;
}

#[tokio::test]
async fn what_the_registry_gives_no_more_leaves_a_copy_by_an_extract_without_an_operator() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (permit, _) = grant(&app, 1).await;
    app.seal().await;
    let own = filled(&app).await;
    run(&app, "DELETE FROM person_key").await;
    app.clock.advance(TimeDelta::hours(2));
    let file = own.folder.path().join("later");
    write_extract(&app.app, "utdrag", &own.key.public(), None, &file).await.expect("writes");
    load_extract(&own.receiver, &file).await.expect("loads");
    assert!(own.receiver.copy().held(id_of(&permit)).await.expect("reads").is_none());
    assert_eq!(status(&own).await["inDoubtSince"], Value::Null);
    app.finish().await;
}

#[tokio::test]
async fn an_extract_tells_that_its_log_is_not_the_one_a_copy_has_read() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (permit, _) = grant(&app, 1).await;
    app.seal().await;
    let own = TestReceiver::start(&app, Some(app.base.clone())).await;
    reconcile(&own.receiver).await.expect("equal");
    let place = own.receiver.progress().applied;
    // the log that was read ended in another link at this place; this one has grown past it
    own.receiver.copy().set_fact("appliedLink", &"ab".repeat(32)).await.expect("writes");
    grant(&app, 2).await;
    app.seal().await;
    app.clock.advance(TimeDelta::minutes(1));
    let file = own.folder.path().join("later");
    let key = own.key.public();
    write_extract(&app.app, "utdrag", &key, Some(place), &file).await.expect("writes");
    load_extract(&own.receiver, &file).await.expect("takes what costs nothing");
    assert!(status(&own).await["inDoubtSince"].is_string());
    assert!(own.receiver.copy().held(id_of(&permit)).await.expect("reads").is_some());
    app.finish().await;
}

#[tokio::test]
async fn of_a_restored_registry_not_one_permit_is_given_up_however_far_it_has_grown_since() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (first, sign) = grant(&app, 1).await;
    app.seal().await;
    let own = TestReceiver::start(&app, Some(app.base.clone())).await;
    reconcile(&own.receiver).await.expect("equal");
    let (copy, id) = (own.receiver.copy(), id_of(&first));
    let held = copy.held(id).await.expect("reads").expect("held");
    assert!(held.recorded_at.is_some());

    // the log that was read ended in another link at this place; this one has grown past it
    copy.set_fact("appliedLink", &"ab".repeat(32)).await.expect("writes");
    deliver(&own, newer(&held)).await;
    let issued = PermitId::new(app.clock.now());
    deliver(&own, Held { permit: issued, ..held.clone() }).await;
    let (_, other) = grant(&app, 2).await;
    app.seal().await;
    app.clock.advance(TimeDelta::hours(1));
    catch_up(&own.receiver).await.expect("catches up");
    assert!(status(&own).await["inDoubtSince"].is_string(), "it is seen before anything differs");
    assert_eq!(
        own.look_up(&other).await.expect(200).json()["matches"].as_array().map(Vec::len),
        Some(1)
    );
    let fault = reconcile(&own.receiver).await.expect_err("two would be lost");
    assert!(matches!(fault, Fault::Losses(2)), "{fault}");
    let found = own.look_up(&sign).await.expect(200).json();
    // the permit that was issued since has the same call sign here, and they stand in no order
    let matches = found["matches"].as_array().expect("a list");
    let name = |one: &Value| one["record"]["contacts"][0]["name"] == "Nyere Nattergrybakk";
    assert_eq!((matches.len(), matches.iter().filter(|one| name(one)).count()), (2, 1), "{found}");
    assert!(copy.held(issued).await.expect("reads").is_some());

    accept(&own.receiver.settings().data, 2).expect("writes");
    reconcile(&own.receiver).await.expect("equal");
    assert_eq!(copy.version(issued).await.expect("reads"), None);
    assert_eq!(status(&own).await["inDoubtSince"], Value::Null);
    app.finish().await;
}

#[tokio::test]
async fn not_even_one_permit_is_given_up_without_an_operator() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (permit, _) = grant(&app, 1).await;
    app.seal().await;
    let own = TestReceiver::start(&app, Some(app.base.clone())).await;
    reconcile(&own.receiver).await.expect("equal");
    let copy = own.receiver.copy();
    let held = copy.held(id_of(&permit)).await.expect("reads").expect("held");
    let issued = PermitId::new(app.clock.now());
    deliver(&own, Held { permit: issued, ..held }).await;
    let fault = reconcile(&own.receiver).await.expect_err("one would be lost");
    assert!(matches!(fault, Fault::Losses(1)), "{fault}");
    assert!(copy.held(issued).await.expect("reads").is_some());
    app.finish().await;
}

#[tokio::test]
async fn a_version_number_that_is_given_twice_is_told_and_takes_nothing_s_place() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (permit, sign) = grant(&app, 1).await;
    app.seal().await;
    let own = TestReceiver::start(&app, Some(app.base.clone())).await;
    let (copy, id) = (own.receiver.copy(), id_of(&permit));
    reconcile(&own.receiver).await.expect("equal");
    // what the copy was told under this number before the registry was put back
    let mut lost = copy.held(id).await.expect("reads").expect("held");
    lost.recorded_at = lost.recorded_at.map(|at| at - TimeDelta::minutes(5));
    lost.record["contacts"][0]["name"] = json!("Nyere Nattergrybakk");
    let lost = [Change::Put(Box::new(lost))];
    copy.take(&lost, Authority::Repair).await.expect("writes");
    let name = async || {
        let found = own.look_up(&sign).await.expect(200).json();
        found["matches"][0]["record"]["contacts"][0]["name"].clone()
    };

    let fault = reconcile(&own.receiver).await.expect_err("one would be lost");
    assert!(matches!(fault, Fault::Losses(1)), "{fault}");
    // and by the feed, read anew
    copy.set_fact("inDoubtSince", "").await.expect("writes");
    own.receiver.progress().in_doubt_since = None;
    own.receiver.progress().applied = 0;
    copy.set_fact("appliedLink", "").await.expect("writes");
    catch_up(&own.receiver).await.expect("catches up");
    assert_eq!(name().await, "Nyere Nattergrybakk");
    let told = status(&own).await;
    assert!(told["inDoubtSince"].is_string() && own.receiver.progress().wants_comparison, "{told}");

    accept(&own.receiver.settings().data, 1).expect("writes");
    reconcile(&own.receiver).await.expect("equal");
    assert_ne!(name().await, "Nyere Nattergrybakk");
    app.finish().await;
}

#[tokio::test]
async fn what_was_written_after_the_registry_was_put_back_takes_the_place_of_what_it_has_lost() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (permit, _) = grant(&app, 1).await;
    app.seal().await;
    let own = TestReceiver::start(&app, Some(app.base.clone())).await;
    let (copy, id) = (own.receiver.copy(), id_of(&permit));
    reconcile(&own.receiver).await.expect("equal");
    // a version the registry has lost, and the link of the log it stood in
    let mut lost = copy.held(id).await.expect("reads").expect("held");
    let version = lost.version;
    lost.version += 1;
    lost.record["contacts"][0]["name"] = json!("Tapt Nattergrybakk");
    deliver(&own, lost).await;
    copy.set_fact("appliedLink", &"ab".repeat(32)).await.expect("writes");
    app.clock.advance(TimeDelta::minutes(5));
    change(&app, 1, &permit, 3).await;
    change(&app, 1, &permit, 4).await;
    app.seal().await;
    catch_up(&own.receiver).await.expect("catches up");
    let held = copy.held(id).await.expect("reads").expect("held");
    assert_eq!(held.version, version + 2);
    assert_ne!(held.record["contacts"][0]["name"], "Tapt Nattergrybakk");
    assert!(status(&own).await["inDoubtSince"].is_string(), "that it was put back is told");
    reconcile(&own.receiver).await.expect("equal");
    assert_eq!(status(&own).await["inDoubtSince"], Value::Null);
    app.finish().await;
}
