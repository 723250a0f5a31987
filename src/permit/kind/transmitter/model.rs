//! What is kept about a transmitter permit: its use, its stations and what each of them sends.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::values::{
    decibel::{Decibels, Radiated},
    emission_designator::EmissionDesignator,
    frequency::{Frequency, FrequencyRange},
    municipality::Municipality,
    position::{Datum, Position},
    transmitter_use::TransmitterUse,
};

/// The use and its stations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TransmitterDetails {
    /// Which of the closed list.
    #[serde(rename = "use")]
    pub usage: TransmitterUse,
    /// What it is for, in the applicant's words; for the caseworker only.
    pub purpose: String,
    /// Stations, in the order of the application; a fixed link has exactly two.
    pub stations: Vec<Station>,
    /// Of a fixed link.
    pub link: Option<Link>,
    /// Mobile stations of a mobile net.
    pub mobiles: u32,
    /// Single-frequency channels beyond the first of a mobile net (gebyrforskriften § 12).
    pub extra_channels: u32,
    /// Broadcasting over the whole country.
    pub nationwide: bool,
    /// What an event is about.
    pub event_service: Option<EventService>,
    /// First day asked for; the day of the decision when left out.
    pub from: Option<NaiveDate>,
    /// Day after the last that is asked for; until further notice when left out.
    pub until: Option<NaiveDate>,
}

/// What a permit for an event is about, which decides its fee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum EventService {
    /// Mobile radio or a low-power system.
    MobileRadio,
    /// Broadcasting.
    Broadcasting,
}

/// How a fixed link is made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Link {
    /// E.g. 256QAM.
    pub modulation: String,
    /// Fading margin in dB.
    pub fading_margin: Decibels,
    /// Several antennas on the same frequency, polarisation and bandwidth count as one transmitter.
    pub mimo: bool,
}

/// A place with an antenna and what it sends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Station {
    /// Name of the site.
    pub name: String,
    /// In WGS 84.
    pub position: Position,
    /// What the applicant's coordinates were measured on.
    pub declared_datum: Datum,
    /// Ground above mean sea level, metres.
    pub ground_height: i32,
    /// Middle of the antenna above the ground, metres.
    pub antenna_height: u32,
    /// None in Antarctica only.
    pub municipality: Option<Municipality>,
    /// Carried about, not fixed to the place.
    pub portable: bool,
    /// The antenna.
    pub antenna: Antenna,
    /// Maker and model of the radio.
    pub equipment: Option<String>,
    /// What it sends.
    pub channels: Vec<Channel>,
    /// What an earth station hears.
    pub receive_bands: Vec<FrequencyRange>,
}

impl Station {
    /// Latitude from which southwards everything is Antarctica (Antarctic Treaty, article VI).
    const ANTARCTICA: f64 = -60.0;

    /// No municipality, but numbered like one (Statistics Norway).
    const SVALBARD: &'static str = "2100";

    /// Where receive bands of earth stations are charged too (gebyrforskriften § 14).
    pub fn area(&self) -> Area {
        if self.position.latitude() < Self::ANTARCTICA {
            Area::Antarctica
        } else if self.municipality.is_some_and(|place| place.to_string() == Self::SVALBARD) {
            Area::Svalbard
        } else {
            Area::Mainland
        }
    }
}

/// Parts of the realm the fee table tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    Mainland,
    Svalbard,
    Antarctica,
}

impl Area {
    /// The word of the fee table.
    pub const fn code(self) -> &'static str {
        match self {
            Area::Mainland => "mainland",
            Area::Svalbard => "svalbard",
            Area::Antarctica => "antarctica",
        }
    }
}

/// An antenna.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Antenna {
    /// Type, as its maker calls it.
    pub model: String,
    /// Over an isotropic antenna, dBi.
    pub gain: Decibels,
    /// Main direction in degrees from true north, 0-359; none when it sends all around.
    pub azimuth: Option<u16>,
    /// Degrees above the horizon, -90 to 90.
    pub elevation: i16,
    /// Polarisation.
    pub polarisation: Polarisation,
    /// How much weaker it is than in its strongest direction, dB, for every ten degrees from true north; none when not
    /// told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<Vec<Decibels>>,
}

impl Antenna {
    /// Directions of a pattern.
    pub const DIRECTIONS: usize = 36;

    /// How much weaker it is at this bearing, in degrees from true north, than in its strongest direction: by the nearest of
    /// the directions told, nothing where none is.
    pub fn weaker_at(&self, bearing: f64) -> Decibels {
        // a bearing is below 360, so the place is at most 36
        let place = (bearing / 10.0).round() as usize % Self::DIRECTIONS;
        let told = self.pattern.as_ref().and_then(|pattern| pattern.get(place));
        told.copied().unwrap_or_default()
    }
}

/// Polarisation of an antenna.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Polarisation {
    Horizontal,
    Vertical,
    /// Both at once.
    Dual,
    /// Left-hand circular.
    LeftCircular,
    /// Right-hand circular.
    RightCircular,
}

/// A channel that is sent on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Channel {
    /// Its centre.
    pub centre: Frequency,
    /// All of it.
    pub range: FrequencyRange,
    /// Necessary bandwidth and class of emission.
    pub emission: EmissionDesignator,
    /// At the transmitter, dBW.
    pub power: Decibels,
    /// Of cables and filters, dB.
    pub cable_loss: Decibels,
    /// What leaves the antenna, computed.
    pub radiated: Radiated,
}

impl TransmitterDetails {
    /// Every channel with its station and the station's number from 1.
    pub fn channels(&self) -> impl Iterator<Item = (usize, &Station, &Channel)> {
        self.stations.iter().enumerate().flat_map(|(index, station)| {
            station.channels.iter().map(move |channel| (index + 1, station, channel))
        })
    }

    /// Every place that listens, with what it listens to and the number of its station from 1: what earth stations say they
    /// receive, and at each end of a fixed link what the other end sends.
    pub fn receivers(&self) -> Vec<(usize, &Station, FrequencyRange)> {
        let own = self.stations.iter().enumerate().flat_map(|(index, station)| {
            station.receive_bands.iter().map(move |band| (index + 1, station, *band))
        });
        let mut found: Vec<_> = own.collect();
        if let ([one, other], TransmitterUse::FixedLink) = (self.stations.as_slice(), self.usage) {
            found.extend(other.channels.iter().map(|channel| (1, one, channel.range)));
            found.extend(one.channels.iter().map(|channel| (2, other, channel.range)));
        }
        found
    }

    /// Great-circle distance between the ends of a fixed link, whole metres.
    pub fn hop_metres(&self) -> Option<u32> {
        match self.stations.as_slice() {
            [one, other] if self.usage == TransmitterUse::FixedLink => {
                // half the way around the earth at most
                Some(one.position.metres_to(other.position).round() as u32)
            }
            _ => None,
        }
    }
}
