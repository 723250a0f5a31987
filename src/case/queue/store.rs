//! Rows of the tally and of saved views.

use std::collections::BTreeMap;

use anrop_entity::{case_tally, case_tally_change, saved_view};
use chrono::NaiveDate;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, ConnectionTrait, DbBackend, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, Statement,
    sea_query::{Expr, ExprTrait as _, OnConflict},
};
use uuid::Uuid;

use super::model::{Place, SavedView, Tally};
use crate::{
    database::{Tx, is_taken},
    failure::{Failure, Problem},
    values::ids::fresh,
};

/// Stands for all cases, whatever their deadline.
fn all() -> NaiveDate {
    NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or(NaiveDate::MAX)
}

/// Stands for every deadline that has passed when changes are added up.
fn gone() -> NaiveDate {
    NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or_default()
}

/// Counts a case at another place than before; new ones have none before.
pub async fn moved(tx: &Tx, before: Option<&Place>, after: &Place) -> Result<(), Failure> {
    if before == Some(after) {
        return Ok(());
    }
    let row = |place: &Place, change| case_tally_change::ActiveModel {
        id: Set(fresh(tx.now())),
        due_on: Set(place.due_on.unwrap_or_else(all)),
        kind: Set(place.kind.clone()),
        status: Set(place.status.clone()),
        assignee: Set(place.assignee.clone()),
        is_open: Set(place.due_on.is_some()),
        change: Set(change),
    };
    let rows = before.map(|place| row(place, -1)).into_iter().chain([row(after, 1)]);
    case_tally_change::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    Ok(())
}

/// Counts many new cases at once; for made-up data.
pub async fn add(tx: &Tx, places: &[Place], today: NaiveDate) -> Result<(), Failure> {
    let mut sums = BTreeMap::new();
    for place in places {
        count(&mut sums, place, 1, today);
    }
    add_up(tx, sums).await
}

type Key = (NaiveDate, String, String, String);

fn count(sums: &mut BTreeMap<Key, i64>, place: &Place, change: i64, today: NaiveDate) {
    let key = |day| (day, place.kind.clone(), place.status.clone(), place.assignee.clone());
    *sums.entry(key(all())).or_default() += change;
    if let Some(due) = place.due_on {
        *sums.entry(key(if due < today { gone() } else { due })).or_default() += change;
    }
}

/// In the order of the keys, so that two who add up do not wait for each other in a circle.
async fn add_up(tx: &Tx, sums: BTreeMap<Key, i64>) -> Result<(), Failure> {
    for ((due_on, kind, status, assignee), sum) in sums.into_iter().filter(|(_, sum)| *sum != 0) {
        let row = case_tally::ActiveModel {
            due_on: Set(due_on),
            kind: Set(kind),
            status: Set(status),
            assignee: Set(assignee),
            count: Set(sum),
        };
        let key = [
            case_tally::Column::DueOn,
            case_tally::Column::Kind,
            case_tally::Column::Status,
            case_tally::Column::Assignee,
        ];
        let known = Expr::col((case_tally::Entity, case_tally::Column::Count));
        case_tally::Entity::insert(row)
            .on_conflict(
                OnConflict::columns(key)
                    .value(case_tally::Column::Count, known.add(sum))
                    .to_owned(),
            )
            .exec_without_returning(&**tx)
            .await?;
    }
    Ok(())
}

/// True if there is anything to add up.
pub async fn has_changes(connection: &impl ConnectionTrait) -> Result<bool, Failure> {
    Ok(case_tally_change::Entity::find().one(connection).await?.is_some())
}

/// Adds up what has changed, and puts deadlines that have passed together. Sums stay what they are at
/// every moment, whoever else adds up or changes cases.
pub async fn fold(tx: &Tx, today: NaiveDate) -> Result<(), Failure> {
    let mut sums = BTreeMap::new();
    let taken =
        "DELETE FROM case_tally_change RETURNING due_on, kind, status, assignee, is_open, change";
    let backend = tx.get_database_backend();
    for row in tx.query_all_raw(Statement::from_string(backend, taken)).await? {
        let is_open: bool = row.try_get("", "is_open")?;
        let due_on: NaiveDate = row.try_get("", "due_on")?;
        let place = Place {
            kind: row.try_get("", "kind")?,
            status: row.try_get("", "status")?,
            assignee: row.try_get("", "assignee")?,
            due_on: is_open.then_some(due_on),
        };
        count(&mut sums, &place, i64::from(row.try_get::<i32>("", "change")?), today);
    }
    let passed = match backend {
        DbBackend::Postgres => {
            "DELETE FROM case_tally WHERE due_on > $1 AND due_on < $2 RETURNING kind, status, assignee, count"
        }
        _ => {
            "DELETE FROM case_tally WHERE due_on > ? AND due_on < ? RETURNING kind, status, assignee, count"
        }
    };
    let days = [gone().into(), today.into()];
    for row in tx.query_all_raw(Statement::from_sql_and_values(backend, passed, days)).await? {
        let key = (
            gone(),
            row.try_get::<String>("", "kind")?,
            row.try_get::<String>("", "status")?,
            row.try_get::<String>("", "assignee")?,
        );
        *sums.entry(key).or_default() += row.try_get::<i64>("", "count")?;
    }
    add_up(tx, sums).await?;
    case_tally::Entity::delete_many().filter(case_tally::Column::Count.eq(0)).exec(&**tx).await?;
    Ok(())
}

/// How many there are of each kind, state and caseworker, and how many of them are late on `today`.
pub async fn tallies(
    connection: &impl ConnectionTrait,
    today: NaiveDate,
) -> Result<Vec<Tally>, Failure> {
    let backend = connection.get_database_backend();
    let (first, second, third) = match backend {
        DbBackend::Postgres => ("$1", "$2", "$3"),
        _ => ("?1", "?2", "?3"),
    };
    let sql = format!(
        "SELECT kind, status, assignee, CAST(sum(n) AS bigint) AS n, CAST(sum(late) AS bigint) AS late FROM (\
         SELECT kind, status, assignee, count AS n, 0 AS late FROM case_tally WHERE due_on = {first} \
         UNION ALL \
         SELECT kind, status, assignee, 0, count FROM case_tally WHERE due_on >= {second} AND due_on < {third} \
         UNION ALL \
         SELECT kind, status, assignee, change, CASE WHEN is_open AND due_on < {third} THEN change ELSE 0 END \
         FROM case_tally_change) AS part GROUP BY kind, status, assignee"
    );
    let values = [all().into(), gone().into(), today.into()];
    let rows =
        connection.query_all_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    let whole = |number: i64| u64::try_from(number).unwrap_or(0);
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let count = whole(row.try_get("", "n")?);
        if count > 0 {
            found.push(Tally {
                kind: row.try_get("", "kind")?,
                status: row.try_get("", "status")?,
                assignee: row.try_get("", "assignee")?,
                count,
                late: whole(row.try_get("", "late")?),
            });
        }
    }
    Ok(found)
}

/// The views of a caseworker, by name.
pub async fn views(
    connection: &impl ConnectionTrait,
    owner: &str,
) -> Result<Vec<SavedView>, Failure> {
    let rows = saved_view::Entity::find()
        .filter(saved_view::Column::Owner.eq(owner))
        .order_by_asc(saved_view::Column::Name)
        .all(connection)
        .await?;
    let view = |row: saved_view::Model| SavedView { id: row.id, name: row.name, query: row.query };
    Ok(rows.into_iter().map(view).collect())
}

/// How many views a caseworker has.
pub async fn count_views(connection: &impl ConnectionTrait, owner: &str) -> Result<u64, Failure> {
    Ok(saved_view::Entity::find()
        .filter(saved_view::Column::Owner.eq(owner))
        .count(connection)
        .await?)
}

/// Keeps a view.
///
/// # Errors
/// 409 when the caseworker has one of that name.
pub async fn insert_view(tx: &Tx, owner: &str, name: &str, query: &str) -> Result<(), Failure> {
    saved_view::Entity::insert(saved_view::ActiveModel {
        id: Set(fresh(tx.now())),
        owner: Set(owner.to_owned()),
        name: Set(name.to_owned()),
        query: Set(query.to_owned()),
        created_at: Set(tx.now()),
    })
    .exec_without_returning(&**tx)
    .await
    .map_err(|error| {
        if is_taken(&error, "saved_view") {
            Failure::new(Problem::Conflict, "You have a view of this name. Choose another.")
        } else {
            error.into()
        }
    })?;
    Ok(())
}

/// Forgets a view of this caseworker; nothing when there is none.
pub async fn delete_view(tx: &Tx, owner: &str, id: Uuid) -> Result<(), Failure> {
    saved_view::Entity::delete_many()
        .filter(saved_view::Column::Id.eq(id))
        .filter(saved_view::Column::Owner.eq(owner))
        .exec(&**tx)
        .await?;
    Ok(())
}
