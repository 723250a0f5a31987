//! Rows of the cases that invoices are journaled in: one for each holder and year.

use anrop_entity::fee_case;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QuerySelect as _, sea_query::OnConflict,
};

use super::super::model::FeeCase;
use crate::{
    database::Tx,
    failure::Failure,
    permit,
    values::ids::{CaseId, PartyId},
};

/// The case of a holder's invoices of a year, locked until the transaction ends; it is opened with the first.
///
/// # Errors
/// When the database does not answer.
pub async fn of_year(tx: &Tx, holder: PartyId, year: i32) -> Result<FeeCase, Failure> {
    if let Some(known) = lock(tx, holder, year).await? {
        return Ok(known);
    }
    let row = fee_case::ActiveModel {
        id: Set(CaseId::new(tx.now()).0),
        year: Set(year),
        serial: Set(permit::store::next_serial(tx, "case_number").await?),
        party_id: Set(holder.0),
        opened_at: Set(tx.now()),
    };
    fee_case::Entity::insert(row)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(&**tx)
        .await?;
    // somebody else may have opened it at the same moment
    lock(tx, holder, year).await?.ok_or_else(|| Failure::internal("a case of fees is missing"))
}

async fn lock(tx: &Tx, holder: PartyId, year: i32) -> Result<Option<FeeCase>, Failure> {
    let row = fee_case::Entity::find()
        .filter(fee_case::Column::PartyId.eq(holder.0))
        .filter(fee_case::Column::Year.eq(year))
        .lock_exclusive()
        .one(&**tx)
        .await?;
    Ok(row.map(|row| FeeCase { id: CaseId(row.id), number: (row.year, row.serial) }))
}

/// The case of this number.
///
/// # Errors
/// When the database does not answer.
pub async fn find_by_number(
    connection: &impl ConnectionTrait,
    (year, serial): (i32, i64),
) -> Result<Option<FeeCase>, Failure> {
    let row = fee_case::Entity::find()
        .filter(fee_case::Column::Year.eq(year))
        .filter(fee_case::Column::Serial.eq(serial))
        .one(connection)
        .await?;
    Ok(row.map(|row| FeeCase { id: CaseId(row.id), number: (row.year, row.serial) }))
}

/// The holder whose invoices a case has.
///
/// # Errors
/// 404 without such a case.
pub async fn holder(connection: &impl ConnectionTrait, id: CaseId) -> Result<PartyId, Failure> {
    let row = fee_case::Entity::find_by_id(id.0).one(connection).await?;
    row.map(|row| PartyId(row.party_id)).ok_or_else(Failure::not_found)
}

/// The same, with the case locked until the transaction ends.
///
/// # Errors
/// 404 without such a case.
pub async fn lock_by_id(tx: &Tx, id: CaseId) -> Result<PartyId, Failure> {
    let row = fee_case::Entity::find_by_id(id.0).lock_exclusive().one(&**tx).await?;
    row.map(|row| PartyId(row.party_id)).ok_or_else(Failure::not_found)
}
