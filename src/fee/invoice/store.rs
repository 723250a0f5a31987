//! Rows of invoices; `lines.rs` has their lines, `list.rs` how they are found and added up, `case.rs` the cases they are
//! journaled in.

pub mod case;
pub mod lines;
pub mod list;

use anrop_entity::{counter, invoice, letter};
use chrono::NaiveDate;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
    sea_query::{Expr, ExprTrait as _},
};
use uuid::Uuid;

use super::model::{Invoice, InvoiceKind};
use crate::{
    database::{Tx, written},
    failure::Failure,
    identity::Sight,
    values::{
        ids::{CaseId, FeeRunId, InvoiceId, LetterId, PartyId},
        kid::Kid,
    },
};

/// An invoice whose payment does not wait for an appeal.
pub(super) const DOES_NOT_WAIT: &str = r#"NOT EXISTS (SELECT 1 FROM appeal a JOIN appeal_deferral d ON d.appeal_id = a.id
  WHERE a.case_id = "invoice"."id" AND a.status IN ('received', 'forwarded') AND d.is_granted)"#;
/// The counter of numbers.
const NUMBERS: &str = "invoice_number";

fn to_row(one: &Invoice) -> invoice::ActiveModel {
    invoice::ActiveModel {
        id: Set(one.id.0),
        number: Set(one.number),
        kind: Set(one.kind.code().to_owned()),
        holder_id: Set(one.holder.0),
        credits: Set(one.credits.map(|id| id.0)),
        run_id: Set(one.run.map(|id| id.0)),
        issued_on: Set(one.issued_on),
        due_on: Set(one.due_on),
        amount_ore: Set(one.amount_ore),
        paid_ore: Set(one.paid_ore),
        credited_ore: Set(one.credited_ore),
        kid: Set(one.kid.as_ref().map(Kid::canonical)),
        reminded_on: Set(one.reminded.map(|(on, _)| on)),
        reminder_due_on: Set(one.reminded.map(|(_, due_on)| due_on)),
        settled_on: Set(one.settled_on),
        letter_id: Set(one.letter.map(|id| id.0)),
        reminder_letter_id: Set(one.reminder_letter.map(|id| id.0)),
        created_by: Set(one.created_by.clone()),
        created_at: Set(one.created_at),
        version: Set(one.version),
        // what was true on the day of issue is written once
        sides_sealed: NotSet,
    }
}

/// An invoice or credit note on its way.
pub struct NewInvoice {
    /// The invoice.
    pub invoice: Invoice,
    /// Name and address of both sides today, sealed; none where a person pays.
    pub sides: Option<Vec<u8>>,
}

fn from_row(row: invoice::Model) -> Result<Invoice, Failure> {
    Ok(Invoice {
        id: InvoiceId(row.id),
        number: row.number,
        kind: row.kind.parse::<InvoiceKind>().map_err(Failure::internal)?,
        holder: PartyId(row.holder_id),
        credits: row.credits.map(InvoiceId),
        run: row.run_id.map(FeeRunId),
        issued_on: row.issued_on,
        due_on: row.due_on,
        amount_ore: row.amount_ore,
        paid_ore: row.paid_ore,
        credited_ore: row.credited_ore,
        kid: row.kid.map(|text| Kid::parse(&text)).transpose().map_err(Failure::internal)?,
        reminded: row.reminded_on.zip(row.reminder_due_on),
        settled_on: row.settled_on,
        letter: row.letter_id.map(LetterId),
        reminder_letter: row.reminder_letter_id.map(LetterId),
        created_by: row.created_by,
        created_at: row.created_at,
        version: row.version,
    })
}

/// Takes the next numbers and keeps everybody else from taking one until the transaction ends, so that none is
/// left out; answers the first.
///
/// # Errors
/// When the database does not answer.
pub async fn take_numbers(tx: &Tx, count: usize) -> Result<i64, Failure> {
    let count = i64::try_from(count).map_err(Failure::internal)?;
    counter::Entity::update_many()
        .col_expr(counter::Column::Value, Expr::col(counter::Column::Value).add(count))
        .filter(counter::Column::Name.eq(NUMBERS))
        .exec(&**tx)
        .await?;
    let row = counter::Entity::find_by_id(NUMBERS).one(&**tx).await?;
    let last = row.ok_or_else(|| Failure::internal("the counter of invoices is missing"))?.value;
    Ok(last - count + 1)
}

/// Writes invoices.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(tx: &Tx, invoices: impl Iterator<Item = &NewInvoice>) -> Result<(), Failure> {
    let rows: Vec<invoice::ActiveModel> = invoices
        .map(|new| invoice::ActiveModel {
            sides_sealed: Set(new.sides.clone()),
            ..to_row(&new.invoice)
        })
        .collect();
    if !rows.is_empty() {
        invoice::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    }
    Ok(())
}

/// Name and address of both sides on the day of issue, sealed; none where a person pays.
///
/// # Errors
/// When the database does not answer.
pub async fn sides(
    connection: &impl ConnectionTrait,
    id: InvoiceId,
) -> Result<Option<Vec<u8>>, Failure> {
    let found: Option<Option<Vec<u8>>> = invoice::Entity::find_by_id(id.0)
        .select_only()
        .column(invoice::Column::SidesSealed)
        .into_tuple()
        .one(connection)
        .await?;
    Ok(found.flatten())
}

/// The invoices that these lines stand on, and how each stands.
///
/// # Errors
/// When the database does not answer.
pub async fn by_ids(
    connection: &impl ConnectionTrait,
    ids: &[InvoiceId],
) -> Result<Vec<Invoice>, Failure> {
    let rows = invoice::Entity::find()
        .filter(invoice::Column::Id.is_in(ids.iter().map(|id| id.0)))
        .all(connection)
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// Overwrites a locked invoice.
///
/// # Errors
/// When the database does not answer.
pub async fn save(tx: &Tx, one: &mut Invoice) -> Result<(), Failure> {
    one.version += 1;
    let row = to_row(one);
    invoice::Entity::update_many()
        .set(row)
        .filter(invoice::Column::Id.eq(one.id.0))
        .exec(&**tx)
        .await?;
    Ok(())
}

fn seen_by(sight: Sight) -> Option<Condition> {
    match sight {
        // an invoice gathers permits of several kinds
        Sight::All | Sight::Kinds(_) => Some(Condition::all()),
        Sight::Party(party) => Some(Condition::all().add(invoice::Column::HolderId.eq(party.0))),
        Sight::Nothing => None,
    }
}

/// The invoice, if the caller may see it.
///
/// # Errors
/// 404 for anything else.
pub async fn find(
    connection: &impl ConnectionTrait,
    sight: Sight,
    id: InvoiceId,
) -> Result<Invoice, Failure> {
    let seen = seen_by(sight).ok_or_else(Failure::not_found)?;
    let row = invoice::Entity::find_by_id(id.0).filter(seen).one(connection).await?;
    row.map(from_row).transpose()?.ok_or_else(Failure::not_found)
}

/// The invoice, locked until the transaction ends.
///
/// # Errors
/// 404 when there is none.
pub async fn lock(tx: &Tx, id: InvoiceId) -> Result<Invoice, Failure> {
    let row = invoice::Entity::find_by_id(id.0).lock_exclusive().one(&**tx).await?;
    row.map(from_row).transpose()?.ok_or_else(Failure::not_found)
}

/// The invoices of these KIDs, locked until the transaction ends.
///
/// # Errors
/// When the database does not answer.
pub async fn lock_by_kids(tx: &Tx, kids: &[String]) -> Result<Vec<Invoice>, Failure> {
    let mut found = Vec::with_capacity(kids.len());
    for some in kids.chunks(500) {
        let rows = invoice::Entity::find()
            .filter(invoice::Column::Kid.is_in(some.iter().cloned()))
            .order_by_asc(invoice::Column::Id)
            .lock_exclusive()
            .all(&**tx)
            .await?;
        for row in rows {
            found.push(from_row(row)?);
        }
    }
    Ok(found)
}

/// The invoice of a number, locked until the transaction ends.
///
/// # Errors
/// When the database does not answer.
pub async fn lock_by_number(tx: &Tx, number: i64) -> Result<Option<Invoice>, Failure> {
    invoice::Entity::find()
        .filter(invoice::Column::Number.eq(number))
        .filter(invoice::Column::Kind.into_expr().eq(written(InvoiceKind::Invoice.code())))
        .lock_exclusive()
        .one(&**tx)
        .await?
        .map(from_row)
        .transpose()
}

async fn id_where(
    connection: &impl ConnectionTrait,
    which: Condition,
) -> Result<Option<InvoiceId>, Failure> {
    let found: Option<Uuid> = invoice::Entity::find()
        .select_only()
        .column(invoice::Column::Id)
        .filter(which)
        .into_tuple()
        .one(connection)
        .await?;
    Ok(found.map(InvoiceId))
}

/// The id of the invoice or credit note of this number.
///
/// # Errors
/// When the database does not answer.
pub async fn id_of_number(
    connection: &impl ConnectionTrait,
    number: i64,
) -> Result<Option<InvoiceId>, Failure> {
    id_where(connection, Condition::all().add(invoice::Column::Number.eq(number))).await
}

/// The id of the invoice that payments with this KID are for.
///
/// # Errors
/// When the database does not answer.
pub async fn id_of_kid(
    connection: &impl ConnectionTrait,
    kid: &Kid,
) -> Result<Option<InvoiceId>, Failure> {
    id_where(connection, Condition::all().add(invoice::Column::Kid.eq(kid.canonical()))).await
}

/// The id of the invoice or credit note that a document of a case is, or reminds of.
///
/// # Errors
/// When the database does not answer.
pub async fn of_document(
    connection: &impl ConnectionTrait,
    case: CaseId,
    number: i32,
) -> Result<Option<InvoiceId>, Failure> {
    let found: Option<(Uuid, Uuid)> = letter::Entity::find()
        .select_only()
        .columns([letter::Column::Id, letter::Column::PartyId])
        .filter(letter::Column::CaseId.eq(case.0))
        .filter(letter::Column::Number.eq(number))
        .into_tuple()
        .one(connection)
        .await?;
    let Some((letter, holder)) = found else { return Ok(None) };
    let of = Condition::any()
        .add(invoice::Column::LetterId.eq(letter))
        .add(invoice::Column::ReminderLetterId.eq(letter));
    // by the holder, since letters are no index of invoices
    id_where(connection, Condition::all().add(invoice::Column::HolderId.eq(holder)).add(of)).await
}

/// The credit notes of an invoice, by number.
///
/// # Errors
/// When the database does not answer.
pub async fn credit_notes(
    connection: &impl ConnectionTrait,
    id: InvoiceId,
) -> Result<Vec<Invoice>, Failure> {
    let rows = invoice::Entity::find()
        .filter(invoice::Column::Credits.eq(id.0))
        .order_by_asc(invoice::Column::Number)
        .all(connection)
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// Whether the payment of an invoice waits until an appeal against it is decided.
///
/// # Errors
/// When the database does not answer.
pub async fn waits(connection: &impl ConnectionTrait, id: InvoiceId) -> Result<bool, Failure> {
    let which = Condition::all().add(invoice::Column::Id.eq(id.0)).add(Expr::cust(DOES_NOT_WAIT));
    Ok(id_where(connection, which).await?.is_none())
}

/// Open invoices that nobody was reminded of, whose last day to pay lies before `day`; those whose holder can
/// still be written to, the longest due first.
///
/// # Errors
/// When the database does not answer.
pub async fn to_be_reminded(
    connection: &impl ConnectionTrait,
    day: NaiveDate,
    limit: u64,
) -> Result<Vec<InvoiceId>, Failure> {
    let ids: Vec<Uuid> = invoice::Entity::find()
        .select_only()
        .column(invoice::Column::Id)
        .filter(invoice::Column::Kind.into_expr().eq(written(InvoiceKind::Invoice.code())))
        .filter(invoice::Column::SettledOn.is_null())
        .filter(invoice::Column::RemindedOn.is_null())
        .filter(invoice::Column::DueOn.lt(day))
        .filter(Expr::cust(
            r#"EXISTS (SELECT 1 FROM person_key k WHERE k.party_id = "invoice"."holder_id")"#,
        ))
        .filter(Expr::cust(DOES_NOT_WAIT))
        .order_by_asc(invoice::Column::DueOn)
        .order_by_asc(invoice::Column::Number)
        .limit(limit)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(ids.into_iter().map(InvoiceId).collect())
}
