//! The answer to what was asked in a case: a text, documents, and the application corrected where something in it is
//! wrong. All of it is a draft until it is sent.

use askama::Template;
use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Path},
};
use serde_json::Value;

use super::{
    Notice, PATH as MY_PAGE, case, notice,
    writing::{Writing as _, put_aside, whole, writing},
};
use crate::{
    app::App,
    case::{
        lifecycle::Status,
        store::{self, Case},
    },
    draft::{
        actions::{self as drafts, Opened, sending},
        model::{Content, Purpose},
    },
    failure::{Failure, Problem},
    keys::DataKey,
    party,
    values::calendar::oslo_date,
    web::{
        apply::{
            Around, applicant,
            changes::{Change, changes},
            copy, form, is_person,
            papers::{Papers, Written, take},
            receipt, settled, values,
        },
        form::Form as Sent,
        frame::Frame,
        sign_in::{SignedIn, Visitor, see},
        upload::Upload,
    },
};

/// The page, below the language.
pub const PATH: &str = "/my-page/cases/:id/reply";
const WRITE: &str = "anrop:case.write";

#[derive(Template)]
#[template(path = "my_page/reply.html", config = "src/web/askama.toml")]
struct ReplyPage {
    frame: Frame,
    around: Around,
    notice: Option<Notice>,
    up: (String, String),
    /// It is a comment on an advance notice.
    is_comment: bool,
    /// What was asked last, and the day to answer by.
    asked: Option<(String, String)>,
    action: String,
    version: i32,
    draft: i32,
    text: String,
    wrong: Option<&'static str>,
    papers: Papers,
    /// What the corrected application changes; none where it is not corrected.
    changes: Option<Vec<Change>>,
    may_correct: bool,
}

writing!(ReplyPage);

/// The draft of the answer, begun where there is none.
async fn drafted(app: &App, visitor: &SignedIn, case: &Case) -> Result<Opened, Failure> {
    let purpose = Purpose::Reply(case.id);
    drafts::take_up(app, &visitor.caller, case.kind, purpose, &Content::default()).await
}

async fn application_of(app: &App, case: &Case) -> Result<Value, Failure> {
    let key = party::store::data_key(app.db().read(), &app.keys(), case.applicant).await?;
    case.application(&key)
}

/// What a corrected application changes; none where nothing is corrected.
fn corrected(
    visitor: &SignedIn,
    case: &Case,
    key: &DataKey,
    application: &Value,
) -> Result<Option<Vec<Change>>, Failure> {
    if application.is_null() {
        return Ok(None);
    }
    let form = form::of(case.kind);
    let is_person = is_person(&visitor.caller);
    let before = case.application(key)?;
    let after = values::finished(&form.steps, application.clone(), is_person);
    let words = visitor.reader.words;
    Ok(Some(changes(form.steps.iter(), words, is_person, (&before, &after))))
}

/// An answer or an appeal that was begun and cannot be sent any more, as its case shows it until it is thrown away or its time
/// is over.
pub(super) struct Left {
    pub(super) title: &'static str,
    pub(super) why: String,
    pub(super) text: String,
    pub(super) changes: Vec<Change>,
    pub(super) papers: Papers,
    pub(super) delete: String,
    pub(super) version: i32,
}

/// The answer that the reader has begun in a case that waits for none.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn left(
    app: &App,
    visitor: &SignedIn,
    case: &Case,
    key: &DataKey,
) -> Result<Option<Left>, Failure> {
    if case.status == Status::WaitingForApplicant {
        return Ok(None);
    }
    let begun = drafts::about(app, &visitor.caller, Purpose::Reply(case.id)).await?;
    let Some(opened) = begun else { return Ok(None) };
    let reader = &visitor.reader;
    let until = reader.words.date(oslo_date(opened.draft.expires_at));
    let why = match case.status.is_open() {
        true => reader.words.reply_left_open(until),
        false => reader.words.reply_left_ended(until),
    };
    Ok(Some(Left {
        title: reader.words.reply_left(),
        why,
        text: opened.content.text("text").to_owned(),
        changes: corrected(visitor, case, key, &opened.content.application)?.unwrap_or_default(),
        papers: Papers::of_draft(app, reader, &opened).await?,
        delete: reader.link(format_args!("/drafts/{}/delete", opened.draft.id)),
        version: opened.draft.version,
    }))
}

async fn page(
    app: &App,
    visitor: &SignedIn,
    case: &Case,
    written: Written,
) -> Result<ReplyPage, Failure> {
    let reader = &visitor.reader;
    let words = reader.words;
    let connection = app.db().read();
    let key = party::store::data_key(connection, &app.keys(), case.applicant).await?;
    let messages = store::messages(connection, &key, case.id, false).await?;
    let asked = messages.into_iter().rev().find(|message| message.kind == "informationRequest");
    let changed = corrected(visitor, case, &key, &written.content.application)?;
    let up = format!("{MY_PAGE}/cases/{}", case.id);
    let is_comment = case.waits_for_comment();
    let title = match is_comment {
        true => words.comment_in(case.display_number()),
        false => words.reply_of(case.display_number()),
    };
    let mut frame = reader.frame(title).about_persons();
    frame.here = format!("{up}/reply");
    Ok(ReplyPage {
        around: Around::of(visitor),
        notice: None,
        up: (reader.link(&up), words.case_title(case.display_number())),
        asked: asked.map(|asked| {
            let day = asked.due_on.or(case.waiting_until).unwrap_or(case.due_on);
            let head = match is_comment {
                true => words.case_noticed(words.date(day)),
                false => words.case_asked(words.date(day)),
            };
            (asked.text, head)
        }),
        is_comment,
        action: reader.link(&frame.here),
        frame,
        version: case.version,
        draft: written.version,
        text: written.content.text("text").to_owned(),
        wrong: None,
        papers: written.papers,
        changes: changed,
        may_correct: copy::has_copy(case),
    })
}

/// Shows it; a case in which nothing is asked leads to its page, where an answer stands that was begun.
#[handler]
pub async fn show(
    visitor: Visitor,
    Path(id): Path<String>,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = applicant(visitor, WRITE)?;
    let shown = async {
        let case = receipt::own_case(app, &visitor, &id).await?;
        if case.status != Status::WaitingForApplicant {
            return Ok(see(&visitor.reader.link(format_args!("{MY_PAGE}/cases/{id}"))));
        }
        let opened = drafts::about(app, &visitor.caller, Purpose::Reply(case.id)).await?;
        let written = Written::of(app, &visitor.reader, opened.as_ref()).await?;
        let page = page(app, &visitor, &case, written).await?;
        Ok(page.answer(StatusCode::OK))
    };
    settled(&visitor, shown.await)
}

/// Saves what was typed and sent along, and does what the button says.
#[handler]
pub async fn save(
    visitor: Visitor,
    Path(id): Path<String>,
    upload: Upload,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = applicant(visitor, WRITE)?;
    let (mut sent, file) = match upload.read().await {
        Ok(read) => read,
        Err(failure) => return settled(&visitor, Err(failure)),
    };
    visitor.own(&sent)?;
    let outcome = async {
        let known = receipt::own_case(app, &visitor, &id).await?;
        if known.status != Status::WaitingForApplicant {
            // it was answered, or taken back, elsewhere
            let said = notice(&visitor.reader, Failure::stale())?;
            let unsent =
                Some(sent.get("text").replace("\r\n", "\n")).filter(|text| !text.is_empty());
            return case::again_with(app, &visitor, &id, (said, unsent)).await;
        }
        let mut opened = drafted(app, &visitor, &known).await?;
        let taken = take(app, &visitor, &mut opened, (&mut sent, file), &["text"]).await?;
        let written = Written::of(app, &visitor.reader, Some(&opened)).await?;
        let shown = page(app, &visitor, &known, written).await?;
        let shown = match whole(shown, &visitor, taken)? {
            Ok(shown) => shown,
            Err(again) => return Ok(again),
        };
        match sent.get("deed") {
            "" | "send" => sent_off(app, &visitor, &known, (&opened, &sent), shown).await,
            "correct" => correct(app, &visitor, &known, opened).await,
            "uncorrect" => {
                opened.content.application = Value::Null;
                store_content(app, &visitor, &opened).await?;
                Ok(see(&shown.action))
            }
            deed => put_aside(app, &visitor, &opened, &shown, deed).await,
        }
    };
    settled(&visitor, outcome.await)
}

async fn store_content(app: &App, visitor: &SignedIn, opened: &Opened) -> Result<(), Failure> {
    let (id, version) = (opened.draft.id, opened.draft.version);
    drafts::save(app, &visitor.caller, id, version, &opened.content).await.map(|_| ())
}

/// Opens the application in its form, as it was filed or corrected so far.
async fn correct(
    app: &App,
    visitor: &SignedIn,
    case: &Case,
    mut opened: Opened,
) -> Result<Response, Failure> {
    if !copy::has_copy(case) {
        return Err(Failure::not_found());
    }
    if opened.content.application.is_null() {
        opened.content.application = application_of(app, case).await?;
        store_content(app, visitor, &opened).await?;
    }
    let first = form::of(case.kind).steps.first().map_or("", |step| step.name);
    Ok(see(&visitor.reader.link(format_args!("/drafts/{}/{first}", opened.draft.id))))
}

async fn sent_off(
    app: &App,
    visitor: &SignedIn,
    case: &Case,
    (opened, sent): (&Opened, &Sent),
    mut shown: ReplyPage,
) -> Result<Response, Failure> {
    let words = visitor.reader.words;
    let version = sent.get("version").parse().unwrap_or_default();
    let seen = sending::Seen { id: opened.draft.id, version: opened.draft.version };
    let is_person = is_person(&visitor.caller);
    let finish =
        |kind, application| values::finished(&form::of(kind).steps, application, is_person);
    let failure = match sending::answer(app, &visitor.caller, seen, version, finish).await {
        Ok(_) => {
            let done = format!("{MY_PAGE}/cases/{}?done=replied", case.id);
            return Ok(see(&visitor.reader.link(done)));
        }
        Err(failure) => failure,
    };
    let problem = failure.problem();
    let is_about_text = failure.fields().iter().any(|error| error.pointer == "/text");
    if is_about_text {
        let is_empty = opened.content.text("text").is_empty();
        shown.wrong =
            Some(if is_empty { words.case_reply_missing() } else { words.case_reply_too_long() });
        return Ok(shown.answer(StatusCode::UNPROCESSABLE_ENTITY));
    }
    if matches!(problem, Problem::InvalidContent | Problem::MalformedBody) {
        return Ok(shown.refused(Notice::wrong(words.reply_correction_wrong())));
    }
    Ok(shown.refused(notice(&visitor.reader, failure)?))
}
