//! Norwegian aircraft registrations: nationality mark and registration mark (ICAO Annex 7; regulation on registration of aircraft,
//! Luftfartstilsynet): `LN-` and three letters, or `LC-U` and two characters for unmanned aircraft.
//!
//! Form only: whether the aircraft is registered is for the aircraft register to say.

use super::text::{TextFlaw, compact_upper};
use super::{Flaw, text_value};

/// A registration with its hyphen, six characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AircraftRegistration([u8; 6]);

/// Why a text is not a Norwegian aircraft registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AircraftRegistrationFlaw {
    #[error(transparent)]
    Text(#[from] TextFlaw),
    #[error(
        "a Norwegian registration is LN- and three letters, or LC-U and two letters or digits for unmanned aircraft; write it so"
    )]
    Form,
}

impl Flaw for AircraftRegistrationFlaw {
    fn code(&self) -> &'static str {
        match self {
            Self::Text(flaw) => flaw.code(),
            Self::Form => "form",
        }
    }
}

impl AircraftRegistration {
    /// Reads a registration in either case, with or without its hyphen, spaces allowed anywhere.
    pub fn parse(input: &str) -> Result<Self, AircraftRegistrationFlaw> {
        let text = compact_upper(input)?;
        let (nationality, rest) =
            text.as_bytes().split_first_chunk().ok_or(AircraftRegistrationFlaw::Form)?;
        let mark: [u8; 3] = rest
            .strip_prefix(b"-")
            .unwrap_or(rest)
            .try_into()
            .map_err(|_| AircraftRegistrationFlaw::Form)?;
        let fits = match nationality {
            [b'L', b'N'] => mark.iter().all(u8::is_ascii_uppercase),
            [b'L', b'C'] => mark[0] == b'U' && mark[1..].iter().all(u8::is_ascii_alphanumeric),
            _ => false,
        };
        let [c, d, e] = mark;
        fits.then_some(Self([b'L', nationality[1], b'-', c, d, e]))
            .ok_or(AircraftRegistrationFlaw::Form)
    }

    /// The registration with its hyphen.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Whether the aircraft is unmanned (`LC-U..`).
    pub const fn is_unmanned(self) -> bool {
        self.0[1] == b'C'
    }

    /// The registration as a radio call sign: the same five letters without hyphen (ITU RR 19.58, aircraft stations).
    pub fn without_hyphen(self) -> String {
        self.as_str().replace('-', "")
    }

    fn canonical(self) -> String {
        self.as_str().to_owned()
    }
}

impl std::fmt::Display for AircraftRegistration {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}

text_value!(AircraftRegistration, AircraftRegistrationFlaw);
