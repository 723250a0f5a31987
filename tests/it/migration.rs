//! Migrations that change tables with rows in them: what was there is there afterwards, and so are the
//! constraints.

use anrop::jobs;
use anrop_migration::{Migrator, MigratorTrait as _};
use sea_orm::{ConnectionTrait as _, Database, DbBackend, Statement};
use serde_json::json;

use crate::{
    journal::journal,
    supervision_rights::supervised_with_report,
    support::{TestApp, Who, people},
};

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

/// The migration after which a report of interference that was put to a case names nobody.
const REPORTS: &str = "m20261122_000246_tell_nobody_of_reports";
const RECEIVED: &str = "Interference report received";

/// Whom the journal names with each document of a case, by its title.
async fn correspondents(app: &TestApp, case: &str) -> Vec<(String, Option<String>)> {
    let id = case.rsplit('/').next().expect("an id");
    let own = journal(app).await.into_iter().filter(|entry| entry["caseId"] == id);
    let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
    let mut all: Vec<_> = own
        .map(|entry| (text(&entry["title"]).expect("a title"), text(&entry["correspondent"])))
        .collect();
    all.sort();
    all
}

#[tokio::test]
async fn old_reports_of_interference_name_nobody_afterwards_and_everything_else_whom_it_named() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (case, _) = supervised_with_report(&app).await;
    let today = correspondents(&app, &case).await;
    let of = |all: &[(String, Option<String>)], title: &str| {
        all.iter().find(|(own, _)| own == title).expect("an entry").1.clone()
    };
    let respondent = people::applicant(1)["name"].as_str().map(str::to_owned);
    assert_eq!((of(&today, RECEIVED), of(&today, "Advance notice")), (None, respondent.clone()));

    // as it was written before: with the party of the case, who did not send it
    let all = Migrator::migrations();
    let place = all.iter().position(|one| one.name() == REPORTS).expect("the migration");
    let steps = u32::try_from(all.len() - place).expect("few");
    let connection = Database::connect(app.url()).await.expect("connects");
    Migrator::down(&connection, Some(steps)).await.expect("goes back");
    app.execute(&format!("UPDATE journal_entry SET party_id = NULL WHERE title = '{RECEIVED}'"))
        .await;
    // one that the authority sent, and one of another case on a permit: theirs stays theirs
    app.execute(
        "UPDATE journal_entry SET title = 'Interference report received', direction = 'out' \
         WHERE title = 'Advance notice'",
    )
    .await;
    let unnamed = "SELECT count(*) AS n FROM journal_entry WHERE party_id IS NULL";
    let before = app.count(unnamed).await;

    Migrator::up(&connection, None).await.expect("comes forth");
    assert_eq!(app.count(unnamed).await, before - 1, "the report alone");
    app.execute(
        "UPDATE journal_entry SET title = 'Advance notice' WHERE direction = 'out' AND \
                 title = 'Interference report received'",
    )
    .await;
    assert_eq!(correspondents(&app, &case).await, today);

    // whoever goes back does not name them again
    Migrator::down(&connection, Some(steps)).await.expect("goes back");
    assert_eq!(app.count(unnamed).await, before - 1);
    Migrator::up(&connection, None).await.expect("comes forth");
    connection.close().await.expect("closes");
    assert_eq!(correspondents(&app, &case).await, today);
    app.finish().await;
}

/// The migration that gave the invoices of a holder in a year a case.
const FEE_CASES: &str = "m20261122_000241_create_fee_case";

#[tokio::test]
async fn letters_of_invoices_stay_when_their_cases_go() {
    use crate::kinds::{fees, invoices};
    let app = TestApp::start().await;
    app.waive_deliveries();
    fees::advance_to(&app, 3, 1);
    fees::plb(&app, 1, 101).await;
    invoices::issue(&app).await;
    let letters = "SELECT count(*) AS n FROM letter WHERE kind = 'invoice'";
    let known = "SELECT count(*) AS n FROM invoice i JOIN letter l ON l.id = i.letter_id";
    assert_eq!((app.count(letters).await, app.count(known).await), (1, 1));
    let all = Migrator::migrations();
    let place = all.iter().position(|one| one.name() == FEE_CASES).expect("the migration");
    let steps = u32::try_from(all.len() - place).expect("few");
    let connection = Database::connect(app.url()).await.expect("connects");
    Migrator::down(&connection, Some(steps)).await.expect("goes back");
    assert_eq!((app.count(letters).await, app.count(known).await), (1, 1));
    Migrator::up(&connection, None).await.expect("comes forth");
    assert_eq!((app.count(letters).await, app.count(known).await), (1, 1));
    app.finish().await;
}
