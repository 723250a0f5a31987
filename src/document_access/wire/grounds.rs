//! Fuller grounds of a refusal of access in JSON.

use chrono::{DateTime, NaiveDate, Utc};
use poem_openapi::Object;
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::AccessAnswerText;
use crate::document_access::actions::Seen;

/// Fuller grounds for a refusal (offentleglova § 31).
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FullerGroundsForm {
    /// The main considerations that were decisive, in the requester's language.
    #[validate(length(min = 1, max = 4000))]
    pub grounds: String,
}

/// Fuller grounds that were demanded.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct FullerGroundsView {
    /// Number of the demand in the journal.
    pub demand_number: String,
    /// When it came in.
    pub demanded_at: DateTime<Utc>,
    /// Last day for the grounds, ten working days later.
    pub due_on: NaiveDate,
    /// When they were given.
    pub given_at: Option<DateTime<Utc>>,
    /// The letter, once there is one.
    pub letter: Option<AccessAnswerText>,
}

impl FullerGroundsView {
    /// The view of what was demanded about a request, if anything was.
    pub fn of(seen: &Seen) -> Option<Self> {
        let fuller = seen.request.fuller.as_ref()?;
        Some(Self {
            demand_number: format!("{}-{}", seen.entry.case_display(), fuller.number),
            demanded_at: fuller.asked_at,
            due_on: fuller.due_on,
            given_at: fuller.given.map(|(at, _)| at),
            letter: seen.fuller.as_ref().map(AccessAnswerText::of),
        })
    }
}
