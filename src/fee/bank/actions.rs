//! Taking a file of the bank in, whole or not at all, and placing what came in on invoices.

use std::collections::HashMap;

use sha2::{Digest as _, Sha256};

use super::{
    csv,
    flaw::Flaw,
    model::{BankFile, FileFlaw, Item, NoKid},
    ocr,
    store::{self, IncomingPayment, PLACED, PaymentFile, RETURNED, UNPLACED},
};
use crate::{
    app::App,
    database::Tx,
    failure::{Failure, FieldError, Problem},
    fee::{
        invoice::{
            model::Invoice,
            rules::{self, NotPlaced},
            store::{self as invoices, lines},
        },
        model::Payment,
        store as fees,
    },
    identity::Caller,
    party,
    values::{
        calendar::oslo_date,
        ids::{IncomingPaymentId, InvoiceId, PaymentFileId, PaymentId},
        language::Language,
    },
};

/// Reads a file in either format; OCR giro is known by how it begins.
///
/// # Errors
/// What is wrong, line by line; of OCR giro, in which each line counts on those before it, the first thing.
pub fn read(bytes: &[u8]) -> Result<BankFile, Vec<FileFlaw>> {
    if bytes.starts_with(b"NY0000") {
        ocr::read(bytes).map_err(|flaw| vec![flaw])
    } else {
        csv::read(bytes)
    }
}

/// What became of a file.
#[derive(Debug, Clone)]
pub struct Imported {
    /// The file.
    pub file: PaymentFile,
    /// False when the same file was taken in before, and nothing changed.
    pub is_new: bool,
}

/// Takes a file in and places what it says came in. The same file again changes nothing.
///
/// # Errors
/// 422 for a file with mistakes, which are named line by line; 409 when the bank's number of it or one of its transactions was
/// taken in with another file.
pub async fn import(app: &App, by: &str, bytes: &[u8]) -> Result<Imported, Failure> {
    let sha256 = Sha256::digest(bytes).to_vec();
    if let Some(file) = store::by_content(app.db().read(), &sha256).await? {
        return Ok(Imported { file, is_new: false });
    }
    let read = read(bytes).map_err(|flaws| refused(&flaws))?;
    let today = oslo_date(app.clock().now());
    let early: Vec<FileFlaw> = read
        .items
        .iter()
        .filter(|item| item.paid_on > today)
        .map(|item| FileFlaw::at(item.line, Flaw::TooEarly))
        .collect();
    if !early.is_empty() {
        return Err(refused(&early));
    }
    let (read, sha256) = (&read, &sha256);
    app.db().write_much(|tx| async move { take_in(&tx, by, read, sha256).await }).await
}

/// Code of a number that no invoice has.
pub const UNKNOWN_INVOICE: &str = "unknown";
/// Code of what was taken in with another file: the bank's number of the file, or a transaction.
pub const TAKEN_BEFORE: &str = "taken-before";
/// Lines of a file that are named when it is refused.
const MOST_NAMED: usize = 100;

/// The first flaw stands in the text, and all of them line by line in the errors.
fn refused(flaws: &[FileFlaw]) -> Failure {
    let first = flaws.first().map(ToString::to_string).unwrap_or_default();
    let fields = flaws.iter().take(MOST_NAMED).map(|flaw| FieldError {
        pointer: format!("/lines/{}", flaw.line),
        code: flaw.what.code().into(),
        detail: flaw.what.text(Language::English).into(),
    });
    Failure::new(Problem::InvalidContent, format!("Nothing was imported: {first}."))
        .with_fields(fields.collect())
}

async fn take_in(tx: &Tx, by: &str, read: &BankFile, sha256: &[u8]) -> Result<Imported, Failure> {
    if let Some(file) = store::by_content(&**tx, sha256).await? {
        return Ok(Imported { file, is_new: false });
    }
    let conflict = |pointer: String, text: String| {
        let code = TAKEN_BEFORE.into();
        let field = FieldError { pointer, code, detail: text.clone().into() };
        Err(Failure::new(Problem::Conflict, text).with_fields(vec![field]))
    };
    if let Some(number) = &read.transmission
        && store::has_transmission(&**tx, number).await?
    {
        let pointer = "/transmission".to_owned();
        return conflict(
            pointer,
            format!(
                "Nothing was imported: another file with the number {number} was imported before."
            ),
        );
    }
    let references: Vec<String> = read.items.iter().map(|item| item.reference.clone()).collect();
    if let Some(reference) = store::taken_before(&**tx, &references).await? {
        let line = read.items.iter().find(|item| item.reference == reference);
        let line = line.map_or(0, |item| item.line);
        return conflict(
            format!("/lines/{line}"),
            format!(
                "Nothing was imported: the transaction in line {line} was imported before with another file."
            ),
        );
    }
    let file = PaymentFile {
        id: PaymentFileId::new(tx.now()).0,
        format: read.format.code().to_owned(),
        sha256: sha256.to_vec(),
        transmission: read.transmission.clone(),
        items: i64::try_from(read.items.len()).map_err(Failure::internal)?,
        amount_ore: read.items.iter().map(|item| item.amount_ore).sum(),
        imported_by: by.to_owned(),
        imported_at: tx.now(),
    };
    let kids: Vec<String> =
        read.items.iter().filter_map(|item| Some(item.kid.as_ref().ok()?.canonical())).collect();
    let found = invoices::lock_by_kids(tx, &kids).await?;
    let mut found: HashMap<String, Invoice> = found
        .into_iter()
        .filter_map(|invoice| Some((invoice.kid.as_ref()?.canonical(), invoice)))
        .collect();
    let mut items = Vec::with_capacity(read.items.len());
    for item in &read.items {
        items.push(take_item(tx, by, &file, item, &mut found).await?);
    }
    store::insert(tx, file.clone(), items).await?;
    Ok(Imported { file, is_new: true })
}

/// Places a transaction on its invoice, or says why not.
async fn take_item(
    tx: &Tx,
    by: &str,
    file: &PaymentFile,
    item: &Item,
    found: &mut HashMap<String, Invoice>,
) -> Result<IncomingPayment, Failure> {
    let mut row = IncomingPayment {
        id: IncomingPaymentId::new(tx.now()).0,
        file_id: file.id,
        position: i32::try_from(item.line).map_err(Failure::internal)?,
        reference: item.reference.clone(),
        kid: item.kid_text(),
        amount_ore: item.amount_ore,
        paid_on: item.paid_on,
        state: UNPLACED.to_owned(),
        reason: None,
        invoice_id: None,
        excess_ore: 0,
        decided_by: None,
        decided_at: None,
        version: 1,
    };
    let placed = match &item.kid {
        Err(NoKid::Missing) => Err(NotPlaced::NoKid),
        Err(NoKid::Wrong(_)) => Err(NotPlaced::BadKid),
        Ok(kid) => match found.get_mut(&kid.canonical()) {
            None => Err(NotPlaced::UnknownKid),
            Some(invoice) => put(tx, by, invoice, &mut row).await?,
        },
    };
    row.reason = placed.err().map(|why| why.code().to_owned());
    Ok(row)
}

/// Puts what came in on a locked invoice, with a payment; or says why that cannot be.
async fn put(
    tx: &Tx,
    by: &str,
    invoice: &mut Invoice,
    row: &mut IncomingPayment,
) -> Result<Result<(), NotPlaced>, Failure> {
    let placing = match rules::place(invoice, row.amount_ore) {
        Ok(placing) => placing,
        Err(why) => return Ok(Err(why)),
    };
    let payment = Payment {
        id: PaymentId::new(tx.now()),
        amount_ore: placing.applied_ore,
        paid_on: row.paid_on,
        reference: Some(row.reference.clone()),
        recorded_by: by.to_owned(),
        created_at: tx.now(),
        invoice: Some(invoice.id),
    };
    fees::insert_payment(tx, &payment, &[]).await?;
    if rules::pay(invoice, placing.applied_ore, row.paid_on) {
        lines::mark_paid(tx, invoice.id, payment.id, row.paid_on).await?;
    }
    invoices::save(tx, invoice).await?;
    PLACED.clone_into(&mut row.state);
    row.invoice_id = Some(invoice.id.0);
    row.excess_ore = placing.excess_ore;
    Ok(Ok(()))
}

/// What a caseworker decides of money that could not be placed, or was too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement {
    /// It pays the invoice of this number.
    Invoice(i64),
    /// It is paid back, or what was too much of it.
    Returned,
}

/// Carries out what a caseworker decides of a transaction that stands at `version`.
///
/// # Errors
/// 404; 403 for one's own invoice; 412 when it changed; 409 when nothing is left to decide; 422 for a number that
/// no open invoice has.
pub async fn decide(
    app: &App,
    caller: &Caller,
    id: IncomingPaymentId,
    version: i32,
    placement: Placement,
) -> Result<IncomingPayment, Failure> {
    app.db()
        .write(|tx| async move { decide_in(app, &tx, caller, id, version, placement).await })
        .await
}

async fn decide_in(
    app: &App,
    tx: &Tx,
    caller: &Caller,
    id: IncomingPaymentId,
    version: i32,
    placement: Placement,
) -> Result<IncomingPayment, Failure> {
    let mut row = store::lock(tx, id).await?;
    if row.version != version {
        return Err(Failure::stale());
    }
    let waits = row.state == UNPLACED;
    match placement {
        Placement::Invoice(number) if waits => {
            let unfit =
                |code: &'static str, why: &'static str| Failure::at("/invoiceNumber", code, why);
            let found = invoices::lock_by_number(tx, number).await?;
            let mut invoice =
                found.ok_or_else(|| unfit(UNKNOWN_INVOICE, "No invoice has this number."))?;
            party::actions::refuse_own(app, caller, invoice.holder).await?;
            let placed = put(tx, &caller.subject, &mut invoice, &mut row).await?;
            placed.map_err(|_| {
                unfit(
                    "not-open",
                    "Nothing is left to pay of this invoice, or the amount was taken back.",
                )
            })?;
            row.reason = None;
        }
        Placement::Returned if waits || row.excess_ore > 0 => {
            if let Some(invoice) = row.invoice_id {
                let invoice = invoices::lock(tx, InvoiceId(invoice)).await?;
                party::actions::refuse_own(app, caller, invoice.holder).await?;
            }
            row.excess_ore = 0;
            if waits {
                RETURNED.clone_into(&mut row.state);
            }
        }
        _ => {
            let text = "Nothing is left to decide of this. Read it again.";
            return Err(Failure::new(Problem::IllegalTransition, text));
        }
    }
    row.decided_by = Some(caller.subject.clone());
    row.decided_at = Some(tx.now());
    store::save(tx, &mut row).await?;
    Ok(row)
}
