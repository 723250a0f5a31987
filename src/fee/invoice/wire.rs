//! Invoices in JSON, and the files that are made of them. Amounts are whole øre, and kroner as text for people.

use chrono::{DateTime, NaiveDate, Utc};
use poem::{IntoResponse, Response, http::header};
use poem_openapi::{
    ApiResponse, Object,
    registry::{MetaMediaType, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, Registry},
};
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::{
    credit::Crediting,
    model::{Invoice, Totals},
};
use crate::{
    failure::FieldErrors,
    fee::{
        model::{InvoiceLine, kroner},
        wire::InvoiceLineView,
    },
    permit::kind::shared::needed_text,
    values::{ids::InvoiceLineId, kid::Kid},
};

/// An invoice or a credit note.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct FeeInvoiceView {
    /// Id.
    pub id: String,
    /// Number.
    pub invoice_number: i64,
    /// `invoice` or `creditNote`.
    pub kind: String,
    /// `issued`, `partlyPaid`, `overdue`, `reminded`, `unpaid` (after the reminder's last day too), `paid`,
    /// `credited` or `creditNote`.
    pub state: String,
    /// Id of the holder who pays.
    pub holder_id: String,
    /// Of a credit note: id of the invoice it takes from.
    pub credits_id: Option<String>,
    /// Id of the yearly run it came of.
    pub run_id: Option<String>,
    /// Day it was issued.
    pub issued_on: NaiveDate,
    /// Last day to pay.
    pub due_on: NaiveDate,
    /// Amount in øre.
    pub amount_ore: i64,
    /// Amount in Norwegian kroner, for people.
    pub amount: String,
    /// What has been paid, in øre.
    pub paid_ore: i64,
    /// What has fallen away, in øre.
    pub credited_ore: i64,
    /// What is still to be paid, in øre.
    pub open_ore: i64,
    /// What was paid and has fallen away since, to be paid back, in øre.
    pub owed_back_ore: i64,
    /// What payments are known by.
    pub kid: Option<String>,
    /// Day of the reminder.
    pub reminded_on: Option<NaiveDate>,
    /// Last day to pay by the reminder.
    pub reminder_due_on: Option<NaiveDate>,
    /// Day on which nothing was left to pay.
    pub settled_on: Option<NaiveDate>,
    /// Id of the letter it was sent as.
    pub letter_id: Option<String>,
    /// Id of the letter that reminded of it.
    pub reminder_letter_id: Option<String>,
    /// When it was issued.
    pub created_at: DateTime<Utc>,
    /// Version; the entity tag of the invoice is `"v{version}"`.
    pub version: i32,
}

impl FeeInvoiceView {
    /// The view of an invoice on a day.
    pub fn of(one: &Invoice, today: NaiveDate) -> Self {
        Self {
            id: one.id.to_string(),
            invoice_number: one.number,
            kind: one.kind.code().to_owned(),
            state: one.state(today).code().to_owned(),
            holder_id: one.holder.to_string(),
            credits_id: one.credits.map(|id| id.to_string()),
            run_id: one.run.map(|id| id.to_string()),
            issued_on: one.issued_on,
            due_on: one.due_on,
            amount_ore: one.amount_ore,
            amount: kroner(one.amount_ore),
            paid_ore: one.paid_ore,
            credited_ore: one.credited_ore,
            open_ore: one.open_ore(),
            owed_back_ore: one.owed_back_ore(),
            kid: one.kid.as_ref().map(Kid::canonical),
            reminded_on: one.reminded.map(|(on, _)| on),
            reminder_due_on: one.reminded.map(|(_, due_on)| due_on),
            settled_on: one.settled_on,
            letter_id: one.letter.map(|id| id.to_string()),
            reminder_letter_id: one.reminder_letter.map(|id| id.to_string()),
            created_at: one.created_at,
            version: one.version,
        }
    }
}

/// Sums of invoices, in øre; credit notes are not among them.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct FeeInvoiceTotals {
    /// Of their amounts.
    pub amount_ore: i64,
    /// Of what has been paid.
    pub paid_ore: i64,
    /// Of what has fallen away.
    pub credited_ore: i64,
    /// Of what is still to be paid.
    pub open_ore: i64,
}

impl FeeInvoiceTotals {
    /// The view of sums.
    pub const fn of(totals: &Totals) -> Self {
        Self {
            amount_ore: totals.amount_ore,
            paid_ore: totals.paid_ore,
            credited_ore: totals.credited_ore,
            open_ore: totals.open_ore,
        }
    }
}

/// A page of invoices, the newest number first.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct FeeInvoicePage {
    /// The invoices of this page.
    pub items: Vec<FeeInvoiceView>,
    /// How many there are in all; credit notes are counted only where they are what is asked for.
    pub total: u64,
    /// What all of them add up to.
    pub sums: FeeInvoiceTotals,
    /// Cursor of the next page; none on the last.
    pub next: Option<String>,
}

/// An invoice with its lines.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct FeeInvoiceDetail {
    /// The invoice.
    #[oai(flatten)]
    pub invoice: FeeInvoiceView,
    /// Its lines.
    pub lines: Vec<InvoiceLineView>,
    /// Its credit notes.
    pub credit_notes: Vec<FeeInvoiceView>,
}

impl FeeInvoiceDetail {
    /// The view of an invoice with its lines and credit notes.
    pub fn of(one: &Invoice, lines: &[InvoiceLine], notes: &[Invoice], today: NaiveDate) -> Self {
        Self {
            invoice: FeeInvoiceView::of(one, today),
            lines: lines.iter().map(|line| InvoiceLineView::of(line, today)).collect(),
            credit_notes: notes.iter().map(|note| FeeInvoiceView::of(note, today)).collect(),
        }
    }
}

/// What falls away of an invoice.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreditForm {
    /// Ids of the lines that fall away, each whole; all that are left when none are named.
    #[serde(default)]
    #[validate(length(max = 200))]
    #[oai(default)]
    pub lines: Vec<String>,
    /// Why, in words for the holder; at most 2000 characters. It stands in the letter only.
    #[validate(length(min = 1, max = 2000))]
    pub reason: String,
}

impl CreditForm {
    /// What it means; every error is noted.
    pub fn meaning(&self, errors: &mut FieldErrors) -> Option<Crediting> {
        errors.merge_sizes(self.validate());
        let mut lines = Vec::with_capacity(self.lines.len());
        for (index, text) in self.lines.iter().enumerate() {
            let pointer = format!("/lines/{index}");
            let Some(id) = errors.take(&*pointer, InvoiceLineId::parse(text)) else { continue };
            if lines.contains(&id) {
                errors.add(pointer, "repeated", "Name each line once.");
            }
            lines.push(id);
        }
        let reason = needed_text(&self.reason, 2000, "/reason", errors)?;
        Some(Crediting { lines, reason })
    }
}

/// A text to be saved as a file.
#[derive(Debug)]
pub struct TextFile<const XML: bool> {
    /// Name of the file.
    pub name: String,
    /// What is in it.
    pub text: String,
}

impl<const XML: bool> TextFile<XML> {
    const TYPE: &'static str =
        if XML { "application/xml; charset=utf-8" } else { "text/csv; charset=utf-8" };
}

impl<const XML: bool> IntoResponse for TextFile<XML> {
    fn into_response(self) -> Response {
        Response::builder()
            .content_type(Self::TYPE)
            .header(header::CACHE_CONTROL, "no-store")
            .header("x-robots-tag", "noindex, noarchive")
            .header(header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", self.name))
            .body(self.text)
    }
}

impl<const XML: bool> ApiResponse for TextFile<XML> {
    fn meta() -> MetaResponses {
        MetaResponses {
            responses: vec![MetaResponse {
                description: "The file",
                status: Some(200),
                status_range: None,
                content: vec![MetaMediaType {
                    content_type: if XML { "application/xml" } else { "text/csv" },
                    schema: MetaSchemaRef::Inline(Box::new(MetaSchema::new("string"))),
                }],
                headers: vec![],
            }],
        }
    }

    fn register(_registry: &mut Registry) {}
}
