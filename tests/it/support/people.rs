//! Made-up people of every role.

use anrop::{
    commands::synthetic::Synthetic,
    identity::{Role, token::Ticket},
};
use serde_json::{Value, json};

/// Somebody who acts in a test.
#[derive(Debug, Clone)]
pub struct Who(pub Ticket);

impl Who {
    /// The `n`th made-up person.
    pub fn person(n: u64) -> Self {
        Self(Ticket {
            subject: format!("person-{n}"),
            roles: vec![Role::Person],
            national_id: Some(Synthetic::new(7).person(n).national_id.reveal()),
            ..Ticket::default()
        })
    }

    /// Somebody with one role of staff or a machine.
    pub fn role(role: Role) -> Self {
        Self(Ticket {
            subject: format!("{}-1", role.code()),
            roles: vec![role],
            ..Ticket::default()
        })
    }

    /// A caseworker by name.
    pub fn caseworker(name: &str) -> Self {
        Self(Ticket {
            subject: name.to_owned(),
            roles: vec![Role::Caseworker],
            ..Ticket::default()
        })
    }

    /// The synthetic national id of a person.
    pub fn national_id(&self) -> &str {
        self.0.national_id.as_deref().expect("a person")
    }
}

/// The applicant's own part of an application.
pub fn applicant(n: u64) -> Value {
    let person = Synthetic::new(7).person(n);
    json!({
        "name": person.name.as_str(),
        "address": {
            "lines": person.address.lines(),
            "postalCode": person.address.postal_code(),
        },
        "phone": person.phone.dial(),
        "email": person.email.as_str(),
        "language": "nb",
        "birthDate": person.birth_date,
    })
}

/// A complete PLB application of the `n`th person, with two emergency contacts.
pub fn plb_application(n: u64) -> Value {
    let synthetic = Synthetic::new(7);
    let contact = |index| {
        let contact = synthetic.contact(n, index);
        json!({ "name": contact.name.as_str(), "phone": contact.phone.dial(), "relation": contact.relation })
    };
    json!({
        "applicant": applicant(n),
        "beacon": {
            "manufacturer": "Havblikk", "model": "Fjell 2", "serial": 10_000 + n, "ceMarked": true,
            "colour": "gul",
        },
        "usage": { "activity": "Fottur", "persons": 2 },
        "emergencyContacts": [contact(0), contact(1)],
    })
}

/// An amateur application of the `n`th person.
pub fn amateur_application(n: u64, publish: &[&str]) -> Value {
    json!({ "applicant": applicant(n), "licenceClass": "full", "publish": publish })
}
