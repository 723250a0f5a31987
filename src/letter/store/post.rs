//! Letters that go by post: which wait, and which were sent. Those of cases that came on paper or by telephone go so
//! unless their addressee has opened them online.

use anrop_entity::{case, letter, letter_post};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, ExprTrait as _,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, QueryTrait as _,
};

use super::{Letter, from_row};
use crate::{
    database::{Tx, written},
    disclosure::policy::Kind,
    failure::Failure,
    values::ids::{CaseId, LetterId},
};

/// How cases came in whose letters go by post.
const BY_POST: [&str; 2] = ["paper", "telephone"];

/// Letters that wait to be sent in cases of these kinds (of all when there are none), the oldest first, and how
/// many there are.
///
/// # Errors
/// When the database does not answer.
pub async fn waiting(
    connection: &impl ConnectionTrait,
    kinds: &[Kind],
    limit: u64,
) -> Result<(Vec<Letter>, u64), Failure> {
    let mut cases = case::Entity::find()
        .select_only()
        .column(case::Column::Id)
        .filter(case::Column::Channel.into_expr().is_in(BY_POST.map(written)));
    if !kinds.is_empty() {
        cases = cases.filter(case::Column::Kind.is_in(kinds.iter().map(|kind| kind.as_str())));
    }
    let sent = letter_post::Entity::find()
        .select_only()
        .column(letter_post::Column::LetterId)
        .into_query();
    let all = letter::Entity::find()
        .filter(letter::Column::CaseId.in_subquery(cases.into_query()))
        .filter(letter::Column::OpenedAt.is_null())
        .filter(letter::Column::Id.not_in_subquery(sent));
    let total = all.clone().count(connection).await?;
    let rows = all.order_by_asc(letter::Column::Id).limit(limit).all(connection).await?;
    Ok((rows.into_iter().map(from_row).collect::<Result<_, _>>()?, total))
}

/// Notes who has sent a locked letter; who did so first stays. Answers whether it was noted now.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(tx: &Tx, id: LetterId, by: &str) -> Result<bool, Failure> {
    if letter_post::Entity::find_by_id(id.0).one(&**tx).await?.is_some() {
        return Ok(false);
    }
    letter_post::Entity::insert(letter_post::ActiveModel {
        letter_id: Set(id.0),
        posted_at: Set(tx.now()),
        posted_by: Set(by.to_owned()),
    })
    .exec_without_returning(&**tx)
    .await?;
    Ok(true)
}

/// The letters of a case that were sent by post: which, when, and by whom.
///
/// # Errors
/// When the database does not answer.
pub async fn of_case(
    connection: &impl ConnectionTrait,
    id: CaseId,
) -> Result<Vec<(LetterId, DateTime<Utc>, String)>, Failure> {
    let letters = letter::Entity::find()
        .select_only()
        .column(letter::Column::Id)
        .filter(letter::Column::CaseId.eq(id.0))
        .into_query();
    let rows = letter_post::Entity::find()
        .filter(letter_post::Column::LetterId.in_subquery(letters))
        .all(connection)
        .await?;
    let told = |row: letter_post::Model| (LetterId(row.letter_id), row.posted_at, row.posted_by);
    Ok(rows.into_iter().map(told).collect())
}

/// Whether letters of a case that came in this way go by post.
pub fn goes_by_post(channel: &str) -> bool {
    BY_POST.contains(&channel)
}
