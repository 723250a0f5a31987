//! The frequency portal's own export of the plan: comma-separated with quotes, three columns, bands by
//! frequency from 0 to 3000 GHz, `5.5 - 6 kHz (notes)`, services and uses between bars.
//!
//! Pure. A file that is not a whole plan is refused. Nothing marks the end of the file, not even a
//! last line break, so what tells a whole one is that the bands rise without overlapping from 0 up to
//! the end of radio waves: a file cut anywhere, also at a line end, stops short of that. Frequencies
//! that no band holds are told, since the published plan itself leaves some out.

use std::fmt;

use super::model::{Band, Service};
use crate::values::frequency::{Frequency, FrequencyRange};

const COLUMNS: [&str; 3] = ["Frekvens", "Allokering", "Bruk"];
/// Where the export has nothing to say.
const NOTHING: &str = "-";
/// Hertz in the units of the export.
const UNITS: [&str; 4] = ["GHz", "MHz", "kHz", "Hz"];

/// A plan that was read whole.
#[derive(Debug, Default)]
pub struct List {
    /// The bands, by frequency.
    pub bands: Vec<Band>,
    /// Rows not taken, and why.
    pub not_taken: Vec<Remark>,
    /// Frequencies that no band holds.
    pub gaps: Vec<FrequencyRange>,
}

/// Something to tell about a line, counted from 1 with the heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// Line of the file.
    pub line: u64,
    /// What is wrong.
    pub text: String,
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: not taken: {}", self.line, self.text)
    }
}

/// Why a file is not a whole plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ListFlaw {
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// Another encoding.
    #[error("the file is not in UTF-8; fetch it again")]
    Encoding,
    /// Another heading.
    #[error("the first line is not the heading of the plan: Frekvens, Allokering, Bruk")]
    Heading,
    /// A row of another shape, or a quote that does not end.
    #[error("line {0} has not 3 whole columns in quotes; fetch the file again")]
    Columns(u64),
    /// The first band begins above 0.
    #[error("the plan does not begin at 0 Hz; fetch the file again")]
    Beginning,
    /// The last band ends below 3000 GHz.
    #[error("the plan ends at {0}, not at 3000 GHz: the file breaks off there; fetch it again")]
    BreaksOff(Frequency),
    /// A band begins below the end of the one before.
    #[error("line {0} begins below the end of the band before; the plan is not in order")]
    Order(u64),
}

/// Reads a whole plan.
///
/// # Errors
/// When the file is not a whole plan.
pub fn read(bytes: &[u8]) -> Result<List, ListFlaw> {
    let text = std::str::from_utf8(bytes).map_err(|_| ListFlaw::Encoding)?;
    let text = text.trim_start_matches('\u{feff}');
    if text.is_empty() {
        return Err(ListFlaw::Empty);
    }
    if let Some(line) = unclosed(text) {
        return Err(ListFlaw::Columns(line));
    }
    let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    if !reader.headers().is_ok_and(|heading| heading.iter().eq(COLUMNS)) {
        return Err(ListFlaw::Heading);
    }
    let mut list = List::default();
    let mut reached = None;
    for record in reader.records() {
        let record = record
            .map_err(|error| ListFlaw::Columns(error.position().map_or(0, csv::Position::line)))?;
        let line = record.position().map_or(0, csv::Position::line);
        let cells: Vec<&str> = record.iter().map(str::trim).collect();
        let [frequency, services, uses] = cells[..] else { return Err(ListFlaw::Columns(line)) };
        let band = match band(frequency, services, uses) {
            Ok(band) => band,
            Err(text) => {
                list.not_taken.push(Remark { line, text });
                continue;
            }
        };
        match reached {
            None if band.range.from().hertz() > 1 => return Err(ListFlaw::Beginning),
            Some(reached) if band.range.from() < reached => return Err(ListFlaw::Order(line)),
            Some(reached) => {
                list.gaps.extend(FrequencyRange::new(reached, band.range.from()));
            }
            None => {}
        }
        reached = Some(band.range.until());
        list.bands.push(band);
    }
    match reached {
        None => Err(ListFlaw::Empty),
        Some(end) if end.hertz() < Frequency::MAX_HERTZ => Err(ListFlaw::BreaksOff(end)),
        Some(_) => Ok(list),
    }
}

/// The last line, where a quote or a cell of it does not end: the reader of rows would take what is
/// there of it. Every cell of the export is quoted.
fn unclosed(text: &str) -> Option<u64> {
    let quotes = text.bytes().filter(|byte| *byte == b'"').count();
    let is_whole = quotes % 2 == 0 && text.trim_end().ends_with('"');
    (!is_whole && text.contains('"')).then(|| text.lines().count() as u64)
}

fn band(frequency: &str, services: &str, uses: &str) -> Result<Band, String> {
    let (numbers, footnotes) = match frequency.split_once('(') {
        None => (frequency, ""),
        Some((numbers, notes)) => {
            (numbers, notes.strip_suffix(')').ok_or("the footnotes of the band do not end")?)
        }
    };
    let mut seen: Vec<Service> = Vec::new();
    for text in items(services) {
        let service = service(text)?;
        if seen.iter().any(|earlier| earlier.name == service.name) {
            return Err("it names a service twice".to_owned());
        }
        seen.push(service);
    }
    if seen.is_empty() {
        return Err("it names no service".to_owned());
    }
    Ok(Band {
        range: range(numbers.trim())?,
        footnotes: items(footnotes).map(str::to_owned).collect(),
        services: seen,
        uses: items(uses).map(str::to_owned).collect(),
    })
}

/// `8.3 - 9 kHz`: both ends in the unit behind. The plan's 0 is the lowest radio frequency, 1 Hz.
fn range(text: &str) -> Result<FrequencyRange, String> {
    let form = || "its frequencies are not written as in 8.3 - 9 kHz".to_owned();
    let (lower, rest) = text.split_once(" - ").ok_or_else(form)?;
    let (upper, unit) = rest.split_once(' ').ok_or_else(form)?;
    if !UNITS.contains(&unit) {
        return Err(form());
    }
    let end = |number: &str| {
        if number.bytes().all(|byte| byte == b'0') {
            return Frequency::from_hertz(1);
        }
        Frequency::parse(&format!("{number} {unit}"))
    };
    let ends = (end(lower), end(upper));
    let (Ok(lower), Ok(upper)) = ends else {
        return Err(ends.0.err().or(ends.1.err()).map_or_else(form, |flaw| flaw.to_string()));
    };
    FrequencyRange::new(lower, upper).map_err(|flaw| flaw.to_string())
}

/// The pieces between bars, without those inside parentheses.
fn items(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_i32;
    text.split(move |character| {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        character == '|' && depth == 0
    })
    .map(str::trim)
    .filter(|item| !item.is_empty() && *item != NOTHING)
}

/// A service, its last parentheses being footnotes when they begin with a digit and a full stop or
/// with `ECA`.
fn service(text: &str) -> Result<Service, String> {
    let notes = |inner: &str| {
        inner.split('|').all(|note| {
            let note = note.trim();
            note.starts_with("ECA")
                || note.split_once('.').is_some_and(|(head, _)| {
                    !head.is_empty() && head.bytes().all(|byte| byte.is_ascii_digit())
                })
        })
    };
    let (name, footnotes) = match text.rsplit_once('(') {
        Some((name, rest)) => {
            let inner = rest.strip_suffix(')').ok_or("parentheses of a service do not end")?;
            if notes(inner) { (name.trim(), inner) } else { (text, "") }
        }
        None => (text, ""),
    };
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        return Err("a service has footnotes only".to_owned());
    }
    Ok(Service { name, footnotes: items(footnotes).map(str::to_owned).collect() })
}

#[cfg(test)]
pub mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::values::frequency_plan::Category;

    /// A made-up plan in the layout of the export, with a hole as the real one has.
    pub const SPECIMEN: &str =
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/frequency_plan.csv"));

    #[test]
    fn the_specimen_is_read() {
        let list = read(SPECIMEN.as_bytes()).unwrap();
        assert_eq!(list.not_taken, []);
        assert_eq!(list.bands.len(), 9);
        let hole: Vec<String> = list.gaps.iter().map(ToString::to_string).collect();
        assert_eq!(hole, ["161.9625 MHz–161.9875 MHz"]);
        let first = &list.bands[0];
        assert_eq!((first.range.from().hertz(), first.range.until().hertz()), (1, 8_300));
        assert_eq!(first.footnotes, ["5.53", "5.54"]);
        assert_eq!(first.services[0].category(), Category::NotAllocated);
        let second = &list.bands[1];
        assert_eq!(second.services[0].name, "METEOROLOGICAL AIDS");
        assert_eq!(second.services[0].footnotes, ["5.54A"]);
        assert_eq!(second.services[1].category(), Category::Secondary);
        // bars inside parentheses part footnotes, not services
        let mobile = list.bands[3].services.iter().find(|it| it.footnotes.len() == 2).unwrap();
        assert_eq!(mobile.name, "MOBILE-SATELLITE (SPACE-TO-EARTH)");
        assert_eq!(mobile.footnotes, ["5.208B", "5.209"]);
        assert!(list.bands[2].uses.is_empty());
        assert_eq!(list.bands[3].uses, ["Land military systems", "PMR"]);
    }

    #[test]
    fn a_file_that_breaks_off_anywhere_is_refused() {
        let end = SPECIMEN.trim_end().len();
        for length in (0..end).filter(|length| SPECIMEN.is_char_boundary(*length)) {
            let part = &SPECIMEN.as_bytes()[..length];
            assert!(read(part).is_err(), "{length}: {}", &SPECIMEN[..length]);
        }
        assert!(read(SPECIMEN.trim_end().as_bytes()).is_ok(), "the last line break is left out");
        let line_end = SPECIMEN.rfind("\n\"275").unwrap();
        let flaw = read(&SPECIMEN.as_bytes()[..=line_end]).unwrap_err();
        assert!(matches!(flaw, ListFlaw::BreaksOff(at) if at.hertz() == 275_000_000_000));
    }

    #[test]
    fn a_plan_out_of_order_or_without_its_beginning_is_refused() {
        let lines: Vec<&str> = SPECIMEN.lines().collect();
        let mut exchanged = lines.clone();
        exchanged.swap(2, 3);
        assert!(matches!(read(exchanged.join("\n").as_bytes()), Err(ListFlaw::Order(_))));
        let headless = [&lines[..1], &lines[2..]].concat().join("\n");
        assert_eq!(read(headless.as_bytes()).unwrap_err(), ListFlaw::Beginning);
        assert_eq!(read(b"a,b,c\n").unwrap_err(), ListFlaw::Heading);
        assert_eq!(read(&[0xff, 0xfe]).unwrap_err(), ListFlaw::Encoding);
    }

    #[test]
    fn every_row_not_taken_is_told_with_its_reason_and_leaves_a_gap() {
        for (row, reason) in [
            ("\"9 to 14 kHz\",\"FIXED\",\"-\"", "not written as"),
            ("\"9 - 14 THz\",\"FIXED\",\"-\"", "not written as"),
            ("\"9 - 9 kHz\",\"FIXED\",\"-\"", "not above"),
            ("\"9 - x kHz\",\"FIXED\",\"-\"", "a frequency is a number"),
            ("\"9 - 14 kHz (5.56\",\"FIXED\",\"-\"", "do not end"),
            ("\"9 - 14 kHz\",\"\",\"-\"", "no service"),
            ("\"9 - 14 kHz\",\"FIXED | FIXED (5.1)\",\"-\"", "twice"),
            ("\"9 - 14 kHz\",\"(5.54)\",\"-\"", "footnotes only"),
        ] {
            let lines: Vec<&str> = SPECIMEN.lines().collect();
            let text = [&lines[..3], &[row], &lines[4..]].concat().join("\n");
            let list = read(text.as_bytes()).unwrap();
            assert_eq!(list.not_taken.len(), 1, "{row}");
            assert_eq!(list.not_taken[0].line, 4);
            assert!(list.not_taken[0].text.contains(reason), "{:?}", list.not_taken);
            assert_eq!(list.gaps.len(), 2, "{row}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_answered(bytes in any::<Vec<u8>>(), cells in "[-0-9. kHz()|A-Za-z5]{0,60}") {
            let _ = read(&bytes);
            let _ = read(format!("\"Frekvens\",\"Allokering\",\"Bruk\"\n\"{cells}\",\"{cells}\",\"{cells}\"").as_bytes());
        }
    }
}
