//! Emergency contacts: whom the rescue centre calls, in order.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::values::{language::Language, phone_number::PhoneNumber};

/// The most contacts a permit carries; the first are called first.
pub const MAX_CONTACTS: usize = 5;

/// Somebody to call when a beacon has been activated.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EmergencyContact {
    /// Full name.
    pub name: String,
    /// Number to call.
    pub phone: PhoneNumber,
    /// Number to call when the first does not answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alternative_phone: Option<PhoneNumber>,
    /// Language the contact speaks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// What the contact is to the holder, in the holder's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relation: Option<String>,
    /// When the contact can be reached, in the holder's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub availability: Option<String>,
    /// When the contact last confirmed the entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed_at: Option<DateTime<Utc>>,
}

impl std::fmt::Debug for EmergencyContact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EmergencyContact(redacted)")
    }
}
