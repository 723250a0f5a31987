//! What is kept about an amateur licence or station. The guardian of a minor is not in it: name and
//! contact stay in the sealed application.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use crate::values::amateur_band::LicenceClass;
use crate::values::{call_sign::CallSign, call_sign_series::SeriesKind, validity::Validity};

/// The licence of a person, or the permit of a station.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AmateurDetails {
    /// What it is for.
    #[serde(default)]
    pub station: Station,
    /// Class of a personal licence; stations follow the class of whoever operates them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<LicenceClass>,
    /// Call sign of the licensee who answers for the station of an association.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub responsible: Option<CallSign>,
    /// The occasion of a special-event call sign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<Occasion>,
    /// A guardian is named; whether that guardian agrees to publication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guardian_consents: Option<bool>,
    /// The call sign asked for is kept, not chosen.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub keeps_sign: bool,
    /// The applicant wants to be shown in the public list.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub published: bool,
    /// Day of the application, from whose year a contest call sign counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applied_on: Option<NaiveDate>,
    /// An amendment asks for another call sign. Never kept with a permit, which has it by then.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub new_sign: bool,
}

/// The occasion of a special event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Occasion {
    /// What is celebrated or held.
    pub name: String,
    /// Its days.
    pub days: Validity,
}

/// What a call sign is for (FOR-2026-03-23-465 § 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Station {
    /// A person's own licence and call sign.
    #[default]
    Personal,
    /// A club, school or group.
    Club,
    /// A person's short call sign for contests.
    Contest,
    /// A call sign for the days of an occasion.
    Event,
    /// An unmanned relay.
    Repeater,
    /// An unmanned beacon that shows propagation.
    Beacon,
    /// LG5LG, the station at Morokulien on the border.
    Morokulien,
}

impl Station {
    /// Every use.
    pub const ALL: [Station; 7] = [
        Station::Personal,
        Station::Club,
        Station::Contest,
        Station::Event,
        Station::Repeater,
        Station::Beacon,
        Station::Morokulien,
    ];

    /// True where a natural person holds it; associations hold the others.
    pub const fn is_of_person(self) -> bool {
        matches!(self, Station::Personal | Station::Contest)
    }

    /// True where the applicant says which call signs they would like.
    pub const fn is_chosen(self) -> bool {
        !matches!(self, Station::Personal | Station::Morokulien)
    }
}

impl AmateurDetails {
    /// A personal licence of a class, given to an adult.
    pub const fn of_person(class: LicenceClass) -> Self {
        Self {
            station: Station::Personal,
            class: Some(class),
            responsible: None,
            event: None,
            guardian_consents: None,
            keeps_sign: false,
            published: false,
            applied_on: None,
            new_sign: false,
        }
    }

    /// The series its call sign is of. The limited class has its own, so that a sign identifies the
    /// class (§ 4).
    pub fn series(&self) -> SeriesKind {
        match (self.station, self.class) {
            (Station::Personal, Some(LicenceClass::Limited)) => SeriesKind::Limited,
            (Station::Personal, _) => SeriesKind::PersonalNew,
            (Station::Club, _) => SeriesKind::Club,
            (Station::Contest, _) => SeriesKind::Contest,
            (Station::Event, _) => SeriesKind::SpecialEvent,
            (Station::Repeater | Station::Beacon, _) => SeriesKind::RepeaterBeacon,
            (Station::Morokulien, _) => SeriesKind::Morokulien,
        }
    }
}
