//! What a replay sends: today's version of permits and the last event the recipient is told of each.

use anrop_entity::{delivery, log_entry, permit};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, Value as DbValue,
};
use uuid::Uuid;

use super::{
    Status,
    queue::{events, places, statement},
};
use crate::{
    database::Tx,
    delivery::event::EventKind,
    disclosure::policy::{Kind, Recipient},
    failure::Failure,
    permit::lifecycle,
    seal::Stream,
    values::ids::{DeliveryId, SubscriptionId},
};

/// Today's version of a permit and the last event the recipient is told of.
#[derive(Debug, Clone, Copy)]
pub struct Latest {
    /// The event.
    pub event: Uuid,
    /// The permit.
    pub permit: Uuid,
    /// Version it stands at.
    pub version: i32,
}

/// The latest event of each of at most [`CHUNK`] permits that `recipient` is told of, whatever their state.
pub async fn latest(
    connection: &impl ConnectionTrait,
    recipient: Recipient,
    ids: &[Uuid],
) -> Result<Vec<Latest>, Failure> {
    let told: Vec<String> = Kind::ALL
        .iter()
        .flat_map(|kind| EventKind::ALL.iter().map(move |event| (*kind, *event)))
        .filter(|(kind, event)| event.recipients(*kind).contains(&recipient))
        .map(|(kind, event)| {
            format!("(e.permit_kind = '{}' AND e.kind = '{}')", kind.as_str(), event.code())
        })
        .collect();
    if told.is_empty() || ids.is_empty() {
        return Ok(Vec::new());
    }
    let values: Vec<DbValue> = ids.iter().map(|id| (*id).into()).collect();
    // those who program need to hear of an order that is open or was taken back, not of one carried out
    let open = if recipient == Recipient::Programmer {
        "AND EXISTS (SELECT 1 FROM programming_order o WHERE o.permit_id = p.id \
         AND o.status <> 'programmed') "
    } else {
        ""
    };
    let sql = format!(
        "SELECT event, permit, version FROM (SELECT e.id AS event, p.id AS permit, \
         p.version AS version, ROW_NUMBER() OVER (PARTITION BY p.id \
         ORDER BY e.permit_version DESC, e.id DESC) AS place \
         FROM permit p JOIN event e ON e.permit_id = p.id \
         WHERE p.id IN ({}) {open}AND ({})) ranked WHERE place = 1 ORDER BY permit",
        places(1, ids.len()),
        told.join(" OR ")
    );
    let rows = connection.query_all_raw(statement(connection, sql, values)).await?;
    rows.iter()
        .map(|row| {
            Ok(Latest {
                event: row.try_get("", "event")?,
                permit: row.try_get("", "permit")?,
                version: row.try_get("", "version")?,
            })
        })
        .collect()
}

/// Every permit that has not ended, by id.
pub async fn live_permits(connection: &impl ConnectionTrait) -> Result<Vec<Uuid>, Failure> {
    let live = lifecycle::Status::ALL.into_iter().filter(|status| status.is_live());
    Ok(permit::Entity::find()
        .select_only()
        .column(permit::Column::Id)
        .filter(permit::Column::Status.is_in(live.map(lifecycle::Status::code)))
        .order_by_asc(permit::Column::Id)
        .into_tuple()
        .all(connection)
        .await?)
}

/// Permits with an event sealed after `seq`.
pub async fn permits_after(
    connection: &impl ConnectionTrait,
    seq: i64,
) -> Result<Vec<Uuid>, Failure> {
    let subjects: Vec<String> = log_entry::Entity::find()
        .select_only()
        .column(log_entry::Column::Subject)
        .filter(log_entry::Column::Stream.eq(Stream::Event.code()))
        .filter(log_entry::Column::Seq.gt(seq))
        .into_tuple()
        .all(connection)
        .await?;
    let ids: Vec<Uuid> = subjects
        .iter()
        .map(|subject| Uuid::try_parse(subject).map_err(Failure::internal))
        .collect::<Result<_, _>>()?;
    let mut permits = Vec::new();
    for chunk in ids.chunks(CHUNK) {
        permits.extend(
            events(connection, chunk.iter().copied()).await?.iter().filter_map(|e| e.permit_id),
        );
    }
    permits.sort_unstable();
    permits.dedup();
    Ok(permits)
}

/// Rows in one statement: far below the number of values either database takes.
pub const CHUNK: usize = 1_000;

/// Writes a delivery of each, due at once.
pub async fn insert_deliveries(
    tx: &Tx,
    subscription: SubscriptionId,
    list: &[Latest],
) -> Result<(), Failure> {
    for chunk in list.chunks(CHUNK) {
        let rows = chunk.iter().map(|latest| delivery::ActiveModel {
            id: Set(DeliveryId::new(tx.now()).0),
            event_id: Set(latest.event),
            subscription_id: Set(subscription.0),
            permit_id: Set(Some(latest.permit)),
            permit_version: Set(Some(latest.version)),
            status: Set(Status::Pending.code().to_owned()),
            attempts: Set(0),
            next_attempt_at: Set(Some(tx.now())),
            leased_until: Set(None),
            leased_by: Set(None),
            created_at: Set(tx.now()),
            finished_at: Set(None),
        });
        delivery::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    }
    tx.wake_worker();
    Ok(())
}
