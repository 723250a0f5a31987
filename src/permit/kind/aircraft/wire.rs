//! The aircraft application in JSON.

use chrono::NaiveDate;
use poem_openapi::{Enum, Object};
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::{
    super::{
        Parsed,
        beacon::{note_wrong_beacon, read_code},
        shared::{Applicant, EmergencyContactForm, needed_text, optional_text, parse_contacts},
    },
    model::{AircraftDetails, Category, Elt, Equipment, Temporary},
};
use crate::{
    failure::FieldErrors,
    values::{
        aircraft_registration::AircraftRegistration, beacon_id::BeaconClass, frequency::Frequency,
        icao_address::IcaoAddress, validity::Validity,
    },
};

/// Application for a permit for the radio equipment of a Norwegian-registered aircraft.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AircraftApplication {
    /// The person or organisation responsible for the operation of the aircraft.
    #[validate(nested)]
    pub applicant: Applicant,
    /// The aircraft.
    #[validate(nested)]
    pub aircraft: AircraftForm,
    /// Radio equipment besides the ELT.
    #[validate(nested, length(max = 40))]
    pub equipment: Vec<EquipmentForm>,
    /// The emergency locator transmitter, if one is fitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub elt: Option<EltForm>,
    /// Whom the rescue centre calls, in this order. One at least when an ELT is fitted or a PLB carried;
    /// two advised.
    #[validate(nested, length(max = 5))]
    pub emergency_contacts: Vec<EmergencyContactForm>,
    /// For a limited time only, such as a ferry flight; until further notice when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub temporary: Option<TemporaryForm>,
}

/// The aircraft as its certificate of registration says.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AircraftForm {
    /// Registration: `LN-` and three letters, or `LC-U` and two characters for an unmanned aircraft.
    #[validate(length(max = 20))]
    pub registration: String,
    /// 24-bit address: six hexadecimal characters from 478000 to 47FFFF.
    #[validate(length(max = 20))]
    pub address: String,
    /// Maker and type.
    #[serde(rename = "type")]
    #[oai(rename = "type")]
    #[validate(length(min = 1, max = 120))]
    pub aircraft_type: String,
    /// Maker's serial number of the aircraft.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 60))]
    pub serial_number: Option<String>,
    /// Colour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 60))]
    pub colour: Option<String>,
    /// Where it is based.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 120))]
    pub home_base: Option<String>,
    /// Largest number of persons on board, 0-999.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[oai(validator(maximum(value = "999")))]
    #[validate(range(max = 999))]
    pub persons_on_board: Option<u16>,
    /// Greatest permitted take-off mass in kilograms, 1-1000000.
    #[oai(validator(minimum(value = "1"), maximum(value = "1000000")))]
    #[validate(range(min = 1, max = 1_000_000))]
    pub take_off_mass: u32,
    /// It has all the radio equipment its operation calls for.
    pub fully_equipped: bool,
    /// ICAO designator of the operator, three letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 3))]
    pub operator: Option<String>,
}

/// A piece of radio equipment.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EquipmentForm {
    /// What it counts as for the fee.
    pub category: EquipmentCategory,
    /// What it is, e.g. VHF transceiver.
    #[serde(rename = "type")]
    #[oai(rename = "type")]
    #[validate(length(min = 1, max = 80))]
    pub name: String,
    /// Maker.
    #[validate(length(min = 1, max = 80))]
    pub manufacturer: String,
    /// Model.
    #[validate(length(min = 1, max = 80))]
    pub model: String,
    /// Lowest frequency in hertz, with the end of the range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frequency_from: Option<u64>,
    /// End of the range in hertz, exclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frequency_until: Option<u64>,
    /// Greatest power in milliwatts, 1-100000000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[oai(validator(minimum(value = "1"), maximum(value = "100000000")))]
    #[validate(range(min = 1, max = 100_000_000))]
    pub power_milliwatts: Option<u32>,
    /// Built in; otherwise carried loose.
    pub installed: bool,
}

/// What a piece of equipment counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub enum EquipmentCategory {
    /// Of the aircraft's radio set: communication, navigation, transponder, radar.
    Radio,
    /// Terminal equipment of a public network, such as a satellite telephone.
    Terminal,
    /// Equipment on other channels than those of the aeronautical service.
    OtherChannel,
    /// A personal locator beacon that is carried; it needs a permit of its own.
    Plb,
}

/// The emergency locator transmitter as its label and papers say.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EltForm {
    /// Maker.
    #[validate(length(min = 1, max = 80))]
    pub manufacturer: String,
    /// Model.
    #[validate(length(min = 1, max = 80))]
    pub model: String,
    /// Serial number that is coded, where the protocol carries one, 0-1048575.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[oai(validator(maximum(value = "1048575")))]
    #[validate(range(max = 1_048_575))]
    pub serial: Option<u32>,
    /// Cospas-Sarsat type approval number, 1-65535.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[oai(validator(minimum(value = "1"), maximum(value = "65535")))]
    #[validate(range(min = 1, max = 65_535))]
    pub type_approval: Option<u32>,
    /// The code: 15 or 23 hexadecimal characters. Left out while the ELT is not coded yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 80))]
    pub code: Option<String>,
    /// Day the battery expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub battery_expiry: Option<NaiveDate>,
}

/// The days and purpose of a temporary permit.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TemporaryForm {
    /// First day.
    pub valid_from: NaiveDate,
    /// Day after the last.
    pub valid_until: NaiveDate,
    /// Why, e.g. ferry flight to the buyer.
    #[validate(length(min = 1, max = 300))]
    pub purpose: String,
}

impl AircraftApplication {
    /// What the application asks for; every error is noted.
    pub fn meaning(
        &self,
        is_person: bool,
        errors: &mut FieldErrors,
    ) -> Option<Parsed<AircraftDetails>> {
        errors.merge_sizes(self.validate());
        let applicant = self.applicant.parse(is_person, errors);
        let carries_plb =
            self.equipment.iter().any(|piece| piece.category == EquipmentCategory::Plb);
        let needs_contact = self.elt.is_some() || carries_plb;
        let own = applicant.as_ref().map(|applicant| applicant.details.phone);
        let contacts = parse_contacts(
            &self.emergency_contacts,
            "/emergencyContacts",
            needs_contact,
            own,
            errors,
        );
        if self.equipment.is_empty() && self.elt.is_none() {
            errors.add("/equipment", "missing", "List the radio equipment, or give the ELT.");
        }
        let details = self.details(errors);
        Some(Parsed {
            applicant: applicant?,
            contacts,
            call_sign: None,
            wishes: Vec::new(),
            consent: None,
            details: details?,
        })
    }

    fn details(&self, errors: &mut FieldErrors) -> Option<AircraftDetails> {
        let form = &self.aircraft;
        let at = |member: &str| format!("/aircraft/{member}");
        let registration =
            errors.take(at("registration"), AircraftRegistration::parse(&form.registration));
        let address = errors.take(at("address"), IcaoAddress::parse(&form.address));
        let aircraft_type = needed_text(&form.aircraft_type, 120, &at("type"), errors);
        let serial = optional_text(form.serial_number.as_ref(), 60, &at("serialNumber"), errors);
        let colour = optional_text(form.colour.as_ref(), 60, &at("colour"), errors);
        let home_base = optional_text(form.home_base.as_ref(), 120, &at("homeBase"), errors);
        let operator = form.operator.as_deref().and_then(|text| designator(text, errors));
        let equipment: Vec<Equipment> = (0..)
            .zip(&self.equipment)
            .filter_map(|(index, piece): (usize, _)| piece.meaning(index, errors))
            .collect();
        let temporary = self.temporary.as_ref().and_then(|temporary| temporary.meaning(errors));
        let elt = self.elt.as_ref().and_then(|elt| elt.meaning(errors));
        Some(AircraftDetails {
            registration: registration?,
            address: address?,
            aircraft_type: aircraft_type?,
            serial,
            colour,
            home_base,
            persons: form.persons_on_board,
            take_off_mass: form.take_off_mass,
            fully_equipped: form.fully_equipped,
            operator,
            equipment,
            elt,
            temporary,
        })
    }

    /// A made-up application.
    pub fn example() -> Self {
        let radio = |name: &str, model: &str, from: u64, until: u64, power: u32| EquipmentForm {
            category: EquipmentCategory::Radio,
            name: name.to_owned(),
            manufacturer: "Havblikk".to_owned(),
            model: model.to_owned(),
            frequency_from: Some(from),
            frequency_until: Some(until),
            power_milliwatts: Some(power),
            installed: true,
        };
        Self {
            applicant: Applicant::example(),
            aircraft: AircraftForm {
                registration: "LN-EKS".to_owned(),
                address: "478ABC".to_owned(),
                aircraft_type: "Eksempel Sjøfly 2".to_owned(),
                serial_number: Some("S2-0042".to_owned()),
                colour: Some("hvit med rød hale".to_owned()),
                home_base: Some("Lillesand sjøflyhavn".to_owned()),
                persons_on_board: Some(4),
                take_off_mass: 1_150,
                fully_equipped: true,
                operator: None,
            },
            equipment: vec![
                radio("VHF transceiver", "Fjell VHF", 118_000_000, 137_000_000, 10_000),
                radio("Mode S transponder", "Fjell S", 1_090_000_000, 1_090_000_001, 250_000),
            ],
            elt: Some(EltForm {
                manufacturer: "Havblikk".to_owned(),
                model: "Berg 406".to_owned(),
                serial: None,
                type_approval: None,
                // serial user protocol with 24-bit address 478ABC, ELT number 0, homer 121.5 MHz
                code: Some("A02D91E2AF00001".to_owned()),
                battery_expiry: NaiveDate::from_ymd_opt(2031, 6, 30),
            }),
            emergency_contacts: EmergencyContactForm::examples(),
            temporary: None,
        }
    }
}

fn designator(text: &str, errors: &mut FieldErrors) -> Option<String> {
    let designator = text.trim().to_ascii_uppercase();
    let fits = designator.len() == 3 && designator.bytes().all(|byte| byte.is_ascii_uppercase());
    if !fits {
        errors.add("/aircraft/operator", "form", "An ICAO designator has three letters A to Z.");
    }
    fits.then_some(designator)
}

impl EquipmentForm {
    fn meaning(&self, index: usize, errors: &mut FieldErrors) -> Option<Equipment> {
        let at = |member: &str| format!("/equipment/{index}/{member}");
        let name = needed_text(&self.name, 80, &at("type"), errors);
        let manufacturer = needed_text(&self.manufacturer, 80, &at("manufacturer"), errors);
        let model = needed_text(&self.model, 80, &at("model"), errors);
        let mut frequency = |member: &str, hertz: Option<u64>| {
            errors.take_optional(at(member), hertz.map(Frequency::from_hertz))
        };
        let from = frequency("frequencyFrom", self.frequency_from);
        let until = frequency("frequencyUntil", self.frequency_until);
        match (self.frequency_from, self.frequency_until) {
            (Some(from), Some(until)) if until <= from => errors.add(
                at("frequencyUntil"),
                "order",
                "The end of the range must lie above its beginning.",
            ),
            (Some(_), None) => {
                errors.add(at("frequencyUntil"), "missing", "Give both ends of the range.");
            }
            (None, Some(_)) => {
                errors.add(at("frequencyFrom"), "missing", "Give both ends of the range.");
            }
            _ => {}
        }
        Some(Equipment {
            category: match self.category {
                EquipmentCategory::Radio => Category::Radio,
                EquipmentCategory::Terminal => Category::Terminal,
                EquipmentCategory::OtherChannel => Category::OtherChannel,
                EquipmentCategory::Plb => Category::Plb,
            },
            name: name?,
            manufacturer: manufacturer?,
            model: model?,
            frequency_from: from,
            frequency_until: until,
            power_milliwatts: self.power_milliwatts,
            installed: self.installed,
        })
    }
}

impl EltForm {
    /// The ELT; its code must be of a Norwegian ELT. A code that names another aircraft or operator than the one
    /// declared is weighed by a caseworker.
    fn meaning(&self, errors: &mut FieldErrors) -> Option<Elt> {
        let manufacturer = needed_text(&self.manufacturer, 80, "/elt/manufacturer", errors);
        let model = needed_text(&self.model, 80, "/elt/model", errors);
        let code = self.code.as_deref();
        let decoded = code.and_then(|code| read_code(code, "/elt/code", errors));
        if let Some(decoded) = &decoded {
            note_wrong_beacon(decoded, BeaconClass::Elt, "/elt/code", errors);
        }
        Some(Elt {
            manufacturer: manufacturer?,
            model: model?,
            serial: self.serial,
            type_approval: self.type_approval,
            beacon_id: decoded.as_ref().map(|decoded| decoded.beacon_id),
            protocol: decoded.as_ref().map(|decoded| decoded.protocol),
            battery_expiry: self.battery_expiry,
            condition: None,
        })
    }
}

impl TemporaryForm {
    fn meaning(&self, errors: &mut FieldErrors) -> Option<Temporary> {
        let validity = errors
            .take("/temporary/validUntil", Validity::new(self.valid_from, Some(self.valid_until)));
        let purpose = needed_text(&self.purpose, 300, "/temporary/purpose", errors);
        Some(Temporary { validity: validity?, purpose: purpose? })
    }
}
