//! What is asked for about a granted permit, in JSON.

use chrono::{Days, NaiveDate};
use poem_openapi::{Enum, Object, types::Any};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use validator::Validate;

use super::super::{
    actions::hearing::Notice,
    model::{Purpose, WithoutNotice},
};
use crate::{
    failure::{Failure, FieldErrors},
    permit::kind::shared::{Applicant, needed_text},
};

/// Longest time a holder is given to comment, in days.
const LONGEST_DAYS: u64 = 366;

/// Why the holder is given no advance notice, or less time (forvaltningsloven § 16 third paragraph). Kept in the journal, and told
/// with the grounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub enum NoNotice {
    /// It is not practicable, or would endanger that the decision is carried out (a).
    NotPracticable,
    /// The address is not known, and finding it takes more than is reasonable (b).
    AddressUnknown,
    /// They know of it and have had time to comment, or a notice is manifestly unnecessary (c).
    Unnecessary,
}

impl From<NoNotice> for WithoutNotice {
    fn from(form: NoNotice) -> Self {
        match form {
            NoNotice::NotPracticable => WithoutNotice::NotPracticable,
            NoNotice::AddressUnknown => WithoutNotice::AddressUnknown,
            NoNotice::Unnecessary => WithoutNotice::Unnecessary,
        }
    }
}

/// Suspension or revocation of a permit, or another call sign for its holder.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OwnMotionForm {
    /// Why, for the holder to read (forvaltningsloven § 25).
    #[validate(length(min = 1, max = 4000))]
    pub grounds: String,
    /// The exception by which this is done before the holder has been heard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub without_notice: Option<NoNotice>,
}

impl OwnMotionForm {
    /// What it means.
    ///
    /// # Errors
    /// 422 with everything that is wrong.
    pub fn parse(&self) -> Result<(String, Option<WithoutNotice>), Failure> {
        let mut errors = FieldErrors::new();
        errors.merge_sizes(self.validate());
        let grounds = needed_text(&self.grounds, 4000, "/grounds", &mut errors);
        errors.finish(grounds.map(|grounds| (grounds, self.without_notice.map(Into::into))))
    }
}

/// What the authority considers to do to a permit of its own motion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub enum Intention {
    /// Suspending it.
    Suspension,
    /// Revoking it.
    Revocation,
    /// Amending it.
    Amendment,
}

/// An advance notice to the holder of a permit (forvaltningsloven § 16).
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PermitNoticeForm {
    /// What is considered.
    pub intention: Intention,
    /// What is intended and why, in the holder's language.
    #[validate(length(min = 1, max = 4000))]
    pub text: String,
    /// Last day to comment.
    pub due_on: NaiveDate,
}

impl PermitNoticeForm {
    /// What it means.
    ///
    /// # Errors
    /// 422 with everything that is wrong.
    pub fn parse(&self, today: NaiveDate) -> Result<Notice, Failure> {
        let mut errors = FieldErrors::new();
        errors.merge_sizes(self.validate());
        let text = needed_text(&self.text, 4000, "/text", &mut errors);
        if self.due_on <= today || self.due_on > today + Days::new(LONGEST_DAYS) {
            errors.add("/dueOn", "range", "Give a day after today, within a year.");
        }
        let purpose = match self.intention {
            Intention::Suspension => Purpose::Suspension,
            Intention::Revocation => Purpose::Revocation,
            Intention::Amendment => Purpose::Amendment,
        };
        errors.finish(text.map(|text| Notice { purpose, text, due_on: self.due_on }))
    }
}

/// Application for an amendment.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AmendmentApplication {
    /// The whole application as it shall stand, in the shape of the kind's application.
    pub application: Any<Value>,
}

/// Application for a transfer.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TransferApplication {
    /// Who is to hold the permit: nine digits of an organisation, or eleven of a person. They see the
    /// case when they sign in. The answer is the same whether or not the registry knows them, and no
    /// answer repeats the number of a person.
    #[validate(length(min = 1, max = 40))]
    pub new_holder: String,
    /// First day of the new holder; today when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    /// Why; the new holder reads it too.
    #[validate(length(min = 1, max = 1000))]
    pub reason: String,
}

/// Acceptance of a transfer.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AcceptanceForm {
    /// The new holder.
    #[validate(nested)]
    pub applicant: Applicant,
}

/// Amendment on the authority's own motion; one change at least.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AmendmentForm {
    /// Why, for the holder to read (forvaltningsloven § 25).
    #[validate(length(min = 1, max = 4000))]
    pub grounds: String,
    /// A whole application that the permit shall say from now on, in the shape of the kind's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application: Option<Any<Value>>,
    /// Conditions set for this permit, in place of those before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 20))]
    pub conditions: Option<Vec<String>>,
    /// Day after the last, later than today.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<NaiveDate>,
    /// The exception by which this is done before the holder has been heard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub without_notice: Option<NoNotice>,
}
