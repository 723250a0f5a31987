//! Rows of programming orders.

use anrop_entity::programming_order;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, PaginatorTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
    sea_query::{Expr, ExprTrait as _},
};
use uuid::Uuid;

use crate::{
    database::Tx,
    failure::Failure,
    values::ids::{PermitId, ProgrammingOrderId},
};

/// An order as it stands.
pub type Order = programming_order::Model;

/// Writes a new order.
pub async fn insert(tx: &Tx, id: ProgrammingOrderId, permit: PermitId) -> Result<(), Failure> {
    let row = new_row(id, permit, tx.now());
    programming_order::Entity::insert(row).exec_without_returning(&**tx).await?;
    Ok(())
}

/// The row of a new order.
pub fn new_row(
    id: ProgrammingOrderId,
    permit: PermitId,
    at: chrono::DateTime<chrono::Utc>,
) -> programming_order::ActiveModel {
    programming_order::ActiveModel {
        id: Set(id.0),
        permit_id: Set(permit.0),
        status: Set("ordered".to_owned()),
        reported_code: Set(None),
        reported_protocol: Set(None),
        reported_by: Set(None),
        ordered_at: Set(at),
        reported_at: Set(None),
        reminded_at: Set(None),
        timed_out_at: Set(None),
        version: Set(1),
        changed_at: Set(at),
    }
}

/// The order, locked until the transaction ends.
pub async fn lock(tx: &Tx, id: ProgrammingOrderId) -> Result<Order, Failure> {
    programming_order::Entity::find_by_id(id.0)
        .lock_exclusive()
        .one(&**tx)
        .await?
        .ok_or_else(Failure::not_found)
}

/// The order with this id.
pub async fn find(
    connection: &impl ConnectionTrait,
    id: ProgrammingOrderId,
) -> Result<Order, Failure> {
    programming_order::Entity::find_by_id(id.0)
        .one(connection)
        .await?
        .ok_or_else(Failure::not_found)
}

/// Writes a report on an order.
pub async fn report(
    tx: &Tx,
    order: &Order,
    code: &str,
    protocol: &str,
    by: &str,
) -> Result<(), Failure> {
    let result = programming_order::Entity::update_many()
        .set(programming_order::ActiveModel {
            status: Set("programmed".to_owned()),
            reported_code: Set(Some(code.to_owned())),
            reported_protocol: Set(Some(protocol.to_owned())),
            reported_by: Set(Some(by.to_owned())),
            reported_at: Set(Some(tx.now())),
            version: Set(order.version + 1),
            changed_at: Set(tx.now()),
            ..Default::default()
        })
        .filter(programming_order::Column::Id.eq(order.id))
        .filter(programming_order::Column::Version.eq(order.version))
        .exec(&**tx)
        .await?;
    if result.rows_affected == 1 { Ok(()) } else { Err(Failure::stale()) }
}

/// Cancels the open order of a permit, if there is one.
pub async fn cancel(tx: &Tx, permit: PermitId) -> Result<(), Failure> {
    programming_order::Entity::update_many()
        .set(programming_order::ActiveModel {
            status: Set("cancelled".to_owned()),
            changed_at: Set(tx.now()),
            ..Default::default()
        })
        .col_expr(
            programming_order::Column::Version,
            Expr::col(programming_order::Column::Version).add(1),
        )
        .filter(programming_order::Column::PermitId.eq(permit.0))
        .filter(programming_order::Column::Status.eq("ordered"))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// What follows an order that is not carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Late {
    /// The programmer is told once more.
    Remind,
    /// A caseworker is given the matter.
    TimeOut,
}

/// Open orders from before `ordered` for which that was not done yet, oldest first.
pub async fn late(
    connection: &impl ConnectionTrait,
    what: Late,
    ordered: chrono::DateTime<chrono::Utc>,
    limit: u64,
) -> Result<Vec<Order>, Failure> {
    let undone = match what {
        Late::Remind => programming_order::Column::RemindedAt,
        Late::TimeOut => programming_order::Column::TimedOutAt,
    };
    Ok(programming_order::Entity::find()
        .filter(programming_order::Column::Status.eq("ordered"))
        .filter(programming_order::Column::OrderedAt.lte(ordered))
        .filter(undone.is_null())
        .order_by_asc(programming_order::Column::Id)
        .limit(limit)
        .all(connection)
        .await?)
}

/// Notes that it was done. The version stays: nothing a programmer acts on has changed.
pub async fn note_late(tx: &Tx, order: &Order, what: Late) -> Result<(), Failure> {
    let now = Set(Some(tx.now()));
    let done = match what {
        Late::Remind => programming_order::ActiveModel { reminded_at: now, ..Default::default() },
        Late::TimeOut => programming_order::ActiveModel { timed_out_at: now, ..Default::default() },
    };
    programming_order::Entity::update_many()
        .set(done)
        .filter(programming_order::Column::Id.eq(order.id))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Orders with a status, oldest first, after `after`; and how many there are.
pub async fn list(
    connection: &impl ConnectionTrait,
    status: &str,
    after: Option<Uuid>,
    limit: u64,
) -> Result<(Vec<Order>, u64), Failure> {
    let mut query =
        programming_order::Entity::find().filter(programming_order::Column::Status.eq(status));
    let total = query.clone().count(connection).await?;
    if let Some(after) = after {
        query = query.filter(programming_order::Column::Id.gt(after));
    }
    let rows =
        query.order_by_asc(programming_order::Column::Id).limit(limit).all(connection).await?;
    Ok((rows, total))
}
