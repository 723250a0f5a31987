//! What can go wrong, as a closed catalogue.
//!
//! Every action and rule answers a [`Failure`]; `http/problem.rs` turns it into an RFC 9457 answer.
//! This file knows nothing of HTTP beyond the status number each problem is published with, and
//! never holds a rejected value: a failure may be logged and sent as it is.
//!
//! There is one failure type and no trait of failures: every slice needs the same three things
//! (which problem, what to do, which fields), so a second implementation would only repeat them.

use std::borrow::Cow;

use chrono::TimeDelta;
use serde::Serialize;

use crate::values::{Flaw, language::Language};

macro_rules! catalogue {
    ($( $(#[doc = $doc:literal])+ $name:ident = $code:literal, $status:literal, $title:literal; )+) => {
        /// The closed catalogue of problems. `openapi/problems.md` has a section for each.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Problem { $( $(#[doc = $doc])+ $name, )+ }

        impl Problem {
            /// Every problem there is, in the order of the catalogue.
            pub const ALL: &'static [Problem] = &[ $( Problem::$name, )+ ];

            /// Stable code, the last part of the problem's `type`.
            pub const fn code(self) -> &'static str { match self { $( Problem::$name => $code, )+ } }

            /// HTTP status it is published with.
            pub const fn status(self) -> u16 { match self { $( Problem::$name => $status, )+ } }

            /// Short title, the same for every occurrence.
            pub const fn title(self) -> &'static str { match self { $( Problem::$name => $title, )+ } }

            /// What it means and what the reader should do, for the catalogue page.
            pub const fn meaning(self) -> &'static str { match self { $( Problem::$name => concat!($($doc),+), )+ } }
        }
    };
}

catalogue! {
    /// The body is not JSON, or its shape is not the documented one: a member is missing, unknown, repeated or of another type. `errors` points at the place. Correct the body and send it again.
    MalformedBody = "malformed-body", 400, "The body is not of the documented shape";
    /// A query parameter or header is unknown, repeated or has a value outside its range. `errors` names it.
    InvalidParameter = "invalid-parameter", 400, "A parameter is not valid";
    /// The cursor was not issued by this service for this list. Start again without a cursor.
    InvalidCursor = "invalid-cursor", 400, "The cursor is not valid";
    /// The key in the path is not of any form the operation knows. `errors` says why; correct it and ask again.
    MalformedKey = "malformed-key", 400, "The key is malformed";
    /// The operation needs a signed-in caller. Send a bearer token in the `Authorization` header.
    NotSignedIn = "not-signed-in", 401, "Sign-in is needed";
    /// The token is expired, not signed by a trusted issuer, or meant for somebody else. Fetch a new one.
    InvalidToken = "invalid-token", 401, "The token is not valid";
    /// The caller is known, but has no role or scope that allows the operation.
    NotAllowed = "not-allowed", 403, "The operation is not allowed for this caller";
    /// Nobody may decide a case in which they are party, nor sign twice. Another caseworker must act.
    Disqualified = "disqualified", 403, "The caseworker is disqualified";
    /// There is nothing at this address, or nothing the caller may see.
    NotFound = "not-found", 404, "Not found";
    /// The address exists, but not with this method. `Allow` lists the methods it has.
    MethodNotAllowed = "method-not-allowed", 405, "The method is not allowed here";
    /// None of the media types in `Accept` can be produced here.
    NotAcceptable = "not-acceptable", 406, "No acceptable representation";
    /// The state of the case or permit does not allow the step. `detail` names the state and the step.
    IllegalTransition = "illegal-transition", 409, "The state does not allow this step";
    /// The identifier (beacon code, call sign, number) already belongs to a live permit.
    IdentifierTaken = "identifier-taken", 409, "The identifier is already in use";
    /// Another change came in between. Read again and repeat the step.
    Conflict = "conflict", 409, "The step conflicts with another change";
    /// The call-sign series has no free sign left. The authority must open another series.
    SeriesExhausted = "series-exhausted", 409, "The series is exhausted";
    /// The same `Idempotency-Key` was used before with another body. Use a new key for a new request.
    IdempotencyKeyReused = "idempotency-key-reused", 409, "The idempotency key was used for another request";
    /// The cursor of the feed is older than what is kept. Start again from a snapshot.
    CursorExpired = "cursor-expired", 410, "The cursor has expired";
    /// The resource has changed since it was read (`If-Match` does not match). Read it again and repeat the step on the new version.
    StaleVersion = "stale-version", 412, "The resource has changed since it was read";
    /// The body is larger than the operation takes.
    BodyTooLarge = "body-too-large", 413, "The body is too large";
    /// The body must be `application/json` in UTF-8, or, where a document is sent, a file of one of the kinds the operation names.
    UnsupportedMediaType = "unsupported-media-type", 415, "The media type of the body is not supported";
    /// The file ends before the range of bytes asked for. `Content-Range` has its length; ask for a part of it, or for the whole.
    RangeNotSatisfiable = "range-not-satisfiable", 416, "The range is beyond the end";
    /// The body has the right shape, but some values are not acceptable. `errors` lists every one of them; correct all and send again.
    InvalidContent = "invalid-content", 422, "Some values are not acceptable";
    /// The programmed code differs from the programming order. `errors` names each difference; the beacon must be programmed again.
    ProgrammingMismatch = "programming-mismatch", 422, "The programmed code differs from the order";
    /// The conditions for what is applied for are not met. `detail` says which.
    ConditionsNotMet = "conditions-not-met", 422, "The conditions are not met";
    /// The operation changes an existing resource and needs `If-Match` with the version it was read at.
    PreconditionRequired = "precondition-required", 428, "If-Match is required";
    /// Too many attempts or requests came from one address. Wait as long as `Retry-After` says.
    TooManyRequests = "too-many-requests", 429, "Too many attempts";
    /// Something failed here that the caller cannot mend. It is logged under `instance`; try again later.
    Internal = "internal", 500, "An unexpected failure";
    /// A part the operation needs does not answer now. Try again after `Retry-After`.
    Unavailable = "unavailable", 503, "The service cannot answer now";
}

/// One thing wrong with one place of the input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// JSON pointer (RFC 6901) into the body, or the name of the parameter.
    pub pointer: String,
    /// Stable kebab-case code.
    pub code: Cow<'static, str>,
    /// What is wrong and what to do, in English, without the rejected value.
    pub detail: Cow<'static, str>,
}

/// Collects every error of an input before anything is refused.
#[derive(Debug, Default)]
pub struct FieldErrors(Vec<FieldError>);

impl FieldErrors {
    /// Nothing wrong yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes one error.
    pub fn add(
        &mut self,
        pointer: impl Into<String>,
        code: impl Into<Cow<'static, str>>,
        detail: impl Into<Cow<'static, str>>,
    ) {
        self.0.push(FieldError {
            pointer: pointer.into(),
            code: code.into(),
            detail: detail.into(),
        });
    }

    /// Keeps the value, or notes its flaw at `pointer`.
    pub fn take<T, F: Flaw>(
        &mut self,
        pointer: impl Into<String>,
        result: Result<T, F>,
    ) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(flaw) => {
                self.add(pointer, flaw.code(), flaw.to_string());
                None
            }
        }
    }

    /// As [`take`](Self::take) for a value that may be left out.
    pub fn take_optional<T, F: Flaw>(
        &mut self,
        pointer: impl Into<String>,
        result: Option<Result<T, F>>,
    ) -> Option<T> {
        result.and_then(|result| self.take(pointer, result))
    }

    /// Adds what `validator` found, as pointers; the rejected values it carries are dropped here.
    pub fn merge_sizes(&mut self, result: Result<(), validator::ValidationErrors>) {
        if let Err(errors) = result {
            merge(&mut self.0, "", &errors);
        }
    }

    /// True while nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `value` if nothing was wrong with anything, else one failure with every error.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Failure> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(self.refusal()),
        }
    }

    /// One failure with every error.
    fn refusal(mut self) -> Failure {
        self.0.sort_by(|a, b| a.pointer.cmp(&b.pointer));
        self.0.dedup();
        let detail = |language| match language {
            Language::Bokmal => "Rett hver verdi som står i errors, og send på nytt.",
            Language::Nynorsk => "Rett kvar verdi som står i errors, og send på nytt.",
            Language::English => "Correct every value listed in errors and send the request again.",
        };
        let failure = Failure::told(Problem::InvalidContent, |one| detail(one).to_owned());
        failure.with_fields(self.0)
    }
}

fn merge(into: &mut Vec<FieldError>, prefix: &str, errors: &validator::ValidationErrors) {
    use validator::ValidationErrorsKind::{Field, List, Struct};
    for (name, kind) in errors.errors() {
        let pointer = format!("{prefix}/{}", camel(name));
        match kind {
            Struct(inner) => merge(into, &pointer, inner),
            List(items) => {
                for (index, inner) in items {
                    merge(into, &format!("{pointer}/{index}"), inner);
                }
            }
            Field(found) => into.extend(found.iter().map(|error| FieldError {
                pointer: pointer.clone(),
                code: error.code.clone(),
                detail: size_text(error),
            })),
        }
    }
}

/// Words for validator's findings, from the bounds alone: its own text repeats the value.
fn size_text(error: &validator::ValidationError) -> Cow<'static, str> {
    let bound = |name: &str| error.params.get(name).map(ToString::to_string);
    match (error.code.as_ref(), bound("min"), bound("max")) {
        ("length", Some(min), Some(max)) => {
            format!("The length must be between {min} and {max}.").into()
        }
        ("length", None, Some(max)) => format!("The length must be at most {max}.").into(),
        ("length", Some(min), None) => format!("The length must be at least {min}.").into(),
        ("range", Some(min), Some(max)) => {
            format!("The value must be between {min} and {max}.").into()
        }
        _ => "The value is outside what is allowed.".into(),
    }
}

/// `post_town` as the wire writes it: `postTown`.
fn camel(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut upper = false;
    for character in name.chars() {
        if character == '_' {
            upper = true;
        } else if upper {
            out.extend(character.to_uppercase());
            upper = false;
        } else {
            out.push(character);
        }
    }
    out
}

/// A refused or failed action. Boxed, so that the happy path carries one pointer.
#[derive(Debug)]
pub struct Failure(Box<Inner>);

#[derive(Debug)]
struct Inner {
    problem: Problem,
    detail: Cow<'static, str>,
    /// The same in bokmål and nynorsk, where somebody has written it.
    norwegian: Option<[Cow<'static, str>; 2]>,
    fields: Vec<FieldError>,
    retry_after: Option<TimeDelta>,
    source: Option<Box<dyn std::error::Error + Send + Sync + 'static>>,
}

impl Failure {
    /// Refuses one value of the input.
    pub fn at(
        pointer: impl Into<String>,
        code: impl Into<Cow<'static, str>>,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        let mut errors = FieldErrors::new();
        errors.add(pointer, code, detail);
        errors.refusal()
    }

    /// A failure with words for the caller. `detail` must not repeat what the caller sent.
    pub fn new(problem: Problem, detail: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            problem,
            detail: detail.into(),
            norwegian: None,
            fields: Vec::new(),
            retry_after: None,
            source: None,
        }))
    }

    /// A failure that is told in the reader's language. No text may repeat what the caller sent.
    pub fn told(problem: Problem, words: impl Fn(Language) -> String) -> Self {
        let mut failure = Self::new(problem, words(Language::English));
        let norwegian = [Language::Bokmal, Language::Nynorsk];
        failure.0.norwegian = Some(norwegian.map(|language| words(language).into()));
        failure
    }

    /// As [`told`](Self::told), of its texts in bokmål, nynorsk and English.
    pub fn in_words(problem: Problem, [bokmal, nynorsk, english]: [&'static str; 3]) -> Self {
        let text = |language| match language {
            Language::Bokmal => bokmal,
            Language::Nynorsk => nynorsk,
            Language::English => english,
        };
        Self::told(problem, |language| text(language).to_owned())
    }

    /// Nothing there, or nothing the caller may know of: the two must not be told apart.
    pub fn not_found() -> Self {
        Self::new(Problem::NotFound, "There is nothing here that you may see. Check the address.")
    }

    /// A version other than the one the caller saw.
    pub fn stale() -> Self {
        Self::new(
            Problem::StaleVersion,
            "Somebody has changed this since you read it. Read it again and repeat the step on the new version.",
        )
    }

    /// A failure of ours, with its cause for the log.
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        let mut failure = Self::new(
            Problem::Internal,
            "Something failed here. Nothing was changed; try again later.",
        );
        failure.0.source = Some(source.into());
        failure
    }

    /// A part that does not answer, with its cause for the log.
    pub fn unavailable(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        let mut failure = Self::new(
            Problem::Unavailable,
            "A part of the service does not answer now. Try again in a few seconds.",
        );
        failure.0.source = Some(source.into());
        failure
    }

    /// Too many from one address, who may try again after a while.
    pub fn too_many(detail: &'static str, wait: TimeDelta) -> Self {
        let mut failure = Self::new(Problem::TooManyRequests, detail);
        failure.0.retry_after = Some(wait);
        failure
    }

    /// One parameter, header or path part that is not valid.
    pub fn parameter(name: &str, code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        let detail = detail.into();
        Self::new(Problem::InvalidParameter, "Correct the parameter named in errors.")
            .with_fields(vec![FieldError { pointer: name.to_owned(), code: code.into(), detail }])
    }

    /// The same failure with the places it is about.
    #[must_use]
    pub fn with_fields(mut self, fields: Vec<FieldError>) -> Self {
        self.0.fields = fields;
        self
    }

    /// The same failure with its places moved below `pointer`.
    #[must_use]
    pub fn below(mut self, pointer: &str) -> Self {
        for field in &mut self.0.fields {
            field.pointer.insert_str(0, pointer);
        }
        self
    }

    /// Which problem of the catalogue.
    pub fn problem(&self) -> Problem {
        self.0.problem
    }

    /// What to do about it.
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// What to do about it, in this language; none where it is said in English only.
    pub fn detail_in(&self, language: Language) -> Option<&str> {
        match (language, &self.0.norwegian) {
            (Language::English, _) => Some(self.detail()),
            (Language::Bokmal, Some([bokmal, _])) => Some(bokmal),
            (Language::Nynorsk, Some([_, nynorsk])) => Some(nynorsk),
            _ => None,
        }
    }

    /// The places it is about.
    pub fn fields(&self) -> &[FieldError] {
        &self.0.fields
    }

    /// After which time the same may succeed, where that is known.
    pub fn retry_after(&self) -> Option<TimeDelta> {
        self.0.retry_after
    }

    /// The cause, for the log only.
    pub fn cause(&self) -> Option<&(dyn std::error::Error + Send + Sync + 'static)> {
        self.0.source.as_deref()
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.0.problem.code(), self.0.detail)?;
        if let Some(source) = &self.0.source {
            write!(f, " ({source})")?;
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}

#[cfg(test)]
mod tests {
    use super::*;
    use validator::Validate;

    #[derive(serde::Serialize, Validate)]
    struct Inner {
        #[validate(length(max = 2))]
        post_town: String,
    }

    #[derive(serde::Serialize, Validate)]
    struct Outer {
        #[validate(nested, length(max = 2))]
        parts: Vec<Inner>,
    }

    fn flaws(towns: &[&str]) -> Vec<(String, String)> {
        let parts = towns.iter().map(|&town| Inner { post_town: town.to_owned() }).collect();
        let mut errors = FieldErrors::new();
        errors.merge_sizes(Outer { parts }.validate());
        let failure = errors.finish::<()>(None).expect_err("flaws");
        failure.fields().iter().map(|f| (f.pointer.clone(), f.detail.to_string())).collect()
    }

    #[test]
    fn a_list_that_is_too_long_and_has_a_flawed_entry_is_told_as_too_long() {
        let told = ("/parts".to_owned(), "The length must be at most 2.".to_owned());
        assert_eq!(flaws(&["A", "B", "HEMMELIG"]), [told]);
    }

    #[test]
    fn sizes_become_pointers_without_the_rejected_value() {
        let outer = Outer { parts: vec![Inner { post_town: "HEMMELIG".into() }] };
        let mut errors = FieldErrors::new();
        errors.merge_sizes(outer.validate());
        let failure = errors.finish::<()>(None).expect_err("one error");
        assert_eq!(failure.fields()[0].pointer, "/parts/0/postTown");
        assert_eq!(failure.fields()[0].detail, "The length must be at most 2.");
        assert!(!format!("{failure:?}").contains("HEMMELIG"));
    }

    #[test]
    fn codes_are_unique_and_statuses_are_errors() {
        let mut codes: Vec<_> = Problem::ALL.iter().map(|p| p.code()).collect();
        codes.sort_unstable();
        let count = codes.len();
        codes.dedup();
        assert_eq!(codes.len(), count);
        assert!(Problem::ALL.iter().all(|p| (400..600).contains(&p.status())));
    }
}
