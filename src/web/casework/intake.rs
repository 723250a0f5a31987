//! Applications that came on paper or by telephone: for whom, of what kind, how and when. What they say is then
//! typed into the form that applicants have (`web/apply`). Whom it is about is posted, so that nothing personal
//! stands in an address.

use askama::Template;
use poem::{Response, handler, http::StatusCode, web::Data};
use serde_json::{Value, json};

use super::{INTAKE_PATH, Inside, caseworker, frame_at};
use crate::{
    app::App,
    case::model::{Channel, Receiver},
    draft::{self, basis::known_of, model::Purpose, store::Draft},
    failure::{Failure, Problem},
    intake::{
        actions::{self, named},
        model::{self, Intake},
    },
    party,
    permit::kind::{self, Kind},
    values::{calendar::oslo_date, ids::PartyId},
    web::{
        apply::form,
        form::Form,
        frame::{self, Frame},
        problems,
        sign_in::{SignedIn, Visitor, see},
    },
};

const SCOPE: &str = "anrop:case.decide";

crate::web::texts::texts! {
    cwi_title: "Papir og telefon", "Papir og telefon", "Paper and telephone";
    cwi_lead: "Registrer en søknad som kom på papir eller på telefon. Fristen løper fra dagen den kom inn. Skannet papir legges ved i saken etterpå.", "Registrer ein søknad som kom på papir eller på telefon. Fristen går frå dagen han kom inn. Skanna papir blir lagt ved i saka etterpå.", "Register an application that came on paper or by telephone. The deadline runs from the day it came in. The scanned paper is attached in the case afterwards.";
    cwi_find: "Kjenner du ikke nummeret, finn innehaveren først.", "Kjenner du ikkje nummeret, finn innehavaren først.", "If you do not know the number, find the holder first.";
    cwi_number: "Søkerens fødselsnummer eller organisasjonsnummer", "Fødselsnummeret eller organisasjonsnummeret til søkjaren", "The applicant's national id or organisation number";
    cwi_number_hint: "Er søkeren ny, blir den registrert med det du skriver i skjemaet.", "Er søkjaren ny, blir han registrert med det du skriv i skjemaet.", "A new applicant is registered with what you write in the form.";
    cwi_applicant: "Søker", "Søkjar", "Applicant";
    cwi_kind: "Hva det søkes om", "Kva det blir søkt om", "What is applied for";
    cwi_channel: "Hvordan søknaden kom", "Korleis søknaden kom", "How the application came";
    cwi_paper: "På papir", "På papir", "On paper";
    cwi_telephone: "På telefon", "På telefon", "By telephone";
    cwi_received: "Dagen den kom inn", "Dagen han kom inn", "The day it came in";
    cwi_begin: "Fyll ut søknaden", "Fyll ut søknaden", "Fill in the application";
    cwi_begun: "Påbegynt av deg", "Påbyrja av deg", "Begun by you";
    cwi_behalf(who, channel, day): "Du registrerer for {who}: søknad {channel}, mottatt {day}.", "Du registrerer for {who}: søknad {channel}, motteken {day}.", "You register for {who}: application {channel}, received {day}.";
    cwi_wrong_number: "Skriv et gyldig fødselsnummer eller organisasjonsnummer.", "Skriv eit gyldig fødselsnummer eller organisasjonsnummer.", "Write a valid national id or organisation number.";
    cwi_wrong_kind: "Velg en type du kan behandle.", "Vel ein type du kan behandle.", "Choose a kind that you may handle.";
    cwi_wrong_channel: "Velg hvordan søknaden kom.", "Vel korleis søknaden kom.", "Choose how the application came.";
    cwi_wrong_day: "Velg en dag fra det siste året, ikke etter i dag.", "Vel ein dag frå det siste året, ikkje etter i dag.", "Choose a day within the last year, not after today.";
    cwi_own: "Du er selv part i dette, så en annen må registrere det.", "Du er sjølv part i dette, så ein annan må registrere det.", "You are a party to this yourself, so somebody else must register it.";
    cwi_not_holder: "Denne typen er ikke for en slik søker: noen typer gis bare til personer, andre bare til organisasjoner.", "Denne typen er ikkje for ein slik søkjar: nokre typar blir gjevne berre til personar, andre berre til organisasjonar.", "This kind is not for such an applicant: some are given to persons only, others to organisations only.";
    cwi_register_for: "Registrer en søknad for denne", "Registrer ein søknad for denne", "Register an application for them";
}

/// A draft to go on with.
struct Begun {
    link: String,
    title: &'static str,
    note: String,
}

#[derive(Template)]
#[template(path = "casework_intake.html", config = "src/web/askama.toml")]
struct IntakePage {
    frame: Frame,
    inside: Inside,
    /// Somebody found by name: reference and name.
    party: Option<(String, String)>,
    number: String,
    /// Code, title, is chosen.
    kinds: Vec<(&'static str, &'static str, bool)>,
    /// Code, name, is chosen.
    channels: Vec<(&'static str, &'static str, bool)>,
    received: String,
    today: String,
    begun: Vec<Begun>,
    /// Fields that are wrong, by name, and what is wrong with them.
    wrongs: Vec<(&'static str, &'static str)>,
}

impl IntakePage {
    fn wrong(&self, name: &str) -> Option<&'static str> {
        self.wrongs.iter().find(|(own, _)| *own == name).map(|(_, text)| *text)
    }
}

async fn page(app: &App, visitor: &SignedIn, form: &Form) -> Result<IntakePage, Failure> {
    let reader = &visitor.reader;
    let words = reader.words;
    let today = oslo_date(app.clock().now());
    let own = visitor.caller.kinds();
    let received = form.get("received");
    let party = match party_id(form) {
        Some(id) => Some(party::store::get(app.db().read(), id).await?),
        None => None,
    };
    let drafts = draft::actions::list(app, &visitor.caller).await?;
    Ok(IntakePage {
        frame: frame_at(visitor, words.cwi_title(), INTAKE_PATH),
        inside: Inside::of(visitor, INTAKE_PATH),
        party: party.map(|party| (party.id.to_string(), party.details.name)),
        number: form.get("number").to_owned(),
        kinds: kind::KINDS
            .iter()
            .filter(|any| own.is_empty() || own.contains(&any.kind()))
            .map(|any| {
                let code = any.kind().as_str();
                (code, any.title(reader.language()), code == form.get("kind"))
            })
            .collect(),
        channels: [
            (Channel::Paper, words.cwi_paper()),
            (Channel::Telephone, words.cwi_telephone()),
        ]
        .map(|(channel, name)| (channel.code(), name, channel.code() == form.get("channel")))
        .into(),
        received: if received.is_empty() { today.to_string() } else { received.to_owned() },
        today: today.to_string(),
        begun: drafts
            .iter()
            // what is corrected for an answer stands in its case
            .filter(|draft| draft.purpose == Purpose::New)
            .map(|draft| begun(visitor, draft))
            .collect(),
        wrongs: Vec::new(),
    })
}

fn begun(visitor: &SignedIn, draft: &Draft) -> Begun {
    let reader = &visitor.reader;
    Begun {
        link: first_step(visitor, draft),
        title: kind::any(draft.kind).title(reader.language()),
        note: reader.words.apply_drafts_kept(reader.words.date(oslo_date(draft.expires_at))),
    }
}

fn first_step(visitor: &SignedIn, draft: &Draft) -> String {
    let first = form::of(draft.kind).steps.first().map_or("", |step| step.name);
    visitor.reader.link(format_args!("/drafts/{}/{first}", draft.id))
}

fn party_id(form: &Form) -> Option<PartyId> {
    PartyId::parse(form.get("party")).ok()
}

/// The form, and what has been begun.
#[handler]
pub async fn open(visitor: Visitor, Data(app): Data<&App>) -> poem::Result<Response> {
    let visitor = caseworker(visitor, SCOPE)?;
    Ok(match page(app, &visitor, &Form::default()).await {
        Ok(page) => frame::answer(StatusCode::OK, &page.frame, &page),
        Err(failure) => problems::page(&visitor.reader, failure),
    })
}

/// Begins a draft, or shows the form for somebody who was found.
#[handler]
pub async fn begin(visitor: Visitor, form: Form, Data(app): Data<&App>) -> poem::Result<Response> {
    let visitor = caseworker(visitor, SCOPE)?;
    visitor.own(&form)?;
    Ok(match begun_or_shown(app, &visitor, &form).await {
        Ok(response) => response,
        Err(failure) => problems::page(&visitor.reader, failure),
    })
}

async fn begun_or_shown(app: &App, visitor: &SignedIn, form: &Form) -> Result<Response, Failure> {
    if form.get("deed") == "choose" {
        let page = page(app, visitor, form).await?;
        return Ok(frame::answer(StatusCode::OK, &page.frame, &page));
    }
    let wrongs = match asked(app, visitor, form).await? {
        Ok((kind, intake)) => match begin_for(app, visitor, kind, &intake).await {
            Ok(address) => return Ok(see(&address)),
            Err(failure) => vec![wrong_of(visitor, failure)?],
        },
        Err(wrongs) => wrongs,
    };
    let mut page = page(app, visitor, form).await?;
    page.wrongs = wrongs;
    Ok(frame::answer(StatusCode::UNPROCESSABLE_ENTITY, &page.frame, &page))
}

/// What is wrong with a form: the fields by name, and why.
type Wrongs = Vec<(&'static str, &'static str)>;

async fn asked(
    app: &App,
    visitor: &SignedIn,
    form: &Form,
) -> Result<Result<(Kind, Intake), Wrongs>, Failure> {
    let words = visitor.reader.words;
    let mut wrongs = Vec::new();
    let applicant = match party_id(form) {
        Some(id) => Some(named(app, id).await?),
        None => model::applicant(form.get("number"), app.national_id_rule()),
    };
    if applicant.is_none() {
        wrongs.push(("number", words.cwi_wrong_number()));
    }
    let own = visitor.caller.kinds();
    let kind =
        kind::from_code(form.get("kind")).filter(|kind| own.is_empty() || own.contains(kind));
    if kind.is_none() {
        wrongs.push(("kind", words.cwi_wrong_kind()));
    }
    let channel = Channel::from_code(form.get("channel"));
    if channel.is_none() {
        wrongs.push(("channel", words.cwi_wrong_channel()));
    }
    let received_on = super::day(form.get("received"));
    if received_on.is_none() {
        wrongs.push(("received", words.cwi_wrong_day()));
    }
    Ok(match (applicant, kind, channel, received_on) {
        (Some(applicant), Some(kind), Some(channel), Some(received_on)) => {
            Ok((kind, Intake { applicant, channel, received_on }))
        }
        _ => Err(wrongs),
    })
}

async fn begin_for(
    app: &App,
    visitor: &SignedIn,
    kind: Kind,
    intake: &Intake,
) -> Result<String, Failure> {
    let known = match actions::known(app, &visitor.caller, &intake.applicant).await? {
        Some(party) => known_of(&party)?,
        None => unknown(app, visitor, &intake.applicant).await,
    };
    let application = json!({ "applicant": known });
    let begun = actions::begin(app, &visitor.caller, kind, intake, &application).await?;
    Ok(first_step(visitor, &begun.draft))
}

/// Of somebody new: of an organisation what the register of units says, of a person the language of the desk.
async fn unknown(app: &App, visitor: &SignedIn, applicant: &Receiver) -> Value {
    let language = visitor.reader.language();
    match applicant {
        Receiver::Organisation(number) => {
            crate::web::apply::start::unit(app, *number, language).await
        }
        Receiver::Person(_) => json!({ "language": language.code() }),
    }
}

/// What a refusal is about, in the form.
fn wrong_of(visitor: &SignedIn, failure: Failure) -> Result<(&'static str, &'static str), Failure> {
    let words = visitor.reader.words;
    match failure.problem() {
        Problem::Disqualified => Ok(("number", words.cwi_own())),
        Problem::ConditionsNotMet => Ok(("kind", words.cwi_not_holder())),
        Problem::Conflict => Ok(("kind", words.apply_too_many())),
        Problem::InvalidContent => Ok(("received", words.cwi_wrong_day())),
        _ => Err(failure),
    }
}
