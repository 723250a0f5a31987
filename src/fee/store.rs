//! Rows of invoice lines, payments and yearly assessments.

use anrop_entity::{fee_assessment, invoice_line, payment, permit};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, Condition, ConnectionTrait, DbBackend, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
    sea_query::{Expr, ExprTrait as _, OnConflict, Query},
};
use uuid::Uuid;

use super::model::{InvoiceLine, Payment};
use crate::{
    database::Tx,
    failure::Failure,
    identity::Sight,
    permit::{
        self as permits,
        kind::{KINDS, SharesPool},
        model::Permit,
    },
    values::{
        calendar::start_of_day,
        ids::{InvoiceLineId, PartyId, PaymentId, PermitId},
    },
};

fn to_row(line: &InvoiceLine) -> invoice_line::ActiveModel {
    invoice_line::ActiveModel {
        id: Set(line.id.0),
        permit_id: Set(line.permit.0),
        permit_number: Set(line.permit_number.clone()),
        holder_id: Set(line.holder.0),
        year: Set(line.year),
        occasion: Set(line.occasion.clone()),
        fee_id: Set(line.fee_id.clone()),
        object: Set(line.object.clone()),
        unit: Set(line.unit.clone()),
        quantity: Set(line.quantity),
        amount_ore: Set(line.amount_ore),
        rule: Set(line.rule.clone()),
        section: Set(line.section.clone()),
        basis: Set(line.basis.clone()),
        due_on: Set(line.due_on),
        payment_id: Set(line.payment.map(|id| id.0)),
        paid_on: Set(line.paid_on),
        version: Set(line.version),
        created_at: Set(line.created_at),
    }
}

fn from_row(row: invoice_line::Model) -> InvoiceLine {
    InvoiceLine {
        id: InvoiceLineId(row.id),
        permit: PermitId(row.permit_id),
        permit_number: row.permit_number,
        holder: PartyId(row.holder_id),
        year: row.year,
        occasion: row.occasion,
        fee_id: row.fee_id,
        object: row.object,
        unit: row.unit,
        quantity: row.quantity,
        amount_ore: row.amount_ore,
        rule: row.rule,
        section: row.section,
        basis: row.basis,
        due_on: row.due_on,
        payment: row.payment_id.map(PaymentId),
        paid_on: row.paid_on,
        version: row.version,
        created_at: row.created_at,
    }
}

/// Writes a line, unless the permit has it already (or the holder, where all permits of a holder
/// cost one amount).
pub async fn insert(tx: &Tx, line: &InvoiceLine) -> Result<(), Failure> {
    invoice_line::Entity::insert(to_row(line))
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Notes that the annual fees of a permit for a year are settled. False when they were already.
pub async fn assess(
    tx: &Tx,
    permit: PermitId,
    year: i32,
    confirmation_asked_at: Option<DateTime<Utc>>,
) -> Result<bool, Failure> {
    let written = fee_assessment::Entity::insert(fee_assessment::ActiveModel {
        permit_id: Set(permit.0),
        year: Set(year),
        assessed_at: Set(tx.now()),
        confirmation_asked_at: Set(confirmation_asked_at),
    })
    .on_conflict(OnConflict::new().do_nothing().to_owned())
    .exec_without_returning(&**tx)
    .await?;
    Ok(written == 1)
}

/// The row of a year that was settled elsewhere.
pub fn assessed_row(permit: PermitId, year: i32, at: DateTime<Utc>) -> fee_assessment::ActiveModel {
    fee_assessment::ActiveModel {
        permit_id: Set(permit.0),
        year: Set(year),
        assessed_at: Set(at),
        confirmation_asked_at: Set(None),
    }
}

/// When the holder was last asked to confirm the data of a permit.
pub async fn confirmation_asked_at(
    connection: &impl ConnectionTrait,
    permit: PermitId,
) -> Result<Option<DateTime<Utc>>, Failure> {
    let row = fee_assessment::Entity::find()
        .filter(fee_assessment::Column::PermitId.eq(permit.0))
        .filter(fee_assessment::Column::ConfirmationAskedAt.is_not_null())
        .order_by_desc(fee_assessment::Column::Year)
        .one(connection)
        .await?;
    Ok(row.and_then(|row| row.confirmation_asked_at))
}

/// The first year the registry settled fees for.
pub async fn first_year(connection: &impl ConnectionTrait) -> Result<Option<i32>, Failure> {
    let row = fee_assessment::Entity::find()
        .order_by_asc(fee_assessment::Column::Year)
        .one(connection)
        .await?;
    Ok(row.map(|row| row.year))
}

/// Permits by how they are charged every year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// By the item.
    ByItem,
    /// By a share of a pool.
    Pooled,
}

/// Permits that pay a share of a pool, as their kinds say.
fn pooled(backend: DbBackend) -> Condition {
    let is_true = |member: &str| {
        Expr::cust(match backend {
            DbBackend::Postgres => {
                format!("COALESCE(\"permit\".\"details\" ->> '{member}', '') = 'true'")
            }
            _ => format!("COALESCE(json_extract(\"permit\".\"details\", '$.{member}'), 0) = 1"),
        })
    };
    KINDS.iter().fold(Condition::any(), |all, any| {
        let of_kind = Condition::all().add(permit::Column::Kind.eq(any.kind().as_str()));
        match any.shares_pool() {
            SharesPool::Never => all,
            SharesPool::Always => all.add(of_kind),
            SharesPool::Where(member) => all.add(of_kind.add(is_true(member))),
        }
    })
}

/// Permits that held on some day of `year` up to `today`.
fn held_in(
    backend: DbBackend,
    which: Which,
    (first, last): (NaiveDate, NaiveDate),
    today: NaiveDate,
) -> Condition {
    let charged = match which {
        Which::ByItem => pooled(backend).not(),
        Which::Pooled => pooled(backend),
    };
    Condition::all()
        .add(charged)
        .add(permit::Column::ValidFrom.lte(std::cmp::Ord::min(today, last)))
        .add(permit::Column::IssuedAt.lt(crate::values::calendar::end_of_day(last)))
        .add(
            Condition::any()
                .add(permit::Column::ValidUntil.is_null())
                .add(permit::Column::ValidUntil.gt(first)),
        )
        .add(
            Condition::any()
                .add(permit::Column::EndedAt.is_null())
                .add(permit::Column::EndedAt.gte(start_of_day(first))),
        )
}

/// Permits that held on some day of `year` up to `today`, by id after `after`.
pub async fn held(
    connection: &impl ConnectionTrait,
    which: Which,
    year: (NaiveDate, NaiveDate),
    today: NaiveDate,
    after: Option<PermitId>,
    limit: u64,
) -> Result<Vec<Permit>, Failure> {
    permits_of(
        connection,
        held_in(connection.get_database_backend(), which, year, today),
        after,
        limit,
    )
    .await
}

/// Those of them whose fees for the year are not settled.
pub async fn unassessed(
    connection: &impl ConnectionTrait,
    which: Which,
    year: (NaiveDate, NaiveDate),
    today: NaiveDate,
    after: Option<PermitId>,
    limit: u64,
) -> Result<Vec<Permit>, Failure> {
    let settled = Query::select()
        .column(fee_assessment::Column::PermitId)
        .from(fee_assessment::Entity)
        .and_where(
            Expr::col((fee_assessment::Entity, fee_assessment::Column::PermitId))
                .equals((permit::Entity, permit::Column::Id)),
        )
        .and_where(fee_assessment::Column::Year.eq(chrono::Datelike::year(&year.0)))
        .to_owned();
    let backend = connection.get_database_backend();
    let condition = held_in(backend, which, year, today).add(Expr::exists(settled).not());
    permits_of(connection, condition, after, limit).await
}

async fn permits_of(
    connection: &impl ConnectionTrait,
    mut condition: Condition,
    after: Option<PermitId>,
    limit: u64,
) -> Result<Vec<Permit>, Failure> {
    if let Some(after) = after {
        condition = condition.add(permit::Column::Id.gt(after.0));
    }
    permit::Entity::find()
        .filter(condition)
        .order_by_asc(permit::Column::Id)
        .limit(limit)
        .all(connection)
        .await?
        .into_iter()
        .map(permits::store::from_row)
        .collect()
}

/// What a list of lines is asked for.
#[derive(Debug, Clone, Default)]
pub struct LineQuery {
    /// Only of this permit.
    pub permit: Option<PermitId>,
    /// Only lines that are not paid, or only those that are.
    pub unpaid: Option<bool>,
    /// Only unpaid lines whose last day to pay lies before this day.
    pub overdue_on: Option<NaiveDate>,
    /// After this last day to pay and id.
    pub after: Option<(NaiveDate, Uuid)>,
}

/// Lines the caller may see by their last day to pay, and how many there are in all.
pub async fn list(
    connection: &impl ConnectionTrait,
    sight: Sight,
    query: &LineQuery,
    limit: u64,
) -> Result<(Vec<InvoiceLine>, u64), Failure> {
    use invoice_line::Column;
    let mut which = Condition::all();
    match sight {
        Sight::All => {}
        Sight::Party(party) => which = which.add(Column::HolderId.eq(party.0)),
        Sight::Nothing => return Ok((Vec::new(), 0)),
    }
    if let Some(permit) = query.permit {
        which = which.add(Column::PermitId.eq(permit.0));
    }
    match query.unpaid {
        Some(true) => which = which.add(Column::PaymentId.is_null()),
        Some(false) => which = which.add(Column::PaymentId.is_not_null()),
        None => {}
    }
    if let Some(day) = query.overdue_on {
        which = which.add(Column::PaymentId.is_null()).add(Column::DueOn.lt(day));
    }
    let all = invoice_line::Entity::find().filter(which);
    let total = all.clone().count(connection).await?;
    let mut page = all;
    if let Some((due, id)) = query.after {
        page = page.filter(
            Condition::any()
                .add(Column::DueOn.gt(due))
                .add(Condition::all().add(Column::DueOn.eq(due)).add(Column::Id.gt(id))),
        );
    }
    let rows = page
        .order_by_asc(Column::DueOn)
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(connection)
        .await?;
    Ok((rows.into_iter().map(from_row).collect(), total))
}

/// Lines by their ids, locked until the transaction ends, in the order of the ids; those there are
/// not are left out.
pub async fn lock(tx: &Tx, ids: &[InvoiceLineId]) -> Result<Vec<InvoiceLine>, Failure> {
    let rows = invoice_line::Entity::find()
        .filter(invoice_line::Column::Id.is_in(ids.iter().map(|id| id.0)))
        .order_by_asc(invoice_line::Column::Id)
        .lock_exclusive()
        .all(&**tx)
        .await?;
    Ok(rows.into_iter().map(from_row).collect())
}

/// Writes a payment and marks its lines, which must be locked and unpaid.
pub async fn insert_payment(
    tx: &Tx,
    payment: &Payment,
    lines: &[InvoiceLine],
) -> Result<(), Failure> {
    payment::Entity::insert(payment::ActiveModel {
        id: Set(payment.id.0),
        amount_ore: Set(payment.amount_ore),
        paid_on: Set(payment.paid_on),
        reference: Set(payment.reference.clone()),
        recorded_by: Set(payment.recorded_by.clone()),
        created_at: Set(payment.created_at),
    })
    .exec_without_returning(&**tx)
    .await?;
    let marked = invoice_line::Entity::update_many()
        .set(invoice_line::ActiveModel {
            payment_id: Set(Some(payment.id.0)),
            paid_on: Set(Some(payment.paid_on)),
            version: Set(2),
            ..Default::default()
        })
        .filter(invoice_line::Column::Id.is_in(lines.iter().map(|line| line.id.0)))
        .filter(invoice_line::Column::PaymentId.is_null())
        .exec(&**tx)
        .await?;
    if marked.rows_affected == lines.len() as u64 { Ok(()) } else { Err(Failure::stale()) }
}

/// A payment with its lines, in the order of their ids.
pub async fn payment(
    connection: &impl ConnectionTrait,
    id: PaymentId,
) -> Result<(Payment, Vec<InvoiceLine>), Failure> {
    let row = payment::Entity::find_by_id(id.0)
        .one(connection)
        .await?
        .ok_or_else(|| Failure::internal("a payment is missing"))?;
    let lines = invoice_line::Entity::find()
        .filter(invoice_line::Column::PaymentId.eq(id.0))
        .order_by_asc(invoice_line::Column::Id)
        .all(connection)
        .await?;
    let payment = Payment {
        id,
        amount_ore: row.amount_ore,
        paid_on: row.paid_on,
        reference: row.reference,
        recorded_by: row.recorded_by,
        created_at: row.created_at,
    };
    Ok((payment, lines.into_iter().map(from_row).collect()))
}
