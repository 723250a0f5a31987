//! What a document in a case is. Pure.

use chrono::{DateTime, Utc};

use crate::values::ids::AttachmentId;

/// Largest document, in bytes: 20 MB.
pub const LARGEST: usize = 20 * 1024 * 1024;
/// Most documents that wait in one draft.
pub const MOST_WAITING: usize = 20;
/// Bytes sealed together.
pub const CHUNK: usize = 256 * 1024;

macro_rules! media_types {
    ($( $(#[$doc:meta])* $name:ident = $code:literal, $extension:literal; )+) => {
        /// What may be sent in.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum MediaType { $( $(#[$doc])* $name, )+ }

        impl MediaType {
            /// Everything that may be sent in.
            pub const ALL: &'static [MediaType] = &[ $( MediaType::$name, )+ ];

            /// As in `Content-Type` and in the database.
            pub const fn code(self) -> &'static str { match self { $( MediaType::$name => $code, )+ } }

            /// How the name of a file of it ends.
            pub const fn extension(self) -> &'static str { match self { $( MediaType::$name => $extension, )+ } }
        }
    };
}

media_types! {
    Pdf = "application/pdf", "pdf";
    Jpeg = "image/jpeg", "jpg";
    Png = "image/png", "png";
    /// Text in UTF-8 without control characters.
    Text = "text/plain", "txt";
    OpenText = "application/vnd.oasis.opendocument.text", "odt";
    OpenSpreadsheet = "application/vnd.oasis.opendocument.spreadsheet", "ods";
    OpenPresentation = "application/vnd.oasis.opendocument.presentation", "odp";
    WordDocument = "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx";
    Spreadsheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx";
    Presentation = "application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx";
}

impl MediaType {
    /// Reads [`code`](Self::code).
    pub fn from_code(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|media_type| media_type.code() == text)
    }
}

/// Where the pieces of a document lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the database.
    Database,
    /// In the folder of the settings.
    Folder,
}

impl Place {
    /// As in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Place::Database => "database",
            Place::Folder => "folder",
        }
    }

    /// Reads [`code`](Self::code).
    pub fn from_code(text: &str) -> Option<Self> {
        [Place::Database, Place::Folder].into_iter().find(|place| place.code() == text)
    }
}

/// A document that came in whole.
#[derive(Clone)]
pub struct Attachment {
    /// Id of the row.
    pub id: AttachmentId,
    /// Number of the document within its case; none while it waits in a draft.
    pub number: Option<i32>,
    /// Name of the file as its sender has it.
    pub name: String,
    /// What it is, by what is in it.
    pub media_type: MediaType,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of them.
    pub sha256: Vec<u8>,
    /// Where its pieces lie.
    pub place: Place,
    /// Who sent it, as journals name them.
    pub sent_by: String,
    /// When.
    pub created_at: DateTime<Utc>,
}

impl std::fmt::Debug for Attachment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Attachment").field("id", &self.id).finish_non_exhaustive()
    }
}
