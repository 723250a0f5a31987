//! Offering a permit to another holder: who, from which day and why. The one it is offered to signs in and accepts
//! on a page of their own (`offer.rs`), whose address says nothing of either.

use askama::Template;
use chrono::NaiveDate;
use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Path},
};

use super::{Notice, PATH as MY_PAGE, notice, permit::own_permit};
use crate::{
    app::App,
    case::{
        actions::life::{self, Asking, Request},
        api::life::terms,
        store::Case,
        wire::life::TransferApplication,
    },
    failure::{Failure, FieldErrors},
    idempotency::IdempotencyKey,
    party,
    permit::{actions::transfer::may_transfer, kind, model::Permit},
    values::calendar::oslo_date,
    web::{
        apply::{
            Around, applicant,
            errors::{self, Found},
            receipt, settled,
            values::day,
        },
        form::Form as Sent,
        frame::{self, Frame},
        sign_in::{SignedIn, Visitor, see},
    },
};

/// The page, below the language.
pub const PATH: &str = "/my-page/permits/:id/transfer";
const WRITE: &str = "anrop:permit.write";

/// A field: what stands in it, and what is wrong with it.
struct Field {
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    value: String,
    is_long: bool,
    wrong: Vec<Found>,
}

#[derive(Template)]
#[template(path = "my_page/transfer.html", config = "src/web/askama.toml")]
struct TransferPage {
    frame: Frame,
    around: Around,
    notice: Option<Notice>,
    /// Where the page leads back to: address and name.
    up: (String, String),
    kind_title: &'static str,
    action: String,
    version: i32,
    fields: Vec<Field>,
}

impl TransferPage {
    fn has_wrongs(&self) -> bool {
        self.fields.iter().any(|field| !field.wrong.is_empty())
    }
}

fn page(
    visitor: &SignedIn,
    permit: &Permit,
    sent: &Sent,
    failure: Option<&Failure>,
) -> TransferPage {
    let reader = &visitor.reader;
    let (words, language) = (reader.words, reader.language());
    let errors = failure.map(Failure::fields).unwrap_or_default();
    let field = |name: &'static str, label, hint, is_long| Field {
        name,
        label,
        hint,
        value: sent.get(name).to_owned(),
        is_long,
        wrong: errors
            .iter()
            .filter(|error| error.pointer.strip_prefix('/') == Some(name))
            .map(|error| errors::found(error, language))
            .collect(),
    };
    let title = format!("{} – {}", words.permit_transfer(), permit.number);
    let mut frame = reader.frame(title).about_persons();
    let up = format!("{MY_PAGE}/permits/{}", permit.id);
    frame.here = format!("{up}/transfer");
    TransferPage {
        around: Around::of(visitor),
        notice: None,
        up: (reader.link(&up), permit.number.clone()),
        kind_title: kind::any(permit.kind).title(language),
        action: reader.link(&frame.here),
        frame,
        version: permit.version,
        fields: vec![
            field("newHolder", words.transfer_to(), words.transfer_to_hint(), false),
            field("from", words.transfer_from(), words.transfer_from_hint(), false),
            field("reason", words.transfer_reason(), words.transfer_reason_hint(), true),
        ],
    }
}

/// Shows the form.
#[handler]
pub async fn show(
    visitor: Visitor,
    Path(id): Path<String>,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = applicant(visitor, WRITE)?;
    let shown = async {
        let permit = own_permit(app, &visitor, &id).await?;
        may_transfer(&permit)?;
        let page = page(&visitor, &permit, &Sent::default(), None);
        Ok(frame::answer(StatusCode::OK, &page.frame, &page))
    };
    settled(&visitor, shown.await)
}

/// Offers the permit.
#[handler]
pub async fn offer(
    visitor: Visitor,
    Path(id): Path<String>,
    sent: Sent,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = applicant(visitor, WRITE)?;
    visitor.own(&sent)?;
    let outcome = async {
        let permit = own_permit(app, &visitor, &id).await?;
        let failure = match offered(app, &visitor, &permit, &sent).await {
            Ok(case) => return Ok(see(&receipt::address(&visitor, case.id))),
            Err(failure) => failure,
        };
        let mut page = page(&visitor, &permit, &sent, Some(&failure));
        let mut status = StatusCode::UNPROCESSABLE_ENTITY;
        if !page.has_wrongs() {
            let said = notice(&visitor.reader, failure)?;
            status = said.status;
            page.notice = Some(said);
        }
        Ok(frame::answer(status, &page.frame, &page))
    };
    settled(&visitor, outcome.await)
}

async fn offered(
    app: &App,
    visitor: &SignedIn,
    permit: &Permit,
    sent: &Sent,
) -> Result<Case, Failure> {
    let caller = &visitor.caller;
    let from = match sent.get("from") {
        "" => None,
        text => Some(asked_day(text)?),
    };
    let form = TransferApplication {
        new_holder: sent.get("newHolder").to_owned(),
        from,
        reason: sent.get("reason").replace("\r\n", "\n"),
    };
    let today = oslo_date(app.clock().now());
    let (to, from, reason) = terms(&form, today, app.national_id_rule())?;
    let body = serde_json::to_value(&form).map_err(Failure::internal)?;
    let press = format!("transfer of {} at {}", permit.id, sent.get("version"));
    let key = IdempotencyKey::read(Some(&press), caller, &app.keys(), &body)?;
    let request = Request::Transfer { to: &to, from, reason: &reason };
    let sight = party::actions::own_sight_of(app, caller).await?;
    let asking = Asking { sight, permit: permit.id, request, idempotency: key.as_ref() };
    life::file(app, caller, &asking).await
}

fn asked_day(text: &str) -> Result<NaiveDate, Failure> {
    let mut errors = FieldErrors::new();
    let read = day(text).and_then(|text| text.parse().ok());
    if read.is_none() {
        errors.add("/from", "date", "Write the day as in 2026-12-31.");
    }
    errors.finish(read)
}
