//! Rows of the journal.

use anrop_entity::journal_entry;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};
use serde_json::json;

use crate::{
    database::Tx,
    failure::Failure,
    seal::{self, Stream},
    values::ids::{CaseId, fresh},
};

/// An entry of the journal.
pub type Entry = journal_entry::Model;

/// Which way a document went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// To the authority.
    In,
    /// From the authority.
    Out,
    /// Within it.
    Internal,
}

impl Direction {
    const fn code(self) -> &'static str {
        match self {
            Direction::In => "in",
            Direction::Out => "out",
            Direction::Internal => "internal",
        }
    }
}

/// Adds the next document of a case. The title must not name persons.
pub async fn add(
    tx: &Tx,
    case: CaseId,
    direction: Direction,
    title: &str,
    actor: &str,
) -> Result<i32, Failure> {
    let number = next_number(tx, case).await?;
    add_document(tx, (case, number), direction, title, actor, None).await?;
    Ok(number)
}

/// The number of the next document of a case; whoever asks has locked the case, or repeats.
pub async fn next_number(tx: &Tx, case: CaseId) -> Result<i32, Failure> {
    let last: Option<i32> = journal_entry::Entity::find()
        .select_only()
        .column(journal_entry::Column::Number)
        .filter(journal_entry::Column::CaseId.eq(case.0))
        .order_by_desc(journal_entry::Column::Number)
        .into_tuple()
        .one(&**tx)
        .await?;
    Ok(last.unwrap_or(0) + 1)
}

/// Adds a document under its number, with the SHA-256 of what it says where that is kept.
pub async fn add_document(
    tx: &Tx,
    (case, number): (CaseId, i32),
    direction: Direction,
    title: &str,
    actor: &str,
    hash: Option<[u8; 32]>,
) -> Result<(), Failure> {
    let row = journal_entry::Model {
        id: fresh(tx.now()),
        case_id: case.0,
        number,
        direction: direction.code().to_owned(),
        title: title.to_owned(),
        actor: actor.to_owned(),
        document_hash: hash.map(|hash| hash.to_vec()),
        at: tx.now(),
    };
    let (id, content) = (row.id, content(&row));
    journal_entry::Entity::insert(journal_entry::ActiveModel {
        id: Set(row.id),
        case_id: Set(row.case_id),
        number: Set(row.number),
        direction: Set(row.direction),
        title: Set(row.title),
        actor: Set(row.actor),
        document_hash: Set(row.document_hash),
        at: Set(row.at),
    })
    .exec_without_returning(&**tx)
    .await?;
    seal::append(tx, Stream::Journal, &id.to_string(), content.as_bytes()).await
}

/// What the sealed log commits to.
pub fn content(row: &journal_entry::Model) -> String {
    json!({
        "case": row.case_id, "number": row.number, "direction": row.direction,
        "title": row.title, "actor": row.actor, "documentHash": row.document_hash, "at": row.at,
    })
    .to_string()
}

/// The journal of a case in order, for the case view and the caseworkers' journal.
pub async fn of_case(
    connection: &impl ConnectionTrait,
    case: CaseId,
) -> Result<Vec<journal_entry::Model>, Failure> {
    Ok(journal_entry::Entity::find()
        .filter(journal_entry::Column::CaseId.eq(case.0))
        .order_by_asc(journal_entry::Column::Number)
        .all(connection)
        .await?)
}

/// The journal of every case, oldest first, after `after`; and how many entries there are.
pub async fn list(
    connection: &impl ConnectionTrait,
    after: Option<uuid::Uuid>,
    limit: u64,
) -> Result<(Vec<journal_entry::Model>, u64), Failure> {
    use sea_orm::PaginatorTrait as _;
    let mut query = journal_entry::Entity::find();
    let total = query.clone().count(connection).await?;
    if let Some(after) = after {
        query = query.filter(journal_entry::Column::Id.gt(after));
    }
    let rows = query.order_by_asc(journal_entry::Column::Id).limit(limit).all(connection).await?;
    Ok((rows, total))
}
