//! Keeping the index up: filled from the table at start, advanced by the sealed log.

use anrop_entity::log_entry;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};

use super::store;
use crate::{
    app::App,
    failure::Failure,
    seal::{Stream, sealer},
};

/// Rows read at a time at start.
const PAGE: u64 = 20_000;

/// Fills the index from the database; answers the sequence it is complete up to.
///
/// # Errors
/// When the database does not answer.
pub async fn fill(app: &App, mut progress: impl FnMut(u64)) -> Result<i64, Failure> {
    // the head is read first: whatever is sealed later is applied again, which does no harm
    let head = sealer::head(app.db().read()).await?;
    let mut after: Option<String> = None;
    let mut count = 0;
    loop {
        let page = store::page(app.db().read(), after.as_deref(), PAGE).await?;
        let Some((last, _)) = page.last() else { break };
        after = Some(last.clone());
        count += page.len() as u64;
        app.register().apply(page.into_iter().map(|(_, change)| change));
        progress(count);
    }
    i64::try_from(head.count).map_err(Failure::internal)
}

/// Applies what other processes have sealed after `seq`; answers how far it came, which is the head
/// of the log even where its last entries are not of the register.
///
/// # Errors
/// When the database does not answer.
pub async fn advance(app: &App, mut seq: i64) -> Result<i64, Failure> {
    // read first: up to there nothing is missing from what is read below
    let head = sealer::head(app.db().read()).await?;
    let head = i64::try_from(head.count).map_err(Failure::internal)?;
    loop {
        let (keys, last) = sealed_keys(app.db().read(), seq, 1_000).await?;
        let Some(last) = last else { return Ok(seq.max(head)) };
        let changes = store::of_keys(app.db().read(), &keys).await?;
        app.register().apply(changes);
        seq = last;
    }
}

/// Keys of the register sealed after `seq`, each once, and the last sequence looked at.
async fn sealed_keys(
    connection: &impl ConnectionTrait,
    seq: i64,
    limit: u64,
) -> Result<(Vec<String>, Option<i64>), Failure> {
    let rows: Vec<(String, Option<i64>)> = log_entry::Entity::find()
        .select_only()
        .column(log_entry::Column::Subject)
        .column(log_entry::Column::Seq)
        .filter(log_entry::Column::Stream.eq(Stream::Register.code()))
        .filter(log_entry::Column::Seq.gt(seq))
        .order_by_asc(log_entry::Column::Seq)
        .limit(limit)
        .into_tuple()
        .all(connection)
        .await?;
    let last = rows.last().and_then(|(_, seq)| *seq);
    let mut keys: Vec<String> = rows.into_iter().map(|(key, _)| key).collect();
    keys.sort_unstable();
    keys.dedup();
    Ok((keys, last))
}
