//! What is asked of the public register, read from the texts of an address. Everything wrong with them
//! is answered here, so that pages and operations refuse the same with the same words.

use chrono::NaiveDate;

use super::fold::fold;
use crate::{
    assignment::SignStatus,
    disclosure::policy::Kind,
    failure::Failure,
    http::page,
    permit::{
        kind::{installer, spectrum::model::RadioService, supplier::model::TradeRole},
        lifecycle::Status,
    },
    register::list::List,
    values::{
        Flaw as _,
        call_sign_series::{SeriesKind, UNKNOWN_SERIES},
        county,
        position::{Position, Surroundings},
        transmitter_use::TransmitterUse,
    },
};

/// Most kilometres around a place.
pub const MAX_RADIUS_KM: f64 = 2_000.0;

/// States in which a permit stands in a public list.
const LISTED: [Status; 2] = [Status::Active, Status::Suspended];

/// What found rows are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// Post town, or municipality of a station.
    Place,
    /// County of the post town or municipality.
    County,
    /// Series of a call sign; type of an installer, role of a supplier, use of a frequency.
    Type,
    /// Status.
    Status,
    /// Kind of permit; category of a number range.
    Kind,
    /// Year of issue: of the first day of the permit as it stands, of the day a number range was assigned.
    Year,
}

impl Dimension {
    /// Every one.
    pub const ALL: [Self; 6] =
        [Self::Place, Self::County, Self::Type, Self::Status, Self::Kind, Self::Year];

    /// Its name in addresses and answers.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::County => "county",
            Self::Type => "type",
            Self::Status => "status",
            Self::Kind => "kind",
            Self::Year => "year",
        }
    }
}

/// What a list of call signs is asked for; every part given must hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CallSignQuery {
    /// Part of the sign or words of the holder's name, as typed.
    pub text: Option<String>,
    /// Beginning of the sign.
    pub prefix: Option<String>,
    /// Post town of the holder.
    pub place: Option<String>,
    /// County of the holder's post town.
    pub county: Option<String>,
    /// Series, e.g. `personal_new`.
    pub series: Option<String>,
    /// Status.
    pub status: Option<SignStatus>,
    /// Kind of permit, e.g. `amateur`.
    pub kind: Option<String>,
    /// Year of issue of the licence.
    pub year: Option<i32>,
    /// What the found signs are counted by.
    pub facets: Vec<Dimension>,
}

/// What a public list of permits is asked for; every part given must hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PermitQuery {
    /// Words of the organisation's name, its number, the permit's number or call sign, as typed.
    pub text: Option<String>,
    /// Post town of the organisation, municipality of a station or of the area.
    pub place: Option<String>,
    /// County of these.
    pub county: Option<String>,
    /// Words of the organisation's name, or its number.
    pub holder: Option<String>,
    /// Type of an installer, role of a supplier, use of a frequency.
    pub of_type: Option<String>,
    /// Kind of permit.
    pub kind: Option<String>,
    /// Status of the permit.
    pub status: Option<String>,
    /// Year of its first day.
    pub year: Option<i32>,
    /// Frequencies at or above, Hz.
    pub from: Option<u64>,
    /// Frequencies below, Hz.
    pub to: Option<u64>,
    /// Permits with a site around a place, or whose area is known to cover it.
    pub around: Option<Around>,
    /// Permits in force on a day.
    pub at: Option<NaiveDate>,
    /// What the found permits are counted by.
    pub facets: Vec<Dimension>,
}

/// A circle on the map.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Around {
    /// The middle.
    pub place: Position,
    /// Great-circle distance.
    pub metres: f64,
    /// A rectangle around it.
    pub near: Surroundings,
    /// Of the middle, from the middle of the earth.
    direction: [f64; 3],
    /// From the middle straight to the edge, in radii of the earth.
    chord: f64,
}

/// How far a chord to a direction of 32 bits may be from the exact one, in radii of the earth (2 m): each
/// of three parts is within 2⁻²⁵ of what it stands for, and a millionth of a degree is far less.
const CHORD_DOUBT: f64 = 3e-7;

impl Around {
    /// The circle of so many metres around a place.
    pub fn new(place: Position, metres: f64) -> Self {
        let chord = 2.0 * (Position::angle(metres) / 2.0).sin();
        Self {
            place,
            metres,
            near: place.surroundings(metres),
            direction: place.direction(),
            chord,
        }
    }

    /// Whether a direction from the middle of the earth lies in the circle; none so close to its edge that
    /// only the exact distance tells.
    pub fn about_holds(&self, direction: [f32; 3]) -> Option<bool> {
        let apart = self.direction.iter().zip(direction);
        let chord = apart.map(|(a, b)| (a - f64::from(b)).powi(2)).sum::<f64>().sqrt();
        ((chord - self.chord).abs() > CHORD_DOUBT).then_some(chord < self.chord)
    }
}

impl CallSignQuery {
    /// Names of the parameters it is read from.
    pub const PARAMETERS: [&'static str; 9] =
        ["q", "prefix", "place", "county", "type", "status", "kind", "year", "facets"];

    /// Reads the texts of an address by the names of its parameters.
    ///
    /// # Errors
    /// 400 with the parameter and what it must be.
    pub fn read(given: impl Fn(&str) -> Option<String>) -> Result<Self, Failure> {
        let short = |name: &str| page::short(name, given(name));
        Ok(Self {
            text: searched("q", &given)?,
            prefix: short("prefix")?.map(|text| text.trim().to_ascii_uppercase()),
            place: short("place")?,
            county: one_of("county", given("county"), county::names())?,
            series: one_of("type", given("type"), series())?,
            status: status(given("status"))?,
            kind: one_of("kind", given("kind"), Kind::ALL.iter().map(|kind| kind.as_str()))?,
            year: year(given("year").as_deref())?,
            facets: dimensions(given("facets").as_deref())?,
        })
    }
}

impl PermitQuery {
    /// Names of the parameters it is read from in the list of frequency permits; the other lists
    /// take those before `from`.
    pub const PARAMETERS: [&'static str; 15] = [
        "q",
        "place",
        "county",
        "holder",
        "type",
        "kind",
        "status",
        "year",
        "facets",
        "from",
        "to",
        "latitude",
        "longitude",
        "radius",
        "at",
    ];

    /// Reads the texts of an address by the names of its parameters.
    ///
    /// # Errors
    /// 400 with the parameter and what it must be.
    pub fn read(list: List, given: impl Fn(&str) -> Option<String>) -> Result<Self, Failure> {
        let short = |name: &str| page::short(name, given(name));
        let kinds = Kind::ALL.iter().filter(|kind| List::of(**kind) == Some(list));
        let mut query = Self {
            text: searched("q", &given)?,
            place: short("place")?,
            county: one_of("county", given("county"), county::names())?,
            holder: searched("holder", &given)?,
            of_type: one_of("type", given("type"), types(list))?,
            kind: one_of("kind", given("kind"), kinds.map(|kind| kind.as_str()))?,
            status: one_of("status", given("status"), LISTED.into_iter().map(Status::code))?,
            year: year(given("year").as_deref())?,
            facets: dimensions(given("facets").as_deref())?,
            ..Self::default()
        };
        if list == List::FrequencyPermits {
            query.from = hertz("from", given("from").as_deref())?;
            query.to = hertz("to", given("to").as_deref())?;
            query.around = around(&given)?;
            query.at = day("at", given("at").as_deref())?;
        }
        if query.from.zip(query.to).is_some_and(|(from, to)| from >= to) {
            return Err(Failure::parameter("to", "range", "Give a frequency above `from`."));
        }
        Ok(query)
    }
}

/// A text to search for, which must have a letter or a digit.
///
/// # Errors
/// 400 for one that is empty, long, or without either.
pub fn searched(
    name: &str,
    given: &impl Fn(&str) -> Option<String>,
) -> Result<Option<String>, Failure> {
    let text = page::short(name, given(name))?;
    match &text {
        Some(text) if !text.chars().any(char::is_alphanumeric) => {
            Err(Failure::parameter(name, "no-word", "Give at least a letter or a digit."))
        }
        _ => Ok(text),
    }
}

fn status(given: Option<String>) -> Result<Option<SignStatus>, Failure> {
    let code = one_of("status", given, SignStatus::ALL.into_iter().map(SignStatus::code))?;
    Ok(code.as_deref().and_then(SignStatus::from_code))
}

/// Series of call signs, those of former years, too; signs of no series have a code of their own.
fn series() -> impl Iterator<Item = &'static str> {
    SeriesKind::ALL.iter().map(|kind| kind.code()).chain([UNKNOWN_SERIES])
}

/// What rows of a list are of, also what is granted no more.
fn types(list: List) -> Vec<&'static str> {
    let mut codes: Vec<&str> = match list {
        List::Installers => installer::rules::type_codes().collect(),
        List::Suppliers => TradeRole::ALL.iter().map(|role| role.code()).collect(),
        List::FrequencyPermits => {
            let services = RadioService::ALL.iter().map(|service| service.code());
            TransmitterUse::ALL.iter().map(|usage| usage.code()).chain(services).collect()
        }
    };
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// A code that there is, however it is typed: to another the answer would be an empty list, as if there
/// were nothing.
fn one_of(
    name: &str,
    given: Option<String>,
    codes: impl IntoIterator<Item = &'static str>,
) -> Result<Option<String>, Failure> {
    let Some(given) = given else { return Ok(None) };
    let codes: Vec<&str> = codes.into_iter().collect();
    let folded = fold(&given);
    if let Some(code) = codes.iter().find(|code| fold(code) == folded) {
        return Ok(Some((*code).to_owned()));
    }
    Err(Failure::parameter(name, "not-in-list", format!("One of: {}.", codes.join(", "))))
}

fn dimensions(text: Option<&str>) -> Result<Vec<Dimension>, Failure> {
    let Some(text) = text else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for code in text.split(',') {
        let dimension = Dimension::ALL.into_iter().find(|dimension| dimension.code() == code);
        match dimension {
            Some(dimension) if !found.contains(&dimension) => found.push(dimension),
            _ => {
                let codes = Dimension::ALL.map(Dimension::code).join(", ");
                let detail = format!("Each once, with commas between: {codes}.");
                return Err(Failure::parameter("facets", "not-in-list", detail));
            }
        }
    }
    Ok(found)
}

/// A year with four digits.
///
/// # Errors
/// 400 naming `year` for anything else.
pub fn year(text: Option<&str>) -> Result<Option<i32>, Failure> {
    text.map(|text| {
        text.parse()
            .ok()
            .filter(|_| text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit()))
            .ok_or_else(|| Failure::parameter("year", "year", "Give a year with four digits."))
    })
    .transpose()
}

fn day(name: &str, text: Option<&str>) -> Result<Option<NaiveDate>, Failure> {
    text.map(|text| {
        NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .ok()
            .filter(|_| text.len() == 10)
            .ok_or_else(|| Failure::parameter(name, "date", "Give a day as YYYY-MM-DD."))
    })
    .transpose()
}

fn hertz(name: &str, text: Option<&str>) -> Result<Option<u64>, Failure> {
    text.map(|text| {
        text.parse()
            .ok()
            .filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))
            .ok_or_else(|| Failure::parameter(name, "number", "Give a whole number of hertz."))
    })
    .transpose()
}

/// Latitude, longitude and radius, which stand together or not at all.
fn around(given: &impl Fn(&str) -> Option<String>) -> Result<Option<Around>, Failure> {
    let number = |name: &str| {
        given(name)
            .map(|text| {
                text.parse::<f64>()
                    .ok()
                    .filter(|_| {
                        text.len() <= 12
                            && text.bytes().all(|b| b.is_ascii_digit() || b"-.".contains(&b))
                    })
                    .ok_or_else(|| {
                        Failure::parameter(name, "number", "Give a decimal number with a point.")
                    })
            })
            .transpose()
    };
    match (number("latitude")?, number("longitude")?, number("radius")?) {
        (None, None, None) => Ok(None),
        (Some(latitude), Some(longitude), Some(radius)) => {
            let place = Position::from_degrees(latitude, longitude)
                .map_err(|flaw| Failure::parameter(flaw.code(), flaw.code(), flaw.to_string()))?;
            if !(0.0..=MAX_RADIUS_KM).contains(&radius) {
                let detail = format!("Give kilometres from 0 to {MAX_RADIUS_KM}.");
                return Err(Failure::parameter("radius", "range", detail));
            }
            Ok(Some(Around::new(place, radius * 1_000.0)))
        }
        (latitude, longitude, _) => {
            let missing = match (latitude, longitude) {
                (None, _) => "latitude",
                (_, None) => "longitude",
                _ => "radius",
            };
            let detail = "Give latitude, longitude and radius together.";
            Err(Failure::parameter(missing, "missing", detail))
        }
    }
}
