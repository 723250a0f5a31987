//! Where applying begins: what can be applied for, and what has been begun already.

use askama::Template;
use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Path},
};
use serde_json::{Value, json};

use super::{Around, applicant, form, is_person, values::has_fields};
use crate::{
    app::App,
    draft::{actions, store::Draft},
    failure::{Failure, Problem},
    party::{
        self,
        model::{Identity, Party},
        wire::Contactable,
    },
    permit::kind::{self, AnyKind, Holders, KINDS, Kind},
    web::{
        form::Form as Posted,
        frame::{self, Frame},
        problems,
        sign_in::{SignedIn, Visitor, see},
    },
};

/// The list, below the language.
pub const PATH: &str = "/apply";
/// The page of a kind.
pub const KIND_PATH: &str = "/apply/:kind";
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
    pub title: &'static str,
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
    limit: Option<&'static str>,
}

/// The drafts that somebody has begun.
///
/// # Errors
/// When the database does not answer.
pub async fn begun(app: &App, visitor: &SignedIn) -> Result<Vec<Begun>, Failure> {
    let drafts = actions::list(app, &visitor.caller).await?;
    Ok(drafts.iter().map(|draft| begun_of(visitor, draft)).collect())
}

fn begun_of(visitor: &SignedIn, draft: &Draft) -> Begun {
    let reader = &visitor.reader;
    let first = form::of(draft.kind).steps.first().map_or("", |step| step.name);
    Begun {
        address: reader.link(format_args!("/drafts/{}/{first}", draft.id)),
        title: kind::any(draft.kind).title(reader.language()),
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
    match kind::any(kind).holders() {
        Holders::Persons if !is_person(&visitor.caller) => Some(words.apply_not_as_organisation()),
        Holders::Organisations if is_person(&visitor.caller) => Some(words.apply_not_as_person()),
        _ => None,
    }
}

fn kind_page(visitor: &SignedIn, kind: Kind, drafts: &[Draft]) -> KindPage {
    let reader = &visitor.reader;
    let title = kind::any(kind).title(reader.language());
    let frame = reader.frame(title).about_persons();
    let is_person = is_person(&visitor.caller);
    let nothing = json!({});
    let asked = form::of(kind).steps.iter().filter(|step| has_fields(step, &nothing, is_person));
    KindPage {
        frame,
        around: Around::of(visitor),
        action: reader.link(format_args!("/apply/{}", kind.as_str())),
        steps: asked.map(|step| step.title.of(reader.language())).collect(),
        begun: drafts
            .iter()
            .filter(|draft| draft.kind == kind)
            .map(|draft| begun_of(visitor, draft))
            .collect(),
        refused: refused(visitor, kind),
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

/// A party as the part of an application that every kind has.
///
/// # Errors
/// When it cannot be written.
pub fn known_of(party: &Party) -> Result<Value, Failure> {
    let mut known =
        serde_json::to_value(Contactable::of(&party.details)).map_err(Failure::internal)?;
    if let Identity::Person { birth_date: Some(day) } = party.identity {
        known["birthDate"] = json!(day);
    }
    if party.details.address.place().is_some()
        && let Some(address) = known["address"].as_object_mut()
    {
        // the post town of a Norwegian postal code is not asked for
        address.remove("town");
        address.remove("country");
    }
    Ok(known)
}

/// Of an organisation, what the register of units says; the rest is typed.
async fn unknown(app: &App, visitor: &SignedIn) -> Value {
    let mut applicant = json!({ "language": visitor.reader.language().code() });
    let organisation = visitor.caller.organisation.filter(|_| !is_person(&visitor.caller));
    let (Some(register), Some(number)) = (app.unit_register(), organisation) else {
        return applicant;
    };
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
