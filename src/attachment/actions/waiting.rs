//! Documents that wait in a draft until it is sent: taken in, given out and removed for whoever the draft belongs
//! to, and handed over to a case in the commit that sends the draft. Whose a draft is, is for `draft/` to know.

use futures_util::Stream;

use super::{Target, begin, discard, receive};
use crate::{
    app::App,
    attachment::{
        chunks::{self, Reader},
        model::{Attachment, MOST_WAITING},
        rules, store,
    },
    database::{Connection, Tx},
    failure::{Failure, Problem},
    identity::Caller,
    journal::{self, Direction},
    keys::DataKey,
    values::ids::{AttachmentId, CaseId, DraftId},
};

/// A draft that documents wait in, and its data key.
#[derive(Debug, Clone, Copy)]
pub struct Folder<'a> {
    /// The draft.
    pub draft: DraftId,
    /// Its key.
    pub key: &'a DataKey,
}

/// The documents that wait in a draft.
///
/// # Errors
/// When the database does not answer.
pub async fn list(app: &App, folder: Folder<'_>) -> Result<Vec<Attachment>, Failure> {
    store::of_draft(app.db().read(), folder.key, folder.draft).await
}

/// Refuses what would be one too many; whoever asks in a commit has locked the draft.
async fn is_room(connection: &impl Connection, folder: Folder<'_>) -> Result<(), Failure> {
    if store::of_draft(connection, folder.key, folder.draft).await?.len() < MOST_WAITING {
        return Ok(());
    }
    Err(Failure::new(
        Problem::Conflict,
        format!("At most {MOST_WAITING} documents are sent together. Send these first."),
    ))
}

/// Takes a document into a draft, piece by piece. `is_there` locks the draft in the commit, and makes sure that it
/// still is.
///
/// # Errors
/// 409 when too many wait already; 413, 415 or 422 as into a case; what `is_there` answers.
pub async fn take<S, B, E, F, Fut>(
    app: &App,
    caller: &Caller,
    folder: Folder<'_>,
    name: &str,
    bytes: S,
    is_there: F,
) -> Result<(), Failure>
where
    S: Stream<Item = Result<B, E>> + Unpin,
    B: AsRef<[u8]>,
    F: Fn(Tx) -> Fut,
    Fut: Future<Output = Result<(), Failure>>,
{
    // nothing is received in vain where that is known before; who comes first is seen in the commit
    is_room(app.db().read(), folder).await?;
    let name = rules::file_name(name);
    let (id, sealing) = begin(app, caller, Target::Draft(folder.draft), folder.key, &name).await?;
    let kept = match receive(app, id, &sealing, bytes).await {
        Ok(received) => {
            let (received, is_there) = (&received, &is_there);
            let write = |tx: Tx| async move {
                is_there(tx.clone()).await?;
                is_room(&*tx, folder).await?;
                store::finish(&tx, id, &received.whole(None)?).await
            };
            app.db().write(write).await
        }
        Err(failure) => Err(failure),
    };
    if kept.is_err() {
        discard(app, id).await?;
    }
    kept
}

/// A document that waits, for download.
///
/// # Errors
/// 404 when it does not wait in this draft.
pub async fn open(
    app: &App,
    folder: Folder<'_>,
    id: AttachmentId,
) -> Result<(Attachment, Reader), Failure> {
    let target = Target::Draft(folder.draft);
    let (found, sealing) = store::find(app.db().read(), folder.key, target, id).await?;
    let reader = Reader::new(app.clone(), id, sealing, found.place, found.size);
    Ok((found, reader))
}

/// Removes a document that waits. `is_there` makes sure, in the commit, that the draft still is.
///
/// # Errors
/// 404 when it does not wait in this draft; what `is_there` answers.
pub async fn remove<F, Fut>(
    app: &App,
    folder: Folder<'_>,
    id: AttachmentId,
    is_there: F,
) -> Result<(), Failure>
where
    F: Fn(Tx) -> Fut,
    Fut: Future<Output = Result<(), Failure>>,
{
    let is_there = &is_there;
    app.db()
        .write(|tx| async move {
            is_there(tx.clone()).await?;
            store::find(&*tx, folder.key, Target::Draft(folder.draft), id).await?;
            store::discard(&tx, id).await
        })
        .await?;
    chunks::discard(app, id).await
}

/// Hands what waits in a draft over to a case, numbered in the journal; `to` is the applicant's data key.
///
/// # Errors
/// When the database does not answer.
pub async fn hand_over(
    tx: &Tx,
    folder: Folder<'_>,
    (case, to): (CaseId, &DataKey),
    actor: &str,
) -> Result<(), Failure> {
    for document in store::of_draft(&**tx, folder.key, folder.draft).await? {
        let number = journal::next_number(tx, case).await?;
        store::hand_over(tx, (folder.key, to), document.id, case, number).await?;
        let hash = <[u8; 32]>::try_from(document.sha256.as_slice()).map_err(Failure::internal)?;
        let (place, title) = ((case, number), "Document received");
        journal::add_document(tx, place, Direction::In, title, actor, Some(hash)).await?;
    }
    Ok(())
}

/// Removes everything that waits in drafts that are deleted in the same commit; answers whose files are left.
///
/// # Errors
/// When the database does not answer.
pub async fn forget(tx: &Tx, drafts: &[DraftId]) -> Result<Vec<AttachmentId>, Failure> {
    let gone = store::of_drafts(&**tx, drafts).await?;
    for id in &gone {
        store::discard(tx, *id).await?;
    }
    Ok(gone)
}

/// Removes the files of documents that are gone. One that stays is without a key.
///
/// # Errors
/// When the folder does not answer.
pub async fn forget_files(app: &App, gone: &[AttachmentId]) -> Result<(), Failure> {
    for id in gone {
        chunks::discard(app, *id).await?;
    }
    Ok(())
}
