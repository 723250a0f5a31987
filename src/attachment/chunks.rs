//! The sealed pieces of a document, in the database or in a folder: one interface to both.

use std::path::{Path, PathBuf};

use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _, AsyncWriteExt as _};

use super::{model::Place, store};
use crate::{app::App, failure::Failure, keys::DataKey, values::ids::AttachmentId};

/// Pieces that come in.
pub struct Writer {
    id: AttachmentId,
    key: DataKey,
    next: i32,
    file: Option<tokio::fs::File>,
}

/// The file of a document, under its id: no name of its sender's becomes a path.
fn path(folder: &Path, id: AttachmentId) -> PathBuf {
    folder.join(id.to_string())
}

fn folder(app: &App) -> Result<&Path, Failure> {
    let set = app.settings().attachments.as_deref();
    set.ok_or_else(|| Failure::internal("a document lies in a folder, and none is set"))
}

/// Where new documents go.
pub fn place(app: &App) -> Place {
    if app.settings().attachments.is_some() { Place::Folder } else { Place::Database }
}

impl Writer {
    /// Begins the pieces of a document.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub async fn begin(app: &App, id: AttachmentId, key: DataKey) -> Result<Self, Failure> {
        let file = match place(app) {
            Place::Database => None,
            Place::Folder => {
                let folder = folder(app)?;
                tokio::fs::create_dir_all(folder).await.map_err(Failure::internal)?;
                let made = tokio::fs::File::create_new(path(folder, id)).await;
                Some(made.map_err(Failure::internal)?)
            }
        };
        Ok(Self { id, key, next: 0, file })
    }

    /// Seals the next piece and keeps it.
    ///
    /// # Errors
    /// When it cannot be kept.
    pub async fn keep(&mut self, app: &App, bytes: &[u8]) -> Result<(), Failure> {
        let (id, at) = (self.id, self.next);
        let sealed = self.key.seal(store::chunk_place(id, at), bytes);
        self.next += 1;
        match &mut self.file {
            Some(file) => {
                let length = u32::try_from(sealed.len()).map_err(Failure::internal)?;
                file.write_all(&length.to_be_bytes()).await.map_err(Failure::internal)?;
                file.write_all(&sealed).await.map_err(Failure::internal)
            }
            None => {
                let sealed = &sealed;
                app.db()
                    .write(|tx| async move { store::insert_chunk(&tx, id, at, sealed).await })
                    .await
            }
        }
    }

    /// Makes sure that what was kept is on the disk.
    ///
    /// # Errors
    /// When it is not.
    pub async fn finish(self) -> Result<(), Failure> {
        match self.file {
            Some(file) => file.sync_all().await.map_err(Failure::internal),
            None => Ok(()),
        }
    }
}

/// Removes the file of a document that did not come in whole, if there is one.
///
/// # Errors
/// When it cannot be removed.
pub async fn discard(app: &App, id: AttachmentId) -> Result<(), Failure> {
    let Some(folder) = app.settings().attachments.as_deref() else { return Ok(()) };
    match tokio::fs::remove_file(path(folder, id)).await {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Failure::internal(error)),
        _ => Ok(()),
    }
}

/// Pieces that go out, from the first on.
pub struct Reader {
    app: App,
    id: AttachmentId,
    key: DataKey,
    next: i32,
    left: u64,
    place: Place,
    at: u64,
}

impl Reader {
    /// Of a document of `size` bytes.
    pub const fn new(app: App, id: AttachmentId, key: DataKey, place: Place, size: u64) -> Self {
        Self { app, id, key, next: 0, left: size, place, at: 0 }
    }

    /// The next piece; none after the last.
    ///
    /// # Errors
    /// When one is missing or not what was sealed.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        if self.left == 0 {
            return Ok(None);
        }
        let sealed = match self.place {
            Place::Database => store::chunk(self.app.db().read(), self.id, self.next).await?,
            Place::Folder => self.piece_of_file().await?,
        };
        let place = store::chunk_place(self.id, self.next);
        let bytes = self.key.open(place, &sealed).map_err(Failure::internal)?;
        self.next += 1;
        self.left = self.left.saturating_sub(bytes.len() as u64);
        Ok(Some(bytes))
    }

    async fn piece_of_file(&mut self) -> Result<Vec<u8>, Failure> {
        let file = path(folder(&self.app)?, self.id);
        let mut file = tokio::fs::File::open(file).await.map_err(Failure::internal)?;
        file.seek(std::io::SeekFrom::Start(self.at)).await.map_err(Failure::internal)?;
        let mut length = [0; 4];
        file.read_exact(&mut length).await.map_err(Failure::internal)?;
        let length = u32::from_be_bytes(length);
        if length as usize > 2 * super::model::CHUNK {
            return Err(Failure::internal("the file of a document is damaged"));
        }
        let mut sealed = vec![0; length as usize];
        file.read_exact(&mut sealed).await.map_err(Failure::internal)?;
        self.at += 4 + u64::from(length);
        Ok(sealed)
    }
}
