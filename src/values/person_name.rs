//! Names of people and organisations, in letters of any script.
//!
//! A name is shown as it was given: no case is changed and nothing is transliterated. Only what cannot belong to a name is refused.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::text::TextFlaw;
use super::{Flaw, redacted_debug, text_value};

/// Most characters of a name.
pub const MAX_NAME_CHARACTERS: usize = 200;

/// A person's name or part of one: 1 to 200 characters in Unicode normalisation form C, letters and what joins them.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonName(String);

/// An organisation's name: as a person's, with digits and the punctuation business names have.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrganisationName(String);

/// Why a text is not a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameFlaw {
    #[error(transparent)]
    Text(#[from] TextFlaw),
    #[error(
        "the name holds a character that no name has; write letters, spaces, hyphens, apostrophes and full stops only"
    )]
    Character,
    #[error("the name looks like a web or e-mail address; write the name only")]
    Address,
    #[error("the name has no letter; write the name")]
    NoLetter,
}

impl Flaw for NameFlaw {
    fn code(&self) -> &'static str {
        match self {
            Self::Text(flaw) => flaw.code(),
            Self::Character => "character",
            Self::Address => "address",
            Self::NoLetter => "no-letter",
        }
    }
}

impl PersonName {
    /// Reads a name of letters in any script, their marks, spaces, hyphens, apostrophes, middle dots and full stops.
    /// Spaces at either end are dropped, runs of spaces become one.
    pub fn parse(input: &str) -> Result<Self, NameFlaw> {
        let name = tidy(input)?;
        let belongs = |c: char| {
            c.is_alphabetic()
                || is_combining_mark(c)
                || matches!(c, ' ' | '-' | '\u{2010}' | '\'' | '’' | '·' | '.')
        };
        if name.chars().all(belongs) { Ok(Self(name)) } else { Err(NameFlaw::Character) }
    }

    /// The name in clear text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn canonical(&self) -> String {
        self.0.clone()
    }
}

impl OrganisationName {
    /// Reads a name of letters and digits in any script and ordinary punctuation.
    /// Spaces at either end are dropped, runs of spaces become one.
    pub fn parse(input: &str) -> Result<Self, NameFlaw> {
        const PUNCTUATION: &str = " -\u{2010}\u{2013}'’·.,:;&+/()!?\"«»“”@#%*°§|";
        let name = tidy(input)?;
        let belongs =
            |c: char| c.is_alphanumeric() || is_combining_mark(c) || PUNCTUATION.contains(c);
        if name.chars().all(belongs) { Ok(Self(name)) } else { Err(NameFlaw::Character) }
    }

    /// The name in clear text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn canonical(&self) -> String {
        self.0.clone()
    }
}

impl std::fmt::Display for OrganisationName {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// What both kinds of name share: size, spaces, normal form, no control characters, no address, a letter.
fn tidy(input: &str) -> Result<String, NameFlaw> {
    // A character has at most four bytes; the rest of the room is for spaces that go.
    if input.len() > MAX_NAME_CHARACTERS * 5 {
        return Err(TextFlaw::TooLong.into());
    }
    if input.chars().any(char::is_control) {
        return Err(TextFlaw::ControlCharacter.into());
    }
    let words: Vec<&str> = input.split([' ', '\u{A0}']).filter(|word| !word.is_empty()).collect();
    let name: String = words.join(" ").nfc().collect();
    if name.is_empty() {
        return Err(TextFlaw::Empty.into());
    }
    if name.chars().count() > MAX_NAME_CHARACTERS {
        return Err(TextFlaw::TooLong.into());
    }
    let lower = name.to_lowercase();
    if lower.contains("://")
        || lower.contains("www.")
        || (lower.contains('@') && !lower.contains(' '))
    {
        return Err(NameFlaw::Address);
    }
    if !name.chars().any(char::is_alphabetic) {
        return Err(NameFlaw::NoLetter);
    }
    Ok(name)
}

redacted_debug!(PersonName);
text_value!(PersonName, NameFlaw);
text_value!(OrganisationName, NameFlaw);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_of_many_scripts_are_kept() {
        for name in [
            "Kari Førsti",
            "Áŋŋel Čáhci-Šattŋa",
            "Ŧuvvá Đ. Žorá",
            "O’Hara",
            "D'Arc",
            "Jean-Paul",
            "李小龍",
            "Σοφία",
            "नीलम",
            "O. J. Prøve",
            "محمد",
        ] {
            assert_eq!(PersonName::parse(name).unwrap().as_str(), name.nfc().collect::<String>());
        }
        assert_eq!(PersonName::parse("  Kari \u{A0} Prøve ").unwrap().as_str(), "Kari Prøve");
        assert_eq!(PersonName::parse("A\u{30A}se").unwrap().as_str(), "Åse");
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for (text, code) in [
            ("", "empty"),
            ("   ", "empty"),
            ("Kari\nPrøve", "control-character"),
            ("Kari\u{0}", "control-character"),
            ("https://example.no", "address"),
            ("www.example.no", "address"),
            ("kari@example.no", "address"),
            ("Kari 2", "character"),
            ("Kari\u{202E}", "character"),
            ("Ka\u{200B}ri", "character"),
            ("<b>Kari</b>", "character"),
            ("...", "no-letter"),
            ("Kari;", "character"),
        ] {
            assert_eq!(PersonName::parse(text).unwrap_err().code(), code, "{text:?}");
        }
        assert!(PersonName::parse(&"a".repeat(200)).is_ok());
        assert_eq!(PersonName::parse(&"a".repeat(201)).unwrap_err().code(), "too-long");
        assert_eq!(PersonName::parse(&"a".repeat(1_000_000)).unwrap_err().code(), "too-long");
    }

    #[test]
    fn organisations_may_have_digits_and_punctuation() {
        for name in [
            "1. Prøveby Speidergruppe",
            "Prøveservice A/S",
            "Radio & Sønn AS (avd. «Nord»)",
            "LA1EGON DX - Group",
            "P5, Lyden av by",
        ] {
            assert_eq!(OrganisationName::parse(name).unwrap().as_str(), name);
        }
        assert!(OrganisationName::parse("<script>").is_err());
        assert!(OrganisationName::parse("2026").is_err());
    }

    proptest! {
        #[test]
        fn an_accepted_name_is_read_back(text in any::<String>(), letters in "\\PC{0,60}") {
            for text in [text, letters] {
                if let Ok(name) = PersonName::parse(&text) {
                    prop_assert_eq!(PersonName::parse(name.as_str()), Ok(name));
                }
                if let Ok(name) = OrganisationName::parse(&text) {
                    prop_assert_eq!(OrganisationName::parse(name.as_str()), Ok(name));
                }
            }
        }
    }
}
