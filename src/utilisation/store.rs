//! Rows of reports.

use anrop_entity::{number_range, number_use, permit, utilisation_report};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, PaginatorTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
    sea_query::{Query, SelectStatement},
};
use uuid::Uuid;

use super::{model::UtilisationReport, rules};
use crate::{
    database::Tx,
    failure::Failure,
    permit::{model::Permit, store::from_row},
    values::ids::PermitId,
};

/// A report with when it came.
#[derive(Debug, Clone)]
pub struct StoredReport {
    /// Permit.
    pub permit: Uuid,
    /// What it says.
    pub content: UtilisationReport,
    /// When it first came in.
    pub first_reported_at: DateTime<Utc>,
    /// When it was sent, or last corrected.
    pub reported_at: DateTime<Utc>,
    /// Grows with every correction; 0 before the first.
    pub version: i32,
}

fn read(row: utilisation_report::Model) -> Result<StoredReport, Failure> {
    Ok(StoredReport {
        permit: row.permit_id,
        content: serde_json::from_value(row.content).map_err(Failure::internal)?,
        first_reported_at: row.first_reported_at,
        reported_at: row.reported_at,
        version: row.version,
    })
}

/// The report of a permit on a year.
pub async fn find(
    connection: &impl ConnectionTrait,
    permit: PermitId,
    year: i32,
) -> Result<Option<StoredReport>, Failure> {
    let row = utilisation_report::Entity::find_by_id((permit.0, year)).one(connection).await?;
    row.map(read).transpose()
}

/// Writes a report, new or over the one before. The permit is locked.
pub async fn put(tx: &Tx, year: i32, report: &StoredReport) -> Result<(), Failure> {
    let row = utilisation_report::ActiveModel {
        permit_id: Set(report.permit),
        year: Set(year),
        content: Set(serde_json::to_value(&report.content).map_err(Failure::internal)?),
        first_reported_at: Set(report.first_reported_at),
        reported_at: Set(report.reported_at),
        version: Set(report.version),
    };
    if report.version == 1 {
        utilisation_report::Entity::insert(row).exec_without_returning(&**tx).await?;
    } else {
        utilisation_report::Entity::update(row).exec(&**tx).await?;
    }
    Ok(())
}

fn reported(year: i32) -> SelectStatement {
    Query::select()
        .column(utilisation_report::Column::PermitId)
        .from(utilisation_report::Entity)
        .and_where(utilisation_report::Column::Year.eq(year))
        .to_owned()
}

/// Live permits with number series that were valid before `before`, by id; those without a report
/// on the year, those with one, or both; and how many there are.
pub async fn reporting(
    connection: &impl ConnectionTrait,
    year: i32,
    before: NaiveDate,
    missing: Option<bool>,
    after: Option<Uuid>,
    limit: u64,
) -> Result<(Vec<Permit>, u64), Failure> {
    let with_series = Query::select()
        .column(number_range::Column::PermitId)
        .from(number_range::Entity)
        .and_where(number_range::Column::PermitId.is_not_null())
        .and_where(number_range::Column::Plan.is_in(rules::reported_in(year)))
        .to_owned();
    let mut query = permit::Entity::find()
        .filter(permit::Column::Id.in_subquery(with_series))
        .filter(permit::Column::ValidFrom.lt(before));
    query = match missing {
        None => query,
        Some(true) => query.filter(permit::Column::Id.not_in_subquery(reported(year))),
        Some(false) => query.filter(permit::Column::Id.in_subquery(reported(year))),
    };
    let total = query.clone().count(connection).await?;
    if let Some(after) = after {
        query = query.filter(permit::Column::Id.gt(after));
    }
    let rows = query.order_by_asc(permit::Column::Id).limit(limit).all(connection).await?;
    Ok((rows.into_iter().map(from_row).collect::<Result<_, _>>()?, total))
}

/// What the holder of a permit has stated of the use of its numbers.
pub type StatedUse = number_use::Model;

/// What the holder of a permit has stated last.
pub async fn stated(
    connection: &impl ConnectionTrait,
    permit: PermitId,
) -> Result<Option<StatedUse>, Failure> {
    Ok(number_use::Entity::find_by_id(permit.0).one(connection).await?)
}

/// Writes a statement, new or over the one before. The permit is locked.
pub async fn state(tx: &Tx, stated: &StatedUse) -> Result<(), Failure> {
    let row = number_use::ActiveModel {
        permit_id: Set(stated.permit_id),
        in_use_on: Set(stated.in_use_on),
        stated_at: Set(stated.stated_at),
        version: Set(stated.version),
    };
    if stated.version == 1 {
        number_use::Entity::insert(row).exec_without_returning(&**tx).await?;
    } else {
        number_use::Entity::update(row).exec(&**tx).await?;
    }
    Ok(())
}

/// Live permits with number resources of these types, by id, each with what its holder has stated.
pub async fn watched(
    connection: &impl ConnectionTrait,
    types: &[&str],
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<(Permit, Option<StatedUse>)>, Failure> {
    let with_them = Query::select()
        .column(number_range::Column::PermitId)
        .from(number_range::Entity)
        .and_where(number_range::Column::PermitId.is_not_null())
        .and_where(number_range::Column::Plan.is_in(types.iter().copied()))
        .to_owned();
    let mut query = permit::Entity::find()
        .filter(permit::Column::Id.in_subquery(with_them))
        .filter(permit::Column::EndedAt.is_null());
    if let Some(after) = after {
        query = query.filter(permit::Column::Id.gt(after));
    }
    let rows = query.order_by_asc(permit::Column::Id).limit(limit).all(connection).await?;
    let ids = rows.iter().map(|row| row.id);
    let stated = number_use::Entity::find()
        .filter(number_use::Column::PermitId.is_in(ids))
        .all(connection)
        .await?;
    let with_statement = |row: permit::Model| -> Result<_, Failure> {
        let of_it = stated.iter().find(|stated| stated.permit_id == row.id).cloned();
        Ok((from_row(row)?, of_it))
    };
    rows.into_iter().map(with_statement).collect()
}

/// The reports of several permits on a year.
pub async fn of_permits(
    connection: &impl ConnectionTrait,
    permits: impl IntoIterator<Item = Uuid>,
    year: i32,
) -> Result<Vec<StoredReport>, Failure> {
    let rows = utilisation_report::Entity::find()
        .filter(utilisation_report::Column::Year.eq(year))
        .filter(utilisation_report::Column::PermitId.is_in(permits))
        .all(connection)
        .await?;
    rows.into_iter().map(read).collect()
}
