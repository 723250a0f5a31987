//! Lines as far as they stand on an invoice, and the payments that were placed on one.

use anrop_entity::{invoice_line, payment};
use chrono::NaiveDate;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
    sea_query::{Expr, ExprTrait, SimpleExpr},
};
use uuid::Uuid;

use super::super::model::{Invoice, InvoiceKind};
use crate::{
    database::Tx,
    failure::Failure,
    fee::{model::InvoiceLine, store::from_row},
    values::ids::{FeeRunId, InvoiceId, InvoiceLineId, PartyId, PaymentId},
};

/// Holders of lines that wait for their invoice, by id after `after`; those whose data are destroyed are left
/// out, since nothing can be written to them. `run` is the run the lines are of, if of one.
///
/// # Errors
/// When the database does not answer.
pub async fn waiting_holders(
    connection: &impl ConnectionTrait,
    run: Option<FeeRunId>,
    after: Option<PartyId>,
    limit: u64,
) -> Result<Vec<PartyId>, Failure> {
    let mut waiting = invoice_line::Entity::find()
        .select_only()
        .column(invoice_line::Column::HolderId)
        .distinct()
        .filter(waiting(run))
        .filter(Expr::cust(
            r#"EXISTS (SELECT 1 FROM person_key k WHERE k.party_id = "invoice_line"."holder_id")"#,
        ));
    if let Some(after) = after {
        waiting = waiting.filter(invoice_line::Column::HolderId.gt(after.0));
    }
    let ids: Vec<Uuid> = waiting
        .order_by_asc(invoice_line::Column::HolderId)
        .limit(limit)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(ids.into_iter().map(PartyId).collect())
}

fn waiting(run: Option<FeeRunId>) -> Condition {
    use invoice_line::Column;
    let of_run = match run {
        Some(run) => Column::RunId.eq(run.0),
        None => Column::RunId.is_null(),
    };
    Condition::all()
        .add(of_run)
        .add(Column::InvoiceId.is_null())
        .add(Column::PaymentId.is_null())
        .add(Column::AmountOre.gt(0))
}

/// The lines of these holders that wait for their invoice, locked, by holder, fine, permit and year.
///
/// # Errors
/// When the database does not answer.
pub async fn waiting_lines(
    tx: &Tx,
    run: Option<FeeRunId>,
    holders: &[PartyId],
) -> Result<Vec<InvoiceLine>, Failure> {
    let rows = invoice_line::Entity::find()
        .filter(waiting(run))
        .filter(invoice_line::Column::HolderId.is_in(holders.iter().map(|id| id.0)))
        .order_by_asc(invoice_line::Column::HolderId)
        .order_by_asc(invoice_line::Column::FineId)
        .order_by_asc(invoice_line::Column::PermitNumber)
        .order_by_asc(invoice_line::Column::Year)
        .order_by_asc(invoice_line::Column::FeeId)
        .order_by_asc(invoice_line::Column::Id)
        .lock_exclusive()
        .all(&**tx)
        .await?;
    Ok(rows.into_iter().map(from_row).collect())
}

/// Puts locked lines that stand on no invoice yet on one.
///
/// # Errors
/// When one of them stands on an invoice already.
pub async fn put_on(tx: &Tx, one: &Invoice, ids: &[InvoiceLineId]) -> Result<(), Failure> {
    let row = invoice_line::ActiveModel {
        invoice_id: Set(Some(one.id.0)),
        due_on: Set(one.due_on),
        ..Default::default()
    };
    let free = invoice_line::Column::InvoiceId.is_null();
    all_changed(tx, row, free, ids).await
}

/// Notes that locked lines were taken back by a credit note.
///
/// # Errors
/// When one of them was taken back already.
pub async fn take_back(tx: &Tx, note: InvoiceId, ids: &[InvoiceLineId]) -> Result<(), Failure> {
    let row = invoice_line::ActiveModel { credit_id: Set(Some(note.0)), ..Default::default() };
    all_changed(tx, row, invoice_line::Column::CreditId.is_null(), ids).await
}

async fn all_changed(
    tx: &Tx,
    row: invoice_line::ActiveModel,
    free: SimpleExpr,
    ids: &[InvoiceLineId],
) -> Result<(), Failure> {
    let changed = invoice_line::Entity::update_many()
        .set(row)
        .filter(invoice_line::Column::Id.is_in(ids.iter().map(|id| id.0)))
        // said so that no index of it is used: thousands may be free, and these few are known by id
        .filter(ExprTrait::eq(Expr::case(free, 1).finally(0), 1))
        .exec(&**tx)
        .await?;
    if changed.rows_affected == ids.len() as u64 { Ok(()) } else { Err(Failure::stale()) }
}

/// Marks what is left of a settled invoice as paid with a payment.
///
/// # Errors
/// When the database does not answer.
pub async fn mark_paid(
    tx: &Tx,
    id: InvoiceId,
    paid: PaymentId,
    paid_on: NaiveDate,
) -> Result<(), Failure> {
    invoice_line::Entity::update_many()
        .set(invoice_line::ActiveModel {
            payment_id: Set(Some(paid.0)),
            paid_on: Set(Some(paid_on)),
            version: Set(2),
            ..Default::default()
        })
        .filter(invoice_line::Column::InvoiceId.eq(id.0))
        .filter(invoice_line::Column::PaymentId.is_null())
        .filter(invoice_line::Column::CreditId.is_null())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// The latest payment that was placed on an invoice, with its day.
///
/// # Errors
/// When the database does not answer.
pub async fn last_payment(
    connection: &impl ConnectionTrait,
    id: InvoiceId,
) -> Result<Option<(PaymentId, NaiveDate)>, Failure> {
    let row = payment::Entity::find()
        .filter(payment::Column::InvoiceId.eq(id.0))
        .order_by_desc(payment::Column::PaidOn)
        .order_by_desc(payment::Column::Id)
        .one(connection)
        .await?;
    Ok(row.map(|row| (PaymentId(row.id), row.paid_on)))
}

/// The lines of an invoice, or those a credit note takes back, by permit and year.
///
/// # Errors
/// When the database does not answer.
pub async fn lines_of(
    connection: &impl ConnectionTrait,
    one: &Invoice,
) -> Result<Vec<InvoiceLine>, Failure> {
    let place = match one.kind {
        InvoiceKind::Invoice => invoice_line::Column::InvoiceId,
        InvoiceKind::CreditNote => invoice_line::Column::CreditId,
    };
    let rows = invoice_line::Entity::find()
        .filter(place.eq(one.id.0))
        .order_by_asc(invoice_line::Column::PermitNumber)
        .order_by_asc(invoice_line::Column::Year)
        .order_by_asc(invoice_line::Column::FeeId)
        .order_by_asc(invoice_line::Column::Id)
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(from_row).collect())
}
