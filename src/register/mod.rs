//! The public register: a read model in memory, immutable and swapped whole. It holds the call signs
//! and the public lists of permits ([`list`]).
//!
//! Rows of `public_row` are written in the transaction of the change ([`projection`]) and physically
//! lack what may not be shown; the [`index`] is rebuilt from them at start, advanced by this
//! process's commits at once and by the sealed log for those of others ([`follow`]). Public reads
//! never touch the database. A process whose lease has run out shows no person ([`lease`]).

pub mod api;
pub mod as_of;
pub mod atom;
pub mod catalog;
pub mod events;
pub mod feed;
pub mod follow;
pub mod index;
pub mod lease;
pub mod legacy;
pub mod list;
pub mod projection;
pub mod schema;
pub mod search;
pub mod snapshot;
pub mod states;
pub mod store;
pub mod wire;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use list::PublicPermit;

use crate::{assignment::SignStatus, party::wire::Address, values::call_sign::CallSign};

/// Name of the list of call signs.
pub const CALL_SIGNS: &str = "call-signs";

/// Name of the list of number ranges.
pub const NUMBER_RANGES: &str = "number-ranges";

/// Names of the lists whose rows are records: of permits, and of number ranges.
pub const RECORDS: [&str; 4] = ["frequency-permits", "installers", NUMBER_RANGES, "suppliers"];

/// A row of the register that changed.
#[derive(Debug, Clone)]
pub enum Change {
    /// A call sign.
    Sign(Entry<CallSign, PublicSign>),
    /// A permit of a public list, by the key of its row.
    Permit(Entry<String, PublicPermit>),
}

/// What is under one key.
#[derive(Debug, Clone)]
pub struct Entry<K, R> {
    /// The key.
    pub key: K,
    /// What may be shown; none when it has been taken away.
    pub row: Option<Arc<R>>,
    /// Grows with every change under the key; an older state never replaces a newer one.
    pub revision: i64,
}

impl Change {
    /// The change of a call sign, if it is one.
    pub fn sign(self) -> Option<Entry<CallSign, PublicSign>> {
        match self {
            Change::Sign(entry) => Some(entry),
            Change::Permit(_) => None,
        }
    }
}

/// What the public register holds of one call sign. Withheld fields are not in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PublicSign {
    /// Status.
    pub status: SignStatus,
    /// Series by its form.
    pub series: String,
    /// Kind of permit it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Class of an amateur licence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// First day of the licence as it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<chrono::NaiveDate>,
    /// Day after the last of the licence as it stands, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<chrono::NaiveDate>,
    /// Day the entry was last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_on: Option<chrono::NaiveDate>,
    /// What the list kept before the registry says of the holder, as `LegacySign` has it; none of a
    /// holder the registry knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder_kind: Option<String>,
    /// End of a quarantine, exclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<chrono::NaiveDate>,
    /// Why it is blocked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The holder, as far as it may be shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<Box<PublicHolder>>,
}

/// A holder as far as consent or law lets it be shown.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PublicHolder {
    /// Name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Street, postal code and country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
    /// Post town.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post_town: Option<String>,
    /// True for a natural person, whose fields are shown only under a live lease.
    pub is_person: bool,
}
