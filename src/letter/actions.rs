//! Sending a letter in the commit of what it tells of, opening it, and drawing its file.

use std::{slice, time::Instant};

use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};

use super::{
    model::{AppealRight, Head, LetterKind},
    store::{self, Letter, NewLetter},
};
use crate::{
    app::App,
    background,
    database::Tx,
    disclosure::legal_basis,
    document::{Authority, Document, render_pdf},
    failure::Failure,
    identity::{Caller, Sight, SupervisionSight},
    journal::{self, Direction},
    keys::DataKey,
    notification::email::actions as email,
    party::{self, model::Party},
    supervision,
    values::{
        appeal_body::AppealBody,
        calendar::oslo_date,
        deadline::{Deadline, Timer, deadline},
        ids::{CaseId, LetterId, PartyId},
        language::Language,
    },
};

/// Files drawn in one run of the job, and kept in one commit: some hundred kilobytes, which whoever waits for the
/// disk waits for, too.
const BATCH: u64 = 10;
/// The provision by which only the appeal body suspends the effect of a decision.
const BODY_SUSPENDS: &str = "ekom2024-18-3";

/// A letter on its way out.
pub struct Outgoing<'a> {
    /// What it tells of.
    pub kind: LetterKind,
    /// Its case.
    pub case: CaseId,
    /// The number of the case, for people.
    pub case_number: String,
    /// Who it is addressed to.
    pub addressee: &'a Party,
    /// The addressee's data key.
    pub key: &'a DataKey,
    /// Language of the case.
    pub language: Language,
    /// Title of the kind of permit in that language.
    pub kind_title: &'a str,
    /// Title in the journal, without names.
    pub title: &'a str,
    /// Who sends it, for the journal.
    pub actor: &'a str,
    /// Who decides an appeal against what it tells of.
    pub appeal: Option<&'static AppealBody>,
}

/// Sends a letter: its entry in the journal and its content are written with the step it tells of.
///
/// # Errors
/// When the database does not answer.
pub async fn send(
    app: &App,
    tx: &Tx,
    out: Outgoing<'_>,
    write: impl FnOnce(&Head) -> Document,
) -> Result<LetterId, Failure> {
    let number = journal::next_number(tx, out.case).await?;
    let number_of = format!("{}-{number}", out.case_number);
    let head = Head {
        kind_title: out.kind_title.to_owned(),
        ..head(app, tx.now(), envelope(out.addressee), out.language, number_of)
    };
    let (content, sha256) = said(&write(&head))?;
    let place = (out.case, number);
    let document = journal::Document {
        place,
        direction: Direction::Out,
        title: out.title,
        actor: out.actor,
        hash: Some(sha256),
        with: journal::With::Party(out.addressee.id),
    };
    journal::write(tx, &document).await?;
    let new = NewLetter {
        place,
        party: out.addressee.id,
        key: out.key,
        kind: out.kind,
        language: out.language,
        content: &content,
        sha256,
        appeal_body: out.appeal.map(|body| body.code),
    };
    let id = store::insert(tx, new).await?;
    email::letter_sent(app, tx, out.kind, id, out.addressee.id).await?;
    Ok(id)
}

/// Name and address of a party, line by line.
pub(crate) fn envelope(addressee: &Party) -> Vec<String> {
    let mut recipient = vec![addressee.details.name.clone()];
    recipient.extend(addressee.details.address.envelope());
    recipient
}

/// The head of a letter that is made at a moment.
pub(crate) fn head(
    app: &App,
    at: DateTime<Utc>,
    recipient: Vec<String>,
    language: Language,
    number: String,
) -> Head {
    let settings = app.settings();
    Head {
        authority: Authority {
            name: settings.authority_name.clone(),
            contact_lines: settings.authority_contact.clone(),
        },
        recipient,
        number,
        language,
        sent_at: at,
        day: oslo_date(at),
        kind_title: String::new(),
    }
}

/// What a letter says as it is kept, and its hash.
pub(crate) fn said(document: &Document) -> Result<(Vec<u8>, [u8; 32]), Failure> {
    let content = serde_json::to_vec(document).map_err(Failure::internal)?;
    let sha256 = Sha256::digest(&content).into();
    Ok((content, sha256))
}

/// A provision as letters cite it.
pub fn cite(code: &str, language: Language) -> String {
    legal_basis::find(code).map_or_else(|| code.to_owned(), |basis| basis.cite(language))
}

/// The right of appeal to a body, as letters tell of it.
pub fn right_of(body: &AppealBody, language: Language) -> AppealRight {
    AppealRight {
        body: body.name(language).to_owned(),
        basis: cite(body.basis, language),
        body_suspends: body.basis == BODY_SUSPENDS,
    }
}

/// The end of the appeal period that a letter set off when it was opened, or came by post; none while it has not
/// reached anybody, or where there is no appeal.
///
/// # Errors
/// When no rule was in force that day.
pub fn appeal_period(letter: &Letter) -> Result<Option<Deadline>, Failure> {
    match (&letter.appeal_body, letter.reached_at()) {
        (Some(_), Some(reached)) => {
            let timer = match letter.kind {
                LetterKind::Reasons => Timer::AppealAfterReasons,
                _ => Timer::Appeal,
            };
            Ok(Some(deadline(timer, reached).map_err(Failure::internal)?))
        }
        _ => Ok(None),
    }
}

/// A letter as its reader has it.
pub struct Read {
    /// The letter.
    pub letter: Letter,
    /// What it says.
    pub document: Document,
    /// The addressee's data key.
    pub key: DataKey,
}

/// What letters of a list say. Those whose addressee's data were destroyed say nothing any more and are left out.
/// None counts as opened by this.
///
/// # Errors
/// When the database does not answer, or one is not what its hash says.
pub async fn opened_data(
    app: &App,
    letters: Vec<Letter>,
) -> Result<Vec<(Letter, Document)>, Failure> {
    let parties: Vec<PartyId> = letters.iter().map(|letter| letter.party).collect();
    let keys = party::store::data_keys(app.db().read(), &app.keys(), &parties).await?;
    let mut read = Vec::with_capacity(letters.len());
    for letter in letters {
        if let Some(Ok(key)) = keys.get(&letter.party) {
            let document = letter.document(key)?;
            read.push((letter, document));
        }
    }
    Ok(read)
}

/// Reads a letter. When it is the addressee who reads, the first time is written down, which starts the
/// appeal period and ends the messages; staff read without that.
///
/// # Errors
/// 404 for a letter of somebody else.
pub async fn read(app: &App, caller: &Caller, id: LetterId) -> Result<Read, Failure> {
    let letter = seen(app, caller, id).await?;
    let is_addressee = party::actions::is_own(app, caller, letter.party).await?;
    if !is_addressee {
        not_hidden(app, caller, &letter).await?;
    }
    let letter = if is_addressee && letter.opened_at.is_none() {
        open(app, caller, id).await?
    } else {
        letter
    };
    let key = party::store::data_key(app.db().read(), &app.keys(), letter.party).await?;
    let document = letter.document(&key)?;
    Ok(Read { letter, document, key })
}

/// What the caller may see of letters of supervision; none for whoever sees only their own letters.
///
/// # Errors
/// When the database does not answer.
pub async fn of_supervision(
    app: &App,
    caller: &Caller,
    sight: Sight,
) -> Result<Option<SupervisionSight>, Failure> {
    if !sight.is_staff() {
        return Ok(None);
    }
    party::actions::supervision_sight(app, caller).await.map(Some)
}

/// Letters of supervision are for those who handle it.
async fn not_hidden(app: &App, caller: &Caller, letter: &Letter) -> Result<(), Failure> {
    let Some((case, _)) = letter.place else { return Ok(()) };
    let sight = party::actions::supervision_sight(app, caller).await?;
    if supervision::store::is_hidden(app.db().read(), &sight, case).await? {
        caller.asked_for_others("letter", letter.id);
        return Err(Failure::not_found());
    }
    Ok(())
}

/// Notes that a letter was sent by post. From then it is on its way, and the appeal period runs from the day it is taken
/// to arrive.
///
/// # Errors
/// 404 when there is no such letter, and for one of supervision that the caller does not handle.
pub async fn posted(app: &App, caller: &Caller, id: LetterId) -> Result<(), Failure> {
    not_hidden(app, caller, &store::find(app.db().read(), Sight::All, id).await?).await?;
    app.db()
        .write(|tx| async move {
            let letter = store::lock(&tx, id).await?;
            if !store::post::insert(&tx, letter.id, &caller.subject).await? {
                return Ok(()); // somebody else was faster
            }
            let title = "Letter sent by post";
            let Some((case, _)) = letter.place else { return Ok(()) };
            journal::add(&tx, case, Direction::Internal, title, &caller.subject).await.map(|_| ())
        })
        .await
}

async fn seen(app: &App, caller: &Caller, id: LetterId) -> Result<Letter, Failure> {
    let sight = party::actions::sight_of(app, caller).await?;
    store::find(app.db().read(), sight, id).await
}

async fn open(app: &App, caller: &Caller, id: LetterId) -> Result<Letter, Failure> {
    app.db()
        .write(|tx| async move {
            let mut letter = store::lock(&tx, id).await?;
            if letter.opened_at.is_some() {
                return Ok(letter);
            }
            store::opened(&tx, id).await?;
            if let Some((case, number)) = letter.place {
                let title = format!("Letter {number} opened by the addressee");
                journal::add(&tx, case, Direction::Internal, &title, &caller.subject).await?;
            }
            letter.opened_at = Some(tx.now());
            letter.notice_at = None;
            Ok(letter)
        })
        .await
}

/// The file of a letter: the one that is kept, or drawn now and kept.
///
/// # Errors
/// When it cannot be drawn or kept.
pub async fn file(app: &App, read: Read) -> Result<Vec<u8>, Failure> {
    let Read { letter, document, key } = read;
    if let Some(bytes) = letter.file(&key)? {
        return Ok(bytes);
    }
    let drawn = Drawn { id: letter.id, bytes: draw(letter.id, document).await?, key };
    keep(app, slice::from_ref(&drawn)).await?;
    // somebody may have kept another at the same moment: there is one file, and it is that one
    let kept = store::find(app.db().read(), Sight::All, letter.id).await?;
    kept.file(&drawn.key)?.ok_or_else(|| Failure::internal("a file that was kept is not there"))
}

async fn draw(id: LetterId, document: Document) -> Result<Vec<u8>, Failure> {
    let pdf = tokio::task::spawn_blocking(move || render_pdf(&document));
    let pdf = pdf.await.map_err(Failure::internal)?.map_err(Failure::internal)?;
    Ok(pdf.file("letter", id))
}

async fn keep(app: &App, drawn: &[Drawn]) -> Result<(), Failure> {
    let keep_all = |tx: Tx| async move {
        for one in drawn {
            store::keep_file(&tx, &one.key, one.id, &one.bytes).await?;
        }
        Ok(())
    };
    app.db().write(keep_all).await
}

/// A file that is drawn and not kept yet.
struct Drawn {
    id: LetterId,
    key: DataKey,
    bytes: Vec<u8>,
}

/// Draws the files of letters that have none yet, behind those who are being answered; tells how many. One that
/// cannot be drawn does not keep the others.
///
/// # Errors
/// When the database does not answer.
pub async fn draw_files(app: &App) -> Result<usize, Failure> {
    let (mut drawn, began) = (Vec::new(), Instant::now());
    for letter in store::without_file(app.db().read(), BATCH).await? {
        match draw_behind(app, &letter).await {
            Ok(one) => drawn.push(one),
            Err(failure) => {
                let problem = failure.problem().code();
                tracing::error!(letter = %letter.id, problem, "the file of a letter is not drawn");
            }
        }
    }
    // the job looks every other second, mostly in vain
    if !drawn.is_empty() {
        keep(app, &drawn).await?;
    }
    app.signals().rest(began).await;
    Ok(drawn.len())
}

async fn draw_behind(app: &App, letter: &Letter) -> Result<Drawn, Failure> {
    let key = party::store::data_key(app.db().read(), &app.keys(), letter.party).await?;
    let document = letter.document(&key)?;
    let pdf = background::run(move || render_pdf(&document)).await?.map_err(Failure::internal)?;
    Ok(Drawn { id: letter.id, key, bytes: pdf.file("letter", letter.id) })
}
