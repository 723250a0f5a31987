//! The folder of documents of a package on disk.

use std::{fs::File, io::Write as _, path::Path};

use sha2::{Digest as _, Sha256};

use crate::{
    attachment::{
        chunks::Reader,
        model::{Attachment, MediaType},
    },
    case_file::contents::Content,
    failure::Failure,
    journal::{export::noark5::Filed, model::Journaled},
};

/// The folder of documents.
pub struct Folder<'a> {
    path: &'a Path,
    count: u64,
}

impl<'a> Folder<'a> {
    /// At a path.
    pub const fn new(path: &'a Path) -> Self {
        Self { path, count: 0 }
    }

    /// How many files lie in it.
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// Writes what a document says.
    ///
    /// # Errors
    /// When something does not open or cannot be written.
    pub async fn write(&mut self, entry: &Journaled, content: Content) -> Result<Filed, Failure> {
        match content {
            Content::Whole(format, bytes) => self.put(entry, format, &bytes),
            Content::Sent(one, reader) => self.sent_in(entry, &one, reader).await,
        }
    }

    fn name(&mut self, entry: &Journaled, extension: &str) -> String {
        self.count += 1;
        let (year, serial) = entry.case_number;
        format!("{year}-{serial:06}-{}.{extension}", entry.number)
    }

    fn put(&mut self, entry: &Journaled, format: &str, bytes: &[u8]) -> Result<Filed, Failure> {
        let name = self.name(entry, format);
        std::fs::write(self.path.join(&name), bytes).map_err(Failure::internal)?;
        Ok(Filed {
            path: format!("dokumenter/{name}"),
            format: format.to_owned(),
            details: None,
            sha256: hex::encode(Sha256::digest(bytes)),
            size: bytes.len() as u64,
        })
    }

    /// A document that was sent in, piece by piece.
    async fn sent_in(
        &mut self,
        entry: &Journaled,
        one: &Attachment,
        mut reader: Reader,
    ) -> Result<Filed, Failure> {
        let extension = one.media_type.extension();
        let name = self.name(entry, extension);
        let mut file = File::create_new(self.path.join(&name)).map_err(Failure::internal)?;
        let (mut hash, mut size) = (Sha256::new(), 0);
        while let Some(piece) = reader.next().await? {
            file.write_all(&piece).map_err(Failure::internal)?;
            hash.update(&piece);
            size += piece.len() as u64;
        }
        let sha256 = hash.finalize();
        if sha256[..] != one.sha256 {
            return Err(Failure::internal("a document is not what its hash says"));
        }
        Ok(Filed {
            path: format!("dokumenter/{name}"),
            format: extension.to_owned(),
            details: (one.media_type != MediaType::Text).then(|| one.media_type.code().to_owned()),
            sha256: hex::encode(sha256),
            size,
        })
    }
}
