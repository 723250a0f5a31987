//! What an entry of the journal is. Pure.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::{
    disclosure::policy::Kind,
    failure::Failure,
    identity::Caller,
    permit::kind,
    values::{
        access_code::{self, AccessCode},
        ids::{CaseId, PartyId},
        language::Language,
    },
};

/// What a case in the journal is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A permit of a kind.
    Permit(Kind),
    /// Supervision of somebody.
    Supervision,
    /// The fees of a holder in a year.
    Fees,
}

impl Subject {
    /// Every subject, permits first.
    pub fn all() -> impl Iterator<Item = Self> {
        let kinds = kind::KINDS.iter().map(|kind| Self::Permit(kind.kind()));
        kinds.chain([Self::Supervision, Self::Fees])
    }

    /// As in JSON: the kind of permit, `supervision` or `fees`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Permit(kind) => kind.as_str(),
            Self::Supervision => "supervision",
            Self::Fees => "fees",
        }
    }

    /// Reads [`code`](Self::code).
    pub fn from_code(text: &str) -> Option<Self> {
        Self::all().find(|subject| subject.code() == text)
    }

    /// The same in words.
    pub fn title(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Permit(kind), language) => kind::any(kind).title(language),
            (Self::Supervision, Language::English) => "Supervision",
            (Self::Supervision, _) => "Tilsyn",
            (Self::Fees, Language::English) => "Fees",
            (Self::Fees, _) => "Gebyr og avgift",
        }
    }

    /// Makes sure that a caseworker may handle cases about it.
    ///
    /// # Errors
    /// 403.
    pub fn needs(self, caller: &Caller) -> Result<(), Failure> {
        match self {
            Self::Permit(kind) => caller.needs_kind(kind),
            Self::Supervision => caller.needs_scope("anrop:supervision"),
            Self::Fees => caller.needs_scope("anrop:payment.write"),
        }
    }
}

/// Which way a document went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// To the authority.
    In,
    /// From the authority.
    Out,
    /// Within it.
    Internal,
}

impl Direction {
    /// Every direction.
    pub const ALL: [Direction; 3] = [Direction::In, Direction::Out, Direction::Internal];

    /// As in JSON and in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Direction::In => "in",
            Direction::Out => "out",
            Direction::Internal => "internal",
        }
    }

    /// Reads [`code`](Self::code).
    pub fn from_code(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|direction| direction.code() == text)
    }
}

/// Who a document came from or went to.
#[derive(Clone, PartialEq, Eq)]
pub struct Correspondent {
    /// The party; of an appeal body the party whose appeal it has.
    pub party: PartyId,
    /// Name.
    pub name: String,
    /// Number of an organisation; none for a natural person, and for an appeal body.
    pub organisation: Option<String>,
    /// It is a body that decides appeals, which is no party here.
    pub is_appeal_body: bool,
    /// What passes is about a natural person, whoever it comes from or goes to.
    pub concerns_person: bool,
    /// The population register protects the address.
    pub is_protected: bool,
    /// Processing is restricted (GDPR Article 18).
    pub is_restricted: bool,
    /// Born on, where it is known.
    pub birth_date: Option<NaiveDate>,
}

impl Correspondent {
    /// True for a natural person.
    pub const fn is_person(&self) -> bool {
        self.organisation.is_none() && !self.is_appeal_body
    }
}

// holds a name, so its `Debug` shows none
impl std::fmt::Debug for Correspondent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Correspondent({})", self.party)
    }
}

/// An entry with what is needed to tell of it.
#[derive(Debug, Clone)]
pub struct Journaled {
    /// Id.
    pub id: Uuid,
    /// Its case.
    pub case: CaseId,
    /// Year and serial of the case.
    pub case_number: (i32, i64),
    /// What the case is about.
    pub subject: Subject,
    /// Number of the document within the case.
    pub number: i32,
    /// Which way it went.
    pub direction: Direction,
    /// Title in English, without names of persons; translated by `values::journal_title`.
    pub title: String,
    /// Who entered it.
    pub actor: String,
    /// When.
    pub at: DateTime<Utc>,
    /// The day of that in Norway.
    pub day: NaiveDate,
    /// Date the document bears.
    pub document_date: NaiveDate,
    /// Year and number in the journal of the year; none in the moment before it is given.
    pub journal_number: Option<(i32, i64)>,
    /// SHA-256 of what it says, where that is kept.
    pub hash: Option<Vec<u8>>,
    /// Sender or receiver; none within the authority, and for somebody who does not say who they are.
    pub correspondent: Option<Correspondent>,
    /// Code that a caseworker set, in force once `access_version` is above 0.
    pub set_code: Option<String>,
    /// How often it was set.
    pub access_version: i32,
}

impl Journaled {
    /// The number of the case, e.g. `2026/000123`.
    pub fn case_display(&self) -> String {
        format!("{}/{:06}", self.case_number.0, self.case_number.1)
    }

    /// The number of the document, e.g. `2026/000123-4`.
    pub fn display(&self) -> String {
        format!("{}-{}", self.case_display(), self.number)
    }

    /// The number in the journal of the year, e.g. `25367/2026`.
    pub fn journal_display(&self) -> Option<String> {
        self.journal_number.map(|(year, number)| format!("{number}/{year}"))
    }

    /// The access code: what a caseworker set, else what the rules of its day say. None: public.
    pub fn access(&self) -> Option<&'static AccessCode> {
        if self.access_version > 0 {
            return self.set_code.as_deref().and_then(access_code::find);
        }
        self.first_access()
    }

    /// The access code that the rules of its day say.
    pub fn first_access(&self) -> Option<&'static AccessCode> {
        let is_person = self.correspondent.as_ref().is_some_and(|who| who.concerns_person);
        access_code::beginning(self.direction.code(), self.subject.code(), is_person, self.day)
    }
}

/// The number of a document as people write it: year and serial of the case, and number within it.
pub fn parse_number(text: &str) -> Option<((i32, i64), i32)> {
    let (case, number) = text.trim().rsplit_once('-')?;
    let (year, serial) = case.split_once('/')?;
    let is_short = |digits: &str, most: usize| {
        !digits.is_empty()
            && digits.len() <= most
            && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !(year.len() == 4 && is_short(year, 4) && is_short(serial, 12) && is_short(number, 6)) {
        return None;
    }
    Some(((year.parse().ok()?, serial.parse().ok()?), number.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_documents_are_read_as_they_are_written() {
        assert_eq!(parse_number(" 2026/000123-4 "), Some(((2026, 123), 4)));
        assert_eq!(parse_number("2026/123-14"), Some(((2026, 123), 14)));
        for text in ["2026/000123", "2026-4", "x/1-1", "2026/1-", "2026/-1", "26/1-1", "2026/1-1-"]
        {
            assert_eq!(parse_number(text), None, "{text}");
        }
    }

    #[test]
    fn every_subject_has_a_code_of_its_own() {
        for subject in Subject::all() {
            assert_eq!(Subject::from_code(subject.code()), Some(subject));
        }
    }

    #[test]
    fn every_direction_has_a_code_of_its_own() {
        for direction in Direction::ALL {
            assert_eq!(Direction::from_code(direction.code()), Some(direction));
        }
    }
}
