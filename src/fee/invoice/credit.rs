//! Credit notes: fee lines that fall away are taken back from their invoice, whole. What was paid for them is
//! shown as to be paid back; paying it back is the accounts' business.

use std::collections::BTreeMap;

use chrono::Datelike as _;
use uuid::Uuid;

use super::{
    actions::addressee,
    export,
    letters::Post,
    model::{Invoice, InvoiceKind},
    rules,
    store::{self, NewInvoice, lines},
};
use crate::{
    app::App,
    database::Tx,
    failure::{Failure, FieldError, Problem},
    fee::{model::InvoiceLine, store as fees},
    identity::Caller,
    party,
    permit::model::Permit,
    values::{
        calendar::oslo_date,
        ids::{InvoiceId, InvoiceLineId},
        language::Language,
    },
};

/// What falls away, and why.
#[derive(Debug, Clone)]
pub struct Crediting {
    /// Lines of the invoice; all that are left when none are named.
    pub lines: Vec<InvoiceLineId>,
    /// Why, in words for the holder.
    pub reason: String,
}

/// Takes lines back from an invoice that stands at `version`; answers the credit note.
///
/// # Errors
/// 404; 403 for one's own; 412 when the invoice changed; 409 for a credit note or when nothing is left; 422
/// for lines it does not have.
pub async fn credit(
    app: &App,
    caller: &Caller,
    id: InvoiceId,
    version: i32,
    what: &Crediting,
) -> Result<Invoice, Failure> {
    app.db()
        .write(|tx| async move {
            // the number first: whoever takes one locks it before anything else
            let number = store::take_numbers(&tx, 1).await?;
            let invoice = store::lock(&tx, id).await?;
            party::actions::refuse_own(app, caller, invoice.holder).await?;
            if invoice.version != version {
                return Err(Failure::stale());
            }
            let own = lines::lines_of(&*tx, &invoice).await?;
            let taken = chosen(&invoice, &own, what)?;
            write_off(app, &tx, number, invoice, &taken, (&what.reason, &caller.subject)).await
        })
        .await
}

/// Keeps everybody else from taking a number of an invoice until the transaction ends; to be called before anything
/// else is locked in a step in which [`fine_falls_away`] or [`years_fall_away`] may follow.
///
/// # Errors
/// When the database does not answer.
pub async fn before_fine_falls_away(tx: &Tx) -> Result<(), Failure> {
    store::take_numbers(tx, 0).await.map(|_| ())
}

/// What was charged for a coercive fine falls away with it: a line that waits is forgotten, one that stands on an
/// invoice is credited.
///
/// # Errors
/// When the database does not answer.
pub async fn fine_falls_away(
    app: &App,
    tx: &Tx,
    act: Uuid,
    (reason, who): (&str, &str),
) -> Result<(), Failure> {
    // the invoice before its line, as payments do; while the counter is held no line is put on an invoice
    let known = fees::of_fines(&**tx, &[act]).await?;
    let invoice = match known.first().and_then(|line| line.invoice) {
        Some(id) => Some(store::lock(tx, id).await?),
        None => None,
    };
    let Some(line) = fees::lock_of_fine(tx, act).await? else { return Ok(()) };
    // without an invoice it cannot have been paid
    let Some(invoice) = invoice else { return fees::forget(tx, line.id).await };
    if line.credit.is_some() {
        return Ok(());
    }
    let number = store::take_numbers(tx, 1).await?;
    write_off(app, tx, number, invoice, &[line], (reason, who)).await.map(|_| ())
}

/// A permit pays nothing for the years after the one in which its holder gave it up, though that was registered later
/// (FOR-2024-01-17-79 § 4): lines that wait are forgotten, those on an invoice are credited, and no others are written.
///
/// # Errors
/// When the database does not answer.
pub async fn years_fall_away(
    app: &App,
    tx: &Tx,
    permit: &Permit,
    given_up_in: i32,
    who: &str,
) -> Result<(), Failure> {
    for year in given_up_in + 1..=oslo_date(tx.now()).year() {
        fees::assess(tx, permit.id, year, None).await?;
    }
    let language = party::store::get(&**tx, permit.holder).await?.details.language;
    let reason = match language {
        Language::Bokmal => "Tillatelsen var sagt opp før 1. januar.",
        Language::Nynorsk => "Løyvet var sagt opp før 1. januar.",
        Language::English => "The permit was given up before 1 January.",
    };
    let mut lines: BTreeMap<Option<InvoiceId>, Vec<InvoiceLine>> = BTreeMap::new();
    for line in fees::annual_after(&**tx, permit.id, given_up_in).await? {
        lines.entry(line.invoice).or_default().push(line);
    }
    for (invoice, lines) in lines {
        let Some(id) = invoice else {
            for line in lines.iter().filter(|line| line.payment.is_none()) {
                fees::forget(tx, line.id).await?;
            }
            continue;
        };
        let invoice = store::lock(tx, id).await?;
        let number = store::take_numbers(tx, 1).await?;
        write_off(app, tx, number, invoice, &lines, (reason, who)).await?;
    }
    Ok(())
}

/// Takes lines back from a locked invoice, under a number that was taken before it was locked.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn write_off(
    app: &App,
    tx: &Tx,
    number: i64,
    mut invoice: Invoice,
    taken: &[InvoiceLine],
    (reason, who): (&str, &str),
) -> Result<Invoice, Failure> {
    let today = oslo_date(tx.now());
    let mut note = Invoice {
        id: InvoiceId::new(tx.now()),
        number,
        kind: InvoiceKind::CreditNote,
        credits: Some(invoice.id),
        issued_on: today,
        due_on: today,
        amount_ore: taken.iter().map(|line| line.amount_ore).sum(),
        paid_ore: 0,
        credited_ore: 0,
        kid: None,
        reminded: None,
        settled_on: None,
        letter: None,
        reminder_letter: None,
        created_by: who.to_owned(),
        created_at: tx.now(),
        version: 1,
        ..invoice.clone()
    };
    let is_settled = rules::take_off(&mut invoice, note.amount_ore, today);
    let (addressee, key) = addressee(app, tx, invoice.holder).await?;
    let post = Post { app, tx, addressee: &addressee, key: &key, actor: who };
    note.letter = Some(post.credit_note((&note, &invoice), taken, reason).await?);
    let sides = export::sealed_sides(app, &addressee, &key, note.id)?;
    let new = NewInvoice { invoice: note, sides };
    store::insert(tx, std::iter::once(&new)).await?;
    let note = new.invoice;
    let ids: Vec<_> = taken.iter().map(|line| line.id).collect();
    lines::take_back(tx, note.id, &ids).await?;
    if is_settled && let Some((paid, paid_on)) = lines::last_payment(&**tx, invoice.id).await? {
        // what came in before was a part, and is the whole of what is left
        lines::mark_paid(tx, invoice.id, paid, paid_on).await?;
    }
    store::save(tx, &mut invoice).await?;
    Ok(note)
}

/// The lines that fall away.
///
/// # Errors
/// 409 for a credit note or when nothing is left; 422 for lines the invoice does not have.
pub(crate) fn chosen(
    invoice: &Invoice,
    own: &[InvoiceLine],
    what: &Crediting,
) -> Result<Vec<InvoiceLine>, Failure> {
    let refused = |text: &'static str| Failure::new(Problem::IllegalTransition, text);
    if invoice.kind == InvoiceKind::CreditNote {
        return Err(refused("A credit note cannot be credited."));
    }
    let left = || own.iter().filter(|line| line.credit.is_none());
    if what.lines.is_empty() {
        let all: Vec<InvoiceLine> = left().cloned().collect();
        let nothing = refused("All lines of the invoice have fallen away already.");
        return if all.is_empty() { Err(nothing) } else { Ok(all) };
    }
    let mut errors = Vec::new();
    let mut taken = Vec::with_capacity(what.lines.len());
    for (index, id) in what.lines.iter().enumerate() {
        match left().find(|line| line.id == *id) {
            Some(line) => taken.push(line.clone()),
            None => errors.push(FieldError {
                pointer: format!("/lines/{index}"),
                code: "unknown".into(),
                detail: "The invoice has no such line that has not fallen away. Read it again."
                    .into(),
            }),
        }
    }
    if errors.is_empty() {
        return Ok(taken);
    }
    let text = "Correct every value listed in errors and send the request again.";
    Err(Failure::new(Problem::InvalidContent, text).with_fields(errors))
}
