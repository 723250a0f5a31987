//! Operations on appeals against fees.

use poem_openapi::{
    OpenApi,
    param::{Header, Path},
};

use super::{
    actions,
    wire::{AppealedInvoice, FeeAppealDecisionForm, FeeAppealForm},
};
use crate::{
    app::App,
    appeal::{
        model::Appeal,
        wire::{AppealList, AppealView, DeferralForm},
    },
    case_file::wire::ZipFile,
    failure::Failure,
    fee::invoice::{api::invoice_id, model::Invoice},
    http::{
        Tag,
        body::Body,
        preconditions,
        responses::{Answer, Created},
    },
    identity::Caller,
    values::calendar::oslo_date,
};

/// Operations on appeals against fees.
pub struct FeeAppealApi {
    /// The app.
    pub app: App,
}

impl FeeAppealApi {
    fn answer(&self, (invoice, appeal): (Invoice, Appeal)) -> Answer<AppealedInvoice> {
        let today = oslo_date(self.app.clock().now());
        Answer::new(AppealedInvoice::of(&invoice, appeal, today)).version(invoice.version)
    }
}

#[OpenApi]
impl FeeAppealApi {
    /// Appeal against an invoice, or some lines of it.
    ///
    /// Within the time limit that the opening of its letter set off, or late with a reason. It is to be paid all the
    /// same, unless it is decided that the payment waits.
    #[oai(
        path = "/v1/fee-invoices/:id/appeal",
        method = "post",
        operation_id = "appealFeeInvoice",
        tag = "Tag::Fees"
    )]
    async fn lodge(
        &self,
        caller: Caller,
        /// Id of the invoice.
        id: Path<String>,
        /// Version the invoice was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<FeeAppealForm>,
    ) -> Result<Answer<AppealedInvoice>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let said = body.0.parse(false)?;
        let (id, what) = (invoice_id(&id.0)?, (&said.written.lodging(), &*said.lines));
        Ok(self.answer(actions::lodge(&self.app, &caller, id, version, what).await?))
    }

    /// Register an appeal against an invoice that came on paper.
    ///
    /// The time limit is reckoned from the day it came in; a late one needs a reason.
    #[oai(
        path = "/v1/fee-invoices/:id/registered-appeal",
        method = "post",
        operation_id = "registerFeeAppeal",
        tag = "Tag::Fees"
    )]
    async fn register(
        &self,
        caller: Caller,
        /// Id of the invoice.
        id: Path<String>,
        /// Version the invoice was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<FeeAppealForm>,
    ) -> Result<Created<AppealedInvoice>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let said = body.0.parse(true)?;
        let today = oslo_date(self.app.clock().now());
        let came = body.0.came(today);
        let (id, what) = (invoice_id(&id.0)?, (&said.written.lodging(), &*said.lines));
        let (invoice, appeal) =
            actions::register(&self.app, &caller, id, version, what, came).await?;
        let location = format!("/v1/fee-invoices/{id}/appeals");
        let view = AppealedInvoice::of(&invoice, appeal, today);
        Ok(Created::new(view).version(invoice.version).location(location))
    }

    /// List the appeals against an invoice, the oldest first.
    #[oai(
        path = "/v1/fee-invoices/:id/appeals",
        method = "get",
        operation_id = "listFeeAppeals",
        tag = "Tag::Fees"
    )]
    async fn list(
        &self,
        caller: Caller,
        /// Id of the invoice.
        id: Path<String>,
    ) -> Result<Answer<AppealList>, Failure> {
        let (invoice, appeals) = actions::list(&self.app, &caller, invoice_id(&id.0)?).await?;
        let total = appeals.len() as u64;
        let items = appeals.into_iter().map(AppealView::of).collect();
        Ok(Answer::new(AppealList { items, total }).version(invoice.version))
    }

    /// Decide what becomes of an appeal against an invoice.
    ///
    /// The authority dismisses it, lets lines fall away by a credit note, or forwards it; once it is forwarded, what the
    /// appeal body decided is written down here. The holder is written to.
    #[oai(
        path = "/v1/fee-invoices/:id/appeal-decision",
        method = "post",
        operation_id = "decideFeeAppeal",
        tag = "Tag::Fees"
    )]
    async fn decide(
        &self,
        caller: Caller,
        /// Id of the invoice.
        id: Path<String>,
        /// Version the invoice was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<FeeAppealDecisionForm>,
    ) -> Result<Answer<AppealedInvoice>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let ruling = body.0.parse(oslo_date(self.app.clock().now()))?;
        let id = invoice_id(&id.0)?;
        Ok(self.answer(actions::decide(&self.app, &caller, id, version, &ruling).await?))
    }

    /// Write down whether the payment waits until the appeal is decided.
    ///
    /// The authority's own decision, or the appeal body's with its day and reference. Nobody is reminded of an invoice
    /// that waits.
    #[oai(
        path = "/v1/fee-invoices/:id/appeal-deferral",
        method = "post",
        operation_id = "answerFeeDeferral",
        tag = "Tag::Fees"
    )]
    async fn defer(
        &self,
        caller: Caller,
        /// Id of the invoice.
        id: Path<String>,
        /// Version the invoice was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<DeferralForm>,
    ) -> Result<Answer<AppealedInvoice>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let deferral = body.0.parse(oslo_date(self.app.clock().now()))?;
        let id = invoice_id(&id.0)?;
        Ok(self.answer(actions::defer(&self.app, &caller, id, version, &deferral).await?))
    }

    /// Download the documents about an invoice for the appeal body.
    ///
    /// A ZIP file with the invoice, the reminder, credit notes and appeals, the letter to the appeal body where it was
    /// sent, a list of what is in it and the SHA-256 of each file. The invoice must have an appeal.
    #[oai(
        path = "/v1/fee-invoices/:id/appeal-package",
        method = "get",
        operation_id = "getFeeAppealPackage",
        tag = "Tag::Fees"
    )]
    async fn package(
        &self,
        caller: Caller,
        /// Id of the invoice.
        id: Path<String>,
    ) -> Result<ZipFile, Failure> {
        actions::package(&self.app, &caller, invoice_id(&id.0)?).await.map(ZipFile)
    }
}
