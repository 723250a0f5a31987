//! Countries by their ISO 3166-1 alpha-2 code, for addresses and foreign licences.
//!
//! A code is a postal fact here, never a statement on territory.

use std::sync::LazyLock;

use super::language::Language;
use super::table::Table;
use super::{Flaw, text_value};

/// A code and its names.
#[derive(Clone, Copy)]
struct Entry {
    code: &'static str,
    english: &'static str,
    bokmal: &'static str,
    nynorsk: &'static str,
}

static COUNTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    Table::new(include_str!("../data/countries.tsv"))
        .rows()
        .map(|row| Entry {
            code: row.text("code"),
            english: row.text("name"),
            bokmal: row.text("nb"),
            nynorsk: row.text("nn"),
        })
        .collect()
});

/// A country code of two capital letters in the ISO list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CountryCode([u8; 2]);

/// Why a text is not a country code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CountryCodeFlaw {
    #[error("the country is not a code of ISO 3166-1; write two capital letters, e.g. NO")]
    Unknown,
}

impl Flaw for CountryCodeFlaw {
    fn code(&self) -> &'static str {
        "unknown-country"
    }
}

impl CountryCode {
    /// Norway, Svalbard and Jan Mayen included: their addresses have Norwegian postal codes.
    pub const NORWAY: Self = Self(*b"NO");

    /// Reads two letters, capital or small.
    pub fn parse(text: &str) -> Result<Self, CountryCodeFlaw> {
        let code: [u8; 2] = text
            .to_ascii_uppercase()
            .as_bytes()
            .try_into()
            .map_err(|_| CountryCodeFlaw::Unknown)?;
        let code = Self(code);
        code.entry().map(|_| code).ok_or(CountryCodeFlaw::Unknown)
    }

    /// The two letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The usual English name.
    pub fn name(self) -> &'static str {
        self.name_in(Language::English)
    }

    /// The usual name in a language.
    pub fn name_in(self, language: Language) -> &'static str {
        self.entry().map_or("", |entry| match language {
            Language::English => entry.english,
            Language::Bokmal => entry.bokmal,
            Language::Nynorsk => entry.nynorsk,
        })
    }

    /// Every country, in the order of the codes.
    pub fn all() -> impl Iterator<Item = Self> {
        COUNTRIES.iter().filter_map(|entry| Self::parse(entry.code).ok())
    }

    /// Looks the code up; the table is in order of the codes.
    fn entry(self) -> Option<Entry> {
        let at = COUNTRIES.binary_search_by(|entry| entry.code.as_bytes().cmp(&self.0)).ok()?;
        Some(COUNTRIES[at])
    }

    fn canonical(self) -> String {
        self.as_str().to_owned()
    }
}

impl std::fmt::Display for CountryCode {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}

text_value!(CountryCode, CountryCodeFlaw);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_code_is_found_and_others_are_not() {
        assert!(COUNTRIES.is_sorted_by_key(|entry| entry.code));
        assert_eq!(COUNTRIES.len(), 249);
        for entry in COUNTRIES.iter() {
            assert_eq!(CountryCode::parse(entry.code).unwrap().name(), entry.english);
        }
        assert_eq!(CountryCode::parse("no"), Ok(CountryCode::NORWAY));
        for country in CountryCode::all() {
            assert!(Language::ALL.iter().all(|one| !country.name_in(*one).is_empty()), "{country}");
        }
        let names = |code: &str| {
            let country = CountryCode::parse(code).unwrap();
            Language::ALL.map(|language| country.name_in(language))
        };
        assert!(names("AT").contains(&"Østerrike") && names("AT").contains(&"Austerrike"));
        assert_eq!(CountryCode::all().count(), 249);
        for text in ["", "N", "NOR", "XX", "ZZ", "UK", "\u{41d}O", "ÅÅ"] {
            assert!(CountryCode::parse(text).is_err());
        }
    }
}
