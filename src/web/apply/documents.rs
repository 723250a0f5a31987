//! Downloading a document that waits in a draft of the reader's own.

use poem::{
    IntoResponse as _, Response, handler,
    web::{Data, Path},
};

use super::{applicant, settled, start};
use crate::{
    app::App,
    attachment::wire::Download,
    draft::{actions::documents, api::draft_id},
    failure::Failure,
    values::ids::AttachmentId,
    web::sign_in::{SignedIn, Visitor},
};

/// A document, below the language.
pub const PATH: &str = "/drafts/:id/documents/:document";

/// Gives it out.
#[handler]
pub async fn download(
    visitor: Visitor,
    Path((id, document)): Path<(String, String)>,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = applicant(visitor, start::SCOPE)?;
    let found = found(app, &visitor, &id, &document).await;
    settled(&visitor, found.map(|download| download.into_response()))
}

async fn found(
    app: &App,
    visitor: &SignedIn,
    id: &str,
    document: &str,
) -> Result<Download, Failure> {
    let document = AttachmentId::parse(document).map_err(|_| Failure::not_found())?;
    let (attachment, reader) =
        documents::download(app, &visitor.caller, draft_id(id)?, document).await?;
    Ok(Download::new(attachment, reader))
}
