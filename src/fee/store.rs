//! Rows of invoice lines and payments; `yearly.rs` has which permits are charged for a year.

mod yearly;

use anrop_entity::{invoice_line, payment};
use chrono::NaiveDate;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
    sea_query::{Expr, ExprTrait as _, OnConflict},
};
use uuid::Uuid;

pub use yearly::{
    Which, asked_to_confirm, assess, assess_all, assessed_row, confirmation_asked_at,
    count_unassessed, first_year, held, unassessed, with_contacts,
};

use super::model::{Charged, InvoiceLine, Payment};
use crate::{
    database::Tx,
    failure::Failure,
    identity::Sight,
    values::ids::{FeeRunId, InvoiceId, InvoiceLineId, PartyId, PaymentId, PermitId},
};

fn to_row(line: &InvoiceLine) -> invoice_line::ActiveModel {
    invoice_line::ActiveModel {
        id: Set(line.id.0),
        permit_id: Set(line.of.permit().map(|permit| permit.0)),
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
        run_id: Set(line.run.map(|id| id.0)),
        invoice_id: Set(line.invoice.map(|id| id.0)),
        credit_id: Set(line.credit.map(|id| id.0)),
        fine_id: Set(line.of.fine()),
    }
}

pub(super) fn from_row(row: invoice_line::Model) -> InvoiceLine {
    // a constraint sees to it that a line has one of the two
    let of = match (row.permit_id, row.fine_id) {
        (_, Some(act)) => Charged::Fine(act),
        (permit, None) => Charged::Permit(PermitId(permit.unwrap_or_default())),
    };
    InvoiceLine {
        id: InvoiceLineId(row.id),
        of,
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
        run: row.run_id.map(FeeRunId),
        invoice: row.invoice_id.map(InvoiceId),
        credit: row.credit_id.map(InvoiceId),
    }
}

/// Writes a line, unless the permit has it already (or the holder, where all permits of a holder
/// cost one amount), or the fine has one.
pub async fn insert(tx: &Tx, line: &InvoiceLine) -> Result<(), Failure> {
    invoice_line::Entity::insert(to_row(line))
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// The line of a coercive fine, locked until the transaction ends.
pub async fn lock_of_fine(tx: &Tx, act: Uuid) -> Result<Option<InvoiceLine>, Failure> {
    let row = invoice_line::Entity::find()
        .filter(invoice_line::Column::FineId.eq(act))
        .lock_exclusive()
        .one(&**tx)
        .await?;
    Ok(row.map(from_row))
}

/// Takes away a line that stands on no invoice yet.
pub async fn forget(tx: &Tx, id: InvoiceLineId) -> Result<(), Failure> {
    invoice_line::Entity::delete_by_id(id.0).exec(&**tx).await?;
    Ok(())
}

/// The lines of these coercive fines.
pub async fn of_fines(
    connection: &impl ConnectionTrait,
    acts: &[Uuid],
) -> Result<Vec<InvoiceLine>, Failure> {
    let rows = invoice_line::Entity::find()
        .filter(invoice_line::Column::FineId.is_in(acts.iter().copied()))
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(from_row).collect())
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
    let Some(mut which) = held_by(sight) else { return Ok((Vec::new(), 0)) };
    if let Some(permit) = query.permit {
        which = which.add(Column::PermitId.eq(permit.0));
    }
    match query.unpaid {
        Some(true) => {
            which = which.add(Column::PaymentId.is_null()).add(Column::CreditId.is_null());
        }
        Some(false) => which = which.add(Column::PaymentId.is_not_null()),
        None => {}
    }
    if let Some(day) = query.overdue_on {
        let open = Column::PaymentId.is_null().and(Column::CreditId.is_null());
        which = which.add(open).add(Column::DueOn.lt(day));
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

/// Lines that are neither paid nor taken back.
const OPEN: &str = "payment_id IS NULL AND credit_id IS NULL";

fn held_by(sight: Sight) -> Option<Condition> {
    match sight {
        // what a holder owes is one matter, whatever kinds of permit it is for
        Sight::All | Sight::Kinds(_) => Some(Condition::all()),
        Sight::Party(party) => {
            Some(Condition::all().add(invoice_line::Column::HolderId.eq(party.0)))
        }
        Sight::Nothing => None,
    }
}

/// Those lines that their holder must not miss where not all are shown: open ones, then the others, of each the newest
/// first; and how many there are in all.
///
/// # Errors
/// When the database does not answer.
pub async fn foremost(
    connection: &impl ConnectionTrait,
    sight: Sight,
    limit: u64,
) -> Result<(Vec<InvoiceLine>, u64), Failure> {
    let Some(which) = held_by(sight) else { return Ok((Vec::new(), 0)) };
    let all = invoice_line::Entity::find().filter(which);
    let total = all.clone().count(connection).await?;
    let rows = all
        .order_by_asc(Expr::cust(format!("CASE WHEN {OPEN} THEN 0 ELSE 1 END")))
        .order_by_desc(invoice_line::Column::DueOn)
        .order_by_desc(invoice_line::Column::Id)
        .limit(limit)
        .all(connection)
        .await?;
    Ok((rows.into_iter().map(from_row).collect(), total))
}

/// What all open lines come to, in øre, and the first of their last days to pay; none when nothing is open.
///
/// # Errors
/// When the database does not answer.
pub async fn owed(
    connection: &impl ConnectionTrait,
    sight: Sight,
) -> Result<Option<(i64, NaiveDate)>, Failure> {
    let Some(which) = held_by(sight) else { return Ok(None) };
    let open = LineQuery { unpaid: Some(true), ..LineQuery::default() };
    let (lines, _) = list(connection, sight, &open, 1).await?;
    let Some(first) = lines.first() else { return Ok(None) };
    // sums of whole numbers are decimal on PostgreSQL
    let sum = Expr::cust("CAST(COALESCE(SUM(amount_ore), 0) AS bigint)");
    let sum: Option<i64> = invoice_line::Entity::find()
        .select_only()
        .column_as(sum, "amount_ore")
        .filter(which)
        .filter(Expr::cust(OPEN))
        .into_tuple()
        .one(connection)
        .await?;
    Ok(Some((sum.unwrap_or_default(), first.due_on)))
}

/// The lines of a permit for the years after this one that have not fallen away.
///
/// # Errors
/// When the database does not answer.
pub async fn annual_after(
    connection: &impl ConnectionTrait,
    permit: PermitId,
    year: i32,
) -> Result<Vec<InvoiceLine>, Failure> {
    let rows = invoice_line::Entity::find()
        .filter(invoice_line::Column::PermitId.eq(permit.0))
        .filter(invoice_line::Column::Occasion.eq("annual"))
        .filter(invoice_line::Column::Year.gt(year))
        .filter(invoice_line::Column::CreditId.is_null())
        .order_by_asc(invoice_line::Column::Id)
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(from_row).collect())
}

/// Lines by their ids.
pub async fn by_ids(
    connection: &impl ConnectionTrait,
    ids: &[InvoiceLineId],
) -> Result<Vec<InvoiceLine>, Failure> {
    let rows = invoice_line::Entity::find()
        .filter(invoice_line::Column::Id.is_in(ids.iter().map(|id| id.0)))
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(from_row).collect())
}

/// Writes lines, except those a permit has already (or the holder, where all permits of a holder cost one
/// amount).
pub async fn insert_all(tx: &Tx, lines: &[InvoiceLine]) -> Result<(), Failure> {
    for some in lines.chunks(500) {
        invoice_line::Entity::insert_many(some.iter().map(to_row))
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .exec_without_returning(&**tx)
            .await?;
    }
    Ok(())
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
        invoice_id: Set(payment.invoice.map(|id| id.0)),
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
        invoice: row.invoice_id.map(InvoiceId),
    };
    Ok((payment, lines.into_iter().map(from_row).collect()))
}
