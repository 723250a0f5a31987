//! The application of an installer, and a qualified person, in JSON.

use chrono::NaiveDate;
use poem_openapi::{Enum, Object};
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::{
    super::{
        Parsed,
        shared::{Applicant, ContactPersonForm, needed_text},
    },
    model::{
        HeldType, InstallerDetails, NamedPerson, Naming, Particulars, PersonReference,
        Qualification,
    },
    rules::{HeldFlaw, held_type},
};
use crate::{
    failure::FieldErrors,
    values::{Flaw as _, email_address::EmailAddress, person_name::PersonName},
};

/// Application for an installer authorisation. On behalf of an organisation. Also the form of a change
/// of qualified person: it names all who are to be listed.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InstallerApplication {
    /// The organisation.
    #[validate(nested)]
    pub applicant: Applicant,
    /// Whom the authority asks about the authorisation; not published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub contact_person: Option<ContactPersonForm>,
    /// The qualified persons; one at least.
    #[validate(nested, length(min = 1, max = 20))]
    pub qualified_persons: Vec<NamedPersonForm>,
    /// Types granted before and not given any more. Only the authority names them: when it registers an
    /// application that came on paper or by telephone, or amends. Applicants leave this out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested, length(min = 1, max = 10))]
    pub types_held: Option<Vec<HeldTypeForm>>,
}

/// A type of authorisation that was granted before.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HeldTypeForm {
    /// Code of the type: `TIA`, `KIA` or `RIA`.
    #[validate(length(min = 1, max = 10))]
    pub code: String,
    /// The day it was granted.
    pub granted_on: NaiveDate,
}

/// A qualified person: either by reference, or by particulars when the competence has not been
/// assessed before.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NamedPersonForm {
    /// Reference given to the person when the competence was assessed, e.g. `4F7QX-29KDM`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 20))]
    pub reference: Option<String>,
    /// Everything an assessment needs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub particulars: Option<ParticularsForm>,
    /// The person is employed full time by the business.
    pub full_time: bool,
}

/// What an assessment of competence is made on.
#[derive(Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ParticularsForm {
    /// Full name.
    #[validate(length(min = 1, max = 200))]
    pub name: String,
    /// Birth date.
    pub birth_date: NaiveDate,
    /// Which way the education is shown.
    pub qualification: QualificationName,
    /// The education: school, programme, year.
    #[validate(length(min = 1, max = 1000))]
    pub education: String,
    /// Months of relevant practice, 0-900.
    #[oai(validator(minimum(value = "0"), maximum(value = "900")))]
    #[validate(range(min = 0, max = 900))]
    pub practice_months: u32,
    /// The practice: employers, work, years.
    #[validate(length(min = 1, max = 4000))]
    pub work_history: String,
    /// E-mail of the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 254))]
    pub email: Option<String>,
}

impl std::fmt::Debug for ParticularsForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ParticularsForm(redacted)")
    }
}

/// Ways to show the education.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub enum QualificationName {
    /// Two years of vocational college, electro with a module on ecom networks.
    VocationalCollege,
    /// Equal to it.
    Equivalent,
    /// Recognised under directive 2005/36/EC.
    EeaRecognition,
}

/// An installer in a record.
#[derive(Debug, Clone, Default, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", default)]
pub struct InstallerFacts {
    /// `ENA`, or the older `TIA`, `KIA`, `RIA`.
    pub types: Option<Vec<String>>,
}

/// A qualified person as far as the reader may have it. In a permit by reference only.
#[derive(Clone, Default, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", default)]
pub struct QualifiedPersonFacts {
    /// Reference of the person.
    pub reference: Option<String>,
    /// Name.
    pub name: Option<String>,
    /// Birth date.
    pub birth_date: Option<NaiveDate>,
    /// Education.
    pub education: Option<EducationFacts>,
    /// Practice.
    pub work_history: Option<WorkHistoryFacts>,
    /// E-mail.
    pub email: Option<String>,
    /// How the assessment ended.
    pub assessment: Option<AssessmentFacts>,
}

impl std::fmt::Debug for QualifiedPersonFacts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("QualifiedPersonFacts(redacted)")
    }
}

/// The education of a qualified person.
#[derive(Clone, Default, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", default)]
pub struct EducationFacts {
    /// `vocationalCollege`, `equivalent` or `eeaRecognition`.
    pub qualification: Option<String>,
    /// In words.
    pub description: Option<String>,
}

/// The practice of a qualified person.
#[derive(Clone, Default, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", default)]
pub struct WorkHistoryFacts {
    /// Months of relevant practice.
    #[oai(validator(minimum(value = "0"), maximum(value = "900")))]
    pub months: Option<u32>,
    /// In words.
    pub description: Option<String>,
}

/// An assessment of competence.
#[derive(Clone, Default, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", default)]
pub struct AssessmentFacts {
    /// `assessed` or `refused`.
    pub outcome: Option<String>,
    /// Grounds.
    pub grounds: Option<String>,
    /// Who assessed.
    pub assessed_by: Option<String>,
    /// When.
    pub assessed_at: Option<chrono::DateTime<chrono::Utc>>,
}

impl ParticularsForm {
    /// Checks every part; errors point below `pointer`.
    pub fn parse(&self, pointer: &str, errors: &mut FieldErrors) -> Option<Particulars> {
        let at = |member: &str| format!("{pointer}/{member}");
        let name = errors.take(at("name"), PersonName::parse(&self.name));
        let education = needed_text(&self.education, 1000, &at("education"), errors);
        let work_history = needed_text(&self.work_history, 4000, &at("workHistory"), errors);
        let before = errors.is_empty();
        let email =
            errors.take_optional(at("email"), self.email.as_deref().map(EmailAddress::parse));
        if before && !errors.is_empty() {
            return None;
        }
        Some(Particulars {
            name: name?.as_str().to_owned(),
            birth_date: self.birth_date,
            qualification: match self.qualification {
                QualificationName::VocationalCollege => Qualification::VocationalCollege,
                QualificationName::Equivalent => Qualification::Equivalent,
                QualificationName::EeaRecognition => Qualification::EeaRecognition,
            },
            education: education?,
            practice_months: self.practice_months,
            work_history: work_history?,
            email,
        })
    }

    /// A made-up person for specimens.
    pub fn example() -> Self {
        Self {
            name: "Nils Eksempel Havnes".to_owned(),
            birth_date: NaiveDate::from_ymd_opt(1985, 9, 23).unwrap_or_default(),
            qualification: QualificationName::VocationalCollege,
            education: "Fagskole elektro, fordypning ekom, 2010".to_owned(),
            practice_months: 36,
            work_history: "Montør av fibernett, Eksempel Fjordradio AS, 2010-2013".to_owned(),
            email: Some("nils@example.no".to_owned()),
        }
    }
}

impl NamedPersonForm {
    fn parse(&self, pointer: &str, errors: &mut FieldErrors) -> Option<NamedPerson> {
        let naming = match (&self.reference, &self.particulars) {
            (Some(reference), None) => errors
                .take(format!("{pointer}/reference"), PersonReference::parse(reference))
                .map(Naming::Reference),
            (None, Some(particulars)) => particulars
                .parse(&format!("{pointer}/particulars"), errors)
                .map(|particulars| Naming::Particulars(Box::new(particulars))),
            _ => {
                errors.add(
                    pointer,
                    "reference-or-particulars",
                    "Name the person either by reference or by particulars.",
                );
                None
            }
        };
        Some(NamedPerson { naming: naming?, full_time: self.full_time })
    }
}

impl InstallerApplication {
    /// What the application asks for; every error is noted.
    pub fn meaning(
        &self,
        is_person: bool,
        errors: &mut FieldErrors,
    ) -> Option<Parsed<InstallerDetails>> {
        errors.merge_sizes(self.validate());
        let applicant = self.applicant.parse(is_person, errors);
        let contact_person =
            self.contact_person.as_ref().map(|form| form.parse("/contactPerson", errors));
        let mut persons: Vec<NamedPerson> = Vec::with_capacity(self.qualified_persons.len());
        for (index, form) in self.qualified_persons.iter().enumerate() {
            let pointer = format!("/qualifiedPersons/{index}");
            let Some(person) = form.parse(&pointer, errors) else { continue };
            if persons.iter().any(|earlier| earlier.naming == person.naming) {
                errors.add(pointer, "repeated", "This person is named twice. Leave one out.");
            }
            persons.push(person);
        }
        let held = self.held(errors);
        let contact_person = match contact_person {
            Some(parsed) => Some(parsed?),
            None => None,
        };
        Some(Parsed {
            applicant: applicant?,
            contacts: Vec::new(),
            call_sign: None,
            wishes: Vec::new(),
            consent: None,
            details: InstallerDetails {
                types: held.iter().map(|held| held.code.clone()).collect(),
                held,
                persons,
                contact_person,
            },
        })
    }

    fn held(&self, errors: &mut FieldErrors) -> Vec<HeldType> {
        let mut held: Vec<HeldType> = Vec::new();
        for (index, form) in self.types_held.iter().flatten().enumerate() {
            let pointer = format!("/typesHeld/{index}");
            match held_type(form.code.trim(), form.granted_on) {
                Ok(one) if held.iter().any(|earlier| earlier.code == one.code) => {
                    errors.add(pointer, "repeated", "This type is named twice. Leave one out.");
                }
                Ok(one) => held.push(one),
                Err(flaw) => {
                    let member = if flaw == HeldFlaw::NotThen { "grantedOn" } else { "code" };
                    errors.add(format!("{pointer}/{member}"), flaw.code(), flaw.to_string());
                }
            }
        }
        held
    }

    /// A made-up application.
    pub fn example() -> Self {
        Self {
            applicant: Applicant::organisation_example(),
            contact_person: Some(ContactPersonForm::example()),
            qualified_persons: vec![NamedPersonForm {
                reference: Some("4F7QX-29KDM".to_owned()),
                particulars: None,
                full_time: true,
            }],
            types_held: None,
        }
    }
}
