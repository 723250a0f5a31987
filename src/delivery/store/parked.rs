//! Deliveries that were given up: tried anew, dismissed, or ended with their subscription.

use anrop_entity::delivery;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _,
};
use uuid::Uuid;

use super::Status;
use crate::{
    database::{Tx, written},
    failure::{Failure, Problem},
    values::ids::SubscriptionId,
};

/// The subscription of a parked delivery, whose row is locked until the transaction ends.
///
/// # Errors
/// 404; 409 for one that is not parked.
pub async fn lock(tx: &Tx, id: Uuid) -> Result<SubscriptionId, Failure> {
    let row = delivery::Entity::find_by_id(id).lock_exclusive().one(&**tx).await?;
    let row = row.ok_or_else(Failure::not_found)?;
    if row.status != Status::Parked.code() {
        return Err(Failure::new(
            Problem::IllegalTransition,
            "Only a parked delivery can be tried anew or dismissed.",
        ));
    }
    Ok(SubscriptionId(row.subscription_id))
}

/// Puts a locked one back to be tried at once, one time more.
///
/// # Errors
/// When the database does not answer.
pub async fn retry(tx: &Tx, id: Uuid) -> Result<(), Failure> {
    delivery::Entity::update_many()
        .set(delivery::ActiveModel {
            status: Set(Status::Pending.code().to_owned()),
            next_attempt_at: Set(Some(tx.now())),
            finished_at: Set(None),
            ..Default::default()
        })
        .filter(delivery::Column::Id.eq(id))
        .exec(&**tx)
        .await?;
    tx.wake_worker();
    Ok(())
}

fn over(tx: &Tx, status: Status) -> delivery::ActiveModel {
    delivery::ActiveModel {
        status: Set(status.code().to_owned()),
        next_attempt_at: Set(None),
        leased_until: Set(None),
        leased_by: Set(None),
        finished_at: Set(Some(tx.now())),
        ..Default::default()
    }
}

/// Gives a locked one up for good.
///
/// # Errors
/// When the database does not answer.
pub async fn dismiss(tx: &Tx, id: Uuid) -> Result<(), Failure> {
    delivery::Entity::update_many()
        .set(over(tx, Status::Withheld))
        .filter(delivery::Column::Id.eq(id))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Ends what has not arrived at a subscription, on its way or parked.
///
/// # Errors
/// When the database does not answer.
pub async fn end_all(tx: &Tx, subscription: SubscriptionId) -> Result<(), Failure> {
    delivery::Entity::update_many()
        .set(over(tx, Status::Withheld))
        .filter(delivery::Column::SubscriptionId.eq(subscription.0))
        .filter(delivery::Column::Status.is_in([Status::Pending, Status::Parked].map(Status::code)))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Older digests that were given up give way to one that is written now: it says all that they said.
///
/// # Errors
/// When the database does not answer.
pub async fn supersede_digests(tx: &Tx, subscription: Uuid) -> Result<(), Failure> {
    delivery::Entity::update_many()
        .set(over(tx, Status::Superseded))
        .filter(delivery::Column::SubscriptionId.eq(subscription))
        .filter(delivery::Column::PermitId.is_null())
        .filter(sea_orm::ExprTrait::eq(
            sea_orm::sea_query::Expr::col(delivery::Column::Status),
            written(Status::Parked.code()),
        ))
        .exec(&**tx)
        .await?;
    Ok(())
}
