//! Who got what about oneself, in JSON.

use chrono::{DateTime, Utc};
use poem_openapi::{Enum, Object};

use super::store::Told;

/// How data were got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "camelCase")]
pub enum Manner {
    /// The registry sent or showed them.
    Given,
    /// A rescue centre looked up the beacon, aircraft or call sign.
    LookUp,
}

/// One time somebody got or read data about you.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct OwnDisclosureView {
    /// When.
    pub at: DateTime<Utc>,
    /// What kind of recipient, as the record of processing names it: `rescueCentre`, `programmer`, `caseworker`,
    /// `emergencyContact`, `provider` and others.
    pub recipient: String,
    /// Purpose of the record of processing.
    pub purpose: String,
    /// How they were got.
    pub manner: Manner,
    /// Names of the fields, never their values.
    pub fields: Vec<String>,
    /// The permit they are of.
    pub permit_id: Option<String>,
    /// Its number.
    pub permit_number: Option<String>,
}

impl OwnDisclosureView {
    /// The view of an entry.
    pub fn of(told: Told) -> Self {
        let (id, number) = told.permit.unzip();
        Self {
            at: told.at,
            recipient: told.recipient,
            purpose: told.purpose,
            manner: if told.is_look_up { Manner::LookUp } else { Manner::Given },
            fields: told.fields,
            permit_id: id.map(|id| id.to_string()),
            permit_number: number,
        }
    }
}

/// A page of them, the newest first.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct OwnDisclosurePage {
    /// The entries of this page.
    pub items: Vec<OwnDisclosureView>,
    /// How many there are in all.
    pub total: u64,
    /// Cursor of the next page; none on the last.
    pub next: Option<String>,
}
