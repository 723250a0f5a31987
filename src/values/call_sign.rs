//! Call signs: capital letters and digits whose first two characters name the administration (ITU RR Article 19).
//!
//! Form only: which series a sign belongs to is in `call_sign_series`, what is heard on the air in `on_air`, who holds it elsewhere.

use super::text::{TextFlaw, compact_upper};
use super::{Flaw, text_value};

/// Most characters of a call sign, the longest special-event and test signs included.
pub const MAX_CHARACTERS: usize = 12;

/// A call sign of 3 to 12 characters. Twelve bytes, no allocation: a register holds millions in memory. Ordered as its text.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CallSign([u8; MAX_CHARACTERS]);

impl CallSign {
    /// The twelve bytes as numbers that order as the text does: two comparisons in registers where
    /// comparing bytes calls a function, at every step of a look-up among millions.
    const fn ordinal(self) -> (u64, u32) {
        let [a, b, c, d, e, f, g, h, i, j, k, l] = self.0;
        (u64::from_be_bytes([a, b, c, d, e, f, g, h]), u32::from_be_bytes([i, j, k, l]))
    }
}

impl Ord for CallSign {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.ordinal().cmp(&other.ordinal())
    }
}

impl PartialOrd for CallSign {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// Why a text is not a call sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CallSignFlaw {
    #[error(transparent)]
    Text(#[from] TextFlaw),
    #[error("a call sign has 3 to 12 characters; check it for a missing or a doubled one")]
    Length,
    #[error(
        "a call sign has only the letters A to Z and digits (ITU RR 19.45); leave out other characters"
    )]
    Character,
    #[error(
        "a call sign begins with two letters, a letter and a digit or a digit and a letter (ITU RR 19.50); check its beginning"
    )]
    Prefix,
}

impl Flaw for CallSignFlaw {
    fn code(&self) -> &'static str {
        match self {
            Self::Text(flaw) => flaw.code(),
            Self::Length => "length",
            Self::Character => "character",
            Self::Prefix => "prefix",
        }
    }
}

/// An amateur call sign taken apart (ITU RR 19.68): `LB`, `1`, `XX`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallSignParts<'a> {
    /// One or two characters that name the administration.
    pub prefix: &'a str,
    /// One digit; several on special occasions.
    pub digits: &'a str,
    /// What follows the digits; its last character is a letter but in a few signs of special occasions and of test series.
    pub suffix: &'a str,
}

/// First letters that name an administration alone (ITU RR 19.68).
const SINGLE_LETTER_PREFIXES: &[u8] = b"BFGIKMNRW";

impl CallSign {
    /// Reads a call sign in either case, spaces allowed anywhere.
    pub fn parse(input: &str) -> Result<Self, CallSignFlaw> {
        Self::from_upper(compact_upper(input)?.as_bytes())
    }

    /// The sign with exactly these upper-case characters.
    pub(super) fn from_upper(text: &[u8]) -> Result<Self, CallSignFlaw> {
        if !(3..=MAX_CHARACTERS).contains(&text.len()) {
            return Err(CallSignFlaw::Length);
        }
        if !text.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()) {
            return Err(CallSignFlaw::Character);
        }
        if text[..2].iter().all(u8::is_ascii_digit) {
            return Err(CallSignFlaw::Prefix);
        }
        let mut sign = [0; MAX_CHARACTERS];
        sign[..text.len()].copy_from_slice(text);
        Ok(Self(sign))
    }

    /// The characters of the sign.
    pub fn as_str(&self) -> &str {
        let length = self.0.iter().position(|byte| *byte == 0).unwrap_or(MAX_CHARACTERS);
        std::str::from_utf8(&self.0[..length]).unwrap_or_default()
    }

    /// Whether the sign lies in a series allocated to Norway: LAA to LNZ, JWA to JXZ, 3YA to 3YZ (ITU RR Appendix 42).
    pub const fn is_norwegian(&self) -> bool {
        matches!(self.0, [b'L', b'A'..=b'N', ..] | [b'J', b'W' | b'X', ..] | [b'3', b'Y', ..])
    }

    /// Prefix, digits and suffix of an amateur sign; `None` when no digit follows the prefix, as in ship and aircraft signs.
    pub fn parts(&self) -> Option<CallSignParts<'_>> {
        let text = self.as_str();
        let digit_at = |at: usize| text.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
        let prefix_length = if digit_at(2) {
            2
        } else if digit_at(1) && SINGLE_LETTER_PREFIXES.contains(&self.0[0]) {
            1
        } else {
            return None;
        };
        let (prefix, rest) = text.split_at(prefix_length);
        let (digits, suffix) =
            rest.split_at(rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()));
        Some(CallSignParts { prefix, digits, suffix })
    }

    fn canonical(self) -> String {
        self.as_str().to_owned()
    }
}

impl std::fmt::Display for CallSign {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl std::fmt::Debug for CallSign {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "CallSign({})", self.as_str())
    }
}

text_value!(CallSign, CallSignFlaw);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_sign_is_taken_apart() {
        for (text, prefix, digits, suffix) in [
            ("LB1XX", "LB", "1", "XX"),
            ("la 3 za", "LA", "3", "ZA"),
            ("LA202BV", "LA", "202", "BV"),
            ("LM2014", "LM", "2014", ""),
            ("3Y0X", "3Y", "0", "X"),
            ("G1XYZ", "G", "1", "XYZ"),
            ("2E0ABC", "2E", "0", "ABC"),
        ] {
            assert_eq!(
                CallSign::parse(text).unwrap().parts(),
                Some(CallSignParts { prefix, digits, suffix })
            );
        }
        for text in ["LNA2345", "LNABC", "LAAB"] {
            assert_eq!(CallSign::parse(text).unwrap().parts(), None);
        }
    }

    #[test]
    fn what_is_no_sign_is_refused_with_a_reason() {
        for (text, code) in [
            ("", "empty"),
            ("LA", "length"),
            ("LA1ABCDEFGHIJ", "length"),
            ("LA-1XX", "character"),
            ("LA1XX/P", "character"),
            ("12ABC", "prefix"),
            ("L\u{410}1XX", "look-alike"),
            ("LA1Ø", "look-alike"),
            ("\u{FF2C}A1XX", "look-alike"),
            ("LA1XX\n", "control-character"),
        ] {
            assert_eq!(CallSign::parse(text).unwrap_err().code(), code, "{text:?}");
        }
    }

    #[test]
    fn norwegian_series_are_told_from_their_neighbours() {
        for (text, norwegian) in [
            ("LA1X", true),
            ("LN1X", true),
            ("LO1X", false),
            ("KA1X", false),
            ("JW1X", true),
            ("JX1X", true),
            ("JY1X", false),
            ("3Y1X", true),
            ("3X1X", false),
        ] {
            assert_eq!(CallSign::parse(text).unwrap().is_norwegian(), norwegian, "{text}");
        }
    }

    #[test]
    fn a_sign_is_small() {
        assert_eq!(size_of::<CallSign>(), 12);
    }

    proptest! {
        #[test]
        fn a_sign_is_read_back_and_ordered_as_its_text(a in "[A-Z][A-Z0-9]{2,11}", b in "[A-Z][A-Z0-9]{2,11}") {
            let (x, y) = (CallSign::parse(&a).unwrap(), CallSign::parse(&b).unwrap());
            prop_assert_eq!(x.as_str(), a.as_str());
            prop_assert_eq!(x.cmp(&y), a.cmp(&b));
            prop_assert_eq!(serde_json::from_str::<CallSign>(&serde_json::to_string(&x).unwrap()).unwrap(), x);
        }

        #[test]
        fn any_text_is_answered(text in any::<String>()) {
            if let Ok(sign) = CallSign::parse(&text) {
                let _ = sign.parts();
            }
        }
    }
}
