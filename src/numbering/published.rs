//! The public row of a number range, written in the transaction that writes the range: so lists, feed
//! and files of the register tell of number ranges as of everything else.

use std::time::Instant;

use uuid::Uuid;

use super::{model::NumberRangeRow, store, wire};
use crate::{app::App, database::Tx, failure::Failure, register::projection};

/// Name of the list.
pub use crate::register::NUMBER_RANGES as LIST;

/// Rows written in one transaction by [`catch_up`]; others wait no longer for the writer.
const BATCH: u64 = 500;

/// In the order of the published list: by digits, then by plan.
fn key(row: &NumberRangeRow) -> String {
    format!("{LIST}/{}/{}", row.resource.first(), row.kind.code)
}

/// Shows a range as it is from now on; `before` is what it was.
pub(super) async fn put(
    tx: &Tx,
    row: &NumberRangeRow,
    before: Option<&NumberRangeRow>,
) -> Result<(), Failure> {
    if let Some(before) = before.filter(|before| key(before) != key(row)) {
        remove(tx, before).await?;
    }
    projection::record(tx, LIST, key(row), Some(wire::record(row))).await
}

/// Takes a range away, unless another has come to begin at its first number.
pub(super) async fn remove(tx: &Tx, row: &NumberRangeRow) -> Result<(), Failure> {
    let there = store::beginning_at(&**tx, row.kind, row.resource.lower()).await?;
    match there.filter(|other| other.id != row.id) {
        Some(other) => projection::record(tx, LIST, key(row), Some(wire::record(&other))).await,
        None => projection::record(tx, LIST, key(row), None).await,
    }
}

/// Publishes the ranges of a database from before they had public rows, and takes away rows under the
/// keys they once had; answers how many it wrote. It rests as long as it works, gives up when the
/// process stops, and may run any number of times, anywhere.
///
/// # Errors
/// When the database does not answer; what was written stays.
pub async fn catch_up(app: &App) -> Result<usize, Failure> {
    let shown = in_batches(app, Uuid::nil(), |tx, after| async move {
        let missing = store::unpublished(&*tx, after, BATCH).await?;
        for row in &missing {
            put(&tx, row, None).await?;
        }
        Ok(missing.into_iter().map(|row| row.id).collect())
    });
    let shown = shown.await?;
    let gone = in_batches(app, String::new(), |tx, after| async move {
        let vain = store::published_in_vain(&*tx, &after, BATCH).await?;
        for key in &vain {
            projection::record(&tx, LIST, key.clone(), None).await?;
        }
        Ok(vain)
    });
    Ok(shown + gone.await?)
}

/// Writes batch after batch until one has nothing to write; `write` answers what it wrote, of which the next batch begins
/// after the last.
async fn in_batches<T, F, Fut>(app: &App, mut after: T, write: F) -> Result<usize, Failure>
where
    T: Clone,
    F: Fn(Tx, T) -> Fut,
    Fut: Future<Output = Result<Vec<T>, Failure>>,
{
    let mut written = 0;
    while !app.signals().is_stopping() {
        let began = Instant::now();
        let mut batch = app.db().write(|tx| write(tx, after.clone())).await?;
        written += batch.len();
        let Some(last) = batch.pop() else { break };
        after = last;
        tokio::time::sleep(began.elapsed()).await;
    }
    Ok(written)
}
