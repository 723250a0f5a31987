//! The rescue desk: one field that takes a code or the text of an alert, whom to call, what it is, and
//! one key for how it turned out. It works without scripts; the script only makes the keys shorter.
//!
//! What is looked up stands in no address: it is posted, and the answer to the post shows it.

mod card;
mod code_words;
mod shown;
mod texts;

use std::sync::LazyLock;

use askama::Template;
use poem::{
    Response, handler,
    http::{HeaderValue, StatusCode, header},
    web::Data,
};
use serde_json::json;

use super::{
    form::Form,
    frame::{self, Frame},
    problems,
    sign_in::{SignedIn, Visitor},
};
use crate::{
    app::App,
    failure::{Failure, Problem},
    idempotency::IdempotencyKey,
    identity::Role,
    rescue::{
        actions::{self, Inquiry, NewAlert},
        rules::{
            self, Key, PENDING,
            alert_text::{FoundKey, scan},
        },
        wire::{AlertOutcome, LookUpAnswer, MOST_CODES},
    },
    values::{Flaw as _, ids::PermitId},
};
use shown::Shown;

/// The page, below the language.
pub const PATH: &str = "/rescue-desk";
/// Where an outcome is posted.
pub const OUTCOME_PATH: &str = "/rescue-desk/outcome";
/// Where an incident reference is posted.
pub const REFERENCE_PATH: &str = "/rescue-desk/reference";
/// The style sheet of the pages behind the sign-in.
pub const STYLE: &str = include_str!("assets/desk.css");
/// Where it is served.
pub const STYLE_PATH: &str = "/assets/desk.css";
/// The keys.
pub const SCRIPT: &str = include_str!("assets/desk.js");
/// Where they are served.
pub const SCRIPT_PATH: &str = "/assets/desk.js";

/// As of every page, and our own script.
const CONTENT_SECURITY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// Longest text that can be a key alone; longer ones are alerts.
const LONGEST_KEY: usize = 100;

static STYLE_ADDRESS: LazyLock<String> = LazyLock::new(|| frame::versioned(STYLE_PATH, STYLE));
static SCRIPT_ADDRESS: LazyLock<String> = LazyLock::new(|| frame::versioned(SCRIPT_PATH, SCRIPT));

/// Address of the style sheet of the pages behind the sign-in.
pub fn style_address() -> &'static str {
    &STYLE_ADDRESS
}

/// The style sheet.
#[handler]
pub fn style() -> Response {
    super::asset("text/css; charset=utf-8", STYLE)
}

/// The script.
#[handler]
pub fn script() -> Response {
    super::asset("text/javascript; charset=utf-8", SCRIPT)
}

/// An outcome that was recorded just now.
struct Marked {
    id: String,
    text: String,
    key: String,
    /// The database has not got it yet.
    is_kept: bool,
}

/// What waits for its incident reference.
struct Pending {
    key: String,
    text: String,
}

#[derive(Template)]
#[template(path = "desk.html", config = "src/web/askama.toml")]
struct DeskPage {
    frame: Frame,
    subject: String,
    csrf: String,
    script: &'static str,
    /// What was asked, for the incident.
    reference: String,
    /// Why nothing was looked up.
    wrong: Option<String>,
    /// What could not be saved, or not be looked up; the page shows all that it can all the same.
    unsaved: Option<String>,
    /// That not everything in the text was looked up.
    cut: Option<String>,
    /// Which of it does not answer now.
    missing: Option<String>,
    /// What was done.
    done: Option<String>,
    marked: Option<Marked>,
    answers: Vec<Shown>,
    pending: Vec<Pending>,
    /// Makes a form that is sent twice harmless.
    once: String,
}

impl DeskPage {
    fn new(visitor: &SignedIn) -> Self {
        let reader = &visitor.reader;
        let once = crate::values::ids::fresh(reader.app.clock().now()).to_string();
        let mut frame = reader.frame(reader.words.desk()).about_persons();
        // the answer is of a post; in the other languages the page begins anew
        PATH.clone_into(&mut frame.here);
        Self {
            frame,
            subject: visitor.caller.subject.clone(),
            csrf: visitor.csrf.clone(),
            script: &SCRIPT_ADDRESS,
            reference: String::new(),
            wrong: None,
            unsaved: None,
            cut: None,
            missing: None,
            done: None,
            marked: None,
            answers: Vec::new(),
            pending: Vec::new(),
            once,
        }
    }

    /// Buttons that one key presses: only where it is plain which beacon is meant.
    fn has_keys(&self) -> bool {
        self.answers.len() == 1 && self.missing.is_none()
    }

    fn answer(&self) -> Response {
        let status = match (&self.wrong, self.unsaved.as_ref().or(self.missing.as_ref())) {
            (Some(_), _) => StatusCode::UNPROCESSABLE_ENTITY,
            (None, Some(_)) => StatusCode::SERVICE_UNAVAILABLE,
            (None, None) => StatusCode::OK,
        };
        let mut response = frame::answer(status, &self.frame, self);
        let policy = HeaderValue::from_static(CONTENT_SECURITY);
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
        response
    }
}

fn officer(visitor: Visitor, scope: &str) -> poem::Result<SignedIn> {
    visitor.needs(&[Role::Rescue], scope)
}

/// The empty desk.
#[handler]
pub async fn open(visitor: Visitor, Data(app): Data<&App>) -> poem::Result<Response> {
    let visitor = officer(visitor, "anrop:rescue.read")?;
    let mut page = DeskPage::new(&visitor);
    page.pending = pending(app, &visitor).await;
    Ok(page.answer())
}

/// What has no incident reference yet; the desk opens without it too.
async fn pending(app: &App, visitor: &SignedIn) -> Vec<Pending> {
    let words = visitor.reader.words;
    let shown = |one: actions::Waiting| {
        let what = one.outcome.as_deref().map(|outcome| words.desk_outcome_of(outcome));
        let what = what.unwrap_or(words.desk_looked_up());
        Pending { key: one.key, text: format!("{what}, {}", words.moment(one.at)) }
    };
    let waiting = actions::waiting(app).await.unwrap_or_default();
    waiting.into_iter().map(shown).collect()
}

/// What a text is about.
fn read(text: &str) -> Result<Vec<FoundKey>, &'static str> {
    let text = text.trim();
    let alone = (text.len() <= LONGEST_KEY).then(|| rules::read_key(text));
    if let Some(Ok(key)) = alone {
        return Ok(vec![FoundKey { key, labelled: true, self_test: false }]);
    }
    let read = scan(text);
    if read.found.is_empty() {
        let of_label = read.refused.first().map(|flaw| flaw.code());
        // words have letters that look like digits too
        let meant = alone.filter(|_| is_mostly_hexadecimal(text));
        let of_key = meant.and_then(Result::err).map(|flaw| flaw.code());
        return Err(of_label.or(of_key).unwrap_or("no-code"));
    }
    Ok(read.found)
}

/// True for what was meant as a code, and not as a sentence.
fn is_mostly_hexadecimal(text: &str) -> bool {
    let all = text.chars().filter(|c| c.is_alphanumeric()).count();
    let fitting = text.chars().filter(char::is_ascii_hexdigit).count();
    fitting * 10 >= all * 8
}

fn reference_of(form: &Form) -> Option<String> {
    match form.get("reference") {
        "" => Some(PENDING.to_owned()),
        text => rules::read_name_of(text),
    }
}

/// Looks up what was pasted.
#[handler]
pub async fn ask(visitor: Visitor, form: Form, Data(app): Data<&App>) -> poem::Result<Response> {
    let visitor = officer(visitor, "anrop:rescue.read")?;
    visitor.own(&form)?;
    let words = visitor.reader.words;
    let mut page = DeskPage::new(&visitor);
    form.get("reference").clone_into(&mut page.reference);
    let Some(incident_reference) = reference_of(&form) else {
        page.wrong = Some(words.desk_bad_reference().to_owned());
        return Ok(page.answer());
    };
    let mut found = match read(form.get("text")) {
        Ok(found) => found,
        Err(code) => {
            page.wrong = Some(words.desk_flaw(code).to_owned());
            return Ok(page.answer());
        }
    };
    if found.len() > MOST_CODES {
        page.cut = Some(words.desk_cut(found.len(), MOST_CODES));
        found.truncate(MOST_CODES);
    }
    let inquiry = Inquiry { incident_reference, officer: visitor.caller.subject.clone() };
    match look_up_all(app, &visitor, &found, &inquiry).await {
        Ok((answers, missing)) => {
            page.answers = answers;
            let missing = Some(missing.join(", ")).filter(|keys| !keys.is_empty());
            page.missing = missing.map(|keys| words.desk_missing(keys));
        }
        Err(failure) => return Ok(problems::page(&visitor.reader, failure)),
    }
    Ok(page.answer())
}

/// The answers there are, and the keys that have none now: one that fails must not take from the page whom to
/// call for another. Nothing at all is a failure.
async fn look_up_all(
    app: &App,
    visitor: &SignedIn,
    found: &[FoundKey],
    inquiry: &Inquiry,
) -> Result<(Vec<Shown>, Vec<String>), Failure> {
    let (mut answers, mut missing) = (Vec::with_capacity(found.len()), Vec::new());
    let mut cause: Option<Failure> = None;
    for one in found {
        // what does not answer at all is not waited for once more
        let is_away = cause.as_ref().is_some_and(|cause| cause.problem() == Problem::Unavailable);
        if !is_away {
            let answer = actions::look_up(app, one.key, inquiry).await;
            match answer.and_then(LookUpAnswer::of) {
                Ok(answer) => {
                    answers.push(Shown::of(visitor.reader.words, Some(one), &answer));
                    continue;
                }
                Err(failure) => {
                    tracing::error!(%failure, "a look-up at the desk has no answer");
                    cause = Some(failure);
                }
            }
        }
        missing.push(one.key.canonical());
    }
    match cause {
        Some(failure) if answers.is_empty() => Err(failure),
        _ => Ok((answers, missing)),
    }
}

fn outcome(text: &str) -> Option<AlertOutcome> {
    [AlertOutcome::False, AlertOutcome::Real, AlertOutcome::Test]
        .into_iter()
        .find(|outcome| outcome.code() == text)
}

/// Records how it turned out, and shows the answer again, whatever becomes of the record: whom to call must not
/// go from the screen.
#[handler]
pub async fn mark(visitor: Visitor, form: Form, Data(app): Data<&App>) -> poem::Result<Response> {
    let visitor = officer(visitor, "anrop:rescue.write")?;
    visitor.own(&form)?;
    let words = visitor.reader.words;
    let mut page = DeskPage::new(&visitor);
    form.get("reference").clone_into(&mut page.reference);
    let (key, outcome, reference) =
        (rules::read_key(form.get("key")), outcome(form.get("outcome")), reference_of(&form));
    let (Ok(key), Some(outcome), Some(incident_reference)) = (key, outcome, reference) else {
        page.wrong = Some(words.desk_not_marked().to_owned());
        return Ok(page.answer());
    };
    let inquiry = Inquiry { incident_reference, officer: visitor.caller.subject.clone() };
    let marked = record(app, &visitor, &form, key, outcome, &inquiry).await;
    let found = [FoundKey { key, labelled: true, self_test: false }];
    match marked {
        Ok(marked) => page.marked = Some(marked),
        Err(failure) => {
            tracing::warn!(%failure, "an outcome is not saved");
            page.unsaved = Some(words.desk_not_marked().to_owned());
        }
    }
    match look_up_all(app, &visitor, &found, &inquiry).await {
        Ok((answers, _)) => page.answers = answers,
        Err(failure) if page.unsaved.is_some() => {
            return Ok(problems::page(&visitor.reader, failure));
        }
        Err(_) => page.unsaved = Some(words.desk_no_answer().to_owned()),
    }
    Ok(page.answer())
}

async fn record(
    app: &App,
    visitor: &SignedIn,
    form: &Form,
    key: Key,
    outcome: AlertOutcome,
    inquiry: &Inquiry,
) -> Result<Marked, Failure> {
    let words = visitor.reader.words;
    let corrected = uuid::Uuid::try_parse(form.get("marked")).ok();
    let sent = json!({ "key": key.canonical(), "outcome": outcome.code() });
    let once = match corrected {
        Some(_) => None, // correcting twice is harmless
        None => IdempotencyKey::read(Some(form.get("once")), &visitor.caller, &app.keys(), &sent)?,
    };
    let permit = PermitId::parse(form.get("permit")).ok();
    let new = NewAlert { key, outcome: outcome.code(), permit, idempotency: once.as_ref() };
    let (alert, is_kept) = match actions::mark(app, inquiry, &new, corrected).await? {
        actions::Marked::Recorded(alert) => (alert, false),
        actions::Marked::Kept(alert) => (alert, true),
    };
    let when = words.moment(alert.at);
    Ok(Marked {
        id: alert.id.to_string(),
        text: words.desk_marked(words.desk_outcome_of(&alert.outcome), when),
        key: alert.key,
        is_kept,
    })
}

/// Gives what was looked up or marked of a key without an incident reference its reference.
#[handler]
pub async fn refer(visitor: Visitor, form: Form, Data(app): Data<&App>) -> poem::Result<Response> {
    let visitor = officer(visitor, "anrop:rescue.write")?;
    visitor.own(&form)?;
    let words = visitor.reader.words;
    let mut page = DeskPage::new(&visitor);
    match rules::read_name_of(form.get("reference")).filter(|text| text != PENDING) {
        Some(incident_reference) => {
            let officer = visitor.caller.subject.clone();
            let inquiry = Inquiry { incident_reference, officer };
            match actions::refer(app, form.get("key"), &inquiry).await {
                Ok(_) => page.done = Some(words.desk_saved(&inquiry.incident_reference)),
                Err(failure) => return Ok(problems::page(&visitor.reader, failure)),
            }
        }
        None => page.wrong = Some(words.desk_bad_reference().to_owned()),
    }
    page.pending = pending(app, &visitor).await;
    Ok(page.answer())
}
