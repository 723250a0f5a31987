//! The amateur licence application in JSON.

use poem_openapi::{Enum, Object};
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::{
    super::{Parsed, shared::Applicant},
    model::{AmateurDetails, LicenceClass},
};
use crate::failure::FieldErrors;

/// Application for a radio-amateur licence with a personal call sign.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AmateurApplication {
    /// The applicant; the birth date is needed.
    #[validate(nested)]
    pub applicant: Applicant,
    /// Class applied for.
    pub licence_class: LicenceClassName,
    /// What may be shown in the public call-sign list: any of `name`, `address`, `postTown`. Left
    /// out or empty, only the call sign and its status are shown. Can be withdrawn at any time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 3))]
    pub publish: Option<Vec<ListedField>>,
}

/// Classes of licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub enum LicenceClassName {
    /// All amateur bands; valid abroad under CEPT T/R 61-01.
    Full,
    /// Limited bands and power; valid in Norway only.
    Limited,
}

/// Fields of the public call-sign list that need consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub enum ListedField {
    /// Name.
    Name,
    /// Street and postal code.
    Address,
    /// Post town.
    PostTown,
}

impl ListedField {
    /// The field of the policy.
    pub const fn policy_name(self) -> &'static str {
        match self {
            ListedField::Name => "holder.name",
            ListedField::Address => "holder.address",
            ListedField::PostTown => "holder.postTown",
        }
    }
}

impl AmateurApplication {
    /// What the application asks for; every error is noted.
    pub fn meaning(
        &self,
        is_person: bool,
        errors: &mut FieldErrors,
    ) -> Option<Parsed<AmateurDetails>> {
        errors.merge_sizes(self.validate());
        let applicant = self.applicant.parse(is_person, errors);
        if self.applicant.birth_date.is_none() {
            errors.add("/applicant/birthDate", "missing", "Fill in the birth date.");
        }
        let consent = self.publish.as_ref().filter(|fields| !fields.is_empty()).map(|fields| {
            fields.iter().map(|field| field.policy_name().to_owned()).collect::<Vec<_>>()
        });
        let class = match self.licence_class {
            LicenceClassName::Full => LicenceClass::Full,
            LicenceClassName::Limited => LicenceClass::Limited,
        };
        Some(Parsed {
            applicant: applicant?,
            contacts: Vec::new(),
            call_sign: None,
            wishes: Vec::new(),
            consent,
            details: AmateurDetails { class },
        })
    }

    /// A made-up application.
    pub fn example() -> Self {
        Self {
            applicant: Applicant {
                birth_date: chrono::NaiveDate::from_ymd_opt(1988, 4, 12),
                ..Applicant::example()
            },
            licence_class: LicenceClassName::Full,
            publish: Some(vec![ListedField::Name, ListedField::PostTown]),
        }
    }
}
