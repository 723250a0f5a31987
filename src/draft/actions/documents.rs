//! The documents that wait in a draft of the caller's own.

use futures_util::Stream;

use super::{Opened, open};
use crate::{
    app::App,
    attachment::{
        actions::waiting::{self, Folder},
        chunks::Reader,
        model::Attachment,
    },
    draft::store,
    failure::Failure,
    identity::Caller,
    keys::DataKey,
    values::ids::{AttachmentId, DraftId},
};

/// What waits in a draft.
///
/// # Errors
/// When the database does not answer.
pub async fn list(app: &App, opened: &Opened) -> Result<Vec<Attachment>, Failure> {
    let key = opened.draft.key(&app.keys())?;
    waiting::list(app, Folder { draft: opened.draft.id, key: &key }).await
}

async fn own(app: &App, caller: &Caller, id: DraftId) -> Result<DataKey, Failure> {
    open(app, caller, id).await?.draft.key(&app.keys())
}

/// Takes a document into a draft, piece by piece.
///
/// # Errors
/// 404 when the draft is gone or another's; 409, 413, 415 or 422 as [`waiting::take`].
pub async fn add<S, B, E>(
    app: &App,
    caller: &Caller,
    id: DraftId,
    name: &str,
    bytes: S,
) -> Result<(), Failure>
where
    S: Stream<Item = Result<B, E>> + Unpin,
    B: AsRef<[u8]>,
{
    let key = own(app, caller, id).await?;
    let folder = Folder { draft: id, key: &key };
    waiting::take(app, caller, folder, name, bytes, |tx| async move {
        store::lock(&tx, id).await.map(|_| ())
    })
    .await
}

/// Removes a document that waits.
///
/// # Errors
/// 404 when draft or document are gone or another's.
pub async fn remove(
    app: &App,
    caller: &Caller,
    id: DraftId,
    document: AttachmentId,
) -> Result<(), Failure> {
    let key = own(app, caller, id).await?;
    let folder = Folder { draft: id, key: &key };
    waiting::remove(
        app,
        folder,
        document,
        |tx| async move { store::lock(&tx, id).await.map(|_| ()) },
    )
    .await
}

/// A document that waits, for download.
///
/// # Errors
/// 404 when draft or document are gone or another's.
pub async fn download(
    app: &App,
    caller: &Caller,
    id: DraftId,
    document: AttachmentId,
) -> Result<(Attachment, Reader), Failure> {
    let key = own(app, caller, id).await?;
    waiting::open(app, Folder { draft: id, key: &key }, document).await
}
