//! Organisation numbers of the Norwegian central coordinating register for legal entities (LOV-1994-06-03-15 § 5): nine digits,
//! the last a modulus-11 check digit.
//!
//! Form only: whether the organisation exists is for the register to say.

use super::text::{TextFlaw, compact, digit_text, digits, weighted_sum};
use super::{Flaw, text_value};

const WEIGHTS: [u8; 8] = [3, 2, 7, 6, 5, 4, 3, 2];

/// The scheme of Norwegian organisation numbers in ISO/IEC 6523.
const ISO_6523_SCHEME: &str = "0192:";

/// A nine-digit number with a fitting check digit. Issued numbers begin with 8 or 9; the first digit is not checked,
/// since other series are reserved for the same use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrganisationNumber([u8; 9]);

/// Why a text is not an organisation number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OrganisationNumberFlaw {
    #[error(transparent)]
    Text(#[from] TextFlaw),
    #[error("an organisation number has exactly nine digits; leave out the country code and MVA")]
    Form,
    #[error("the check digit does not fit; check the number for a slip")]
    CheckDigit,
    #[error(
        "the identifier is not of the scheme 0192, Norwegian organisation numbers; write 0192: and nine digits"
    )]
    Scheme,
}

impl Flaw for OrganisationNumberFlaw {
    fn code(&self) -> &'static str {
        match self {
            Self::Text(flaw) => flaw.code(),
            Self::Form => "form",
            Self::CheckDigit => "check-digit",
            Self::Scheme => "scheme",
        }
    }
}

impl OrganisationNumber {
    /// Reads nine digits, spaces allowed anywhere.
    pub fn parse(input: &str) -> Result<Self, OrganisationNumberFlaw> {
        let number: [u8; 9] =
            digits(compact(input)?.as_bytes()).ok_or(OrganisationNumberFlaw::Form)?;
        let sum = weighted_sum(&number, &WEIGHTS) + u32::from(number[8]);
        sum.is_multiple_of(11).then_some(Self(number)).ok_or(OrganisationNumberFlaw::CheckDigit)
    }

    /// Reads `0192:` and nine digits, the form of ISO/IEC 6523 used by Maskinporten and electronic invoices.
    pub fn parse_iso6523(input: &str) -> Result<Self, OrganisationNumberFlaw> {
        Self::parse(input.strip_prefix(ISO_6523_SCHEME).ok_or(OrganisationNumberFlaw::Scheme)?)
    }

    /// The form of ISO/IEC 6523, `0192:NNNNNNNNN`.
    pub fn to_iso6523(self) -> String {
        format!("{ISO_6523_SCHEME}{}", self.canonical())
    }

    /// The form for people, `NNN NNN NNN`.
    pub fn grouped(self) -> String {
        self.0.chunks(3).map(digit_text).collect::<Vec<_>>().join(" ")
    }

    fn canonical(self) -> String {
        digit_text(&self.0)
    }
}

impl std::fmt::Display for OrganisationNumber {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.canonical())
    }
}

text_value!(OrganisationNumber, OrganisationNumberFlaw);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_iso_6523_form_is_its_own_parser() {
        let number = OrganisationNumber::parse_iso6523("0192:974446871").unwrap();
        assert_eq!(number.to_iso6523(), "0192:974446871");
        assert_eq!(number.grouped(), "974 446 871");
        assert_eq!(
            OrganisationNumber::parse_iso6523("974446871"),
            Err(OrganisationNumberFlaw::Scheme)
        );
        assert_eq!(
            OrganisationNumber::parse_iso6523("0007:974446871"),
            Err(OrganisationNumberFlaw::Scheme)
        );
        assert_eq!(OrganisationNumber::parse("0192:974446871"), Err(OrganisationNumberFlaw::Form));
    }

    #[test]
    fn a_check_digit_of_ten_is_unusable() {
        for number in 910_000_080..=910_000_089 {
            assert!(OrganisationNumber::parse(&number.to_string()).is_err());
        }
    }
}
