//! Rows of what was decided about decisions waiting until the appeals against them are decided.

use std::collections::HashMap;

use anrop_entity::appeal_deferral;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
};
use uuid::Uuid;

use crate::{
    appeal::model::DeferralAnswer,
    database::Tx,
    failure::Failure,
    keys::{DataKey, Place},
};

fn place(appeal: Uuid) -> Place {
    Place { table: "appeal_deferral", column: "grounds_sealed", row: appeal }
}

/// Writes what was decided for an appeal, which has no answer yet.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(
    tx: &Tx,
    key: &DataKey,
    appeal: Uuid,
    answer: &DeferralAnswer,
) -> Result<(), Failure> {
    let (body_decided_on, body_reference) = answer.body_decision.clone().unzip();
    appeal_deferral::Entity::insert(appeal_deferral::ActiveModel {
        appeal_id: Set(appeal),
        is_granted: Set(answer.is_granted),
        grounds_sealed: Set(key.seal(place(appeal), answer.grounds.as_bytes())),
        body_decided_on: Set(body_decided_on),
        body_reference: Set(body_reference),
        recorded_at: Set(answer.recorded.0),
        recorded_by: Set(answer.recorded.1.clone()),
    })
    .exec_without_returning(&**tx)
    .await?;
    Ok(())
}

/// The answers of some appeals, by appeal.
///
/// # Errors
/// When the database does not answer, or one does not open.
pub async fn of(
    connection: &impl ConnectionTrait,
    key: &DataKey,
    appeals: impl ExactSizeIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, DeferralAnswer>, Failure> {
    if appeals.len() == 0 {
        return Ok(HashMap::new());
    }
    let rows = appeal_deferral::Entity::find()
        .filter(appeal_deferral::Column::AppealId.is_in(appeals))
        .all(connection)
        .await?;
    rows.into_iter()
        .map(|row| {
            let id = row.appeal_id;
            let bytes = key.open(place(id), &row.grounds_sealed).map_err(Failure::internal)?;
            let answer = DeferralAnswer {
                is_granted: row.is_granted,
                grounds: String::from_utf8(bytes).map_err(Failure::internal)?,
                body_decision: row.body_decided_on.zip(row.body_reference),
                recorded: (row.recorded_at, row.recorded_by),
            };
            Ok((id, answer))
        })
        .collect()
}
