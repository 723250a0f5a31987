//! Parts of applications that several kinds have: applicant, emergency contacts, contact person.

use chrono::{Datelike as _, NaiveDate};
use poem_openapi::Object;
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::ApplicantData;
use crate::{
    failure::FieldErrors,
    party::wire::{Address, Contactable},
    permit::contact::{ContactPerson, EmergencyContact, MAX_CONTACTS, OWN_NUMBER, reaches_another},
    values::{
        email_address::EmailAddress, language::Language, person_name::PersonName,
        phone_number::PhoneNumber,
    },
};

/// The applicant's own data. National id and organisation number come from the sign-in, never from here.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Applicant {
    /// Full name of a person, or name of the organisation.
    #[validate(length(min = 1, max = 200))]
    pub name: String,
    /// Where letters go.
    #[validate(nested)]
    pub address: Address,
    /// Telephone with country code, or eight Norwegian digits.
    #[validate(length(min = 1, max = 40))]
    pub phone: String,
    /// E-mail for notices.
    #[validate(length(min = 1, max = 254))]
    pub email: String,
    /// Language of letters: `nb`, `nn` or `en`; `nb` when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Birth date; asked for where the kind needs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<NaiveDate>,
}

impl Applicant {
    /// Checks every part; errors point below `/applicant`.
    pub fn parse(&self, is_person: bool, errors: &mut FieldErrors) -> Option<ApplicantData> {
        let contact = Contactable {
            name: self.name.clone(),
            address: self.address.clone(),
            phone: self.phone.clone(),
            email: self.email.clone(),
            language: self.language.clone(),
        };
        let details = contact.parse("/applicant", is_person, errors);
        // whoever can apply was born in these years; the databases keep no day outside thousands of them
        if self.birth_date.is_some_and(|day| !(1850..2200).contains(&day.year())) {
            let detail = "the birth date is not in the years 1850 to 2199; check it for a slip";
            errors.add("/applicant/birthDate", "birth-date", detail);
            return None;
        }
        let details = details?;
        Some(ApplicantData { details, birth_date: self.birth_date })
    }

    /// A made-up organisation for specimens.
    pub fn organisation_example() -> Self {
        Self {
            name: "Eksempel Fjordradio AS".to_owned(),
            phone: "68 05 00 30".to_owned(),
            email: "post@example.no".to_owned(),
            ..Self::example()
        }
    }

    /// A made-up applicant for specimens.
    pub fn example() -> Self {
        Self {
            name: "Kari Eksempel Nordvær".to_owned(),
            address: Address {
                lines: vec!["Fjordgata 7".to_owned()],
                postal_code: Some("4790".to_owned()),
                town: None,
                country: None,
            },
            phone: "68 05 00 12".to_owned(),
            email: "kari@example.no".to_owned(),
            language: Some("nb".to_owned()),
            birth_date: None,
        }
    }
}

/// Somebody the rescue centre calls when a beacon has been activated.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EmergencyContactForm {
    /// Full name.
    #[validate(length(min = 1, max = 200))]
    pub name: String,
    /// Number to call, with country code or eight Norwegian digits.
    #[validate(length(min = 1, max = 40))]
    pub phone: String,
    /// Number to call when the first does not answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 40))]
    pub alternative_phone: Option<String>,
    /// Language the contact speaks: `nb`, `nn` or `en`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// What the contact is to the holder, e.g. sister.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 60))]
    pub relation: Option<String>,
    /// When the contact can be reached, e.g. evenings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 120))]
    pub availability: Option<String>,
}

impl EmergencyContactForm {
    /// Checks every part; errors point below `pointer`.
    pub fn parse(&self, pointer: &str, errors: &mut FieldErrors) -> Option<EmergencyContact> {
        let name = errors.take(format!("{pointer}/name"), PersonName::parse(&self.name));
        let phone = errors.take(format!("{pointer}/phone"), PhoneNumber::parse(&self.phone));
        let before = errors.is_empty();
        let alternative_phone = errors.take_optional(
            format!("{pointer}/alternativePhone"),
            self.alternative_phone.as_deref().map(PhoneNumber::parse),
        );
        let language = errors.take_optional(
            format!("{pointer}/language"),
            self.language.as_deref().map(Language::parse),
        );
        if before && !errors.is_empty() {
            return None;
        }
        Some(EmergencyContact {
            name: name?.as_str().to_owned(),
            phone: phone?,
            alternative_phone,
            language,
            relation: self.relation.clone(),
            availability: self.availability.clone(),
            confirmed_at: None,
        })
    }

    /// Two made-up contacts for specimens.
    pub fn examples() -> Vec<Self> {
        let contact = |name: &str, phone: &str, relation: &str| Self {
            name: name.to_owned(),
            phone: phone.to_owned(),
            alternative_phone: None,
            language: Some("nb".to_owned()),
            relation: Some(relation.to_owned()),
            availability: None,
        };
        vec![
            contact("Ola Eksempel Nordvær", "68 05 00 21", "ektefelle"),
            contact("Áile Eksempel Sárá", "68 05 00 22", "søster"),
        ]
    }
}

/// An organisation's person for matters about its permit.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ContactPersonForm {
    /// Full name.
    #[validate(length(min = 1, max = 200))]
    pub name: String,
    /// Telephone with country code, or eight Norwegian digits.
    #[validate(length(min = 1, max = 40))]
    pub phone: String,
    /// E-mail.
    #[validate(length(min = 1, max = 254))]
    pub email: String,
}

impl ContactPersonForm {
    /// Checks every part; errors point below `pointer`.
    pub fn parse(&self, pointer: &str, errors: &mut FieldErrors) -> Option<ContactPerson> {
        let name = errors.take(format!("{pointer}/name"), PersonName::parse(&self.name));
        let phone = errors.take(format!("{pointer}/phone"), PhoneNumber::parse(&self.phone));
        let email = errors.take(format!("{pointer}/email"), EmailAddress::parse(&self.email));
        Some(ContactPerson { name: name?.as_str().to_owned(), phone: phone?, email: email? })
    }

    /// A made-up contact person for specimens.
    pub fn example() -> Self {
        Self {
            name: "Nora Eksempel Fjordvik".to_owned(),
            phone: "68 05 00 31".to_owned(),
            email: "nora@example.no".to_owned(),
        }
    }
}

/// What to do about a list that names nobody but the holder.
pub const NOBODY_ELSE: &str = "Name at least one person with another number than the holder's own: the rescue centre needs somebody to call when the holder does not answer.";

/// Checks a list of contacts: one at least when `needed`, nobody twice, and not the holder's `own` number
/// alone. Who does not know that number yet leaves it out.
pub fn parse_contacts(
    forms: &[EmergencyContactForm],
    pointer: &str,
    needed: bool,
    own: Option<PhoneNumber>,
    errors: &mut FieldErrors,
) -> Vec<EmergencyContact> {
    if needed && forms.is_empty() {
        errors.add(pointer, "missing", "Name at least one person the rescue centre can call.");
    }
    if forms.len() > MAX_CONTACTS {
        errors.add(pointer, "too-many", format!("Name at most {MAX_CONTACTS} persons."));
        return Vec::new();
    }
    let contacts: Vec<EmergencyContact> = forms
        .iter()
        .enumerate()
        .filter_map(|(index, form)| form.parse(&format!("{pointer}/{index}"), errors))
        .collect();
    for (index, contact) in contacts.iter().enumerate() {
        if contacts[..index].iter().any(|earlier| earlier.phone == contact.phone) {
            errors.add(
                format!("{pointer}/{index}/phone"),
                "repeated",
                "Another contact has the same number. Give each contact a number of its own.",
            );
        }
    }
    // one that could not be read may be somebody else
    let is_whole = !contacts.is_empty() && contacts.len() == forms.len();
    if is_whole && own.is_some_and(|own| !reaches_another(&contacts, own)) {
        errors.add(pointer, OWN_NUMBER, NOBODY_ELSE);
    }
    contacts
}

/// A member that may stand between `1` and `max` characters once trimmed; empty means absent.
pub fn optional_text(
    text: Option<&String>,
    max: usize,
    pointer: &str,
    errors: &mut FieldErrors,
) -> Option<String> {
    let trimmed = text.map(|text| text.trim()).filter(|text| !text.is_empty())?;
    if trimmed.chars().count() > max {
        errors.add(pointer, "too-long", format!("Write at most {max} characters."));
        return None;
    }
    if trimmed.chars().any(|c| c.is_control() && c != '\n') {
        errors.add(pointer, "control-character", "Remove characters that cannot be printed.");
        return None;
    }
    Some(trimmed.to_owned())
}

/// As [`optional_text`], but it must be there.
pub fn needed_text(
    text: &str,
    max: usize,
    pointer: &str,
    errors: &mut FieldErrors,
) -> Option<String> {
    if text.trim().is_empty() {
        errors.add(pointer, "missing", "This must be filled in.");
        return None;
    }
    optional_text(Some(&text.to_owned()), max, pointer, errors)
}
