//! What a case is for, and what a transfer says. Pure.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::lifecycle::Step;
use crate::values::{
    letter_text::LetterText, national_id::NationalId, organisation_number::OrganisationNumber,
};

/// What a case is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A permit that does not exist yet.
    New,
    /// A change of what a permit says.
    Amendment,
    /// A later end.
    Renewal,
    /// Another holder.
    Transfer,
    /// The authority suspends a permit of its own motion.
    Suspension,
    /// The authority reinstates it.
    Reinstatement,
    /// The authority revokes it.
    Revocation,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Purpose; 7] = [
        Purpose::New,
        Purpose::Amendment,
        Purpose::Renewal,
        Purpose::Transfer,
        Purpose::Suspension,
        Purpose::Reinstatement,
        Purpose::Revocation,
    ];

    /// As in JSON and in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Purpose::New => "new",
            Purpose::Amendment => "amendment",
            Purpose::Renewal => "renewal",
            Purpose::Transfer => "transfer",
            Purpose::Suspension => "suspension",
            Purpose::Reinstatement => "reinstatement",
            Purpose::Revocation => "revocation",
        }
    }

    /// True for what the authority does without being asked.
    pub const fn is_own_motion(self) -> bool {
        matches!(self, Purpose::Suspension | Purpose::Reinstatement | Purpose::Revocation)
    }

    /// Reads [`code`](Self::code).
    pub fn from_code(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.code() == text)
    }
}

/// Longest text in which a party answers a question or comments on what they were told of, in characters, whichever way it comes.
pub const LONGEST_ANSWER: usize = 10_000;

/// Channel of a case that the authority began of its own motion: nobody has applied in it.
pub const OWN_MOTION: &str = "authority";

/// Why a holder is given no advance notice of what the authority does of its own motion (forvaltningsloven § 16 third paragraph).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WithoutNotice {
    /// It is not practicable, or would endanger that the decision is carried out (a).
    NotPracticable,
    /// The address is not known, and finding it takes more than is reasonable (b).
    AddressUnknown,
    /// They know of it and have had time to comment, or a notice is manifestly unnecessary (c).
    Unnecessary,
}

impl WithoutNotice {
    /// Every exception.
    pub const ALL: [WithoutNotice; 3] =
        [WithoutNotice::NotPracticable, WithoutNotice::AddressUnknown, WithoutNotice::Unnecessary];

    /// As in JSON and in forms.
    pub const fn code(self) -> &'static str {
        match self {
            WithoutNotice::NotPracticable => "notPracticable",
            WithoutNotice::AddressUnknown => "addressUnknown",
            WithoutNotice::Unnecessary => "unnecessary",
        }
    }

    /// As the journal has it.
    pub const fn title(self) -> &'static str {
        match self {
            WithoutNotice::NotPracticable => "No advance notice: not practicable",
            WithoutNotice::AddressUnknown => "No advance notice: address unknown",
            WithoutNotice::Unnecessary => "No advance notice: unnecessary",
        }
    }

    /// As the holder is told.
    pub const fn text(self) -> LetterText {
        match self {
            WithoutNotice::NotPracticable => LetterText::NoNoticeNotPracticable,
            WithoutNotice::AddressUnknown => LetterText::NoNoticeAddressUnknown,
            WithoutNotice::Unnecessary => LetterText::NoNoticeUnnecessary,
        }
    }
}

/// A decision as the caseworker makes it.
#[derive(Debug, Clone)]
pub struct Ruling {
    /// Which way.
    pub step: Step,
    /// Grounds (forvaltningsloven § 25).
    pub grounds: String,
    /// Conditions set for this permit.
    pub conditions: Vec<String>,
    /// Day after the last of a new permit, where it is to end before its kind says.
    pub valid_until: Option<NaiveDate>,
}

impl Ruling {
    /// Grants what is applied for, as the kind has it.
    pub const fn grant() -> Self {
        Self {
            step: Step::Grant,
            grounds: String::new(),
            conditions: Vec::new(),
            valid_until: None,
        }
    }
}

/// How an application came in that a caseworker registers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// On paper.
    Paper,
    /// By telephone.
    Telephone,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Channel; 2] = [Channel::Paper, Channel::Telephone];

    /// As in JSON and in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Channel::Paper => "paper",
            Channel::Telephone => "telephone",
        }
    }

    /// Reads [`code`](Self::code).
    pub fn from_code(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.code() == text)
    }
}

/// Who is to receive a permit, or for whom a caseworker applies.
#[derive(Clone)]
pub enum Receiver {
    /// A natural person.
    Person(NationalId),
    /// An organisation.
    Organisation(OrganisationNumber),
}

impl Receiver {
    /// True for a natural person.
    pub const fn is_person(&self) -> bool {
        matches!(self, Receiver::Person(_))
    }

    /// The text its blind index is made of.
    pub fn canonical(&self) -> String {
        match self {
            Receiver::Person(id) => format!("person/{}", id.reveal()),
            Receiver::Organisation(number) => format!("organisation/{number}"),
        }
    }
}

/// What a transfer is asked for with, as the case keeps it. A person is not named: the case is that
/// person's invitation, and names them when they accept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TransferTerms {
    /// Number of the permit.
    pub permit_number: String,
    /// Nine digits of an organisation; none for a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation_number: Option<String>,
    /// First day of the new holder.
    pub from: NaiveDate,
    /// Why, in the holder's words; the new holder reads it too.
    pub reason: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_purpose_has_a_code_of_its_own() {
        for purpose in Purpose::ALL {
            assert_eq!(Purpose::from_code(purpose.code()), Some(purpose));
        }
        assert_eq!(Purpose::from_code("appeal"), None);
    }
}
