//! Reports in JSON: receipts, where one stands, what caseworkers see and decide, counts.

use std::fmt::Write as _;

use chrono::{DateTime, NaiveDate, Utc};
use poem_openapi::{Enum, Object};
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::super::{
    actions::{Followed, Receipt, Triage},
    model::{Content, Report, Reporter, Status, Tally},
    rules,
};
use crate::{
    failure::{Failure, FieldErrors},
    supervision::wire::{NewCaseForm, RespondentForm},
    values::{ids::CaseId, language::Language, position::Position},
};
/// The receipt of a report.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct InterferenceReceipt {
    /// Number of the report.
    pub report_number: String,
    /// Code to follow it by; good once.
    pub follow_up_code: String,
    /// When it came in.
    pub received_at: DateTime<Utc>,
    /// By when a caseworker has looked at it.
    pub due_at: DateTime<Utc>,
}

impl InterferenceReceipt {
    /// The receipt of what was taken.
    pub fn of(taken: &Receipt) -> Self {
        Self {
            report_number: taken.report.display_number(),
            follow_up_code: taken.code.clone(),
            received_at: taken.report.received_at,
            due_at: taken.report.due_at,
        }
    }
}

/// The number and code of a report.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FollowUpForm {
    /// Number of the report.
    #[validate(length(min = 1, max = 40))]
    pub report_number: String,
    /// The code that was given with it, or last time.
    #[validate(length(min = 1, max = 40))]
    pub follow_up_code: String,
}

/// Where a report stands.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct FollowUpView {
    /// Number of the report.
    pub report_number: String,
    /// `received`: nobody has decided yet; `inCase`: it belongs to a supervision case; `closed`: that case is closed.
    pub status: String,
    /// Number of the case.
    pub case_number: Option<String>,
    /// When the report came in.
    pub received_at: DateTime<Utc>,
    /// By when a caseworker has looked at it; absent afterwards.
    pub due_at: Option<DateTime<Utc>>,
    /// The code for the next time; the one that was sent is used up.
    pub next_code: String,
}

impl FollowUpView {
    /// The view of what was found.
    pub fn of(followed: Followed) -> Self {
        let is_closed = followed.case.as_ref().is_some_and(|case| case.closed_at.is_some());
        let is_received = followed.report.status == Status::Received;
        Self {
            report_number: followed.report.display_number(),
            status: if is_closed { "closed" } else { followed.report.status.code() }.to_owned(),
            case_number: followed.case.map(|case| case.display_number()),
            received_at: followed.report.received_at,
            due_at: is_received.then_some(followed.report.due_at),
            next_code: followed.next_code,
        }
    }
}

/// Who reported.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct ReporterView {
    /// Name.
    pub name: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// E-mail.
    pub email: Option<String>,
}

/// A report, for caseworkers.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct InterferenceReportView {
    /// Id.
    pub id: String,
    /// Number for people.
    pub report_number: String,
    /// `received` or `inCase`.
    pub status: String,
    /// Class.
    pub severity: String,
    /// What is disturbed.
    pub service: String,
    /// County, or `other`.
    pub county: String,
    /// It was told of at once.
    pub alarm: bool,
    /// When somebody took notice of the alarm.
    pub acknowledged_at: Option<DateTime<Utc>>,
    /// Who did.
    pub acknowledged_by: Option<String>,
    /// The supervision case it belongs to.
    pub supervision_case_id: Option<String>,
    /// What is noticed.
    pub description: String,
    /// Number of the municipality.
    pub municipality_number: Option<String>,
    /// Degrees north.
    pub latitude: Option<f64>,
    /// Degrees east.
    pub longitude: Option<f64>,
    /// The place in words.
    pub place: Option<String>,
    /// When it began.
    pub began_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Lowest frequency in hertz.
    pub lower_hertz: Option<u64>,
    /// Highest frequency in hertz.
    pub upper_hertz: Option<u64>,
    /// Who reported.
    pub reporter: Option<ReporterView>,
    /// When it came in.
    pub received_at: DateTime<Utc>,
    /// By when a caseworker has looked at it.
    pub due_at: DateTime<Utc>,
    /// Nobody has, and the time is over.
    pub overdue: bool,
    /// Version; the entity tag is `"v{version}"`.
    pub version: i32,
}

impl InterferenceReportView {
    /// The view of a report and what it says.
    pub fn of(report: &Report, content: Content, now: DateTime<Utc>) -> Self {
        let position =
            content.position.and_then(|(north, east)| Position::from_micro(north, east).ok());
        let (acknowledged_at, acknowledged_by) = report.acknowledged.clone().unzip();
        let (lower_hertz, upper_hertz) = content.range.unzip();
        Self {
            id: report.id.to_string(),
            report_number: report.display_number(),
            status: report.status.code().to_owned(),
            severity: report.severity.code().to_owned(),
            service: report.service.code().to_owned(),
            county: report.county.clone(),
            alarm: report.is_alarm,
            acknowledged_at,
            acknowledged_by,
            supervision_case_id: match report.status {
                Status::Received => None,
                Status::InCase(case) => Some(case.to_string()),
            },
            description: content.description,
            municipality_number: content.municipality,
            latitude: position.map(Position::latitude),
            longitude: position.map(Position::longitude),
            place: content.place,
            began_at: content.began_at,
            ended_at: content.ended_at,
            lower_hertz,
            upper_hertz,
            reporter: content.reporter.map(|Reporter { name, phone, email }| ReporterView {
                name,
                phone,
                email,
            }),
            received_at: report.received_at,
            due_at: report.due_at,
            overdue: rules::is_overdue(report, now),
            version: report.version,
        }
    }
}

/// A page of reports nobody has decided about, the one due first first.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct InterferenceReportPage {
    /// The reports of this page.
    pub items: Vec<InterferenceReportView>,
    /// How many there are in all.
    pub total: u64,
    /// Cursor of the next page; none on the last.
    pub next: Option<String>,
}

/// What becomes of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub enum TriageOutcome {
    /// A supervision case is opened for it.
    Open,
    /// It belongs to a supervision case that is open.
    Join,
    /// No case: the report is erased.
    Close,
}

/// A decision about a report.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TriageForm {
    /// What.
    pub outcome: TriageOutcome,
    /// With `join`: the supervision case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supervision_case_id: Option<String>,
    /// With `open`: what the case is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 4000))]
    pub matter: Option<String>,
    /// With `open`: whom it is directed at, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub respondent: Option<RespondentForm>,
    /// With `open`: the permit it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permit_id: Option<String>,
}

impl TriageForm {
    /// What it means; frequencies are those of the report.
    ///
    /// # Errors
    /// 422 with everything that is wrong.
    pub fn parse(self, range: Option<(u64, u64)>, language: Language) -> Result<Triage, Failure> {
        let mut errors = FieldErrors::new();
        errors.merge_sizes(self.validate());
        let only = |errors: &mut FieldErrors, is_given: bool, pointer: &str| {
            if is_given {
                errors.add(
                    pointer,
                    "not-applicable",
                    "The outcome has no use for it. Leave it out.",
                );
            }
        };
        if self.outcome != TriageOutcome::Join {
            only(&mut errors, self.supervision_case_id.is_some(), "/supervisionCaseId");
        }
        if self.outcome != TriageOutcome::Open {
            only(&mut errors, self.matter.is_some(), "/matter");
            only(&mut errors, self.respondent.is_some(), "/respondent");
            only(&mut errors, self.permit_id.is_some(), "/permitId");
        }
        let triage = match self.outcome {
            TriageOutcome::Close => Some(Triage::Close),
            TriageOutcome::Join => match self.supervision_case_id.as_deref().map(CaseId::parse) {
                Some(id) => errors.take("/supervisionCaseId", id).map(Triage::Join),
                None => {
                    errors.add("/supervisionCaseId", "missing", "Say which case it belongs to.");
                    None
                }
            },
            TriageOutcome::Open => {
                let (lower_hertz, upper_hertz) = range.unzip();
                let form = NewCaseForm {
                    matter: self.matter.unwrap_or_default(),
                    severity: None,
                    respondent: self.respondent,
                    permit_id: self.permit_id,
                    lower_hertz,
                    upper_hertz,
                    language: Some(language.code().to_owned()),
                };
                form.meaning(&mut errors).map(|new| Triage::Open(Box::new(new)))
            }
        };
        errors.finish(triage)
    }
}

/// What became of a report.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct TriageView {
    /// True when the report is erased.
    pub erased: bool,
    /// The case it belongs to.
    pub supervision_case_id: Option<String>,
    /// Number of that case.
    pub case_number: Option<String>,
}

/// How many reports of a class came from a county in a month.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct InterferenceCount {
    /// First day of the month.
    pub month: NaiveDate,
    /// County, or `other`.
    pub county: String,
    /// Class.
    pub severity: String,
    /// How many; absent where there are fewer than five.
    pub count: Option<u64>,
}

/// Counts of reports. No sums are told, so that small counts cannot be reckoned.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct InterferenceStatistics {
    /// The counts, the latest month first.
    pub items: Vec<InterferenceCount>,
}

impl InterferenceStatistics {
    /// The view of counts.
    pub fn of(tallies: Vec<Tally>) -> Self {
        let count = |one: Tally| InterferenceCount {
            month: one.month,
            county: one.county,
            severity: one.severity,
            count: one.count,
        };
        Self { items: tallies.into_iter().map(count).collect() }
    }
    /// The same as one table, which is empty of a count where it is kept back. Semicolons between, UTF-8 with its
    /// mark, as spreadsheets in Norway open it.
    pub fn csv(&self) -> String {
        let mut text = String::from("\u{feff}month;county;severity;count\r\n");
        for InterferenceCount { month, county, severity, count } in &self.items {
            let count = count.map(|count| count.to_string()).unwrap_or_default();
            // codes and names of counties only: nothing to quote
            let _ = write!(text, "{month};{county};{severity};{count}\r\n");
        }
        text
    }
}
