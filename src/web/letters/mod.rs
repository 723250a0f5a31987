//! Letters for their addressees, and for caseworkers: the list, and each letter as an accessible page with the
//! same content as its file. Opening a letter here is opening it. Below a decision is the way to an appeal, below one that
//! asks for a comment the form for it.

pub mod comment;
pub mod shown;
pub mod supervision_appeal;
mod texts;

use std::sync::LazyLock;

use askama::Template;
use poem::{
    IntoResponse as _, Response, handler,
    http::StatusCode,
    web::{Data, Path},
};

use super::{
    frame::{self, Frame},
    my_page::{PATH as MY_PAGE, appeal},
    problems,
    sign_in::{SignedIn, Visitor},
};
use crate::{
    app::App,
    case::store as case_store,
    failure::Failure,
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
/// The style sheet of letters.
pub const STYLE: &str = include_str!("../assets/letters.css");
/// Where it is served.
pub const STYLE_PATH: &str = "/assets/letters.css";

const ROLES: &[Role] = &[Role::Person, Role::Representative, Role::Caseworker, Role::Supervisor];
const SCOPE: &str = "anrop:letter.read";
/// Letters on a page.
const LIMIT: u64 = 50;

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
    /// The reader has a page of their own.
    is_holder: bool,
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
    /// The reader has a page of their own.
    is_holder: bool,
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
    /// Where the decision it tells of is appealed against.
    appeal: Option<String>,
    /// Where a comment on what it tells of is written.
    comment: Option<comment::Asked>,
    /// Where the form of that is sent.
    here: String,
    /// Why what was typed there was not taken.
    wrong: Option<&'static str>,
}

fn is_holder(visitor: &SignedIn) -> bool {
    [Role::Person, Role::Representative].iter().any(|role| visitor.caller.is(*role))
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
    let supervision = actions::of_supervision(app, &visitor.caller, sight).await?;
    let query = LetterQuery { before, supervision, ..LetterQuery::default() };
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
        subject: visitor.shown_as(),
        csrf: visitor.csrf.clone(),
        is_holder: is_holder(visitor),
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
    Ok(answered(app, &visitor, &id, comment::Typed::default()).await)
}

/// A letter with what was typed below it.
async fn answered(app: &App, visitor: &SignedIn, id: &str, typed: comment::Typed) -> Response {
    let status =
        if typed.wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    match page(app, visitor, id, typed).await {
        Ok(page) => frame::answer(status, &page.frame, &page),
        Err(failure) => problems::page(&visitor.reader, failure),
    }
}

async fn page(
    app: &App,
    visitor: &SignedIn,
    id: &str,
    typed: comment::Typed,
) -> Result<LetterPage, Failure> {
    let reader = &visitor.reader;
    let words = reader.words;
    let read = actions::read(app, &visitor.caller, letter_id(id)?).await?;
    let appeal = appeal_address(app, visitor, &read).await?;
    let wrong = typed.wrong;
    let asked = comment::of(app, &read.letter).await?;
    let comment = comment::form(app, visitor, &read.letter, (asked.as_ref(), typed)).await?;
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
    if let Some(at) = asked.and_then(|asked| asked.received_at) {
        state.push(words.letters_commented(words.moment(at)));
    }
    Ok(LetterPage {
        frame,
        subject: visitor.shown_as(),
        csrf: visitor.csrf.clone(),
        is_holder: is_holder(visitor),
        style: &STYLE_ADDRESS,
        language: document.language.code(),
        sender: document.authority.name.clone(),
        contact: document.authority.contact_lines.clone(),
        recipient: document.recipient.clone(),
        references: document.references.clone(),
        title: document.title.clone(),
        parts: document.blocks.iter().map(Part::of).collect(),
        file: reader.link(format_args!("{path}/file")),
        here: reader.link(&path),
        state,
        appeal,
        comment,
        wrong,
    })
}

/// Where this reader appeals against what the letter tells of; none where they may not.
async fn appeal_address(
    app: &App,
    visitor: &SignedIn,
    read: &Read,
) -> Result<Option<String>, Failure> {
    let letter = &read.letter;
    if let Some((_, _)) = supervision_appeal::right(app, visitor, letter).await? {
        return Ok(Some(visitor.reader.link(format_args!("{PATH}/{}/appeal", letter.id))));
    }
    let Some((case, _)) = letter.place else { return Ok(None) };
    let case = case_store::find_of_party(app.db().read(), Sight::Party(letter.party), case).await;
    let Ok(case) = case else { return Ok(None) };
    let right = appeal::right(app, visitor, &case).await?;
    Ok(right
        .filter(|right| right.letter.id == letter.id)
        .map(|_| visitor.reader.link(format_args!("{MY_PAGE}/cases/{}/appeal", case.id))))
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
