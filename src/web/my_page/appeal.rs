//! Appealing against a decision: whether it can be, until when, what an appeal that comes late leads to; the text, the
//! request that the decision waits, and documents. All of it is a draft until it is sent.

use askama::Template;
use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Path},
};

use super::{
    Notice, PATH as MY_PAGE, case as case_page, notice, offer,
    reply::Left,
    writing::{Writing as _, put_aside, whole, writing},
};
use crate::{
    app::App,
    appeal::{actions::may_appeal, model::Timeliness, rules, store as appeals},
    case::store::{self, Case},
    draft::{
        actions::{self as drafts, Opened, sending},
        model::{Content, Purpose},
    },
    failure::Failure,
    identity::Sight,
    letter::{
        actions::appeal_period,
        store::{self as letters, Letter},
    },
    party,
    values::{
        appeal_body::appeal_body,
        calendar::oslo_date,
        deadline::{Deadline, Timer, deadline},
        ids::{CaseId, PartyId},
    },
    web::{
        apply::{
            Around, applicant,
            papers::{Papers, Written, take},
            settled,
        },
        form::Form as Sent,
        frame::Frame,
        letters::PATH as LETTERS,
        sign_in::{SignedIn, Visitor, see},
        texts::Words,
        upload::Upload,
    },
};

/// The page, below the language.
pub const PATH: &str = "/my-page/cases/:id/appeal";
/// Scope of reading letters.
pub const READ_LETTERS: &str = "anrop:letter.read";
const WRITE: &str = "anrop:case.write";
/// Fields of the form, by their names in the draft.
const FIELDS: [&str; 3] = ["text", "lateReason", "deferral"];

/// The right to appeal against the decision of a case.
pub struct Right {
    /// Until when, in words.
    pub until: String,
    /// The letter that tells of the decision.
    pub letter: Letter,
    period: Option<Deadline>,
    timeliness: Timeliness,
    decided_at: chrono::DateTime<chrono::Utc>,
}

/// Where a party to a case follows it, below the language: who applied on the page of the case, who accepted to receive
/// the permit on that of the offer.
fn home(case: &Case, party: PartyId) -> String {
    let place = if party == case.applicant { "cases" } else { "offers" };
    format!("{MY_PAGE}/{place}/{}", case.id)
}

/// A case whose decision is told to the reader, and which party to it they are.
async fn told_of(app: &App, visitor: &SignedIn, id: &str) -> Result<(Case, PartyId), Failure> {
    let id = CaseId::parse(id).map_err(|_| Failure::not_found())?;
    let sight = party::actions::own_sight_of(app, &visitor.caller).await?;
    let Sight::Party(party) = sight else { return Err(Failure::not_found()) };
    Ok((store::find_of_party(app.db().read(), sight, id).await?, party))
}

/// Whether the reader may appeal against the decision of a case that they are party to.
///
/// # Errors
/// When the database does not answer, or no rule was in force.
pub async fn right(app: &App, visitor: &SignedIn, case: &Case) -> Result<Option<Right>, Failure> {
    if case.status.is_open() || !visitor.caller.has_scope(WRITE) {
        return Ok(None);
    }
    let sight = party::actions::own_sight_of(app, &visitor.caller).await?;
    let Sight::Party(party) = sight else { return Ok(None) };
    if !case.has_party(party) || !may_appeal(app, case, party).await? {
        return Ok(None);
    }
    let found = letters::latest_appealable(app.db().read(), case.id, party).await?;
    let Some(letter) = found else { return Ok(None) };
    let period = appeal_period(&letter)?;
    let now = app.clock().now();
    let decided_at = case.decided_at.unwrap_or(letter.sent_at);
    let timeliness = rules::timeliness(now, period, decided_at).map_err(Failure::internal)?;
    let words = visitor.reader.words;
    let until = match (period, timeliness) {
        (None, _) => words.appeal_until_unopened().to_owned(),
        (Some(period), Timeliness::InTime) => words.appeal_until(words.date(period.last_day)),
        (Some(period), _) => words.appeal_was_until(words.date(period.last_day)),
    };
    Ok(Some(Right { until, letter, period, timeliness, decided_at }))
}

/// A field: what stands in it, and what is wrong with it.
struct Field {
    name: &'static str,
    label: &'static str,
    hint: String,
    value: String,
    rows: u8,
    is_optional: bool,
    wrong: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "my_page/appeal.html", config = "src/web/askama.toml")]
struct AppealPage {
    frame: Frame,
    around: Around,
    notice: Option<Notice>,
    up: (String, String),
    /// Address and name of the letter appealed against.
    letter: (String, String),
    until: String,
    /// What an appeal that comes late leads to.
    late: Option<String>,
    /// What happens with it.
    next: Vec<String>,
    action: String,
    version: i32,
    draft: i32,
    fields: Vec<Field>,
    papers: Papers,
}

impl AppealPage {
    fn has_wrongs(&self) -> bool {
        self.fields.iter().any(|field| field.wrong.is_some())
    }
}

writing!(AppealPage);

async fn drafted(app: &App, visitor: &SignedIn, case: &Case) -> Result<Opened, Failure> {
    let purpose = Purpose::Appeal(case.id);
    drafts::take_up(app, &visitor.caller, case.kind, purpose, &Content::default()).await
}

/// What an appeal that comes late leads to.
fn late(words: Words, right: &Right) -> Result<Option<String>, Failure> {
    let limit = deadline(Timer::LateAppealLimit, right.decided_at).map_err(Failure::internal)?;
    let ended = right.period.map_or_else(String::new, |period| words.date(period.last_day));
    Ok(match right.timeliness {
        Timeliness::InTime => None,
        Timeliness::Late => Some(words.appeal_late(ended, words.date(limit.last_day))),
        Timeliness::TooLate => Some(words.appeal_too_late(words.date(limit.last_day))),
    })
}

fn fields(words: Words, right: &Right, content: &Content, failure: Option<&Failure>) -> Vec<Field> {
    let wrong = |name: &str| {
        let pointer = format!("/{name}");
        let found = failure?.fields().iter().find(|error| error.pointer == pointer)?;
        Some(match (name, &*found.code) {
            (_, "too-long") => words.appeal_too_long(),
            (_, "control-character") => words.appeal_control(),
            ("lateReason", _) => words.letters_appeal_late(),
            _ => words.letters_appeal_text_missing(),
        })
    };
    let field = |name: &'static str, label, hint: &str, rows, is_optional| Field {
        name,
        label,
        hint: hint.to_owned(),
        value: content.text(name).to_owned(),
        rows,
        is_optional,
        wrong: wrong(name),
    };
    let mut fields =
        vec![field("text", words.letters_appeal_text(), words.appeal_text_hint(), 8, false)];
    if right.timeliness != Timeliness::InTime {
        let hint = words.appeal_reason_hint();
        fields.push(field("lateReason", words.letters_appeal_reason(), hint, 4, false));
    }
    let hint = words.appeal_deferral_hint();
    fields.push(field("deferral", words.appeal_deferral(), hint, 4, true));
    fields
}

async fn page(
    app: &App,
    visitor: &SignedIn,
    case: &Case,
    (right, written): (&Right, Written),
    failure: Option<&Failure>,
) -> Result<AppealPage, Failure> {
    let reader = &visitor.reader;
    let words = reader.words;
    let up = home(case, right.letter.party);
    let mut frame = reader.frame(words.appeal_of(case.display_number())).about_persons();
    frame.here = format!("{MY_PAGE}/cases/{}/appeal", case.id);
    let read = crate::letter::actions::opened_data(app, vec![right.letter.clone()]).await?;
    let subject = read.first().map_or_else(String::new, |(_, document)| document.title.clone());
    let body = appeal_body_name(app, case, reader.language()).await?;
    let mut next = vec![words.appeal_next_1().to_owned()];
    next.push(match body {
        Some(body) => words.appeal_next_2(body),
        None => words.appeal_next_2_unknown().to_owned(),
    });
    next.push(words.appeal_next_3().to_owned());
    Ok(AppealPage {
        around: Around::of(visitor),
        notice: None,
        up: (reader.link(&up), words.case_title(case.display_number())),
        letter: (
            reader.link(format_args!("{LETTERS}/{}", right.letter.id)),
            crate::document::tidy(&subject),
        ),
        until: right.until.clone(),
        late: late(words, right)?,
        next,
        action: reader.link(&frame.here),
        frame,
        version: case.version,
        draft: written.version,
        fields: fields(words, right, &written.content, failure),
        papers: written.papers,
    })
}

/// Who decides an appeal that is sent on today.
async fn appeal_body_name(
    app: &App,
    case: &Case,
    language: crate::values::language::Language,
) -> Result<Option<&'static str>, Failure> {
    let connection = app.db().read();
    let key = party::store::data_key(connection, &app.keys(), case.applicant).await?;
    let application = case.application(&key)?;
    let made = crate::case::actions::decision_type(connection, case, &application).await?;
    let today = oslo_date(app.clock().now());
    Ok(appeal_body(made, today).map(|body| body.name(language)))
}

/// What was written in the fields, as one text.
fn in_one<'a>(written: impl Fn(&str) -> &'a str) -> Option<String> {
    let texts = FIELDS.map(|name| written(name).replace("\r\n", "\n"));
    let texts: Vec<String> = texts.into_iter().filter(|text| !text.trim().is_empty()).collect();
    (!texts.is_empty()).then(|| texts.join("\n\n"))
}

/// The appeal that the reader has begun in a case in which they have no right to appeal any more.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn left(
    app: &App,
    visitor: &SignedIn,
    case: CaseId,
) -> Result<Option<Left>, Failure> {
    let begun = drafts::about(app, &visitor.caller, Purpose::Appeal(case)).await?;
    let Some(opened) = begun else { return Ok(None) };
    let reader = &visitor.reader;
    let until = reader.words.date(oslo_date(opened.draft.expires_at));
    Ok(Some(Left {
        title: reader.words.appeal_left(),
        why: reader.words.appeal_left_why(until),
        text: in_one(|name| opened.content.text(name)).unwrap_or_default(),
        changes: Vec::new(),
        papers: Papers::of_draft(app, reader, &opened).await?,
        delete: reader.link(format_args!("/drafts/{}/delete", opened.draft.id)),
        version: opened.draft.version,
    }))
}

/// The page of the case, with what was sent when there was no right to appeal: somebody has appealed meanwhile, perhaps the
/// reader by another press of the button.
async fn too_late(
    app: &App,
    visitor: &SignedIn,
    (case, party): (&Case, PartyId),
    sent: &Sent,
) -> Result<Response, Failure> {
    let said = notice(&visitor.reader, Failure::stale())?;
    let connection = app.db().read();
    let key = party::store::data_key(connection, &app.keys(), case.applicant).await?;
    let appellant = Some(party).filter(|party| *party != case.applicant);
    let text = sent.get("text").replace("\r\n", "\n");
    let has_come = appeals::of_case(connection, &key, case.id)
        .await?
        .iter()
        .any(|appeal| appeal.appellant == appellant && appeal.text.trim() == text.trim());
    let unsent = in_one(|name| sent.get(name)).filter(|_| !has_come);
    let id = case.id.to_string();
    if party == case.applicant {
        case_page::again_with(app, visitor, &id, (said, unsent)).await
    } else {
        offer::again_with(app, visitor, &id, (said, unsent)).await
    }
}

/// The case, and the right to appeal in it; without one the way back to the case.
async fn begun(
    app: &App,
    visitor: &SignedIn,
    id: &str,
) -> Result<Result<(Case, Right), Response>, Failure> {
    let (case, party) = told_of(app, visitor, id).await?;
    Ok(match right(app, visitor, &case).await? {
        Some(right) => Ok((case, right)),
        None => Err(see(&visitor.reader.link(home(&case, party)))),
    })
}

/// Shows it.
#[handler]
pub async fn show(
    visitor: Visitor,
    Path(id): Path<String>,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = applicant(visitor, WRITE)?;
    let shown = async {
        let (case, right) = match begun(app, &visitor, &id).await? {
            Ok(begun) => begun,
            Err(away) => return Ok(away),
        };
        let opened = drafts::about(app, &visitor.caller, Purpose::Appeal(case.id)).await?;
        let written = Written::of(app, &visitor.reader, opened.as_ref()).await?;
        let page = page(app, &visitor, &case, (&right, written), None).await?;
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
        let (known, party) = told_of(app, &visitor, &id).await?;
        let Some(right) = right(app, &visitor, &known).await? else {
            return too_late(app, &visitor, (&known, party), &sent).await;
        };
        let mut opened = drafted(app, &visitor, &known).await?;
        let taken = take(app, &visitor, &mut opened, (&mut sent, file), &FIELDS).await?;
        let written = Written::of(app, &visitor.reader, Some(&opened)).await?;
        let shown = page(app, &visitor, &known, (&right, written), None).await?;
        let shown = match whole(shown, &visitor, taken)? {
            Ok(shown) => shown,
            Err(again) => return Ok(again),
        };
        match sent.get("deed") {
            "" | "send" => sent_off(app, &visitor, &known, (&right, &opened), &sent).await,
            deed => put_aside(app, &visitor, &opened, &shown, deed).await,
        }
    };
    settled(&visitor, outcome.await)
}

async fn sent_off(
    app: &App,
    visitor: &SignedIn,
    case: &Case,
    (right, opened): (&Right, &Opened),
    sent: &Sent,
) -> Result<Response, Failure> {
    let version = sent.get("version").parse().unwrap_or_default();
    let seen = sending::Seen { id: opened.draft.id, version: opened.draft.version };
    let failure = match sending::appeal(app, &visitor.caller, seen, version).await {
        Ok(_) => {
            let done = format!("{}?done=appealed", home(case, right.letter.party));
            return Ok(see(&visitor.reader.link(done)));
        }
        Err(failure) => failure,
    };
    let (known, _) = told_of(app, visitor, &case.id.to_string()).await?;
    let written = Written::of(app, &visitor.reader, Some(opened)).await?;
    let shown = page(app, visitor, &known, (right, written), Some(&failure)).await?;
    if shown.has_wrongs() {
        return Ok(shown.answer(StatusCode::UNPROCESSABLE_ENTITY));
    }
    Ok(shown.refused(notice(&visitor.reader, failure)?))
}
