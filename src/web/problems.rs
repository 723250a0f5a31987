//! Problems of pages, in the reader's language: what is wrong and where to go on. Never the JSON that
//! programs get.

use askama::Template;
use poem::{IntoResponse as _, Request, Response, http::StatusCode};

use super::{
    frame::{self, Frame, Reader},
    query::Wrong,
};
use crate::{
    app::App,
    failure::{Failure, Problem},
    http,
    register::atom,
};

#[derive(Template)]
#[template(path = "problem.html", config = "src/web/askama.toml")]
struct ProblemPage {
    frame: Frame,
    status: u16,
    text: &'static str,
    /// What is wrong, thing by thing.
    wrongs: Vec<String>,
    /// Address of the same without it.
    without: Option<String>,
    reference: Option<String>,
}

/// The page of a failure.
pub fn page(reader: &Reader, failure: Failure) -> Response {
    told(reader, failure, Vec::new(), None)
}

/// The page of an address with parameters that are not known there or stand there twice: which these are, and
/// the way to the same without them.
pub fn wrong_query(reader: &Reader, wrongs: Vec<Wrong>, without: String) -> Response {
    let texts = wrongs.into_iter().map(|wrong| wrong.text).collect();
    told(reader, Failure::new(Problem::InvalidParameter, ""), texts, Some(without))
}

fn told(
    reader: &Reader,
    failure: Failure,
    wrongs: Vec<String>,
    without: Option<String>,
) -> Response {
    let words = reader.words;
    let problem = failure.problem();
    // the cause goes to the log as with every other failure, and metrics know the problem
    let logged = failure.into_response();
    let (title, text) = match problem {
        Problem::NotFound => (words.not_found_title(), words.not_found_text()),
        Problem::Unavailable => (words.unavailable_title(), words.unavailable_text()),
        Problem::TooManyRequests => (words.wait_title(), words.wait_text()),
        Problem::MethodNotAllowed => (words.method_title(), words.bad_request_text()),
        Problem::NotAcceptable => (words.other_type_title(), words.other_type_text()),
        _ if problem.status() < 500 => (words.bad_request_title(), words.bad_request_text()),
        _ => (words.failed_title(), words.failed_text()),
    };
    let status = StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let frame = reader.frame(title);
    let page = ProblemPage {
        status: status.as_u16(),
        text,
        wrongs,
        without,
        reference: (status.is_server_error() && problem != Problem::Unavailable)
            .then(http::request_id),
        frame,
    };
    in_place_of(logged, frame::answer(status, &page.frame, &page))
}

/// A page that is shown in place of the answer programs get, with what that answer's headers say: how to sign in, when to
/// try again.
pub fn in_place_of(mut logged: Response, mut page: Response) -> Response {
    for (name, value) in std::mem::take(logged.headers_mut()) {
        if let Some(name) = name.filter(|name| !page.headers().contains_key(name)) {
            page.headers_mut().insert(name, value);
        }
    }
    if let Some(shown) = logged.data::<http::problem::Shown>() {
        page.set_data(*shown);
    }
    page
}

/// The page of a failure at an address that is not of a page, where a browser asks for one. The feed has a language,
/// too, and is no page.
pub fn for_browser(app: &App, request: &Request) -> Option<Reader> {
    let below_language = super::language::of_path(request.uri().path());
    let is_page = below_language.is_some_and(|(_, path)| path != atom::PATH);
    (is_page || frame::wants_page(request.headers())).then(|| Reader::of(app, request))
}
