//! Destroying emergency contacts: of permits that ended the rows, and what every version of the permit says of them; of other
//! permits what versions say of those who are not listed any more. What else a version says stays, and the application lies
//! in its case, which is archived.

use std::collections::HashMap;

use anrop_entity::{beacon_alert, permit, permit_contact};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    QueryTrait as _, Select,
    sea_query::{Expr, ExprTrait as _, SelectStatement},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::BATCH;
use crate::{
    database::Tx,
    failure::{Failure, Problem},
    keys::{DataKey, KeyRing},
    legal_hold::store::held_permits,
    party,
    permit::{contact::EmergencyContact, kind::Kind, store as permits},
    rescue::rules::PENDING,
    values::{
        calendar::oslo_date,
        ids::{PartyId, PermitId},
    },
};

/// Kinds of permit that have emergency contacts.
pub(super) const KINDS: [Kind; 2] = [Kind::Plb, Kind::Aircraft];

/// Destroys the contacts of permits that ended before this time, but for those under a legal hold and those with an
/// alert whose incident is not known yet; answers how many permits that were.
pub async fn contacts(tx: &Tx, ring: &KeyRing, before: DateTime<Utc>) -> Result<usize, Failure> {
    let ids: Vec<Uuid> = kept(before, oslo_date(tx.now()))
        .lock_exclusive() // an appeal may restore one meanwhile
        .into_tuple()
        .all(&**tx)
        .await?;
    let mut keys = HashMap::new();
    for id in &ids {
        out_of_versions(tx, ring, PermitId(*id), &[], &mut keys).await?;
    }
    permit_contact::Entity::delete_many()
        .filter(permit_contact::Column::PermitId.is_in(ids.iter().copied()))
        .exec(&**tx)
        .await?;
    permit::Entity::update_many()
        .set(permit::ActiveModel {
            contacts_destroyed_at: Set(Some(tx.now())),
            ..Default::default()
        })
        .filter(permit::Column::Id.is_in(ids.iter().copied()))
        .exec(&**tx)
        .await?;
    Ok(ids.len())
}

/// The longest ended of those whose contacts are still kept.
fn kept(before: DateTime<Utc>, today: NaiveDate) -> Select<permit::Entity> {
    permit::Entity::find()
        .select_only()
        .column(permit::Column::Id)
        .filter(permit::Column::EndedAt.is_not_null())
        .filter(permit::Column::EndedAt.lt(before))
        .filter(permit::Column::ContactsDestroyedAt.is_null())
        // a value and no column: SQLite read every permit of these kinds otherwise, and sorted them
        .filter(Expr::cust("permit.kind || ''").is_in(KINDS.map(Kind::as_str)))
        .filter(permit::Column::Id.not_in_subquery(held_permits(today)))
        .filter(permit::Column::Id.not_in_subquery(alerted()))
        .order_by_asc(permit::Column::EndedAt)
        .limit(BATCH)
}

/// Permits with an alert whose incident is not known yet.
fn alerted() -> SelectStatement {
    beacon_alert::Entity::find()
        .select_only()
        .column(beacon_alert::Column::PermitId)
        .filter(beacon_alert::Column::PermitId.is_not_null())
        .filter(beacon_alert::Column::IncidentReference.eq(PENDING))
        .into_query()
}

/// Takes those out of the history of permits who were replaced until this time and are not listed any more, but for permits
/// under a legal hold and those with an alert whose incident is not known yet; answers how many permits that were.
pub async fn replaced_contacts(
    tx: &Tx,
    ring: &KeyRing,
    until: DateTime<Utc>,
) -> Result<usize, Failure> {
    let ids: Vec<Uuid> = permit::Entity::find()
        .select_only()
        .column(permit::Column::Id)
        .filter(permit::Column::ContactsReplacedAt.is_not_null())
        .filter(permit::Column::ContactsReplacedAt.lte(until))
        .filter(permit::Column::Id.not_in_subquery(held_permits(oslo_date(tx.now()))))
        .filter(permit::Column::Id.not_in_subquery(alerted()))
        .order_by_asc(permit::Column::ContactsReplacedAt)
        .limit(BATCH)
        .lock_exclusive()
        .into_tuple()
        .all(&**tx)
        .await?;
    let mut keys = HashMap::new();
    for id in &ids {
        let id = PermitId(*id);
        let listed = permits::contacts(&**tx, ring, id).await?;
        out_of_versions(tx, ring, id, &listed, &mut keys).await?;
    }
    permit::Entity::update_many()
        .set(permit::ActiveModel { contacts_replaced_at: Set(None), ..Default::default() })
        .filter(permit::Column::Id.is_in(ids.iter().copied()))
        .exec(&**tx)
        .await?;
    Ok(ids.len())
}

/// Whether an entry of a record is that of a contact: the same name and numbers.
fn is_entry_of(contact: &EmergencyContact, entry: &Value) -> bool {
    let phones = std::iter::once(contact.phone).chain(contact.alternative_phone);
    let phones: Vec<String> = phones.map(|phone| phone.dial()).collect();
    entry["name"] == json!(contact.name) && entry["phone"] == json!(phones)
}

/// Takes the contacts but those who are `listed` out of every version of a permit.
async fn out_of_versions(
    tx: &Tx,
    ring: &KeyRing,
    id: PermitId,
    listed: &[EmergencyContact],
    keys: &mut HashMap<PartyId, Option<DataKey>>,
) -> Result<(), Failure> {
    for version in permits::versions(&**tx, id).await? {
        let is_known = keys.contains_key(&version.holder);
        if !is_known {
            keys.insert(version.holder, key_of(tx, ring, version.holder).await?);
        }
        // without its data key a version is destroyed
        let Some(Some(key)) = keys.get(&version.holder) else { continue };
        let mut record = match version.record(key) {
            Ok(record) => record,
            Err(failure) => {
                tracing::error!(permit = %id, version = version.version, %failure, "a version does not open; its contacts stay sealed");
                continue;
            }
        };
        let Some(entries) = record.get_mut("contacts").and_then(Value::as_array_mut) else {
            continue;
        };
        let before = entries.len();
        entries.retain(|entry| listed.iter().any(|contact| is_entry_of(contact, entry)));
        if before > 0 && entries.len() == before {
            continue;
        }
        if entries.is_empty()
            && let Some(record) = record.as_object_mut()
        {
            record.remove("contacts");
        }
        permits::reseal_version(tx, key, &version, &record).await?;
    }
    Ok(())
}

async fn key_of(tx: &Tx, ring: &KeyRing, holder: PartyId) -> Result<Option<DataKey>, Failure> {
    match party::store::data_key(&**tx, ring, holder).await {
        Ok(key) => Ok(Some(key)),
        Err(failure) if failure.problem() == Problem::NotFound => Ok(None),
        Err(failure) => Err(failure),
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::DbBackend;

    use super::*;
    use crate::database::plan::plan;

    #[tokio::test]
    async fn permits_that_have_not_ended_are_not_read() {
        let asked = kept(DateTime::UNIX_EPOCH, NaiveDate::MIN).build(DbBackend::Sqlite);
        let steps = plan(&asked.sql, &asked.values.unwrap().0).await;
        assert!(steps.iter().any(|step| step.contains("permit_contacts_kept_ix")), "{steps:?}");
        assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{steps:?}");
    }
}
