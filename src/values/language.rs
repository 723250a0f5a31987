//! The written languages the registry speaks: Bokmål and Nynorsk (language act, LOV-2021-05-21-42 § 4) and English.
//!
//! It chooses no language for anybody and holds no texts.

use super::{Flaw, text_value};

/// A language of letters, pages and contacts; Bokmål where nobody has chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Language {
    #[default]
    Bokmal,
    Nynorsk,
    English,
}

/// Why a text is not a language of the registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LanguageFlaw {
    #[error("the language is not one of nb (Bokmål), nn (Nynorsk) and en (English)")]
    Unknown,
}

impl Flaw for LanguageFlaw {
    fn code(&self) -> &'static str {
        "unknown-language"
    }
}

impl Language {
    /// Every language, the default first.
    pub const ALL: [Self; 3] = [Self::Bokmal, Self::Nynorsk, Self::English];

    /// Reads `nb`, `nn` or `en` (ISO 639-1), in that spelling only.
    pub fn parse(text: &str) -> Result<Self, LanguageFlaw> {
        Self::ALL.into_iter().find(|language| language.code() == text).ok_or(LanguageFlaw::Unknown)
    }

    /// The ISO 639-1 code, also fit for the `lang` attribute of a page.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Bokmal => "nb",
            Self::Nynorsk => "nn",
            Self::English => "en",
        }
    }

    /// The language's own name for itself.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bokmal => "Bokmål",
            Self::Nynorsk => "Nynorsk",
            Self::English => "English",
        }
    }

    fn canonical(self) -> String {
        self.code().to_owned()
    }
}

impl std::fmt::Display for Language {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.code())
    }
}

text_value!(Language, LanguageFlaw);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_back_and_nothing_else_is_read() {
        for language in Language::ALL {
            assert_eq!(Language::parse(language.code()), Ok(language));
        }
        for text in ["", "NB", "no", "nb-NO", " nb", "bokmål"] {
            assert_eq!(Language::parse(text), Err(LanguageFlaw::Unknown));
        }
    }
}
