//! An application as rows of label and value, in the order it was sent. Labels are those of the policy
//! where it knows the field; other members are named as the application's schema names them. Pure.

use serde_json::Value;

use crate::{
    disclosure::policy::{Field, Policy},
    web::texts::Words,
};

/// A part of an application.
#[derive(Debug, PartialEq, Eq)]
pub struct Section {
    /// What it is about; empty for members that stand in no part.
    pub title: String,
    /// Label and value.
    pub rows: Vec<(String, String)>,
}

/// The parts of an application.
pub fn sections(words: Words, application: &Value) -> Vec<Section> {
    let Some(members) = application.as_object() else { return Vec::new() };
    let mut loose = Section { title: words.cwc_other().to_owned(), rows: Vec::new() };
    let mut found = Vec::new();
    for (name, value) in members {
        match value {
            Value::Object(_) => found.push(section(words, name, title(name), value)),
            Value::Array(items) if items.iter().any(Value::is_object) => {
                for (number, item) in (1..).zip(items) {
                    let title = format!("{} {number}", title(name));
                    found.push(section(words, name, title, item));
                }
            }
            Value::Null => {}
            value => {
                loose.rows.extend(text(words, value).map(|text| (label(words, "", name), text)))
            }
        }
    }
    found.extend(Some(loose));
    found.retain(|section| !section.rows.is_empty());
    found
}

fn section(words: Words, name: &str, title: String, value: &Value) -> Section {
    let mut rows = Vec::new();
    collect(words, name, "", value, &mut rows);
    Section { title, rows }
}

/// Members of members stand below the name of theirs.
fn collect(words: Words, part: &str, above: &str, value: &Value, rows: &mut Vec<(String, String)>) {
    let Some(members) = value.as_object() else {
        rows.extend(text(words, value).map(|text| (title(part), text)));
        return;
    };
    for (name, value) in members {
        let own = label(words, part, name);
        let own = if above.is_empty() { own } else { format!("{above}: {own}") };
        match value {
            Value::Object(_) => collect(words, part, &own, value, rows),
            Value::Array(items) if items.iter().any(Value::is_object) => {
                for (number, item) in (1..).zip(items) {
                    collect(words, part, &format!("{own} {number}"), item, rows);
                }
            }
            value => rows.extend(text(words, value).map(|text| (own, text))),
        }
    }
}

fn text(words: Words, value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Bool(true) => Some(words.cwc_yes().to_owned()),
        Value::Bool(false) => Some(words.cwc_no().to_owned()),
        Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        Value::Array(items) => {
            let texts: Vec<String> = items.iter().filter_map(|one| text(words, one)).collect();
            Some(texts.join(", ")).filter(|text| !text.is_empty())
        }
        other => Some(other.to_string()),
    }
}

/// Parts of applications by the section of the policy that has their fields.
fn section_of_policy(part: &str) -> &str {
    match part {
        "applicant" => "holder",
        "emergencyContacts" => "contact",
        "contactPerson" => "contactPerson",
        other => other,
    }
}

fn label(words: Words, part: &str, name: &str) -> String {
    let own = format!("{}.{name}", section_of_policy(part));
    let known = Field::ALL.iter().find(|field| field.as_str() == own || field.as_str() == name);
    known.map_or_else(
        || title(name),
        |field| capital(Policy::load().field_name(*field, words.language())),
    )
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// `emergencyContacts` as `Emergency contacts`.
fn title(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() {
            text.push(' ');
        }
        text.extend(letter.to_lowercase());
    }
    capital(&text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{permit::kind::KINDS, values::language::Language};

    #[test]
    fn everything_in_the_specimen_of_every_kind_is_shown() {
        fn leaves(value: &Value, found: &mut Vec<String>) {
            match value {
                Value::Object(members) => members.values().for_each(|one| leaves(one, found)),
                Value::Array(items) => items.iter().for_each(|one| leaves(one, found)),
                Value::String(text) if !text.is_empty() => found.push(text.clone()),
                Value::Number(number) => found.push(number.to_string()),
                _ => {}
            }
        }
        for kind in KINDS {
            let application = kind.example();
            let shown = sections(Words(Language::Nynorsk), &application);
            let texts: Vec<&str> =
                shown.iter().flat_map(|one| &one.rows).map(|(_, text)| text.as_str()).collect();
            let mut expected = Vec::new();
            leaves(&application, &mut expected);
            assert!(!expected.is_empty());
            for one in expected {
                let is_there = texts.iter().any(|text| text.contains(&one));
                assert!(is_there, "{}: {one} is not shown", kind.kind());
            }
        }
    }

    #[test]
    fn labels_are_those_of_the_policy() {
        let application = serde_json::json!({ "beacon": { "serial": 7, "ceMarked": true } });
        let shown = sections(Words(Language::Bokmal), &application);
        assert_eq!(
            shown,
            [Section {
                title: "Beacon".to_owned(),
                rows: vec![
                    ("Nødpeilesenderens serienummer".to_owned(), "7".to_owned()),
                    ("Ce marked".to_owned(), "ja".to_owned()),
                ],
            }]
        );
    }
}
