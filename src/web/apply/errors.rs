//! What is wrong with a field, in the reader's language: by the stable code of the error. A code without
//! words of its own is said in English, as the interface says it.

use std::{collections::HashMap, sync::LazyLock};

use super::form::Text;
use crate::{
    failure::FieldError,
    permit::{actions::amend::WRONG_DAYS, kind::Reason},
    values::{language::Language, table::Table},
};

static TEXTS: LazyLock<HashMap<&'static str, Text>> = LazyLock::new(|| {
    Table::new(include_str!("forms/errors.tsv"))
        .rows()
        .map(|row| (row.text("code"), Text([row.text("nb"), row.text("nn"), row.text("en")])))
        .collect()
});

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What to do.
    pub text: String,
    /// It is said in English on a page in another language.
    pub is_english: bool,
}

/// The words for an error.
pub fn found(error: &FieldError, language: Language) -> Found {
    let english =
        || Found { text: error.detail.to_string(), is_english: language != Language::English };
    if language == Language::English && error.code != "wrong-type" && error.code != "missing" {
        // what the rules say themselves is more exact
        return english();
    }
    if let Some(text) = bounds(error, language) {
        return Found { text, is_english: false };
    }
    if let Some(text) = TEXTS.get(error.code.as_ref()) {
        return Found { text: text.of(language).to_owned(), is_english: false };
    }
    match WRONG_DAYS.into_iter().find(|code| *code == error.code) {
        Some(code) => Found { text: Reason::new(code).text(language), is_english: false },
        None => english(),
    }
}

/// Sizes and ranges, with the bounds that the detail names.
fn bounds(error: &FieldError, language: Language) -> Option<String> {
    let what = match error.code.as_ref() {
        "length" => ["Antall tegn eller linjer", "Talet på teikn eller linjer", "The length"],
        "range" => ["Tallet", "Talet", "The number"],
        "too-long" => ["Antall tegn", "Talet på teikn", "The length"],
        "too-many" => ["Antallet", "Talet", "The number"],
        _ => return None,
    };
    let is_number = |part: &&str| {
        let plain = part.trim_end_matches('.');
        plain.parse::<f64>().is_ok()
    };
    let numbers: Vec<&str> = error
        .detail
        .split_whitespace()
        .filter(is_number)
        .map(|part| part.trim_end_matches('.'))
        .collect();
    let says = |phrase: &str| error.detail.contains(phrase);
    let what = Text(what).of(language);
    match (language, numbers.as_slice()) {
        (Language::Bokmal, [low, high]) => Some(format!("{what} må være fra {low} til {high}.")),
        (Language::Nynorsk, [low, high]) => Some(format!("{what} må vere frå {low} til {high}.")),
        (Language::Bokmal, [one]) if says("at least") => {
            Some(format!("{what} må være minst {one}."))
        }
        (Language::Nynorsk, [one]) if says("at least") => {
            Some(format!("{what} må vere minst {one}."))
        }
        (Language::Bokmal, [one]) => Some(format!("{what} kan være høyst {one}.")),
        (Language::Nynorsk, [one]) => Some(format!("{what} kan vere høgst {one}.")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(code: &'static str, detail: &'static str) -> FieldError {
        FieldError { pointer: "/a".to_owned(), code: code.into(), detail: detail.into() }
    }

    #[test]
    fn errors_are_said_in_the_language_of_the_reader() {
        let missing = error("missing", "This must be filled in.");
        let texts = Language::ALL.map(|language| found(&missing, language).text);
        assert_eq!(texts[0], "Fyll ut dette.");
        assert!(texts.iter().all(|text| !text.is_empty()));
        assert_ne!(texts[0], texts[2]);
        let range = error("range", "The value must be between 1 and 999.");
        assert_eq!(found(&range, Language::Nynorsk).text, "Talet må vere frå 1 til 999.");
        let length = error("length", "The length must be at most 40.");
        assert_eq!(
            found(&length, Language::Bokmal).text,
            "Antall tegn eller linjer kan være høyst 40."
        );
    }

    #[test]
    fn why_nobody_is_given_a_call_sign_is_said_in_the_language_of_the_reader() {
        for code in ["blocked-q-code", "blocked-signal", "blocked-abbreviation", "blocked-word"] {
            let error = error(code, "Wish for another.");
            for language in [Language::Bokmal, Language::Nynorsk] {
                let said = found(&error, language);
                assert!(!said.is_english && said.text.contains("Ønsk deg"), "{code}");
            }
        }
    }

    #[test]
    fn days_that_an_amendment_does_not_give_are_refused_in_the_words_of_the_rules() {
        for code in WRONG_DAYS {
            let english = Reason::new(code).text(Language::English);
            let error = FieldError {
                pointer: "/application".to_owned(),
                code: code.into(),
                detail: english.clone().into(),
            };
            for language in Language::ALL {
                let said = found(&error, language);
                assert!(!said.is_english);
                assert_eq!(said.text, Reason::new(code).text(language));
                assert_eq!(said.text == english, language == Language::English, "{code}");
            }
        }
    }

    #[test]
    fn a_code_without_words_is_said_in_english() {
        let unknown = error("no-such-code", "Do this.");
        let said = found(&unknown, Language::Bokmal);
        assert_eq!((said.text.as_str(), said.is_english), ("Do this.", true));
        assert!(!found(&unknown, Language::English).is_english);
    }

    #[test]
    fn every_row_has_three_languages() {
        assert!(TEXTS.len() > 40);
        for (code, text) in &*TEXTS {
            assert!(text.0.iter().all(|one| !one.is_empty()), "{code}");
        }
    }
}
