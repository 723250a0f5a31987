//! My page: what waits for whoever is signed in, their deadlines, letters, cases, drafts, permits, consents and
//! invoices. Everything is done by the actions of the interface; the page has no rules of its own.

pub mod acting;
pub mod appeal;
mod beacon;
pub mod case;
pub mod contacts;
pub mod disclosures;
pub mod documents;
pub mod entry;
pub mod hand_over;
mod invoices;
pub mod me;
mod number_use;
pub mod offer;
mod overview;
pub mod permit;
pub mod reply;
mod texts;
pub mod transfer;
pub mod utilisation;
mod writing;

use askama::Template;
use chrono::NaiveDate;
use poem::{Response, handler, http::StatusCode, web::Data};

use super::{
    apply::{Around, applicant, settled, start},
    frame::{self, Frame, Reader},
    letters::PATH as LETTERS,
    sign_in::{SignedIn, Visitor},
    texts::Words,
};
use crate::{
    app::App,
    case::{
        lifecycle::Status,
        store::{self as cases, Case, CaseQuery},
    },
    failure::{Failure, Problem},
    fee::{self, invoice::model::InvoiceState, model::InvoiceLine, store as fees},
    party,
    permit::{kind, model::Permit, store as permits},
    values::calendar::oslo_date,
};

/// The page, below the language.
pub const PATH: &str = "/my-page";
const SCOPE: &str = "anrop:me";
/// Most cases, permits and invoices shown.
const MOST: u64 = 100;

/// A case or permit in a list.
struct Row {
    address: String,
    title: String,
    status: String,
    tone: &'static str,
    note: String,
}

/// An invoice line.
struct Line {
    permit: String,
    year: i32,
    amount: String,
    due: String,
    status: String,
    tone: &'static str,
}

#[derive(Template)]
#[template(path = "my_page/start.html", config = "src/web/askama.toml")]
struct MyPage {
    frame: Frame,
    around: Around,
    expected: Vec<(String, String)>,
    deadlines: Vec<overview::Due>,
    letters: Vec<overview::LetterLine>,
    consents: Vec<overview::Consented>,
    offers: Vec<Row>,
    begun: Vec<start::Begun>,
    cases: Vec<Row>,
    permits: Vec<Row>,
    invoices: Vec<invoices::Row>,
    lines: Vec<Line>,
    has_more: bool,
}

/// Shows it.
#[handler]
pub async fn open(visitor: Visitor, Data(app): Data<&App>) -> poem::Result<Response> {
    let visitor = applicant(visitor, SCOPE)?;
    let page = page(app, &visitor).await;
    settled(&visitor, page.map(|page| frame::answer(StatusCode::OK, &page.frame, &page)))
}

async fn page(app: &App, visitor: &SignedIn) -> Result<MyPage, Failure> {
    let reader = &visitor.reader;
    let words = reader.words;
    let connection = app.db().read();
    let today = oslo_date(app.clock().now());
    let sight = party::actions::own_sight_of(app, &visitor.caller).await?;
    let query = CaseQuery::default();
    let (own, case_total) = cases::foremost(connection, sight, &query, MOST).await?;
    let (held, permit_total) = permits::foremost(connection, sight, MOST).await?;
    let (lines, line_total) = fees::foremost(connection, sight, MOST).await?;
    let (invoices, invoice_total) = invoices::rows(app, visitor, sight, MOST).await?;
    let offers = overview::offers(app, visitor).await?;
    let mut expected = Vec::new();
    for case in offers.iter().filter(|case| case.status.is_open() && case.accepted.is_none()) {
        expected
            .push((offer_address(reader, case), words.my_expected_offer(case.display_number())));
    }
    for case in own.iter().filter(|case| case.status == Status::WaitingForApplicant) {
        let by = words.date(case.waiting_until.unwrap_or(case.due_on));
        let text = match case.waits_for_comment() {
            true => words.my_expected_comment(case.display_number(), by),
            false => words.my_expected_answer(case.display_number(), by),
        };
        expected.push((case_address(reader, case), text));
    }
    let unopened = overview::unopened(app, visitor).await?;
    if unopened > 0 {
        expected.push((reader.link(LETTERS), words.my_expected_letters(words.number(unopened))));
    }
    for permit in held.iter().filter(|permit| permit.status.is_live()) {
        if fee::actions::confirmation_asked_at(app, permit).await?.is_some() {
            let text = words.my_expected_confirm(&permit.number);
            expected.push((permit_address(reader, permit), text));
        }
        if let Some(due) = number_use::expected(app, permit).await? {
            let text = words.numuse_expected(&permit.number, words.date(due));
            expected.push((permit_address(reader, permit), text));
        }
    }
    if let Some((amount_ore, first)) = fees::owed(connection, sight).await? {
        let amount = kroner(words, amount_ore);
        expected.push(("#invoices".to_owned(), words.my_expected_pay(amount, words.date(first))));
    }
    let lines: Vec<Line> = lines.iter().map(|line| line_row(reader, line, today)).collect();
    let mut frame = reader.frame(words.my_page()).about_persons();
    PATH.clone_into(&mut frame.here);
    Ok(MyPage {
        frame,
        around: Around::of(visitor),
        expected,
        deadlines: overview::deadlines(app, visitor, &own).await?,
        letters: overview::letters(app, visitor).await?,
        consents: overview::consents(app, visitor).await?,
        offers: offers.iter().map(|case| offer_row(reader, case)).collect(),
        begun: start::begun(app, visitor).await?,
        cases: own.iter().map(|case| case_row(reader, case)).collect(),
        permits: held.iter().map(|permit| permit_row(reader, permit)).collect(),
        invoices,
        lines,
        has_more: [case_total, permit_total, line_total, invoice_total]
            .iter()
            .any(|total| *total > MOST),
    })
}

fn case_address(reader: &Reader, case: &Case) -> String {
    reader.link(format_args!("{PATH}/cases/{}", case.id))
}

fn permit_address(reader: &Reader, permit: &Permit) -> String {
    reader.link(format_args!("{PATH}/permits/{}", permit.id))
}

const fn tone_of(status: Status) -> &'static str {
    match status {
        Status::WaitingForApplicant => "warn",
        Status::Granted | Status::PartlyGranted | Status::Reversed => "ok",
        Status::Refused | Status::Dismissed | Status::Upheld => "danger",
        Status::Submitted | Status::UnderReview | Status::Appealed | Status::Forwarded => "accent",
        Status::Withdrawn => "",
    }
}

fn offer_address(reader: &Reader, case: &Case) -> String {
    reader.link(format_args!("{PATH}/offers/{}", case.id))
}

/// Number of a case, and what it is.
fn case_title(reader: &Reader, case: &Case) -> String {
    let title = kind::any(case.kind).title(reader.language());
    let purpose = reader.words.case_purpose(case.purpose);
    format!("{} – {purpose}: {title}", case.display_number())
}

/// A permit that is offered to the reader.
fn offer_row(reader: &Reader, case: &Case) -> Row {
    Row { address: offer_address(reader, case), ..case_row(reader, case) }
}

fn case_row(reader: &Reader, case: &Case) -> Row {
    let words = reader.words;
    let note = if case.status.is_open() {
        format!("{}: {}", words.case_limit(), limit(reader, case))
    } else {
        case.decided_at.map(|at| words.date(oslo_date(at))).unwrap_or_default()
    };
    Row {
        address: case_address(reader, case),
        title: case_title(reader, case),
        status: words.case_state(case).to_owned(),
        tone: tone_of(case.status),
        note,
    }
}

/// The time limit of an open case.
fn limit(reader: &Reader, case: &Case) -> String {
    let words = reader.words;
    match case.waiting_until {
        Some(until) if case.waits_for_comment() => words.case_limit_comment(words.date(until)),
        Some(until) => words.case_limit_waits(words.date(until)),
        None => words.date(case.due_on),
    }
}

fn permit_row(reader: &Reader, permit: &Permit) -> Row {
    let words = reader.words;
    let title = kind::any(permit.kind).title(reader.language());
    let sign = permit.call_sign.map(|sign| format!(" ({sign})")).unwrap_or_default();
    Row {
        address: permit_address(reader, permit),
        title: format!("{}{sign} – {title}", permit.number),
        status: words.permit_status(permit.status.code()),
        tone: permit_tone(permit),
        note: match permit.validity.until().and_then(|until| until.pred_opt()) {
            Some(last) => format!("{}: {}", words.permit_until(), words.date(last)),
            None => words.permit_open_end().to_owned(),
        },
    }
}

fn permit_tone(permit: &Permit) -> &'static str {
    match permit.status.code() {
        "active" => "ok",
        "awaitingProgramming" => "accent",
        "suspended" => "warn",
        _ => "",
    }
}

/// An amount in kroner, of whole øre.
fn kroner(words: Words, ore: i64) -> String {
    #[allow(clippy::cast_precision_loss)] // far below the largest exact number
    words.decimal(ore as f64 / 100.0, 2)
}

fn line_row(reader: &Reader, line: &InvoiceLine, today: NaiveDate) -> Line {
    let words = reader.words;
    let (status, tone) = match line.paid_on {
        Some(day) => (words.my_paid(words.date(day)), "ok"),
        None if line.credit.is_some() => {
            (words.invoice_state(InvoiceState::Credited).to_owned(), "")
        }
        None if line.is_overdue(today) => (words.my_overdue().to_owned(), "danger"),
        None => (words.my_unpaid().to_owned(), "warn"),
    };
    Line {
        permit: line.permit_number.clone(),
        year: line.year,
        amount: kroner(words, line.amount_ore),
        due: words.date(line.due_on),
        status,
        tone,
    }
}

/// What to say of a step that was not taken; the failure itself where it is none of the reader's doing.
///
/// # Errors
/// The failure that a page must be made of.
fn notice(reader: &Reader, failure: Failure) -> Result<Notice, Failure> {
    let words = reader.words;
    match failure.problem() {
        Problem::StaleVersion => Ok(Notice {
            text: words.my_stale().to_owned(),
            english: None,
            status: StatusCode::PRECONDITION_FAILED,
        }),
        Problem::NotFound => Err(failure),
        problem if problem.status() < 500 => Ok(Notice {
            text: match failure.detail_in(reader.language()) {
                Some(why) => format!("{}: {why}", words.my_refused()),
                None => words.my_refused().to_owned(),
            },
            english: match failure.detail_in(reader.language()) {
                Some(_) => None,
                None => Some(failure.detail().to_owned()),
            },
            status: StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::CONFLICT),
        }),
        _ => Err(failure),
    }
}

/// Something to say above a page.
struct Notice {
    text: String,
    /// Why, as the rules say it, in English.
    english: Option<String>,
    status: StatusCode,
}

impl Notice {
    fn wrong(text: &str) -> Self {
        Self { text: text.to_owned(), english: None, status: StatusCode::UNPROCESSABLE_ENTITY }
    }

    /// What was done last, as the address says it.
    fn saved(reader: &Reader) -> Option<Self> {
        let words = reader.words;
        let text = match reader.query.get("done")? {
            "accepted" => words.done_accepted(),
            "appealed" => words.done_appealed(),
            "beacon" => words.done_beacon(),
            "beacon-gone" => words.done_beacon_gone(),
            "confirmed" => words.done_confirmed(),
            "demanded" => words.done_demanded(),
            "handed-over" => words.done_handed_over(),
            "in-use" => words.done_number_use(),
            "published" => words.done_published(),
            "replied" => words.done_replied(),
            "reported" => words.use_done(),
            "sent" => words.done_sent(),
            "surrendered" => words.done_surrendered(),
            "taken-back" => words.done_taken_back(),
            "withdrawn" => words.done_withdrawn(),
            _ => words.my_saved(),
        };
        Some(Self { text: text.to_owned(), english: None, status: StatusCode::OK })
    }

    fn is_good(&self) -> bool {
        self.status == StatusCode::OK
    }
}
