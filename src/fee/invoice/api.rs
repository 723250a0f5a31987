//! Operations on invoices and credit notes, and their files.

use chrono::{Days, NaiveDate};
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};

use super::{
    credit, export,
    model::InvoiceState,
    store::{self, lines, list, list::InvoiceQuery},
    wire::{
        CreditForm, FeeInvoiceDetail, FeeInvoicePage, FeeInvoiceTotals, FeeInvoiceView, TextFile,
    },
};
use crate::{
    app::App,
    failure::{Failure, FieldErrors},
    http::{
        Tag,
        body::Body,
        page, preconditions,
        responses::{Answer, Created},
    },
    identity::Caller,
    party,
    values::{
        calendar::oslo_date,
        ids::{FeeRunId, InvoiceId},
    },
};

/// Operations on invoices and credit notes.
pub struct FeeInvoiceApi {
    /// The app.
    pub app: App,
}

/// The id of an invoice in a path; what is none is not found.
///
/// # Errors
/// 404.
pub fn invoice_id(text: &str) -> Result<InvoiceId, Failure> {
    InvoiceId::parse(text).map_err(|_| Failure::not_found())
}

fn state_of(text: &str) -> Result<InvoiceState, Failure> {
    text.parse().map_err(|_| {
        let known: Vec<&str> = InvoiceState::ALL.iter().map(|state| state.code()).collect();
        Failure::parameter("state", "not-in-list", format!("One of {}.", known.join(", ")))
    })
}

fn day_of(name: &str, text: Option<&str>) -> Result<Option<NaiveDate>, Failure> {
    let refused = |_| Failure::parameter(name, "date", "Give a day such as 2026-01-31.");
    text.map(str::parse).transpose().map_err(refused)
}

#[OpenApi]
impl FeeInvoiceApi {
    /// List invoices and credit notes, the newest first.
    ///
    /// A holder's own, or for caseworkers all of them, with the sums of all that fit.
    #[oai(
        path = "/v1/fee-invoices",
        method = "get",
        operation_id = "listFeeInvoices",
        tag = "Tag::Fees"
    )]
    #[allow(clippy::too_many_arguments)] // the query parameters of the contract
    async fn list(
        &self,
        caller: Caller,
        /// Only those in this state: `issued`, `partlyPaid`, `overdue`, `reminded`, `unpaid`, `paid`, `credited`
        /// or `creditNote`.
        state: Query<Option<String>>,
        /// Only those of the yearly run with this id.
        run: Query<Option<String>>,
        /// `true`: only those of which something is to be paid back.
        #[oai(name = "owedBack")]
        owed_back: Query<Option<String>>,
        /// Cursor from the page before.
        cursor: Query<Option<String>>,
        /// Items on a page, 1–200; 50 when left out.
        limit: Query<Option<String>>,
    ) -> Result<Answer<FeeInvoicePage>, Failure> {
        let limit = page::limit(limit.0.as_deref())?;
        let keys = self.app.keys();
        let today = oslo_date(self.app.clock().now());
        let state = state.0.as_deref().map(state_of).transpose()?;
        let run =
            run.0.as_deref().map(FeeRunId::parse).transpose().map_err(|_| {
                Failure::parameter("run", "identifier", "Give the id of a yearly run.")
            })?;
        let owed_back = match owed_back.0.as_deref() {
            None | Some("false") => false,
            Some("true") => true,
            Some(_) => {
                return Err(Failure::parameter("owedBack", "not-in-list", "`true` or `false`."));
            }
        };
        let query = InvoiceQuery {
            state: state.map(|state| (state, today)),
            run,
            owed_back,
            before: page::position(&keys, "fee-invoices", cursor.0.as_deref())?,
            ..InvoiceQuery::default()
        };
        let sight = party::actions::sight_of(&self.app, &caller).await?;
        let connection = self.app.db().read();
        let found = list::list(connection, sight, &query, limit + 1).await?;
        let totals = list::totals(connection, sight, &query).await?;
        let (found, next) = page::cut(&keys, "fee-invoices", found, limit, |one| one.number);
        let items = found.iter().map(|one| FeeInvoiceView::of(one, today)).collect();
        let sums = FeeInvoiceTotals::of(&totals);
        Ok(Answer::new(FeeInvoicePage { items, total: totals.count, sums, next }))
    }

    /// Read an invoice or a credit note with its lines.
    #[oai(
        path = "/v1/fee-invoices/:id",
        method = "get",
        operation_id = "getFeeInvoice",
        tag = "Tag::Fees"
    )]
    async fn get(
        &self,
        caller: Caller,
        /// Id of the invoice.
        id: Path<String>,
    ) -> Result<Answer<FeeInvoiceDetail>, Failure> {
        let sight = party::actions::sight_of(&self.app, &caller).await?;
        let connection = self.app.db().read();
        let one = store::find(connection, sight, invoice_id(&id.0)?).await?;
        let own = lines::lines_of(connection, &one).await?;
        let notes = store::credit_notes(connection, one.id).await?;
        let today = oslo_date(self.app.clock().now());
        let version = one.version;
        Ok(Answer::new(FeeInvoiceDetail::of(&one, &own, &notes, today)).version(version))
    }

    /// Let lines of an invoice fall away.
    ///
    /// A credit note is issued and sent. What was paid for them shows as `owedBackOre`.
    #[oai(
        path = "/v1/fee-invoices/:id/credit-notes",
        method = "post",
        operation_id = "creditFeeInvoice",
        tag = "Tag::Fees"
    )]
    async fn credit(
        &self,
        caller: Caller,
        /// Id of the invoice.
        id: Path<String>,
        /// Version the invoice was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<CreditForm>,
    ) -> Result<Created<FeeInvoiceView>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let mut errors = FieldErrors::new();
        let what = body.0.meaning(&mut errors);
        let what = errors.finish(what)?;
        let id = invoice_id(&id.0)?;
        let note = credit::credit(&self.app, &caller, id, version, &what).await?;
        let today = oslo_date(self.app.clock().now());
        let location = format!("/v1/fee-invoices/{}", note.id);
        Ok(Created::new(FeeInvoiceView::of(&note, today)).version(note.version).location(location))
    }

    /// Download an invoice or credit note to an organisation as EHF.
    ///
    /// EHF Billing 3.0 (Peppol BIS Billing 3.0, UBL 2.1).
    #[oai(
        path = "/v1/fee-invoices/:id/ehf",
        method = "get",
        operation_id = "getFeeInvoiceEhf",
        tag = "Tag::Fees"
    )]
    async fn ehf(
        &self,
        caller: Caller,
        /// Id of the invoice.
        id: Path<String>,
    ) -> Result<TextFile<true>, Failure> {
        let sight = party::actions::sight_of(&self.app, &caller).await?;
        let (number, text) = export::ehf(&self.app, sight, invoice_id(&id.0)?).await?;
        Ok(TextFile { name: format!("{number}.xml"), text })
    }

    /// Download what was issued in a period, for the accounts.
    ///
    /// Comma-separated values, one row for each line, in the order of numbers; credit notes have amounts below
    /// nothing. No name of a person stands in it.
    #[oai(
        path = "/v1/fee-accounts",
        method = "get",
        operation_id = "exportFeeAccounts",
        tag = "Tag::Fees"
    )]
    async fn accounts(
        &self,
        /// First day of issue; today when left out.
        from: Query<Option<String>>,
        /// Day after the last day of issue; the day after `from` when left out. At most a year later.
        until: Query<Option<String>>,
    ) -> Result<TextFile<false>, Failure> {
        let today = oslo_date(self.app.clock().now());
        let from = day_of("from", from.0.as_deref())?.unwrap_or(today);
        let until = day_of("until", until.0.as_deref())?.unwrap_or(from + Days::new(1));
        if until <= from || (until - from).num_days() > 366 {
            let why = "Give a day after `from`, at most a year later.";
            return Err(Failure::parameter("until", "range", why));
        }
        let text = export::accounts(&self.app, from, until).await?;
        Ok(TextFile { name: format!("fees-{from}-{until}.csv"), text })
    }
}
