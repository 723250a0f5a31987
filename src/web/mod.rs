//! Addresses for people, outside the document: start page, verification, problem pages, the API in
//! prose, and the assets they need. No scripts, no third party.

pub mod pages;

use poem::{
    EndpointExt as _, IntoResponse, Response, Route, get, handler,
    http::{StatusCode, header},
    web::{Data, Path},
};

use crate::{
    app::App,
    document::{DOCUMENT_CSS, DOCUMENT_CSS_PATH},
    failure::{Failure, Problem},
    http::document,
    permit,
};

/// Everything that is not an operation of the document.
pub fn routes(app: &App) -> Route {
    Route::new()
        .at("/", get(start))
        .at("/openapi.json", get(open_api))
        .at("/docs", get(docs))
        .at("/problems", get(problems))
        .at("/problems/:code", get(problem_page))
        .at("/verify/:code", get(verify).data(app.clone()))
        .at(DOCUMENT_CSS_PATH, get(document_css))
        .at("/.well-known/openid-configuration", get(discovery).data(app.clone()))
        .at("/frekvensportalen_service/rest/rightofuseinfos", get(rights_of_use).data(app.clone()))
        .at("/legacy/E164.csv", get(number_list).data(app.clone()))
        .at("/robots.txt", get(robots))
}

fn html(status: StatusCode, body: String) -> Response {
    Response::builder()
        .status(status)
        .content_type("text/html; charset=utf-8")
        .header(header::CACHE_CONTROL, "no-store")
        .body(body)
}

#[handler]
fn start() -> Response {
    html(StatusCode::OK, pages::start())
}

#[handler]
fn docs() -> Response {
    html(StatusCode::OK, pages::operations(document::COMMITTED))
}

#[handler]
fn open_api() -> Response {
    let mut response = crate::http::system::Document.into_response();
    response
        .headers_mut()
        .insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, header::HeaderValue::from_static("*"));
    response
}

#[handler]
fn problems() -> Response {
    html(StatusCode::OK, pages::problems())
}

#[handler]
fn problem_page(Path(code): Path<String>) -> Response {
    match Problem::ALL.iter().find(|problem| problem.code() == code) {
        Some(problem) => html(StatusCode::OK, pages::problem(*problem)),
        None => Failure::not_found().into_response(),
    }
}

#[handler]
async fn verify(Path(code): Path<String>, Data(app): Data<&App>) -> poem::Result<Response> {
    let found = permit::api::verification(app, &code).await?;
    Ok(html(StatusCode::OK, pages::verification(&found)))
}

/// The list of number ranges as it is published today, for those who read it.
#[handler]
async fn number_list(Data(app): Data<&App>) -> poem::Result<Response> {
    let list = crate::numbering::api::published_list(app).await?;
    Ok(Response::builder()
        .content_type("text/csv; charset=utf-8")
        .header(header::CONTENT_DISPOSITION, "attachment; filename=\"E164.csv\"")
        .header(header::CACHE_CONTROL, "public, no-cache")
        .header(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")
        .body(list))
}

#[handler]
fn document_css() -> Response {
    Response::builder()
        .content_type("text/css; charset=utf-8")
        .header(header::CACHE_CONTROL, "public, max-age=3600")
        .body(DOCUMENT_CSS)
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

/// The rights of use taken over from the frequency portal, in its layout, for the readers it has.
#[handler]
async fn rights_of_use(Data(app): Data<&App>) -> poem::Result<Response> {
    let rows = permit::kind::spectrum::store::legacy::all(app.db().read()).await?;
    let rights: Vec<_> = rows.into_iter().map(|(_, right)| right).collect();
    Ok(Response::builder()
        .content_type("application/json")
        .header(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")
        .body(serde_json::to_vec(&rights).map_err(Failure::internal)?))
}

#[handler]
fn robots() -> &'static str {
    // nothing is disallowed: a disallowed page could not tell a robot not to index it
    "User-agent: *\nAllow: /\n"
}
