//! The public operations on number ranges. No sign-in and no persons: ranges are held by organisations.

use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};

use super::{
    list, listing,
    search::{self, Asked},
    store,
    wire::{NumberRangePage, NumberView},
};
use crate::{
    app::App,
    failure::Failure,
    http::{Tag, page, responses::Answer},
};

/// Operations on number ranges.
pub struct NumberApi {
    /// The app.
    pub app: App,
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
        /// Words of provider, category or comment, or the beginning of a number; accents, case and a
        /// slip of the finger do not matter. What fits best comes first.
        q: Query<Option<String>>,
        /// A number that the range holds.
        number: Query<Option<String>>,
        /// Words of the provider's name, or its organisation number.
        provider: Query<Option<String>>,
        /// `assigned`, `free` or `blocked`.
        status: Query<Option<String>>,
        /// Category, as the list has it.
        category: Query<Option<String>>,
        /// Type of the resource, e.g. `e164_8_digit`.
        #[oai(name = "type")]
        kind: Query<Option<String>>,
        /// Year of the day it was assigned, where that is known.
        year: Query<Option<String>>,
        /// What everything found is counted by: `type`, `status`, `category`, `year`, with commas between.
        facets: Query<Option<String>>,
        /// Cursor from the page before.
        cursor: Query<Option<String>>,
        /// Items on a page, 1–200; 50 when left out.
        limit: Query<Option<String>>,
    ) -> Result<Answer<NumberRangePage>, Failure> {
        let asked = Asked {
            q: q.0,
            number: number.0,
            provider: provider.0,
            status: status.0,
            category: category.0,
            kind: kind.0,
            year: year.0,
            facets: facets.0,
        };
        let limit = page::limit(limit.0.as_deref())?;
        let found = search::ranges(&self.app, asked, cursor.0.as_deref(), limit)?;
        Ok(Answer::public(found))
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
        let found = search::look_up(&self.app, &number.0, kind.0.as_deref())?;
        Ok(Answer::public(found))
    }
}

/// The published list of ranges in today's layout.
///
/// # Errors
/// When the database does not answer.
pub async fn published_list(app: &App) -> Result<String, Failure> {
    let connection = app.db().read();
    let rows = store::telephone_numbers(connection).await?;
    let edition = list::store::edition(connection).await?;
    Ok(listing::write(&list::rules::as_listed(rows, &edition)))
}
