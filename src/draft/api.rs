//! Operations on drafts. Beginning one stands with its kind (`permit/kind/api.rs`).

use poem_openapi::{
    OpenApi,
    param::{Header, Path},
    types::Any,
};

use super::{
    actions,
    model::{Content, Purpose},
    wire::{DraftForm, DraftList, DraftSummary, DraftView},
};
use crate::{
    app::App,
    case::wire::Receipt,
    failure::Failure,
    http::{
        Tag,
        body::Body,
        preconditions,
        responses::{Answer, Created, NoContent},
    },
    identity::Caller,
    values::ids::DraftId,
};

/// Operations on drafts.
pub struct DraftApi {
    /// The app.
    pub app: App,
}

/// Reads the id of a draft from a path.
///
/// # Errors
/// 404 for what is no id.
pub fn draft_id(text: &str) -> Result<DraftId, Failure> {
    DraftId::parse(text).map_err(|_| Failure::not_found())
}

#[OpenApi]
impl DraftApi {
    /// List one's drafts.
    #[oai(
        path = "/v1/drafts",
        method = "get",
        operation_id = "listDrafts",
        tag = "Tag::Applications"
    )]
    async fn list(&self, caller: Caller) -> Result<Answer<DraftList>, Failure> {
        let drafts = actions::list(&self.app, &caller).await?;
        let new = drafts.iter().filter(|draft| draft.purpose == Purpose::New);
        let items: Vec<DraftSummary> = new.map(DraftSummary::of).collect();
        let total = items.len() as u64;
        Ok(Answer::new(DraftList { items, total }))
    }

    /// Read a draft.
    ///
    /// With everything that is missing or wrong, by pointer.
    #[oai(
        path = "/v1/drafts/:id",
        method = "get",
        operation_id = "getDraft",
        tag = "Tag::Applications"
    )]
    async fn get(
        &self,
        caller: Caller,
        /// Id of the draft.
        id: Path<String>,
    ) -> Result<Answer<DraftView>, Failure> {
        let opened = actions::open_new(&self.app, &caller, draft_id(&id.0)?).await?;
        let version = opened.draft.version;
        Ok(Answer::new(DraftView::of(opened, &caller)).version(version))
    }

    /// Save a draft.
    ///
    /// The whole application replaces what was saved before.
    #[oai(
        path = "/v1/drafts/:id",
        method = "put",
        operation_id = "putDraft",
        tag = "Tag::Applications"
    )]
    async fn put(
        &self,
        caller: Caller,
        /// Id of the draft.
        id: Path<String>,
        /// Version the draft was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<DraftForm>,
    ) -> Result<Answer<DraftView>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let Any(application) = body.0.application;
        let id = draft_id(&id.0)?;
        actions::open_new(&self.app, &caller, id).await?;
        let content = Content::of(application);
        let opened = actions::save(&self.app, &caller, id, version, &content).await?;
        let version = opened.draft.version;
        Ok(Answer::new(DraftView::of(opened, &caller)).version(version))
    }

    /// Throw a draft away.
    #[oai(
        path = "/v1/drafts/:id",
        method = "delete",
        operation_id = "deleteDraft",
        tag = "Tag::Applications"
    )]
    async fn delete(
        &self,
        caller: Caller,
        /// Id of the draft.
        id: Path<String>,
        /// Version the draft was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
    ) -> Result<NoContent, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let id = draft_id(&id.0)?;
        actions::open_new(&self.app, &caller, id).await?;
        actions::discard(&self.app, &caller, id, version).await?;
        Ok(NoContent)
    }

    /// File a draft.
    ///
    /// By the same rules as an application that is sent whole. The draft is gone afterwards; filed
    /// twice, it answers the case it made.
    #[oai(
        path = "/v1/drafts/:id/submission",
        method = "post",
        operation_id = "submitDraft",
        tag = "Tag::Applications"
    )]
    async fn submit(
        &self,
        caller: Caller,
        /// Id of the draft.
        id: Path<String>,
        /// Version the draft was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
    ) -> Result<Created<Receipt>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let id = draft_id(&id.0)?;
        let case = actions::submit(&self.app, &caller, id, version, |_, draft| draft).await?;
        let location = format!("/v1/cases/{}", case.id);
        Ok(Created::new(Receipt::of(&case)).version(case.version).location(location))
    }
}
