//! Applications of synthetic people, as they would fill them in. Pure.

use serde_json::{Value, json};

use super::people::synthetic;
use crate::{
    commands::synthetic::SyntheticContact,
    party::wire::Address,
    permit::kind::{
        amateur::wire::{AmateurApplication, LicenceClassName, ListedField},
        plb::wire::{PlbApplication, PlbBeacon, PlbUsage},
        shared::{Applicant, ContactPersonForm, EmergencyContactForm},
    },
    values::postal_address::PostalAddress,
};

fn address(address: &PostalAddress) -> Address {
    Address {
        lines: address.lines().to_vec(),
        postal_code: address.postal_code(),
        town: None,
        country: None,
    }
}

/// Person number `i` as applicant.
pub fn person(i: u64) -> Applicant {
    let person = synthetic().person(i);
    Applicant {
        name: person.name.as_str().to_owned(),
        address: address(&person.address),
        phone: person.phone.dial(),
        email: person.email.as_str().to_owned(),
        language: Some(person.language.code().to_owned()),
        birth_date: Some(person.birth_date),
    }
}

/// Organisation number `i` as applicant.
pub fn organisation(i: u64) -> Applicant {
    let organisation = synthetic().organisation(i);
    Applicant {
        name: organisation.name.as_str().to_owned(),
        address: address(&organisation.address),
        phone: organisation.phone.dial(),
        email: organisation.email.as_str().to_owned(),
        language: Some(organisation.language.code().to_owned()),
        birth_date: None,
    }
}

/// Person number `i` applies for an amateur licence.
pub fn amateur(i: u64) -> AmateurApplication {
    let licence = synthetic().amateur_licence(i);
    let publish = [
        (licence.shows_name, ListedField::Name),
        (licence.shows_address, ListedField::Address),
        (licence.shows_post_town, ListedField::PostTown),
    ];
    let publish: Vec<ListedField> =
        publish.into_iter().filter(|(shown, _)| *shown).map(|(_, field)| field).collect();
    AmateurApplication {
        applicant: person(i),
        // no series is open for the limited class, so nobody of the demo applies for it
        licence_class: Some(LicenceClassName::Full),
        publish: Some(publish).filter(|fields| !fields.is_empty()),
        ..AmateurApplication::example()
    }
}

/// Person number `i`, or organisation number `i`, applies for a permit for beacon number `i`.
pub fn plb(i: u64, for_organisation: bool) -> PlbApplication {
    let beacon = synthetic().beacon(i);
    PlbApplication {
        applicant: if for_organisation { organisation(i) } else { person(i) },
        beacon: PlbBeacon {
            manufacturer: beacon.manufacturer.to_owned(),
            model: beacon.model.to_owned(),
            serial: Some(beacon.serial),
            type_approval: Some(beacon.type_approval),
            code: None,
            colour: Some(beacon.colour.to_owned()),
            battery_expiry: Some(beacon.battery_expiry),
            ce_marked: true,
        },
        usage: PlbUsage {
            activity: beacon.usage.to_owned(),
            craft: beacon.craft,
            persons: Some(beacon.persons),
            notes: beacon.notes.map(str::to_owned),
        },
        emergency_contacts: contacts(i),
        call_sign: None,
    }
}

/// One to three persons whom the rescue centre calls about person number `i`.
pub fn contacts(i: u64) -> Vec<EmergencyContactForm> {
    (0..=i % 3).map(|n| contact(synthetic().contact(i, n))).collect()
}

/// Person number `i` as somebody the authority can ask about an organisation's permit.
pub fn contact_person(i: u64) -> ContactPersonForm {
    let person = synthetic().person(i);
    ContactPersonForm {
        name: person.name.as_str().to_owned(),
        phone: person.phone.dial(),
        email: person.email.as_str().to_owned(),
    }
}

fn contact(contact: SyntheticContact) -> EmergencyContactForm {
    EmergencyContactForm {
        name: contact.name.as_str().to_owned(),
        phone: contact.phone.dial(),
        alternative_phone: contact.alternative_phone.map(|phone| phone.dial()),
        language: Some(contact.language.code().to_owned()),
        relation: Some(contact.relation.to_owned()),
        availability: contact.availability.map(str::to_owned),
    }
}

/// An application as it is sent.
pub fn sent(application: &impl serde::Serialize) -> Value {
    json!(application)
}
