//! Words of the domain: every value a permit, a person or an organisation is described with, each with one parser and one canonical text.
//!
//! Pure: nothing here reads a clock, an environment, a file or a database. Texts from outside become values here and nowhere else;
//! a value in hand is always well-formed. Facts that change (series, postal codes, the numbering plan) are tables in `src/data/`.

pub mod access_code;
pub mod account_number;
pub mod aircraft_registration;
pub mod amateur_band;
pub mod appeal_body;
pub mod bandwidth;
pub mod beacon_id;
pub mod blocked_suffix;
pub mod border_county;
pub mod calendar;
pub mod call_sign;
pub mod call_sign_series;
pub mod channel_raster;
pub mod choice;
pub mod country;
pub mod county;
pub mod deadline;
pub mod decibel;
pub mod decision_basis;
pub mod decision_timer;
pub mod email_address;
pub mod emission_designator;
pub mod fee_object;
pub mod frequency;
pub mod frequency_plan;
pub mod icao_address;
pub mod identifier_scheme;
pub mod ids;
pub mod journal_title;
pub mod kid;
pub mod language;
pub mod letter_text;
pub mod licence_exempt;
pub mod limit;
pub mod mmsi;
pub mod municipality;
pub mod municipality_ground;
pub mod national_id;
pub mod number_plan;
pub mod number_range;
pub mod number_resource;
pub mod number_use;
pub mod on_air;
pub mod organisation_number;
pub mod permit_duty;
pub mod person_name;
pub mod phone_number;
pub mod polygon;
pub mod position;
pub mod postal_address;
pub mod postal_code;
pub mod radio_service;
pub mod reminder;
pub mod signalling_point;
pub mod state_tax;
pub mod table;
pub mod text;
pub mod transmitter_use;
pub mod validity;

#[cfg(test)]
mod law_tests;
#[cfg(test)]
mod tests;

/// Why a text is not a value of its kind. The `Display` text says what is wrong and what to do, in English, and never repeats the input.
pub trait Flaw: std::error::Error + Send + Sync + 'static {
    /// Stable kebab-case code, e.g. `check-digit`.
    fn code(&self) -> &'static str;
}

/// Gives a value with `parse(&str) -> Result<Self, Flaw>` and `canonical(&self) -> String` its `FromStr` and its JSON form,
/// so that every value is read by its own parser and written as its canonical text.
macro_rules! text_value {
    ($value:ty, $flaw:ty) => {
        impl std::str::FromStr for $value {
            type Err = $flaw;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $value {
            type Error = $flaw;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(&text)
            }
        }

        impl From<$value> for String {
            fn from(value: $value) -> Self {
                value.canonical()
            }
        }

        impl serde::Serialize for $value {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.canonical())
            }
        }

        impl<'de> serde::Deserialize<'de> for $value {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text =
                    <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}

/// Gives a personal value a `Debug` that says only what it is.
macro_rules! redacted_debug {
    ($value:ident) => {
        impl std::fmt::Debug for $value {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(concat!(stringify!($value), "(redacted)"))
            }
        }
    };
}

pub(crate) use {redacted_debug, text_value};
