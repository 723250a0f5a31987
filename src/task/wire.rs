//! Tasks in JSON.

use chrono::{DateTime, NaiveDate, Utc};
use poem_openapi::Object;

use super::{
    SERIES_NEARLY_FULL,
    store::{Task, case::Row, series},
};

/// Something a caseworker has to see to about a permit or a case.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct TaskView {
    /// Id.
    pub id: String,
    /// `programmingOverdue`: nobody has reported the beacon programmed in time. `lastContactLeft`: the
    /// last emergency contact has objected and was taken away, or the holder has got that contact's number;
    /// nobody else can be called. `contactNotTold`: an emergency contact
    /// could not be told that they are listed. `restrictionDecision`: the processing of the holder's data
    /// is restricted; decide whether rescue centres go on getting them.
    /// `numbersUnused`: the day has passed by which the numbers must be in use, and the holder has not said that they are;
    /// consider to revoke the permit. Of cases, `decisionDue`, `answerDue`: an
    /// applicant's, `appealDue`: to be considered, `provisionalAnswerDue`; these end by themselves. `seriesNearlyFull`: so many signs of
    /// a series are taken that another will be needed.
    pub kind: String,
    /// The permit it is about.
    pub permit_id: Option<String>,
    /// The case it is about.
    pub case_id: Option<String>,
    /// The appeal that is to be considered.
    pub appeal_id: Option<String>,
    /// Name of the series of call signs it is about.
    pub call_sign_series: Option<String>,
    /// Caseworker who was reminded.
    pub assignee: Option<String>,
    /// When it was brought before the heads, since the day had passed.
    pub escalated_at: Option<DateTime<Utc>>,
    /// Day it is due on.
    pub due_on: NaiveDate,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was done; absent while it is open.
    pub done_at: Option<DateTime<Utc>>,
    /// Version; the entity tag of the task is `"v{version}"`.
    pub version: i32,
}

impl TaskView {
    /// The view of a task.
    pub fn of(task: Task) -> Self {
        Self {
            id: task.id.to_string(),
            kind: task.kind,
            permit_id: Some(task.permit_id.to_string()),
            case_id: None,
            appeal_id: None,
            call_sign_series: None,
            assignee: None,
            escalated_at: None,
            due_on: task.due_on,
            created_at: task.created_at,
            done_at: task.done_at,
            version: task.version,
        }
    }

    /// The view of a series that is nearly full.
    pub fn of_series(row: series::Row) -> Self {
        Self {
            id: row.id.to_string(),
            kind: SERIES_NEARLY_FULL.to_owned(),
            permit_id: None,
            case_id: None,
            appeal_id: None,
            call_sign_series: Some(row.series),
            assignee: None,
            escalated_at: None,
            due_on: row.due_on,
            created_at: row.created_at,
            done_at: row.done_at,
            version: row.version,
        }
    }

    /// The view of a deadline of a case.
    pub fn of_case(row: Row) -> Self {
        Self {
            id: row.id.to_string(),
            kind: row.kind,
            permit_id: None,
            case_id: Some(row.case_id.to_string()),
            appeal_id: row.appeal_id.map(|id| id.to_string()),
            call_sign_series: None,
            assignee: row.told,
            escalated_at: row.escalated_at,
            due_on: row.due_on,
            created_at: row.created_at,
            done_at: None,
            version: 1,
        }
    }
}

/// A page of open tasks, the oldest first.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct TaskPage {
    /// The tasks of this page.
    pub items: Vec<TaskView>,
    /// How many are open in all.
    pub total: u64,
    /// Cursor of the next page; none on the last.
    pub next: Option<String>,
}
