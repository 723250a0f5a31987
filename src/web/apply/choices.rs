//! Lists of codes that stand in tables of the registry, with their names in three languages.

use crate::{
    values::{
        choice,
        country::CountryCode,
        language::Language,
        number_plan::NumberCategory,
        number_resource::{Notation, ResourceType},
    },
    web::texts::Words,
};

/// One of several answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// As in JSON.
    pub code: String,
    /// For people, in the order of [`Language::ALL`].
    pub title: [String; 3],
}

impl Choice {
    /// For people.
    pub fn title(&self, language: Language) -> &str {
        let at = Language::ALL.iter().position(|one| *one == language).unwrap_or_default();
        &self.title[at]
    }
}

fn one(code: &str, title: impl Fn(Language) -> String) -> Choice {
    Choice { code: code.to_owned(), title: Language::ALL.map(title) }
}

/// The list with this name.
///
/// # Panics
/// When there is no such list; a test goes through every form.
pub fn list(name: &str) -> Vec<Choice> {
    match name {
        "equipment" => dated(include_str!("../../data/supplier_categories.tsv")),
        "business-types" => dated(include_str!("../../data/priority_business_types.tsv")),
        "installer-types-held" => ended(include_str!("../../data/installer_types.tsv")),
        "number-types" => ResourceType::all()
            .iter()
            .filter(|row| row.notation != Notation::Elsewhere)
            .map(|row| one(row.code, |language| capital(row.name(language))))
            .collect(),
        "number-categories" => NumberCategory::ALL
            .iter()
            .map(|row| one(row.code(), |language| Words(language).number_category(row.code())))
            .collect(),
        "countries" => CountryCode::all()
            .map(|country| one(country.as_str(), |language| country.name_in(language).to_owned()))
            .collect(),
        other => panic!("there is no list {other}"),
    }
}

/// What was ever offered: whether it is offered today is for the rules to say.
fn dated(table: &'static str) -> Vec<Choice> {
    let rows = choice::choices(table);
    rows.iter().map(|row| one(row.code, |language| row.title(language).to_owned())).collect()
}

/// What was offered and is not any more, or will not be from a day on.
fn ended(table: &'static str) -> Vec<Choice> {
    let rows = choice::choices(table);
    let is_open = |code: &str| rows.iter().any(|row| row.code == code && !row.has_end());
    let kept = rows.iter().filter(|row| !is_open(row.code));
    kept.map(|row| one(row.code, |language| row.title(language).to_owned())).collect()
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
