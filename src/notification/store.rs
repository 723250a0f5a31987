//! Rows of messages on their way, and of the links that went out with them; `queue.rs` has what they share with notices
//! by e-mail.

pub mod queue;

use anrop_entity::{notification, permit};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, sea_query::Expr,
};
use uuid::Uuid;

use super::{Purpose, model::Standing};
use crate::{
    database::Tx,
    failure::Failure,
    values::ids::{PermitId, fresh},
};

/// A message as it stands in the queue.
pub type Notification = notification::Model;
/// Where they lie.
pub type Table = notification::Entity;

/// Puts a message to the holder into the queue.
pub async fn to_holder(tx: &Tx, purpose: Purpose, permit: PermitId) -> Result<(), Failure> {
    insert(tx, purpose, permit, None).await
}

/// Puts a message into the queue for every contact of a permit who was not told yet, and takes those
/// out, with their links, who are not listed any more. `phones` are the blind indexes of the contacts.
pub async fn follow_contacts(tx: &Tx, permit: PermitId, phones: &[Vec<u8>]) -> Result<(), Failure> {
    let known = notification::Entity::find()
        .filter(notification::Column::PermitId.eq(permit.0))
        .filter(notification::Column::Purpose.eq(Purpose::ContactListed.code()))
        .all(&**tx)
        .await?;
    let is_listed =
        |row: &Notification| row.phone_blind.as_ref().is_some_and(|blind| phones.contains(blind));
    for gone in known.iter().filter(|row| !is_listed(row)) {
        notification::Entity::delete_by_id(gone.id).exec(&**tx).await?;
    }
    for phone in phones {
        if !known.iter().any(|row| row.phone_blind.as_ref() == Some(phone)) {
            insert(tx, Purpose::ContactListed, permit, Some(phone.clone())).await?;
        }
    }
    Ok(())
}

async fn insert(
    tx: &Tx,
    purpose: Purpose,
    permit: PermitId,
    phone_blind: Option<Vec<u8>>,
) -> Result<(), Failure> {
    notification::Entity::insert(notification::ActiveModel {
        id: Set(fresh(tx.now())),
        purpose: Set(purpose.code().to_owned()),
        permit_id: Set(permit.0),
        phone_blind: Set(phone_blind),
        status: Set(Standing::Waiting.code().to_owned()),
        attempts: Set(0),
        next_attempt_at: Set(Some(tx.now())),
        token_hash: Set(None),
        token_until: Set(None),
        used_at: Set(None),
        sent_at: Set(None),
        created_at: Set(tx.now()),
    })
    .exec_without_returning(&**tx)
    .await?;
    Ok(())
}

/// The message, locked until the transaction ends.
pub async fn lock(tx: &Tx, id: Uuid) -> Result<Option<Notification>, Failure> {
    Ok(notification::Entity::find_by_id(id).lock_exclusive().one(&**tx).await?)
}

/// The message whose link has this hash, if the link can still be used.
pub async fn by_token(
    connection: &impl ConnectionTrait,
    hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Notification>, Failure> {
    Ok(notification::Entity::find()
        .filter(notification::Column::TokenHash.eq(hash))
        .filter(notification::Column::UsedAt.is_null())
        .filter(notification::Column::TokenUntil.gt(now))
        .one(connection)
        .await?)
}

/// Overwrites the link of a message.
pub async fn save_link(tx: &Tx, row: &Notification) -> Result<(), Failure> {
    notification::Entity::update_many()
        .set(notification::ActiveModel {
            token_hash: Set(row.token_hash.clone()),
            token_until: Set(row.token_until),
            used_at: Set(row.used_at),
            ..Default::default()
        })
        .filter(notification::Column::Id.eq(row.id))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Live permits with a beacon or emergency contacts that were last confirmed before `confirmed` and whose
/// holder was not asked since `asked`.
pub async fn unconfirmed(
    connection: &impl ConnectionTrait,
    confirmed: DateTime<Utc>,
    asked: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<PermitId>, Failure> {
    let ids: Vec<Uuid> = to_be_asked(confirmed, asked)
        .order_by_asc(permit::Column::ConfirmedAt)
        .limit(limit)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(ids.into_iter().map(PermitId).collect())
}

/// Whether the holder of a locked permit is still to be asked: another process may have done so.
pub async fn is_to_be_asked(
    tx: &Tx,
    permit: PermitId,
    confirmed: DateTime<Utc>,
    asked: DateTime<Utc>,
) -> Result<bool, Failure> {
    let found: Option<Uuid> = to_be_asked(confirmed, asked)
        .filter(permit::Column::Id.eq(permit.0))
        .into_tuple()
        .one(&**tx)
        .await?;
    Ok(found.is_some())
}

fn to_be_asked(confirmed: DateTime<Utc>, asked: DateTime<Utc>) -> sea_orm::Select<permit::Entity> {
    let not_asked = Expr::cust_with_values(NOT_ASKED, [sea_orm::Value::from(asked)]);
    permit::Entity::find()
        .select_only()
        .column(permit::Column::Id)
        .filter(permit::Column::EndedAt.is_null())
        .filter(permit::Column::ConfirmedAt.lt(confirmed))
        .filter(Expr::cust(IS_CONFIRMED_YEARLY))
        .filter(not_asked)
}

/// It has a beacon or emergency contacts. A beacon whose last contact has left is the one that needs a
/// question most: an alert from it has nobody to call but its holder.
pub const IS_CONFIRMED_YEARLY: &str = r#"("permit"."kind" = 'plb'
  OR ("permit"."kind" = 'aircraft' AND ("permit"."details" ->> 'elt') IS NOT NULL)
  OR EXISTS (SELECT 1 FROM permit_contact c WHERE c.permit_id = "permit"."id"))"#;
const NOT_ASKED: &str = r#"NOT EXISTS (SELECT 1 FROM notification n
  WHERE n.permit_id = "permit"."id" AND n.purpose = 'confirmationDue' AND n.created_at > $1)"#;
