//! Rows of series of call signs that are nearly full. A row is made when a series passes the mark and goes when it falls
//! below it, so that passing it again is told of again; that somebody has seen to it stays noted meanwhile.

use anrop_entity::series_task;
use chrono::TimeDelta;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, sea_query::OnConflict,
};
use uuid::Uuid;

use crate::{
    database::Tx,
    disclosure::policy::Kind,
    failure::{Failure, Problem},
    identity::Kinds,
    values::{
        calendar::oslo_date,
        call_sign_series::{self, Series, SeriesKind},
        ids::fresh,
        reminder::Reminder,
    },
};

/// A task about a series as it stands.
pub type Row = series_task::Model;

/// The series a task is about.
///
/// # Errors
/// When this version of the program knows no series of the name.
pub fn series_of(row: &Row) -> Result<&'static Series, Failure> {
    call_sign_series::named(&row.series)
        .ok_or_else(|| Failure::internal("a task is about a series that there is not"))
}

/// The kind of permit that signs of the series of a task are given with.
///
/// # Errors
/// As [`series_of`].
pub fn kind_of(row: &Row) -> Result<Kind, Failure> {
    Ok(permit_kind(series_of(row)?.kind))
}

const fn permit_kind(series: SeriesKind) -> Kind {
    match series {
        SeriesKind::Plb | SeriesKind::TestPlb => Kind::Plb,
        _ => Kind::Amateur,
    }
}

/// Names of the series whose tasks somebody with these kinds sees.
fn visible(kinds: Kinds) -> Vec<&'static str> {
    let all = call_sign_series::all().iter();
    all.filter(|series| kinds.contains(permit_kind(series.kind)))
        .map(|series| series.name)
        .collect()
}

/// Every series that has a task, done or not.
///
/// # Errors
/// When the database does not answer.
pub async fn known(connection: &impl ConnectionTrait) -> Result<Vec<String>, Failure> {
    let rows = series_task::Entity::find().all(connection).await?;
    Ok(rows.into_iter().map(|row| row.series).collect())
}

/// Keeps a task for each of these series, and none for others.
///
/// # Errors
/// When the database does not answer.
pub async fn keep(tx: &Tx, full: &[&'static str]) -> Result<(), Failure> {
    series_task::Entity::delete_many()
        .filter(series_task::Column::Series.is_not_in(full.iter().copied()))
        .exec(&**tx)
        .await?;
    let today = oslo_date(tx.now());
    let days = Reminder::Task.days(today).unwrap_or_default();
    for series in full {
        series_task::Entity::insert(series_task::ActiveModel {
            id: Set(fresh(tx.now())),
            series: Set((*series).to_owned()),
            due_on: Set(today + TimeDelta::days(days)),
            created_at: Set(tx.now()),
            done_at: Set(None),
            done_by: Set(None),
            version: Set(1),
        })
        .on_conflict(OnConflict::column(series_task::Column::Series).do_nothing().to_owned())
        .exec_without_returning(&**tx)
        .await?;
    }
    Ok(())
}

/// Open tasks about series of signs of these kinds, after `after`; and how many there are.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    connection: &impl ConnectionTrait,
    kinds: Kinds,
    after: Option<Uuid>,
    limit: u64,
) -> Result<(Vec<Row>, u64), Failure> {
    let mut query = series_task::Entity::find()
        .filter(series_task::Column::DoneAt.is_null())
        .filter(series_task::Column::Series.is_in(visible(kinds)));
    let total = query.clone().count(connection).await?;
    if let Some(after) = after {
        query = query.filter(series_task::Column::Id.gt(after));
    }
    let rows = query.order_by_asc(series_task::Column::Id).limit(limit).all(connection).await?;
    Ok((rows, total))
}

/// The task with this id; nothing when it is one of another sort.
///
/// # Errors
/// When the database does not answer.
pub async fn find(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<Row>, Failure> {
    Ok(series_task::Entity::find_by_id(id).one(connection).await?)
}

/// Notes who has seen to a task.
///
/// # Errors
/// 409 when it is done already, 412 when it changed.
pub async fn complete(tx: &Tx, row: Row, version: i32, by: &str) -> Result<Row, Failure> {
    if row.done_at.is_some() {
        return Err(Failure::new(Problem::IllegalTransition, "The task is done already."));
    }
    let done = series_task::Entity::update_many()
        .set(series_task::ActiveModel {
            done_at: Set(Some(tx.now())),
            done_by: Set(Some(by.to_owned())),
            version: Set(version + 1),
            ..Default::default()
        })
        .filter(series_task::Column::Id.eq(row.id))
        .filter(series_task::Column::Version.eq(version))
        .exec(&**tx)
        .await?;
    if done.rows_affected == 0 {
        return Err(Failure::stale());
    }
    Ok(Row { done_at: Some(tx.now()), done_by: Some(by.to_owned()), version: version + 1, ..row })
}
