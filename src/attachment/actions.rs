//! Taking a document into a case, and giving it out. What waits in a draft is in `waiting.rs`.

pub mod waiting;

use chrono::TimeDelta;
use futures_util::{Stream, StreamExt as _};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::{
    chunks::{self, Reader, Writer},
    model::{Attachment, CHUNK, LARGEST, MediaType},
    rules::{self, TextCheck},
    store::{self, NewAttachment, Target, Whole},
};
use crate::{
    app::App,
    case::{
        lifecycle::Status,
        store::{self as case_store, Case},
    },
    failure::{Failure, Problem},
    idempotency::IdempotencyKey,
    identity::{Caller, Sight},
    journal::{self, Direction},
    keys::DataKey,
    party,
    values::ids::{AttachmentId, CaseId},
};

/// Hours after which a document that did not come in whole is removed.
const HOURS_LEFT: i64 = 24;
/// Removed in one run of the job.
const BATCH: u64 = 50;
/// Operation, for keys that make repeats harmless.
const OPERATION: &str = "addCaseDocument";

/// The case if the caller may see it as a party or as staff; somebody else's is not found.
///
/// # Errors
/// 403 for staff who do not handle its kind; 404.
pub async fn case_of(app: &App, caller: &Caller, id: CaseId) -> Result<Case, Failure> {
    let sight = party::actions::sight_of(app, caller).await?;
    case_store::find(app.db().read(), sight, id).await
}

/// A document on its way in.
pub struct Incoming<'a> {
    /// The case.
    pub case: CaseId,
    /// Name of the file, as the sender has it.
    pub name: &'a str,
    /// Key that makes a repeat harmless, as it was sent.
    pub key: Option<&'a str>,
}

/// Takes a document into a case, piece by piece.
///
/// # Errors
/// 403 for staff who are party or do not handle the kind; 404 for somebody else's case; 409 for one that was withdrawn; 413 for more than 20 MB; 415 for what may not
/// be sent in; 422 when it is empty.
pub async fn take<S, B, E>(
    app: &App,
    caller: &Caller,
    incoming: &Incoming<'_>,
    bytes: S,
) -> Result<Attachment, Failure>
where
    S: Stream<Item = Result<B, E>> + Unpin,
    B: AsRef<[u8]>,
{
    let case = case_of(app, caller, incoming.case).await?;
    if caller.files_for_others() {
        party::actions::refuse_own(app, caller, case.applicant).await?;
    }
    if case.status == Status::Withdrawn {
        return Err(Failure::new(
            Problem::IllegalTransition,
            "The application was withdrawn, so nothing can be added to its case.",
        ));
    }
    let key = party::store::data_key(app.db().read(), &app.keys(), case.applicant).await?;
    let name = rules::file_name(incoming.name);
    let (id, sealing) = begin(app, caller, Target::Case(case.id), &key, &name).await?;
    let received = match receive(app, id, &sealing, bytes).await {
        Ok(received) => keep(app, caller, incoming, &name, id, &received).await,
        Err(failure) => Err(failure),
    };
    match received {
        Ok(kept) => {
            if kept != id {
                discard(app, id).await?;
            }
            let found = store::find(app.db().read(), &key, Target::Case(case.id), kept).await?;
            Ok(found.0)
        }
        Err(failure) => {
            discard(app, id).await?;
            Err(failure)
        }
    }
}

async fn begin(
    app: &App,
    caller: &Caller,
    target: Target,
    key: &DataKey,
    name: &str,
) -> Result<(AttachmentId, DataKey), Failure> {
    let place = chunks::place(app);
    app.db()
        .write(|tx| async move {
            let new = NewAttachment { target, name, place, sent_by: &caller.subject };
            store::begin(&tx, key, new).await
        })
        .await
}

/// What came in.
struct Received {
    media_type: MediaType,
    size: usize,
    sha256: [u8; 32],
}

impl Received {
    fn whole(&self, number: Option<i32>) -> Result<Whole, Failure> {
        Ok(Whole {
            number,
            media_type: self.media_type,
            size: i64::try_from(self.size).map_err(Failure::internal)?,
            sha256: self.sha256,
        })
    }
}

async fn receive<S, B, E>(
    app: &App,
    id: AttachmentId,
    key: &DataKey,
    mut bytes: S,
) -> Result<Received, Failure>
where
    S: Stream<Item = Result<B, E>> + Unpin,
    B: AsRef<[u8]>,
{
    let mut writer = Writer::begin(app, id, key.clone()).await?;
    let mut pieces = Pieces::default();
    let mut waiting: Vec<u8> = Vec::with_capacity(CHUNK);
    while let Some(part) = bytes.next().await {
        let part = part.map_err(|_| {
            Failure::new(Problem::MalformedBody, "The body ended before it was complete.")
        })?;
        let mut part = part.as_ref();
        pieces.count(part.len())?;
        while !part.is_empty() {
            let (now, later) = part.split_at(part.len().min(CHUNK - waiting.len()));
            waiting.extend_from_slice(now);
            part = later;
            if waiting.len() == CHUNK {
                pieces.look_at(&waiting)?;
                writer.keep(app, &waiting).await?;
                waiting.clear();
            }
        }
    }
    if !waiting.is_empty() {
        pieces.look_at(&waiting)?;
        writer.keep(app, &waiting).await?;
    }
    writer.finish().await?;
    pieces.finish()
}

/// What is known of a document so far.
#[derive(Default)]
struct Pieces {
    media_type: Option<MediaType>,
    text: TextCheck,
    size: usize,
    hash: Sha256,
}

impl Pieces {
    fn count(&mut self, bytes: usize) -> Result<(), Failure> {
        self.size += bytes;
        if self.size > LARGEST {
            return Err(Failure::new(
                Problem::BodyTooLarge,
                format!("A document may have at most {LARGEST} bytes."),
            ));
        }
        Ok(())
    }

    fn look_at(&mut self, piece: &[u8]) -> Result<(), Failure> {
        self.hash.update(piece);
        let media_type = match self.media_type {
            Some(known) => known,
            None => rules::detect(piece).ok_or_else(not_taken)?,
        };
        self.media_type = Some(media_type);
        if media_type == MediaType::Text && !self.text.takes(piece) {
            return Err(not_taken());
        }
        Ok(())
    }

    fn finish(self) -> Result<Received, Failure> {
        let Some(media_type) = self.media_type else {
            return Err(Failure::at("", "empty", "The document is empty. Send it again."));
        };
        if media_type == MediaType::Text && !self.text.is_whole() {
            return Err(not_taken());
        }
        Ok(Received { media_type, size: self.size, sha256: self.hash.finalize().into() })
    }
}

fn not_taken() -> Failure {
    Failure::new(
        Problem::UnsupportedMediaType,
        "Send PDF, JPEG, PNG, plain text in UTF-8, OpenDocument (odt, ods, odp) or Office Open XML (docx, xlsx, pptx). What is in the file decides, not its name.",
    )
}

/// Numbers a document that came in whole; a repeated key answers the one it made.
async fn keep(
    app: &App,
    caller: &Caller,
    incoming: &Incoming<'_>,
    name: &str,
    id: AttachmentId,
    received: &Received,
) -> Result<AttachmentId, Failure> {
    let sent = json!({
        "case": incoming.case, "name": name, "sha256": hex::encode(received.sha256),
    });
    let key = IdempotencyKey::read(incoming.key, caller, &app.keys(), &sent)?;
    let key = key.as_ref();
    app.db()
        .write(|tx| async move {
            if let Some(key) = key
                && let Some(made) = key.made(&*tx, OPERATION).await?
            {
                return Ok(AttachmentId(made));
            }
            // the case first, so that documents are numbered in turn
            case_store::lock(&tx, Sight::All, incoming.case).await?;
            let number = journal::next_number(&tx, incoming.case).await?;
            store::finish(&tx, id, &received.whole(Some(number))?).await?;
            let place = (incoming.case, number);
            let hash = Some(received.sha256);
            let title = "Document received";
            journal::add_document(&tx, place, Direction::In, title, &caller.subject, hash).await?;
            if let Some(key) = key {
                key.remember(&tx, OPERATION, id.0).await?;
            }
            Ok(id)
        })
        .await
}

async fn discard(app: &App, id: AttachmentId) -> Result<(), Failure> {
    chunks::discard(app, id).await?;
    app.db().write(|tx| async move { store::discard(&tx, id).await }).await
}

/// A document for download: what it is, and its pieces.
///
/// # Errors
/// 404 for somebody else's, which is logged.
pub async fn open(
    app: &App,
    caller: &Caller,
    case: CaseId,
    id: AttachmentId,
) -> Result<(Attachment, Reader), Failure> {
    let case = case_of(app, caller, case).await?;
    let key = party::store::data_key(app.db().read(), &app.keys(), case.applicant).await?;
    let (found, sealing) = store::find(app.db().read(), &key, Target::Case(case.id), id).await?;
    let reader = Reader::new(app.clone(), id, sealing, found.place, found.size);
    Ok((found, reader))
}

/// Removes what began to come in long ago and never did; answers how many.
///
/// # Errors
/// When the database does not answer.
pub async fn forget_unfinished(app: &App) -> Result<usize, Failure> {
    let before = app.clock().now() - TimeDelta::hours(HOURS_LEFT);
    let left = store::unfinished(app.db().read(), before, BATCH).await?;
    for id in &left {
        discard(app, *id).await?;
    }
    Ok(left.len())
}
