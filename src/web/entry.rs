//! A field of a form with its label, hint, value and what is wrong with it, as the simpler forms have them; and a form
//! that does one thing. They are drawn; what is sent is read by the page.

use askama::Template;

use super::{form::Form, texts::Words};

/// How a field is filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// One line; with the keyboard that suits it.
    Line(&'static str),
    /// Several lines.
    Long,
    /// A day.
    Day,
    /// One of these: code and name.
    Choice(Vec<(String, String)>),
    /// Any of these: code and name.
    Several(Vec<(String, String)>),
}

/// Between the codes of several that were chosen.
const SEPARATOR: &str = "\n";

/// A field.
#[derive(Debug, Clone, Template)]
#[template(path = "parts/entry.html", config = "src/web/askama.toml")]
pub struct Entry {
    words: Words,
    /// Unique on the page.
    id: String,
    name: &'static str,
    label: String,
    hint: String,
    kind: Kind,
    value: String,
    wrong: Option<String>,
    is_optional: bool,
}

impl askama::filters::HtmlSafe for Entry {}

impl Entry {
    /// A field that must be filled in, without a value.
    pub fn new(words: Words, name: &'static str, label: impl Into<String>, kind: Kind) -> Self {
        Self {
            words,
            id: name.to_owned(),
            name,
            label: label.into(),
            hint: String::new(),
            kind,
            value: String::new(),
            wrong: None,
            is_optional: false,
        }
    }

    /// May be left empty.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.is_optional = true;
        self
    }

    /// With something to help.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// With this value.
    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    /// What was typed, and what is wrong with it.
    #[must_use]
    pub fn typed(mut self, form: &Form, wrongs: &[(&'static str, String)]) -> Self {
        self.value = match self.kind {
            Kind::Several(_) => form.all(self.name).collect::<Vec<_>>().join(SEPARATOR),
            _ => form.get(self.name).to_owned(),
        };
        self.wrong =
            wrongs.iter().find(|(name, _)| *name == self.name).map(|(_, text)| text.clone());
        self
    }

    /// With an id of its own, where the same name stands in several forms of a page.
    #[must_use]
    pub fn within(mut self, form: &str) -> Self {
        self.id = format!("{form}-{}", self.name);
        self
    }

    /// Whether one of several was chosen.
    fn has(&self, code: &str) -> bool {
        self.value.split(SEPARATOR).any(|one| one == code)
    }

    fn described_by(&self) -> String {
        let hint = (!self.hint.is_empty()).then(|| format!("{}-h", self.id));
        let wrong = self.wrong.is_some().then(|| format!("{}-e", self.id));
        [hint, wrong].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    /// Where it is, and what is wrong with it.
    pub fn mistake(&self) -> Option<(&str, &str, &str)> {
        Some((&self.id, &self.label, self.wrong.as_deref()?))
    }
}

/// A form that does one thing.
#[derive(Debug, Clone)]
pub struct DeedForm {
    /// What it does, as the post says it.
    pub deed: &'static str,
    /// Something it is done to.
    pub target: String,
    /// What it is called.
    pub title: String,
    /// What follows from it.
    pub lead: String,
    /// Its fields.
    pub fields: Vec<Entry>,
    /// It is shown unfolded: there is something wrong with it, or it is what comes next.
    pub is_open: bool,
}
