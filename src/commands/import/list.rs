//! The call-sign list as it is published today: Windows-1252, CRLF, 14 columns between semicolons,
//! never quoted, spaces at the ends, stray text in date columns, in no order.
//!
//! Pure. A file that is not a whole list is refused; a row that cannot be taken is remarked by its
//! line, without repeating anything of it, since any column may hold a person's name.

use std::collections::HashSet;

use chrono::{Days, NaiveDate};

use crate::{
    assignment::store::LegacySign,
    register::legacy::call_signs::{COLUMNS, HOLDER_KINDS},
    values::{
        call_sign::CallSign,
        call_sign_series::{self, SeriesHolder},
    },
};

const SIGN: usize = 0;
const ORGANISATION: usize = 1;
const KIND: usize = 9;
const VALID_FROM: usize = 10;
const LAST_DAY: usize = 11;
const UPDATED: usize = 12;
const COMMENT: usize = 13;

/// Something to tell about a line, counted from 1 with the heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// Line of the file.
    pub line: usize,
    /// What, without anything of the line's content.
    pub text: String,
}

/// A list that was read whole.
#[derive(Debug, Default)]
pub struct List {
    /// Line and sign of every row that can be taken.
    pub signs: Vec<(usize, LegacySign)>,
    /// Rows that cannot.
    pub not_taken: Vec<Remark>,
    /// Rows taken without a part of theirs.
    pub in_part: Vec<Remark>,
    /// Rows taken as they are, whose call sign has the form of signs that others hold.
    pub doubtful: Vec<Remark>,
}

/// Why a file is not a whole list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ListFlaw {
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// Another heading.
    #[error("the first line is not the heading of the call-sign list with its 14 columns")]
    Heading,
    /// The last line does not end.
    #[error("the file breaks off in its last line; fetch it again")]
    BreaksOff,
    /// A line of another shape.
    #[error("line {line} has {found} columns instead of 14; fetch the file again")]
    Columns {
        /// The line.
        line: usize,
        /// Its columns.
        found: usize,
    },
}

/// Reads a whole list; `today` only decides what is remarked as ended.
///
/// # Errors
/// When the file is not a whole list.
pub fn read(bytes: &[u8], today: NaiveDate) -> Result<List, ListFlaw> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.trim_start_matches('\u{feff}').into(),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0,
    };
    if text.is_empty() {
        return Err(ListFlaw::Empty);
    }
    if !text.ends_with('\n') {
        return Err(ListFlaw::BreaksOff);
    }
    let mut lines = text.lines().enumerate().map(|(index, line)| (index + 1, line));
    if lines.next().is_none_or(|(_, heading)| !heading.split(';').eq(COLUMNS)) {
        return Err(ListFlaw::Heading);
    }
    let mut list = List::default();
    let mut seen = HashSet::new();
    for (line, row) in lines.filter(|(_, row)| !row.is_empty()) {
        let cells: Vec<&str> = row.split(';').map(str::trim).collect();
        if cells.len() != COLUMNS.len() {
            return Err(ListFlaw::Columns { line, found: cells.len() });
        }
        list.take(line, &cells, today, &mut seen);
    }
    Ok(list)
}

impl List {
    fn take(
        &mut self,
        line: usize,
        cells: &[&str],
        today: NaiveDate,
        seen: &mut HashSet<CallSign>,
    ) {
        let mut refuse = |text: String| self.not_taken.push(Remark { line, text });
        let sign = match CallSign::parse(cells[SIGN]) {
            Ok(sign) => sign,
            Err(flaw) => return refuse(format!("the call sign cannot be read: {flaw}")),
        };
        if !sign.is_norwegian() {
            return refuse("the call sign is not of a Norwegian series".to_owned());
        }
        if !seen.insert(sign) {
            return refuse("the call sign stands on an earlier line already".to_owned());
        }
        let mut remark = |text: &str| self.in_part.push(Remark { line, text: text.to_owned() });
        let holder_kind =
            HOLDER_KINDS.iter().find(|(word, _)| *word == cells[KIND]).map(|(_, kind)| *kind);
        if holder_kind.is_none() {
            remark("the kind of holder is not known; no holder is shown");
        }
        // only where the list itself says that it is one: otherwise the name may be a person's
        let is_organisation = holder_kind.is_some_and(|kind| kind != "person");
        let organisation = is_organisation.then(|| organisation(cells[ORGANISATION])).flatten();
        if is_organisation && organisation.is_none() {
            remark("it is an organisation's, but no organisation is named; no holder is shown");
        }
        if !is_organisation && !cells[ORGANISATION].is_empty() {
            remark("it names an organisation, but is not listed as one's; no holder is shown");
        }
        let mut day = |column: usize| match date(cells[column]) {
            Ok(day) => day,
            Err(()) => {
                remark(match column {
                    LAST_DAY => "the last day is not a date and was left out",
                    UPDATED => "the day of the last change is not a date and was left out",
                    _ => "the first day is not a date and was left out",
                });
                None
            }
        };
        let valid_from = day(VALID_FROM);
        let last_day = day(LAST_DAY);
        let updated_on = day(UPDATED);
        if last_day.is_some_and(|last| last < today) {
            remark("the last day has passed; the sign was taken as the list has it, in use");
        }
        if let Some(text) = holder_kind.and_then(|kind| held_by_others(sign, kind)) {
            self.doubtful.push(Remark { line, text });
        }
        if !cells[COMMENT].is_empty() {
            remark("the comment is free text and was left out");
        }
        let valid_until = last_day.and_then(|last| last.checked_add_days(Days::new(1)));
        let holder_kind = holder_kind.unwrap_or("unknown");
        let taken =
            LegacySign { sign, holder_kind, organisation, valid_from, valid_until, updated_on };
        self.signs.push((line, taken));
    }
}

/// What to look at where a sign has the form of those that persons hold and is listed as an organisation's, or the other way
/// round. Only a doubt: forms say what a sign may be, and a number of old signs have the form of another kind.
fn held_by_others(sign: CallSign, holder_kind: &str) -> Option<String> {
    let series = call_sign_series::classify(sign)?;
    let (form, listed) = match (series.holder, holder_kind == "person") {
        (SeriesHolder::Association, true) => ("associations", "a person's"),
        (SeriesHolder::Person, false) => ("persons", "an organisation's"),
        _ => return None,
    };
    let kind = series.kind.code();
    Some(format!("it has the form of signs of {form} ({kind}), and is listed as {listed}"))
}

/// An organisation's name with single spaces, without what follows "v/" (by), which may be a person.
fn organisation(cell: &str) -> Option<String> {
    let name: Vec<&str> =
        cell.split_whitespace().take_while(|word| !word.to_lowercase().starts_with("v/")).collect();
    Some(name.join(" ")).filter(|name| !name.is_empty())
}

/// A day as `31.12.2033`, or none.
fn date(cell: &str) -> Result<Option<NaiveDate>, ()> {
    match cell {
        "" => Ok(None),
        text => NaiveDate::parse_from_str(text, "%d.%m.%Y").map(Some).map_err(|_| ()),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    const SPECIMEN: &[u8] =
        include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/call_sign_list.csv"));

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
    }

    pub(in super::super) fn specimen() -> List {
        read(SPECIMEN, today()).unwrap()
    }

    fn sign<'a>(list: &'a List, sign: &str) -> &'a LegacySign {
        let found = list.signs.iter().find(|(_, row)| row.sign.as_str() == sign);
        found.map(|(_, row)| row).unwrap()
    }

    fn lines(remarks: &[Remark]) -> Vec<usize> {
        remarks.iter().map(|remark| remark.line).collect()
    }

    #[test]
    fn every_row_is_taken_or_told_by_its_line() {
        let list = specimen();
        assert_eq!(list.signs.len(), 10);
        assert_eq!(lines(&list.not_taken), [12, 13, 14], "{:?}", list.not_taken);
        assert_eq!(lines(&list.in_part), [5, 6, 7, 8, 9, 10, 11], "{:?}", list.in_part);
    }

    #[test]
    fn organisations_are_named_and_persons_are_not() {
        let list = specimen();
        let club = sign(&list, "LA1SPC");
        assert_eq!(club.organisation.as_deref(), Some("Prøveklubben i Nordfjorden"));
        assert_eq!(club.valid_until, NaiveDate::from_ymd_opt(2034, 1, 1));
        assert_eq!(club.updated_on, NaiveDate::from_ymd_opt(2018, 6, 5));
        assert_eq!(sign(&list, "LA2SPE").organisation.as_deref(), Some("Radioprøve AS"));
        let persons: Vec<_> =
            list.signs.iter().filter(|(_, row)| row.holder_kind == "person").collect();
        assert_eq!(persons.len(), 6);
        assert!(persons.iter().all(|(_, row)| row.organisation.is_none()));
    }

    #[test]
    fn a_sign_that_has_the_form_of_those_of_others_is_taken_and_told() {
        assert_eq!(specimen().doubtful, []);
        let heading = COLUMNS.join(";");
        let row = |sign: &str, of: &str, kind: &str| format!("{sign};{of};;;;;;;Norge;{kind};;;;");
        let club = "Prøveklubben";
        let rows = [
            row("LA1SPC", "", "Personlig"),
            row("LA1SPD", club, "Organisasjon"),
            row("LB1XY", club, "Organisasjon"),
            row("LC1A", club, "Skole"),
            row("LB2XY", "", "Personlig"),
            row("LG5LG", club, "Organisasjon"),
            row("LA1SPE", "", ""),
        ];
        let text = format!("{heading}\r\n{}\r\n", rows.join("\r\n"));
        let list = read(text.as_bytes(), today()).unwrap();
        assert_eq!((list.signs.len(), lines(&list.doubtful)), (7, vec![2, 4, 5]));
        let told: Vec<&str> = list.doubtful.iter().map(|remark| &*remark.text).collect();
        assert!(told[0].contains("associations (club)") && told[0].contains("a person's"));
        assert!(told[1].contains("persons (personal_new)"), "{}", told[1]);
        assert!(told[2].contains("persons (contest)"), "{}", told[2]);
    }

    #[test]
    fn suffixes_with_q_spaces_and_missing_names_are_taken() {
        let list = specimen();
        assert_eq!(sign(&list, "LB1QA").holder_kind, "person");
        assert_eq!(sign(&list, "LA3XYA").holder_kind, "person");
        assert_eq!(sign(&list, "LA0ZZ").holder_kind, "unknown");
    }

    #[test]
    fn remarks_repeat_nothing_of_a_row() {
        let list = specimen();
        let all = format!("{:?}{:?}", list.not_taken, list.in_part);
        for text in ["Prøvesen", "Fiktivdal", "Ola", "Kari", "Eksempelveien", "SM5"] {
            assert!(!all.contains(text), "{text}");
        }
    }

    #[test]
    fn a_file_that_breaks_off_anywhere_is_refused_or_ends_at_a_line() {
        for length in 0..SPECIMEN.len() {
            let outcome = read(&SPECIMEN[..length], today());
            let whole_lines = SPECIMEN[..length].ends_with(b"\n");
            assert_eq!(outcome.is_ok(), whole_lines, "{length}");
        }
        assert_eq!(read(b"", today()).unwrap_err(), ListFlaw::Empty);
        assert_eq!(read(b"a;b\r\n", today()).unwrap_err(), ListFlaw::Heading);
        let heading = COLUMNS.join(";");
        assert_eq!(
            read(format!("{heading}\r\nLA1A;x\r\n").as_bytes(), today()).unwrap_err(),
            ListFlaw::Columns { line: 2, found: 2 }
        );
    }

    #[test]
    fn the_same_list_in_utf_8_reads_the_same() {
        let text = encoding_rs::WINDOWS_1252.decode(SPECIMEN).0;
        assert_eq!(read(text.as_bytes(), today()).unwrap().signs, specimen().signs);
    }
}
