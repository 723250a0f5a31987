//! The feed in the database. Each page is one statement, so that head, changes and rows are of the
//! same moment.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement, Value as DbValue};
use serde_json::Value;

use crate::failure::Failure;

/// A key of the feed with the row that is under it.
#[derive(Debug)]
pub struct Row {
    /// The key.
    pub key: String,
    /// Its latest sealed sequence.
    pub sequence: i64,
    /// When that entry was recorded.
    pub recorded_at: DateTime<Utc>,
    /// The row; none when it has been taken away.
    pub body: Option<Value>,
    /// Revision of the row.
    pub revision: i64,
    /// Changes under the key that are not sealed: by so many revisions the row is newer than its
    /// sequence.
    pub unsealed: i64,
}

impl Row {
    /// The revision that was sealed last.
    pub fn sealed_revision(&self) -> i64 {
        self.revision - self.unsealed
    }
}

/// What one statement found.
#[derive(Debug)]
pub struct Found {
    /// Last sequence sealed.
    pub head: i64,
    /// When it was sealed; none in an empty log.
    pub sealed_at: Option<DateTime<Utc>>,
    /// The changes.
    pub rows: Vec<Row>,
}

/// Each change of a row is one revision and one entry of the log. With the sign the entries of one row are read:
/// without it SQLite reads all that waits to be sealed, for each row.
const UNSEALED: &str = "(SELECT count(*) FROM log_entry u WHERE +u.seq IS NULL \
    AND u.stream = 'register' AND u.subject = c.subject) AS unsealed";

/// Changes sealed after `after`, each key once at its latest, in the order of those. Tombstones
/// recorded before `since` are left out.
pub async fn page(
    connection: &impl ConnectionTrait,
    after: i64,
    since: DateTime<Utc>,
    limit: u64,
) -> Result<Found, Failure> {
    let limit = i64::try_from(limit).map_err(Failure::internal)?;
    // compacted: a key whose latest change comes later is told of there
    let changes = "SELECT e.subject, e.seq, e.recorded_at FROM log_entry e \
        LEFT JOIN public_row q ON q.\"key\" = e.subject \
        WHERE e.stream = 'register' AND e.seq > {} \
        AND (q.body IS NOT NULL OR e.recorded_at >= {}) AND NOT EXISTS ( \
          SELECT 1 FROM log_entry l WHERE l.subject = e.subject AND l.stream = 'register' \
          AND l.seq > e.seq) \
        ORDER BY e.seq LIMIT {}";
    found(connection, changes, [after.into(), since.into(), limit.into()]).await
}

/// Every key of a list that was changed by what is sealed after `after`.
pub async fn of_list(
    connection: &impl ConnectionTrait,
    list: &str,
    after: i64,
) -> Result<Found, Failure> {
    let changes = "SELECT e.subject, max(e.seq) AS seq, max(e.recorded_at) AS recorded_at \
        FROM log_entry e WHERE e.stream = 'register' AND e.seq > {} AND e.subject LIKE {} \
        GROUP BY e.subject";
    found(connection, changes, [after.into(), format!("{list}/%").into()]).await
}

/// The latest changes, newest first.
pub async fn latest(
    connection: &impl ConnectionTrait,
    since: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<Row>, Failure> {
    let limit = i64::try_from(limit).map_err(Failure::internal)?;
    let changes = "SELECT e.subject, e.seq, e.recorded_at FROM log_entry e \
        WHERE e.stream = 'register' AND e.seq IS NOT NULL AND e.recorded_at >= {} AND NOT EXISTS ( \
          SELECT 1 FROM log_entry l WHERE l.subject = e.subject AND l.stream = 'register' \
          AND l.seq > e.seq) \
        ORDER BY e.seq DESC LIMIT {}";
    let mut found = found(connection, changes, [since.into(), limit.into()]).await?;
    found.rows.reverse();
    Ok(found.rows)
}

async fn found<const N: usize>(
    connection: &impl ConnectionTrait,
    changes: &str,
    values: [DbValue; N],
) -> Result<Found, Failure> {
    let backend = connection.get_database_backend();
    // the head stands in every row, and alone in one when nothing has changed
    let sql = format!(
        "SELECT h.seq AS head, h.sealed_at AS sealed_at, c.subject AS subject, c.seq AS seq, \
         c.recorded_at AS recorded_at, p.body AS body, p.revision AS revision, {UNSEALED} \
         FROM (SELECT 1 AS one) o LEFT JOIN seal_head h ON h.id = 1 \
         LEFT JOIN ({}) c ON o.one = 1 LEFT JOIN public_row p ON p.\"key\" = c.subject \
         ORDER BY c.seq",
        places(changes, backend)
    );
    let rows =
        connection.query_all_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    let mut found = Found { head: 0, sealed_at: None, rows: Vec::with_capacity(rows.len()) };
    for row in &rows {
        found.head = row.try_get::<Option<i64>>("", "head")?.unwrap_or_default();
        found.sealed_at = row.try_get("", "sealed_at")?;
        found.rows.extend(row_of(row)?);
    }
    Ok(found)
}

/// The values' places, as the database writes them.
fn places(sql: &str, backend: DbBackend) -> String {
    let mut parts = sql.split("{}");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for (n, part) in (1..).zip(parts) {
        match backend {
            DbBackend::Postgres => out.push_str(&format!("${n}")),
            _ => out.push('?'),
        }
        out.push_str(part);
    }
    out
}

fn row_of(row: &QueryResult) -> Result<Option<Row>, Failure> {
    let Some(key) = row.try_get::<Option<String>>("", "subject")? else { return Ok(None) };
    Ok(Some(Row {
        key,
        sequence: row.try_get("", "seq")?,
        recorded_at: row.try_get("", "recorded_at")?,
        body: row.try_get("", "body")?,
        revision: row.try_get::<Option<i64>>("", "revision")?.unwrap_or_default(),
        unsealed: row.try_get("", "unsealed")?,
    }))
}

/// When the entry at a sequence was recorded, of whatever stream.
pub async fn recorded_at(
    connection: &impl ConnectionTrait,
    seq: i64,
) -> Result<Option<DateTime<Utc>>, Failure> {
    let backend = connection.get_database_backend();
    let sql = places("SELECT recorded_at FROM log_entry WHERE seq = {}", backend);
    let row = connection
        .query_one_raw(Statement::from_sql_and_values(backend, sql, [seq.into()]))
        .await?;
    Ok(row.map(|row| row.try_get("", "recorded_at")).transpose()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::plan::plan;

    #[tokio::test]
    async fn what_waits_to_be_sealed_is_counted_among_the_entries_of_one_row() {
        let sql = format!("WITH c(subject) AS (VALUES ('one')) SELECT {UNSEALED} FROM c");
        let steps = plan(&sql, &[]).await;
        assert!(steps.iter().any(|step| step.contains("log_entry_subject_ix")), "{steps:?}");
    }
}
