//! The list of call signs: search, filters, pages, and help when nothing was found.

use askama::Template;
use poem::{Response, handler, http::StatusCode};

use super::{
    browse::Browse,
    frame::{self, Frame, Reader, Section},
    near,
    parts::{Chips, Downloads, Facet, Paging, Wrongs},
    problems,
    texts::Words,
};
use crate::{
    failure::Failure,
    http::page,
    permit::kind,
    register::{
        search::{self, CallSignQuery, Dimension, Found},
        wire::CallSignView,
    },
    values::{call_sign::CallSign, on_air::OnAir},
};

/// Parameters of the page; the fields of its form first.
const FIELDS: &[&str] = &["q", "prefix", "place", "county", "type", "status", "kind", "year"];

const BROWSE: Browse = Browse { fields: FIELDS, label, value_name };

/// A sign in the table of results.
pub struct Row {
    /// The sign.
    pub sign: String,
    /// Address of its page.
    pub link: String,
    /// Status in words.
    pub status: String,
    /// Colour of the status.
    pub tone: &'static str,
    /// What belongs to the status: a date or a reason.
    pub note: String,
    /// Name of the holder, as far as it is shown.
    pub holder: Option<String>,
    /// There is a holder who is not shown.
    pub is_withheld: bool,
    /// Post town of the holder, as far as it is shown.
    pub place: String,
    /// Series in words.
    pub series: String,
}

impl Row {
    /// Of what the public may know.
    pub fn new(reader: &Reader, view: &CallSignView) -> Self {
        let words = reader.words;
        let note = match (view.until, &view.reason) {
            (Some(day), _) => words.until(words.date(day)),
            (None, Some(reason)) => words.block_reason(reason),
            (None, None) => String::new(),
        };
        let name = view.holder.as_ref().and_then(|holder| holder.name.clone());
        Self {
            link: reader.link(format_args!("/call-signs/{}", view.call_sign)),
            sign: view.call_sign.clone(),
            status: words.sign_status(&view.status),
            tone: tone(&view.status),
            note,
            is_withheld: view.holder_withheld && name.is_none(),
            holder: name,
            place: view.holder.as_ref().and_then(|h| h.post_town.clone()).unwrap_or_default(),
            series: view.series.as_deref().map(|code| words.sign_series(code)).unwrap_or_default(),
        }
    }
}

/// The colour of a status.
pub fn tone(status: &str) -> &'static str {
    match status {
        "inUse" => "accent",
        "free" => "ok",
        "reserved" | "quarantined" => "warn",
        "blocked" => "danger",
        _ => "",
    }
}

#[derive(Template)]
#[template(path = "call_signs.html", config = "src/web/askama.toml")]
struct CallSignsPage {
    frame: Frame,
    typed: String,
    /// What else is chosen, to be kept by the form.
    kept: Vec<(String, String)>,
    wrongs: Wrongs,
    results: Option<Results>,
}

struct Results {
    /// How many, in words.
    total: String,
    /// Which of them are shown, when not all.
    rows: Vec<Row>,
    chips: Chips,
    facets: Vec<Facet>,
    paging: Paging,
    downloads: Downloads,
    /// The sign that was typed, if it is one: shown before the results, which lack free signs.
    asked: Option<Row>,
    /// The form it was typed in, when that is another.
    heard: Option<String>,
    near: Vec<Row>,
    statuses: Vec<(String, &'static str, &'static str)>,
}

/// The list of call signs.
#[handler]
pub fn list(reader: Reader) -> Response {
    let words = reader.words;
    let (results, wrongs) = match BROWSE.outcome(&reader, || find(&reader)) {
        Ok(outcome) => outcome,
        Err(failure) => return problems::page(&reader, failure),
    };
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    let json = format!("/v1/call-signs{}", reader.query.only(FIELDS));
    let page = CallSignsPage {
        frame: reader
            .frame(words.call_signs())
            .section(Section::CallSigns)
            .about_persons()
            .json(json),
        typed: reader.query.typed("q").to_owned(),
        kept: reader.query.only(FIELDS).others(&["q"]),
        wrongs,
        results,
    };
    frame::answer(status, &page.frame, &page)
}

/// What a parameter is called.
fn label(words: Words, name: &str) -> &'static str {
    match name {
        "q" => words.search(),
        "prefix" => words.beginning(),
        "place" => words.place(),
        "county" => words.county(),
        "type" => words.series(),
        "status" => words.status(),
        "kind" => words.kind(),
        "cursor" => words.page_of_results(),
        _ => words.year(),
    }
}

fn find(reader: &Reader) -> Result<Results, Failure> {
    let words = reader.words;
    let mut query = CallSignQuery::read(|name| reader.query.get(name).map(str::to_owned))?;
    query.facets = Dimension::ALL.to_vec();
    let cursor = reader.query.get("cursor");
    let found = search::call_signs(&reader.app, &query, cursor, page::DEFAULT_LIMIT)?;
    let rows: Vec<Row> = found.items.iter().map(|view| Row::new(reader, view)).collect();
    let asked = asked(reader, &found);
    let near = if found.total == 0 { look_alikes(reader) } else { Vec::new() };
    let heard = asked.as_ref().and_then(|view| view.on_air.clone());
    Ok(Results {
        total: match found.total {
            0 if asked.is_some() => words.no_other_signs().to_owned(),
            0 => words.no_signs().to_owned(),
            1 => words.found_one_sign().to_owned(),
            total => words.found_signs(words.number(total)),
        },
        chips: BROWSE.chips(reader),
        facets: BROWSE.facets(reader, found.facets),
        paging: Paging::new(reader, None, found.next.as_deref()),
        downloads: Downloads::new(words, "call-signs"),
        asked: asked.map(|view| {
            let mut row = Row::new(reader, &view);
            if let Some(heard) = &view.on_air {
                let form =
                    url::form_urlencoded::byte_serialize(heard.as_bytes()).collect::<String>();
                row.link = format!("{}?onAir={form}", row.link);
            }
            row
        }),
        heard,
        near,
        statuses: ["inUse", "free", "quarantined", "reserved", "blocked"]
            .map(|code| (words.sign_status(code), tone(code), words.sign_status_means(code)))
            .into(),
        rows,
    })
}

/// What was typed, when it is a whole call sign and the first page does not show it anyway.
fn asked(reader: &Reader, found: &Found<CallSignView>) -> Option<CallSignView> {
    let text = reader.query.get("q").filter(|_| reader.query.get("cursor").is_none())?;
    // a whole sign with its digit; a word like LILLE is none
    OnAir::resolve(text)
        .ok()?
        .candidates()
        .find(|sign| sign.parts().is_some() || text.len() > 4)?;
    let view = search::call_sign(&reader.app, text).ok()?;
    let is_shown = found.items.iter().any(|item| item.call_sign == view.call_sign);
    (!is_shown || view.on_air.is_some()).then_some(view)
}

fn look_alikes(reader: &Reader) -> Vec<Row> {
    let register = reader.app.register();
    near::near(reader.query.typed("q"), |sign: CallSign| register.get(sign).is_some())
        .into_iter()
        .filter_map(|sign| search::call_sign(&reader.app, sign.as_str()).ok())
        .map(|view| Row::new(reader, &view))
        .collect()
}

/// A value of a filter in words.
fn value_name(reader: &Reader, parameter: &str, value: &str) -> String {
    let words = reader.words;
    match parameter {
        "type" => words.sign_series(value),
        "status" => words.sign_status(value),
        "kind" => kind::KINDS
            .iter()
            .find(|kind| kind.kind().as_str() == value)
            .map_or_else(|| value.to_owned(), |kind| kind.title(words.language()).to_owned()),
        _ => value.to_owned(),
    }
}
