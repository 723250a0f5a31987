//! Parties in JSON.

use poem_openapi::Object;
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::model::{ContactDetails, Identity, Party};
use crate::{
    failure::FieldErrors,
    values::{
        email_address::EmailAddress,
        language::Language,
        national_id::{NationalId, NationalIdRule},
        organisation_number::OrganisationNumber,
        person_name::{OrganisationName, PersonName},
        phone_number::PhoneNumber,
        postal_address::{AddressText, PostalAddress},
    },
};

/// The numbers a party is named by, of which each may be left out: national id and organisation number. Errors point below
/// `pointer`.
pub fn numbers(
    pointer: &str,
    (national_id, organisation_number): (Option<&str>, Option<&str>),
    rule: NationalIdRule,
    errors: &mut FieldErrors,
) -> (Option<NationalId>, Option<OrganisationNumber>) {
    let person = national_id.map(|id| NationalId::parse(id, rule));
    let organisation = organisation_number.map(OrganisationNumber::parse);
    (
        errors.take_optional(format!("{pointer}/nationalId"), person),
        errors.take_optional(format!("{pointer}/organisationNumber"), organisation),
    )
}

/// A postal address. In Norway the post town is found by the postal code.
#[derive(Debug, Clone, Default, PartialEq, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Address {
    /// Care-of, street and place; at most four lines.
    #[validate(length(max = 4))]
    pub lines: Vec<String>,
    /// Four digits in Norway.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// Post town; needed abroad only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub town: Option<String>,
    /// ISO 3166-1 alpha-2; Norway when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

impl Address {
    /// Checks it; the error points below `pointer`.
    pub fn parse(&self, pointer: &str, errors: &mut FieldErrors) -> Option<PostalAddress> {
        let text = AddressText {
            lines: self.lines.clone(),
            postal_code: self.postal_code.clone(),
            town: self.town.clone(),
            country: self.country.clone(),
        };
        match PostalAddress::parse(&text) {
            Ok(address) => Some(address),
            Err(flaw) => {
                let at = format!("{pointer}/{}", flaw.field());
                errors.take(at, Err::<PostalAddress, _>(flaw))
            }
        }
    }

    /// The address as it is shown, post town included.
    pub fn of(address: &PostalAddress) -> Self {
        Self {
            lines: address.lines().to_vec(),
            postal_code: address.postal_code(),
            town: Some(address.post_town().to_owned()),
            country: Some(address.country().to_string()),
        }
    }
}

/// Name, address and how to be reached.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Contactable {
    /// Full name of a person, or name of the organisation.
    #[validate(length(min = 1, max = 200))]
    pub name: String,
    /// Where letters go.
    #[validate(nested)]
    pub address: Address,
    /// Telephone with country code, or eight Norwegian digits.
    pub phone: String,
    /// E-mail for notices.
    pub email: String,
    /// Language of letters: `nb`, `nn` or `en`; `nb` when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

impl Contactable {
    /// Checks every part; errors point below `pointer`.
    pub fn parse(
        &self,
        pointer: &str,
        is_person: bool,
        errors: &mut FieldErrors,
    ) -> Option<ContactDetails> {
        let name = if is_person {
            errors
                .take(format!("{pointer}/name"), PersonName::parse(&self.name))
                .map(|name| name.as_str().to_owned())
        } else {
            errors
                .take(format!("{pointer}/name"), OrganisationName::parse(&self.name))
                .map(|name| name.as_str().to_owned())
        };
        let address = self.address.parse(&format!("{pointer}/address"), errors);
        let phone = errors.take(format!("{pointer}/phone"), PhoneNumber::parse(&self.phone));
        let email = errors.take(format!("{pointer}/email"), EmailAddress::parse(&self.email));
        let language = match &self.language {
            None => Some(Language::default()),
            Some(text) => errors.take(format!("{pointer}/language"), Language::parse(text)),
        };
        Some(ContactDetails {
            name: name?,
            address: address?,
            phone: phone?,
            email: email?,
            language: language?,
        })
    }

    /// As it is shown.
    pub fn of(details: &ContactDetails) -> Self {
        Self {
            name: details.name.clone(),
            address: Address::of(&details.address),
            phone: details.phone.dial(),
            email: details.email.as_str().to_owned(),
            language: Some(details.language.code().to_owned()),
        }
    }
}

/// A party as itself and caseworkers see it.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct PartyView {
    /// Id.
    pub id: String,
    /// `person` or `organisation`.
    pub kind: String,
    /// How to reach it.
    #[oai(flatten)]
    pub contact: Contactable,
    /// Birth date of a person, where it is known.
    pub birth_date: Option<chrono::NaiveDate>,
    /// Organisation number.
    pub organisation_number: Option<String>,
    /// The address is protected; nothing about the person is published.
    pub address_protected: bool,
    /// True while the processing of the person's data is restricted (GDPR Article 18).
    pub processing_restricted: Option<bool>,
    /// When it last changed.
    pub changed_at: chrono::DateTime<chrono::Utc>,
}

impl PartyView {
    /// The view of a party.
    pub fn of(party: &Party) -> Self {
        let (birth_date, organisation_number) = match &party.identity {
            Identity::Person { birth_date } => (*birth_date, None),
            Identity::Organisation { number } => (None, Some(number.to_string())),
        };
        Self {
            id: party.id.to_string(),
            kind: if party.is_person() { "person" } else { "organisation" }.to_owned(),
            contact: Contactable::of(&party.details),
            birth_date,
            organisation_number,
            address_protected: party.protected,
            processing_restricted: party.restricted.then_some(true),
            changed_at: party.changed_at,
        }
    }
}
