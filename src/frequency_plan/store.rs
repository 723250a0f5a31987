//! Rows of the editions of the national plan.

use anrop_entity::{frequency_plan_band as band, frequency_plan_edition as edition};
use chrono::NaiveDate;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _,
};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::model::Band;
use crate::{database::Tx, failure::Failure, values::ids::fresh};

/// Bands written at a time.
const CHUNK: usize = 200;

/// An edition, without its bands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// Id of the row.
    pub id: Uuid,
    /// First day.
    pub from: NaiveDate,
    /// What tells whether two editions say the same.
    pub hash: Vec<u8>,
}

/// What tells whether two lists of bands say the same.
pub fn hash(bands: &[Band]) -> Result<Vec<u8>, Failure> {
    let text = serde_json::to_vec(bands).map_err(Failure::internal)?;
    Ok(Sha256::digest(text).to_vec())
}

/// Every edition, by its first day.
pub async fn editions(connection: &impl ConnectionTrait) -> Result<Vec<Edition>, Failure> {
    let rows =
        edition::Entity::find().order_by_asc(edition::Column::ValidFrom).all(connection).await?;
    Ok(rows
        .into_iter()
        .map(|row| Edition { id: row.id, from: row.valid_from, hash: row.content_hash })
        .collect())
}

/// The bands of an edition, by frequency.
pub async fn bands(connection: &impl ConnectionTrait, id: Uuid) -> Result<Vec<Band>, Failure> {
    let rows = band::Entity::find()
        .filter(band::Column::EditionId.eq(id))
        .order_by_asc(band::Column::Place)
        .all(connection)
        .await?;
    rows.into_iter()
        .map(|row| serde_json::from_value(row.content).map_err(Failure::internal))
        .collect()
}

/// Writes the edition that begins on `from`; the one that began the same day goes.
pub async fn put(tx: &Tx, from: NaiveDate, bands: &[Band]) -> Result<(), Failure> {
    for former in editions(&**tx).await?.into_iter().filter(|former| former.from == from) {
        band::Entity::delete_many()
            .filter(band::Column::EditionId.eq(former.id))
            .exec(&**tx)
            .await?;
        edition::Entity::delete_by_id(former.id).exec(&**tx).await?;
    }
    let id = fresh(tx.now());
    edition::Entity::insert(edition::ActiveModel {
        id: Set(id),
        valid_from: Set(from),
        content_hash: Set(hash(bands)?),
        imported_at: Set(tx.now()),
    })
    .exec_without_returning(&**tx)
    .await?;
    let rows = (0..).zip(bands).map(|(place, row)| {
        let big = |hertz: u64| i64::try_from(hertz).map_err(Failure::internal);
        Ok(band::ActiveModel {
            edition_id: Set(id),
            place: Set(place),
            lower_hz: Set(big(row.range.from().hertz())?),
            upper_hz: Set(big(row.range.until().hertz())?),
            content: Set(serde_json::to_value(row).map_err(Failure::internal)?),
        })
    });
    let mut rows = rows.collect::<Result<Vec<_>, Failure>>()?;
    while !rows.is_empty() {
        let rest = rows.split_off(rows.len().min(CHUNK));
        band::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
        rows = rest;
    }
    Ok(())
}
