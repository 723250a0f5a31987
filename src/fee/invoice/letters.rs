//! The letters of invoices: facts gathered for `letter/rules/invoice.rs`, and sent in the transaction of the step.

use super::model::Invoice;
use crate::{
    app::App,
    database::Tx,
    failure::{Failure, Problem},
    fee::model::InvoiceLine,
    keys::DataKey,
    letter::{
        actions::{right_of, send_account},
        model::LetterKind,
        rules::invoice::{self as rules, ChargedLine, CreditFacts, PaymentFacts},
    },
    party::model::Party,
    values::{
        account_number::AccountNumber,
        appeal_body::{DecisionType, appeal_body},
        ids::LetterId,
    },
};

/// The account fees are paid to.
///
/// # Errors
/// 422 when none is set.
pub fn account(app: &App) -> Result<AccountNumber, Failure> {
    app.settings().fee_account.ok_or_else(|| {
        Failure::new(
            Problem::ConditionsNotMet,
            "Nothing can be invoiced before the account is set (fees.account).",
        )
    })
}

fn payment(app: &App, one: &Invoice) -> Result<PaymentFacts, Failure> {
    Ok(PaymentFacts {
        number: one.number,
        due_on: one.reminded.map_or(one.due_on, |(_, due_on)| due_on),
        account: account(app)?,
        kid: one.kid.clone().ok_or_else(|| Failure::internal("an invoice has no KID"))?,
        amount_ore: one.amount_ore,
        open_ore: one.open_ore(),
    })
}

fn charged(lines: &[InvoiceLine]) -> Vec<ChargedLine> {
    let line = |line: &InvoiceLine| ChargedLine {
        permit: line.permit_number.clone(),
        object: line.object.clone(),
        year: line.year,
        quantity: line.quantity,
        amount_ore: line.amount_ore,
        section: line.section.clone(),
    };
    lines.iter().map(line).collect()
}

/// Sends an invoice.
pub async fn invoice(
    app: &App,
    tx: &Tx,
    one: &Invoice,
    lines: &[InvoiceLine],
    to: (&Party, &DataKey),
) -> Result<LetterId, Failure> {
    let (facts, lines) = (payment(app, one)?, charged(lines));
    let body = appeal_body(DecisionType::Fee, one.issued_on);
    let appeal = body.map(|body| right_of(body, to.0.details.language));
    let number = one.number.to_string();
    send_account(app, tx, LetterKind::Invoice, number, to, |head| {
        rules::invoice(head, &facts, &lines, appeal.as_ref())
    })
    .await
}

/// Sends a reminder of an invoice, which must have its new last day.
pub async fn reminder(
    app: &App,
    tx: &Tx,
    one: &Invoice,
    to: (&Party, &DataKey),
) -> Result<LetterId, Failure> {
    let facts = PaymentFacts { due_on: one.due_on, ..payment(app, one)? };
    let new_due_on = one.reminded.map_or(one.due_on, |(_, due_on)| due_on);
    let number = one.number.to_string();
    send_account(app, tx, LetterKind::PaymentReminder, number, to, |head| {
        rules::reminder(head, &facts, new_due_on)
    })
    .await
}

/// Sends a credit note; `of` is its invoice as it stands after it.
pub async fn credit_note(
    app: &App,
    tx: &Tx,
    (note, of): (&Invoice, &Invoice),
    lines: &[InvoiceLine],
    (reason, who): (&str, &str),
    to: (&Party, &DataKey),
) -> Result<LetterId, Failure> {
    let facts = CreditFacts {
        number: note.number,
        payment: payment(app, of)?,
        credited_ore: note.amount_ore,
        paid_back_ore: of.owed_back_ore(),
        reason,
        who,
    };
    let lines = charged(lines);
    let number = note.number.to_string();
    send_account(app, tx, LetterKind::CreditNote, number, to, |head| {
        rules::credit_note(head, &facts, &lines)
    })
    .await
}
