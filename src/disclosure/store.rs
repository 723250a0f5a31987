//! The disclosure log: who got or read whose data, which fields, for what. Never the values.

use anrop_entity::disclosure;
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, sea_query::OnConflict,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    database::Tx,
    failure::Failure,
    seal::{self, Stream},
    values::ids::{PartyId, PermitId, fresh},
};

/// One entry to be written.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    /// Id, when it was given beforehand (spooled look-ups), so that writing twice is harmless.
    pub id: Option<Uuid>,
    /// Recipient, as in the policy.
    pub recipient: String,
    /// Purpose, as in the policy.
    pub purpose: String,
    /// Whose data.
    pub party: Option<PartyId>,
    /// Which permit.
    pub permit: Option<PermitId>,
    /// Names of the fields.
    pub fields: Vec<String>,
    /// Version of the permit.
    pub version: Option<i32>,
    /// Incident the look-up was for; `pending` until known.
    pub incident_reference: Option<String>,
    /// Who looked.
    pub officer: Option<String>,
    /// What was looked up, in its canonical form; look-ups by rescue centres only.
    pub key: Option<String>,
    /// How the look-up ended; look-ups by rescue centres only.
    pub outcome: Option<String>,
    /// Written afterwards, because it could not be written in time.
    pub late: bool,
    /// A rescue centre's own copy answered the look-up, which was brought here afterwards.
    pub by_copy: bool,
    /// When it happened; the transaction's time when absent.
    pub at: Option<DateTime<Utc>>,
}

/// Entries written by one statement; a statement of many more would have too many parameters.
const AT_ONCE: usize = 500;

/// Writes an entry and its place in the sealed log; nothing when there is an entry with its id.
pub async fn insert(tx: &Tx, entry: Entry) -> Result<(), Failure> {
    let (id, row, content) = to_row(tx, entry);
    let written = disclosure::Entity::insert(row)
        .on_conflict(OnConflict::column(disclosure::Column::Id).do_nothing().to_owned())
        .exec_without_returning(&**tx)
        .await?;
    if written > 0 {
        seal::append(tx, Stream::Disclosure, &id.to_string(), content.as_bytes());
    }
    Ok(())
}

/// Writes entries, none of which is there already, and their places in the sealed log.
pub async fn insert_new(tx: &Tx, entries: Vec<Entry>) -> Result<(), Failure> {
    let mut rest = entries.into_iter().peekable();
    while rest.peek().is_some() {
        let some = rest.by_ref().take(AT_ONCE).map(|entry| {
            let (id, row, content) = to_row(tx, entry);
            seal::append(tx, Stream::Disclosure, &id.to_string(), content.as_bytes());
            row
        });
        let rows: Vec<_> = some.collect();
        disclosure::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    }
    Ok(())
}

/// The row of an entry, and what the sealed log commits to.
fn to_row(tx: &Tx, entry: Entry) -> (Uuid, disclosure::ActiveModel, String) {
    let at = entry.at.unwrap_or_else(|| tx.now());
    let id = entry.id.unwrap_or_else(|| fresh(tx.now()));
    let fields = json!(entry.fields);
    let mut content = json!({
        "recipient": entry.recipient, "purpose": entry.purpose, "party": entry.party,
        "permit": entry.permit, "fields": fields, "version": entry.version,
        "incidentReference": entry.incident_reference, "officer": entry.officer,
        "key": entry.key, "outcome": entry.outcome, "at": at,
    });
    mark(&mut content, entry.by_copy);
    let row = disclosure::ActiveModel {
        id: Set(id),
        recipient: Set(entry.recipient),
        purpose: Set(entry.purpose),
        party_id: Set(entry.party.map(|id| id.0)),
        permit_id: Set(entry.permit.map(|id| id.0)),
        fields: Set(fields),
        subject_version: Set(entry.version),
        incident_reference: Set(entry.incident_reference),
        officer: Set(entry.officer),
        look_up_key: Set(entry.key),
        outcome: Set(entry.outcome),
        late: Set(entry.late),
        by_copy: Set(entry.by_copy),
        at: Set(at),
    };
    (id, row, content.to_string())
}

/// Which entries of look-ups there are among these ids.
pub async fn look_up_entries(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<Vec<Entry>, Failure> {
    let rows = disclosure::Entity::find()
        .filter(disclosure::Column::Id.is_in(ids.iter().copied()))
        .filter(disclosure::Column::LookUpKey.is_not_null())
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(entry_of).collect())
}

/// Entries of look-ups made under this incident reference, of one key or of any; the newest first.
pub async fn look_ups_under(
    connection: &impl ConnectionTrait,
    reference: &str,
    key: Option<&str>,
    limit: u64,
) -> Result<Vec<Entry>, Failure> {
    let mut query = disclosure::Entity::find()
        .filter(disclosure::Column::IncidentReference.eq(reference))
        .filter(disclosure::Column::LookUpKey.is_not_null());
    if let Some(key) = key {
        query = query.filter(disclosure::Column::LookUpKey.eq(key));
    }
    let rows = query.order_by_desc(disclosure::Column::At).limit(limit).all(connection).await?;
    Ok(rows.into_iter().map(entry_of).collect())
}

/// Entries of look-ups of these keys that ended so.
pub async fn look_ups_ending(
    connection: &impl ConnectionTrait,
    outcome: &str,
    keys: &[String],
) -> Result<Vec<Entry>, Failure> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let rows = disclosure::Entity::find()
        .filter(disclosure::Column::LookUpKey.is_in(keys.iter().cloned()))
        .filter(disclosure::Column::Outcome.eq(outcome))
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(entry_of).collect())
}

fn entry_of(row: disclosure::Model) -> Entry {
    Entry {
        id: Some(row.id),
        recipient: row.recipient,
        purpose: row.purpose,
        party: row.party_id.map(PartyId),
        permit: row.permit_id.map(PermitId),
        fields: serde_json::from_value(row.fields).unwrap_or_default(),
        version: row.subject_version,
        incident_reference: row.incident_reference,
        officer: row.officer,
        key: row.look_up_key,
        outcome: row.outcome,
        late: row.late,
        by_copy: row.by_copy,
        at: Some(row.at),
    }
}

/// The content a disclosure's commitment was made over, from its row.
pub fn content(row: &disclosure::Model) -> String {
    let mut content = json!({
        "recipient": row.recipient, "purpose": row.purpose, "party": row.party_id,
        "permit": row.permit_id, "fields": row.fields, "version": row.subject_version,
        "incidentReference": row.incident_reference, "officer": row.officer,
        "key": row.look_up_key, "outcome": row.outcome, "at": row.at,
    });
    mark(&mut content, row.by_copy);
    content.to_string()
}

/// Only where it is so: entries of before were committed to without it.
fn mark(content: &mut Value, by_copy: bool) {
    if by_copy {
        content["byCopy"] = json!(true);
    }
}
