//! Sections `frequency` and `station` of a permit's record in JSON, as spectrum licences and
//! transmitter permits have them. Which members are there is the policy's decision.

use chrono::NaiveDate;
use poem_openapi::Object;
use serde::{Deserialize, Serialize};

/// What may be used or sent.
#[derive(Debug, Clone, Default, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", default)]
pub struct FrequencyFacts {
    /// What it is used for.
    #[oai(rename = "use")]
    #[serde(rename = "use")]
    pub usage: Option<UseFacts>,
    /// Every range, by frequency.
    pub range: Option<Vec<RangeFacts>>,
    /// Where a licence holds.
    pub area: Option<AreaFacts>,
    /// What the holder has leased to others.
    pub lease: Option<Vec<LeaseFacts>>,
    /// Channels of each station.
    pub channel: Option<Vec<ChannelFacts>>,
    /// Emission designators.
    pub emission: Option<Vec<String>>,
    /// What each station radiates.
    pub power: Option<Vec<PowerFacts>>,
}

/// A range of frequencies.
#[derive(Debug, Clone, Default, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", default)]
pub struct RangeFacts {
    /// Lower end in hertz.
    pub lower: Option<u64>,
    /// Upper end in hertz, itself outside.
    pub upper: Option<u64>,
    /// Number of the block it is of, from 1; the two ranges of a pair have the same.
    pub block: Option<u32>,
    /// `simplex`, `downlink` or `uplink`.
    pub direction: Option<String>,
}

/// Where a licence holds.
#[derive(Debug, Clone, Default, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", default)]
pub struct AreaFacts {
    /// `national`, `municipalities`, `offshore` or `polygon`.
    pub kind: Option<String>,
    /// Municipalities it names.
    pub municipalities: Option<Vec<MunicipalityFacts>>,
    /// It reaches beyond 70 km from the baseline.
    pub offshore: Option<bool>,
    /// Corners in the order of walking around, the first repeated as the last.
    pub ring: Option<Vec<super::spectrum::wire::GeographicPoint>>,
    /// Municipalities the ring has ground of, where a caseworker has found that on a map.
    pub ground: Option<Vec<MunicipalityFacts>>,
}

/// A municipality.
#[derive(Debug, Clone, Default, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", default)]
pub struct MunicipalityFacts {
    /// Four digits.
    pub number: String,
    /// Name.
    pub name: String,
}

/// What is done with the frequencies.
#[derive(Debug, Clone, Default, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", default)]
pub struct UseFacts {
    /// Use of a transmitter permit, e.g. `fixedLink`.
    pub name: Option<String>,
    /// Radio service.
    pub service: Option<String>,
    /// What it is used for.
    pub purpose: Option<String>,
    /// Technology the licence is bound to.
    pub technology: Option<String>,
    /// Wireless broadband to the public.
    pub wireless_broadband: Option<bool>,
    /// Nobody else has the same frequencies there.
    pub exclusive: Option<bool>,
    /// May be sold, leased or handed over.
    pub transferable: Option<bool>,
}

/// A part leased to another.
#[derive(Debug, Clone, Default, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", default)]
pub struct LeaseFacts {
    /// Organisation number of the lessee.
    pub lessee: Option<String>,
    /// Frequencies; all of the licence's when left out.
    pub range: Option<super::spectrum::wire::HertzRange>,
    /// Municipality numbers; the whole area when left out.
    pub municipalities: Option<Vec<String>>,
    /// First day.
    pub valid_from: Option<NaiveDate>,
    /// First day that is no longer inside.
    pub valid_until: Option<NaiveDate>,
}

/// A channel.
#[derive(Debug, Clone, Default, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", default)]
pub struct ChannelFacts {
    /// Number of the station, from 1.
    pub station: u32,
    /// Centre in hertz.
    pub centre_hz: u64,
    /// Width in hertz.
    pub width_hz: u64,
}

/// Power of a channel.
#[derive(Debug, Clone, Default, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", default)]
pub struct PowerFacts {
    /// Number of the station, from 1.
    pub station: u32,
    /// Centre in hertz.
    pub centre_hz: u64,
    /// At the transmitter, dBW.
    pub power_dbw: f64,
    /// Of cables and filters, dB.
    pub cable_loss_db: f64,
    /// Effective radiated power over a dipole, dBW.
    pub erp_dbw: f64,
    /// Equivalent isotropically radiated power, dBW.
    pub eirp_dbw: f64,
}

/// Where it is sent from.
#[derive(Debug, Clone, Default, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", default)]
pub struct StationFacts {
    /// Names of the sites.
    pub name: Option<Vec<StationText>>,
    /// Municipalities of the sites.
    pub municipality: Option<Vec<StationMunicipality>>,
    /// Coordinates and heights.
    pub position: Option<PositionFacts>,
    /// Antennas.
    pub antenna: Option<Vec<AntennaFacts>>,
    /// Radios.
    pub equipment: Option<Vec<StationText>>,
}

/// A word about a station.
#[derive(Debug, Clone, Default, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", default)]
pub struct StationText {
    /// Number of the station, from 1.
    pub station: u32,
    /// The text.
    pub text: String,
}

/// The municipality of a station.
#[derive(Debug, Clone, Default, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", default)]
pub struct StationMunicipality {
    /// Number of the station, from 1.
    pub station: u32,
    /// Four digits.
    pub number: String,
    /// Name.
    pub text: String,
}

/// Coordinates of all stations.
#[derive(Debug, Clone, Default, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", default)]
pub struct PositionFacts {
    /// Each station's.
    pub sites: Vec<SiteFacts>,
    /// Great-circle distance between the ends of a fixed link, metres.
    pub hop_length_metres: Option<u32>,
}

/// Coordinates of one station.
#[derive(Debug, Clone, Default, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", default)]
pub struct SiteFacts {
    /// Number of the station, from 1.
    pub station: u32,
    /// WGS 84, degrees, north positive.
    pub latitude: f64,
    /// WGS 84, degrees, east positive.
    pub longitude: f64,
    /// Ground above mean sea level.
    pub ground_height_metres: i32,
    /// Antenna above ground.
    pub antenna_height_metres: u32,
}

/// The antenna of one station.
#[derive(Debug, Clone, Default, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", default)]
pub struct AntennaFacts {
    /// Number of the station, from 1.
    pub station: u32,
    /// Type.
    pub model: String,
    /// Gain over an isotropic antenna.
    pub gain_dbi: f64,
    /// Main direction in degrees from true north; none when it sends all around.
    pub azimuth: Option<u32>,
    /// Degrees above the horizon.
    pub elevation: i32,
    /// Polarisation.
    pub polarisation: String,
}
