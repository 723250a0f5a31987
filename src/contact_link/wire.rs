//! The link of an emergency contact in JSON.

use chrono::{DateTime, Utc};
use poem_openapi::{Enum, Object};
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::actions::Answer;
use crate::{
    failure::{Failure, FieldErrors},
    permit::{
        contact::EmergencyContact,
        kind::shared::{EmergencyContactForm, optional_text},
        wire::PermitRecord,
    },
};

/// What is registered about an emergency contact, and by whom.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct ContactLinkView {
    /// The contact's own entry, who named them, and for what. Nothing else of the permit.
    pub record: PermitRecord,
    /// The authority that keeps it.
    pub authority: String,
    /// Who gets it.
    pub recipients: Vec<String>,
    /// When the link ends.
    pub expires_at: DateTime<Utc>,
}

/// What a contact does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub enum ContactDeed {
    /// It is right.
    Confirm,
    /// It is to be as `contact` says.
    Correct,
    /// They do not want to be listed.
    Object,
}

/// The answer of an emergency contact.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ContactAnswer {
    /// What is done.
    pub deed: ContactDeed,
    /// With `correct`: the entry as it is to be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub contact: Option<OwnEntry>,
}

/// An emergency contact as they want to be listed.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OwnEntry {
    /// Full name.
    #[validate(length(min = 1, max = 200))]
    pub name: String,
    /// Telephone with country code, or eight Norwegian digits.
    #[validate(length(min = 1, max = 40))]
    pub phone: String,
    /// Another number to try.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 40))]
    pub alternative_phone: Option<String>,
    /// Language: `nb`, `nn` or `en`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// When they can be reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 120))]
    pub availability: Option<String>,
}

/// What an answer did.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct ContactLinkOutcome {
    /// `confirmed`, `corrected` or `removed`.
    pub outcome: String,
}

impl ContactAnswer {
    /// What is to be done, with every error told.
    ///
    /// # Errors
    /// 422 for values that are not acceptable, or an entry that is missing or too much.
    pub fn parse(&self) -> Result<Answer, Failure> {
        let mut errors = FieldErrors::new();
        errors.merge_sizes(self.validate());
        let answer = match (self.deed, &self.contact) {
            (ContactDeed::Confirm, None) => Some(Answer::Confirm),
            (ContactDeed::Object, None) => Some(Answer::Object),
            (ContactDeed::Correct, Some(entry)) => entry.parse(&mut errors).map(Answer::Correct),
            (ContactDeed::Correct, None) => {
                errors.add("/contact", "missing", "Give the entry as it is to be.");
                None
            }
            (_, Some(_)) => {
                errors.add("/contact", "together", "Give an entry only with `correct`.");
                None
            }
        };
        errors.finish(answer)
    }
}

impl OwnEntry {
    /// As an entry that a holder would give, without what only the holder says.
    fn parse(&self, errors: &mut FieldErrors) -> Option<EmergencyContact> {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        let availability =
            optional_text(self.availability.as_ref(), 120, "/contact/availability", errors);
        let entry = EmergencyContactForm {
            name: self.name.clone(),
            phone: self.phone.clone(),
            alternative_phone: given(&self.alternative_phone),
            language: given(&self.language),
            relation: None,
            availability,
        };
        entry.parse("/contact", errors)
    }
}
