//! The list of frequency permits with its search and map.

use askama::Template;
use poem::{Response, handler, http::StatusCode};

use super::{
    browse::Browse,
    frame::{self, Frame, Reader, Section},
    frequency_map::{PermitMap, holder_of},
    map_projection::Window,
    parts::{Chips, Downloads, Facet, Paging, Wrongs},
    plan::typed_frequency,
    plan_axis::{shown, shown_range},
    problems,
    query::Query,
    texts::Words,
};
use crate::{
    failure::Failure,
    http::page,
    permit::{kind, wire::PermitRecord},
    register::{
        list::List,
        search::{self, Dimension, PermitQuery},
    },
    values::frequency::{Frequency, FrequencyRange},
};

pub(super) const LIST: List = List::FrequencyPermits;
const FIELDS: &[&str] = &[
    "q",
    "holder",
    "from",
    "to",
    "county",
    "place",
    "type",
    "kind",
    "status",
    "year",
    "latitude",
    "longitude",
    "radius",
    "at",
    "map",
];
/// Fields that are typed, besides `q`.
const TYPED: &[&str] = &["from", "to", "holder", "place", "at", "latitude", "longitude", "radius"];
const BROWSE: Browse = Browse { fields: FIELDS, label, value_name };
/// Permits on the map at most.
const ON_MAP: u64 = 2_000;

/// A permit in the list.
pub(super) struct Row {
    pub(super) number: String,
    link: String,
    pub(super) holder: String,
    pub(super) is_person: bool,
    frequencies: String,
    pub(super) usage: String,
    places: String,
    pub(super) status: String,
    pub(super) is_suspended: bool,
}

/// A field of the form.
struct Field {
    name: &'static str,
    label: &'static str,
    typed: String,
    is_wrong: bool,
    is_day: bool,
}

#[derive(Template)]
#[template(path = "frequency_permits.html", config = "src/web/askama.toml")]
struct PermitsPage {
    frame: Frame,
    typed: String,
    kept: Vec<(String, String)>,
    fields: Vec<Field>,
    is_open: bool,
    wrongs: Wrongs,
    results: Option<Results>,
}

struct Results {
    total: String,
    map: PermitMap,
    rows: Vec<Row>,
    chips: Chips,
    facets: Vec<Facet>,
    paging: Paging,
    downloads: Downloads,
}

/// The list.
#[handler]
pub fn show_list(reader: Reader) -> Response {
    let words = reader.words;
    let (results, wrongs) = match BROWSE.outcome(&reader, || find(&reader)) {
        Ok(outcome) => outcome,
        Err(failure) => return problems::page(&reader, failure),
    };
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    let fields = TYPED.iter().map(|name| Field {
        name,
        label: label(words, name),
        typed: reader.query.typed(name).to_owned(),
        is_wrong: wrongs.has(name),
        is_day: *name == "at",
    });
    let section = Section::FrequencyPermits;
    let others: Vec<&str> = TYPED.iter().copied().chain(["q", "map"]).collect();
    let page = PermitsPage {
        frame: reader.frame(section.name(words)).section(section).json(json(&reader)),
        typed: reader.query.typed("q").to_owned(),
        kept: reader.query.only(FIELDS).others(&others),
        fields: fields.collect(),
        is_open: TYPED.iter().any(|name| reader.query.get(name).is_some()),
        wrongs,
        results,
    };
    frame::answer(status, &page.frame, &page)
}

/// What is typed, as the search reads it: frequencies in hertz, a decimal point.
fn given(reader: &Reader, name: &str) -> Option<String> {
    let text = reader.query.get(name)?;
    Some(match name {
        "from" | "to" => typed_frequency(text)
            .map_or_else(|| text.to_owned(), |frequency| frequency.hertz().to_string()),
        "latitude" | "longitude" | "radius" => text.replace(',', "."),
        _ => text.to_owned(),
    })
}

/// The address of the same search for programs; which part of the map is shown is no part of it.
fn json(reader: &Reader) -> String {
    let asked = FIELDS.iter().filter(|name| **name != "map");
    let query = asked
        .fold(Query::default(), |query, name| query.with(name, given(reader, name).as_deref()));
    format!("/v1/frequency-permits{query}")
}

fn find(reader: &Reader) -> Result<Results, Failure> {
    let words = reader.words;
    let mut query = PermitQuery::read(LIST, |name| given(reader, name))?;
    if reader.query.get("map").is_some_and(|text| Window::parse(text).is_none()) {
        return Err(Failure::parameter("map", "not-in-list", "Give zoom/latitude/longitude."));
    }
    query.facets = Dimension::ALL.to_vec();
    let cursor = reader.query.get("cursor");
    let found = search::permits(&reader.app, LIST, &query, cursor, page::DEFAULT_LIMIT)?;
    query.facets.clear();
    let on_map = search::permits(&reader.app, LIST, &query, None, ON_MAP)?;
    Ok(Results {
        total: match found.total {
            0 => words.no_permits().to_owned(),
            1 => words.found_one_permit().to_owned(),
            total => words.found_permits(words.number(total)),
        },
        map: PermitMap::of(reader, &on_map.items, on_map.total, false),
        rows: found.items.iter().map(|record| row(reader, record)).collect(),
        chips: BROWSE.chips(reader),
        facets: BROWSE.facets(reader, found.facets),
        paging: Paging::new(reader, None, found.next.as_deref()),
        downloads: Downloads::new(words, LIST.name()),
    })
}

/// The ranges of a permit, by frequency.
pub(super) fn ranges(record: &PermitRecord) -> Vec<(FrequencyRange, Option<String>)> {
    let facts = record.frequency.iter().flat_map(|facts| facts.range.iter().flatten());
    facts
        .filter_map(|facts| {
            let end = |hertz: Option<u64>| Frequency::from_hertz(hertz?).ok();
            let range = FrequencyRange::new(end(facts.lower)?, end(facts.upper)?).ok()?;
            Some((range, facts.direction.clone()))
        })
        .collect()
}

fn usage(record: &PermitRecord, words: Words) -> String {
    let facts = record.frequency.as_ref().and_then(|facts| facts.usage.clone()).unwrap_or_default();
    let name = facts.name.or(facts.service).map(|code| words.permit_use_name(&code));
    name.into_iter().chain(facts.purpose).collect::<Vec<_>>().join(": ")
}

pub(super) fn area(record: &PermitRecord, words: Words) -> String {
    let area = record.frequency.as_ref().and_then(|facts| facts.area.clone()).unwrap_or_default();
    let named = area.municipalities.unwrap_or_default();
    match area.kind.as_deref() {
        Some("national") => words.area_national().to_owned(),
        Some("offshore") => words.area_offshore().to_owned(),
        Some("polygon") if named.is_empty() => words.area_polygon().to_owned(),
        _ => named.into_iter().map(|one| one.name).collect::<Vec<_>>().join(", "),
    }
}

pub(super) fn row(reader: &Reader, record: &PermitRecord) -> Row {
    let words = reader.words;
    let permit = record.permit.clone().unwrap_or_default();
    let number = permit.number.unwrap_or_default();
    let mut frequencies: Vec<String> =
        ranges(record).iter().map(|(range, _)| shown_range(*range, reader.language())).collect();
    frequencies.dedup();
    if frequencies.len() > 4 {
        frequencies.truncate(3);
        frequencies.push("…".to_owned());
    }
    let mut places: Vec<String> = record
        .station
        .iter()
        .flat_map(|station| station.municipality.iter().flatten())
        .map(|one| one.text.clone())
        .collect();
    places.dedup();
    places.extend(Some(area(record, words)).filter(|area| !area.is_empty()));
    let status = permit.status.unwrap_or_default();
    Row {
        link: reader.link(format_args!("{}/{number}", Section::FrequencyPermits.path())),
        number,
        holder: holder_of(record, words),
        is_person: record.organisation.is_none(),
        frequencies: frequencies.join(", "),
        usage: usage(record, words),
        places: places.join(", "),
        is_suspended: status == "suspended",
        status: words.permit_status(&status),
    }
}

/// What a parameter is called.
fn label(words: Words, name: &str) -> &'static str {
    match name {
        "q" => words.search(),
        "holder" => words.holder(),
        "from" => words.plan_from(),
        "to" => words.plan_to(),
        "county" => words.county(),
        "place" => words.place(),
        "type" => words.permit_use(),
        "kind" => words.permit_kind(),
        "status" => words.status(),
        "year" => words.permit_year(),
        "latitude" => words.latitude(),
        "longitude" => words.longitude(),
        "radius" => words.radius(),
        "at" => words.plan_at(),
        "map" => words.map_view(),
        _ => words.page_of_results(),
    }
}

/// A value of a filter in words.
pub(super) fn value_name(reader: &Reader, parameter: &str, value: &str) -> String {
    let words = reader.words;
    match parameter {
        "type" => words.permit_use_name(value),
        "kind" => kind::KINDS
            .iter()
            .find(|kind| kind.kind().as_str() == value)
            .map_or_else(|| value.to_owned(), |kind| kind.title(words.language()).to_owned()),
        "status" => words.permit_status(value),
        "from" | "to" => typed_frequency(value)
            .map_or_else(|| value.to_owned(), |it| shown(it.hertz(), words.language())),
        "radius" => format!("{value} km"),
        "at" => value.parse().map_or_else(|_| value.to_owned(), |day| words.date(day)),
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::language::Language;

    #[test]
    fn every_use_and_service_has_words() {
        use crate::values::transmitter_use::TransmitterUse;
        let codes = TransmitterUse::ALL.iter().map(|one| one.code());
        for code in codes.chain(["mobile", "fixed", "broadcasting", "satellite"]) {
            for language in Language::ALL {
                let name = Words(language).permit_use_name(code);
                assert!(
                    !name.is_empty()
                        && (name != code || language == Language::English || code.len() < 5),
                    "{code} {language:?}"
                );
            }
        }
    }
}
