//! Counting in the database. Only counts leave it, with the day or the postal code they are grouped by.

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate, NaiveDateTime};
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement};

use super::model::{AgeGroup, Counted, NO_COUNTY};
use crate::{
    disclosure::policy::Kind,
    failure::Failure,
    values::{calendar::oslo_date, county},
};

/// Permits that have not ended; what is restricted (GDPR Art. 18) is not counted among persons.
const LIVE: &str = "p.status IN ('awaitingProgramming', 'active', 'suspended')";

/// Counts everything as of a day.
///
/// # Errors
/// When the database does not answer.
pub async fn count(connection: &impl ConnectionTrait, day: NaiveDate) -> Result<Counted, Failure> {
    let is_postgres = connection.get_database_backend() == DbBackend::Postgres;
    let mut counted = Counted::default();
    // by the hour, since years begin by the clock of Norway
    let hour = if is_postgres {
        "to_char(p.issued_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24')"
    } else {
        "replace(substr(p.issued_at, 1, 13), 'T', ' ')"
    };
    let sql =
        format!("SELECT p.kind AS kind, {hour} AS part, count(*) AS n FROM permit p GROUP BY 1, 2");
    for (kind, hour, count) in rows(connection, sql).await? {
        let hour = hour.map(|hour| format!("{hour}:00:00")).unwrap_or_default();
        let at =
            NaiveDateTime::parse_from_str(&hour, "%Y-%m-%d %H:%M:%S").map_err(Failure::internal)?;
        *counted.issued.entry((oslo_date(at.and_utc()).year(), kind)).or_default() += count;
    }
    let sql = format!(
        "SELECT p.kind AS kind, NULL AS part, count(*) AS n FROM permit p WHERE {LIVE} GROUP BY 1"
    );
    let sql = if is_postgres { sql.replace("NULL", "NULL::text") } else { sql };
    for (kind, _, count) in rows(connection, sql).await? {
        counted.in_force.insert(kind, count);
    }
    let born = if is_postgres { "h.birth_date::text" } else { "h.birth_date" };
    let sql = format!(
        "SELECT p.kind AS kind, {born} AS part, count(DISTINCT p.holder_id) AS n FROM permit p \
         JOIN party h ON h.id = p.holder_id WHERE {LIVE} AND h.kind = 'person' AND NOT h.restricted \
         GROUP BY 1, 2"
    );
    for (kind, born, count) in rows(connection, sql).await? {
        let born = born.map(|born| born.parse().map_err(Failure::internal)).transpose()?;
        add(&mut counted.ages, kind, AgeGroup::of(born, day), count);
    }
    let code = if is_postgres {
        "CASE WHEN h.protected OR h.address->>'country' IS NOT NULL AND h.address->>'country' <> 'NO' \
         THEN NULL ELSE h.address->>'postalCode' END"
    } else {
        "CASE WHEN h.protected OR json_extract(h.address, '$.country') <> 'NO' \
         THEN NULL ELSE json_extract(h.address, '$.postalCode') END"
    };
    let sql = format!(
        "SELECT p.kind AS kind, {code} AS part, count(DISTINCT p.holder_id) AS n FROM permit p \
         JOIN party h ON h.id = p.holder_id WHERE {LIVE} AND NOT h.restricted GROUP BY 1, 2"
    );
    for (kind, code, count) in rows(connection, sql).await? {
        let name = code.as_deref().and_then(county::of_postal_code).unwrap_or(NO_COUNTY);
        add(&mut counted.counties, kind, name.to_owned(), count);
    }
    Ok(counted)
}

fn add<K: Ord>(table: &mut BTreeMap<Kind, BTreeMap<K, u64>>, kind: Kind, group: K, count: u64) {
    *table.entry(kind).or_default().entry(group).or_default() += count;
}

async fn rows(
    connection: &impl ConnectionTrait,
    sql: String,
) -> Result<Vec<(Kind, Option<String>, u64)>, Failure> {
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let read = |row: &QueryResult| -> Result<_, Failure> {
        let kind: String = row.try_get("", "kind")?;
        let count: i64 = row.try_get("", "n")?;
        Ok((
            Kind::ALL
                .iter()
                .copied()
                .find(|known| known.as_str() == kind)
                .ok_or_else(|| Failure::internal("unknown kind of a permit"))?,
            row.try_get("", "part")?,
            u64::try_from(count).map_err(Failure::internal)?,
        ))
    };
    connection.query_all_raw(statement).await?.iter().map(read).collect()
}
