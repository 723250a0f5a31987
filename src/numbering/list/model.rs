//! A row of an edition, and a change.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::super::model::{Provider, RangeStatus};
use crate::values::{
    number_resource::{Resource, ResourceType},
    table::code_enum,
};

/// What the list says of a range.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedRange {
    /// Type of the resource.
    pub kind: &'static ResourceType,
    /// First place.
    pub lower: i64,
    /// Last place.
    pub upper: i64,
    /// Line of the file.
    pub line: i64,
    /// Assigned, free or blocked.
    pub status: RangeStatus,
    /// Whom it names.
    pub provider: Option<String>,
    /// Comment.
    pub comment: Option<String>,
    /// Category.
    pub category: Option<String>,
    /// Point code.
    pub point_code: Option<String>,
}

code_enum! {
    /// Why what was said of a range is not so any more.
    Cause {
        /// A later list says something else.
        ChangedInList = "changed-in-list",
        /// A later list does not have it.
        GoneFromList = "gone-from-list",
        /// Its provider gave it back.
        Returned = "returned",
        /// The authority took it back (FOR-2004-02-16-426 § 12).
        Withdrawn = "withdrawn",
        /// Another has it (§ 10).
        Transferred = "transferred",
        /// A permit holds it now.
        TakenOver = "taken-over",
    }
}

/// What became of a range of the list.
#[derive(Debug, Clone, PartialEq)]
pub struct RangeChange {
    /// Id of the row.
    pub id: Uuid,
    /// Type of the resource.
    pub kind: &'static ResourceType,
    /// Which numbers.
    pub resource: Resource,
    /// Why.
    pub cause: Cause,
    /// State until then.
    pub status: RangeStatus,
    /// Who had it, or whom the list named, until then.
    pub provider: Option<String>,
    /// Who has it from then on, for a transfer.
    pub new_provider: Option<Provider>,
    /// Permit it was taken over into.
    pub permit: Option<Uuid>,
    /// Why, in the caseworker's words.
    pub grounds: Option<String>,
    /// Who did it.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}
