//! What pages that search a list share: which parameters they have and what these are called, what is
//! wrong with them in the reader's language, chips of what is chosen, and filters with their counts.

use super::{
    frame::Reader,
    parts::{Chips, Facet, Wrongs},
    query::Wrong,
    texts::Words,
};
use crate::{
    failure::{Failure, Problem},
    register::wire::{FacetCount, Facets},
};

/// The search of a page.
pub struct Browse {
    /// Names of its parameters, the text that is typed (`q`) first; `cursor` besides.
    pub fields: &'static [&'static str],
    /// What a parameter is called.
    pub label: fn(Words, &str) -> &'static str,
    /// What a value of a parameter is called.
    pub value_name: fn(&Reader, &str, &str) -> String,
}

impl Browse {
    /// What was found, and what is wrong with the address; nothing is found with a wrong one.
    ///
    /// # Errors
    /// When the search fails for a reason that is not the reader's.
    pub fn outcome<R>(
        &self,
        reader: &Reader,
        find: impl FnOnce() -> Result<R, Failure>,
    ) -> Result<(Option<R>, Wrongs), Failure> {
        let names = self.fields.iter().copied().chain(["cursor"]);
        let known: Vec<(&str, &str)> =
            names.map(|name| (name, (self.label)(reader.words, name))).collect();
        let mut wrongs = reader.query.wrong(&known, reader.words);
        let mut found = None;
        if wrongs.is_empty() {
            match find() {
                Ok(results) => found = Some(results),
                Err(failure) if failure.problem().status() < 500 => {
                    wrongs.push(self.in_words(reader, &failure));
                }
                Err(failure) => return Err(failure),
            }
        }
        Ok((found, Wrongs::new(reader, wrongs, self.fields)))
    }

    /// A refusal of the search in the reader's language.
    fn in_words(&self, reader: &Reader, failure: &Failure) -> Wrong {
        let words = reader.words;
        if failure.problem() == Problem::InvalidCursor {
            return Wrong { name: "cursor".to_owned(), text: words.bad_cursor().to_owned() };
        }
        let field = failure.fields().first();
        let name = field.map_or("q", |field| field.pointer.as_str()).to_owned();
        let label = (self.label)(words, &name);
        let text = match (name.as_str(), field.map_or("", |field| &*field.code)) {
            ("from" | "to", "number") => words.bad_frequency(label),
            ("to", "range") => words.bad_order().to_owned(),
            (_, "missing") => words.around_together(label),
            ("latitude" | "longitude", _) => words.not_degrees(label),
            (_, "no-word") => words.not_a_word(label),
            (_, "year") => words.not_a_year(label),
            (_, "date") => words.not_a_date(label),
            (_, "number" | "range") => words.not_a_number(label),
            (_, "length") => words.too_long(label),
            _ => words.not_a_choice(label),
        };
        Wrong { name, text }
    }

    /// What is chosen besides the text that was typed.
    pub fn chips(&self, reader: &Reader) -> Chips {
        let chosen = self.fields.iter().copied().filter(|name| *name != "q").filter_map(|name| {
            let value = (self.value_name)(reader, name, reader.query.get(name)?);
            Some((name, format!("{}: {value}", (self.label)(reader.words, name))))
        });
        Chips::new(reader, chosen)
    }

    /// The filters that leave something, in the order of the parameters.
    pub fn facets(&self, reader: &Reader, found: Option<Facets>) -> Vec<Facet> {
        let Facets { place, county, of_type, status, kind, year } = found.unwrap_or_default();
        self.filters(
            reader,
            [
                ("status", status),
                ("type", of_type),
                ("kind", kind),
                ("county", county),
                ("place", place),
                ("year", year),
            ],
        )
    }

    /// The same of counts by the names of the parameters.
    pub fn filters<const N: usize>(
        &self,
        reader: &Reader,
        counts: [(&str, Option<Vec<FacetCount>>); N],
    ) -> Vec<Facet> {
        let facets = counts.into_iter().filter(|(name, _)| self.fields.contains(name));
        facets
            .map(|(name, counts)| {
                let counts = counts.unwrap_or_default();
                let counts = counts.into_iter().map(|one| (one.value, one.count));
                let title = (self.label)(reader.words, name);
                Facet::new(reader, name, title, counts, |value| {
                    (self.value_name)(reader, name, value)
                })
            })
            .filter(|facet| !facet.choices.is_empty())
            .collect()
    }
}
