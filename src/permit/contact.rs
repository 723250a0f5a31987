//! Emergency contacts: whom the rescue centre calls, in order; and an organisation's contact person,
//! whom only the authority calls.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::values::{email_address::EmailAddress, language::Language, phone_number::PhoneNumber};

/// The most contacts a permit carries; the first are called first.
pub const MAX_CONTACTS: usize = 5;

/// Somebody to call when a beacon has been activated.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EmergencyContact {
    /// Full name.
    pub name: String,
    /// Number to call.
    pub phone: PhoneNumber,
    /// Number to call when the first does not answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alternative_phone: Option<PhoneNumber>,
    /// Language the contact speaks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// What the contact is to the holder, in the holder's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relation: Option<String>,
    /// When the contact can be reached, in the holder's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub availability: Option<String>,
    /// When the holder or the contact last confirmed the entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed_at: Option<DateTime<Utc>>,
}

impl EmergencyContact {
    /// The same entry with the confirmation it already had in `known`; a changed entry has none.
    #[must_use]
    pub fn confirmed_as_in(mut self, known: &[EmergencyContact]) -> Self {
        let bare = |contact: &Self| Self { confirmed_at: None, ..contact.clone() };
        let before = known.iter().find(|contact| bare(contact) == bare(&self));
        self.confirmed_at = before.and_then(|contact| contact.confirmed_at);
        self
    }
}

/// Code of the error that a list names nobody but the holder.
pub const OWN_NUMBER: &str = "own-number";

/// Whether the rescue centre reaches somebody when the holder does not answer: one contact at least has a
/// number other than the holder's `own` (IMO A.887(21) asks for an alternative number at all hours).
pub fn reaches_another(contacts: &[EmergencyContact], own: PhoneNumber) -> bool {
    contacts.iter().any(|contact| {
        contact.phone != own || contact.alternative_phone.is_some_and(|phone| phone != own)
    })
}

impl std::fmt::Debug for EmergencyContact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EmergencyContact(redacted)")
    }
}

/// An organisation's person for matters about its permit. Not an emergency contact.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContactPerson {
    /// Full name.
    pub name: String,
    /// Telephone.
    pub phone: PhoneNumber,
    /// E-mail.
    pub email: EmailAddress,
}

impl std::fmt::Debug for ContactPerson {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ContactPerson(redacted)")
    }
}

impl ContactPerson {
    /// The section `contactPerson` of a record.
    pub fn section(&self) -> serde_json::Value {
        serde_json::json!({ "name": self.name, "phone": self.phone.dial(), "email": self.email })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_the_holders_own_number_reaches_nobody_else() {
        let number = |text: &str| PhoneNumber::parse(text).unwrap();
        let contact = |phone: &str, alternative: Option<&str>| EmergencyContact {
            name: "Ola Eksempel".to_owned(),
            phone: number(phone),
            alternative_phone: alternative.map(number),
            language: None,
            relation: None,
            availability: None,
            confirmed_at: None,
        };
        let own = number("68 05 00 12");
        for (contacts, reaches) in [
            (vec![], false),
            (vec![contact("68 05 00 12", None)], false),
            (vec![contact("+47 68050012", Some("0047 68 05 00 12"))], false),
            (vec![contact("68 05 00 12", Some("68 05 00 21"))], true),
            (vec![contact("68 05 00 12", None), contact("68 05 00 21", None)], true),
            (vec![contact("+46 68050012", None)], true),
        ] {
            assert_eq!(reaches_another(&contacts, own), reaches);
        }
    }
}
