//! A station of a transmitter application in JSON, and what it means.

use poem_openapi::{Enum, Object};
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::super::{
    super::shared::{needed_text, optional_text},
    model::{Antenna, Channel, Polarisation, Station},
};
use crate::{
    failure::FieldErrors,
    values::{
        decibel::{Decibels, Radiated},
        emission_designator::EmissionDesignator,
        frequency::{Frequency, FrequencyFlaw, FrequencyRange},
        municipality::Municipality,
        municipality_ground::{self, Fit},
        polygon::Point,
        position::{Datum, Position},
        transmitter_use::TransmitterUse,
    },
};

/// How far a declared radiated power may lie from the computed one, dB.
const TOLERANCE_DB: f64 = 0.5;

/// A place with an antenna and what it sends.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StationForm {
    /// Name of the site.
    #[validate(length(min = 1, max = 80))]
    pub name: String,
    /// Where it is.
    #[validate(nested)]
    pub position: PositionForm,
    /// Ground above mean sea level in metres, -50–5000.
    #[oai(validator(minimum(value = "-50"), maximum(value = "5000")))]
    #[validate(range(min = -50, max = 5_000))]
    pub ground_height: i32,
    /// Middle of the antenna above the ground in metres, 0–1000.
    #[oai(validator(maximum(value = "1000")))]
    #[validate(range(max = 1_000))]
    pub antenna_height: u32,
    /// Number of the municipality, four digits; 2100 on Svalbard; left out in Antarctica.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 10))]
    pub municipality: Option<String>,
    /// It is carried about, not fixed to the place; `false` when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub portable: Option<bool>,
    /// The antenna.
    #[validate(nested)]
    pub antenna: AntennaForm,
    /// Maker and model of the radio.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 120))]
    pub equipment: Option<String>,
    /// What it sends; of an earth station its transmit bands.
    #[validate(nested, length(max = 40))]
    pub channels: Vec<ChannelForm>,
    /// Bands an earth station hears.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 40))]
    pub receive_bands: Option<Vec<BandForm>>,
}

/// Coordinates in decimal degrees.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PositionForm {
    /// Degrees, north positive.
    #[oai(validator(minimum(value = "-90"), maximum(value = "90")))]
    pub latitude: f64,
    /// Degrees, east positive.
    #[oai(validator(minimum(value = "-180"), maximum(value = "180")))]
    pub longitude: f64,
    /// What they are measured on; `wgs84` when left out. `ed50` is converted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub datum: Option<DatumName>,
}

/// Geodetic datums.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub enum DatumName {
    /// World Geodetic System 1984; ETRS89 (EUREF89) counts as the same.
    Wgs84,
    /// European Datum 1950.
    Ed50,
}

/// An antenna.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AntennaForm {
    /// Type.
    #[validate(length(min = 1, max = 80))]
    pub model: String,
    /// Gain, -40–80.
    #[oai(validator(minimum(value = "-40"), maximum(value = "80")))]
    #[validate(range(min = -40.0, max = 80.0))]
    pub gain: f64,
    /// Over what the gain is given.
    pub gain_unit: GainUnit,
    /// Main direction in degrees from true north, 0–359; left out when it sends all around.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[oai(validator(maximum(value = "359")))]
    #[validate(range(max = 359))]
    pub azimuth: Option<u16>,
    /// Degrees above the horizon, -90–90; 0 when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[oai(validator(minimum(value = "-90"), maximum(value = "90")))]
    #[validate(range(min = -90, max = 90))]
    pub elevation: Option<i16>,
    /// Polarisation.
    pub polarisation: PolarisationName,
    /// How many dB weaker it is than in its strongest direction, for 0°, 10° … 350° from true north: 36 numbers from 0 to
    /// 100, at least one of them 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[oai(validator(min_items = "36", max_items = "36"))]
    #[validate(length(min = 36, max = 36))]
    pub pattern: Option<Vec<f64>>,
}

/// What a gain is given over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub enum GainUnit {
    /// An isotropic antenna.
    Dbi,
    /// A half-wave dipole: 2.15 dB less.
    Dbd,
}

/// Polarisations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub enum PolarisationName {
    /// Horizontal.
    Horizontal,
    /// Vertical.
    Vertical,
    /// Both at once.
    Dual,
    /// Left-hand circular.
    LeftCircular,
    /// Right-hand circular.
    RightCircular,
}

/// A channel that is sent on.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChannelForm {
    /// Centre in whole hertz.
    pub centre_hz: u64,
    /// Width in whole hertz.
    pub width_hz: u64,
    /// Emission designator, e.g. `11K0F3E`.
    #[validate(length(min = 1, max = 20))]
    pub emission: String,
    /// At the transmitter.
    pub power: PowerForm,
    /// Loss of cables and filters in dB, 0–100.
    #[oai(validator(minimum(value = "0"), maximum(value = "100")))]
    #[validate(range(min = 0.0, max = 100.0))]
    pub cable_loss_db: f64,
    /// Radiated power as the applicant has reckoned it; compared with the computed one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared: Option<RadiatedForm>,
}

/// A power.
#[derive(Debug, Clone, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PowerForm {
    /// The number.
    pub value: f64,
    /// Its unit.
    pub unit: LevelUnit,
}

/// A radiated power.
#[derive(Debug, Clone, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RadiatedForm {
    /// The number.
    pub value: f64,
    /// Its unit.
    pub unit: LevelUnit,
    /// Over which antenna.
    pub reference: PowerReferenceName,
}

/// Units of power.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub enum LevelUnit {
    /// Watts.
    W,
    /// Decibels over one watt.
    Dbw,
}

/// What a radiated power is measured over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub enum PowerReferenceName {
    /// A half-wave dipole (e.r.p.).
    Erp,
    /// An isotropic antenna (e.i.r.p.).
    Eirp,
}

/// A band that is listened to.
#[derive(Debug, Clone, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BandForm {
    /// Lower end in whole hertz.
    pub lower_hz: u64,
    /// Upper end in whole hertz, itself outside.
    pub upper_hz: u64,
}

impl StationForm {
    /// What the station means; every error is noted below `pointer`.
    pub fn meaning(
        &self,
        usage: TransmitterUse,
        pointer: &str,
        errors: &mut FieldErrors,
    ) -> Option<Station> {
        let at = |member: &str| format!("{pointer}/{member}");
        let name = needed_text(&self.name, 80, &at("name"), errors);
        let equipment = optional_text(self.equipment.as_ref(), 120, &at("equipment"), errors);
        let position = self.position.meaning(&at("position"), errors);
        let municipality =
            self.municipality(position.map(|(position, _)| position), &at("municipality"), errors);
        let antenna = self.antenna.meaning(&at("antenna"), errors);
        let earth = usage == TransmitterUse::EarthStation;
        let receive_bands = self.receive_bands(earth, pointer, errors);
        if self.channels.is_empty() && !(earth && self.receive_bands.is_some()) {
            errors.add(at("channels"), "missing", "Name at least one channel.");
        }
        let gain = antenna.as_ref().map(|antenna| antenna.gain);
        let channels: Vec<_> = self
            .channels
            .iter()
            .enumerate()
            .map(|(index, form)| form.meaning(gain, &format!("{pointer}/channels/{index}"), errors))
            .collect();
        let (position, declared_datum) = position?;
        Some(Station {
            name: name?,
            position,
            declared_datum,
            ground_height: self.ground_height,
            antenna_height: self.antenna_height,
            municipality: municipality?,
            portable: self.portable.unwrap_or(false),
            antenna: antenna?,
            equipment,
            channels: channels.into_iter().collect::<Option<_>>()?,
            receive_bands: receive_bands?,
        })
    }

    /// Needed everywhere but in Antarctica, where there is none.
    fn municipality(
        &self,
        position: Option<Position>,
        pointer: &str,
        errors: &mut FieldErrors,
    ) -> Option<Option<Municipality>> {
        let in_antarctica = position.is_some_and(|position| position.latitude() < -60.0);
        match self.municipality.as_deref() {
            Some(_) if in_antarctica => {
                errors.add(
                    pointer,
                    "antarctica",
                    "There are no municipalities there. Leave it out.",
                );
                None
            }
            Some(text) => municipality_at(text, position, pointer, errors).map(Some),
            None if in_antarctica => Some(None),
            None => {
                errors.add(
                    pointer,
                    "missing",
                    "Give the four digits of the municipality; 2100 on Svalbard.",
                );
                None
            }
        }
    }

    fn receive_bands(
        &self,
        earth: bool,
        pointer: &str,
        errors: &mut FieldErrors,
    ) -> Option<Vec<FrequencyRange>> {
        let Some(forms) = &self.receive_bands else { return Some(Vec::new()) };
        if !earth {
            errors.add(
                format!("{pointer}/receiveBands"),
                "not-of-use",
                "Only earth stations name what they receive. Leave it out.",
            );
            return None;
        }
        let mut bands = Vec::with_capacity(forms.len());
        for (index, form) in forms.iter().enumerate() {
            let band = Frequency::from_hertz(form.lower_hz).and_then(|lower| {
                FrequencyRange::new(lower, Frequency::from_hertz(form.upper_hz)?)
            });
            bands.push(errors.take(format!("{pointer}/receiveBands/{index}"), band));
        }
        bands.into_iter().collect()
    }
}

/// The municipality of this number, which the position may lie in.
fn municipality_at(
    text: &str,
    position: Option<Position>,
    pointer: &str,
    errors: &mut FieldErrors,
) -> Option<Municipality> {
    let municipality = errors.take(pointer, Municipality::parse(text))?;
    let point = position.and_then(|place| Point::new(place.latitude(), place.longitude()).ok());
    let ground = &municipality.entry().ground;
    if point.is_some_and(|point| municipality_ground::fit(point, ground) == Fit::Elsewhere) {
        errors.add(
            pointer,
            "elsewhere",
            "The coordinates are not in this municipality. Correct the one that is wrong.",
        );
        return None;
    }
    Some(municipality)
}

impl PositionForm {
    /// In WGS 84, within the places this authority gives permits for.
    fn meaning(&self, pointer: &str, errors: &mut FieldErrors) -> Option<(Position, Datum)> {
        let datum = match self.datum {
            Some(DatumName::Ed50) => Datum::Ed50,
            Some(DatumName::Wgs84) | None => Datum::Wgs84,
        };
        let position = errors.take(pointer, Position::on(datum, self.latitude, self.longitude))?;
        if !is_norwegian(position) {
            errors.add(
                pointer,
                "outside-norway",
                "This is not in Norway, on its shelf, on Svalbard, Jan Mayen, Bouvet Island or in Antarctica. See that latitude and longitude are not exchanged.",
            );
            return None;
        }
        Some((position, datum))
    }
}

/// A coarse check for slips such as exchanged coordinates, not a border.
fn is_norwegian(position: Position) -> bool {
    let (latitude, longitude) = (position.latitude(), position.longitude());
    let north = (56.0..=82.0).contains(&latitude) && (-15.0..=38.0).contains(&longitude);
    let bouvet = (-54.6..=-54.3).contains(&latitude) && (3.1..=3.7).contains(&longitude);
    north || bouvet || latitude < -60.0
}

impl AntennaForm {
    fn meaning(&self, pointer: &str, errors: &mut FieldErrors) -> Option<Antenna> {
        let model = needed_text(&self.model, 80, &format!("{pointer}/model"), errors);
        let gain = errors.take(format!("{pointer}/gain"), Decibels::new(self.gain));
        let gain = gain.map(|gain| match self.gain_unit {
            GainUnit::Dbi => gain,
            GainUnit::Dbd => gain + Decibels::DIPOLE,
        });
        let pattern = self.pattern(&format!("{pointer}/pattern"), errors);
        Some(Antenna {
            model: model?,
            gain: gain?,
            azimuth: self.azimuth,
            elevation: self.elevation.unwrap_or(0),
            polarisation: match self.polarisation {
                PolarisationName::Horizontal => Polarisation::Horizontal,
                PolarisationName::Vertical => Polarisation::Vertical,
                PolarisationName::Dual => Polarisation::Dual,
                PolarisationName::LeftCircular => Polarisation::LeftCircular,
                PolarisationName::RightCircular => Polarisation::RightCircular,
            },
            pattern: pattern?,
        })
    }

    fn pattern(&self, pointer: &str, errors: &mut FieldErrors) -> Option<Option<Vec<Decibels>>> {
        let Some(told) = &self.pattern else { return Some(None) };
        let mut pattern = Vec::with_capacity(told.len());
        for (index, weaker) in told.iter().enumerate() {
            let level = Decibels::new(*weaker).ok().filter(|_| (0.0..=100.0).contains(weaker));
            if level.is_none() {
                let pointer = format!("{pointer}/{index}");
                errors.add(pointer, "range", "The number goes from 0 to 100.");
            }
            pattern.push(level);
        }
        let pattern = pattern.into_iter().collect::<Option<Vec<_>>>()?;
        if !pattern.contains(&Decibels::default()) {
            errors.add(
                pointer,
                "pattern-zero",
                "The strongest direction is 0 dB. Give how much weaker each direction is.",
            );
            return None;
        }
        (pattern.len() == Antenna::DIRECTIONS).then_some(Some(pattern))
    }
}

impl LevelUnit {
    fn level(self, value: f64) -> Result<Decibels, crate::values::decibel::DecibelFlaw> {
        match self {
            LevelUnit::W => Decibels::from_watts(value),
            LevelUnit::Dbw => Decibels::new(value),
        }
    }
}

impl ChannelForm {
    fn meaning(
        &self,
        gain: Option<Decibels>,
        pointer: &str,
        errors: &mut FieldErrors,
    ) -> Option<Channel> {
        let at = |member: &str| format!("{pointer}/{member}");
        let centre = errors.take(at("centreHz"), Frequency::from_hertz(self.centre_hz));
        let range =
            centre.and_then(|centre| errors.take(at("widthHz"), around(centre, self.width_hz)));
        let emission = errors.take(at("emission"), EmissionDesignator::parse(&self.emission));
        if let (Some(range), Some(emission)) = (range, emission)
            && emission.bandwidth().millihertz() > range.width().saturating_mul(1000)
        {
            errors.add(
                at("emission"),
                "wider-than-channel",
                "The necessary bandwidth, the first four characters, is wider than the channel. Correct one of them.",
            );
        }
        let power = errors.take(at("power/value"), self.power.unit.level(self.power.value));
        let cable_loss = errors.take(at("cableLossDb"), Decibels::new(self.cable_loss_db));
        let radiated = Radiated::of(power?, cable_loss?, gain?);
        self.compare(radiated, &at("declared/value"), errors);
        Some(Channel {
            centre: centre?,
            range: range?,
            emission: emission?,
            power: power?,
            cable_loss: cable_loss?,
            radiated,
        })
    }

    /// A declared radiated power must be what power, loss and gain come to.
    fn compare(&self, radiated: Radiated, pointer: &str, errors: &mut FieldErrors) {
        let Some(declared) = &self.declared else { return };
        let level = errors.take(pointer, declared.unit.level(declared.value));
        let (computed, name) = match declared.reference {
            PowerReferenceName::Erp => (radiated.erp, "e.r.p."),
            PowerReferenceName::Eirp => (radiated.eirp, "e.i.r.p."),
        };
        if level.is_some_and(|level| level.difference(computed).value() > TOLERANCE_DB) {
            errors.add(
                pointer,
                "radiated-power",
                format!(
                    "Power less cable loss plus gain comes to {computed} dBW {name} ({:.3} W). Correct whichever is wrong.",
                    computed.watts()
                ),
            );
        }
    }
}

/// The channel of this width around its centre.
fn around(centre: Frequency, width: u64) -> Result<FrequencyRange, FrequencyFlaw> {
    let lower = centre.hertz().checked_sub(width / 2).ok_or(FrequencyFlaw::Range)?;
    let upper = lower.checked_add(width).ok_or(FrequencyFlaw::Range)?;
    FrequencyRange::new(Frequency::from_hertz(lower)?, Frequency::from_hertz(upper)?)
}
