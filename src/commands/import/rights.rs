//! The frequency portal's list of rights of use: one JSON list of rows with 15 members each.
//!
//! A file that is not a whole list is refused; a row that cannot be taken is told by its place in the list, counted from 1,
//! without anything of its content.

use std::collections::HashSet;

use super::Remark;
use crate::permit::kind::spectrum::model::legacy::RightOfUse;

/// A list that was read whole.
#[derive(Debug, Default)]
pub struct List {
    /// Place and right of every row that can be taken.
    pub rights: Vec<(i64, RightOfUse)>,
    /// Rows that cannot, by their place.
    pub not_taken: Vec<Remark>,
    /// Ids that such rows have.
    pub refused: HashSet<i64>,
}

/// Why a file is not a whole list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the file is not one whole JSON list; fetch it again")]
pub struct NotAList;

/// Reads a whole list.
///
/// # Errors
/// When the file is not a whole list.
pub fn read(bytes: &[u8]) -> Result<List, NotAList> {
    let text = std::str::from_utf8(bytes).map_err(|_| NotAList)?.trim_start_matches('\u{feff}');
    let rows: Vec<serde_json::Value> = serde_json::from_str(text).map_err(|_| NotAList)?;
    let mut list = List::default();
    let mut seen = HashSet::new();
    for (place, row) in (1..).zip(&rows) {
        let refusal = match RightOfUse::read(row) {
            Ok(right) if seen.insert(right.id) => {
                list.rights.push((place, right));
                continue;
            }
            Ok(_) => "its id stands in an earlier row already".to_owned(),
            Err(flaw) => {
                list.refused.extend(row["id"].as_i64());
                flaw.to_string()
            }
        };
        let line = usize::try_from(place).unwrap_or(usize::MAX);
        list.not_taken.push(Remark { line, text: refusal });
    }
    Ok(list)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const SPECIMEN: &str =
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/rights_of_use.json"));

    #[test]
    fn the_specimen_is_read_and_written_again_as_it_was() {
        let list = read(SPECIMEN.as_bytes()).unwrap();
        assert_eq!(list.not_taken, []);
        let rights: Vec<&RightOfUse> = list.rights.iter().map(|(_, right)| right).collect();
        let rows: Vec<Value> = serde_json::from_str(SPECIMEN).unwrap();
        assert_eq!(json!(rights), json!(rows));
        // also the order of the members
        let first = serde_json::to_string(rights[0]).unwrap();
        assert!(SPECIMEN.contains(&first), "{first}");
    }

    #[test]
    fn a_file_that_breaks_off_anywhere_is_refused() {
        let end = SPECIMEN.rfind(']').unwrap();
        for length in 0..=end {
            assert!(read(&SPECIMEN.as_bytes()[..length]).is_err(), "{length}");
        }
        assert!(read(b"{}").is_err());
    }

    #[test]
    fn every_row_not_taken_is_told_with_its_reason() {
        let rows: Vec<Value> = serde_json::from_str(SPECIMEN).unwrap();
        let broken = |member: &str, value: Value| {
            let mut row = rows[0].clone();
            row["id"] = json!(900);
            row[member] = value;
            row
        };
        let mut without = rows[0].clone();
        without.as_object_mut().unwrap().remove("company");
        let mut renamed = without.clone();
        renamed["firma"] = json!("x");
        for (row, reason) in [
            (without, "15 members"),
            (renamed, "15 members"),
            (json!(1), "15 members"),
            (broken("id", json!("101")), "another type"),
            (broken("expiry", json!("2026-12-31T23:00:00+0100")), "another type"),
            (broken("expiry", json!("31.12.2026")), "another type"),
            (broken("rightofuseinfono", json!("1234567890123")), "1 to 12 digits"),
            (broken("rightofuseinfono", json!("")), "1 to 12 digits"),
            (broken("duplex", json!(true)), "not 0"),
            (broken("uplinkLowerFrequency", json!(1)), "not 0"),
            (broken("higherFrequency", json!(1)), "not below"),
            (broken("lowerFrequency", json!(-5)), "not below"),
            (rows[0].clone(), "earlier row"),
        ] {
            let list = read(json!([rows[0], row]).to_string().as_bytes()).unwrap();
            assert_eq!(list.rights.len(), 1, "{row}");
            assert_eq!(list.not_taken.len(), 1, "{row}");
            assert_eq!(list.not_taken[0].line, 2);
            assert!(list.not_taken[0].text.contains(reason), "{:?}", list.not_taken);
        }
    }
}
