//! What is kept about one beacon.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::super::beacon::ConditionReport;
use crate::values::{
    beacon_id::{BeaconId, Protocol},
    ids::ProgrammingOrderId,
};

/// The beacon, its use and its programming.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlbDetails {
    /// Maker.
    pub manufacturer: String,
    /// Model.
    pub model: String,
    /// Serial number the code must carry, 0-1048575; none when the programmer may choose.
    pub serial: Option<u32>,
    /// Cospas-Sarsat type approval number, 1-65535, that the code must carry where it carries one.
    pub type_approval: Option<u32>,
    /// Canonical code: as declared, or as programmed once reported.
    pub beacon_id: Option<BeaconId>,
    /// Protocol of the code.
    pub protocol: Option<Protocol>,
    /// Colour of the beacon.
    pub colour: Option<String>,
    /// Day the battery expires.
    pub battery_expiry: Option<NaiveDate>,
    /// What it is used for.
    pub usage: String,
    /// Craft it is carried on.
    pub craft: Option<String>,
    /// Usual number of persons.
    pub persons: Option<u16>,
    /// Free text for the rescue centre.
    pub notes: Option<String>,
    /// Lost, stolen, sold or destroyed, as reported by the holder.
    pub condition: Option<ConditionReport>,
    /// The programming order and its answer.
    pub programming: Option<Programming>,
}

/// The programming order of a permit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Programming {
    /// Id of the order.
    pub order: ProgrammingOrderId,
    /// Country codes that may be coded.
    pub countries: Vec<u16>,
    /// Protocols accepted on the day of the order.
    pub protocols: Vec<Protocol>,
    /// When it was ordered.
    pub ordered_at: DateTime<Utc>,
    /// When the programmer reported the code.
    pub reported_at: Option<DateTime<Utc>>,
}
