//! What a request for access is. Pure.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::values::{ids::CaseId, language::Language};

/// State of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Not answered yet.
    Received,
    /// The whole document is given.
    Granted,
    /// A version with something blacked out is given.
    PartlyGranted,
    /// Nothing is given.
    Refused,
}

impl Status {
    /// Every state.
    pub const ALL: [Status; 4] =
        [Status::Received, Status::Granted, Status::PartlyGranted, Status::Refused];

    /// As in JSON and in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Status::Received => "received",
            Status::Granted => "granted",
            Status::PartlyGranted => "partlyGranted",
            Status::Refused => "refused",
        }
    }

    /// Reads [`code`](Self::code).
    pub fn from_code(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == text)
    }
}

/// A request as it stands.
#[derive(Debug, Clone)]
pub struct Request {
    /// Id.
    pub id: Uuid,
    /// Case of the document asked for.
    pub case: CaseId,
    /// Number of the request in the journal of the case.
    pub number: i32,
    /// The document asked for.
    pub entry: Uuid,
    /// State.
    pub status: Status,
    /// Language of the answer.
    pub language: Language,
    /// When it came in.
    pub received_at: DateTime<Utc>,
    /// Last day for the answer.
    pub due_on: NaiveDate,
    /// Access code the answer rests on.
    pub access_code: Option<String>,
    /// Number of the answer in the journal of the case.
    pub answer_number: Option<i32>,
    /// Media type of the version that is released instead of the document itself.
    pub file_type: Option<String>,
    /// When it was answered, and by whom.
    pub decided: Option<(DateTime<Utc>, String)>,
    /// Grows with every change.
    pub version: i32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_a_code_of_its_own() {
        for status in Status::ALL {
            assert_eq!(Status::from_code(status.code()), Some(status));
        }
    }
}
