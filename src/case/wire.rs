//! Cases in JSON.

pub mod desk;
pub mod life;

use chrono::{DateTime, NaiveDate, Utc};
use poem_openapi::{Enum, Object, types::Any};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use validator::Validate;

use super::{
    lifecycle::Step,
    store::{Case, Decision, Message},
};
use crate::{
    disclosure::legal_basis,
    reasons::api::ReasonsRequestView,
    values::{
        appeal_body::{DecisionType, appeal_body},
        calendar::oslo_date,
        decision_timer::TimeLimitChange,
        language::Language,
    },
};

/// Receipt of an application.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct Receipt {
    /// Id of the case.
    pub case_id: String,
    /// Number of the case, for people.
    pub case_number: String,
    /// What it is for: `new`, `amendment`, `renewal` or `transfer`.
    pub purpose: String,
    /// When the application came in.
    pub received_at: DateTime<Utc>,
    /// State of the case.
    pub status: String,
    /// Last day of the time limit for the decision.
    pub due_on: NaiveDate,
    /// Permit, when it was granted at once; of every purpose but `new`, the permit it is about.
    pub permit_id: Option<String>,
    /// Call sign, when it was granted at once.
    pub call_sign: Option<String>,
}

impl Receipt {
    /// The receipt of a case.
    pub fn of(case: &Case) -> Self {
        Self {
            case_id: case.id.to_string(),
            case_number: case.display_number(),
            purpose: case.purpose.code().to_owned(),
            received_at: case.submitted_at,
            status: case.status.code().to_owned(),
            due_on: case.due_on,
            permit_id: case.permit.map(|id| id.to_string()),
            call_sign: case.permit.and(case.call_sign.clone()),
        }
    }
}

/// Whom a resting call sign is handed over to.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HandOverForm {
    /// Number of the new owner's case, as on the receipt: `2026/000123`.
    #[validate(length(min = 1, max = 30))]
    pub case_number: String,
}

/// A case in a list.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct CaseSummary {
    /// Id.
    pub id: String,
    /// Number, for people.
    pub number: String,
    /// Kind of permit.
    pub kind: String,
    /// What it is for: `new`, `amendment`, `renewal` or `transfer`; of what the authority does of its own
    /// motion `amendment`, `suspension`, `reinstatement` or `revocation`.
    pub purpose: String,
    /// State.
    pub status: String,
    /// Caseworker who has it; shown to caseworkers.
    pub assignee: Option<String>,
    /// When it came in.
    pub submitted_at: DateTime<Utc>,
    /// Last day of the time limit for the decision.
    pub due_on: NaiveDate,
    /// When an answer is expected from the applicant.
    pub waiting_until: Option<NaiveDate>,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// Permit that came of it; of every purpose but `new`, the permit it is about.
    pub permit_id: Option<String>,
    /// When the new holder accepted a transfer.
    pub accepted_at: Option<DateTime<Utc>>,
    /// Call sign asked for, or given.
    pub call_sign: Option<String>,
    /// Version; the entity tag of the case is `"v{version}"`.
    pub version: i32,
}

impl CaseSummary {
    /// The summary of a case.
    pub fn of(case: &Case, for_staff: bool) -> Self {
        Self {
            id: case.id.to_string(),
            number: case.display_number(),
            kind: case.kind.as_str().to_owned(),
            purpose: case.purpose.code().to_owned(),
            status: case.status.code().to_owned(),
            assignee: case.assignee.clone().filter(|_| for_staff),
            submitted_at: case.submitted_at,
            due_on: case.due_on,
            waiting_until: case.waiting_until,
            decided_at: case.decided_at,
            permit_id: case.permit.map(|id| id.to_string()),
            accepted_at: case.accepted.map(|(_, at)| at),
            call_sign: case.call_sign.clone(),
            version: case.version,
        }
    }
}

/// A page of cases.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct CasePage {
    /// The cases of this page, nearest deadline first.
    pub items: Vec<CaseSummary>,
    /// How many there are in all.
    pub total: u64,
    /// Cursor of the next page; none on the last.
    pub next: Option<String>,
}

/// A case with everything the reader may see.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct CaseView {
    /// The case.
    #[oai(flatten)]
    pub summary: CaseSummary,
    /// What was applied for, as it was sent or last corrected. Of an amendment or a new permit the
    /// kind's application; of a transfer its terms.
    pub application: Any<Value>,
    /// Name of who accepted to receive the permit; shown to caseworkers.
    pub new_holder: Option<String>,
    /// Messages in order; none for who is to receive a permit.
    pub messages: Vec<MessageView>,
    /// The decision.
    pub decision: Option<DecisionView>,
    /// A decision that waits for its second signature; shown to caseworkers.
    pub proposal: Option<desk::ProposalView>,
    /// Reasons that were demanded for the decision, the last ones.
    pub reasons_request: Option<ReasonsRequestView>,
    /// What the rules say of it; shown to caseworkers.
    pub assessment: Option<Vec<ReasonView>>,
    /// The journal.
    pub journal: Vec<JournalView>,
}

/// A reason of the assessment.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct ReasonView {
    /// Stable code.
    pub code: String,
    /// For the caseworker.
    pub text: String,
}

/// A message between caseworker and applicant.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct MessageView {
    /// `informationRequest`, `reply` or `note`.
    pub kind: String,
    /// Who wrote it: the caseworker's name in the service, or `applicant`.
    pub author: String,
    /// What it says.
    pub text: String,
    /// When an answer is expected.
    pub due_on: Option<NaiveDate>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

impl MessageView {
    /// The view of a message.
    pub fn of(message: Message) -> Self {
        let applicant = message.kind == super::store::MessageKind::Reply.code();
        Self {
            author: if applicant { "applicant".to_owned() } else { message.author },
            kind: message.kind,
            text: message.text,
            due_on: message.due_on,
            created_at: message.created_at,
        }
    }
}

/// A decision.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct DecisionView {
    /// `granted`, `partlyGranted`, `refused` or `dismissed`.
    pub outcome: String,
    /// Grounds.
    pub grounds: String,
    /// Conditions.
    pub conditions: Vec<String>,
    /// Provision it rests on.
    pub legal_basis: String,
    /// Who decides an appeal against it, by the law of the day it was made; none where it cannot be
    /// appealed. The appeal is sent to the authority.
    pub appeal_body: Option<String>,
    /// Provision that says so.
    pub appeal_basis: Option<String>,
    /// When it was made.
    pub decided_at: DateTime<Utc>,
}

impl DecisionView {
    /// The view of a decision of a type, in the language of its case.
    pub fn of(decision: Decision, made: DecisionType, language: Language) -> Self {
        let cite = |code: &str| {
            legal_basis::find(code).map_or(code.to_owned(), |basis| basis.cite(language))
        };
        let body = appeal_body(made, oslo_date(decision.decided_at));
        Self {
            legal_basis: cite(&decision.legal_basis),
            outcome: decision.outcome,
            grounds: decision.grounds,
            conditions: decision.conditions,
            appeal_body: body.map(|body| body.name(language).to_owned()),
            appeal_basis: body.map(|body| cite(body.basis)),
            decided_at: decision.decided_at,
        }
    }
}

/// A document in or out of a case.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct JournalView {
    /// Number, e.g. `2026/000123-4`.
    pub number: String,
    /// `in`, `out` or `internal`.
    pub direction: String,
    /// Title.
    pub title: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Who takes a case.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AssignmentForm {
    /// Name of the caseworker in the service; oneself when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(min = 1, max = 100))]
    pub assignee: Option<String>,
}

/// What the applicant is asked for.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InformationRequestForm {
    /// The question, in the applicant's language.
    #[validate(length(min = 1, max = 4000))]
    pub text: String,
    /// Last day for the answer.
    pub due_on: NaiveDate,
}

/// The applicant's answer.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReplyForm {
    /// The answer, at most 10,000 characters.
    #[validate(length(min = 1))]
    pub text: String,
    /// The whole application, corrected, where something in it changes. Its shape is that of the
    /// kind's application.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application: Option<Any<Value>>,
}

/// A note for the caseworkers.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NoteForm {
    /// The note.
    #[validate(length(min = 1, max = 4000))]
    pub text: String,
}

/// How the time limit of a decision is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub enum TimeLimitKind {
    /// Special cases about numbers take three weeks longer; once (ekomloven § 14-6).
    Extension,
    /// The number of permits is limited (§ 14-5).
    LimitedNumber,
    /// The use was put to other countries: the time runs from their reply (§ 14-5).
    CoordinationSent,
    /// They have replied.
    CoordinationReply,
}

impl TimeLimitKind {
    /// The change.
    pub const fn change(self) -> TimeLimitChange {
        match self {
            TimeLimitKind::Extension => TimeLimitChange::Extension,
            TimeLimitKind::LimitedNumber => TimeLimitChange::LimitedNumber,
            TimeLimitKind::CoordinationSent => TimeLimitChange::CoordinationSent,
            TimeLimitKind::CoordinationReply => TimeLimitChange::CoordinationReply,
        }
    }
}

/// Another time limit for a decision.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TimeLimitForm {
    /// How it is changed.
    pub change: TimeLimitKind,
    /// Why, in the applicant's language; it stands in the letter.
    #[validate(length(min = 1, max = 4000))]
    pub reason: String,
    /// Day the use was put to other countries, or they replied; today when left out. Only for these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<NaiveDate>,
}

/// A decision.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DecisionForm {
    /// Which way.
    pub outcome: Outcome,
    /// Grounds, in the applicant's language (forvaltningsloven § 25); needed unless granted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 4000))]
    pub grounds: Option<String>,
    /// Conditions set for this permit besides those of its kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 20))]
    pub conditions: Option<Vec<String>>,
    /// Day after the last of a new permit, where it is to end before its kind says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<NaiveDate>,
}

/// Outcomes of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// As applied for.
    Granted,
    /// In part.
    PartlyGranted,
    /// Against.
    Refused,
    /// Not taken up for decision.
    Dismissed,
}

impl Outcome {
    /// The step of the case.
    pub const fn step(self) -> Step {
        match self {
            Outcome::Granted => Step::Grant,
            Outcome::PartlyGranted => Step::GrantPartly,
            Outcome::Refused => Step::Refuse,
            Outcome::Dismissed => Step::Dismiss,
        }
    }
}
