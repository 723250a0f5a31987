//! The applicant's copy of an application: as a PDF, and as an accessible page of equal content. Made of
//! what the case keeps whenever it is asked for; nothing more is stored.

use poem::{
    IntoResponse as _, Response, handler,
    http::header,
    web::{Data, Path},
};

use super::{
    applicant,
    flow::NEW_SIGN,
    form, receipt,
    review::{Said, said},
    settled,
    view::Sheet,
};
use crate::{
    app::App,
    case::{model::Purpose, store::Case},
    document::{Authority, Block, Document, render_html, render_pdf},
    failure::Failure,
    party,
    permit::kind,
    values::{calendar::oslo_date, ids::CaseId},
    web::{
        problems,
        sign_in::{SignedIn, Visitor},
        texts::Words,
    },
};

/// The page, below the language.
pub const PATH: &str = "/receipts/:id/application";
/// The file.
pub const PDF_PATH: &str = "/receipts/:id/application.pdf";
const SCOPE: &str = "anrop:case.read";

/// Where the copy is.
pub fn address(visitor: &SignedIn, case: CaseId, as_pdf: bool) -> String {
    let ending = if as_pdf { ".pdf" } else { "" };
    visitor.reader.link(format_args!("/receipts/{case}/application{ending}"))
}

/// Whether a case has an application that a form is filled in for.
pub fn has_copy(case: &Case) -> bool {
    matches!(case.purpose, Purpose::New | Purpose::Amendment) && !case.is_of_authority()
}

async fn document(app: &App, visitor: &SignedIn, id: &str) -> Result<Document, Failure> {
    let case = receipt::own_case(app, visitor, id).await?;
    if !has_copy(&case) {
        return Err(Failure::not_found());
    }
    document_of(app, &case).await
}

/// What an application says, as a document.
///
/// # Errors
/// When it does not open.
pub async fn document_of(app: &App, case: &Case) -> Result<Document, Failure> {
    let connection = app.db().read();
    let key = party::store::data_key(connection, &app.keys(), case.applicant).await?;
    let applicant = party::store::get(connection, case.applicant).await?;
    let application = case.application(&key)?;
    let words = Words(case.language);
    let sheet = Sheet {
        words,
        application: &application,
        is_person: applicant.is_person(),
        errors: &[],
        grows: None,
    };
    let mut blocks = vec![Block::Paragraph(words.copy_lead().to_owned())];
    let has_place =
        |step: &&form::Step| case.purpose == Purpose::Amendment || step.name != NEW_SIGN;
    for step in form::at_desk(case.kind).steps.iter().filter(has_place) {
        let fields = sheet.step(step);
        if !fields.is_empty() {
            blocks.extend(blocks_of(step.title.of(case.language), said(&fields, words)));
        }
    }
    let settings = app.settings();
    Ok(Document {
        language: case.language,
        number: case.display_number(),
        title: words.copy_title(kind::any(case.kind).title(case.language)),
        authority: Authority {
            name: settings.authority_name.clone(),
            contact_lines: settings.authority_contact.clone(),
        },
        references: vec![
            (words.receipt_number().to_owned(), case.display_number()),
            (words.receipt_at().to_owned(), words.date(oslo_date(case.submitted_at))),
        ],
        recipient: Vec::new(),
        blocks,
        verification: None,
        created_at: case.submitted_at,
    })
}

fn blocks_of(title: &str, said: Vec<Said>) -> Vec<Block> {
    let mut blocks = vec![Block::Heading(title.to_owned())];
    let mut facts = Vec::new();
    for one in said {
        match one {
            Said::Fact(label, text) => facts.push((label, text)),
            Said::About(title) => {
                if !facts.is_empty() {
                    blocks.push(Block::Facts(std::mem::take(&mut facts)));
                }
                blocks.push(Block::Heading(title));
            }
        }
    }
    if !facts.is_empty() {
        blocks.push(Block::Facts(facts));
    }
    blocks
}

/// The page.
#[handler]
pub async fn page(
    visitor: Visitor,
    Path(id): Path<String>,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = applicant(visitor, SCOPE)?;
    let document = document(app, &visitor, &id).await;
    settled(&visitor, document.map(|document| as_page(&document)))
}

/// The file.
#[handler]
pub async fn pdf(
    visitor: Visitor,
    Path(id): Path<String>,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = applicant(visitor, SCOPE)?;
    let document = match document(app, &visitor, &id).await {
        Ok(document) => document,
        Err(failure) => return Ok(problems::page(&visitor.reader, failure)),
    };
    let name = document.number.replace('/', "-");
    let drawn = tokio::task::spawn_blocking(move || render_pdf(&document)).await;
    match drawn.map_err(Failure::internal).and_then(|drawn| drawn.map_err(Failure::internal)) {
        Ok(pdf) => Ok(file(pdf.bytes, &name)),
        Err(failure) => Ok(failure.into_response()),
    }
}

/// A document as a page that nobody keeps on the way.
pub fn as_page(document: &Document) -> Response {
    Response::builder()
        .content_type("text/html; charset=utf-8")
        .header(header::CACHE_CONTROL, "no-store")
        .header("x-robots-tag", "noindex, noarchive")
        .body(render_html(document))
}

/// A PDF that nobody keeps on the way.
pub fn file(bytes: Vec<u8>, name: &str) -> Response {
    Response::builder()
        .content_type("application/pdf")
        .header(header::CACHE_CONTROL, "no-store")
        .header(header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.pdf\""))
        .body(bytes)
}
