//! Programming orders in JSON.

use chrono::{DateTime, Utc};
use poem_openapi::Object;
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::permit::wire::PermitRecord;

/// An order to program a beacon.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct OrderView {
    /// Id of the order.
    pub id: String,
    /// `ordered`, `programmed` or `cancelled`.
    pub status: String,
    /// True while the order rests: do not go on with it. It says nothing of whom it is for until it goes on, or is
    /// cancelled.
    pub on_hold: Option<bool>,
    /// Whom and what it is for, with the order itself. No national id, no emergency contacts.
    pub record: PermitRecord,
    /// When it was ordered.
    pub ordered_at: DateTime<Utc>,
    /// When the programming was reported.
    pub reported_at: Option<DateTime<Utc>>,
    /// Version; the entity tag of the order is `"v{version}"`.
    pub version: i32,
}

/// A page of orders, oldest first.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct OrderPage {
    /// The orders of this page.
    pub items: Vec<OrderView>,
    /// How many there are in all.
    pub total: u64,
    /// Cursor of the next page; none on the last.
    pub next: Option<String>,
}

/// The report of a programmed beacon.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReportForm {
    /// The code as read back from the beacon: 15, 22, 23, 30, 51 or 63 hexadecimal characters.
    #[validate(length(min = 1, max = 100))]
    pub code: String,
}
