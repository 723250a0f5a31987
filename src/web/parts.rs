//! Parts that several pages share: paging, filters with their counts, chips of what is chosen,
//! downloads and what is wrong with a form. Each is a template of its own that escapes its texts.

use askama::Template;

use super::{
    frame::Reader,
    query::{Query, Wrong},
    texts::Words,
};
use crate::register::search::fold::fold;

/// Links to the pages of a list of results before and after this one.
#[derive(Debug, Template)]
#[template(path = "parts/paging.html", config = "src/web/askama.toml")]
pub struct Paging {
    words: Words,
    first: Option<String>,
    previous: Option<String>,
    next: Option<String>,
}

impl Paging {
    /// The pages around this one, by their cursors.
    pub fn new(reader: &Reader, previous: Option<&str>, next: Option<&str>) -> Self {
        let to = |cursor: &str| reader.here(&reader.query.with("cursor", Some(cursor)));
        Self {
            words: reader.words,
            first: reader
                .query
                .get("cursor")
                .map(|_| reader.here(&reader.query.with("cursor", None))),
            previous: previous.map(to),
            next: next.map(to),
        }
    }

    /// True if this is the only page.
    pub fn is_empty(&self) -> bool {
        self.first.is_none() && self.previous.is_none() && self.next.is_none()
    }
}

/// One thing to filter by, with how many results each choice leaves.
#[derive(Debug, Template)]
#[template(path = "parts/facet.html", config = "src/web/askama.toml")]
pub struct Facet {
    words: Words,
    /// What it is.
    pub title: String,
    /// The choices, in their order.
    pub choices: Vec<Choice>,
    /// There are others, which are left out.
    is_cut: bool,
}

/// A choice of a facet.
#[derive(Debug, Clone)]
pub struct Choice {
    /// Value of the parameter.
    pub value: String,
    /// What it is called.
    pub name: String,
    /// How many results it leaves, as it is written.
    pub count: String,
    /// Where it leads: to the choice, or away from it when it is chosen.
    pub link: String,
    /// It is chosen.
    pub is_chosen: bool,
}

/// Choices shown at once; the rest are behind a fold.
const SHOWN: usize = 6;
/// Choices on a page, the fold included; whoever wants them all asks the operation.
const MOST_CHOICES: usize = 100;

impl Facet {
    /// A facet of a page: values and counts, and how the values are called.
    pub fn new(
        reader: &Reader,
        parameter: &str,
        title: &str,
        counts: impl IntoIterator<Item = (String, u64)>,
        name: impl Fn(&str) -> String,
    ) -> Self {
        let chosen = reader.query.get(parameter);
        // as the search reads it, however it was typed
        let chosen_folded = chosen.map(fold).filter(|text| !text.is_empty());
        let mut counts = counts.into_iter();
        let choices = counts.by_ref().take(MOST_CHOICES).map(|(value, count)| {
            let is_chosen = chosen == Some(value.as_str())
                || chosen_folded.as_ref().is_some_and(|text| *text == fold(&value));
            let to = if is_chosen { None } else { Some(value.as_str()) };
            Choice {
                name: name(&value),
                count: reader.words.number(count),
                link: reader.here(&reader.query.with(parameter, to)),
                is_chosen,
                value,
            }
        });
        let choices = choices.collect();
        let is_cut = counts.next().is_some();
        Self { words: reader.words, title: title.to_owned(), choices, is_cut }
    }

    fn first(&self) -> &[Choice] {
        &self.choices[..self.cut()]
    }

    fn rest(&self) -> &[Choice] {
        &self.choices[self.cut()..]
    }

    /// One or two more are shown rather than folded away.
    fn cut(&self) -> usize {
        if self.choices.len() <= SHOWN + 2 { self.choices.len() } else { SHOWN }
    }
}

/// What is chosen, each with a link that takes it away.
#[derive(Debug, Template)]
#[template(path = "parts/chips.html", config = "src/web/askama.toml")]
pub struct Chips {
    words: Words,
    chips: Vec<(String, String)>,
    clear: String,
    has_place: bool,
    /// What was searched for: on paper the form it stands in is left out.
    searched: Option<String>,
}

impl Chips {
    /// One chip for each parameter that is set: name of the parameter, and its value in words.
    pub fn new(reader: &Reader, chosen: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        let chips: Vec<(String, String)> = chosen
            .into_iter()
            .map(|(parameter, text)| (text, reader.here(&reader.query.with(parameter, None))))
            .collect();
        Self {
            words: reader.words,
            chips,
            clear: reader.here(&Query::default()),
            has_place: reader.query.get("place").is_some(),
            searched: reader.query.get("q").map(str::to_owned),
        }
    }

    /// What to try with what is chosen when nothing is found.
    pub fn advice(&self) -> impl Iterator<Item = &'static str> {
        let others = (!self.is_empty()).then(|| self.words.try_without_filters());
        // a place is free text: no list has all post towns and municipalities there have been
        others.into_iter().chain(self.has_place.then(|| self.words.try_place()))
    }

    /// True if nothing is chosen.
    pub fn is_empty(&self) -> bool {
        self.chips.is_empty()
    }
}

/// Buttons to download a whole list.
#[derive(Debug, Template)]
#[template(path = "parts/downloads.html", config = "src/web/askama.toml")]
pub struct Downloads {
    words: Words,
    list: &'static str,
}

impl Downloads {
    /// Of a list, by its name.
    pub const fn new(words: Words, list: &'static str) -> Self {
        Self { words, list }
    }

    fn files(&self) -> impl Iterator<Item = (&'static str, String)> {
        let list = self.list;
        [("CSV", "csv"), ("JSON", "json"), ("JSON Lines", "jsonl")]
            .into_iter()
            .map(move |(name, ending)| (name, format!("/v1/snapshots/latest/{list}.{ending}")))
    }
}

/// What is wrong with what was typed, before the form that keeps it.
#[derive(Debug, Template)]
#[template(path = "parts/wrongs.html", config = "src/web/askama.toml")]
pub struct Wrongs {
    words: Words,
    wrongs: Vec<Wrong>,
    /// The page without what is wrong.
    without: String,
    /// Names of the fields of the form, which can be linked to.
    fields: &'static [&'static str],
}

impl Wrongs {
    /// Of a page whose form has these fields.
    pub fn new(reader: &Reader, wrongs: Vec<Wrong>, fields: &'static [&'static str]) -> Self {
        let kept: Vec<&str> = fields
            .iter()
            .copied()
            .filter(|field| !wrongs.iter().any(|wrong| wrong.name == *field))
            .collect();
        let without = reader.here(&reader.query.only(&kept));
        Self { words: reader.words, wrongs, without, fields }
    }

    /// True if nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.wrongs.is_empty()
    }

    /// True if this field is wrong.
    pub fn has(&self, name: &str) -> bool {
        self.wrongs.iter().any(|wrong| wrong.name == name)
    }

    fn is_field(&self, name: &str) -> bool {
        self.fields.contains(&name)
    }
}

// a part is HTML already; its texts were escaped when it was rendered
impl askama::filters::HtmlSafe for Paging {}
impl askama::filters::HtmlSafe for Facet {}
impl askama::filters::HtmlSafe for Chips {}
impl askama::filters::HtmlSafe for Downloads {}
impl askama::filters::HtmlSafe for Wrongs {}
