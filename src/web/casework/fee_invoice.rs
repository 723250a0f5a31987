//! An invoice with its lines, payments and credit notes, and the form that lets lines fall away.

use askama::Template;
use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Path},
};

use super::{
    Inside, fee_appeal, fee_files, fee_texts::state_tone, fees, fees::accountant, frame_at,
    status_of,
};
use crate::{
    app::App,
    failure::{Failure, FieldErrors, Problem},
    fee::{
        appeal,
        bank::store::{self as bank, IncomingQuery},
        invoice::{
            api::invoice_id,
            credit::credit as credit_lines,
            model::{Invoice, InvoiceKind},
            store::{self, lines},
            wire::CreditForm,
        },
        model::InvoiceLine,
    },
    identity::Sight,
    party,
    values::{calendar::oslo_date, fee_object, kid::Kid},
    web::{
        entry::DeedForm,
        form::Form,
        frame::{self, Frame, Reader},
        letters, problems,
        sign_in::{SignedIn, Visitor, see},
        texts::Words,
    },
};

/// An invoice, below the language.
pub const PATH: &str = "/casework/fees/:id";
/// Payments shown.
const MOST: u64 = 100;

/// A line.
struct Line {
    id: String,
    permit: String,
    what: String,
    year: i32,
    quantity: i64,
    amount: String,
    is_credited: bool,
    is_chosen: bool,
}

/// What a form said that was not carried out.
#[derive(Default)]
struct Said {
    reason: String,
    chosen: Vec<String>,
    /// What is wrong, in the reader's language or, with what to do, in English.
    wrong: Option<(&'static str, Option<String>)>,
    /// What was tried with an appeal.
    tried: Option<Form>,
}

#[derive(Template)]
#[template(path = "casework_invoice.html", config = "src/web/askama.toml")]
struct InvoicePage {
    frame: Frame,
    inside: Inside,
    title: String,
    state: &'static str,
    tone: &'static str,
    action: String,
    version: i32,
    facts: Vec<(&'static str, String)>,
    /// Letters: what they are, and where.
    letters: Vec<(&'static str, String)>,
    /// Where it is as EHF, when an organisation pays it.
    ehf: Option<String>,
    /// The invoice a credit note takes from, or the credit notes of an invoice.
    others: Vec<(String, String, String)>,
    lines: Vec<Line>,
    payments: Vec<(String, String, String)>,
    may_credit: bool,
    /// Appeals against it, what can be done with them, and where.
    appeals: Vec<fee_appeal::Shown>,
    forms: Vec<DeedForm>,
    appeal_action: String,
    package: String,
    is_done: bool,
    said: Said,
}

/// The page.
#[handler]
pub async fn open(
    visitor: Visitor,
    Path(id): Path<String>,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = accountant(visitor)?;
    Ok(shown(app, &visitor, &id, StatusCode::OK, Said::default()).await)
}

async fn shown(
    app: &App,
    visitor: &SignedIn,
    id: &str,
    status: StatusCode,
    said: Said,
) -> Response {
    match page(app, visitor, id, said).await {
        Ok(page) => frame::answer(status, &page.frame, &page),
        Err(failure) => problems::page(&visitor.reader, failure),
    }
}

/// The page with why what was tried with an appeal was refused.
pub async fn refused(
    app: &App,
    visitor: &SignedIn,
    id: &str,
    (failure, wrong): (&Failure, &'static str),
    form: Form,
) -> Response {
    let words = visitor.reader.words;
    let text = match failure.problem() {
        Problem::InvalidContent => wrong,
        other => words.case_problem(other),
    };
    let wrong = Some((text, Some(failure.detail().to_owned())));
    let said = Said { wrong, tried: Some(form), ..Said::default() };
    shown(app, visitor, id, status_of(failure), said).await
}

/// Lets lines fall away.
#[handler]
pub async fn credit(
    visitor: Visitor,
    Path(id): Path<String>,
    form: Form,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = super::caseworker(visitor, "anrop:payment.write")?;
    visitor.own(&form)?;
    let chosen: Vec<String> = form.all("line").map(str::to_owned).collect();
    let reason = form.get("reason").to_owned();
    let typed = CreditForm { lines: chosen.clone(), reason: reason.clone() };
    let mut errors = FieldErrors::new();
    let meaning = typed.meaning(&mut errors);
    let Ok(what) = errors.finish(meaning) else {
        let wrong = Some((visitor.reader.words.cwf_reason_missing(), None));
        let said = Said { reason, chosen, wrong, tried: None };
        return Ok(shown(app, &visitor, &id, StatusCode::UNPROCESSABLE_ENTITY, said).await);
    };
    let version = form.get("version").parse().unwrap_or_default();
    let outcome = match invoice_id(&id) {
        Ok(invoice) => credit_lines(app, &visitor.caller, invoice, version, &what).await,
        Err(failure) => Err(failure),
    };
    match outcome {
        Ok(_) => {
            let link = format!("{}?done=yes", PATH.replace(":id", &id));
            Ok(see(&visitor.reader.link(link)))
        }
        Err(failure) if super::can_be_said(&failure) => {
            let words = visitor.reader.words;
            let detail = Some(failure.detail().to_owned());
            let wrong = Some((words.cwf_refused(), detail));
            let said = Said { reason, chosen, wrong, tried: None };
            Ok(shown(app, &visitor, &id, status_of(&failure), said).await)
        }
        Err(failure) => Ok(problems::page(&visitor.reader, failure)),
    }
}

async fn page(app: &App, visitor: &SignedIn, id: &str, said: Said) -> Result<InvoicePage, Failure> {
    let reader = &visitor.reader;
    let words = reader.words;
    let connection = app.db().read();
    let one = store::find(connection, Sight::All, invoice_id(id)?).await?;
    let own = lines::lines_of(connection, &one).await?;
    let is_invoice = one.kind == InvoiceKind::Invoice;
    let others = match one.credits {
        Some(of) => vec![store::find(connection, Sight::All, of).await?],
        None => store::credit_notes(connection, one.id).await?,
    };
    let query = IncomingQuery { invoice: Some(one.id), ..IncomingQuery::default() };
    let (payments, _) = bank::list(connection, query, MOST).await?;
    let path = PATH.replace(":id", &one.id.to_string());
    let appeals = if is_invoice && visitor.caller.is_staff() {
        appeal::actions::list(app, &visitor.caller, one.id).await?.1
    } else {
        Vec::new()
    };
    let forms = if is_invoice && visitor.caller.is_staff() {
        fee_appeal::forms(words, (&one, &own), &appeals, said.tried.as_ref())
    } else {
        Vec::new()
    };
    let payer = party::store::get(connection, one.holder).await?;
    let is_electronic = !payer.is_person() && app.settings().authority_number.is_some();
    let state = one.state(oslo_date(app.clock().now()));
    let may_credit =
        is_invoice && visitor.caller.is_staff() && own.iter().any(|line| line.credit.is_none());
    Ok(InvoicePage {
        frame: frame_at(visitor, title(words, &one), &path),
        inside: Inside::of(visitor, fees::PATH),
        title: title(words, &one),
        state: words.invoice_state(state),
        tone: state_tone(state),
        action: reader.link(&path),
        version: one.version,
        facts: facts(words, &one),
        letters: letters_of(reader, &one),
        ehf: is_electronic
            .then(|| reader.link(fee_files::EHF_PATH.replace(":id", &one.id.to_string()))),
        others: others.iter().map(|other| other_row(reader, other)).collect(),
        lines: own.iter().map(|line| line_row(words, line, &said.chosen)).collect(),
        payments: payments
            .iter()
            .map(|row| {
                let amount = words.kroner(row.amount_ore - row.excess_ore);
                (words.date(row.paid_on), row.reference.clone(), amount)
            })
            .collect(),
        may_credit,
        appeals: fee_appeal::shown(words, &appeals),
        forms,
        appeal_action: reader.link(format_args!("{path}/appeal")),
        package: reader.link(format_args!("{path}/appeal-package")),
        is_done: reader.query.get("done").is_some(),
        said,
    })
}

fn title(words: Words, one: &Invoice) -> String {
    match one.kind {
        InvoiceKind::Invoice => words.cwf_invoice(one.number),
        InvoiceKind::CreditNote => words.cwf_credit_note(one.number),
    }
}

fn facts(words: Words, one: &Invoice) -> Vec<(&'static str, String)> {
    let mut facts = vec![(words.cwf_issued(), words.date(one.issued_on))];
    if one.kind == InvoiceKind::CreditNote {
        facts.push((words.cwf_amount(), words.kroner(one.amount_ore)));
        return facts;
    }
    facts.push((words.cwf_due(), words.date(one.due_on)));
    if let Some((on, due_on)) = one.reminded {
        facts.push((words.cwf_reminded(), words.date(on)));
        facts.push((words.cwf_reminder_due(), words.date(due_on)));
    }
    facts.extend(one.kid.as_ref().map(|kid| (words.cwf_kid(), Kid::for_people(kid))));
    facts.push((words.cwf_amount(), words.kroner(one.amount_ore)));
    facts.push((words.cwf_paid(), words.kroner(one.paid_ore)));
    facts.push((words.cwf_credited(), words.kroner(one.credited_ore)));
    facts.push((words.cwf_open(), words.kroner(one.open_ore())));
    if one.owed_back_ore() > 0 {
        facts.push((words.cwf_owed_back(), words.kroner(one.owed_back_ore())));
    }
    facts
}

fn letters_of(reader: &Reader, one: &Invoice) -> Vec<(&'static str, String)> {
    let words = reader.words;
    let named =
        [(words.cwf_letter(), one.letter), (words.cwf_reminder_letter(), one.reminder_letter)];
    let link = |id| reader.link(format_args!("{}/{id}", letters::PATH));
    named.into_iter().filter_map(|(name, id)| Some((name, link(id?)))).collect()
}

fn other_row(reader: &Reader, other: &Invoice) -> (String, String, String) {
    let words = reader.words;
    let link = reader.link(PATH.replace(":id", &other.id.to_string()));
    (link, title(words, other), words.kroner(other.amount_ore))
}

fn line_row(words: Words, line: &InvoiceLine, chosen: &[String]) -> Line {
    let id = line.id.to_string();
    Line {
        permit: line.permit_number.clone(),
        what: fee_object::name(&line.object, words.language()).to_owned(),
        year: line.year,
        quantity: line.quantity,
        amount: words.kroner(line.amount_ore),
        is_credited: line.credit.is_some(),
        is_chosen: chosen.contains(&id),
        id,
    }
}
