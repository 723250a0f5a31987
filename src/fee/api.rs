//! Operations on invoices and payments.

use poem_openapi::{
    OpenApi,
    param::{Header, Query},
};

use super::{
    actions::{self, Received},
    store::{self, LineQuery},
    wire::{InvoiceLineView, InvoicePage, PaymentForm, PaymentView},
};
use crate::{
    app::App,
    failure::{Failure, FieldErrors},
    http::{
        Tag,
        body::Body,
        page,
        responses::{Answer, Created},
    },
    idempotency::IdempotencyKey,
    identity::Caller,
    party,
    permit::kind::shared::optional_text,
    values::{
        calendar::oslo_date,
        ids::{InvoiceLineId, PermitId},
    },
};

/// Operations on invoices and payments.
pub struct FeeApi {
    /// The app.
    pub app: App,
}

#[OpenApi]
impl FeeApi {
    /// List invoice lines, earliest last day to pay first.
    ///
    /// What a holder's own permits cost, or for caseworkers all permits.
    #[oai(path = "/v1/invoices", method = "get", operation_id = "listInvoices", tag = "Tag::Fees")]
    #[allow(clippy::too_many_arguments)] // the query parameters of the contract
    async fn list(
        &self,
        caller: Caller,
        /// Only of the permit with this id.
        permit: Query<Option<String>>,
        /// `true`: only lines that are not paid; `false`: only those that are.
        unpaid: Query<Option<String>>,
        /// `true`: only unpaid lines whose last day to pay has passed.
        overdue: Query<Option<String>>,
        /// Cursor from the page before.
        cursor: Query<Option<String>>,
        /// Items on a page, 1–200; 50 when left out.
        limit: Query<Option<String>>,
    ) -> Result<Answer<InvoicePage>, Failure> {
        let limit = page::limit(limit.0.as_deref())?;
        let keys = self.app.keys();
        let today = oslo_date(self.app.clock().now());
        let permit =
            permit.0.as_deref().map(PermitId::parse).transpose().map_err(|_| {
                Failure::parameter("permit", "identifier", "Give the id of a permit.")
            })?;
        let query = LineQuery {
            permit,
            unpaid: flag("unpaid", unpaid.0.as_deref())?,
            overdue_on: flag("overdue", overdue.0.as_deref())?.filter(|on| *on).map(|_| today),
            after: page::position(&keys, "invoices", cursor.0.as_deref())?,
        };
        let sight = party::actions::sight_of(&self.app, &caller).await?;
        let (lines, total) = store::list(self.app.db().read(), sight, &query, limit).await?;
        let next = (lines.len() as u64 == limit)
            .then(|| lines.last())
            .flatten()
            .map(|last| page::cursor(&keys, "invoices", &(last.due_on, last.id.0)));
        let items = lines.iter().map(|line| InvoiceLineView::of(line, today)).collect();
        Ok(Answer::new(InvoicePage { items, total, next }))
    }

    /// Record a payment.
    ///
    /// It pays one or more invoice lines, each whole. Sending the same request again with the same
    /// `Idempotency-Key` answers the payment it made the first time.
    #[oai(
        path = "/v1/payments",
        method = "post",
        operation_id = "recordPayment",
        tag = "Tag::Fees"
    )]
    async fn record(
        &self,
        caller: Caller,
        /// Any text of your choice that is new for each payment, such as a UUID.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<String>>,
        body: Body<PaymentForm>,
    ) -> Result<Created<PaymentView>, Failure> {
        let today = oslo_date(self.app.clock().now());
        let received = received(&body.0, today)?;
        let text = serde_json::to_value(&body.0).map_err(Failure::internal)?;
        let keys = self.app.keys();
        let key = IdempotencyKey::read(idempotency_key.0.as_deref(), &caller, &keys, &text)?;
        let id = actions::record_payment(&self.app, &caller, &received, key.as_ref()).await?;
        let (payment, lines) = store::payment(self.app.db().read(), id).await?;
        Ok(Created::new(PaymentView::of(payment, &lines, today)))
    }
}

fn flag(name: &str, text: Option<&str>) -> Result<Option<bool>, Failure> {
    match text {
        None => Ok(None),
        Some("true") => Ok(Some(true)),
        Some("false") => Ok(Some(false)),
        Some(_) => Err(Failure::parameter(name, "not-in-list", "`true` or `false`.")),
    }
}

fn received(form: &PaymentForm, today: chrono::NaiveDate) -> Result<Received, Failure> {
    let mut errors = FieldErrors::new();
    errors.merge_sizes(validator::Validate::validate(form));
    let mut lines: Vec<InvoiceLineId> = Vec::with_capacity(form.lines.len());
    for (index, text) in form.lines.iter().enumerate() {
        let pointer = format!("/lines/{index}");
        let Some(id) = errors.take(&*pointer, InvoiceLineId::parse(text)) else { continue };
        if lines.contains(&id) {
            errors.add(pointer, "repeated", "Name each line once.");
        }
        lines.push(id);
    }
    if form.paid_on > today {
        errors.add("/paidOn", "future", "The day of payment cannot be in the future.");
    }
    let reference = optional_text(form.reference.as_ref(), 80, "/reference", &mut errors);
    errors.finish(Some(Received {
        lines,
        amount_ore: form.amount_ore,
        paid_on: form.paid_on,
        reference,
    }))
}
