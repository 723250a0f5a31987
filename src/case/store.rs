//! Rows of cases, their messages and decisions.

use anrop_entity::{case, case_message, decision};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use serde_json::Value;
use uuid::Uuid;

pub use super::queue::model::CaseQuery;
use super::{
    lifecycle::Status,
    model::Purpose,
    queue::{
        self,
        model::{Place as Counted, open_statuses},
    },
};
use crate::{
    database::{Tx, is_taken},
    failure::{Failure, Problem},
    identity::Sight,
    keys::{DataKey, Place},
    permit::kind::{self, Kind},
    values::{
        deadline::Timer,
        ids::{CaseId, PartyId, PermitId, fresh},
        language::Language,
    },
};

/// A case as it stands; what was applied for is sealed and opened on its own.
#[derive(Debug, Clone)]
pub struct Case {
    /// Id of the row.
    pub id: CaseId,
    /// Year and serial of the number.
    pub number: (i32, i64),
    /// Kind of permit.
    pub kind: Kind,
    /// What it is for.
    pub purpose: Purpose,
    /// State.
    pub status: Status,
    /// Outcome, once decided.
    pub outcome: Option<String>,
    /// Who applies.
    pub applicant: PartyId,
    /// How it came in.
    pub channel: String,
    /// Caseworker who registered it for the applicant.
    pub registered_by: Option<String>,
    /// Language of letters.
    pub language: Language,
    /// Call sign asked for, or given.
    pub call_sign: Option<String>,
    /// Permit that came of it; of every purpose but a new permit, the one it is about.
    pub permit: Option<PermitId>,
    /// Who is to receive the permit by transfer, as a blind index.
    pub receiver: Option<Vec<u8>>,
    /// Who accepted to receive it, and when.
    pub accepted: Option<(PartyId, DateTime<Utc>)>,
    /// Caseworker who has it.
    pub assignee: Option<String>,
    /// Deadline that runs.
    pub timer: Timer,
    /// Last day of it.
    pub due_on: NaiveDate,
    /// Since when the applicant is waited for.
    pub waiting_since: Option<DateTime<Utc>>,
    /// When the answer is expected.
    pub waiting_until: Option<NaiveDate>,
    /// When it came in.
    pub submitted_at: DateTime<Utc>,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// Grows with every change.
    pub version: i32,
    sealed: Vec<u8>,
    /// Where the queue counts it, as the row stands.
    counted: Counted,
}

impl Case {
    /// True once the state is another than that of the row.
    pub fn has_moved(&self) -> bool {
        self.counted.status != self.status.code()
    }

    /// Where the queue counts it as it is now.
    fn place(&self) -> Counted {
        Counted {
            kind: self.kind.as_str().to_owned(),
            status: self.status.code().to_owned(),
            assignee: self.assignee.clone().unwrap_or_default(),
            due_on: self.decided_at.is_none().then_some(self.due_on),
        }
    }

    /// The number people use, e.g. `2026/000123`.
    pub fn display_number(&self) -> String {
        format!("{}/{:06}", self.number.0, self.number.1)
    }

    /// The application as it was sent, opened with the applicant's data key.
    pub fn application(&self, key: &DataKey) -> Result<Value, Failure> {
        let bytes =
            key.open(application_place(self.id), &self.sealed).map_err(Failure::internal)?;
        serde_json::from_slice(&bytes).map_err(Failure::internal)
    }

    /// Replaces the application, after a correction.
    pub fn set_application(&mut self, key: &DataKey, application: &Value) -> Result<(), Failure> {
        self.sealed = seal_application(self.id, key, application)?;
        Ok(())
    }
}

fn application_place(id: CaseId) -> Place {
    Place { table: "case", column: "application_sealed", row: id.0 }
}

fn seal_application(id: CaseId, key: &DataKey, application: &Value) -> Result<Vec<u8>, Failure> {
    let bytes = serde_json::to_vec(application).map_err(Failure::internal)?;
    Ok(key.seal(application_place(id), &bytes))
}

/// What a new case begins with.
#[derive(Debug)]
pub struct NewCase<'a> {
    /// Kind of permit.
    pub kind: Kind,
    /// What it is for.
    pub purpose: Purpose,
    /// State it begins in.
    pub status: Status,
    /// Permit it is about.
    pub permit: Option<PermitId>,
    /// Who is to receive the permit, as a blind index.
    pub receiver: Option<Vec<u8>>,
    /// Who applies.
    pub applicant: PartyId,
    /// The applicant's data key.
    pub key: &'a DataKey,
    /// The application as it was sent.
    pub application: &'a Value,
    /// How it came in.
    pub channel: &'a str,
    /// Caseworker who registers it for the applicant.
    pub registered_by: Option<String>,
    /// Language of letters.
    pub language: Language,
    /// Call sign asked for.
    pub call_sign: Option<String>,
    /// Number.
    pub number: (i32, i64),
    /// Deadline.
    pub timer: Timer,
    /// Last day of it.
    pub due_on: NaiveDate,
}

/// Writes a new case.
///
/// # Errors
/// 409 when a case of the same purpose about the same permit is open.
pub async fn insert(tx: &Tx, new: NewCase<'_>) -> Result<Case, Failure> {
    let purpose = new.purpose;
    let case = begun(new, tx.now())?;
    case::Entity::insert(to_row(&case, tx.now())).exec_without_returning(&**tx).await.map_err(
        |error| {
            if purpose != Purpose::New && is_taken(&error, "case") {
                Failure::new(Problem::Conflict, OPEN_ALREADY)
            } else {
                error.into()
            }
        },
    )?;
    queue::store::moved(tx, None, &case.counted).await?;
    Ok(case)
}

/// A case as it begins.
fn begun(new: NewCase<'_>, at: DateTime<Utc>) -> Result<Case, Failure> {
    let id = CaseId::new(at);
    let mut case = Case {
        id,
        number: new.number,
        kind: new.kind,
        purpose: new.purpose,
        status: new.status,
        outcome: None,
        applicant: new.applicant,
        channel: new.channel.to_owned(),
        registered_by: new.registered_by,
        language: new.language,
        call_sign: new.call_sign,
        permit: new.permit,
        receiver: new.receiver,
        accepted: None,
        assignee: None,
        timer: new.timer,
        due_on: new.due_on,
        waiting_since: None,
        waiting_until: None,
        submitted_at: at,
        decided_at: None,
        version: 1,
        sealed: seal_application(id, new.key, new.application)?,
        counted: Counted::default(),
    };
    case.counted = case.place();
    Ok(case)
}

/// What has become of a made-up case.
#[derive(Debug, Clone, Default)]
pub struct Fate {
    /// Caseworker who has it.
    pub assignee: Option<String>,
    /// When an answer is expected.
    pub waiting_until: Option<NaiveDate>,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
}

/// The row of a made-up case, as [`insert`] and the steps after it would have left it, and where the queue
/// counts it.
///
/// # Errors
/// When the application cannot be written.
pub fn made_up(
    new: NewCase<'_>,
    at: DateTime<Utc>,
    fate: Fate,
) -> Result<(case::ActiveModel, Counted), Failure> {
    let mut case = begun(new, at)?;
    case.assignee = fate.assignee;
    case.waiting_since = fate.waiting_until.map(|_| at);
    case.waiting_until = fate.waiting_until;
    case.outcome = fate.decided_at.map(|_| case.status.code().to_owned());
    case.decided_at = fate.decided_at;
    Ok((to_row(&case, at), case.place()))
}

const OPEN_ALREADY: &str = "An application of this purpose about this permit is open already. Wait for its decision, or withdraw it and apply again.";

fn to_row(case: &Case, now: DateTime<Utc>) -> case::ActiveModel {
    case::ActiveModel {
        id: Set(case.id.0),
        year: Set(case.number.0),
        serial: Set(case.number.1),
        kind: Set(case.kind.as_str().to_owned()),
        purpose: Set(case.purpose.code().to_owned()),
        status: Set(case.status.code().to_owned()),
        outcome: Set(case.outcome.clone()),
        applicant_id: Set(case.applicant.0),
        channel: Set(case.channel.clone()),
        registered_by: Set(case.registered_by.clone()),
        application_sealed: Set(case.sealed.clone()),
        language: Set(case.language.code().to_owned()),
        call_sign: Set(case.call_sign.clone()),
        permit_id: Set(case.permit.map(|id| id.0)),
        receiver_blind: Set(case.receiver.clone()),
        receiver_id: Set(case.accepted.map(|(party, _)| party.0)),
        accepted_at: Set(case.accepted.map(|(_, at)| at)),
        assignee: Set(case.assignee.clone()),
        timer: Set(case.timer.as_str().to_owned()),
        due_on: Set(case.due_on),
        waiting_since: Set(case.waiting_since),
        waiting_until: Set(case.waiting_until),
        submitted_at: Set(case.submitted_at),
        decided_at: Set(case.decided_at),
        version: Set(case.version),
        changed_at: Set(now),
    }
}

fn from_row(row: case::Model) -> Result<Case, Failure> {
    let mut case = Case {
        id: CaseId(row.id),
        number: (row.year, row.serial),
        kind: kind::from_code(&row.kind).ok_or_else(|| Failure::internal("unknown kind"))?,
        purpose: Purpose::from_code(&row.purpose)
            .ok_or_else(|| Failure::internal("unknown purpose of a case"))?,
        status: Status::from_code(&row.status)
            .ok_or_else(|| Failure::internal("unknown case status"))?,
        outcome: row.outcome,
        applicant: PartyId(row.applicant_id),
        channel: row.channel,
        registered_by: row.registered_by,
        language: Language::parse(&row.language).map_err(Failure::internal)?,
        call_sign: row.call_sign,
        permit: row.permit_id.map(PermitId),
        receiver: row.receiver_blind,
        accepted: row.receiver_id.map(PartyId).zip(row.accepted_at),
        assignee: row.assignee,
        timer: Timer::named(&row.timer).ok_or_else(|| Failure::internal("unknown timer"))?,
        due_on: row.due_on,
        waiting_since: row.waiting_since,
        waiting_until: row.waiting_until,
        submitted_at: row.submitted_at,
        decided_at: row.decided_at,
        version: row.version,
        sealed: row.application_sealed,
        counted: Counted::default(),
    };
    case.counted = case.place();
    Ok(case)
}

/// Overwrites a case that was read at the version before.
pub async fn update(tx: &Tx, case: &mut Case) -> Result<(), Failure> {
    let mut row = to_row(case, tx.now());
    row.id = sea_orm::ActiveValue::NotSet;
    let result = case::Entity::update_many()
        .set(row)
        .filter(case::Column::Id.eq(case.id.0))
        .filter(case::Column::Version.eq(case.version - 1))
        .exec(&**tx)
        .await?;
    if result.rows_affected != 1 {
        return Err(Failure::stale());
    }
    let place = case.place();
    queue::store::moved(tx, Some(&case.counted), &place).await?;
    case.counted = place;
    Ok(())
}

fn seen_by(sight: Sight) -> Option<Condition> {
    match sight {
        Sight::All => Some(Condition::all()),
        Sight::Party(party) => Some(Condition::all().add(case::Column::ApplicantId.eq(party.0))),
        Sight::Nothing => None,
    }
}

/// The case, if the caller may see it.
pub async fn find(
    connection: &impl ConnectionTrait,
    sight: Sight,
    id: CaseId,
) -> Result<Case, Failure> {
    let seen = seen_by(sight).ok_or_else(Failure::not_found)?;
    let row = case::Entity::find_by_id(id.0).filter(seen).one(connection).await?;
    row.map(from_row).transpose()?.ok_or_else(Failure::not_found)
}

/// The case with this number, written as people do: `2026/000123`.
pub async fn find_by_number(
    connection: &impl ConnectionTrait,
    number: &str,
) -> Result<Option<Case>, Failure> {
    let parts = number.trim().split_once('/');
    let Some((year, serial)) = parts
        .and_then(|(year, serial)| Some((year.parse::<i32>().ok()?, serial.parse::<i64>().ok()?)))
    else {
        return Ok(None);
    };
    let row = case::Entity::find()
        .filter(case::Column::Year.eq(year))
        .filter(case::Column::Serial.eq(serial))
        .one(connection)
        .await?;
    row.map(from_row).transpose()
}

/// The case, locked until the transaction ends, if the caller may see it.
pub async fn lock(tx: &Tx, sight: Sight, id: CaseId) -> Result<Case, Failure> {
    let seen = seen_by(sight).ok_or_else(Failure::not_found)?;
    let row = case::Entity::find_by_id(id.0).filter(seen).lock_exclusive().one(&**tx).await?;
    row.map(from_row).transpose()?.ok_or_else(Failure::not_found)
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
        .filter(sea_orm::sea_query::Expr::cust(NO_PROVISIONAL_ANSWER))
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
    let receiver = query.receiver.as_deref().filter(|_| sight != Sight::All);
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
    let total = match sight {
        Sight::All => {
            // who is late depends on the day; where it is not asked any day will do
            let today = query.overdue_on.unwrap_or_default();
            queue::rules::total(&queue::store::tallies(connection, today).await?, query)
        }
        _ => case::Entity::find().filter(which).count(connection).await?,
    };
    Ok((page(connection, sight, query, limit).await?, total))
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

/// What passed between caseworker and applicant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageKind {
    /// The caseworker asks.
    InformationRequest,
    /// The applicant answers.
    Reply,
    /// The caseworkers' own note.
    Note,
}

impl MessageKind {
    /// As in JSON and in the database.
    pub const fn code(self) -> &'static str {
        match self {
            MessageKind::InformationRequest => "informationRequest",
            MessageKind::Reply => "reply",
            MessageKind::Note => "note",
        }
    }
}

fn message_place(id: Uuid) -> Place {
    Place { table: "case_message", column: "body_sealed", row: id }
}

/// Writes a message under the applicant's data key.
pub async fn insert_message(
    tx: &Tx,
    key: &DataKey,
    case: CaseId,
    kind: MessageKind,
    author: &str,
    text: &str,
    due_on: Option<NaiveDate>,
) -> Result<(), Failure> {
    let id = fresh(tx.now());
    case_message::Entity::insert(case_message::ActiveModel {
        id: Set(id),
        case_id: Set(case.0),
        kind: Set(kind.code().to_owned()),
        author: Set(author.to_owned()),
        body_sealed: Set(key.seal(message_place(id), text.as_bytes())),
        due_on: Set(due_on),
        created_at: Set(tx.now()),
    })
    .exec_without_returning(&**tx)
    .await?;
    Ok(())
}

/// A message, opened.
#[derive(Clone)]
pub struct Message {
    /// Kind, as in JSON.
    pub kind: String,
    /// Who wrote it.
    pub author: String,
    /// What it says.
    pub text: String,
    /// When an answer is expected.
    pub due_on: Option<NaiveDate>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

/// The messages of a case in order; notes only for staff.
pub async fn messages(
    connection: &impl ConnectionTrait,
    key: &DataKey,
    case: CaseId,
    with_notes: bool,
) -> Result<Vec<Message>, Failure> {
    let mut query = case_message::Entity::find().filter(case_message::Column::CaseId.eq(case.0));
    if !with_notes {
        query = query.filter(case_message::Column::Kind.ne(MessageKind::Note.code()));
    }
    let rows = query
        .order_by_asc(case_message::Column::CreatedAt)
        .order_by_asc(case_message::Column::Id)
        .all(connection)
        .await?;
    rows.into_iter()
        .map(|row| {
            let bytes =
                key.open(message_place(row.id), &row.body_sealed).map_err(Failure::internal)?;
            Ok(Message {
                kind: row.kind,
                author: row.author,
                text: String::from_utf8(bytes).map_err(Failure::internal)?,
                due_on: row.due_on,
                created_at: row.created_at,
            })
        })
        .collect()
}

/// A decision, opened.
#[derive(Clone)]
pub struct Decision {
    /// Outcome, as in JSON.
    pub outcome: String,
    /// Grounds.
    pub grounds: String,
    /// Conditions.
    pub conditions: Vec<String>,
    /// Code of the provision.
    pub legal_basis: String,
    /// Who decided.
    pub decided_by: String,
    /// When.
    pub decided_at: DateTime<Utc>,
}

fn grounds_place(case: CaseId) -> Place {
    Place { table: "decision", column: "grounds_sealed", row: case.0 }
}

/// Writes the decision of a case.
pub async fn insert_decision(
    tx: &Tx,
    key: &DataKey,
    case: CaseId,
    permit: Option<PermitId>,
    decided: &Decision,
) -> Result<(), Failure> {
    decision::Entity::insert(decision::ActiveModel {
        id: Set(fresh(tx.now())),
        case_id: Set(case.0),
        outcome: Set(decided.outcome.clone()),
        grounds_sealed: Set(key.seal(grounds_place(case), decided.grounds.as_bytes())),
        conditions: Set(serde_json::to_value(&decided.conditions).map_err(Failure::internal)?),
        legal_basis: Set(decided.legal_basis.clone()),
        decided_by: Set(decided.decided_by.clone()),
        decided_at: Set(tx.now()),
        permit_id: Set(permit.map(|id| id.0)),
    })
    .exec_without_returning(&**tx)
    .await?;
    Ok(())
}

/// The latest decision of a case, if there is one.
pub async fn decision_of(
    connection: &impl ConnectionTrait,
    key: &DataKey,
    case: CaseId,
) -> Result<Option<Decision>, Failure> {
    let Some(row) = decision::Entity::find()
        .filter(decision::Column::CaseId.eq(case.0))
        .order_by_desc(decision::Column::DecidedAt)
        .one(connection)
        .await?
    else {
        return Ok(None);
    };
    let grounds = key.open(grounds_place(case), &row.grounds_sealed).map_err(Failure::internal)?;
    Ok(Some(Decision {
        outcome: row.outcome,
        grounds: String::from_utf8(grounds).map_err(Failure::internal)?,
        conditions: serde_json::from_value(row.conditions).map_err(Failure::internal)?,
        legal_basis: row.legal_basis,
        decided_by: row.decided_by,
        decided_at: row.decided_at,
    }))
}
