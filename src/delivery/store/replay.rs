//! What a replay sends: today's version of permits and the last event the recipient is told of each; and how far one of
//! many permits has come, since it is written piece by piece.

use anrop_entity::{delivery, log_entry, permit, subscription};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, PaginatorTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, Select, Value as DbValue,
    sea_query::{Expr, ExprTrait as _},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    ENDED, Status,
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

/// What of a replay is still to be written: both ends are set when it is asked for, since what happens later is told
/// of anyway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Rest {
    /// Permits that have not ended, by id.
    Permits {
        /// Those after this one.
        after: Uuid,
        /// The last.
        last: Uuid,
    },
    /// Permits with an event, by its place in the sealed log.
    Events {
        /// Events after this place.
        after: i64,
        /// The last place.
        last: i64,
    },
}

/// A replay that the worker goes on with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Open {
    /// What is still to be written.
    pub rest: Rest,
    /// How many permits or events that are.
    pub left: u64,
}

impl Open {
    /// As it stands in the database.
    pub(super) fn to_text(self) -> Result<String, Failure> {
        serde_json::to_string(&self).map_err(Failure::internal)
    }

    pub(super) fn parse(text: &str) -> Result<Self, Failure> {
        serde_json::from_str(text).map_err(Failure::internal)
    }
}

/// A piece of a replay.
#[derive(Debug, Default)]
pub struct Piece {
    /// Its permits.
    pub permits: Vec<Uuid>,
    /// What comes after it.
    pub open: Option<Open>,
}

fn live() -> impl Iterator<Item = &'static str> {
    lifecycle::Status::ALL
        .into_iter()
        .filter(|status| status.is_live())
        .map(lifecycle::Status::code)
}

/// Ids of permits that have not ended, to be read by id. The status is a value here and no column: SQLite took the
/// index of statuses otherwise, and read and sorted all that live for every piece, inside a write.
fn ids_of_live() -> Select<permit::Entity> {
    permit::Entity::find()
        .select_only()
        .column(permit::Column::Id)
        .filter(Expr::cust("permit.status || ''").is_in(live()))
}

/// The next of them between two ids.
fn piece_of_live(after: Uuid, last: Uuid, limit: u64) -> Select<permit::Entity> {
    ids_of_live()
        .filter(permit::Column::Id.gt(after))
        .filter(permit::Column::Id.lte(last))
        .order_by_asc(permit::Column::Id)
        .limit(limit)
}

fn events_in(after: i64) -> Select<log_entry::Entity> {
    log_entry::Entity::find()
        .filter(log_entry::Column::Stream.eq(Stream::Event.code()))
        .filter(log_entry::Column::Seq.gt(after))
}

/// The whole of a replay of every permit that has not ended, or of those with an event sealed after a place; nothing
/// where there are none.
pub async fn whole(
    connection: &impl ConnectionTrait,
    after: Option<i64>,
) -> Result<Option<Open>, Failure> {
    let open = |rest, left| Some(Open { rest, left });
    if let Some(after) = after {
        let last: Option<Option<i64>> = events_in(after)
            .select_only()
            .column(log_entry::Column::Seq)
            .order_by_desc(log_entry::Column::Seq)
            .into_tuple()
            .one(connection)
            .await?;
        let Some(last) = last.flatten() else { return Ok(None) };
        return Ok(open(Rest::Events { after, last }, events_in(after).count(connection).await?));
    }
    let last: Option<Uuid> =
        ids_of_live().order_by_desc(permit::Column::Id).into_tuple().one(connection).await?;
    let Some(last) = last else { return Ok(None) };
    let permits = permit::Entity::find().filter(permit::Column::Status.is_in(live()));
    let rest = Rest::Permits { after: Uuid::nil(), last };
    Ok(open(rest, permits.count(connection).await?))
}

/// The next piece of a replay: at most so many permits, or so many events with their permits.
pub async fn next(
    connection: &impl ConnectionTrait,
    open: Open,
    limit: u64,
) -> Result<Piece, Failure> {
    let left = open.left.saturating_sub(limit);
    match open.rest {
        Rest::Permits { after, last } => {
            let permits: Vec<Uuid> =
                piece_of_live(after, last, limit).into_tuple().all(connection).await?;
            let is_last = (permits.len() as u64) < limit;
            let after = permits.last().copied().filter(|after| !is_last && *after < last);
            let open = after.map(|after| Open { rest: Rest::Permits { after, last }, left });
            Ok(Piece { permits, open })
        }
        Rest::Events { after, last } => {
            let found: Vec<(Option<i64>, String)> = events_in(after)
                .select_only()
                .column(log_entry::Column::Seq)
                .column(log_entry::Column::Subject)
                .filter(log_entry::Column::Seq.lte(last))
                .order_by_asc(log_entry::Column::Seq)
                .limit(limit)
                .into_tuple()
                .all(connection)
                .await?;
            let is_last = (found.len() as u64) < limit;
            let after = found.last().and_then(|(seq, _)| *seq);
            let after = after.filter(|after| !is_last && *after < last);
            let open = after.map(|after| Open { rest: Rest::Events { after, last }, left });
            let ids = found.iter().map(|(_, subject)| Uuid::try_parse(subject));
            let ids: Vec<Uuid> = ids.collect::<Result<_, _>>().map_err(Failure::internal)?;
            let told = events(connection, ids).await?;
            let mut permits: Vec<Uuid> = told.iter().filter_map(|event| event.permit_id).collect();
            permits.sort_unstable();
            permits.dedup();
            Ok(Piece { permits, open })
        }
    }
}

/// A subscription with a replay that is to be gone on with.
pub async fn first_open(
    connection: &impl ConnectionTrait,
) -> Result<Option<SubscriptionId>, Failure> {
    let found: Option<Uuid> = subscription::Entity::find()
        .select_only()
        .column(subscription::Column::Id)
        .filter(subscription::Column::Replay.is_not_null())
        .filter(subscription::Column::Status.ne(ENDED))
        .into_tuple()
        .one(connection)
        .await?;
    Ok(found.map(SubscriptionId))
}

/// Notes how far a replay has come, of a locked subscription; no deed of an administrator, so the version stays.
pub async fn note(tx: &Tx, id: SubscriptionId, open: Option<Open>) -> Result<(), Failure> {
    let text = open.map(Open::to_text).transpose()?;
    subscription::Entity::update_many()
        .set(subscription::ActiveModel { replay: Set(text), ..Default::default() })
        .filter(subscription::Column::Id.eq(id.0))
        .exec(&**tx)
        .await?;
    Ok(())
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

#[cfg(test)]
mod tests;
