//! Appeals against what was answered to requests for access in JSON.

use chrono::{DateTime, NaiveDate, Utc};
use poem_openapi::{Enum, Object};
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::AccessAnswerText;
use crate::{
    document_access::{
        model::{Appeal, AppealStatus},
        store::appeal::Opened,
    },
    journal::{model::Journaled, public::wire::title},
    values::language::Language,
};

/// An appeal against what was answered to a request for access, or against silence.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccessAppealForm {
    /// What should be given, and preferably why; why it comes late, where it does. Nothing need be said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 4000))]
    pub text: Option<String>,
}

/// An appeal as it stands.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct AccessAppealView {
    /// Number of the appeal in the journal.
    pub appeal_number: String,
    /// `received`, `forwarded`, `granted`, `partlyGranted`, `dismissed` or `upheld`.
    pub status: String,
    /// When it came in.
    pub received_at: DateTime<Utc>,
    /// It came within the time limit, or before that began.
    pub in_time: bool,
    /// Last day of the time limit; none where it had not begun.
    pub period_ended_on: Option<NaiveDate>,
    /// What was written.
    pub text: Option<String>,
    /// Code of the body it was sent to.
    pub appeal_body: Option<String>,
    /// When it was sent there.
    pub forwarded_at: Option<DateTime<Utc>>,
    /// Day of the body's decision.
    pub decided_on: Option<NaiveDate>,
    /// The body's reference.
    pub body_reference: Option<String>,
    /// When it ended.
    pub closed_at: Option<DateTime<Utc>>,
    /// The letters about it, the oldest first.
    pub letters: Vec<AccessAnswerText>,
}

impl AccessAppealView {
    /// The view of an appeal about a document.
    pub fn of(opened: &Opened, entry: &Journaled) -> Self {
        let Opened { appeal, text, letters } = opened;
        let (decided_on, body_reference) = appeal.body_decision.clone().unzip();
        Self {
            appeal_number: format!("{}-{}", entry.case_display(), appeal.number),
            status: appeal.status.code().to_owned(),
            received_at: appeal.received_at,
            in_time: appeal.in_time,
            period_ended_on: appeal.period_ends_on,
            text: text.clone(),
            appeal_body: appeal.forwarded.map(|(body, _)| body.code.to_owned()),
            forwarded_at: appeal.forwarded.map(|(_, at)| at),
            decided_on,
            body_reference: body_reference.filter(|reference| !reference.is_empty()),
            closed_at: appeal.closed_at,
            letters: letters.iter().map(AccessAnswerText::of).collect(),
        }
    }
}

/// An appeal that waits for the authority or the appeal body.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct WaitingAccessAppeal {
    /// Id of the request it is about.
    pub request_id: String,
    /// Number of the appeal in the journal.
    pub appeal_number: String,
    /// The document asked for.
    pub document_number: String,
    /// What it is.
    pub title: String,
    /// `received` or `forwarded`.
    pub status: String,
    /// When it came in.
    pub received_at: DateTime<Utc>,
    /// It came within the time limit, or before that began.
    pub in_time: bool,
    /// By when the authority has considered it.
    pub due_on: NaiveDate,
}

impl WaitingAccessAppeal {
    /// The view of an appeal about a document.
    pub fn of(appeal: &Appeal, entry: &Journaled) -> Self {
        Self {
            request_id: appeal.request.to_string(),
            appeal_number: format!("{}-{}", entry.case_display(), appeal.number),
            document_number: entry.display(),
            title: title(entry, Language::Bokmal),
            status: appeal.status.code().to_owned(),
            received_at: appeal.received_at,
            in_time: appeal.in_time,
            due_on: appeal.due_on,
        }
    }
}

/// A page of appeals that wait, the one due first first.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct WaitingAccessAppealPage {
    /// The appeals of this page.
    pub items: Vec<WaitingAccessAppeal>,
    /// How many wait in all.
    pub total: u64,
    /// Cursor of the next page; none on the last.
    pub next: Option<String>,
}

/// What may become of an appeal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub enum AccessAppealOutcome {
    /// The whole document is given: by the authority, or by the appeal body once it has the appeal.
    Granted,
    /// The version that was sent since is given, with what is exempt blacked out: by the one or the other.
    PartlyGranted,
    /// It came too late.
    Dismissed,
    /// It goes to the body that decides appeals today.
    Forwarded,
    /// The appeal body found the refusal right.
    Upheld,
}

impl AccessAppealOutcome {
    /// The state it leads to.
    pub const fn status(self) -> AppealStatus {
        match self {
            AccessAppealOutcome::Granted => AppealStatus::Granted,
            AccessAppealOutcome::PartlyGranted => AppealStatus::PartlyGranted,
            AccessAppealOutcome::Dismissed => AppealStatus::Dismissed,
            AccessAppealOutcome::Forwarded => AppealStatus::Forwarded,
            AccessAppealOutcome::Upheld => AppealStatus::Upheld,
        }
    }
}

/// What becomes of an appeal about access.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccessAppealDecisionForm {
    /// What.
    pub outcome: AccessAppealOutcome,
    /// Code by which something is still kept back; needed with `partlyGranted` and `forwarded`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(min = 1, max = 10))]
    pub access_code: Option<String>,
    /// Grounds in the requester's language, or the authority's statement to the appeal body; needed with `forwarded`
    /// and `dismissed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 4000))]
    pub grounds: Option<String>,
    /// Day of the appeal body's decision; needed once it has the appeal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_on: Option<NaiveDate>,
    /// The appeal body's reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(min = 1, max = 100))]
    pub body_reference: Option<String>,
}
