//! What all parsers do first: refuse control characters and over-long input, drop spaces, insist on ASCII.
//!
//! It knows no scheme; what the remaining characters mean is the business of each value.

use super::Flaw;

/// Longest accepted input in bytes, spaces included; longer input is refused before any other work.
pub const MAX_INPUT_BYTES: usize = 128;

/// Most characters left when the spaces are gone.
const MAX_COMPACT: usize = 32;

/// Why a text cannot be read at all, whatever its scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextFlaw {
    #[error("the value is missing; write one")]
    Empty,
    #[error("the text is too long; write the value only")]
    TooLong,
    #[error("the text holds a control character; type the value again without line breaks or tabs")]
    ControlCharacter,
    #[error(
        "the text holds a character outside A to Z and 0 to 9 that may only look like one; type the value again on a Latin keyboard"
    )]
    LookAlike,
}

impl Flaw for TextFlaw {
    fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLong => "too-long",
            Self::ControlCharacter => "control-character",
            Self::LookAlike => "look-alike",
        }
    }
}

/// An input without its spaces, ASCII only, at most 32 characters, held without allocation.
#[derive(Clone, Copy)]
pub(super) struct Compact {
    bytes: [u8; MAX_COMPACT],
    length: usize,
}

impl Compact {
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    pub(super) fn as_str(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    pub(super) fn make_upper_case(&mut self) {
        self.bytes[..self.length].make_ascii_uppercase();
    }
}

/// Removes U+0020 and U+00A0 everywhere and keeps what is left if it is printable ASCII.
pub(super) fn compact(input: &str) -> Result<Compact, TextFlaw> {
    if input.len() > MAX_INPUT_BYTES {
        return Err(TextFlaw::TooLong);
    }
    let mut bytes = [0; MAX_COMPACT];
    let mut length = 0;
    for character in input.chars().filter(|c| !matches!(c, ' ' | '\u{A0}')) {
        if character.is_control() {
            return Err(TextFlaw::ControlCharacter);
        }
        let byte = u8::try_from(character).ok().filter(u8::is_ascii).ok_or(TextFlaw::LookAlike)?;
        *bytes.get_mut(length).ok_or(TextFlaw::TooLong)? = byte;
        length += 1;
    }
    if length == 0 {
        return Err(TextFlaw::Empty);
    }
    Ok(Compact { bytes, length })
}

/// As [`compact`], with ASCII letters in upper case.
pub(super) fn compact_upper(input: &str) -> Result<Compact, TextFlaw> {
    let mut text = compact(input)?;
    text.make_upper_case();
    Ok(text)
}

/// The text as exactly `N` decimal digits, each 0 to 9 as a number; `None` for another length or another character.
pub(super) fn digits<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    let text: [u8; N] = text.try_into().ok()?;
    text.iter().all(u8::is_ascii_digit).then(|| text.map(|byte| byte - b'0'))
}

/// Digits 0 to 9 as text.
pub(super) fn digit_text(digits: &[u8]) -> String {
    digits.iter().map(|digit| char::from(b'0' + digit)).collect()
}

/// Sum of the products of digits and weights.
pub(super) fn weighted_sum(digits: &[u8], weights: &[u8]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| u32::from(*digit) * u32::from(*weight)).sum()
}
