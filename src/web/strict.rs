//! One check before the handlers that do not say themselves what is wrong with their query, and before every file: a parameter that
//! the address does not know, or that stands there twice, is refused and not silently passed over, and a file
//! is not sent to who says that they do not take its type (RFC 9110 section 12.5.1).
//!
//! Pages with a form say beside it what is wrong with their address, by the same rules
//! ([`Query::wrong`](super::query::Query::wrong)).

use poem::{Endpoint, IntoResponse as _, Request, Response};

use super::{problems, query::Query};
use crate::{
    app::App,
    failure::{Failure, Problem},
    http::accept,
};

/// What is at an address, behind the check.
pub struct Strict<E> {
    inner: E,
    takes: &'static [&'static str],
    /// Media type of a file; a page is sent to everybody.
    gives: Option<&'static str>,
}

/// A page that takes no parameters.
pub fn page<E: Endpoint>(inner: E) -> Strict<E> {
    Strict { inner, takes: &[], gives: None }
}

/// A page with the parameters it takes.
pub fn taking<E: Endpoint>(inner: E, takes: &'static [&'static str]) -> Strict<E> {
    Strict { inner, takes, gives: None }
}

/// A file of a media type, with the parameters it takes.
pub fn file<E: Endpoint>(
    inner: E,
    gives: &'static str,
    takes: &'static [&'static str],
) -> Strict<E> {
    Strict { inner, takes, gives: Some(gives) }
}

impl<E> Strict<E> {
    fn refusal(&self, request: &Request) -> Option<Response> {
        let query = Query::of(request.uri());
        let failure = match self.gives {
            Some(kind) if !accept::allows(&accept::asked(request.headers()), kind) => {
                Failure::new(Problem::NotAcceptable, format!("Produced here: {kind}."))
            }
            _ => query.check(self.takes).err()?,
        };
        let reader = request.data::<App>().and_then(|app| problems::for_browser(app, request));
        Some(match reader {
            Some(reader) if failure.problem() == Problem::InvalidParameter => {
                let known: Vec<(&str, &str)> =
                    self.takes.iter().map(|name| (*name, *name)).collect();
                let wrongs = query.wrong(&known, reader.words);
                problems::wrong_query(&reader, wrongs, request.uri().path().to_owned())
            }
            Some(reader) => problems::page(&reader, failure),
            None => failure.into_response(),
        })
    }
}

impl<E: Endpoint> Endpoint for Strict<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        if let Some(refusal) = self.refusal(&request) {
            return Ok(refusal);
        }
        Ok(self.inner.call(request).await?.into_response())
    }
}
