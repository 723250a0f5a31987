//! The queue of deliveries in the database: claiming what is due, and writing down how it went.
//!
//! At most one delivery per subscription and permit is in flight. Claims of one subscription take
//! turns by its locked row, so each sees every lease given before it; a newer version that is written
//! meanwhile waits until the lease of the older one has ended. States stand as words in the hot
//! statements, because with a bound value neither database uses the indexes over `pending` and
//! `parked` only.

use std::time::{Duration, Instant};

use anrop_entity::{delivery, delivery_attempt, event};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, Statement, Value as DbValue,
    sea_query::{Expr, ExprTrait as _},
};
use uuid::Uuid;

use super::{Status, Subscription};
use crate::{
    database::{Tx, written},
    delivery::schedule::Outcome,
    disclosure::policy::Kind,
    failure::Failure,
    permit::kind,
    values::ids::{DeliveryId, PermitId, SubscriptionId},
};

/// Due, not in flight, and no delivery of the same permit is in flight to the same subscription. What is
/// about no permit stands in nobody's way. `$1` is now.
const CLAIMABLE: &str = "d.status = 'pending' AND d.next_attempt_at <= $1 \
     AND (d.leased_until IS NULL OR d.leased_until <= $1) AND NOT EXISTS (\
     SELECT 1 FROM delivery o WHERE o.subscription_id = d.subscription_id \
     AND o.permit_id = d.permit_id AND o.leased_until > $1)";

/// A delivery this process may send until its lease ends.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// Id, which is also the `webhook-id`.
    pub id: DeliveryId,
    /// Subscription it goes to.
    pub subscription: SubscriptionId,
    /// Event it tells of.
    pub event: Uuid,
    /// Permit it is about and the version it tells of; nothing for a digest.
    pub about: Option<(PermitId, i32)>,
    /// Attempts made before this one.
    pub attempts: i32,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// Name of the claim; whoever claims it later has another.
    pub lease: String,
    /// When the lease ends, on the clock of this process.
    pub ends: Instant,
}

impl Claimed {
    /// Whether an attempt that begins `now` and takes as long as one may is over before the lease ends. One
    /// that is not must not begin: others may claim the delivery, or a newer version, while it is on its way.
    pub fn has_time(&self, now: Instant, longest: Duration) -> bool {
        self.ends.saturating_duration_since(now) >= longest
    }
}

/// What one claim gave.
#[derive(Debug, Default)]
pub struct Claim {
    /// What may be sent now.
    pub claimed: Vec<Claimed>,
    /// How many gave way to a newer version.
    pub superseded: u64,
}

/// A lease to be given.
#[derive(Debug, Clone, Copy)]
pub struct Lease<'a> {
    /// Name of the claim.
    pub name: &'a str,
    /// When it ends unless the delivery is settled before.
    pub until: DateTime<Utc>,
    /// The same on the clock of this process, which also runs while the process is halted. Read before the
    /// transaction began, so that waiting for it counts.
    pub ends: Instant,
}

pub(super) fn statement(
    connection: &impl ConnectionTrait,
    sql: String,
    values: impl IntoIterator<Item = DbValue>,
) -> Statement {
    // both databases take `$1`; SQLite's driver reads the number
    Statement::from_sql_and_values(connection.get_database_backend(), sql, values)
}

/// `$first, $first+1, …`, one place per value.
pub(super) fn places(first: usize, count: usize) -> String {
    (first..first + count).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ")
}

/// Subscriptions that go out, whose recipients have not asked for time, and that have something to claim.
pub async fn due(
    connection: &impl ConnectionTrait,
    now: DateTime<Utc>,
) -> Result<Vec<SubscriptionId>, Failure> {
    let sql = format!(
        "SELECT s.id FROM subscription s WHERE s.status = 'active' \
         AND (s.held_until IS NULL OR s.held_until <= $1) AND EXISTS (\
         SELECT 1 FROM delivery d WHERE d.subscription_id = s.id AND {CLAIMABLE})"
    );
    let rows = connection.query_all_raw(statement(connection, sql, [now.into()])).await?;
    rows.iter().map(|row| Ok(SubscriptionId(row.try_get("", "id")?))).collect()
}

/// Takes every lease away: for a start, where no other process can hold one.
pub async fn free_all(tx: &Tx) -> Result<(), Failure> {
    delivery::Entity::update_many()
        .set(delivery::ActiveModel {
            leased_until: Set(None),
            leased_by: Set(None),
            ..Default::default()
        })
        .filter(delivery::Column::LeasedUntil.is_not_null())
        .filter(delivery::Column::Status.into_expr().eq(written(Status::Pending.code())))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// What is claimed next. By its time and nothing else: a replay makes thousands due at one moment, and sorted
/// they would all be looked at for each claim.
fn next(limit: u64) -> String {
    format!(
        "SELECT d.id, d.permit_id FROM delivery d WHERE d.subscription_id = $2 AND {CLAIMABLE} \
         ORDER BY d.next_attempt_at LIMIT {limit}"
    )
}

/// Claims at most `limit` deliveries of a subscription that was locked in this transaction: of each
/// permit the newest version only; older ones that have not arrived give way to it.
pub async fn claim(
    tx: &Tx,
    subscription: &Subscription,
    lease: Lease<'_>,
    limit: u64,
) -> Result<Claim, Failure> {
    if subscription.paused.is_some() || subscription.is_ended || subscription.is_held(tx.now()) {
        return Ok(Claim::default());
    }
    let values = [tx.now().into(), subscription.id.0.into()];
    let rows = tx.query_all_raw(statement(&**tx, next(limit), values)).await?;
    let mut candidates: Vec<Uuid> = Vec::with_capacity(rows.len());
    let mut permits: Vec<Uuid> = Vec::with_capacity(rows.len());
    for row in rows {
        candidates.push(row.try_get("", "id")?);
        permits.extend(row.try_get::<Option<Uuid>>("", "permit_id")?);
    }
    if candidates.is_empty() {
        return Ok(Claim::default());
    }
    permits.sort_unstable();
    permits.dedup();
    let superseded =
        if permits.is_empty() { 0 } else { supersede(tx, subscription.id, &permits).await? };
    delivery::Entity::update_many()
        .set(delivery::ActiveModel {
            leased_until: Set(Some(lease.until)),
            leased_by: Set(Some(lease.name.to_owned())),
            ..Default::default()
        })
        .filter(delivery::Column::Id.is_in(candidates.iter().copied()))
        .filter(delivery::Column::Status.eq(Status::Pending.code()))
        .filter(
            Condition::any()
                .add(delivery::Column::LeasedUntil.is_null())
                .add(delivery::Column::LeasedUntil.lte(tx.now())),
        )
        .exec(&**tx)
        .await?;
    let rows = delivery::Entity::find()
        .filter(delivery::Column::Id.is_in(candidates))
        .filter(delivery::Column::LeasedBy.eq(lease.name))
        .order_by_asc(delivery::Column::Id)
        .all(&**tx)
        .await?;
    let claimed = rows.into_iter().map(|row| Claimed {
        id: DeliveryId(row.id),
        subscription: SubscriptionId(row.subscription_id),
        event: row.event_id,
        about: row.permit_id.map(PermitId).zip(row.permit_version),
        attempts: row.attempts,
        created_at: row.created_at,
        lease: lease.name.to_owned(),
        ends: lease.ends,
    });
    Ok(Claim { claimed: claimed.collect(), superseded })
}

/// Ends deliveries of `permits` that have not arrived and are not in flight, where there is one of a
/// newer version, whatever became of it (after version 3 nobody is told of version 2), or one of the
/// same version that is still to go: the later of two, and any before a parked one.
async fn supersede(
    tx: &Tx,
    subscription: SubscriptionId,
    permits: &[Uuid],
) -> Result<u64, Failure> {
    let sql = format!(
        "UPDATE delivery SET status = 'superseded', finished_at = $1, next_attempt_at = NULL, \
         leased_until = NULL, leased_by = NULL \
         WHERE subscription_id = $2 AND permit_id IN ({}) AND status IN ('pending', 'parked') \
         AND (leased_until IS NULL OR leased_until <= $1) \
         AND EXISTS (SELECT 1 FROM delivery n WHERE n.subscription_id = delivery.subscription_id \
         AND n.permit_id = delivery.permit_id AND (n.permit_version > delivery.permit_version \
         OR (n.permit_version = delivery.permit_version AND n.status = 'pending' \
         AND (delivery.status = 'parked' OR n.id > delivery.id))))",
        places(3, permits.len())
    );
    let values = [tx.now().into(), subscription.0.into()]
        .into_iter()
        .chain(permits.iter().map(|permit| (*permit).into()));
    Ok(tx.execute_raw(statement(&**tx, sql, values)).await?.rows_affected())
}

/// Which of these claims still hold, their rows locked until the transaction ends.
pub async fn held(tx: &Tx, claims: &[&Claimed]) -> Result<Vec<DeliveryId>, Failure> {
    let rows: Vec<(Uuid, Option<String>)> = delivery::Entity::find()
        .select_only()
        .column(delivery::Column::Id)
        .column(delivery::Column::LeasedBy)
        .filter(delivery::Column::Id.is_in(claims.iter().map(|claim| claim.id.0)))
        .filter(delivery::Column::Status.eq(Status::Pending.code()))
        .order_by_asc(delivery::Column::Id)
        .lock_exclusive()
        .into_tuple()
        .all(&**tx)
        .await?;
    Ok(claims
        .iter()
        .filter(|claim| rows.contains(&(claim.id.0, Some(claim.lease.clone()))))
        .map(|claim| claim.id)
        .collect())
}

/// What one attempt met.
#[derive(Debug, Clone)]
pub struct AttemptRow {
    /// Which delivery.
    pub delivery: DeliveryId,
    /// First attempt is 1.
    pub number: i32,
    /// When it began.
    pub at: DateTime<Utc>,
    /// How it ended.
    pub outcome: Outcome,
    /// Status of the answer.
    pub http_status: Option<u16>,
    /// How long it took.
    pub duration: Duration,
    /// SHA-256 of the body sent.
    pub body_hash: [u8; 32],
}

/// Writes attempts.
pub async fn insert_attempts(tx: &Tx, attempts: &[AttemptRow]) -> Result<(), Failure> {
    let rows = attempts.iter().map(|attempt| delivery_attempt::ActiveModel {
        delivery_id: Set(attempt.delivery.0),
        number: Set(attempt.number),
        at: Set(attempt.at),
        outcome: Set(attempt.outcome.name().to_owned()),
        http_status: Set(attempt.http_status.map(i32::from)),
        duration_ms: Set(i32::try_from(attempt.duration.as_millis()).unwrap_or(i32::MAX)),
        body_hash: Set(attempt.body_hash.to_vec()),
    });
    delivery_attempt::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    Ok(())
}

/// Ends deliveries that were held; `attempted` says whether an attempt is to be counted.
pub async fn finish(
    tx: &Tx,
    ids: &[DeliveryId],
    status: Status,
    attempted: bool,
) -> Result<(), Failure> {
    if ids.is_empty() {
        return Ok(());
    }
    delivery::Entity::update_many()
        .set(delivery::ActiveModel {
            status: Set(status.code().to_owned()),
            next_attempt_at: Set(None),
            leased_until: Set(None),
            leased_by: Set(None),
            finished_at: Set(Some(tx.now())),
            ..Default::default()
        })
        .col_expr(
            delivery::Column::Attempts,
            Expr::col(delivery::Column::Attempts).add(i32::from(attempted)),
        )
        .filter(delivery::Column::Id.is_in(ids.iter().map(|id| id.0)))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Puts a delivery that was held off to `at`.
pub async fn put_off(
    tx: &Tx,
    id: DeliveryId,
    attempts: i32,
    at: DateTime<Utc>,
) -> Result<(), Failure> {
    delivery::Entity::update_many()
        .set(delivery::ActiveModel {
            attempts: Set(attempts),
            next_attempt_at: Set(Some(at)),
            leased_until: Set(None),
            leased_by: Set(None),
            ..Default::default()
        })
        .filter(delivery::Column::Id.eq(id.0))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Events by id.
pub async fn events(
    connection: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<Vec<event::Model>, Failure> {
    Ok(event::Entity::find().filter(event::Column::Id.is_in(ids)).all(connection).await?)
}

/// By an index of its own: an end of it is read, and not all that are pending.
const OLDEST: &str =
    "SELECT created_at FROM delivery WHERE status = 'pending' ORDER BY created_at LIMIT 1";

/// When the oldest pending delivery was written, and how many are parked.
pub async fn backlog(
    connection: &impl ConnectionTrait,
) -> Result<(Option<DateTime<Utc>>, i64), Failure> {
    let one = |sql: &str| statement(connection, sql.to_owned(), []);
    let oldest = connection.query_one_raw(one(OLDEST)).await?;
    let parked = connection
        .query_one_raw(one("SELECT COUNT(*) AS parked FROM delivery WHERE status = 'parked'"))
        .await?;
    Ok((
        oldest.map(|row| row.try_get("", "created_at")).transpose()?,
        parked.map(|row| row.try_get("", "parked")).transpose()?.unwrap_or(0),
    ))
}

/// The kind of permit an event is about.
pub fn kind_of(event: &event::Model) -> Result<Kind, Failure> {
    let code = event.permit_kind.as_deref().unwrap_or_default();
    kind::from_code(code).ok_or_else(|| Failure::internal("unknown permit kind"))
}

#[cfg(test)]
mod tests;
