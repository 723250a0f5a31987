//! Rows of pools, and the permits that share them.

use anrop_entity::spectrum_fee_pool::{ActiveModel, Column, Entity, Model};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};

use super::model::{Pool, PoolContent};
use crate::{database::Tx, failure::Failure};

fn read(row: Model) -> Result<Pool, Failure> {
    Ok(Pool {
        year: row.year,
        content: serde_json::from_value(row.content).map_err(Failure::internal)?,
        shared_at: row.shared_at,
        version: row.version,
    })
}

/// The pool of a year.
pub async fn find(connection: &impl ConnectionTrait, year: i32) -> Result<Option<Pool>, Failure> {
    Entity::find_by_id(year).one(connection).await?.map(read).transpose()
}

/// The pool of a year, locked until the transaction ends.
pub async fn lock(tx: &Tx, year: i32) -> Result<Option<Pool>, Failure> {
    Entity::find_by_id(year).lock_exclusive().one(&**tx).await?.map(read).transpose()
}

/// Years up to `last` whose pool is set.
pub async fn years(connection: &impl ConnectionTrait, last: i32) -> Result<Vec<i32>, Failure> {
    let rows = Entity::find()
        .filter(Column::Year.lte(last))
        .order_by_asc(Column::Year)
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| row.year).collect())
}

/// Writes the pool of a year, new or over the one before, which is locked.
pub async fn put(
    tx: &Tx,
    year: i32,
    content: &PoolContent,
    version: i32,
    actor: &str,
) -> Result<(), Failure> {
    let row = ActiveModel {
        year: Set(year),
        content: Set(serde_json::to_value(content).map_err(Failure::internal)?),
        set_by: Set(actor.to_owned()),
        set_at: Set(tx.now()),
        shared_at: Set(None),
        version: Set(version),
    };
    if version == 1 {
        Entity::insert(row).exec_without_returning(&**tx).await?;
    } else {
        Entity::update(row).exec(&**tx).await?;
    }
    Ok(())
}

/// Notes that a pool has been shared out.
pub async fn shared(tx: &Tx, year: i32) -> Result<(), Failure> {
    let row = ActiveModel { shared_at: Set(Some(tx.now())), ..ActiveModel::default() };
    Entity::update_many()
        .set(row)
        .filter(Column::Year.eq(year))
        .filter(Column::SharedAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(())
}
