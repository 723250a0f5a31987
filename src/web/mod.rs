//! Addresses for people, outside the document: the public pages in three languages, the API in prose,
//! and the assets they need; and today's files for the programs that read them. No scripts, no
//! cookies, no third party.
//!
//! Every page is at `/nb/…`, `/nn/…` and `/en/…`; its address without the language sends the reader to
//! the language that the browser asks for.

pub mod about;
mod absent;
mod addresses;
pub mod apply;
pub mod browse;
pub mod built_in_issuer;
pub mod businesses;
pub mod call_sign;
pub mod call_signs;
pub mod casework;
pub mod charts;
pub mod contact_link;
pub mod deliveries;
pub mod desk;
pub mod document_access;
mod entry;
mod exams;
pub mod form;
mod format;
pub mod frame;
pub mod frequency;
pub mod frequency_map;
pub mod frequency_permit;
pub mod interference;
pub mod language;
pub mod letters;
pub mod map_drawing;
pub mod map_projection;
pub mod my_page;
pub mod near;
pub mod numbers;
mod own_pages;
pub mod parts;
pub mod plan;
pub mod plan_axis;
pub mod plan_chart;
pub mod plan_drawing;
pub mod problems;
pub mod public_journal;
pub mod query;
pub mod representation_stand_in;
mod sections;
pub mod sign_in;
pub mod statistics;
pub mod strict;
pub mod texts;
pub mod unit_register_stand_in;
pub mod upload;

pub use addresses::addresses;

use poem::{
    EndpointExt as _, IntoResponse, Request, Response, Route, get, handler,
    http::{StatusCode, header},
    web::Data,
};

use crate::{
    app::App,
    document::{DOCUMENT_CSS, DOCUMENT_CSS_PATH},
    http,
    register::{
        CALL_SIGNS, atom,
        snapshot::{self, Layout, Name},
    },
    values::language::Language,
};

/// Everything that is not an operation of the document.
pub fn routes(app: &App) -> Route {
    let routes = files(app, Route::new())
        .at("/docs", get(strict::page(about::docs)).data(app.clone()))
        .at("/problems", get(strict::page(about::api_problems)).data(app.clone()))
        .at("/problems/:code", get(strict::page(about::api_problem)).data(app.clone()));
    let routes = inside(app, routes);
    addresses::pages().iter().fold(routes, |routes, (path, endpoint)| {
        let with_languages = Language::ALL.iter().fold(routes, |routes, language| {
            routes
                .at(format!("/{language}{path}"), endpoint().data(app.clone()))
                .at(format!("/{language}{path}/"), get(without_slash))
        });
        let bare = if path.is_empty() { "/" } else { path };
        with_languages.at(bare, get(about::choose_language).data(app.clone()))
    })
}

const CSV: &str = "text/csv; charset=utf-8";
const JSON: &str = "application/json";
const CSS: &str = "text/css; charset=utf-8";
/// The content of an asset stands in its address, so that browsers may keep it for good.
const VERSION: &[&str] = &["v"];

/// Files for programs, and the assets of public pages.
fn files(app: &App, routes: Route) -> Route {
    let lists = routes
        .at(
            Name::RightsOfUse.path(),
            get(strict::file(rights_of_use, Name::RightsOfUse.media_type(), &[])).data(app.clone()),
        )
        .at(
            Name::NumberList.path(),
            get(strict::file(number_list, Name::NumberList.media_type(), &[])).data(app.clone()),
        )
        .at(
            CALL_SIGN_LIST.path(),
            get(strict::file(call_sign_list, CALL_SIGN_LIST.media_type(), &[])).data(app.clone()),
        )
        .at("/statistics.csv", get(strict::file(statistics::csv, CSV, &[])).data(app.clone()))
        .at(
            "/interference-statistics.csv",
            get(strict::file(interference::counts::csv, CSV, &[])).data(app.clone()),
        )
        .at(
            public_journal::CSV_PATH,
            get(strict::file(public_journal::csv_file, CSV, public_journal::CSV_TAKES))
                .data(app.clone()),
        );
    let feeds = atom::addresses().fold(lists, |routes, address| {
        routes.at(address, get(strict::file(feed, atom::MEDIA_TYPE, &[])).data(app.clone()))
    });
    feeds
        .at("/openapi.json", get(strict::file(open_api, JSON, &[])))
        .at(
            "/.well-known/openid-configuration",
            get(strict::file(discovery, JSON, &[])).data(app.clone()),
        )
        .at("/robots.txt", get(strict::file(robots, "text/plain", &[])))
        .at(DOCUMENT_CSS_PATH, get(strict::file(document_css, CSS, VERSION)))
        .at(frame::STYLE_PATH, get(strict::file(style, CSS, VERSION)))
        .at(charts::PATH, get(strict::file(charts::style, CSS, VERSION)))
        .at(frame::ICON_PATH, get(strict::file(icon, "image/svg+xml", VERSION)))
}

/// Signing in, and what the pages behind it need.
fn inside(app: &App, routes: Route) -> Route {
    let routes = routes
        .at(sign_in::PATH, get(sign_in::begin).data(app.clone()))
        .at(sign_in::BACK_PATH, get(sign_in::come_back).data(app.clone()))
        .at(sign_in::OUT_PATH, poem::post(sign_in::leave).data(app.clone()))
        .at(sign_in::TOLD_OUT_PATH, poem::post(sign_in::told_out).data(app.clone()))
        .at(apply::STYLE_PATH, get(apply::style))
        .at(desk::STYLE_PATH, get(desk::style))
        .at(desk::SCRIPT_PATH, get(desk::script))
        .at(casework::STYLE_PATH, get(casework::style))
        .at(letters::STYLE_PATH, get(letters::style));
    let routes = match unit_register_stand_in::routes(app) {
        Some(stand_in) => routes.nest(unit_register_stand_in::PATH, stand_in),
        None => routes,
    };
    let routes = match representation_stand_in::routes(app) {
        Some(stand_in) => routes.nest(representation_stand_in::PATH, stand_in),
        None => routes,
    };
    match built_in_issuer::routes(app) {
        Some(issuer) => routes.nest(crate::identity::client::BUILT_IN_PATH, issuer),
        None => routes,
    }
}

/// A page has no slash at its end; who typed or linked one is sent to it.
#[handler]
fn without_slash(request: &Request) -> Response {
    let uri = request.uri();
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let page = format!("{}{query}", uri.path().trim_end_matches('/'));
    Response::builder()
        .status(StatusCode::PERMANENT_REDIRECT)
        .header(header::LOCATION, page)
        .finish()
}

/// False for what can be shown before the register is filled: the rescue desk, and signing in to it.
pub fn needs_register(path: &str) -> bool {
    let below_language = language::of_path(path).map_or(path, |(_, rest)| rest);
    ![desk::PATH, "/assets/", "/sign-", crate::identity::client::BUILT_IN_PATH]
        .iter()
        .any(|open| below_language.starts_with(open))
}

#[handler]
fn open_api() -> Response {
    let mut response = crate::http::system::Document.into_response();
    response
        .headers_mut()
        .insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, header::HeaderValue::from_static("*"));
    response
}

const CALL_SIGN_LIST: Name = Name::List(CALL_SIGNS, Layout::CallSignList);

async fn file(app: &App, request: &Request, name: Name) -> poem::Result<Response> {
    let file = snapshot::get(app, name).await?;
    Ok(http::file::serve(app, request.headers(), file).await?)
}

/// The list of number ranges as it is published today, for those who read it.
#[handler]
async fn number_list(request: &Request, Data(app): Data<&App>) -> poem::Result<Response> {
    file(app, request, Name::NumberList).await
}

/// The call-sign list as it has always been published, for those who read it.
#[handler]
async fn call_sign_list(request: &Request, Data(app): Data<&App>) -> poem::Result<Response> {
    file(app, request, CALL_SIGN_LIST).await
}

/// The rights of use of the frequency portal: those taken over, and today's licences.
#[handler]
async fn rights_of_use(request: &Request, Data(app): Data<&App>) -> poem::Result<Response> {
    file(app, request, Name::RightsOfUse).await
}

/// The latest changes of the register as an Atom feed.
#[handler]
async fn feed(request: &Request, Data(app): Data<&App>) -> poem::Result<Response> {
    let text = atom::feed(app, request.uri().path()).await?;
    Ok(Response::builder()
        .content_type(atom::MEDIA_TYPE)
        .header(header::CACHE_CONTROL, "public, no-cache")
        .header(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")
        .body(text))
}

#[handler]
fn document_css() -> Response {
    Response::builder()
        .content_type("text/css; charset=utf-8")
        .header(header::CACHE_CONTROL, "public, max-age=3600")
        .body(DOCUMENT_CSS)
}

#[handler]
fn style() -> Response {
    asset("text/css; charset=utf-8", frame::STYLE)
}

#[handler]
fn icon() -> Response {
    asset("image/svg+xml", frame::ICON)
}

/// An asset whose address has its content in it.
pub fn asset(media_type: &str, content: &'static str) -> Response {
    Response::builder()
        .content_type(media_type)
        .header(header::CACHE_CONTROL, "public, max-age=31536000, immutable")
        .body(content)
}

/// Where tokens come from; the built-in issuer has no sign-in of its own.
#[handler]
fn discovery(Data(app): Data<&App>) -> Response {
    let issuers: Vec<&str> =
        app.settings().issuers.iter().map(|issuer| issuer.terms.issuer.as_str()).collect();
    let issuer = issuers.first().copied().unwrap_or(crate::identity::token::BUILT_IN);
    let body = serde_json::json!({
        "issuer": issuer,
        "accepted_issuers": issuers,
        "scopes_supported": crate::http::access::scopes_of(&crate::identity::Role::ALL),
    });
    Response::builder().content_type("application/json").body(body.to_string())
}

#[handler]
fn robots() -> &'static str {
    // nothing is disallowed: a disallowed page could not tell a robot not to index it
    "User-agent: *\nAllow: /\n"
}
