//! Operations on a question that waits for its answer: another last day, and withdrawing it. Asking is in `desk.rs`,
//! answering in `api.rs`.

use poem_openapi::{
    OpenApi,
    param::{Header, Path},
};

use super::{
    super::{
        actions::question,
        wire::{CaseView, desk::AnswerDayForm},
    },
    read_at, view,
};
use crate::{
    app::App,
    failure::Failure,
    http::{Tag, body::Body, language::Tongue, responses::Answer},
    identity::Caller,
};

/// Operations on a question that waits.
pub struct QuestionApi {
    /// The app.
    pub app: App,
}

#[OpenApi]
impl QuestionApi {
    /// Give the applicant another day for the answer.
    ///
    /// While the case waits for it. The applicant is told by letter, with the question; the clock of the decision stands
    /// still as before.
    #[oai(
        path = "/v1/cases/:id/information-request-day",
        method = "post",
        operation_id = "moveAnswerDay",
        tag = "Tag::Cases"
    )]
    async fn move_day(
        &self,
        caller: Caller,
        tongue: Tongue,
        /// Id of the case.
        id: Path<String>,
        /// Version the case was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<AnswerDayForm>,
    ) -> Result<Answer<CaseView>, Failure> {
        let read_at = read_at(&id, &if_match)?;
        let case = question::move_day(&self.app, &caller, read_at, body.0.due_on).await?;
        view::answer(&self.app, &caller, tongue.0, &case).await
    }

    /// Withdraw the question that the applicant was asked.
    ///
    /// While the case waits for the answer. The applicant is told by letter, and the clock of the decision runs again.
    #[oai(
        path = "/v1/cases/:id/information-request-withdrawal",
        method = "post",
        operation_id = "withdrawInformationRequest",
        tag = "Tag::Cases"
    )]
    async fn withdraw(
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
        let case = question::withdraw(&self.app, &caller, read_at).await?;
        view::answer(&self.app, &caller, tongue.0, &case).await
    }
}
