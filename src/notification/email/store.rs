//! Rows of notices on their way; how far each has come is in `notification/store/queue.rs`.

use anrop_entity::{case, email, letter, permit};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbBackend, EntityTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, Select, sea_query::Expr,
};
use uuid::Uuid;

use super::Notice;
use crate::{
    database::Tx,
    failure::Failure,
    notification::model::Standing,
    values::ids::{CaseId, LetterId, PartyId, PermitId, fresh},
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
    /// A permit, and the day it ends, or what is due of it: the day after the last.
    Permit(PermitId, NaiveDate),
}

/// What a notice of the queue is about; nothing when its row says nothing or more than one thing, which a constraint
/// forbids.
pub fn about(row: &Email) -> Option<About> {
    match (row.case_id, row.letter_id, row.permit_id.zip(row.ends_on)) {
        (Some(case), None, None) => Some(About::Case(CaseId(case))),
        (None, Some(letter), None) => Some(About::Letter(LetterId(letter))),
        (None, None, Some((permit, day))) => Some(About::Permit(PermitId(permit), day)),
        _ => None,
    }
}

/// Puts a notice into the queue, due at a time.
///
/// # Errors
/// When the database does not answer, or the letter, or the permit with this end, has a notice of this purpose
/// already.
pub async fn insert(
    tx: &Tx,
    notice: Notice,
    party: PartyId,
    about: About,
    at: DateTime<Utc>,
) -> Result<(), Failure> {
    let (case, letter, permit) = match about {
        About::Case(case) => (Some(case.0), None, None),
        About::Letter(letter) => (None, Some(letter.0), None),
        About::Permit(permit, day) => (None, None, Some((permit.0, day))),
    };
    email::Entity::insert(email::ActiveModel {
        id: Set(fresh(tx.now())),
        purpose: Set(notice.code().to_owned()),
        party_id: Set(party.0),
        case_id: Set(case),
        letter_id: Set(letter),
        permit_id: Set(permit.map(|(permit, _)| permit)),
        ends_on: Set(permit.map(|(_, day)| day)),
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
/// been told so since they were asked, or given another day.
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
  AND e.purpose = 'answerDue' AND e.created_at >= "case"."waiting_since" AND NOT EXISTS (SELECT 1 FROM letter l
    WHERE l.case_id = "case"."id" AND l.kind = 'informationRequest' AND l.sent_at > e.created_at))"#;

/// Permits that end, of which a notice is to tell.
#[derive(Debug, Clone, Copy)]
pub struct Ending {
    /// The notice.
    pub notice: Notice,
    /// First and last of the last days told of.
    pub period: (NaiveDate, NaiveDate),
    /// Only permits that were granted for more days than this: who gets one for a week knows when it ends.
    pub longer_than: i64,
}

/// Live permits that end in a period, and whose holders have neither been told so nor asked for a renewal; the one that
/// ends first first.
///
/// # Errors
/// When the database does not answer.
pub async fn permits_ending(
    connection: &impl ConnectionTrait,
    ending: Ending,
    limit: u64,
) -> Result<Vec<PermitId>, Failure> {
    let ids: Vec<Uuid> = to_be_told_of(connection, ending)
        .select_only()
        .column(permit::Column::Id)
        .order_by_asc(permit::Column::ValidUntil)
        .limit(limit)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(ids.into_iter().map(PermitId).collect())
}

/// Whether the holder of a locked permit is still to be told: another process may have done so.
///
/// # Errors
/// When the database does not answer.
pub async fn is_to_be_told_of(tx: &Tx, id: PermitId, ending: Ending) -> Result<bool, Failure> {
    let query = to_be_told_of(&**tx, ending).filter(permit::Column::Id.eq(id.0));
    Ok(query.one(&**tx).await?.is_some())
}

/// Permits of which a notice has told, or will, for this day.
///
/// # Errors
/// When the database does not answer.
pub async fn told_of(
    connection: &impl ConnectionTrait,
    notice: Notice,
    day: NaiveDate,
) -> Result<Vec<PermitId>, Failure> {
    let ids: Vec<Uuid> = email::Entity::find()
        .select_only()
        .column(email::Column::PermitId)
        .filter(email::Column::Purpose.eq(notice.code()))
        .filter(email::Column::EndsOn.eq(day))
        .filter(email::Column::PermitId.is_not_null())
        .into_tuple()
        .all(connection)
        .await?;
    Ok(ids.into_iter().map(PermitId).collect())
}

/// Whether a renewal of the permit waits to be decided.
///
/// # Errors
/// When the database does not answer.
pub async fn is_being_renewed(tx: &Tx, id: PermitId) -> Result<bool, Failure> {
    let query = permit::Entity::find_by_id(id.0).filter(Expr::cust(NO_RENEWAL));
    Ok(query.one(&**tx).await?.is_none())
}

fn to_be_told_of(connection: &impl ConnectionTrait, ending: Ending) -> Select<permit::Entity> {
    // a permit holds until the day after its last
    let (first, last) = ending.period;
    let (from, until) = (first + TimeDelta::days(1), last + TimeDelta::days(1));
    let days = match connection.get_database_backend() {
        DbBackend::Postgres => "valid_until - valid_from",
        _ => "julianday(valid_until) - julianday(valid_from)",
    };
    let untold = format!(
        "NOT EXISTS (SELECT 1 FROM email e WHERE e.permit_id = permit.id AND e.purpose = '{}' \
         AND e.ends_on = permit.valid_until)",
        ending.notice.code()
    );
    permit::Entity::find()
        .filter(permit::Column::EndedAt.is_null())
        .filter(permit::Column::ValidUntil.between(from, until))
        .filter(Expr::cust(format!("{days} > {}", ending.longer_than)))
        .filter(Expr::cust(untold))
        .filter(Expr::cust(NO_RENEWAL))
        .filter(Expr::cust(HOLDER_KNOWN))
}

const NO_RENEWAL: &str = r#"NOT EXISTS (SELECT 1 FROM "case" c WHERE c.permit_id = permit.id
  AND c.purpose = 'renewal' AND c.status IN ('submitted', 'underReview', 'waitingForApplicant'))"#;
const HOLDER_KNOWN: &str =
    "EXISTS (SELECT 1 FROM person_key k WHERE k.party_id = permit.holder_id)";
