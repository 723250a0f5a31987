//! Operations of the caseworkers' desk: who has a case, what is asked, notes, the decision and its second signature,
//! and applications registered for others.

use poem_openapi::{
    OpenApi,
    param::{Header, Path},
    types::Any,
};

use super::{
    super::{
        actions::{
            self, Filing, Ruling, on_behalf, registered, sign,
            time_limit::{self, Change},
        },
        store,
        wire::{
            AssignmentForm, CaseView, DecisionForm, InformationRequestForm, NoteForm, Outcome,
            Receipt, TimeLimitForm, TimeLimitKind,
            desk::{
                OnBehalfForm, RegisteredReplyForm, RegisteredWithdrawalForm, RingMunicipalitiesForm,
            },
        },
    },
    answer_of, corrected, read_at, text_of, view,
};
use crate::{
    app::App,
    failure::{Failure, FieldErrors},
    http::{
        Tag,
        body::Body,
        language::Tongue,
        responses::{Answer, Created},
    },
    idempotency::IdempotencyKey,
    identity::{Caller, Sight},
    party,
    permit::kind::{self, shared::needed_text},
    values::calendar::oslo_date,
};

/// Operations of the desk.
pub struct DeskApi {
    /// The app.
    pub app: App,
}

#[OpenApi]
impl DeskApi {
    /// Take or give a case.
    #[oai(
        path = "/v1/cases/:id/assignment",
        method = "post",
        operation_id = "assignCase",
        tag = "Tag::Cases"
    )]
    async fn assign(
        &self,
        caller: Caller,
        tongue: Tongue,
        /// Id of the case.
        id: Path<String>,
        /// Version the case was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<AssignmentForm>,
    ) -> Result<Answer<CaseView>, Failure> {
        let (id, version) = read_at(&id, &if_match)?;
        let assignee = body.0.assignee.unwrap_or_else(|| caller.subject.clone());
        let case = actions::assign(&self.app, &caller, id, version, &assignee).await?;
        view::answer(&self.app, &caller, tongue.0, &case).await
    }

    /// Ask the applicant for information.
    ///
    /// The clock of the decision stands still until the answer.
    #[oai(
        path = "/v1/cases/:id/information-request",
        method = "post",
        operation_id = "requestInformation",
        tag = "Tag::Cases"
    )]
    async fn request_information(
        &self,
        caller: Caller,
        tongue: Tongue,
        /// Id of the case.
        id: Path<String>,
        /// Version the case was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<InformationRequestForm>,
    ) -> Result<Answer<CaseView>, Failure> {
        let (id, version) = read_at(&id, &if_match)?;
        let mut errors = FieldErrors::new();
        errors.merge_sizes(validator::Validate::validate(&body.0));
        let text = needed_text(&body.0.text, 4000, "/text", &mut errors);
        if body.0.due_on <= oslo_date(self.app.clock().now()) {
            errors.add("/dueOn", "past", "Give the applicant at least until tomorrow.");
        }
        let text = errors.finish(text)?;
        let case =
            actions::request_information(&self.app, &caller, id, version, &text, body.0.due_on)
                .await?;
        view::answer(&self.app, &caller, tongue.0, &case).await
    }

    /// Write a note for the caseworkers.
    #[oai(
        path = "/v1/cases/:id/notes",
        method = "post",
        operation_id = "addCaseNote",
        tag = "Tag::Cases"
    )]
    async fn note(
        &self,
        caller: Caller,
        tongue: Tongue,
        /// Id of the case.
        id: Path<String>,
        /// Version the case was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<NoteForm>,
    ) -> Result<Answer<CaseView>, Failure> {
        let (id, version) = read_at(&id, &if_match)?;
        let text = text_of(&body.0.text, &body.0)?;
        let case = actions::note(&self.app, &caller, id, version, &text).await?;
        view::answer(&self.app, &caller, tongue.0, &case).await
    }

    /// Change the time limit of a decision.
    ///
    /// Where the act allows it for the kind, and for the limit the case has. The applicant is told why and by when the
    /// case is decided instead.
    #[oai(
        path = "/v1/cases/:id/time-limit",
        method = "post",
        operation_id = "changeTimeLimit",
        tag = "Tag::Cases"
    )]
    async fn change_time_limit(
        &self,
        caller: Caller,
        tongue: Tongue,
        /// Id of the case.
        id: Path<String>,
        /// Version the case was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<TimeLimitForm>,
    ) -> Result<Answer<CaseView>, Failure> {
        let (id, version) = read_at(&id, &if_match)?;
        let mut errors = FieldErrors::new();
        errors.merge_sizes(validator::Validate::validate(&body.0));
        let reason = needed_text(&body.0.reason, 4000, "/reason", &mut errors);
        let is_abroad = matches!(
            body.0.change,
            TimeLimitKind::CoordinationSent | TimeLimitKind::CoordinationReply
        );
        if body.0.on.is_some() && !is_abroad {
            let text = "Only coordination with other countries has a day of its own. Leave it out.";
            errors.add("/on", "not-applicable", text);
        }
        let (change, on) = (body.0.change.change(), body.0.on);
        let change = errors.finish(reason.map(|reason| Change { change, reason, on }))?;
        let case = time_limit::change(&self.app, &caller, (id, version), &change).await?;
        view::answer(&self.app, &caller, tongue.0, &case).await
    }

    /// Decide a case.
    ///
    /// A grant issues the permit with its call sign, events and deliveries in the same commit.
    #[oai(
        path = "/v1/cases/:id/decision",
        method = "post",
        operation_id = "decideCase",
        tag = "Tag::Cases"
    )]
    async fn decide(
        &self,
        caller: Caller,
        tongue: Tongue,
        /// Id of the case.
        id: Path<String>,
        /// Version the case was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<DecisionForm>,
    ) -> Result<Answer<CaseView>, Failure> {
        let (id, version) = read_at(&id, &if_match)?;
        let ruling = ruling(body.0)?;
        let (case, _) = actions::decide(&self.app, &caller, id, version, &ruling).await?;
        view::answer(&self.app, &caller, tongue.0, &case).await
    }

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
        tongue: Tongue,
        /// Id of the case.
        id: Path<String>,
        /// Version the case was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
    ) -> Result<Answer<CaseView>, Failure> {
        let (id, version) = read_at(&id, &if_match)?;
        let (case, _) = sign::sign(&self.app, &caller, id, version).await?;
        view::answer(&self.app, &caller, tongue.0, &case).await
    }

    /// Send a proposed decision back.
    ///
    /// With a note that says why; the case is to be decided anew. One that the authority began of its own motion ends with it,
    /// unless the holder was given notice. Where notice was given and nothing is proposed, nothing comes of it: the case ends
    /// without a decision, and the holder reads why in a letter.
    #[oai(
        path = "/v1/cases/:id/signature-refusal",
        method = "post",
        operation_id = "sendDecisionBack",
        tag = "Tag::Cases"
    )]
    async fn send_back(
        &self,
        caller: Caller,
        tongue: Tongue,
        /// Id of the case.
        id: Path<String>,
        /// Version the case was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<NoteForm>,
    ) -> Result<Answer<CaseView>, Failure> {
        let (id, version) = read_at(&id, &if_match)?;
        let text = text_of(&body.0.text, &body.0)?;
        let case = sign::send_back(&self.app, &caller, id, version, &text).await?;
        view::answer(&self.app, &caller, tongue.0, &case).await
    }

    /// Register an answer that came on paper or by telephone.
    ///
    /// To a request for information, for the applicant. The clock runs again from the day it was received.
    #[oai(
        path = "/v1/cases/:id/registered-reply",
        method = "post",
        operation_id = "registerReply",
        tag = "Tag::Cases"
    )]
    async fn register_reply(
        &self,
        caller: Caller,
        tongue: Tongue,
        /// Id of the case.
        id: Path<String>,
        /// Version the case was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<RegisteredReplyForm>,
    ) -> Result<Answer<CaseView>, Failure> {
        let (id, version) = read_at(&id, &if_match)?;
        let text = answer_of(&body.0.text, &body.0)?;
        let connection = self.app.db().read();
        let known = store::find(connection, Sight::All, id).await?;
        let applicant = party::store::get(connection, known.applicant).await?;
        let application = body.0.application.map(|Any(value)| value);
        let parsed = corrected(&known, application.as_ref(), applicant.is_person())?;
        let correction = application.as_ref().zip(parsed.as_ref());
        let answer = actions::Answer { text: &text, correction };
        let came = (body.0.channel.into(), body.0.received_on);
        let case = registered::reply(&self.app, &caller, (id, version), &answer, came).await?;
        view::answer(&self.app, &caller, tongue.0, &case).await
    }

    /// Register a withdrawal that came on paper or by telephone.
    #[oai(
        path = "/v1/cases/:id/registered-withdrawal",
        method = "post",
        operation_id = "registerWithdrawal",
        tag = "Tag::Cases"
    )]
    async fn register_withdrawal(
        &self,
        caller: Caller,
        tongue: Tongue,
        /// Id of the case.
        id: Path<String>,
        /// Version the case was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<RegisteredWithdrawalForm>,
    ) -> Result<Answer<CaseView>, Failure> {
        let read_at = read_at(&id, &if_match)?;
        let channel = body.0.channel.into();
        let case = registered::withdraw(&self.app, &caller, read_at, channel).await?;
        view::answer(&self.app, &caller, tongue.0, &case).await
    }

    /// Say which municipalities a ring has ground of.
    ///
    /// As a caseworker has found on a map, in place of those it may have ground of by geography, with a reason that stands
    /// in the case. Only of spectrum licences whose case is open.
    #[oai(
        path = "/v1/cases/:id/ring-municipalities",
        method = "post",
        operation_id = "correctRingMunicipalities",
        tag = "Tag::Cases"
    )]
    async fn correct_ring(
        &self,
        caller: Caller,
        tongue: Tongue,
        /// Id of the case.
        id: Path<String>,
        /// Version the case was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<RingMunicipalitiesForm>,
    ) -> Result<Answer<CaseView>, Failure> {
        let read_at = read_at(&id, &if_match)?;
        let reason = body.0.parse()?;
        let what = (body.0.ring_municipalities.as_deref(), reason.as_str());
        let case = actions::correct_ring(&self.app, &caller, read_at, what).await?;
        view::answer(&self.app, &caller, tongue.0, &case).await
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
        let now = self.app.clock().now();
        let received_at = on_behalf::received_at(form.received_on, now)?;
        let intake = on_behalf::OnBehalf {
            applicant: &applicant,
            channel: form.channel.into(),
            received_at,
        };
        let case = on_behalf::submit_on_behalf(&self.app, &caller, &intake, &filing)
            .await
            .map_err(|failure| failure.below("/application"))?;
        let location = format!("/v1/cases/{}", case.id);
        Ok(Created::new(Receipt::of(&case)).version(case.version).location(location))
    }
}

/// What a caseworker decides, as the form says it.
pub(super) fn ruling(form: DecisionForm) -> Result<Ruling, Failure> {
    let mut errors = FieldErrors::new();
    errors.merge_sizes(validator::Validate::validate(&form));
    let grounds = form.grounds.unwrap_or_default();
    if form.outcome != Outcome::Granted && grounds.trim().is_empty() {
        errors.add(
            "/grounds",
            "missing",
            "A decision that does not grant everything must have grounds (forvaltningsloven § 24).",
        );
    }
    let conditions = form.conditions.unwrap_or_default();
    for (index, condition) in conditions.iter().enumerate() {
        needed_text(condition, 1000, &format!("/conditions/{index}"), &mut errors);
    }
    let valid_until = form.valid_until;
    errors.finish(Some(Ruling { step: form.outcome.step(), grounds, conditions, valid_until }))
}
