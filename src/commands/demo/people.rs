//! Test people: one for each role, with tokens of the built-in issuer.
//!
//! The persons are synthetic and outside the numbers the made-up history uses, so that whoever tries the
//! demo begins with somebody the registry has not met; one acts for an organisation that it knows well.

use chrono::TimeDelta;

use crate::{
    app::App,
    commands::{run::in_words, synthetic::Synthetic},
    identity::{
        Caller, Role,
        token::{self, Ticket},
    },
};

/// How long a token is good for.
pub const HOURS: i64 = 12;
/// All made-up data of the demo come from this seed.
pub const SEED: u64 = 2026;
/// Number of the first test person.
const FIRST: u64 = 900_001;

/// The organisation of the made-up year that holds permits of most kinds.
pub const BUSINESS: u64 = 3_000;
/// Number of the test person who acts for an organisation that is offered a licence.
pub const REPRESENTATIVE: u64 = FIRST + 2;

/// Somebody to act as.
pub struct Person {
    /// Name of the shell variable.
    pub name: &'static str,
    /// Who it is.
    pub what: String,
    /// National id, of a person.
    pub national_id: Option<String>,
    /// Number among the synthetic people.
    pub number: u64,
    /// Bearer token.
    pub token: String,
}

/// The data of the demo.
pub const fn synthetic() -> Synthetic {
    Synthetic::new(SEED)
}

/// A test person before they have a token.
pub struct Draft {
    /// Name of the shell variable.
    pub name: &'static str,
    /// Who it is.
    pub what: String,
    /// What a token says of them.
    pub ticket: Ticket,
    /// Number among the synthetic people.
    number: u64,
}

/// Every test person.
pub fn tickets() -> Vec<Draft> {
    [
        (
            "KARI",
            Role::Person,
            "a person with a beacon, who may choose to act for two organisations",
        ),
        ("OLA", Role::Person, "a person with an amateur examination"),
        (
            "REPRESENTATIVE",
            Role::Representative,
            "acts for an organisation that is offered a spectrum licence",
        ),
        ("BUSINESS", Role::Representative, "acts for an organisation with permits of most kinds"),
        ("CASEWORKER", Role::Caseworker, "handles cases"),
        ("SUPERVISOR", Role::Supervisor, "gives the second signature"),
        ("RESCUE", Role::Rescue, "an officer of the rescue centre"),
        ("PROGRAMMER", Role::Programmer, "programs beacons"),
        (
            "PROVIDER",
            Role::Provider,
            "a provider of mobile services, who asks whether a business has priority",
        ),
        ("EXAMINER", Role::Examiner, "reports examinations"),
        ("OFFICER", Role::Officer, "the data protection officer"),
        ("ADMINISTRATOR", Role::Administrator, "runs subscriptions and deliveries"),
    ]
    .into_iter()
    .zip(FIRST..)
    .map(|((name, role, what), number)| draft(name, role, what, number))
    .collect()
}

fn draft(name: &'static str, role: Role, what: &str, number: u64) -> Draft {
    let synthetic = synthetic();
    let is_private = matches!(role, Role::Person | Role::Representative);
    let organisation = if name == "BUSINESS" { BUSINESS } else { number };
    let ticket = Ticket {
        subject: format!("demo-{}", name.to_lowercase()),
        roles: vec![role],
        national_id: is_private.then(|| synthetic.person(number).national_id.reveal()),
        organisation: (role == Role::Representative)
            .then(|| synthetic.organisation(organisation).number.to_string()),
        scopes: None,
    };
    Draft { name, what: format!("{} ({what})", role.code()), ticket, number }
}

/// Every test person, with a fresh token.
///
/// # Errors
/// When the issuer cannot sign.
pub fn all(app: &App) -> Result<Vec<Person>, String> {
    let lifetime = TimeDelta::hours(HOURS);
    let now = app.clock().now();
    let person = |draft: Draft| {
        let Draft { name, what, ticket, number } = draft;
        let token = token::issue(&app.keys(), &ticket, now, lifetime).map_err(in_words)?;
        Ok(Person { name, what, national_id: ticket.national_id, number, token })
    };
    tickets().into_iter().map(person).collect()
}

/// A caller for the made-up history.
pub fn caller(role: Role, subject: impl Into<String>) -> Caller {
    Caller {
        subject: subject.into(),
        roles: vec![role],
        scopes: crate::http::access::scopes_of(&[role]),
        national_id: None,
        organisation: None,
    }
}

/// Person number `i` as caller.
pub fn private(i: u64) -> Caller {
    Caller {
        national_id: Some(synthetic().person(i).national_id),
        ..caller(Role::Person, format!("demo-person-{i}"))
    }
}

/// A representative of organisation number `i` as caller.
pub fn representative(i: u64) -> Caller {
    Caller {
        organisation: Some(synthetic().organisation(i).number),
        ..caller(Role::Representative, format!("demo-representative-{i}"))
    }
}
