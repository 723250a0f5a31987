//! Maritime mobile service identities of Norwegian ship stations (Rec. ITU-R M.585; MID 257, 258 and 259).
//!
//! Form only: the numbers are assigned by the coast radio, not by this registry.

use super::text::{TextFlaw, compact, digits};
use super::{Flaw, text_value};

/// The nine digits of a ship station with a Norwegian maritime identification digit group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mmsi(u32);

/// Why a text is not the identity of a Norwegian ship station.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MmsiFlaw {
    #[error(transparent)]
    Text(#[from] TextFlaw),
    #[error("an MMSI has exactly nine digits; write those and nothing else")]
    Form,
    #[error("this is the identity of a coast station; write that of the ship")]
    CoastStation,
    #[error("this is a group call identity; write that of the ship")]
    GroupCall,
    #[error("this is the identity of a search and rescue aircraft; write that of a ship")]
    RescueAircraft,
    #[error("this is the identity of a hand-held radio; write that of the ship")]
    HandHeld,
    #[error(
        "98 and the country mark a craft that belongs to a parent ship; write the MMSI of the parent ship"
    )]
    CraftOfShip,
    #[error("this is the identity of an aid to navigation; write that of a ship")]
    AidToNavigation,
    #[error("this is the identity of a locating device, not of a ship; write the MMSI of the ship")]
    LocatingDevice,
    #[error("the MMSI is not Norwegian; Norwegian ships have 257, 258 or 259 first")]
    Foreign,
}

impl Flaw for MmsiFlaw {
    fn code(&self) -> &'static str {
        match self {
            Self::Text(flaw) => flaw.code(),
            Self::Form => "form",
            Self::CoastStation => "coast-station",
            Self::GroupCall => "group-call",
            Self::RescueAircraft => "rescue-aircraft",
            Self::HandHeld => "hand-held",
            Self::CraftOfShip => "craft-of-ship",
            Self::AidToNavigation => "aid-to-navigation",
            Self::LocatingDevice => "locating-device",
            Self::Foreign => "foreign",
        }
    }
}

impl Mmsi {
    /// Reads nine digits, spaces allowed anywhere; forms other than a Norwegian ship's are refused by name.
    pub fn parse(input: &str) -> Result<Self, MmsiFlaw> {
        let number: [u8; 9] = digits(compact(input)?.as_bytes()).ok_or(MmsiFlaw::Form)?;
        match number {
            [2, 5, 7..=9, ..] => {
                Ok(Self(number.iter().fold(0, |value, digit| value * 10 + u32::from(*digit))))
            }
            [0, 0, ..] => Err(MmsiFlaw::CoastStation),
            [0, ..] => Err(MmsiFlaw::GroupCall),
            [1, 1, 1, ..] => Err(MmsiFlaw::RescueAircraft),
            [8, ..] => Err(MmsiFlaw::HandHeld),
            [9, 8, ..] => Err(MmsiFlaw::CraftOfShip),
            [9, 9, ..] => Err(MmsiFlaw::AidToNavigation),
            [9, 7, 0 | 2 | 4, ..] => Err(MmsiFlaw::LocatingDevice),
            _ => Err(MmsiFlaw::Foreign),
        }
    }

    /// The nine digits as a number.
    pub const fn number(self) -> u32 {
        self.0
    }

    fn canonical(self) -> String {
        self.0.to_string()
    }
}

impl std::fmt::Display for Mmsi {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}", self.0)
    }
}

text_value!(Mmsi, MmsiFlaw);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_other_form_has_its_own_message() {
        for (text, code) in [
            ("002570000", "coast-station"),
            ("025712345", "group-call"),
            ("111257123", "rescue-aircraft"),
            ("825712345", "hand-held"),
            ("982571234", "craft-of-ship"),
            ("992571234", "aid-to-navigation"),
            ("970257123", "locating-device"),
            ("972257123", "locating-device"),
            ("974257123", "locating-device"),
            ("265123456", "foreign"),
            ("25712345", "form"),
        ] {
            assert_eq!(Mmsi::parse(text).unwrap_err().code(), code, "{text}");
        }
    }
}
