//! The edge: routes and what every request passes, from top to bottom.
//!
//! 1. A request id.
//! 2. The route, from the document (404, 405).
//! 3. Strict query parameters (400) and `Accept` (406); of pages and files in `web/strict.rs`.
//! 4. Sign-in, whom a person acts for (`Acting-For`), and the access rule (401, 403).
//! 5. The handler, run to its end even when the client goes away, so that what is committed is also
//!    shown and delivered.
//! 6. Failures as problems.
//! 7. Headers, access log and metrics with the route's template, never the path.

pub mod accept;
pub mod access;
pub mod address;
pub mod body;
pub mod caller;
pub mod document;
pub mod examples;
pub mod file;
pub mod language;
pub mod operations;
pub mod page;
pub mod path;
pub mod preconditions;
pub mod problem;
pub mod rendered;
pub mod responses;
pub mod system;

use std::{
    panic::AssertUnwindSafe,
    sync::{Arc, OnceLock},
    time::Instant,
};

use futures_util::FutureExt as _;
use poem::{
    Endpoint, EndpointExt as _, IntoEndpoint as _, IntoResponse as _, Request, Response,
    endpoint::BoxEndpoint,
    http::{HeaderValue, Method, StatusCode, header},
};

use crate::{
    app::App,
    failure::{Failure, Problem},
    identity::{Caller, others},
    representation::programs::act_for,
    values::language::Language,
    web::sign_in,
};
use operations::{Found, Operation, Operations};

/// Full version of the API, in every answer.
pub const API_VERSION: &str = env!("CARGO_PKG_VERSION");

/// What answers say while the register of this process cannot know of withdrawals, because the
/// database is away: it goes on without persons.
const WITHOUT_PERSONS: &str = "without-persons";

/// Groups of operations in the document.
#[derive(poem_openapi::Tags)]
pub enum Tag {
    /// Filing applications.
    Applications,
    /// Cases, for applicants and caseworkers.
    Cases,
    /// Letters to applicants and holders.
    Letters,
    /// Permits, their history and certificates.
    Permits,
    /// One's own data and consents.
    Me,
    /// The public register; no sign-in.
    Register,
    /// Series and assignment of call signs, for caseworkers.
    CallSigns,
    /// Look-up of beacons, for rescue centres.
    Rescue,
    /// Programming orders, for those who program beacons.
    Programming,
    /// Fees: invoice lines and payments.
    Fees,
    /// Reports of interference and supervision cases.
    Supervision,
    /// Subscriptions, deliveries and imports.
    Administration,
    /// The service itself.
    System,
}

tokio::task_local! {
    static REQUEST_ID: String;
    static TONGUE: Language;
}

/// The language that the request being answered asks problems to be told in; English outside one.
pub fn tongue() -> Language {
    TONGUE.try_with(|language| *language).unwrap_or(Language::English)
}

/// The id of the request being answered, or a dash outside one.
pub fn request_id() -> String {
    REQUEST_ID.try_with(Clone::clone).unwrap_or_else(|_| "-".to_owned())
}

/// The whole service of one process.
pub fn service(app: &App) -> Edge {
    // what there is to call is the program's, not the service's: read once however many it starts
    static OPERATIONS: OnceLock<Arc<Operations>> = OnceLock::new();
    let api = document::service(app);
    let operations = OPERATIONS.get_or_init(|| {
        let document = document::without_examples(&api.spec());
        Arc::new(Operations::of_document(&document.expect("the document is well-formed")))
    });
    // not nested: at the root a nest, and a rest of the path, would take the start page
    let api = Arc::new(api.into_endpoint());
    let routes = crate::web::routes(app)
        .at("/:operation", Arc::clone(&api))
        .at(crate::delivery::api::KEYS_PATH, Arc::clone(&api))
        .at("/v1/*rest", api);
    Edge {
        app: app.clone(),
        operations: Arc::clone(operations),
        inner: Arc::new(routes.map_to_response().boxed()),
    }
}

/// The edge around the routes.
#[derive(Clone)]
pub struct Edge {
    app: App,
    operations: Arc<Operations>,
    inner: Arc<BoxEndpoint<'static, Response>>,
}

impl Endpoint for Edge {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let started = Instant::now();
        let id = crate::values::ids::fresh(self.app.clock().now()).simple().to_string();
        let method = request.method().clone();
        let found = self.operations.find(&method, request.uri().path());
        let template = match &found {
            Found::Operation(operation) => operation.template.clone(),
            Found::OtherMethods(_) => "(other method)".to_owned(),
            Found::Nothing => "(page)".to_owned(),
        };
        let public =
            matches!(&found, Found::Operation(o) if o.rule.is_some_and(|r| r.roles.is_empty()));
        let edge = self.clone();
        let tongue = language::Tongue::of(&request).0;
        let work = async move { edge.answer(request, found).await };
        let work = TONGUE.scope(tongue, REQUEST_ID.scope(id.clone(), work));
        // a write goes on when the client hangs up: its commit must still be shown and delivered
        let outcome = if method.is_safe() {
            AssertUnwindSafe(work).catch_unwind().await.map_err(|_| ())
        } else {
            tokio::spawn(work).await.map_err(|_| ())
        };
        let mut response = outcome
            .unwrap_or_else(|()| problem::respond(&Failure::internal("the handler panicked"), &id));
        finish(&mut response, &id, public);
        if method.is_safe() && !self.app.lease().is_good() {
            response
                .headers_mut()
                .insert("register-state", HeaderValue::from_static(WITHOUT_PERSONS));
        }
        record(&method, &template, &response, started, &id);
        Ok(response)
    }
}

impl Edge {
    async fn answer(&self, request: Request, found: Found) -> Response {
        let outcome = match found {
            Found::Nothing => return self.page(request).await,
            Found::OtherMethods(allow) => {
                let mut response =
                    Failure::new(Problem::MethodNotAllowed, "Use one of the methods in Allow.")
                        .into_response();
                if let Ok(value) = HeaderValue::from_str(&allow) {
                    response.headers_mut().insert(header::ALLOW, value);
                }
                return response;
            }
            Found::Operation(operation) => match self.is_answerable(&operation) {
                Ok(()) => self.admit(request, &operation).await,
                Err(failure) => Err(failure),
            },
        };
        match outcome {
            Ok(request) => {
                let watched =
                    self.watched(&request, || request.extensions().get::<Caller>().cloned());
                self.run(request, watched).await
            }
            Err(failure) => failure.into_response(),
        }
    }

    /// Before the register is filled, which is while the database is away at the start, nothing may be
    /// answered from it: what is assigned would look free. Rescue centres are answered all the same.
    fn is_answerable(&self, operation: &Operation) -> Result<(), Failure> {
        let needs_register = !["/v1/rescue/", "/healthz", "/readyz", "/v1/openapi.json"]
            .iter()
            .any(|path| operation.template.starts_with(path));
        if needs_register && self.app.lease().applied() < 0 {
            return Err(Failure::unavailable("the register is not filled yet"));
        }
        Ok(())
    }

    /// What is not an operation: a page or a file. A browser is told of a failure on a page.
    async fn page(&self, mut request: Request) -> Response {
        let reader = crate::web::problems::for_browser(&self.app, &request);
        let watched = self.watched(&request, || sign_in::caller_of(&self.app, &request));
        let used = sign_in::used(&self.app, &request);
        if self.app.lease().applied() < 0 && crate::web::needs_register(request.uri().path()) {
            let failure = Failure::unavailable("the register is not filled yet");
            return match reader {
                Some(reader) => crate::web::problems::page(&reader, failure),
                None => failure.into_response(),
            };
        }
        let brings = sign_in::brings(&self.app, &request);
        let renewed = sign_in::Renewed::default();
        request.extensions_mut().insert(renewed.clone());
        let mut response = self.run(request, watched).await;
        sign_in::keep(&self.app, renewed.take().or(used), &mut response);
        if brings {
            sign_in::taken(&self.app, &mut response);
        }
        // what else is an answer already stays as it is, such as the way to the sign-in
        let is_json = response.content_type() == Some(problem::PROBLEM_JSON);
        match (response.data::<problem::Shown>().filter(|_| is_json), reader) {
            (Some(shown), Some(reader)) => {
                crate::web::problems::page(&reader, Failure::new(shown.0, ""))
            }
            _ => response,
        }
    }

    /// Steps 3 and 4.
    async fn admit(&self, mut request: Request, operation: &Operation) -> Result<Request, Failure> {
        operation.check_query(request.uri().query().unwrap_or_default())?;
        if !operation.satisfies(&accept::asked(request.headers())) {
            return Err(Failure::new(
                Problem::NotAcceptable,
                format!("Produced here: {}.", operation.produces.join(", ")),
            ));
        }
        let caller = match bearer(&request)? {
            Some(token) => {
                let now = self.app.clock().now();
                Some(self.app.issuers().verify(&token, now).await?)
            }
            None => None,
        };
        let rule = operation
            .rule
            .ok_or_else(|| Failure::new(Problem::NotAllowed, "Nobody may call this operation."))?;
        let named = match rule.is_for_organisations() {
            true => caller::acting_for(request.headers())?,
            false => None,
        };
        let caller = match (caller, named) {
            (Some(caller), Some(number)) => {
                // nobody is asked about on behalf of a program that may not do this anyway
                caller.needs_scope(rule.scope)?;
                Some(act_for(&self.app, caller, number).await?)
            }
            (caller, _) => caller,
        };
        if !rule.roles.is_empty() {
            let caller = caller.as_ref().ok_or_else(caller::not_signed_in)?;
            if !rule.roles.iter().any(|role| caller.is(*role)) {
                return Err(Failure::new(
                    Problem::NotAllowed,
                    "Your role does not allow this operation.",
                ));
            }
            caller.needs_scope(rule.scope)?;
        }
        if let Some(caller) = caller {
            request.extensions_mut().insert(caller);
        }
        Ok(request)
    }

    /// Who asks for what by its id; nothing where no id stands in the address.
    fn watched(
        &self,
        request: &Request,
        caller: impl FnOnce() -> Option<Caller>,
    ) -> Option<(Caller, Vec<uuid::Uuid>)> {
        let ids = others::ids_of(request.uri().path());
        if ids.is_empty() { None } else { Some((caller()?, ids)) }
    }

    async fn run(&self, request: Request, watched: Option<(Caller, Vec<uuid::Uuid>)>) -> Response {
        let response = match self.inner.call(request).await {
            Ok(response) => response,
            Err(error) if error.is_from_response() => error.into_response(),
            Err(error) => framework_failure(&error).into_response(),
        };
        if let Some((caller, ids)) = watched.filter(|_| response.status() == StatusCode::NOT_FOUND)
        {
            others::note(&self.app, &caller, &ids).await;
        }
        response
    }
}

/// The one bearer token of a request, if it has one.
fn bearer(request: &Request) -> Result<Option<String>, Failure> {
    let mut values = request.headers().get_all(header::AUTHORIZATION).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let token = value
        .to_str()
        .ok()
        .and_then(|text| text.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer") && values.next().is_none())
        .map(|(_, token)| token.trim().to_owned());
    token.map(Some).ok_or_else(|| {
        Failure::new(Problem::InvalidToken, "Authorization must be one bearer token.")
    })
}

/// The framework's own refusals in our words; its texts may repeat what was sent.
fn framework_failure(error: &poem::Error) -> Failure {
    match error.status() {
        StatusCode::NOT_FOUND => Failure::not_found(),
        StatusCode::METHOD_NOT_ALLOWED => {
            Failure::new(Problem::MethodNotAllowed, "This address does not take that method.")
        }
        status if status.is_client_error() => Failure::new(
            Problem::InvalidParameter,
            "A part of the address, a header or a parameter is not of the documented form.",
        ),
        status => Failure::internal(format!("the framework answered {status}")),
    }
}

/// Step 7: headers every answer has.
fn finish(response: &mut Response, id: &str, public: bool) {
    let headers = response.headers_mut();
    let fixed = [
        ("api-version", API_VERSION),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
        (
            "content-security-policy",
            "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
    ];
    for (name, value) in fixed {
        if !headers.contains_key(name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    if let Ok(value) = HeaderValue::from_str(id) {
        headers.insert("x-request-id", value);
    }
    if public {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        headers.insert(
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static("API-Version, Anrop-Sequence, ETag, Link, Register-State"),
        );
    }
}

fn record(method: &Method, template: &str, response: &Response, started: Instant, id: &str) {
    let status = response.status().as_u16();
    let seconds = started.elapsed().as_secs_f64();
    let problem = response.data::<problem::Shown>().map(|shown| shown.0.code());
    tracing::info!(
        target: "anrop::access",
        request = id,
        method = method.as_str(),
        route = template,
        status,
        problem,
        seconds,
        "answered"
    );
    metrics::histogram!(
        "anrop_http_request_seconds",
        "method" => method.as_str().to_owned(),
        "route" => template.to_owned(),
        "status" => status.to_string(),
    )
    .record(seconds);
}
