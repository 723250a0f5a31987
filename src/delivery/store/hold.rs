//! Subscriptions to which nothing goes out now: those whose recipients have asked for time (`Retry-After`), for which
//! nothing is claimed until then, and how many are paused.

use anrop_entity::subscription;
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _,
    QueryFilter as _, QuerySelect as _,
};

use crate::{database::Tx, failure::Failure, values::ids::SubscriptionId};

/// Sends a recipient nothing before a time it has asked for; a later one it asked for before stays. No deed of an
/// administrator, so the version stays.
pub async fn hold(tx: &Tx, id: SubscriptionId, until: DateTime<Utc>) -> Result<(), Failure> {
    let sooner = Condition::any()
        .add(subscription::Column::HeldUntil.is_null())
        .add(subscription::Column::HeldUntil.lt(until));
    subscription::Entity::update_many()
        .set(subscription::ActiveModel { held_until: Set(Some(until)), ..Default::default() })
        .filter(subscription::Column::Id.eq(id.0))
        .filter(sooner)
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Lets deliveries go out again whatever the recipient asked for.
pub async fn let_go(tx: &Tx, id: SubscriptionId) -> Result<(), Failure> {
    subscription::Entity::update_many()
        .set(subscription::ActiveModel { held_until: Set(None), ..Default::default() })
        .filter(subscription::Column::Id.eq(id.0))
        .filter(subscription::Column::HeldUntil.is_not_null())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// How many subscriptions are paused for each of these reasons.
pub async fn paused<const N: usize>(
    connection: &impl ConnectionTrait,
    reasons: [&'static str; N],
) -> Result<[(&'static str, usize); N], Failure> {
    let found: Vec<Option<String>> = subscription::Entity::find()
        .select_only()
        .column(subscription::Column::PauseReason)
        .filter(subscription::Column::Status.eq("paused"))
        .into_tuple()
        .all(connection)
        .await?;
    let count = |reason| found.iter().filter(|one| one.as_deref() == Some(reason)).count();
    Ok(reasons.map(|reason| (reason, count(reason))))
}
