//! The public row of a number range, written in the transaction that writes the range: so feed and
//! files of the register tell of number ranges as of every other list.

use super::{model::NumberRangeRow, store, wire};
use crate::{database::Tx, failure::Failure, register::projection};

/// Name of the list.
pub const LIST: &str = "number-ranges";

fn key(row: &NumberRangeRow) -> String {
    format!("{LIST}/{}/{}", row.kind.code, row.resource.first())
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
