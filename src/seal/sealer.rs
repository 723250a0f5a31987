//! The sealer: gives committed entries their place and links them.
//!
//! One at a time over all processes (an advisory lock on PostgreSQL; SQLite has one process). It
//! takes what is committed and unsealed in the order it was recorded, numbers it on from the head,
//! and writes head and entries in one transaction. It decides nothing and reads no content.

use anrop_entity::{log_entry, seal_head};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbBackend, EntityTrait as _,
    QueryFilter as _, QuerySelect as _, Statement, Value as DbValue, sea_query::OnConflict,
};

use super::chain::{Entry, GENESIS, Head, Link, link};
use crate::{
    app::App,
    database::{SEALER_LOCK, Tx},
    failure::Failure,
};

/// Entries sealed in one transaction.
const BATCH: u64 = 2_000;

/// Seals everything that is committed; answers the head reached.
///
/// # Errors
/// When the database does not answer; nothing is half sealed.
pub async fn seal_all(app: &App) -> Result<Head, Failure> {
    loop {
        let (head, sealed) = app.db().write(|tx| seal_batch(app, tx)).await?;
        app.feed().tell(i64::try_from(head.count).map_err(Failure::internal)?);
        if sealed < BATCH {
            return Ok(head);
        }
    }
}

async fn seal_batch(app: &App, tx: Tx) -> Result<(Head, u64), Failure> {
    if tx.is_postgres() {
        tx.execute_raw(Statement::from_sql_and_values(
            DbBackend::Postgres,
            "SELECT pg_advisory_xact_lock($1)",
            [SEALER_LOCK.into()],
        ))
        .await?;
    }
    let mut head = head(&*tx).await?;
    let backend = tx.get_database_backend();
    let next = Statement::from_string(backend, batch(backend));
    let rows = log_entry::Entity::find().from_raw_sql(next).all(&*tx).await?;
    let count = rows.len() as u64;
    let key = app.keys();
    let mut sealed = Vec::with_capacity(rows.len());
    for row in rows {
        let entry = entry_of(&row, head.count + 1)?;
        head = Head { count: entry.seq, root: link(key.chain_key(), head.root, &entry) };
        sealed.push((row.id, head));
    }
    if sealed.is_empty() {
        return Ok((head, 0));
    }
    write_places(&tx, &sealed).await?;
    let seq = i64::try_from(head.count).map_err(Failure::internal)?;
    seal_head::Entity::insert(seal_head::ActiveModel {
        id: Set(1),
        seq: Set(seq),
        link: Set(head.root.0.to_vec()),
        sealed_at: Set(tx.now()),
    })
    .on_conflict(
        OnConflict::column(seal_head::Column::Id)
            .update_columns([
                seal_head::Column::Seq,
                seal_head::Column::Link,
                seal_head::Column::SealedAt,
            ])
            .to_owned(),
    )
    .exec_without_returning(&*tx)
    .await?;
    Ok((head, count))
}

/// The next entries to be sealed, in the order they were recorded.
fn batch(backend: DbBackend) -> String {
    format!("SELECT * FROM {} ORDER BY recorded_at, id LIMIT {BATCH}", unsealed(backend))
}

/// What waits to be sealed. SQLite takes the numbers to be one of a kind, also where there is none: unless it is told
/// which index to read, it reads and sorts all that waits, for every batch.
const fn unsealed(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Sqlite => "log_entry INDEXED BY log_entry_unsealed_ix WHERE seq IS NULL",
        _ => "log_entry WHERE seq IS NULL",
    }
}

/// One statement per few hundred rows: a statement each was most of the sealer's time.
async fn write_places(tx: &Tx, sealed: &[(uuid::Uuid, Head)]) -> Result<(), Failure> {
    let (uuid, bytes) = if tx.is_postgres() { ("::uuid", "::bytea") } else { ("", "") };
    for chunk in sealed.chunks(300) {
        let mut values: Vec<DbValue> = Vec::with_capacity(chunk.len() * 3);
        let mut rows = Vec::with_capacity(chunk.len());
        for (id, head) in chunk {
            let seq = i64::try_from(head.count).map_err(Failure::internal)?;
            let n = values.len();
            let place = |offset: usize| {
                if tx.is_postgres() { format!("${}", n + offset) } else { "?".to_owned() }
            };
            rows.push(format!("({}{uuid}, {}, {}{bytes})", place(1), place(2), place(3)));
            values.extend([(*id).into(), seq.into(), head.root.0.to_vec().into()]);
        }
        let sql = format!(
            "WITH place(id, seq, link) AS (VALUES {}) \
             UPDATE log_entry SET seq = place.seq, link = place.link FROM place \
             WHERE log_entry.id = place.id AND log_entry.seq IS NULL",
            rows.join(", ")
        );
        let backend = tx.get_database_backend();
        let result = tx.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
        if result.rows_affected() != chunk.len() as u64 {
            return Err(Failure::internal("an entry was sealed by somebody else"));
        }
    }
    Ok(())
}

/// Whether something recorded before a time is committed and not sealed.
///
/// # Errors
/// When the database does not answer.
pub async fn lies_since(
    connection: &impl ConnectionTrait,
    before: DateTime<Utc>,
) -> Result<bool, Failure> {
    let backend = connection.get_database_backend();
    let bound = if backend == DbBackend::Postgres { "$1" } else { "?" };
    let sql = format!("SELECT id FROM {} AND recorded_at < {bound} LIMIT 1", unsealed(backend));
    let asked = Statement::from_sql_and_values(backend, sql, [before.into()]);
    Ok(connection.query_one_raw(asked).await?.is_some())
}

/// A stored row as it is chained.
pub(super) fn entry_of(row: &log_entry::Model, seq: u64) -> Result<Entry<'_>, Failure> {
    let commitment = row
        .commitment
        .as_slice()
        .try_into()
        .map_err(|_| Failure::internal("a commitment has not 32 bytes"))?;
    Ok(Entry { seq, id: row.id, stream: &row.stream, commitment, recorded_at: row.recorded_at })
}

/// The last sealed entry.
pub async fn head(connection: &impl ConnectionTrait) -> Result<Head, Failure> {
    let Some(row) = seal_head::Entity::find_by_id(1).one(connection).await? else {
        return Ok(Head { count: 0, root: GENESIS });
    };
    let root =
        row.link.try_into().map_err(|_| Failure::internal("the head's link has not 32 bytes"))?;
    Ok(Head { count: u64::try_from(row.seq).map_err(Failure::internal)?, root: Link(root) })
}

/// The link of the entry at a place of the log, of the place before the first too; nothing where none is sealed.
///
/// # Errors
/// When the database does not answer.
pub async fn link_at(
    connection: &impl ConnectionTrait,
    place: i64,
) -> Result<Option<Link>, Failure> {
    if place == 0 {
        return Ok(Some(GENESIS));
    }
    let found: Option<Option<Vec<u8>>> = log_entry::Entity::find()
        .select_only()
        .column(log_entry::Column::Link)
        .filter(log_entry::Column::Seq.eq(place))
        .into_tuple()
        .one(connection)
        .await?;
    let Some(link) = found.flatten() else { return Ok(None) };
    let link =
        link.try_into().map_err(|_| Failure::internal("the link of an entry has not 32 bytes"))?;
    Ok(Some(Link(link)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::plan::plan;

    #[tokio::test]
    async fn a_batch_is_read_in_its_order_however_much_waits() {
        let steps = plan(&batch(DbBackend::Sqlite), &[]).await;
        assert!(steps.iter().all(|step| step.contains("log_entry_unsealed_ix")), "{steps:?}");
    }
}
