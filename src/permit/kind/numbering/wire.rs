//! The application for number resources in JSON.

use chrono::NaiveDate;
use poem_openapi::Object;
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::{
    super::{
        Parsed,
        shared::{Applicant, needed_text, optional_text},
    },
    model::{ContactPerson, EndUser, NumberingDetails, SignallingPoint, Wish},
    rules::{self, PROVIDER_CODES},
};
use crate::{
    failure::FieldErrors,
    party::wire::Address,
    values::{
        Flaw as _,
        email_address::EmailAddress,
        number_plan::NumberCategory,
        number_resource::{MAX_NUMBERS, Notation, Resource, ResourceFlaw, ResourceType},
        organisation_number::OrganisationNumber,
        person_name::{OrganisationName, PersonName},
        phone_number::PhoneNumber,
    },
};

/// Application for a permit to use numbers, codes or names of the national plans.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NumberingApplication {
    /// The applicant, an organisation with a Norwegian organisation number.
    #[validate(nested)]
    pub applicant: Applicant,
    /// What is applied for.
    #[validate(nested)]
    pub resource: NumberResourceForm,
    /// The service the resource is for.
    #[validate(length(min = 1, max = 1000))]
    pub service: String,
    /// The documented need: forecast, and use of what is held already.
    #[validate(length(min = 1, max = 4000))]
    pub need: String,
    /// First planned day of use.
    pub planned_start: NaiveDate,
    /// The provider's own code for portability, 000 to 899; needed for number series.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 10))]
    pub provider_code: Option<String>,
    /// The applicant's person for the permit; not published.
    #[validate(nested)]
    pub contact: NumberContactForm,
}

/// What is applied for: exact numbers or codes, or a wish.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NumberResourceForm {
    /// Type, e.g. `e164_8_digit`, `e164_5_digit`, `mnc`, `nspc`, `ispc`, `tilbyderkode`.
    #[oai(rename = "type")]
    #[serde(rename = "type")]
    #[validate(length(min = 1, max = 40))]
    pub resource_type: String,
    /// Exact ranges (`22 00 00 00-22 00 99 99`), numbers, codes or names; at most 20.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(min = 1, max = 20))]
    pub exact: Option<Vec<String>>,
    /// So many blocks of a size instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub wish: Option<NumberWishForm>,
    /// The signalling point, for `nspc` and `ispc`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub point: Option<SignallingPointForm>,
    /// The end user, for five-digit numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub end_user: Option<NumberEndUserForm>,
}

/// So many blocks, wherever there is room.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NumberWishForm {
    /// How many blocks, 1-20.
    #[oai(validator(minimum(value = "1"), maximum(value = "20")))]
    #[validate(range(min = 1, max = 20))]
    pub blocks: u32,
    /// Numbers in a block, e.g. 10000; 1 for codes and when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub block_size: Option<u64>,
    /// Category of the numbering plan, e.g. `fixed`, `mobile`, `m2m_iot`, `special_free`; needed for number series.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 40))]
    pub category: Option<String>,
    /// Range the blocks should lie in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 60))]
    pub preferred: Option<String>,
}

/// A signalling point.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignallingPointForm {
    /// City or name of the point.
    #[validate(length(min = 1, max = 80))]
    pub place: String,
    /// One foreign point it has a relation to; needed for `ispc`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 80))]
    pub foreign_relation: Option<String>,
}

/// The organisation that answers a five-digit number.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NumberEndUserForm {
    /// Name.
    #[validate(length(min = 1, max = 200))]
    pub name: String,
    /// Organisation number.
    #[validate(length(min = 1, max = 20))]
    pub organisation_number: String,
    /// Of the non-commercial category, of which an end user has at most three.
    pub non_commercial: bool,
}

/// A person of the organisation.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NumberContactForm {
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

impl NumberingApplication {
    /// What the application asks for; every error is noted.
    pub fn meaning(
        &self,
        is_person: bool,
        errors: &mut FieldErrors,
    ) -> Option<Parsed<NumberingDetails>> {
        errors.merge_sizes(self.validate());
        let applicant = self.applicant.parse(is_person, errors);
        let contact = self.contact.parse(errors);
        let service = needed_text(&self.service, 1000, "/service", errors);
        let need = needed_text(&self.need, 4000, "/need", errors);
        let kind = self.resource.kind(errors);
        let provider_code = self.provider_code(kind, errors);
        let asked = kind.and_then(|kind| self.resource.asked(kind, errors));
        let point = kind.and_then(|kind| self.resource.point(kind, errors));
        let end_user = kind.and_then(|kind| self.resource.end_user(kind, errors));
        let (resources, wish) = asked?;
        Some(Parsed {
            applicant: applicant?,
            contacts: Vec::new(),
            call_sign: None,
            wishes: Vec::new(),
            consent: None,
            details: NumberingDetails {
                resource_type: kind?.code.to_owned(),
                resources,
                wish,
                service: service?,
                need: need?,
                planned_start: self.planned_start,
                provider_code,
                point,
                end_user,
                contact: Some(contact?),
            },
        })
    }

    fn provider_code(
        &self,
        kind: Option<&'static ResourceType>,
        errors: &mut FieldErrors,
    ) -> Option<String> {
        let pointer = "/providerCode";
        let Some(text) = &self.provider_code else {
            if kind.is_some_and(ResourceType::is_given_in_series) {
                errors.add(
                    pointer,
                    "missing",
                    "Give the provider code: it is needed for number series.",
                );
            }
            return None;
        };
        let codes = ResourceType::of(PROVIDER_CODES)?;
        let code = errors.take(pointer, codes.parse(text))?;
        if let Some(last) = codes.last.filter(|last| *last < code.lower()) {
            let (width, behind) = (code.first().len(), last + 1);
            errors.add(
                pointer,
                "provider-specific",
                format!(
                    "Codes from {behind:0width$} do not identify a provider. Give one from {:0width$} to {last:0width$}.",
                    0
                ),
            );
        }
        Some(code.to_string())
    }

    /// A made-up application.
    pub fn example() -> Self {
        Self {
            applicant: Applicant {
                name: "Eksempel Fjordtele AS".to_owned(),
                address: Address {
                    lines: vec!["Fjordgata 7".to_owned()],
                    postal_code: Some("4790".to_owned()),
                    town: None,
                    country: None,
                },
                phone: "68 05 00 40".to_owned(),
                email: "post@example.no".to_owned(),
                language: Some("nb".to_owned()),
                birth_date: None,
            },
            resource: NumberResourceForm {
                resource_type: "e164_8_digit".to_owned(),
                exact: None,
                wish: Some(NumberWishForm {
                    blocks: 1,
                    block_size: Some(10_000),
                    category: Some("fixed".to_owned()),
                    preferred: None,
                }),
                point: None,
                end_user: None,
            },
            service: "Bedriftstelefoni".to_owned(),
            need: "8 000 avtalte abonnement ved oppstart; ingen serier fra før.".to_owned(),
            planned_start: NaiveDate::from_ymd_opt(2027, 2, 1).unwrap_or_default(),
            provider_code: Some("123".to_owned()),
            contact: NumberContactForm {
                name: "Ola Eksempel Nordvær".to_owned(),
                phone: "68 05 00 41".to_owned(),
                email: "nummer@example.no".to_owned(),
            },
        }
    }
}

impl NumberResourceForm {
    fn kind(&self, errors: &mut FieldErrors) -> Option<&'static ResourceType> {
        let pointer = "/resource/type";
        let Some(kind) = ResourceType::of(&self.resource_type) else {
            errors.add(
                pointer,
                "unknown-code",
                "There is no such type of resource. Take one of the published list.",
            );
            return None;
        };
        if kind.notation == Notation::Elsewhere {
            let flaw = ResourceFlaw::Elsewhere;
            errors.add(pointer, flaw.code(), flaw.to_string());
            return None;
        }
        Some(kind)
    }

    fn asked(
        &self,
        kind: &'static ResourceType,
        errors: &mut FieldErrors,
    ) -> Option<(Vec<Resource>, Option<Wish>)> {
        match (&self.exact, &self.wish) {
            (Some(exact), None) => Some((exact_resources(kind, exact, errors)?, None)),
            (None, Some(wish)) => Some((Vec::new(), Some(wish.parse(kind, errors)?))),
            _ => {
                errors.add("/resource", "one-of", "Give either exact or wish.");
                None
            }
        }
    }

    fn point(&self, kind: &ResourceType, errors: &mut FieldErrors) -> Option<SignallingPoint> {
        let is_code = kind.is_point_code();
        let Some(form) = &self.point else {
            if is_code {
                errors.add("/resource/point", "missing", "Name the city or point the code is for.");
            }
            return None;
        };
        if !is_code {
            errors.add(
                "/resource/point",
                "not-for-this-type",
                "Only point codes have a signalling point. Leave it out.",
            );
        }
        let pointer = "/resource/point/foreignRelation";
        let place = needed_text(&form.place, 80, "/resource/point/place", errors);
        let foreign_relation = optional_text(form.foreign_relation.as_ref(), 80, pointer, errors);
        if kind.notation == Notation::PointCode && foreign_relation.is_none() {
            errors.add(pointer, "missing", "Name one foreign point the code has a relation to.");
        }
        Some(SignallingPoint { place: place?, foreign_relation })
    }

    fn end_user(&self, kind: &ResourceType, errors: &mut FieldErrors) -> Option<EndUser> {
        let five_digits = kind.code == "e164_5_digit";
        let Some(form) = &self.end_user else {
            if five_digits {
                errors.add(
                    "/resource/endUser",
                    "missing",
                    "Name the end user: five-digit numbers are given to end users one by one.",
                );
            }
            return None;
        };
        if !five_digits {
            errors.add(
                "/resource/endUser",
                "not-for-this-type",
                "Only five-digit numbers are given to an end user. Leave it out.",
            );
        }
        let name = errors.take("/resource/endUser/name", OrganisationName::parse(&form.name));
        let number = errors.take(
            "/resource/endUser/organisationNumber",
            OrganisationNumber::parse(&form.organisation_number),
        );
        Some(EndUser {
            name: name?.as_str().to_owned(),
            organisation_number: number?,
            non_commercial: form.non_commercial,
        })
    }
}

fn exact_resources(
    kind: &'static ResourceType,
    exact: &[String],
    errors: &mut FieldErrors,
) -> Option<Vec<Resource>> {
    let mut resources: Vec<Resource> = Vec::new();
    for (index, text) in exact.iter().take(20).enumerate() {
        let pointer = format!("/resource/exact/{index}");
        let Some(resource) = errors.take(&pointer, kind.parse_assignable(text)) else { continue };
        if resource.count() > MAX_NUMBERS {
            errors.add(&pointer, "too-many", "Ask for at most ten million numbers in one range.");
        }
        if resources.iter().any(|earlier| earlier.overlaps(&resource)) {
            errors.add(
                &pointer,
                "repeated",
                "This overlaps another one of the list. Name everything once.",
            );
        }
        resources.push(resource);
    }
    (resources.len() == exact.len() && !resources.is_empty()).then_some(resources)
}

impl NumberWishForm {
    fn parse(&self, kind: &'static ResourceType, errors: &mut FieldErrors) -> Option<Wish> {
        let at = |member: &str| format!("/resource/wish/{member}");
        let block_size = self.block_size.unwrap_or(1);
        if !kind.blocks.contains(&block_size) {
            let sizes: Vec<String> = kind.blocks.iter().map(ToString::to_string).collect();
            errors.add(at("blockSize"), "not-in-list", format!("One of: {}.", sizes.join(", ")));
            return None;
        }
        let preferred = match &self.preferred {
            Some(text) => Some(errors.take(at("preferred"), kind.parse(text))?),
            None => None,
        };
        let category = match &self.category {
            Some(text) => Some(self.category_of(kind, text, errors)?),
            None => None,
        };
        if kind.is_given_in_series() && category.is_none() {
            errors.add(
                at("category"),
                "missing",
                "Say what the numbers are for: their category in the numbering plan.",
            );
            return None;
        }
        let wish = Wish { blocks: self.blocks, block_size, category, preferred };
        let areas = rules::wished_areas(kind, &wish, None);
        if areas.is_empty() {
            errors.add(
                "/resource/wish",
                "exact-needed",
                "Resources of this type are not given in order. Name them in exact.",
            );
            return None;
        }
        if let (Some(preferred), Some(category)) = (&wish.preferred, category) {
            let allowed = crate::numbering::rules::areas(kind, category, None);
            let within = |(lower, upper): &(i64, i64)| {
                *lower <= preferred.lower() && preferred.upper() <= *upper
            };
            if !allowed.iter().any(within) {
                errors.add(
                    at("preferred"),
                    "category",
                    "The range is not of this category of the numbering plan.",
                );
            }
        }
        Some(wish)
    }

    fn category_of(
        &self,
        kind: &'static ResourceType,
        text: &str,
        errors: &mut FieldErrors,
    ) -> Option<NumberCategory> {
        let categories = rules::categories(kind, None);
        let found = text.parse().ok().filter(|category| categories.contains(category));
        if found.is_none() {
            let codes: Vec<&str> = categories.iter().map(|category| category.code()).collect();
            errors.add(
                "/resource/wish/category",
                "not-in-list",
                format!("One of: {}.", codes.join(", ")),
            );
        }
        found
    }
}

impl NumberContactForm {
    fn parse(&self, errors: &mut FieldErrors) -> Option<ContactPerson> {
        let name = errors.take("/contact/name", PersonName::parse(&self.name));
        let phone = errors.take("/contact/phone", PhoneNumber::parse(&self.phone));
        let email = errors.take("/contact/email", EmailAddress::parse(&self.email));
        Some(ContactPerson { name: name?, phone: phone?, email: email? })
    }
}
