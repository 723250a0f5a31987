//! Where applying begins: what can be applied for, and what has been begun already.

use askama::Template;
use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Path},
};
use serde_json::{Value, json};

use super::{
    Around, applicant,
    flow::{NEW_SIGN, titled},
    form, is_person,
    values::has_fields,
};
use crate::{
    app::App,
    draft::{actions, basis::known_of, model::Purpose, store::Draft},
    failure::{Failure, Problem},
    party,
    permit::kind::{self, AnyKind, Holders, KINDS, Kind},
    values::{language::Language, organisation_number::OrganisationNumber},
    web::{
        form::Form as Posted,
        frame::{self, Frame},
        my_page::{PATH as MY_PAGE, acting},
        problems,
        sign_in::{SignedIn, Visitor, see},
    },
};

/// The list, below the language.
pub const PATH: &str = "/apply";
/// The page of a kind.
pub const KIND_PATH: &str = "/apply/:kind";
/// Tells a form that it does not say everything that a permit says.
pub const INCOMPLETE: &str = "?basis=incomplete";
/// Scope of applying.
pub const SCOPE: &str = "anrop:application.write";

/// A kind that can be applied for.
struct Offer {
    address: String,
    title: &'static str,
    note: &'static str,
}

/// A draft in a list.
pub struct Begun {
    /// Where to go on.
    pub address: String,
    /// What it is.
    pub title: String,
    /// How long it is kept.
    pub note: String,
}

#[derive(Template)]
#[template(path = "apply/start.html", config = "src/web/askama.toml")]
struct StartPage {
    frame: Frame,
    around: Around,
    offers: Vec<Offer>,
    begun: Vec<Begun>,
}

#[derive(Template)]
#[template(path = "apply/kind.html", config = "src/web/askama.toml")]
struct KindPage {
    frame: Frame,
    around: Around,
    action: String,
    steps: Vec<&'static str>,
    begun: Vec<Begun>,
    refused: Option<&'static str>,
    /// Where somebody whom it is not for chooses to act for somebody else, if they can.
    other: Option<String>,
    limit: Option<&'static str>,
}

/// The drafts that somebody has begun.
///
/// # Errors
/// When the database does not answer.
pub async fn begun(app: &App, visitor: &SignedIn) -> Result<Vec<Begun>, Failure> {
    let drafts = actions::list(app, &visitor.caller).await?;
    let mut begun = Vec::new();
    for draft in &drafts {
        let mut one = begun_of(visitor, draft);
        if draft.purpose != Purpose::New {
            one.title = match (titled(app, visitor, draft).await, draft.purpose) {
                (Ok(Some(title)), _) => title,
                // its case shows it, with why it cannot be sent
                (Ok(None), Purpose::Reply(_)) => visitor.reader.words.reply_left().to_owned(),
                (Ok(None), Purpose::Appeal(_)) => visitor.reader.words.appeal_left().to_owned(),
                // what it is about may be gone
                _ => continue,
            };
        }
        begun.push(one);
    }
    Ok(begun)
}

/// Where a draft is gone on with, below the language.
pub fn path_of(draft: &Draft) -> String {
    let first = form::of(draft.kind).steps.first().map_or("", |step| step.name);
    match draft.purpose {
        Purpose::New | Purpose::Amendment(_) => format!("/drafts/{}/{first}", draft.id),
        Purpose::Reply(case) => format!("{MY_PAGE}/cases/{case}/reply"),
        Purpose::Appeal(case) => format!("{MY_PAGE}/cases/{case}/appeal"),
    }
}

/// Where a draft that is thrown away leads back to, below the language.
pub fn left(purpose: Purpose) -> String {
    match purpose {
        Purpose::New => PATH.to_owned(),
        Purpose::Amendment(permit) => format!("{MY_PAGE}/permits/{permit}"),
        Purpose::Reply(case) | Purpose::Appeal(case) => format!("{MY_PAGE}/cases/{case}"),
    }
}

fn begun_of(visitor: &SignedIn, draft: &Draft) -> Begun {
    let reader = &visitor.reader;
    Begun {
        address: reader.link(path_of(draft)),
        title: kind::any(draft.kind).title(reader.language()).to_owned(),
        note: reader.words.apply_drafts_kept(
            reader.words.date(crate::values::calendar::oslo_date(draft.expires_at)),
        ),
    }
}

/// What can be applied for.
#[handler]
pub async fn open(visitor: Visitor, Data(app): Data<&App>) -> poem::Result<Response> {
    let visitor = applicant(visitor, SCOPE)?;
    let begun = match begun(app, &visitor).await {
        Ok(begun) => begun,
        Err(failure) => return Ok(problems::page(&visitor.reader, failure)),
    };
    let reader = &visitor.reader;
    let words = reader.words;
    let offer = |any: &&dyn AnyKind| Offer {
        address: reader.link(format_args!("/apply/{}", any.kind().as_str())),
        title: any.title(reader.language()),
        note: match any.holders() {
            Holders::Persons => words.apply_for_persons(),
            Holders::Organisations => words.apply_for_organisations(),
            Holders::Anybody => "",
        },
    };
    let page = StartPage {
        frame: reader.frame(words.apply_title()).about_persons(),
        around: Around::of(&visitor),
        offers: KINDS.iter().map(offer).collect(),
        begun,
    };
    Ok(frame::answer(StatusCode::OK, &page.frame, &page))
}

fn kind_of(visitor: &SignedIn, code: &str) -> poem::Result<Kind> {
    kind::from_code(code).ok_or_else(|| {
        poem::Error::from_response(problems::page(&visitor.reader, Failure::not_found()))
    })
}

/// Why this kind is not for whoever is signed in.
fn refused(visitor: &SignedIn, kind: Kind) -> Option<&'static str> {
    let words = visitor.reader.words;
    let (is_person, may_choose) = (is_person(&visitor.caller), acting::may_choose(visitor));
    match (kind::any(kind).holders(), may_choose) {
        (Holders::Persons, true) if !is_person => Some(words.apply_choose_self()),
        (Holders::Persons, false) if !is_person => Some(words.apply_not_as_organisation()),
        (Holders::Organisations, true) if is_person => Some(words.apply_choose_organisation()),
        (Holders::Organisations, false) if is_person => Some(words.apply_not_as_person()),
        _ => None,
    }
}

fn kind_page(visitor: &SignedIn, kind: Kind, drafts: &[Draft]) -> KindPage {
    let reader = &visitor.reader;
    let title = kind::any(kind).title(reader.language());
    let frame = reader.frame(title).about_persons();
    let is_person = is_person(&visitor.caller);
    let nothing = json!({});
    let steps = form::of(kind).steps.iter().filter(|step| step.name != NEW_SIGN);
    let asked = steps.filter(|step| has_fields(step, &nothing, is_person));
    KindPage {
        frame,
        around: Around::of(visitor),
        action: reader.link(format_args!("/apply/{}", kind.as_str())),
        steps: asked.map(|step| step.title.of(reader.language())).collect(),
        begun: drafts
            .iter()
            .filter(|draft| draft.kind == kind && draft.purpose == Purpose::New)
            .map(|draft| begun_of(visitor, draft))
            .collect(),
        refused: refused(visitor, kind),
        other: acting::may_choose(visitor).then(|| reader.link(acting::PATH)),
        limit: None,
    }
}

/// What is asked for, and the button to begin.
#[handler]
pub async fn show_kind(
    visitor: Visitor,
    Path(code): Path<String>,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = applicant(visitor, SCOPE)?;
    let kind = kind_of(&visitor, &code)?;
    match actions::list(app, &visitor.caller).await {
        Ok(drafts) => {
            let page = kind_page(&visitor, kind, &drafts);
            Ok(frame::answer(StatusCode::OK, &page.frame, &page))
        }
        Err(failure) => Ok(problems::page(&visitor.reader, failure)),
    }
}

/// Begins a draft, with what is known of the applicant already.
#[handler]
pub async fn begin(
    visitor: Visitor,
    Path(code): Path<String>,
    posted: Posted,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = applicant(visitor, SCOPE)?;
    visitor.own(&posted)?;
    let kind = kind_of(&visitor, &code)?;
    if refused(&visitor, kind).is_some() {
        let page = kind_page(&visitor, kind, &[]);
        return Ok(frame::answer(StatusCode::FORBIDDEN, &page.frame, &page));
    }
    let outcome = async {
        let application = known(app, &visitor).await?;
        actions::begin(app, &visitor.caller, kind, &application, None).await
    };
    match outcome.await {
        Ok(begun) => Ok(see(&begun_of(&visitor, &begun.draft).address)),
        Err(failure) if failure.problem() == Problem::Conflict => {
            let drafts = actions::list(app, &visitor.caller).await?;
            let mut page = kind_page(&visitor, kind, &drafts);
            page.limit = Some(visitor.reader.words.apply_too_many());
            Ok(frame::answer(StatusCode::CONFLICT, &page.frame, &page))
        }
        Err(failure) => Ok(problems::page(&visitor.reader, failure)),
    }
}

/// The application with what the registry knows of the applicant.
async fn known(app: &App, visitor: &SignedIn) -> Result<Value, Failure> {
    let party = party::actions::party_of(app, app.db().read(), &visitor.caller).await?;
    let applicant = match party {
        Some(party) => known_of(&party)?,
        None => unknown(app, visitor).await,
    };
    Ok(json!({ "applicant": applicant }))
}

/// Of an organisation, what the register of units says; the rest is typed.
async fn unknown(app: &App, visitor: &SignedIn) -> Value {
    let language = visitor.reader.language();
    match visitor.caller.organisation.filter(|_| !is_person(&visitor.caller)) {
        Some(number) => unit(app, number, language).await,
        None => json!({ "language": language.code() }),
    }
}

/// An organisation that is new here, as far as the register of units knows it.
pub async fn unit(app: &App, number: OrganisationNumber, language: Language) -> Value {
    let mut applicant = json!({ "language": language.code() });
    let Some(register) = app.unit_register() else { return applicant };
    let Ok(Some(unit)) = register.find(number, app.clock().now()).await else { return applicant };
    applicant["name"] = json!(unit.name);
    if let Some(address) = unit.address {
        let is_norwegian = address.country.as_deref().is_none_or(|country| country == "NO");
        applicant["address"] = json!({ "lines": address.lines });
        if let Some(code) = address.postal_code {
            applicant["address"]["postalCode"] = json!(code);
        }
        if !is_norwegian {
            applicant["address"]["town"] = json!(address.town);
            applicant["address"]["country"] = json!(address.country);
        }
    }
    applicant
}
