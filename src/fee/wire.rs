//! Invoice lines and payments in JSON. Amounts are whole øre, and kroner as text for people.

use chrono::{DateTime, NaiveDate, Utc};
use poem_openapi::Object;
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::model::{InvoiceLine, Payment, kroner};
use crate::values::{
    appeal_body::{DecisionType, appeal_body},
    calendar::oslo_date,
    language::Language,
    state_tax::state_tax,
};

/// One line of what a permit costs.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct InvoiceLineView {
    /// Id of the line.
    pub id: String,
    /// Permit it is for; absent for a coercive fine.
    pub permit_id: Option<String>,
    /// Decision of supervision that set the coercive fine; absent for a permit.
    pub supervision_decision_id: Option<String>,
    /// Human number of the permit, or of the supervision case.
    pub permit_number: String,
    /// Year it belongs to.
    pub year: i32,
    /// What it was written for: `annual`, `grant`, `change-N` for version N of the permit, or `fine`.
    pub occasion: String,
    /// Row of the fee table.
    pub fee_id: String,
    /// What is charged.
    pub object: String,
    /// What is counted.
    pub unit: String,
    /// How many.
    pub quantity: i64,
    /// Amount in øre.
    pub amount_ore: i64,
    /// Amount in Norwegian kroner, for people.
    pub amount: String,
    /// Provision of the fee regulation (FOR-2024-01-17-79), or of the act in `basis`.
    pub section: String,
    /// Where the rate stands.
    pub basis: String,
    /// Who decides an appeal against it, by the law of the day it was written.
    pub appeal_body: Option<String>,
    /// What the State collects for the same beside this line, where it does; it is invoiced apart and
    /// not part of the amount.
    pub invoiced_apart: Option<String>,
    /// Rule that gave the share of the year: `P1` and `P2` the whole, `P3` half, `P5` charged once.
    pub rule: String,
    /// Last day to pay.
    pub due_on: NaiveDate,
    /// Not paid, and the last day to pay has passed.
    pub overdue: bool,
    /// Day it was paid.
    pub paid_on: Option<NaiveDate>,
    /// Payment that covers it.
    pub payment_id: Option<String>,
    /// Id of the invoice it stands on, once there is one.
    pub invoice_id: Option<String>,
    /// Id of the credit note that took it back.
    pub credit_note_id: Option<String>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// Version.
    pub version: i32,
}

impl InvoiceLineView {
    /// The view of a line on a day.
    pub fn of(line: &InvoiceLine, today: NaiveDate) -> Self {
        Self {
            id: line.id.to_string(),
            permit_id: line.of.permit().map(|permit| permit.to_string()),
            supervision_decision_id: line.of.fine().map(|act| act.to_string()),
            permit_number: line.permit_number.clone(),
            year: line.year,
            occasion: line.occasion.clone(),
            fee_id: line.fee_id.clone(),
            object: line.object.clone(),
            unit: line.unit.clone(),
            quantity: line.quantity,
            amount_ore: line.amount_ore,
            amount: kroner(line.amount_ore),
            section: line.section.clone(),
            basis: line.basis.clone(),
            // against a fine there was an appeal, against its collection there is none
            appeal_body: appeal_body(DecisionType::Fee, oslo_date(line.created_at))
                .filter(|_| line.of.fine().is_none())
                .map(|body| body.name(Language::Bokmal).to_owned()),
            invoiced_apart: state_tax(&line.object, oslo_date(line.created_at))
                .map(|tax| tax.reads(Language::English).to_owned()),
            rule: line.rule.clone(),
            due_on: line.due_on,
            overdue: line.is_overdue(today),
            paid_on: line.paid_on,
            payment_id: line.payment.map(|id| id.to_string()),
            invoice_id: line.invoice.map(|id| id.to_string()),
            credit_note_id: line.credit.map(|id| id.to_string()),
            created_at: line.created_at,
            version: line.version,
        }
    }
}

/// A page of invoice lines, the earliest last day to pay first.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct InvoicePage {
    /// The lines of this page.
    pub items: Vec<InvoiceLineView>,
    /// How many there are in all.
    pub total: u64,
    /// Cursor of the next page; none on the last.
    pub next: Option<String>,
}

/// A payment that was received.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PaymentForm {
    /// Ids of the lines it pays, each whole; 1–200.
    #[validate(length(min = 1, max = 200))]
    pub lines: Vec<String>,
    /// What was received, in øre: the sum of the lines.
    pub amount_ore: i64,
    /// Day it was received.
    pub paid_on: NaiveDate,
    /// Reference of the bank or the accounting system; no names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 80))]
    pub reference: Option<String>,
}

/// A payment as it was recorded.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct PaymentView {
    /// Id of the payment.
    pub id: String,
    /// Amount in øre.
    pub amount_ore: i64,
    /// Amount in Norwegian kroner, for people.
    pub amount: String,
    /// Day it was received.
    pub paid_on: NaiveDate,
    /// Reference of the bank or the accounting system.
    pub reference: Option<String>,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// The lines it paid.
    pub lines: Vec<InvoiceLineView>,
}

impl PaymentView {
    /// The view of a payment and its lines.
    pub fn of(payment: Payment, lines: &[InvoiceLine], today: NaiveDate) -> Self {
        Self {
            id: payment.id.to_string(),
            amount_ore: payment.amount_ore,
            amount: kroner(payment.amount_ore),
            paid_on: payment.paid_on,
            reference: payment.reference,
            recorded_at: payment.created_at,
            lines: lines.iter().map(|line| InvoiceLineView::of(line, today)).collect(),
        }
    }
}
