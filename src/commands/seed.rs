//! Made-up data for load tests, in the declared test series: the same people, beacons and call signs for
//! the same seed. Ids, keys, verification codes and times are fresh.
//!
//! This is the one writer beside the actions: an action per permit takes milliseconds, a million of them
//! hours. So that its rows are like theirs, every row comes from the function that the actions' stores
//! write with, and a test has the projection write seeded rows again and finds nothing changed. Seeded
//! rows have no case, no event and no entry in the sealed log: nobody is told of them, readers of the
//! change feed do not see them, and running processes show them after their next start. A registry in
//! production refuses them.

mod cases;
mod rows;
mod stations;
mod write;

use std::{path::PathBuf, sync::Arc};

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{StreamExt as _, TryStreamExt as _};

use super::{
    progress::Progress,
    run::{in_words, settings},
    synthetic::Synthetic,
};
use crate::{
    clock::{Clock as _, SystemClock},
    config::Mode,
    database::{DatabaseSettings, Db},
    failure::Failure,
    keys::KeyRing,
    permit,
    values::call_sign_series::{SeriesKind, series},
};
use rows::{Holding, Maker};

/// Holders written in one transaction.
const CHUNK: u64 = 2_000;
/// Transactions at once on PostgreSQL; SQLite has one writer.
const WRITERS: usize = 4;
/// The first permit was issued so long ago, the last one now.
const SPAN: TimeDelta = TimeDelta::days(3_650);

/// How much is made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Amount {
    /// Amateur licences.
    pub call_signs: u64,
    /// Live beacon permits.
    pub beacons: u64,
    /// Ended beacon permits.
    pub permits: u64,
    /// Transmitter permits of organisations, which the public lists.
    pub transmitters: u64,
    /// Cases, for the caseworkers' queue.
    pub cases: u64,
}

impl Amount {
    fn total(self) -> u64 {
        self.call_signs + self.beacons + self.permits + self.transmitters
    }
}

/// `anrop seed`.
///
/// # Errors
/// In words for the operator.
pub async fn run(file: Option<PathBuf>, amount: Amount, seed: u64) -> Result<(), String> {
    let settings = settings(file.as_ref())?;
    if settings.mode == Mode::Production {
        return Err("made-up data are not for production".to_owned());
    }
    let keys = KeyRing::load(&settings.key_ring)
        .map_err(|error| format!("{error} ({})", settings.key_ring.display()))?;
    let db = Db::connect(
        &DatabaseSettings {
            url: settings.database_url,
            connections: settings.database_connections,
            exclusive: true,
        },
        Arc::new(SystemClock),
    )
    .await
    .map_err(in_words)?;
    let outcome = fill(&db, Arc::new(keys), amount, seed, SystemClock.now()).await;
    let outcome = match outcome {
        Ok(rows) if db.is_postgres() => {
            // the planner knows nothing of millions of new rows
            db.execute_on_postgres("ANALYZE", []).await.map(|()| rows)
        }
        outcome => outcome,
    };
    db.close().await;
    println!("{} rows written", outcome.map_err(in_words)?);
    Ok(())
}

/// Writes the data and answers how many rows. What stands in the test series already is continued: call
/// signs and holders go on where the series stand.
///
/// # Errors
/// When a series is too short, or the database holds data of another seed. Transactions that were
/// written before the fault stay.
pub async fn fill(
    db: &Db,
    keys: Arc<KeyRing>,
    amount: Amount,
    seed: u64,
    now: DateTime<Utc>,
) -> Result<u64, Failure> {
    permit::actions::claims_begin_new(db).await?;
    let start = reserve(db, amount).await?;
    let maker = Arc::new(Maker {
        synthetic: Synthetic::new(seed),
        keys: Arc::clone(&keys),
        begin: now - SPAN,
        step: SPAN / i32::try_from(amount.total().max(1)).map_err(Failure::internal)?,
        now,
    });
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let writers = if db.is_postgres() { WRITERS } else { 1 };
    let mut progress = Progress::new("holders", amount.total());
    let mut written = 0;
    let mut chunks = futures_util::stream::iter(chunks(amount, start))
        .map(|holdings| {
            let maker = Arc::clone(&maker);
            let count = holdings.len() as u64;
            async move {
                let rows = tokio::task::spawn_blocking(move || maker.make(holdings)).await;
                Ok::<_, Failure>((rows.map_err(Failure::internal)??, count))
            }
        })
        .buffered(threads)
        .map_ok(
            |(rows, count)| async move { write::all(db, &rows).await.map(|rows| (rows, count)) },
        )
        .try_buffer_unordered(writers);
    while let Some((rows, count)) = chunks.try_next().await? {
        written += rows;
        progress.add(count);
    }
    if amount.cases > 0 {
        written += cases::fill(db, keys, amount.cases, seed, now).await?;
    }
    Ok(written)
}

/// First places in the two series, first organisation and first permit number.
#[derive(Debug, Clone, Copy)]
struct Start {
    amateur: u64,
    plb: u64,
    transmitter: u64,
    number: i64,
}

/// Takes places and numbers for all that is to be made, so that no allocator gives them to others.
async fn reserve(db: &Db, amount: Amount) -> Result<Start, Failure> {
    db.write(|tx| async move {
        let amateur = write::take_places(&tx, SeriesKind::TestAmateur, amount.call_signs).await?;
        let plb =
            write::take_places(&tx, SeriesKind::TestPlb, amount.beacons + amount.permits).await?;
        let number = write::take_numbers(&tx, "permit_number", amount.total()).await?;
        let transmitter = write::transmitters(&tx).await?;
        Ok(Start { amateur, plb, transmitter, number })
    })
    .await
}

/// What is made, in pieces of one transaction each.
fn chunks(amount: Amount, start: Start) -> impl Iterator<Item = Vec<Holding>> {
    let live = start.plb + amount.beacons;
    let amateurs = (start.amateur..start.amateur + amount.call_signs)
        .map(|place| (rows::Kind::Amateur, place));
    let beacons = (start.plb..live).map(|place| (rows::Kind::Beacon, place));
    let ended = (live..live + amount.permits).map(|place| (rows::Kind::Ended, place));
    let transmitters = (start.transmitter..start.transmitter + amount.transmitters)
        .map(|place| (rows::Kind::Transmitter, place));
    let mut all = amateurs
        .chain(beacons)
        .chain(ended)
        .chain(transmitters)
        .zip(start.number..)
        .enumerate()
        .map(|(index, ((kind, place), number))| Holding { kind, place, number, index });
    std::iter::from_fn(move || {
        let chunk: Vec<Holding> = all.by_ref().take(CHUNK as usize).collect();
        (!chunk.is_empty()).then_some(chunk)
    })
}

/// How many signs a test series has.
fn size(kind: SeriesKind) -> u64 {
    series(kind).order().map_or(0, crate::values::call_sign_series::SeriesOrder::size)
}

#[cfg(test)]
mod tests;
