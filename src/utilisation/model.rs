//! What a report says.

use serde::{Deserialize, Serialize};

use crate::values::number_resource::Resource;

/// The report of a permit for a year.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UtilisationReport {
    /// Services the numbers are used for.
    pub services: String,
    /// Prices of calls to them.
    pub prices: Option<String>,
    /// To which providers numbers are passed on (§ 19).
    pub sub_assignment: Option<String>,
    /// Use outside Norway.
    pub cross_border_use: Option<String>,
    /// Numbers expected to be in use at the end of each of the next three years.
    pub forecast: Vec<u64>,
    /// Series by series.
    pub series: Vec<SeriesUse>,
}

/// How far a series is used; hundredths of a per cent, 10,000 together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SeriesUse {
    /// The series.
    pub range: Resource,
    /// In use by end users.
    pub active: u32,
    /// Kept for end users, not in use.
    pub reserved: u32,
    /// Operated by other providers.
    pub ported_out: u32,
    /// Not in use.
    pub free: u32,
    /// How many numbers of other providers' series were ported in.
    pub ported_in: u64,
}
