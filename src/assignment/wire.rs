//! Assignment of call signs in JSON.

use chrono::{DateTime, NaiveDate, Utc};
use poem_openapi::Object;
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::{actions::Standing, store::PastState};

/// A series of call signs and where it stands.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct SeriesView {
    /// Name; several series may be for the same use, and signs are taken from the first open one with room.
    pub name: String,
    /// Form of its signs, as a regular expression.
    pub pattern: String,
    /// A sign of the form.
    pub example: String,
    /// New signs of it are assigned today.
    pub open: bool,
    /// How many signs it has, where it is assigned in order.
    pub size: Option<u64>,
    /// Signs in use.
    pub in_use: u64,
    /// Signs that rest.
    pub quarantined: u64,
    /// Signs kept for somebody.
    pub reserved: u64,
    /// Ninety of a hundred signs are taken, and it is the last open series of its use: another will be needed.
    pub nearly_exhausted: bool,
}

impl SeriesView {
    /// The view of where a series stands.
    pub fn of(standing: &Standing) -> Self {
        Self {
            name: standing.series.name.to_owned(),
            pattern: standing.series.pattern().to_owned(),
            example: standing.series.example.to_owned(),
            open: standing.is_open,
            size: standing.size,
            in_use: standing.in_use,
            quarantined: standing.quarantined,
            reserved: standing.reserved,
            nearly_exhausted: standing.is_nearly_full,
        }
    }
}

/// All series.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct SeriesList {
    /// The series.
    pub items: Vec<SeriesView>,
    /// How many there are.
    pub total: u64,
}

/// Keeping a call sign for somebody.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReservationForm {
    /// Day after the last of the reservation.
    pub until: NaiveDate,
    /// Why.
    #[validate(length(min = 1, max = 200))]
    pub reason: String,
    /// Party or case it is kept for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reserved_for: Option<String>,
}

/// Barring a call sign from new assignments.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BlockForm {
    /// Why; shown to the public.
    #[validate(length(min = 1, max = 200))]
    pub reason: String,
}

/// A call sign as caseworkers see it.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct SignView {
    /// The sign.
    pub call_sign: String,
    /// Status.
    pub status: String,
    /// End of reservation or quarantine, exclusive.
    pub until: Option<NaiveDate>,
    /// Reason.
    pub reason: Option<String>,
    /// Version; the entity tag is `"v{version}"`, and `"v0"` for a sign nobody has touched.
    pub version: i32,
}

/// Lifting a reservation or a block.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReleaseForm {
    /// Why; for caseworkers only.
    #[validate(length(min = 1, max = 200))]
    pub grounds: String,
}

/// A state a call sign has had.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct SignState {
    /// Version of the sign.
    pub version: i32,
    /// Status.
    pub status: String,
    /// End of reservation or quarantine, exclusive.
    pub until: Option<NaiveDate>,
    /// Why it was reserved or blocked, or why that was lifted.
    pub reason: Option<String>,
    /// The caseworker who did it; none for what came of a permit or of time.
    pub actor: Option<String>,
    /// Permit it belonged to.
    pub permit_id: Option<String>,
    /// From when.
    pub at: DateTime<Utc>,
}

impl SignState {
    /// A state of the history.
    pub fn of(state: PastState) -> Self {
        Self {
            version: state.version,
            status: state.status.code().to_owned(),
            until: state.until,
            reason: state.reason,
            actor: state.actor,
            permit_id: state.permit.map(|id| id.to_string()),
            at: state.valid_at,
        }
    }
}

/// Every state a call sign has had.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct SignHistory {
    /// The states, the oldest first.
    pub items: Vec<SignState>,
    /// How many there are.
    pub total: u64,
}
