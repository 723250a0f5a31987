//! Documents of a case at the desk: scanned paper is attached, and what came in can be saved. Nothing is ever shown
//! in place, and no file is held in memory.

use poem::{
    IntoResponse as _, Response, handler,
    web::{Data, Path},
};

use super::{
    PATH, Refusal, can_be_said, case_id,
    case_page::{Said, shown},
    caseworker, status_of,
};
use crate::{
    app::App,
    attachment::{
        actions::{self, Incoming},
        model::Attachment,
        wire::Download,
    },
    case::{actions::not_party, store::Case},
    failure::{Failure, Problem},
    values::ids::{AttachmentId, CaseId},
    web::{
        form::Form,
        problems,
        sign_in::{SignedIn, Visitor, see},
        upload::{File, Upload},
    },
};

const READ: &str = "anrop:case.read";
const WRITE: &str = "anrop:case.document";

crate::web::texts::texts! {
    cwd_title: "Dokumenter", "Dokument", "Documents";
    cwd_none: "Ingen dokumenter er sendt inn.", "Ingen dokument er sende inn.", "No documents have been sent in.";
    cwd_add: "Legg ved et dokument", "Legg ved eit dokument", "Attach a document";
    cwd_file: "Skannet papir eller annen fil", "Skanna papir eller anna fil", "Scanned paper or another file";
    cwd_hint: "PDF, JPEG, PNG, tekst, OpenDocument eller Office, høyst 20 MB. Innholdet avgjør, ikke navnet.", "PDF, JPEG, PNG, tekst, OpenDocument eller Office, høgst 20 MB. Innhaldet avgjer, ikkje namnet.", "PDF, JPEG, PNG, text, OpenDocument or Office, at most 20 MB. What is in it decides, not its name.";
    cwd_alone: "Dokumentet sendes alene: det du har skrevet ellers på siden, blir borte. Send det først.", "Dokumentet blir sendt åleine: det du har skrive elles på sida, blir borte. Send det først.", "The document is sent alone: what you have written elsewhere on the page is lost. Send that first.";
    cwd_do: "Legg ved", "Legg ved", "Attach";
    cwd_size(kilobytes): "{kilobytes} kB", "{kilobytes} kB", "{kilobytes} kB";
    cwd_wrong: "Velg en fil av et slag som tas imot, på høyst 20 MB.", "Vel ei fil av eit slag som blir teke imot, på høgst 20 MB.", "Choose a file of a kind that is taken, of at most 20 MB.";
}

/// A document in the list of a case.
pub struct Row {
    /// Where it is saved from.
    pub link: String,
    /// Number in the journal.
    pub number: String,
    /// Name of the file.
    pub name: String,
    /// Size and when it came.
    pub about: String,
}

impl Row {
    /// Of a document in a case.
    pub fn of(visitor: &SignedIn, of: &Case, document: &Attachment) -> Self {
        let words = visitor.reader.words;
        let (case, id, case_number) = (of.id, document.id, of.display_number());
        Self {
            link: visitor.reader.link(format_args!("{PATH}/cases/{case}/documents/{id}")),
            number: format!("{case_number}-{}", document.number.unwrap_or_default()),
            name: document.name.clone(),
            about: format!(
                "{}, {}",
                words.cwd_size(words.number(document.size.div_ceil(1024))),
                words.moment(document.created_at)
            ),
        }
    }
}

/// Takes a file into a case.
#[handler]
pub async fn take(
    visitor: Visitor,
    Path(id): Path<String>,
    upload: Upload,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = caseworker(visitor, WRITE)?;
    let Ok(id) = case_id(&id) else {
        return Ok(problems::page(&visitor.reader, Failure::not_found()));
    };
    let outcome = match upload.read().await {
        Ok((form, file)) => {
            visitor.own(&form)?;
            kept(app, &visitor, id, file).await
        }
        Err(failure) => Err(failure),
    };
    let to = visitor.reader.link(format_args!("{PATH}/cases/{id}?done=yes#documents"));
    let failure = match outcome {
        Ok(()) => return Ok(see(&to)),
        Err(failure) if can_be_said(&failure) => failure,
        Err(failure) => return Ok(problems::page(&visitor.reader, failure)),
    };
    let words = visitor.reader.words;
    let of_file = [
        Problem::BodyTooLarge,
        Problem::UnsupportedMediaType,
        Problem::InvalidContent,
        Problem::MalformedBody,
    ];
    let said = if of_file.contains(&failure.problem()) {
        Said { wrongs: vec![("file", words.cwd_wrong())], ..Said::default() }
    } else {
        let text = words.case_problem(failure.problem());
        Said { refused: Some(Refusal::of(words, text, &failure)), ..Said::default() }
    };
    Ok(shown(app, &visitor, id, status_of(&failure), said).await)
}

async fn kept(
    app: &App,
    visitor: &SignedIn,
    id: CaseId,
    file: Option<File>,
) -> Result<(), Failure> {
    let missing = || Failure::new(Problem::MalformedBody, "Choose a file to attach.");
    let mut file = file.ok_or_else(missing)?;
    let taken = taken(app, visitor, id, &mut file).await;
    if taken.is_err() {
        // read to its end, so that the browser gets to read the answer
        file.pass_over(&mut Form::default()).await;
    }
    taken
}

async fn taken(app: &App, visitor: &SignedIn, id: CaseId, file: &mut File) -> Result<(), Failure> {
    visitor.caller.needs_kind(not_party(app, &visitor.caller, id).await?.kind)?;
    let name = file.name.clone();
    let incoming = Incoming { case: id, name: &name, key: None };
    actions::take(app, &visitor.caller, &incoming, file.bytes()).await.map(|_| ())
}

/// A document, to be saved.
#[handler]
pub async fn give(
    visitor: Visitor,
    Path((id, document)): Path<(String, String)>,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = caseworker(visitor, READ)?;
    let found = async {
        let (case, document) =
            (case_id(&id)?, AttachmentId::parse(&document).map_err(|_| Failure::not_found())?);
        visitor.caller.needs_kind(not_party(app, &visitor.caller, case).await?.kind)?;
        actions::open(app, &visitor.caller, case, document).await
    };
    Ok(match found.await {
        Ok((attachment, reader)) => Download::new(attachment, reader).into_response(),
        Err(failure) => problems::page(&visitor.reader, failure),
    })
}
