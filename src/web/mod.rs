//! Addresses for people, outside the document: the public pages in three languages, the API in prose,
//! and the assets they need; and today's files for the programs that read them. No scripts, no
//! cookies, no third party.
//!
//! Every page is at `/nb/…`, `/nn/…` and `/en/…`; its address without the language sends the reader to
//! the language that the browser asks for.

pub mod about;
pub mod browse;
pub mod businesses;
pub mod call_sign;
pub mod call_signs;
pub mod charts;
mod format;
pub mod frame;
pub mod frequency;
pub mod frequency_map;
pub mod frequency_permit;
pub mod language;
pub mod map_drawing;
pub mod map_projection;
pub mod near;
pub mod numbers;
pub mod parts;
pub mod plan;
pub mod plan_axis;
pub mod plan_chart;
pub mod plan_drawing;
pub mod problems;
pub mod query;
pub mod statistics;
pub mod texts;

use poem::{
    EndpointExt as _, IntoResponse, Request, Response, Route, get, handler, http::header, web::Data,
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
    let files = Route::new()
        .at("/openapi.json", get(open_api))
        .at("/docs", get(about::docs).data(app.clone()))
        .at("/problems", get(about::api_problems).data(app.clone()))
        .at("/problems/:code", get(about::api_problem).data(app.clone()))
        .at(DOCUMENT_CSS_PATH, get(document_css))
        .at(frame::STYLE_PATH, get(style))
        .at(charts::PATH, get(charts::style))
        .at("/statistics.csv", get(statistics::csv).data(app.clone()))
        .at(frame::ICON_PATH, get(icon))
        .at("/.well-known/openid-configuration", get(discovery).data(app.clone()))
        .at(Name::RightsOfUse.path(), get(rights_of_use).data(app.clone()))
        .at(Name::NumberList.path(), get(number_list).data(app.clone()))
        .at(CALL_SIGN_LIST.path(), get(call_sign_list).data(app.clone()))
        .at("/feed.atom", get(feed).data(app.clone()))
        .at("/robots.txt", get(robots));
    pages().iter().fold(files, |routes, (path, endpoint)| {
        let with_languages = Language::ALL.iter().fold(routes, |routes, language| {
            routes.at(format!("/{language}{path}"), endpoint().data(app.clone()))
        });
        let bare = if path.is_empty() { "/" } else { path };
        with_languages.at(bare, get(about::choose_language).data(app.clone()))
    })
}

type Page = fn() -> poem::RouteMethod;

/// The pages by their addresses below the language.
fn pages() -> Vec<(&'static str, Page)> {
    vec![
        ("", || get(about::start)),
        ("/call-signs", || get(call_signs::list)),
        ("/call-signs/:callSign", || get(call_sign::one)),
        ("/installers", || get(businesses::installers)),
        ("/installers/:organisationNumber", || get(businesses::one_installer)),
        ("/suppliers", || get(businesses::suppliers)),
        ("/suppliers/:organisationNumber", || get(businesses::one_supplier)),
        ("/privacy", || get(about::privacy)),
        ("/open-data", || get(about::open_data)),
        ("/verify/:code", || get(about::verify)),
        ("/frequency-plan", || get(plan::show)),
        ("/frequency-permits", || get(frequency::show_list)),
        ("/frequency-permits/:number", || get(frequency_permit::show_one)),
        ("/number-ranges", || get(numbers::show_list)),
        ("/number-ranges/:number", || get(numbers::show_one)),
        ("/statistics", || get(statistics::show)),
    ]
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
async fn feed(Data(app): Data<&App>) -> poem::Result<Response> {
    let text = atom::feed(app).await?;
    Ok(Response::builder()
        .content_type("application/atom+xml; charset=utf-8")
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
        app.settings().issuers.iter().map(|issuer| issuer.issuer.as_str()).collect();
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
