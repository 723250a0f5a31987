//! Writing invoice lines in the commit of what they are for, and payments of whole lines. Every year's lines are
//! written by `run/`, their invoices by `invoice/`.

use chrono::{Datelike as _, NaiveDate};
use uuid::Uuid;

use super::{
    invoice::{rules as invoice_rules, store as invoices, store::lines as invoiced},
    model::{Charged, FeeItem, InvoiceLine, Payment},
    rules::{self, FeeFlaw, FeeLine, Holding, Term},
    store,
};
use crate::{
    app::App,
    database::Tx,
    failure::{Failure, FieldError, Problem},
    idempotency::IdempotencyKey,
    identity::Caller,
    party,
    permit::{kind, model::Permit},
    values::{
        calendar::oslo_date,
        ids::{InvoiceLineId, PartyId, PaymentId},
    },
};

impl From<FeeFlaw> for Failure {
    fn from(flaw: FeeFlaw) -> Self {
        Failure::internal(flaw)
    }
}

pub(super) fn items_of(permit: &Permit) -> Vec<FeeItem> {
    kind::find(permit.kind).map(|any| any.fees(&permit.details)).unwrap_or_default()
}

/// The days a permit holds, as far as they are known today.
pub(super) fn holding(permit: &Permit) -> Holding {
    let ended = permit.ended.as_ref().map(|(at, _)| oslo_date(*at));
    let ran_out = permit.validity.until().and_then(|until| until.pred_opt());
    Holding {
        first: permit.validity.from().max(oslo_date(permit.issued_at)),
        last: ended.into_iter().chain(ran_out).min(),
    }
}

/// Writes what a new permit costs: what is charged once, and its share of the year it begins in. A
/// permit whose first day is yet to come gets that share from the yearly job.
///
/// # Errors
/// When the kind names what the fee table does not know.
pub async fn charge_grant(tx: &Tx, permit: &Permit) -> Result<(), Failure> {
    let today = oslo_date(tx.now());
    let items = items_of(permit);
    write(tx, permit, today.year(), "grant", &rules::once(&items, today)?).await?;
    let held = holding(permit);
    // its share of a pool is written by the yearly job, which knows the others'
    let pooled = kind::any(permit.kind).shares_pool().holds(&permit.details);
    if !pooled && held.first <= today && store::assess(tx, permit.id, today.year(), None).await? {
        let lines = rules::annual(&items, held, today.year())?;
        write(tx, permit, today.year(), "annual", &lines).await?;
    }
    Ok(())
}

/// Writes what a change costs, e.g. another call sign: the one-off fees of `items`. The permit must
/// have been written as its new version. What is charged every year follows on 1 January.
///
/// # Errors
/// When the fee table does not know the items.
pub async fn charge_change(tx: &Tx, permit: &Permit, items: &[FeeItem]) -> Result<(), Failure> {
    let today = oslo_date(tx.now());
    write(tx, permit, today.year(), &change_of(permit), &rules::once(items, today)?).await
}

/// Writes what an amendment costs: the one-off fees of what the permit says now beyond those of `before`,
/// which it said. The permit must have been written as its new version.
///
/// # Errors
/// When the kind names what the fee table does not know.
pub async fn charge_amendment(tx: &Tx, permit: &Permit, before: &[FeeItem]) -> Result<(), Failure> {
    let today = oslo_date(tx.now());
    let lines = rules::once_beyond(&items_of(permit), before, today)?;
    write(tx, permit, today.year(), &change_of(permit), &lines).await
}

/// The occasion of what a version of a permit is charged for.
fn change_of(permit: &Permit) -> String {
    format!("change-{}", permit.version)
}

async fn write(
    tx: &Tx,
    permit: &Permit,
    year: i32,
    occasion: &str,
    lines: &[FeeLine],
) -> Result<(), Failure> {
    for line in lines {
        store::insert(tx, &priced(tx, permit, year, occasion, line)?).await?;
    }
    Ok(())
}

/// A line of a permit as it is priced.
pub(super) fn priced(
    tx: &Tx,
    permit: &Permit,
    year: i32,
    occasion: &str,
    line: &FeeLine,
) -> Result<InvoiceLine, Failure> {
    Ok(InvoiceLine {
        fee_id: line.row.id.to_owned(),
        object: line.row.object.to_owned(),
        unit: line.row.unit.to_owned(),
        quantity: i64::try_from(line.quantity).map_err(Failure::internal)?,
        amount_ore: line.amount_ore,
        rule: line.rule.id.to_owned(),
        section: line.row.section.clone(),
        basis: line.row.source.to_owned(),
        ..blank(tx, permit, year, occasion)?
    })
}

/// Writes a line of a permit; `fill` says what is charged.
pub(super) async fn insert_line(
    tx: &Tx,
    permit: &Permit,
    year: i32,
    occasion: &str,
    fill: impl FnOnce(&mut InvoiceLine),
) -> Result<(), Failure> {
    let mut line = blank(tx, permit, year, occasion)?;
    fill(&mut line);
    store::insert(tx, &line).await
}

/// A line of a permit that says nothing yet of what is charged.
fn blank(tx: &Tx, permit: &Permit, year: i32, occasion: &str) -> Result<InvoiceLine, Failure> {
    Ok(InvoiceLine {
        id: InvoiceLineId::new(tx.now()),
        of: Charged::Permit(permit.id),
        permit_number: permit.number.clone(),
        holder: permit.holder,
        year,
        occasion: occasion.to_owned(),
        fee_id: String::new(),
        object: String::new(),
        unit: String::new(),
        quantity: 1,
        amount_ore: 0,
        rule: String::new(),
        section: String::new(),
        basis: String::new(),
        due_on: rules::due_on(Term::Ordinary, oslo_date(tx.now())).ok_or(FeeFlaw::NoRule)?,
        payment: None,
        paid_on: None,
        version: 1,
        created_at: tx.now(),
        run: None,
        invoice: None,
        credit: None,
    })
}

/// A coercive fine that is final.
#[derive(Debug, Clone)]
pub struct FinalFine {
    /// The decision that set it.
    pub act: Uuid,
    /// Number of its case.
    pub case: String,
    /// Who pays.
    pub holder: PartyId,
    /// Days that cost; 1 for one that fell due once.
    pub days: u64,
    /// What it has come to, in øre.
    pub amount_ore: i64,
}

/// Writes what a coercive fine has come to, once; its invoice follows like that of fees.
///
/// # Errors
/// When the database does not answer.
pub async fn charge_fine(tx: &Tx, fine: &FinalFine) -> Result<(), Failure> {
    let today = oslo_date(tx.now());
    let line = InvoiceLine {
        id: InvoiceLineId::new(tx.now()),
        of: Charged::Fine(fine.act),
        permit_number: fine.case.clone(),
        holder: fine.holder,
        year: today.year(),
        occasion: "fine".to_owned(),
        fee_id: "TVANGSMULKT".to_owned(),
        object: "coercive_fine".to_owned(),
        unit: "fine".to_owned(),
        quantity: i64::try_from(fine.days).map_err(Failure::internal)?.max(1),
        amount_ore: fine.amount_ore,
        rule: "P5".to_owned(),
        section: "§ 15-11".to_owned(),
        basis: "LOV-2024-12-13-76".to_owned(),
        due_on: rules::due_on(Term::Ordinary, today).ok_or(FeeFlaw::NoRule)?,
        payment: None,
        paid_on: None,
        version: 1,
        created_at: tx.now(),
        run: None,
        invoice: None,
        credit: None,
    };
    store::insert(tx, &line).await
}

/// When the holder was asked to confirm the data of a permit and has not done so since.
///
/// # Errors
/// When the database does not answer.
pub async fn confirmation_asked_at(
    app: &App,
    permit: &Permit,
) -> Result<Option<chrono::DateTime<chrono::Utc>>, Failure> {
    let asked = store::confirmation_asked_at(app.db().read(), permit.id).await?;
    Ok(asked.filter(|asked| permit.confirmed_at.is_none_or(|confirmed| confirmed < *asked)))
}

/// A payment as it is reported.
#[derive(Debug, Clone)]
pub struct Received {
    /// Lines it pays, whole.
    pub lines: Vec<InvoiceLineId>,
    /// What was received, in øre.
    pub amount_ore: i64,
    /// Day it was received.
    pub paid_on: NaiveDate,
    /// The bank's or accounting system's reference.
    pub reference: Option<String>,
}

/// Operation name under which repeats are recognised.
const OPERATION: &str = "record payment";

/// Records a payment of lines. A repeated key answers the payment it made.
///
/// # Errors
/// 422 for lines there are not or an amount that is not their sum, 409 when one is paid already,
/// 403 for one's own.
pub async fn record_payment(
    app: &App,
    caller: &Caller,
    received: &Received,
    idempotency: Option<&IdempotencyKey>,
) -> Result<PaymentId, Failure> {
    if let Some(made) = made_before(app, idempotency).await? {
        return Ok(made);
    }
    let outcome = app
        .db()
        .write(|tx| async move {
            lock_invoices(&tx, &received.lines).await?;
            let lines = payable(&tx, received).await?;
            for line in &lines {
                party::actions::refuse_own(app, caller, line.holder).await?;
            }
            let payment = Payment {
                id: PaymentId::new(tx.now()),
                amount_ore: received.amount_ore,
                paid_on: received.paid_on,
                reference: received.reference.clone(),
                recorded_by: caller.subject.clone(),
                created_at: tx.now(),
                invoice: None,
            };
            store::insert_payment(&tx, &payment, &lines).await?;
            pay_invoices(&tx, &payment, &lines).await?;
            if let Some(key) = idempotency {
                key.remember(&tx, OPERATION, payment.id.0).await?;
            }
            Ok(payment.id)
        })
        .await;
    match outcome {
        // the same request was carried out at the same moment: answer what that made
        Err(failure) if failure.problem() == Problem::Conflict => {
            made_before(app, idempotency).await?.ok_or(failure)
        }
        outcome => outcome,
    }
}

async fn made_before(
    app: &App,
    key: Option<&IdempotencyKey>,
) -> Result<Option<PaymentId>, Failure> {
    let Some(key) = key else { return Ok(None) };
    Ok(key.made(app.db().read(), OPERATION).await?.map(PaymentId))
}

/// Locks the invoices that lines stand on, before the lines, as everybody does who changes both.
async fn lock_invoices(tx: &Tx, lines: &[InvoiceLineId]) -> Result<(), Failure> {
    let mut ids: Vec<_> =
        store::by_ids(&**tx, lines).await?.into_iter().filter_map(|line| line.invoice).collect();
    ids.sort_unstable();
    ids.dedup();
    for id in ids {
        invoices::lock(tx, id).await?;
    }
    Ok(())
}

/// Adds what was paid for lines to the invoices they stand on.
async fn pay_invoices(tx: &Tx, payment: &Payment, lines: &[InvoiceLine]) -> Result<(), Failure> {
    let mut sums = std::collections::BTreeMap::new();
    for line in lines {
        if let Some(id) = line.invoice {
            *sums.entry(id).or_insert(0) += line.amount_ore;
        }
    }
    for (id, sum) in sums {
        let mut invoice = invoices::lock(tx, id).await?;
        if sum > invoice.open_ore() {
            return Err(Failure::new(
                Problem::Conflict,
                "A part of the invoice has been paid already. Place what came in on the invoice instead.",
            ));
        }
        if invoice_rules::pay(&mut invoice, sum, payment.paid_on) {
            invoiced::mark_paid(tx, id, payment.id, payment.paid_on).await?;
        }
        invoices::save(tx, &mut invoice).await?;
    }
    Ok(())
}

/// The lines of a payment, locked, if they can be paid with it.
async fn payable(tx: &Tx, received: &Received) -> Result<Vec<InvoiceLine>, Failure> {
    let lines = store::lock(tx, &received.lines).await?;
    let mut errors = Vec::new();
    for (index, id) in received.lines.iter().enumerate() {
        if !lines.iter().any(|line| line.id == *id) {
            errors.push(FieldError {
                pointer: format!("/lines/{index}"),
                code: "unknown".into(),
                detail: "There is no such line. Take the ids from the list of invoices.".into(),
            });
        }
    }
    if errors.is_empty() && lines.iter().any(|line| !line.is_open()) {
        return Err(Failure::new(
            Problem::Conflict,
            "One of the lines is paid or has fallen away already. Read the invoices again.",
        ));
    }
    // it may still be reversed, and what was paid is credited on its invoice
    let waits = |line: &InvoiceLine| matches!(line.of, Charged::Fine(_)) && line.invoice.is_none();
    if errors.is_empty() && lines.iter().any(waits) {
        return Err(Failure::new(
            Problem::Conflict,
            "The invoice for this coercive fine is not issued yet. Record the payment when it is.",
        ));
    }
    let sum: i64 = lines.iter().map(|line| line.amount_ore).sum();
    if errors.is_empty() && sum != received.amount_ore {
        errors.push(FieldError {
            pointer: "/amountOre".to_owned(),
            code: "sum".into(),
            detail: "The amount must be the sum of the lines; a line is paid whole.".into(),
        });
    }
    if errors.is_empty() {
        return Ok(lines);
    }
    Err(Failure::new(
        Problem::InvalidContent,
        "Correct every value listed in errors and send the request again.",
    )
    .with_fields(errors))
}
