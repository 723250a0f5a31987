//! Beacons whose holders have not confirmed what is registered: the rescue centre calls numbers that may be old. Those
//! that have waited longest come first. Whoever holds one is looked up, and so logged, and not listed here.

use askama::Template;
use chrono::{DateTime, TimeDelta, Utc};
use poem::{Response, handler, http::StatusCode, web::Data};
use uuid::Uuid;

use super::{CONFIRMATIONS_PATH, HOLDERS_PATH, Inside, PERMIT_PATH, caseworker};
use crate::{
    app::App,
    failure::Failure,
    http::page,
    permit::{
        kind::{self, Kind},
        model::Permit,
        store::Unconfirmed,
    },
    values::{calendar::oslo_date, reminder::Reminder},
    web::{
        frame::{self, Frame, Reader},
        parts::{Chips, Facet, Paging, Wrongs},
        problems,
        query::Wrong,
        sign_in::{SignedIn, Visitor},
    },
};

const LIMIT: u64 = 50;
const FIELDS: &[&str] = &["kind", "age"];
const LIST: &str = "casework-confirmations";
/// Everybody who was asked, also those who have some days left.
const ASKED: &str = "asked";

crate::web::texts::texts! {
    cwcf_title: "Ubekreftet", "Ikkje stadfesta", "Not confirmed";
    cwcf_heading: "Opplysninger som ikke er bekreftet", "Opplysningar som ikkje er stadfesta", "Data that are not confirmed";
    cwcf_lead: "Nødpeilesendere og luftfartøy med nødpeilesender eller nødkontakter, der innehaveren ikke har bekreftet i tide. Redningssentralen får vite hvor gamle opplysningene er, og registreringen står ved lag. Ring eller skriv til innehaveren.", "Naudpeilesendarar og luftfartøy med naudpeilesendar eller naudkontaktar, der innehavaren ikkje har stadfesta i tide. Redningssentralen får vite kor gamle opplysningane er, og registreringa står ved lag. Ring eller skriv til innehavaren.", "Beacons, and aircraft with a beacon or emergency contacts, whose holder has not confirmed in time. The rescue centre is told how old the data are, and the registration stands. Call or write to the holder.";
    cwcf_total(count): "{count} tillatelser", "{count} løyve", "{count} permits";
    cwcf_none: "Alle har bekreftet i tide.", "Alle har stadfesta i tide.", "Everybody has confirmed in time.";
    cwcf_permit: "Tillatelse", "Løyve", "Permit";
    cwcf_confirmed: "Sist bekreftet", "Sist stadfesta", "Last confirmed";
    cwcf_age: "Hvor lenge", "Kor lenge", "How long";
    cwcf_days(days): "{days} dager siden", "{days} dagar sidan", "{days} days ago";
    cwcf_overdue: "Over fristen", "Over fristen", "Overdue";
    cwcf_asked: "Alle som er spurt", "Alle som er spurde", "Everybody who was asked";
    cwcf_holder: "Innehaver", "Innehavar", "Holder";
    cwcf_find: "Finn innehaveren", "Finn innehavaren", "Find the holder";
    cwcf_find_of(number): "Finn innehaveren av {number}", "Finn innehavaren av {number}", "Find the holder of {number}";
    cwcf_purpose(number): "Bekreftelse av {number}", "Stadfesting av {number}", "Confirmation of {number}";
}

struct Row {
    link: String,
    number: String,
    sign: Option<String>,
    kind: &'static str,
    confirmed: String,
    days: i64,
    is_overdue: bool,
    /// What a search for the holder is for; none for those who may not search.
    purpose: Option<String>,
}

#[derive(Template)]
#[template(path = "casework_confirmations.html", config = "src/web/askama.toml")]
struct ConfirmationsPage {
    frame: Frame,
    inside: Inside,
    wrongs: Wrongs,
    facets: Vec<Facet>,
    chips: Chips,
    total: String,
    rows: Vec<Row>,
    paging: Paging,
    search: String,
}

/// The list.
#[handler]
pub async fn open(visitor: Visitor, Data(app): Data<&App>) -> poem::Result<Response> {
    let visitor = caseworker(visitor, "anrop:permit.read")?;
    Ok(match page(app, &visitor).await {
        Ok((status, page)) => frame::answer(status, &page.frame, &page),
        Err(failure) => problems::page(&visitor.reader, failure),
    })
}

fn label(reader: &Reader, name: &str) -> &'static str {
    match name {
        "kind" => reader.words.cw_kind(),
        "age" => reader.words.cwcf_age(),
        _ => reader.words.cw_cursor(),
    }
}

fn value_name(reader: &Reader, name: &str, value: &str) -> String {
    match (name, kind::from_code(value)) {
        ("kind", Some(known)) => kind::any(known).title(reader.language()).to_owned(),
        ("age", _) => reader.words.cwcf_asked().to_owned(),
        _ => value.to_owned(),
    }
}

/// Before when something must have been confirmed last, for a rule of the day.
fn limit_of(reminder: Reminder, now: DateTime<Utc>) -> DateTime<Utc> {
    now - TimeDelta::days(reminder.days(oslo_date(now)).unwrap_or_default())
}

async fn page(app: &App, visitor: &SignedIn) -> Result<(StatusCode, ConfirmationsPage), Failure> {
    let reader = &visitor.reader;
    let (words, query) = (reader.words, &reader.query);
    let (keys, now) = (app.keys(), app.clock().now());
    let names = FIELDS.iter().copied().chain(["cursor"]);
    let known: Vec<(&str, &str)> = names.map(|name| (name, label(reader, name))).collect();
    let mut wrongs = query.wrong(&known, words);
    let mut not_a_choice = |name: &str| {
        let text = words.not_a_choice(label(reader, name));
        wrongs.push(Wrong { name: name.to_owned(), text });
    };
    let chosen: Option<Kind> = query.get("kind").and_then(kind::from_code);
    if query.get("kind").is_some() && chosen.is_none() {
        not_a_choice("kind");
    }
    if query.get("age").is_some_and(|text| text != ASKED) {
        not_a_choice("age");
    }
    let mut after: Option<(DateTime<Utc>, Uuid)> = None;
    match page::position(&keys, LIST, query.get("cursor")) {
        Ok(position) => after = position,
        Err(_) => {
            wrongs.push(Wrong { name: "cursor".to_owned(), text: words.bad_cursor().to_owned() });
        }
    }
    let overdue = limit_of(Reminder::ConfirmationOverdue, now);
    let asked = limit_of(Reminder::ConfirmationDue, now);
    let before = if query.get("age") == Some(ASKED) { asked } else { overdue };
    let wanted = Unconfirmed { before, kinds: visitor.caller.handled(), kind: chosen };
    let connection = app.db().read();
    let found = wanted.list(connection, after, LIMIT + 1).await?;
    let position = |permit: &Permit| (permit.confirmed_at.unwrap_or_default(), permit.id.0);
    let (found, next) = page::cut(&keys, LIST, found, LIMIT, position);
    let counts = Unconfirmed { kind: None, ..wanted }.counts(connection).await?;
    let of_all = Unconfirmed { before: asked, ..wanted }.counts(connection).await?;
    let sum = |counts: &[(Kind, u64)]| counts.iter().map(|(_, count)| count).sum::<u64>();
    let total: u64 = counts
        .iter()
        .filter(|(kind, _)| chosen.is_none_or(|chosen| chosen == *kind))
        .map(|(_, count)| count)
        .sum();
    let kinds = counts.iter().map(|(kind, count)| (kind.as_str().to_owned(), *count));
    let ages = [(ASKED.to_owned(), sum(&of_all))];
    let facet = |name: &'static str, values: Vec<(String, u64)>| {
        let title = label(reader, name);
        Facet::new(reader, name, title, values, |value| value_name(reader, name, value))
    };
    let chips = FIELDS.iter().copied().filter_map(|name| {
        let value = value_name(reader, name, query.get(name)?);
        Some((name, format!("{}: {value}", label(reader, name))))
    });
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    let page = ConfirmationsPage {
        frame: reader.frame(words.cwcf_heading()).about_persons(),
        inside: Inside::of(visitor, CONFIRMATIONS_PATH),
        facets: vec![facet("kind", kinds.collect()), facet("age", ages.to_vec())],
        chips: Chips::new(reader, chips),
        total: words.cwcf_total(words.number(total)),
        rows: found.iter().map(|permit| row(visitor, permit, (overdue, now))).collect(),
        paging: Paging::new(reader, None, next.as_deref()),
        search: reader.link(HOLDERS_PATH),
        wrongs: Wrongs::new(reader, wrongs, FIELDS),
    };
    Ok((status, page))
}

fn row(visitor: &SignedIn, permit: &Permit, (overdue, now): (DateTime<Utc>, DateTime<Utc>)) -> Row {
    let reader = &visitor.reader;
    let words = reader.words;
    let confirmed = permit.confirmed_at.unwrap_or_default();
    let may_search = visitor.caller.has_scope("anrop:holder.search");
    Row {
        link: reader.link(PERMIT_PATH.replace(":id", &permit.id.to_string())),
        number: permit.number.clone(),
        sign: permit.call_sign.map(|sign| sign.to_string()),
        kind: kind::any(permit.kind).title(reader.language()),
        confirmed: words.date(oslo_date(confirmed)),
        days: (now - confirmed).num_days(),
        is_overdue: confirmed < overdue,
        purpose: may_search.then(|| words.cwcf_purpose(&permit.number)),
    }
}
