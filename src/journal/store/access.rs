//! Access codes that caseworkers set, each change with its reason.

use anrop_entity::{journal_access_change, journal_entry};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _,
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    database::Tx,
    failure::Failure,
    journal::model::Journaled,
    seal::{self, Stream},
    values::ids::fresh,
};

/// A change of an access code.
pub type AccessChange = journal_access_change::Model;

/// Begins the subject of a log entry that commits to a change of an access code.
pub const ACCESS_OF: &str = "journal-access/";

/// What the sealed log commits to of a change of an access code.
pub fn content(row: &journal_access_change::Model) -> String {
    json!({
        "entry": row.entry_id, "number": row.number, "before": row.code_before,
        "code": row.code, "reason": row.reason, "actor": row.actor, "at": row.at,
    })
    .to_string()
}

/// Sets the access code of a locked entry and writes down why.
///
/// # Errors
/// When the database does not answer.
pub async fn set(
    tx: &Tx,
    entry: &Journaled,
    code: Option<&str>,
    reason: &str,
    actor: &str,
) -> Result<(), Failure> {
    let number = entry.access_version + 1;
    let change = journal_access_change::Model {
        id: fresh(tx.now()),
        entry_id: entry.id,
        number,
        code_before: entry.access().map(|code| code.code.to_owned()),
        code: code.map(str::to_owned),
        reason: reason.to_owned(),
        actor: actor.to_owned(),
        at: tx.now(),
    };
    let (subject, committed) = (format!("{ACCESS_OF}{}", change.id), content(&change));
    journal_access_change::Entity::insert(journal_access_change::ActiveModel {
        id: Set(change.id),
        entry_id: Set(change.entry_id),
        number: Set(change.number),
        code_before: Set(change.code_before),
        code: Set(change.code),
        reason: Set(change.reason),
        actor: Set(change.actor),
        at: Set(change.at),
    })
    .exec_without_returning(&**tx)
    .await?;
    journal_entry::Entity::update_many()
        .set(journal_entry::ActiveModel {
            access_code: Set(code.map(str::to_owned)),
            access_version: Set(number),
            ..Default::default()
        })
        .filter(journal_entry::Column::Id.eq(entry.id))
        .exec(&**tx)
        .await?;
    seal::append(tx, Stream::Journal, &subject, committed.as_bytes());
    Ok(())
}

/// The changes of the access code of an entry, the oldest first.
///
/// # Errors
/// When the database does not answer.
pub async fn changes(
    connection: &impl ConnectionTrait,
    entry: Uuid,
) -> Result<Vec<journal_access_change::Model>, Failure> {
    Ok(journal_access_change::Entity::find()
        .filter(journal_access_change::Column::EntryId.eq(entry))
        .order_by_asc(journal_access_change::Column::Number)
        .all(connection)
        .await?)
}
