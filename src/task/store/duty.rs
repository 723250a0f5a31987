//! What is due in cases, read from the cases, letters and appeals as they stand: no row of its own can be behind.

use anrop_entity::{appeal, case, invoice, reasons_request};
use chrono::{Months, NaiveDate, TimeDelta};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, QueryTrait as _,
    sea_query::{Expr, SelectStatement},
};

use super::super::model::{Duty, DutyQuery, What};
use crate::{
    appeal::model::AppealStatus,
    case::{lifecycle::Status, model::OWN_MOTION},
    failure::Failure,
    permit::kind,
    values::{
        calendar::{end_of_day, next_working_day, oslo_date, start_of_day},
        deadline::{Timer, deadline},
        ids::{CaseId, InvoiceId},
        reminder::Reminder,
    },
};

/// Which of the reminders `t` is of a row.
const OF_CASE: &str = r#"t.case_id = "case"."id""#;
const OF_APPEAL: &str = r#"t.appeal_id = "appeal"."id""#;
const OF_REASONS: &str = r#"t.case_id = "reasons_request"."case_id""#;
const NO_PROVISIONAL_ANSWER: &str = r#"NOT EXISTS (SELECT 1 FROM letter l
  WHERE l.case_id = "case"."id" AND l.kind = 'provisionalAnswer')"#;

/// What is due of one sort, the day that comes first first; at most `limit`.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    connection: &impl ConnectionTrait,
    what: What,
    query: &DutyQuery,
    limit: u64,
) -> Result<Vec<Duty>, Failure> {
    match what {
        What::Decision => decisions(connection, query, limit).await,
        What::Answer => answers(connection, query, limit).await,
        What::Appeal => appeals(connection, query, limit).await,
        What::ProvisionalAnswer => provisional_answers(connection, query, limit).await,
        What::Reasons => reasons(connection, query, limit).await,
    }
}

/// The cases of a query, whatever is due in them.
fn cases(query: &DutyQuery) -> Condition {
    let mut which = Condition::all();
    if let Some(assignee) = &query.assignee {
        which = which.add(case::Column::Assignee.eq(assignee));
    }
    if !query.kinds.is_empty() {
        which = which.add(case::Column::Kind.is_in(query.kinds.iter().map(|kind| kind.as_str())));
    }
    which
}

/// Their ids.
fn ids_of(query: &DutyQuery) -> SelectStatement {
    let ids = case::Entity::find().select_only().column(case::Column::Id);
    ids.filter(cases(query)).into_query()
}

/// Nobody was reminded of it as it stands: whoever has the case now, and the heads once the day has passed.
fn unreminded(what: What, of: &str, query: &DutyQuery) -> Condition {
    let Some(today) = query.unreminded_on else { return Condition::all() };
    Condition::all().add(Expr::cust(format!(
        r#"NOT EXISTS (SELECT 1 FROM case_task t JOIN "case" c ON c.id = t.case_id
  WHERE {of} AND t.kind = '{}'
    AND (t.told = c.assignee OR (t.told IS NULL AND c.assignee IS NULL))
    AND (t.escalated_at IS NOT NULL OR t.due_on >= '{today}'))"#,
        what.code()
    )))
}

fn duty(what: What, row: &case::Model, due_on: NaiveDate) -> Result<Duty, Failure> {
    Ok(Duty {
        what,
        case: CaseId(row.id),
        number: format!("{}/{:06}", row.year, row.serial),
        appeal: None,
        kind: kind::from_code(&row.kind).ok_or_else(|| Failure::internal("unknown kind"))?,
        assignee: row.assignee.clone(),
        due_on,
    })
}

/// Open cases whose deadline runs.
async fn decisions(
    connection: &impl ConnectionTrait,
    query: &DutyQuery,
    limit: u64,
) -> Result<Vec<Duty>, Failure> {
    let mut rows = case::Entity::find()
        .filter(cases(query))
        .filter(unreminded(What::Decision, OF_CASE, query))
        .filter(case::Column::DecidedAt.is_null())
        .filter(case::Column::Status.ne(Status::WaitingForApplicant.code()))
        .filter(case::Column::DueOn.lte(query.until));
    if let Some(from) = query.from {
        rows = rows.filter(case::Column::DueOn.gte(from));
    }
    let rows = rows
        .order_by_asc(case::Column::DueOn)
        .order_by_asc(case::Column::Id)
        .limit(limit)
        .all(connection)
        .await?;
    rows.iter().map(|row| duty(What::Decision, row, row.due_on)).collect()
}

/// Cases in which an answer is waited for.
async fn answers(
    connection: &impl ConnectionTrait,
    query: &DutyQuery,
    limit: u64,
) -> Result<Vec<Duty>, Failure> {
    let mut rows = case::Entity::find()
        .filter(cases(query))
        .filter(unreminded(What::Answer, OF_CASE, query))
        .filter(case::Column::Status.eq(Status::WaitingForApplicant.code()))
        .filter(case::Column::WaitingUntil.lte(query.until));
    if let Some(from) = query.from {
        rows = rows.filter(case::Column::WaitingUntil.gte(from));
    }
    let rows = rows
        .order_by_asc(case::Column::WaitingUntil)
        .order_by_asc(case::Column::Id)
        .limit(limit)
        .all(connection)
        .await?;
    rows.iter()
        .map(|row| duty(What::Answer, row, row.waiting_until.unwrap_or(row.due_on)))
        .collect()
}

/// The day by which the authority has considered an appeal that came in on `received`.
pub fn appeal_due(received: NaiveDate) -> NaiveDate {
    let days = Reminder::AppealHandling.days(received).unwrap_or_default();
    next_working_day(received + TimeDelta::days(days))
}

/// Appeals of some sort that the authority has not considered yet, with the day by which it has.
pub(super) async fn received(
    connection: &impl ConnectionTrait,
    query: &DutyQuery,
    which: Condition,
    limit: u64,
) -> Result<Vec<(appeal::Model, NaiveDate)>, Failure> {
    let days = Reminder::AppealHandling.days(query.until).unwrap_or_default();
    // a working day is at most some days later; what is due later is left out below
    let latest = end_of_day(query.until - TimeDelta::days(days));
    let rows = appeal::Entity::find()
        .filter(which)
        .filter(appeal::Column::Status.eq(AppealStatus::Received.code()))
        .filter(appeal::Column::ReceivedAt.lt(latest))
        .order_by_asc(appeal::Column::ReceivedAt)
        .order_by_asc(appeal::Column::Id)
        .limit(limit)
        .all(connection)
        .await?;
    let due = |row: appeal::Model| {
        let due_on = appeal_due(oslo_date(row.received_at));
        is_within(query, due_on).then_some((row, due_on))
    };
    Ok(rows.into_iter().filter_map(due).collect())
}

/// Appeals in cases that the authority has not considered yet.
async fn appeals(
    connection: &impl ConnectionTrait,
    query: &DutyQuery,
    limit: u64,
) -> Result<Vec<Duty>, Failure> {
    let which = unreminded(What::Appeal, OF_APPEAL, query)
        .add(appeal::Column::CaseId.in_subquery(ids_of(query)));
    let rows = received(connection, query, which, limit).await?;
    let ids: Vec<uuid::Uuid> = rows.iter().map(|(row, _)| row.case_id).collect();
    let known = case::Entity::find().filter(case::Column::Id.is_in(ids)).all(connection).await?;
    let of = |(row, due_on): &(appeal::Model, NaiveDate)| {
        let case = known.iter().find(|case| case.id == row.case_id);
        let due = case.map(|case| duty(What::Appeal, case, *due_on))?;
        Some(due.map(|due| Duty { appeal: Some(row.id), ..due }))
    };
    rows.iter().filter_map(of).collect()
}

/// An appeal against an invoice that the authority has not considered yet. Nobody in particular has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeeAppeal {
    /// The invoice.
    pub invoice: InvoiceId,
    /// Its number.
    pub number: i64,
    /// The last day.
    pub due_on: NaiveDate,
}

/// Appeals against invoices that are due in the days of a query, the day that comes first first; at most `limit`.
///
/// # Errors
/// When the database does not answer.
pub async fn fee_appeals(
    connection: &impl ConnectionTrait,
    query: &DutyQuery,
    limit: u64,
) -> Result<Vec<FeeAppeal>, Failure> {
    let invoices = invoice::Entity::find().select_only().column(invoice::Column::Id).into_query();
    let which = Condition::all().add(appeal::Column::CaseId.in_subquery(invoices));
    let rows = received(connection, query, which, limit).await?;
    let ids: Vec<uuid::Uuid> = rows.iter().map(|(row, _)| row.case_id).collect();
    let known =
        invoice::Entity::find().filter(invoice::Column::Id.is_in(ids)).all(connection).await?;
    let of = |(row, due_on): &(appeal::Model, NaiveDate)| {
        let invoice = known.iter().find(|invoice| invoice.id == row.case_id)?;
        Some(FeeAppeal { invoice: InvoiceId(row.case_id), number: invoice.number, due_on: *due_on })
    };
    Ok(rows.iter().filter_map(of).collect())
}

/// Applications whose applicants have not been told that it takes longer than a month.
async fn provisional_answers(
    connection: &impl ConnectionTrait,
    query: &DutyQuery,
    limit: u64,
) -> Result<Vec<Duty>, Failure> {
    let latest = query.until.checked_sub_months(Months::new(1)).unwrap_or(query.until);
    let open = [Status::Submitted, Status::UnderReview].map(Status::code);
    let mut rows = case::Entity::find()
        .filter(cases(query))
        .filter(unreminded(What::ProvisionalAnswer, OF_CASE, query))
        .filter(case::Column::DecidedAt.is_null())
        .filter(case::Column::Status.is_in(open))
        .filter(case::Column::Channel.ne(OWN_MOTION))
        // months have different lengths; what is due later is left out below
        .filter(case::Column::SubmittedAt.lt(end_of_day(latest + TimeDelta::days(3))));
    if let Some(from) = query.from {
        // a month and a holiday at most
        let earliest = from.checked_sub_months(Months::new(1)).unwrap_or(from);
        rows =
            rows.filter(case::Column::SubmittedAt.gte(start_of_day(earliest - TimeDelta::days(7))));
    }
    let rows = rows
        .filter(Expr::cust(NO_PROVISIONAL_ANSWER))
        .order_by_asc(case::Column::SubmittedAt)
        .order_by_asc(case::Column::Id)
        .limit(limit)
        .all(connection)
        .await?;
    let mut found = Vec::new();
    for row in rows {
        let due_on = deadline(Timer::ProvisionalAnswer, row.submitted_at)
            .map_err(Failure::internal)?
            .last_day;
        if is_within(query, due_on) {
            found.push(duty(What::ProvisionalAnswer, &row, due_on)?);
        }
    }
    Ok(found)
}

/// Reasons that were demanded and not given.
async fn reasons(
    connection: &impl ConnectionTrait,
    query: &DutyQuery,
    limit: u64,
) -> Result<Vec<Duty>, Failure> {
    let mut rows = reasons_request::Entity::find()
        .filter(unreminded(What::Reasons, OF_REASONS, query))
        .filter(reasons_request::Column::GivenAt.is_null())
        .filter(reasons_request::Column::DueOn.lte(query.until))
        .filter(reasons_request::Column::CaseId.in_subquery(ids_of(query)));
    if let Some(from) = query.from {
        rows = rows.filter(reasons_request::Column::DueOn.gte(from));
    }
    let rows = rows
        .order_by_asc(reasons_request::Column::DueOn)
        .order_by_asc(reasons_request::Column::Id)
        .limit(limit)
        .all(connection)
        .await?;
    let ids: Vec<uuid::Uuid> = rows.iter().map(|row| row.case_id).collect();
    let known = case::Entity::find().filter(case::Column::Id.is_in(ids)).all(connection).await?;
    let of = |row: &reasons_request::Model| {
        let case = known.iter().find(|case| case.id == row.case_id);
        case.map(|case| duty(What::Reasons, case, row.due_on))
    };
    rows.iter().filter_map(of).collect()
}

fn is_within(query: &DutyQuery, day: NaiveDate) -> bool {
    query.from.is_none_or(|from| from <= day) && day <= query.until
}
