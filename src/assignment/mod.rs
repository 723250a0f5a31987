//! Assignment of call signs: claim, reserve, quarantine, next free.
//!
//! A call sign without a row is free. The allocator walks the open series in its order under a lock
//! on the series row, so that racing applications get different signs on both databases, and never
//! gives one that is in use, reserved, quarantined or blocked. Blocked means new assignments only:
//! signs given before a rule came stay in use.

pub mod actions;
pub mod api;
pub mod store;
pub mod wire;

use serde::{Deserialize, Serialize};

/// What a call sign is to the registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SignStatus {
    /// Can be assigned (it was in use once).
    Free,
    /// Kept for somebody.
    Reserved,
    /// Belongs to a live permit.
    InUse,
    /// Rests after use.
    Quarantined,
    /// May not be assigned.
    Blocked,
}

impl SignStatus {
    /// Every status.
    pub const ALL: [SignStatus; 5] = [
        SignStatus::Free,
        SignStatus::Reserved,
        SignStatus::InUse,
        SignStatus::Quarantined,
        SignStatus::Blocked,
    ];

    /// As in JSON and in the database.
    pub const fn code(self) -> &'static str {
        match self {
            SignStatus::Free => "free",
            SignStatus::Reserved => "reserved",
            SignStatus::InUse => "inUse",
            SignStatus::Quarantined => "quarantined",
            SignStatus::Blocked => "blocked",
        }
    }

    /// Reads [`code`](Self::code).
    pub fn from_code(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == text)
    }
}
