//! Supervision in JSON: what is sent; of notices and decisions in [`decisions`]. What is answered is in [`view`].

pub mod decisions;
pub mod view;

use chrono::{DateTime, Utc};
use poem_openapi::Object;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use validator::Validate;

use super::{
    model::{LevelUnit, Measurement, NewCase, Respondent},
    rules,
};
use crate::{
    failure::{Failure, FieldErrors},
    interference::{
        model::Severity,
        wire::{position, range},
    },
    party::wire::Contactable,
    permit::kind::shared::{needed_text, optional_text},
    values::{
        frequency::Frequency,
        ids::{CaseId, PartyId, PermitId},
        language::Language,
        organisation_number::OrganisationNumber,
    },
};

/// An organisation that the registry may not have met.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OrganisationForm {
    /// Nine digits.
    pub organisation_number: String,
    /// How to reach it.
    #[validate(nested)]
    pub contact: Contactable,
}

/// Whom a case is directed at: a holder, an organisation, or in words while nobody knows.
#[derive(Debug, Clone, Default, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RespondentForm {
    /// Id of a holder, from the search for holders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder_id: Option<String>,
    /// An organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub organisation: Option<OrganisationForm>,
    /// What there is to go by, while nobody knows who it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 1000))]
    pub unknown: Option<String>,
}

impl RespondentForm {
    /// What it means; errors point below `/respondent`.
    pub fn meaning(&self, errors: &mut FieldErrors) -> Option<Respondent> {
        let given = [self.holder_id.is_some(), self.organisation.is_some(), self.unknown.is_some()];
        if given.into_iter().filter(|is_given| *is_given).count() != 1 {
            let detail = "Give one of holderId, organisation and unknown.";
            errors.add("/respondent", "one-of", detail);
            return None;
        }
        if let Some(id) = &self.holder_id {
            let id = errors.take("/respondent/holderId", PartyId::parse(id))?;
            return Some(Respondent::Known(id));
        }
        if let Some(organisation) = &self.organisation {
            let at = "/respondent/organisation";
            let number = errors.take(
                format!("{at}/organisationNumber"),
                OrganisationNumber::parse(&organisation.organisation_number),
            );
            let details = organisation.contact.parse(&format!("{at}/contact"), false, errors);
            return Some(Respondent::Organisation(number?, Box::new(details?)));
        }
        let words = optional_text(self.unknown.as_ref(), 1000, "/respondent/unknown", errors);
        Some(Respondent::Unknown(words))
    }

    /// What it means on its own.
    ///
    /// # Errors
    /// 422 with everything that is wrong; also for words, which identify nobody.
    pub fn parse(&self) -> Result<Respondent, Failure> {
        let mut errors = FieldErrors::new();
        errors.merge_sizes(self.validate());
        let respondent = self.meaning(&mut errors);
        if matches!(respondent, Some(Respondent::Unknown(_))) {
            errors.add("/respondent/unknown", "not-applicable", "Say who it is.");
        }
        errors.finish(respondent)
    }
}

/// A case of the authority's own motion.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewCaseForm {
    /// What is looked into.
    #[validate(length(min = 1, max = 4000))]
    pub matter: String,
    /// How grave: `lifeAndSafety`, `societal`, `business` or `nuisance` (when left out).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<String>,
    /// Whom it is directed at, where that is known; the holder of the permit when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub respondent: Option<RespondentForm>,
    /// The permit it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permit_id: Option<String>,
    /// Lowest frequency in hertz.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lower_hertz: Option<u64>,
    /// Highest frequency in hertz; the lowest when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upper_hertz: Option<u64>,
    /// Language of letters while nobody knows whom they go to: `nb` (when left out), `nn` or `en`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

impl NewCaseForm {
    /// What it means; errors point at its members.
    pub fn meaning(&self, errors: &mut FieldErrors) -> Option<NewCase> {
        let matter = needed_text(&self.matter, 4000, "/matter", errors);
        let severity: Option<Severity> = self.severity.as_ref().and_then(|text| text.parse().ok());
        if self.severity.is_some() && severity.is_none() {
            errors.add("/severity", "not-in-list", "Choose one of those the operation names.");
        }
        let respondent = match &self.respondent {
            None => Some(Respondent::Unknown(None)),
            Some(form) => form.meaning(errors),
        };
        let permit =
            errors.take_optional("/permitId", self.permit_id.as_deref().map(PermitId::parse));
        let range = range(self.lower_hertz, self.upper_hertz, errors);
        let language = match self.language.as_deref() {
            None => Some(Language::Bokmal),
            Some(code) => errors.take("/language", Language::parse(code)),
        };
        Some(NewCase {
            matter: matter?,
            severity,
            respondent: respondent?,
            permit,
            range,
            language: language?,
        })
    }

    /// What it means on its own.
    ///
    /// # Errors
    /// 422 with everything that is wrong.
    pub fn parse(&self) -> Result<NewCase, Failure> {
        let mut errors = FieldErrors::new();
        errors.merge_sizes(self.validate());
        let new = self.meaning(&mut errors);
        errors.finish(new)
    }
}

/// To whom a case is given.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SupervisionAssignment {
    /// Name of the caseworker.
    #[validate(length(min = 1, max = 100))]
    pub assignee: String,
}

/// A measurement.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MeasurementForm {
    /// When.
    pub measured_at: DateTime<Utc>,
    /// Where, in words.
    #[validate(length(min = 1, max = 500))]
    pub site: String,
    /// Degrees north (WGS 84), with `longitude`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latitude: Option<f64>,
    /// Degrees east.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub longitude: Option<f64>,
    /// Frequency in hertz.
    pub frequency_hertz: u64,
    /// Level in the unit; kept to hundredths.
    pub level: f64,
    /// `dBuV/m` for field strength, `dBm` for received power.
    pub level_unit: String,
    /// Bandwidth of the receiver in hertz.
    pub bandwidth_hertz: u64,
    /// Equipment, with its last calibration where it has one.
    #[validate(length(min = 1, max = 500))]
    pub equipment: String,
    /// Who measured.
    #[validate(length(min = 1, max = 200))]
    pub measured_by: String,
}

impl MeasurementForm {
    /// What it means.
    ///
    /// # Errors
    /// 422 with everything that is wrong.
    pub fn parse(&self, now: DateTime<Utc>) -> Result<Measurement, Failure> {
        let mut errors = FieldErrors::new();
        errors.merge_sizes(self.validate());
        if self.measured_at > now {
            errors.add("/measuredAt", "future", "Give a time that has come.");
        }
        let site = needed_text(&self.site, 500, "/site", &mut errors);
        let position = position(self.latitude, self.longitude, &mut errors);
        let frequency = errors.take("/frequencyHertz", Frequency::from_hertz(self.frequency_hertz));
        let unit: Option<LevelUnit> = self.level_unit.parse().ok();
        if unit.is_none() {
            errors.add("/levelUnit", "not-in-list", "`dBuV/m` or `dBm`.");
        }
        let level = unit.and_then(|unit| self.hundredths(unit, &mut errors));
        if !(1..=rules::MOST_BANDWIDTH).contains(&self.bandwidth_hertz) {
            errors.add("/bandwidthHertz", "range", "Give between 1 Hz and 10 GHz.");
        }
        let equipment = needed_text(&self.equipment, 500, "/equipment", &mut errors);
        let measured_by = needed_text(&self.measured_by, 200, "/measuredBy", &mut errors);
        let whole = site.zip(frequency).zip(unit.zip(level)).zip(equipment.zip(measured_by));
        let measurement =
            whole.map(|(((site, frequency), (unit, level)), (equipment, by))| Measurement {
                measured_at: self.measured_at,
                site,
                position,
                frequency: frequency.hertz(),
                level,
                unit,
                bandwidth: self.bandwidth_hertz,
                equipment,
                measured_by: by,
            });
        errors.finish(measurement)
    }

    /// The level in hundredths of a decibel.
    fn hundredths(&self, unit: LevelUnit, errors: &mut FieldErrors) -> Option<i32> {
        let (least, most) = rules::level_bounds(unit);
        let level = (self.level * 100.0).round();
        if !(f64::from(least)..=f64::from(most)).contains(&level) {
            errors.add("/level", "range", "No receiver measures this. Look at the unit.");
            return None;
        }
        #[allow(clippy::cast_possible_truncation)] // within the bounds, which fit
        Some(level as i32)
    }
}

/// What the respondent said, or a note.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RemarkForm {
    /// True for what the respondent said; false for a note.
    pub from_respondent: bool,
    /// What.
    #[validate(length(min = 1, max = 4000))]
    pub text: String,
}

/// The id of a supervision case in a path; what is none is not found.
///
/// # Errors
/// 404.
pub fn case_id(text: &str) -> Result<CaseId, Failure> {
    CaseId::parse(text).map_err(|_| Failure::not_found())
}

/// The id of a decision in a path.
///
/// # Errors
/// 404.
pub fn decision_id(text: &str) -> Result<Uuid, Failure> {
    Uuid::try_parse(text).map_err(|_| Failure::not_found())
}
