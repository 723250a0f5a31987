//! Rows of proposed decisions.

use anrop_entity::proposed_decision;
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
};
use uuid::Uuid;

use super::{super::model::Ruling, rules};
use crate::{
    database::Tx,
    failure::Failure,
    keys::{DataKey, Place},
    values::ids::{CaseId, fresh},
};

/// A decision that waits for its second signature, opened.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The decision.
    pub ruling: Ruling,
    /// Who proposes it.
    pub proposed_by: String,
    /// When.
    pub proposed_at: DateTime<Utc>,
}

fn grounds_place(id: Uuid) -> Place {
    Place { table: "proposed_decision", column: "grounds_sealed", row: id }
}

/// Writes a proposal under the applicant's data key.
pub async fn insert(
    tx: &Tx,
    key: &DataKey,
    case: CaseId,
    ruling: &Ruling,
    by: &str,
) -> Result<(), Failure> {
    let id = fresh(tx.now());
    let outcome = rules::outcome(ruling.step)
        .ok_or_else(|| Failure::internal("a proposal decides something"))?;
    proposed_decision::Entity::insert(proposed_decision::ActiveModel {
        id: Set(id),
        case_id: Set(case.0),
        outcome: Set(outcome.to_owned()),
        grounds_sealed: Set(key.seal(grounds_place(id), ruling.grounds.as_bytes())),
        conditions: Set(serde_json::to_value(&ruling.conditions).map_err(Failure::internal)?),
        valid_until: Set(ruling.valid_until),
        proposed_by: Set(by.to_owned()),
        proposed_at: Set(tx.now()),
        ended_at: Set(None),
        ended_by: Set(None),
    })
    .exec_without_returning(&**tx)
    .await?;
    Ok(())
}

/// The decision of a case that waits for its second signature.
pub async fn open(
    connection: &impl ConnectionTrait,
    key: &DataKey,
    case: CaseId,
) -> Result<Option<Proposal>, Failure> {
    let row = proposed_decision::Entity::find()
        .filter(proposed_decision::Column::CaseId.eq(case.0))
        .filter(proposed_decision::Column::EndedAt.is_null())
        .one(connection)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let grounds =
        key.open(grounds_place(row.id), &row.grounds_sealed).map_err(Failure::internal)?;
    Ok(Some(Proposal {
        ruling: Ruling {
            step: rules::step(&row.outcome)
                .ok_or_else(|| Failure::internal("unknown outcome of a proposal"))?,
            grounds: String::from_utf8(grounds).map_err(Failure::internal)?,
            conditions: serde_json::from_value(row.conditions).map_err(Failure::internal)?,
            valid_until: row.valid_until,
        },
        proposed_by: row.proposed_by,
        proposed_at: row.proposed_at,
    }))
}

/// Ends what waits for a signature in a case, if anything does.
pub async fn end(tx: &Tx, case: CaseId, by: &str) -> Result<(), Failure> {
    proposed_decision::Entity::update_many()
        .set(proposed_decision::ActiveModel {
            ended_at: Set(Some(tx.now())),
            ended_by: Set(Some(by.to_owned())),
            ..Default::default()
        })
        .filter(proposed_decision::Column::CaseId.eq(case.0))
        .filter(proposed_decision::Column::EndedAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(())
}
