//! Failures as RFC 9457 answers.
//!
//! The only place that turns a [`Failure`] into HTTP. It writes what the failure carries and nothing
//! of the request: no path, no value. Causes go to the log under the request's id.

use chrono::TimeDelta;
use poem::{
    IntoResponse, Response,
    http::{HeaderValue, StatusCode, header},
};
use poem_openapi::{
    ApiResponse,
    registry::{MetaResponses, Registry},
};
use serde_json::json;

use crate::{
    failure::{Failure, FieldError, Problem},
    values::language::Language,
    web::apply::errors,
};

/// Media type of RFC 9457.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// Address of a problem's page, relative to the service.
pub fn type_of(problem: Problem) -> String {
    format!("/problems/{}", problem.code())
}

/// The problem of an answer, for the access log and metrics.
#[derive(Debug, Clone, Copy)]
pub struct Shown(pub Problem);

/// The answer to a failure. `instance` is the request's id, so that a report can be found in the log.
pub fn respond(failure: &Failure, instance: &str) -> Response {
    let problem = failure.problem();
    // without a cause nothing is broken: something is being prepared, and the answer says so
    if let Some(cause) = failure.cause()
        && problem.status() >= 500
    {
        tracing::error!(
            request = instance,
            problem = problem.code(),
            cause = redact(&cause.to_string()),
            "the request failed here"
        );
    }
    let tongue = super::tongue();
    let mut body = json!({
        "type": type_of(problem),
        "title": problem.title(),
        "status": problem.status(),
        "detail": failure.detail_in(tongue).unwrap_or_else(|| failure.detail()),
        "instance": format!("urn:request:{instance}"),
    });
    if !failure.fields().is_empty() {
        body["errors"] = json!(in_words(failure.fields(), tongue));
    }
    let status =
        StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = Response::builder()
        .status(status)
        .content_type(PROBLEM_JSON)
        .header(header::CACHE_CONTROL, "no-store")
        .body(body.to_string());
    let headers = response.headers_mut();
    if matches!(problem, Problem::NotSignedIn | Problem::InvalidToken) {
        let challenge = if problem == Problem::InvalidToken {
            r#"Bearer error="invalid_token""#
        } else {
            "Bearer"
        };
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    if let Some(seconds) = retry_after(failure) {
        headers.insert(header::RETRY_AFTER, seconds);
    }
    response.set_data(Shown(problem));
    response
}

/// The errors with their texts in the language asked for, as the pages have them; the code stays.
fn in_words(fields: &[FieldError], tongue: Language) -> Vec<FieldError> {
    let told = |field: &FieldError| match tongue {
        Language::English => field.clone(),
        _ => FieldError { detail: errors::found(field, tongue).text.into(), ..field.clone() },
    };
    fields.iter().map(told).collect()
}

/// Whole seconds, rounded up, after which the same may succeed, where that is known.
pub fn retry_after(failure: &Failure) -> Option<HeaderValue> {
    let soon = TimeDelta::seconds(5);
    let unavailable = failure.problem() == Problem::Unavailable;
    let wait = failure.retry_after().or(unavailable.then_some(soon))?;
    Some(HeaderValue::from((wait + TimeDelta::milliseconds(999)).num_seconds()))
}

/// Database messages may quote values (`Key (phone)=(…) already exists`); what stands in brackets or
/// quotes is not for the log.
fn redact(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut depth = 0_u32;
    let mut quoted = false;
    for character in text.chars() {
        match character {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            '\'' | '"' => quoted = !quoted,
            _ if depth == 0 && !quoted => out.push(character),
            _ => {}
        }
    }
    out
}

impl From<Failure> for poem::Error {
    fn from(failure: Failure) -> Self {
        let instance = super::request_id();
        let mut error = poem::Error::from_response(respond(&failure, &instance));
        // the framework keeps what is known of the error, not of the response
        error.set_data(Shown(failure.problem()));
        error
    }
}

/// Handlers answer failures as they are; which problems an operation can answer is written into the
/// document by `document.rs`, because the framework would write a status twice.
impl ApiResponse for Failure {
    fn meta() -> MetaResponses {
        MetaResponses { responses: vec![] }
    }

    fn register(_registry: &mut Registry) {}
}

/// A failure as a plain response, for parts of the edge outside the framework's handlers.
impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        respond(&self, &super::request_id())
    }
}

#[cfg(test)]
mod tests {
    use super::redact;

    #[test]
    fn values_in_database_messages_do_not_reach_the_log() {
        assert_eq!(
            redact("duplicate key \"x\" Key (phone)=(+4768050012) already exists"),
            "duplicate key  Key = already exists"
        );
    }
}
