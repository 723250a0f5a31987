//! The checkpoints of the registry's log that a rescue centre keeps: they prove the log, and contradict one that was
//! cut off or put back.

use anrop::{jobs, seal::verify};
use chrono::TimeDelta;
use serde_json::json;

use crate::{
    receiver::{grant, run},
    support::{TestApp, receiver::TestReceiver},
};

#[tokio::test]
async fn a_rescue_centre_keeps_the_proof_of_a_log_that_is_cut_off_later() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let own = TestReceiver::subscribed(&app).await;
    for n in 1..=3 {
        grant(&app, n).await;
    }
    let digest_of_the_day = async || {
        jobs::digest_once(app.app.clone()).await.expect("the job runs");
        assert!(app.deliver().await > 0);
    };
    digest_of_the_day().await;
    let folder = own.receiver.settings().data.join("checkpoints");
    let report = verify::verify(&app.app, Some(&folder)).await.expect("verifies");
    assert_eq!((report.holds(), report.checkpoints), (true, 1), "{report:?}");
    let status = async || own.get("/status").await.expect(200).json();
    assert_eq!(status().await["contradictions"], 0);

    // as whoever has the database would do it
    run(&app, "DELETE FROM log_entry WHERE seq > 1").await;
    let head = "UPDATE seal_head SET seq = 1, link = (SELECT link FROM log_entry WHERE seq = 1)";
    run(&app, head).await;
    app.clock.advance(TimeDelta::days(1));
    digest_of_the_day().await;
    let told = status().await;
    assert_eq!((&told["contradictions"], told["inDoubtSince"].is_string()), (&json!(1), true));
    let report = verify::verify(&app.app, Some(&folder)).await.expect("verifies");
    assert_eq!((report.holds(), report.checkpoints), (false, 2), "both are kept");
    assert!(!report.disagreements.is_empty());
    app.finish().await;
}
