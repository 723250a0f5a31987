//! Addresses for people, outside the document: the public pages in three languages, the API in prose,
//! and the assets they need; and today's files for the programs that read them. No scripts, no
//! cookies, no third party.
//!
//! Every page is at `/nb/…`, `/nn/…` and `/en/…`; its address without the language sends the reader to
//! the language that the browser asks for.

pub mod about;
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
pub mod sign_in;
pub mod statistics;
pub mod strict;
pub mod texts;
pub mod unit_register_stand_in;
pub mod upload;

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
    pages().iter().fold(routes, |routes, (path, endpoint)| {
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

type Page = fn() -> poem::RouteMethod;

/// The pages by their addresses below the language.
fn pages() -> Vec<(&'static str, Page)> {
    vec![
        ("", || get(strict::page(about::start))),
        ("/call-signs", || get(call_signs::list)),
        ("/call-signs/:callSign", || get(call_sign::one)),
        ("/installers", || get(businesses::installers)),
        ("/installers/:organisationNumber", || get(strict::page(businesses::one_installer))),
        ("/suppliers", || get(businesses::suppliers)),
        ("/suppliers/:organisationNumber", || get(strict::page(businesses::one_supplier))),
        ("/privacy", || get(strict::page(about::privacy))),
        ("/open-data", || get(strict::page(about::open_data))),
        ("/verify/:code", || get(strict::page(about::verify))),
        ("/frequency-plan", || get(plan::show)),
        ("/frequency-permits", || get(frequency::show_list)),
        ("/frequency-permits/:number", || get(frequency_permit::show_one)),
        ("/number-ranges", || get(numbers::show_list)),
        ("/number-ranges/:number", || get(numbers::show_one)),
        ("/statistics", || get(strict::page(statistics::show))),
        (interference::PATH, || get(strict::page(interference::open)).post(interference::send)),
        (interference::FOLLOW_PATH, || {
            get(strict::page(interference::open_follow)).post(interference::follow)
        }),
        (interference::COUNTS_PATH, || get(strict::page(interference::counts))),
        (public_journal::PATH, || get(public_journal::show)),
        (document_access::PATH, || get(document_access::open).post(document_access::ask)),
        (document_access::ANSWER_PATH, || {
            get(strict::page(document_access::show_answer)).post(document_access::appeal_answer)
        }),
        (contact_link::PATH, || get(strict::page(contact_link::see)).post(contact_link::answer)),
        (letters::PATH, || get(letters::list)),
        (letters::ONE_PATH, || get(letters::one)),
        (letters::FILE_PATH, || get(letters::file)),
        (letters::supervision_appeal::APPEAL_PATH, || {
            get(letters::supervision_appeal::open).post(letters::supervision_appeal::take)
        }),
        (deliveries::PATH, || get(deliveries::open)),
        (exams::PATH, || get(exams::open).post(exams::send)),
        (deliveries::DEED_PATH, || poem::post(deliveries::act)),
        (desk::PATH, || get(desk::open).post(desk::ask)),
        (desk::OUTCOME_PATH, || poem::post(desk::mark)),
        (desk::REFERENCE_PATH, || poem::post(desk::refer)),
        (casework::PATH, || get(casework::queue::open)),
        (casework::VIEWS_PATH, || poem::post(casework::queue::keep)),
        (casework::BULK_PATH, || poem::post(casework::bulk::grant)),
        (casework::HOLDERS_PATH, || get(casework::holders::open).post(casework::holders::find)),
        (casework::fees::PATH, || get(casework::fees::open).post(casework::fees::begin)),
        (casework::fee_invoice::PATH, || {
            get(casework::fee_invoice::open).post(casework::fee_invoice::credit)
        }),
        (casework::fee_appeal::PATH, || poem::post(casework::fee_appeal::act)),
        (casework::fee_appeal::PACKAGE_PATH, || get(casework::fee_appeal::package)),
        (casework::incoming::PATH, || {
            get(casework::incoming::open).post(casework::incoming::decide)
        }),
        (casework::incoming::FILE_PATH, || poem::post(casework::incoming::take)),
        (casework::CASE_PATH, || get(casework::case_page::open)),
        (casework::supervision::REPORTS_PATH, || get(casework::supervision::reports::open)),
        (casework::supervision::REPORT_PATH, || get(casework::supervision::report::open)),
        (casework::supervision::REPORT_DEED_PATH, || {
            poem::post(casework::supervision::report::act)
        }),
        (casework::supervision::CASES_PATH, || {
            get(casework::supervision::cases::open).post(casework::supervision::cases::begin)
        }),
        (casework::supervision::CASE_PATH, || get(casework::supervision::case::open)),
        (casework::supervision::CASE_DEED_PATH, || poem::post(casework::supervision::case::carry)),
        (casework::supervision::PACKAGE_PATH, || get(casework::supervision::case::documents)),
        (casework::ACCESS_PATH, || get(casework::access::open)),
        (casework::ACCESS_ONE_PATH, || {
            get(casework::access_one::show).post(casework::access_deeds::decide)
        }),
        (casework::JOURNAL_PATH, || {
            get(casework::journal::show_entry).post(casework::journal::set_code)
        }),
        (casework::competence::PATH, || {
            get(casework::competence::open).post(casework::competence::act)
        }),
        (casework::DEED_PATH, || poem::post(casework::deeds::act)),
        (casework::TODAY_PATH, || get(casework::today::open).post(casework::today::mark)),
        (casework::APPEALS_PATH, || get(casework::appeal::list)),
        (casework::APPEAL_PATH, || poem::post(casework::appeal::act)),
        (casework::PACKAGE_PATH, || get(casework::appeal::documents)),
        (casework::INTAKE_PATH, || get(casework::intake::open).post(casework::intake::begin)),
        (casework::CONFIRMATIONS_PATH, || get(casework::confirmations::open)),
        (casework::series::PATH, || get(casework::series::open).post(casework::series::act)),
        (casework::numbers::PATH, || get(casework::numbers::open).post(casework::numbers::act)),
        (casework::series_transfer::PATH, || {
            get(casework::series_transfer::open).post(casework::series_transfer::act)
        }),
        (casework::POST_PATH, || get(casework::post::open).post(casework::post::mark)),
        (casework::PERMIT_PATH, || get(casework::permit::open).post(casework::permit::act)),
        (casework::for_holder::PATH, || poem::post(casework::for_holder::act)),
        (casework::DOCUMENTS_PATH, || poem::post(casework::documents::take)),
        (casework::DOCUMENT_PATH, || get(casework::documents::give)),
        (apply::start::PATH, || get(apply::start::open)),
        (apply::start::KIND_PATH, || get(apply::start::show_kind).post(apply::start::begin)),
        (apply::documents::PATH, || get(apply::documents::download)),
        (apply::review::PATH, || get(apply::review::show).post(apply::review::send)),
        (apply::flow::DELETE_PATH, || poem::post(apply::flow::delete)),
        (apply::flow::PATH, || get(apply::flow::show).post(apply::flow::save)),
        (my_page::PATH, || get(my_page::open)),
        (my_page::disclosures::PATH, || get(my_page::disclosures::show)),
        (my_page::acting::PATH, || get(my_page::acting::show).post(my_page::acting::choose)),
        (my_page::me::PATH, || get(my_page::me::show).post(my_page::me::save)),
        (my_page::case::PATH, || get(my_page::case::show)),
        (my_page::reply::PATH, || get(my_page::reply::show).post(my_page::reply::save)),
        (my_page::appeal::PATH, || get(my_page::appeal::show).post(my_page::appeal::save)),
        (my_page::documents::PATH, || poem::post(my_page::documents::add)),
        (my_page::documents::ONE_PATH, || get(my_page::documents::download)),
        (my_page::offer::PATH, || get(my_page::offer::show).post(my_page::offer::accept)),
        (my_page::transfer::PATH, || get(my_page::transfer::show).post(my_page::transfer::offer)),
        (my_page::case::REASONS_PATH, || poem::post(my_page::case::demand)),
        (my_page::case::WITHDRAWAL_PATH, || poem::post(my_page::case::withdraw)),
        (my_page::permit::PATH, || get(my_page::permit::show)),
        (my_page::permit::DEED_PATH, || poem::post(my_page::permit::act)),
        (my_page::utilisation::PATH, || {
            get(my_page::utilisation::show).post(my_page::utilisation::send)
        }),
        (my_page::permit::CERTIFICATE_PATH, || get(my_page::permit::certificate_file)),
        (my_page::permit::CERTIFICATE_PAGE_PATH, || get(my_page::permit::certificate_page)),
        (my_page::contacts::PATH, || get(my_page::contacts::show).post(my_page::contacts::save)),
        (apply::receipt::PATH, || get(apply::receipt::show)),
        (apply::copy::PATH, || get(apply::copy::page)),
        (apply::copy::PDF_PATH, || get(apply::copy::pdf)),
    ]
}

/// The addresses of all pages below the language, with their parameters as `:name`.
pub fn addresses() -> Vec<&'static str> {
    pages().into_iter().map(|(path, _)| path).collect()
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
