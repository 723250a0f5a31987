//! The application for a transmitter permit in JSON: its shape, what it means as a whole, and a
//! specimen. What a station means stands in `wire/station.rs`.

pub mod station;

use chrono::NaiveDate;
use poem_openapi::{Enum, Object};
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::{
    super::{
        Parsed,
        shared::{Applicant, needed_text},
    },
    model::{EventService, Link, TransmitterDetails},
};
use crate::{
    failure::FieldErrors,
    values::{decibel::Decibels, transmitter_use::TransmitterUse},
};
use station::{
    AntennaForm, ChannelForm, DatumName, GainUnit, LevelUnit, PolarisationName, PositionForm,
    PowerForm, PowerReferenceName, RadiatedForm, StationForm,
};

/// Application for a permit to use radio transmitters at stated places.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TransmitterApplication {
    /// The applicant.
    #[validate(nested)]
    pub applicant: Applicant,
    /// What it is for; decides what else must be filled in.
    #[oai(rename = "use")]
    #[serde(rename = "use")]
    pub usage: UseName,
    /// In the applicant's words; for the caseworker only.
    #[validate(length(min = 1, max = 1000))]
    pub purpose: String,
    /// Places that are sent from; of a fixed link both ends.
    #[validate(nested, length(min = 1, max = 50))]
    pub stations: Vec<StationForm>,
    /// Of a fixed link, where it is needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub link: Option<LinkForm>,
    /// Of professional mobile radio: what is carried about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub mobile_net: Option<MobileNetForm>,
    /// Of broadcasting, where it is needed: whether the net covers the whole country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nationwide: Option<bool>,
    /// Of an event, where it is needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_service: Option<EventServiceName>,
    /// First day; the day of the decision when left out. Needed for an event or a test.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<NaiveDate>,
    /// Day after the last; until further notice when left out. Needed for an event or a test.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<NaiveDate>,
}

/// Uses of transmitters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub enum UseName {
    /// Radio link between two fixed stations.
    FixedLink,
    /// Professional mobile radio.
    Pmr,
    /// Low-power system.
    LowPowerSystem,
    /// Station that sends to or hears satellites.
    EarthStation,
    /// Broadcasting above 30 MHz.
    Broadcasting,
    /// Telemetry.
    Telemetry,
    /// Local net in 3.8–4.2 GHz.
    LocalNet,
    /// Some days, for something that happens.
    Event,
    /// Trials of equipment or services.
    Test,
}

impl From<UseName> for TransmitterUse {
    fn from(name: UseName) -> Self {
        match name {
            UseName::FixedLink => TransmitterUse::FixedLink,
            UseName::Pmr => TransmitterUse::Pmr,
            UseName::LowPowerSystem => TransmitterUse::LowPowerSystem,
            UseName::EarthStation => TransmitterUse::EarthStation,
            UseName::Broadcasting => TransmitterUse::Broadcasting,
            UseName::Telemetry => TransmitterUse::Telemetry,
            UseName::LocalNet => TransmitterUse::LocalNet,
            UseName::Event => TransmitterUse::Event,
            UseName::Test => TransmitterUse::Test,
        }
    }
}

/// What an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub enum EventServiceName {
    /// Mobile radio or a low-power system.
    MobileRadio,
    /// Broadcasting.
    Broadcasting,
}

/// How a fixed link is made.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LinkForm {
    /// Modulation, e.g. 256QAM.
    #[validate(length(min = 1, max = 40))]
    pub modulation: String,
    /// Fading margin in dB, 0–100.
    #[oai(validator(minimum(value = "0"), maximum(value = "100")))]
    #[validate(range(min = 0.0, max = 100.0))]
    pub fading_margin_db: f64,
    /// Several antennas on the same frequency, polarisation and bandwidth.
    pub mimo: bool,
}

/// What is carried about in a mobile net.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MobileNetForm {
    /// Mobile stations, 0–100000.
    #[oai(validator(maximum(value = "100000")))]
    #[validate(range(max = 100_000))]
    pub mobile_stations: u32,
    /// Single-frequency channels beyond the first, 0–100.
    #[oai(validator(maximum(value = "100")))]
    #[validate(range(max = 100))]
    pub extra_channels: u32,
}

impl TransmitterApplication {
    /// What the application asks for; every error is noted.
    pub fn meaning(
        &self,
        is_person: bool,
        errors: &mut FieldErrors,
    ) -> Option<Parsed<TransmitterDetails>> {
        errors.merge_sizes(self.validate());
        let applicant = self.applicant.parse(is_person, errors);
        let details = self.details(errors);
        Some(Parsed {
            applicant: applicant?,
            contacts: Vec::new(),
            call_sign: None,
            wishes: Vec::new(),
            consent: None,
            details: details?,
        })
    }

    fn details(&self, errors: &mut FieldErrors) -> Option<TransmitterDetails> {
        let usage = TransmitterUse::from(self.usage);
        let purpose = needed_text(&self.purpose, 1000, "/purpose", errors);
        self.check_parts(usage, errors);
        self.check_days(usage, errors);
        let link = self.link.as_ref().map(|form| {
            let margin = Decibels::new(form.fading_margin_db);
            let margin = errors.take("/link/fadingMarginDb", margin);
            let modulation = needed_text(&form.modulation, 40, "/link/modulation", errors);
            Some(Link { modulation: modulation?, fading_margin: margin?, mimo: form.mimo })
        });
        let stations: Vec<_> = self
            .stations
            .iter()
            .enumerate()
            .map(|(index, form)| form.meaning(usage, &format!("/stations/{index}"), errors))
            .collect();
        let net = self.mobile_net.as_ref();
        Some(TransmitterDetails {
            usage,
            purpose: purpose?,
            stations: stations.into_iter().collect::<Option<_>>()?,
            link: match link {
                Some(link) => Some(link?),
                None => None,
            },
            mobiles: net.map_or(0, |net| net.mobile_stations),
            extra_channels: net.map_or(0, |net| net.extra_channels),
            nationwide: self.nationwide.unwrap_or(false),
            event_service: self.event_service.map(|service| match service {
                EventServiceName::MobileRadio => EventService::MobileRadio,
                EventServiceName::Broadcasting => EventService::Broadcasting,
            }),
            from: self.valid_from,
            until: self.valid_until,
        })
    }

    /// Which parts are there must follow from the use.
    fn check_parts(&self, usage: TransmitterUse, errors: &mut FieldErrors) {
        let mut part = |pointer: &str, given: bool, belongs: bool, needed: bool| {
            if given && !belongs {
                errors.add(pointer, "not-of-use", "This use does not have this. Leave it out.");
            } else if needed && !given {
                errors.add(pointer, "missing", "This use needs this. Fill it in.");
            }
        };
        let is = |of: TransmitterUse| usage == of;
        part(
            "/link",
            self.link.is_some(),
            is(TransmitterUse::FixedLink),
            is(TransmitterUse::FixedLink),
        );
        part(
            "/mobileNet",
            self.mobile_net.is_some(),
            is(TransmitterUse::Pmr),
            is(TransmitterUse::Pmr),
        );
        let broadcasting = is(TransmitterUse::Broadcasting);
        part("/nationwide", self.nationwide.is_some(), broadcasting, broadcasting);
        let event = is(TransmitterUse::Event);
        part("/eventService", self.event_service.is_some(), event, event);
        if is(TransmitterUse::FixedLink) && self.stations.len() != 2 {
            errors.add("/stations", "two-ends", "A fixed link has two stations, one for each end.");
        }
    }

    fn check_days(&self, usage: TransmitterUse, errors: &mut FieldErrors) {
        let days = [("/validFrom", self.valid_from), ("/validUntil", self.valid_until)];
        for (pointer, _) in days.iter().filter(|(_, day)| usage.is_short() && day.is_none()) {
            errors.add(*pointer, "missing", "An event or a test needs its first and last day.");
        }
        // dates beyond what a register can mean would not survive arithmetic
        let sensible = |day: &NaiveDate| (2000..2200).contains(&chrono::Datelike::year(day));
        for (pointer, _) in days.iter().filter(|(_, day)| day.is_some_and(|day| !sensible(&day))) {
            errors.add(*pointer, "date-range", "Give a day from 2000 to 2199.");
        }
        if let (Some(from), Some(until)) = (self.valid_from, self.valid_until)
            && until <= from
        {
            errors.add(
                "/validUntil",
                "validity-order",
                "The end is the first day after the permit; it must come after the first day.",
            );
        }
    }

    /// A made-up application: a fixed link of two stations.
    pub fn example() -> Self {
        let station = |name: &str, latitude, longitude, azimuth, centre_hz| StationForm {
            name: name.to_owned(),
            position: PositionForm { latitude, longitude, datum: Some(DatumName::Wgs84) },
            ground_height: 112,
            antenna_height: 24,
            municipality: Some("4215".to_owned()),
            portable: None,
            antenna: AntennaForm {
                model: "Parabol 0,6 m".to_owned(),
                gain: 38.5,
                gain_unit: GainUnit::Dbi,
                azimuth: Some(azimuth),
                elevation: Some(0),
                polarisation: PolarisationName::Vertical,
                pattern: None,
            },
            equipment: Some("Havblikk Hopp 18".to_owned()),
            channels: vec![ChannelForm {
                centre_hz,
                width_hz: 28_000_000,
                emission: "27M5D7WEW".to_owned(),
                power: PowerForm { value: -10.0, unit: LevelUnit::Dbw },
                cable_loss_db: 1.5,
                declared: Some(RadiatedForm {
                    value: 27.0,
                    unit: LevelUnit::Dbw,
                    reference: PowerReferenceName::Eirp,
                }),
            }],
            receive_bands: None,
        };
        Self {
            applicant: Applicant::example(),
            usage: UseName::FixedLink,
            purpose: "Samband mellom to anlegg".to_owned(),
            stations: vec![
                station("Eksempelheia", 58.25, 8.35, 45, 17_740_000_000),
                station("Eksempelåsen", 58.32, 8.48, 225, 18_750_000_000),
            ],
            link: Some(LinkForm {
                modulation: "256QAM".to_owned(),
                fading_margin_db: 35.0,
                mimo: false,
            }),
            mobile_net: None,
            nationwide: None,
            event_service: None,
            valid_from: None,
            valid_until: None,
        }
    }
}
