//! What is asked for about a granted permit, in JSON.

use chrono::NaiveDate;
use poem_openapi::{Object, types::Any};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use validator::Validate;

use crate::permit::kind::shared::Applicant;

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
}
