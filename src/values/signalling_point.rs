//! Signalling point codes: 14 bits, international ones written 3-8-3 (ITU-T Q.708), national ones as a decimal number (ITU-T Q.704;
//! FOR-2004-02-16-426 § 34).
//!
//! Form only: which codes Norway holds and who was given them is registered elsewhere.

use super::text::{TextFlaw, compact};
use super::{Flaw, text_value};

/// An international signalling point code (network indicator 0), zone-area-point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InternationalPointCode(u16);

/// A national signalling point code (network indicator 3), 0 to 16383.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NationalPointCode(u16);

/// Highest value of 14 bits.
const MAX_CODE: u16 = 0x3FFF;

/// Why a text is not a signalling point code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PointCodeFlaw {
    #[error(transparent)]
    Text(#[from] TextFlaw),
    #[error(
        "an international signalling point code is zone-area-point, 0 to 7, 0 to 255 and 0 to 7, without leading zeros; e.g. 2-100-1"
    )]
    International,
    #[error("a national signalling point code is a number from 0 to 16383")]
    National,
}

impl Flaw for PointCodeFlaw {
    fn code(&self) -> &'static str {
        match self {
            Self::Text(flaw) => flaw.code(),
            Self::International => "international-point-code",
            Self::National => "national-point-code",
        }
    }
}

impl InternationalPointCode {
    /// Reads `z-a-s`, spaces allowed anywhere.
    pub fn parse(input: &str) -> Result<Self, PointCodeFlaw> {
        let text = compact(input)?;
        let mut parts = text.as_str().split('-');
        let mut part = |max| {
            parts
                .next()
                .and_then(|digits| number(digits, max, false))
                .ok_or(PointCodeFlaw::International)
        };
        let (zone, area, point) = (part(7)?, part(255)?, part(7)?);
        if parts.next().is_some() {
            return Err(PointCodeFlaw::International);
        }
        Ok(Self(zone << 11 | area << 3 | point))
    }

    /// The 14 bits as a number: zone · 2048 + area · 8 + point.
    pub const fn number(self) -> u16 {
        self.0
    }

    fn canonical(self) -> String {
        self.to_string()
    }
}

impl NationalPointCode {
    /// Reads one to five digits, leading zeros and spaces allowed.
    pub fn parse(input: &str) -> Result<Self, PointCodeFlaw> {
        number(compact(input)?.as_str(), MAX_CODE, true).map(Self).ok_or(PointCodeFlaw::National)
    }

    /// The code as a number.
    pub const fn number(self) -> u16 {
        self.0
    }

    fn canonical(self) -> String {
        self.to_string()
    }
}

fn number(digits: &str, max: u16, leading_zeros: bool) -> Option<u16> {
    let well_formed = (1..=5).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && (leading_zeros || digits.len() == 1 || !digits.starts_with('0'));
    well_formed.then(|| digits.parse().ok()).flatten().filter(|value| *value <= max)
}

impl std::fmt::Display for InternationalPointCode {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}-{}-{}", self.0 >> 11, self.0 >> 3 & 0xFF, self.0 & 7)
    }
}

impl std::fmt::Display for NationalPointCode {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}", self.0)
    }
}

text_value!(InternationalPointCode, PointCodeFlaw);
text_value!(NationalPointCode, PointCodeFlaw);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_read_back() {
        for code in 0..=MAX_CODE {
            let (international, national) = (InternationalPointCode(code), NationalPointCode(code));
            assert_eq!(
                InternationalPointCode::parse(&international.to_string()),
                Ok(international)
            );
            assert_eq!(NationalPointCode::parse(&national.to_string()), Ok(national));
        }
        assert_eq!(
            InternationalPointCode::parse("2-100-1").unwrap().number(),
            2 * 2048 + 100 * 8 + 1
        );
    }

    #[test]
    fn other_forms_are_refused() {
        for text in [
            "8-0-0", "0-256-0", "0-0-8", "02-1-1", "1-1", "1-1-1-1", "-1-1", "1--1", "1.1.1",
            "a-1-1", "",
        ] {
            assert!(InternationalPointCode::parse(text).is_err(), "{text}");
        }
        for text in ["16384", "99999", "-1", "1-1-1", "0x10", "", "000001"] {
            assert!(NationalPointCode::parse(text).is_err(), "{text}");
        }
    }
}
