//! Files of the bank and what they say came in, in JSON.

use chrono::{DateTime, NaiveDate, Utc};
use poem_openapi::Object;
use serde::{Deserialize, Serialize};

use super::{
    actions::{Imported, Placement},
    store::{IncomingPayment, PaymentFile},
};
use crate::{failure::Failure, fee::model::kroner};

/// A file of the bank that was taken in.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct PaymentFileView {
    /// Id.
    pub id: String,
    /// `csv` or `ocr`.
    pub format: String,
    /// The bank's own number of it, where the format has one.
    pub transmission: Option<String>,
    /// Transactions in it.
    pub transactions: i64,
    /// Of those, placed on an invoice.
    pub placed: u64,
    /// Of those, waiting for a caseworker.
    pub unplaced: u64,
    /// Sum of the transactions, in øre.
    pub amount_ore: i64,
    /// False when the same file had been taken in before, and nothing changed.
    pub is_new: bool,
    /// When it was taken in.
    pub imported_at: DateTime<Utc>,
}

impl PaymentFileView {
    /// The view of a file and how many of its transactions were placed and were not.
    pub fn of(Imported { file, is_new }: &Imported, (placed, unplaced): (u64, u64)) -> Self {
        let PaymentFile { id, format, transmission, items, amount_ore, imported_at, .. } = file;
        Self {
            id: id.to_string(),
            format: format.clone(),
            transmission: transmission.clone(),
            transactions: *items,
            placed,
            unplaced,
            amount_ore: *amount_ore,
            is_new: *is_new,
            imported_at: *imported_at,
        }
    }
}

/// What a file of the bank says came in.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct IncomingPaymentView {
    /// Id.
    pub id: String,
    /// Id of the file.
    pub file_id: String,
    /// Line of the file.
    pub line: i32,
    /// What the bank knows it by.
    pub reference: String,
    /// The KID it came with.
    pub kid: Option<String>,
    /// Amount in øre; below nothing for what the bank takes back.
    pub amount_ore: i64,
    /// Amount in Norwegian kroner, for people.
    pub amount: String,
    /// Day it was booked.
    pub paid_on: NaiveDate,
    /// `placed` on an invoice, `unplaced` or `returned`.
    pub state: String,
    /// Why it is not placed: `noKid`, `badKid`, `unknownKid`, `nothingOpen` or `reversal`.
    pub not_placed: Option<String>,
    /// Id of the invoice it was placed on.
    pub invoice_id: Option<String>,
    /// What was too much and is to be paid back, in øre.
    pub excess_ore: i64,
    /// Version; the entity tag is `"v{version}"`.
    pub version: i32,
}

impl IncomingPaymentView {
    /// The view of a transaction.
    pub fn of(row: &IncomingPayment) -> Self {
        Self {
            id: row.id.to_string(),
            file_id: row.file_id.to_string(),
            line: row.position,
            reference: row.reference.clone(),
            kid: row.kid.clone(),
            amount_ore: row.amount_ore,
            amount: kroner(row.amount_ore),
            paid_on: row.paid_on,
            state: row.state.clone(),
            not_placed: row.reason.clone(),
            invoice_id: row.invoice_id.map(|id| id.to_string()),
            excess_ore: row.excess_ore,
            version: row.version,
        }
    }
}

/// A page of transactions, in the order they came in.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct IncomingPaymentPage {
    /// The transactions of this page.
    pub items: Vec<IncomingPaymentView>,
    /// How many there are in all.
    pub total: u64,
    /// Cursor of the next page; none on the last.
    pub next: Option<String>,
}

/// Where money belongs that could not be placed, or that was too much.
#[derive(Debug, Clone, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlacementForm {
    /// Number of the invoice it pays; left out when it is paid back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice_number: Option<i64>,
    /// `true`: it is paid back, or what was too much of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returned: Option<bool>,
}

impl PlacementForm {
    /// What it means.
    ///
    /// # Errors
    /// 422 unless it says one of the two.
    pub fn meaning(&self) -> Result<Placement, Failure> {
        match (self.invoice_number, self.returned) {
            (Some(number), None | Some(false)) => Ok(Placement::Invoice(number)),
            (None, Some(true)) => Ok(Placement::Returned),
            _ => {
                let why = "Give either the number of an invoice, or `returned` as true.";
                Err(Failure::at("/invoiceNumber", "one-of", why))
            }
        }
    }
}
