//! Appealing against an order, a coercive fine or an invoice, from the letter that tells of it. Decisions on permits are
//! appealed against on My page; the rules of all are those of `appeal/`.

use askama::Template;
use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Path},
};
use uuid::Uuid;

use super::{PATH, SCOPE, STYLE_ADDRESS};
use crate::{
    app::App,
    appeal::receive::Lodging,
    failure::{Failure, Problem},
    fee::appeal::actions as fees,
    identity::Role,
    letter::{
        actions::{self, Read},
        api::letter_id,
        model::LetterKind,
        store::Letter,
    },
    party,
    supervision::actions::appeals,
    values::ids::InvoiceId,
    web::{
        form::Form,
        frame::{self, Frame},
        problems,
        sign_in::{SignedIn, Visitor, see},
    },
};

/// The page, below the language.
pub const APPEAL_PATH: &str = "/letters/:id/appeal";
const ROLES: &[Role] = &[Role::Person, Role::Representative];
const WRITE: &str = "anrop:case.write";
/// Most characters of a text.
const LONGEST: usize = 10_000;

/// What a letter tells of that is appealed against from it.
#[derive(Debug, Clone, Copy)]
pub enum Against {
    /// An order or a coercive fine.
    Supervision(Uuid),
    /// An invoice.
    Invoice(InvoiceId),
}

/// What a reader may appeal against from a letter, and the version of its case or invoice.
///
/// # Errors
/// When the database does not answer.
pub async fn right(
    app: &App,
    visitor: &SignedIn,
    letter: &Letter,
) -> Result<Option<(Against, i32)>, Failure> {
    let may = letter.appeal_body.is_some()
        && visitor.caller.has_scope(WRITE)
        && party::actions::is_own(app, &visitor.caller, letter.party).await?;
    if !may {
        return Ok(None);
    }
    if letter.kind == LetterKind::Invoice {
        let found = fees::appealable(app, letter).await?;
        return Ok(found.map(|(id, version)| (Against::Invoice(id), version)));
    }
    let found = appeals::appealable(app, letter.id).await?;
    Ok(found.map(|(id, version)| (Against::Supervision(id), version)))
}

#[derive(Template)]
#[template(path = "letter_appeal.html", config = "src/web/askama.toml")]
struct AppealPage {
    frame: Frame,
    subject: String,
    csrf: String,
    style: &'static str,
    /// Address and title of the letter.
    letter: String,
    title: String,
    action: String,
    version: i32,
    is_received: bool,
    is_late: bool,
    text: String,
    reason: String,
    deferral: String,
    wrong: Option<&'static str>,
}

/// What was typed, and why it was not taken.
#[derive(Default)]
struct Typed {
    text: String,
    reason: String,
    deferral: String,
    wrong: Option<&'static str>,
}

async fn page(
    app: &App,
    visitor: &SignedIn,
    id: &str,
    typed: Typed,
) -> Result<AppealPage, Failure> {
    let reader = &visitor.reader;
    let Read { letter, document, .. } = actions::read(app, &visitor.caller, letter_id(id)?).await?;
    let is_received = reader.query.get("appealed") == Some("yes");
    let version = match right(app, visitor, &letter).await? {
        Some((_, version)) => version,
        None if is_received => 0,
        None => return Err(Failure::not_found()),
    };
    let now = app.clock().now();
    let period = actions::appeal_period(&letter)?;
    let path = format!("{PATH}/{}", letter.id);
    let mut frame = reader.frame(reader.words.letters_appeal()).about_persons();
    frame.here = format!("{path}/appeal");
    Ok(AppealPage {
        subject: visitor.shown_as(),
        csrf: visitor.csrf.clone(),
        style: &STYLE_ADDRESS,
        letter: reader.link(&path),
        title: document.title.clone(),
        action: reader.link(&frame.here),
        frame,
        version,
        is_received,
        is_late: period.is_some_and(|period| period.is_over(now)),
        text: typed.text,
        reason: typed.reason,
        deferral: typed.deferral,
        wrong: typed.wrong,
    })
}

async fn shown(app: &App, visitor: &SignedIn, id: &str, typed: Typed) -> Response {
    let status =
        if typed.wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    match page(app, visitor, id, typed).await {
        Ok(page) => frame::answer(status, &page.frame, &page),
        Err(failure) => problems::page(&visitor.reader, failure),
    }
}

/// Shows it.
#[handler]
pub async fn open(
    visitor: Visitor,
    Path(id): Path<String>,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = visitor.needs(ROLES, SCOPE)?;
    Ok(shown(app, &visitor, &id, Typed::default()).await)
}

/// Takes an appeal.
#[handler]
pub async fn take(
    visitor: Visitor,
    Path(id): Path<String>,
    form: Form,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = visitor.needs(ROLES, WRITE)?;
    visitor.own(&form)?;
    let words = visitor.reader.words;
    let (text, reason) = (form.get("text").to_owned(), form.get("reason").to_owned());
    let deferral = form.get("deferral").to_owned();
    let wrong = match lodged(app, &visitor, &id, &form).await {
        Ok(()) => {
            let path = format!("{PATH}/{id}/appeal?appealed=yes");
            return Ok(see(&visitor.reader.link(&path)));
        }
        Err(failure) => match failure.problem() {
            Problem::InvalidContent if text.is_empty() || text.chars().count() > LONGEST => {
                words.letters_appeal_text_missing()
            }
            Problem::InvalidContent => words.letters_appeal_late(),
            Problem::StaleVersion | Problem::IllegalTransition => words.letters_appeal_stale(),
            _ => return Ok(problems::page(&visitor.reader, failure)),
        },
    };
    Ok(shown(app, &visitor, &id, Typed { text, reason, deferral, wrong: Some(wrong) }).await)
}

async fn lodged(app: &App, visitor: &SignedIn, id: &str, form: &Form) -> Result<(), Failure> {
    let read = actions::read(app, &visitor.caller, letter_id(id)?).await?;
    let version = form.get("version").parse().map_err(|_| Failure::stale())?;
    let reason = Some(form.get("reason")).filter(|reason| !reason.is_empty());
    let deferral = Some(form.get("deferral")).filter(|deferral| !deferral.is_empty());
    let lodging = Lodging { text: form.get("text"), late_reason: reason, deferral };
    let found = right(app, visitor, &read.letter).await?;
    let caller = &visitor.caller;
    match found.ok_or_else(Failure::not_found)?.0 {
        Against::Supervision(decision) => {
            appeals::lodge(app, caller, decision, version, &lodging).await.map(|_| ())
        }
        Against::Invoice(id) => {
            let longest = lodging.text.chars().count() <= LONGEST;
            if lodging.text.is_empty() || !longest {
                let detail = "Write the appeal, at most 10000 characters.";
                return Err(Failure::new(Problem::InvalidContent, detail));
            }
            fees::lodge(app, caller, id, version, (&lodging, &[])).await.map(|_| ())
        }
    }
}
