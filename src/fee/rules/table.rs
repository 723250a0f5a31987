//! The fee tables as they are read: rows of `fees.tsv`, `fee_period_rules.tsv` and
//! `fee_payment_terms.tsv`, dated. It must not decide what a permit pays.

use std::{str::FromStr, sync::LazyLock};

use chrono::NaiveDate;

use crate::values::{
    calendar::Period,
    table::{Row, Table},
};

/// When a fee is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeeKind {
    /// Once (gebyr).
    OneOff,
    /// For every calendar year (sektoravgift).
    Annual,
}

/// One row of the fee table.
#[derive(Debug)]
pub struct FeeRow {
    /// Id of the row.
    pub id: &'static str,
    /// What is charged.
    pub object: &'static str,
    /// Once or every year.
    pub kind: FeeKind,
    /// What is counted.
    pub unit: &'static str,
    /// Everything that must be true of an item, the columns for band and bandwidth included.
    pub conditions: Vec<Condition>,
    /// How it goes together with other rows of the object.
    pub combine: Combine,
    /// Øre for one unit.
    pub unit_ore: i64,
    /// Provision, e.g. `§ 18`.
    pub section: String,
    /// Where the rate stands.
    pub source: &'static str,
    /// First day the rate has effect on.
    effect_from: NaiveDate,
    /// First day it has not any more.
    until: Option<NaiveDate>,
}

/// How matching rows of one object go together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Combine {
    /// One row of the object fits an item.
    Alone,
    /// The rows that fit are added.
    Add,
    /// This row, or the sum of the others with the same text if that is higher.
    Max {
        /// Id of the row that is the least.
        least: &'static str,
    },
}

/// A comparison with one word of an item.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// Word.
    pub word: &'static str,
    /// Comparison.
    pub test: Test,
}

/// What a value must be.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// One of these.
    OneOf(Vec<&'static str>),
    /// At least.
    AtLeast(f64),
    /// More than.
    Over(f64),
    /// At most.
    UpTo(f64),
    /// Less than.
    Below(f64),
}

impl FeeRow {
    /// True if the rate has effect on a day. Rates set later with effect from an earlier day count
    /// from that earlier day.
    pub fn has_effect(&self, on: NaiveDate) -> bool {
        self.effect_from <= on && self.until.is_none_or(|until| on < until)
    }

    fn read(row: &Row<'_, 'static>) -> Self {
        let mut conditions: Vec<Condition> = row
            .text("condition")
            .split(';')
            .filter(|text| !text.is_empty())
            .map(condition)
            .collect();
        for (column, word, test) in [
            ("band_from_hz", "frequency_hz", Test::AtLeast as fn(f64) -> Test),
            ("band_below_hz", "frequency_hz", Test::Below),
            ("bandwidth_over_hz", "bandwidth_hz", Test::Over),
            ("bandwidth_upto_hz", "bandwidth_hz", Test::UpTo),
        ] {
            if let Some(bound) = row.value(column) {
                conditions.push(Condition { word, test: test(bound) });
            }
        }
        let unit_ore = match (row.value::<i64>("amount_nok"), row.value::<i64>("rate_ore")) {
            (Some(kroner), None) => kroner * 100,
            (None, Some(ore)) => ore,
            _ => panic!("a fee has an amount or a rate"),
        };
        Self {
            id: row.text("fee_id"),
            object: row.text("object"),
            kind: match row.text("kind") {
                "one_off" => FeeKind::OneOff,
                "annual" => FeeKind::Annual,
                _ => panic!("a fee is one-off or annual"),
            },
            unit: row.text("unit"),
            conditions,
            combine: combine(row.text("combine")),
            unit_ore,
            section: format!("§ {}", row.text("section")),
            source: row.text("source"),
            effect_from: row.value("effect_from").expect("a fee has a first day"),
            until: row.value("valid_until"),
        }
    }
}

fn combine(text: &'static str) -> Combine {
    match text {
        "" => Combine::Alone,
        "add" => Combine::Add,
        _ => {
            let least = text.strip_prefix("max(").and_then(|rest| rest.split_once(",sum("));
            Combine::Max { least: least.expect("max of a row and a sum").0 }
        }
    }
}

/// `power_w>=50`, `digits=8|12`.
fn condition(text: &'static str) -> Condition {
    let number = |text: &str| f64::from_str(text).expect("a bound is a number");
    for (sign, test) in [
        (">=", Test::AtLeast as fn(f64) -> Test),
        ("<=", Test::UpTo),
        (">", Test::Over),
        ("<", Test::Below),
    ] {
        if let Some((word, bound)) = text.split_once(sign) {
            return Condition { word, test: test(number(bound)) };
        }
    }
    let (word, values) = text.split_once('=').expect("a condition compares");
    Condition { word, test: Test::OneOf(values.split('|').collect()) }
}

/// Every row, in the order of the table.
pub fn rows() -> &'static [FeeRow] {
    static ROWS: LazyLock<Vec<FeeRow>> =
        LazyLock::new(|| read(include_str!("../../data/fees.tsv")));
    &ROWS
}

/// The rows of a table by its text.
pub fn read(text: &'static str) -> Vec<FeeRow> {
    Table::new(text).rows().map(|row| FeeRow::read(&row)).collect()
}

/// One row of the period rules (fee regulation § 4).
#[derive(Debug)]
pub struct PeriodRule {
    /// Id, e.g. `P3`.
    pub id: &'static str,
    /// Of which fees.
    pub kind: FeeKind,
    /// What must be true, as read.
    pub conditions: Vec<PeriodCondition>,
    /// Thousandths of the fee.
    pub per_mille: i64,
    from: NaiveDate,
    until: Option<NaiveDate>,
}

/// A comparison with a day of the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeriodCondition {
    /// The permit holds on this day of the year.
    ValidOn(u32, u32),
    /// It began on this day of the year or later.
    GrantedFrom(u32, u32),
    /// It began on this day of the year or earlier.
    GrantedUpTo(u32, u32),
    /// It began after this day of the year.
    GrantedAfter(u32, u32),
    /// It ended before this day of the year the fee is for.
    EndedBefore(u32, u32),
    /// Holds for what is charged once.
    AtGrant,
}

impl PeriodRule {
    /// True if the rule is in force on a day.
    pub fn in_force(&self, on: NaiveDate) -> bool {
        self.from <= on && self.until.is_none_or(|until| on < until)
    }
}

fn period_condition(text: &str) -> PeriodCondition {
    use PeriodCondition::{AtGrant, EndedBefore, GrantedAfter, GrantedFrom, GrantedUpTo, ValidOn};
    if text == "at_grant" {
        return AtGrant;
    }
    let at = text.find(|c: char| c.is_ascii_digit()).expect("a day of the year");
    // "01-01 of the next year": next to the year it ended in, which is the year the fee is for
    let (month, day) = text[at..at + 5].split_once('-').expect("month and day");
    let (month, day) = (month.parse().expect("a month"), day.parse().expect("a day"));
    match &text[..at] {
        "valid_on=" => ValidOn(month, day),
        "granted>=" => GrantedFrom(month, day),
        "granted<=" => GrantedUpTo(month, day),
        "granted>" => GrantedAfter(month, day),
        "terminated_before=" => EndedBefore(month, day),
        _ => panic!("a condition of the period rules"),
    }
}

/// Every period rule, in the order of the table.
pub fn period_rules() -> &'static [PeriodRule] {
    static RULES: LazyLock<Vec<PeriodRule>> = LazyLock::new(|| {
        let table = Table::new(include_str!("../../data/fee_period_rules.tsv"));
        let read = |row: Row<'_, 'static>| PeriodRule {
            id: row.text("rule_id"),
            kind: if row.text("kind") == "annual" { FeeKind::Annual } else { FeeKind::OneOff },
            conditions: row.text("condition").split(';').map(period_condition).collect(),
            per_mille: thousandths(row.text("share")),
            from: row.value("valid_from").expect("a rule has a first day"),
            until: row.value("valid_until"),
        };
        table.rows().map(read).collect()
    });
    &RULES
}

/// `0.025` as 25: table figures of at most three decimals, without rounding.
pub fn thousandths(text: &str) -> i64 {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    assert!(decimals.len() <= 3, "at most three decimals");
    format!("{whole}{decimals:0<3}").parse().expect("a decimal number")
}

/// How long there is to pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Term {
    /// From the invoice.
    Ordinary,
    /// From the reminder.
    Reminder,
}

/// How long there is to pay what is written on a day.
pub fn payment_term(term: Term, on: NaiveDate) -> Option<Period> {
    let table = Table::new(include_str!("../../data/fee_payment_terms.tsv"));
    let name = match term {
        Term::Ordinary => "ordinary",
        Term::Reminder => "reminder",
    };
    let in_force = |row: &Row<'_, 'static>| {
        row.text("term") == name
            && row.value("valid_from").is_some_and(|from: NaiveDate| from <= on)
            && row.value("valid_until").is_none_or(|until: NaiveDate| on < until)
    };
    table.rows().find(in_force).and_then(|row| row.value("length"))
}
