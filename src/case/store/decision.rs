//! Rows of decisions.

use anrop_entity::decision;
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _,
};

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
