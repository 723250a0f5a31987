//! What is kept about an amateur licence.

use serde::{Deserialize, Serialize};

/// The licence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AmateurDetails {
    /// Class of the licence.
    pub class: LicenceClass,
}

/// Classes of FOR-2026-03-23-465 § 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LicenceClass {
    /// Limited bands and power; valid in Norway only.
    Limited,
    /// CEPT T/R 61-01.
    Full,
}

impl LicenceClass {
    /// As in JSON and in the database.
    pub const fn code(self) -> &'static str {
        match self {
            LicenceClass::Limited => "limited",
            LicenceClass::Full => "full",
        }
    }

    /// Reads [`code`](Self::code).
    pub fn from_code(text: &str) -> Option<Self> {
        [LicenceClass::Limited, LicenceClass::Full].into_iter().find(|class| class.code() == text)
    }
}
