//! The application for a spectrum licence in JSON.

mod meaning;

use chrono::NaiveDate;
use poem_openapi::{Enum, Object};
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::super::shared::Applicant;

/// Application for a spectrum licence: the right to use blocks of frequencies within an area for a time.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SpectrumApplication {
    /// The applicant.
    #[validate(nested)]
    pub applicant: Applicant,
    /// The frequencies, 1–50 blocks. Blocks may touch and may not overlap.
    #[validate(length(min = 1, max = 50))]
    pub blocks: Vec<FrequencyBlock>,
    /// Where.
    #[validate(nested)]
    pub area: LicenceArea,
    /// First day.
    pub valid_from: NaiveDate,
    /// First day that is no longer inside.
    pub valid_until: NaiveDate,
    /// True when nobody else shall have the same frequencies there; for organisations only.
    pub exclusive: bool,
    /// Radio service the frequencies are used in.
    pub service: RadioServiceName,
    /// True for wireless broadband to the public.
    pub wireless_broadband: bool,
    /// What the frequencies are used for.
    #[validate(length(min = 1, max = 500))]
    pub purpose: String,
    /// Technology the licence is bound to; technology-neutral when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 120))]
    pub technology: Option<String>,
    /// True when the licence may be sold, leased or handed over.
    pub transferable: bool,
    /// Whom other users reach when there is interference; published for organisations, which must name one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub public_contact: Option<PublicContactForm>,
    /// What is leased to others, at most 50; published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested, length(max = 50))]
    pub leases: Option<Vec<LeaseForm>>,
    /// Municipalities a ring has ground of, as a caseworker has found on a map, in place of those it may have ground of by
    /// geography. Only the authority says them: when it registers an application that came on paper or by telephone, in
    /// a case, or when it amends. Applicants leave this out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(min = 1, max = 400))]
    pub ring_municipalities: Option<Vec<String>>,
}

/// One block: either `simplex`, or `downlink` and `uplink`.
#[derive(Debug, Clone, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FrequencyBlock {
    /// A single range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub simplex: Option<HertzRange>,
    /// The pair's range from the base station.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub downlink: Option<HertzRange>,
    /// The pair's range to the base station.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uplink: Option<HertzRange>,
}

/// A range of frequencies in whole hertz, 1 to 3,000,000,000,000.
#[derive(Debug, Clone, Copy, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HertzRange {
    /// Lower end, inside the range.
    pub lower: u64,
    /// Upper end, outside the range: ranges that only touch do not overlap.
    pub upper: u64,
}

/// Where a licence holds.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LicenceArea {
    /// How the area is given.
    pub kind: AreaKind,
    /// For `municipalities` and `polygon`: municipality numbers of four digits (Statistics Norway), Svalbard 2100 and Jan
    /// Mayen 2211 among them. A polygon names all it lies in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 400))]
    pub municipalities: Option<Vec<String>>,
    /// For `polygon`: 4–200 corners in the order of walking around, the first repeated as the last. The border belongs to the
    /// area.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ring: Option<Vec<GeographicPoint>>,
    /// For `polygon`: true when it reaches beyond 70 km from the baseline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offshore: Option<bool>,
}

/// How an area is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub enum AreaKind {
    /// The mainland to 70 km from the baseline, without Svalbard, Jan Mayen and the dependencies.
    National,
    /// By municipality.
    Municipalities,
    /// The continental shelf beyond 70 km from the baseline.
    Offshore,
    /// Within a ring of points.
    Polygon,
}

/// A point in WGS84, kept to a millionth of a degree.
#[derive(Debug, Clone, Copy, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GeographicPoint {
    /// Degrees north, -90 to 90.
    pub latitude: f64,
    /// Degrees east, -180 to 180.
    pub longitude: f64,
}

/// Radio services.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub enum RadioServiceName {
    /// Mobile service, whatever kind.
    Mobile,
    /// Between fixed points.
    Fixed,
    /// Broadcasting.
    Broadcasting,
    /// By way of satellites.
    Satellite,
}

/// Whom to reach about the licence.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PublicContactForm {
    /// A person or a function, such as an operations centre.
    #[validate(length(min = 1, max = 200))]
    pub name: String,
    /// E-mail.
    #[validate(length(min = 1, max = 254))]
    pub email: String,
    /// Telephone with country code, or eight Norwegian digits.
    #[validate(length(min = 1, max = 40))]
    pub phone: String,
}

/// A part of the licence that is leased to another.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LeaseForm {
    /// Organisation number of the lessee.
    #[validate(length(min = 1, max = 20))]
    pub lessee: String,
    /// Frequencies, within one range of the licence; all of them when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<HertzRange>,
    /// Municipalities, within the area of the licence; all of it when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 400))]
    pub municipalities: Option<Vec<String>>,
    /// First day.
    pub valid_from: NaiveDate,
    /// First day that is no longer inside.
    pub valid_until: NaiveDate,
}

impl SpectrumApplication {
    /// A made-up application.
    pub fn example() -> Self {
        let day = |year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default();
        Self {
            applicant: Applicant {
                name: "Eksempelnett AS".to_owned(),
                email: "post@example.no".to_owned(),
                ..Applicant::example()
            },
            blocks: vec![
                FrequencyBlock {
                    simplex: None,
                    downlink: Some(HertzRange { lower: 2_110_000_000, upper: 2_125_000_000 }),
                    uplink: Some(HertzRange { lower: 1_920_000_000, upper: 1_935_000_000 }),
                },
                FrequencyBlock {
                    simplex: Some(HertzRange { lower: 3_500_000_000, upper: 3_580_000_000 }),
                    downlink: None,
                    uplink: None,
                },
            ],
            area: LicenceArea {
                kind: AreaKind::Municipalities,
                municipalities: Some(vec!["4601".to_owned(), "4627".to_owned()]),
                ring: None,
                offshore: None,
            },
            valid_from: day(2027),
            valid_until: day(2042),
            exclusive: true,
            service: RadioServiceName::Mobile,
            wireless_broadband: true,
            purpose: "Mobilt bredbånd".to_owned(),
            technology: None,
            transferable: true,
            public_contact: Some(PublicContactForm {
                name: "Eksempelnett driftssenter".to_owned(),
                email: "drift@example.no".to_owned(),
                phone: "68 05 00 60".to_owned(),
            }),
            leases: None,
            ring_municipalities: None,
        }
    }
}
