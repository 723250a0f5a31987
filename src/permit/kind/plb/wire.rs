//! The PLB application in JSON.

use chrono::NaiveDate;
use poem_openapi::Object;
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::{
    super::{
        Parsed,
        beacon::{note_wrong_beacon, read_code},
        shared::{Applicant, EmergencyContactForm, needed_text, optional_text, parse_contacts},
    },
    model::PlbDetails,
};
use crate::{
    failure::FieldErrors,
    values::{
        beacon_id::{BeaconClass, Decoded},
        call_sign::CallSign,
        call_sign_series::{self, SeriesKind},
    },
};

/// Application for a permit to use a personal locator beacon.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlbApplication {
    /// The applicant.
    #[validate(nested)]
    pub applicant: Applicant,
    /// The beacon.
    #[validate(nested)]
    pub beacon: PlbBeacon,
    /// How it is used.
    #[validate(nested)]
    pub usage: PlbUsage,
    /// Whom the rescue centre calls, in this order; one at least, two advised.
    #[validate(nested, length(max = 5))]
    pub emergency_contacts: Vec<EmergencyContactForm>,
    /// The call sign of the beacon, when it is taken over from a former owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 12))]
    pub call_sign: Option<String>,
}

/// The beacon as its label and papers say.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlbBeacon {
    /// Maker.
    #[validate(length(min = 1, max = 80))]
    pub manufacturer: String,
    /// Model.
    #[validate(length(min = 1, max = 80))]
    pub model: String,
    /// Serial number to be coded, 0-1048575.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[oai(validator(maximum(value = "1048575")))]
    #[validate(range(max = 1_048_575))]
    pub serial: Option<u32>,
    /// Cospas-Sarsat type approval number, 1-65535.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[oai(validator(minimum(value = "1"), maximum(value = "65535")))]
    #[validate(range(min = 1, max = 65_535))]
    pub type_approval: Option<u32>,
    /// The code on the label, when the beacon is programmed already: 15 or 23 hexadecimal characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 80))]
    pub code: Option<String>,
    /// Colour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 40))]
    pub colour: Option<String>,
    /// Day the battery expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub battery_expiry: Option<NaiveDate>,
    /// The beacon carries the CE mark.
    pub ce_marked: bool,
}

/// What the beacon is used for.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlbUsage {
    /// Activity, in the applicant's words.
    #[validate(length(min = 1, max = 200))]
    pub activity: String,
    /// Craft it is carried on: name, type, colour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 200))]
    pub craft: Option<String>,
    /// Usual number of persons, 1-999.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[oai(validator(minimum(value = "1"), maximum(value = "999")))]
    #[validate(range(min = 1, max = 999))]
    pub persons: Option<u16>,
    /// Anything the rescue centre should know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 1000))]
    pub notes: Option<String>,
}

fn is_of_beacons(sign: CallSign) -> bool {
    call_sign_series::classify(sign)
        .is_some_and(|series| matches!(series.kind, SeriesKind::Plb | SeriesKind::TestPlb))
}

impl PlbApplication {
    /// What the application asks for; every error is noted.
    pub fn meaning(&self, is_person: bool, errors: &mut FieldErrors) -> Option<Parsed<PlbDetails>> {
        errors.merge_sizes(self.validate());
        let applicant = self.applicant.parse(is_person, errors);
        let own = applicant.as_ref().map(|applicant| applicant.details.phone);
        let contacts =
            parse_contacts(&self.emergency_contacts, "/emergencyContacts", true, own, errors);
        let call_sign =
            errors.take_optional("/callSign", self.call_sign.as_deref().map(CallSign::parse));
        if call_sign.is_some_and(|sign| !is_of_beacons(sign)) {
            errors.add(
                "/callSign",
                "not-of-a-beacon",
                "This is no call sign of a beacon. Give the one of the former owner's permit, or none.",
            );
        }
        let details = self.details(errors);
        Some(Parsed {
            applicant: applicant?,
            contacts,
            call_sign,
            wishes: Vec::new(),
            consent: None,
            details: details?,
        })
    }

    fn details(&self, errors: &mut FieldErrors) -> Option<PlbDetails> {
        let beacon = &self.beacon;
        if !beacon.ce_marked {
            errors.add(
                "/beacon/ceMarked",
                "required",
                "Only CE-marked beacons can get a permit. Check the label of the beacon.",
            );
        }
        let decoded = beacon.code.as_deref().and_then(|code| read_plb(code, errors));
        let manufacturer = needed_text(&beacon.manufacturer, 80, "/beacon/manufacturer", errors);
        let model = needed_text(&beacon.model, 80, "/beacon/model", errors);
        let usage = needed_text(&self.usage.activity, 200, "/usage/activity", errors);
        let colour = optional_text(beacon.colour.as_ref(), 40, "/beacon/colour", errors);
        let craft = optional_text(self.usage.craft.as_ref(), 200, "/usage/craft", errors);
        let notes = optional_text(self.usage.notes.as_ref(), 1000, "/usage/notes", errors);
        Some(PlbDetails {
            manufacturer: manufacturer?,
            model: model?,
            serial: beacon.serial,
            type_approval: beacon.type_approval,
            beacon_id: decoded.as_ref().map(|decoded| decoded.beacon_id),
            protocol: decoded.as_ref().map(|decoded| decoded.protocol),
            colour,
            battery_expiry: beacon.battery_expiry,
            usage: usage?,
            craft,
            persons: self.usage.persons,
            notes,
            condition: None,
            programming: None,
        })
    }

    /// A made-up application.
    pub fn example() -> Self {
        Self {
            applicant: Applicant::example(),
            beacon: PlbBeacon {
                manufacturer: "Havblikk".to_owned(),
                model: "Fjell 2".to_owned(),
                serial: Some(12_345),
                type_approval: None,
                code: None,
                colour: Some("gul".to_owned()),
                battery_expiry: NaiveDate::from_ymd_opt(2031, 6, 30),
                ce_marked: true,
            },
            usage: PlbUsage {
                activity: "Fottur og ski i fjellet".to_owned(),
                craft: None,
                persons: Some(2),
                notes: Some("Oransje telt".to_owned()),
            },
            emergency_contacts: EmergencyContactForm::examples(),
            call_sign: None,
        }
    }
}

/// A declared code must be readable and of a Norwegian PLB; numbers that differ from those declared beside it are weighed
/// by a caseworker. Which protocols are accepted depends on the day, and is asked when the application is filed.
fn read_plb(code: &str, errors: &mut FieldErrors) -> Option<Decoded> {
    let decoded = read_code(code, "/beacon/code", errors)?;
    note_wrong_beacon(&decoded, BeaconClass::Plb, "/beacon/code", errors);
    Some(decoded)
}
