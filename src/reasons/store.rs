//! Rows of demands for reasons.

use anrop_entity::reasons_request;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _,
};
use uuid::Uuid;

use super::model::{Given, Request};
use crate::{
    database::Tx,
    failure::Failure,
    keys::{DataKey, Place},
    values::ids::{CaseId, fresh},
};

fn place(id: Uuid) -> Place {
    Place { table: "reasons_request", column: "reasons_sealed", row: id }
}

/// Writes a demand.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(
    tx: &Tx,
    case: CaseId,
    decided_at: DateTime<Utc>,
    number: i32,
    (received_at, due_on): (DateTime<Utc>, NaiveDate),
) -> Result<(), Failure> {
    reasons_request::Entity::insert(reasons_request::ActiveModel {
        id: Set(fresh(tx.now())),
        case_id: Set(case.0),
        decided_at: Set(decided_at),
        number: Set(number),
        received_at: Set(received_at),
        due_on: Set(due_on),
        given_at: Set(None),
        given_by: Set(None),
        reasons_sealed: Set(None),
    })
    .exec_without_returning(&**tx)
    .await?;
    Ok(())
}

/// Notes the reasons that were given.
///
/// # Errors
/// When the database does not answer.
pub async fn give(
    tx: &Tx,
    key: &DataKey,
    request: &Request,
    by: &str,
    text: &str,
) -> Result<(), Failure> {
    reasons_request::Entity::update_many()
        .set(reasons_request::ActiveModel {
            given_at: Set(Some(tx.now())),
            given_by: Set(Some(by.to_owned())),
            reasons_sealed: Set(Some(key.seal(place(request.id), text.as_bytes()))),
            ..Default::default()
        })
        .filter(reasons_request::Column::Id.eq(request.id))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// The demands in a case, the oldest first.
///
/// # Errors
/// When the database does not answer, or what was given does not open.
pub async fn of_case(
    connection: &impl ConnectionTrait,
    key: &DataKey,
    case: CaseId,
) -> Result<Vec<Request>, Failure> {
    let rows = reasons_request::Entity::find()
        .filter(reasons_request::Column::CaseId.eq(case.0))
        .order_by_asc(reasons_request::Column::Number)
        .all(connection)
        .await?;
    rows.into_iter()
        .map(|row| {
            let given = match (row.given_at, row.given_by, row.reasons_sealed) {
                (Some(at), Some(by), Some(sealed)) => {
                    let text = key.open(place(row.id), &sealed).map_err(Failure::internal)?;
                    Some(Given {
                        at,
                        by,
                        text: String::from_utf8(text).map_err(Failure::internal)?,
                    })
                }
                _ => None,
            };
            Ok(Request {
                id: row.id,
                decided_at: row.decided_at,
                received_at: row.received_at,
                due_on: row.due_on,
                given,
            })
        })
        .collect()
}
