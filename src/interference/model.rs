//! What a report is. Pure.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::values::{language::Language, table::code_enum};

code_enum! {
    /// How grave interference is. Titles and times stand in `interference_severities.tsv`.
    Severity {
        /// Life or safety is at risk.
        LifeAndSafety = "lifeAndSafety",
        /// Important functions of society are affected.
        Societal = "societal",
        /// Business or licensed use is hindered.
        Business = "business",
        /// A nuisance.
        Nuisance = "nuisance",
    }
}

code_enum! {
    /// The service that is disturbed. Titles, and which are told of at once, stand in `interference_services.tsv`.
    Service {
        /// Aviation.
        Aviation = "aviation",
        /// Maritime.
        Maritime = "maritime",
        /// Emergency networks and rescue.
        EmergencyNetworks = "emergencyNetworks",
        /// Satellite navigation.
        Gnss = "gnss",
        /// Mobile networks.
        Mobile = "mobile",
        /// Radio and television.
        Broadcasting = "broadcasting",
        /// Amateur radio.
        Amateur = "amateur",
        /// Short-range devices.
        ShortRange = "shortRange",
        /// Anything else.
        Other = "other",
    }
}

/// Who reported, as far as they said so.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reporter {
    /// Name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Telephone, as it is dialled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// E-mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// What a report says; sealed wherever it is kept.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Content {
    /// What is noticed.
    pub description: String,
    /// Number of the municipality.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub municipality: Option<String>,
    /// Millionths of a degree, north and east positive (WGS 84).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<(i32, i32)>,
    /// The place in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// When it began.
    pub began_at: DateTime<Utc>,
    /// When it ended; none while it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<DateTime<Utc>>,
    /// Lowest and highest frequency in hertz.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<(u64, u64)>,
    /// Who reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reporter: Option<Reporter>,
}

/// A report on its way in.
#[derive(Clone)]
pub struct NewReport {
    /// How grave.
    pub severity: Severity,
    /// What is disturbed.
    pub service: Service,
    /// County, or `other`.
    pub county: String,
    /// Language of the reporter.
    pub language: Language,
    /// What it says.
    pub content: Content,
}

/// Where a report stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Nobody has decided what becomes of it.
    Received,
    /// It belongs to this supervision case.
    InCase(Uuid),
}

impl Status {
    /// As in JSON and in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Status::Received => "received",
            Status::InCase(_) => "inCase",
        }
    }
}

/// A report as it stands; what it says is opened on its own.
#[derive(Debug, Clone)]
pub struct Report {
    /// Id.
    pub id: Uuid,
    /// Year and serial of its number.
    pub number: (i32, i64),
    /// Where it stands.
    pub status: Status,
    /// How grave.
    pub severity: Severity,
    /// What is disturbed.
    pub service: Service,
    /// County, or `other`.
    pub county: String,
    /// It was told of at once.
    pub is_alarm: bool,
    /// When, and by whom, somebody took notice of the alarm.
    pub acknowledged: Option<(DateTime<Utc>, String)>,
    /// Language of the reporter.
    pub language: Language,
    /// When it came in.
    pub received_at: DateTime<Utc>,
    /// By when a caseworker has looked at it.
    pub due_at: DateTime<Utc>,
    /// Codes given out.
    pub code_number: i32,
    /// Grows with every change.
    pub version: i32,
}

impl Report {
    /// The number for people: `R2026-000123`.
    pub fn display_number(&self) -> String {
        format!("R{}-{:06}", self.number.0, self.number.1)
    }

    /// True when an alarm waits for somebody.
    pub const fn rings(&self) -> bool {
        self.is_alarm && self.acknowledged.is_none() && matches!(self.status, Status::Received)
    }
}

/// Reads [`Report::display_number`], in either case and with spaces.
pub fn parse_number(text: &str) -> Option<(i32, i64)> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let rest = text.strip_prefix(['R', 'r'])?;
    let (year, serial) = rest.split_once('-')?;
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if year.len() != 4 || serial.len() > 12 || !all_digits(year) || !all_digits(serial) {
        return None;
    }
    Some((year.parse().ok()?, serial.parse().ok()?))
}

/// A count of reports as everybody may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// How grave.
    pub severity: String,
    /// County, or `other`.
    pub county: String,
    /// First day of the month.
    pub month: chrono::NaiveDate,
    /// How many; none where there are fewer than can be told.
    pub count: Option<u64>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_numbers_of_reports_are_read() {
        assert_eq!(parse_number(" r2026-000012 "), Some((2026, 12)));
        for wrong in ["", "R", "R2026", "2026-000012", "R26-1", "R2026-", "R2026-x", "R-2026-1"] {
            assert_eq!(parse_number(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn any_number_reads_back(year in 2020..2100i32, serial in 1..100_000_000i64) {
            prop_assert_eq!(parse_number(&format!("R{year}-{serial:06}")), Some((year, serial)));
        }

        #[test]
        fn no_text_makes_it_fall(text in ".{0,40}") {
            let _ = parse_number(&text);
        }
    }
}
