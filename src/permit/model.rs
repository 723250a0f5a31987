//! What a permit is.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{kind::Kind, lifecycle::Status};
use crate::values::{
    call_sign::CallSign,
    ids::{CaseId, PartyId, PermitId},
    validity::Validity,
};

pub use crate::values::identifier_scheme::Scheme;

/// A permit as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Permit {
    /// Id of the row.
    pub id: PermitId,
    /// Kind.
    pub kind: Kind,
    /// Human number, e.g. `PLB-000123`.
    pub number: String,
    /// Who holds it.
    pub holder: PartyId,
    /// The case it came of.
    pub case: Option<CaseId>,
    /// State.
    pub status: Status,
    /// The kind's `Details`, without contacts or national ids.
    pub details: Value,
    /// Call sign, where the kind has one.
    pub call_sign: Option<CallSign>,
    /// Grows with every change.
    pub version: i32,
    /// First and last day.
    pub validity: Validity,
    /// Conditions set for this permit, beside those of its kind.
    pub conditions: Vec<String>,
    /// Public code for verifying the certificate; says nothing about the holder.
    pub verification_code: String,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// When and why it ended.
    pub ended: Option<(DateTime<Utc>, String)>,
    /// When the holder last confirmed the data.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// When it last changed.
    pub changed_at: DateTime<Utc>,
}

/// What a permit is known by on the air.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identifier {
    /// Scheme.
    pub scheme: Scheme,
    /// Canonical form.
    pub value: String,
}
