//! Norwegian municipalities with Svalbard and Jan Mayen: number, name, when the number was in use, and the ground it covers.
//!
//! Numbers come and go with reforms; what stays is the ground. Two numbers lie on common ground when their `ground` shares a
//! number of today, so areas given with an old number can be compared with areas given with a new one.

use std::sync::LazyLock;

use chrono::NaiveDate;

use super::table::Table;
use super::text::{TextFlaw, compact, digit_text, digits};
use super::{Flaw, text_value};

static ENTRIES: LazyLock<Vec<MunicipalityEntry>> = LazyLock::new(read_entries);

/// Four digits that are or were a municipality's number, leading zeros kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Municipality([u8; 4]);

/// What the table says of a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MunicipalityEntry {
    pub number: Municipality,
    pub name: &'static str,
    /// First day the number was in use, as far as the table goes back.
    pub valid_from: NaiveDate,
    /// First day it was not.
    pub valid_until: Option<NaiveDate>,
    /// Numbers of today that cover the same ground, at least one.
    pub ground: Vec<u16>,
}

/// Why a text is not a municipality.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MunicipalityFlaw {
    #[error(transparent)]
    Text(#[from] TextFlaw),
    #[error("a municipality number has exactly four digits; write the leading zero")]
    Form,
    #[error("there is no municipality of this number; take one from Statistics Norway's list")]
    Unknown,
}

impl Flaw for MunicipalityFlaw {
    fn code(&self) -> &'static str {
        match self {
            Self::Text(flaw) => flaw.code(),
            Self::Form => "form",
            Self::Unknown => "unknown-municipality",
        }
    }
}

impl Municipality {
    /// Reads four digits, spaces allowed anywhere, that stand in the table.
    pub fn parse(input: &str) -> Result<Self, MunicipalityFlaw> {
        let number = digits(compact(input)?.as_bytes()).map(Self).ok_or(MunicipalityFlaw::Form)?;
        number.find().map(|_| number).ok_or(MunicipalityFlaw::Unknown)
    }

    /// Its row in the table.
    pub fn entry(self) -> &'static MunicipalityEntry {
        self.find().expect("only numbers of the table are made")
    }

    fn find(self) -> Option<&'static MunicipalityEntry> {
        ENTRIES.binary_search_by_key(&self, |entry| entry.number).ok().map(|at| &ENTRIES[at])
    }

    fn canonical(self) -> String {
        digit_text(&self.0)
    }
}

/// The municipalities whose numbers are in use on a day, by number.
pub fn in_use(day: NaiveDate) -> impl Iterator<Item = &'static MunicipalityEntry> {
    ENTRIES.iter().filter(move |entry| {
        entry.valid_from <= day && entry.valid_until.is_none_or(|until| day < until)
    })
}

impl MunicipalityEntry {
    /// True on the mainland: not Svalbard, not Jan Mayen.
    pub fn is_mainland(&self) -> bool {
        !matches!(self.number.0, [2, 1 | 2, ..])
    }
}

impl std::fmt::Display for Municipality {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.canonical())
    }
}

text_value!(Municipality, MunicipalityFlaw);

fn read_entries() -> Vec<MunicipalityEntry> {
    let table = Table::new(include_str!("../data/municipalities.tsv"));
    let mut entries: Vec<MunicipalityEntry> = table
        .rows()
        .map(|row| MunicipalityEntry {
            number: digits(row.text("number").as_bytes()).map(Municipality).expect("four digits"),
            name: row.text("name"),
            valid_from: row.value("valid_from").expect("a first day"),
            valid_until: row.value("valid_until"),
            ground: row
                .text("ground")
                .split(' ')
                .map(|number| number.parse().expect("numbers"))
                .collect(),
        })
        .collect();
    entries.sort_unstable_by_key(|entry| entry.number);
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(number: &str) -> &'static MunicipalityEntry {
        Municipality::parse(number).unwrap().entry()
    }

    #[test]
    fn the_mainland_has_357_municipalities_today_and_356_before_2024() {
        let in_use = |year: i32| {
            let day = NaiveDate::from_ymd_opt(year, 6, 1).unwrap();
            let open = |entry: &&MunicipalityEntry| {
                entry.valid_from <= day && entry.valid_until.is_none_or(|until| day < until)
            };
            ENTRIES.iter().filter(open).filter(|entry| entry.is_mainland()).count()
        };
        assert_eq!((in_use(2023), in_use(2026)), (356, 357));
    }

    #[test]
    fn an_old_number_lies_on_the_ground_of_a_new_one() {
        assert_eq!(entry("3024").ground, entry("3201").ground);
        assert_eq!(entry("3201").name, "Bærum");
        assert_eq!(entry("1507").ground, [1508, 1580]);
        assert!(!entry("2111").is_mainland() && !entry("2211").is_mainland());
        for entry in ENTRIES.iter() {
            for ground in &entry.ground {
                let of_today = Municipality::parse(&format!("{ground:04}")).unwrap().entry();
                assert_eq!(of_today.valid_until, None, "{entry:?}");
                assert_eq!(of_today.ground, [*ground], "{entry:?}");
            }
        }
    }

    #[test]
    fn what_is_no_municipality_is_refused_with_a_reason() {
        for (text, code) in
            [("", "empty"), ("301", "form"), ("0000", "unknown-municipality"), ("O301", "form")]
        {
            assert_eq!(Municipality::parse(text).unwrap_err().code(), code, "{text}");
        }
    }
}
