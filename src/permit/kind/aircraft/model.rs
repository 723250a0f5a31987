//! What is kept about the radio equipment of one aircraft.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::super::beacon::ConditionReport;
use crate::values::{
    aircraft_registration::AircraftRegistration,
    beacon_id::{BeaconId, Protocol},
    frequency::Frequency,
    icao_address::IcaoAddress,
    validity::Validity,
};

/// The aircraft, its radio equipment and its ELT.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AircraftDetails {
    /// Registration mark, which is also its call sign on the air (ITU RR 19.58).
    pub registration: AircraftRegistration,
    /// ICAO 24-bit address.
    pub address: IcaoAddress,
    /// Maker and type, e.g. Cessna 172S.
    pub aircraft_type: String,
    /// Maker's serial number of the aircraft.
    pub serial: Option<String>,
    /// Colour.
    pub colour: Option<String>,
    /// Where it is based.
    pub home_base: Option<String>,
    /// Largest number of persons on board.
    pub persons: Option<u16>,
    /// Greatest permitted take-off mass in kilograms; decides the fee.
    pub take_off_mass: u32,
    /// It has all the radio equipment its operation calls for; decides the fee.
    pub fully_equipped: bool,
    /// ICAO three-letter designator of the operator.
    pub operator: Option<String>,
    /// The equipment besides the ELT.
    pub equipment: Vec<Equipment>,
    /// The emergency locator transmitter.
    pub elt: Option<Elt>,
    /// For a limited time, such as a ferry flight.
    pub temporary: Option<Temporary>,
}

/// A piece of radio equipment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Equipment {
    /// What it counts as for the fee.
    pub category: Category,
    /// What it is, e.g. VHF transceiver.
    #[serde(rename = "type")]
    pub name: String,
    /// Maker.
    pub manufacturer: String,
    /// Model.
    pub model: String,
    /// Lowest frequency in hertz.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frequency_from: Option<Frequency>,
    /// End of the range in hertz, exclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frequency_until: Option<Frequency>,
    /// Greatest power in milliwatts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub power_milliwatts: Option<u32>,
    /// Built in; otherwise carried loose.
    pub installed: bool,
}

/// What a piece of equipment counts as (FOR-2024-01-17-79 § 17).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Category {
    /// Of the aircraft's radio set: communication, navigation, transponder, radar.
    Radio,
    /// Terminal equipment of a public network, such as a satellite telephone.
    Terminal,
    /// Equipment on other channels than those of the aeronautical service.
    OtherChannel,
    /// A personal locator beacon that is carried; it has a permit of its own.
    Plb,
}

/// The emergency locator transmitter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Elt {
    /// Maker.
    pub manufacturer: String,
    /// Model.
    pub model: String,
    /// Serial number that is coded, where the protocol carries one, 0-1048575.
    pub serial: Option<u32>,
    /// Cospas-Sarsat type approval number, 1-65535.
    pub type_approval: Option<u32>,
    /// Canonical code; none while it is not coded yet.
    pub beacon_id: Option<BeaconId>,
    /// Protocol of the code.
    pub protocol: Option<Protocol>,
    /// Day the battery expires.
    pub battery_expiry: Option<NaiveDate>,
    /// Lost, stolen, sold or destroyed, as reported by the holder.
    pub condition: Option<ConditionReport>,
}

/// What a temporary permit is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Temporary {
    /// The days asked for.
    pub validity: Validity,
    /// Why, e.g. ferry flight to the buyer.
    pub purpose: String,
}

impl AircraftDetails {
    /// True when an ELT or a PLB is on board, so that somebody must be there to be called.
    pub fn carries_beacon(&self) -> bool {
        self.elt.is_some() || self.has(Category::Plb)
    }

    /// True when a piece of equipment counts as `category`.
    pub fn has(&self, category: Category) -> bool {
        self.equipment.iter().any(|piece| piece.category == category)
    }
}
