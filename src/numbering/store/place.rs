//! Where the search for free blocks begins: before it, an area has had no free block of the size.
//!
//! It is moved by whoever finds it free to be moved, and only over what is committed. What is given back
//! moves it back. A hold that runs out does not; the search that finds too few begins anew.

use std::collections::BTreeMap;

use anrop_entity::number_place::{ActiveModel, Column, Entity};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _,
    sea_query::{LockBehavior, LockType, OnConflict},
};

use crate::{
    database::Tx,
    failure::Failure,
    values::number_resource::{Resource, ResourceType},
};

/// Where a search begins.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// The first place that may be free.
    pub next: i64,
    /// It is locked until the transaction ends, and may be moved.
    pub is_held: bool,
}

/// Where every search for blocks of `size` begins, by the beginning of its area.
pub async fn all(tx: &Tx, kind: &ResourceType, size: i64) -> Result<BTreeMap<i64, i64>, Failure> {
    let rows: Vec<(i64, i64)> = Entity::find()
        .select_only()
        .column(Column::FromPlace)
        .column(Column::NextPlace)
        .filter(Column::Plan.eq(kind.code))
        .filter(Column::Size.eq(size))
        .into_tuple()
        .all(&**tx)
        .await?;
    Ok(rows.into_iter().collect())
}

/// Where to look for blocks of `size` in the area from `from` on, locked if nobody else has it locked
/// just now. `seen` is what [`all`] said of it. Nobody is waited for but who makes it at the same moment.
pub async fn look_up(
    tx: &Tx,
    kind: &ResourceType,
    from: i64,
    size: i64,
    seen: Option<i64>,
) -> Result<Place, Failure> {
    let key = Entity::find_by_id((kind.code.to_owned(), from, size));
    let held = match tx.is_postgres() {
        true => key.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked),
        false => key,
    };
    if let Some(row) = held.one(&**tx).await? {
        return Ok(Place { next: row.next_place, is_held: true });
    }
    if let Some(next) = seen {
        return Ok(Place { next, is_held: false });
    }
    Entity::insert(ActiveModel {
        plan: Set(kind.code.to_owned()),
        from_place: Set(from),
        size: Set(size),
        next_place: Set(from),
    })
    .on_conflict(OnConflict::new().do_nothing().to_owned())
    .exec_without_returning(&**tx)
    .await?;
    Ok(Place { next: from, is_held: false })
}

/// Moves a place that is held.
pub async fn move_to(
    tx: &Tx,
    kind: &ResourceType,
    from: i64,
    size: i64,
    next: i64,
) -> Result<(), Failure> {
    Entity::update_many()
        .set(ActiveModel { next_place: Set(next), ..Default::default() })
        .filter(Column::Plan.eq(kind.code))
        .filter(Column::FromPlace.eq(from))
        .filter(Column::Size.eq(size))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Lets every search begin anew.
pub async fn forget(tx: &Tx) -> Result<(), Failure> {
    Entity::delete_many().exec(&**tx).await?;
    Ok(())
}

/// Lets every search come back to numbers that have become free.
pub async fn reopen(tx: &Tx, kind: &ResourceType, freed: &Resource) -> Result<(), Failure> {
    // locked first: whoever is moving it now may be moving it past what is freed here
    let rows = Entity::find()
        .filter(Column::Plan.eq(kind.code))
        .filter(Column::FromPlace.lte(freed.upper()))
        .lock_exclusive()
        .all(&**tx)
        .await?;
    for row in rows {
        let first = (freed.lower() - row.size + 1).max(row.from_place);
        if first < row.next_place {
            move_to(tx, kind, row.from_place, row.size, first).await?;
        }
    }
    Ok(())
}
