//! What goes to the archive and to eInnsyn, read a page at a time: a year has more documents than memory should hold.

use anrop_entity::{case, decision, journal_access_change, journal_entry};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, ExprTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, QueryTrait as _, Select,
    sea_query::SelectStatement,
};
use uuid::Uuid;

use super::whole;
use crate::{
    database::written,
    failure::Failure,
    journal::model::{Direction, Journaled},
    permit::kind::Kind,
    values::ids::CaseId,
};

/// States of a case in which nothing is left to be done.
const CLOSED: [&str; 7] =
    ["granted", "partlyGranted", "refused", "dismissed", "withdrawn", "upheld", "reversed"];

/// A case for the archive.
#[derive(Debug, Clone)]
pub struct ClosedCase {
    /// Id.
    pub id: CaseId,
    /// Year and serial.
    pub number: (i32, i64),
    /// When it came in.
    pub submitted_at: DateTime<Utc>,
    /// When it was closed.
    pub closed_at: DateTime<Utc>,
    /// Who had it.
    pub assignee: Option<String>,
    /// Its state, as in the database.
    pub status: String,
}

/// What a year has for the archive.
#[derive(Debug, Clone, Default)]
pub struct Extent {
    /// Closed cases.
    pub cases: u64,
    /// Cases still open; they are left for a later package.
    pub open: u64,
    /// Documents of the closed cases.
    pub entries: u64,
    /// First and last day of those.
    pub days: Option<(NaiveDate, NaiveDate)>,
    /// Latest moment of any of it.
    pub latest: Option<DateTime<Utc>>,
}

fn closed(year: i32) -> Select<case::Entity> {
    case::Entity::find()
        .filter(case::Column::Year.eq(year))
        .filter(case::Column::Status.is_in(CLOSED))
        .filter(case::Column::DecidedAt.is_not_null())
}

fn ids_of_closed(year: i32) -> SelectStatement {
    closed(year).select_only().column(case::Column::Id).into_query()
}

/// How much a year has for the archive.
///
/// # Errors
/// When the database does not answer.
pub async fn extent(connection: &impl ConnectionTrait, year: i32) -> Result<Extent, Failure> {
    let all = case::Entity::find().filter(case::Column::Year.eq(year)).count(connection).await?;
    let cases = closed(year).count(connection).await?;
    let entries = journal_entry::Entity::find()
        .filter(journal_entry::Column::CaseId.in_subquery(ids_of_closed(year)));
    let count = entries.clone().count(connection).await?;
    let one = |query: Select<journal_entry::Entity>| async move {
        Ok::<_, Failure>(query.limit(1).one(connection).await?)
    };
    let first = one(entries.clone().order_by_asc(journal_entry::Column::Day)).await?;
    let last = one(entries.order_by_desc(journal_entry::Column::At)).await?;
    let days = first.zip(last.clone()).map(|(first, last)| (first.day, last.day));
    Ok(Extent { cases, open: all - cases, entries: count, days, latest: last.map(|last| last.at) })
}

/// Closed cases of a kind and year after a serial, in the order of their numbers.
///
/// # Errors
/// When the database does not answer.
pub async fn closed_cases(
    connection: &impl ConnectionTrait,
    kind: Kind,
    year: i32,
    after: i64,
    limit: u64,
) -> Result<Vec<ClosedCase>, Failure> {
    let rows = closed(year)
        .filter(case::Column::Kind.eq(kind.as_str()))
        .filter(case::Column::Serial.gt(after))
        .order_by_asc(case::Column::Serial)
        .limit(limit)
        .all(connection)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            Some(ClosedCase {
                id: CaseId(row.id),
                number: (row.year, row.serial),
                submitted_at: row.submitted_at,
                closed_at: row.decided_at?,
                assignee: row.assignee,
                status: row.status,
            })
        })
        .collect())
}

/// The documents of these cases, by case and number.
///
/// # Errors
/// When the database does not answer.
pub async fn entries_of(
    connection: &impl ConnectionTrait,
    cases: &[CaseId],
) -> Result<Vec<Journaled>, Failure> {
    let rows = journal_entry::Entity::find()
        .filter(journal_entry::Column::CaseId.is_in(cases.iter().map(|case| case.0)))
        .order_by_asc(journal_entry::Column::CaseId)
        .order_by_asc(journal_entry::Column::Number)
        .all(connection)
        .await?;
    whole(connection, rows).await
}

/// The documents of the closed cases of a year after a place in the journal, in its order.
///
/// # Errors
/// When the database does not answer.
pub async fn running(
    connection: &impl ConnectionTrait,
    year: i32,
    after: Option<(i32, i64)>,
    limit: u64,
) -> Result<Vec<Journaled>, Failure> {
    use journal_entry::Column as C;
    let mut query = journal_entry::Entity::find()
        .filter(C::CaseId.in_subquery(ids_of_closed(year)))
        .filter(C::JournalNumber.is_not_null());
    if let Some((journal_year, number)) = after {
        use sea_orm::sea_query::ExprTrait as _;
        let same = C::JournalYear.eq(journal_year).and(C::JournalNumber.gt(number));
        query = query.filter(C::JournalYear.gt(journal_year).or(same));
    }
    let rows = query
        .order_by_asc(C::JournalYear)
        .order_by_asc(C::JournalNumber)
        .limit(limit)
        .all(connection)
        .await?;
    whole(connection, rows).await
}

/// Changes of access codes of documents of the closed cases of a year, in order, after an id.
///
/// # Errors
/// When the database does not answer.
pub async fn access_changes(
    connection: &impl ConnectionTrait,
    year: i32,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<journal_access_change::Model>, Failure> {
    let entries = journal_entry::Entity::find()
        .select_only()
        .column(journal_entry::Column::Id)
        .filter(journal_entry::Column::CaseId.in_subquery(ids_of_closed(year)))
        .into_query();
    let mut query = journal_access_change::Entity::find()
        .filter(journal_access_change::Column::EntryId.in_subquery(entries));
    if let Some(after) = after {
        query = query.filter(journal_access_change::Column::Id.gt(after));
    }
    let rows = query.order_by_asc(journal_access_change::Column::Id).limit(limit);
    Ok(rows.all(connection).await?)
}

/// Who decided these cases last.
///
/// # Errors
/// When the database does not answer.
pub async fn deciders(
    connection: &impl ConnectionTrait,
    cases: &[CaseId],
) -> Result<std::collections::HashMap<Uuid, String>, Failure> {
    let rows: Vec<(Uuid, String)> = decision::Entity::find()
        .select_only()
        .columns([decision::Column::CaseId, decision::Column::DecidedBy])
        .filter(decision::Column::CaseId.is_in(cases.iter().map(|case| case.0)))
        .order_by_asc(decision::Column::Id)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(rows.into_iter().collect())
}

/// Public documents of the days from `from` to `to`, by case and number, after a place.
///
/// # Errors
/// When the database does not answer.
pub async fn of_days(
    connection: &impl ConnectionTrait,
    (from, to): (NaiveDate, NaiveDate),
    after: Option<(Uuid, i32)>,
    limit: u64,
) -> Result<Vec<Journaled>, Failure> {
    use journal_entry::Column as C;
    let mut query =
        journal_entry::Entity::find()
            .filter(C::JournalNumber.is_not_null())
            .filter(C::Direction.into_expr().ne(written(Direction::Internal.code())))
            // as in the public journal, without supervision
            .filter(C::CaseId.in_subquery(
                case::Entity::find().select_only().column(case::Column::Id).into_query(),
            ))
            .filter(C::Day.gte(from))
            .filter(C::Day.lte(to));
    if let Some((case, number)) = after {
        use sea_orm::sea_query::ExprTrait as _;
        let same = C::CaseId.eq(case).and(C::Number.gt(number));
        query = query.filter(C::CaseId.gt(case).or(same));
    }
    let rows = query.order_by_asc(C::CaseId).order_by_asc(C::Number).limit(limit);
    let rows = rows.all(connection).await?;
    whole(connection, rows).await
}

/// When cases came in.
///
/// # Errors
/// When the database does not answer.
pub async fn submitted(
    connection: &impl ConnectionTrait,
    cases: &[CaseId],
) -> Result<std::collections::HashMap<Uuid, DateTime<Utc>>, Failure> {
    let rows: Vec<(Uuid, DateTime<Utc>)> = case::Entity::find()
        .select_only()
        .columns([case::Column::Id, case::Column::SubmittedAt])
        .filter(case::Column::Id.is_in(cases.iter().map(|case| case.0)))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(rows.into_iter().collect())
}
