//! How a decision would read: the operation behind the desk's preview. Nothing is decided, numbered or kept here.

use poem_openapi::{OpenApi, param::Path};

use super::{
    super::{actions::preview, wire::DecisionForm},
    case_id,
    desk::ruling,
};
use crate::{
    app::App,
    failure::Failure,
    http::{Tag, body::Body, responses::Answer},
    identity::Caller,
    letter::wire::{LetterDraft, LetterDrafts},
};

/// The operation that previews a decision.
pub struct DecisionPreviewApi {
    /// The app.
    pub app: App,
}

#[OpenApi]
impl DecisionPreviewApi {
    /// Read the letters that a decision would send.
    ///
    /// To the applicant, and to who accepted to receive the permit, marked as drafts. Nothing is decided, sent, numbered or
    /// kept.
    #[oai(
        path = "/v1/cases/:id/decision-preview",
        method = "post",
        operation_id = "previewDecision",
        tag = "Tag::Cases"
    )]
    async fn preview(
        &self,
        caller: Caller,
        /// Id of the case.
        id: Path<String>,
        body: Body<DecisionForm>,
    ) -> Result<Answer<LetterDrafts>, Failure> {
        let ruling = ruling(body.0)?;
        let letters = preview::decisions(&self.app, &caller, case_id(&id.0)?, &ruling).await?;
        let items = letters.iter().map(LetterDraft::of).collect();
        Ok(Answer::new(LetterDrafts { items }))
    }
}
