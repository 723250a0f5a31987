//! The form of a kind: the shape of its application from the document, with titles, help, order, groups
//! and conditions from a small table (`forms/`). Pure: it knows neither a request nor a draft's row.
//!
//! A row is a step (`step NAME`), a part shared by several kinds (`include NAME [POINTER]`), a choice
//! (`POINTER=CODE`) or a field by its pointer, with `*` for the items of a list. The columns `when` and
//! `input` are read by [`When`] and [`Field::read`]; a step with `@desk` in `when` is for caseworkers only. A table that does not fit the document is a fault of
//! the program: a test goes through every kind.

use std::{collections::HashMap, sync::LazyLock};

use super::choices::{self, Choice};
use crate::{
    draft::shape::{self, Shape},
    permit::kind::{KINDS, Kind},
    values::{language::Language, table::Table},
};

macro_rules! tables {
    ($($name:literal),+) => { &[$(($name, include_str!(concat!("forms/", $name, ".tsv")))),+] };
}

const TABLES: &[(&str, &str)] = tables![
    "applicant",
    "emergency_contacts",
    "person",
    "plb",
    "amateur",
    "aircraft",
    "spectrum",
    "transmitter",
    "numbering",
    "installer",
    "supplier",
    "priority"
];

/// Stands in `when` of a step that only caseworkers are shown, who register an application for somebody.
const DESK: &str = "@desk";

/// A text in the three languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text(pub [&'static str; 3]);

impl Text {
    /// The text in a language.
    pub const fn of(self, language: Language) -> &'static str {
        match language {
            Language::Bokmal => self.0[0],
            Language::Nynorsk => self.0[1],
            Language::English => self.0[2],
        }
    }

    /// True where nothing is said.
    pub const fn is_empty(self) -> bool {
        self.0[0].is_empty()
    }
}

/// The form of a kind.
#[derive(Debug)]
pub struct Form {
    /// The kind.
    pub kind: Kind,
    /// The steps in order.
    pub steps: Vec<Step>,
}

/// One page of a form.
#[derive(Debug)]
pub struct Step {
    /// Name in the address.
    pub name: &'static str,
    /// Heading.
    pub title: Text,
    /// What is said below it.
    pub lead: Text,
    /// The fields in order.
    pub fields: Vec<Field>,
}

/// A field, or a group of them.
#[derive(Debug)]
pub struct Field {
    /// Pointer into the application, with `*` for the items of lists.
    pub pattern: String,
    /// What it is called.
    pub title: Text,
    /// What helps to fill it in.
    pub help: Text,
    /// An answer that could be given.
    pub example: &'static str,
    /// When it is asked for.
    pub when: Option<When>,
    /// It must be filled in where it is asked for.
    pub is_required: bool,
    /// Unit of a number.
    pub unit: &'static str,
    /// What browsers may fill in by themselves.
    pub autocomplete: &'static str,
    /// How it is asked for.
    pub input: Input,
    /// Fields of a group, or of an item of a list.
    pub children: Vec<Field>,
}

/// How a field is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A line of text.
    Line,
    /// Several lines of text.
    Long,
    /// A day.
    Date,
    /// A whole number.
    Integer,
    /// A number.
    Decimal,
    /// Yes or no.
    YesNo,
    /// One of several.
    Choice(Vec<Choice>),
    /// Any of several: a list of codes.
    Many(Vec<Choice>),
    /// A list of texts, one on a line.
    Lines,
    /// A list of numbers with spaces or breaks between them.
    Numbers,
    /// An object; it is there when any of its parts is.
    Group,
    /// A list of objects.
    Items,
}

/// A condition on which a field is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum When {
    /// Of persons.
    Person,
    /// When another field has one of these values; an empty one stands for no answer.
    Equals(&'static str, Vec<&'static str>),
}

impl When {
    fn read(text: &'static str) -> Option<Self> {
        match text {
            "" => None,
            "@person" => Some(Self::Person),
            _ => {
                let (pattern, values) = text.split_once('=').expect("a condition has a value");
                Some(Self::Equals(pattern, values.split(',').collect()))
            }
        }
    }
}

#[derive(Clone)]
struct Row {
    field: String,
    step: Option<&'static str>,
    when: &'static str,
    input: &'static str,
    title: Text,
    help: Text,
    example: &'static str,
}

/// The rows of a table, with those of the tables it includes.
fn rows(name: &str, prefix: &str) -> Vec<Row> {
    let text = TABLES.iter().find(|(own, _)| *own == name).map_or("", |(_, text)| text);
    let table = Table::new(text);
    let mut all = Vec::new();
    for row in table.rows() {
        let field = row.text("field");
        if let Some(included) = field.strip_prefix("include ") {
            let (name, prefix) = included.split_once(' ').unwrap_or((included, ""));
            all.extend(rows(name, prefix));
            continue;
        }
        all.push(Row {
            field: format!("{prefix}{field}"),
            step: field.strip_prefix("step "),
            when: row.text("when"),
            input: row.text("input"),
            title: Text([row.text("nb"), row.text("nn"), row.text("en")]),
            help: Text([row.text("help_nb"), row.text("help_nn"), row.text("help_en")]),
            example: row.text("example"),
        });
    }
    all
}

/// Forms by kind.
type Forms = LazyLock<HashMap<&'static str, Form>>;

static FORMS: Forms = LazyLock::new(|| every(false));
static AT_DESK: Forms = LazyLock::new(|| every(true));

fn every(is_at_desk: bool) -> HashMap<&'static str, Form> {
    KINDS.iter().map(|any| (any.kind().as_str(), read(any.kind(), is_at_desk))).collect()
}

/// The form of a kind, as applicants fill it in.
pub fn of(kind: Kind) -> &'static Form {
    &FORMS[kind.as_str()]
}

/// The form of a kind as caseworkers fill it in for somebody, and read it: with every step.
pub fn at_desk(kind: Kind) -> &'static Form {
    &AT_DESK[kind.as_str()]
}

fn read(kind: Kind, is_at_desk: bool) -> Form {
    let shape = shape::of(kind);
    let rows = rows(kind.as_str(), "");
    let mut steps: Vec<Step> = Vec::new();
    let mut is_left_out = false;
    for row in &rows {
        if let Some(name) = row.step {
            is_left_out = row.when == DESK && !is_at_desk;
            if !is_left_out {
                steps.push(Step { name, title: row.title, lead: row.help, fields: Vec::new() });
            }
        } else if !is_left_out && !row.field.contains('=') {
            let step = steps.last_mut().expect("a table begins with a step");
            place(&mut step.fields, Field::read(shape, row, &rows));
        }
    }
    Form { kind, steps }
}

/// Below the deepest group or list that it lies in, else beside the others.
fn place(fields: &mut Vec<Field>, field: Field) {
    let holds = |one: &Field| {
        matches!(one.input, Input::Group | Input::Items)
            && field.pattern.strip_prefix(&one.pattern).is_some_and(|rest| rest.starts_with('/'))
    };
    match fields.iter().position(holds) {
        Some(at) => place(&mut fields[at].children, field),
        None => fields.push(field),
    }
}

impl Field {
    /// `input` has words parted by commas: `needed`, `long`, `unit:X`, `list:X`, `autocomplete:X`.
    fn read(shape: &Shape, row: &Row, rows: &[Row]) -> Self {
        let (own, is_required) = shape.at(&row.field).expect("a field is in the document");
        let has = |word: &str| row.input.split(',').any(|one| one == word);
        let after = |word: &str| row.input.split(',').find_map(|one| one.strip_prefix(word));
        let choices = || match after("list:") {
            Some(list) => choices::list(list),
            None => rows
                .iter()
                .filter_map(|one| {
                    let (field, code) = one.field.split_once('=')?;
                    (field == row.field).then(|| Choice {
                        code: code.to_owned(),
                        title: one.title.0.map(str::to_owned),
                    })
                })
                .collect(),
        };
        let input = match own {
            Shape::Object(_) => Input::Group,
            Shape::Boolean => Input::YesNo,
            Shape::Date => Input::Date,
            Shape::Integer { .. } => Input::Integer,
            Shape::Number { .. } => Input::Decimal,
            Shape::List(item) if matches!(**item, Shape::Object(_)) => Input::Items,
            Shape::List(item) if matches!(**item, Shape::Number { .. }) => Input::Numbers,
            Shape::List(_) => match choices() {
                none if none.is_empty() => Input::Lines,
                choices => Input::Many(choices),
            },
            Shape::Text { .. } if has("long") => Input::Long,
            Shape::Text { .. } => match choices() {
                none if none.is_empty() => Input::Line,
                choices => Input::Choice(choices),
            },
        };
        Self {
            pattern: row.field.clone(),
            title: row.title,
            help: row.help,
            example: row.example,
            when: When::read(row.when),
            is_required: is_required || has("needed"),
            unit: after("unit:").unwrap_or_default(),
            autocomplete: after("autocomplete:").unwrap_or_default(),
            input,
            children: Vec::new(),
        }
    }

    /// The pointer of this field within the item that `base` points at: `/stations/*/name` within
    /// `/stations/2` is `/stations/2/name`.
    pub fn pointer(&self, base: &str) -> String {
        let mut numbers = base
            .split('/')
            .filter(|part| part.bytes().all(|b| b.is_ascii_digit()) && !part.is_empty());
        let parts = self.pattern.split('/').map(|part| match part {
            "*" => numbers.next().unwrap_or("0"),
            part => part,
        });
        parts.collect::<Vec<_>>().join("/")
    }
}

impl Form {
    /// The step with this name, and its place.
    pub fn step(&self, name: &str) -> Option<(usize, &Step)> {
        self.steps.iter().enumerate().find(|(_, step)| step.name == name)
    }
}

/// True where a form of some kind has a step of this name.
pub fn is_step(name: &str) -> bool {
    KINDS.iter().any(|one| {
        [of(one.kind()), at_desk(one.kind())].iter().any(|form| form.step(name).is_some())
    })
}

#[cfg(test)]
mod tests;
