//! What goes to the archive and to eInnsyn, read a page at a time: a year has more documents than memory should hold.

use std::collections::HashMap;

use anrop_entity::{
    case, decision, fee_case, journal_access_change, journal_entry, supervision_case,
};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, ExprTrait as _,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, QueryTrait as _,
    Select, sea_query::Expr,
};
use uuid::Uuid;

use super::whole;
use crate::{
    database::written,
    failure::Failure,
    journal::model::{Direction, Journaled, Subject},
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
    /// Its applicant took it back.
    pub is_withdrawn: bool,
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

/// A year of case numbers, for the archive.
#[derive(Debug, Clone, Copy)]
pub struct CaseYear {
    /// The year.
    pub year: i32,
    /// It is over, so that no more invoices come into its cases of fees.
    pub is_over: bool,
}

fn closed(of: CaseYear) -> Select<case::Entity> {
    case::Entity::find()
        .filter(case::Column::Year.eq(of.year))
        .filter(case::Column::Status.is_in(CLOSED))
        .filter(case::Column::DecidedAt.is_not_null())
}

fn closed_supervision(of: CaseYear) -> Select<supervision_case::Entity> {
    supervision_case::Entity::find()
        .filter(supervision_case::Column::Year.eq(of.year))
        .filter(supervision_case::Column::ClosedAt.is_not_null())
}

/// Nothing is left to be paid of what is invoiced in the case.
const SETTLED: &str = r#"NOT EXISTS (SELECT 1 FROM invoice i JOIN letter l ON l.id = i.letter_id
  WHERE i.holder_id = "fee_case"."party_id" AND l.case_id = "fee_case"."id"
  AND i.kind = 'invoice' AND i.settled_on IS NULL)"#;

/// A case of fees is closed when its year is over and everything in it is settled.
fn closed_fees(of: CaseYear) -> Select<fee_case::Entity> {
    fee_case::Entity::find()
        .filter(fee_case::Column::Year.eq(if of.is_over { of.year } else { NO_YEAR }))
        .filter(Expr::cust(SETTLED))
}

/// A year without cases.
const NO_YEAR: i32 = 0;

/// Documents of the closed cases.
fn of_closed(of: CaseYear) -> Condition {
    use journal_entry::Column::CaseId;
    Condition::any()
        .add(CaseId.in_subquery(closed(of).select_only().column(case::Column::Id).into_query()))
        .add(CaseId.in_subquery(
            closed_supervision(of).select_only().column(supervision_case::Column::Id).into_query(),
        ))
        .add(
            CaseId.in_subquery(
                closed_fees(of).select_only().column(fee_case::Column::Id).into_query(),
            ),
        )
}

/// How much a year has for the archive.
///
/// # Errors
/// When the database does not answer.
pub async fn extent(connection: &impl ConnectionTrait, of: CaseYear) -> Result<Extent, Failure> {
    let all = case::Entity::find().filter(case::Column::Year.eq(of.year)).count(connection).await?
        + supervision_case::Entity::find()
            .filter(supervision_case::Column::Year.eq(of.year))
            .count(connection)
            .await?
        + fee_case::Entity::find()
            .filter(fee_case::Column::Year.eq(of.year))
            .count(connection)
            .await?;
    let cases = closed(of).count(connection).await?
        + closed_supervision(of).count(connection).await?
        + closed_fees(of).count(connection).await?;
    let entries = journal_entry::Entity::find().filter(of_closed(of));
    let count = entries.clone().count(connection).await?;
    let one = |query: Select<journal_entry::Entity>| async move {
        Ok::<_, Failure>(query.limit(1).one(connection).await?)
    };
    let first = one(entries.clone().order_by_asc(journal_entry::Column::Day)).await?;
    let last = one(entries.order_by_desc(journal_entry::Column::At)).await?;
    let days = first.zip(last.clone()).map(|(first, last)| (first.day, last.day));
    Ok(Extent { cases, open: all - cases, entries: count, days, latest: last.map(|last| last.at) })
}

/// Closed cases about a subject and of a year after a serial, in the order of their numbers.
///
/// # Errors
/// When the database does not answer.
pub async fn closed_cases(
    connection: &impl ConnectionTrait,
    subject: Subject,
    of: CaseYear,
    after: i64,
    limit: u64,
) -> Result<Vec<ClosedCase>, Failure> {
    match subject {
        Subject::Permit(kind) => {
            let rows = closed(of)
                .filter(case::Column::Kind.eq(kind.as_str()))
                .filter(case::Column::Serial.gt(after))
                .order_by_asc(case::Column::Serial)
                .limit(limit)
                .all(connection)
                .await?;
            let closed = |row: case::Model| {
                Some(ClosedCase {
                    id: CaseId(row.id),
                    number: (row.year, row.serial),
                    submitted_at: row.submitted_at,
                    closed_at: row.decided_at?,
                    assignee: row.assignee,
                    is_withdrawn: row.status == "withdrawn",
                })
            };
            Ok(rows.into_iter().filter_map(closed).collect())
        }
        Subject::Supervision => {
            let rows = closed_supervision(of)
                .filter(supervision_case::Column::Serial.gt(after))
                .order_by_asc(supervision_case::Column::Serial)
                .limit(limit)
                .all(connection)
                .await?;
            let closed = |row: supervision_case::Model| {
                Some(ClosedCase {
                    id: CaseId(row.id),
                    number: (row.year, row.serial),
                    submitted_at: row.opened_at,
                    closed_at: row.closed_at?,
                    assignee: Some(row.assignee),
                    is_withdrawn: false,
                })
            };
            Ok(rows.into_iter().filter_map(closed).collect())
        }
        Subject::Fees => {
            let rows = closed_fees(of)
                .filter(fee_case::Column::Serial.gt(after))
                .order_by_asc(fee_case::Column::Serial)
                .limit(limit)
                .all(connection)
                .await?;
            let last = last_documents(connection, rows.iter().map(|row| row.id)).await?;
            let closed = |row: fee_case::Model| ClosedCase {
                id: CaseId(row.id),
                number: (row.year, row.serial),
                submitted_at: row.opened_at,
                closed_at: last.get(&row.id).copied().unwrap_or(row.opened_at),
                assignee: None,
                is_withdrawn: false,
            };
            Ok(rows.into_iter().map(closed).collect())
        }
    }
}

/// When the last document of each of these cases was journaled.
async fn last_documents(
    connection: &impl ConnectionTrait,
    cases: impl Iterator<Item = Uuid>,
) -> Result<HashMap<Uuid, DateTime<Utc>>, Failure> {
    use journal_entry::Column as C;
    let rows: Vec<(Uuid, DateTime<Utc>)> = journal_entry::Entity::find()
        .select_only()
        .column(C::CaseId)
        .column(C::At)
        .filter(C::CaseId.is_in(cases))
        .order_by_asc(C::CaseId)
        .order_by_asc(C::Number)
        .into_tuple()
        .all(connection)
        .await?;
    // of each case the last one stays
    Ok(rows.into_iter().collect())
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
    of: CaseYear,
    after: Option<(i32, i64)>,
    limit: u64,
) -> Result<Vec<Journaled>, Failure> {
    use journal_entry::Column as C;
    let mut query =
        journal_entry::Entity::find().filter(of_closed(of)).filter(C::JournalNumber.is_not_null());
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
    of: CaseYear,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<journal_access_change::Model>, Failure> {
    let entries = journal_entry::Entity::find()
        .select_only()
        .column(journal_entry::Column::Id)
        .filter(of_closed(of))
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
) -> Result<HashMap<Uuid, String>, Failure> {
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
    let mut query = journal_entry::Entity::find()
        .filter(C::JournalNumber.is_not_null())
        .filter(C::Direction.into_expr().ne(written(Direction::Internal.code())))
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

/// When cases came in or were opened.
///
/// # Errors
/// When the database does not answer.
pub async fn submitted(
    connection: &impl ConnectionTrait,
    cases: &[CaseId],
) -> Result<HashMap<Uuid, DateTime<Utc>>, Failure> {
    let facts = super::facts_of(connection, cases.iter().map(|case| case.0).collect()).await?;
    Ok(facts.into_iter().map(|(id, facts)| (id, facts.opened_at)).collect())
}
