//! Rows of notices on their way.

use anrop_entity::{case, email, letter};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, ExprTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, sea_query::Expr,
};
use uuid::Uuid;

use super::Notice;
use crate::{
    database::{Tx, written},
    failure::Failure,
    values::ids::{CaseId, LetterId, PartyId, fresh},
};

/// A notice as it stands in the queue.
pub type Email = email::Model;

/// What a notice is about, and who gets it.
#[derive(Debug, Clone, Copy)]
pub struct About {
    /// Who gets it.
    pub party: PartyId,
    /// The case.
    pub case: CaseId,
    /// The letter; none where it is about the case.
    pub letter: Option<LetterId>,
}

/// Puts a notice into the queue, due at a time.
pub async fn insert(
    tx: &Tx,
    notice: Notice,
    about: About,
    at: DateTime<Utc>,
) -> Result<(), Failure> {
    email::Entity::insert(email::ActiveModel {
        id: Set(fresh(tx.now())),
        purpose: Set(notice.code().to_owned()),
        party_id: Set(about.party.0),
        case_id: Set(about.case.0),
        letter_id: Set(about.letter.map(|letter| letter.0)),
        status: Set("waiting".to_owned()),
        attempts: Set(0),
        next_attempt_at: Set(Some(at)),
        sent_at: Set(None),
        created_at: Set(tx.now()),
    })
    .exec_without_returning(&**tx)
    .await?;
    Ok(())
}

/// Notices that are due, the longest waiting first.
pub async fn due(
    connection: &impl ConnectionTrait,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<Uuid>, Failure> {
    Ok(email::Entity::find()
        .select_only()
        .column(email::Column::Id)
        .filter(email::Column::Status.into_expr().eq(written("waiting")))
        .filter(email::Column::NextAttemptAt.lte(now))
        .order_by_asc(email::Column::NextAttemptAt)
        .limit(limit)
        .into_tuple()
        .all(connection)
        .await?)
}

/// The notice, locked until the transaction ends.
pub async fn lock(tx: &Tx, id: Uuid) -> Result<Option<Email>, Failure> {
    Ok(email::Entity::find_by_id(id).lock_exclusive().one(&**tx).await?)
}

/// Overwrites a notice.
pub async fn update(tx: &Tx, row: &Email) -> Result<(), Failure> {
    email::Entity::update_many()
        .set(email::ActiveModel {
            status: Set(row.status.clone()),
            attempts: Set(row.attempts),
            next_attempt_at: Set(row.next_attempt_at),
            sent_at: Set(row.sent_at),
            ..Default::default()
        })
        .filter(email::Column::Id.eq(row.id))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// True if nobody has opened the letter yet.
pub async fn is_unopened(connection: &impl ConnectionTrait, id: Uuid) -> Result<bool, Failure> {
    let row = letter::Entity::find_by_id(id).one(connection).await?;
    Ok(row.is_some_and(|row| row.opened_at.is_none()))
}

/// Cases whose applicants have not answered, with the day of the answer between the two, and who have not
/// been told so since they were asked.
pub async fn answers_due(
    connection: &impl ConnectionTrait,
    (from, to): (NaiveDate, NaiveDate),
    limit: u64,
) -> Result<Vec<About>, Failure> {
    let rows: Vec<(Uuid, Uuid)> = case::Entity::find()
        .select_only()
        .column(case::Column::Id)
        .column(case::Column::ApplicantId)
        .filter(case::Column::Status.eq("waitingForApplicant"))
        .filter(case::Column::WaitingUntil.between(from, to))
        .filter(Expr::cust(NOT_TOLD))
        .order_by_asc(case::Column::WaitingUntil)
        .limit(limit)
        .into_tuple()
        .all(connection)
        .await?;
    let about = |(case, party)| About { party: PartyId(party), case: CaseId(case), letter: None };
    Ok(rows.into_iter().map(about).collect())
}

const NOT_TOLD: &str = r#"NOT EXISTS (SELECT 1 FROM email e WHERE e.case_id = "case"."id"
  AND e.purpose = 'answerDue' AND e.created_at >= "case"."waiting_since")"#;

/// Since when the notice that has waited longest is due.
pub async fn backlog(connection: &impl ConnectionTrait) -> Result<Option<DateTime<Utc>>, Failure> {
    let oldest: Option<Option<DateTime<Utc>>> = email::Entity::find()
        .select_only()
        .column(email::Column::NextAttemptAt)
        .filter(email::Column::Status.into_expr().eq(written("waiting")))
        .order_by_asc(email::Column::NextAttemptAt)
        .into_tuple()
        .one(connection)
        .await?;
    Ok(oldest.flatten())
}
