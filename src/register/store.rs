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

/// Between the members of a row and between rows, where the database puts them in one text. JSON escapes
/// both, and no key has them.
const MEMBER: char = '\u{1f}';
const ROW: char = '\u{1e}';

/// Rows of one list as the database put them together: one answer instead of thousands, since each row
/// of an answer costs more on its way than what stands in it.
pub struct Piece {
    /// The key that is farthest from the end it was read from.
    pub last: String,
    rows: String,
}

/// A row as it stands in the database.
pub struct Text<'a> {
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
        self.rows.split(ROW).map(|row| {
            let mut members = row.splitn(3, MEMBER);
            let mut next =
                || members.next().ok_or_else(|| Failure::internal("a public row is cut off"));
            let (key, revision, body) = (next()?, next()?, next()?);
            let revision = revision.parse().map_err(Failure::internal)?;
            Ok(Text { key, body: (!body.is_empty()).then_some(body), revision })
        })
    }
}

/// The next rows of one list between two keys in the database's own order, from either end; none when
/// there are no more.
///
/// # Errors
/// When the database does not answer.
pub async fn piece(
    connection: &impl ConnectionTrait,
    list: &str,
    (after, before): (Option<&str>, Option<&str>),
    from_the_end: bool,
    limit: u64,
) -> Result<Option<Piece>, Failure> {
    let backend = connection.get_database_backend();
    let is_postgres = backend == sea_orm::DbBackend::Postgres;
    let mut values: Vec<DbValue> = vec![list.into()];
    let mut bounds = String::new();
    for (sign, key) in [(">", after), ("<", before)] {
        if let Some(key) = key {
            values.push(key.into());
            let place = if is_postgres { format!("${}", values.len()) } else { "?".to_owned() };
            bounds.push_str(&format!(" AND \"key\" {sign} {place}"));
        }
    }
    let (first, together, letter) =
        if is_postgres { ("$1", "string_agg", "chr") } else { ("?", "group_concat", "char") };
    let (order, farthest) = if from_the_end { ("DESC", "min") } else { ("ASC", "max") };
    let sql = format!(
        "SELECT {farthest}(\"key\") AS last, {together}(\"key\" || {letter}(31) || revision || \
         {letter}(31) || coalesce(CAST(body AS text), ''), {letter}(30)) AS shown FROM (SELECT \"key\", \
         body, revision FROM public_row WHERE list = {first}{bounds} ORDER BY \"key\" {order} \
         LIMIT {limit}) AS piece"
    );
    let statement = Statement::from_sql_and_values(backend, sql, values);
    let row = connection.query_one_raw(statement).await?;
    let Some(row) = row else { return Ok(None) };
    let last: Option<String> = row.try_get("", "last")?;
    let rows: Option<String> = row.try_get("", "shown")?;
    Ok(last.zip(rows).map(|(last, rows)| Piece { last, rows }))
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
