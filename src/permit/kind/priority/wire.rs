//! Applications and approvals for priority in JSON.

use chrono::{DateTime, NaiveDate, Utc};
use poem_openapi::Object;
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::{
    super::{
        Parsed,
        shared::{Applicant, ContactPersonForm},
    },
    model::PriorityDetails,
    rules,
};
use crate::failure::FieldErrors;

/// Application for approval of a business for priority in mobile networks. On behalf of an
/// organisation. Nothing about subscribers is asked for.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PriorityApplication {
    /// The organisation.
    #[validate(nested)]
    pub applicant: Applicant,
    /// Whom the authority asks about the approval; never given to providers.
    #[validate(nested)]
    pub contact_person: ContactPersonForm,
    /// Type of business as declared, e.g. `health`.
    #[validate(length(min = 1, max = 60))]
    pub business_type: String,
    /// Number of subscriptions, 1-100000.
    #[oai(validator(minimum(value = "1"), maximum(value = "100000")))]
    #[validate(range(min = 1, max = 100_000))]
    pub subscriptions: u32,
    /// The organisation declares that the type of business is right and that it has tasks of special
    /// importance to society.
    pub declared: bool,
}

/// An approval in a record.
#[derive(Debug, Clone, Default, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", default)]
pub struct PriorityFacts {
    /// The business is approved while the permit is active.
    pub approved: Option<bool>,
    /// For how many subscriptions.
    #[oai(validator(minimum(value = "1"), maximum(value = "100000")))]
    pub subscriptions: Option<u32>,
    /// Type of business.
    pub business_type: Option<String>,
}

/// Whether a business is approved.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct PriorityApproval {
    /// Organisation number asked for.
    pub organisation_number: String,
    /// True if the organisation is approved now.
    pub approved: bool,
    /// For how many subscriptions; only when approved.
    #[oai(validator(minimum(value = "1"), maximum(value = "100000")))]
    pub subscriptions: Option<u32>,
    /// Day after the last, where the approval has an end.
    pub valid_until: Option<NaiveDate>,
    /// When this was answered.
    pub answered_at: DateTime<Utc>,
}

impl PriorityApplication {
    /// What the application asks for; every error is noted.
    pub fn meaning(
        &self,
        is_person: bool,
        errors: &mut FieldErrors,
    ) -> Option<Parsed<PriorityDetails>> {
        errors.merge_sizes(self.validate());
        let applicant = self.applicant.parse(is_person, errors);
        let contact_person = self.contact_person.parse("/contactPerson", errors);
        if !rules::is_business_type(&self.business_type) {
            errors.add(
                "/businessType",
                "not-in-list",
                format!("One of: {}.", rules::business_type_codes()),
            );
        }
        if !self.declared {
            errors.add(
                "/declared",
                "required",
                "Only a business that makes the declaration can be approved.",
            );
        }
        Some(Parsed {
            applicant: applicant?,
            contacts: Vec::new(),
            call_sign: None,
            wishes: Vec::new(),
            consent: None,
            details: PriorityDetails {
                business_type: self.business_type.clone(),
                subscriptions: self.subscriptions,
                contact_person: contact_person?,
            },
        })
    }

    /// A made-up application.
    pub fn example() -> Self {
        Self {
            applicant: Applicant::organisation_example(),
            contact_person: ContactPersonForm::example(),
            business_type: "health".to_owned(),
            subscriptions: 25,
            declared: true,
        }
    }
}
