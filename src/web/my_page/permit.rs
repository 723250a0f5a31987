//! A permit as its holder sees it, and what the holder does with it: confirm, publish, amend, renew, hand over,
//! give up.

use askama::Template;
use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Path},
};

use super::{
    Notice, PATH as MY_PAGE,
    beacon::{self, Beacon},
    case_address, case_title,
    hand_over::{self, Resting},
    notice,
    number_use::{self, NumberUse},
    permit_tone, utilisation,
};
use crate::{
    app::App,
    case::{
        actions::{
            hand_over_call_sign,
            life::{self, Asking, Request},
            surrender::surrender,
        },
        queue::model::open_statuses,
        store::{self as cases, Case, CaseQuery},
    },
    consent,
    draft::{
        actions as drafts, basis,
        model::{Content, Purpose as Drafted},
    },
    failure::Failure,
    idempotency::IdempotencyKey,
    party,
    permit::{
        actions::{self, transfer::may_transfer},
        certificate, kind,
        lifecycle::Step as PermitStep,
        model::Permit,
        store,
        wire::SurrenderReason,
    },
    values::{calendar::oslo_date, ids::PermitId, language::Language},
    web::{
        apply::{Around, applicant, copy, is_person, receipt, settled, start},
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
    /// The beacon of a permit that has one.
    beacon: Option<Beacon>,
    /// The call sign of a beacon that was given up.
    resting: Option<Resting>,
    /// What may be shown of the call sign: field, name, whether it is.
    consents: Vec<(&'static str, &'static str, bool)>,
    reasons: Vec<(&'static str, &'static str)>,
    /// Cases about the permit that are open: address and title.
    open: Vec<(String, String)>,
    may_amend: bool,
    /// How long it would hold when it is renewed today.
    renewal: Option<String>,
    /// Why it is not renewed today, where that will change.
    no_renewal: Option<&'static str>,
    may_transfer: bool,
    /// The yearly report on the use of its numbers.
    report: Option<utilisation::Due>,
    /// By when its numbers must be in use.
    number_use: Option<NumberUse>,
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
    facts.extend(kind::any(permit.kind).certificate(&permit.details, reader.language()));
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
    let (renewal, no_renewal) = renewal(app, visitor, permit);
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
        beacon: Beacon::of(words, permit),
        resting: Resting::of(app, reader, permit).await?,
        consents,
        reasons: SurrenderReason::of(permit.kind)
            .map(|reason| (reason.code(), reason_of(words, reason)))
            .collect(),
        open: open_cases(app, visitor, permit).await?,
        may_amend: permit.status.after(PermitStep::Amend).is_ok(),
        renewal,
        no_renewal,
        may_transfer: may_transfer(permit).is_ok(),
        report: utilisation::due(app, visitor, permit).await?,
        number_use: NumberUse::of(app, words, permit).await?,
    })
}

/// Until when it would hold when it is renewed today, or why it is not.
fn renewal(
    app: &App,
    visitor: &SignedIn,
    permit: &Permit,
) -> (Option<String>, Option<&'static str>) {
    let words = visitor.reader.words;
    if permit.status.after(PermitStep::Amend).is_err() {
        return (None, None);
    }
    let today = oslo_date(app.clock().now());
    match kind::any(permit.kind).renewed_until(&permit.details, permit.validity, today) {
        Ok(until) => (Some(words.date(until.pred_opt().unwrap_or(until))), None),
        Err(reason) if reason.code == "too-early" => (None, Some(words.permit_renewal_early())),
        Err(_) => (None, None),
    }
}

/// The open cases about a permit.
async fn open_cases(
    app: &App,
    visitor: &SignedIn,
    permit: &Permit,
) -> Result<Vec<(String, String)>, Failure> {
    let sight = party::actions::own_sight_of(app, &visitor.caller).await?;
    let query = CaseQuery { statuses: open_statuses(), ..CaseQuery::default() };
    let (open, _) = cases::list(app.db().read(), sight, &query, super::MOST).await?;
    let about = open.iter().filter(|case| case.permit == Some(permit.id));
    let reader = &visitor.reader;
    Ok(about.map(|case| (case_address(reader, case), case_title(reader, case))).collect())
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

/// Does what the button says.
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
        let words = visitor.reader.words;
        if let ("beacon", Err(wrong)) = (sent.get("deed"), beacon::read(words, &sent)) {
            let mut page = page(app, &visitor, &permit).await?;
            page.beacon = page.beacon.map(|part| part.sent(&sent, wrong));
            page.notice = Some(Notice::wrong(wrong));
            return Ok(frame::answer(StatusCode::UNPROCESSABLE_ENTITY, &page.frame, &page));
        }
        match carry_out(app, &visitor, &permit, &sent).await {
            Ok(to) => Ok(see(&to)),
            Err(failure) if hand_over::is_wrong_number(&sent, &failure) => {
                let wrong = words.hand_over_unknown();
                let mut page = page(app, &visitor, &permit).await?;
                page.resting = page.resting.map(|part| part.sent(&sent, wrong));
                page.notice = Some(Notice::wrong(wrong));
                Ok(frame::answer(StatusCode::UNPROCESSABLE_ENTITY, &page.frame, &page))
            }
            Err(failure) if number_use::is_wrong_day(&sent, &failure) => {
                let wrong = words.numuse_wrong();
                let mut page = page(app, &visitor, &permit).await?;
                page.number_use = page.number_use.map(|part| part.sent(&sent, wrong));
                page.notice = Some(Notice::wrong(wrong));
                Ok(frame::answer(StatusCode::UNPROCESSABLE_ENTITY, &page.frame, &page))
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
) -> Result<String, Failure> {
    let caller = &visitor.caller;
    let version: i32 = sent.get("version").parse().map_err(|_| Failure::stale())?;
    let sight = party::actions::own_sight_of(app, caller).await?;
    let deed = sent.get("deed");
    let done = |what: &str| {
        Ok(visitor.reader.link(format_args!("{MY_PAGE}/permits/{}?done={what}", permit.id)))
    };
    match deed {
        "amend" => amend(app, visitor, permit).await,
        "renew" => renew(app, visitor, permit, version)
            .await
            .map(|case| receipt::address(visitor, case.id)),
        "confirm" => {
            actions::confirm(app, caller, sight, permit.id, version).await?;
            done("confirmed")
        }
        "beacon" => {
            let told =
                beacon::read(visitor.reader.words, sent).map_err(|_| Failure::not_found())?;
            done(beacon::report(app, visitor, (sight, permit, version), told).await?)
        }
        number_use::DEED => {
            number_use::state(app, visitor, (sight, permit, version), sent).await?;
            done("in-use")
        }
        "surrender" => {
            let mut reasons = SurrenderReason::of(permit.kind);
            let reason = reasons.find(|reason| reason.code() == sent.get("reason"));
            let reason = reason.unwrap_or(SurrenderReason::NoLongerUsed);
            surrender(app, caller, sight, permit.id, version, reason.code()).await?;
            done("surrendered")
        }
        hand_over::DEED => {
            let number = sent.get("case");
            hand_over_call_sign(app, caller, sight, permit.id, version, number).await?;
            done("handed-over")
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
            consent::actions::give(app, caller, sign, &asked).await?;
            done(if asked.is_empty() { "withdrawn" } else { "published" })
        }
        _ => Err(Failure::not_found()),
    }
}

/// Begins an amendment, or goes on with the one that is begun: the form with what the permit says.
async fn amend(app: &App, visitor: &SignedIn, permit: &Permit) -> Result<String, Failure> {
    visitor.caller.needs_scope(start::SCOPE)?;
    permit.status.after(PermitStep::Amend)?;
    let begun = basis::of_permit(app, permit).await?;
    let query = if begun.is_exact { "" } else { start::INCOMPLETE };
    let content = Content::of(begun.application);
    let purpose = Drafted::Amendment(permit.id);
    let opened = drafts::take_up(app, &visitor.caller, permit.kind, purpose, &content).await?;
    Ok(visitor.reader.link(format_args!("{}{query}", start::path_of(&opened.draft))))
}

/// Applies for renewal; a second press of the same button answers the same case.
async fn renew(
    app: &App,
    visitor: &SignedIn,
    permit: &Permit,
    version: i32,
) -> Result<Case, Failure> {
    let caller = &visitor.caller;
    let sight = party::actions::own_sight_of(app, caller).await?;
    let press = format!("renewal of {} at {version}", permit.id);
    let key = IdempotencyKey::read(Some(&press), caller, &app.keys(), &serde_json::Value::Null)?;
    let request = Request::Renewal;
    let asking = Asking { sight, permit: permit.id, request, idempotency: key.as_ref() };
    life::file(app, caller, &asking).await
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
        let issued = certificate::issued(app, &permit, Some(language)).await?;
        Ok::<_, Failure>(copy::file(issued.file, &permit.number))
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
    let issued = async {
        let permit = own_permit(app, &visitor, &id).await?;
        certificate::issued(app, &permit, Some(language)).await
    };
    settled(&visitor, issued.await.map(|issued| copy::as_page(&issued.document)))
}
