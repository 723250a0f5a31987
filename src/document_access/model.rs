//! What a request for access is. Pure.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::values::{appeal_body::AppealBody, ids::CaseId, language::Language, table::code_enum};

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

    /// Something is kept back.
    pub const fn keeps_back(self) -> bool {
        matches!(self, Status::PartlyGranted | Status::Refused)
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
    /// When the newest answer was first read by its link: the time for an appeal begins then.
    pub opened_at: Option<DateTime<Utc>>,
    /// Fuller grounds that were demanded for it.
    pub fuller: Option<Fuller>,
}

/// A demand for fuller grounds of a refusal (offentleglova § 31).
#[derive(Debug, Clone)]
pub struct Fuller {
    /// Number of the demand in the journal of the case.
    pub number: i32,
    /// When it came in.
    pub asked_at: DateTime<Utc>,
    /// Last day for the grounds.
    pub due_on: NaiveDate,
    /// When they were given, and the number of the letter.
    pub given: Option<(DateTime<Utc>, i32)>,
}

impl Request {
    /// The demand for fuller grounds that waits: nobody needs any for what was given whole.
    pub fn wanting(&self) -> Option<&Fuller> {
        self.fuller.as_ref().filter(|fuller| self.status.keeps_back() && fuller.given.is_none())
    }

    /// By when what the requester waits for is due, the answer or fuller grounds.
    pub fn waits_until(&self) -> NaiveDate {
        self.wanting().map_or(self.due_on, |fuller| fuller.due_on)
    }
}

code_enum! {
    /// State of an appeal against what was answered.
    AppealStatus {
        /// The authority considers it.
        Received = "received",
        /// It lies with the appeal body.
        Forwarded = "forwarded",
        /// The whole document is given.
        Granted = "granted",
        /// A version with something blacked out is given.
        PartlyGranted = "partlyGranted",
        /// It came too late to be taken up.
        Dismissed = "dismissed",
        /// The appeal body found the refusal right.
        Upheld = "upheld",
    }
}

impl AppealStatus {
    /// It waits for the authority or the appeal body.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Received | Self::Forwarded)
    }

    /// What the request is after it, where that changes.
    pub const fn of_request(self) -> Option<Status> {
        match self {
            Self::Granted => Some(Status::Granted),
            Self::PartlyGranted => Some(Status::PartlyGranted),
            Self::Received | Self::Forwarded | Self::Dismissed | Self::Upheld => None,
        }
    }
}

/// An appeal as it stands. What was written and said stands in its texts.
#[derive(Debug, Clone)]
pub struct Appeal {
    /// Id.
    pub id: Uuid,
    /// The request it is about.
    pub request: Uuid,
    /// Number of the appeal in the journal of the case.
    pub number: i32,
    /// State.
    pub status: AppealStatus,
    /// When it came in.
    pub received_at: DateTime<Utc>,
    /// It came before the time for it was over.
    pub in_time: bool,
    /// Last day of that time; none when it had not begun.
    pub period_ends_on: Option<NaiveDate>,
    /// By when the authority has considered it.
    pub due_on: NaiveDate,
    /// The body it was sent to, and when.
    pub forwarded: Option<(&'static AppealBody, DateTime<Utc>)>,
    /// Day of what the body decided, and its reference.
    pub body_decision: Option<(NaiveDate, String)>,
    /// When nothing was left to decide.
    pub closed_at: Option<DateTime<Utc>>,
    /// Media type of the version that is released after it.
    pub file_type: Option<String>,
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
