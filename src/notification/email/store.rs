//! Rows of notices on their way; how far each has come is in `notification/store/queue.rs`.

use anrop_entity::{case, email, letter};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, Select, sea_query::Expr,
};
use uuid::Uuid;

use super::Notice;
use crate::{
    database::Tx,
    failure::Failure,
    notification::model::Standing,
    values::ids::{CaseId, LetterId, PartyId, fresh},
};

/// A notice as it stands in the queue.
pub type Email = email::Model;
/// Where they lie.
pub type Table = email::Entity;

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// A case on a permit.
    Case(CaseId),
    /// A letter, whatever case it is of.
    Letter(LetterId),
}

/// What a notice of the queue is about; nothing when its row says nothing or both, which a constraint forbids.
pub fn about(row: &Email) -> Option<About> {
    match (row.case_id, row.letter_id) {
        (Some(case), None) => Some(About::Case(CaseId(case))),
        (None, Some(letter)) => Some(About::Letter(LetterId(letter))),
        _ => None,
    }
}

/// Puts a notice into the queue, due at a time.
///
/// # Errors
/// When the database does not answer, or the letter has a notice of this purpose already.
pub async fn insert(
    tx: &Tx,
    notice: Notice,
    party: PartyId,
    about: About,
    at: DateTime<Utc>,
) -> Result<(), Failure> {
    let (case, letter) = match about {
        About::Case(case) => (Some(case.0), None),
        About::Letter(letter) => (None, Some(letter.0)),
    };
    email::Entity::insert(email::ActiveModel {
        id: Set(fresh(tx.now())),
        purpose: Set(notice.code().to_owned()),
        party_id: Set(party.0),
        case_id: Set(case),
        letter_id: Set(letter),
        status: Set(Standing::Waiting.code().to_owned()),
        attempts: Set(0),
        due_at: Set(at),
        next_attempt_at: Set(Some(at)),
        sent_at: Set(None),
        created_at: Set(tx.now()),
    })
    .exec_without_returning(&**tx)
    .await?;
    Ok(())
}

/// The case a letter is of, if nobody has opened the letter yet.
///
/// # Errors
/// When the database does not answer.
pub async fn case_of_unopened(
    connection: &impl ConnectionTrait,
    id: LetterId,
) -> Result<Option<CaseId>, Failure> {
    let row = letter::Entity::find_by_id(id.0).one(connection).await?;
    Ok(row.filter(|row| row.opened_at.is_none()).and_then(|row| row.case_id).map(CaseId))
}

/// Cases whose applicants have not answered, with the day of the answer between the two, and who have not
/// been told so since they were asked.
///
/// # Errors
/// When the database does not answer.
pub async fn answers_due(
    connection: &impl ConnectionTrait,
    period: (NaiveDate, NaiveDate),
    limit: u64,
) -> Result<Vec<CaseId>, Failure> {
    let ids: Vec<Uuid> = to_be_told(period)
        .select_only()
        .column(case::Column::Id)
        .order_by_asc(case::Column::WaitingUntil)
        .limit(limit)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(ids.into_iter().map(CaseId).collect())
}

/// Whether the applicant of a locked case is still to be told: another process may have done so.
///
/// # Errors
/// When the database does not answer.
pub async fn is_to_be_told(
    tx: &Tx,
    id: CaseId,
    period: (NaiveDate, NaiveDate),
) -> Result<bool, Failure> {
    let row = to_be_told(period).filter(case::Column::Id.eq(id.0)).one(&**tx).await?;
    Ok(row.is_some())
}

fn to_be_told((from, to): (NaiveDate, NaiveDate)) -> Select<case::Entity> {
    case::Entity::find()
        .filter(case::Column::Status.eq("waitingForApplicant"))
        .filter(case::Column::WaitingUntil.between(from, to))
        .filter(Expr::cust(NOT_TOLD))
}

const NOT_TOLD: &str = r#"NOT EXISTS (SELECT 1 FROM email e WHERE e.case_id = "case"."id"
  AND e.purpose = 'answerDue' AND e.created_at >= "case"."waiting_since")"#;
