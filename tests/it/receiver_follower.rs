//! The follower of a rescue centre's copy goes on, whatever breaks in one of its turns.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use anrop::{
    clock::{Clock, SystemClock},
    config::receiver::TokenSettings,
    receiver::{Receiver, Stage, actions::follow},
    rescue::extract::ReceiverKey,
};
use chrono::{DateTime, Utc};

use crate::{
    receiver::{centre, grant},
    support::{
        TestApp,
        receiver::{settings, write},
    },
};

/// A clock that breaks while it is told to.
#[derive(Default)]
struct Fragile(AtomicBool);

impl Clock for Fragile {
    fn now(&self) -> DateTime<Utc> {
        assert!(!self.0.load(Ordering::SeqCst), "made by the test");
        SystemClock.now()
    }
}

async fn until(what: &str, is_so: impl Fn() -> bool) {
    for _ in 0..1_000 {
        if is_so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("never: {what}");
}

#[tokio::test]
async fn a_turn_that_panics_is_counted_and_the_next_one_follows_the_registry() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    grant(&app, 1).await;
    app.seal().await;
    let digest = app.get("/v1/rescue/digest", &centre()).await.expect(200).json();
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    write(&path("key"), &ReceiverKey::generate().to_text());
    let key = digest["publicKey"].as_str().expect("a key");
    write(&path("trust"), &format!("digest {key}\n"));
    write(&path("token"), &app.token(&centre()));
    let token = Some(TokenSettings::File(path("token")));
    let clock = Arc::new(Fragile::default());
    let settings = settings(folder.path(), Some(app.base.clone()), token);
    let receiver = Receiver::open(settings, Arc::clone(&clock) as Arc<dyn Clock>).await;
    let receiver = receiver.expect("the receiver opens");

    clock.0.store(true, Ordering::SeqCst);
    let following = tokio::spawn(follow(receiver.clone()));
    until("a turn breaks off", || receiver.progress().panics > 0).await;
    clock.0.store(false, Ordering::SeqCst);
    receiver.wake();
    until("it follows", || receiver.progress().stage == Stage::Following).await;
    assert_eq!(receiver.copy().count().await.expect("counts").live, 1);
    assert_eq!(receiver.progress().panics, 1);
    following.abort();
    app.finish().await;
}
