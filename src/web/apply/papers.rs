//! The documents that wait to be sent, as a page shows them, and taking what a form sends: texts into the draft first,
//! then the file, so that nothing typed is lost when a file is not taken.

use poem::http::StatusCode;

use crate::{
    app::App,
    attachment::model::Attachment,
    draft::{
        actions::{self as drafts, Opened, documents},
        model::Content,
    },
    failure::{Failure, Problem},
    values::ids::AttachmentId,
    web::{form::Form, frame::Reader, sign_in::SignedIn, texts::Words, upload::File},
};

/// A document in a list.
pub struct Paper {
    /// Id.
    pub id: String,
    /// Name of the file.
    pub name: String,
    /// What it is and how large.
    pub about: String,
    /// SHA-256, as hexadecimal digits.
    pub hash: String,
    /// Where it is downloaded.
    pub address: String,
}

/// Documents, and the field to add one.
pub struct Papers {
    /// The documents.
    pub rows: Vec<Paper>,
    /// Why a file was not taken.
    pub wrong: Option<&'static str>,
}

impl Paper {
    /// A document that is downloaded below `address`.
    pub fn of(reader: &Reader, document: &Attachment, address: &str) -> Self {
        let words = reader.words;
        let kind = document.media_type.extension().to_uppercase();
        Self {
            id: document.id.to_string(),
            name: document.name.clone(),
            about: format!("{kind}, {}", size(words, document.size)),
            hash: hex::encode(&document.sha256),
            address: reader.link(format_args!("{address}/{}", document.id)),
        }
    }
}

/// A size for people.
fn size(words: Words, bytes: u64) -> String {
    #[allow(clippy::cast_precision_loss)] // far below the largest exact number
    let kilobytes = bytes as f64 / 1024.0;
    if kilobytes < 1000.0 {
        format!("{} kB", words.decimal(kilobytes.max(0.1), 1))
    } else {
        format!("{} MB", words.decimal(kilobytes / 1024.0, 1))
    }
}

/// What is written so far of something that is sent in one piece, whether a draft has been begun or not.
pub struct Written {
    /// The texts, and the application where there is one.
    pub content: Content,
    /// Version of the draft; 0 while there is none.
    pub version: i32,
    /// The documents.
    pub papers: Papers,
}

impl Written {
    /// What stands in a draft, if there is one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn of(app: &App, reader: &Reader, opened: Option<&Opened>) -> Result<Self, Failure> {
        let nothing = Papers { rows: Vec::new(), wrong: None };
        Ok(match opened {
            None => Self { content: Content::default(), version: 0, papers: nothing },
            Some(opened) => Self {
                content: opened.content.clone(),
                version: opened.draft.version,
                papers: Papers::of_draft(app, reader, opened).await?,
            },
        })
    }
}

impl Papers {
    /// What waits in a draft.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn of_draft(app: &App, reader: &Reader, opened: &Opened) -> Result<Self, Failure> {
        let address = format!("/drafts/{}/documents", opened.draft.id);
        let documents = documents::list(app, opened).await?;
        let rows = documents.iter().map(|one| Paper::of(reader, one, &address)).collect();
        Ok(Self { rows, wrong: None })
    }
}

/// Why a file was not taken, for whoever sent it; the failure itself where that is none of their doing.
///
/// # Errors
/// The failure that a page must be made of.
pub fn file_wrong(words: Words, failure: Failure) -> Result<(&'static str, StatusCode), Failure> {
    Ok(match failure.problem() {
        Problem::BodyTooLarge => (words.file_too_large(), StatusCode::PAYLOAD_TOO_LARGE),
        Problem::UnsupportedMediaType => {
            (words.file_wrong_type(), StatusCode::UNSUPPORTED_MEDIA_TYPE)
        }
        Problem::InvalidContent => (words.file_empty(), StatusCode::UNPROCESSABLE_ENTITY),
        Problem::MalformedBody => (words.file_broken(), StatusCode::BAD_REQUEST),
        Problem::Conflict => (words.file_too_many(), StatusCode::CONFLICT),
        _ => return Err(failure),
    })
}

/// How taking a form went.
pub enum Taken {
    /// Everything is in the draft.
    Whole,
    /// The draft was changed elsewhere; what was typed is in `Opened` and not saved.
    Stale,
    /// The texts are saved, the file is not.
    FileRefused(&'static str, StatusCode),
}

/// Takes what a form sends into a draft: the texts with these names, then the file, then what its button removes,
/// which stands behind the file.
///
/// # Errors
/// When the draft is gone or the database does not answer.
pub async fn take(
    app: &App,
    visitor: &SignedIn,
    opened: &mut Opened,
    (sent, file): (&mut Form, Option<File>),
    names: &[&str],
) -> Result<Taken, Failure> {
    let (caller, id) = (&visitor.caller, opened.draft.id);
    let before = opened.content.clone();
    for name in names {
        opened.content.write(name, &sent.get(name).replace("\r\n", "\n"));
    }
    if opened.content != before {
        let version = match sent.get("draft") {
            // the page was fetched when there was no draft yet, and none has been begun elsewhere since
            "0" if before == Content::default() => opened.draft.version,
            text => text.parse().unwrap_or_default(),
        };
        match drafts::save(app, caller, id, version, &opened.content).await {
            Ok(saved) => *opened = saved,
            Err(failure) if failure.problem() == Problem::StaleVersion => {
                return Ok(Taken::Stale);
            }
            Err(failure) => return Err(failure),
        }
    }
    if let Some(mut file) = file {
        let name = file.name.clone();
        let added = documents::add(app, caller, id, &name, file.bytes()).await;
        file.pass_over(sent).await;
        if let Err(failure) = added {
            let (text, status) = file_wrong(visitor.reader.words, failure)?;
            return Ok(Taken::FileRefused(text, status));
        }
    }
    if let Some(document) = sent.get("deed").strip_prefix("remove:") {
        let document = AttachmentId::parse(document).map_err(|_| Failure::not_found())?;
        match documents::remove(app, caller, id, document).await {
            // it was removed before
            Err(failure) if failure.problem() == Problem::NotFound => {}
            outcome => outcome?,
        }
    }
    Ok(Taken::Whole)
}
