//! A case as its applicant sees it: how it stands, by when it is decided, what was asked, and the answer.

use askama::Template;
use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Path},
};

use super::{Notice, PATH as MY_PAGE, limit, notice, tone_of};
use crate::{
    app::App,
    case::{
        actions,
        lifecycle::Status,
        store::{self, Case},
    },
    disclosure::legal_basis,
    failure::Failure,
    party,
    permit::kind::{self, shared::needed_text},
    web::{
        apply::{Around, applicant, copy, receipt, settled},
        form::Form as Sent,
        frame::{self, Frame},
        sign_in::{SignedIn, Visitor, see},
    },
};

/// The page, below the language.
pub const PATH: &str = "/my-page/cases/:id";
/// Where an answer is sent.
pub const REPLY_PATH: &str = "/my-page/cases/:id/reply";
/// Where an application is taken back.
pub const WITHDRAWAL_PATH: &str = "/my-page/cases/:id/withdrawal";
const READ: &str = "anrop:case.read";
const WRITE: &str = "anrop:case.write";

/// What passed between the authority and the applicant.
struct Message {
    head: String,
    when: String,
    text: String,
    is_asked: bool,
}

struct Decision {
    outcome: &'static str,
    when: String,
    grounds: String,
    conditions: Vec<String>,
    legal_basis: String,
}

#[derive(Template)]
#[template(path = "my_page/case.html", config = "src/web/askama.toml")]
struct CasePage {
    frame: Frame,
    around: Around,
    notice: Option<Notice>,
    tone: &'static str,
    status: &'static str,
    facts: Vec<(&'static str, String)>,
    messages: Vec<Message>,
    decision: Option<Decision>,
    permit: Option<String>,
    copies: Option<(String, String)>,
    here: String,
    version: i32,
    is_waiting: bool,
    may_withdraw: bool,
    /// What was typed as an answer.
    reply: String,
}

async fn page(app: &App, visitor: &SignedIn, case: &Case) -> Result<CasePage, Failure> {
    let reader = &visitor.reader;
    let words = reader.words;
    let connection = app.db().read();
    let key = party::store::data_key(connection, &app.keys(), case.applicant).await?;
    let messages = store::messages(connection, &key, case.id, false).await?;
    let decision = store::decision_of(connection, &key, case.id).await?;
    let is_waiting = case.status == Status::WaitingForApplicant;
    let shown = messages.into_iter().map(|message| {
        let is_asked = message.kind == "informationRequest";
        let head = match message.due_on.filter(|_| is_asked) {
            Some(day) if is_waiting => words.case_asked(words.date(day)),
            _ if is_asked => words.case_asked_before().to_owned(),
            _ => words.case_replied().to_owned(),
        };
        Message { head, when: words.moment(message.created_at), text: message.text, is_asked }
    });
    let title = kind::any(case.kind).title(reader.language());
    let mut facts = vec![
        (words.case_about(), format!("{}: {title}", words.case_purpose(case.purpose))),
        (words.case_received(), words.moment(case.submitted_at)),
    ];
    if case.status.is_open() {
        facts.push((words.case_limit(), limit(reader, case)));
    }
    if let Some(at) = case.decided_at {
        facts.push((words.case_decided(), words.moment(at)));
    }
    let mut frame = reader.frame(words.case_title(case.display_number())).about_persons();
    frame.here = format!("{MY_PAGE}/cases/{}", case.id);
    Ok(CasePage {
        around: Around::of(visitor),
        notice: Notice::saved(reader),
        tone: tone_of(case.status),
        status: words.case_status_of(case.status),
        facts,
        messages: shown.collect(),
        decision: decision.map(|made| Decision {
            outcome: words.case_status_of(case.status),
            when: words.moment(made.decided_at),
            grounds: made.grounds,
            conditions: made.conditions,
            legal_basis: legal_basis::find(&made.legal_basis)
                .map_or_else(String::new, |basis| basis.cite(reader.language()).to_string()),
        }),
        permit: case.permit.map(|id| reader.link(format_args!("{MY_PAGE}/permits/{id}"))),
        copies: copy::has_copy(case).then(|| {
            (copy::address(visitor, case.id, true), copy::address(visitor, case.id, false))
        }),
        here: reader.link(&frame.here),
        frame,
        version: case.version,
        is_waiting,
        may_withdraw: case.status.is_open(),
        reply: String::new(),
    })
}

/// Shows it.
#[handler]
pub async fn show(
    visitor: Visitor,
    Path(id): Path<String>,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = applicant(visitor, READ)?;
    let shown = async { page(app, &visitor, &receipt::own_case(app, &visitor, &id).await?).await };
    let page = shown.await;
    settled(&visitor, page.map(|page| frame::answer(StatusCode::OK, &page.frame, &page)))
}

/// Shows it again, with what went wrong and what was typed.
async fn again(
    app: &App,
    visitor: &SignedIn,
    id: &str,
    said: Notice,
    typed: &str,
) -> Result<Response, Failure> {
    let mut page = page(app, visitor, &receipt::own_case(app, visitor, id).await?).await?;
    let status = said.status;
    page.notice = Some(said);
    typed.clone_into(&mut page.reply);
    Ok(frame::answer(status, &page.frame, &page))
}

/// Answers what was asked.
#[handler]
pub async fn reply(
    visitor: Visitor,
    Path(id): Path<String>,
    sent: Sent,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = applicant(visitor, WRITE)?;
    visitor.own(&sent)?;
    settled(&visitor, replied(app, &visitor, &id, &sent).await)
}

async fn replied(
    app: &App,
    visitor: &SignedIn,
    id: &str,
    sent: &Sent,
) -> Result<Response, Failure> {
    let words = visitor.reader.words;
    let typed = sent.get("text").replace("\r\n", "\n");
    let mut errors = crate::failure::FieldErrors::new();
    let text = needed_text(&typed, 4000, "/text", &mut errors);
    let Ok(text) = errors.finish(text) else {
        let wrong =
            if typed.is_empty() { words.case_reply_missing() } else { words.case_reply_too_long() };
        return again(app, visitor, id, Notice::wrong(wrong), &typed).await;
    };
    let case = receipt::own_case(app, visitor, id).await?;
    let version = sent.get("version").parse().unwrap_or_default();
    let sight = party::actions::own_sight_of(app, &visitor.caller).await?;
    match actions::reply(app, &visitor.caller, sight, case.id, version, &text, None).await {
        Ok(_) => Ok(see(&visitor.reader.link(format_args!("{MY_PAGE}/cases/{id}?done=yes")))),
        Err(failure) => again(app, visitor, id, notice(&visitor.reader, failure)?, &typed).await,
    }
}

/// Takes an application back.
#[handler]
pub async fn withdraw(
    visitor: Visitor,
    Path(id): Path<String>,
    sent: Sent,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = applicant(visitor, WRITE)?;
    visitor.own(&sent)?;
    let outcome = async {
        let case = receipt::own_case(app, &visitor, &id).await?;
        let version = sent.get("version").parse().unwrap_or_default();
        let sight = party::actions::own_sight_of(app, &visitor.caller).await?;
        match actions::withdraw(app, &visitor.caller, sight, case.id, version).await {
            Ok(_) => Ok(see(&visitor.reader.link(format_args!("{MY_PAGE}/cases/{id}?done=yes")))),
            Err(failure) => again(app, &visitor, &id, notice(&visitor.reader, failure)?, "").await,
        }
    };
    settled(&visitor, outcome.await)
}
