//! A demand for reasons.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

/// A demand for reasons, opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Its id.
    pub id: Uuid,
    /// When the decision was made that it is about.
    pub decided_at: DateTime<Utc>,
    /// When it came in.
    pub received_at: DateTime<Utc>,
    /// By when the authority means to answer.
    pub due_on: NaiveDate,
    /// When the reasons were given, by whom, and what they are.
    pub given: Option<Given>,
}

/// Reasons that were given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
    /// What they are.
    pub text: String,
}
