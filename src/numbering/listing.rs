//! The list of number ranges as it is published today (`E164.csv`): UTF-8 with a byte order mark,
//! commas, every cell that is not empty quoted, digits in pairs, thousands separated by commas.
//!
//! Pure. A file that is not a whole list is refused; a row that cannot be taken is remarked by its
//! line and reason.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use uuid::Uuid;

use super::{
    list::rules::Span,
    model::{NumberRangeRow, Provider, RangeStatus},
};
use crate::values::{
    Flaw as _, number_range::NumberRange, number_resource::ResourceType, table::Table,
};

/// The columns of the list, in their order.
const COLUMNS: [&str; 8] =
    ["Fra", "Til", "Tilbyder", "Status", "Kommentar", "Antall", "Kategori", "Punktkode"];

const ASSIGNED: &str = "Tildelt";
const FREE: &str = "Ledig";
const BLOCKED: &str = "Blokkert";

/// The categories a row may name (`data/number_list_labels.tsv`).
static LABELS: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
    let table = Table::new(include_str!("../data/number_list_labels.tsv"));
    table.rows().map(|row| row.text("label")).collect()
});

/// Something to tell about a line, counted from 1 with the heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// Line of the file.
    pub line: u64,
    /// What is wrong.
    pub text: String,
}

/// A list that was read whole.
#[derive(Debug, Default)]
pub struct List {
    /// Line and range of every row that can be taken; ids are nil.
    pub ranges: Vec<(u64, NumberRangeRow)>,
    /// Rows that cannot.
    pub not_taken: Vec<Remark>,
    /// Numbers such rows are about, where they can be read.
    pub refused: Vec<Span>,
}

impl List {
    /// Numbers that the list has a row for.
    pub fn named(&self) -> Vec<Span> {
        let taken = self
            .ranges
            .iter()
            .map(|(_, row)| (row.kind, row.resource.lower(), row.resource.upper()));
        taken.chain(self.refused.iter().copied()).collect()
    }
}

/// Why a file is not a whole list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListFlaw {
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// Not UTF-8.
    #[error("the file is not UTF-8")]
    Encoding,
    /// Another heading.
    #[error("the first line is not the heading of the list of number ranges with its 8 columns")]
    Heading,
    /// The last line does not end.
    #[error("the file breaks off in its last line; fetch it again")]
    BreaksOff,
    /// A line of another shape.
    #[error("line {0} has not the 8 columns of the heading; fetch the file again")]
    Columns(u64),
}

/// Reads a whole list.
///
/// # Errors
/// When the file is not a whole list.
pub fn read(bytes: &[u8]) -> Result<List, ListFlaw> {
    let text = std::str::from_utf8(bytes).map_err(|_| ListFlaw::Encoding)?;
    let text = text.trim_start_matches('\u{feff}');
    if text.is_empty() {
        return Err(ListFlaw::Empty);
    }
    if !text.ends_with('\n') {
        return Err(ListFlaw::BreaksOff);
    }
    let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    if !reader.headers().is_ok_and(|heading| heading.iter().eq(COLUMNS)) {
        return Err(ListFlaw::Heading);
    }
    let mut list = List::default();
    let mut seen = Seen::default();
    for record in reader.records() {
        let record = record
            .map_err(|error| ListFlaw::Columns(error.position().map_or(0, csv::Position::line)))?;
        let line = record.position().map_or(0, csv::Position::line);
        let cells: Vec<&str> = record.iter().map(str::trim).collect();
        match range(&cells).and_then(|row| seen.note(line, &row).map(|()| row)) {
            Ok(row) => list.ranges.push((line, row)),
            Err(text) => {
                list.not_taken.push(Remark { line, text });
                list.refused.extend(span(&cells));
            }
        }
    }
    Ok(list)
}

/// The ranges of the lines before: by plan and first place, the last place and the line.
#[derive(Default)]
struct Seen(BTreeMap<(&'static str, i64), (i64, u64)>);

impl Seen {
    fn note(&mut self, line: u64, row: &NumberRangeRow) -> Result<(), String> {
        let (plan, lower, upper) = (row.kind.code, row.resource.lower(), row.resource.upper());
        let before = self.0.range((plan, i64::MIN)..=(plan, upper)).next_back();
        if let Some((_, (_, earlier))) = before.filter(|(_, (last, _))| *last >= lower) {
            return Err(format!("the range overlaps the one on line {earlier}"));
        }
        self.0.insert((plan, lower), (upper, line));
        Ok(())
    }
}

/// The numbers of a row, even where they are not of one block of the plan.
fn span(cells: &[&str]) -> Option<Span> {
    let [from, to, ..] = cells else { return None };
    let digits = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>();
    let (from, to) = (digits(from), digits(to));
    let length = u8::try_from(from.len()).ok().filter(|_| from.len() == to.len())?;
    let kind = ResourceType::of_digits(length)?;
    Some((kind, from.parse().ok()?, to.parse().ok()?)).filter(|(_, from, to)| from <= to)
}

fn range(cells: &[&str]) -> Result<NumberRangeRow, String> {
    let [from, to, provider, status, comment, count, category, point_code] = cells[..] else {
        return Err("the row has not 8 columns".to_owned());
    };
    let numbers =
        NumberRange::new(from, to).map_err(|flaw| format!("{} ({})", flaw, flaw.code()))?;
    let kind = ResourceType::of_digits(numbers.length())
        .ok_or("no permits are given for numbers of this length")?;
    let resource = kind.parse(&numbers.to_string()).map_err(|flaw| flaw.to_string())?;
    if count.replace(',', "").parse() != Ok(resource.count()) {
        return Err("Antall is not Til minus Fra plus one".to_owned());
    }
    if !category.is_empty() && !LABELS.contains(category) {
        return Err("Kategori is none that the list is known to have".to_owned());
    }
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let (status, named) = match (status, some(provider)) {
        (ASSIGNED, Some(name)) => (RangeStatus::Assigned, Some(name)),
        (ASSIGNED, None) => return Err("it is assigned, but names no provider".to_owned()),
        (FREE, Some(_)) => return Err("it is free, but names a provider".to_owned()),
        (FREE, None) => (RangeStatus::Free, None),
        (BLOCKED, named) => (RangeStatus::Blocked, named),
        _ => return Err("Status is none of Tildelt, Ledig and Blokkert".to_owned()),
    };
    let mut row = NumberRangeRow::new(Uuid::nil(), kind, resource, status);
    match status {
        RangeStatus::Assigned => {
            row.provider = named.map(|name| Provider { name, number: None });
        }
        _ => row.keeper = named,
    }
    row.comment = some(comment);
    row.category = some(category);
    row.point_code = some(point_code);
    Ok(row)
}

/// The list in its own layout.
pub fn write<'a>(rows: impl IntoIterator<Item = &'a NumberRangeRow>) -> String {
    let mut text = String::from("\u{feff}");
    line(&mut text, COLUMNS);
    for row in rows {
        let named = row.provider.as_ref().map(|provider| provider.name.as_str());
        let status = match row.status.shown() {
            RangeStatus::Assigned => ASSIGNED,
            RangeStatus::Blocked => BLOCKED,
            _ => FREE,
        };
        line(
            &mut text,
            [
                &pairs(row.resource.first()),
                &pairs(row.resource.last()),
                named.or(row.keeper.as_deref()).unwrap_or(" "),
                status,
                row.comment.as_deref().unwrap_or_default(),
                &thousands(row.resource.count()),
                row.category.as_deref().unwrap_or_default(),
                row.point_code.as_deref().unwrap_or_default(),
            ],
        );
    }
    text
}

fn line<const N: usize>(text: &mut String, cells: [&str; N]) {
    for (index, cell) in cells.into_iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        if !cell.is_empty() {
            text.push('"');
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        }
    }
    text.push('\n');
}

/// `22009999` as `22 00 99 99`.
fn pairs(digits: &str) -> String {
    grouped(digits, 2, ' ', false)
}

/// `277000` as `277,000`.
fn thousands(count: u64) -> String {
    grouped(&count.to_string(), 3, ',', true)
}

fn grouped(digits: &str, size: usize, between: char, from_the_end: bool) -> String {
    let mut out = String::with_capacity(digits.len() * 2);
    for (index, digit) in digits.chars().enumerate() {
        let at = if from_the_end { digits.len() - index } else { index };
        if index > 0 && at % size == 0 {
            out.push(between);
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Made up, with the quirks of the published list.
    pub(crate) const SPECIMEN: &str =
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/number_ranges.csv"));

    #[test]
    fn every_row_is_taken_or_told_by_its_line() {
        let list = read(SPECIMEN.as_bytes()).unwrap();
        assert_eq!(list.ranges.len(), 9);
        let told: Vec<(u64, &str)> =
            list.not_taken.iter().map(|remark| (remark.line, remark.text.as_str())).collect();
        assert_eq!(
            told.iter().map(|(line, _)| *line).collect::<Vec<_>>(),
            [11, 12, 13, 14, 15, 16]
        );
        assert_eq!(told[0].1, "the range overlaps the one on line 4");
        assert_eq!(told[1].1, "Antall is not Til minus Fra plus one");
        assert!(told[4].1.contains("numbering-plan"), "{}", told[4].1);
    }

    #[test]
    fn a_category_that_the_list_is_not_known_to_have_is_told_and_its_row_not_taken() {
        let wrong = SPECIMEN.replacen("\"Landmobile tjenester\"", "\"Landmobil tjeneste\"", 1);
        let list = read(wrong.as_bytes()).unwrap();
        assert_eq!(list.ranges.len(), 8);
        let told = list.not_taken.iter().find(|remark| remark.line == 6).unwrap();
        assert_eq!(told.text, "Kategori is none that the list is known to have");
        // the numbers are named all the same, so that what the edition before says of them is kept
        assert!(list.refused.iter().any(|(_, from, _)| *from == 40_000_000));
        let given = Table::new(include_str!("../data/number_list_categories.tsv"));
        for row in given.rows() {
            assert!(LABELS.contains(row.text("label")), "{}", row.text("label"));
        }
    }

    #[test]
    fn the_rows_taken_are_written_as_they_stood() {
        let list = read(SPECIMEN.as_bytes()).unwrap();
        let written = write(list.ranges.iter().map(|(_, row)| row));
        let taken: Vec<&str> = SPECIMEN.lines().take(10).collect();
        assert_eq!(written.lines().collect::<Vec<_>>(), taken);
        assert_eq!(read(written.as_bytes()).unwrap().ranges.len(), 9);
    }

    #[test]
    fn a_file_that_breaks_off_anywhere_is_refused_or_ends_at_a_line() {
        let bytes = SPECIMEN.as_bytes();
        for length in 0..bytes.len() {
            let whole_lines = bytes[..length].ends_with(b"\n");
            assert_eq!(read(&bytes[..length]).is_ok(), whole_lines, "{length}");
        }
        assert_eq!(read(b"").unwrap_err(), ListFlaw::Empty);
        assert_eq!(read(b"a,b\n").unwrap_err(), ListFlaw::Heading);
        assert_eq!(read(b"\xff\n").unwrap_err(), ListFlaw::Encoding);
        let heading = SPECIMEN.lines().next().unwrap();
        let short = format!("{heading}\n\"22 00 00 00\",\"22 00 99 99\"\n");
        assert_eq!(read(short.as_bytes()).unwrap_err(), ListFlaw::Columns(2));
    }
}
