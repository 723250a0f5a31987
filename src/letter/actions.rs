//! Sending a letter in the commit of what it tells of, opening it, and drawing its file.

use sha2::{Digest as _, Sha256};

use super::{
    model::{Head, LetterKind},
    store::{self, Letter, NewLetter},
};
use crate::{
    app::App,
    database::Tx,
    document::{Authority, Document, render_pdf},
    failure::{Failure, Problem},
    identity::{Caller, Sight},
    journal::{self, Direction},
    keys::DataKey,
    party::{self, model::Party},
    values::{
        appeal_body::AppealBody,
        calendar::oslo_date,
        deadline::{Deadline, Timer, deadline},
        ids::{CaseId, LetterId, PartyId},
        language::Language,
    },
};

/// Files drawn in one run of the job.
const BATCH: u64 = 50;

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
    let settings = app.settings();
    let mut recipient = vec![out.addressee.details.name.clone()];
    recipient.extend(out.addressee.details.address.envelope());
    let head = Head {
        authority: Authority {
            name: settings.authority_name.clone(),
            contact_lines: settings.authority_contact.clone(),
        },
        recipient,
        number: format!("{}-{number}", out.case_number),
        language: out.language,
        sent_at: tx.now(),
        day: oslo_date(tx.now()),
        kind_title: out.kind_title.to_owned(),
    };
    let content = serde_json::to_vec(&write(&head)).map_err(Failure::internal)?;
    let sha256: [u8; 32] = Sha256::digest(&content).into();
    let place = (out.case, number);
    journal::add_document(tx, place, Direction::Out, out.title, out.actor, Some(sha256)).await?;
    let new = NewLetter {
        number: place,
        party: out.addressee.id,
        key: out.key,
        kind: out.kind,
        language: out.language,
        content: &content,
        sha256,
        appeal_body: out.appeal.map(|body| body.code),
    };
    store::insert(tx, new).await
}

/// The end of the appeal period that the opening of a letter set off; none while it is not opened, or
/// where there is no appeal.
///
/// # Errors
/// When no rule was in force that day.
pub fn appeal_period(letter: &Letter) -> Result<Option<Deadline>, Failure> {
    match (&letter.appeal_body, letter.opened_at) {
        (Some(_), Some(opened)) => {
            Ok(Some(deadline(Timer::Appeal, opened).map_err(Failure::internal)?))
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
/// 404 for a letter of somebody else, which is logged.
pub async fn read(app: &App, caller: &Caller, id: LetterId) -> Result<Read, Failure> {
    let letter = seen(app, caller, id).await?;
    let is_addressee = party::actions::is_own(app, caller, letter.party).await?;
    let letter = if is_addressee && letter.opened_at.is_none() {
        open(app, caller, id).await?
    } else {
        letter
    };
    let key = party::store::data_key(app.db().read(), &app.keys(), letter.party).await?;
    let document = letter.document(&key)?;
    Ok(Read { letter, document, key })
}

async fn seen(app: &App, caller: &Caller, id: LetterId) -> Result<Letter, Failure> {
    let connection = app.db().read();
    let sight = party::actions::sight_of(app, caller).await?;
    let found = store::find(connection, sight, id).await;
    if found.as_ref().is_err_and(|failure| failure.problem() == Problem::NotFound)
        && store::find(connection, Sight::All, id).await.is_ok()
    {
        caller.asked_for_others("letter", id);
    }
    found
}

async fn open(app: &App, caller: &Caller, id: LetterId) -> Result<Letter, Failure> {
    app.db()
        .write(|tx| async move {
            let mut letter = store::lock(&tx, id).await?;
            if letter.opened_at.is_some() {
                return Ok(letter);
            }
            store::opened(&tx, id).await?;
            let title = format!("Letter {} opened by the addressee", letter.number);
            journal::add(&tx, letter.case, Direction::Internal, &title, &caller.subject).await?;
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
    let bytes = draw(letter.id, document).await?;
    keep(app, &key, letter.id, &bytes).await?;
    // somebody may have kept another at the same moment: there is one file, and it is that one
    let kept = store::find(app.db().read(), Sight::All, letter.id).await?;
    kept.file(&key)?.ok_or_else(|| Failure::internal("a file that was kept is not there"))
}

async fn draw(id: LetterId, document: Document) -> Result<Vec<u8>, Failure> {
    let pdf = tokio::task::spawn_blocking(move || render_pdf(&document))
        .await
        .map_err(Failure::internal)?
        .map_err(Failure::internal)?;
    if !pdf.missing.is_empty() {
        tracing::warn!(letter = %id, characters = pdf.missing.len(), "a letter has characters no font has");
    }
    Ok(pdf.bytes)
}

async fn keep(app: &App, key: &DataKey, id: LetterId, bytes: &[u8]) -> Result<(), Failure> {
    app.db().write(|tx| async move { store::keep_file(&tx, key, id, bytes).await }).await
}

/// Draws the files of letters that have none yet; answers how many. One that cannot be drawn does not
/// keep the others.
///
/// # Errors
/// When the database does not answer.
pub async fn draw_files(app: &App) -> Result<usize, Failure> {
    let letters = store::without_file(app.db().read(), BATCH).await?;
    let mut drawn = 0;
    for letter in letters {
        match draw_file(app, &letter).await {
            Ok(()) => drawn += 1,
            Err(failure) => {
                let problem = failure.problem().code();
                tracing::error!(letter = %letter.id, problem, "the file of a letter is not drawn");
            }
        }
    }
    Ok(drawn)
}

async fn draw_file(app: &App, letter: &Letter) -> Result<(), Failure> {
    let key = party::store::data_key(app.db().read(), &app.keys(), letter.party).await?;
    let bytes = draw(letter.id, letter.document(&key)?).await?;
    keep(app, &key, letter.id, &bytes).await
}
