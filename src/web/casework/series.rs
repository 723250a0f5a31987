//! Series of call signs at the desk: how full each is, for which signs caseworkers must draw among applicants, and keeping a
//! free sign for somebody. The actions are those of the operations.

use askama::Template;
use chrono::NaiveDate;
use poem::{Response, handler, http::StatusCode, web::Data};

use super::{Inside, PATH as CASES, Refusal, can_be_said, caseworker, day, frame_at, status_of};
use crate::{
    app::App,
    assignment::{self, actions::Deed},
    case::wishes::actions::{self as wishes, Draw},
    failure::{Failure, Problem},
    permit::kind::Kind,
    register::projection,
    values::{calendar::oslo_date, call_sign::CallSign},
    web::{
        form::Form,
        frame::{self, Frame},
        problems,
        sign_in::{SignedIn, Visitor},
    },
};

/// The page, below the language.
pub const PATH: &str = "/casework/series";
const SCOPE: &str = "anrop:call-sign.assign";
/// Longest reason, in characters, as the operations have it.
const LONGEST: usize = 200;

crate::web::texts::texts! {
    cws_title: "Kallesignaler", "Kallesignal", "Call signs";
    cws_lead: "Hvor fulle seriene er, og signaler som flere ønsker seg.", "Kor fulle seriane er, og signal som fleire ønskjer seg.", "How full the series are, and signs that several wish for.";
    cws_series: "Serier som tildeles", "Seriar som blir tildelte", "Series that are assigned";
    cws_name: "Serie", "Serie", "Series";
    cws_size: "Signaler", "Signal", "Signs";
    cws_in_use: "I bruk", "I bruk", "In use";
    cws_resting: "Hviler", "Kviler", "Resting";
    cws_kept: "Holdt av", "Haldne av", "Kept";
    cws_blocked: "Sperret", "Sperra", "Blocked";
    cws_free: "Ledige", "Ledige", "Free";
    cws_taken: "Opptatt", "Oppteke", "Taken";
    cws_nearly_full: "Nesten full: en ny serie må åpnes", "Nesten full: ein ny serie må opnast", "Nearly full: another series must be opened";
    cws_contested: "Signaler som flere søknader ønsker først", "Signal som fleire søknader ønskjer først", "Signs that several applications wish for first";
    cws_none_contested: "Ingen.", "Ingen.", "None.";
    cws_draw: "Trekk lodd", "Trekk lodd", "Draw";
    cws_draw_for(sign): "Trekk lodd om {sign}", "Trekk lodd om {sign}", "Draw for {sign}";
    cws_draw_hint: "Loddtrekningen gjøres én gang og står i journalen til alle sakene. Signalet holdes av for vinneren, og de andre får vurdert neste ønske.", "Loddtrekkinga blir gjord éin gong og står i journalen til alle sakene. Signalet blir halde av for vinnaren, og dei andre får vurdert neste ønske.", "The draw is made once and stands in the journals of all the cases. The sign is kept for the winner, and the others have their next wish considered.";
    cws_drawn(sign, winner): "{sign} gikk til sak {winner}", "{sign} gjekk til sak {winner}", "{sign} went to case {winner}";
    cws_drawn_how(random, count, place): "Tilfeldig tall {random}, rest ved deling på {count}: {place}.", "Tilfeldig tal {random}, rest ved deling på {count}: {place}.", "Random number {random}, remainder when divided by {count}: {place}.";
    cws_drawn_until(day): "Holdt av til {day}, den dagen ikke medregnet.", "Halde av til {day}, den dagen ikkje medrekna.", "Kept until {day}, that day not included.";
    cws_keep: "Hold av et ledig signal", "Hald av eit ledig signal", "Keep a free sign";
    cws_sign: "Kallesignal", "Kallesignal", "Call sign";
    cws_until: "Til, den dagen ikke medregnet", "Til, den dagen ikkje medrekna", "Until, that day not included";
    cws_reason: "Hvorfor", "Kvifor", "Why";
    cws_keep_do: "Hold av", "Hald av", "Keep";
    cws_kept_until(sign, day): "{sign} er holdt av til {day}", "{sign} er halde av til {day}", "{sign} is kept until {day}";
    cws_wrong_sign: "Skriv et kallesignal, for eksempel LB1AG.", "Skriv eit kallesignal, til dømes LB1AG.", "Write a call sign, for example LB1AG.";
    cws_wrong_until: "Skriv en dag som kommer.", "Skriv ein dag som kjem.", "Give a day in the future.";
    cws_wrong_reason: "Skriv hvorfor, med høyst 200 tegn.", "Skriv kvifor, med høgst 200 teikn.", "Say why, in 200 characters at most.";
    cws_nothing_to_draw: "Det er ikke lenger flere som ønsker seg dette signalet først.", "Det er ikkje lenger fleire som ønskjer seg dette signalet først.", "There are no longer several who wish for this sign first.";
    cws_not_free: "Signalet er ikke ledig.", "Signalet er ikkje ledig.", "The sign is not free.";
}

/// A series that is assigned in order.
struct Row {
    name: String,
    example: String,
    size: u64,
    in_use: u64,
    resting: u64,
    kept: u64,
    blocked: u64,
    free: u64,
    taken: String,
    is_nearly_full: bool,
}

/// A sign to be drawn for.
struct Contest {
    sign: String,
    /// Address and number of each case.
    cases: Vec<(String, String)>,
}

/// What a form came to.
struct Outcome {
    title: String,
    lines: Vec<String>,
}

#[derive(Template)]
#[template(path = "casework_series.html", config = "src/web/askama.toml")]
struct SeriesPage {
    frame: Frame,
    inside: Inside,
    rows: Vec<Row>,
    /// None for who does not handle amateur permits.
    contests: Option<Vec<Contest>>,
    done: Option<Outcome>,
    /// Why it was refused.
    refused: Option<Refusal>,
    /// Fields that are wrong, by name.
    wrongs: Vec<(&'static str, &'static str)>,
    sign: String,
    until: String,
    reason: String,
}

impl SeriesPage {
    fn wrong(&self, name: &str) -> Option<&'static str> {
        self.wrongs.iter().find(|(own, _)| *own == name).map(|(_, text)| *text)
    }
}

async fn page(app: &App, visitor: &SignedIn, form: &Form) -> Result<SeriesPage, Failure> {
    let reader = &visitor.reader;
    let words = reader.words;
    let connection = app.db().read();
    let today = oslo_date(app.clock().now());
    let mut rows = Vec::new();
    for standing in assignment::actions::standings(connection, today).await? {
        let Some(size) = standing.size.filter(|_| standing.is_open) else { continue };
        let taken = standing.taken();
        rows.push(Row {
            name: words.sign_series(standing.series.kind.code()),
            example: standing.series.example.to_owned(),
            size,
            in_use: standing.in_use,
            resting: standing.quarantined,
            kept: standing.reserved,
            blocked: standing.blocked,
            free: size.saturating_sub(taken),
            taken: format!("{}\u{a0}%", taken * 100 / size.max(1)),
            is_nearly_full: standing.is_nearly_full,
        });
    }
    let mut contests = None;
    if visitor.caller.needs_kind(Kind::Amateur).is_ok() {
        let found = wishes::contested(connection, today).await?.into_iter().map(|(sign, cases)| {
            let cases = cases.iter().map(|case| {
                (reader.link(format_args!("{CASES}/cases/{}", case.id)), case.display_number())
            });
            Contest { sign: sign.to_string(), cases: cases.collect() }
        });
        contests = Some(found.collect());
    }
    Ok(SeriesPage {
        frame: frame_at(visitor, words.cws_title(), PATH),
        inside: Inside::of(visitor, PATH),
        rows,
        contests,
        done: None,
        refused: None,
        wrongs: Vec::new(),
        sign: form.get("sign").to_owned(),
        until: form.get("until").to_owned(),
        reason: form.get("reason").to_owned(),
    })
}

/// The page.
#[handler]
pub async fn open(visitor: Visitor, Data(app): Data<&App>) -> poem::Result<Response> {
    let visitor = caseworker(visitor, SCOPE)?;
    Ok(match page(app, &visitor, &Form::default()).await {
        Ok(page) => frame::answer(StatusCode::OK, &page.frame, &page),
        Err(failure) => problems::page(&visitor.reader, failure),
    })
}

/// Draws, or keeps a sign.
#[handler]
pub async fn act(visitor: Visitor, form: Form, Data(app): Data<&App>) -> poem::Result<Response> {
    let visitor = caseworker(visitor, SCOPE)?;
    visitor.own(&form)?;
    Ok(match done(app, &visitor, &form).await {
        Ok(response) => response,
        Err(failure) => problems::page(&visitor.reader, failure),
    })
}

async fn done(app: &App, visitor: &SignedIn, form: &Form) -> Result<Response, Failure> {
    let words = visitor.reader.words;
    let is_draw = !form.get("draw").is_empty();
    let (outcome, refusal) = if is_draw {
        (drawn(app, visitor, form.get("draw")).await, words.cws_nothing_to_draw())
    } else {
        match wish_to_keep(app, visitor, form) {
            Ok(wish) => (kept(app, visitor, wish).await, words.cws_not_free()),
            Err(wrongs) => {
                let mut page = page(app, visitor, form).await?;
                page.wrongs = wrongs;
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                return Ok(frame::answer(status, &page.frame, &page));
            }
        }
    };
    match outcome {
        Ok(outcome) => {
            let mut page = page(app, visitor, &Form::default()).await?;
            page.done = Some(outcome);
            Ok(frame::answer(StatusCode::OK, &page.frame, &page))
        }
        Err(failure) if can_be_said(&failure) => {
            let mut page = page(app, visitor, form).await?;
            let text = match failure.problem() {
                Problem::IllegalTransition | Problem::IdentifierTaken => refusal,
                problem => words.case_problem(problem),
            };
            page.refused = Some(Refusal::of(words, text, &failure));
            Ok(frame::answer(status_of(&failure), &page.frame, &page))
        }
        Err(failure) => Err(failure),
    }
}

async fn drawn(app: &App, visitor: &SignedIn, sign: &str) -> Result<Outcome, Failure> {
    let words = visitor.reader.words;
    let sign = CallSign::parse(sign).map_err(|_| Failure::not_found())?;
    let Draw { among, random, place, kept_until, .. } =
        wishes::draw(app, &visitor.caller, sign).await?;
    Ok(Outcome {
        title: words.cws_drawn(sign, &among[place]),
        lines: vec![
            among.join(", "),
            words.cws_drawn_how(random, among.len(), place),
            words.cws_drawn_until(words.date(kept_until)),
        ],
    })
}

/// A sign to be kept until a day, and why.
type ToKeep = (CallSign, NaiveDate, String);

fn wish_to_keep(
    app: &App,
    visitor: &SignedIn,
    form: &Form,
) -> Result<ToKeep, Vec<(&'static str, &'static str)>> {
    let words = visitor.reader.words;
    let today = oslo_date(app.clock().now());
    let sign = CallSign::parse(form.get("sign")).ok();
    let until = day(form.get("until")).filter(|until| *until > today);
    let reason = form.get("reason");
    let reason = (!reason.is_empty() && reason.chars().count() <= LONGEST).then_some(reason);
    let wrongs: Vec<(&'static str, &'static str)> = [
        ("sign", sign.is_none(), words.cws_wrong_sign()),
        ("until", until.is_none(), words.cws_wrong_until()),
        ("reason", reason.is_none(), words.cws_wrong_reason()),
    ]
    .into_iter()
    .filter(|(_, is_wrong, _)| *is_wrong)
    .map(|(name, _, text)| (name, text))
    .collect();
    match (sign, until, reason) {
        (Some(sign), Some(until), Some(reason)) => Ok((sign, until, reason.to_owned())),
        _ => Err(wrongs),
    }
}

async fn kept(app: &App, visitor: &SignedIn, wish: ToKeep) -> Result<Outcome, Failure> {
    let words = visitor.reader.words;
    let (sign, until, reason) = &wish;
    let (sign, until) = (*sign, *until);
    visitor.caller.needs_kind(assignment::actions::kind_of(sign))?;
    app.db()
        .write(|tx| async move {
            let version = assignment::store::find(&*tx, sign).await?.map_or(0, |row| row.version);
            let day = oslo_date(tx.now());
            let actor = &visitor.caller.subject;
            let deed = Deed { sign, version, grounds: reason, actor, day };
            assignment::actions::reserve(&tx, deed, None, until).await?;
            projection::call_sign(&tx, sign).await
        })
        .await?;
    Ok(Outcome { title: words.cws_kept_until(sign, words.date(until)), lines: Vec::new() })
}
