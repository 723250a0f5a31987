//! Titles of documents in the journal, in the reader's language: rows of `src/data/journal_titles.tsv`. The journal
//! itself keeps them in English.

use std::{collections::HashMap, sync::LazyLock};

use super::{language::Language, table::Table};

static TITLES: LazyLock<HashMap<&'static str, [&'static str; 2]>> = LazyLock::new(|| {
    let table = Table::new(include_str!("../data/journal_titles.tsv"));
    table.rows().map(|row| (row.text("en"), [row.text("nb"), row.text("nn")])).collect()
});

/// A title in a language; one the table does not have stays as it is.
pub fn in_language(title: &str, language: Language) -> &str {
    match (TITLES.get(title), language) {
        (Some([bokmal, _]), Language::Bokmal) => bokmal,
        (Some([_, nynorsk]), Language::Nynorsk) => nynorsk,
        _ => title,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_told_in_the_language_and_an_unknown_one_as_it_is() {
        assert_eq!(in_language("Decision", Language::Bokmal), "Vedtak");
        assert_eq!(in_language("Decision", Language::English), "Decision");
        assert_eq!(in_language("Something else", Language::Nynorsk), "Something else");
        for [bokmal, nynorsk] in TITLES.values() {
            assert!(!bokmal.is_empty() && !nynorsk.is_empty());
        }
    }
}
