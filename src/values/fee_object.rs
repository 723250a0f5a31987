//! What is charged, in the words of invoices: rows of `src/data/fee_objects.tsv`. What it costs is none of its business.

use std::{collections::HashMap, sync::LazyLock};

use super::{language::Language, table::Table};

static NAMES: LazyLock<HashMap<&'static str, [&'static str; 3]>> = LazyLock::new(|| {
    let table = Table::new(include_str!("../data/fee_objects.tsv"));
    table
        .rows()
        .map(|row| (row.text("object"), [row.text("nb"), row.text("nn"), row.text("en")]))
        .collect()
});

/// Name of an object of the fee table; its code where the table has none.
pub fn name(object: &str, language: Language) -> &str {
    let Some([bokmal, nynorsk, english]) = NAMES.get(object) else { return object };
    match language {
        Language::Bokmal => bokmal,
        Language::Nynorsk => nynorsk,
        Language::English => english,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_charged_has_a_name_in_every_language() {
        let fees = Table::new(include_str!("../data/fees.tsv"));
        let objects: Vec<&str> = fees.rows().map(|row| row.text("object")).collect();
        for object in objects.into_iter().chain(["spectrum_licence", "coercive_fine"]) {
            for language in Language::ALL {
                let name = name(object, language);
                assert!(!name.is_empty() && name != object, "{object} in {language:?}");
            }
        }
        assert_eq!(name("unknown", Language::English), "unknown");
    }
}
