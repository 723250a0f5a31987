//! Rows of appeals. What was sent to appeal bodies is in `store/dispatch.rs`, answers to wishes for deferred effect in
//! `store/deferral.rs`, what other parties say in `store/comment.rs`.

pub mod comment;
pub mod deferral;
pub mod dispatch;

use anrop_entity::{appeal, case};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _,
    ExprTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, QueryTrait as _,
};
use uuid::Uuid;

use super::model::{Appeal, AppealStatus};
use crate::{
    case::model::Channel,
    database::{Tx, written},
    disclosure::policy::Kind,
    failure::Failure,
    keys::{DataKey, Place},
    values::ids::{CaseId, PartyId},
};

fn place(column: &'static str, id: Uuid) -> Place {
    Place { table: "appeal", column, row: id }
}

/// Writes an appeal that came in.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(tx: &Tx, key: &DataKey, new: &Appeal) -> Result<(), Failure> {
    appeal::Entity::insert(to_row(key, new)).exec_without_returning(&**tx).await?;
    Ok(())
}

fn to_row(key: &DataKey, appeal: &Appeal) -> appeal::ActiveModel {
    let seal = |column, text: &String| key.seal(place(column, appeal.id), text.as_bytes());
    appeal::ActiveModel {
        id: Set(appeal.id),
        case_id: Set(appeal.case.0),
        decided_outcome: Set(appeal.decided_outcome.clone()),
        status: Set(appeal.status.code().to_owned()),
        text_sealed: Set(seal("text_sealed", &appeal.text)),
        late_reason_sealed: Set(appeal
            .late_reason
            .as_ref()
            .map(|text| seal("late_reason_sealed", text))),
        deferral_sealed: Set(appeal.deferral.as_ref().map(|text| seal("deferral_sealed", text))),
        received_at: Set(appeal.received_at),
        decision_at: Set(appeal.decision_at),
        period_ends_on: Set(appeal.period_ends_on),
        in_time: Set(appeal.in_time),
        body: Set(appeal.body.clone()),
        forwarded_at: Set(appeal.forwarded_at),
        grounds_sealed: Set(appeal.grounds.as_ref().map(|text| seal("grounds_sealed", text))),
        body_decided_on: Set(appeal.body_decision.as_ref().map(|(day, _)| *day)),
        body_reference: Set(appeal.body_decision.as_ref().map(|(_, reference)| reference.clone())),
        closed_at: Set(appeal.closed.as_ref().map(|(at, _)| *at)),
        closed_by: Set(appeal.closed.as_ref().map(|(_, by)| by.clone())),
        number: Set(appeal.number),
        appellant_id: Set(appeal.appellant.map(|party| party.0)),
        channel: Set(appeal.channel.map(|channel| channel.code().to_owned())),
        posted_on: Set(appeal.posted_on),
    }
}

fn channel(code: &str) -> Result<Channel, Failure> {
    Channel::from_code(code).ok_or_else(|| Failure::internal("unknown channel of an appeal"))
}

fn from_row(key: &DataKey, row: appeal::Model) -> Result<Appeal, Failure> {
    let id = row.id;
    let open = |column, sealed: &[u8]| {
        let bytes = key.open(place(column, id), sealed).map_err(Failure::internal)?;
        String::from_utf8(bytes).map_err(Failure::internal)
    };
    let optional =
        |column, sealed: Option<Vec<u8>>| sealed.map(|sealed| open(column, &sealed)).transpose();
    Ok(Appeal {
        id,
        case: CaseId(row.case_id),
        decided_outcome: row.decided_outcome,
        status: AppealStatus::from_code(&row.status)
            .ok_or_else(|| Failure::internal("unknown state of an appeal"))?,
        text: open("text_sealed", &row.text_sealed)?,
        late_reason: optional("late_reason_sealed", row.late_reason_sealed)?,
        deferral: optional("deferral_sealed", row.deferral_sealed)?,
        received_at: row.received_at,
        decision_at: row.decision_at,
        period_ends_on: row.period_ends_on,
        in_time: row.in_time,
        body: row.body,
        forwarded_at: row.forwarded_at,
        grounds: optional("grounds_sealed", row.grounds_sealed)?,
        body_decision: row.body_decided_on.zip(row.body_reference),
        closed: row.closed_at.zip(row.closed_by),
        number: row.number,
        deferral_answer: None,
        channel: row.channel.as_deref().map(channel).transpose()?,
        posted_on: row.posted_on,
        comments: Vec::new(),
        appellant: row.appellant_id.map(PartyId),
    })
}

/// Overwrites an appeal; its case has been locked.
///
/// # Errors
/// When the database does not answer.
pub async fn update(tx: &Tx, key: &DataKey, appeal: &Appeal) -> Result<(), Failure> {
    let mut row = to_row(key, appeal);
    row.id = sea_orm::ActiveValue::NotSet;
    appeal::Entity::update_many()
        .set(row)
        .filter(appeal::Column::Id.eq(appeal.id))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// The appeals of a case, the oldest first.
///
/// # Errors
/// When the database does not answer, or one does not open.
pub async fn of_case(
    connection: &impl ConnectionTrait,
    key: &DataKey,
    case: CaseId,
) -> Result<Vec<Appeal>, Failure> {
    let found = appeal::Entity::find().filter(appeal::Column::CaseId.eq(case.0));
    let mut rows = found.all(connection).await?;
    // as the journal has them, whatever the clock said; those from before numbers were kept come first
    rows.sort_by_key(|row| (row.number, row.id));
    let mut answers = deferral::of(connection, key, rows.iter().map(|row| row.id)).await?;
    let told = comment::of(connection, key, rows.iter().map(|row| row.id)).await?;
    rows.into_iter()
        .map(|row| {
            let deferral_answer = answers.remove(&row.id);
            let told = told.iter().filter(|(appeal, _)| *appeal == row.id);
            let comments = told.map(|(_, comment)| comment.clone()).collect();
            Ok(Appeal { deferral_answer, comments, ..from_row(key, row)? })
        })
        .collect()
}

/// Those who appeal in a case, or have, besides the party it is of.
///
/// # Errors
/// When the database does not answer.
pub async fn appellants(
    connection: &impl ConnectionTrait,
    case: CaseId,
) -> Result<Vec<PartyId>, Failure> {
    let ids: Vec<Uuid> = appeal::Entity::find()
        .select_only()
        .column(appeal::Column::AppellantId)
        .filter(appeal::Column::CaseId.eq(case.0))
        .filter(appeal::Column::AppellantId.is_not_null())
        .into_tuple()
        .all(connection)
        .await?;
    Ok(ids.into_iter().map(PartyId).collect())
}

/// An appeal that waits, as a list names it; what it says stays sealed.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// Id of the row.
    pub id: Uuid,
    /// Its case.
    pub case: CaseId,
    /// Where it stands.
    pub status: AppealStatus,
    /// When it came in.
    pub received_at: DateTime<Utc>,
    /// It came within the period.
    pub in_time: bool,
    /// Code of the body it was forwarded to.
    pub body: Option<String>,
    /// When it was forwarded.
    pub forwarded_at: Option<DateTime<Utc>>,
}

/// Appeals that wait for the authority or the appeal body in cases of these kinds (of all when there are none), the
/// oldest first, after a place; at most `limit`.
///
/// # Errors
/// When the database does not answer.
pub async fn waiting(
    connection: &impl ConnectionTrait,
    kinds: &[Kind],
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: u64,
) -> Result<Vec<Waiting>, Failure> {
    let open = [AppealStatus::Received, AppealStatus::Forwarded].map(|one| written(one.code()));
    let mut rows = appeal::Entity::find().filter(appeal::Column::Status.into_expr().is_in(open));
    if !kinds.is_empty() {
        let cases = case::Entity::find()
            .select_only()
            .column(case::Column::Id)
            .filter(case::Column::Kind.is_in(kinds.iter().map(|kind| kind.as_str())))
            .into_query();
        rows = rows.filter(appeal::Column::CaseId.in_subquery(cases));
    }
    if let Some((at, id)) = after {
        rows = rows.filter(appeal::Column::ReceivedAt.gte(at)).filter(
            Condition::any().add(appeal::Column::ReceivedAt.gt(at)).add(appeal::Column::Id.gt(id)),
        );
    }
    let rows = rows
        .order_by_asc(appeal::Column::ReceivedAt)
        .order_by_asc(appeal::Column::Id)
        .limit(limit)
        .all(connection)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Waiting {
                id: row.id,
                case: CaseId(row.case_id),
                status: AppealStatus::from_code(&row.status)
                    .ok_or_else(|| Failure::internal("unknown state of an appeal"))?,
                received_at: row.received_at,
                in_time: row.in_time,
                body: row.body,
                forwarded_at: row.forwarded_at,
            })
        })
        .collect()
}
