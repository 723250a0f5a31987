//! Consents in JSON.

use chrono::{DateTime, Utc};
use poem_openapi::{Enum, Object};
use serde::{Deserialize, Serialize};

use crate::permit::kind::amateur::wire::ListedField;

/// A consent to the public call-sign list.
#[derive(Debug, Clone, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConsentForm {
    /// The call sign it is for.
    pub call_sign: String,
    /// What may be shown; none withdraws the consent.
    pub fields: Vec<ListedField>,
}

/// How a holder told of a consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub enum ConsentChannel {
    /// On paper.
    Paper,
    /// By telephone.
    Telephone,
}

impl ConsentChannel {
    /// As in the ledger.
    pub const fn code(self) -> &'static str {
        match self {
            ConsentChannel::Paper => "paper",
            ConsentChannel::Telephone => "telephone",
        }
    }
}

/// A consent that a holder gave, changed or withdrew on paper or by telephone.
#[derive(Debug, Clone, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RegisteredConsentForm {
    /// How it came in.
    pub channel: ConsentChannel,
    /// What may be shown from now on; none withdraws the consent.
    pub fields: Vec<ListedField>,
}

/// A consent as it stands in the ledger.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct ConsentView {
    /// Purpose.
    pub purpose: String,
    /// Call sign.
    pub call_sign: String,
    /// Fields, as the privacy statement names them.
    pub fields: Vec<String>,
    /// Version of the text consented to.
    pub text_version: String,
    /// When it was given.
    pub given_at: DateTime<Utc>,
    /// When it was withdrawn.
    pub withdrawn_at: Option<DateTime<Utc>>,
}

/// Every consent of a person, newest first.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct ConsentList {
    /// The consents.
    pub items: Vec<ConsentView>,
    /// How many there are.
    pub total: u64,
}
