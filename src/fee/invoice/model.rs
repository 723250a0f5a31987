//! What an invoice is, and what follows from its amounts. Pure.

use chrono::{DateTime, NaiveDate, Utc};

use crate::values::{
    ids::{CaseId, FeeRunId, InvoiceId, LetterId, PartyId},
    kid::Kid,
    table::code_enum,
};

code_enum! {
    /// What a number was given to.
    InvoiceKind {
        /// Fees to be paid.
        Invoice = "invoice",
        /// Fees that fall away.
        CreditNote = "creditNote",
    }
}

code_enum! {
    /// How an invoice stands on a day.
    InvoiceState {
        /// To be paid; nothing has come in.
        Issued = "issued",
        /// A part has come in or was credited; the rest is to be paid.
        PartlyPaid = "partlyPaid",
        /// The last day to pay has passed.
        Overdue = "overdue",
        /// The holder was reminded, with a new last day.
        Reminded = "reminded",
        /// The reminder's last day has passed too: for a caseworker.
        Unpaid = "unpaid",
        /// Nothing is left to pay.
        Paid = "paid",
        /// All of it fell away.
        Credited = "credited",
        /// A credit note.
        CreditNote = "creditNote",
    }
}

/// An invoice or a credit note as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoice {
    /// Id of the row.
    pub id: InvoiceId,
    /// Its number; no number is left out.
    pub number: i64,
    /// Which of the two.
    pub kind: InvoiceKind,
    /// Who pays.
    pub holder: PartyId,
    /// The invoice a credit note takes from.
    pub credits: Option<InvoiceId>,
    /// The run whose lines it has.
    pub run: Option<FeeRunId>,
    /// Day it was issued.
    pub issued_on: NaiveDate,
    /// Last day to pay.
    pub due_on: NaiveDate,
    /// Sum of its lines, in øre.
    pub amount_ore: i64,
    /// What has been paid of that, never more.
    pub paid_ore: i64,
    /// What has been credited of it, never more.
    pub credited_ore: i64,
    /// What payments of it are known by; a credit note has none.
    pub kid: Option<Kid>,
    /// Day of the reminder, and its last day to pay.
    pub reminded: Option<(NaiveDate, NaiveDate)>,
    /// Day on which nothing was left to pay.
    pub settled_on: Option<NaiveDate>,
    /// The letter it was sent as.
    pub letter: Option<LetterId>,
    /// The letter that reminded of it.
    pub reminder_letter: Option<LetterId>,
    /// Who issued it.
    pub created_by: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Grows with every change.
    pub version: i32,
}

impl Invoice {
    /// What is still to be paid, in øre.
    pub fn open_ore(&self) -> i64 {
        if self.kind == InvoiceKind::CreditNote {
            return 0;
        }
        (self.amount_ore - self.paid_ore - self.credited_ore).max(0)
    }

    /// What was paid although it has fallen away, in øre.
    pub fn owed_back_ore(&self) -> i64 {
        (self.paid_ore + self.credited_ore - self.amount_ore).max(0)
    }

    /// How it stands on a day.
    pub fn state(&self, today: NaiveDate) -> InvoiceState {
        if self.kind == InvoiceKind::CreditNote {
            return InvoiceState::CreditNote;
        }
        if self.open_ore() == 0 {
            let is_credited = self.credited_ore == self.amount_ore;
            return if is_credited { InvoiceState::Credited } else { InvoiceState::Paid };
        }
        match self.reminded {
            Some((_, due_on)) if due_on < today => InvoiceState::Unpaid,
            Some(_) => InvoiceState::Reminded,
            None if self.due_on < today => InvoiceState::Overdue,
            None if self.paid_ore + self.credited_ore > 0 => InvoiceState::PartlyPaid,
            None => InvoiceState::Issued,
        }
    }
}

/// The case a holder's invoices of a year are journaled in, with what becomes of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeeCase {
    /// Id; of the same kind as those of other cases, so that journal and letters serve all.
    pub id: CaseId,
    /// Year and serial of its number.
    pub number: (i32, i64),
}

impl FeeCase {
    /// The number for people: `2026/000123`.
    pub fn display_number(&self) -> String {
        format!("{}/{:06}", self.number.0, self.number.1)
    }
}

/// Sums of invoices; credit notes are counted apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// How many invoices.
    pub count: u64,
    /// Of their amounts, in øre.
    pub amount_ore: i64,
    /// Of what has been paid.
    pub paid_ore: i64,
    /// Of what has been credited.
    pub credited_ore: i64,
    /// Of what is still to be paid.
    pub open_ore: i64,
}

/// What a holder has not paid after a reminder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NonPayment {
    /// How many invoices.
    pub count: u64,
    /// What is still to be paid, in øre.
    pub open_ore: i64,
}
