//! The outbox: events and the deliveries that carry them, written in the transaction of the change.

use anrop_entity::{delivery, event, subscription};
use chrono::NaiveDate;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _,
    IntoActiveModel as _, PaginatorTrait as _, QueryFilter as _, QuerySelect as _, QueryTrait as _,
    sea_query::OnConflict,
};
use serde_json::json;
use uuid::Uuid;

use super::{
    event::EventKind,
    store::{ENDED, parked},
};
use crate::{
    database::Tx,
    disclosure::policy::Recipient,
    failure::Failure,
    permit::{kind::Kind, model::Permit},
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
        .filter(subscription::Column::Status.ne(ENDED))
        .filter(subscription::Column::Recipient.is_in(told(kind, permit)))
}

/// True if rescue centres are told of permits of this kind.
pub fn tells_rescue_centres(kind: Kind) -> bool {
    EventKind::Amended.recipients(kind).contains(&Recipient::RescueCentre)
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
        permit_id: Some(permit.id.0),
        permit_version: Some(permit.version),
        permit_kind: Some(permit.kind.as_str().to_owned()),
        occurred_at: tx.now(),
        digest_day: None,
        digest: None,
    };
    let content = content(&row);
    let id = row.id;
    event::Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await?;
    seal::append(tx, Stream::Event, &id.to_string(), content.as_bytes());
    if told(kind, permit).is_empty() {
        return Ok(id);
    }
    let subscriptions: Vec<Uuid> = subscribed(kind, permit).into_tuple().all(&**tx).await?;
    for subscription in subscriptions {
        insert_delivery(tx, id, subscription, Some((permit.id.0, permit.version))).await?;
    }
    Ok(id)
}

/// Writes one delivery that is due at once.
pub async fn insert_delivery(
    tx: &Tx,
    event: Uuid,
    subscription: Uuid,
    about: Option<(Uuid, i32)>,
) -> Result<(), Failure> {
    let (permit, version) = about.unzip();
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

/// Writes the digest of a day, its place in the sealed log, and one delivery for every subscription of
/// a rescue centre. False when there is none, or when the day has its digest already, whichever process
/// wrote it.
pub async fn enqueue_digest(tx: &Tx, day: NaiveDate, digest: &str) -> Result<bool, Failure> {
    let subscriptions = rescue_centres(&**tx).await?;
    if subscriptions.is_empty() {
        return Ok(false);
    }
    let row = event::Model {
        id: fresh(tx.now()),
        kind: EventKind::DigestDaily.code().to_owned(),
        permit_id: None,
        permit_version: None,
        permit_kind: None,
        occurred_at: tx.now(),
        digest_day: Some(day),
        digest: Some(digest.to_owned()),
    };
    let content = content(&row);
    let id = row.id;
    // who writes at the same moment waits here for the other to end
    let written = event::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::column(event::Column::DigestDay).do_nothing().to_owned())
        .exec_without_returning(&**tx)
        .await;
    match written {
        Ok(0) | Err(DbErr::RecordNotInserted) => return Ok(false),
        outcome => outcome?,
    };
    seal::append(tx, Stream::Event, &id.to_string(), content.as_bytes());
    for subscription in subscriptions {
        parked::supersede_digests(tx, subscription).await?;
        insert_delivery(tx, id, subscription, None).await?;
    }
    Ok(true)
}

/// Whether a digest is to be made for this day: somebody is told, and it has not been made.
pub async fn wants_digest(
    connection: &impl ConnectionTrait,
    day: NaiveDate,
) -> Result<bool, Failure> {
    let made = event::Entity::find().filter(event::Column::DigestDay.eq(day)).count(connection);
    Ok(made.await? == 0 && !rescue_centres(connection).await?.is_empty())
}

async fn rescue_centres(connection: &impl ConnectionTrait) -> Result<Vec<Uuid>, Failure> {
    let of_centres = subscription::Column::Recipient.eq(Recipient::RescueCentre.as_str());
    let query = subscription::Entity::find().select_only().column(subscription::Column::Id);
    let query = query.filter(subscription::Column::Status.ne(ENDED));
    Ok(query.filter(of_centres).into_tuple().all(connection).await?)
}

/// What the sealed log commits to.
pub fn content(row: &event::Model) -> String {
    if let Some(digest) = &row.digest {
        return json!({ "kind": row.kind, "digest": digest, "day": row.digest_day, "at": row.occurred_at })
            .to_string();
    }
    json!({
        "kind": row.kind, "permit": row.permit_id, "version": row.permit_version,
        "permitKind": row.permit_kind, "at": row.occurred_at,
    })
    .to_string()
}
