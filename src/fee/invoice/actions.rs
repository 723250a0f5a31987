//! Issuing invoices for lines that wait, and reminding of what is not paid. Credit notes are in `credit.rs`.

use std::time::Instant;

use chrono::TimeDelta;

use super::{
    super::{
        model::InvoiceLine,
        rules::{self as fee_rules, FeeFlaw, Term},
        store as fees,
    },
    export,
    letters::{self, Post},
    model::{Invoice, InvoiceKind, NonPayment},
    rules,
    store::{self, NewInvoice, lines, list},
};
use crate::{
    app::App,
    database::Tx,
    failure::Failure,
    keys::DataKey,
    party::{self, model::Party},
    values::{
        calendar::oslo_date,
        ids::{FeeRunId, InvoiceId, PartyId},
        reminder::Reminder,
    },
};

/// Holders invoiced in one transaction; others wait no longer for the writer.
pub const BATCH: u64 = 20;
/// Invoices reminded of in one run of the job.
const REMINDED: u64 = 500;
/// Who issues what no person has asked for.
pub const AUTOMATIC: &str = "rules";

/// What was issued.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Issued {
    /// Invoices.
    pub count: u64,
    /// Their sum, in øre.
    pub amount_ore: i64,
}

/// Whether fees can be invoiced at all.
///
/// # Errors
/// 422 when no account is set.
pub fn needs_account(app: &App) -> Result<(), Failure> {
    letters::account(app).map(|_| ())
}

/// Issues an invoice to each of these holders for their lines that wait; those of a run, or those of none; and one for
/// each coercive fine. Whoever comes second finds nothing left.
///
/// # Errors
/// When no account is set, or the database does not answer.
pub async fn issue(
    app: &App,
    tx: &Tx,
    run: Option<FeeRunId>,
    holders: &[PartyId],
) -> Result<Issued, Failure> {
    if holders.is_empty() {
        return Ok(Issued::default());
    }
    // one at a time from here on: what another has issued meanwhile is seen, and no number is left out
    store::take_numbers(tx, 0).await?;
    let waiting = lines::waiting_lines(tx, run, holders).await?;
    let parties = party::store::many(&**tx, holders).await?;
    let keys = party::store::data_keys(&**tx, &app.keys(), holders).await?;
    let permits: Vec<_> = waiting.iter().filter_map(|line| line.of.permit()).collect();
    let asked = fees::asked_to_confirm(&**tx, &permits).await?;
    // a fine has an invoice of its own
    let together = |one: &InvoiceLine, next: &InvoiceLine| {
        (one.holder, one.of.fine()) == (next.holder, next.of.fine())
    };
    let of_holders: Vec<&[InvoiceLine]> = waiting.chunk_by(together).collect();
    let mut written: Vec<(NewInvoice, &[InvoiceLine])> = Vec::with_capacity(of_holders.len());
    let first = store::take_numbers(tx, of_holders.len()).await?;
    for (number, own) in (first..).zip(of_holders) {
        let (Some(Ok(addressee)), Some(Ok(key))) =
            (parties.get(&own[0].holder), keys.get(&own[0].holder))
        else {
            return Err(Failure::internal("the holder of a line cannot be written to"));
        };
        let mut invoice = new_invoice(tx, run, number, own)?;
        let post = Post { app, tx, addressee, key, actor: AUTOMATIC };
        invoice.letter = Some(post.invoice(&invoice, own, &asked).await?);
        let sides = export::sealed_sides(app, addressee, key, invoice.id)?;
        written.push((NewInvoice { invoice, sides }, own));
    }
    store::insert(tx, written.iter().map(|(new, _)| new)).await?;
    for (new, own) in &written {
        let ids: Vec<_> = own.iter().map(|line| line.id).collect();
        lines::put_on(tx, &new.invoice, &ids).await?;
    }
    Ok(Issued {
        count: written.len() as u64,
        amount_ore: written.iter().map(|(new, _)| new.invoice.amount_ore).sum(),
    })
}

fn new_invoice(
    tx: &Tx,
    run: Option<FeeRunId>,
    number: i64,
    own: &[InvoiceLine],
) -> Result<Invoice, Failure> {
    let today = oslo_date(tx.now());
    Ok(Invoice {
        id: InvoiceId::new(tx.now()),
        number,
        kind: InvoiceKind::Invoice,
        holder: own[0].holder,
        credits: None,
        run,
        issued_on: today,
        due_on: fee_rules::due_on(Term::Ordinary, today).ok_or(FeeFlaw::NoRule)?,
        amount_ore: own.iter().map(|line| line.amount_ore).sum(),
        paid_ore: 0,
        credited_ore: 0,
        kid: Some(rules::kid_of(number).ok_or(FeeFlaw::Range)?),
        reminded: None,
        settled_on: None,
        letter: None,
        reminder_letter: None,
        created_by: AUTOMATIC.to_owned(),
        created_at: tx.now(),
        version: 1,
    })
}

/// Issues invoices for lines of grants and changes that wait; answers how many. Without an account nothing is
/// invoiced.
///
/// # Errors
/// When the database does not answer.
pub async fn issue_waiting(app: &App) -> Result<u64, Failure> {
    if app.settings().fee_account.is_none() {
        return Ok(0);
    }
    let mut issued = 0;
    let mut after = None;
    loop {
        let began = Instant::now();
        let holders = lines::waiting_holders(app.db().read(), None, after, BATCH).await?;
        let Some(last) = holders.last().copied() else { return Ok(issued) };
        if app.signals().is_stopping() {
            return Ok(issued);
        }
        let holders = &holders;
        let batch = app.db().write(|tx| async move { issue(app, &tx, None, holders).await });
        issued += batch.await?.count;
        after = Some(last);
        app.signals().rest(began).await;
    }
}

/// Reminds of invoices that were not paid in time, once each; answers how many.
///
/// # Errors
/// When the database does not answer.
pub async fn remind_due(app: &App) -> Result<usize, Failure> {
    let today = oslo_date(app.clock().now());
    let Some(days) = Reminder::InvoiceUnpaid.days(today) else { return Ok(0) };
    if app.settings().fee_account.is_none() {
        return Ok(0);
    }
    let due =
        store::to_be_reminded(app.db().read(), today - TimeDelta::days(days), REMINDED).await?;
    let mut reminded = 0;
    for id in due {
        reminded += app.db().write(|tx| async move { remind(app, &tx, id).await }).await?;
    }
    Ok(reminded)
}

async fn remind(app: &App, tx: &Tx, id: InvoiceId) -> Result<usize, Failure> {
    let mut invoice = store::lock(tx, id).await?;
    let is_done = invoice.open_ore() == 0 || invoice.reminded.is_some();
    if is_done || store::waits(&**tx, id).await? {
        return Ok(0);
    }
    let today = oslo_date(tx.now());
    let due_on = fee_rules::due_on(Term::Reminder, today).ok_or(FeeFlaw::NoRule)?;
    invoice.reminded = Some((today, due_on));
    let (addressee, key) = addressee(app, tx, invoice.holder).await?;
    let post = Post { app, tx, addressee: &addressee, key: &key, actor: AUTOMATIC };
    invoice.reminder_letter = Some(post.reminder(&invoice).await?);
    store::save(tx, &mut invoice).await?;
    Ok(1)
}

/// Who an invoice is addressed to, with their data key.
pub(crate) async fn addressee(
    app: &App,
    tx: &Tx,
    holder: PartyId,
) -> Result<(Party, DataKey), Failure> {
    let key = party::store::data_key(&**tx, &app.keys(), holder).await?;
    Ok((party::store::get(&**tx, holder).await?, key))
}

/// What a holder has not paid although they were reminded, for whoever decides about them.
///
/// # Errors
/// When the database does not answer.
pub async fn non_payment(app: &App, holder: PartyId) -> Result<Option<NonPayment>, Failure> {
    list::non_payment(app.db().read(), holder, oslo_date(app.clock().now())).await
}
