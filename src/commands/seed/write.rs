//! Many rows in few statements. It must not decide anything about them.

use anrop_entity::permit;
use sea_orm::{
    ActiveModelTrait, ColumnTrait as _, ConnectionTrait as _, EntityTrait, Iterable as _,
    PaginatorTrait as _, QueryFilter as _, Statement,
};

use super::{
    rows::{CaseRows, Rows},
    size,
};
use crate::{
    assignment,
    case::queue,
    database::{Db, Tx, is_taken},
    failure::{Failure, Problem},
    permit::kind::Kind,
    values::call_sign_series::SeriesKind,
};

/// Values in one statement; SQLite takes at most 32,766, PostgreSQL 65,535.
const VALUES: usize = 30_000;

/// Writes the rows of one transaction; answers how many.
///
/// # Errors
/// When the database holds somebody of the same national id already, or does not answer.
pub async fn all(db: &Db, rows: &Rows) -> Result<u64, Failure> {
    db.write(|tx| async move {
        let mut count = insert(&tx, &rows.parties).await?;
        count += insert(&tx, &rows.keys).await?;
        count += insert(&tx, &rows.permits).await?;
        count += insert(&tx, &rows.versions).await?;
        count += insert(&tx, &rows.identifiers).await?;
        count += insert(&tx, &rows.contacts).await?;
        count += insert(&tx, &rows.orders).await?;
        count += insert(&tx, &rows.assessments).await?;
        count += insert(&tx, &rows.signs).await?;
        count += insert(&tx, &rows.sites).await?;
        count += insert(&tx, &rows.consents).await?;
        count += insert(&tx, &rows.public).await?;
        Ok(count)
    })
    .await
}

async fn insert<A: ActiveModelTrait>(tx: &Tx, rows: &[A]) -> Result<u64, Failure> {
    let columns = <A::Entity as EntityTrait>::Column::iter().count();
    for chunk in rows.chunks(VALUES / columns) {
        A::Entity::insert_many(chunk.iter().cloned())
            .exec_without_returning(&**tx)
            .await
            .map_err(|error| {
                if is_taken(&error, "party") {
                    Failure::new(
                        Problem::Conflict,
                        "the database holds made-up people of another seed; seed an empty one, or name that seed",
                    )
                } else {
                    error.into()
                }
            })?;
    }
    Ok(rows.len() as u64)
}

/// Takes `count` places of a series; answers the first.
///
/// # Errors
/// When the series is too short.
pub async fn take_places(tx: &Tx, kind: SeriesKind, count: u64) -> Result<u64, Failure> {
    let first = assignment::store::lock_series(tx, kind.code()).await?;
    if first + count > size(kind) {
        return Err(Failure::new(
            Problem::SeriesExhausted,
            "the test series is too short for so many",
        ));
    }
    assignment::store::move_series(tx, kind.code(), first + count).await?;
    Ok(first)
}

/// Writes made-up cases of one transaction, and counts them; answers how many rows.
///
/// # Errors
/// When the database does not answer.
pub async fn cases(db: &Db, rows: &CaseRows, today: chrono::NaiveDate) -> Result<u64, Failure> {
    db.write(|tx| async move {
        let mut count = insert(&tx, &rows.parties).await?;
        count += insert(&tx, &rows.keys).await?;
        count += insert(&tx, &rows.cases).await?;
        queue::store::add(&tx, &rows.places, today).await?;
        Ok(count)
    })
    .await
}

/// Takes `count` numbers of a counter in a row; answers the first.
///
/// # Errors
/// When another process takes numbers at the same time.
pub async fn take_numbers(tx: &Tx, counter: &str, count: u64) -> Result<i64, Failure> {
    let count = i64::try_from(count).map_err(Failure::internal)?;
    let sql = if tx.is_postgres() {
        format!(
            "SELECT min(n) AS first, max(n) AS last FROM \
             (SELECT nextval('{counter}') AS n FROM generate_series(1, $1)) AS numbers"
        )
    } else {
        format!(
            "UPDATE counter SET value = value + ? WHERE name = '{counter}' RETURNING value AS last"
        )
    };
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, [count.into()]);
    let row = tx
        .query_one_raw(statement)
        .await?
        .ok_or_else(|| Failure::internal("the counter is missing"))?;
    let last: i64 = row.try_get::<Option<i64>>("", "last")?.unwrap_or(0);
    let first = last - count + 1;
    if tx.is_postgres() && count > 0 && row.try_get::<i64>("", "first")? != first {
        return Err(Failure::new(
            Problem::Conflict,
            "numbers are being taken right now; seed a registry that rests",
        ));
    }
    Ok(first)
}

/// How many transmitter permits stand already; the next one's holder has this number.
pub async fn transmitters(tx: &Tx) -> Result<u64, Failure> {
    let count = permit::Entity::find()
        .filter(permit::Column::Kind.eq(Kind::Transmitter.as_str()))
        .count(&**tx)
        .await?;
    Ok(count)
}
