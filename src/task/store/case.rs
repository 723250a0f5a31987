//! Rows of whom a deadline of a case was told. They are made from what is due, and go when it is not due any more.

use anrop_entity::{case, case_task};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, QueryTrait as _,
    Select, Statement,
};
use uuid::Uuid;

use super::super::model::{Duty, What};
use crate::{
    database::Tx,
    failure::Failure,
    identity::Kinds,
    values::ids::{CaseId, fresh},
};

/// A reminder as it stands.
pub type Row = case_task::Model;

/// What has to hold of the case of a reminder for it to stay.
fn still_due(what: What) -> &'static str {
    match what {
        What::Decision => {
            r#"SELECT 1 FROM "case" c WHERE c.id = case_task.case_id AND c.decided_at IS NULL
  AND c.status <> 'waitingForApplicant' AND c.due_on = case_task.due_on"#
        }
        What::Answer => {
            r#"SELECT 1 FROM "case" c WHERE c.id = case_task.case_id
  AND c.status = 'waitingForApplicant' AND c.waiting_until = case_task.due_on"#
        }
        What::Appeal => {
            "SELECT 1 FROM appeal a WHERE a.id = case_task.appeal_id AND a.status = 'received'"
        }
        What::ProvisionalAnswer => {
            r#"SELECT 1 FROM "case" c WHERE c.id = case_task.case_id AND c.decided_at IS NULL
  AND c.status <> 'waitingForApplicant' AND NOT EXISTS (SELECT 1 FROM letter l
    WHERE l.case_id = c.id AND l.kind = 'provisionalAnswer')"#
        }
        What::Reasons => {
            "SELECT 1 FROM reasons_request r WHERE r.case_id = case_task.case_id AND r.given_at IS NULL"
        }
    }
}

/// Takes away the reminders of what is not due any more; answers how many.
///
/// # Errors
/// When the database does not answer.
pub async fn end_over(tx: &Tx) -> Result<u64, Failure> {
    let mut gone = 0;
    for what in What::ALL {
        let sql = format!(
            "DELETE FROM case_task WHERE kind = '{}' AND NOT EXISTS ({})",
            what.code(),
            still_due(what)
        );
        let statement = Statement::from_string(tx.get_database_backend(), sql);
        gone += tx.execute_raw(statement).await?.rows_affected();
    }
    Ok(gone)
}

/// Of these duties, what has become of the reminders there are.
///
/// # Errors
/// When the database does not answer.
pub async fn of(
    connection: &impl ConnectionTrait,
    what: What,
    duties: &[Duty],
) -> Result<Vec<Row>, Failure> {
    let ids = duties.iter().map(|duty| duty.case.0);
    Ok(case_task::Entity::find()
        .filter(case_task::Column::Kind.eq(what.code()))
        .filter(case_task::Column::CaseId.is_in(ids))
        .all(connection)
        .await?)
}

/// Reminds of something that is due: whoever has the case by now is told, anew when another has it or the day is
/// another; the heads, once, when the day has passed.
///
/// # Errors
/// When the database does not answer.
pub async fn remind(
    tx: &Tx,
    duty: &Duty,
    known: Option<&Row>,
    is_over: bool,
) -> Result<(), Failure> {
    let escalated_at = is_over.then(|| tx.now());
    let Some(known) = known else {
        case_task::Entity::insert(case_task::ActiveModel {
            id: Set(fresh(tx.now())),
            kind: Set(duty.what.code().to_owned()),
            case_id: Set(duty.case.0),
            due_on: Set(duty.due_on),
            told: Set(duty.assignee.clone()),
            created_at: Set(tx.now()),
            seen_at: Set(None),
            escalated_at: Set(escalated_at),
            appeal_id: Set(duty.appeal),
        })
        .exec_without_returning(&**tx)
        .await?;
        return Ok(());
    };
    let is_same = known.told == duty.assignee && known.due_on == duty.due_on;
    case_task::Entity::update_many()
        .set(case_task::ActiveModel {
            due_on: Set(duty.due_on),
            told: Set(duty.assignee.clone()),
            seen_at: Set(known.seen_at.filter(|_| is_same)),
            escalated_at: Set(known.escalated_at.or(escalated_at)),
            ..Default::default()
        })
        .filter(case_task::Column::Id.eq(known.id))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Whether a reminder must be made, or made anew.
pub fn is_behind(duty: &Duty, known: Option<&Row>, is_over: bool) -> bool {
    known.is_none_or(|known| {
        known.told != duty.assignee
            || known.due_on != duty.due_on
            || (is_over && known.escalated_at.is_none())
    })
}

/// A reminder to be shown.
#[derive(Debug, Clone)]
pub struct Told {
    /// Id of the row.
    pub id: Uuid,
    /// What is due.
    pub what: What,
    /// In which case.
    pub case: CaseId,
    /// By when.
    pub due_on: NaiveDate,
    /// Who was told.
    pub told: Option<String>,
    /// When it was brought before the heads.
    pub escalated_at: Option<DateTime<Utc>>,
}

/// Whose reminders are asked for.
#[derive(Debug, Clone, Copy)]
pub enum Audience<'a> {
    /// Of a caseworker, who has not said yet that they have seen them.
    Caseworker(&'a str),
    /// What was brought before the heads.
    Heads,
}

/// Of reminders those of cases of these kinds.
fn of_kinds(rows: Select<case_task::Entity>, kinds: Kinds) -> Select<case_task::Entity> {
    let Some(kinds) = kinds.limit() else { return rows };
    let cases = case::Entity::find().select_only().column(case::Column::Id);
    let cases = cases.filter(case::Column::Kind.is_in(kinds)).into_query();
    rows.filter(case_task::Column::CaseId.in_subquery(cases))
}

/// Reminders of cases of these kinds, what is due first first; at most `limit`.
///
/// # Errors
/// When the database does not answer.
pub async fn told(
    connection: &impl ConnectionTrait,
    audience: Audience<'_>,
    kinds: Kinds,
    limit: u64,
) -> Result<Vec<Told>, Failure> {
    let which = match audience {
        Audience::Caseworker(name) => Condition::all()
            .add(case_task::Column::Told.eq(name))
            .add(case_task::Column::SeenAt.is_null()),
        Audience::Heads => Condition::all().add(case_task::Column::EscalatedAt.is_not_null()),
    };
    let rows = of_kinds(case_task::Entity::find(), kinds)
        .filter(which)
        .order_by_asc(case_task::Column::DueOn)
        .order_by_asc(case_task::Column::Id)
        .limit(limit)
        .all(connection)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Told {
                id: row.id,
                what: What::from_code(&row.kind)
                    .ok_or_else(|| Failure::internal("unknown kind of a reminder"))?,
                case: CaseId(row.case_id),
                due_on: row.due_on,
                told: row.told,
                escalated_at: row.escalated_at,
            })
        })
        .collect()
}

/// Notes that a caseworker has seen a reminder of theirs.
///
/// # Errors
/// 404 for one that is not theirs, or is gone.
pub async fn seen(tx: &Tx, id: Uuid, name: &str) -> Result<(), Failure> {
    let done = case_task::Entity::update_many()
        .set(case_task::ActiveModel { seen_at: Set(Some(tx.now())), ..Default::default() })
        .filter(case_task::Column::Id.eq(id))
        .filter(case_task::Column::Told.eq(name))
        .exec(&**tx)
        .await?;
    if done.rows_affected == 0 { Err(Failure::not_found()) } else { Ok(()) }
}

/// Reminders in the order they were made, after `after`; and how many there are.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    connection: &impl ConnectionTrait,
    kinds: Kinds,
    after: Option<Uuid>,
    limit: u64,
) -> Result<(Vec<Row>, u64), Failure> {
    let mut query = of_kinds(case_task::Entity::find(), kinds);
    let total = query.clone().count(connection).await?;
    if let Some(after) = after {
        query = query.filter(case_task::Column::Id.gt(after));
    }
    let rows = query.order_by_asc(case_task::Column::Id).limit(limit).all(connection).await?;
    Ok((rows, total))
}

/// Whether there is a reminder with this id.
///
/// # Errors
/// When the database does not answer.
pub async fn is_one(connection: &impl ConnectionTrait, id: Uuid) -> Result<bool, Failure> {
    Ok(case_task::Entity::find_by_id(id).one(connection).await?.is_some())
}
