//! Payments that could not be placed, and what was paid too much: a caseworker says which invoice they pay, or that
//! they are paid back.

use askama::Template;
use poem::{Response, handler, http::StatusCode, web::Data};
use uuid::Uuid;

use super::{Inside, fees::accountant, frame_at, status_of};
use crate::{
    app::App,
    failure::{Failure, FieldError, Problem},
    fee::{
        bank::{
            actions::{self, Imported, Placement},
            api::whole,
            flaw::Flaw,
            store::{self, IncomingPayment, IncomingQuery, UNPLACED},
        },
        invoice::rules::NotPlaced,
    },
    values::ids::IncomingPaymentId,
    web::{
        form::Form,
        frame::{self, Frame, Reader},
        problems,
        sign_in::{SignedIn, Visitor, see},
        texts::Words,
        upload::{File, Upload},
    },
};

/// The page, below the language.
pub const PATH: &str = "/casework/payments";
/// Where a file of the bank is sent to.
pub const FILE_PATH: &str = "/casework/payments/file";
/// Payments shown; those decided make room for the next.
const LIMIT: u64 = 100;

/// A payment.
struct Row {
    id: String,
    version: i32,
    reference: String,
    paid_on: String,
    amount: String,
    kid: String,
    why: String,
    can_be_placed: bool,
}

#[derive(Template)]
#[template(path = "casework_payments.html", config = "src/web/askama.toml")]
struct PaymentsPage {
    frame: Frame,
    inside: Inside,
    is_done: bool,
    /// Which payment was not decided, and why.
    wrong: Option<(String, String)>,
    /// What became of the file that was sent.
    taken: Option<String>,
    /// Why a file was not taken in, and the lines that are wrong.
    refused: Option<(String, Vec<(String, String)>)>,
    total: String,
    rows: Vec<Row>,
    may_decide: bool,
}

impl PaymentsPage {
    fn is_wrong(&self, id: &str) -> bool {
        self.wrong.as_ref().is_some_and(|(own, _)| own == id)
    }
}

/// The page.
#[handler]
pub async fn open(visitor: Visitor, Data(app): Data<&App>) -> poem::Result<Response> {
    let visitor = accountant(visitor)?;
    Ok(shown(app, &visitor, StatusCode::OK, Said::default()).await)
}

/// What a form said that was not carried out.
#[derive(Default)]
struct Said {
    wrong: Option<(String, String)>,
    refused: Option<(String, Vec<(String, String)>)>,
}

/// What became of the file that was sent before, as the address says.
async fn taken(app: &App, reader: &Reader) -> Result<Option<String>, Failure> {
    let Some(Ok(file)) = reader.query.get("file").map(Uuid::try_parse) else {
        return Ok(None);
    };
    let words = reader.words;
    let (placed, unplaced) = store::counts(app.db().read(), file).await?;
    let (placed, unplaced) = (words.number(placed), words.number(unplaced));
    Ok(Some(match reader.query.get("again") {
        Some(_) => words.cwf_file_again(placed, unplaced),
        None => words.cwf_file_taken(placed, unplaced),
    }))
}

async fn shown(app: &App, visitor: &SignedIn, status: StatusCode, said: Said) -> Response {
    let reader = &visitor.reader;
    let query = IncomingQuery { waiting: true, ..IncomingQuery::default() };
    let Said { wrong, refused } = said;
    let read = async {
        let taken = taken(app, reader).await?;
        Ok::<_, Failure>((store::list(app.db().read(), query, LIMIT).await?, taken))
    };
    match read.await {
        Ok(((rows, total), taken)) => {
            let page = PaymentsPage {
                frame: frame_at(visitor, reader.words.cwf_incoming(), PATH),
                inside: Inside::of(visitor, PATH),
                is_done: wrong.is_none() && reader.query.get("done").is_some(),
                wrong,
                taken,
                refused,
                total: reader.words.cwf_waiting(reader.words.number(total)),
                rows: rows.iter().map(|one| row(reader, one)).collect(),
                may_decide: visitor.caller.is_staff(),
            };
            frame::answer(status, &page.frame, &page)
        }
        Err(failure) => problems::page(reader, failure),
    }
}

fn row(reader: &Reader, one: &IncomingPayment) -> Row {
    let words = reader.words;
    let waits = one.state == UNPLACED;
    let reason = one.reason.as_deref().and_then(|code| code.parse::<NotPlaced>().ok());
    Row {
        id: one.id.to_string(),
        version: one.version,
        reference: one.reference.clone(),
        paid_on: words.date(one.paid_on),
        amount: words.kroner(one.amount_ore),
        kid: one.kid.clone().unwrap_or_default(),
        why: match reason.filter(|_| waits) {
            Some(why) => words.not_placed(why).to_owned(),
            None => words.cwf_excess(words.kroner(one.excess_ore)),
        },
        can_be_placed: waits && one.amount_ore > 0,
    }
}

/// Carries out what the form says of a payment.
#[handler]
pub async fn decide(visitor: Visitor, form: Form, Data(app): Data<&App>) -> poem::Result<Response> {
    let visitor = super::caseworker(visitor, "anrop:payment.write")?;
    visitor.own(&form)?;
    let words = visitor.reader.words;
    let id = form.get("payment").to_owned();
    let placement = match form.get("deed") {
        "return" => Some(Placement::Returned),
        _ => form.get("invoice").replace(' ', "").parse().ok().map(Placement::Invoice),
    };
    let Some(placement) = placement else {
        let wrong = Some((id, words.cwf_not_a_number().to_owned()));
        let said = Said { wrong, refused: None };
        return Ok(shown(app, &visitor, StatusCode::UNPROCESSABLE_ENTITY, said).await);
    };
    let version = form.get("version").parse().unwrap_or_default();
    let outcome = match IncomingPaymentId::parse(&id) {
        Ok(payment) => actions::decide(app, &visitor.caller, payment, version, placement).await,
        Err(_) => Err(Failure::not_found()),
    };
    match outcome {
        Ok(_) => Ok(see(&visitor.reader.link(format_args!("{PATH}?done=yes")))),
        Err(failure) if super::can_be_said(&failure) => {
            let status = status_of(&failure);
            let text = unplaced(words, &failure).to_owned();
            let said = Said { wrong: Some((id, text)), refused: None };
            Ok(shown(app, &visitor, status, said).await)
        }
        Err(failure) => Ok(problems::page(&visitor.reader, failure)),
    }
}

/// Takes in a file of the bank, whole or not at all.
#[handler]
pub async fn take(
    visitor: Visitor,
    upload: Upload,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = super::caseworker(visitor, "anrop:payment.write")?;
    let reader = &visitor.reader;
    let words = reader.words;
    let outcome = match upload.read().await {
        Ok((form, file)) => {
            visitor.own(&form)?;
            imported(app, &visitor, form, file).await
        }
        Err(failure) => Err(failure),
    };
    let failure = match outcome {
        Ok(Some(Imported { file, is_new })) => {
            let again = if is_new { "" } else { "&again=yes" };
            return Ok(see(&reader.link(format_args!("{PATH}?file={}{again}", file.id))));
        }
        Ok(None) => {
            let said =
                Said { refused: Some((words.cwf_no_file().to_owned(), Vec::new())), wrong: None };
            return Ok(shown(app, &visitor, StatusCode::UNPROCESSABLE_ENTITY, said).await);
        }
        Err(failure) => failure,
    };
    let of_file = [Problem::BodyTooLarge, Problem::MalformedBody, Problem::InvalidContent];
    if !of_file.contains(&failure.problem()) && !super::can_be_said(&failure) {
        return Ok(problems::page(reader, failure));
    }
    let said = Said { refused: Some(why_refused(reader, &failure)), wrong: None };
    Ok(shown(app, &visitor, status_of(&failure), said).await)
}

/// Why a payment was not placed.
fn unplaced(words: Words, failure: &Failure) -> &'static str {
    let code = failure.fields().first().map(|field| field.code.as_ref());
    match (failure.problem(), code) {
        (Problem::InvalidContent, Some(actions::UNKNOWN_INVOICE)) => words.cwf_no_invoice(),
        (Problem::InvalidContent, _) => words.cwf_not_open(),
        (Problem::StaleVersion | Problem::IllegalTransition, _) => words.cwf_stale(),
        (problem, _) => words.case_problem(problem),
    }
}

/// Why a file was not taken in, and the lines that are wrong, in the reader's language.
fn why_refused(reader: &Reader, failure: &Failure) -> (String, Vec<(String, String)>) {
    let words = reader.words;
    let is_number = |field: &FieldError| field.pointer == "/transmission";
    let text = match failure.problem() {
        Problem::InvalidContent => words.cwf_file_nothing(),
        Problem::BodyTooLarge => words.cwf_file_large(),
        Problem::MalformedBody => words.cwf_file_cut(),
        Problem::Conflict if failure.fields().iter().any(is_number) => words.cwf_file_number(),
        Problem::Conflict => words.cwf_file_nothing(),
        problem => words.case_problem(problem),
    };
    let line = |field: &FieldError| {
        let number = field.pointer.strip_prefix("/lines/")?;
        let what = match Flaw::from_code(&field.code) {
            Some(flaw) => flaw.text(reader.language()),
            None => words.cwf_taken_before(),
        };
        Some((words.cwf_line(number), what.to_owned()))
    };
    (text.to_owned(), failure.fields().iter().filter_map(line).collect())
}

async fn imported(
    app: &App,
    visitor: &SignedIn,
    mut form: Form,
    file: Option<File>,
) -> Result<Option<Imported>, Failure> {
    let Some(mut file) = file else { return Ok(None) };
    let bytes = whole(file.bytes()).await;
    file.pass_over(&mut form).await;
    actions::import(app, &visitor.caller.subject, &bytes?).await.map(Some)
}
