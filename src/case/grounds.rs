//! The text library: grounds that are written often, for kinds and outcomes, each with the provision it
//! rests on, in three languages. Dated rows of `src/data/grounds.tsv`. Pure; it decides nothing, and what
//! a caseworker makes of a text is theirs.

use chrono::NaiveDate;

use crate::{
    disclosure::{legal_basis, policy::Kind},
    values::{language::Language, table::Table},
};

const TABLE: &str = include_str!("../data/grounds.tsv");

/// A text of the library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ground {
    /// Stable code.
    pub code: &'static str,
    /// What it is called, in the reader's language.
    pub title: &'static str,
    /// Outcomes it is written for, as in JSON.
    pub outcomes: Vec<&'static str>,
    /// The text with its provision, in the language of the letter.
    pub text: String,
}

/// The texts for a kind on a day: titles for who reads, texts in the language of the letter.
pub fn library(kind: Kind, day: NaiveDate, reader: Language, letter: Language) -> Vec<Ground> {
    let column = |prefix: &str, language: Language| format!("{prefix}{}", language.code());
    let (title, text) = (column("title_", reader), column("", letter));
    Table::new(TABLE)
        .rows()
        .filter(|row| {
            let kinds = row.text("kinds");
            kinds == "all" || kinds.split(' ').any(|one| one == kind.as_str())
        })
        .filter(|row| {
            row.value::<NaiveDate>("valid_from").is_some_and(|from| from <= day)
                && row.value::<NaiveDate>("valid_until").is_none_or(|until| day < until)
        })
        .map(|row| {
            let cited = legal_basis::find(row.text("basis")).map(|basis| basis.cite(letter));
            Ground {
                code: row.text("code"),
                title: row.text(&title),
                outcomes: row.text("outcomes").split(' ').collect(),
                text: match cited {
                    Some(basis) => format!("{} ({basis})", row.text(&text)),
                    None => row.text(&text).to_owned(),
                },
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day() -> NaiveDate {
        "2026-11-22".parse().expect("a date")
    }

    #[test]
    fn every_text_has_its_languages_and_a_provision_in_force() {
        let mut codes = Vec::new();
        for row in Table::new(TABLE).rows() {
            let code = row.text("code");
            assert!(!codes.contains(&code), "{code} stands twice");
            codes.push(code);
            for column in ["title_nb", "title_nn", "title_en", "nb", "nn", "en"] {
                assert!(row.text(column).chars().count() > 8, "{code} {column}");
            }
            assert!(legal_basis::in_force(row.text("basis"), day()), "{code}");
            for kind in row.text("kinds").split(' ').filter(|kind| *kind != "all") {
                assert!(Kind::ALL.iter().any(|one| one.as_str() == kind), "{code} {kind}");
            }
            for outcome in row.text("outcomes").split(' ') {
                assert!(super::super::signing::rules::step(outcome).is_some(), "{code} {outcome}");
            }
        }
    }

    #[test]
    fn every_kind_has_a_text_to_grant_and_one_to_refuse_or_dismiss_by() {
        for kind in Kind::ALL {
            let found = library(*kind, day(), Language::English, Language::Nynorsk);
            let has = |outcome: &str| found.iter().any(|one| one.outcomes.contains(&outcome));
            assert!(has("granted") && (has("refused") && has("dismissed")), "{kind:?}");
        }
        let plb = library(Kind::Plb, day(), Language::English, Language::Nynorsk);
        let abroad = plb.iter().find(|one| one.code == "address-abroad").expect("a text");
        assert_eq!(abroad.title, "Address abroad");
        assert!(abroad.text.contains("naudpeilesendar") && abroad.text.contains("§ 11-2"));
        let before = "2020-01-01".parse().expect("a date");
        assert_eq!(library(Kind::Plb, before, Language::English, Language::English), []);
    }
}
