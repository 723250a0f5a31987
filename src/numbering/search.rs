//! Asking for number ranges: what the operations and the pages share. They read the public register in
//! memory and never wait for the database. No persons: ranges are held by organisations.

use super::{
    model::RangeStatus,
    wire::{NumberRangePage, NumberRangeView, NumberView, RangeFacets},
};
use crate::{
    app::App,
    failure::{Failure, FieldError, Problem},
    http::page,
    register::search::{
        self, RangeQuery,
        query::{self, Dimension, searched},
    },
    values::{
        Flaw as _,
        number_resource::{Resource, ResourceFlaw, ResourceType},
    },
};

/// What is asked for, as it was given; every part must hold.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Words of provider, category or comment, or the beginning of a number.
    pub q: Option<String>,
    /// A number that the range holds.
    pub number: Option<String>,
    /// Words of the provider's name, or its organisation number.
    pub provider: Option<String>,
    /// State as the public sees it.
    pub status: Option<String>,
    /// Category of the published list.
    pub category: Option<String>,
    /// Code of the type.
    pub kind: Option<String>,
    /// Year of the day it was assigned.
    pub year: Option<String>,
    /// Names of what the found ranges are counted by, with commas between.
    pub facets: Option<String>,
}

/// What ranges are counted by, and the dimension of the register that it is.
const FACETS: [(&str, Dimension); 4] = [
    ("type", Dimension::Type),
    ("status", Dimension::Status),
    ("category", Dimension::Kind),
    ("year", Dimension::Year),
];

fn dimensions(text: Option<&str>) -> Result<Vec<Dimension>, Failure> {
    let mut found = Vec::new();
    for name in text.into_iter().flat_map(|text| text.split(',')) {
        match FACETS.iter().find(|(known, _)| *known == name) {
            Some((_, dimension)) if !found.contains(dimension) => found.push(*dimension),
            _ => {
                let detail = "Each once, with commas between: type, status, category, year.";
                return Err(Failure::parameter("facets", "not-in-list", detail));
            }
        }
    }
    Ok(found)
}

/// The type with this code.
///
/// # Errors
/// 400 naming `type` for another code.
pub fn kind_of(text: Option<&str>) -> Result<Option<&'static ResourceType>, Failure> {
    text.map(|code| {
        ResourceType::of(code).ok_or_else(|| {
            let codes: Vec<&str> = ResourceType::all().iter().map(|kind| kind.code).collect();
            Failure::parameter("type", "not-in-list", format!("One of: {}.", codes.join(", ")))
        })
    })
    .transpose()
}

/// A number with its type: the type asked for, or that of telephone numbers with so many digits.
pub(super) fn resource_of(
    text: &str,
    kind: Option<&'static ResourceType>,
) -> Result<(&'static ResourceType, Resource), ResourceFlaw> {
    if let Some(kind) = kind {
        return Ok((kind, kind.parse(text)?));
    }
    let mut flaw = ResourceFlaw::Digits;
    for kind in [
        "e164_8_digit",
        "e164_12_digit",
        "e164_5_digit",
        "e164_6_digit",
        "e164_4_digit",
        "e164_3_digit",
    ] {
        let Some(kind) = ResourceType::of(kind) else { continue };
        match kind.parse(text) {
            Ok(resource) => return Ok((kind, resource)),
            Err(ResourceFlaw::Digits) => {}
            Err(other) => flaw = other,
        }
    }
    Err(flaw)
}

/// The ranges asked for, in the order of their digits; those that fit the words best first.
///
/// # Errors
/// 400 with the parameter for what cannot be read.
pub fn ranges(
    app: &App,
    asked: Asked,
    cursor: Option<&str>,
    limit: u64,
) -> Result<NumberRangePage, Failure> {
    let mut kind = kind_of(asked.kind.as_deref())?;
    let mut place = None;
    if let Some(text) = asked.number {
        let (found, resource) = one(&text, kind)?;
        kind = Some(found);
        place = place_of(&resource);
    }
    let text = |name: &str, given: Option<String>| {
        searched(name, &|_: &str| given.clone()).map(|text| text.map(joined))
    };
    let query = RangeQuery {
        text: text("q", asked.q)?,
        holder: text("provider", asked.provider)?,
        of_type: kind.map(|kind| kind.code.to_owned()),
        status: asked
            .status
            .map(|code| shown_status(&code).map(|status| status.code().to_owned()))
            .transpose()?,
        category: page::short("category", asked.category)?,
        year: query::year(asked.year.as_deref())?,
        place,
        facets: dimensions(asked.facets.as_deref())?,
    };
    let found = search::number_ranges(app, &query, cursor, limit)?;
    let items = found.items.into_iter().map(NumberRangeView::read);
    Ok(NumberRangePage {
        items: items.collect::<Result<_, _>>()?,
        total: found.total,
        next: found.next,
        facets: found.facets.map(RangeFacets::of),
    })
}

/// A number as it is kept, however it was grouped.
fn joined(text: String) -> String {
    let is_number = text.chars().all(|c| c.is_ascii_digit() || c == ' ');
    if is_number { text.split(' ').collect() } else { text }
}

fn place_of(resource: &Resource) -> Option<u64> {
    u64::try_from(resource.lower()).ok()
}

/// Which range holds a number, code or name.
///
/// # Errors
/// 400 for a malformed one.
pub fn look_up(app: &App, number: &str, kind: Option<&str>) -> Result<NumberView, Failure> {
    let kind = kind_of(kind)?;
    let (kind, resource) = resource_of(number, kind).map_err(|flaw| {
        Failure::new(Problem::MalformedKey, "Correct the number and ask again.").with_fields(vec![
            FieldError {
                pointer: "number".to_owned(),
                code: flaw.code().into(),
                detail: flaw.to_string().into(),
            },
        ])
    })?;
    one_number(&resource).map_err(|detail| Failure::new(Problem::MalformedKey, detail))?;
    let query = RangeQuery {
        of_type: Some(kind.code.to_owned()),
        place: place_of(&resource),
        ..RangeQuery::default()
    };
    let found = search::number_ranges(app, &query, None, 1)?;
    let range = found.items.into_iter().next().map(NumberRangeView::read).transpose()?;
    Ok(NumberView::of(kind, &resource, range))
}

/// One number, code or name, with its type: the one given, or that of telephone numbers with so many digits.
///
/// # Errors
/// 400 naming `number` for a range, and for what is none.
pub fn one(
    text: &str,
    kind: Option<&'static ResourceType>,
) -> Result<(&'static ResourceType, Resource), Failure> {
    let found = resource_of(text, kind)
        .map_err(|flaw| Failure::parameter("number", flaw.code(), flaw.to_string()))?;
    one_number(&found.1).map_err(|detail| Failure::parameter("number", "one-number", detail))?;
    Ok(found)
}

/// # Errors
/// For a range: how many rows it touches would be the caller's choice.
fn one_number(resource: &Resource) -> Result<(), &'static str> {
    if resource.count() == 1 { Ok(()) } else { Err("Ask for one number at a time.") }
}

fn shown_status(code: &str) -> Result<RangeStatus, Failure> {
    RangeStatus::SHOWN.into_iter().find(|status| status.code() == code).ok_or_else(|| {
        Failure::parameter("status", "not-in-list", "One of: assigned, free, blocked.")
    })
}
