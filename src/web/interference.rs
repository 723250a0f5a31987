//! Reports of interference for everybody: the form, its receipt, and where a report stands. Without signing in, scripts,
//! cookies or a picture puzzle: what keeps programs out is a field people do not see, a sealed time when the form was
//! made, and a limit for each address. Nothing that is typed stands in an address.

pub mod counts;
mod texts;

use askama::Template;
use chrono::{DateTime, Datelike as _, NaiveDate, NaiveTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Europe::Oslo;
use poem::{Request, Response, handler, http::StatusCode, web::Data};
use uuid::Uuid;

use super::{
    entry::{Entry, Kind},
    form::Form,
    frame::{self, Frame, Reader},
    problems,
};
use crate::{
    app::App,
    failure::{Failure, Problem},
    http::{address::address_of, page},
    idempotency::IdempotencyKey,
    identity::Caller,
    interference::{
        actions::{self, Receipt},
        model::{Service, Severity},
        rules,
        wire::{InterferenceReportForm, ReporterForm, view::FollowUpView},
    },
    values::{calendar::oslo_date, frequency::Frequency, ids::fresh, municipality},
};

/// The form, below the language.
pub const PATH: &str = "/interference-reports";
/// Where a report stands.
pub const FOLLOW_PATH: &str = "/interference-reports/follow-up";

/// Faster than this nobody fills in a form.
const FASTEST: TimeDelta = TimeDelta::seconds(3);
/// A form older than this is made anew.
const OLDEST: TimeDelta = TimeDelta::hours(24);
/// What a form is sealed for.
const SEALED_FOR: &str = "interference-form";

#[derive(Template)]
#[template(path = "interference.html", config = "src/web/askama.toml")]
struct ReportPage {
    frame: Frame,
    notice: Option<&'static str>,
    mistakes: Vec<(String, String, String)>,
    groups: Vec<(&'static str, &'static str, Vec<Entry>)>,
    token: String,
}

#[derive(Template)]
#[template(path = "interference_receipt.html", config = "src/web/askama.toml")]
struct ReceiptPage {
    frame: Frame,
    number: String,
    code: String,
    due: String,
}

#[derive(Template)]
#[template(path = "interference_follow.html", config = "src/web/askama.toml")]
struct FollowPage {
    frame: Frame,
    wrong: Option<&'static str>,
    fields: Vec<Entry>,
    found: Vec<(&'static str, String)>,
}

/// The choices of a class and of a service, in the reader's language.
pub fn choices(reader: &Reader) -> [Vec<(String, String)>; 2] {
    let language = reader.language();
    let severities = Severity::ALL
        .iter()
        .map(|one| (one.code().to_owned(), rules::severity_title(*one, language).to_owned()));
    let services = Service::ALL
        .iter()
        .map(|one| (one.code().to_owned(), rules::service_title(*one, language).to_owned()));
    [severities.collect(), services.collect()]
}

/// What is wrong, by field, and the notice above the form.
struct Undone {
    notice: Option<&'static str>,
    wrongs: Vec<(&'static str, String)>,
    status: StatusCode,
}

fn form_page(reader: &Reader, form: &Form, undone: Option<Undone>) -> Response {
    let words = reader.words;
    let (notice, wrongs, status) = match undone {
        Some(undone) => (undone.notice, undone.wrongs, undone.status),
        None => (None, Vec::new(), StatusCode::OK),
    };
    let [severities, services] = choices(reader);
    let today = oslo_date(reader.app.clock().now());
    let municipalities = municipality::in_use(today)
        .map(|entry| (entry.number.to_string(), format!("{} ({})", entry.name, entry.number)));
    let mut municipalities: Vec<(String, String)> = municipalities.collect();
    municipalities.sort_by(|one, other| one.1.cmp(&other.1));
    let field = |name, label: &str, kind| Entry::new(words, name, label, kind);
    let text = Kind::Line("text");
    let groups = vec![
        (
            words.intf_what(),
            "",
            vec![
                field("service", words.intf_service(), Kind::Choice(services)),
                field("severity", words.intf_severity(), Kind::Choice(severities)),
                field("description", words.intf_description(), Kind::Long)
                    .hint(words.intf_description_hint()),
                field("lower", words.intf_lower(), text.clone())
                    .hint(words.intf_lower_hint())
                    .optional(),
                field("upper", words.intf_upper(), text.clone()).optional(),
            ],
        ),
        (
            words.intf_where(),
            words.intf_where_hint(),
            vec![
                field("municipality", words.intf_municipality(), Kind::Choice(municipalities))
                    .optional(),
                field("place", words.intf_place(), text.clone()).optional(),
                field("latitude", words.intf_latitude(), Kind::Line("decimal"))
                    .hint(words.intf_latitude_hint())
                    .optional(),
                field("longitude", words.intf_longitude(), Kind::Line("decimal")).optional(),
            ],
        ),
        (
            words.intf_when(),
            "",
            vec![
                field("began-day", words.intf_began_day(), Kind::Day),
                field("began-time", words.intf_began_time(), text.clone())
                    .hint(words.intf_time_hint()),
                field("ended-day", words.intf_ended_day(), Kind::Day)
                    .hint(words.intf_ended_hint())
                    .optional(),
                field("ended-time", words.intf_ended_time(), text.clone()).optional(),
            ],
        ),
        (
            words.intf_who(),
            words.intf_who_hint(),
            vec![
                field("name", words.intf_name(), text.clone()).optional(),
                field("phone", words.intf_phone(), Kind::Line("tel")).optional(),
                field("email", words.intf_email(), Kind::Line("email")).optional(),
            ],
        ),
    ];
    let groups: Vec<_> = groups
        .into_iter()
        .map(|(title, hint, fields): (_, _, Vec<Entry>)| {
            let fields: Vec<Entry> =
                fields.into_iter().map(|one| one.typed(form, &wrongs)).collect();
            (title, hint, fields)
        })
        .collect();
    let mistakes =
        groups.iter().flat_map(|(_, _, fields)| fields.iter().filter_map(Entry::mistake));
    let mistakes: Vec<_> = mistakes
        .map(|(id, label, wrong)| (id.to_owned(), label.to_owned(), wrong.to_owned()))
        .collect();
    let mut frame = reader.frame(words.intf_title()).about_persons();
    PATH.clone_into(&mut frame.here);
    let now = reader.app.clock().now();
    let token = page::cursor(&reader.app.keys(), SEALED_FOR, &(now, fresh(now)));
    let page = ReportPage { frame, notice, mistakes, groups, token };
    frame::answer(status, &page.frame, &page)
}

/// The empty form.
#[handler]
pub fn open(reader: Reader) -> Response {
    form_page(&reader, &Form::default(), None)
}

/// Takes a report.
#[handler]
pub async fn send(
    request: &Request,
    reader: Reader,
    form: Form,
    Data(app): Data<&App>,
) -> Response {
    match take(app, &reader, &address_of(app, request), &form).await {
        Ok(receipt) => receipt_page(&reader, &receipt),
        Err(Ok(undone)) => form_page(&reader, &form, Some(undone)),
        Err(Err(failure)) => problems::page(&reader, failure),
    }
}

fn told(notice: &'static str, status: StatusCode) -> Undone {
    Undone { notice: Some(notice), wrongs: Vec::new(), status }
}

async fn take(
    app: &App,
    reader: &Reader,
    address: &str,
    form: &Form,
) -> Result<Receipt, Result<Undone, Failure>> {
    let words = reader.words;
    let now = app.clock().now();
    let again = || told(words.intf_again(), StatusCode::UNPROCESSABLE_ENTITY);
    let token = form.get("token");
    let made: Option<(DateTime<Utc>, Uuid)> =
        page::position(&app.keys(), SEALED_FOR, Some(token)).ok().flatten();
    let is_fit = made.is_some_and(|(at, _)| now - at >= FASTEST && now - at <= OLDEST);
    if !is_fit || !form.get("website").is_empty() {
        metrics::counter!("anrop_interference_forms_refused_total").increment(1);
        return Err(Ok(again()));
    }
    let (body, mut wrongs) = read(reader, form);
    let new = match body.parse(now) {
        Ok(new) => Some(new),
        Err(failure) if failure.problem() == Problem::InvalidContent => {
            wrongs.extend(failure.fields().iter().map(|field| wrong(reader, &field.pointer)));
            None
        }
        Err(failure) => return Err(Err(failure)),
    };
    let Some(new) = new.filter(|_| wrongs.is_empty()) else {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Err(Ok(Undone { notice: None, wrongs, status }));
    };
    let value = serde_json::to_value(&body).map_err(|flaw| Err(Failure::internal(flaw)))?;
    let key =
        IdempotencyKey::read(Some(token), &Caller::nobody(), &app.keys(), &value).map_err(Err)?;
    let taken = actions::take(app, address, &new, key.as_ref()).await;
    taken.map_err(|failure| match failure.problem() {
        Problem::TooManyRequests => Ok(told(words.intf_wait(), StatusCode::TOO_MANY_REQUESTS)),
        Problem::IdempotencyKeyReused => Ok(told(words.intf_sent_before(), StatusCode::CONFLICT)),
        // the report this form made has been erased since: a new form makes a new one
        Problem::NotFound => Ok(again()),
        _ => Err(failure),
    })
}

/// A time of day as people write it.
fn time(text: &str) -> Option<NaiveTime> {
    ["%H.%M", "%H:%M", "%H%M"].iter().find_map(|form| NaiveTime::parse_from_str(text, form).ok())
}

/// A day and a time of day by the clock of Norway; the hour that is there twice is taken the first time.
pub fn moment(day: &str, clock: &str) -> Option<DateTime<Utc>> {
    let day = ["%Y-%m-%d", "%d.%m.%Y"]
        .iter()
        .find_map(|form| NaiveDate::parse_from_str(day, form).ok())
        .filter(|day| (2000..2200).contains(&day.year()))?;
    let local = day.and_time(time(clock)?);
    Some(Oslo.from_local_datetime(&local).earliest()?.with_timezone(&Utc))
}

/// The form as the operation takes it, and what cannot even be read.
fn read(reader: &Reader, form: &Form) -> (InterferenceReportForm, Vec<(&'static str, String)>) {
    let words = reader.words;
    let mut wrongs = Vec::new();
    let given = |name: &str| Some(form.get(name).to_owned()).filter(|text| !text.is_empty());
    let mut number = |name: &'static str| {
        let text = given(name)?;
        let number: Option<f64> =
            text.replace(',', ".").parse().ok().filter(|n: &f64| n.is_finite());
        if number.is_none() {
            wrongs.push((name, words.intf_wrong_position().to_owned()));
        }
        number
    };
    let (latitude, longitude) = (number("latitude"), number("longitude"));
    let mut frequency = |name: &'static str| {
        let frequency = Frequency::parse(&given(name)?);
        if frequency.is_err() {
            wrongs.push((name, words.intf_wrong_frequency().to_owned()));
        }
        frequency.ok().map(Frequency::hertz)
    };
    let (lower_hertz, upper_hertz) = (frequency("lower"), frequency("upper"));
    let began_at = moment(form.get("began-day"), form.get("began-time"));
    if began_at.is_none() {
        wrongs.push(("began-day", words.intf_wrong_began().to_owned()));
    }
    let has_ended = !form.get("ended-day").is_empty() || !form.get("ended-time").is_empty();
    let ended_at = moment(form.get("ended-day"), form.get("ended-time")).filter(|_| has_ended);
    if has_ended && ended_at.is_none() {
        wrongs.push(("ended-day", words.intf_wrong_ended().to_owned()));
    }
    let reporter =
        ReporterForm { name: given("name"), phone: given("phone"), email: given("email") };
    let body = InterferenceReportForm {
        severity: form.get("severity").to_owned(),
        service: form.get("service").to_owned(),
        description: form.get("description").to_owned(),
        municipality_number: given("municipality"),
        latitude,
        longitude,
        place: given("place"),
        began_at: began_at.unwrap_or_default(),
        ended_at,
        lower_hertz,
        upper_hertz,
        reporter: Some(reporter),
        language: Some(reader.language().code().to_owned()),
    };
    (body, wrongs)
}

/// The field of a pointer, and what is wrong with it.
fn wrong(reader: &Reader, pointer: &str) -> (&'static str, String) {
    let words = reader.words;
    let (name, text) = match pointer {
        "/severity" => ("severity", words.intf_wrong_choice()),
        "/service" => ("service", words.intf_wrong_choice()),
        "/municipalityNumber" => ("municipality", words.intf_wrong_choice()),
        "/place" => ("place", words.intf_wrong_place()),
        "/latitude" => ("latitude", words.intf_wrong_position()),
        "/longitude" => ("longitude", words.intf_wrong_position()),
        "/beganAt" => ("began-day", words.intf_wrong_began()),
        "/endedAt" => ("ended-day", words.intf_wrong_ended()),
        "/lowerHertz" => ("lower", words.intf_wrong_frequency()),
        "/upperHertz" => ("upper", words.intf_wrong_frequency()),
        "/reporter/name" => ("name", words.intf_wrong_contact()),
        "/reporter/phone" => ("phone", words.intf_wrong_contact()),
        "/reporter/email" => ("email", words.intf_wrong_contact()),
        _ => ("description", words.intf_wrong_text()),
    };
    (name, text.to_owned())
}

fn receipt_page(reader: &Reader, receipt: &Receipt) -> Response {
    let words = reader.words;
    let mut frame = reader.frame(words.intf_received()).about_persons();
    PATH.clone_into(&mut frame.here);
    let page = ReceiptPage {
        frame,
        number: receipt.report.display_number(),
        code: receipt.code.clone(),
        due: words.intf_due(words.limit(receipt.report.due_at)),
    };
    frame::answer(StatusCode::OK, &page.frame, &page)
}

fn follow_page(
    reader: &Reader,
    form: &Form,
    outcome: Result<Vec<(&'static str, String)>, &'static str>,
    status: StatusCode,
) -> Response {
    let words = reader.words;
    let (found, wrong) = match outcome {
        Ok(found) => (found, None),
        Err(wrong) => (Vec::new(), Some(wrong)),
    };
    let number = Entry::new(words, "number", words.intf_number(), Kind::Line("text"));
    let code = Entry::new(words, "code", words.intf_code(), Kind::Line("text"));
    // a code that was used is not shown again
    let fields = if found.is_empty() {
        vec![number.typed(form, &[]), code.typed(form, &[])]
    } else {
        Vec::new()
    };
    let mut frame = reader.frame(words.intf_follow()).about_persons();
    FOLLOW_PATH.clone_into(&mut frame.here);
    let page = FollowPage { frame, wrong, fields, found };
    frame::answer(status, &page.frame, &page)
}

/// The form for number and code.
#[handler]
pub fn open_follow(reader: Reader) -> Response {
    follow_page(&reader, &Form::default(), Ok(Vec::new()), StatusCode::OK)
}

/// Tells where a report stands.
#[handler]
pub async fn follow(
    request: &Request,
    reader: Reader,
    form: Form,
    Data(app): Data<&App>,
) -> Response {
    let words = reader.words;
    let address = address_of(app, request);
    let followed = actions::follow(app, &address, form.get("number"), form.get("code")).await;
    let view = match followed {
        Ok(followed) => FollowUpView::of(followed),
        Err(failure) => {
            let (text, status) = match failure.problem() {
                Problem::NotFound => (words.intf_follow_none(), StatusCode::NOT_FOUND),
                Problem::TooManyRequests => {
                    (words.intf_follow_wait(), StatusCode::TOO_MANY_REQUESTS)
                }
                _ => return problems::page(&reader, failure),
            };
            return follow_page(&reader, &form, Err(text), status);
        }
    };
    let status = match view.status.as_str() {
        "inCase" => words.intf_status_case(),
        "closed" => words.intf_status_closed(),
        _ => words.intf_status_received(),
    };
    let mut found =
        vec![(words.intf_number(), view.report_number), (words.intf_status(), status.to_owned())];
    found.extend(view.case_number.map(|number| (words.intf_case(), number)));
    found.push((words.intf_next_code(), view.next_code));
    follow_page(&reader, &form, Ok(found), StatusCode::OK)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_by_the_clock_of_norway() {
        let at = |day, clock| moment(day, clock).map(|at| at.to_rfc3339());
        assert_eq!(at("2026-07-01", "13.45").as_deref(), Some("2026-07-01T11:45:00+00:00"));
        assert_eq!(at("01.12.2026", "13:45").as_deref(), Some("2026-12-01T12:45:00+00:00"));
        // the hour that is skipped is none, the one that is there twice is the first
        assert_eq!(at("2026-03-29", "02.30"), None);
        assert_eq!(at("2026-10-25", "02.30").as_deref(), Some("2026-10-25T00:30:00+00:00"));
        for (day, clock) in
            [("", ""), ("2026-02-30", "12.00"), ("2026-01-01", "25.00"), ("0001-01-01", "12.00")]
        {
            assert_eq!(at(day, clock), None, "{day} {clock}");
        }
    }
}
