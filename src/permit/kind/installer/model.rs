//! What is kept about an authorised installer, and what is known of a qualified person.
//!
//! A permit names its qualified persons by reference only. Their particulars are in the application,
//! sealed with it, and in the rows of `qualified_person`, sealed too.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{permit::contact::ContactPerson, values::email_address::EmailAddress};

/// An authorisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InstallerDetails {
    /// Codes of `data/installer_types.tsv`; empty in an application, since nobody chooses, unless the
    /// authority names types held before.
    #[serde(default)]
    pub types: Vec<String>,
    /// Types held before, as the authority has registered them; each is one of the types, too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub held: Vec<HeldType>,
    /// The qualified persons, at least one.
    pub persons: Vec<NamedPerson>,
    /// Whom the authority asks about the authorisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact_person: Option<ContactPerson>,
}

/// A type that was granted before and is not given any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HeldType {
    /// Code of `data/installer_types.tsv`.
    pub code: String,
    /// The day it was granted.
    pub granted_on: NaiveDate,
}

/// A qualified person as a business names them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NamedPerson {
    /// Who.
    pub naming: Naming,
    /// Employed full time by the business.
    pub full_time: bool,
}

/// How a qualified person is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Naming {
    /// By the reference given when the competence was assessed.
    Reference(PersonReference),
    /// By everything an assessment needs. In applications only, never in a permit.
    Particulars(Box<Particulars>),
}

/// What an assessment of competence is made on.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Particulars {
    /// Full name.
    pub name: String,
    /// Birth date.
    pub birth_date: NaiveDate,
    /// Which way the education is shown.
    pub qualification: Qualification,
    /// The education, in the applicant's words.
    pub education: String,
    /// Months of relevant practice.
    pub practice_months: u32,
    /// The practice, in the applicant's words.
    pub work_history: String,
    /// Where the person can be written to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<EmailAddress>,
}

impl std::fmt::Debug for Particulars {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Particulars(redacted)")
    }
}

/// Ways to show the education (FOR-2011-12-07-1206 § 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Qualification {
    /// Two years of vocational college (fagskole), electro with a module on ecom networks.
    VocationalCollege,
    /// Equal to it.
    Equivalent,
    /// Recognised under directive 2005/36/EC; practice is part of that assessment.
    EeaRecognition,
}

impl Qualification {
    /// As in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Qualification::VocationalCollege => "vocationalCollege",
            Qualification::Equivalent => "equivalent",
            Qualification::EeaRecognition => "eeaRecognition",
        }
    }
}

/// How an assessment of competence ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The person is qualified.
    Assessed,
    /// The person is not, on what was shown.
    Refused,
}

impl Standing {
    /// As in JSON and in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Standing::Assessed => "assessed",
            Standing::Refused => "refused",
        }
    }

    /// Reads [`code`](Self::code).
    pub fn from_code(text: &str) -> Option<Self> {
        [Standing::Assessed, Standing::Refused].into_iter().find(|one| one.code() == text)
    }
}

/// The reference of an assessed person: ten letters and digits without look-alikes, printed as
/// `XXXXX-XXXXX`. 50 random bits; it says nothing about the person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PersonReference(String);

/// Letters and digits of a reference (Crockford's alphabet: no I, L, O, U).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CHARACTERS: usize = 10;

/// Why a text is not a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a reference has ten letters and digits, as in 4F7QX-29KDM; copy it from the letter of the assessment"
)]
pub struct ReferenceFlaw;

impl crate::values::Flaw for ReferenceFlaw {
    fn code(&self) -> &'static str {
        "form"
    }
}

impl PersonReference {
    /// Reads a reference as people type it: small letters, spaces and hyphens, O for 0, I and L for 1.
    ///
    /// # Errors
    /// For anything that is not ten letters and digits of the alphabet.
    pub fn parse(text: &str) -> Result<Self, ReferenceFlaw> {
        let canonical: String = text
            .chars()
            .filter(|c| !matches!(c, ' ' | '-'))
            .map(|c| match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            })
            .collect();
        let is_known = |byte: u8| ALPHABET.contains(&byte);
        let fits = canonical.len() == CHARACTERS && canonical.bytes().all(is_known);
        if fits { Ok(Self(canonical)) } else { Err(ReferenceFlaw) }
    }

    /// The reference that these random bits make.
    pub fn of_bits(bits: u64) -> Self {
        let character = |index: usize| char::from(ALPHABET[(bits >> (index * 5)) as usize & 31]);
        Self((0..CHARACTERS).map(character).collect())
    }

    /// As stored: ten characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for PersonReference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (first, last) = self.0.split_at(CHARACTERS / 2);
        write!(f, "{first}-{last}")
    }
}

impl TryFrom<String> for PersonReference {
    type Error = ReferenceFlaw;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<PersonReference> for String {
    fn from(reference: PersonReference) -> Self {
        reference.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_reference_is_read_as_people_type_it_and_nothing_else_is() {
        let reference = PersonReference::parse("4f7qx-29kdm").unwrap();
        assert_eq!(reference.to_string(), "4F7QX-29KDM");
        assert_eq!(PersonReference::parse("o1l00 00000").unwrap().as_str(), "0110000000");
        for text in
            ["", "4F7QX-29KD", "4F7QX-29KDMM", "4F7QX-29KDU", "4F7QX-29KDÆ", "4F7QX-29KD\u{0392}"]
        {
            assert_eq!(PersonReference::parse(text), Err(ReferenceFlaw), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_reference_reads_back(bits: u64) {
            let reference = PersonReference::of_bits(bits);
            prop_assert_eq!(PersonReference::parse(&reference.to_string()), Ok(reference));
        }

        #[test]
        fn no_text_makes_the_reader_panic(text: String) {
            let _ = PersonReference::parse(&text);
        }
    }
}
