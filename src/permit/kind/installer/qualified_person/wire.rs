//! Assessments of persons in JSON.

use chrono::NaiveDate;
use poem_openapi::{Enum, Object};
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::{actions::Assessing, store::Key};
use crate::{
    failure::FieldErrors,
    permit::kind::{
        installer::{
            model::{PersonReference, Standing},
            wire::{ParticularsForm, QualifiedPersonFacts},
        },
        shared::needed_text,
    },
    values::{
        national_id::{NationalId, NationalIdRule},
        person_name::PersonName,
    },
};

/// An assessment of a person's competence.
#[derive(Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PersonAssessmentForm {
    /// What it is made on.
    #[validate(nested)]
    pub particulars: ParticularsForm,
    /// National id of the person, where it is known; kept as a keyed hash only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 20))]
    pub national_id: Option<String>,
    /// True for another person than the one of the same name and birth date who was assessed before
    /// without national id; needs the national id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_another: Option<bool>,
    /// How it ends.
    pub outcome: StandingName,
    /// Why.
    #[validate(length(min = 1, max = 4000))]
    pub grounds: String,
}

/// How an assessment of competence ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub enum StandingName {
    /// The person is qualified.
    Assessed,
    /// The person is not, on what was shown.
    Refused,
}

/// By what a person is looked for: exactly one of reference, national id, or name with birth date.
#[derive(Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct QualifiedPersonSearch {
    /// Reference of the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 20))]
    pub reference: Option<String>,
    /// National id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 20))]
    pub national_id: Option<String>,
    /// Full name; with the birth date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 200))]
    pub name: Option<String>,
    /// Birth date; with the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<NaiveDate>,
}

/// Persons found.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct QualifiedPersonList {
    /// The persons.
    pub items: Vec<QualifiedPersonFacts>,
    /// How many.
    pub total: u64,
}

impl PersonAssessmentForm {
    /// The assessment; every error is noted.
    pub fn parse(&self, rule: NationalIdRule, errors: &mut FieldErrors) -> Option<Assessing> {
        errors.merge_sizes(self.validate());
        let particulars = self.particulars.parse("/particulars", errors);
        let national_id = self
            .national_id
            .as_deref()
            .map(|text| errors.take("/nationalId", NationalId::parse(text, rule)));
        let is_another = self.is_another.unwrap_or(false);
        if is_another && national_id.is_none() {
            errors.add("/nationalId", "missing", "Give the national id that tells the two apart.");
        }
        let grounds = needed_text(&self.grounds, 4000, "/grounds", errors);
        Some(Assessing {
            particulars: particulars?,
            national_id: match national_id {
                Some(parsed) => Some(parsed?),
                None => None,
            },
            is_another,
            standing: match self.outcome {
                StandingName::Assessed => Standing::Assessed,
                StandingName::Refused => Standing::Refused,
            },
            grounds: grounds?,
        })
    }
}

impl QualifiedPersonSearch {
    /// What is looked for; every error is noted.
    pub fn parse(&self, errors: &mut FieldErrors) -> Option<Key> {
        errors.merge_sizes(self.validate());
        match (&self.reference, &self.national_id, &self.name, self.birth_date) {
            (Some(reference), None, None, None) => {
                errors.take("/reference", PersonReference::parse(reference)).map(Key::Reference)
            }
            (None, Some(id), None, None) => errors
                .take("/nationalId", NationalId::parse(id, NationalIdRule::From2032))
                .map(Key::NationalId),
            (None, None, Some(name), Some(birth_date)) => errors
                .take("/name", PersonName::parse(name))
                .map(|name| Key::Particulars(name.as_str().to_owned(), birth_date)),
            _ => {
                errors.add(
                    "",
                    "one-key",
                    "Give either the reference, the national id, or name and birth date.",
                );
                None
            }
        }
    }
}
