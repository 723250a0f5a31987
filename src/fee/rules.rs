//! What a permit costs: the rows of the fee table in effect on a day, and the share of the year
//! that is charged. Pure; amounts are whole øre.
//!
//! What no row in effect prices costs nothing, because a fee needs a rule. What a kind says in words
//! the table does not know is a fault of the kind and answers an error.

pub mod spectrum;
pub mod table;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use chrono::{Datelike as _, NaiveDate};

use super::model::{FeeItem, FeeValue};
use crate::values::calendar::next_working_day;
use table::{Combine, PeriodCondition, Test};
pub use table::{FeeKind, FeeRow, PeriodRule, Term};

/// Words that may be said of every object.
const COMMON: [&str; 3] = ["unit", "frequency_hz", "bandwidth_hz"];

/// One line of an invoice.
#[derive(Debug, Clone)]
pub struct FeeLine {
    /// Row of the fee table.
    pub row: &'static FeeRow,
    /// How many units.
    pub quantity: u64,
    /// Whole øre, after the share; a part of an øre is dropped, in favour of who pays.
    pub amount_ore: i64,
    /// Rule that gave the share.
    pub rule: &'static PeriodRule,
}

/// What a kind says that the fee table does not understand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FeeFlaw {
    #[error("the fee table has no object {0}")]
    UnknownObject(&'static str),
    #[error("no row of {0} compares {1}")]
    UnknownWord(&'static str, &'static str),
    #[error("{0} cannot be priced without {1}")]
    NotSaid(&'static str, &'static str),
    #[error("an amount is out of range")]
    Range,
    #[error("no period rule is in force")]
    NoRule,
}

/// The days a permit holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holding {
    /// The day it was granted, or its first day if that is later.
    pub first: NaiveDate,
    /// Its last day, when known.
    pub last: Option<NaiveDate>,
}

/// What is charged once, on the day of the grant or change.
///
/// # Errors
/// What the table does not understand.
pub fn once(items: &[FeeItem], on: NaiveDate) -> Result<Vec<FeeLine>, FeeFlaw> {
    let rule = table::period_rules()
        .iter()
        .find(|rule| rule.kind == FeeKind::OneOff && rule.in_force(on))
        .ok_or(FeeFlaw::NoRule)?;
    charge(items, on, rule)
}

/// What items cost once beyond those they take the place of, both at the rates of the day of the change. What
/// is given up is not paid back, but counts towards what is new.
///
/// # Errors
/// What the table does not understand.
pub fn once_beyond(
    items: &[FeeItem],
    before: &[FeeItem],
    on: NaiveDate,
) -> Result<Vec<FeeLine>, FeeFlaw> {
    let paid = once(before, on)?;
    let mut lines = once(items, on)?;
    let sum = |lines: &[FeeLine]| lines.iter().map(|line| line.amount_ore).sum::<i64>();
    let mut beyond = (sum(&lines) - sum(&paid)).max(0);
    for line in &mut lines {
        if let Some(same) = paid.iter().find(|paid| paid.row.id == line.row.id) {
            line.quantity = line.quantity.saturating_sub(same.quantity);
            line.amount_ore = (line.amount_ore - same.amount_ore).max(0);
        }
        line.amount_ore = line.amount_ore.min(beyond);
        beyond -= line.amount_ore;
    }
    lines.retain(|line| line.amount_ore > 0);
    Ok(lines)
}

/// What is charged for a year: at the rates of 1 January, or of the first day of a permit that
/// begins later in the year. Nothing for a permit that does not hold in the year.
///
/// # Errors
/// What the table does not understand.
pub fn annual(items: &[FeeItem], held: Holding, year: i32) -> Result<Vec<FeeLine>, FeeFlaw> {
    let on = day(year, 1, 1).max(held.first);
    match share(held, year) {
        Some(rule) if rule.per_mille > 0 => charge(items, on, rule),
        _ => Ok(Vec::new()),
    }
}

/// The rule that says which share of a year's fee a permit pays (fee regulation § 4). None for a permit that had
/// ended before its first day: it held on no day.
pub fn share(held: Holding, year: i32) -> Option<&'static PeriodRule> {
    if held.first.year() > year || held.last.is_some_and(|last| last < held.first) {
        return None;
    }
    let holds = |condition: &PeriodCondition| match *condition {
        PeriodCondition::ValidOn(month, number) => {
            let day = day(year, month, number);
            held.first <= day && held.last.is_none_or(|last| day <= last)
        }
        PeriodCondition::GrantedFrom(month, number) => held.first >= day(year, month, number),
        PeriodCondition::GrantedUpTo(month, number) => held.first <= day(year, month, number),
        PeriodCondition::GrantedAfter(month, number) => held.first > day(year, month, number),
        PeriodCondition::EndedBefore(month, number) => {
            held.last.is_some_and(|last| last < day(year, month, number))
        }
        PeriodCondition::AtGrant => false,
    };
    let on = day(year, 1, 1).max(held.first);
    table::period_rules().iter().find(|rule| {
        rule.kind == FeeKind::Annual && rule.in_force(on) && rule.conditions.iter().all(holds)
    })
}

fn day(year: i32, month: u32, number: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, number).unwrap_or(NaiveDate::MAX)
}

/// The last day to pay what is written on a day.
pub fn due_on(term: Term, written: NaiveDate) -> Option<NaiveDate> {
    table::payment_term(term, written).map(|length| next_working_day(length.add_to(written)))
}

/// Prices items at the rates in effect on a day, for fees of the kind of `rule` and at its share.
///
/// # Errors
/// What the table does not understand.
pub fn charge(
    items: &[FeeItem],
    on: NaiveDate,
    rule: &'static PeriodRule,
) -> Result<Vec<FeeLine>, FeeFlaw> {
    let mut lines: Vec<FeeLine> = Vec::new();
    for item in items {
        let rows = rows_for(item, on)?;
        let counted = counted_units(&rows);
        for row in rows.iter().filter(|row| row.kind == rule.kind) {
            let quantity = match (counted.contains(row.unit), item_unit(item, &counted)) {
                (true, Some(unit)) if unit == row.unit => item.count,
                (true, Some(_)) => continue,
                (true, None) => return Err(FeeFlaw::NotSaid(item.object, "unit")),
                // a basic amount beside what is counted, or the flat amount of a holder
                (false, _) if !counted.is_empty() || row.unit == "holder" => item.count.min(1),
                (false, _) => item.count,
            };
            if quantity == 0 || !fits(row, item, &rows)? {
                continue;
            }
            match lines.iter_mut().find(|line| line.row.id == row.id) {
                Some(line) if counted.contains(row.unit) || counted.is_empty() => {
                    line.quantity += quantity;
                }
                Some(_) => {}
                None => lines.push(FeeLine { row, quantity, amount_ore: 0, rule }),
            }
        }
    }
    for line in &mut lines {
        if line.row.unit == "holder" {
            line.quantity = 1;
        }
        line.amount_ore = i64::try_from(line.quantity)
            .ok()
            .and_then(|quantity| line.row.unit_ore.checked_mul(quantity))
            .and_then(|amount| amount.checked_mul(rule.per_mille))
            .ok_or(FeeFlaw::Range)?
            / 1000;
    }
    drop_lesser(&mut lines);
    Ok(lines)
}

/// Rows of the item's object in effect on the day, once all that is said of it is understood.
fn rows_for(item: &FeeItem, on: NaiveDate) -> Result<Vec<&'static FeeRow>, FeeFlaw> {
    let mut rows: Vec<&FeeRow> =
        table::rows().iter().filter(|row| row.object == item.object).collect();
    if rows.is_empty() {
        return Err(FeeFlaw::UnknownObject(item.object));
    }
    for (word, _) in &item.conditions {
        let compared = |row: &&FeeRow| row.conditions.iter().any(|one| one.word == *word);
        if !COMMON.contains(word) && !rows.iter().any(compared) {
            return Err(FeeFlaw::UnknownWord(item.object, word));
        }
    }
    if let Some(unit) = item.said("unit")
        && !rows.iter().any(|row| *unit == FeeValue::from(row.unit))
    {
        return Err(FeeFlaw::UnknownWord(item.object, "unit"));
    }
    rows.retain(|row| row.has_effect(on));
    Ok(rows)
}

/// The units of an object that items count; a permit or holder is counted once beside them.
fn counted_units(rows: &[&'static FeeRow]) -> BTreeSet<&'static str> {
    rows.iter().map(|row| row.unit).filter(|unit| !["permit", "holder"].contains(unit)).collect()
}

/// The unit an item counts: the one it says, or the only one there is.
fn item_unit<'a>(item: &'a FeeItem, counted: &BTreeSet<&'static str>) -> Option<&'a str> {
    match item.said("unit") {
        Some(FeeValue::Word(unit)) => Some(unit),
        Some(FeeValue::Number(_)) => None,
        None if counted.len() == 1 => counted.first().copied(),
        None => None,
    }
}

/// True if everything the row compares is true of the item. What all rows of the object compare
/// alike describes the object and need not be said.
fn fits(row: &FeeRow, item: &FeeItem, rows: &[&'static FeeRow]) -> Result<bool, FeeFlaw> {
    let mut unsaid = None;
    for condition in &row.conditions {
        match item.said(condition.word).and_then(|value| holds(&condition.test, value)) {
            Some(true) => {}
            Some(false) => return Ok(false),
            None if item.said(condition.word).is_none() && describes(condition.word, rows) => {}
            None => unsaid = Some(condition.word),
        }
    }
    unsaid.map_or(Ok(true), |word| Err(FeeFlaw::NotSaid(item.object, word)))
}

fn describes(word: &str, rows: &[&'static FeeRow]) -> bool {
    let tests = |row: &'static FeeRow| {
        row.conditions.iter().filter(|one| one.word == word).map(|one| &one.test)
    };
    rows.windows(2).all(|pair| tests(pair[0]).eq(tests(pair[1])))
}

/// Whether a value passes; nothing for a word where a number is compared.
fn holds(test: &Test, value: &FeeValue) -> Option<bool> {
    let number = match value {
        FeeValue::Number(number) => Some(*number),
        FeeValue::Word(word) => word.parse().ok(),
    };
    Some(match test {
        Test::OneOf(words) => words.iter().any(|one| match value {
            FeeValue::Word(word) => one == word || covers(one, word),
            FeeValue::Number(number) => one.parse() == Ok(*number),
        }),
        Test::AtLeast(bound) => number? >= *bound,
        Test::Over(bound) => number? > *bound,
        Test::UpTo(bound) => number? <= *bound,
        Test::Below(bound) => number? < *bound,
    })
}

/// Whether a series as the fee regulation writes it, `8xx`, has the numbers that begin with these digits.
fn covers(series: &str, digits: &str) -> bool {
    let stem = series.trim_end_matches('x');
    stem.len() < series.len()
        && stem.parse::<u64>().is_ok()
        && digits.bytes().all(|digit| digit.is_ascii_digit())
        && digits.starts_with(stem)
}

/// Of a least amount and the sum it is compared with, only the higher is charged.
fn drop_lesser(lines: &mut Vec<FeeLine>) {
    let leasts: BTreeSet<&'static str> = lines
        .iter()
        .filter_map(|line| match line.row.combine {
            Combine::Max { least } => Some(least),
            Combine::Alone | Combine::Add => None,
        })
        .collect();
    for id in leasts {
        let of_group = |line: &FeeLine| line.row.combine == Combine::Max { least: id };
        let sum = |is_least: bool| {
            lines
                .iter()
                .filter(|line| of_group(line) && (line.row.id == id) == is_least)
                .map(|line| line.amount_ore)
                .sum::<i64>()
        };
        let least_holds = sum(true) >= sum(false);
        lines.retain(|line| !of_group(line) || (line.row.id == id) == least_holds);
    }
}
