//! Payments that could not be placed, and what was paid too much: a caseworker says which invoice they pay, or that
//! they are paid back.

use askama::Template;
use poem::{Response, handler, http::StatusCode, web::Data};

use super::{Inside, fees::accountant, frame_at};
use crate::{
    app::App,
    failure::Failure,
    fee::{
        bank::{
            actions::{self, Placement},
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
    },
};

/// The page, below the language.
pub const PATH: &str = "/casework/payments";
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
    total: String,
    rows: Vec<Row>,
    may_decide: bool,
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
    wrong: Option<(String, String)>,
) -> Response {
    let reader = &visitor.reader;
    let query = IncomingQuery { waiting: true, ..IncomingQuery::default() };
    match store::list(app.db().read(), query, LIMIT).await {
        Ok((rows, total)) => {
            let page = PaymentsPage {
                frame: frame_at(visitor, reader.words.cwf_incoming(), PATH),
                inside: Inside::of(visitor, PATH),
                is_done: wrong.is_none() && reader.query.get("done").is_some(),
                wrong,
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
        return Ok(shown(app, &visitor, StatusCode::UNPROCESSABLE_ENTITY, wrong).await);
    };
    let version = form.get("version").parse().unwrap_or_default();
    let outcome = match IncomingPaymentId::parse(&id) {
        Ok(payment) => actions::decide(app, &visitor.caller, payment, version, placement).await,
        Err(_) => Err(Failure::not_found()),
    };
    match outcome {
        Ok(_) => Ok(see(&visitor.reader.link(format_args!("{PATH}?done=yes")))),
        Err(failure) if super::can_be_said(&failure) => {
            let told = failure.fields().first().map(|field| field.detail.to_string());
            let text = told.unwrap_or_else(|| failure.detail().to_owned());
            let status = StatusCode::from_u16(failure.problem().status());
            let status = status.unwrap_or(StatusCode::CONFLICT);
            Ok(shown(app, &visitor, status, Some((id, text))).await)
        }
        Err(failure) => Ok(problems::page(&visitor.reader, failure)),
    }
}
