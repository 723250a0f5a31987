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
        model::Purpose,
        store::{self, Case},
    },
    failure::Failure,
    party,
    permit::{self, kind},
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
    /// The file and the page, where there is an application to copy.
    copies: Option<(String, String)>,
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
        Ok(case) => match page(app, &visitor, &case).await {
            Ok(page) => Ok(frame::answer(StatusCode::OK, &page.frame, &page)),
            Err(failure) => Ok(problems::page(&visitor.reader, failure)),
        },
        Err(failure) => Ok(problems::page(&visitor.reader, failure)),
    }
}

/// What happens now, and by when.
async fn next(app: &App, visitor: &SignedIn, case: &Case) -> Result<Vec<String>, Failure> {
    let words = visitor.reader.words;
    let is_granted = case.status == Status::Granted;
    Ok(match case.purpose {
        Purpose::Amendment if is_granted => vec![words.receipt_amended().to_owned()],
        Purpose::Renewal if is_granted => {
            let sight = party::actions::own_sight_of(app, &visitor.caller).await?;
            let id = case.permit.ok_or_else(Failure::not_found)?;
            let permit = permit::store::find(app.db().read(), sight, id).await?;
            let last = permit.validity.until().and_then(|until| until.pred_opt());
            let last = last.map_or_else(String::new, |last| words.date(last));
            vec![words.receipt_renewed(last)]
        }
        Purpose::Transfer if case.accepted.is_none() => {
            vec![words.receipt_offered(words.date(case.due_on))]
        }
        _ if is_granted => {
            let mut next = vec![words.receipt_granted().to_owned()];
            if kind::any(case.kind).programmed() {
                next.push(words.receipt_programming().to_owned());
            }
            next
        }
        _ => vec![words.receipt_waiting(words.date(case.due_on))],
    })
}

async fn page(app: &App, visitor: &SignedIn, case: &Case) -> Result<ReceiptPage, Failure> {
    let reader = &visitor.reader;
    let words = reader.words;
    let title = kind::any(case.kind).title(reader.language());
    let about = match case.purpose {
        Purpose::New => title.to_owned(),
        purpose => format!("{}: {title}", words.case_purpose(purpose)),
    };
    Ok(ReceiptPage {
        frame: reader.frame(words.receipt_title()).about_persons(),
        around: Around::of(visitor),
        facts: vec![
            (words.receipt_number(), case.display_number()),
            (words.receipt_at(), words.moment(case.submitted_at)),
            (words.receipt_kind(), about),
        ],
        next: next(app, visitor, case).await?,
        case: reader.link(format_args!("{}/cases/{}", crate::web::my_page::PATH, case.id)),
        copies: copy::has_copy(case).then(|| {
            (copy::address(visitor, case.id, true), copy::address(visitor, case.id, false))
        }),
    })
}
