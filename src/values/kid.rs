//! Customer identification numbers of payments (KID): 2 to 25 digits, the last a check digit by modulus 10
//! (Finans Norge's rule of KID; Luhn's weights 2 and 1 from the right).
//!
//! Form only: whether an invoice has the number is for the registry to say. The other rule, modulus 11, is not
//! used here, since its check digit may be a hyphen.

use super::text::{TextFlaw, compact};
use super::{Flaw, text_value};

/// Fewest and most digits a KID may have.
const LENGTHS: std::ops::RangeInclusive<usize> = 2..=25;

/// A KID with a fitting check digit. Zeros before it count: `0018` is another number than `18`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kid(String);

/// Why a text is not a KID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KidFlaw {
    #[error(transparent)]
    Text(#[from] TextFlaw),
    #[error("a KID has 2 to 25 digits and nothing else; copy it from the invoice")]
    Form,
    #[error("the check digit does not fit; check the number for a slip")]
    CheckDigit,
}

impl Flaw for KidFlaw {
    fn code(&self) -> &'static str {
        match self {
            Self::Text(flaw) => flaw.code(),
            Self::Form => "form",
            Self::CheckDigit => "check-digit",
        }
    }
}

/// The digit that makes the weighted sum of `digits` and itself a multiple of ten.
fn check_digit(digits: &[u8]) -> u8 {
    let weighted = digits.iter().rev().enumerate().map(|(place, digit)| {
        let value = (digit - b'0') * if place.is_multiple_of(2) { 2 } else { 1 };
        u32::from(value / 10 + value % 10)
    });
    let rest = u8::try_from(weighted.sum::<u32>() % 10).unwrap_or_default();
    b'0' + (10 - rest) % 10
}

impl Kid {
    /// The KID of a number: the number with zeros before it up to `length` less one digits, and the check digit.
    /// Nothing for a length outside 2 to 25, or a number that does not fit.
    pub fn of(number: u64, length: usize) -> Option<Self> {
        if !LENGTHS.contains(&length) {
            return None;
        }
        let mut text = format!("{number:0>width$}", width = length - 1);
        if text.len() != length - 1 {
            return None;
        }
        let check = char::from(check_digit(text.as_bytes()));
        text.push(check);
        Some(Self(text))
    }

    /// Reads digits, spaces allowed anywhere.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn parse(input: &str) -> Result<Self, KidFlaw> {
        let text = compact(input)?;
        let bytes = text.as_bytes();
        if !LENGTHS.contains(&bytes.len()) || !bytes.iter().all(u8::is_ascii_digit) {
            return Err(KidFlaw::Form);
        }
        let (digits, check) = bytes.split_at(bytes.len() - 1);
        if check != [check_digit(digits)] {
            return Err(KidFlaw::CheckDigit);
        }
        Ok(Self(String::from_utf8_lossy(bytes).into_owned()))
    }

    /// The digits.
    pub fn canonical(&self) -> String {
        self.0.clone()
    }

    /// The digits in groups of three from the right, as people read them.
    pub fn for_people(&self) -> String {
        let mut out = String::with_capacity(self.0.len() * 4 / 3);
        for (at, digit) in self.0.chars().enumerate() {
            if at > 0 && (self.0.len() - at).is_multiple_of(3) {
                out.push('\u{a0}');
            }
            out.push(digit);
        }
        out
    }
}

impl std::fmt::Display for Kid {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

text_value!(Kid, KidFlaw);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Check digits worked out by hand: 1·2=2, 2·1, 3·2=6 … with the sum of digits of each product.
    #[test]
    fn known_numbers_are_read() {
        for text in ["18", "26", "0018", "2345676", "1234567897", "79927398713"] {
            assert_eq!(Kid::parse(text).unwrap().canonical(), text, "{text}");
        }
        assert_eq!(Kid::parse(" 1 234 567 897 ").unwrap().canonical(), "1234567897");
        assert_eq!(Kid::of(1, 2).unwrap().canonical(), "18");
        assert_eq!(Kid::of(1, 10).unwrap().canonical(), "0000000018");
        assert_eq!(Kid::of(123_456_789, 10).unwrap().canonical(), "1234567897");
        assert_eq!(Kid::of(123_456_789, 10).unwrap().for_people(), "1\u{a0}234\u{a0}567\u{a0}897");
        assert_eq!((Kid::of(1000, 4), Kid::of(1, 1), Kid::of(1, 26)), (None, None, None));
    }

    #[test]
    fn what_is_no_kid_is_refused() {
        for text in
            ["", "1", "1234567890123456789012345 6", "12345678-", "1234567x97", "１８", "+18"]
        {
            assert!(matches!(Kid::parse(text), Err(KidFlaw::Form | KidFlaw::Text(_))), "{text}");
        }
        assert_eq!(Kid::parse("1234567890"), Err(KidFlaw::CheckDigit));
        assert_eq!(Kid::parse("2134567897"), Err(KidFlaw::CheckDigit), "two digits changed places");
    }

    proptest! {
        #[test]
        fn what_is_made_is_read_again(number in 0..1_000_000_000_000_u64, more in 0..13_usize) {
            let kid = Kid::of(number, 13 + more).unwrap();
            prop_assert_eq!(Kid::parse(&kid.canonical()).unwrap(), kid.clone());
            prop_assert_eq!(Kid::parse(&kid.for_people()).unwrap(), kid);
        }

        #[test]
        fn one_wrong_digit_is_always_found(number in 0..1_000_000_000_u64, at in 0..10_usize, other in 0..10_u8) {
            let mut text = Kid::of(number, 10).unwrap().canonical().into_bytes();
            let is_same = text[at] == b'0' + other;
            text[at] = b'0' + other;
            let text = String::from_utf8(text).unwrap();
            prop_assert_eq!(Kid::parse(&text).is_ok(), is_same);
        }

        #[test]
        fn nothing_makes_it_panic(text in "\\PC{0,40}") {
            if let Ok(kid) = Kid::parse(&text) {
                prop_assert_eq!(Kid::parse(&kid.canonical()).unwrap(), kid);
            }
        }
    }
}
