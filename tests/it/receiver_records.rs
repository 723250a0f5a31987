//! The record of a look-up in a rescue centre's own copy never holds the answer back, and is not lost for
//! that; nor does a permit that cannot be read hold another's answer back.

use std::{sync::Arc, time::Duration};

use anrop::receiver::actions::{follow, notes, write_last};
use serde_json::Value;
use tokio::{sync::Notify, task::JoinHandle, time::timeout};

use crate::{
    receiver::{filled, grant, program},
    support::{TestApp, receiver::TestReceiver},
};

/// Longer than anything here may take.
const LONG: Duration = Duration::from_secs(10);

/// A disk that takes nothing until it is told to.
struct Hanging {
    goes_on: Arc<Notify>,
    writing: JoinHandle<()>,
}

impl Hanging {
    /// From when this answers.
    async fn begin(own: &TestReceiver) -> Self {
        let (hangs, goes_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (receiver, begun, end) =
            (own.receiver.clone(), Arc::clone(&hangs), Arc::clone(&goes_on));
        let writing = tokio::spawn(async move {
            let (begun, end) = (&begun, &end);
            let hung = receiver.copy().db().write(|_| async move {
                begun.notify_one();
                end.notified().await;
                Ok(())
            });
            hung.await.expect("writes");
        });
        timeout(LONG, hangs.notified()).await.expect("it hangs");
        Self { goes_on, writing }
    }

    async fn end(self) {
        self.goes_on.notify_one();
        self.writing.await.expect("ends");
    }
}

/// What was noted, when every look-up is flagged as written afterwards.
async fn all_late(own: &TestReceiver, expected: usize) {
    let wait = async {
        loop {
            let noted = notes(&own.receiver).await.expect("reads");
            let is_late = |line: &String| {
                let note: Value = serde_json::from_str(line).expect("JSON");
                note["late"] == true && note["officer"] == "vakt-3 (local)"
            };
            if noted.len() == expected && noted.iter().all(is_late) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(LONG, wait).await.expect("each look-up is noted once, as late");
}

#[tokio::test]
async fn a_disk_that_hangs_holds_no_answer_back_and_the_record_is_written_afterwards_as_late() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (_, sign) = grant(&app, 1).await;
    app.seal().await;
    let own = filled(&app).await;
    let hanging = Hanging::begin(&own).await;
    for _ in 0..2 {
        let found = timeout(LONG, own.look_up(&sign)).await.expect("nobody waits for the record");
        assert_eq!(found.expect(200).json()["matches"][0]["live"], true);
    }
    hanging.end().await;
    let following = tokio::spawn(follow(own.receiver.clone()));
    all_late(&own, 2).await;
    following.abort();

    // a receiver that ends before its follower comes round writes them, too
    let hanging = Hanging::begin(&own).await;
    timeout(LONG, own.look_up(&sign)).await.expect("nobody waits for the record").expect(200);
    hanging.end().await;
    write_last(&own.receiver).await;
    all_late(&own, 3).await;
    app.finish().await;
}

#[tokio::test]
async fn a_permit_the_copy_cannot_read_takes_no_other_answer_from_a_text() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (permit, _) = grant(&app, 1).await;
    let broken = program(&app, 1).await;
    grant(&app, 2).await;
    let sound = program(&app, 2).await;
    app.seal().await;
    let own = filled(&app).await;
    let id = permit.rsplit('/').next().expect("an id").replace('-', "");
    let damage = |tx: anrop::database::Tx| {
        let sql = format!("UPDATE entry SET sealed = x'00' WHERE id = x'{id}'");
        async move {
            use sea_orm::ConnectionTrait as _;
            tx.execute_unprepared(&sql).await?;
            Ok(())
        }
    };
    own.receiver.copy().db().write(damage).await.expect("writes");
    let found = own.look_up_text(&format!("HEX ID {broken}\nHEX ID {sound}")).await;
    assert_eq!(found["answers"].as_array().map(Vec::len), Some(1), "{found}");
    assert_eq!(found["answers"][0]["key"], sound);
    assert_eq!(found["unanswered"][0]["key"], broken);
    app.finish().await;
}
