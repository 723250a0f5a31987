//! Yearly runs with how far they have come, and invoices with filters and sums. Names of holders stand in the
//! letters only.

use askama::Template;
use chrono::Datelike as _;
use poem::{Response, handler, http::StatusCode, web::Data};

use super::{Inside, fee_files, fee_texts::state_tone, frame_at, spectrum_fees, status_of};
use crate::{
    app::App,
    case,
    failure::Failure,
    fee::{
        invoice::{
            model::{Invoice, InvoiceState, Totals},
            store::{
                case as invoices,
                list::{self, InvoiceQuery},
            },
        },
        run::{
            actions,
            store::{self as runs, DONE, FeeRun, SETTLING},
        },
    },
    http::page,
    identity::{Role, Sight},
    values::{
        calendar::oslo_date,
        ids::{CaseId, FeeRunId, PartyId},
    },
    web::{
        form::Form,
        frame::{self, Frame, Reader},
        parts::{Chips, Facet, Paging, Wrongs},
        problems,
        query::Wrong,
        sign_in::{SignedIn, Visitor, see},
    },
};

/// The page, below the language.
pub const PATH: &str = "/casework/fees";
/// Scope of whoever has to do with the accounts.
pub const SCOPE: &str = "anrop:payment.write";
const ROLES: &[Role] = &[Role::Caseworker, Role::Supervisor, Role::Administrator];
/// Parameter by which only the invoices of a case are shown.
const CASE: &str = "case";
/// Runs and invoices shown.
const RUNS: u64 = 10;
const LIMIT: u64 = 50;

/// Where the invoices of a case of fees are, by its number.
pub fn of_case(reader: &Reader, number: &str) -> String {
    reader.link(format_args!("{PATH}?case={number}"))
}

/// Somebody who has to do with the accounts; anybody else gets the answer that is the failure.
pub fn accountant(visitor: Visitor) -> poem::Result<SignedIn> {
    visitor.needs(ROLES, SCOPE)
}

/// A run.
struct Run {
    id: String,
    year: i32,
    state: &'static str,
    is_done: bool,
    done: i64,
    total: i64,
    progress: String,
    invoices: String,
    began: String,
    link: String,
}

impl Run {
    fn of(reader: &Reader, run: &FeeRun) -> Self {
        let words = reader.words;
        let number = |count: i64| words.number(count.unsigned_abs());
        Self {
            id: run.id.to_string(),
            year: run.year,
            state: match run.state.as_str() {
                SETTLING => words.cwf_run_settling(),
                DONE => words.cwf_run_done(),
                _ => words.cwf_run_invoicing(),
            },
            is_done: run.state == DONE,
            done: run.done,
            total: run.total.max(1),
            progress: words.cwf_progress(number(run.done), number(run.total)),
            invoices: words.cwf_run_invoices(number(run.invoices), words.kroner(run.amount_ore)),
            began: words.moment(run.started_at),
            link: reader.link(format_args!("{PATH}?run={}", run.id)),
        }
    }
}

/// An invoice in the list.
struct Row {
    number: i64,
    link: String,
    issued: String,
    due: String,
    amount: String,
    open: String,
    state: &'static str,
    tone: &'static str,
}

#[derive(Template)]
#[template(path = "casework_fees.html", config = "src/web/askama.toml")]
struct FeesPage {
    frame: Frame,
    inside: Inside,
    wrongs: Wrongs,
    is_started: bool,
    refused: Option<String>,
    may_start: bool,
    year: String,
    /// Where what spectrum licences share is set, for those who may.
    shared: Option<String>,
    runs: Vec<Run>,
    /// Months and where their files are.
    months: Vec<(String, String)>,
    facets: Vec<Facet>,
    chips: Chips,
    sums: Vec<(&'static str, String)>,
    total: String,
    rows: Vec<Row>,
    paging: Paging,
}

/// The page.
#[handler]
pub async fn open(visitor: Visitor, Data(app): Data<&App>) -> poem::Result<Response> {
    let visitor = accountant(visitor)?;
    Ok(shown(app, &visitor, StatusCode::OK, None).await)
}

async fn shown(
    app: &App,
    visitor: &SignedIn,
    status: StatusCode,
    refused: Option<String>,
) -> Response {
    match page_of(app, visitor, refused).await {
        Ok((is_wrong, page)) => {
            let status = if is_wrong { StatusCode::BAD_REQUEST } else { status };
            frame::answer(status, &page.frame, &page)
        }
        Err(failure) => problems::page(&visitor.reader, failure),
    }
}

/// Begins a yearly run.
#[handler]
pub async fn begin(visitor: Visitor, form: Form, Data(app): Data<&App>) -> poem::Result<Response> {
    let visitor = visitor.needs(&[Role::Supervisor, Role::Administrator], SCOPE)?;
    visitor.own(&form)?;
    let year = form.get("year").parse().unwrap_or_default();
    match actions::start(app, &visitor.caller.subject, year).await {
        Ok(_) => Ok(see(&visitor.reader.link(format_args!("{PATH}?done=yes")))),
        Err(failure) if super::can_be_said(&failure) => {
            let told = failure.fields().first().map(|field| field.detail.to_string());
            let text = told.unwrap_or_else(|| failure.detail().to_owned());
            Ok(shown(app, &visitor, status_of(&failure), Some(text)).await)
        }
        Err(failure) => Ok(problems::page(&visitor.reader, failure)),
    }
}

/// What the address asks for, and what is wrong with it.
fn asked(visitor: &SignedIn, today: chrono::NaiveDate) -> (InvoiceQuery, Vec<Wrong>) {
    let (query, words) = (&visitor.reader.query, visitor.reader.words);
    let known = [
        ("state", words.cwf_state()),
        ("run", words.cwf_runs()),
        ("number", words.cwf_number()),
        (CASE, words.cw_case()),
        ("cursor", words.cw_cursor()),
        ("done", words.cwf_started()),
    ];
    let mut wrongs = query.wrong(&known, words);
    let mut wrong = |name: &str, label: &'static str| {
        wrongs.push(Wrong { name: name.to_owned(), text: words.not_a_choice(label) });
    };
    let mut asked = InvoiceQuery::default();
    match query.get("state").map(str::parse::<InvoiceState>) {
        Some(Ok(state)) => asked.state = Some((state, today)),
        Some(Err(_)) => wrong("state", words.cwf_state()),
        None => {}
    }
    match query.get("run").map(FeeRunId::parse) {
        Some(Ok(run)) => asked.run = Some(run),
        Some(Err(_)) => wrong("run", words.cwf_runs()),
        None => {}
    }
    match query.get("number").map(str::parse) {
        Some(Ok(number)) => asked.number = Some(number),
        Some(Err(_)) => wrong("number", words.cwf_number()),
        None => {}
    }
    (asked, wrongs)
}

async fn page_of(
    app: &App,
    visitor: &SignedIn,
    refused: Option<String>,
) -> Result<(bool, FeesPage), Failure> {
    let reader = &visitor.reader;
    let words = reader.words;
    let today = oslo_date(app.clock().now());
    let connection = app.db().read();
    let keys = app.keys();
    let (mut query, mut wrongs) = asked(visitor, today);
    if let Some(typed) = reader.query.get(CASE) {
        query.case = case_of(app, typed).await?;
        if query.case.is_none() {
            let text = words.not_a_choice(words.cw_case());
            wrongs.push(Wrong { name: CASE.to_owned(), text });
        }
    }
    let is_wrong = !wrongs.is_empty();
    let (found, _) = runs::list(connection, None, RUNS).await?;
    let counts = counts(app, &query, today).await?;
    let mut totals = Totals::default();
    let (mut rows, mut next) = (Vec::new(), None);
    if !is_wrong {
        totals = list::totals(connection, Sight::All, &query).await?;
        query.before = page::position(&keys, "fee-page", reader.query.get("cursor"))?;
        let invoices = list::list(connection, Sight::All, &query, LIMIT + 1).await?;
        let (invoices, after) = page::cut(&keys, "fee-page", invoices, LIMIT, |one| one.number);
        rows = invoices.iter().map(|one| row(reader, one, today)).collect();
        next = after;
    }
    let state_name = |code: &str| {
        code.parse().map_or_else(|_| code.to_owned(), |state| words.invoice_state(state).to_owned())
    };
    let of_case = reader.query.get(CASE).map(|number| (CASE, words.cwf_of_case(number)));
    let facet = Facet::new(reader, "state", words.cwf_state(), counts, state_name);
    let page = FeesPage {
        frame: frame_at(visitor, words.cwf_fees(), PATH),
        inside: Inside::of(visitor, PATH),
        wrongs: Wrongs::new(reader, wrongs, &["state", "run", "number"]),
        is_started: reader.query.get("done").is_some(),
        refused,
        may_start: visitor.caller.is(Role::Supervisor) || visitor.caller.is(Role::Administrator),
        year: today.year().to_string(),
        shared: visitor.caller.is_staff().then(|| reader.link(spectrum_fees::PATH)),
        runs: found.iter().map(|run| Run::of(reader, run)).collect(),
        months: fee_files::months(reader, today),
        facets: vec![facet],
        chips: Chips::new(reader, of_case),
        sums: vec![
            (words.cwf_sum(), words.kroner(totals.amount_ore)),
            (words.cwf_sum_paid(), words.kroner(totals.paid_ore)),
            (words.cwf_sum_credited(), words.kroner(totals.credited_ore)),
            (words.cwf_sum_open(), words.kroner(totals.open_ore)),
        ],
        total: words.cwf_total(words.number(totals.count)),
        rows,
        paging: Paging::new(reader, None, next.as_deref()),
    };
    Ok((is_wrong, page))
}

/// The case of fees of this number, and its holder.
async fn case_of(app: &App, typed: &str) -> Result<Option<(CaseId, PartyId)>, Failure> {
    let connection = app.db().read();
    let Some(number) = case::store::parse_number(typed) else { return Ok(None) };
    let Some(found) = invoices::find_by_number(connection, number).await? else {
        return Ok(None);
    };
    Ok(Some((found.id, invoices::holder(connection, found.id).await?)))
}

/// How many invoices there are in each state, with the other filters as they are.
async fn counts(
    app: &App,
    query: &InvoiceQuery,
    today: chrono::NaiveDate,
) -> Result<Vec<(String, u64)>, Failure> {
    let mut counts = Vec::with_capacity(InvoiceState::ALL.len());
    for state in InvoiceState::ALL {
        let of = InvoiceQuery { state: Some((*state, today)), before: None, ..*query };
        let totals = list::totals(app.db().read(), Sight::All, &of).await?;
        counts.push((state.code().to_owned(), totals.count));
    }
    Ok(counts)
}

fn row(reader: &Reader, one: &Invoice, today: chrono::NaiveDate) -> Row {
    let words = reader.words;
    let state = one.state(today);
    Row {
        number: one.number,
        link: reader.link(format_args!("{PATH}/{}", one.id)),
        issued: words.date(one.issued_on),
        due: words.date(one.reminded.map_or(one.due_on, |(_, due_on)| due_on)),
        amount: words.kroner(one.amount_ore),
        open: words.kroner(one.open_ore()),
        state: words.invoice_state(state),
        tone: state_tone(state),
    }
}
