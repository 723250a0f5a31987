//! What invoices, credit notes and reminders say. Which lines they have and what is still to be paid is decided
//! in `fee/invoice`; here it is only written down.

use chrono::NaiveDate;

use super::{Sheet, Text, sheet};
use crate::{
    document::{Block, Document},
    letter::model::{AppealRight, Head},
    values::{account_number::AccountNumber, fee_object, kid::Kid},
};

/// A line of an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChargedLine {
    /// Number of the permit, or of the supervision case of a fine.
    pub permit: String,
    /// Object of the fee table.
    pub object: String,
    /// Year it belongs to.
    pub year: i32,
    /// How many.
    pub quantity: i64,
    /// Whole øre.
    pub amount_ore: i64,
    /// Provision of the fee regulation.
    pub section: String,
}

/// How an invoice is paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentFacts {
    /// Number of the invoice.
    pub number: i64,
    /// Last day to pay.
    pub due_on: NaiveDate,
    /// Account it is paid to.
    pub account: AccountNumber,
    /// What the payment is known by.
    pub kid: Kid,
    /// Amount of the invoice, in øre.
    pub amount_ore: i64,
    /// What is still to be paid, in øre.
    pub open_ore: i64,
    /// It is a coercive fine, not fees.
    pub is_fine: bool,
}

/// Permits whose holder is asked to look over what is registered, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfirmationFacts {
    /// Their numbers.
    pub permits: Vec<String>,
    /// Address of My page.
    pub address: String,
}

impl PaymentFacts {
    /// One text for fees and another for a fine.
    const fn either(&self, fees: Text, fine: Text) -> Text {
        if self.is_fine { fine } else { fees }
    }
}

/// An amount in the letter: kroner with a comma and two decimals, thousands apart.
fn kroner(ore: i64) -> String {
    let whole = (ore / 100).unsigned_abs().to_string();
    let mut text = String::with_capacity(whole.len() + 6);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            text.push('\u{a0}');
        }
        text.push(digit);
    }
    format!("{text},{:02}", (ore % 100).unsigned_abs())
}

impl Sheet<'_> {
    fn fact(&self, label: Text, value: impl Into<String>) -> (String, String) {
        (self.text(label, &[]), value.into())
    }

    fn payment(&mut self, payment: &PaymentFacts, due_on: NaiveDate) {
        let mut facts = vec![self.fact(Text::LabelInvoiceNumber, payment.number.to_string())];
        if payment.open_ore != payment.amount_ore {
            let before = payment.amount_ore - payment.open_ore;
            facts.push(self.fact(Text::LabelInvoiceAmount, kroner(payment.amount_ore)));
            facts.push(self.fact(Text::LabelPaidBefore, kroner(before)));
        }
        facts.push(self.fact(Text::LabelToPay, kroner(payment.open_ore)));
        facts.push(self.fact(Text::LabelDue, self.day(due_on)));
        facts.push(self.fact(Text::LabelAccount, payment.account.for_people()));
        facts.push(self.fact(Text::LabelKid, payment.kid.for_people()));
        facts.push(self.fact(Text::LabelIban, payment.account.iban()));
        self.heading(Text::HeadingPayment);
        self.blocks.push(Block::Facts(facts));
        self.say(Text::InvoiceKid, &[]);
    }

    fn lines(&mut self, lines: &[ChargedLine], payment: &PaymentFacts) {
        let columns = [
            payment.either(Text::ColumnPermit, Text::ColumnCase),
            Text::ColumnCharged,
            Text::ColumnYear,
            Text::ColumnQuantity,
            Text::ColumnAmount,
        ];
        let columns = columns.map(|column| self.text(column, &[])).to_vec();
        let rows = lines.iter().map(|line| {
            vec![
                line.permit.clone(),
                fee_object::name(&line.object, self.head.language).to_owned(),
                line.year.to_string(),
                line.quantity.to_string(),
                kroner(line.amount_ore),
            ]
        });
        let rows = rows.collect();
        self.heading(Text::HeadingLines);
        self.blocks.push(Block::Table { columns, rows });
        let mut sections: Vec<&str> = lines.iter().map(|line| line.section.as_str()).collect();
        sections.sort_unstable();
        sections.dedup();
        let rules = payment.either(Text::InvoiceRules, Text::FineInvoiceRules);
        self.say(rules, &[("sections", &sections.join(", "))]);
    }

    fn confirmation(&mut self, asked: Option<&ConfirmationFacts>) {
        if let Some(asked) = asked {
            let permits = asked.permits.join(", ");
            self.heading(Text::HeadingConfirm);
            let words = [("permits", permits.as_str()), ("address", asked.address.as_str())];
            self.say(Text::InvoiceConfirm, &words);
        }
    }

    fn appeal_of_fee(&mut self, right: Option<&AppealRight>) {
        if let Some(right) = right {
            self.heading(Text::HeadingAppeal);
            self.say(Text::InvoiceAppeal, &[("body", &right.body), ("basis", &right.basis)]);
        }
    }
}

/// Fees to be paid. With the yearly fee of a permit with emergency contacts its holder is asked to confirm them.
pub fn invoice(
    head: &Head,
    payment: &PaymentFacts,
    lines: &[ChargedLine],
    asked: Option<&ConfirmationFacts>,
    appeal: Option<&AppealRight>,
) -> Document {
    let mut sheet = sheet(head);
    sheet.say(payment.either(Text::OpeningInvoice, Text::OpeningFineInvoice), &[]);
    sheet.payment(payment, payment.due_on);
    sheet.lines(lines, payment);
    sheet.say(payment.either(Text::InvoiceLate, Text::FineInvoiceLate), &[]);
    sheet.confirmation(asked);
    sheet.appeal_of_fee(appeal);
    sheet.say(Text::WrittenAutomatically, &[]);
    let title = sheet.text(Text::SubjectInvoice, &[("number", &payment.number.to_string())]);
    sheet.finish_as(title)
}

/// An invoice that was not paid in time, with a new last day.
pub fn reminder(head: &Head, payment: &PaymentFacts, new_due_on: NaiveDate) -> Document {
    let mut sheet = sheet(head);
    let number = payment.number.to_string();
    let due = sheet.day(payment.due_on);
    sheet.say(Text::OpeningPaymentReminder, &[("number", &number), ("due", &due)]);
    sheet.payment(payment, new_due_on);
    sheet.say(payment.either(Text::ReminderNext, Text::FineReminderNext), &[]);
    if !payment.is_fine {
        sheet.say(Text::InvoiceLate, &[]);
    }
    sheet.say(Text::WrittenAutomatically, &[]);
    let title = sheet.text(Text::SubjectPaymentReminder, &[("number", &number)]);
    sheet.finish_as(title)
}

/// Fees that fall away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditFacts<'a> {
    /// Number of the credit note.
    pub number: i64,
    /// The invoice as it stands after it.
    pub payment: PaymentFacts,
    /// What falls away, in øre.
    pub credited_ore: i64,
    /// What was paid and is paid back, in øre.
    pub paid_back_ore: i64,
    /// Why, in the caseworker's words.
    pub reason: &'a str,
    /// Who decided it.
    pub who: &'a str,
}

/// Fees fall away, in whole lines.
pub fn credit_note(head: &Head, facts: &CreditFacts<'_>, lines: &[ChargedLine]) -> Document {
    let mut sheet = sheet(head);
    let invoice = facts.payment.number.to_string();
    sheet.say(Text::OpeningCreditNote, &[("invoice", &invoice)]);
    let mut about = vec![
        sheet.fact(Text::LabelCreditNoteNumber, facts.number.to_string()),
        sheet.fact(Text::LabelCredited, kroner(facts.credited_ore)),
    ];
    if facts.paid_back_ore > 0 {
        about.push(sheet.fact(Text::LabelPaidBack, kroner(facts.paid_back_ore)));
    }
    sheet.blocks.push(Block::Facts(about));
    sheet.lines(lines, &facts.payment);
    sheet.grounds(facts.reason);
    if facts.payment.open_ore > 0 {
        sheet.payment(&facts.payment, facts.payment.due_on);
    }
    sheet.say(Text::WrittenBy, &[("who", facts.who)]);
    let number = facts.number.to_string();
    let title = sheet.text(Text::SubjectCreditNote, &[("number", &number)]);
    sheet.finish_as(title)
}

#[cfg(test)]
mod tests {
    use super::kroner;

    #[test]
    fn an_amount_is_written_with_a_comma_and_thousands_apart() {
        for (ore, text) in [
            (5, "0,05"),
            (53_000, "530,00"),
            (1_410_000, "14\u{a0}100,00"),
            (100_000_099, "1\u{a0}000\u{a0}000,99"),
        ] {
            assert_eq!(kroner(ore), text);
        }
    }
}
