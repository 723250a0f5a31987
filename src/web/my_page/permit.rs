//! A permit as its holder sees it, and what the holder does with it: confirm, publish, give up.

use askama::Template;
use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Path},
};

use super::{Notice, PATH as MY_PAGE, notice, permit_tone};
use crate::{
    app::App,
    consent,
    failure::Failure,
    party,
    permit::{
        actions::{self, StateStep},
        certificate, kind,
        model::Permit,
        store,
        wire::SurrenderReason,
    },
    values::{calendar::oslo_date, ids::PermitId, language::Language},
    web::{
        apply::{Around, applicant, copy, is_person, settled},
        form::Form as Sent,
        frame::{self, Frame},
        sign_in::{SignedIn, Visitor, see},
        texts::Words,
    },
};

/// The page, below the language.
pub const PATH: &str = "/my-page/permits/:id";
/// Where its buttons post.
pub const DEED_PATH: &str = "/my-page/permits/:id/deed";
/// The certificate as a file.
pub const CERTIFICATE_PATH: &str = "/my-page/permits/:id/certificate.pdf";
/// The certificate as a page.
pub const CERTIFICATE_PAGE_PATH: &str = "/my-page/permits/:id/certificate";
const READ: &str = "anrop:permit.read";
const WRITE: &str = "anrop:permit.write";

const REASONS: [SurrenderReason; 5] = [
    SurrenderReason::NoLongerUsed,
    SurrenderReason::Sold,
    SurrenderReason::Lost,
    SurrenderReason::Stolen,
    SurrenderReason::Destroyed,
];

const fn reason_of(words: Words, reason: SurrenderReason) -> &'static str {
    match reason {
        SurrenderReason::NoLongerUsed => words.permit_surrender_no_longer_used(),
        SurrenderReason::Sold => words.permit_surrender_sold(),
        SurrenderReason::Lost => words.permit_surrender_lost(),
        SurrenderReason::Stolen => words.permit_surrender_stolen(),
        SurrenderReason::Destroyed => words.permit_surrender_destroyed(),
    }
}

#[derive(Template)]
#[template(path = "my_page/permit.html", config = "src/web/askama.toml")]
struct PermitPage {
    frame: Frame,
    around: Around,
    notice: Option<Notice>,
    status: String,
    tone: &'static str,
    facts: Vec<(String, String)>,
    conditions: Vec<String>,
    here: String,
    deed: String,
    version: i32,
    is_live: bool,
    /// Contacts by name and telephone; none where the kind has none.
    contacts: Vec<(String, String)>,
    has_contacts: bool,
    confirmed: Option<String>,
    is_asked: bool,
    /// What may be shown of the call sign: field, name, whether it is.
    consents: Vec<(&'static str, &'static str, bool)>,
    reasons: Vec<(&'static str, &'static str)>,
}

/// A permit of the caller's own.
///
/// # Errors
/// 404 when there is none.
pub async fn own_permit(app: &App, visitor: &SignedIn, id: &str) -> Result<Permit, Failure> {
    let id = PermitId::parse(id).map_err(|_| Failure::not_found())?;
    let sight = party::actions::own_sight_of(app, &visitor.caller).await?;
    store::find(app.db().read(), sight, id).await
}

/// Fields of the public list that this holder may let be shown.
fn fields(visitor: &SignedIn) -> Vec<(&'static str, &'static str)> {
    let words = visitor.reader.words;
    if is_person(&visitor.caller) {
        vec![
            ("holder.name", words.permit_consent_name()),
            ("holder.address", words.permit_consent_address()),
            ("holder.postTown", words.permit_consent_town()),
        ]
    } else {
        vec![("organisation.address", words.permit_consent_address())]
    }
}

fn facts(visitor: &SignedIn, permit: &Permit) -> Vec<(String, String)> {
    let reader = &visitor.reader;
    let words = reader.words;
    let mut facts = vec![(words.permit_its_number().to_owned(), permit.number.clone())];
    if let Some(sign) = permit.call_sign {
        facts.push((words.permit_sign().to_owned(), sign.to_string()));
    }
    facts.extend(kind::any(permit.kind).certificate(&permit.details, reader.language()).facts);
    facts.push((words.permit_from().to_owned(), words.date(permit.validity.from())));
    let last = permit.validity.until().and_then(|until| until.pred_opt());
    let last = last.map_or_else(|| words.permit_open_end().to_owned(), |last| words.date(last));
    facts.push((words.permit_until().to_owned(), last));
    facts
}

async fn page(app: &App, visitor: &SignedIn, permit: &Permit) -> Result<PermitPage, Failure> {
    let reader = &visitor.reader;
    let words = reader.words;
    let connection = app.db().read();
    let contacts = store::contacts(connection, &app.keys(), permit.id).await?;
    let is_live = permit.status.is_live();
    let mut consents = Vec::new();
    if let (Some(sign), true, kind::Kind::Amateur) = (permit.call_sign, is_live, permit.kind) {
        let live = consent::store::live_fields(connection, permit.holder, sign).await?;
        let shown = |field: &str| live.iter().any(|one| one == field);
        consents =
            fields(visitor).into_iter().map(|(field, name)| (field, name, shown(field))).collect();
    }
    let asked = crate::fee::actions::confirmation_asked_at(app, permit).await?;
    let title = kind::any(permit.kind).title(reader.language());
    let mut frame = reader.frame(format!("{} – {title}", permit.number)).about_persons();
    frame.here = format!("{MY_PAGE}/permits/{}", permit.id);
    let here = reader.link(&frame.here);
    Ok(PermitPage {
        around: Around::of(visitor),
        notice: Notice::saved(reader),
        status: words.permit_status(permit.status.code()),
        tone: permit_tone(permit),
        facts: facts(visitor, permit),
        conditions: permit.conditions.clone(),
        deed: format!("{here}/deed"),
        here,
        frame,
        version: permit.version,
        is_live,
        has_contacts: is_live && !contacts.is_empty(),
        contacts: contacts.into_iter().map(|one| (one.name, one.phone.dial())).collect(),
        confirmed: permit.confirmed_at.map(|at| words.permit_confirmed(words.date(oslo_date(at)))),
        is_asked: asked.is_some(),
        consents,
        reasons: REASONS.iter().map(|reason| (reason.code(), reason_of(words, *reason))).collect(),
    })
}

/// Shows it.
#[handler]
pub async fn show(
    visitor: Visitor,
    Path(id): Path<String>,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = applicant(visitor, READ)?;
    let shown = async { page(app, &visitor, &own_permit(app, &visitor, &id).await?).await };
    let page = shown.await;
    settled(&visitor, page.map(|page| frame::answer(StatusCode::OK, &page.frame, &page)))
}

/// Confirms, publishes or gives up, as the button says.
#[handler]
pub async fn act(
    visitor: Visitor,
    Path(id): Path<String>,
    sent: Sent,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = applicant(visitor, WRITE)?;
    visitor.own(&sent)?;
    let outcome = async {
        let permit = own_permit(app, &visitor, &id).await?;
        match carry_out(app, &visitor, &permit, &sent).await {
            Ok(()) => {
                Ok(see(&visitor.reader.link(format_args!("{MY_PAGE}/permits/{id}?done=yes"))))
            }
            Err(failure) => {
                let said = notice(&visitor.reader, failure)?;
                let status = said.status;
                let mut page = page(app, &visitor, &own_permit(app, &visitor, &id).await?).await?;
                page.notice = Some(said);
                Ok(frame::answer(status, &page.frame, &page))
            }
        }
    };
    settled(&visitor, outcome.await)
}

async fn carry_out(
    app: &App,
    visitor: &SignedIn,
    permit: &Permit,
    sent: &Sent,
) -> Result<(), Failure> {
    let caller = &visitor.caller;
    let version: i32 = sent.get("version").parse().map_err(|_| Failure::stale())?;
    let sight = party::actions::own_sight_of(app, caller).await?;
    match sent.get("deed") {
        "confirm" => actions::confirm(app, caller, sight, permit.id, version).await.map(|_| ()),
        "surrender" => {
            let reason = REASONS.iter().find(|reason| reason.code() == sent.get("reason"));
            let reason = reason.copied().unwrap_or(SurrenderReason::NoLongerUsed);
            let step = StateStep::Surrender(reason.code());
            actions::step(app, caller, sight, permit.id, version, step).await.map(|_| ())
        }
        "publish" => {
            caller.needs_scope("anrop:me")?;
            let Some(sign) = permit.call_sign else { return Err(Failure::not_found()) };
            let known = fields(visitor);
            let mut asked: Vec<String> = sent
                .fields()
                .filter(|(name, value)| {
                    *name == "show" && known.iter().any(|(field, _)| field == value)
                })
                .map(|(_, value)| value.to_owned())
                .collect();
            asked.sort_unstable();
            asked.dedup();
            consent::actions::give(app, caller, sign, &asked).await
        }
        _ => Err(Failure::not_found()),
    }
}

/// The certificate as a file, the same as the interface gives.
#[handler]
pub async fn certificate_file(
    visitor: Visitor,
    Path(id): Path<String>,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = applicant(visitor, READ)?;
    let language: Language = visitor.reader.language();
    let file = async {
        let permit = own_permit(app, &visitor, &id).await?;
        let document = certificate::document_of(app, &permit, Some(language)).await?;
        let bytes = certificate::stored(app, &permit, document).await?;
        Ok::<_, Failure>(copy::file(bytes, &permit.number))
    };
    settled(&visitor, file.await)
}

/// The certificate as an accessible page.
#[handler]
pub async fn certificate_page(
    visitor: Visitor,
    Path(id): Path<String>,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = applicant(visitor, READ)?;
    let language: Language = visitor.reader.language();
    let document = async {
        let permit = own_permit(app, &visitor, &id).await?;
        certificate::document_of(app, &permit, Some(language)).await
    };
    settled(&visitor, document.await.map(|document| copy::as_page(&document)))
}
