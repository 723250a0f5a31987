//! Figures in JSON, and as one table for spreadsheets.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use poem_openapi::Object;

use super::model::{Figures, Line};

/// Figures of the registry.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct StatisticsView {
    /// When they were counted; at most every ten minutes, and more seldom where there are millions of permits.
    pub counted_at: DateTime<Utc>,
    /// Permits issued, by year and kind, also those that have ended since.
    pub issued: Vec<IssuedCount>,
    /// Permits in force, by kind.
    pub in_force: Vec<KindCount>,
    /// Persons who hold a permit in force, by kind and age.
    pub ages: Vec<GroupedCount>,
    /// Holders of a permit in force, persons and organisations, by kind and county.
    pub counties: Vec<GroupedCount>,
    /// How small counts are kept back.
    pub note: String,
}

/// Permits of a kind issued in a year.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct IssuedCount {
    /// Year.
    pub year: i32,
    /// Kind.
    pub kind: String,
    /// How many.
    pub permits: u64,
}

/// Permits of a kind.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct KindCount {
    /// Kind.
    pub kind: String,
    /// How many.
    pub permits: u64,
}

/// A count by kind and group.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct GroupedCount {
    /// Kind.
    pub kind: String,
    /// Age in years (`18-29`, `unknown`) or county (`other`: abroad or not told); `total` for all groups.
    pub group: String,
    /// How many holders; left out where it is kept back.
    pub holders: Option<u64>,
    /// True where the count is kept back because it is small, or would tell another that is.
    pub kept_back: bool,
}

/// How small counts are kept back, for readers of the data.
pub const NOTE: &str = "Counts of holders from 1 to 4 are kept back. So that none can be reckoned from the sum, at least two counts of a line are kept back, together at least 5; where that cannot be, the whole line is.";

fn grouped(lines: &[Line]) -> Vec<GroupedCount> {
    let of_line = |line: &Line| {
        let total = ("total".to_owned(), line.total);
        let all = line.groups.iter().cloned().chain([total]);
        let kind = line.kind.as_str();
        all.map(move |(group, told)| GroupedCount {
            kind: kind.to_owned(),
            group,
            holders: told.count(),
            kept_back: told.count().is_none(),
        })
        .collect::<Vec<_>>()
    };
    lines.iter().flat_map(of_line).collect()
}

impl StatisticsView {
    /// The view of figures.
    pub fn of(figures: &Figures) -> Self {
        let issued = figures.issued.iter().map(|(year, kind, permits)| IssuedCount {
            year: *year,
            kind: kind.as_str().to_owned(),
            permits: *permits,
        });
        let in_force = figures
            .in_force
            .iter()
            .map(|(kind, permits)| KindCount { kind: kind.as_str().to_owned(), permits: *permits });
        Self {
            counted_at: figures.counted_at,
            issued: issued.collect(),
            in_force: in_force.collect(),
            ages: grouped(&figures.ages),
            counties: grouped(&figures.counties),
            note: NOTE.to_owned(),
        }
    }

    /// The same as one table: which figures, kind, group and count, which is empty where it is kept
    /// back. Semicolons between, UTF-8 with its mark, as spreadsheets in Norway open it.
    pub fn csv(&self) -> String {
        let mut text = String::from("\u{feff}table;kind;group;count\r\n");
        let mut row = |table: &str, kind: &str, group: &str, count: Option<u64>| {
            let count = count.map(|count| count.to_string()).unwrap_or_default();
            // codes and names of counties only: nothing to quote
            let _ = write!(text, "{table};{kind};{group};{count}\r\n");
        };
        for one in &self.issued {
            row("issued", &one.kind, &one.year.to_string(), Some(one.permits));
        }
        for one in &self.in_force {
            row("inForce", &one.kind, "total", Some(one.permits));
        }
        for (table, counts) in [("ages", &self.ages), ("counties", &self.counties)] {
            for one in counts {
                row(table, &one.kind, &one.group, one.holders);
            }
        }
        text
    }
}
