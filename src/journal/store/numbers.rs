//! Numbers in the journal of the year.

use anrop_entity::{journal_entry, journal_year};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, Statement, sea_query::OnConflict,
};

use crate::{database::Tx, failure::Failure};

/// Years with documents that have no number in the journal of the year yet.
///
/// # Errors
/// When the database does not answer.
pub async fn unnumbered_years(connection: &impl ConnectionTrait) -> Result<Vec<i32>, Failure> {
    Ok(journal_entry::Entity::find()
        .select_only()
        .column(journal_entry::Column::JournalYear)
        .distinct()
        .filter(journal_entry::Column::JournalNumber.is_null())
        .order_by_asc(journal_entry::Column::JournalYear)
        .into_tuple()
        .all(connection)
        .await?)
}

/// Gives the oldest documents without one their numbers in the journal of a year, at most `limit`; answers how many.
/// Whoever numbers has the row of the year, so numbers have no holes whoever else writes.
///
/// # Errors
/// When the database does not answer.
pub async fn number(tx: &Tx, year: i32, limit: u64) -> Result<u64, Failure> {
    journal_year::Entity::insert(journal_year::ActiveModel { year: Set(year), last: Set(0) })
        .on_conflict(OnConflict::column(journal_year::Column::Year).do_nothing().to_owned())
        .exec_without_returning(&**tx)
        .await?;
    let row = journal_year::Entity::find_by_id(year).lock_exclusive().one(&**tx).await?;
    let last = row.ok_or_else(|| Failure::internal("a year of the journal is missing"))?.last;
    let (one, two, three) = if tx.is_postgres() { ("$1", "$2", "$3") } else { ("?", "?", "?") };
    let sql = format!(
        "UPDATE journal_entry SET journal_number = given.number FROM (\
         SELECT id, {one} + row_number() OVER (ORDER BY at, case_id, number) AS number FROM journal_entry \
         WHERE journal_year = {two} AND journal_number IS NULL ORDER BY at, case_id, number LIMIT {three}\
         ) AS given WHERE journal_entry.id = given.id"
    );
    let values = [last.into(), year.into(), i64::try_from(limit).unwrap_or(i64::MAX).into()];
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
    let given = tx.execute_raw(statement).await?.rows_affected();
    journal_year::Entity::update_many()
        .set(journal_year::ActiveModel {
            last: Set(last + i64::try_from(given).map_err(Failure::internal)?),
            ..Default::default()
        })
        .filter(journal_year::Column::Year.eq(year))
        .exec(&**tx)
        .await?;
    Ok(given)
}
