//! An application as rows of label and value, in the order of the form that it is filled in by. Labels, choices and
//! units are those of the form, in the reader's language. What stands in an application is shown whether the form
//! would ask for it or not. Pure.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    case::model::Purpose,
    permit::kind::Kind,
    web::{
        apply::{
            form::{self, Field, Input},
            values::shown,
        },
        texts::Words,
    },
};

/// A part of an application.
#[derive(Debug, PartialEq, Eq)]
pub struct Section {
    /// What it is about.
    pub title: String,
    /// Label and value.
    pub rows: Vec<(String, String)>,
}

/// The parts of what a case was begun with.
pub fn sections(words: Words, kind: Kind, purpose: Purpose, application: &Value) -> Vec<Section> {
    match purpose {
        Purpose::Transfer => terms(words, application),
        Purpose::Amendment if application.get("applicant").is_none() => {
            let mut found = Drawing::of(words, kind, &application["application"]).sections;
            found.extend(terms(words, application));
            found
        }
        _ => Drawing::of(words, kind, application).sections,
    }
}

/// What is said beside an application: of a transfer, or of what the authority changes.
fn terms(words: Words, application: &Value) -> Vec<Section> {
    let day = |text: &str| text.parse().map_or_else(|_| text.to_owned(), |day| words.date(day));
    let labels = [
        ("permitNumber", words.cwh_permit()),
        ("organisationNumber", words.cwc_organisation()),
        ("from", words.cwc_from()),
        ("reason", words.cwc_reason()),
        ("conditions", words.cwc_conditions_set()),
        ("callSign", words.cwm_sign()),
        ("validUntil", words.cwc_valid_until()),
    ];
    let rows = labels.into_iter().filter_map(|(name, label)| {
        let text = match &application[name] {
            Value::String(text) if ["from", "validUntil"].contains(&name) => day(text),
            other => plain(words, other)?,
        };
        Some((label.to_owned(), text))
    });
    let rows: Vec<(String, String)> = rows.collect();
    let title = words.cwc_terms().to_owned();
    if rows.is_empty() { Vec::new() } else { vec![Section { title, rows }] }
}

/// An application on its way into sections.
struct Drawing<'a> {
    words: Words,
    application: &'a Value,
    sections: Vec<Section>,
    /// Pointers of what has been shown.
    shown: BTreeSet<String>,
}

impl<'a> Drawing<'a> {
    fn of(words: Words, kind: Kind, application: &'a Value) -> Self {
        let mut drawing = Self { words, application, sections: Vec::new(), shown: BTreeSet::new() };
        for step in &form::at_desk(kind).steps {
            let title = step.title.of(words.language()).to_owned();
            let at = drawing.sections.len();
            drawing.sections.push(Section { title, rows: Vec::new() });
            for field in &step.fields {
                drawing.draw(field, "", "", at);
            }
        }
        let left = drawing.left();
        drawing.sections.push(Section { title: words.cwc_other().to_owned(), rows: left });
        drawing.sections.retain(|section| !section.rows.is_empty());
        drawing
    }

    /// Draws a field into the section at `at`; a list of its own gets a section for each item.
    fn draw(&mut self, field: &Field, base: &str, above: &str, at: usize) {
        let words = self.words;
        let pointer = field.pointer(base);
        let Some(value) = self.application.pointer(&pointer) else { return };
        let title = field.title.of(words.language());
        let label = if above.is_empty() { title.to_owned() } else { format!("{above}: {title}") };
        match (&field.input, value) {
            (Input::Group, Value::Object(_)) => {
                for child in &field.children {
                    self.draw(child, &pointer, &label, at);
                }
            }
            (Input::Items, Value::Array(items)) => {
                for (number, base) in (0..items.len()).map(|n| (n + 1, format!("{pointer}/{n}"))) {
                    let (above, at) = if above.is_empty() {
                        let title = format!("{title} {number}");
                        self.sections.push(Section { title, rows: Vec::new() });
                        (String::new(), self.sections.len() - 1)
                    } else {
                        (format!("{label} {number}"), at)
                    };
                    for child in &field.children {
                        self.draw(child, &base, &above, at);
                    }
                }
            }
            _ => {
                if let Some(text) = said(words, field, value) {
                    self.sections[at].rows.push((label, text));
                }
                self.shown.insert(pointer);
            }
        }
    }

    /// What no field of the form is about: named by its pointer, since nobody has given it a title.
    fn left(&self) -> Vec<(String, String)> {
        let mut leaves = Vec::new();
        gather(self.application, String::new(), &mut leaves);
        leaves
            .into_iter()
            .filter(|(pointer, _)| {
                !pointer
                    .match_indices('/')
                    .skip(1)
                    .any(|(at, _)| self.shown.contains(&pointer[..at]))
                    && !self.shown.contains(pointer)
            })
            .filter_map(|(pointer, value)| Some((pointer, plain(self.words, value)?)))
            .collect()
    }
}

fn gather<'a>(value: &'a Value, pointer: String, leaves: &mut Vec<(String, &'a Value)>) {
    match value {
        Value::Object(members) => {
            for (name, one) in members {
                gather(one, format!("{pointer}/{name}"), leaves);
            }
        }
        Value::Array(items) => {
            for (at, one) in items.iter().enumerate() {
                gather(one, format!("{pointer}/{at}"), leaves);
            }
        }
        leaf => leaves.push((pointer, leaf)),
    }
}

/// A value as its field has it; nothing for an empty one.
fn said(words: Words, field: &Field, value: &Value) -> Option<String> {
    let language = words.language();
    let text = match (&field.input, value) {
        (Input::Choice(choices) | Input::Many(choices), _) => {
            let codes: Vec<&str> = match value {
                Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
                one => one.as_str().into_iter().collect(),
            };
            let title = |code: &&str| {
                let known = choices.iter().find(|choice| choice.code == *code);
                known.map_or_else(|| (*code).to_owned(), |choice| choice.title(language).to_owned())
            };
            codes.iter().map(title).collect::<Vec<_>>().join(", ")
        }
        (Input::YesNo, _) => plain(words, value)?,
        (Input::Lines | Input::Numbers, _) => shown(field, value, language).replace('\n', ", "),
        _ => shown(field, value, language),
    };
    let text = if text.is_empty() { plain(words, value)? } else { text };
    let takes_unit = !field.unit.is_empty() && text.ends_with(|c: char| c.is_ascii_digit());
    Some(match field.unit {
        "°" if takes_unit => format!("{text}°"),
        unit if takes_unit => format!("{text} {unit}"),
        _ => text,
    })
}

/// A value that nothing more is known of.
fn plain(words: Words, value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Bool(true) => Some(words.cwc_yes().to_owned()),
        Value::Bool(false) => Some(words.cwc_no().to_owned()),
        Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        Value::Array(items) => {
            let texts: Vec<String> = items.iter().filter_map(|one| plain(words, one)).collect();
            Some(texts.join(", ")).filter(|text| !text.is_empty())
        }
        other => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{permit::kind::KINDS, values::language::Language};

    /// Every title that the form of a kind has in a language.
    fn titles(kind: Kind, language: Language) -> BTreeSet<&'static str> {
        fn gather(fields: &[Field], language: Language, all: &mut BTreeSet<&'static str>) {
            for field in fields {
                all.insert(field.title.of(language));
                gather(&field.children, language, all);
            }
        }
        let mut all = BTreeSet::new();
        for step in &form::at_desk(kind).steps {
            all.insert(step.title.of(language));
            gather(&step.fields, language, &mut all);
        }
        all
    }

    /// A label without the numbers of items.
    fn without_number(label: &str) -> &str {
        label.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end()
    }

    #[test]
    fn every_label_of_every_specimen_is_a_title_in_the_language_and_nothing_is_left_out() {
        for any in KINDS {
            let kind = any.kind();
            let application = any.example();
            let mut leaves = Vec::new();
            gather(&application, String::new(), &mut leaves);
            for language in Language::ALL {
                let words = Words(language);
                let known = titles(kind, language);
                let drawing = Drawing::of(words, kind, &application);
                assert_eq!(drawing.left(), [], "{kind} has members without a title");
                let filled = leaves.iter().filter(|(_, value)| plain(words, value).is_some());
                assert!(filled.count() > 3, "{kind} has a specimen");
                for section in &drawing.sections {
                    assert!(known.contains(without_number(&section.title)), "{}", section.title);
                    for part in section.rows.iter().flat_map(|(label, _)| label.split(": ")) {
                        let is_title = known.contains(part) || known.contains(without_number(part));
                        assert!(is_title, "{kind} {language}: {part} is no title");
                    }
                }
            }
            let of = |language| sections(Words(language), kind, Purpose::New, &application);
            let labels = |language| -> Vec<String> {
                of(language).into_iter().flat_map(|one| one.rows).map(|(label, _)| label).collect()
            };
            assert_ne!(labels(Language::Bokmal), labels(Language::English), "{kind}");
        }
    }

    #[test]
    fn what_the_form_would_not_ask_for_is_shown_all_the_same() {
        let mut application = kind_example();
        application["beacon"]["colour"] = json!("gul");
        application["surprise"] = json!({ "inside": [1, true] });
        let words = Words(Language::Nynorsk);
        let shown = sections(words, Kind::Plb, Purpose::New, &application);
        let rows: Vec<&(String, String)> = shown.iter().flat_map(|one| &one.rows).collect();
        assert!(rows.iter().any(|(_, text)| text == "gul"));
        assert!(rows.iter().any(|(label, text)| label == "/surprise/inside/0" && text == "1"));
        assert!(rows.iter().any(|(label, text)| label == "/surprise/inside/1" && text == "ja"));
    }

    fn kind_example() -> Value {
        crate::permit::kind::any(Kind::Plb).example()
    }

    #[test]
    fn what_is_said_of_a_transfer_and_of_a_change_has_labels_too() {
        let words = Words(Language::Bokmal);
        let sent =
            json!({ "permitNumber": "PLB-000001", "from": "2026-12-24", "reason": "Solgt." });
        let shown = sections(words, Kind::Plb, Purpose::Transfer, &sent);
        assert_eq!(shown[0].rows.len(), 3);
        assert!(shown[0].rows.iter().any(|(_, text)| text.contains("2026")));
        let sent = json!({ "application": kind_example(), "conditions": ["Bare ute."] });
        let shown = sections(words, Kind::Plb, Purpose::Amendment, &sent);
        assert!(shown.len() > 2);
        let last = shown.last().expect("a section");
        assert_eq!(last.rows[0].1, "Bare ute.");
        assert!(sections(words, Kind::Plb, Purpose::Renewal, &json!({})).is_empty());
    }
}
