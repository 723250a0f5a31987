//! Rows of what is noted beside the draft of a caseworker.

use anrop_entity::intake;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait as _};

use super::model::Intake;
use crate::{
    database::Tx,
    failure::Failure,
    keys::{DataKey, KeyRing, Place, WrappedKey},
    values::{ids::DraftId, national_id::NationalIdRule},
};

fn place(id: DraftId) -> Place {
    Place { table: "intake", column: "content_sealed", row: id.0 }
}

/// Notes for whom a draft is.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(tx: &Tx, ring: &KeyRing, id: DraftId, intake: &Intake) -> Result<(), Failure> {
    let key = DataKey::generate(id.0);
    let content = intake.written().map_err(Failure::internal)?;
    intake::Entity::insert(intake::ActiveModel {
        draft_id: Set(id.0),
        key_wrapped: Set(key.wrap(ring).0),
        content_sealed: Set(key.seal(place(id), &content)),
    })
    .exec_without_returning(&**tx)
    .await?;
    Ok(())
}

/// For whom a draft is.
///
/// # Errors
/// 404 when nothing is noted of it.
pub async fn find(
    connection: &impl ConnectionTrait,
    ring: &KeyRing,
    rule: NationalIdRule,
    id: DraftId,
) -> Result<Intake, Failure> {
    let row = intake::Entity::find_by_id(id.0).one(connection).await?;
    let row = row.ok_or_else(Failure::not_found)?;
    let key =
        DataKey::unwrap(ring, id.0, &WrappedKey(row.key_wrapped)).map_err(Failure::internal)?;
    let content = key.open(place(id), &row.content_sealed).map_err(Failure::internal)?;
    Intake::read(&content, rule).ok_or_else(|| Failure::internal("an intake that does not read"))
}
