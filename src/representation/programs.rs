//! Whom somebody acts for whose program shows their token and names an organisation beside it. The register is
//! asked the first time and anew each hour, as of somebody in a browser (`actions.rs`). Since a program brings
//! no session that the answer could lie in, it is remembered here, in memory, as long as a session would; of
//! whom, only as a blind index. It must not remember that somebody may not.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, Utc};

use super::{
    actions::{BEGUN, GONE, find_of, note},
    client::Silent,
};
use crate::{
    app::App,
    failure::{Failure, Problem},
    identity::{Caller, Role, acting::Mandate},
    keys::{BlindPurpose, blind},
    values::{language::Language, organisation_number::OrganisationNumber},
};

/// A person, as a blind index, and an organisation.
type Pair = ([u8; 32], OrganisationNumber);

/// What one process has been told of those whose programs act for organisations.
#[derive(Default)]
pub struct Mandates(Mutex<HashMap<Pair, Mandate>>);

impl Mandates {
    fn find(&self, pair: &Pair) -> Option<Mandate> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(pair).cloned()
    }

    /// Keeps one, and none that is believed no longer.
    fn keep(&self, pair: Pair, mandate: Mandate, now: DateTime<Utc>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, kept| kept.holds(now));
        all.insert(pair, mandate);
    }

    /// Whether there was one.
    fn forget(&self, pair: &Pair) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(pair).is_some()
    }
}

/// The caller, who acts for an organisation and not for themselves.
///
/// # Errors
/// 403 for a caller who is no person, and for one who may not act for it or for a number that nobody has, which
/// is written down; 503 when the register gives no answer.
pub async fn act_for(
    app: &App,
    caller: Caller,
    number: OrganisationNumber,
) -> Result<Caller, Failure> {
    if caller.is(Role::Representative) && caller.organisation == Some(number) {
        return Ok(caller.acting_for(number)); // their token says so itself
    }
    let Some(person) = caller.national_id.filter(|_| caller.is(Role::Person)) else {
        let detail = "Only a person can name an organisation that they act for.";
        return Err(Failure::new(Problem::NotAllowed, detail));
    };
    let pair = (blind(&app.keys(), BlindPurpose::NationalId, &person.reveal()), number);
    let now = app.clock().now();
    let known = app.mandates().find(&pair);
    if known.as_ref().is_some_and(|mandate| !mandate.is_due(now)) {
        return Ok(caller.acting_for(number));
    }
    let holds = known.is_some_and(|mandate| mandate.holds(now));
    let failure = match find_of(app, &person, number).await {
        Ok(Some(organisation)) => {
            let mandate = Mandate::confirmed(number, &organisation.name, now);
            app.mandates().keep(pair, mandate, now);
            if !holds {
                note(&caller.subject, number, BEGUN);
            }
            return Ok(caller.acting_for(number));
        }
        Err(Silent) if holds => return Ok(caller.acting_for(number)),
        Err(Silent) => Failure::unavailable(Silent),
        Ok(None) => refused(),
    };
    if app.mandates().forget(&pair) {
        note(&caller.subject, number, GONE);
    } else if failure.problem() == Problem::NotAllowed {
        caller.asked_for_others("organisation", number);
    }
    Err(failure)
}

/// The same for whoever may not and for what is not there.
fn refused() -> Failure {
    let detail = |language| match language {
        Language::Bokmal => "Du kan ikke handle for en organisasjon med dette nummeret.",
        Language::Nynorsk => "Du kan ikkje handle for ein organisasjon med dette nummeret.",
        Language::English => "You cannot act for an organisation with this number.",
    };
    Failure::told(Problem::NotAllowed, |language| detail(language).to_owned())
}
