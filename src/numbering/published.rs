//! The public row of a number range, written in the transaction that writes the range: so lists, feed
//! and files of the register tell of number ranges as of everything else.

use std::time::Instant;

use uuid::Uuid;

use super::{model::NumberRangeRow, store, wire};
use crate::{app::App, database::Tx, failure::Failure, register::projection};

/// Name of the list.
pub use crate::register::NUMBER_RANGES as LIST;

/// Rows written in one transaction by [`catch_up`]; others wait no longer for the writer.
const BATCH: usize = 500;
/// Rows that are looked at together; the keys of a page are values of one statement.
const PAGE: u64 = 2_000;

/// In the order of the published list: by digits, then by plan.
fn key(row: &NumberRangeRow) -> String {
    key_of(row.resource.first(), row.kind.code)
}

/// The key of the range of this plan that begins with this number.
pub(super) fn key_of(first: &str, plan: &str) -> String {
    format!("{LIST}/{first}/{plan}")
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
/// keys they once had; answers how many it wrote. What is amiss is looked for where nobody waits, and only
/// written as a writer. It rests as long as it works, gives up when the process stops, and may run any
/// number of times, anywhere.
///
/// # Errors
/// When the database does not answer; what was written stays.
pub async fn catch_up(app: &App) -> Result<usize, Failure> {
    let shown = in_pages(app, Uuid::nil(), |after| async move {
        let page = store::page_of_ids(app.db().read(), after, PAGE).await?;
        let Some(last) = page.last().copied() else { return Ok(None) };
        let missing = store::unpublished(app.db().read(), (after, last)).await?;
        // as they are when it is written
        let shown = in_batches(app, missing, |tx, some| async move {
            for row in store::with_ids(&*tx, &some).await? {
                put(&tx, &row, None).await?;
            }
            Ok(())
        });
        Ok(Some((last, shown.await?)))
    });
    let shown = shown.await?;
    let gone = in_pages(app, String::new(), |after: String| async move {
        let page = store::page_of_keys(app.db().read(), &after, PAGE).await?;
        let Some(last) = page.last().cloned() else { return Ok(None) };
        let vain = store::of_no_range(app.db().read(), page).await?;
        // unless a range has come meanwhile
        let gone = in_batches(app, vain, |tx, some| async move {
            for key in store::of_no_range(&*tx, some).await? {
                projection::record(&tx, LIST, key, None).await?;
            }
            Ok(())
        });
        Ok(Some((last, gone.await?)))
    });
    Ok(shown + gone.await?)
}

/// Writes of all of them, few in a transaction; answers how many there are.
async fn in_batches<T, F, Fut>(app: &App, all: Vec<T>, write: F) -> Result<usize, Failure>
where
    T: Clone,
    F: Fn(Tx, Vec<T>) -> Fut,
    Fut: Future<Output = Result<(), Failure>>,
{
    for some in all.chunks(BATCH) {
        app.db().write(|tx| write(tx, some.to_vec())).await?;
    }
    Ok(all.len())
}

/// Page after page until there is none; `page` answers where it ended and how many rows it wrote.
async fn in_pages<T, F, Fut>(app: &App, mut after: T, page: F) -> Result<usize, Failure>
where
    F: Fn(T) -> Fut,
    Fut: Future<Output = Result<Option<(T, usize)>, Failure>>,
{
    let mut written = 0;
    while !app.signals().is_stopping() {
        let began = Instant::now();
        let Some((last, count)) = page(after).await? else { break };
        (after, written) = (last, written + count);
        tokio::time::sleep(began.elapsed()).await;
    }
    Ok(written)
}
