//! Rows of the edition and of changes.

use anrop_entity::{listed_number_range, number_range_change};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

use super::{
    super::model::{Provider, RangeStatus},
    model::{ListedRange, RangeChange},
};
use crate::{
    database::Tx,
    failure::Failure,
    values::number_resource::{Resource, ResourceType},
};

/// Most changes told at once.
pub const MOST: u64 = 200;
/// Rows written in one statement.
const CHUNK: usize = 500;

fn kind_of(plan: &str) -> Result<&'static ResourceType, Failure> {
    ResourceType::of(plan).ok_or_else(|| Failure::internal("unknown plan of a number range"))
}

fn status_of(code: &str) -> Result<RangeStatus, Failure> {
    RangeStatus::from_code(code)
        .ok_or_else(|| Failure::internal("unknown status of a number range"))
}

/// The edition last taken over, by type and place.
pub async fn edition(connection: &impl ConnectionTrait) -> Result<Vec<ListedRange>, Failure> {
    let rows = listed_number_range::Entity::find()
        .order_by_asc(listed_number_range::Column::Plan)
        .order_by_asc(listed_number_range::Column::LowerPlace)
        .all(connection)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(ListedRange {
                kind: kind_of(&row.plan)?,
                lower: row.lower_place,
                upper: row.upper_place,
                line: row.line,
                status: status_of(&row.status)?,
                provider: row.provider,
                comment: row.comment,
                category: row.category,
                point_code: row.point_code,
            })
        })
        .collect()
}

/// Replaces the edition.
pub async fn replace(tx: &Tx, edition: &[ListedRange]) -> Result<(), Failure> {
    listed_number_range::Entity::delete_many().exec(&**tx).await?;
    for chunk in edition.chunks(CHUNK) {
        let rows = chunk.iter().map(|range| {
            listed_number_range::Model {
                plan: range.kind.code.to_owned(),
                lower_place: range.lower,
                upper_place: range.upper,
                line: range.line,
                status: range.status.code().to_owned(),
                provider: range.provider.clone(),
                comment: range.comment.clone(),
                category: range.category.clone(),
                point_code: range.point_code.clone(),
            }
            .into_active_model()
        });
        listed_number_range::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    }
    Ok(())
}

/// Writes a change.
pub async fn insert_change(tx: &Tx, change: &RangeChange) -> Result<(), Failure> {
    let new = change.new_provider.as_ref();
    let row = number_range_change::ActiveModel {
        id: Set(change.id),
        plan: Set(change.kind.code.to_owned()),
        lower_place: Set(change.resource.lower()),
        upper_place: Set(change.resource.upper()),
        first_number: Set(change.resource.first().to_owned()),
        last_number: Set(change.resource.last().to_owned()),
        cause: Set(change.cause.code().to_owned()),
        status: Set(change.status.code().to_owned()),
        provider: Set(change.provider.clone()),
        new_provider: Set(new.map(|new| new.name.clone())),
        new_provider_number: Set(new.and_then(|new| new.number.clone())),
        permit_id: Set(change.permit),
        grounds: Set(change.grounds.clone()),
        changed_by: Set(change.by.clone()),
        changed_at: Set(change.at),
    };
    number_range_change::Entity::insert(row).exec_without_returning(&**tx).await?;
    Ok(())
}

/// Changes of ranges that hold a number, newest first; at most `limit`.
pub async fn changes_of(
    connection: &impl ConnectionTrait,
    kind: &'static ResourceType,
    number: &Resource,
    limit: u64,
) -> Result<Vec<RangeChange>, Failure> {
    use number_range_change::Column;
    let rows = number_range_change::Entity::find()
        .filter(Column::Plan.eq(kind.code))
        .filter(Column::UpperPlace.gte(number.lower()))
        .filter(Column::LowerPlace.lte(number.upper()))
        .order_by_desc(Column::ChangedAt)
        .order_by_desc(Column::Id)
        .limit(limit)
        .all(connection)
        .await?;
    rows.into_iter()
        .map(|row| {
            let kind = kind_of(&row.plan)?;
            let resource = kind
                .at(row.lower_place, row.upper_place)
                .ok_or_else(|| Failure::internal("a change without numbers"))?;
            Ok(RangeChange {
                id: row.id,
                kind,
                resource,
                cause: row
                    .cause
                    .parse()
                    .ok()
                    .ok_or_else(|| Failure::internal("unknown cause of a change"))?,
                status: status_of(&row.status)?,
                provider: row.provider,
                new_provider: row
                    .new_provider
                    .map(|name| Provider { name, number: row.new_provider_number }),
                permit: row.permit_id,
                grounds: row.grounds,
                by: row.changed_by,
                at: row.changed_at,
            })
        })
        .collect()
}
