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

/// Writes what may be shown under a key; answers its new revision, and nothing when it stands there already.
/// The row stays when nothing may be shown, so that revisions keep growing.
pub async fn put(
    tx: &Tx,
    key: &str,
    list: &str,
    body: Option<Value>,
) -> Result<Option<i64>, Failure> {
    let sql = if tx.is_postgres() {
        "INSERT INTO public_row (\"key\", list, body, revision, changed_at) VALUES ($1, $2, $3, 1, $4) \
         ON CONFLICT (\"key\") DO UPDATE SET body = excluded.body, revision = public_row.revision + 1, \
         changed_at = excluded.changed_at WHERE public_row.body IS DISTINCT FROM excluded.body RETURNING revision"
    } else {
        "INSERT INTO public_row (\"key\", list, body, revision, changed_at) VALUES (?, ?, ?, 1, ?) \
         ON CONFLICT (\"key\") DO UPDATE SET body = excluded.body, revision = public_row.revision + 1, \
         changed_at = excluded.changed_at WHERE public_row.body IS NOT excluded.body RETURNING revision"
    };
    let values: [DbValue; 4] = [key.into(), list.into(), body.into(), tx.now().into()];
    let row = tx
        .query_one_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values))
        .await?;
    Ok(row.map(|row| row.try_get("", "revision")).transpose()?)
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

/// Between the members of a row and between rows, where the database puts them in one text. JSON escapes
/// both, and no key has them.
const MEMBER: char = '\u{1f}';
const ROW: char = '\u{1e}';

/// Rows as the database put them together: one answer instead of thousands, since each row of an answer
/// costs more on its way than what stands in it.
pub struct Piece(String);

/// A row as it stands in the database.
pub struct Text<'a> {
    /// The list it belongs to.
    pub list: &'a str,
    /// The key.
    pub key: &'a str,
    /// What may be shown, in JSON.
    pub body: Option<&'a str>,
    /// Revision.
    pub revision: i64,
}

impl Piece {
    /// The rows, in no order.
    ///
    /// # Errors
    /// When one is not what this file asks the database for.
    pub fn rows(&self) -> impl Iterator<Item = Result<Text<'_>, Failure>> {
        self.0.split_terminator(ROW).map(|row| {
            let mut members = row.splitn(4, MEMBER);
            let mut next =
                || members.next().ok_or_else(|| Failure::internal("a public row is cut off"));
            let (list, key, revision, body) = (next()?, next()?, next()?, next()?);
            let revision = revision.parse().map_err(Failure::internal)?;
            Ok(Text { list, key, body: (!body.is_empty()).then_some(body), revision })
        })
    }
}

/// Rows of SQLite and pages of PostgreSQL that are read at a time: one to two megabytes.
const AT_ONCE: (i64, i64) = (5_000, 200);

/// How many pieces the rows of all lists make, as they lie on the disk.
///
/// # Errors
/// When the database does not answer.
pub async fn pieces(connection: &impl ConnectionTrait) -> Result<i64, Failure> {
    let (sql, at_once) = match connection.get_database_backend() {
        sea_orm::DbBackend::Postgres => (
            "SELECT pg_relation_size('public_row') / current_setting('block_size')::bigint AS size",
            AT_ONCE.1,
        ),
        _ => ("SELECT coalesce(max(rowid), 0) AS size FROM public_row", AT_ONCE.0),
    };
    let size: i64 = match connection
        .query_one_raw(Statement::from_string(connection.get_database_backend(), sql))
        .await?
    {
        Some(row) => row.try_get("", "size")?,
        None => 0,
    };
    Ok(size / at_once + 1)
}

/// The `n`th piece of them. They are read where they lie: going through an index costs a seek for each row.
/// A row that is changed meanwhile may be missed or come twice on PostgreSQL, since its new state lies
/// elsewhere; its change is sealed later than the first piece was read.
///
/// # Errors
/// When the database does not answer.
pub async fn piece(connection: &impl ConnectionTrait, n: i64) -> Result<Piece, Failure> {
    let backend = connection.get_database_backend();
    let (sql, values): (&str, [DbValue; 2]) = match backend {
        sea_orm::DbBackend::Postgres => (
            "SELECT string_agg(list || chr(31) || \"key\" || chr(31) || revision || chr(31) || \
             coalesce(CAST(body AS text), '') , chr(30)) AS shown FROM public_row \
             WHERE ctid >= CAST($1 AS tid) AND ctid < CAST($2 AS tid)",
            [n, n + 1].map(|n| format!("({},0)", n * AT_ONCE.1).into()),
        ),
        _ => (
            "SELECT group_concat(list || char(31) || \"key\" || char(31) || revision || char(31) || \
             coalesce(body, ''), char(30)) AS shown FROM public_row WHERE rowid > ? AND rowid <= ?",
            [n, n + 1].map(|n| (n * AT_ONCE.0).into()),
        ),
    };
    let row =
        connection.query_one_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    let rows: Option<String> = row.map(|row| row.try_get("", "shown")).transpose()?.flatten();
    Ok(Piece(rows.unwrap_or_default()))
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
