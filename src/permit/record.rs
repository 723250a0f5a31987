//! The record of a permit: everything registered about it as one tree, the only thing that
//! disclosures are cut from. Its members are named as the fields of the policy
//! (`section.member`), so that what the policy does not name cannot leave.
//!
//! The record is also the full state that `permit_version` keeps, sealed.

use serde_json::{Map, Value, json};

use super::{contact::EmergencyContact, kind, model::Permit};
use crate::{
    party::model::{Identity, Party},
    values::national_id::NationalId,
};

/// Everything registered about a permit.
pub fn of(
    permit: &Permit,
    party: &Party,
    national_id: Option<&NationalId>,
    contacts: &[EmergencyContact],
) -> Value {
    let mut record = Map::new();
    record.insert("permit".to_owned(), permit_section(permit));
    if let Some(call_sign) = permit.call_sign {
        record.insert("callSign".to_owned(), json!(call_sign.as_str()));
    }
    let (section, holder) = holder_section(party, national_id);
    record.insert(section.to_owned(), holder);
    if !contacts.is_empty() {
        let list =
            contacts.iter().enumerate().map(|(index, contact)| contact_section(index, contact));
        record.insert("contacts".to_owned(), Value::Array(list.collect()));
    }
    for (section, value) in kind::any(permit.kind).record(&permit.details) {
        match section.strip_prefix("permit.") {
            // a kind may add members to the permit's own section
            Some(member) => record["permit"][member] = value,
            None => {
                record.insert(section, value);
            }
        }
    }
    Value::Object(record)
}

fn permit_section(permit: &Permit) -> Value {
    without_nulls(json!({
        "id": permit.id,
        "kind": permit.kind,
        "number": permit.number,
        "status": permit.status,
        "version": permit.version,
        "validFrom": permit.validity.from(),
        "validUntil": permit.validity.until(),
        "issuedAt": permit.issued_at,
        "conditions": (!permit.conditions.is_empty()).then_some(&permit.conditions),
        "endedAt": permit.ended.as_ref().map(|(at, _)| at),
        "endReason": permit.ended.as_ref().map(|(_, reason)| reason),
        "confirmedAt": permit.confirmed_at,
        "updatedAt": permit.changed_at,
    }))
}

fn holder_section(party: &Party, national_id: Option<&NationalId>) -> (&'static str, Value) {
    let details = &party.details;
    let address = &details.address;
    let mut section = json!({
        "name": details.name,
        "address": {
            "lines": address.lines(),
            "postalCode": address.postal_code(),
            "country": address.country(),
        },
        "postTown": address.post_town(),
        "phone": details.phone,
        "email": details.email,
        "language": details.language,
    });
    match &party.identity {
        Identity::Person { birth_date } => {
            section["nationalId"] = json!(national_id.map(NationalId::reveal));
            section["birthDate"] = json!(birth_date);
            section["addressProtection"] = json!(party.protected.then_some(true));
            ("holder", without_nulls(section))
        }
        Identity::Organisation { number } => {
            section["number"] = json!(number.to_string());
            ("organisation", without_nulls(section))
        }
    }
}

fn contact_section(index: usize, contact: &EmergencyContact) -> Value {
    let phones: Vec<String> = std::iter::once(contact.phone)
        .chain(contact.alternative_phone)
        .map(|phone| phone.dial())
        .collect();
    without_nulls(json!({
        "callingOrder": index + 1,
        "name": contact.name,
        "phone": phones,
        "language": contact.language,
        "relation": contact.relation,
        "availability": contact.availability,
        "confirmation": contact.confirmed_at,
    }))
}

/// Members without a value are left out: absent and null would mean the same.
pub fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(
            members
                .into_iter()
                .filter(|(_, member)| !member.is_null())
                .map(|(name, member)| (name, without_nulls(member)))
                .collect(),
        ),
        other => other,
    }
}
