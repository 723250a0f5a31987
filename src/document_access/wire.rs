//! Requests for access in JSON; `wire/appeal.rs` has appeals, `wire/grounds.rs` fuller grounds.

pub mod appeal;
pub mod grounds;

use chrono::{DateTime, NaiveDate, Utc};
use poem::{IntoResponse, Response, http::header};
use poem_openapi::{
    ApiResponse, Enum, Object,
    registry::{MetaMediaType, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, Registry},
};
use serde::{Deserialize, Serialize};
use validator::Validate;

use self::{appeal::AccessAppealView, grounds::FullerGroundsView};
use super::{
    actions::{Released, Seen, Taken},
    model::{Request, Status},
    rules,
};
use crate::{
    attachment::{
        model::MediaType,
        rules::{disposition, download_name},
        wire::Download,
    },
    document::{Block, Document},
    journal::{model::Journaled, public::wire::title},
    values::{calendar::oslo_date, language::Language},
};

/// A request for access to documents. Nobody has to say who they are.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DocumentAccessForm {
    /// Numbers of documents of the public journal, e.g. `2026/000123-4`.
    #[oai(validator(min_items = 1, max_items = 20))]
    #[validate(length(min = 1, max = 20))]
    pub documents: Vec<String>,
    /// Where the answer goes besides the link, as an e-mail or postal address; destroyed when the time is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(min = 1, max = 500))]
    pub answer_to: Option<String>,
    /// Language of the answer: `nb` (when left out), `nn` or `en`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(min = 2, max = 2))]
    pub language: Option<String>,
}

/// A request that was taken.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct TakenRequestView {
    /// Number of the request in the journal.
    pub request_number: String,
    /// The document asked for.
    pub document_number: String,
    /// Last day for the answer; silence after it counts as refusal, which can be appealed against.
    pub due_on: NaiveDate,
    /// Token by which the answer is read; it is not told again.
    pub token: String,
}

impl TakenRequestView {
    /// The view of a request that was taken.
    pub fn of(taken: &Taken) -> Self {
        Self {
            request_number: format!("{}-{}", taken.entry.case_display(), taken.request.number),
            document_number: taken.entry.display(),
            due_on: taken.request.due_on,
            token: taken.token.clone(),
        }
    }
}

/// The requests that were taken.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct TakenRequestList {
    /// One for each document.
    pub items: Vec<TakenRequestView>,
    /// How many there are.
    pub total: u64,
}

/// The answer to a request.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct AccessAnswerText {
    /// Number of the answer.
    pub number: String,
    /// Title.
    pub title: String,
    /// What it says, paragraph by paragraph.
    pub paragraphs: Vec<String>,
}

impl AccessAnswerText {
    /// The text of an answer.
    pub fn of(document: &Document) -> Self {
        let said = |block: &Block| match block {
            Block::Heading(text) | Block::Paragraph(text) | Block::Note(text) => Some(text.clone()),
            Block::List(items) => Some(items.join(", ")),
            Block::Facts(_) | Block::Table { .. } => None,
        };
        Self {
            number: document.number.clone(),
            title: document.title.clone(),
            paragraphs: document.blocks.iter().filter_map(said).collect(),
        }
    }
}

/// How a request stands, for whoever has its token.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct DocumentAccessAnswerView {
    /// The document asked for.
    pub document_number: String,
    /// What it is.
    pub title: String,
    /// `received`, `granted`, `partlyGranted` or `refused`.
    pub status: String,
    /// Last day for the answer.
    pub due_on: NaiveDate,
    /// Nobody answered in time: that counts as refusal (offentleglova § 32).
    pub silently_refused: bool,
    /// The answer, once there is one.
    pub answer: Option<AccessAnswerText>,
    /// A document was given; it lies at `…/document` below this address.
    pub has_document: bool,
    /// There is an appeal against how it stands, at `…/appeal` below this address.
    pub can_be_appealed: bool,
    /// Last day of the time for an appeal, once that has begun; a later one may be dismissed.
    pub appeal_by: Option<NaiveDate>,
    /// Appeals, the oldest first.
    pub appeals: Vec<AccessAppealView>,
    /// Fuller grounds for it can be demanded, at `…/fuller-grounds` below this address.
    pub can_demand_fuller_grounds: bool,
    /// Last day for demanding them, once that time has begun.
    pub demand_fuller_grounds_by: Option<NaiveDate>,
    /// Fuller grounds that were demanded.
    pub fuller_grounds: Option<FullerGroundsView>,
}

impl DocumentAccessAnswerView {
    /// What somebody with the token sees.
    pub fn of(seen: &Seen, now: DateTime<Utc>) -> Self {
        let request = &seen.request;
        let today = oslo_date(now);
        let right = seen.right(now).ok();
        let period = right.as_ref().and_then(|right| right.period);
        let to_grounds = seen.right_to_grounds(now).ok();
        Self {
            document_number: seen.entry.display(),
            title: title(&seen.entry, request.language),
            status: request.status.code().to_owned(),
            due_on: request.due_on,
            silently_refused: rules::is_silently_refused(request, today),
            answer: seen.answer.as_ref().map(AccessAnswerText::of),
            has_document: matches!(request.status, Status::Granted | Status::PartlyGranted),
            can_be_appealed: right.is_some(),
            appeal_by: period.map(|period| period.last_day),
            appeals: views(seen),
            can_demand_fuller_grounds: to_grounds.is_some(),
            demand_fuller_grounds_by: to_grounds.flatten().map(|time| time.last_day),
            fuller_grounds: FullerGroundsView::of(seen),
        }
    }
}

fn views(seen: &Seen) -> Vec<AccessAppealView> {
    seen.appeals.iter().map(|one| AccessAppealView::of(one, &seen.entry)).collect()
}

/// A request, for caseworkers.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct DocumentAccessRequestView {
    /// Id.
    pub id: String,
    /// Number of the request in the journal.
    pub request_number: String,
    /// Id of the case.
    pub case_id: String,
    /// The document asked for.
    pub document_number: String,
    /// What it is.
    pub title: String,
    /// `received`, `granted`, `partlyGranted` or `refused`.
    pub status: String,
    /// When it came in.
    pub received_at: DateTime<Utc>,
    /// Last day for the answer, or for the fuller grounds that are waited for.
    pub due_on: NaiveDate,
    /// The last day has passed.
    pub overdue: bool,
    /// Language of the answer.
    pub language: String,
    /// Access code of the document today; absent when it is public.
    pub document_access_code: Option<String>,
    /// Where the answer goes besides the link; only of a single request.
    pub answer_to: Option<String>,
    /// Media type of the version to be released, where one was sent.
    pub released_media_type: Option<String>,
    /// Who answered.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<DateTime<Utc>>,
    /// Appeals, the oldest first; only of a single request.
    pub appeals: Option<Vec<AccessAppealView>>,
    /// Fuller grounds were demanded, and wait.
    pub wants_fuller_grounds: bool,
    /// Fuller grounds that were demanded; only of a single request.
    pub fuller_grounds: Option<FullerGroundsView>,
    /// Version; the entity tag is `"v{version}"`.
    pub version: i32,
}

impl DocumentAccessRequestView {
    /// The view of a request.
    pub fn of(
        request: &Request,
        entry: &Journaled,
        answer_to: Option<String>,
        today: NaiveDate,
    ) -> Self {
        Self {
            id: request.id.to_string(),
            request_number: format!("{}-{}", entry.case_display(), request.number),
            case_id: request.case.to_string(),
            document_number: entry.display(),
            title: title(entry, Language::Bokmal),
            status: request.status.code().to_owned(),
            received_at: request.received_at,
            due_on: request.waits_until(),
            overdue: rules::is_overdue(request, today),
            language: request.language.code().to_owned(),
            document_access_code: entry.access().map(|code| code.code.to_owned()),
            answer_to,
            released_media_type: request.file_type.clone(),
            decided_by: request.decided.as_ref().map(|(_, by)| by.clone()),
            decided_at: request.decided.as_ref().map(|(at, _)| *at),
            appeals: None,
            wants_fuller_grounds: request.wanting().is_some(),
            fuller_grounds: None,
            version: request.version,
        }
    }

    /// The view of a single request, with the address that was left.
    pub fn whole(seen: &Seen, answer_to: Option<String>, today: NaiveDate) -> Self {
        let view = Self::of(&seen.request, &seen.entry, answer_to, today);
        let fuller_grounds = FullerGroundsView::of(seen);
        Self { appeals: Some(views(seen)), fuller_grounds, ..view }
    }
}

/// A page of requests that wait, the one due first first.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct DocumentAccessRequestPage {
    /// The requests of this page.
    pub items: Vec<DocumentAccessRequestView>,
    /// How many wait in all.
    pub total: u64,
    /// Cursor of the next page; none on the last.
    pub next: Option<String>,
}

/// What may be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub enum AccessOutcome {
    /// The whole document is given.
    Granted,
    /// The version that was sent is given, with what is exempt blacked out.
    PartlyGranted,
    /// Nothing is given.
    Refused,
}

impl AccessOutcome {
    /// The state it leads to.
    pub const fn status(self) -> Status {
        match self {
            AccessOutcome::Granted => Status::Granted,
            AccessOutcome::PartlyGranted => Status::PartlyGranted,
            AccessOutcome::Refused => Status::Refused,
        }
    }
}

/// An answer to a request.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccessDecisionForm {
    /// What.
    pub outcome: AccessOutcome,
    /// Code by which something is kept back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(min = 1, max = 10))]
    pub access_code: Option<String>,
    /// Grounds in the requester's language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 4000))]
    pub grounds: Option<String>,
}

/// A document that was given. A browser saves it and never shows it: what is in it is somebody else's.
pub struct ReleasedDocument(pub Released);

impl IntoResponse for ReleasedDocument {
    fn into_response(self) -> Response {
        match self.0 {
            Released::Sent(attachment, reader) => Download::new(attachment, reader).into_response(),
            Released::Whole(media_type, bytes, name) => {
                let name = MediaType::from_code(&media_type)
                    .map_or_else(|| name.clone(), |kind| download_name(&name, kind));
                Response::builder()
                    .content_type(media_type)
                    .header(header::CACHE_CONTROL, "no-store")
                    .header(header::CONTENT_DISPOSITION, disposition(&name))
                    .header(header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox")
                    .header("x-robots-tag", "noindex, noarchive")
                    .body(bytes)
            }
        }
    }
}

impl ApiResponse for ReleasedDocument {
    fn meta() -> MetaResponses {
        let binary = |content_type: &'static str| {
            let schema = MetaSchema { format: Some("binary"), ..MetaSchema::new("string") };
            MetaMediaType { content_type, schema: MetaSchemaRef::Inline(Box::new(schema)) }
        };
        MetaResponses {
            responses: vec![MetaResponse {
                description: "The document",
                status: Some(200),
                status_range: None,
                content: MediaType::ALL.iter().map(|one| binary(one.code())).collect(),
                headers: vec![],
            }],
        }
    }

    fn register(_registry: &mut Registry) {}
}
