//! Rows of tasks. What is due in cases is in `store/duty.rs` (of supervision in
//! `store/others.rs`), who was reminded of it in `store/case.rs`; series of call signs
//! that are nearly full in `store/series.rs`; what waits for a second signature in
//! `store/signature.rs`.

pub mod case;
pub mod duty;
pub mod others;
pub mod series;
pub mod signature;

use anrop_entity::{permit, task};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, QueryTrait as _,
    sea_query::{Expr, ExprTrait as _},
};
use uuid::Uuid;

use super::TaskKind;
use crate::{
    database::Tx,
    failure::{Failure, Problem},
    identity::Kinds,
    values::{
        calendar::oslo_date,
        ids::{PartyId, PermitId, fresh},
        reminder::Reminder,
    },
};

/// A task as it stands.
pub type Task = task::Model;

/// Gives the caseworkers a task, unless the same one is open.
pub async fn open(tx: &Tx, kind: TaskKind, permit: PermitId) -> Result<(), Failure> {
    let open = task::Entity::find()
        .filter(task::Column::PermitId.eq(permit.0))
        .filter(task::Column::Kind.eq(kind.code()))
        .filter(task::Column::DoneAt.is_null());
    if open.one(&**tx).await?.is_some() {
        return Ok(());
    }
    let today = oslo_date(tx.now());
    let days = Reminder::Task.days(today).unwrap_or_default();
    task::Entity::insert(task::ActiveModel {
        id: Set(fresh(tx.now())),
        kind: Set(kind.code().to_owned()),
        permit_id: Set(permit.0),
        due_on: Set(today + TimeDelta::days(days)),
        created_at: Set(tx.now()),
        done_at: Set(None),
        done_by: Set(None),
        version: Set(1),
    })
    .exec_without_returning(&**tx)
    .await?;
    Ok(())
}

/// Open tasks about permits of these kinds by the day they are due, after `after`; and how many there are.
pub async fn list(
    connection: &impl ConnectionTrait,
    kinds: Kinds,
    after: Option<Uuid>,
    limit: u64,
) -> Result<(Vec<Task>, u64), Failure> {
    let mut query = task::Entity::find().filter(task::Column::DoneAt.is_null());
    if let Some(kinds) = kinds.limit() {
        let permits = permit::Entity::find().select_only().column(permit::Column::Id);
        let permits = permits.filter(permit::Column::Kind.is_in(kinds)).into_query();
        query = query.filter(task::Column::PermitId.in_subquery(permits));
    }
    let total = query.clone().count(connection).await?;
    if let Some(after) = after {
        // ids follow the time of making, and so do the days tasks are due on
        query = query.filter(task::Column::Id.gt(after));
    }
    let rows = query.order_by_asc(task::Column::Id).limit(limit).all(connection).await?;
    Ok((rows, total))
}

/// The task with this id.
pub async fn find(connection: &impl ConnectionTrait, id: Uuid) -> Result<Task, Failure> {
    task::Entity::find_by_id(id).one(connection).await?.ok_or_else(Failure::not_found)
}

/// Notes that the open tasks of a kind about the permits of a holder are done.
pub async fn complete_all(
    tx: &Tx,
    kind: TaskKind,
    holder: PartyId,
    by: &str,
) -> Result<(), Failure> {
    let permits = permit::Entity::find()
        .select_only()
        .column(permit::Column::Id)
        .filter(permit::Column::HolderId.eq(holder.0))
        .into_query();
    let of_holder = Condition::all().add(task::Column::PermitId.in_subquery(permits));
    complete_where(tx, kind, by, of_holder).await
}

async fn complete_where(
    tx: &Tx,
    kind: TaskKind,
    by: &str,
    which: Condition,
) -> Result<(), Failure> {
    task::Entity::update_many()
        .set(task::ActiveModel {
            done_at: Set(Some(tx.now())),
            done_by: Set(Some(by.to_owned())),
            ..Default::default()
        })
        .col_expr(task::Column::Version, Expr::col(task::Column::Version).add(1))
        .filter(task::Column::Kind.eq(kind.code()))
        .filter(task::Column::DoneAt.is_null())
        .filter(which)
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Whether a permit has been given a task of this kind since a time, open or done.
pub async fn was_given(
    connection: &impl ConnectionTrait,
    kind: TaskKind,
    permit: PermitId,
    since: DateTime<Utc>,
) -> Result<bool, Failure> {
    let given = task::Entity::find()
        .filter(task::Column::PermitId.eq(permit.0))
        .filter(task::Column::Kind.eq(kind.code()))
        .filter(task::Column::CreatedAt.gte(since));
    Ok(given.one(connection).await?.is_some())
}

/// Notes that the open task of a kind about a permit is done.
pub async fn complete_of_permit(
    tx: &Tx,
    kind: TaskKind,
    permit: PermitId,
    by: &str,
) -> Result<(), Failure> {
    let of_permit = Condition::all().add(task::Column::PermitId.eq(permit.0));
    complete_where(tx, kind, by, of_permit).await
}

/// Notes who has done a task.
pub async fn complete(tx: &Tx, id: Uuid, version: i32, by: &str) -> Result<Task, Failure> {
    let task = find(&**tx, id).await?;
    if task.done_at.is_some() {
        return Err(Failure::new(Problem::IllegalTransition, "The task is done already."));
    }
    let done = task::Entity::update_many()
        .set(task::ActiveModel {
            done_at: Set(Some(tx.now())),
            done_by: Set(Some(by.to_owned())),
            version: Set(version + 1),
            ..Default::default()
        })
        .filter(task::Column::Id.eq(id))
        .filter(task::Column::Version.eq(version))
        .exec(&**tx)
        .await?;
    if done.rows_affected == 0 {
        return Err(Failure::stale());
    }
    Ok(Task { done_at: Some(tx.now()), done_by: Some(by.to_owned()), version: version + 1, ..task })
}
