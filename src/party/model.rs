//! What a party is.

use chrono::{DateTime, NaiveDate, Utc};

use crate::values::{
    email_address::EmailAddress, ids::PartyId, language::Language,
    organisation_number::OrganisationNumber, phone_number::PhoneNumber,
    postal_address::PostalAddress,
};

/// Name, address and how to reach somebody; what the party itself may correct.
#[derive(Clone, PartialEq, Eq)]
pub struct ContactDetails {
    /// Full name of a person, or name of an organisation.
    pub name: String,
    /// Where letters go.
    pub address: PostalAddress,
    /// Where to call.
    pub phone: PhoneNumber,
    /// Where notices go.
    pub email: EmailAddress,
    /// Language of letters.
    pub language: Language,
}

/// Who the party is to the law.
#[derive(Clone, PartialEq, Eq)]
pub enum Identity {
    /// A natural person; the national id stays sealed in the store.
    Person {
        /// Born on; needed for the amateur licence.
        birth_date: Option<NaiveDate>,
    },
    /// An organisation of Enhetsregisteret.
    Organisation {
        /// Nine digits.
        number: OrganisationNumber,
    },
}

/// A party as it stands.
#[derive(Clone, PartialEq, Eq)]
pub struct Party {
    /// Id of the row.
    pub id: PartyId,
    /// Person or organisation.
    pub identity: Identity,
    /// How to reach it.
    pub details: ContactDetails,
    /// Address-protected: never published, whatever the consent.
    pub protected: bool,
    /// Restriction of processing (GDPR Art. 18).
    pub restricted: bool,
    /// A person has decided that the restriction stops rescue centres too.
    pub rescue_stopped: bool,
    /// Grows with every change.
    pub version: i32,
    /// When it last changed.
    pub changed_at: DateTime<Utc>,
}

impl Party {
    /// True for a natural person.
    pub fn is_person(&self) -> bool {
        matches!(self.identity, Identity::Person { .. })
    }

    /// True for a natural person known to be under 18 years on `day` (vergemålsloven § 8).
    pub fn is_minor(&self, day: NaiveDate) -> bool {
        match self.identity {
            Identity::Person { birth_date: Some(born) } => {
                day.years_since(born).is_none_or(|years| years < 18)
            }
            _ => false,
        }
    }
}

impl std::fmt::Debug for Party {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Party({})", self.id)
    }
}

/// Folds a name for the holder search: small letters, accents off, `æøå` as `ae o a`, single spaces.
pub fn fold_name(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for character in name.chars().flat_map(char::to_lowercase) {
        match character {
            'æ' | 'ä' => out.push_str("ae"),
            'ø' | 'ö' => out.push('o'),
            'å' | 'á' | 'à' | 'â' => out.push('a'),
            'é' | 'è' | 'ê' | 'ë' => out.push('e'),
            'č' | 'ç' => out.push('c'),
            'đ' => out.push('d'),
            'ŋ' | 'ñ' => out.push('n'),
            'š' => out.push('s'),
            'ŧ' => out.push('t'),
            'ž' => out.push('z'),
            'ü' | 'ú' => out.push('u'),
            'í' | 'ï' => out.push('i'),
            'ó' | 'ò' => out.push('o'),
            c if c.is_whitespace() || c == '-' => {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            c => out.push(c),
        }
    }
    out.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::fold_name;

    #[test]
    fn names_fold_to_what_people_type() {
        assert_eq!(fold_name("  Ánne-Máret  ØSTBY "), "anne maret ostby");
        assert_eq!(fold_name("Bjørn Čálli"), "bjorn calli");
    }
}
