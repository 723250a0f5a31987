//! What the caseworkers' desk sends and reads, in JSON.

use chrono::{DateTime, NaiveDate, Utc};
use poem_openapi::{Enum, Object, types::Any};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use validator::Validate;

use super::super::{
    model::{Channel, Receiver},
    signing::{rules, store::Proposal},
};
use crate::{
    failure::{Failure, FieldErrors},
    party::wire::numbers,
    permit::kind::{self, Kind, shared::needed_text},
    values::national_id::NationalIdRule,
};

/// A decision that waits for its second signature.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct ProposalView {
    /// `granted`, `partlyGranted`, `refused` or `dismissed`.
    pub outcome: String,
    /// Grounds.
    pub grounds: String,
    /// Conditions.
    pub conditions: Vec<String>,
    /// Day after the last of the permit, where the decision sets one.
    pub valid_until: Option<NaiveDate>,
    /// Caseworker who proposes it, and cannot sign it.
    pub proposed_by: String,
    /// When.
    pub proposed_at: DateTime<Utc>,
}

impl ProposalView {
    /// The view of a proposal.
    pub fn of(proposal: Proposal) -> Self {
        let Proposal { ruling, proposed_by, proposed_at } = proposal;
        Self {
            outcome: rules::outcome(ruling.step).unwrap_or_default().to_owned(),
            grounds: ruling.grounds,
            conditions: ruling.conditions,
            valid_until: ruling.valid_until,
            proposed_by,
            proposed_at,
        }
    }
}

/// How an application came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub enum FilingChannel {
    /// On paper.
    Paper,
    /// By telephone.
    Telephone,
}

impl From<FilingChannel> for Channel {
    fn from(form: FilingChannel) -> Self {
        match form {
            FilingChannel::Paper => Channel::Paper,
            FilingChannel::Telephone => Channel::Telephone,
        }
    }
}

/// An answer to a request for information that came on paper or by telephone.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RegisteredReplyForm {
    /// How it came in.
    pub channel: FilingChannel,
    /// Day it was received, from which the time limit runs again; today when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_on: Option<NaiveDate>,
    /// The answer, at most 10,000 characters.
    #[validate(length(min = 1))]
    pub text: String,
    /// The whole application, corrected, where something in it changes. Its shape is that of the
    /// kind's application.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application: Option<Any<Value>>,
}

/// Municipalities a ring has ground of, as a caseworker has found on a map.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RingMunicipalitiesForm {
    /// Municipality numbers of four digits. Left out: those it may have ground of by geography, as before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(min = 1, max = 400))]
    pub ring_municipalities: Option<Vec<String>>,
    /// Why, for the case.
    #[validate(length(min = 1, max = 4000))]
    pub reason: String,
}

impl RingMunicipalitiesForm {
    /// Why, as it is kept.
    ///
    /// # Errors
    /// 422 with everything that is wrong.
    pub fn parse(&self) -> Result<String, Failure> {
        let mut errors = FieldErrors::new();
        errors.merge_sizes(self.validate());
        let reason = needed_text(&self.reason, 4000, "/reason", &mut errors);
        errors.finish(reason)
    }
}

/// A withdrawal that came on paper or by telephone.
#[derive(Debug, Clone, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RegisteredWithdrawalForm {
    /// How it came in.
    pub channel: FilingChannel,
}

/// Another last day for an answer.
#[derive(Debug, Clone, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AnswerDayForm {
    /// Last day for the answer, from tomorrow on.
    pub due_on: NaiveDate,
}

/// An application that a caseworker registers for somebody.
#[derive(Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OnBehalfForm {
    /// Kind of permit, e.g. `plb`.
    #[validate(length(min = 1, max = 20))]
    pub kind: String,
    /// How it came in.
    pub channel: FilingChannel,
    /// Day it was received, from which the time limit runs; today when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_on: Option<NaiveDate>,
    /// National id of the person who applies. Either this or an organisation number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 20))]
    pub national_id: Option<String>,
    /// Number of the organisation that applies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 20))]
    pub organisation_number: Option<String>,
    /// The application. Its shape is that of the kind's application.
    pub application: Any<Value>,
}

impl std::fmt::Debug for OnBehalfForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OnBehalfForm").field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl OnBehalfForm {
    /// Who applies.
    ///
    /// # Errors
    /// 422 when it is not exactly one, or not well formed.
    pub fn applicant(&self, rule: NationalIdRule) -> Result<Receiver, Failure> {
        let mut errors = FieldErrors::new();
        errors.merge_sizes(self.validate());
        let given = (self.national_id.as_deref(), self.organisation_number.as_deref());
        let who = match numbers("", given, rule, &mut errors) {
            (Some(id), None) => Some(Receiver::Person(id)),
            (None, Some(number)) => Some(Receiver::Organisation(number)),
            _ => None,
        };
        if who.is_none() && errors.is_empty() {
            errors.add("", "one-of", "Give either nationalId or organisationNumber.");
        }
        errors.finish(who)
    }

    /// The kind.
    ///
    /// # Errors
    /// 422 for one there is not.
    pub fn kind(&self) -> Result<Kind, Failure> {
        let mut errors = FieldErrors::new();
        let kind = kind::from_code(&self.kind);
        if kind.is_none() {
            errors.add("/kind", "not-in-list", "There is no such kind of permit.");
        }
        errors.finish(kind)
    }
}
