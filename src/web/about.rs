//! The pages about the register: start, privacy, open data, verification of a document, and the API in
//! prose, which is in English only.

use askama::Template;
use poem::{
    IntoResponse as _, Request, Response, handler,
    http::{HeaderValue, StatusCode, header},
    web::Path,
};
use serde_json::Value;

use super::{
    frame::{self, Frame, Reader, Section},
    problems,
    texts::Words,
};
use crate::{
    disclosure::policy::{Activity, Policy, record_of_processing},
    failure::{Failure, Problem},
    http::document,
    permit::{self, kind, wire::Verification},
    register::{
        list::List,
        search::{self, CallSignQuery, PermitQuery},
    },
    values::language::Language,
};

/// A list on the start page.
struct ListCard {
    path: &'static str,
    name: &'static str,
    about: &'static str,
    count: Option<String>,
}

#[derive(Template)]
#[template(path = "start.html", config = "src/web/askama.toml")]
struct StartPage {
    frame: Frame,
    lists: Vec<ListCard>,
}

/// The start page.
#[handler]
pub fn start(reader: Reader) -> Response {
    let words = reader.words;
    let app = &reader.app;
    let permits = |list| {
        search::permits(app, list, &PermitQuery::default(), None, 1).map(|found| found.total)
    };
    let lists = Section::ALL.iter().map(|section| {
        let (about, count) = match section {
            Section::CallSigns => {
                let all = search::call_signs(app, &CallSignQuery::default(), None, 1);
                (words.call_signs_about(), all.map(|found| found.total))
            }
            Section::Installers => (words.installers_about(), permits(List::Installers)),
            Section::Suppliers => (words.suppliers_about(), permits(List::Suppliers)),
            Section::FrequencyPermits => {
                (words.frequency_permits_about(), permits(List::FrequencyPermits))
            }
            Section::FrequencyPlan => (words.frequency_plan_about(), Ok(0)),
            Section::Numbers => (words.number_ranges_about(), Ok(0)),
            Section::Statistics => (words.statistics_about(), Ok(0)),
        };
        let is_counted =
            section.has_files() && !matches!(section, Section::Numbers | Section::FrequencyPlan);
        let count = count.ok().filter(|_| is_counted).map(|count| words.number(count));
        ListCard { path: section.path(), name: section.name(words), about, count }
    });
    let page = StartPage { lists: lists.collect(), frame: reader.frame(words.start()) };
    frame::answer(StatusCode::OK, &page.frame, &page)
}

#[derive(Template)]
#[template(path = "privacy.html", config = "src/web/askama.toml")]
struct PrivacyPage {
    frame: Frame,
    version: String,
    purposes: Vec<Activity>,
    transfers: &'static str,
    security: &'static str,
}

/// The privacy page, from the policy.
#[handler]
pub fn privacy(reader: Reader) -> Response {
    let words = reader.words;
    let policy = Policy::load();
    let json = format!("/v1/processing-activities?language={}", reader.language());
    let page = PrivacyPage {
        frame: reader.frame(words.privacy()).json(json),
        version: words.date(policy.version),
        purposes: record_of_processing(policy, reader.language()),
        transfers: policy.transfers.get(reader.language()),
        security: policy.security.get(reader.language()),
    };
    frame::answer(StatusCode::OK, &page.frame, &page)
}

#[derive(Template)]
#[template(path = "open_data.html", config = "src/web/askama.toml")]
struct OpenDataPage {
    frame: Frame,
    lists: Vec<(&'static str, &'static str)>,
}

/// How to use the data.
#[handler]
pub fn open_data(reader: Reader) -> Response {
    let words = reader.words;
    let lists = Section::ALL
        .iter()
        .filter(|one| one.has_files())
        .map(|one| (one.name(words), one.path().trim_start_matches('/')));
    let page = OpenDataPage { lists: lists.collect(), frame: reader.frame(words.open_data()) };
    frame::answer(StatusCode::OK, &page.frame, &page)
}

#[derive(Template)]
#[template(path = "verification.html", config = "src/web/askama.toml")]
struct VerificationPage {
    frame: Frame,
    answer: &'static str,
    tone: &'static str,
    is_unknown: bool,
    facts: Vec<(&'static str, String)>,
}

/// Whether a certificate stands.
#[handler]
pub async fn verify(reader: Reader, Path(code): Path<String>) -> Response {
    match permit::api::verification(&reader.app, &code).await {
        Ok(found) => verification(&reader, &code, &found),
        Err(failure) => problems::page(&reader, failure),
    }
}

fn verification(reader: &Reader, code: &str, found: &Verification) -> Response {
    let words = reader.words;
    let (answer, tone) = match found.status.as_str() {
        "valid" => (words.verify_valid(), "ok"),
        "expired" => (words.verify_expired(), "warn"),
        "revoked" => (words.verify_revoked(), "danger"),
        "ended" => (words.verify_ended(), "warn"),
        _ => (words.verify_unknown(), "danger"),
    };
    let is_unknown = found.number.is_none();
    let kind = found.kind.as_deref().and_then(kind_title(reader.language()));
    let until = match found.valid_until {
        Some(day) => day.pred_opt().map(|last| words.date(last)),
        None => Some(words.until_further_notice().to_owned()).filter(|_| !is_unknown),
    };
    let facts = [
        (words.kind(), kind),
        (words.permit_number(), found.number.clone()),
        (words.valid_from(), found.valid_from.map(|day| words.date(day))),
        (words.last_day(), until),
        (words.answered_at(), Some(words.moment(found.answered_at))),
    ];
    let json = format!("/v1/permit-verifications/{code}");
    let page = VerificationPage {
        frame: reader.frame(words.verify()).about_persons().json(json),
        answer,
        tone,
        is_unknown,
        facts: facts.into_iter().filter_map(|(label, value)| Some((label, value?))).collect(),
    };
    frame::answer(StatusCode::OK, &page.frame, &page)
}

/// What a kind of permit is called.
fn kind_title(language: Language) -> impl Fn(&str) -> Option<String> {
    move |code| {
        kind::KINDS
            .iter()
            .find(|kind| kind.kind().as_str() == code)
            .map(|kind| kind.title(language).to_owned())
    }
}

#[derive(Template)]
#[template(path = "problems.html", config = "src/web/askama.toml")]
struct ProblemsPage {
    frame: Frame,
    problems: &'static [Problem],
}

/// The catalogue of problems of the API.
#[handler]
pub fn api_problems(reader: Reader) -> Response {
    let frame = english(&reader, "Problems");
    let page = ProblemsPage { frame, problems: Problem::ALL };
    frame::answer(StatusCode::OK, &page.frame, &page)
}

#[derive(Template)]
#[template(path = "api_problem.html", config = "src/web/askama.toml")]
struct ApiProblemPage {
    frame: Frame,
    problem: Problem,
}

/// One problem of the API.
#[handler]
pub fn api_problem(request: &Request, reader: Reader, Path(code): Path<String>) -> Response {
    let Some(problem) = Problem::ALL.iter().copied().find(|problem| problem.code() == code) else {
        let failure = Failure::not_found();
        return match frame::wants_page(request.headers()) {
            true => problems::page(&reader, failure),
            false => failure.into_response(),
        };
    };
    let mut frame = english(&reader, problem.title());
    frame.trail.push(("/problems".to_owned(), "Problems".to_owned()));
    let page = ApiProblemPage { frame, problem };
    frame::answer(StatusCode::OK, &page.frame, &page)
}

/// An operation of the document in prose.
struct Operation {
    id: String,
    method: String,
    path: String,
    summary: String,
    description: Vec<String>,
}

#[derive(Template)]
#[template(path = "docs.html", config = "src/web/askama.toml")]
struct DocsPage {
    frame: Frame,
    groups: Vec<(String, Vec<Operation>)>,
}

/// The operations in prose, from the document.
#[handler]
pub fn docs(reader: Reader) -> Response {
    let document: Value = serde_json::from_str(document::COMMITTED).unwrap_or_default();
    let page = DocsPage { frame: english(&reader, "Operations"), groups: groups(&document) };
    frame::answer(StatusCode::OK, &page.frame, &page)
}

fn groups(document: &Value) -> Vec<(String, Vec<Operation>)> {
    let mut groups: Vec<(String, Vec<Operation>)> = Vec::new();
    for (path, methods) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            let text = |member: &str| operation[member].as_str().unwrap_or_default().to_owned();
            let group = operation["tags"][0].as_str().unwrap_or("Other").to_owned();
            let shown = Operation {
                id: text("operationId"),
                method: method.to_uppercase(),
                path: path.clone(),
                summary: text("summary"),
                description: text("description").split("\n\n").map(str::to_owned).collect(),
            };
            match groups.iter_mut().find(|(name, _)| *name == group) {
                Some((_, operations)) => operations.push(shown),
                None => groups.push((group, vec![shown])),
            }
        }
    }
    groups
}

/// What stands around a page that there is in English only, whatever the reader asked for.
fn english(reader: &Reader, title: &str) -> Frame {
    let mut frame = reader.frame(title);
    frame.words = Words(Language::English);
    frame.is_translated = false;
    frame
}

/// To the same page in the language that the browser asks for.
#[handler]
pub fn choose_language(reader: Reader) -> Response {
    Response::builder()
        .status(StatusCode::FOUND)
        .header(header::LOCATION, reader.here(&reader.query))
        .header(header::VARY, HeaderValue::from_static("Accept-Language"))
        .header(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"))
        .body(())
}
