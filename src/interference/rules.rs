//! What follows from class and service: titles, alarm, time; codes; what may be told of counts. Pure.

use chrono::{DateTime, Datelike as _, NaiveDate, TimeDelta, Utc};

use super::model::{Report, Service, Severity, Tally};
use crate::values::{
    calendar::{add_working_days, end_of_day, oslo_date},
    language::Language,
    table::{Row, Table},
};

const SEVERITIES: &str = include_str!("../data/interference_severities.tsv");
const SERVICES: &str = include_str!("../data/interference_services.tsv");

/// Counts below this are kept back.
pub const SMALLEST: u64 = 5;

/// The county of a report whose place lies in none, or is not known.
pub const NO_COUNTY: &str = "other";

fn holds(row: &Row<'_, '_>, day: NaiveDate) -> bool {
    row.value::<NaiveDate>("valid_from").is_some_and(|from| from <= day)
        && row.value::<NaiveDate>("valid_until").is_none_or(|until| day < until)
}

fn title(table: &'static str, code: &str, language: Language) -> &'static str {
    let column = match language {
        Language::Bokmal => "nb",
        Language::Nynorsk => "nn",
        Language::English => "en",
    };
    Table::new(table).rows().find(|row| row.text("code") == code).map_or("", |row| row.text(column))
}

/// Name of a class.
pub fn severity_title(severity: Severity, language: Language) -> &'static str {
    title(SEVERITIES, severity.code(), language)
}

/// Name of a service.
pub fn service_title(service: Service, language: Language) -> &'static str {
    title(SERVICES, service.code(), language)
}

/// By when a caseworker has looked at a report, by the rules of the day it came in.
pub fn due_at(severity: Severity, received_at: DateTime<Utc>) -> DateTime<Utc> {
    let day = oslo_date(received_at);
    let table = Table::new(SEVERITIES);
    let row = table.rows().find(|row| row.text("code") == severity.code() && holds(row, day));
    let Some(row) = row else { return end_of_day(day) };
    match (row.value::<i64>("hours"), row.value::<u32>("working_days")) {
        (Some(hours), _) => received_at + TimeDelta::hours(hours),
        (None, Some(days)) => end_of_day(add_working_days(day, days)),
        (None, None) => end_of_day(day),
    }
}

/// Whether a report is told of at once: a service lives depend on, or life or safety at risk.
pub fn is_alarm(severity: Severity, service: Service, day: NaiveDate) -> bool {
    severity == Severity::LifeAndSafety
        || Table::new(SERVICES).rows().any(|row| {
            row.text("code") == service.code() && row.text("alarm") == "yes" && holds(&row, day)
        })
}

/// True when a report that nobody decided about is late.
pub fn is_overdue(report: &Report, now: DateTime<Utc>) -> bool {
    report.status == super::model::Status::Received && report.due_at <= now
}

/// First day of the month of a day.
pub fn month_of(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

/// A count as everybody may see it: small ones are kept back. No sums are told, so none can be reckoned.
pub fn tally(severity: String, county: String, month: NaiveDate, count: u64) -> Tally {
    Tally { severity, county, month, count: Some(count).filter(|count| *count >= SMALLEST) }
}

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A code for people of 80 bits of a digest: `7K3F-9QXM-2TBD-0AZR`. No letter looks like a digit.
pub fn code_of(digest: &[u8; 32]) -> String {
    let mut bits: u128 = digest[..10].iter().fold(0, |sum, byte| (sum << 8) | u128::from(*byte));
    let mut letters = [0_u8; 16];
    for letter in letters.iter_mut().rev() {
        *letter = ALPHABET[usize::try_from(bits & 31).unwrap_or(0)];
        bits >>= 5;
    }
    let groups = letters.chunks(4).map(|group| String::from_utf8_lossy(group).into_owned());
    groups.collect::<Vec<_>>().join("-")
}

/// A code as it was typed: capitals, without separators, look-alikes read as what they mean.
pub fn plain_code(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect()
}

/// Counts of what a list can be filtered by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Class.
    pub severity: String,
    /// Service.
    pub service: String,
    /// County.
    pub county: String,
    /// An alarm nobody took notice of.
    pub rings: bool,
    /// Nobody has looked at them in time.
    pub is_overdue: bool,
    /// How many.
    pub count: u64,
}

/// What a list is filtered by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Class.
    pub severity: Option<Severity>,
    /// Service.
    pub service: Option<Service>,
    /// County.
    pub county: Option<String>,
    /// Only alarms nobody took notice of.
    pub rings: bool,
    /// Only those that are late.
    pub overdue: bool,
}

impl Filter {
    /// Whether a group is shown; `but` is the facet that is counted and does not filter itself.
    pub fn shows(&self, group: &Group, but: &str) -> bool {
        let of = |name: &str, fits: bool| name == but || fits;
        of("severity", self.severity.is_none_or(|one| one.code() == group.severity))
            && of("service", self.service.is_none_or(|one| one.code() == group.service))
            && of("county", self.county.as_ref().is_none_or(|one| *one == group.county))
            && of("alarm", !self.rings || group.rings)
            && of("overdue", !self.overdue || group.is_overdue)
    }

    /// How many each choice of a facet leaves, the most first.
    pub fn counts(&self, groups: &[Group], facet: &str) -> Vec<(String, u64)> {
        let mut sums = std::collections::BTreeMap::<String, u64>::new();
        for group in groups.iter().filter(|group| self.shows(group, facet)) {
            let value = match facet {
                "severity" => group.severity.clone(),
                "service" => group.service.clone(),
                "county" => group.county.clone(),
                "alarm" if group.rings => "yes".to_owned(),
                "overdue" if group.is_overdue => "yes".to_owned(),
                _ => continue,
            };
            *sums.entry(value).or_default() += group.count;
        }
        let mut counts: Vec<(String, u64)> = sums.into_iter().collect();
        counts.sort_by_key(|(_, count)| u64::MAX - count);
        counts
    }

    /// How many are shown.
    pub fn total(&self, groups: &[Group]) -> u64 {
        groups.iter().filter(|group| self.shows(group, "")).map(|group| group.count).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    #[test]
    fn every_class_and_service_has_a_row_today_and_names_in_every_language() {
        let today = "2026-11-22".parse().expect("a date");
        for language in Language::ALL {
            for severity in Severity::ALL {
                assert!(!severity_title(*severity, language).is_empty());
            }
            for service in Service::ALL {
                assert!(!service_title(*service, language).is_empty());
            }
        }
        for (table, codes) in [
            (SEVERITIES, Severity::ALL.iter().map(|one| one.code()).collect::<Vec<_>>()),
            (SERVICES, Service::ALL.iter().map(|one| one.code()).collect()),
        ] {
            let table = Table::new(table);
            let rows = || table.rows().filter(|row| holds(row, today));
            assert_eq!(rows().count(), codes.len());
            assert!(codes.iter().all(|code| rows().any(|row| row.text("code") == *code)));
        }
    }

    #[test]
    fn the_graver_the_sooner_and_nights_count_only_where_lives_are_at_risk() {
        // Friday evening before Easter 2026: the next working day is Tuesday 7 April
        let friday = at("2026-04-03T20:00:00Z");
        assert_eq!(due_at(Severity::LifeAndSafety, friday), at("2026-04-03T21:00:00Z"));
        assert_eq!(due_at(Severity::Societal, friday), at("2026-04-07T22:00:00Z"));
        assert_eq!(due_at(Severity::Business, friday), at("2026-04-13T22:00:00Z"));
        assert!(due_at(Severity::Nuisance, friday) > due_at(Severity::Business, friday));
    }

    #[test]
    fn services_lives_depend_on_ring_whatever_the_reporter_thinks_of_it() {
        let today = "2026-11-22".parse().expect("a date");
        let rings: Vec<&str> = Service::ALL
            .iter()
            .filter(|service| is_alarm(Severity::Nuisance, **service, today))
            .map(|service| service.code())
            .collect();
        assert_eq!(rings, ["aviation", "maritime", "emergencyNetworks", "gnss"]);
        assert!(is_alarm(Severity::LifeAndSafety, Service::Other, today));
        assert!(!is_alarm(Severity::Societal, Service::Mobile, today));
    }

    #[test]
    fn fewer_than_five_are_not_told() {
        let month = month_of("2026-11-22".parse().expect("a date"));
        let told = |count| tally("nuisance".to_owned(), "Oslo".to_owned(), month, count).count;
        assert_eq!((told(1), told(4), told(5)), (None, None, Some(5)));
        assert_eq!(month.to_string(), "2026-11-01");
    }

    #[test]
    fn a_code_is_read_as_it_is_meant() {
        let code = code_of(&[0xff; 32]);
        assert_eq!(code, "ZZZZ-ZZZZ-ZZZZ-ZZZZ");
        assert_eq!(plain_code(" zzzz zzzz-ZZZZ zzzz"), plain_code(&code));
        assert_eq!(plain_code("oIl0"), "0110");
        let (mut one, mut other) = ([0; 32], [0; 32]);
        (one[9], other[0]) = (1, 1);
        assert_eq!(code_of(&one), "0000-0000-0000-0001");
        assert_ne!(code_of(&other), code_of(&one));
    }

    #[test]
    fn a_facet_counts_what_each_of_its_choices_would_leave() {
        let group = |severity: &str, service: &str, is_overdue, count| Group {
            severity: severity.to_owned(),
            service: service.to_owned(),
            county: "Oslo".to_owned(),
            rings: service == "gnss",
            is_overdue,
            count,
        };
        let groups = [
            group("nuisance", "amateur", false, 3),
            group("nuisance", "gnss", true, 2),
            group("societal", "gnss", false, 1),
        ];
        let filter = Filter { severity: Some(Severity::Nuisance), ..Filter::default() };
        assert_eq!(filter.total(&groups), 5);
        let counts = filter.counts(&groups, "severity");
        assert_eq!(counts, [("nuisance".to_owned(), 5), ("societal".to_owned(), 1)]);
        assert_eq!(filter.counts(&groups, "service")[0], ("amateur".to_owned(), 3));
        assert_eq!(filter.counts(&groups, "overdue"), [("yes".to_owned(), 2)]);
        assert_eq!(filter.counts(&groups, "alarm"), [("yes".to_owned(), 2)]);
    }
}
