//! Norwegian bank account numbers: eleven digits, the last a check digit by modulus 11, and the same as IBAN (ISO 13616).
//!
//! Form only: whether the bank has the account is for the bank to say.

use super::text::{TextFlaw, compact, digits, weighted_sum};
use super::{Flaw, text_value};

const WEIGHTS: [u8; 10] = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2];

/// An account number with a fitting check digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountNumber([u8; 11]);

/// Why a text is not an account number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AccountNumberFlaw {
    #[error(transparent)]
    Text(#[from] TextFlaw),
    #[error("an account number has eleven digits; full stops may stand between them")]
    Form,
    #[error("the check digit does not fit; check the number for a slip")]
    CheckDigit,
}

impl Flaw for AccountNumberFlaw {
    fn code(&self) -> &'static str {
        match self {
            Self::Text(flaw) => flaw.code(),
            Self::Form => "form",
            Self::CheckDigit => "check-digit",
        }
    }
}

impl AccountNumber {
    /// Reads eleven digits, spaces and full stops allowed anywhere.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn parse(input: &str) -> Result<Self, AccountNumberFlaw> {
        let text = compact(input)?.as_str().replace('.', "");
        let number: [u8; 11] = digits(text.as_bytes()).ok_or(AccountNumberFlaw::Form)?;
        let sum = weighted_sum(&number, &WEIGHTS) + u32::from(number[10]);
        sum.is_multiple_of(11).then_some(Self(number)).ok_or(AccountNumberFlaw::CheckDigit)
    }

    /// Eleven digits.
    pub fn canonical(&self) -> String {
        self.0.iter().map(|digit| char::from(b'0' + digit)).collect()
    }

    /// As people write it, e.g. `1234.56.78903`.
    pub fn for_people(&self) -> String {
        let text = self.canonical();
        format!("{}.{}.{}", &text[..4], &text[4..6], &text[6..])
    }

    /// The account as IBAN: `NO`, two check digits, and the eleven digits.
    pub fn iban(&self) -> String {
        let text = self.canonical();
        // N is 23 and O is 24, with two zeros for the check digits to come (ISO 13616, modulus 97)
        let rest = format!("{text}232400")
            .bytes()
            .fold(0_u32, |rest, digit| (rest * 10 + u32::from(digit - b'0')) % 97);
        format!("NO{:02}{text}", 98 - rest)
    }
}

text_value!(AccountNumber, AccountNumberFlaw);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_numbers_are_read_and_written() {
        let account = AccountNumber::parse("1234.56.78903").unwrap();
        assert_eq!(account.canonical(), "12345678903");
        assert_eq!(account.for_people(), "1234.56.78903");
        // the example of the registry of IBAN formats
        assert_eq!(AccountNumber::parse("8601 11 17947").unwrap().iban(), "NO9386011117947");
        assert_eq!(AccountNumber::parse("12345678904"), Err(AccountNumberFlaw::CheckDigit));
        for text in ["1234567890", "123456789034", "1234567890x"] {
            assert_eq!(AccountNumber::parse(text), Err(AccountNumberFlaw::Form), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_is_written_and_read_again(text in "[0-9. ]{11,14}") {
            if let Ok(account) = AccountNumber::parse(&text) {
                prop_assert_eq!(AccountNumber::parse(&account.canonical()), Ok(account));
                prop_assert_eq!(AccountNumber::parse(&account.for_people()), Ok(account));
                prop_assert_eq!(account.iban().len(), 15);
            }
        }
    }
}
