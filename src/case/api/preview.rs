//! How a decision or an advance notice would read: the operations behind the desk's previews. Nothing is decided, sent, numbered
//! or kept here.

use poem_openapi::{OpenApi, param::Path};

use super::{
    super::{
        actions::preview,
        wire::{DecisionForm, life::PermitNoticeForm},
    },
    case_id,
    desk::ruling,
};
use crate::{
    app::App,
    failure::Failure,
    http::{Tag, body::Body, responses::Answer},
    identity::Caller,
    letter::wire::{LetterDraft, LetterDrafts},
    permit::api::permit_id,
    values::calendar::oslo_date,
};

/// The operations that preview a decision and an advance notice.
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

    /// Read the letter that an advance notice would send.
    ///
    /// To the holder of the permit, marked as a draft. Nothing is sent, numbered or kept.
    #[oai(
        path = "/v1/permits/:id/advance-notice-preview",
        method = "post",
        operation_id = "previewAdvanceNotice",
        tag = "Tag::Permits"
    )]
    async fn preview_notice(
        &self,
        caller: Caller,
        /// Id of the permit.
        id: Path<String>,
        body: Body<PermitNoticeForm>,
    ) -> Result<Answer<LetterDrafts>, Failure> {
        let notice = body.0.parse(oslo_date(self.app.clock().now()))?;
        let id = permit_id(&id.0)?;
        let letter = preview::notice(&self.app, &caller, id, &notice).await?;
        Ok(Answer::new(LetterDrafts { items: vec![LetterDraft::of(&letter)] }))
    }
}
