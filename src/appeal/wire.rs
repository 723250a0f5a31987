//! Appeals in JSON. What a caseworker registers in a case for somebody is in [`registered`], what other parties say to an
//! appeal in [`comment`].

pub mod comment;
pub mod registered;

use chrono::{DateTime, NaiveDate, Utc};
use poem_openapi::{Enum, Object};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use validator::{Validate, ValidationErrors};

use super::{
    actions::deferral::Deferral,
    model::{Appeal, AppealStatus, DeferralAnswer},
    receive::{Came, Written},
};
use comment::AppealCommentView;

use crate::{
    case::{model::Channel, store::Case},
    failure::{Failure, FieldErrors},
    permit::kind::shared::needed_text,
};

/// An appeal.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AppealForm {
    /// What is appealed against, what should be changed, and preferably why (forvaltningsloven § 32).
    #[validate(length(min = 1, max = 10_000))]
    pub text: String,
    /// Why it comes late; needed after the time limit (§ 31).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 4000))]
    pub late_reason: Option<String>,
    /// Asks that the decision is not carried out until the appeal is decided, and says why (§ 42). The
    /// appeal body decides about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 4000))]
    pub deferral: Option<String>,
}

impl AppealForm {
    /// What it says.
    ///
    /// # Errors
    /// 422 with everything that is wrong.
    pub fn parse(&self) -> Result<Written, Failure> {
        let said = (self.text.as_str(), self.late_reason.as_ref(), self.deferral.as_ref());
        written(self.validate(), said)
    }
}

fn written(
    sizes: Result<(), ValidationErrors>,
    (text, late_reason, deferral): (&str, Option<&String>, Option<&String>),
) -> Result<Written, Failure> {
    let mut errors = FieldErrors::new();
    errors.merge_sizes(sizes);
    let written = Written::read(text, late_reason, deferral, &mut errors);
    errors.finish(written)
}

/// Which appeal is meant, where that is said.
pub(super) fn meant(id: Option<&String>, errors: &mut FieldErrors) -> Option<Uuid> {
    let read = Uuid::try_parse(id?).ok();
    if read.is_none() {
        errors.add("/appealId", "unknown", "Name an appeal that waits in this case.");
    }
    read
}

/// What may become of an appeal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub enum AppealOutcome {
    /// The authority does not take it up; the decision stands.
    Inadmissible,
    /// The authority changes its decision.
    Reversed,
    /// It goes to the body that decides appeals today.
    Forwarded,
    /// The appeal body let the decision stand.
    Upheld,
    /// The appeal body changed it.
    Changed,
    /// The appeal body annulled it.
    Annulled,
}

impl AppealOutcome {
    /// The state it leads to.
    pub const fn status(self) -> AppealStatus {
        match self {
            AppealOutcome::Inadmissible => AppealStatus::Inadmissible,
            AppealOutcome::Reversed => AppealStatus::Reversed,
            AppealOutcome::Forwarded => AppealStatus::Forwarded,
            AppealOutcome::Upheld => AppealStatus::Upheld,
            AppealOutcome::Changed => AppealStatus::Changed,
            AppealOutcome::Annulled => AppealStatus::Annulled,
        }
    }
}

/// An appeal against a decision in supervision that came on paper.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RegisteredAppealForm {
    /// What the party writes.
    #[validate(length(min = 1, max = 10000))]
    pub text: String,
    /// Why it comes late; needed when the time limit is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(min = 1, max = 4000))]
    pub late_reason: Option<String>,
    /// Asks that the decision is not carried out until the appeal is decided, and says why (§ 42).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(min = 1, max = 4000))]
    pub deferral: Option<String>,
    /// Day it came in; today when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_on: Option<NaiveDate>,
    /// Day it was handed to a postal service, as the postmark says: posted within the time limit it is in time
    /// (forvaltningsloven § 30).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub posted_on: Option<NaiveDate>,
}

impl RegisteredAppealForm {
    /// How it came in, and when.
    pub fn came(&self, today: NaiveDate) -> Came {
        Came {
            channel: Channel::Paper,
            received_on: self.received_on.unwrap_or(today),
            posted_on: self.posted_on,
        }
    }

    /// What it says.
    ///
    /// # Errors
    /// 422 with everything that is wrong.
    pub fn parse(&self) -> Result<Written, Failure> {
        let said = (self.text.as_str(), self.late_reason.as_ref(), self.deferral.as_ref());
        written(self.validate(), said)
    }
}

/// Whether a decision waits until the appeal against it is decided (forvaltningsloven § 42).
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeferralForm {
    /// It waits.
    pub granted: bool,
    /// Grounds in the applicant's language; the appeal body's in short.
    #[validate(length(min = 1, max = 4000))]
    pub grounds: String,
    /// Day of the appeal body's answer; left out where the authority decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_on: Option<NaiveDate>,
    /// The appeal body's reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(min = 1, max = 100))]
    pub body_reference: Option<String>,
    /// For which appeal, where more than one waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 60))]
    pub appeal_id: Option<String>,
}

impl DeferralForm {
    /// What it means.
    ///
    /// # Errors
    /// 422 with everything that is wrong.
    pub fn parse(self, today: NaiveDate) -> Result<Deferral, Failure> {
        let mut errors = FieldErrors::new();
        errors.merge_sizes(self.validate());
        let grounds = needed_text(&self.grounds, 4000, "/grounds", &mut errors);
        match (self.decided_on, &self.body_reference) {
            (None, Some(_)) => {
                errors.add("/decidedOn", "missing", "Give the day of the appeal body's answer.");
            }
            (Some(_), None) => {
                errors.add("/bodyReference", "missing", "Give the appeal body's reference.");
            }
            _ => {}
        }
        if self.decided_on.is_some_and(|day| day > today) {
            errors.add("/decidedOn", "future", "Give a day that has come.");
        }
        let appeal = meant(self.appeal_id.as_ref(), &mut errors);
        let body_decision = self.decided_on.zip(self.body_reference);
        let is_granted = self.granted;
        let deferral = |grounds| Deferral { appeal, is_granted, grounds, body_decision };
        errors.finish(grounds.map(deferral))
    }
}

/// What was decided about a decision waiting until the appeal against it is decided.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct DeferralView {
    /// It waits.
    pub granted: bool,
    /// Grounds.
    pub grounds: String,
    /// Day of the appeal body's answer; absent where the authority decided.
    pub decided_on: Option<NaiveDate>,
    /// The appeal body's reference.
    pub body_reference: Option<String>,
    /// When it was written down.
    pub recorded_at: DateTime<Utc>,
}

impl DeferralView {
    fn of(answer: DeferralAnswer) -> Self {
        let (decided_on, body_reference) = answer.body_decision.unzip();
        Self {
            granted: answer.is_granted,
            grounds: answer.grounds,
            decided_on,
            body_reference,
            recorded_at: answer.recorded.0,
        }
    }
}

/// What becomes of an appeal.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AppealDecisionForm {
    /// What.
    pub outcome: AppealOutcome,
    /// Grounds in the applicant's language: the authority's, its statement to the appeal body, or the appeal
    /// body's in short.
    #[validate(length(min = 1, max = 4000))]
    pub grounds: String,
    /// Conditions that hold from now on: of the permit that is granted now, or in place of those it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 20))]
    pub conditions: Option<Vec<String>>,
    /// With `annulled`: the application is sent back and decided anew. Otherwise what was refused is granted,
    /// and what was taken is given back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_back: Option<bool>,
    /// Day of the appeal body's decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_on: Option<NaiveDate>,
    /// The appeal body's reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(min = 1, max = 100))]
    pub body_reference: Option<String>,
    /// Which appeal, where more than one waits. What changes the decision answers all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 60))]
    pub appeal_id: Option<String>,
}

/// What the authority would say to the appeal body, to see the letters first.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ForwardingPreviewForm {
    /// The authority's statement to the appeal body.
    #[validate(length(min = 1, max = 4000))]
    pub grounds: String,
    /// Which appeal, where more than one waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 60))]
    pub appeal_id: Option<String>,
}

impl ForwardingPreviewForm {
    /// Which appeal is meant, and what would be said.
    ///
    /// # Errors
    /// 422 with everything that is wrong.
    pub fn parse(&self) -> Result<(Option<Uuid>, String), Failure> {
        let mut errors = FieldErrors::new();
        errors.merge_sizes(self.validate());
        let grounds = needed_text(&self.grounds, 4000, "/grounds", &mut errors);
        let which = meant(self.appeal_id.as_ref(), &mut errors);
        errors.finish(grounds.map(|grounds| (which, grounds)))
    }
}

/// An appeal as it stands.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct AppealView {
    /// Id.
    pub id: String,
    /// `received`, `forwarded`, `inadmissible`, `reversed`, `upheld`, `changed` or `annulled`.
    pub status: String,
    /// Who appeals, where that is not who the case is of.
    pub appellant_id: Option<String>,
    /// Their name.
    pub appellant_name: Option<String>,
    /// What the party writes.
    pub text: String,
    /// When it came in.
    pub received_at: DateTime<Utc>,
    /// How it came in: `paper` or `telephone`; absent where its party sent it here.
    pub channel: Option<String>,
    /// Day it was handed to a postal service, where that was written down.
    pub posted_on: Option<NaiveDate>,
    /// It came, or was posted, within the time limit, or before that began.
    pub in_time: bool,
    /// Last day of the time limit; none where the letter had not been opened.
    pub period_ended_on: Option<NaiveDate>,
    /// Why it comes late.
    pub late_reason: Option<String>,
    /// Why the decision should not be carried out yet, where that is asked for.
    pub deferral: Option<String>,
    /// What was decided about that.
    pub deferral_decision: Option<DeferralView>,
    /// Code of the body it was forwarded to.
    pub appeal_body: Option<String>,
    /// When it was forwarded.
    pub forwarded_at: Option<DateTime<Utc>>,
    /// Grounds of the latest step.
    pub grounds: Option<String>,
    /// Day of the appeal body's decision.
    pub decided_on: Option<NaiveDate>,
    /// The appeal body's reference.
    pub body_reference: Option<String>,
    /// When it ended.
    pub closed_at: Option<DateTime<Utc>>,
    /// Other parties that were told of it, and what they say; for caseworkers.
    pub comments: Option<Vec<AppealCommentView>>,
}

impl AppealView {
    /// The view of an appeal.
    pub fn of(appeal: Appeal) -> Self {
        let (decided_on, body_reference) = appeal.body_decision.unzip();
        let comments: Vec<_> = appeal.comments.into_iter().map(AppealCommentView::of).collect();
        Self {
            id: appeal.id.to_string(),
            status: appeal.status.code().to_owned(),
            appellant_id: appeal.appellant.map(|party| party.to_string()),
            appellant_name: None,
            text: appeal.text,
            received_at: appeal.received_at,
            channel: appeal.channel.map(|channel| channel.code().to_owned()),
            posted_on: appeal.posted_on,
            in_time: appeal.in_time,
            period_ended_on: appeal.period_ends_on,
            late_reason: appeal.late_reason,
            deferral: appeal.deferral,
            deferral_decision: appeal.deferral_answer.map(DeferralView::of),
            appeal_body: appeal.body,
            forwarded_at: appeal.forwarded_at,
            grounds: appeal.grounds,
            decided_on,
            body_reference,
            closed_at: appeal.closed.map(|(at, _)| at),
            comments: Some(comments).filter(|comments| !comments.is_empty()),
        }
    }
}

/// A case and its appeal after a step.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct AppealedCase {
    /// Id of the case.
    pub case_id: String,
    /// Number of the case.
    pub case_number: String,
    /// State of the case.
    pub status: String,
    /// The permit it is about, or that came of it.
    pub permit_id: Option<String>,
    /// The appeal.
    pub appeal: AppealView,
    /// Version of the case; its entity tag is `"v{version}"`.
    pub version: i32,
}

impl AppealedCase {
    /// The view of both.
    pub fn of(case: &Case, appeal: Appeal) -> Self {
        Self {
            case_id: case.id.to_string(),
            case_number: case.display_number(),
            status: case.status.code().to_owned(),
            permit_id: case.permit.map(|id| id.to_string()),
            appeal: AppealView::of(appeal),
            version: case.version,
        }
    }
}

/// The appeals of a case, the oldest first.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct AppealList {
    /// The appeals.
    pub items: Vec<AppealView>,
    /// How many there are.
    pub total: u64,
}
