//! Migrations that change tables with rows in them: what was there is there afterwards, and so are the
//! constraints.

use anrop::jobs;
use anrop_migration::{Migrator, MigratorTrait as _};
use sea_orm::{ConnectionTrait as _, Database, DbBackend, Statement};
use serde_json::json;

use crate::support::{TestApp, Who, people};

/// The migration that lets an event be about no permit.
const DIGESTS: &str = "m20261122_000061_let_events_be_about_no_permit";

async fn counts(app: &TestApp) -> [i64; 4] {
    [
        app.count("SELECT count(*) AS n FROM event WHERE kind <> 'digest.daily'").await,
        app.count("SELECT count(*) AS n FROM delivery WHERE permit_id IS NOT NULL").await,
        app.count("SELECT count(*) AS n FROM delivery_attempt").await,
        app.count("SELECT count(*) AS n FROM event WHERE kind = 'digest.daily'").await,
    ]
}

#[tokio::test]
async fn events_and_deliveries_survive_going_back_and_forth() {
    let app = TestApp::start().await;
    let rescue = crate::kinds::shared::subscribed(&app, "rescueCentre").await;
    let application = people::plb_application(1);
    let receipt = app.post("/v1/plb/applications", &Who::person(1), &application).await.expect(201);
    let path = format!("{}/decision", receipt.header("location"));
    let granted = json!({ "outcome": "granted" });
    let caseworker = Who::caseworker("saksbehandler-1");
    app.post_on(&path, &caseworker, &receipt.etag(), &granted).await.expect(200);
    app.deliver().await;
    jobs::digest_once(app.app.clone()).await.expect("the job runs");
    let [events, deliveries, attempts, digests] = counts(&app).await;
    assert!(events >= 2 && deliveries == 1 && attempts == 1 && digests == 1);

    let all = Migrator::migrations();
    let place = all.iter().position(|one| one.name() == DIGESTS).expect("the migration");
    let steps = u32::try_from(all.len() - place).expect("few");
    let connection = Database::connect(app.url()).await.expect("connects");
    Migrator::down(&connection, Some(steps)).await.expect("goes back");
    assert_eq!(counts(&app).await, [events, deliveries, attempts, 0]);
    Migrator::up(&connection, None).await.expect("comes forth");
    assert_eq!(counts(&app).await, [events, deliveries, attempts, 0]);

    let backend = connection.get_database_backend();
    if backend == DbBackend::Sqlite {
        let check = Statement::from_string(backend, "PRAGMA foreign_key_check");
        assert!(connection.query_all_raw(check).await.expect("checks").is_empty());
    }
    for forbidden in [
        "UPDATE delivery SET event_id = subscription_id",
        "UPDATE event SET permit_id = NULL",
        "UPDATE event SET permit_id = id",
        "DELETE FROM event",
        "UPDATE delivery SET status = 'lost'",
    ] {
        assert!(connection.execute_unprepared(forbidden).await.is_err(), "{forbidden}");
    }
    connection.close().await.expect("closes");
    jobs::digest_once(app.app.clone()).await.expect("the job runs");
    app.deliver().await;
    let received = rescue.received();
    assert_eq!(received.last().map(|message| &message["type"]), Some(&json!("digest.daily")));
    app.finish().await;
}
