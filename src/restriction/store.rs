//! Rows of the steps of restrictions; none is ever changed.

use anrop_entity::restriction_step;
use chrono::NaiveDate;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use serde_json::json;
use uuid::Uuid;

use super::model::{self, Ground};
use crate::{
    database::Tx,
    failure::Failure,
    keys::{DataKey, Place},
    seal::{self, Stream},
    values::ids::{PartyId, fresh},
};

/// A step as it stands.
pub type Step = restriction_step::Model;

/// A step to be written.
pub struct New<'a> {
    /// The restriction; none for its first step, whose own id becomes its.
    pub restriction: Option<Uuid>,
    /// Whose data.
    pub party: PartyId,
    /// What was done.
    pub step: model::Step,
    /// Why, in words; kept under the person's data key.
    pub reason: &'a str,
    /// When the person was told beforehand (Article 18(3)).
    pub informed_on: Option<NaiveDate>,
    /// Who did it.
    pub actor: &'a str,
}

fn place(id: Uuid) -> Place {
    Place { table: "restriction_step", column: "reason_sealed", row: id }
}

/// Writes a step and its place in the sealed log; answers the id of the restriction.
pub async fn insert(tx: &Tx, key: &DataKey, new: New<'_>) -> Result<Uuid, Failure> {
    let id = fresh(tx.now());
    let before = match new.restriction {
        Some(restriction) => steps(&**tx, &[restriction]).await?.len(),
        None => 0,
    };
    let row = Step {
        id,
        restriction_id: new.restriction.unwrap_or(id),
        number: i32::try_from(before + 1).map_err(Failure::internal)?,
        party_id: new.party.0,
        step: new.step.code().to_owned(),
        ground: new.step.ground().map(Ground::code).map(str::to_owned),
        reason_sealed: key.seal(place(id), new.reason.as_bytes()),
        informed_on: new.informed_on,
        actor: new.actor.to_owned(),
        at: tx.now(),
    };
    let (restriction, content) = (row.restriction_id, content(&row));
    restriction_step::Entity::insert(restriction_step::ActiveModel {
        id: Set(row.id),
        restriction_id: Set(row.restriction_id),
        number: Set(row.number),
        party_id: Set(row.party_id),
        step: Set(row.step),
        ground: Set(row.ground),
        reason_sealed: Set(row.reason_sealed),
        informed_on: Set(row.informed_on),
        actor: Set(row.actor),
        at: Set(row.at),
    })
    .exec_without_returning(&**tx)
    .await?;
    seal::append(tx, Stream::Privacy, &id.to_string(), content.as_bytes());
    Ok(restriction)
}

/// What the sealed log commits to.
pub fn content(row: &Step) -> String {
    json!({
        "restriction": row.restriction_id, "number": row.number, "party": row.party_id, "step": row.step,
        "ground": row.ground, "reason": hex::encode(&row.reason_sealed),
        "informedOn": row.informed_on, "actor": row.actor, "at": row.at,
    })
    .to_string()
}

/// Why a step was taken; nothing when the person's data key is gone.
pub fn reason(step: &Step, key: Option<&DataKey>) -> Option<String> {
    let bytes = key?.open(place(step.id), &step.reason_sealed).ok()?;
    String::from_utf8(bytes).ok()
}

/// The restriction of a party that has not been lifted.
pub async fn open_of(
    connection: &impl ConnectionTrait,
    party: PartyId,
) -> Result<Option<Uuid>, Failure> {
    let steps = restriction_step::Entity::find()
        .filter(restriction_step::Column::PartyId.eq(party.0))
        .all(connection)
        .await?;
    let lifted: Vec<Uuid> = steps
        .iter()
        .filter(|step| step.step == model::Step::Lifted.code())
        .map(|step| step.restriction_id)
        .collect();
    Ok(steps.iter().map(|step| step.restriction_id).find(|id| !lifted.contains(id)))
}

/// Every step of these restrictions, in order.
pub async fn steps(
    connection: &impl ConnectionTrait,
    restrictions: &[Uuid],
) -> Result<Vec<Step>, Failure> {
    Ok(restriction_step::Entity::find()
        .filter(restriction_step::Column::RestrictionId.is_in(restrictions.iter().copied()))
        .order_by_asc(restriction_step::Column::Number)
        .all(connection)
        .await?)
}

/// Ids of restrictions, oldest first, after `after`; and how many there are.
pub async fn list(
    connection: &impl ConnectionTrait,
    after: Option<Uuid>,
    limit: u64,
) -> Result<(Vec<Uuid>, u64), Failure> {
    let mut query =
        restriction_step::Entity::find().filter(restriction_step::Column::Step.eq("restricted"));
    let total = query.clone().count(connection).await?;
    if let Some(after) = after {
        query = query.filter(restriction_step::Column::Id.gt(after));
    }
    let ids = query
        .select_only()
        .column(restriction_step::Column::Id)
        .order_by_asc(restriction_step::Column::Id)
        .limit(limit)
        .into_tuple()
        .all(connection)
        .await?;
    Ok((ids, total))
}
