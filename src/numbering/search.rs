//! Asking for number ranges: what the operations and the pages share. No persons: ranges are held by
//! organisations.

use super::{
    model::RangeStatus,
    store::{self, RangeQuery},
    wire::{NumberRangePage, NumberRangeView, NumberView},
};
use crate::{
    app::App,
    failure::{Failure, FieldError, Problem},
    http::page,
    values::{
        Flaw as _,
        number_resource::{Resource, ResourceFlaw, ResourceType},
    },
};

/// What is asked for, as it was given; every part must hold.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Part of provider, category or comment, or the beginning of a number.
    pub q: Option<String>,
    /// A number that the range holds.
    pub number: Option<String>,
    /// Part of the provider's name, or its organisation number.
    pub provider: Option<String>,
    /// State as the public sees it.
    pub status: Option<String>,
    /// Category of the published list.
    pub category: Option<String>,
    /// Code of the type.
    pub kind: Option<String>,
}

/// A search text, without spaces at its ends.
fn trimmed(name: &str, text: Option<String>) -> Result<Option<String>, Failure> {
    Ok(page::short(name, text)?.map(|text| text.trim().to_owned()))
}

pub(super) fn kind_of(text: Option<&str>) -> Result<Option<&'static ResourceType>, Failure> {
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

/// The ranges asked for, in the order of their digits.
///
/// # Errors
/// 400 with the parameter for what cannot be read; when the database does not answer.
pub async fn ranges(
    app: &App,
    asked: Asked,
    cursor: Option<&str>,
    limit: u64,
) -> Result<NumberRangePage, Failure> {
    let keys = app.keys();
    let after: Option<(String, String)> = page::position(&keys, "number-ranges", cursor)?;
    let kind = kind_of(asked.kind.as_deref())?;
    let status = asked.status.map(|code| shown_status(&code)).transpose()?;
    let connection = app.db().read();
    let ids = match asked.number {
        None => None,
        Some(text) => {
            let (kind, resource) = resource_of(&text, kind)
                .map_err(|flaw| Failure::parameter("number", flaw.code(), flaw.to_string()))?;
            one_number(&resource)
                .map_err(|detail| Failure::parameter("number", "one-number", detail))?;
            let rows = store::overlapping(connection, kind, &resource).await?;
            Some(rows.iter().map(|row| row.id).collect())
        }
    };
    let query = RangeQuery {
        text: trimmed("q", asked.q)?,
        ids,
        provider: trimmed("provider", asked.provider)?,
        status,
        category: trimmed("category", asked.category)?,
        kind,
    };
    let (rows, total) = store::list(connection, &query, after, limit + 1).await?;
    let (rows, next) = page::cut(&keys, "number-ranges", rows, limit, |last| {
        (last.resource.first().to_owned(), last.kind.code)
    });
    let items = rows.iter().map(NumberRangeView::of).collect();
    Ok(NumberRangePage { items, total, next })
}

/// Which range holds a number, code or name.
///
/// # Errors
/// 400 for a malformed one; when the database does not answer.
pub async fn look_up(app: &App, number: &str, kind: Option<&str>) -> Result<NumberView, Failure> {
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
    let rows = store::overlapping(app.db().read(), kind, &resource).await?;
    Ok(NumberView::of(kind, &resource, rows.first()))
}

/// # Errors
/// For a range: how many rows it touches would be the caller's choice.
pub(super) fn one_number(resource: &Resource) -> Result<(), &'static str> {
    if resource.count() == 1 { Ok(()) } else { Err("Ask for one number at a time.") }
}

fn shown_status(code: &str) -> Result<RangeStatus, Failure> {
    RangeStatus::SHOWN.into_iter().find(|status| status.code() == code).ok_or_else(|| {
        Failure::parameter("status", "not-in-list", "One of: assigned, free, blocked.")
    })
}
