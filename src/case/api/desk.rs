//! Operations of the caseworkers' desk: the second signature, and applications registered for others.

use poem_openapi::{
    OpenApi,
    param::{Header, Path},
    types::Any,
};

use super::{
    super::{
        actions::{Filing, on_behalf::submit_on_behalf, sign},
        wire::{CaseView, NoteForm, Receipt, desk::OnBehalfForm},
    },
    CaseApi, case_id, text_of,
};
use crate::{
    app::App,
    failure::Failure,
    http::{
        Tag,
        body::Body,
        preconditions,
        responses::{Answer, Created},
    },
    idempotency::IdempotencyKey,
    identity::Caller,
    permit::kind,
};

/// Operations of the desk.
pub struct DeskApi {
    /// The app.
    pub app: App,
}

#[OpenApi]
impl DeskApi {
    /// Give a proposed decision its second signature.
    ///
    /// The decision is carried out as it was proposed. Nobody signs what they have proposed.
    #[oai(
        path = "/v1/cases/:id/signature",
        method = "post",
        operation_id = "signDecision",
        tag = "Tag::Cases"
    )]
    async fn sign(
        &self,
        caller: Caller,
        /// Id of the case.
        id: Path<String>,
        /// Version the case was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
    ) -> Result<Answer<CaseView>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let (case, _) = sign::sign(&self.app, &caller, case_id(&id.0)?, version).await?;
        CaseApi { app: self.app.clone() }.view(&caller, &case).await
    }

    /// Send a proposed decision back.
    ///
    /// With a note that says why; the case is to be decided anew.
    #[oai(
        path = "/v1/cases/:id/signature-refusal",
        method = "post",
        operation_id = "sendDecisionBack",
        tag = "Tag::Cases"
    )]
    async fn send_back(
        &self,
        caller: Caller,
        /// Id of the case.
        id: Path<String>,
        /// Version the case was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<NoteForm>,
    ) -> Result<Answer<CaseView>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let text = text_of(&body.0.text, &body.0)?;
        let case = sign::send_back(&self.app, &caller, case_id(&id.0)?, version, &text).await?;
        CaseApi { app: self.app.clone() }.view(&caller, &case).await
    }

    /// Register an application that came on paper or by telephone.
    ///
    /// It goes the same way as one that the applicant sends. The case says how it came in and who
    /// registered it. Nobody registers an application of their own.
    #[oai(
        path = "/v1/on-behalf-applications",
        method = "post",
        operation_id = "registerApplication",
        tag = "Tag::Applications"
    )]
    async fn register(
        &self,
        caller: Caller,
        /// Any text of your choice that is new for each application, such as a UUID.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<String>>,
        body: Body<OnBehalfForm>,
    ) -> Result<Created<Receipt>, Failure> {
        let form = body.0;
        let applicant = form.applicant(self.app.national_id_rule())?;
        let sent = serde_json::to_value(&form).map_err(Failure::internal)?;
        let keys = self.app.keys();
        let idempotency =
            IdempotencyKey::read(idempotency_key.0.as_deref(), &caller, &keys, &sent)?;
        let kind = form.kind()?;
        let Any(application) = form.application;
        let parsed = kind::any(kind).read(&application, applicant.is_person(), "/application")?;
        let filing = Filing {
            kind,
            application: &application,
            parsed: &parsed,
            idempotency: idempotency.as_ref(),
            operation: "register",
        };
        let channel = form.channel.into();
        let case = submit_on_behalf(&self.app, &caller, &applicant, channel, &filing).await?;
        let location = format!("/v1/cases/{}", case.id);
        Ok(Created::new(Receipt::of(&case)).version(case.version).location(location))
    }
}
