//! Operations on demands for reasons.

use chrono::{DateTime, NaiveDate, Utc};
use poem_openapi::{
    Object, OpenApi,
    param::{Header, Path},
};
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::{actions, model::Request};
use crate::{
    app::App,
    case::{
        api::{read_at, text_of, view},
        wire::{CaseView, desk::FilingChannel},
    },
    failure::Failure,
    http::{Tag, body::Body, language::Tongue, responses::Answer},
    identity::Caller,
    letter::wire::{LetterDraft, LetterDrafts},
    values::ids::CaseId,
};

/// Operations on demands for reasons.
pub struct ReasonsApi {
    /// The app.
    pub app: App,
}

/// Reasons that were demanded for a decision.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct ReasonsRequestView {
    /// When they were demanded.
    pub received_at: DateTime<Utc>,
    /// By when the authority means to give them.
    pub due_on: NaiveDate,
    /// When they were given.
    pub given_at: Option<DateTime<Utc>>,
    /// What they are.
    pub reasons: Option<String>,
}

impl ReasonsRequestView {
    /// The view of a demand.
    pub fn of(request: Request) -> Self {
        let (given_at, reasons) = request.given.map(|given| (given.at, given.text)).unzip();
        Self { received_at: request.received_at, due_on: request.due_on, given_at, reasons }
    }
}

/// A demand for reasons that came on paper or by telephone.
#[derive(Debug, Clone, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RegisteredReasonsForm {
    /// How it came in.
    pub channel: FilingChannel,
    /// Day it was received; today when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_on: Option<NaiveDate>,
}

/// The reasons for a decision.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReasonsForm {
    /// The rules, the facts and the main considerations, in the applicant's language (forvaltningsloven § 25).
    #[validate(length(min = 1, max = 4000))]
    pub text: String,
}

#[OpenApi]
impl ReasonsApi {
    /// Demand reasons for a decision.
    ///
    /// One that grants an application and gives no reasons, until the time for an appeal is over. That runs anew from the
    /// day the reasons reach the applicant.
    #[oai(
        path = "/v1/cases/:id/reasons-request",
        method = "post",
        operation_id = "demandReasons",
        tag = "Tag::Cases"
    )]
    async fn demand(
        &self,
        caller: Caller,
        tongue: Tongue,
        /// Id of the case.
        id: Path<String>,
        /// Version the case was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
    ) -> Result<Answer<CaseView>, Failure> {
        let read_at = read_at(&id, &if_match)?;
        let case = actions::demand(&self.app, &caller, read_at).await?;
        view::answer(&self.app, &caller, tongue.0, &case).await
    }

    /// Register a demand for reasons that came on paper or by telephone.
    #[oai(
        path = "/v1/cases/:id/registered-reasons-request",
        method = "post",
        operation_id = "registerReasonsDemand",
        tag = "Tag::Cases"
    )]
    async fn register(
        &self,
        caller: Caller,
        tongue: Tongue,
        /// Id of the case.
        id: Path<String>,
        /// Version the case was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<RegisteredReasonsForm>,
    ) -> Result<Answer<CaseView>, Failure> {
        let read_at = read_at(&id, &if_match)?;
        let came = (body.0.channel.into(), body.0.received_on);
        let case = actions::register(&self.app, &caller, read_at, came).await?;
        view::answer(&self.app, &caller, tongue.0, &case).await
    }

    /// Read the letter that would give the reasons that were demanded.
    ///
    /// Marked as a draft. Nothing is sent, numbered or kept.
    #[oai(
        path = "/v1/cases/:id/reasons-preview",
        method = "post",
        operation_id = "previewReasons",
        tag = "Tag::Cases"
    )]
    async fn preview(
        &self,
        caller: Caller,
        /// Id of the case.
        id: Path<String>,
        body: Body<ReasonsForm>,
    ) -> Result<Answer<LetterDrafts>, Failure> {
        let id = CaseId::parse(&id.0).map_err(|_| Failure::not_found())?;
        let text = text_of(&body.0.text, &body.0)?;
        let letter = actions::preview_letter(&self.app, &caller, id, &text).await?;
        Ok(Answer::new(LetterDrafts { items: vec![LetterDraft::of(&letter)] }))
    }

    /// Give the reasons that were demanded.
    ///
    /// In a letter in the applicant's language, from which the time for an appeal runs anew.
    #[oai(
        path = "/v1/cases/:id/reasons",
        method = "post",
        operation_id = "giveReasons",
        tag = "Tag::Cases"
    )]
    async fn give(
        &self,
        caller: Caller,
        tongue: Tongue,
        /// Id of the case.
        id: Path<String>,
        /// Version the case was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<ReasonsForm>,
    ) -> Result<Answer<CaseView>, Failure> {
        let read_at = read_at(&id, &if_match)?;
        let text = text_of(&body.0.text, &body.0)?;
        let case = actions::give(&self.app, &caller, read_at, &text).await?;
        view::answer(&self.app, &caller, tongue.0, &case).await
    }
}
