//! Rows of the public register.

use std::sync::Arc;

use anrop_entity::public_row;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, Statement, Value as DbValue,
};
use serde_json::Value;

use super::{CALL_SIGNS, Change, Entry, PublicPermit};
use crate::{database::Tx, failure::Failure, values::call_sign::CallSign};

/// Writes what may be shown under a key; answers its new revision. The row stays when nothing may be
/// shown, so that revisions keep growing.
pub async fn put(tx: &Tx, key: &str, list: &str, body: Option<Value>) -> Result<i64, Failure> {
    let sql = if tx.is_postgres() {
        "INSERT INTO public_row (\"key\", list, body, revision, changed_at) VALUES ($1, $2, $3, 1, $4) \
         ON CONFLICT (\"key\") DO UPDATE SET body = excluded.body, revision = public_row.revision + 1, \
         changed_at = excluded.changed_at RETURNING revision"
    } else {
        "INSERT INTO public_row (\"key\", list, body, revision, changed_at) VALUES (?, ?, ?, 1, ?) \
         ON CONFLICT (\"key\") DO UPDATE SET body = excluded.body, revision = public_row.revision + 1, \
         changed_at = excluded.changed_at RETURNING revision"
    };
    let values: [DbValue; 4] = [key.into(), list.into(), body.into(), tx.now().into()];
    let row = tx
        .query_one_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values))
        .await?
        .ok_or_else(|| Failure::internal("a public row was not written"))?;
    Ok(row.try_get("", "revision")?)
}

/// The next rows of all lists after `after`, in key order.
pub async fn page(
    connection: &impl ConnectionTrait,
    after: Option<&str>,
    limit: u64,
) -> Result<Vec<(String, Change)>, Failure> {
    let mut query = public_row::Entity::find();
    if let Some(after) = after {
        query = query.filter(public_row::Column::Key.gt(after));
    }
    let rows = query.order_by_asc(public_row::Column::Key).limit(limit).all(connection).await?;
    rows.into_iter().map(|row| Ok((row.key.clone(), change_of(row)?))).collect()
}

/// The present state of some keys.
pub async fn of_keys(
    connection: &impl ConnectionTrait,
    keys: &[String],
) -> Result<Vec<Change>, Failure> {
    let rows = public_row::Entity::find()
        .filter(public_row::Column::Key.is_in(keys.iter().cloned()))
        .all(connection)
        .await?;
    rows.into_iter().map(change_of).collect()
}

fn change_of(row: public_row::Model) -> Result<Change, Failure> {
    let revision = row.revision;
    if row.list != CALL_SIGNS {
        let shown = row.body.map(|record| Arc::new(PublicPermit::of(record)));
        return Ok(Change::Permit(Entry { key: row.key, row: shown, revision }));
    }
    let sign = row.key.strip_prefix("call-signs/").unwrap_or(&row.key);
    let key = CallSign::parse(sign).map_err(Failure::internal)?;
    let shown = row.body.map(serde_json::from_value).transpose().map_err(Failure::internal)?;
    Ok(Change::Sign(Entry { key, row: shown.map(Arc::new), revision }))
}

/// Keys that changed after `after`, each once at its latest sequence, in the order of those; and the
/// sequence to continue after.
pub async fn latest_after(
    connection: &impl ConnectionTrait,
    after: i64,
    limit: u64,
) -> Result<(Vec<(String, i64)>, Option<i64>), Failure> {
    // compacted: a key whose latest change comes later is told of there
    let sql_of = |n: &str, m: &str| {
        format!(
            "SELECT e.subject AS subject, e.seq AS seq FROM log_entry e \
             WHERE e.stream = 'register' AND e.seq > {n} AND NOT EXISTS ( \
               SELECT 1 FROM log_entry l WHERE l.subject = e.subject AND l.stream = 'register' \
               AND l.seq > e.seq) \
             ORDER BY e.seq LIMIT {m}"
        )
    };
    let backend = connection.get_database_backend();
    let sql =
        if backend == sea_orm::DbBackend::Postgres { sql_of("$1", "$2") } else { sql_of("?", "?") };
    let limit = i64::try_from(limit).map_err(Failure::internal)?;
    let rows = connection
        .query_all_raw(Statement::from_sql_and_values(backend, sql, [after.into(), limit.into()]))
        .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let seq: Option<i64> = row.try_get("", "seq")?;
        found.push((row.try_get("", "subject")?, seq.unwrap_or_default()));
    }
    let next = found.last().map(|(_, seq)| *seq);
    Ok((found, next))
}
