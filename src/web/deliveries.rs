//! Subscriptions and deliveries for administrators: what waits and for how long, what every attempt
//! met, and the buttons to pause, resume and send once more. Never what was sent.

use askama::Template;
use poem::{Response, handler, http::StatusCode, web::Data};

use super::{
    form::Form,
    frame::{self, Frame, Reader},
    problems,
    query::Wrong,
    sign_in::{SignedIn, Visitor, see},
    texts::Words,
};
use crate::{
    app::App,
    delivery::{
        actions::{self, Parked, ReplayOf},
        schedule::Outcome,
        store::{self, Backlog, Delivered, DeliveryQuery, Status, Subscription},
    },
    failure::{Failure, Problem},
    identity::Role,
    rescue::standby::Standby,
    values::ids::{DeliveryId, PermitId, SubscriptionId},
};

/// The page, below the language.
pub const PATH: &str = "/deliveries";
/// Where its buttons post.
pub const DEED_PATH: &str = "/deliveries/deed";
const SCOPE: &str = "anrop:delivery.admin";
/// Deliveries on a page.
const LIMIT: u64 = 50;
/// Subscriptions shown.
const SUBSCRIPTIONS: u64 = 200;
/// Permits named that cannot be read.
const UNREADABLE: usize = 20;

super::texts::texts! {
    deliveries: "Utsendinger", "Utsendingar", "Deliveries";
    deliveries_subscriptions: "Abonnementer", "Abonnement", "Subscriptions";
    deliveries_active: "går ut", "går ut", "active";
    deliveries_paused: "på pause", "på pause", "paused";
    deliveries_gone: "på pause: mottakeren svarte 410", "på pause: mottakaren svarte 410", "paused: the recipient answered 410";
    deliveries_held(time): "venter til {time}: mottakeren ba om tid", "ventar til {time}: mottakaren bad om tid", "waits until {time}: the recipient asked for time";
    deliveries_ended: "avsluttet", "avslutta", "ended";
    deliveries_retry: "Prøv igjen", "Prøv igjen", "Try again";
    deliveries_dismiss: "Gi opp", "Gje opp", "Dismiss";
    deliveries_waiting: "Venter", "Ventar", "Waiting";
    deliveries_oldest: "Eldste", "Eldste", "Oldest";
    deliveries_parked: "Parkert", "Parkert", "Parked";
    deliveries_pause: "Sett på pause", "Set på pause", "Pause";
    deliveries_resume: "Send igjen", "Send igjen", "Resume";
    deliveries_replay: "Send alt på nytt", "Send alt på nytt", "Send everything once more";
    deliveries_replay_one: "Send på nytt", "Send på nytt", "Send once more";
    deliveries_all: "Alle", "Alle", "All";
    deliveries_event: "Hendelse", "Hending", "Event";
    deliveries_permit: "Tillatelse", "Løyve", "Permit";
    deliveries_state: "Tilstand", "Tilstand", "State";
    deliveries_attempts: "Forsøk", "Forsøk", "Attempts";
    deliveries_next: "Neste forsøk", "Neste forsøk", "Next attempt";
    deliveries_made: "Laget", "Laga", "Made";
    deliveries_recipient: "Mottaker", "Mottakar", "Recipient";
    deliveries_replaying(count): "sendes på nytt: {count} gjenstår", "blir sendt på nytt: {count} står att", "being sent once more: {count} left";
    deliveries_none: "Ingen utsendinger.", "Ingen utsendingar.", "No deliveries.";
    deliveries_unreadable(count): "Tillatelser som ikke kan leses her, og som ikke når noen redningssentral som ikke har dem fra før: {count}. Loggen sier når og hvilke.", "Løyve som ikkje kan lesast her, og som ikkje når nokon redningssentral som ikkje har dei frå før: {count}. Loggen seier når og kva for nokre.", "Permits that cannot be read here and reach no rescue centre that does not have them: {count}. The log says when and which.";
    deliveries_older: "Eldre", "Eldre", "Older";
    deliveries_done: "Gjort.", "Gjort.", "Done.";
    deliveries_stale: "Abonnementet er endret av en annen i mellomtiden. Se på siden og gjør det en gang til om det trengs.", "Abonnementet er endra av ein annan i mellomtida. Sjå på sida og gjer det ein gong til om det trengst.", "Somebody else has changed the subscription meanwhile. Look at the page and do it once more if needed.";
    deliveries_refused: "Det lar seg ikke gjøre slik abonnementet er nå.", "Det lèt seg ikkje gjere slik abonnementet er no.", "That cannot be done as the subscription is now.";
    deliveries_seconds(count): "{count} s", "{count} s", "{count} s";
    deliveries_minutes(count): "{count} min", "{count} min", "{count} min";
    deliveries_hours(count): "{count} t", "{count} t", "{count} h";
    deliveries_tried(number, outcome, milliseconds): "{number}: {outcome}, {milliseconds} ms", "{number}: {outcome}, {milliseconds} ms", "{number}: {outcome}, {milliseconds} ms";
    deliveries_total(count): "{count} i alt", "{count} i alt", "{count} in all";
    delivery_pending: "venter", "ventar", "waiting";
    delivery_delivered: "levert", "levert", "delivered";
    delivery_superseded: "erstattet av en nyere", "erstatta av ein nyare", "replaced by a newer one";
    delivery_withheld: "holdt tilbake", "halden tilbake", "withheld";
    delivery_parked: "parkert", "parkert", "parked";
    attempt_gone: "mottakeren vil ikke ha mer", "mottakaren vil ikkje ha meir", "the recipient wants no more";
    attempt_redirect: "viste til en annen adresse", "viste til ei anna adresse", "pointed to another address";
    attempt_throttled: "overbelastet eller nede", "overbelasta eller nede", "overloaded or down";
    attempt_failed: "svarte med en feil", "svarte med ein feil", "answered with an error";
    attempt_timeout: "svarte ikke i tide", "svarte ikkje i tide", "did not answer in time";
    attempt_connection: "ingen forbindelse", "inga tilkopling", "no connection";
    attempt_tls: "ingen sikker forbindelse", "inga sikker tilkopling", "no secure connection";
    attempt_oversized: "for stort svar", "for stort svar", "answer too large";
    attempt_target: "adressen er ikke tillatt", "adressa er ikkje tillaten", "address not permitted";
}

impl Words {
    /// State of a delivery.
    const fn delivery_state(self, status: Status) -> &'static str {
        match status {
            Status::Pending => self.delivery_pending(),
            Status::Delivered => self.delivery_delivered(),
            Status::Superseded => self.delivery_superseded(),
            Status::Withheld => self.delivery_withheld(),
            Status::Parked => self.delivery_parked(),
        }
    }

    /// What an attempt met.
    const fn attempt_outcome(self, outcome: Outcome) -> &'static str {
        match outcome {
            Outcome::Delivered => self.delivery_delivered(),
            Outcome::Gone => self.attempt_gone(),
            Outcome::Redirect => self.attempt_redirect(),
            Outcome::Throttled => self.attempt_throttled(),
            Outcome::Failed => self.attempt_failed(),
            Outcome::Timeout => self.attempt_timeout(),
            Outcome::Connection => self.attempt_connection(),
            Outcome::Tls => self.attempt_tls(),
            Outcome::Oversized => self.attempt_oversized(),
            Outcome::TargetRefused => self.attempt_target(),
        }
    }
}

/// A subscription.
struct Row {
    id: String,
    name: String,
    recipient: &'static str,
    url: String,
    state: String,
    is_paused: bool,
    is_held: bool,
    /// How much of a replay is still to be written, in words.
    replaying: Option<String>,
    is_ended: bool,
    waiting: u64,
    oldest: Option<String>,
    parked: u64,
    version: i32,
}

/// A delivery.
struct Sent {
    id: String,
    is_parked: bool,
    event: String,
    /// What the delivery is about: the permit and its version; none for the digest of the day.
    permit: Option<(String, i32)>,
    subscription: String,
    subscription_id: String,
    subscription_version: i32,
    status: String,
    tone: &'static str,
    attempts: Vec<String>,
    next: Option<String>,
    made: String,
}

#[derive(Template)]
#[template(path = "deliveries.html", config = "src/web/askama.toml")]
struct DeliveriesPage {
    frame: Frame,
    subject: String,
    csrf: String,
    notice: Option<&'static str>,
    rows: Vec<Row>,
    filters: Vec<(String, String, bool)>,
    list: Vec<Sent>,
    total: String,
    older: Option<String>,
    /// Permits that this process could not read for rescue centres, and how many in words.
    unreadable: Option<(String, Vec<String>)>,
}

/// The page.
#[handler]
pub async fn open(visitor: Visitor, Data(app): Data<&App>) -> poem::Result<Response> {
    let visitor = visitor.needs(&[Role::Administrator], SCOPE)?;
    let wrongs = wrongs(&visitor.reader);
    if !wrongs.is_empty() {
        let without = visitor.reader.link(PATH);
        return Ok(problems::wrong_query(&visitor.reader, wrongs, without));
    }
    match page(app, &visitor).await {
        Ok(page) => Ok(frame::answer(StatusCode::OK, &page.frame, &page)),
        Err(failure) => Ok(problems::page(&visitor.reader, failure)),
    }
}

/// What is wrong with the query: there is no list of what nobody can ask for.
fn wrongs(reader: &Reader) -> Vec<Wrong> {
    let (query, words) = (&reader.query, reader.words);
    let mut wrongs = Vec::new();
    let mut add = |name: &str, text| wrongs.push(Wrong { name: name.to_owned(), text });
    if query.get("status").is_some_and(|status| Status::from_code(status).is_none()) {
        add("status", words.not_a_choice(words.deliveries_state()));
    }
    if query.get("before").is_some_and(|before| uuid::Uuid::try_parse(before).is_err()) {
        add("before", words.bad_cursor().to_owned());
    }
    wrongs
}

async fn page(app: &App, visitor: &SignedIn) -> Result<DeliveriesPage, Failure> {
    let reader = &visitor.reader;
    let words = reader.words;
    let connection = app.db().read();
    let (subscriptions, _) = store::list(connection, None, SUBSCRIPTIONS).await?;
    let backlogs = store::backlogs(connection).await?;
    let status = reader.query.get("status").and_then(Status::from_code);
    let before = reader.query.get("before").and_then(|text| uuid::Uuid::try_parse(text).ok());
    let query = DeliveryQuery { status, subscription: None, before };
    let (mut list, total) = store::deliveries(connection, query, LIMIT + 1).await?;
    let has_more = list.len() as u64 > LIMIT;
    list.truncate(usize::try_from(LIMIT).unwrap_or(usize::MAX));
    let older = list.last().filter(|_| has_more).map(|last| {
        let cursor = last.row.id.to_string();
        reader.here(&reader.query.with("before", Some(&cursor)))
    });
    let filters = std::iter::once(None).chain(Status::ALL.map(Some)).map(|one| {
        let query = reader.query.only(&[]).with("status", one.map(Status::code));
        let name = one.map_or(words.deliveries_all(), |status| words.delivery_state(status));
        (reader.here(&query), name.to_owned(), one == status)
    });
    let notice = match reader.query.get("done") {
        Some("yes") => Some(words.deliveries_done()),
        Some("stale") => Some(words.deliveries_stale()),
        Some(_) => Some(words.deliveries_refused()),
        None => None,
    };
    let now = app.clock().now();
    let rows = subscriptions.iter().map(|one| {
        let backlog = backlogs.iter().find(|backlog| backlog.subscription == one.id.0);
        row(reader, one, backlog, now)
    });
    let shown = list.into_iter().map(|one| sent(reader, one, &subscriptions));
    let unreadable = app.open_standby().map(Standby::unreadable).unwrap_or_default();
    let unreadable = (!unreadable.is_empty()).then(|| {
        let said = words.deliveries_unreadable(words.number(unreadable.len() as u64));
        let named = unreadable.iter().take(UNREADABLE).map(uuid::Uuid::to_string);
        (said, named.collect())
    });
    let mut frame = reader.frame(words.deliveries()).about_persons();
    PATH.clone_into(&mut frame.here);
    Ok(DeliveriesPage {
        frame,
        subject: visitor.caller.subject.clone(),
        csrf: visitor.csrf.clone(),
        notice,
        rows: rows.collect(),
        filters: filters.collect(),
        list: shown.collect(),
        total: words.deliveries_total(words.number(total)),
        older,
        unreadable,
    })
}

fn row(
    reader: &Reader,
    one: &Subscription,
    backlog: Option<&Backlog>,
    now: chrono::DateTime<chrono::Utc>,
) -> Row {
    let words = reader.words;
    let held = one.held_until.filter(|until| *until > now);
    let state = match (one.paused.as_deref(), held) {
        (None, _) if one.is_ended => words.deliveries_ended().to_owned(),
        (None, Some(until)) => words.deliveries_held(words.moment(until)),
        (None, None) => words.deliveries_active().to_owned(),
        (Some(actions::GONE), _) => words.deliveries_gone().to_owned(),
        (Some(_), _) => words.deliveries_paused().to_owned(),
    };
    let oldest = backlog.and_then(|backlog| backlog.oldest).map(|at| {
        let seconds = (now - at).num_seconds().max(0);
        match seconds {
            0..120 => words.deliveries_seconds(seconds),
            120..7200 => words.deliveries_minutes(seconds / 60),
            _ => words.deliveries_hours(seconds / 3600),
        }
    });
    Row {
        id: one.id.to_string(),
        name: one.name.clone(),
        recipient: one.recipient.as_str(),
        url: one.url.clone(),
        state,
        is_paused: one.paused.is_some(),
        is_held: held.is_some() && !one.is_ended,
        replaying: one.replay.map(|replay| words.deliveries_replaying(words.number(replay.left))),
        is_ended: one.is_ended,
        waiting: backlog.map_or(0, |backlog| backlog.pending),
        oldest,
        parked: backlog.map_or(0, |backlog| backlog.parked),
        version: one.version,
    }
}

fn sent(reader: &Reader, one: Delivered, subscriptions: &[Subscription]) -> Sent {
    let words = reader.words;
    let Delivered { row, event, attempts } = one;
    let subscription = subscriptions.iter().find(|known| known.id.0 == row.subscription_id);
    let tried = attempts.iter().map(|attempt| {
        let outcome: Option<Outcome> = attempt.outcome.parse().ok();
        let outcome = outcome.map_or(&*attempt.outcome, |known| words.attempt_outcome(known));
        let outcome = match attempt.http_status {
            Some(status) => format!("{outcome} ({status})"),
            None => outcome.to_owned(),
        };
        words.deliveries_tried(attempt.number, outcome, attempt.duration_ms)
    });
    let status = Status::from_code(&row.status);
    let tone = match status {
        Some(Status::Delivered) => "ok",
        Some(Status::Parked) => "danger",
        Some(Status::Pending) => "warn",
        _ => "",
    };
    Sent {
        id: row.id.to_string(),
        is_parked: status == Some(Status::Parked),
        event,
        permit: row.permit_id.map(|id| id.to_string()).zip(row.permit_version),
        subscription: subscription.map(|one| one.name.clone()).unwrap_or_default(),
        subscription_id: row.subscription_id.to_string(),
        subscription_version: subscription.map_or(0, |one| one.version),
        status: status.map_or(row.status, |status| words.delivery_state(status).to_owned()),
        tone,
        attempts: tried.collect(),
        next: row.next_attempt_at.filter(|_| tone == "warn").map(|at| words.moment(at)),
        made: words.moment(row.created_at),
    }
}

/// Pauses, resumes or sends once more.
#[handler]
pub async fn act(visitor: Visitor, form: Form, Data(app): Data<&App>) -> poem::Result<Response> {
    let visitor = visitor.needs(&[Role::Administrator], SCOPE)?;
    visitor.own(&form)?;
    let done = match carry_out(app, &form).await {
        Ok(()) => "yes",
        Err(failure) => match failure.problem() {
            Problem::StaleVersion => "stale",
            problem if problem.status() < 500 => "no",
            _ => return Ok(problems::page(&visitor.reader, failure)),
        },
    };
    Ok(see(&visitor.reader.link(format_args!("{PATH}?done={done}"))))
}

async fn carry_out(app: &App, form: &Form) -> Result<(), Failure> {
    let settle = async |what| {
        let id = DeliveryId::parse(form.get("delivery")).map_err(|_| Failure::not_found())?;
        actions::settle_parked(app, id, what).await.map(|_| ())
    };
    match form.get("deed") {
        "retry" => return settle(Parked::Retry).await,
        "dismiss" => return settle(Parked::Dismiss).await,
        _ => {}
    }
    let id = SubscriptionId::parse(form.get("subscription")).map_err(|_| Failure::not_found())?;
    let version: i32 = form.get("version").parse().map_err(|_| Failure::stale())?;
    match form.get("deed") {
        "pause" => actions::pause(app, id, version).await.map(|_| ()),
        "resume" => actions::resume(app, id, version).await.map(|_| ()),
        "replay" => {
            let what = match PermitId::parse(form.get("permit")) {
                Ok(permit) => ReplayOf::Permit(permit),
                Err(_) => ReplayOf::Live,
            };
            actions::replay(app, id, version, what).await.map(|_| ())
        }
        _ => Err(Failure::not_found()),
    }
}
