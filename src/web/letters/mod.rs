//! Letters for their addressees, and for caseworkers: the list, and each letter as an accessible page with the
//! same content as its file. Opening a letter here is opening it. Below a decision is the form for an appeal.

mod shown;
mod texts;

use std::sync::LazyLock;

use askama::Template;
use poem::{
    IntoResponse as _, Response, handler,
    http::StatusCode,
    web::{Data, Path},
};

use super::{
    form::Form,
    frame::{self, Frame},
    problems,
    sign_in::{SignedIn, Visitor, see},
};
use crate::{
    app::App,
    appeal::actions::{Lodging, lodge},
    case::store as case_store,
    failure::{Failure, Problem},
    http::rendered::Rendered,
    identity::{Role, Sight},
    letter::{
        actions::{self, Read},
        api::{file_name, letter_id},
        store::{self, LetterQuery},
    },
    party,
};
use shown::{Part, Row};

/// The list, below the language.
pub const PATH: &str = "/letters";
/// One letter.
pub const ONE_PATH: &str = "/letters/:id";
/// Its file.
pub const FILE_PATH: &str = "/letters/:id/file";
/// Where the form for an appeal posts.
pub const APPEAL_PATH: &str = "/letters/:id/appeal";
/// The style sheet of letters.
pub const STYLE: &str = include_str!("../assets/letters.css");
/// Where it is served.
pub const STYLE_PATH: &str = "/assets/letters.css";

const ROLES: &[Role] = &[Role::Person, Role::Representative, Role::Caseworker, Role::Supervisor];
const SCOPE: &str = "anrop:letter.read";
const APPEAL_SCOPE: &str = "anrop:case.write";
/// Letters on a page.
const LIMIT: u64 = 50;
/// Longest text of an appeal, in characters.
const LONGEST: usize = 10_000;

static STYLE_ADDRESS: LazyLock<String> = LazyLock::new(|| frame::versioned(STYLE_PATH, STYLE));

/// The style sheet.
#[handler]
pub fn style() -> Response {
    super::asset("text/css; charset=utf-8", STYLE)
}

#[derive(Template)]
#[template(path = "letters.html", config = "src/web/askama.toml")]
struct ListPage {
    frame: Frame,
    subject: String,
    csrf: String,
    style: &'static str,
    rows: Vec<Row>,
    total: String,
    older: Option<String>,
}

#[derive(Template)]
#[template(path = "letter.html", config = "src/web/askama.toml")]
struct LetterPage {
    frame: Frame,
    subject: String,
    csrf: String,
    style: &'static str,
    /// Language the letter is written in.
    language: &'static str,
    sender: String,
    contact: Vec<String>,
    recipient: Vec<String>,
    references: Vec<(String, String)>,
    title: String,
    parts: Vec<Part>,
    file: String,
    /// What there is to know of the letter itself.
    state: Vec<String>,
    appeal: Option<AppealForm>,
    notice: Option<&'static str>,
}

/// The form for an appeal.
struct AppealForm {
    action: String,
    version: i32,
    /// The period is over: a reason is needed.
    is_late: bool,
    text: String,
    reason: String,
    wrong: Option<&'static str>,
}

/// What was typed into the form, and why it was not taken.
struct Typed {
    text: String,
    reason: String,
    wrong: &'static str,
}

/// The list.
#[handler]
pub async fn list(visitor: Visitor, Data(app): Data<&App>) -> poem::Result<Response> {
    let visitor = visitor.needs(ROLES, SCOPE)?;
    match list_page(app, &visitor).await {
        Ok(page) => Ok(frame::answer(StatusCode::OK, &page.frame, &page)),
        Err(failure) => Ok(problems::page(&visitor.reader, failure)),
    }
}

async fn list_page(app: &App, visitor: &SignedIn) -> Result<ListPage, Failure> {
    let reader = &visitor.reader;
    let words = reader.words;
    let connection = app.db().read();
    let sight = party::actions::sight_of(app, &visitor.caller).await?;
    let before = reader.query.get("before").and_then(|text| uuid::Uuid::try_parse(text).ok());
    let query = LetterQuery { before, ..LetterQuery::default() };
    let (mut letters, total) = store::list(connection, sight, query, LIMIT + 1).await?;
    let has_more = letters.len() as u64 > LIMIT;
    letters.truncate(usize::try_from(LIMIT).unwrap_or(usize::MAX));
    let older = letters.last().filter(|_| has_more).map(|last| {
        let cursor = last.id.to_string();
        reader.here(&reader.query.with("before", Some(&cursor)))
    });
    let read = actions::opened_data(app, letters).await?;
    let rows = read.iter().map(|(letter, said)| Row::of(reader, letter, said));
    let mut frame = reader.frame(words.letters()).about_persons();
    PATH.clone_into(&mut frame.here);
    Ok(ListPage {
        frame,
        subject: visitor.caller.subject.clone(),
        csrf: visitor.csrf.clone(),
        style: &STYLE_ADDRESS,
        rows: rows.collect::<Result<_, _>>()?,
        total: words.letters_total(words.number(total)),
        older,
    })
}

/// One letter; its addressee opens it by reading.
#[handler]
pub async fn one(
    visitor: Visitor,
    Path(id): Path<String>,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = visitor.needs(ROLES, SCOPE)?;
    Ok(show(app, &visitor, &id, None).await)
}

async fn show(app: &App, visitor: &SignedIn, id: &str, typed: Option<Typed>) -> Response {
    let status = if typed.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    match page(app, visitor, id, typed).await {
        Ok(page) => frame::answer(status, &page.frame, &page),
        Err(failure) => problems::page(&visitor.reader, failure),
    }
}

async fn page(
    app: &App,
    visitor: &SignedIn,
    id: &str,
    typed: Option<Typed>,
) -> Result<LetterPage, Failure> {
    let reader = &visitor.reader;
    let words = reader.words;
    let read = actions::read(app, &visitor.caller, letter_id(id)?).await?;
    let appeal = appeal_form(app, visitor, &read, typed).await?;
    let Read { letter, document, .. } = read;
    let path = format!("{PATH}/{}", letter.id);
    let mut frame = reader.frame(document.title.clone()).about_persons();
    path.clone_into(&mut frame.here);
    let mut state = Vec::new();
    match letter.opened_at {
        Some(at) => state.push(words.letters_opened_at(words.moment(at))),
        None => state.push(words.letters_unopened().to_owned()),
    }
    if let Some(period) = actions::appeal_period(&letter)? {
        state.push(words.letters_appeal_until(words.date(period.last_day)));
    }
    let notice = (reader.query.get("appealed") == Some("yes")).then(|| words.letters_appealed());
    Ok(LetterPage {
        frame,
        subject: visitor.caller.subject.clone(),
        csrf: visitor.csrf.clone(),
        style: &STYLE_ADDRESS,
        language: document.language.code(),
        sender: document.authority.name.clone(),
        contact: document.authority.contact_lines.clone(),
        recipient: document.recipient.clone(),
        references: document.references.clone(),
        title: document.title.clone(),
        parts: document.blocks.iter().map(Part::of).collect(),
        file: reader.link(format_args!("{path}/file")),
        state,
        appeal,
        notice,
    })
}

/// The form for an appeal, where this reader may appeal against what the letter tells of.
async fn appeal_form(
    app: &App,
    visitor: &SignedIn,
    read: &Read,
    typed: Option<Typed>,
) -> Result<Option<AppealForm>, Failure> {
    let letter = &read.letter;
    let may_appeal = letter.appeal_body.is_some()
        && visitor.caller.has_scope(APPEAL_SCOPE)
        && party::actions::is_own(app, &visitor.caller, letter.party).await?;
    if !may_appeal {
        return Ok(None);
    }
    let case = case_store::find(app.db().read(), Sight::Party(letter.party), letter.case).await;
    let Ok(case) = case else { return Ok(None) };
    let latest = store::latest_appealable(app.db().read(), letter.case, letter.party).await?;
    let is_latest = latest.is_some_and(|latest| latest.id == letter.id);
    if !is_latest || case.status.is_open() || case.status.is_under_appeal() {
        return Ok(None);
    }
    let now = app.clock().now();
    let is_late = actions::appeal_period(letter)?.is_some_and(|period| period.is_over(now));
    let (text, reason, wrong) = match typed {
        Some(typed) => (typed.text, typed.reason, Some(typed.wrong)),
        None => (String::new(), String::new(), None),
    };
    Ok(Some(AppealForm {
        action: visitor.reader.link(format_args!("{PATH}/{}/appeal", letter.id)),
        version: case.version,
        is_late,
        text,
        reason,
        wrong,
    }))
}

/// The file.
#[handler]
pub async fn file(
    visitor: Visitor,
    Path(id): Path<String>,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = visitor.needs(ROLES, SCOPE)?;
    let drawn = async {
        let read = actions::read(app, &visitor.caller, letter_id(&id)?).await?;
        let name = file_name(&read.document.number);
        Ok::<_, Failure>(Rendered::Pdf(actions::file(app, read).await?, name))
    };
    match drawn.await {
        Ok(rendered) => Ok(rendered.into_response()),
        Err(failure) => Ok(problems::page(&visitor.reader, failure)),
    }
}

/// Takes an appeal.
#[handler]
pub async fn take_appeal(
    visitor: Visitor,
    Path(id): Path<String>,
    form: Form,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = visitor.needs(&[Role::Person, Role::Representative], APPEAL_SCOPE)?;
    visitor.own(&form)?;
    let words = visitor.reader.words;
    let (text, reason) = (form.get("text").to_owned(), form.get("reason").to_owned());
    let wrong = |wrong| Some(Typed { text: text.clone(), reason: reason.clone(), wrong });
    if text.is_empty() || text.chars().count() > LONGEST || reason.chars().count() > LONGEST {
        return Ok(show(app, &visitor, &id, wrong(words.letters_appeal_text_missing())).await);
    }
    match take(app, &visitor, &id, &form).await {
        Ok(()) => Ok(see(&visitor.reader.link(format_args!("{PATH}/{id}?appealed=yes")))),
        Err(failure) => {
            let text = match failure.problem() {
                Problem::InvalidContent => words.letters_appeal_late(),
                Problem::StaleVersion | Problem::IllegalTransition => words.letters_appeal_stale(),
                _ => return Ok(problems::page(&visitor.reader, failure)),
            };
            Ok(show(app, &visitor, &id, wrong(text)).await)
        }
    }
}

async fn take(app: &App, visitor: &SignedIn, id: &str, form: &Form) -> Result<(), Failure> {
    let read = actions::read(app, &visitor.caller, letter_id(id)?).await?;
    let version = form.get("version").parse().map_err(|_| Failure::stale())?;
    let reason = Some(form.get("reason")).filter(|reason| !reason.is_empty());
    let lodging = Lodging { text: form.get("text"), late_reason: reason };
    let sight = party::actions::own_sight_of(app, &visitor.caller).await?;
    lodge(app, &visitor.caller, sight, read.letter.case, version, &lodging).await.map(|_| ())
}
