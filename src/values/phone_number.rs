//! Telephone numbers in E.164 form: Norwegian ones by the numbering plan (FOR-2004-02-16-426 § 16), foreign ones by assigned
//! country code and length.
//!
//! A foreign national plan is not checked: plans change, and refusing the real number of an emergency contact abroad does more harm
//! than keeping a mistyped one, which the yearly confirmation finds.

use super::text::{TextFlaw, compact};
use super::{Flaw, redacted_debug, text_value};

/// A telephone number, kept as its digits after the plus sign.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PhoneNumber(u64);

/// Why a text is not a telephone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhoneNumberFlaw {
    #[error(transparent)]
    Text(#[from] TextFlaw),
    #[error(
        "a telephone number is written with digits and spaces, the country code first if it is not Norwegian, e.g. +46; leave out letters, hyphens and extensions"
    )]
    Form,
    #[error(
        "the number is not one of the Norwegian numbering plan; a subscriber has eight digits, a machine number twelve beginning with 58"
    )]
    NorwegianPlan,
    #[error(
        "the country code is not assigned; write + and the country code, then the number without its leading zero"
    )]
    CountryCode,
    #[error("the number has too few or too many digits; with the country code it has 7 to 15")]
    Length,
}

impl Flaw for PhoneNumberFlaw {
    fn code(&self) -> &'static str {
        match self {
            Self::Text(flaw) => flaw.code(),
            Self::Form => "form",
            Self::NorwegianPlan => "norwegian-plan",
            Self::CountryCode => "country-code",
            Self::Length => "length",
        }
    }
}

/// Country code of Norway (ITU-T E.164).
const NORWAY: &str = "47";

/// Country codes assigned by ITU-T E.164 that a person can be called on, as inclusive ranges. Satellite and global mobile networks
/// (870, 881 to 883) are among them, shared-cost and freephone services (800, 808, 888, 979) are not.
#[rustfmt::skip]
const COUNTRY_CODES: [(u16, u16); 45] = [
    (1, 1), (7, 7), (20, 20), (27, 27), (30, 34), (36, 36), (39, 41), (43, 49), (51, 58), (60, 66),
    (81, 82), (84, 84), (86, 86), (90, 95), (98, 98), (211, 213), (216, 216), (218, 218),
    (220, 258), (260, 269), (290, 291), (297, 299), (350, 359), (370, 378), (380, 383), (385, 387),
    (389, 389), (420, 421), (423, 423), (500, 509), (590, 599), (670, 670), (672, 683), (685, 692),
    (850, 850), (852, 853), (855, 856), (870, 870), (878, 878), (880, 883), (886, 886), (960, 968),
    (970, 977), (992, 996), (998, 998),
];

/// Numbers that Norway keeps unused for film, television and tests, with the country code.
const FICTIONAL: std::ops::RangeInclusive<u64> = 4_768_050_000..=4_768_059_999;

impl PhoneNumber {
    /// Reads a number as people write it: spaces anywhere, `+` or `00` before a country code, eight digits alone as Norwegian.
    pub fn parse(input: &str) -> Result<Self, PhoneNumberFlaw> {
        let text = compact(input)?;
        let text = text.as_str();
        let international = match text.strip_prefix('+').or_else(|| text.strip_prefix("00")) {
            Some(international) => international.to_owned(),
            None if text.len() == 8 => format!("{NORWAY}{text}"),
            None if text.bytes().all(|byte| byte.is_ascii_digit()) => {
                return Err(PhoneNumberFlaw::NorwegianPlan);
            }
            None => return Err(PhoneNumberFlaw::Form),
        };
        if !international.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(PhoneNumberFlaw::Form);
        }
        if !(7..=15).contains(&international.len()) {
            return Err(PhoneNumberFlaw::Length);
        }
        match international.strip_prefix(NORWAY) {
            Some(national) if !is_norwegian_subscriber(national.as_bytes()) => {
                return Err(PhoneNumberFlaw::NorwegianPlan);
            }
            None if !has_country_code(&international) => return Err(PhoneNumberFlaw::CountryCode),
            _ => {}
        }
        international.parse().map(Self).map_err(|_| PhoneNumberFlaw::Length)
    }

    /// Whether the number is one of the Norwegian plan.
    pub fn is_norwegian(self) -> bool {
        self.national().is_some()
    }

    /// Whether the number lies in 68 05 00 00 to 68 05 99 99, which reaches nobody: demo and test data use no other.
    pub fn is_fictional(self) -> bool {
        FICTIONAL.contains(&self.0)
    }

    /// The E.164 form for a `tel:` link or a dialler, `+4768050000`.
    pub fn dial(self) -> String {
        self.canonical()
    }

    /// The form for people: Norwegian numbers grouped as their series is and without country code, foreign ones as E.164.
    pub fn grouped(self) -> String {
        let Some(national) = self.national() else {
            return self.canonical();
        };
        let groups: &[usize] = match (national.len(), national.as_bytes()[0]) {
            (8, b'4' | b'8' | b'9') => &[3, 2, 3],
            _ => &[2; 6],
        };
        let mut rest = national.as_str();
        let mut parts = Vec::with_capacity(groups.len());
        for size in groups {
            let (part, tail) = rest.split_at((*size).min(rest.len()));
            parts.push(part);
            rest = tail;
        }
        parts.retain(|part| !part.is_empty());
        parts.join(" ")
    }

    /// The digits after the country code of a Norwegian number.
    fn national(self) -> Option<String> {
        self.canonical().strip_prefix("+47").map(str::to_owned)
    }

    fn canonical(self) -> String {
        format!("+{}", self.0)
    }
}

/// Whether the digits after +47 are a number a subscriber can have: eight digits of the fixed, mobile, special or machine series,
/// or twelve beginning with 58. Short numbers and operator prefixes cannot be called from abroad.
fn is_norwegian_subscriber(national: &[u8]) -> bool {
    match national {
        [b'5', b'8', ..] => national.len() == 12,
        [b'2'..=b'9', ..] => national.len() == 8,
        _ => false,
    }
}

/// Whether the digits begin with an assigned country code; codes are prefix-free, so at most one length fits.
fn has_country_code(international: &str) -> bool {
    // A code never begins with 0, which the number read from `012` would hide.
    !international.starts_with('0')
        && (1..=3)
            .filter_map(|length| international.get(..length)?.parse::<u16>().ok())
            .any(|code| COUNTRY_CODES.iter().any(|(first, last)| (*first..=*last).contains(&code)))
}

impl std::fmt::Display for PhoneNumber {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "+{}", self.0)
    }
}

redacted_debug!(PhoneNumber);
text_value!(PhoneNumber, PhoneNumberFlaw);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    // Numbers that their countries keep for drama, and country codes followed by zeros.
    #[test]
    fn foreign_numbers_need_an_assigned_country_code() {
        for text in [
            "+46 8 465 004 00",
            "0044 20 7946 0000",
            "+1 202 555 0100",
            "+290 00000",
            "+881 600 000 000",
        ] {
            let number = PhoneNumber::parse(text).unwrap();
            assert!(!number.is_norwegian());
            assert_eq!(number.grouped(), number.dial());
        }
        for text in ["+210 000 0000", "+0000000000", "+999 00000000", "+800 0000 0000"] {
            assert_eq!(PhoneNumber::parse(text), Err(PhoneNumberFlaw::CountryCode));
        }
        assert_eq!(PhoneNumber::parse("+46 12"), Err(PhoneNumberFlaw::Length));
        assert_eq!(PhoneNumber::parse("+46 8-465 004 00"), Err(PhoneNumberFlaw::Form));
    }

    #[test]
    fn norwegian_numbers_are_grouped_as_their_series() {
        for (text, grouped) in [
            ("68050123", "68 05 01 23"),
            ("90000000", "900 00 000"),
            ("80000000", "800 00 000"),
            ("+47580000000000", "58 00 00 00 00 00"),
        ] {
            assert_eq!(PhoneNumber::parse(text).unwrap().grouped(), grouped);
        }
    }

    #[test]
    fn a_machine_number_of_the_58_series_has_twelve_digits() {
        for zeros in 6..=11 {
            let text = format!("+4758{}", "0".repeat(zeros));
            assert_eq!(PhoneNumber::parse(&text).is_ok(), zeros == 10, "{zeros}");
        }
        assert!(PhoneNumber::parse("+4759000000").is_ok());
    }

    #[test]
    fn only_the_fictional_range_is_fictional() {
        for (text, fictional) in [
            ("68050000", true),
            ("68059999", true),
            ("68049999", false),
            ("68060000", false),
            ("+4668050000", false),
        ] {
            assert_eq!(PhoneNumber::parse(text).unwrap().is_fictional(), fictional);
        }
    }

    #[test]
    fn debug_shows_no_digit() {
        assert_eq!(
            format!("{:?}", PhoneNumber::parse("68050000").unwrap()),
            "PhoneNumber(redacted)"
        );
    }

    #[test]
    fn country_codes_are_prefix_free() {
        let codes: Vec<String> = COUNTRY_CODES
            .iter()
            .flat_map(|(first, last)| *first..=*last)
            .map(|code| code.to_string())
            .collect();
        for code in &codes {
            assert!(
                !codes.iter().any(|other| other != code && other.starts_with(code.as_str())),
                "{code}"
            );
        }
    }

    proptest! {
        #[test]
        fn a_norwegian_number_is_read_back(number in 20_000_000..=57_999_999u64) {
            let read = PhoneNumber::parse(&number.to_string()).unwrap();
            prop_assert_eq!(PhoneNumber::parse(&read.to_string()), Ok(read));
            prop_assert_eq!(PhoneNumber::parse(&read.grouped()), Ok(read));
        }

        #[test]
        fn any_text_is_answered(text in any::<String>(), digits in "[+0-9 ]{0,20}") {
            let _ = PhoneNumber::parse(&text);
            if let Ok(number) = PhoneNumber::parse(&digits) {
                prop_assert_eq!(PhoneNumber::parse(&number.dial()), Ok(number));
            }
        }
    }
}
