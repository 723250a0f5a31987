//! The letters of invoices: facts gathered for `letter/rules/invoice.rs`, and sent in the transaction of the step. Each is
//! a document of a case: of the supervision case, for a coercive fine, else of the holder's fees of the year.

use std::collections::HashSet;

use chrono::Datelike as _;

use super::{
    model::Invoice,
    store::{case, lines},
};
use crate::{
    app::App,
    database::Tx,
    failure::{Failure, Problem},
    fee::model::InvoiceLine,
    journal,
    keys::DataKey,
    letter::{
        actions::{Outgoing, right_of, send},
        model::LetterKind,
        rules::invoice::{
            self as rules, ChargedLine, ConfirmationFacts, CreditFacts, PaymentFacts,
        },
    },
    party::model::Party,
    supervision,
    values::{
        account_number::AccountNumber,
        appeal_body::{AppealBody, DecisionType, appeal_body},
        ids::{CaseId, LetterId, PermitId},
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

fn is_fine(lines: &[InvoiceLine]) -> bool {
    lines.iter().any(|line| line.of.fine().is_some())
}

fn payment(app: &App, one: &Invoice, lines: &[InvoiceLine]) -> Result<PaymentFacts, Failure> {
    Ok(PaymentFacts {
        number: one.number,
        due_on: one.reminded.map_or(one.due_on, |(_, due_on)| due_on),
        account: account(app)?,
        kid: one.kid.clone().ok_or_else(|| Failure::internal("an invoice has no KID"))?,
        amount_ore: one.amount_ore,
        open_ore: one.open_ore(),
        is_fine: is_fine(lines),
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

/// What the holder is asked to confirm with these lines.
fn confirmation(
    app: &App,
    lines: &[InvoiceLine],
    asked: &HashSet<(PermitId, i32)>,
) -> Option<ConfirmationFacts> {
    let is_asked = |line: &&InvoiceLine| {
        line.of.permit().is_some_and(|permit| asked.contains(&(permit, line.year)))
    };
    let mut permits: Vec<String> =
        lines.iter().filter(is_asked).map(|line| line.permit_number.clone()).collect();
    permits.sort_unstable();
    permits.dedup();
    let address = format!("{}/my-page", app.settings().public_url);
    (!permits.is_empty()).then_some(ConfirmationFacts { permits, address })
}

/// Who writes, and to whom.
pub struct Post<'a> {
    /// The app.
    pub app: &'a App,
    /// The transaction of the step.
    pub tx: &'a Tx,
    /// Who is written to.
    pub addressee: &'a Party,
    /// Their data key.
    pub key: &'a DataKey,
    /// Who writes.
    pub actor: &'a str,
}

impl Post<'_> {
    /// The case, with its number, in which an invoice and what becomes of it are journaled.
    pub async fn case_of(
        &self,
        of: &Invoice,
        lines: &[InvoiceLine],
    ) -> Result<(CaseId, String), Failure> {
        if let Some(act) = lines.iter().find_map(|line| line.of.fine()) {
            let case = supervision::store::case_of(&**self.tx, act).await?;
            let (year, serial) = journal::store::case_number(&**self.tx, case).await?;
            return Ok((case, format!("{year}/{serial:06}")));
        }
        let case = case::of_year(self.tx, self.addressee.id, of.issued_on.year()).await?;
        Ok((case.id, case.display_number()))
    }

    fn letter<'b>(
        &'b self,
        kind: LetterKind,
        (case, case_number): (CaseId, String),
        title: &'b str,
        appeal: Option<&'static AppealBody>,
    ) -> Outgoing<'b> {
        Outgoing {
            kind,
            case,
            case_number,
            addressee: self.addressee,
            key: self.key,
            language: self.addressee.details.language,
            kind_title: "",
            title,
            actor: self.actor,
            appeal,
        }
    }

    /// Sends an invoice, and asks to confirm the permits of those lines whose holder is `asked` to in that year.
    pub async fn invoice(
        &self,
        one: &Invoice,
        lines: &[InvoiceLine],
        asked: &HashSet<(PermitId, i32)>,
    ) -> Result<LetterId, Failure> {
        let facts = payment(self.app, one, lines)?;
        let body = appeal_body(DecisionType::Fee, one.issued_on).filter(|_| !facts.is_fine);
        let appeal = body.map(|body| right_of(body, self.addressee.details.language));
        let case = self.case_of(one, lines).await?;
        let out = self.letter(LetterKind::Invoice, case, "Invoice", body);
        let asked = confirmation(self.app, lines, asked);
        let lines = charged(lines);
        send(self.app, self.tx, out, |head| {
            rules::invoice(head, &facts, &lines, asked.as_ref(), appeal.as_ref())
        })
        .await
    }

    /// Sends a reminder of an invoice, which must have its new last day.
    pub async fn reminder(&self, one: &Invoice) -> Result<LetterId, Failure> {
        let lines = lines::lines_of(&**self.tx, one).await?;
        let facts = PaymentFacts { due_on: one.due_on, ..payment(self.app, one, &lines)? };
        let new_due_on = one.reminded.map_or(one.due_on, |(_, due_on)| due_on);
        let case = self.case_of(one, &lines).await?;
        let out = self.letter(LetterKind::PaymentReminder, case, "Payment reminder", None);
        send(self.app, self.tx, out, |head| rules::reminder(head, &facts, new_due_on)).await
    }

    /// Sends a credit note; `of` is its invoice as it stands after it.
    pub async fn credit_note(
        &self,
        (note, of): (&Invoice, &Invoice),
        lines: &[InvoiceLine],
        reason: &str,
    ) -> Result<LetterId, Failure> {
        let facts = CreditFacts {
            number: note.number,
            payment: payment(self.app, of, lines)?,
            credited_ore: note.amount_ore,
            paid_back_ore: of.owed_back_ore(),
            reason,
            who: self.actor,
        };
        let case = self.case_of(of, lines).await?;
        let out = self.letter(LetterKind::CreditNote, case, "Credit note", None);
        let lines = charged(lines);
        send(self.app, self.tx, out, |head| rules::credit_note(head, &facts, &lines)).await
    }
}
