//! The outbox: events and the deliveries that carry them, written in the transaction of the change.

use anrop_entity::{delivery, event, subscription};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _,
    QueryTrait as _,
};
use serde_json::json;
use uuid::Uuid;

use super::event::EventKind;
use crate::{
    database::Tx,
    disclosure::policy::Recipient,
    failure::Failure,
    permit::model::Permit,
    programming,
    seal::{self, Stream},
    values::ids::{DeliveryId, fresh},
};

/// As [`enqueue`], after another event about the same version in the same transaction: who is told of
/// both is told of this one only.
pub async fn enqueue_instead(tx: &Tx, kind: EventKind, permit: &Permit) -> Result<Uuid, Failure> {
    delivery::Entity::delete_many()
        .filter(delivery::Column::PermitId.eq(permit.id.0))
        .filter(delivery::Column::PermitVersion.eq(permit.version))
        .filter(delivery::Column::SubscriptionId.in_subquery(subscribed(kind, permit).into_query()))
        .exec(&**tx)
        .await?;
    enqueue(tx, kind, permit).await
}

/// Ids of the subscriptions that are told of an event about a permit.
fn subscribed(kind: EventKind, permit: &Permit) -> sea_orm::Select<subscription::Entity> {
    subscription::Entity::find()
        .select_only()
        .column(subscription::Column::Id)
        .filter(subscription::Column::Recipient.is_in(told(kind, permit)))
}

/// Who is told of an event about a permit as it stands.
fn told(kind: EventKind, permit: &Permit) -> Vec<&'static str> {
    kind.recipients(permit.kind)
        .iter()
        .filter(|recipient| {
            **recipient != Recipient::Programmer || programming::concerns_programmers(permit)
        })
        .map(|recipient| recipient.as_str())
        .collect()
}

/// Writes an event about the version a permit has come to, its place in the sealed log, and one
/// delivery for every subscription that is told of it. A paused subscription collects them.
pub async fn enqueue(tx: &Tx, kind: EventKind, permit: &Permit) -> Result<Uuid, Failure> {
    let row = event::Model {
        id: fresh(tx.now()),
        kind: kind.code().to_owned(),
        permit_id: permit.id.0,
        permit_version: permit.version,
        permit_kind: permit.kind.as_str().to_owned(),
        occurred_at: tx.now(),
    };
    let content = content(&row);
    let id = row.id;
    event::Entity::insert(event::ActiveModel {
        id: Set(row.id),
        kind: Set(row.kind),
        permit_id: Set(row.permit_id),
        permit_version: Set(row.permit_version),
        permit_kind: Set(row.permit_kind),
        occurred_at: Set(row.occurred_at),
    })
    .exec_without_returning(&**tx)
    .await?;
    seal::append(tx, Stream::Event, &id.to_string(), content.as_bytes()).await?;
    if told(kind, permit).is_empty() {
        return Ok(id);
    }
    let subscriptions: Vec<Uuid> = subscribed(kind, permit).into_tuple().all(&**tx).await?;
    for subscription in subscriptions {
        insert_delivery(tx, id, subscription, permit.id.0, permit.version).await?;
    }
    Ok(id)
}

/// Writes one delivery that is due at once.
pub async fn insert_delivery(
    tx: &Tx,
    event: Uuid,
    subscription: Uuid,
    permit: Uuid,
    version: i32,
) -> Result<(), Failure> {
    delivery::Entity::insert(delivery::ActiveModel {
        id: Set(DeliveryId::new(tx.now()).0),
        event_id: Set(event),
        subscription_id: Set(subscription),
        permit_id: Set(permit),
        permit_version: Set(version),
        status: Set("pending".to_owned()),
        attempts: Set(0),
        next_attempt_at: Set(Some(tx.now())),
        leased_until: Set(None),
        leased_by: Set(None),
        created_at: Set(tx.now()),
        finished_at: Set(None),
    })
    .exec_without_returning(&**tx)
    .await?;
    tx.wake_worker();
    Ok(())
}

/// What the sealed log commits to.
pub fn content(row: &event::Model) -> String {
    json!({
        "kind": row.kind, "permit": row.permit_id, "version": row.permit_version,
        "permitKind": row.permit_kind, "at": row.occurred_at,
    })
    .to_string()
}
