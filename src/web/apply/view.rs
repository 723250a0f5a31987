//! The fields of a step as they are shown: with what stands in them, what is wrong with it, and in the
//! reader's language. A field draws itself and what lies below it (`templates/apply/field.html`).

use askama::Template;
use serde_json::Value;

use super::{
    errors::{self, Found},
    form::{Field, Input, Step},
    values::{is_asked, shown},
};
use crate::{failure::FieldError, web::texts::Words};

/// Choices that are all shown at once; more are shown as a list to open.
const FEW: usize = 9;

/// A field as it is shown.
#[derive(Debug, Template)]
#[template(path = "apply/field.html", config = "src/web/askama.toml")]
pub struct Shown {
    words: Words,
    /// Id of the element.
    pub id: String,
    /// Name in the form: the pointer.
    pub name: String,
    /// What it is called.
    pub label: String,
    help: &'static str,
    example: &'static str,
    unit: &'static str,
    autocomplete: &'static str,
    is_optional: bool,
    /// What is wrong with it.
    pub errors: Vec<Found>,
    /// What stands in it.
    pub content: Content,
}

/// What stands in a field.
#[derive(Debug)]
pub enum Content {
    /// A line.
    Line { value: String, keyboard: &'static str },
    /// Several lines.
    Long { value: String },
    /// One of several, all shown.
    Radios { answers: Vec<Answer> },
    /// One of several, in a list to open.
    Select { answers: Vec<Answer> },
    /// Any of several.
    Boxes { answers: Vec<Answer> },
    /// Fields that belong together.
    Group { children: Vec<Shown> },
    /// Items of a list.
    Items { items: Vec<Item> },
}

/// An answer that can be chosen.
#[derive(Debug)]
pub struct Answer {
    /// As it is sent.
    pub code: String,
    /// For people.
    pub title: String,
    /// It is chosen.
    pub is_chosen: bool,
}

/// An item of a list.
#[derive(Debug)]
pub struct Item {
    /// Id of the element.
    pub id: String,
    /// Its pointer.
    pub pointer: String,
    /// What it is called, with its number.
    pub title: String,
    /// It can be taken away.
    pub is_removable: bool,
    /// Its fields.
    pub children: Vec<Shown>,
}

/// The id of the element of a pointer.
pub fn id_of(pointer: &str) -> String {
    format!("f{}", pointer.replace('/', "-"))
}

/// What a step is shown with.
#[derive(Debug, Clone, Copy)]
pub struct Sheet<'a> {
    /// The texts.
    pub words: Words,
    /// What was typed.
    pub application: &'a Value,
    /// The applicant is a person.
    pub is_person: bool,
    /// What is wrong, by pointer.
    pub errors: &'a [FieldError],
    /// A list that gets one more item.
    pub grows: Option<&'a str>,
}

impl Sheet<'_> {
    /// The fields of a step.
    pub fn step(&self, step: &Step) -> Vec<Shown> {
        self.fields(&step.fields, "", false)
    }

    fn fields(&self, fields: &[Field], base: &str, in_blank: bool) -> Vec<Shown> {
        fields
            .iter()
            .filter(|field| is_asked(field, self.application, self.is_person))
            .map(|field| self.field(field, base, in_blank))
            .collect()
    }

    fn field(&self, field: &Field, base: &str, in_blank: bool) -> Shown {
        let words = self.words;
        let language = words.language();
        let pointer = field.pointer(base);
        let value = self.application.pointer(&pointer).unwrap_or(&Value::Null);
        let text = shown(field, value, language);
        let content = match &field.input {
            Input::Line => Content::Line { value: text, keyboard: keyboard(field) },
            Input::Date => Content::Line { value: text, keyboard: "text" },
            Input::Integer | Input::Decimal => {
                let keyboard = if field.unit == "Hz" { "text" } else { "decimal" };
                Content::Line { value: text, keyboard }
            }
            Input::Long | Input::Lines | Input::Numbers => Content::Long { value: text },
            Input::YesNo => Content::Radios {
                answers: [("yes", words.apply_yes()), ("no", words.apply_no())]
                    .map(|(code, title)| Answer {
                        code: code.to_owned(),
                        title: title.to_owned(),
                        is_chosen: code == text,
                    })
                    .into(),
            },
            Input::Choice(choices) => {
                let answers = choices.iter().map(|choice| Answer {
                    code: choice.code.clone(),
                    title: choice.title(language).to_owned(),
                    is_chosen: choice.code == text,
                });
                let answers: Vec<Answer> = answers.collect();
                if answers.len() > FEW {
                    Content::Select { answers }
                } else {
                    Content::Radios { answers }
                }
            }
            Input::Many(choices) => {
                let chosen = value.as_array().map(Vec::as_slice).unwrap_or_default();
                let answers = choices.iter().map(|choice| Answer {
                    code: choice.code.clone(),
                    title: choice.title(language).to_owned(),
                    is_chosen: chosen.iter().any(|one| one == choice.code.as_str()),
                });
                Content::Boxes { answers: answers.collect() }
            }
            Input::Group => {
                Content::Group { children: self.fields(&field.children, &pointer, in_blank) }
            }
            Input::Items => Content::Items { items: self.items(field, &pointer, value) },
        };
        let errors = if in_blank { Vec::new() } else { self.errors_at(field, &pointer) };
        Shown {
            words,
            id: id_of(&pointer),
            name: pointer,
            label: field.title.of(language).to_owned(),
            help: field.help.of(language),
            example: field.example,
            unit: field.unit,
            autocomplete: if base.is_empty() { field.autocomplete } else { "" },
            is_optional: !field.is_required,
            errors,
            content,
        }
    }

    /// The items there are, and an empty one where one is asked for: in a list that must have one, and
    /// in the list that grows.
    fn items(&self, field: &Field, pointer: &str, value: &Value) -> Vec<Item> {
        let there = value.as_array().map_or(0, Vec::len);
        let is_growing = self.grows == Some(pointer);
        let blank = usize::from(is_growing || (there == 0 && field.is_required));
        let title = field.title.of(self.words.language());
        (0..there + blank)
            .map(|number| {
                let pointer = format!("{pointer}/{number}");
                Item {
                    id: id_of(&pointer),
                    title: format!("{title} {}", number + 1),
                    is_removable: number < there,
                    children: self.fields(&field.children, &pointer, number >= there),
                    pointer,
                }
            })
            .collect()
    }

    /// Errors of this field: at its pointer, or below it where nothing below is shown on its own.
    fn errors_at(&self, field: &Field, pointer: &str) -> Vec<Found> {
        let holds_fields = matches!(field.input, Input::Group | Input::Items);
        let is_here = |error: &&FieldError| {
            error.pointer == pointer
                || (!holds_fields
                    && error
                        .pointer
                        .strip_prefix(pointer)
                        .is_some_and(|rest| rest.starts_with('/')))
        };
        let found = self.errors.iter().filter(is_here);
        found.map(|error| errors::found(error, self.words.language())).collect()
    }
}

fn keyboard(field: &Field) -> &'static str {
    match field.autocomplete {
        "tel" => "tel",
        "email" => "email",
        _ => "text",
    }
}

impl Shown {
    /// It and everything below it.
    pub fn all(&self) -> Vec<(&Shown, String)> {
        let mut all = Vec::new();
        self.gather("", &mut all);
        all
    }

    fn gather<'a>(&'a self, before: &str, all: &mut Vec<(&'a Shown, String)>) {
        let title = if before.is_empty() {
            self.label.clone()
        } else {
            format!("{before}: {}", self.label)
        };
        match &self.content {
            Content::Group { children } => {
                all.push((self, title.clone()));
                children.iter().for_each(|child| child.gather(&title, all));
            }
            Content::Items { items } => {
                all.push((self, title));
                for item in items {
                    item.children.iter().for_each(|child| child.gather(&item.title, all));
                }
            }
            _ => all.push((self, title)),
        }
    }

    /// What stands in it, in words; empty where nothing does, and of what holds others.
    pub fn text(&self) -> String {
        match &self.content {
            Content::Line { value, .. } => self.with_unit(value),
            Content::Long { value } => value.clone(),
            Content::Radios { answers }
            | Content::Select { answers }
            | Content::Boxes { answers } => {
                let chosen = answers.iter().filter(|answer| answer.is_chosen);
                chosen.map(|answer| answer.title.as_str()).collect::<Vec<_>>().join(", ")
            }
            Content::Group { .. } | Content::Items { .. } => String::new(),
        }
    }

    /// Nothing stands in it.
    pub fn is_empty(&self) -> bool {
        match &self.content {
            Content::Line { value, .. } | Content::Long { value } => value.is_empty(),
            Content::Radios { answers }
            | Content::Select { answers }
            | Content::Boxes { answers } => !answers.iter().any(|answer| answer.is_chosen),
            Content::Group { children } => children.iter().all(Shown::is_empty),
            Content::Items { items } => items.is_empty(),
        }
    }

    /// A number with its unit, where it has not been written with one.
    pub fn with_unit(&self, value: &str) -> String {
        let ends_in_digit = value.ends_with(|c: char| c.is_ascii_digit());
        match self.unit {
            unit if unit.is_empty() || !ends_in_digit => value.to_owned(),
            "°" => format!("{value}°"),
            unit => format!("{value} {unit}"),
        }
    }

    /// Ids of what describes the field.
    fn described_by(&self) -> String {
        let mut ids = Vec::new();
        if !self.help.is_empty() || !self.example.is_empty() {
            ids.push(format!("{}-h", self.id));
        }
        if !self.errors.is_empty() {
            ids.push(format!("{}-e", self.id));
        }
        ids.join(" ")
    }

    /// The answer by its place, for the id of its element.
    fn answer_id(&self, index: &usize) -> String {
        // the first has the id of the field, where the summary of errors leads to
        if *index == 0 { self.id.clone() } else { format!("{}-{index}", self.id) }
    }
}
