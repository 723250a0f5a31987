//! Operations on requests for access to documents.

use poem::Request;
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use uuid::Uuid;

use super::{
    actions::{
        self, Asking, Decision,
        appeal::{self as appeals, Ruling},
        grounds,
    },
    store,
    wire::{
        AccessDecisionForm, DocumentAccessAnswerView, DocumentAccessForm,
        DocumentAccessRequestPage, DocumentAccessRequestView, ReleasedDocument, TakenRequestList,
        TakenRequestView,
        appeal::{
            AccessAppealDecisionForm, AccessAppealForm, WaitingAccessAppeal,
            WaitingAccessAppealPage,
        },
        grounds::FullerGroundsForm,
    },
};
use crate::{
    app::App,
    attachment::{model::LARGEST, wire::Upload},
    failure::{Failure, FieldErrors, Problem},
    http::{
        Tag,
        address::address_of,
        body::Body,
        page, preconditions,
        responses::{Answer, Created},
    },
    identity::Caller,
    journal,
    permit::kind::shared::{needed_text, optional_text},
    values::{calendar::oslo_date, language::Language},
};

/// Operations on requests for access.
pub struct DocumentAccessApi {
    /// The app.
    pub app: App,
}

fn request_id(text: &str) -> Result<Uuid, Failure> {
    Uuid::try_parse(text).map_err(|_| Failure::not_found())
}

impl DocumentAccessApi {
    async fn one(
        &self,
        caller: &Caller,
        id: Uuid,
    ) -> Result<Answer<DocumentAccessRequestView>, Failure> {
        let today = oslo_date(self.app.clock().now());
        let (seen, contact) = actions::read(&self.app, caller, id).await?;
        let view = DocumentAccessRequestView::whole(&seen, contact, today);
        Ok(Answer::new(view).version(seen.request.version))
    }
}

#[OpenApi]
impl DocumentAccessApi {
    /// Ask for access to documents of the public journal.
    ///
    /// By anybody, without saying who they are (offentleglova § 28). The answer lies behind the token, and goes to an
    /// address if one is left. It must come within five working days; silence counts as refusal (§ 32). An address
    /// that asks for very much has to wait; what others ask shuts nobody out.
    #[oai(
        path = "/v1/document-access-requests",
        method = "post",
        operation_id = "requestDocumentAccess",
        tag = "Tag::Register"
    )]
    async fn ask(
        &self,
        request: &Request,
        body: Body<DocumentAccessForm>,
    ) -> Result<Created<TakenRequestList>, Failure> {
        let mut errors = FieldErrors::new();
        errors.merge_sizes(validator::Validate::validate(&body.0));
        let contact = optional_text(body.0.answer_to.as_ref(), 500, "/answerTo", &mut errors);
        let language = match body.0.language.as_deref().map(Language::parse) {
            None => Some(Language::Bokmal),
            Some(Ok(language)) => Some(language),
            Some(Err(_)) => {
                errors.add("/language", "not-in-list", "`nb`, `nn` or `en`.");
                None
            }
        };
        let language = errors.finish(language)?;
        let documents = &body.0.documents;
        let asking = Asking { documents, contact: contact.as_deref(), language };
        let address = address_of(&self.app, request);
        let taken = actions::ask(&self.app, &address, &asking).await??;
        let items: Vec<TakenRequestView> = taken.iter().map(TakenRequestView::of).collect();
        let total = items.len() as u64;
        let first = items.first().map(|one| format!("/v1/document-access-answers/{}", one.token));
        let list = TakenRequestList { items, total };
        Ok(Created::new(list).location(first.unwrap_or_default()))
    }

    /// List requests for access that wait, the one due first first.
    ///
    /// For an answer, or for fuller grounds; of cases the caller may handle. Those about which an appeal is open stand
    /// among the appeals.
    #[oai(
        path = "/v1/document-access-requests",
        method = "get",
        operation_id = "listDocumentAccessRequests",
        tag = "Tag::Cases"
    )]
    async fn list(
        &self,
        caller: Caller,
        /// Cursor from the page before.
        cursor: Query<Option<String>>,
        /// Items on a page, 1–200; 50 when left out.
        limit: Query<Option<String>>,
    ) -> Result<Answer<DocumentAccessRequestPage>, Failure> {
        let limit = page::limit(limit.0.as_deref())?;
        let keys = self.app.keys();
        let connection = self.app.db().read();
        let after = page::position(&keys, "document-access", cursor.0.as_deref())?;
        let reach = actions::reach(&self.app, &caller).await?;
        let (requests, total) = store::open(connection, &reach, after, limit + 1).await?;
        let (requests, next) = page::cut(&keys, "document-access", requests, limit, |request| {
            (request.waits_until(), request.id)
        });
        let today = oslo_date(self.app.clock().now());
        let mut items = Vec::new();
        for request in &requests {
            let entry = journal::store::find(connection, request.entry).await?;
            items.push(DocumentAccessRequestView::of(request, &entry, None, today));
        }
        Ok(Answer::new(DocumentAccessRequestPage { items, total, next }))
    }

    /// Read a request for access, with the address that was left.
    #[oai(
        path = "/v1/document-access-requests/:id",
        method = "get",
        operation_id = "getDocumentAccessRequest",
        tag = "Tag::Cases"
    )]
    async fn get(
        &self,
        caller: Caller,
        /// Id of the request.
        id: Path<String>,
    ) -> Result<Answer<DocumentAccessRequestView>, Failure> {
        self.one(&caller, request_id(&id.0)?).await
    }

    /// Send the version of a document that is to be released.
    ///
    /// With what is exempt blacked out, national identity numbers always. At most 20 MB.
    #[oai(
        path = "/v1/document-access-requests/:id/document",
        method = "put",
        operation_id = "putReleasedDocument",
        tag = "Tag::Cases"
    )]
    async fn put(
        &self,
        caller: Caller,
        /// Id of the request.
        id: Path<String>,
        /// Version the request was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        upload: Upload,
    ) -> Result<Answer<DocumentAccessRequestView>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let id = request_id(&id.0)?;
        let too_large = |_| {
            let detail = format!("A document may have at most {LARGEST} bytes.");
            Failure::new(Problem::BodyTooLarge, detail)
        };
        let bytes = upload.0.into_bytes_limit(LARGEST).await.map_err(too_large)?;
        actions::keep_released(&self.app, &caller, id, version, &bytes).await?;
        self.one(&caller, id).await
    }

    /// Answer a request for access.
    ///
    /// In full, in part with the version that was sent, or not, by an access code in force. The answer is journaled.
    #[oai(
        path = "/v1/document-access-requests/:id/decision",
        method = "post",
        operation_id = "decideDocumentAccess",
        tag = "Tag::Cases"
    )]
    async fn decide(
        &self,
        caller: Caller,
        /// Id of the request.
        id: Path<String>,
        /// Version the request was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<AccessDecisionForm>,
    ) -> Result<Answer<DocumentAccessRequestView>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let mut errors = FieldErrors::new();
        errors.merge_sizes(validator::Validate::validate(&body.0));
        let grounds = optional_text(body.0.grounds.as_ref(), 4000, "/grounds", &mut errors);
        errors.finish(Some(()))?;
        let id = request_id(&id.0)?;
        let decision = Decision {
            status: body.0.outcome.status(),
            code: body.0.access_code.as_deref(),
            grounds: grounds.as_deref().unwrap_or_default(),
        };
        actions::decide(&self.app, &caller, id, version, &decision).await?;
        self.one(&caller, id).await
    }

    /// Read the answer to a request for access.
    ///
    /// How the request stands, and the answer once there is one; by the token that was shown when it was taken.
    #[oai(
        path = "/v1/document-access-answers/:token",
        method = "get",
        operation_id = "getDocumentAccessAnswer",
        tag = "Tag::Register"
    )]
    async fn answer(
        &self,
        request: &Request,
        /// Token of the request.
        token: Path<String>,
    ) -> Result<Answer<DocumentAccessAnswerView>, Failure> {
        let seen = actions::see(&self.app, &address_of(&self.app, request), &token.0).await?;
        Ok(Answer::new(DocumentAccessAnswerView::of(&seen, self.app.clock().now())))
    }

    /// Appeal against the answer to a request for access.
    ///
    /// Against a refusal, against a version with something blacked out, or against silence when the time for the
    /// answer is over (offentleglova § 32); by the token, without saying who one is. The time for it, three weeks,
    /// begins when the answer is first read. What becomes of it is told at the same address.
    #[oai(
        path = "/v1/document-access-answers/:token/appeal",
        method = "post",
        operation_id = "appealDocumentAccess",
        tag = "Tag::Register"
    )]
    async fn appeal(
        &self,
        request: &Request,
        /// Token of the request.
        token: Path<String>,
        body: Body<AccessAppealForm>,
    ) -> Result<Created<DocumentAccessAnswerView>, Failure> {
        let mut errors = FieldErrors::new();
        errors.merge_sizes(validator::Validate::validate(&body.0));
        let text = optional_text(body.0.text.as_ref(), 4000, "/text", &mut errors);
        errors.finish(Some(()))?;
        let address = address_of(&self.app, request);
        let seen = appeals::lodge(&self.app, &address, &token.0, text.as_deref()).await?;
        let view = DocumentAccessAnswerView::of(&seen, self.app.clock().now());
        Ok(Created::new(view).location(format!("/v1/document-access-answers/{}", token.0)))
    }

    /// Demand fuller grounds for a refusal of access.
    ///
    /// For a refusal, or a version with something blacked out (offentleglova § 31); by the token, without saying who one
    /// is, once, within three weeks from when the answer was first read. They come at the same address within ten
    /// working days, and the time for an appeal begins anew when they are read.
    #[oai(
        path = "/v1/document-access-answers/:token/fuller-grounds",
        method = "post",
        operation_id = "demandFullerGrounds",
        tag = "Tag::Register"
    )]
    async fn demand_grounds(
        &self,
        request: &Request,
        /// Token of the request.
        token: Path<String>,
    ) -> Result<Created<DocumentAccessAnswerView>, Failure> {
        let address = address_of(&self.app, request);
        let seen = grounds::demand(&self.app, &address, &token.0).await?;
        let view = DocumentAccessAnswerView::of(&seen, self.app.clock().now());
        Ok(Created::new(view).location(format!("/v1/document-access-answers/{}", token.0)))
    }

    /// Give the fuller grounds that were demanded for a refusal of access.
    ///
    /// The main considerations that were decisive (offentleglova § 31); in a letter, which is journaled and lies behind
    /// the requester's link.
    #[oai(
        path = "/v1/document-access-requests/:id/fuller-grounds",
        method = "post",
        operation_id = "giveFullerGrounds",
        tag = "Tag::Cases"
    )]
    async fn give_grounds(
        &self,
        caller: Caller,
        /// Id of the request.
        id: Path<String>,
        /// Version the request was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<FullerGroundsForm>,
    ) -> Result<Answer<DocumentAccessRequestView>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let mut errors = FieldErrors::new();
        errors.merge_sizes(validator::Validate::validate(&body.0));
        let text = needed_text(&body.0.grounds, 4000, "/grounds", &mut errors);
        let text = errors.finish(text)?;
        let id = request_id(&id.0)?;
        grounds::give(&self.app, &caller, id, version, &text).await?;
        self.one(&caller, id).await
    }

    /// List appeals about access that wait, the one due first first.
    #[oai(
        path = "/v1/document-access-appeals",
        method = "get",
        operation_id = "listDocumentAccessAppeals",
        tag = "Tag::Cases"
    )]
    async fn list_appeals(
        &self,
        caller: Caller,
        /// Cursor from the page before.
        cursor: Query<Option<String>>,
        /// Items on a page, 1–200; 50 when left out.
        limit: Query<Option<String>>,
    ) -> Result<Answer<WaitingAccessAppealPage>, Failure> {
        let limit = page::limit(limit.0.as_deref())?;
        let keys = self.app.keys();
        let connection = self.app.db().read();
        let after = page::position(&keys, "access-appeals", cursor.0.as_deref())?;
        let reach = actions::reach(&self.app, &caller).await?;
        let (found, total) = store::appeal::open(connection, &reach, after, limit + 1).await?;
        let place = |appeal: &super::model::Appeal| (appeal.due_on, appeal.id);
        let (found, next) = page::cut(&keys, "access-appeals", found, limit, place);
        let mut items = Vec::new();
        for appeal in &found {
            let request = store::find(connection, appeal.request).await?;
            let entry = journal::store::find(connection, request.entry).await?;
            items.push(WaitingAccessAppeal::of(appeal, &entry));
        }
        Ok(Answer::new(WaitingAccessAppealPage { items, total, next }))
    }

    /// Decide what becomes of an appeal about access.
    ///
    /// The authority gives access, dismisses an appeal that came too late, or sends it with the documents to the body
    /// that decides appeals today; once that has decided, its decision is written down. Each is told in a letter,
    /// which is journaled. A version to be released is sent before, as before an answer.
    #[oai(
        path = "/v1/document-access-requests/:id/appeal-decision",
        method = "post",
        operation_id = "decideDocumentAccessAppeal",
        tag = "Tag::Cases"
    )]
    async fn decide_appeal(
        &self,
        caller: Caller,
        /// Id of the request.
        id: Path<String>,
        /// Version the request was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<AccessAppealDecisionForm>,
    ) -> Result<Answer<DocumentAccessRequestView>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let mut errors = FieldErrors::new();
        errors.merge_sizes(validator::Validate::validate(&body.0));
        let grounds = optional_text(body.0.grounds.as_ref(), 4000, "/grounds", &mut errors);
        let reference =
            optional_text(body.0.body_reference.as_ref(), 100, "/bodyReference", &mut errors);
        errors.finish(Some(()))?;
        let id = request_id(&id.0)?;
        let ruling = Ruling {
            outcome: body.0.outcome.status(),
            code: body.0.access_code.as_deref(),
            grounds: grounds.as_deref().unwrap_or_default(),
            body_decision: body
                .0
                .decided_on
                .map(|day| (day, reference.as_deref().unwrap_or_default())),
        };
        appeals::conclude(&self.app, &caller, id, version, &ruling).await?;
        self.one(&caller, id).await
    }

    /// Download the document that was given.
    ///
    /// The document itself, or the version with what is exempt blacked out; to be saved, never shown in place.
    #[oai(
        path = "/v1/document-access-answers/:token/document",
        method = "get",
        operation_id = "getAccessedDocument",
        tag = "Tag::Register"
    )]
    async fn document(
        &self,
        request: &Request,
        /// Token of the request.
        token: Path<String>,
    ) -> Result<ReleasedDocument, Failure> {
        let address = address_of(&self.app, request);
        actions::released(&self.app, &address, &token.0).await.map(ReleasedDocument)
    }
}
