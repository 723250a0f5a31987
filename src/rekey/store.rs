//! The columns that the key ring seals itself, read and written a page at a time.

use sea_orm::{ConnectionTrait, Statement, Value};
use uuid::Uuid;

use crate::{
    database::Tx,
    delivery,
    failure::Failure,
    keys::{DataKey, KeyRing, Place},
    legal_hold, party,
    permit::{self, kind::installer::qualified_person},
};

/// A column under the ring.
pub struct Column {
    /// Table and column, for people.
    pub name: &'static str,
    table: &'static str,
    column: &'static str,
    id: &'static str,
    /// Second part of the key, where there is one.
    rank: Option<&'static str>,
    place: fn(Uuid, i32) -> Place,
}

/// Every column under the ring.
pub const COLUMNS: [Column; 12] = [
    Column {
        name: "party.national_id_sealed",
        table: "party",
        column: "national_id_sealed",
        id: "id",
        rank: None,
        place: |id, _| party::store::national_id_place(id),
    },
    Column {
        name: "person_key.wrapped",
        table: "person_key",
        column: "wrapped",
        id: "party_id",
        rank: None,
        place: |id, _| DataKey::place(id),
    },
    Column {
        name: "draft.key_wrapped",
        table: "draft",
        column: "key_wrapped",
        id: "id",
        rank: None,
        place: |id, _| DataKey::place(id),
    },
    Column {
        name: "document_access_request.key_wrapped",
        table: "document_access_request",
        column: "key_wrapped",
        id: "id",
        rank: None,
        place: |id, _| DataKey::place(id),
    },
    Column {
        name: "intake.key_wrapped",
        table: "intake",
        column: "key_wrapped",
        id: "draft_id",
        rank: None,
        place: |id, _| DataKey::place(id),
    },
    Column {
        name: "permit_contact.sealed",
        table: "permit_contact",
        column: "sealed",
        id: "permit_id",
        rank: Some("rank"),
        place: permit::store::contact_place,
    },
    Column {
        name: "subscription.secrets_sealed",
        table: "subscription",
        column: "secrets_sealed",
        id: "id",
        rank: None,
        place: |id, _| delivery::store::place(id),
    },
    Column {
        name: "qualified_person.sealed",
        table: "qualified_person",
        column: "sealed",
        id: "id",
        rank: None,
        place: |id, _| qualified_person::store::place(id),
    },
    Column {
        name: "interference_report.key_wrapped",
        table: "interference_report",
        column: "key_wrapped",
        id: "id",
        rank: None,
        place: |id, _| DataKey::place(id),
    },
    Column {
        name: "supervision_case.key_wrapped",
        table: "supervision_case",
        column: "key_wrapped",
        id: "id",
        rank: None,
        place: |id, _| DataKey::place(id),
    },
    Column {
        name: "legal_hold.reason_sealed",
        table: "legal_hold",
        column: "reason_sealed",
        id: "id",
        rank: None,
        place: |id, _| legal_hold::store::reason_place(id),
    },
    Column {
        name: "legal_hold.lifting_sealed",
        table: "legal_hold",
        column: "lifting_sealed",
        id: "id",
        rank: None,
        place: |id, _| legal_hold::store::lifting_place(id),
    },
];

/// How far a column has been read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Position {
    id: Uuid,
    rank: i32,
}

/// What one page came to.
pub struct Page {
    /// Rows on it.
    pub seen: u64,
    /// Rows that were sealed anew.
    pub changed: u64,
    /// Where the next one begins; none on the last.
    pub last: Option<Position>,
}

/// How many rows there are to pass.
///
/// # Errors
/// When the database does not answer.
pub async fn rows(connection: &impl ConnectionTrait) -> Result<u64, Failure> {
    let backend = connection.get_database_backend();
    let mut total = 0;
    for Column { table, column, .. } in &COLUMNS {
        let sql = format!("SELECT count(*) AS rows FROM {table} WHERE {column} IS NOT NULL");
        let row = connection.query_one_raw(Statement::from_string(backend, sql)).await?;
        let rows: i64 = row.map_or(Ok(0), |row| row.try_get("", "rows"))?;
        total += u64::try_from(rows).unwrap_or(0);
    }
    Ok(total)
}

impl Column {
    /// Seals a page of rows anew.
    ///
    /// # Errors
    /// When a value does not open, or the database does not answer.
    pub async fn reseal(
        &self,
        tx: &Tx,
        ring: &KeyRing,
        after: Position,
        limit: u64,
    ) -> Result<Page, Failure> {
        let backend = tx.get_database_backend();
        let Column { table, column, id, .. } = self;
        let rank = self.rank.unwrap_or("0");
        let lock = if tx.is_postgres() { " FOR UPDATE" } else { "" };
        let (one, two, three, four) =
            if tx.is_postgres() { ("$1", "$2", "$3", "$4") } else { ("?", "?", "?", "?") };
        let rows = tx
            .query_all_raw(Statement::from_sql_and_values(
                backend,
                format!(
                    "SELECT {id} AS id, {rank} AS rank, {column} AS sealed FROM {table} \
                     WHERE {column} IS NOT NULL AND ({id} > {one} OR ({id} = {two} AND {rank} > {three})) \
                     ORDER BY 1, 2 LIMIT {four}{lock}"
                ),
                [
                    after.id.into(),
                    after.id.into(),
                    after.rank.into(),
                    i64::try_from(limit).unwrap_or(i64::MAX).into(),
                ],
            ))
            .await?;
        let mut page = Page { seen: rows.len() as u64, changed: 0, last: None };
        for row in &rows {
            let at = Position { id: row.try_get("", "id")?, rank: row.try_get("", "rank")? };
            page.last = Some(at);
            let sealed: Vec<u8> = row.try_get("", "sealed")?;
            if !ring.needs_reseal(&sealed) {
                continue;
            }
            let place = || (self.place)(at.id, at.rank);
            let plain =
                zeroize::Zeroizing::new(ring.open(place(), &sealed).map_err(Failure::internal)?);
            let anew = ring.seal(place(), &plain);
            let mut values: Vec<Value> = vec![anew.into(), at.id.into()];
            let mut and_rank = String::new();
            if let Some(rank) = self.rank {
                and_rank = format!(" AND {rank} = {three}");
                values.push(at.rank.into());
            }
            tx.execute_raw(Statement::from_sql_and_values(
                backend,
                format!("UPDATE {table} SET {column} = {one} WHERE {id} = {two}{and_rank}"),
                values,
            ))
            .await?;
            page.changed += 1;
        }
        if page.seen < limit {
            page.last = None;
        }
        Ok(page)
    }
}
