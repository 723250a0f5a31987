//! Seeded rows are like those of the actions.

use anrop_entity::public_row;
use sea_orm::EntityTrait as _;

use super::*;
use crate::{
    app::{App, Parts},
    config,
    database::Migration,
    identity::Sight,
    keys::Origin,
    party, permit,
    permit::kind::{Kind, transmitter},
    permit::model::{Permit, Scheme},
    register::{Change, follow, projection, search::call_sign as look_up, store::page},
    values::call_sign::CallSign,
};

const AMOUNT: Amount =
    Amount { call_signs: 60, beacons: 120, permits: 10, transmitters: 20, cases: 300 };

async fn seeded(folder: &tempfile::TempDir, seed: u64) -> App {
    let mut settings = config::load(None).unwrap();
    settings.database_url = format!("sqlite:{}", folder.path().join("seed.db").display());
    settings.spool = folder.path().join("spool");
    settings.mode = Mode::Development;
    settings.test_series = true;
    let keys = KeyRing::generate(SystemClock.now(), Origin::Demo);
    let app = App::new(Parts { settings, clock: Arc::new(SystemClock), keys }).await.unwrap();
    app.db().migrate(Migration::Up).await.unwrap();
    fill(app.db(), app.keys(), AMOUNT, seed, SystemClock.now()).await.unwrap();
    app
}

fn signs(kind: SeriesKind, count: u64) -> Vec<CallSign> {
    (0..count).map(|place| series(kind).order().unwrap().nth(place).unwrap()).collect()
}

/// Transmitter permits, which have no call sign.
async fn stations(tx: &crate::database::Tx) -> Result<Vec<Permit>, Failure> {
    let query = permit::store::PermitQuery::default();
    let (permits, _) = permit::store::list(&**tx, Sight::All, query, None, 500).await?;
    Ok(permits.into_iter().filter(|permit| permit.kind == Kind::Transmitter).collect())
}

#[tokio::test]
async fn the_projection_would_write_what_was_seeded() {
    let folder = tempfile::tempdir().unwrap();
    let app = seeded(&folder, 7).await;
    let shown = |rows: Vec<(String, crate::register::Change)>| -> Vec<_> {
        rows.into_iter()
            .map(|(key, change)| match change {
                Change::Sign(entry) => (key, entry.row, None),
                Change::Permit(entry) => (key, None, entry.row.map(|row| row.record(true))),
            })
            .collect()
    };
    let before = shown(page(app.db().read(), None, 500).await.unwrap());
    assert_eq!(before.len(), 210);
    assert_eq!(before.iter().filter(|(_, _, permit)| permit.is_some()).count(), 20);
    let all = [signs(SeriesKind::TestAmateur, 60), signs(SeriesKind::TestPlb, 130)].concat();
    let all = &all;
    app.db()
        .write(|tx| async move {
            for sign in all {
                projection::call_sign(&tx, *sign).await?;
            }
            for permit in stations(&tx).await? {
                let party = party::store::get(&*tx, permit.holder).await?;
                projection::permit(&tx, &permit, &party).await?;
            }
            Ok(())
        })
        .await
        .unwrap();
    assert_eq!(shown(page(app.db().read(), None, 500).await.unwrap()), before);
    let rows = public_row::Entity::find().all(app.db().read()).await.unwrap();
    assert!(rows.iter().all(|row| row.revision == 1), "what shows the same is no change");
}

#[tokio::test]
async fn what_seeded_permits_claim_is_not_written_anew() {
    let folder = tempfile::tempdir().unwrap();
    let app = seeded(&folder, 7).await;
    assert_eq!(permit::actions::claim_anew(&app).await.unwrap(), 0);
}

#[tokio::test]
async fn permits_open_and_read_as_their_last_version_says() {
    let folder = tempfile::tempdir().unwrap();
    let app = seeded(&folder, 7).await;
    let connection = app.db().read();
    let (permits, total) = permit::store::list(
        connection,
        Sight::All,
        permit::store::PermitQuery::default(),
        None,
        500,
    )
    .await
    .unwrap();
    assert_eq!(total, 210);
    for permit in permits {
        let party = party::store::get(connection, permit.holder).await.unwrap();
        if permit.kind == Kind::Transmitter {
            let sites = transmitter::store::rows(&permit, permit.issued_at).unwrap();
            assert_eq!(sites.len(), 1);
            continue;
        }
        let id =
            party::store::national_id(connection, &app.keys(), party.id).await.unwrap().unwrap();
        let known = party::store::find_person(connection, &app.keys(), &id).await.unwrap().unwrap();
        assert_eq!(known.id, party.id);
        let contacts = permit::store::contacts(connection, &app.keys(), permit.id).await.unwrap();
        let record = permit::record::of(&permit, &party, Some(&id), &contacts);
        let key = party::store::data_key(connection, &app.keys(), party.id).await.unwrap();
        let versions = permit::store::versions(connection, permit.id).await.unwrap();
        assert_eq!(versions.len(), usize::try_from(permit.version).unwrap());
        assert_eq!(versions.last().unwrap().record(&key).unwrap(), record);
        let sign = permit.call_sign.unwrap().to_string();
        let found =
            permit::store::by_identifier(connection, &[Scheme::CallSign], &sign).await.unwrap();
        assert_eq!(found[0].0.id, permit.id);
        assert_eq!(found[0].2, permit.status.is_live());
    }
}

#[tokio::test]
async fn the_register_shows_them_and_the_allocator_goes_on_behind_them() {
    let folder = tempfile::tempdir().unwrap();
    let app = seeded(&folder, 7).await;
    assert_eq!(
        crate::fee::run::actions::charge_years(&app).await.unwrap(),
        0,
        "this year is settled"
    );
    follow::fill(&app, |_| ()).await.unwrap();
    app.lease().hold_forever();
    let views: Vec<_> = signs(SeriesKind::TestAmateur, 60)
        .iter()
        .map(|sign| look_up(&app, sign.as_str()).unwrap())
        .collect();
    assert!(views.iter().all(|view| view.status == "inUse" && view.class.is_some()));
    let named = views.iter().filter(|view| view.holder.as_ref().is_some_and(|h| h.name.is_some()));
    assert!((30..60).contains(&named.count()));
    let rests = look_up(&app, signs(SeriesKind::TestPlb, 121)[120].as_str()).unwrap();
    assert_eq!(rests.status, "quarantined");
    let again = fill(app.db(), app.keys(), AMOUNT, 7, SystemClock.now()).await.unwrap();
    assert!(again > 1_500, "{again}");
    let other = fill(app.db(), app.keys(), AMOUNT, 7, SystemClock.now()).await;
    assert!(other.is_ok());
}

#[tokio::test]
async fn the_same_seed_makes_the_same_people() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let first = page(seeded(&one, 11).await.db().read(), None, 500).await.unwrap();
    let second = page(seeded(&two, 11).await.db().read(), None, 500).await.unwrap();
    let holders = |rows: Vec<(String, crate::register::Change)>| -> Vec<_> {
        rows.into_iter()
            .map(|(key, change)| match change {
                Change::Sign(entry) => (key, entry.row.and_then(|row| row.holder.clone()), None),
                Change::Permit(entry) => {
                    let record = entry.row.map(|row| row.record(true));
                    (key, None, record.map(|record| record["organisation"].clone()))
                }
            })
            .collect()
    };
    assert_eq!(holders(first), holders(second));
}

#[tokio::test]
async fn made_up_cases_are_counted_as_they_are() {
    use crate::{
        case::{lifecycle::Status, queue, store as cases},
        values::calendar::oslo_date,
    };
    let folder = tempfile::tempdir().unwrap();
    let app = seeded(&folder, 7).await;
    let connection = app.db().read();
    let today = oslo_date(app.clock().now());
    let tallies = queue::store::tallies(connection, today).await.unwrap();
    assert_eq!(tallies.iter().map(|one| one.count).sum::<u64>(), 300);
    for status in Status::ALL {
        for overdue_on in [None, Some(today)] {
            let query =
                cases::CaseQuery { statuses: vec![status], overdue_on, ..Default::default() };
            let there = cases::page(connection, Sight::All, &query, 400).await.unwrap().len();
            let counted = queue::rules::total(&tallies, &query);
            assert_eq!(there as u64, counted, "{status:?} {overdue_on:?}");
        }
    }
    let open =
        cases::CaseQuery { statuses: queue::model::open_statuses(), ..cases::CaseQuery::default() };
    assert!(queue::rules::total(&tallies, &open) > 20);
}
