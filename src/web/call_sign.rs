//! One call sign in plain words: what it is, today or on a day gone by, and how it is used on the air.

use std::time::Duration;

use askama::Template;
use chrono::NaiveDate;
use poem::{Response, handler, http::StatusCode, web::Path};

use super::{
    call_signs::{Row, tone},
    frame::{self, Frame, Reader, Section},
    near,
    parts::Wrongs,
    problems,
    query::Wrong,
    texts::Words,
};
use crate::{
    failure::{Failure, Problem},
    party::wire::Address,
    permit::kind,
    register::{
        search,
        wire::{CallSignEvents, CallSignView},
    },
    values::{
        calendar::oslo_date,
        call_sign::CallSign,
        call_sign_series::{self, SeriesKind},
        on_air::{Area, OnAir},
    },
};

const FIELDS: &[&str] = &["asOf", "onAir"];
/// How long a reader waits for what is in the database only.
const PATIENCE: Duration = Duration::from_secs(1);

/// A change of the status, as it is told.
struct Step {
    day: String,
    date: NaiveDate,
    status: String,
    tone: &'static str,
}

#[derive(Template)]
#[template(path = "call_sign.html", config = "src/web/askama.toml")]
struct CallSignPage {
    frame: Frame,
    sign: String,
    status: String,
    tone: &'static str,
    /// What it means, sentence by sentence.
    meaning: Vec<String>,
    facts: Vec<(&'static str, String)>,
    address: Vec<String>,
    /// As it was asked for on the air, when that is another form.
    heard: Option<String>,
    /// Where it is used in which form; the one that was asked for is marked.
    on_air: Vec<(&'static str, String, bool)>,
    /// When the status changed, the latest first; nothing while that cannot be told.
    steps: Option<Vec<Step>>,
    /// What is not known of the time before.
    before: Option<String>,
    /// The day gone by that is shown, in words.
    past: Option<String>,
    typed_day: String,
    today: String,
    wrongs: Wrongs,
    here: String,
}

/// One call sign.
#[handler]
pub async fn one(reader: Reader, Path(path): Path<String>) -> Response {
    let words = reader.words;
    let known = [("asOf", words.past_day()), ("onAir", words.on_air())];
    let mut wrongs = reader.query.wrong(&known, words);
    let asked = search::asked_as(&path, reader.query.get("onAir")).unwrap_or_else(|_| {
        wrongs.push(Wrong { name: "onAir".to_owned(), text: words.other_sign().to_owned() });
        path.as_str()
    });
    let today = oslo_date(reader.app.clock().now());
    let day = match reader.query.get("asOf").map(|text| read_day(text, today)) {
        Some(None) => {
            wrongs.push(Wrong { name: "asOf".to_owned(), text: words.bad_day().to_owned() });
            None
        }
        Some(day) => day.filter(|day| *day != today),
        None => None,
    };
    let found = match day {
        Some(day) if wrongs.is_empty() => search::call_sign_on(&reader.app, asked, day).await,
        _ => search::call_sign(&reader.app, asked),
    };
    match found {
        Ok(view) => {
            let events = events(&reader, &view.call_sign).await;
            shown(&reader, &view, wrongs, events)
        }
        Err(failure) if failure.problem() == Problem::MalformedKey => {
            malformed(&reader, asked, &failure)
        }
        Err(failure) => problems::page(&reader, failure),
    }
}

/// A day as a form or a person writes it, not in the future.
fn read_day(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    ["%Y-%m-%d", "%d.%m.%Y"]
        .iter()
        .find_map(|form| NaiveDate::parse_from_str(text, form).ok())
        .filter(|day| *day <= today)
}

/// When the status changed; nothing where the database does not answer soon. What the sign is must be told then,
/// too.
async fn events(reader: &Reader, sign: &str) -> Option<CallSignEvents> {
    if !reader.app.lease().is_good() {
        return None;
    }
    let read = search::call_sign_events(&reader.app, sign);
    tokio::time::timeout(PATIENCE, read).await.ok()?.ok()
}

fn shown(
    reader: &Reader,
    view: &CallSignView,
    wrongs: Vec<Wrong>,
    events: Option<CallSignEvents>,
) -> Response {
    let words = reader.words;
    let today = oslo_date(reader.app.clock().now());
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    let address = view.holder.as_ref().and_then(|holder| holder.address.as_ref());
    let past = view.as_of.filter(|day| *day != today);
    // people may write the day as 31.12.2025, programs may not
    let day = past.map(|day| day.to_string());
    let asked = reader.query.only(FIELDS).with("asOf", day.as_deref());
    let json = format!("/v1/call-signs/{}{asked}", view.call_sign);
    let known_from = events.as_ref().and_then(|events| events.unknown_before);
    let page = CallSignPage {
        frame: reader
            .frame(view.call_sign.clone())
            .section(Section::CallSigns)
            .below(Section::CallSigns.path(), words.call_signs())
            .about_persons()
            .json(json),
        sign: view.call_sign.clone(),
        status: words.sign_status(&view.status),
        tone: tone(&view.status),
        meaning: meaning(words, view, today),
        facts: facts(words, view),
        address: address.map(lines).unwrap_or_default(),
        heard: view.on_air.clone(),
        on_air: on_air(words, view),
        steps: events.map(|events| steps(words, events)),
        before: known_from.map(|day| words.is_unknown(&view.call_sign, words.date(day))),
        past: past.map(|day| words.date(day)),
        typed_day: reader.query.typed("asOf").to_owned(),
        today: today.to_string(),
        wrongs: Wrongs::new(reader, wrongs, FIELDS),
        here: format!(
            "{}{}",
            reader.app.settings().public_url.trim_end_matches('/'),
            reader.link(format_args!("/call-signs/{}", view.call_sign))
        ),
    };
    frame::answer(status, &page.frame, &page)
}

fn steps(words: Words, events: CallSignEvents) -> Vec<Step> {
    let latest_first = events.items.into_iter().rev();
    latest_first
        .map(|event| Step {
            day: words.date(event.changed_on),
            date: event.changed_on,
            status: words.sign_status(&event.status),
            tone: tone(&event.status),
        })
        .collect()
}

/// What the state of a sign means for whoever asks.
fn meaning(words: Words, view: &CallSignView, today: NaiveDate) -> Vec<String> {
    let sign = &view.call_sign;
    let is_shown = view.holder.as_ref().is_some_and(|holder| holder.name.is_some());
    let mut said = match view.status.as_str() {
        "inUse" if view.kind.as_deref() == Some("plb") => vec![words.in_use_beacon(sign)],
        "inUse" if is_shown => vec![words.in_use_shown(sign)],
        "inUse" => vec![words.in_use_withheld(sign)],
        "reserved" => vec![words.is_reserved(sign)],
        "quarantined" => match view.until {
            Some(day) => vec![words.is_quarantined(sign, words.date(day))],
            None => vec![words.means_quarantined().to_owned()],
        },
        "blocked" => {
            let reason = view.reason.as_deref().map(|code| words.block_reason(code));
            std::iter::once(words.is_blocked(sign)).chain(reason).collect()
        }
        "free" => vec![words.is_free(sign)],
        "neverIssued" => vec![words.is_never_issued(sign)],
        _ => match view.unknown_before {
            Some(day) => vec![words.is_unknown(sign, words.date(day))],
            None => vec![words.means_unknown().to_owned()],
        },
    };
    if view.status == "free" && view.as_of.is_none_or(|day| day == today) {
        let in_turn = [SeriesKind::PersonalNew, SeriesKind::Plb].map(SeriesKind::code);
        let is_in_turn = view.series.as_deref().is_some_and(|series| in_turn.contains(&series));
        let how = if is_in_turn { words.is_free_in_turn() } else { words.is_free_by_wish() };
        said.push(how.to_owned());
    }
    let is_partly = view.holder.as_ref().is_some_and(|holder| holder.name.is_none());
    if view.holder_withheld && is_partly {
        said.push(words.in_use_partly().to_owned());
    }
    said
}

fn facts(words: Words, view: &CallSignView) -> Vec<(&'static str, String)> {
    let kind = view.kind.as_deref().and_then(|code| {
        let kind = kind::KINDS.iter().find(|kind| kind.kind().as_str() == code)?;
        Some(kind.title(words.language()).to_owned())
    });
    let holder = view.holder.as_ref();
    let last_day = view.valid_until.and_then(|until| until.pred_opt());
    let facts = [
        (words.holder(), holder.and_then(|holder| holder.name.clone())),
        (words.place(), holder.and_then(|holder| holder.post_town.clone())),
        (words.kind(), kind),
        (words.series(), view.series.as_deref().map(|code| words.sign_series(code))),
        (words.valid_from(), view.valid_from.map(|day| words.date(day))),
        (words.last_day_valid(), last_day.map(|day| words.date(day))),
        (words.class(), view.class.as_deref().map(|code| words.licence_class(code))),
    ];
    facts.into_iter().filter_map(|(label, value)| Some((label, value?))).collect()
}

fn lines(address: &Address) -> Vec<String> {
    let mut lines = address.lines.clone();
    let town = [address.postal_code.as_deref(), address.town.as_deref()];
    lines.push(town.into_iter().flatten().collect::<Vec<_>>().join(" "));
    if let Some(code) = address.country.as_deref().filter(|code| *code != "NO") {
        lines.push(code.to_owned());
    }
    lines
}

/// The forms of an amateur's sign in each area.
fn on_air(words: Words, view: &CallSignView) -> Vec<(&'static str, String, bool)> {
    let Ok(sign) = CallSign::parse(&view.call_sign) else { return Vec::new() };
    let is_amateur = sign.parts().is_some()
        && call_sign_series::classify(sign).is_some_and(|series| series.kind != SeriesKind::Plb);
    if !is_amateur || !sign.as_str().starts_with('L') {
        return Vec::new();
    }
    let heard = view.on_air.as_deref().and_then(|text| OnAir::resolve(text).ok());
    let areas = [
        (Area::Mainland, words.area_mainland()),
        (Area::Svalbard, words.area_svalbard()),
        (Area::JanMayen, words.area_jan_mayen()),
        (Area::Antarctic, words.area_antarctic()),
    ];
    areas
        .into_iter()
        .map(|(area, name)| {
            let is_heard = heard.is_some_and(|heard| heard.area == area);
            (name, OnAir::of(sign, area).to_string(), is_heard)
        })
        .collect()
}

#[derive(Template)]
#[template(path = "bad_call_sign.html", config = "src/web/askama.toml")]
struct BadCallSignPage {
    frame: Frame,
    typed: String,
    text: &'static str,
    near: Vec<Row>,
}

/// The page of what is no Norwegian call sign: what one looks like, and which may be meant.
fn malformed(reader: &Reader, asked: &str, failure: &Failure) -> Response {
    let words = reader.words;
    let is_foreign = failure.fields().iter().any(|field| field.code == "foreign");
    let register = reader.app.register();
    let near = near::near(asked, |sign| register.get(sign).is_some())
        .into_iter()
        .filter_map(|sign| search::call_sign(&reader.app, sign.as_str()).ok())
        .map(|view| Row::new(reader, &view))
        .collect();
    let page = BadCallSignPage {
        frame: reader
            .frame(words.bad_sign_title())
            .section(Section::CallSigns)
            .below(Section::CallSigns.path(), words.call_signs())
            .about_persons(),
        typed: asked.chars().take(100).collect(),
        text: if is_foreign { words.foreign_sign_text() } else { words.bad_sign_text() },
        near,
    };
    frame::answer(StatusCode::BAD_REQUEST, &page.frame, &page)
}
