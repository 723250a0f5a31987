//! Reports in JSON: what is sent. What is answered, and what caseworkers decide, is in [`view`].

pub mod view;

use chrono::{DateTime, Utc};
use poem_openapi::Object;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use validator::Validate;

use super::{
    model::{Content, NewReport, Reporter, Service, Severity},
    rules,
};
use crate::{
    failure::{Failure, FieldErrors},
    permit::kind::shared::{needed_text, optional_text},
    values::{
        county, email_address::EmailAddress, frequency::Frequency, language::Language,
        municipality::Municipality, phone_number::PhoneNumber, position::Position,
    },
};

/// How far into the future a time may lie before it is taken for a mistake, in minutes.
const CLOCK_SKEW: i64 = 5;

/// Who reports; every member may be left out.
#[derive(Debug, Clone, Default, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReporterForm {
    /// Name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 200))]
    pub name: Option<String>,
    /// Telephone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 40))]
    pub phone: Option<String>,
    /// E-mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 254))]
    pub email: Option<String>,
}

/// A report of interference.
#[derive(Debug, Clone, Default, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InterferenceReportForm {
    /// How grave: `lifeAndSafety`, `societal`, `business` or `nuisance`.
    pub severity: String,
    /// What is disturbed: `aviation`, `maritime`, `emergencyNetworks`, `gnss`, `mobile`, `broadcasting`,
    /// `amateur`, `shortRange` or `other`.
    pub service: String,
    /// What is noticed.
    #[validate(length(min = 1, max = 4000))]
    pub description: String,
    /// Number of the municipality. It, a position or a place in words is needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub municipality_number: Option<String>,
    /// Degrees north (WGS 84), with `longitude`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latitude: Option<f64>,
    /// Degrees east.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub longitude: Option<f64>,
    /// The place in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 500))]
    pub place: Option<String>,
    /// When it began.
    pub began_at: DateTime<Utc>,
    /// When it ended; left out while it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<DateTime<Utc>>,
    /// Lowest frequency in hertz.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lower_hertz: Option<u64>,
    /// Highest frequency in hertz; the lowest when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upper_hertz: Option<u64>,
    /// Who reports; may be left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub reporter: Option<ReporterForm>,
    /// Language of the reporter: `nb` (when left out), `nn` or `en`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

/// A pair of frequencies that may be left out, checked.
pub fn range(
    lower: Option<u64>,
    upper: Option<u64>,
    errors: &mut FieldErrors,
) -> Option<(u64, u64)> {
    if lower.is_none() && upper.is_some() {
        errors.add("/lowerHertz", "missing", "Give the lowest frequency as well.");
        return None;
    }
    let lower = errors.take_optional("/lowerHertz", lower.map(Frequency::from_hertz))?.hertz();
    let upper = match errors.take_optional("/upperHertz", upper.map(Frequency::from_hertz)) {
        Some(upper) => upper.hertz(),
        None => lower,
    };
    if upper < lower {
        errors.add("/upperHertz", "frequency-order", "The highest frequency is below the lowest.");
        return None;
    }
    Some((lower, upper))
}

/// Degrees that come in pairs, as millionths.
pub fn position(
    latitude: Option<f64>,
    longitude: Option<f64>,
    errors: &mut FieldErrors,
) -> Option<(i32, i32)> {
    let (latitude, longitude) = match (latitude, longitude) {
        (None, None) => return None,
        (Some(latitude), Some(longitude)) => (latitude, longitude),
        (None, _) => {
            errors.add("/latitude", "missing", "Give both latitude and longitude, or none.");
            return None;
        }
        (_, None) => {
            errors.add("/longitude", "missing", "Give both latitude and longitude, or none.");
            return None;
        }
    };
    let place = errors.take("/latitude", Position::from_degrees(latitude, longitude))?;
    Some((place.micro_latitude(), place.micro_longitude()))
}

impl InterferenceReportForm {
    /// What it means.
    ///
    /// # Errors
    /// 422 with everything that is wrong.
    pub fn parse(&self, now: DateTime<Utc>) -> Result<NewReport, Failure> {
        let mut errors = FieldErrors::new();
        errors.merge_sizes(self.validate());
        let not_in_list = "Choose one of those the operation names.";
        let severity: Option<Severity> = self.severity.parse().ok();
        if severity.is_none() {
            errors.add("/severity", "not-in-list", not_in_list);
        }
        let service: Option<Service> = self.service.parse().ok();
        if service.is_none() {
            errors.add("/service", "not-in-list", not_in_list);
        }
        let description = needed_text(&self.description, 4000, "/description", &mut errors);
        let municipality = errors.take_optional(
            "/municipalityNumber",
            self.municipality_number.as_deref().map(Municipality::parse),
        );
        let position = position(self.latitude, self.longitude, &mut errors);
        let place = optional_text(self.place.as_ref(), 500, "/place", &mut errors);
        if self.municipality_number.is_none()
            && self.latitude.is_none()
            && self.longitude.is_none()
            && place.is_none()
        {
            let detail = "Give a municipality, a position or a place in words.";
            errors.add("/place", "missing", detail);
        }
        let latest = now + chrono::TimeDelta::minutes(CLOCK_SKEW);
        if self.began_at > latest {
            errors.add("/beganAt", "future", "Give a time that has come.");
        }
        if self.ended_at.is_some_and(|ended| ended < self.began_at) {
            errors.add("/endedAt", "order", "It cannot end before it begins.");
        }
        if self.ended_at.is_some_and(|ended| ended > latest) {
            errors.add("/endedAt", "future", "Leave it out while the interference goes on.");
        }
        let range = range(self.lower_hertz, self.upper_hertz, &mut errors);
        let reporter = self.reporter.as_ref().and_then(|form| reporter(form, &mut errors));
        let language = match self.language.as_deref() {
            None => Some(Language::Bokmal),
            Some(code) => errors.take("/language", Language::parse(code)),
        };
        let county = municipality
            .and_then(|number| county::of_municipality(&number.to_string()))
            .unwrap_or(rules::NO_COUNTY)
            .to_owned();
        let whole = severity.zip(service).zip(description).zip(language);
        errors.finish(whole.map(|(((severity, service), description), language)| NewReport {
            severity,
            service,
            county,
            language,
            content: Content {
                description,
                municipality: municipality.map(|number| number.to_string()),
                position,
                place,
                began_at: self.began_at,
                ended_at: self.ended_at,
                range,
                reporter,
            },
        }))
    }
}

fn reporter(form: &ReporterForm, errors: &mut FieldErrors) -> Option<Reporter> {
    let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    let name = optional_text(given(&form.name).as_ref(), 200, "/reporter/name", errors);
    let phone = errors
        .take_optional("/reporter/phone", given(&form.phone).as_deref().map(PhoneNumber::parse));
    let email = errors
        .take_optional("/reporter/email", given(&form.email).as_deref().map(EmailAddress::parse));
    let reporter = Reporter {
        name,
        phone: phone.map(PhoneNumber::dial),
        email: email.map(|email| email.as_str().to_owned()),
    };
    let is_empty = reporter.name.is_none() && reporter.phone.is_none() && reporter.email.is_none();
    (!is_empty).then_some(reporter)
}

/// The id of a report in a path; what is none is not found.
///
/// # Errors
/// 404.
pub fn report_id(text: &str) -> Result<Uuid, Failure> {
    Uuid::try_parse(text).map_err(|_| Failure::not_found())
}
