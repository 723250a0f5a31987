//! What is kept about a permit to use number resources.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::values::{
    email_address::EmailAddress,
    number_plan::NumberCategory,
    number_resource::{Resource, ResourceType},
    organisation_number::OrganisationNumber,
    person_name::PersonName,
    phone_number::PhoneNumber,
};

/// The resource, what it is for and whom to ask (FOR-2004-02-16-426 § 6).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NumberingDetails {
    /// Code of the type in `number_resource_types.tsv`.
    pub resource_type: String,
    /// Exact numbers, codes or names; for a wish, what was given when it was granted.
    pub resources: Vec<Resource>,
    /// What is wished for instead.
    pub wish: Option<Wish>,
    /// The service.
    pub service: String,
    /// Why so many are needed.
    pub need: String,
    /// First day of use.
    pub planned_start: NaiveDate,
    /// Code of the provider for portability, three digits.
    pub provider_code: Option<String>,
    /// The signalling point, for point codes.
    pub point: Option<SignallingPoint>,
    /// The end user, for five-digit numbers.
    pub end_user: Option<EndUser>,
    /// The holder's person for the permit; nobody yet after it was handed over.
    pub contact: Option<ContactPerson>,
}

/// So many blocks of a size, wherever there is room.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Wish {
    /// How many blocks.
    pub blocks: u32,
    /// Numbers or codes in a block.
    pub block_size: u64,
    /// Category of the plan.
    pub category: Option<NumberCategory>,
    /// Where the applicant would like them to be.
    pub preferred: Option<Resource>,
}

/// Where a signalling point is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignallingPoint {
    /// City or name of the point.
    pub place: String,
    /// A foreign point it has a relation to; needed for international codes.
    pub foreign_relation: Option<String>,
}

/// Who will answer a five-digit number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EndUser {
    /// Name of the organisation.
    pub name: String,
    /// Its number.
    pub organisation_number: OrganisationNumber,
    /// Of the non-commercial category.
    pub non_commercial: bool,
}

/// A person of the organisation. Not public.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContactPerson {
    /// Name.
    pub name: PersonName,
    /// Telephone.
    pub phone: PhoneNumber,
    /// E-mail.
    pub email: EmailAddress,
}

impl NumberingDetails {
    /// The type of the resource.
    pub fn kind(&self) -> Option<&'static ResourceType> {
        ResourceType::of(&self.resource_type)
    }

    /// The type of the resource as it stands on a day.
    pub fn kind_on(&self, day: NaiveDate) -> Option<&'static ResourceType> {
        ResourceType::on(&self.resource_type, day)
    }

    /// Point code of the permit, where it is for one alone.
    pub fn point_code(&self) -> Option<String> {
        self.point.as_ref()?;
        match self.resources.as_slice() {
            [code] => Some(code.to_string()),
            _ => None,
        }
    }
}
