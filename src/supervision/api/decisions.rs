//! Operations on orders and coercive fines: the second signature, reading, and appeals.

use poem_openapi::{
    OpenApi,
    param::{Header, Path},
};

use crate::{
    app::App,
    appeal::wire::{AppealForm, DeferralForm, RegisteredAppealForm},
    case_file::{package, wire::ZipFile},
    failure::Failure,
    http::{Tag, body::Body, preconditions, responses::Answer},
    identity::Caller,
    supervision::{
        actions::{appeals, fines},
        wire::{
            decision_id,
            decisions::{ReasonForm, SupervisionRulingForm},
            view::SupervisionDecisionView,
        },
    },
    values::calendar::oslo_date,
};

/// Operations on decisions of supervision.
pub struct SupervisionDecisionApi {
    /// The app.
    pub app: App,
}

impl SupervisionDecisionApi {
    async fn view(
        &self,
        caller: &Caller,
        id: uuid::Uuid,
    ) -> Result<Answer<SupervisionDecisionView>, Failure> {
        let decision = appeals::find(&self.app, caller, id).await?;
        let version = decision.case.version;
        Ok(Answer::new(SupervisionDecisionView::of(decision)).version(version))
    }
}

#[OpenApi]
impl SupervisionDecisionApi {
    /// Read an order or a coercive fine.
    ///
    /// As its respondent, once they were told of it, or as a caseworker who handles supervision.
    #[oai(
        path = "/v1/supervision-decisions/:id",
        method = "get",
        operation_id = "getSupervisionDecision",
        tag = "Tag::Supervision"
    )]
    async fn get(
        &self,
        caller: Caller,
        /// Id of the decision.
        id: Path<String>,
    ) -> Result<Answer<SupervisionDecisionView>, Failure> {
        self.view(&caller, decision_id(&id.0)?).await
    }

    /// Sign a proposed coercive fine.
    ///
    /// As a supervisor who did not propose it. The respondent is written to.
    #[oai(
        path = "/v1/supervision-decisions/:id/signature",
        method = "post",
        operation_id = "signCoerciveFine",
        tag = "Tag::Supervision"
    )]
    async fn sign(
        &self,
        caller: Caller,
        /// Id of the decision.
        id: Path<String>,
        /// Version the case was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
    ) -> Result<Answer<SupervisionDecisionView>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let id = decision_id(&id.0)?;
        fines::sign(&self.app, &caller, id, version).await?;
        self.view(&caller, id).await
    }

    /// Send a proposed coercive fine back.
    #[oai(
        path = "/v1/supervision-decisions/:id/return",
        method = "post",
        operation_id = "sendCoerciveFineBack",
        tag = "Tag::Supervision"
    )]
    async fn send_back(
        &self,
        caller: Caller,
        /// Id of the decision.
        id: Path<String>,
        /// Version the case was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<ReasonForm>,
    ) -> Result<Answer<SupervisionDecisionView>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let id = decision_id(&id.0)?;
        let reason = body.0.parse()?;
        fines::send_back(&self.app, &caller, id, version, &reason).await?;
        self.view(&caller, id).await
    }

    /// Appeal against an order or a coercive fine.
    ///
    /// As its respondent: within the time limit that the opening of its letter set off, or late with a reason.
    #[oai(
        path = "/v1/supervision-decisions/:id/appeal",
        method = "post",
        operation_id = "appealSupervisionDecision",
        tag = "Tag::Supervision"
    )]
    async fn appeal(
        &self,
        caller: Caller,
        /// Id of the decision.
        id: Path<String>,
        /// Version the decision was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<AppealForm>,
    ) -> Result<Answer<SupervisionDecisionView>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let written = body.0.parse()?;
        let id = decision_id(&id.0)?;
        appeals::lodge(&self.app, &caller, id, version, &written.lodging()).await?;
        self.view(&caller, id).await
    }

    /// Register an appeal against an order or a coercive fine that came on paper.
    ///
    /// For its respondent. The time limit is reckoned from the day it came in; a late one needs a reason.
    #[oai(
        path = "/v1/supervision-decisions/:id/registered-appeal",
        method = "post",
        operation_id = "registerSupervisionAppeal",
        tag = "Tag::Supervision"
    )]
    async fn register_appeal(
        &self,
        caller: Caller,
        /// Id of the decision.
        id: Path<String>,
        /// Version the decision was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<RegisteredAppealForm>,
    ) -> Result<Answer<SupervisionDecisionView>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let written = body.0.parse()?;
        let id = decision_id(&id.0)?;
        let came = body.0.came(oslo_date(self.app.clock().now()));
        appeals::register(&self.app, &caller, id, version, &written.lodging(), came).await?;
        self.view(&caller, id).await
    }

    /// Write down whether an order or a coercive fine waits until the appeal is decided.
    ///
    /// The appeal body's answer with its day and reference. The respondent is written to. While an order waits no
    /// coercive fine is set for breaking it.
    #[oai(
        path = "/v1/supervision-decisions/:id/appeal-deferral",
        method = "post",
        operation_id = "answerSupervisionDeferral",
        tag = "Tag::Supervision"
    )]
    async fn defer(
        &self,
        caller: Caller,
        /// Id of the decision.
        id: Path<String>,
        /// Version the decision was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<DeferralForm>,
    ) -> Result<Answer<SupervisionDecisionView>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let deferral = body.0.parse(oslo_date(self.app.clock().now()))?;
        let id = decision_id(&id.0)?;
        appeals::defer(&self.app, &caller, id, version, &deferral).await?;
        self.view(&caller, id).await
    }

    /// Download the documents of the case of an order or a coercive fine for the appeal body.
    ///
    /// A ZIP file with everything that has passed between the respondent and the authority, a list of what is in it and
    /// the SHA-256 of each file. The decision must have an appeal.
    #[oai(
        path = "/v1/supervision-decisions/:id/appeal-package",
        method = "get",
        operation_id = "getSupervisionAppealPackage",
        tag = "Tag::Supervision"
    )]
    async fn package(
        &self,
        caller: Caller,
        /// Id of the decision.
        id: Path<String>,
    ) -> Result<ZipFile, Failure> {
        package::of_supervision(&self.app, &caller, decision_id(&id.0)?).await.map(ZipFile)
    }

    /// Decide what becomes of an appeal against an order or a coercive fine.
    ///
    /// The authority dismisses it, takes its decision back or forwards it; once it is forwarded, what the appeal body
    /// decided is written down here. The respondent is written to.
    #[oai(
        path = "/v1/supervision-decisions/:id/appeal-decision",
        method = "post",
        operation_id = "decideSupervisionAppeal",
        tag = "Tag::Supervision"
    )]
    async fn rule(
        &self,
        caller: Caller,
        /// Id of the decision.
        id: Path<String>,
        /// Version the decision was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<SupervisionRulingForm>,
    ) -> Result<Answer<SupervisionDecisionView>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let ruling = body.0.parse(oslo_date(self.app.clock().now()))?;
        let id = decision_id(&id.0)?;
        appeals::decide(&self.app, &caller, id, version, &ruling).await?;
        self.view(&caller, id).await
    }
}
