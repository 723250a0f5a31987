//! A case as its applicant sees it: how it stands, what happens next and by when, what was asked and answered, the
//! decision, the letters and the documents.

use askama::Template;
use chrono::NaiveDate;
use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Path},
};

use super::{Notice, PATH as MY_PAGE, appeal, limit, notice, reply, tone_of};
use crate::{
    app::App,
    attachment,
    case::{
        actions,
        lifecycle::Status,
        model::Purpose,
        store::{self, Case},
    },
    disclosure::legal_basis,
    failure::Failure,
    letter::{
        actions as letters,
        store::{self as letter_store, LetterQuery},
    },
    party,
    permit::kind,
    reasons,
    values::calendar::oslo_date,
    web::{
        apply::{
            Around, applicant, copy,
            papers::{Paper, Papers},
            receipt, settled,
        },
        form::Form as Sent,
        frame::{self, Frame},
        letters::PATH as LETTERS,
        sign_in::{SignedIn, Visitor, see},
        texts::Words,
    },
};

/// The page, below the language.
pub const PATH: &str = "/my-page/cases/:id";
/// Where reasons for a decision are demanded.
pub const REASONS_PATH: &str = "/my-page/cases/:id/reasons";
/// Where an application is taken back.
pub const WITHDRAWAL_PATH: &str = "/my-page/cases/:id/withdrawal";
const READ: &str = "anrop:case.read";
const WRITE: &str = "anrop:case.write";
/// Most letters of a case that are shown.
const LETTERS_SHOWN: u64 = 50;

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

/// A letter of the case.
struct LetterLine {
    address: String,
    subject: String,
    language: &'static str,
    note: String,
    is_unopened: bool,
}

/// The page.
#[derive(Template)]
#[template(path = "my_page/case.html", config = "src/web/askama.toml")]
pub struct CasePage {
    pub(super) frame: Frame,
    around: Around,
    pub(super) notice: Option<Notice>,
    /// What the reader wrote that could not be sent.
    pub(super) unsent: Option<String>,
    /// What was begun and cannot be sent any more: an answer, an appeal.
    left: Vec<reply::Left>,
    tone: &'static str,
    status: &'static str,
    facts: Vec<(&'static str, String)>,
    next: Vec<String>,
    /// Address that a permit is offered at, for its new holder.
    offered_at: Option<String>,
    letters: Vec<LetterLine>,
    pub(super) papers: Papers,
    may_send: bool,
    appeal: Option<appeal::Right>,
    messages: Vec<Message>,
    decision: Option<Decision>,
    permit: Option<String>,
    copies: Option<(String, String)>,
    here: String,
    version: i32,
    /// What the button says that leads to the answer.
    answer: Option<&'static str>,
    may_withdraw: bool,
    may_demand: bool,
    /// When reasons were demanded that are not given yet, and by when they come.
    demanded: Option<String>,
}

/// What happens next, and by when.
fn next(words: Words, case: &Case, is_offer_open: bool, today: NaiveDate) -> Vec<String> {
    let due = words.date(case.due_on);
    let text = match case.status {
        Status::Submitted | Status::UnderReview if is_offer_open => words.case_next_offer(due),
        Status::Submitted | Status::UnderReview if case.due_on < today => words.case_next_late(due),
        Status::Submitted | Status::UnderReview => words.case_next_open(due),
        Status::WaitingForApplicant => {
            let day = words.date(case.waiting_until.unwrap_or(case.due_on));
            match case.waits_for_comment() {
                true => words.case_next_comment(day),
                false => words.case_next_waiting(day),
            }
        }
        Status::Granted if case.is_of_authority() => words.case_next_decided().to_owned(),
        Status::Withdrawn if case.is_of_authority() => words.case_next_closed().to_owned(),
        Status::Granted | Status::PartlyGranted => words.case_next_granted().to_owned(),
        Status::Refused | Status::Dismissed => words.case_next_refused().to_owned(),
        Status::Withdrawn => words.case_next_withdrawn().to_owned(),
        Status::Appealed => words.case_next_appealed().to_owned(),
        Status::Forwarded => words.case_next_forwarded().to_owned(),
        Status::Upheld | Status::Reversed => words.case_next_after_appeal().to_owned(),
    };
    vec![text]
}

async fn letters_of(
    app: &App,
    visitor: &SignedIn,
    case: &Case,
) -> Result<Vec<LetterLine>, Failure> {
    if !visitor.caller.has_scope(appeal::READ_LETTERS) {
        return Ok(Vec::new());
    }
    let words = visitor.reader.words;
    let sight = party::actions::own_sight_of(app, &visitor.caller).await?;
    let query = LetterQuery { case: Some(case.id), ..LetterQuery::default() };
    let (found, _) = letter_store::list(app.db().read(), sight, query, LETTERS_SHOWN).await?;
    let read = letters::opened_data(app, found).await?;
    Ok(read
        .into_iter()
        .map(|(letter, document)| LetterLine {
            address: visitor.reader.link(format_args!("{LETTERS}/{}", letter.id)),
            subject: crate::document::tidy(&document.title),
            language: letter.language.code(),
            note: words.moment(letter.sent_at),
            is_unopened: letter.opened_at.is_none(),
        })
        .collect())
}

async fn papers_of(app: &App, visitor: &SignedIn, case: &Case) -> Result<Papers, Failure> {
    let connection = app.db().read();
    let key = party::store::data_key(connection, &app.keys(), case.applicant).await?;
    let documents = attachment::store::of_case(connection, &key, case.id).await?;
    let address = format!("{MY_PAGE}/cases/{}/documents", case.id);
    let rows = documents.iter().map(|(one, _)| Paper::of(&visitor.reader, one, &address)).collect();
    Ok(Papers { rows, wrong: None })
}

/// The page of a case.
///
/// # Errors
/// When the database does not answer.
pub async fn page(app: &App, visitor: &SignedIn, case: &Case) -> Result<CasePage, Failure> {
    let reader = &visitor.reader;
    let words = reader.words;
    let connection = app.db().read();
    let key = party::store::data_key(connection, &app.keys(), case.applicant).await?;
    let messages = store::messages(connection, &key, case.id, false).await?;
    let decision = store::decision_of(connection, &key, case.id).await?;
    let now = app.clock().now();
    let mut standing =
        reasons::actions::standing(connection, &key, case, decision.as_ref(), now).await?;
    let demanded = standing.requests.pop();
    let waiting = demanded.as_ref().filter(|one| one.given.is_none()).cloned();
    let given = demanded.and_then(|one| one.given);
    let is_waiting = case.status == Status::WaitingForApplicant;
    let shown = messages.into_iter().map(|message| {
        let is_asked = message.kind == "informationRequest";
        // what the authority began begins with the notice, if with any message
        let is_notice =
            is_asked && case.is_of_authority() && message.created_at <= case.submitted_at;
        let head = match message.due_on.filter(|_| is_asked) {
            Some(day) if is_notice && is_waiting => words.case_noticed(words.date(day)),
            _ if is_notice => words.case_noticed_before().to_owned(),
            Some(day) if is_waiting => words.case_asked(words.date(day)),
            _ if is_asked => words.case_asked_before().to_owned(),
            _ if case.is_of_authority() => words.case_commented().to_owned(),
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
    let is_offer_open = case.purpose == Purpose::Transfer && case.accepted.is_none();
    let offered_at = (is_offer_open && case.status.is_open()).then(|| {
        let origin = app.settings().public_url.trim_end_matches('/').to_owned();
        format!("{origin}{}", reader.link(format_args!("{MY_PAGE}/offers/{}", case.id)))
    });
    let right = appeal::right(app, visitor, case).await?;
    let mut left: Vec<_> = reply::left(app, visitor, case, &key).await?.into_iter().collect();
    if right.is_none() {
        left.extend(appeal::left(app, visitor, case.id).await?);
    }
    let mut frame = reader.frame(words.case_title(case.display_number())).about_persons();
    frame.here = format!("{MY_PAGE}/cases/{}", case.id);
    Ok(CasePage {
        around: Around::of(visitor),
        notice: Notice::saved(reader),
        unsent: None,
        left,
        tone: tone_of(case.status),
        status: words.case_state(case),
        facts,
        next: next(words, case, is_offer_open, oslo_date(now)),
        offered_at,
        letters: letters_of(app, visitor, case).await?,
        papers: papers_of(app, visitor, case).await?,
        may_send: case.status != Status::Withdrawn,
        appeal: right,
        messages: shown.collect(),
        decision: decision.map(|made| Decision {
            outcome: words.case_state(case),
            when: words.moment(made.decided_at),
            grounds: if let Some(given) = given {
                given.text
            } else if made.decided_by == actions::AUTOMATIC {
                words.case_by_rules().to_owned()
            } else {
                made.grounds
            },
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
        answer: is_waiting.then(|| match case.waits_for_comment() {
            true => words.case_comment_button(),
            false => words.case_reply_button(),
        }),
        may_withdraw: case.status.is_open() && !case.is_of_authority(),
        may_demand: visitor.caller.has_scope(WRITE) && standing.may_demand.is_ok(),
        demanded: waiting.map(|one| {
            let asked = words.date(oslo_date(one.received_at));
            words.case_demanded(asked, words.date(one.due_on))
        }),
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

/// Shows it again, with what went wrong.
async fn again(app: &App, visitor: &SignedIn, id: &str, said: Notice) -> Result<Response, Failure> {
    again_with(app, visitor, id, (said, None)).await
}

/// As [`again`], with what the reader wrote that could not be sent.
pub(super) async fn again_with(
    app: &App,
    visitor: &SignedIn,
    id: &str,
    (said, unsent): (Notice, Option<String>),
) -> Result<Response, Failure> {
    let mut page = page(app, visitor, &receipt::own_case(app, visitor, id).await?).await?;
    let status = said.status;
    page.notice = Some(said);
    // who pressed the button twice has sent it, and what is in a draft is shown already
    let is_sent = |text: &String| page.messages.iter().any(|message| message.text == *text);
    let is_left = |text: &String| page.left.iter().any(|left| left.text == *text);
    page.unsent = unsent.filter(|text| !is_sent(text) && !is_left(text));
    Ok(frame::answer(status, &page.frame, &page))
}

/// What a step that a form on the page asks for has come to: the page again, saying that it is done or what went wrong.
async fn stepped(
    app: &App,
    visitor: &SignedIn,
    id: &str,
    done: &str,
    step: impl AsyncFnOnce(Case) -> Result<Case, Failure>,
) -> Result<Response, Failure> {
    let case = receipt::own_case(app, visitor, id).await?;
    match step(case).await {
        Ok(_) => Ok(see(&visitor.reader.link(format_args!("{MY_PAGE}/cases/{id}?done={done}")))),
        Err(failure) => again(app, visitor, id, notice(&visitor.reader, failure)?).await,
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
    let version = sent.get("version").parse().unwrap_or_default();
    let caller = &visitor.caller;
    let step = async |case: Case| {
        let sight = party::actions::own_sight_of(app, caller).await?;
        actions::withdraw(app, caller, sight, case.id, version).await
    };
    settled(&visitor, stepped(app, &visitor, &id, "taken-back", step).await)
}

/// Demands reasons for the decision.
#[handler]
pub async fn demand(
    visitor: Visitor,
    Path(id): Path<String>,
    sent: Sent,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = applicant(visitor, WRITE)?;
    visitor.own(&sent)?;
    let version = sent.get("version").parse().unwrap_or_default();
    let step =
        async |case: Case| reasons::actions::demand(app, &visitor.caller, (case.id, version)).await;
    settled(&visitor, stepped(app, &visitor, &id, "demanded", step).await)
}
