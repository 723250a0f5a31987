//! The public operations on number ranges. No sign-in and no persons: ranges are held by organisations.

use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};

use super::{
    listing,
    model::RangeStatus,
    store::{self, RangeQuery},
    wire::{NumberRangePage, NumberRangeView, NumberView},
};
use crate::{
    app::App,
    failure::{Failure, FieldError, Problem},
    http::{Tag, page, responses::Answer},
    values::{
        Flaw as _,
        number_resource::{Resource, ResourceFlaw, ResourceType},
    },
};

/// Operations on number ranges.
pub struct NumberApi {
    /// The app.
    pub app: App,
}

/// A search text, without spaces at its ends.
fn trimmed(name: &str, text: Option<String>) -> Result<Option<String>, Failure> {
    Ok(page::short(name, text)?.map(|text| text.trim().to_owned()))
}

fn kind_of(text: Option<&str>) -> Result<Option<&'static ResourceType>, Failure> {
    text.map(|code| {
        ResourceType::of(code).ok_or_else(|| {
            let codes: Vec<&str> = ResourceType::all().iter().map(|kind| kind.code).collect();
            Failure::parameter("type", "not-in-list", format!("One of: {}.", codes.join(", ")))
        })
    })
    .transpose()
}

/// A number with its type: the type asked for, or that of telephone numbers with so many digits.
fn resource_of(
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

#[OpenApi]
impl NumberApi {
    /// List number ranges in the order of their digits.
    ///
    /// Who was given which numbers, codes and names of the national plans, what is free and what is
    /// blocked. The provider is the one the authority gave the range to: a single number may have
    /// been ported since.
    #[oai(
        path = "/v1/number-ranges",
        method = "get",
        operation_id = "listNumberRanges",
        tag = "Tag::Register"
    )]
    #[allow(clippy::too_many_arguments)] // the query parameters of the contract
    async fn list(
        &self,
        /// Part of provider, category or comment, or the beginning of a number.
        q: Query<Option<String>>,
        /// A number that the range holds.
        number: Query<Option<String>>,
        /// Part of the provider's name, or its organisation number.
        provider: Query<Option<String>>,
        /// `assigned`, `free` or `blocked`.
        status: Query<Option<String>>,
        /// Category, as the list has it.
        category: Query<Option<String>>,
        /// Type of the resource, e.g. `e164_8_digit`.
        #[oai(name = "type")]
        kind: Query<Option<String>>,
        /// Cursor from the page before.
        cursor: Query<Option<String>>,
        /// Items on a page, 1–200; 50 when left out.
        limit: Query<Option<String>>,
    ) -> Result<Answer<NumberRangePage>, Failure> {
        let limit = page::limit(limit.0.as_deref())?;
        let keys = self.app.keys();
        let after: Option<(String, String)> =
            page::position(&keys, "number-ranges", cursor.0.as_deref())?;
        let kind = kind_of(kind.0.as_deref())?;
        let status = status.0.map(|code| shown_status(&code)).transpose()?;
        let connection = self.app.db().read();
        let ids = match number.0 {
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
            text: trimmed("q", q.0)?,
            ids,
            provider: trimmed("provider", provider.0)?,
            status,
            category: trimmed("category", category.0)?,
            kind,
        };
        let (rows, total) = store::list(connection, &query, after, limit).await?;
        let next = (rows.len() as u64 == limit).then(|| rows.last()).flatten().map(|last| {
            page::cursor(&keys, "number-ranges", &(last.resource.first(), last.kind.code))
        });
        let items = rows.iter().map(NumberRangeView::of).collect();
        Ok(Answer::public(NumberRangePage { items, total, next }))
    }

    /// Look up one number, code or name.
    ///
    /// Answers which range holds it and to whom the authority gave that range, never who operates the
    /// number now: ported numbers are held by the operators' reference database.
    #[oai(
        path = "/v1/number-ranges/:number",
        method = "get",
        operation_id = "getNumberRange",
        tag = "Tag::Register"
    )]
    async fn get(
        &self,
        /// A telephone number with or without `+47` and spaces, or a code of the type asked for.
        number: Path<String>,
        /// Type of the resource; telephone numbers are known by their digits.
        #[oai(name = "type")]
        kind: Query<Option<String>>,
    ) -> Result<Answer<NumberView>, Failure> {
        let kind = kind_of(kind.0.as_deref())?;
        let (kind, resource) = resource_of(&number.0, kind).map_err(|flaw| {
            Failure::new(Problem::MalformedKey, "Correct the number and ask again.").with_fields(
                vec![FieldError {
                    pointer: "number".to_owned(),
                    code: flaw.code().into(),
                    detail: flaw.to_string().into(),
                }],
            )
        })?;
        one_number(&resource).map_err(|detail| Failure::new(Problem::MalformedKey, detail))?;
        let rows = store::overlapping(self.app.db().read(), kind, &resource).await?;
        Ok(Answer::public(NumberView::of(kind, &resource, rows.first())))
    }
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

/// The published list of ranges in today's layout.
///
/// # Errors
/// When the database does not answer.
pub async fn published_list(app: &App) -> Result<String, Failure> {
    Ok(listing::write(&store::telephone_numbers(app.db().read()).await?))
}
