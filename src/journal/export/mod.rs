//! The journal as others read it: eInnsyn's objects, and the XML of a Noark 5 package. Nothing here reads a database;
//! it writes what it is given, in the same bytes for the same content.

pub mod addml;
pub mod einnsyn;
pub mod noark5;
pub mod xml;

use std::sync::LazyLock;

use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::values::table::Table;

static CODES: LazyLock<Vec<[&'static str; 3]>> = LazyLock::new(|| {
    let table = Table::new(include_str!("../../data/noark5_codes.tsv"));
    table.rows().map(|row| [row.text("list"), row.text("code"), row.text("name")]).collect()
});

/// The name of a code in a list of the standard, by its metadata number. A test holds every use to the table.
pub fn named(list: &str, code: &str) -> &'static str {
    let found = CODES.iter().find(|[own, one, _]| (*own, *one) == (list, code));
    found.map_or("", |[_, _, name]| name)
}

/// An identifier of a unit of the package that is no row of its own: the same for the same words.
pub fn derived(of: &str, what: &str) -> Uuid {
    let hash = Sha256::digest(format!("{of}/{what}"));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_one_name_and_identifiers_are_the_same_each_time() {
        for [list, code, name] in CODES.iter() {
            assert!(!name.is_empty());
            assert_eq!(named(list, code), *name);
        }
        assert_eq!(named("M082", "Q"), "");
        assert_eq!(derived("a", "b"), derived("a", "b"));
        assert_ne!(derived("a", "b"), derived("a", "c"));
    }
}
