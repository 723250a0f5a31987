//! Asking and choosing whom somebody acts for. The register is asked when somebody looks, when they choose,
//! and anew each hour that the choice lasts (`identity/acting.rs`). What is chosen, ended or refused is
//! written into the log with the subject of the session and the number of the organisation. It must not keep
//! an answer.

use super::{client::Silent, model::Organisation};
use crate::{
    app::App,
    failure::Failure,
    identity::{
        acting::{Acting, Mandate},
        session::Session,
    },
    values::{national_id::NationalId, organisation_number::OrganisationNumber},
};

/// What is written down when somebody begins to act for an organisation.
pub(super) const BEGUN: &str = "somebody acts for an organisation from now on";
/// What is written down when they may no more.
pub(super) const GONE: &str = "a mandate is gone or cannot be confirmed";

/// Whom somebody may choose to act for, besides themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listed {
    /// Nobody is asked: there is no register, or whoever is signed in is no person.
    Off,
    /// The register gives no answer.
    Silent,
    /// These.
    Found(Vec<Organisation>),
}

/// What became of a choice that was to be asked about anew.
#[derive(Debug)]
pub enum Renewal {
    /// Nothing: there is none, or it need not be asked about yet, or there was no answer and it holds on.
    Stays,
    /// It holds.
    Confirmed(Session),
    /// It is over, and whoever is signed in acts for themselves.
    Lost(Session),
}

/// Whether somebody can choose here at all.
pub fn is_offered(app: &App, session: &Session) -> bool {
    app.representation().is_some() && session.is_of_person()
}

/// Whom somebody may act for.
pub async fn list(app: &App, session: &Session) -> Listed {
    match ask(app, session).await {
        Ok(Some(found)) => Listed::Found(found),
        Ok(None) => Listed::Off,
        Err(Silent) => Listed::Silent,
    }
}

/// The same session, acting for an organisation from now on. The register is asked anew, whatever it said when
/// the organisation was shown.
///
/// # Errors
/// 404 for one that they may not act for, and for what is no number, which is written down; 503 when the
/// register gives no answer.
pub async fn choose(app: &App, session: &Session, number: &str) -> Result<Session, Failure> {
    let number = OrganisationNumber::parse(number).map_err(|_| Failure::not_found())?;
    let found = find(app, session, number).await.map_err(Failure::unavailable)?;
    let Some(organisation) = found else {
        if let Some(caller) = session.caller(app.national_id_rule()) {
            caller.asked_for_others("organisation", number);
        }
        return Err(Failure::not_found());
    };
    note(session.subject(), number, BEGUN);
    Ok(confirmed(app, session, &organisation))
}

/// The same session, acting for the person themselves from now on.
pub fn leave(session: &Session) -> Session {
    if let Some(mandate) = session.mandate() {
        note(session.subject(), mandate.number, "somebody acts for an organisation no more");
    }
    session.clone().acting_as_self()
}

/// Asks anew about a choice that was last confirmed an hour ago. While the register is silent it holds for
/// another one; whose mandate has gone acts for themselves.
pub async fn renew(app: &App, session: &Session) -> Renewal {
    let now = app.clock().now();
    let Some(mandate) = session.mandate().filter(|mandate| mandate.is_due(now)) else {
        return Renewal::Stays;
    };
    match find(app, session, mandate.number).await {
        Ok(Some(organisation)) => Renewal::Confirmed(confirmed(app, session, &organisation)),
        Err(Silent) if mandate.holds(now) => Renewal::Stays,
        Ok(None) | Err(Silent) => {
            note(session.subject(), mandate.number, GONE);
            Renewal::Lost(session.clone().acting_as_self())
        }
    }
}

/// Nothing where nobody is asked.
async fn ask(app: &App, session: &Session) -> Result<Option<Vec<Organisation>>, Silent> {
    let Some(register) = app.representation() else { return Ok(None) };
    let Some(person) = session.person(app.national_id_rule()) else { return Ok(None) };
    register.organisations(&person, app.clock().now()).await.map(Some)
}

async fn find(
    app: &App,
    session: &Session,
    number: OrganisationNumber,
) -> Result<Option<Organisation>, Silent> {
    match session.person(app.national_id_rule()) {
        Some(person) => find_of(app, &person, number).await,
        None => Ok(None),
    }
}

/// The organisation with this number if a person may act for it; nobody may where nobody is asked.
pub(super) async fn find_of(
    app: &App,
    person: &NationalId,
    number: OrganisationNumber,
) -> Result<Option<Organisation>, Silent> {
    let Some(register) = app.representation() else { return Ok(None) };
    let all = register.organisations(person, app.clock().now()).await?;
    Ok(all.into_iter().find(|one| one.number == number))
}

fn confirmed(app: &App, session: &Session, organisation: &Organisation) -> Session {
    let now = app.clock().now();
    let mandate = Mandate::confirmed(organisation.number, &organisation.name, now);
    session.clone().acting_as(Some(Acting::Mandate(mandate)))
}

pub(super) fn note(subject: &str, number: OrganisationNumber, what: &'static str) {
    tracing::info!(
        target: "anrop::acting",
        subject = %subject,
        organisation = %number,
        "{what}"
    );
}
