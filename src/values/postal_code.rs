//! Norwegian postal codes and the register that gives each its post town and municipality.
//!
//! A code may be well-formed and not in the register: new codes come before the table does. Addresses insist on the register.

use std::sync::LazyLock;

use super::table::Table;
use super::text::{TextFlaw, compact, digit_text, digits};
use super::{Flaw, text_value};

static PLACES: LazyLock<Vec<PostalPlace>> = LazyLock::new(read_places);
static COUNTIES: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    Table::new(include_str!("../data/counties.tsv"))
        .rows()
        .map(|row| (row.text("number"), row.text("name")))
        .collect()
});

/// Four digits, leading zeros kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PostalCode([u8; 4]);

/// What a postal code is used for (Bring's register, column *category*).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PostalUse {
    Streets,
    PostBoxes,
    StreetsAndPostBoxes,
    /// One large receiver.
    Service,
    /// Several uses at once or none stated.
    Other,
}

/// The entry of a postal code in the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostalPlace {
    pub code: PostalCode,
    /// Post town in capital letters.
    pub post_town: &'static str,
    /// Four digits (Statistics Norway).
    pub municipality_number: &'static str,
    /// Municipality in capital letters.
    pub municipality: &'static str,
    pub use_of_code: PostalUse,
}

/// Why a text is not a Norwegian postal code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PostalCodeFlaw {
    #[error(transparent)]
    Text(#[from] TextFlaw),
    #[error("a Norwegian postal code has exactly four digits; leave out the country prefix")]
    Form,
    #[error("the postal code is not in the register of postal codes; check it for a slip")]
    Unknown,
}

impl Flaw for PostalCodeFlaw {
    fn code(&self) -> &'static str {
        match self {
            Self::Text(flaw) => flaw.code(),
            Self::Form => "form",
            Self::Unknown => "unknown-postal-code",
        }
    }
}

impl PostalCode {
    /// Reads four digits, spaces allowed anywhere, without asking the register.
    pub fn parse(input: &str) -> Result<Self, PostalCodeFlaw> {
        digits(compact(input)?.as_bytes()).map(Self).ok_or(PostalCodeFlaw::Form)
    }

    /// The entry in the register of postal codes.
    pub fn place(self) -> Result<&'static PostalPlace, PostalCodeFlaw> {
        let at = PLACES
            .binary_search_by_key(&self, |place| place.code)
            .map_err(|_| PostalCodeFlaw::Unknown)?;
        Ok(&PLACES[at])
    }

    fn canonical(self) -> String {
        digit_text(&self.0)
    }
}

impl PostalPlace {
    /// The county, by the first two digits of the municipality number; a number that was abolished names the county it was then.
    pub fn county(&self) -> Option<&'static str> {
        COUNTIES
            .iter()
            .find(|(number, _)| self.municipality_number.starts_with(number))
            .map(|(_, name)| *name)
    }
}

impl std::fmt::Display for PostalCode {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.canonical())
    }
}

text_value!(PostalCode, PostalCodeFlaw);

/// The whole register, in the order of codes.
pub(super) fn all() -> &'static [PostalPlace] {
    &PLACES
}

fn read_places() -> Vec<PostalPlace> {
    let table = Table::new(include_str!("../data/postal_codes.tsv"));
    let mut places: Vec<PostalPlace> = table
        .rows()
        .map(|row| PostalPlace {
            code: PostalCode::parse(row.text("postal_code")).expect("the table holds postal codes"),
            post_town: row.text("post_town"),
            municipality_number: row.text("municipality_number"),
            municipality: row.text("municipality"),
            use_of_code: match row.text("category") {
                "G" => PostalUse::Streets,
                "P" => PostalUse::PostBoxes,
                "B" => PostalUse::StreetsAndPostBoxes,
                "S" => PostalUse::Service,
                _ => PostalUse::Other,
            },
        })
        .collect();
    places.sort_unstable_by_key(|place| place.code);
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(code: &str) -> Result<&'static PostalPlace, PostalCodeFlaw> {
        PostalCode::parse(code).unwrap().place()
    }

    #[test]
    fn a_code_names_post_town_municipality_and_county() {
        let longyearbyen = place("9170").unwrap();
        assert_eq!(
            (longyearbyen.post_town, longyearbyen.municipality, longyearbyen.county()),
            ("LONGYEARBYEN", "SVALBARD", Some("Svalbard"))
        );
        let oslo = place("0010").unwrap();
        assert_eq!(
            (oslo.municipality_number, oslo.use_of_code, oslo.county()),
            ("0301", PostalUse::StreetsAndPostBoxes, Some("Oslo"))
        );
        assert_eq!(place("0000"), Err(PostalCodeFlaw::Unknown));
    }

    #[test]
    fn the_register_is_whole_and_every_place_has_a_county() {
        assert_eq!(PLACES.len(), 5139);
        assert!(PLACES.is_sorted_by(|a, b| a.code < b.code));
        for place in PLACES.iter() {
            assert!(place.county().is_some(), "{place:?}");
            assert!(!place.post_town.is_empty() && place.municipality_number.len() == 4);
        }
    }
}
