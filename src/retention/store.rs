//! Deleting rows that are kept no longer. Each function deletes a batch and answers how many rows that
//! were; none touches anything younger than it is told, nor anything under a legal hold.

mod contacts;

pub use contacts::{contacts, replaced_contacts};

use anrop_entity::{
    beacon_alert, disclosure, email, log_entry, notification, permit, restriction_step, task,
};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, QueryTrait as _, Select, sea_query::ExprTrait as _,
};
use uuid::Uuid;

use crate::{
    database::Tx,
    failure::Failure,
    legal_hold::store::{held_parties, held_permits},
    notification::Purpose,
    permit::kind::Kind,
    seal::Stream,
    values::calendar::oslo_date,
};

/// Rows deleted in one transaction: a job must not hold up those who write.
pub const BATCH: u64 = 100;

/// Forgets the links of contacts that were used, or ended, before this time. That the contact was told
/// stays as long as they are listed, or they would be told again.
pub async fn links(tx: &Tx, before: DateTime<Utc>) -> Result<usize, Failure> {
    let over = Condition::any()
        .add(notification::Column::UsedAt.lt(before))
        .add(notification::Column::TokenUntil.lt(before));
    let ids: Vec<Uuid> = notification::Entity::find()
        .select_only()
        .column(notification::Column::Id)
        .filter(notification::Column::TokenHash.is_not_null())
        .filter(notification::Column::Status.ne("waiting"))
        .filter(over)
        .filter(notification::Column::PermitId.not_in_subquery(held_permits(oslo_date(tx.now()))))
        .limit(BATCH)
        .into_tuple()
        .all(&**tx)
        .await?;
    notification::Entity::update_many()
        .set(notification::ActiveModel {
            token_hash: Set(None),
            token_until: Set(None),
            ..Default::default()
        })
        .filter(notification::Column::Id.is_in(ids.iter().copied()))
        .exec(&**tx)
        .await?;
    Ok(ids.len())
}

/// Deletes messages to holders that were made before this time.
pub async fn notifications(tx: &Tx, before: DateTime<Utc>) -> Result<usize, Failure> {
    let ids: Vec<Uuid> = notification::Entity::find()
        .select_only()
        .column(notification::Column::Id)
        .filter(notification::Column::Purpose.ne(Purpose::ContactListed.code()))
        .filter(notification::Column::CreatedAt.lt(before))
        .filter(notification::Column::PermitId.not_in_subquery(held_permits(oslo_date(tx.now()))))
        .limit(BATCH)
        .into_tuple()
        .all(&**tx)
        .await?;
    delete_notifications(tx, &ids).await
}

/// Deletes that contacts were told of permits that ended before this time.
pub async fn contact_notices(tx: &Tx, before: DateTime<Utc>) -> Result<usize, Failure> {
    let told = told_of_ended(before, oslo_date(tx.now()));
    let ids: Vec<Uuid> = told.into_tuple().all(&**tx).await?;
    delete_notifications(tx, &ids).await
}

fn told_of_ended(before: DateTime<Utc>, today: NaiveDate) -> Select<notification::Entity> {
    let ended = permit::Entity::find()
        .select_only()
        .column(permit::Column::Id)
        .filter(permit::Column::Kind.is_in(contacts::KINDS.map(Kind::as_str)))
        .filter(permit::Column::EndedAt.is_not_null()) // as its index has it
        .filter(permit::Column::EndedAt.lt(before))
        .into_query();
    notification::Entity::find()
        .select_only()
        .column(notification::Column::Id)
        .filter(notification::Column::Purpose.eq(Purpose::ContactListed.code()))
        .filter(notification::Column::PermitId.in_subquery(ended))
        .filter(notification::Column::PermitId.not_in_subquery(held_permits(today)))
        .limit(BATCH)
}

async fn delete_notifications(tx: &Tx, ids: &[Uuid]) -> Result<usize, Failure> {
    notification::Entity::delete_many()
        .filter(notification::Column::Id.is_in(ids.iter().copied()))
        .exec(&**tx)
        .await?;
    Ok(ids.len())
}

/// Deletes notices by e-mail that were made before this time.
pub async fn emails(tx: &Tx, before: DateTime<Utc>) -> Result<usize, Failure> {
    let ids: Vec<Uuid> = email::Entity::find()
        .select_only()
        .column(email::Column::Id)
        .filter(email::Column::CreatedAt.lt(before))
        .limit(BATCH)
        .into_tuple()
        .all(&**tx)
        .await?;
    email::Entity::delete_many()
        .filter(email::Column::Id.is_in(ids.iter().copied()))
        .exec(&**tx)
        .await?;
    Ok(ids.len())
}

/// Deletes tasks that were done before this time.
pub async fn tasks(tx: &Tx, before: DateTime<Utc>) -> Result<usize, Failure> {
    let ids: Vec<Uuid> = task::Entity::find()
        .select_only()
        .column(task::Column::Id)
        .filter(task::Column::DoneAt.lt(before))
        .filter(task::Column::PermitId.not_in_subquery(held_permits(oslo_date(tx.now()))))
        .limit(BATCH)
        .into_tuple()
        .all(&**tx)
        .await?;
    task::Entity::delete_many()
        .filter(task::Column::Id.is_in(ids.iter().copied()))
        .exec(&**tx)
        .await?;
    Ok(ids.len())
}

/// Deletes outcomes of alerts recorded before this time: of registered beacons, or of others.
pub async fn alerts(tx: &Tx, known: bool, before: DateTime<Utc>) -> Result<usize, Failure> {
    let permit = beacon_alert::Column::PermitId;
    let held = permit.in_subquery(held_permits(oslo_date(tx.now())));
    let ids: Vec<Uuid> = beacon_alert::Entity::find()
        .select_only()
        .column(beacon_alert::Column::Id)
        .filter(beacon_alert::Column::At.lt(before))
        .filter(if known { permit.is_not_null() } else { permit.is_null() })
        .filter(permit.is_null().or(held.not()))
        .limit(BATCH)
        .into_tuple()
        .all(&**tx)
        .await?;
    beacon_alert::Entity::delete_many()
        .filter(beacon_alert::Column::Id.is_in(ids.iter().copied()))
        .exec(&**tx)
        .await?;
    Ok(ids.len())
}

/// Which entries of the disclosure log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entries {
    /// Look-ups that gave a permit.
    KnownLookUps,
    /// Other look-ups.
    UnknownLookUps,
    /// Everything else.
    Others,
}

/// Destroys entries of the disclosure log from before this time.
pub async fn disclosures(tx: &Tx, which: Entries, before: DateTime<Utc>) -> Result<usize, Failure> {
    let (key, permit) = (disclosure::Column::LookUpKey, disclosure::Column::PermitId);
    let which = match which {
        Entries::KnownLookUps => key.is_not_null().and(permit.is_not_null()),
        Entries::UnknownLookUps => key.is_not_null().and(permit.is_null()),
        Entries::Others => key.is_null(),
    };
    let day = oslo_date(tx.now());
    let party = disclosure::Column::PartyId;
    let of_held_permit = permit.in_subquery(held_permits(day));
    let of_held_party = party.in_subquery(held_parties(day));
    let ids: Vec<Uuid> = disclosure::Entity::find()
        .select_only()
        .column(disclosure::Column::Id)
        .filter(disclosure::Column::At.lt(before))
        .filter(which)
        .filter(permit.is_null().or(of_held_permit.not()))
        .filter(party.is_null().or(of_held_party.not()))
        .limit(BATCH)
        .into_tuple()
        .all(&**tx)
        .await?;
    disclosure::Entity::delete_many()
        .filter(disclosure::Column::Id.is_in(ids.iter().copied()))
        .exec(&**tx)
        .await?;
    forget(tx, Stream::Disclosure, &ids).await?;
    Ok(ids.len())
}

/// Destroys the steps of restrictions that were lifted before this time.
pub async fn restrictions(tx: &Tx, before: DateTime<Utc>) -> Result<usize, Failure> {
    let lifted = restriction_step::Entity::find()
        .select_only()
        .column(restriction_step::Column::RestrictionId)
        .filter(restriction_step::Column::Step.eq("lifted"))
        .filter(restriction_step::Column::At.lt(before))
        .into_query();
    let ids: Vec<Uuid> = restriction_step::Entity::find()
        .select_only()
        .column(restriction_step::Column::Id)
        .filter(restriction_step::Column::RestrictionId.in_subquery(lifted))
        .filter(
            restriction_step::Column::PartyId.not_in_subquery(held_parties(oslo_date(tx.now()))),
        )
        // the step that tells that it was lifted goes last
        .order_by_asc(restriction_step::Column::Number)
        .limit(BATCH)
        .into_tuple()
        .all(&**tx)
        .await?;
    restriction_step::Entity::delete_many()
        .filter(restriction_step::Column::Id.is_in(ids.iter().copied()))
        .exec(&**tx)
        .await?;
    forget(tx, Stream::Privacy, &ids).await?;
    Ok(ids.len())
}

/// Empties the salts of what was deleted: short content could be found again from a commitment.
async fn forget(tx: &Tx, stream: Stream, ids: &[Uuid]) -> Result<(), Failure> {
    log_entry::Entity::update_many()
        .set(log_entry::ActiveModel { salt: Set(None), ..Default::default() })
        .filter(log_entry::Column::Stream.eq(stream.code()))
        .filter(log_entry::Column::Subject.is_in(ids.iter().map(Uuid::to_string)))
        .exec(&**tx)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use sea_orm::DbBackend;

    use super::*;
    use crate::database::plan::plan;

    #[tokio::test]
    async fn notices_of_ended_permits_are_found_without_reading_the_others() {
        let asked = told_of_ended(DateTime::UNIX_EPOCH, NaiveDate::MIN).build(DbBackend::Sqlite);
        let steps = plan(&asked.sql, &asked.values.unwrap().0).await;
        assert!(steps.iter().any(|step| step.contains("permit_ended_ix")), "{steps:?}");
        assert!(!steps.iter().any(|step| step.starts_with("SCAN permit")), "{steps:?}");
    }
}
