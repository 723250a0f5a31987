//! The operation on who got one's own data.

use poem_openapi::{OpenApi, param::Query};

use super::{
    rules,
    store::{self, Position, Told},
    wire::{OwnDisclosurePage, OwnDisclosureView},
};
use crate::{
    app::App,
    failure::Failure,
    http::{Tag, page, responses::Answer},
    identity::Caller,
    party,
};

/// Operations on who got one's own data.
pub struct OwnDisclosureApi {
    /// The app.
    pub app: App,
}

/// A page of what was given of the caller's data, and where the next begins.
pub struct Listed {
    /// What was given, the newest first.
    pub told: Vec<Told>,
    /// How often in all.
    pub total: u64,
    /// Cursor of the next page.
    pub next: Option<String>,
}

const LIST: &str = "own-disclosures";

/// What was given of the caller's data, after a cursor.
///
/// # Errors
/// 400 for a cursor that is none; when the database does not answer.
pub async fn given_of(
    app: &App,
    caller: &Caller,
    cursor: Option<&str>,
    limit: u64,
) -> Result<Listed, Failure> {
    let keys = app.keys();
    let after: Option<Position> = page::position(&keys, LIST, cursor)?;
    let connection = app.db().read();
    let Some(own) = party::actions::party_of(app, connection, caller).await? else {
        return Ok(Listed { told: Vec::new(), total: 0, next: None });
    };
    let before = rules::told_before(app.clock().now());
    let (found, total) = store::of_party(connection, own.id, before, after, limit + 1).await?;
    let (told, next) = page::cut(&keys, LIST, found, limit, |one| (one.at, one.id));
    Ok(Listed { told, total, next })
}

#[OpenApi]
impl OwnDisclosureApi {
    /// List who got or read one's own data.
    ///
    /// The newest first; kept for five years. A look-up by a rescue centre is told when an alert of the beacon has
    /// been found false, or a test, after it, and otherwise 30 days later, so that nobody learns of an operation that
    /// is going on.
    #[oai(
        path = "/v1/me/disclosures",
        method = "get",
        operation_id = "listOwnDisclosures",
        tag = "Tag::Me"
    )]
    async fn list(
        &self,
        caller: Caller,
        /// Cursor from the page before.
        cursor: Query<Option<String>>,
        /// Items on a page, 1–200; 50 when left out.
        limit: Query<Option<String>>,
    ) -> Result<Answer<OwnDisclosurePage>, Failure> {
        let limit = page::limit(limit.0.as_deref())?;
        let Listed { told, total, next } =
            given_of(&self.app, &caller, cursor.0.as_deref(), limit).await?;
        let items = told.into_iter().map(OwnDisclosureView::of).collect();
        Ok(Answer::new(OwnDisclosurePage { items, total, next }))
    }
}
