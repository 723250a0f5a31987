//! Rows of a copy: an SQLite file with tables of its own, apart from the registry's schema. What stands
//! here in the clear are ids, versions, hashes and times; everything else is sealed before it comes.

use std::{collections::HashMap, ops::Range, path::Path, sync::Arc};

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement, Value};
use uuid::Uuid;

use super::{Count, hash_of};
use crate::{
    clock::Clock,
    database::{DatabaseSettings, Db, Tx},
    failure::Failure,
    rescue::rules::digest::{Hash, Item},
};

/// Carried out whenever a file is opened. A file of before gets what has come since as tables of their own,
/// which a program of before passes over.
const SCHEMA: &[&str] = &[
    "CREATE TABLE IF NOT EXISTS entry (id BLOB PRIMARY KEY, version INTEGER NOT NULL, leaf INTEGER NOT NULL, \
     kind TEXT NOT NULL, live INTEGER NOT NULL, hash BLOB, ended_at INTEGER, sum BLOB NOT NULL, sealed BLOB)",
    "CREATE INDEX IF NOT EXISTS entry_leaf_ix ON entry (leaf, id) WHERE live = 1",
    "CREATE INDEX IF NOT EXISTS entry_kind_ix ON entry (kind, live)",
    "CREATE INDEX IF NOT EXISTS entry_ended_ix ON entry (ended_at) WHERE ended_at IS NOT NULL",
    "CREATE TABLE IF NOT EXISTS mark (mark BLOB NOT NULL, id BLOB NOT NULL, current INTEGER NOT NULL, \
     PRIMARY KEY (mark, id)) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS mark_id_ix ON mark (id)",
    "CREATE TABLE IF NOT EXISTS alert (id BLOB PRIMARY KEY, mark BLOB NOT NULL, at INTEGER NOT NULL, \
     sealed BLOB NOT NULL)",
    "CREATE INDEX IF NOT EXISTS alert_mark_ix ON alert (mark, at)",
    "CREATE TABLE IF NOT EXISTS alert_permit (id BLOB PRIMARY KEY, mark BLOB NOT NULL)",
    "CREATE INDEX IF NOT EXISTS alert_permit_ix ON alert_permit (mark)",
    "CREATE TABLE IF NOT EXISTS note (id BLOB PRIMARY KEY, at INTEGER NOT NULL, sealed BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS note_brought (id BLOB PRIMARY KEY)",
    "CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value BLOB NOT NULL)",
];

/// How many there are, those that were erased too. By the kind first: an index that began with `live` would
/// be taken for the leaves of the tree.
pub(super) const COUNT: &str = "SELECT kind, live, count(*) AS n FROM entry GROUP BY kind, live";

/// A permit as its rows hold it; without content it has been erased.
#[derive(Debug)]
pub struct Row {
    /// Id of the permit.
    pub id: Uuid,
    /// Version.
    pub version: i32,
    /// Leaf of the digest's tree.
    pub leaf: u16,
    /// Kind of permit; empty when erased.
    pub kind: String,
    /// It has not ended.
    pub live: bool,
    /// Hash of the content.
    pub hash: Option<Hash>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Keyed digest of everything sealed, to tell the same from another.
    pub sum: Vec<u8>,
    /// Sealed content.
    pub sealed: Option<Vec<u8>>,
    /// Keyed digests of what it is found by, with whether each is its own now.
    pub marks: Vec<(Vec<u8>, bool)>,
}

/// Opens the file.
pub async fn open(path: &Path, clock: Arc<dyn Clock>) -> Result<Db, Failure> {
    let settings = DatabaseSettings {
        url: format!("sqlite:{}", path.display()),
        connections: 2,
        exclusive: true,
    };
    let db = Db::connect(&settings, clock).await?;
    db.write(|tx| async move {
        for statement in SCHEMA {
            tx.execute_unprepared(statement).await?;
        }
        Ok(())
    })
    .await?;
    Ok(db)
}

fn statement(sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(DbBackend::Sqlite, sql, values)
}

/// Versions held, with the digest of what is sealed.
pub type Known = HashMap<Uuid, (i32, Vec<u8>)>;

/// Permits looked up with one statement.
const AT_ONCE: usize = 500;

fn bytes(id: Uuid) -> Value {
    id.as_bytes().to_vec().into()
}

async fn all(
    connection: &impl ConnectionTrait,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<QueryResult>, Failure> {
    Ok(connection.query_all_raw(statement(sql, values)).await?)
}

async fn run(tx: &Tx, sql: &str, values: impl IntoIterator<Item = Value>) -> Result<(), Failure> {
    tx.execute_raw(statement(sql, values)).await?;
    Ok(())
}

fn id_in(row: &QueryResult) -> Result<Uuid, Failure> {
    let bytes: Vec<u8> = row.try_get("", "id")?;
    Uuid::from_slice(&bytes).map_err(Failure::internal)
}

/// The version held of a permit, with the digest of what is sealed.
pub async fn known(
    connection: &impl ConnectionTrait,
    permit: Uuid,
) -> Result<Option<(i32, Vec<u8>)>, Failure> {
    let sql = "SELECT version, sum FROM entry WHERE id = ?";
    let rows = all(connection, sql, [bytes(permit)]).await?;
    rows.first().map(|row| Ok((row.try_get("", "version")?, row.try_get("", "sum")?))).transpose()
}

/// The same of many permits, with one statement for each few hundred; those that are not held are left out.
pub async fn known_of(
    connection: &impl ConnectionTrait,
    permits: &[Uuid],
) -> Result<Known, Failure> {
    let mut known = Known::with_capacity(permits.len());
    for part in permits.chunks(AT_ONCE) {
        let places = vec!["?"; part.len()].join(", ");
        let sql = format!("SELECT id, version, sum FROM entry WHERE id IN ({places})");
        for row in all(connection, &sql, part.iter().map(|permit| bytes(*permit))).await? {
            known.insert(id_in(&row)?, (row.try_get("", "version")?, row.try_get("", "sum")?));
        }
    }
    Ok(known)
}

/// Writes a permit in place of what was held of it. Identifiers it has no more stay as former ones,
/// unless it has been erased.
pub async fn put(tx: &Tx, row: &Row) -> Result<(), Failure> {
    let sql = "INSERT INTO entry (id, version, leaf, kind, live, hash, ended_at, sum, sealed) \
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET version = excluded.version, \
               kind = excluded.kind, live = excluded.live, hash = excluded.hash, ended_at = excluded.ended_at, \
               sum = excluded.sum, sealed = excluded.sealed";
    let values: [Value; 9] = [
        bytes(row.id),
        row.version.into(),
        i32::from(row.leaf).into(),
        row.kind.clone().into(),
        i32::from(row.live).into(),
        row.hash.map(|hash| hash.to_vec()).into(),
        row.ended_at.map(|at| at.timestamp_micros()).into(),
        row.sum.clone().into(),
        row.sealed.clone().into(),
    ];
    run(tx, sql, values).await?;
    if row.sealed.is_none() {
        return run(tx, "DELETE FROM mark WHERE id = ?", [bytes(row.id)]).await;
    }
    run(tx, "UPDATE mark SET current = 0 WHERE id = ?", [bytes(row.id)]).await?;
    let sql = "INSERT INTO mark (mark, id, current) VALUES (?, ?, ?) \
               ON CONFLICT (mark, id) DO UPDATE SET current = excluded.current";
    for (mark, current) in &row.marks {
        run(tx, sql, [mark.clone().into(), bytes(row.id), i32::from(*current).into()]).await?;
    }
    Ok(())
}

/// Removes a permit and all it was found by.
pub async fn delete(tx: &Tx, permit: Uuid) -> Result<(), Failure> {
    run(tx, "DELETE FROM mark WHERE id = ?", [bytes(permit)]).await?;
    run(tx, "DELETE FROM entry WHERE id = ?", [bytes(permit)]).await
}

/// Empties every table.
pub async fn wipe(tx: &Tx) -> Result<(), Failure> {
    for table in ["entry", "mark", "alert", "alert_permit", "note", "note_brought", "fact"] {
        run(tx, &format!("DELETE FROM {table}"), []).await?;
    }
    Ok(())
}

/// A permit with its sealed content.
pub type Sealed = (Uuid, i32, Vec<u8>);

fn sealed_in(row: &QueryResult) -> Result<Sealed, Failure> {
    Ok((id_in(row)?, row.try_get("", "version")?, row.try_get("", "sealed")?))
}

/// A permit with its sealed content.
pub async fn one(
    connection: &impl ConnectionTrait,
    permit: Uuid,
) -> Result<Option<Sealed>, Failure> {
    let sql = "SELECT id, version, sealed FROM entry WHERE id = ? AND sealed IS NOT NULL";
    all(connection, sql, [bytes(permit)]).await?.first().map(sealed_in).transpose()
}

/// Permits found by a mark, those whose own it is first; at most twenty.
pub async fn by_mark(
    connection: &impl ConnectionTrait,
    mark: &[u8],
) -> Result<Vec<(Uuid, i32, Vec<u8>, bool)>, Failure> {
    let sql = "SELECT e.id, e.version, e.sealed, m.current FROM mark m JOIN entry e ON e.id = m.id \
               WHERE m.mark = ? AND e.sealed IS NOT NULL ORDER BY m.current DESC, e.live DESC, e.id DESC LIMIT 20";
    let rows = all(connection, sql, [mark.to_vec().into()]).await?;
    rows.iter()
        .map(|row| {
            let (id, version, sealed) = sealed_in(row)?;
            let current: i32 = row.try_get("", "current")?;
            Ok((id, version, sealed, current == 1))
        })
        .collect()
}

/// The live permits of some leaves, in the order of leaf and id.
pub async fn items(
    connection: &impl ConnectionTrait,
    leaves: Range<usize>,
) -> Result<Vec<Item>, Failure> {
    let sql = "SELECT id, version, hash FROM entry WHERE live = 1 AND leaf >= ? AND leaf < ? ORDER BY leaf, id";
    let bound = |leaf: usize| i64::try_from(leaf).unwrap_or(i64::MAX).into();
    let rows = all(connection, sql, [bound(leaves.start), bound(leaves.end)]).await?;
    rows.iter()
        .map(|row| {
            let hash = hash_of(row.try_get("", "hash")?)
                .ok_or_else(|| Failure::internal("a hash has not 32 bytes"))?;
            Ok(Item { permit: id_in(row)?, version: row.try_get("", "version")?, hash })
        })
        .collect()
}

/// Permits after an id with their sealed content.
pub async fn page(
    connection: &impl ConnectionTrait,
    after: Uuid,
    limit: u64,
) -> Result<Vec<Sealed>, Failure> {
    let sql = "SELECT id, version, sealed FROM entry WHERE id > ? AND sealed IS NOT NULL ORDER BY id LIMIT ?";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    all(connection, sql, [bytes(after), limit.into()]).await?.iter().map(sealed_in).collect()
}

/// Ended permits with kind and time, the first to end first; at most a thousand.
pub async fn ended(
    connection: &impl ConnectionTrait,
) -> Result<Vec<(Uuid, String, DateTime<Utc>)>, Failure> {
    let sql = "SELECT id, kind, ended_at FROM entry WHERE ended_at IS NOT NULL ORDER BY ended_at LIMIT 1000";
    let rows = all(connection, sql, []).await?;
    rows.iter()
        .map(|row| {
            let at = DateTime::from_timestamp_micros(row.try_get("", "ended_at")?)
                .ok_or_else(|| Failure::internal("a time out of range"))?;
            Ok((id_in(row)?, row.try_get("", "kind")?, at))
        })
        .collect()
}

/// How many permits are held: from an index alone, since who watches a receiver asks all the time.
pub async fn count(connection: &impl ConnectionTrait) -> Result<Count, Failure> {
    let mut count = Count::default();
    for row in all(connection, COUNT, []).await? {
        if row.try_get::<String>("", "kind")?.is_empty() {
            continue;
        }
        let n = u64::try_from(row.try_get::<i64>("", "n")?).map_err(Failure::internal)?;
        match row.try_get::<i32>("", "live")? {
            1 => count.live += n,
            _ => count.ended += n,
        }
    }
    Ok(count)
}

/// A fact about the copy.
pub async fn fact(
    connection: &impl ConnectionTrait,
    name: &str,
) -> Result<Option<Vec<u8>>, Failure> {
    let rows = all(connection, "SELECT value FROM fact WHERE name = ?", [name.into()]).await?;
    rows.first().map(|row| Ok(row.try_get("", "value")?)).transpose()
}

/// Writes a fact about the copy.
pub async fn set_fact(tx: &Tx, name: &str, value: &[u8]) -> Result<(), Failure> {
    let sql = "INSERT INTO fact (name, value) VALUES (?, ?) \
               ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    run(tx, sql, [name.into(), value.to_vec().into()]).await
}

/// One alert.
pub async fn alert(
    connection: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<Vec<u8>>, Failure> {
    let rows = all(connection, "SELECT sealed FROM alert WHERE id = ?", [bytes(id)]).await?;
    rows.first().map(|row| Ok(row.try_get("", "sealed")?)).transpose()
}

/// Writes an alert, over what was held of it; it is found by the mark of its key, and of its permit where it
/// has one.
pub async fn put_alert(
    tx: &Tx,
    id: Uuid,
    at: DateTime<Utc>,
    mark: &[u8],
    permit: Option<&[u8]>,
    sealed: &[u8],
) -> Result<(), Failure> {
    let sql = "INSERT INTO alert (id, mark, at, sealed) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed";
    let at = at.timestamp_micros();
    run(tx, sql, [bytes(id), mark.to_vec().into(), at.into(), sealed.to_vec().into()]).await?;
    let Some(permit) = permit else { return Ok(()) };
    let sql = "INSERT INTO alert_permit (id, mark) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET mark = excluded.mark";
    run(tx, sql, [bytes(id), permit.to_vec().into()]).await
}

/// Alerts from before a time, the oldest first.
pub async fn alerts_before(
    connection: &impl ConnectionTrait,
    before: DateTime<Utc>,
) -> Result<Vec<(Uuid, Vec<u8>)>, Failure> {
    let sql = "SELECT id, sealed FROM alert WHERE at < ? ORDER BY at, id";
    let rows = all(connection, sql, [before.timestamp_micros().into()]).await?;
    rows.iter().map(|row| Ok((id_in(row)?, row.try_get("", "sealed")?))).collect()
}

/// Removes one alert.
pub async fn delete_alert(tx: &Tx, id: Uuid) -> Result<(), Failure> {
    run(tx, "DELETE FROM alert_permit WHERE id = ?", [bytes(id)]).await?;
    run(tx, "DELETE FROM alert WHERE id = ?", [bytes(id)]).await
}

/// Removes alerts from before a time.
pub async fn expire_alerts(tx: &Tx, before: DateTime<Utc>) -> Result<(), Failure> {
    let before = before.timestamp_micros();
    let sql = "DELETE FROM alert_permit WHERE id IN (SELECT id FROM alert WHERE at < ?)";
    run(tx, sql, [before.into()]).await?;
    run(tx, "DELETE FROM alert WHERE at < ?", [before.into()]).await
}

/// Removes look-ups from before a time.
pub async fn expire_notes(tx: &Tx, before: DateTime<Utc>) -> Result<(), Failure> {
    let before = before.timestamp_micros();
    let sql = "DELETE FROM note_brought WHERE id IN (SELECT id FROM note WHERE at < ?)";
    run(tx, sql, [before.into()]).await?;
    run(tx, "DELETE FROM note WHERE at < ?", [before.into()]).await
}

/// Alerts of a mark, newest first; at most twenty.
pub async fn alerts(
    connection: &impl ConnectionTrait,
    mark: &[u8],
) -> Result<Vec<(Uuid, Vec<u8>)>, Failure> {
    let sql = "SELECT id, sealed FROM alert WHERE mark = ? ORDER BY at DESC, id DESC LIMIT 20";
    let rows = all(connection, sql, [mark.to_vec().into()]).await?;
    rows.iter().map(|row| Ok((id_in(row)?, row.try_get("", "sealed")?))).collect()
}

/// Alerts of a permit by its mark, newest first; at most twenty.
pub async fn alerts_of_permit(
    connection: &impl ConnectionTrait,
    mark: &[u8],
) -> Result<Vec<(Uuid, Vec<u8>)>, Failure> {
    let sql = "SELECT a.id, a.sealed FROM alert_permit p JOIN alert a ON a.id = p.id \
               WHERE p.mark = ? ORDER BY a.at DESC, a.id DESC LIMIT 20";
    let rows = all(connection, sql, [mark.to_vec().into()]).await?;
    rows.iter().map(|row| Ok((id_in(row)?, row.try_get("", "sealed")?))).collect()
}

/// Writes down a look-up. Of two under one id, the late one stays, whichever comes first.
pub async fn put_note(
    tx: &Tx,
    id: Uuid,
    at: DateTime<Utc>,
    sealed: &[u8],
    late: bool,
) -> Result<(), Failure> {
    let sql = if late {
        "INSERT INTO note (id, at, sealed) VALUES (?, ?, ?) \
         ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed"
    } else {
        "INSERT INTO note (id, at, sealed) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING"
    };
    run(tx, sql, [bytes(id), at.timestamp_micros().into(), sealed.to_vec().into()]).await
}

/// Place of a look-up among the others: when it was answered, in microseconds, and its id.
pub type NotePlace = (i64, Uuid);

/// Look-ups after a place that have not been brought to the registry, oldest first.
pub async fn waiting_notes(
    connection: &impl ConnectionTrait,
    after: Option<NotePlace>,
    limit: u64,
) -> Result<Vec<(NotePlace, Vec<u8>)>, Failure> {
    let sql = "SELECT n.id, n.at, n.sealed FROM note n WHERE (n.at > ? OR (n.at = ? AND n.id > ?)) \
               AND NOT EXISTS (SELECT 1 FROM note_brought b WHERE b.id = n.id) \
               ORDER BY n.at, n.id LIMIT ?";
    let (at, id) = after.unwrap_or((i64::MIN, Uuid::nil()));
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let values: [Value; 4] = [at.into(), at.into(), bytes(id), limit.into()];
    let rows = all(connection, sql, values).await?;
    rows.iter()
        .map(|row| Ok(((row.try_get("", "at")?, id_in(row)?), row.try_get("", "sealed")?)))
        .collect()
}

/// How many look-ups have not been brought to the registry.
pub async fn count_waiting(connection: &impl ConnectionTrait) -> Result<u64, Failure> {
    let sql = "SELECT count(*) AS n FROM note n \
               WHERE NOT EXISTS (SELECT 1 FROM note_brought b WHERE b.id = n.id)";
    let rows = all(connection, sql, []).await?;
    let count: i64 = rows.first().map_or(Ok(0), |row| row.try_get("", "n"))?;
    u64::try_from(count).map_err(Failure::internal)
}

/// Notes that a look-up has been brought to the registry.
pub async fn set_brought(tx: &Tx, id: Uuid) -> Result<(), Failure> {
    let sql = "INSERT INTO note_brought (id) VALUES (?) ON CONFLICT (id) DO NOTHING";
    run(tx, sql, [bytes(id)]).await
}

/// Forgets which look-ups have been brought to the registry.
pub async fn forget_brought(tx: &Tx) -> Result<(), Failure> {
    run(tx, "DELETE FROM note_brought", []).await
}

/// Look-ups, oldest first.
pub async fn notes(connection: &impl ConnectionTrait) -> Result<Vec<(Uuid, Vec<u8>)>, Failure> {
    let rows = all(connection, "SELECT id, sealed FROM note ORDER BY at, id", []).await?;
    rows.iter().map(|row| Ok((id_in(row)?, row.try_get("", "sealed")?))).collect()
}
