//! What the queue is asked for, and what is counted. Pure.

use chrono::NaiveDate;
use uuid::Uuid;

use super::super::lifecycle::Status;
use crate::disclosure::policy::Kind;

/// What a list of cases is asked for.
#[derive(Debug, Clone, Default)]
pub struct CaseQuery {
    /// Only these states; all when empty.
    pub statuses: Vec<Status>,
    /// Only this kind.
    pub kind: Option<Kind>,
    /// Only kinds among these; all when empty. What a caseworker may see, beside what is asked for.
    pub kinds: Vec<Kind>,
    /// Only this caseworker's.
    pub assignee: Option<String>,
    /// Only those that nobody has.
    pub is_unassigned: bool,
    /// Only open ones whose deadline was before this day and runs: waiting for the applicant stops it.
    pub overdue_on: Option<NaiveDate>,
    /// Besides those the caller sees as a party, those in which this receiver is to have a permit.
    pub receiver: Option<Vec<u8>>,
    /// After this deadline and id.
    pub after: Option<(NaiveDate, Uuid)>,
}

/// The states of a case that is not decided.
pub fn open_statuses() -> Vec<Status> {
    Status::ALL.into_iter().filter(|status| status.is_open()).collect()
}

/// Where a case is counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// Kind, as in the database.
    pub kind: String,
    /// State, as in the database.
    pub status: String,
    /// Caseworker; empty for nobody.
    pub assignee: String,
    /// Deadline of an open case.
    pub due_on: Option<NaiveDate>,
}

/// How many cases there are of a kind, in a state, of a caseworker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// Kind, as in the database.
    pub kind: String,
    /// State, as in the database.
    pub status: String,
    /// Caseworker; empty for nobody.
    pub assignee: String,
    /// All of them.
    pub count: u64,
    /// Those whose deadline has passed.
    pub late: u64,
}

/// How many cases each choice of a filter leaves, with the other filters as they are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// With every filter.
    pub total: u64,
    /// By state.
    pub statuses: Vec<(Status, u64)>,
    /// By kind.
    pub kinds: Vec<(Kind, u64)>,
    /// By caseworker; an empty name stands for nobody.
    pub assignees: Vec<(String, u64)>,
    /// Overdue ones.
    pub overdue: u64,
}

/// What a caseworker filters by, under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedView {
    /// Id of the row.
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// As it stands in the address of the queue, with its question mark.
    pub query: String,
}
