//! Rows of cases, found and listed. How a row is written is in `store/row.rs`.

mod decision;
mod message;
mod row;

use anrop_entity::case;
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, sea_query::Expr,
};
use uuid::Uuid;

pub use super::queue::model::CaseQuery;
pub use decision::{Decision, change_of, decision_of, insert_decision, keep_change};
pub use message::{Message, MessageKind, expect_answer, insert_message, messages};
pub use row::{Case, Fate, NewCase, insert, made_up, update};

use super::{
    lifecycle::Status,
    model::{OWN_MOTION, Purpose},
    queue::{self, model::open_statuses},
};
use crate::{
    database::Tx,
    failure::Failure,
    identity::{Kinds, Sight},
    values::ids::{CaseId, PartyId, PermitId},
};
use row::from_row;

fn seen_by(sight: Sight) -> Option<Condition> {
    match sight {
        Sight::All => Some(Condition::all()),
        Sight::Kinds(kinds) => {
            let limit = kinds.limit().map(|kinds| case::Column::Kind.is_in(kinds));
            Some(Condition::all().add_option(limit))
        }
        Sight::Party(party) => Some(Condition::all().add(case::Column::ApplicantId.eq(party.0))),
        Sight::Nothing => None,
    }
}

/// A row that was asked for: somebody else's is not found, and one of a kind the caller does not handle is
/// refused.
fn taken(sight: Sight, row: Option<case::Model>) -> Result<Case, Failure> {
    let is_seen = |row: &case::Model| match sight {
        Sight::All | Sight::Kinds(_) => true,
        Sight::Party(party) => row.applicant_id == party.0,
        Sight::Nothing => false,
    };
    let case = row.filter(is_seen).map(from_row).transpose()?.ok_or_else(Failure::not_found)?;
    sight.needs_kind(case.kind)?;
    Ok(case)
}

/// The case, if the caller may see it.
pub async fn find(
    connection: &impl ConnectionTrait,
    sight: Sight,
    id: CaseId,
) -> Result<Case, Failure> {
    taken(sight, case::Entity::find_by_id(id.0).one(connection).await?)
}

/// Year and serial of a case's number, written as people do: `2026/000123`.
pub fn parse_number(text: &str) -> Option<(i32, i64)> {
    let (year, serial) = text.trim().split_once('/')?;
    Some((year.parse().ok()?, serial.parse().ok()?))
}

/// The case with this number.
pub async fn find_by_number(
    connection: &impl ConnectionTrait,
    (year, serial): (i32, i64),
) -> Result<Option<Case>, Failure> {
    let row = case::Entity::find()
        .filter(case::Column::Year.eq(year))
        .filter(case::Column::Serial.eq(serial))
        .one(connection)
        .await?;
    row.map(from_row).transpose()
}

/// The case, locked until the transaction ends, if the caller may see it.
pub async fn lock(tx: &Tx, sight: Sight, id: CaseId) -> Result<Case, Failure> {
    taken(sight, case::Entity::find_by_id(id.0).lock_exclusive().one(&**tx).await?)
}

/// The open cases about a permit that the authority began of its own motion, one of each purpose, locked until the transaction
/// ends.
///
/// # Errors
/// When the database does not answer.
pub async fn lock_own_motion(tx: &Tx, permit: PermitId) -> Result<Vec<Case>, Failure> {
    let open = open_statuses().into_iter().map(Status::code);
    let rows = case::Entity::find()
        .filter(case::Column::PermitId.eq(permit.0))
        .filter(case::Column::Channel.eq(OWN_MOTION))
        .filter(case::Column::Status.is_in(open))
        .order_by_asc(case::Column::Id)
        .lock_exclusive()
        .all(&**tx)
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// Open, begun by the authority of its own motion ([`OWN_MOTION`]), and about a permit that has ended: words that an index has.
const MOOT: &str = r#""case"."channel" = 'authority' AND "case"."decided_at" IS NULL AND EXISTS
  (SELECT 1 FROM permit p WHERE p.id = "case"."permit_id" AND p.ended_at IS NOT NULL)"#;

/// The open cases that the authority began of its own motion about permits of a holder that have ended, locked until the
/// transaction ends.
///
/// # Errors
/// When the database does not answer.
pub async fn lock_moot(tx: &Tx, holder: PartyId) -> Result<Vec<Case>, Failure> {
    let rows = case::Entity::find()
        .filter(case::Column::ApplicantId.eq(holder.0))
        .filter(Expr::cust(MOOT))
        .order_by_asc(case::Column::Id)
        .lock_exclusive()
        .all(&**tx)
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// Holders of ended permits about which the authority has such cases open, so many at a time.
///
/// # Errors
/// When the database does not answer.
pub async fn holders_of_moot(
    connection: &impl ConnectionTrait,
    limit: u64,
) -> Result<Vec<PartyId>, Failure> {
    let holders: Vec<Uuid> = case::Entity::find()
        .select_only()
        .column(case::Column::ApplicantId)
        .distinct()
        .filter(Expr::cust(MOOT))
        .limit(limit)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(holders.into_iter().map(PartyId).collect())
}

/// A row that was asked for by somebody the decision is told to: besides who applies, who accepted to receive the permit.
fn of_party(sight: Sight, row: Option<case::Model>) -> Result<Case, Failure> {
    let Sight::Party(party) = sight else { return taken(sight, row) };
    let case = row.map(from_row).transpose()?.filter(|case| case.has_party(party));
    case.ok_or_else(Failure::not_found)
}

/// The case, if the caller may see it or has accepted to receive a permit by it: whoever the decision is about is party
/// to the case (forvaltningsloven § 2).
///
/// # Errors
/// 404 for anything else.
pub async fn find_of_party(
    connection: &impl ConnectionTrait,
    sight: Sight,
    id: CaseId,
) -> Result<Case, Failure> {
    of_party(sight, case::Entity::find_by_id(id.0).one(connection).await?)
}

/// As [`find_of_party`], locked until the transaction ends.
///
/// # Errors
/// As [`find_of_party`].
pub async fn lock_of_party(tx: &Tx, sight: Sight, id: CaseId) -> Result<Case, Failure> {
    of_party(sight, case::Entity::find_by_id(id.0).lock_exclusive().one(&**tx).await?)
}

/// The case of a transfer, if it is this receiver who is to have the permit.
pub async fn find_received(
    connection: &impl ConnectionTrait,
    receiver: &[u8],
    id: CaseId,
) -> Result<Case, Failure> {
    let row = case::Entity::find_by_id(id.0)
        .filter(case::Column::ReceiverBlind.eq(receiver))
        .one(connection)
        .await?;
    row.map(from_row).transpose()?.ok_or_else(Failure::not_found)
}

/// The cases that made a permit what it is, the newest first: the one it came of, and the amendments that were
/// granted.
///
/// # Errors
/// When the database does not answer.
pub async fn that_made(
    connection: &impl ConnectionTrait,
    permit: PermitId,
) -> Result<Vec<Case>, Failure> {
    let made = [Purpose::New, Purpose::Amendment].map(Purpose::code);
    let granted = [Status::Granted, Status::PartlyGranted, Status::Reversed].map(Status::code);
    let rows = case::Entity::find()
        .filter(case::Column::PermitId.eq(permit.0))
        .filter(case::Column::Purpose.is_in(made))
        .filter(case::Column::Outcome.is_in(granted))
        .order_by_desc(case::Column::DecidedAt)
        .order_by_desc(case::Column::Id)
        .all(connection)
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// Cases about a permit, or that it came of, the newest first.
pub async fn about(
    connection: &impl ConnectionTrait,
    permit: PermitId,
    limit: u64,
) -> Result<Vec<Case>, Failure> {
    let rows = case::Entity::find()
        .filter(case::Column::PermitId.eq(permit.0))
        .order_by_desc(case::Column::Id)
        .limit(limit)
        .all(connection)
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// These cases, in any order.
pub async fn many(connection: &impl ConnectionTrait, ids: &[CaseId]) -> Result<Vec<Case>, Failure> {
    let ids = ids.iter().map(|id| id.0);
    let rows = case::Entity::find().filter(case::Column::Id.is_in(ids)).all(connection).await?;
    rows.into_iter().map(from_row).collect()
}

const NO_PROVISIONAL_ANSWER: &str = r#"NOT EXISTS (SELECT 1 FROM letter l
  WHERE l.case_id = "case"."id" AND l.kind = 'provisionalAnswer')"#;

/// Cases that came in before `before`, wait for the authority, and whose applicants have not been told that it
/// takes time.
pub async fn unanswered(
    connection: &impl ConnectionTrait,
    before: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<CaseId>, Failure> {
    let waiting = [Status::Submitted, Status::UnderReview].map(Status::code);
    let ids: Vec<Uuid> = case::Entity::find()
        .select_only()
        .column(case::Column::Id)
        .filter(case::Column::Status.is_in(waiting))
        .filter(case::Column::SubmittedAt.lt(before))
        // nobody has applied for what the authority does of its own motion
        .filter(case::Column::Channel.ne(OWN_MOTION))
        .filter(Expr::cust(NO_PROVISIONAL_ANSWER))
        .order_by_asc(case::Column::SubmittedAt)
        .limit(limit)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(ids.into_iter().map(CaseId).collect())
}

/// The filters of a query, as the indexes of the queue have them.
fn asked(mut which: Condition, query: &CaseQuery) -> Condition {
    if query.statuses == open_statuses() {
        which = which.add(case::Column::DecidedAt.is_null());
    } else if !query.statuses.is_empty() {
        which = which
            .add(case::Column::Status.is_in(query.statuses.iter().map(|status| status.code())));
    }
    if let Some(kind) = query.kind {
        which = which.add(case::Column::Kind.eq(kind.as_str()));
    }
    if !query.kinds.is_empty() {
        which = which.add(case::Column::Kind.is_in(query.kinds.iter().map(|kind| kind.as_str())));
    }
    if let Some(assignee) = &query.assignee {
        which = which.add(case::Column::Assignee.eq(assignee));
    }
    if query.is_unassigned {
        which = which.add(case::Column::Assignee.is_null());
    }
    if let Some(day) = query.overdue_on {
        which = which
            .add(case::Column::DecidedAt.is_null())
            .add(case::Column::DueOn.lt(day))
            .add(case::Column::Status.ne(Status::WaitingForApplicant.code()));
    }
    which
}

/// What a query of a caller takes; nothing for somebody who may see nothing.
fn which(sight: Sight, query: &CaseQuery) -> Option<Condition> {
    let receiver = query.receiver.as_deref().filter(|_| !sight.is_staff());
    let received = receiver.map(|blind| case::Column::ReceiverBlind.eq(blind));
    let seen = match (seen_by(sight), received) {
        (None, None) => return None,
        (Some(seen), None) => seen,
        (seen, Some(received)) => {
            Condition::all().add(Condition::any().add_option(seen).add(received))
        }
    };
    Some(asked(seen, query))
}

/// Cases by deadline, and how many there are in all. What staff may see of all cases is not counted but
/// known.
pub async fn list(
    connection: &impl ConnectionTrait,
    sight: Sight,
    query: &CaseQuery,
    limit: u64,
) -> Result<(Vec<Case>, u64), Failure> {
    let Some(which) = which(sight, query) else { return Ok((Vec::new(), 0)) };
    let is_known = match sight {
        Sight::All => true,
        Sight::Kinds(kinds) => Kinds::of(&query.kinds) == kinds,
        Sight::Party(_) | Sight::Nothing => false,
    };
    let total = if is_known {
        // who is late depends on the day; where it is not asked any day will do
        let today = query.overdue_on.unwrap_or_default();
        queue::rules::total(&queue::store::tallies(connection, today).await?, query)
    } else {
        case::Entity::find().filter(which).count(connection).await?
    };
    Ok((page(connection, sight, query, limit).await?, total))
}

/// Puts cases that wait for their applicant's answer first, then other open ones.
const WAITING_FIRST: &str = "CASE WHEN status = 'waitingForApplicant' THEN 0 \
    WHEN decided_at IS NULL THEN 1 ELSE 2 END";

/// Those cases that whoever is party to them must not miss where not all are shown: questions that wait, then open
/// ones, then decided ones, of each the newest first; and how many there are in all.
///
/// # Errors
/// When the database does not answer.
pub async fn foremost(
    connection: &impl ConnectionTrait,
    sight: Sight,
    query: &CaseQuery,
    limit: u64,
) -> Result<(Vec<Case>, u64), Failure> {
    let Some(which) = which(sight, query) else { return Ok((Vec::new(), 0)) };
    let all = case::Entity::find().filter(which);
    let total = all.clone().count(connection).await?;
    let rows = all
        .order_by_asc(Expr::cust(WAITING_FIRST))
        .order_by_desc(case::Column::SubmittedAt)
        .order_by_desc(case::Column::Id)
        .limit(limit)
        .all(connection)
        .await?;
    Ok((rows.into_iter().map(from_row).collect::<Result<_, _>>()?, total))
}

/// Cases by deadline.
pub async fn page(
    connection: &impl ConnectionTrait,
    sight: Sight,
    query: &CaseQuery,
    limit: u64,
) -> Result<Vec<Case>, Failure> {
    let Some(which) = which(sight, query) else { return Ok(Vec::new()) };
    let mut page = case::Entity::find().filter(which);
    if let Some((due, id)) = query.after {
        // the first condition says the same as the others, and is one that an index can begin at
        page = page
            .filter(case::Column::DueOn.gte(due))
            .filter(Condition::any().add(case::Column::DueOn.gt(due)).add(case::Column::Id.gt(id)));
    }
    let rows = page
        .order_by_asc(case::Column::DueOn)
        .order_by_asc(case::Column::Id)
        .limit(limit)
        .all(connection)
        .await?;
    rows.into_iter().map(from_row).collect()
}
