//! The receipt of an application: its number, when it came, what happens next and by when.

use askama::Template;
use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Path},
};

use super::{Around, applicant, copy};
use crate::{
    app::App,
    case::{
        lifecycle::Status,
        store::{self, Case},
    },
    failure::Failure,
    party,
    permit::kind,
    values::ids::CaseId,
    web::{
        frame::{self, Frame},
        problems,
        sign_in::{SignedIn, Visitor},
    },
};

/// The page, below the language.
pub const PATH: &str = "/receipts/:id";
const SCOPE: &str = "anrop:case.read";

#[derive(Template)]
#[template(path = "apply/receipt.html", config = "src/web/askama.toml")]
struct ReceiptPage {
    frame: Frame,
    around: Around,
    facts: Vec<(&'static str, String)>,
    next: Vec<String>,
    case: String,
    copy: String,
    copy_page: String,
}

/// Where the receipt of a case is.
pub fn address(visitor: &SignedIn, case: CaseId) -> String {
    visitor.reader.link(format_args!("/receipts/{case}"))
}

/// A case of the caller's own.
///
/// # Errors
/// 404 when there is none.
pub async fn own_case(app: &App, visitor: &SignedIn, id: &str) -> Result<Case, Failure> {
    let id = CaseId::parse(id).map_err(|_| Failure::not_found())?;
    let sight = party::actions::own_sight_of(app, &visitor.caller).await?;
    store::find(app.db().read(), sight, id).await
}

/// Shows it.
#[handler]
pub async fn show(
    visitor: Visitor,
    Path(id): Path<String>,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = applicant(visitor, SCOPE)?;
    match own_case(app, &visitor, &id).await {
        Ok(case) => {
            let page = page(&visitor, &case);
            Ok(frame::answer(StatusCode::OK, &page.frame, &page))
        }
        Err(failure) => Ok(problems::page(&visitor.reader, failure)),
    }
}

fn page(visitor: &SignedIn, case: &Case) -> ReceiptPage {
    let reader = &visitor.reader;
    let words = reader.words;
    let any = kind::any(case.kind);
    let mut next = Vec::new();
    if case.status == Status::Granted {
        next.push(words.receipt_granted().to_owned());
        if any.programmed() {
            next.push(words.receipt_programming().to_owned());
        }
    } else {
        next.push(words.receipt_waiting(words.date(case.due_on)));
    }
    ReceiptPage {
        frame: reader.frame(words.receipt_title()).about_persons(),
        around: Around::of(visitor),
        facts: vec![
            (words.receipt_number(), case.display_number()),
            (words.receipt_at(), words.moment(case.submitted_at)),
            (words.receipt_kind(), any.title(reader.language()).to_owned()),
        ],
        next,
        case: reader.link(format_args!("{}/cases/{}", crate::web::my_page::PATH, case.id)),
        copy: copy::address(visitor, case.id, true),
        copy_page: copy::address(visitor, case.id, false),
    }
}
