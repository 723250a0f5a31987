//! Decisions about reports on given facts: which permits report, when, in which blocks.

use std::sync::LazyLock;

use chrono::NaiveDate;

use super::model::SeriesUse;
use crate::{
    failure::FieldErrors,
    permit::{kind::Kind, model::Permit},
    values::{
        calendar::start_of_day,
        deadline::{DeadlineFlaw, Timer, deadline},
        number_plan::NumberCategory,
        number_resource::{Resource, ResourceType},
        number_use::{UseRule, use_rule},
        reminder::Reminder,
        table::Table,
    },
};

/// Most rows of a report.
pub const MAX_ROWS: usize = 500;

/// A dated row of the types that are reported on.
struct Reported {
    resource_type: &'static str,
    from: NaiveDate,
    until: Option<NaiveDate>,
}

static REPORTED: LazyLock<Vec<Reported>> =
    LazyLock::new(|| read_reported(include_str!("../data/number_report_types.tsv")));

fn read_reported(table: &'static str) -> Vec<Reported> {
    Table::new(table)
        .rows()
        .map(|row| Reported {
            resource_type: row.text("type"),
            from: row.value("valid_from").expect("every row is dated"),
            until: row.value("valid_until"),
        })
        .collect()
}

/// Types of number resources that are reported on for a year: those of its last day.
pub fn reported_in(year: i32) -> Vec<&'static str> {
    reported_by(&REPORTED, year)
}

fn reported_by(table: &[Reported], year: i32) -> Vec<&'static str> {
    let day = last_day(year);
    let held = |row: &&Reported| row.from <= day && row.until.is_none_or(|until| day < until);
    table.iter().filter(held).map(|row| row.resource_type).collect()
}

fn last_day(year: i32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, 12, 31).unwrap_or_default()
}

/// A dated row of the blocks that are reported on.
struct Block {
    category: NumberCategory,
    size: u64,
    from: NaiveDate,
    until: Option<NaiveDate>,
}

static BLOCKS: LazyLock<Vec<Block>> = LazyLock::new(|| {
    include_str!("../data/number_report_blocks.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .skip(1)
        .filter_map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            Some(Block {
                category: cells[0].parse().ok()?,
                size: cells[1].parse().ok()?,
                from: cells[2].parse().ok()?,
                until: cells[3].parse().ok(),
            })
        })
        .collect()
});

/// The last day of the report on a year.
///
/// # Errors
/// When no rule was in force.
pub fn due_on(year: i32) -> Result<NaiveDate, DeadlineFlaw> {
    let begun = NaiveDate::from_ymd_opt(year + 1, 1, 1).ok_or(DeadlineFlaw::NotInForce)?;
    Ok(deadline(Timer::UtilisationReport, start_of_day(begun))?.last_day)
}

/// The last day by which the numbers of a permit must be in use, or in use again, by the rules of `today`; nothing where they
/// need not be, or are known to be so for good.
pub fn in_use_by(
    permit: &Permit,
    in_use_on: Option<NaiveDate>,
    today: NaiveDate,
) -> Option<NaiveDate> {
    rule_of(permit, today)?.due_on(permit.validity.from(), in_use_on)
}

/// Whether the holder is asked by now for what is due on a day.
pub fn is_asked(due: NaiveDate, today: NaiveDate) -> bool {
    let days = Reminder::NumberUseDue.days(today);
    days.is_some_and(|days| (due - today).num_days() <= days)
}

/// The rule on the type of numbers of a permit; none of other permits.
pub fn rule_of(permit: &Permit, today: NaiveDate) -> Option<&'static UseRule> {
    let resource_type = permit.details["resourceType"].as_str();
    resource_type.filter(|_| permit.kind == Kind::Numbering).and_then(|of| use_rule(of, today))
}

/// Numbers in one row of the report on `ranges` at the end of `year`; ten times more where there
/// would be more rows than a report takes.
pub fn block(kind: &ResourceType, ranges: &[Resource], year: i32) -> u64 {
    let first = ranges.first().and_then(|range| kind.number_range(range));
    let category = first.and_then(|range| range.plan_row()).map(|row| row.category);
    let day = last_day(year);
    let mut size = BLOCKS
        .iter()
        .filter(|row| row.from <= day && row.until.is_none_or(|until| day < until))
        .find(|row| Some(row.category) == category)
        .map_or(1000, |row| row.size);
    let rows = |size: u64| ranges.iter().map(|range| range.count().div_ceil(size)).sum::<u64>();
    while rows(size) > MAX_ROWS as u64 {
        size *= 10;
    }
    size
}

/// Checks that the rows are the permit's numbers, each once, in blocks no larger than `block`, with
/// parts that make up the whole.
pub fn check(
    rows: &[(usize, SeriesUse)],
    ranges: &[Resource],
    block: u64,
    errors: &mut FieldErrors,
) {
    for (index, row) in rows {
        let pointer = format!("/series/{index}/range");
        let held = ranges
            .iter()
            .any(|range| range.lower() <= row.range.lower() && row.range.upper() <= range.upper());
        if !held {
            errors.add(
                &pointer,
                "not-held",
                "The permit has not all of these numbers. Report on its own ranges.",
            );
        }
        if row.range.count() > block {
            errors.add(
                &pointer,
                "too-large",
                format!("Report in rows of at most {block} numbers."),
            );
        }
        let repeated =
            rows.iter().any(|(other, earlier)| other < index && earlier.range.overlaps(&row.range));
        if repeated {
            errors.add(
                &pointer,
                "repeated",
                "An earlier row has some of these numbers. Report each once.",
            );
        }
        if row.active + row.reserved + row.ported_out + row.free != 10_000 {
            errors.add(
                format!("/series/{index}"),
                "not-100",
                "active, reserved, ported out and free must add up to 100 per cent.",
            );
        }
    }
    let reported: u64 = rows.iter().map(|(_, row)| row.range.count()).sum();
    let held: u64 = ranges.iter().map(Resource::count).sum();
    if errors.is_empty() && reported < held {
        errors.add("/series", "incomplete", "Report on every number of the permit.");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_types_that_report_are_those_of_the_last_day_of_the_year() {
        assert_eq!(reported_in(2025), ["e164_8_digit", "e164_12_digit"]);
        let changed = "# source\ntype\tvalid_from\tvalid_until\tsource\n\
            e164_8_digit\t2004-02-16\t2027-12-31\t\ne164_5_digit\t2027-12-31\t\t\n";
        let table = read_reported(changed);
        assert_eq!(reported_by(&table, 2003), Vec::<&str>::new());
        assert_eq!(reported_by(&table, 2026), ["e164_8_digit"]);
        assert_eq!(reported_by(&table, 2027), ["e164_5_digit"]);
        for kind in reported_in(2025) {
            assert!(ResourceType::of(kind).is_some_and(ResourceType::is_given_in_series));
        }
    }

    fn eight() -> &'static ResourceType {
        ResourceType::of("e164_8_digit").unwrap()
    }

    fn ranges(texts: &[&str]) -> Vec<Resource> {
        texts.iter().map(|text| eight().parse(text).unwrap()).collect()
    }

    fn row(range: &str, parts: [u32; 4]) -> SeriesUse {
        let [active, reserved, ported_out, free] = parts;
        let range = ranges(&[range]).remove(0);
        SeriesUse { range, active, reserved, ported_out, free, ported_in: 0 }
    }

    #[test]
    fn a_report_is_due_on_the_first_of_february() {
        assert_eq!(due_on(2025).unwrap().to_string(), "2026-02-01");
        assert_eq!(due_on(2026).unwrap().to_string(), "2027-02-01");
        assert!(due_on(1990).is_err());
    }

    #[test]
    fn blocks_follow_the_category_and_grow_where_there_would_be_too_many_rows() {
        assert_eq!(BLOCKS.len(), 6);
        let block = |range: &str| block(eight(), &ranges(&[range]), 2026);
        assert_eq!(block("40000000-40099999"), 10_000);
        assert_eq!(block("22000000-22009999"), 1_000);
        assert_eq!(block("22000000-22999999"), 10_000);
    }

    #[test]
    fn rows_are_the_numbers_of_the_permit_each_once_and_add_up() {
        let held = ranges(&["22000000-22001999"]);
        let codes = |rows: &[SeriesUse]| {
            let rows: Vec<(usize, SeriesUse)> = rows.iter().cloned().enumerate().collect();
            let mut errors = FieldErrors::new();
            check(&rows, &held, 1000, &mut errors);
            match errors.finish(Some(())) {
                Ok(()) => Vec::new(),
                Err(failure) => {
                    failure.fields().iter().map(|field| field.code.to_string()).collect()
                }
            }
        };
        let (one, two) = ("22000000-22000999", "22001000-22001999");
        let good = [4_000, 1_000, 1_000, 4_000];
        assert!(codes(&[row(one, good), row(two, good)]).is_empty());
        assert_eq!(codes(&[row(one, good)]), ["incomplete"]);
        assert_eq!(codes(&[row(one, good), row(one, good)]), ["repeated"]);
        assert_eq!(codes(&[row(one, [1, 0, 0, 0]), row(two, good)]), ["not-100"]);
        assert_eq!(codes(&[row("22000000-22001999", good)]), ["too-large"]);
        assert_eq!(codes(&[row("23000000-23000999", good)]), ["not-held"]);
    }
}
