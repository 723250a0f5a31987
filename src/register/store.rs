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

/// The next rows of all lists after `after`, in key order, as changes.
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

/// A row as it stands in the database.
pub struct Text {
    /// The key.
    pub key: String,
    /// What may be shown, in JSON.
    pub body: Option<String>,
    /// Revision.
    pub revision: i64,
}

/// Rows of one list between two keys in the database's own order, from either end.
pub async fn texts(
    connection: &impl ConnectionTrait,
    list: &str,
    (after, before): (Option<&str>, Option<&str>),
    from_the_end: bool,
    limit: u64,
) -> Result<Vec<Text>, Failure> {
    let backend = connection.get_database_backend();
    let mut values: Vec<DbValue> = vec![list.into()];
    let mut bounds = String::new();
    for (sign, key) in [(">", after), ("<", before)] {
        if let Some(key) = key {
            values.push(key.into());
            let place = match backend {
                sea_orm::DbBackend::Postgres => format!("${}", values.len()),
                _ => "?".to_owned(),
            };
            bounds.push_str(&format!(" AND \"key\" {sign} {place}"));
        }
    }
    let place = if backend == sea_orm::DbBackend::Postgres { "$1" } else { "?" };
    let order = if from_the_end { "DESC" } else { "ASC" };
    let sql = format!(
        "SELECT \"key\", CAST(body AS text), revision FROM public_row WHERE list = {place}{bounds} \
         ORDER BY \"key\" {order} LIMIT {limit}"
    );
    let rows =
        connection.query_all_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    rows.into_iter()
        .map(|row| {
            Ok(Text {
                key: row.try_get_by_index(0)?,
                body: row.try_get_by_index(1)?,
                revision: row.try_get_by_index(2)?,
            })
        })
        .collect()
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
        let shown = row.body.map(|record| Arc::new(PublicPermit::of(&record)));
        return Ok(Change::Permit(Entry { key: row.key, row: shown, revision }));
    }
    let sign = row.key.strip_prefix("call-signs/").unwrap_or(&row.key);
    let key = CallSign::parse(sign).map_err(Failure::internal)?;
    let shown = row.body.map(serde_json::from_value).transpose().map_err(Failure::internal)?;
    Ok(Change::Sign(Entry { key, row: shown.map(Arc::new), revision }))
}
