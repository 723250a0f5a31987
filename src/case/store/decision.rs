//! Rows of decisions.

use anrop_entity::decision;
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _,
};
use serde_json::Value;

use crate::{
    database::Tx,
    failure::Failure,
    keys::{DataKey, Place},
    values::ids::{CaseId, PermitId, fresh},
};

/// A decision, opened.
#[derive(Clone)]
pub struct Decision {
    /// Outcome, as in JSON.
    pub outcome: String,
    /// Grounds.
    pub grounds: String,
    /// Conditions.
    pub conditions: Vec<String>,
    /// Code of the provision.
    pub legal_basis: String,
    /// Who decided.
    pub decided_by: String,
    /// When.
    pub decided_at: DateTime<Utc>,
}

fn grounds_place(case: CaseId) -> Place {
    Place { table: "decision", column: "grounds_sealed", row: case.0 }
}

fn change_place(case: CaseId) -> Place {
    Place { table: "decision", column: "change_sealed", row: case.0 }
}

/// Keeps with the decision of a case what the permit said before it and what it made of that.
pub async fn keep_change(
    tx: &Tx,
    key: &DataKey,
    case: CaseId,
    change: &Value,
) -> Result<(), Failure> {
    let bytes = serde_json::to_vec(change).map_err(Failure::internal)?;
    decision::Entity::update_many()
        .set(decision::ActiveModel {
            change_sealed: Set(Some(key.seal(change_place(case), &bytes))),
            ..Default::default()
        })
        .filter(decision::Column::CaseId.eq(case.0))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// What the permit said before the decision of a case and what that made of it, where it is kept.
pub async fn change_of(
    connection: &impl ConnectionTrait,
    key: &DataKey,
    case: CaseId,
) -> Result<Option<Value>, Failure> {
    let row = decision::Entity::find()
        .filter(decision::Column::CaseId.eq(case.0))
        .order_by_desc(decision::Column::DecidedAt)
        .one(connection)
        .await?;
    let Some(sealed) = row.and_then(|row| row.change_sealed) else { return Ok(None) };
    let bytes = key.open(change_place(case), &sealed).map_err(Failure::internal)?;
    serde_json::from_slice(&bytes).map(Some).map_err(Failure::internal)
}

/// Writes the decision of a case.
pub async fn insert_decision(
    tx: &Tx,
    key: &DataKey,
    case: CaseId,
    permit: Option<PermitId>,
    decided: &Decision,
) -> Result<(), Failure> {
    decision::Entity::insert(decision::ActiveModel {
        id: Set(fresh(tx.now())),
        case_id: Set(case.0),
        outcome: Set(decided.outcome.clone()),
        grounds_sealed: Set(key.seal(grounds_place(case), decided.grounds.as_bytes())),
        conditions: Set(serde_json::to_value(&decided.conditions).map_err(Failure::internal)?),
        legal_basis: Set(decided.legal_basis.clone()),
        decided_by: Set(decided.decided_by.clone()),
        decided_at: Set(tx.now()),
        permit_id: Set(permit.map(|id| id.0)),
        change_sealed: Set(None),
    })
    .exec_without_returning(&**tx)
    .await?;
    Ok(())
}

/// The latest decision of a case, if there is one.
pub async fn decision_of(
    connection: &impl ConnectionTrait,
    key: &DataKey,
    case: CaseId,
) -> Result<Option<Decision>, Failure> {
    let Some(row) = decision::Entity::find()
        .filter(decision::Column::CaseId.eq(case.0))
        .order_by_desc(decision::Column::DecidedAt)
        .one(connection)
        .await?
    else {
        return Ok(None);
    };
    let grounds = key.open(grounds_place(case), &row.grounds_sealed).map_err(Failure::internal)?;
    Ok(Some(Decision {
        outcome: row.outcome,
        grounds: String::from_utf8(grounds).map_err(Failure::internal)?,
        conditions: serde_json::from_value(row.conditions).map_err(Failure::internal)?,
        legal_basis: row.legal_basis,
        decided_by: row.decided_by,
        decided_at: row.decided_at,
    }))
}
