//! A file of the bank as it was read. Pure.

use chrono::NaiveDate;

use super::flaw::Flaw;
use crate::values::{kid::Kid, language::Language, table::code_enum};

code_enum! {
    /// In which format a file is.
    Format {
        /// Comma-separated values.
        Csv = "csv",
        /// OCR giro.
        Ocr = "ocr",
    }
}

/// What a file says, once all of it is understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankFile {
    /// Its format.
    pub format: Format,
    /// The number the bank gave it, where the format has one.
    pub transmission: Option<String>,
    /// Its transactions, in the order of the file.
    pub items: Vec<Item>,
}

/// A transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Line of the file, from 1.
    pub line: u32,
    /// What the bank knows it by.
    pub reference: String,
    /// The KID, if it came with one that is one.
    pub kid: Result<Kid, NoKid>,
    /// Whole øre; less than nothing for what the bank takes back.
    pub amount_ore: i64,
    /// Day it was booked.
    pub paid_on: NaiveDate,
}

/// Why a transaction has no KID.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoKid {
    /// There is none.
    Missing,
    /// What stands there is none: digits, as far as it has some.
    Wrong(String),
}

impl Item {
    /// The KID as it stood in the file.
    pub fn kid_text(&self) -> Option<String> {
        match &self.kid {
            Ok(kid) => Some(kid.canonical()),
            Err(NoKid::Wrong(text)) => Some(text.clone()),
            Err(NoKid::Missing) => None,
        }
    }
}

/// Reads what stands where a KID should. Anything but digits is left out, so that no name is kept by mistake.
pub fn kid_of(text: &str) -> Result<Kid, NoKid> {
    if text.trim().is_empty() {
        return Err(NoKid::Missing);
    }
    Kid::parse(text)
        .map_err(|_| NoKid::Wrong(text.chars().filter(char::is_ascii_digit).take(25).collect()))
}

/// What is wrong with a file: where, and what to do. It never repeats what stands there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {}", what.text(Language::English))]
pub struct FileFlaw {
    /// Line, from 1.
    pub line: u32,
    /// What is wrong, and what to do.
    pub what: Flaw,
}

impl FileFlaw {
    /// In a line.
    pub const fn at(line: u32, what: Flaw) -> Self {
        Self { line, what }
    }
}
