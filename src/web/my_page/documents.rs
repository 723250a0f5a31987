//! The documents of a case: sending one more, and downloading what was sent.

use poem::{
    IntoResponse as _, Response, handler,
    web::{Data, Path},
};

use super::{PATH as MY_PAGE, case::page, notice};
use crate::{
    app::App,
    attachment::{
        actions::{self, Incoming},
        wire::Download,
    },
    failure::{Failure, Problem},
    values::ids::AttachmentId,
    web::{
        apply::{applicant, papers::file_wrong, receipt, settled},
        form::Form,
        frame,
        sign_in::{SignedIn, Visitor, see},
        upload::{File, Upload},
    },
};

/// Where one is sent, below the language.
pub const PATH: &str = "/my-page/cases/:id/documents";
/// One of them.
pub const ONE_PATH: &str = "/my-page/cases/:id/documents/:document";
const READ: &str = "anrop:case.read";
const WRITE: &str = "anrop:case.write";

/// Takes a document.
#[handler]
pub async fn add(
    visitor: Visitor,
    Path(id): Path<String>,
    upload: Upload,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = applicant(visitor, WRITE)?;
    let (mut sent, file) = match upload.read().await {
        Ok(read) => read,
        Err(failure) => return settled(&visitor, Err(failure)),
    };
    visitor.own(&sent)?;
    settled(&visitor, added(app, &visitor, &id, (&mut sent, file)).await)
}

async fn added(
    app: &App,
    visitor: &SignedIn,
    id: &str,
    (sent, file): (&mut Form, Option<File>),
) -> Result<Response, Failure> {
    let case = receipt::own_case(app, visitor, id).await?;
    let words = visitor.reader.words;
    let failure = match file {
        None => Failure::new(Problem::InvalidContent, "No file was chosen."),
        Some(mut file) => {
            let name = file.name.clone();
            let incoming = Incoming { case: case.id, name: &name, key: None };
            match actions::take(app, &visitor.caller, &incoming, file.bytes()).await {
                Ok(_) => {
                    let done = format!("{MY_PAGE}/cases/{id}?done=sent#documents");
                    return Ok(see(&visitor.reader.link(done)));
                }
                Err(failure) => {
                    file.pass_over(sent).await;
                    failure
                }
            }
        }
    };
    let mut page = page(app, visitor, &receipt::own_case(app, visitor, id).await?).await?;
    let status = match file_wrong(words, failure) {
        Ok((text, status)) => {
            page.papers.wrong = Some(text);
            status
        }
        Err(failure) => {
            let said = notice(&visitor.reader, failure)?;
            let status = said.status;
            page.notice = Some(said);
            status
        }
    };
    Ok(frame::answer(status, &page.frame, &page))
}

/// A document of the reader's own case.
#[handler]
pub async fn download(
    visitor: Visitor,
    Path((id, document)): Path<(String, String)>,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = applicant(visitor, READ)?;
    let found = async {
        let case = receipt::own_case(app, &visitor, &id).await?;
        let document = AttachmentId::parse(&document).map_err(|_| Failure::not_found())?;
        actions::open(app, &visitor.caller, case.id, document).await
    };
    let found = found.await.map(|(document, reader)| Download::new(document, reader));
    settled(&visitor, found.map(|download| download.into_response()))
}
