//! What is found beside an application: what the code of a beacon says, and what the registers hold.

use serde_json::Value;

use crate::{
    assignment::SignStatus,
    case::actions::dossier::{AskedSign, Dossier},
    permit::{kind::Kind, model::Permit},
    values::beacon_id::{BeaconClass, Declared, NORWAY, decode, differences},
    web::{frame::Reader, texts::Words},
};

/// A code and how it fits what was declared.
pub struct CodeFacts {
    /// What it says: label and value, in English.
    pub rows: Vec<(&'static str, String)>,
    /// How it differs from what was declared, in English.
    pub differences: Vec<String>,
}

impl CodeFacts {
    /// Of the code in an application, if there is one that can be read.
    pub fn of(kind: Kind, application: &Value) -> Option<Self> {
        let beacon = match kind {
            Kind::Plb => &application["beacon"],
            Kind::Aircraft => &application["elt"],
            _ => return None,
        };
        let decoded = decode(beacon["code"].as_str()?).ok()?;
        let number =
            |name: &str| beacon[name].as_u64().and_then(|number| u32::try_from(number).ok());
        let registration = application["aircraft"]["registration"].as_str().map(str::to_uppercase);
        let address = application["aircraft"]["address"].as_str();
        let found = differences(
            &decoded,
            &Declared {
                countries: &NORWAY,
                class: Some(if kind == Kind::Plb { BeaconClass::Plb } else { BeaconClass::Elt }),
                tac: number("typeApproval"),
                serial: number("serial"),
                registration: registration.as_deref(),
                address: address.and_then(|text| u32::from_str_radix(text.trim(), 16).ok()),
                ..Declared::default()
            },
        );
        Some(Self {
            rows: decoded.explain(),
            differences: found.iter().map(ToString::to_string).collect(),
        })
    }
}

/// A permit in a list.
pub struct PermitRow {
    /// Number.
    pub number: String,
    /// What it is.
    pub kind: &'static str,
    /// State in words.
    pub status: String,
    /// Call sign.
    pub call_sign: Option<String>,
    /// The case it came of.
    pub case: Option<String>,
    /// It holds.
    pub is_live: bool,
}

impl PermitRow {
    /// Of a permit.
    pub fn of(reader: &Reader, permit: &Permit) -> Self {
        let any = crate::permit::kind::any(permit.kind);
        Self {
            number: permit.number.clone(),
            kind: any.title(reader.language()),
            status: reader.words.permit_status(permit.status.code()),
            call_sign: permit.call_sign.map(|sign| sign.to_string()),
            case: permit.case.map(|id| reader.link(format_args!("{}/cases/{id}", super::PATH))),
            is_live: permit.status.is_live(),
        }
    }
}

/// Permits with the same code or address.
pub fn same(reader: &Reader, dossier: &Dossier) -> Vec<PermitRow> {
    dossier.same_identifiers.iter().map(|(permit, _)| PermitRow::of(reader, permit)).collect()
}

/// A call sign asked for: the sign, how it stands, and whether the applicant may have it.
pub fn sign(words: Words, asked: &AskedSign) -> (String, String, bool) {
    let stands = asked.row.as_ref().map(|row| {
        let state = match row.status {
            SignStatus::Free => words.sign_status("free"),
            SignStatus::Reserved => words.sign_status("reserved"),
            SignStatus::InUse => words.sign_status("inUse"),
            SignStatus::Quarantined => words.sign_status("quarantined"),
            SignStatus::Blocked => words.sign_status("blocked"),
        };
        match row.until {
            Some(until) => format!("{state} {}", words.cwc_until(words.date(until))),
            None => state,
        }
    });
    let may = if asked.is_free { words.cwc_sign_free() } else { words.cwc_sign_not() };
    let text = stands.map_or_else(|| may.to_owned(), |stands| format!("{stands}; {may}"));
    (asked.sign.to_string(), text, asked.is_free)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_code_is_compared_with_what_was_declared() {
        let mut application = json!({ "beacon": { "code": "A02F00C0E400001", "serial": 3 } });
        let facts = CodeFacts::of(Kind::Plb, &application);
        let code = facts.expect("a code that can be read");
        assert!(code.rows.iter().any(|(label, _)| *label == "Country"));
        assert!(!code.differences.is_empty());
        application["beacon"]["code"] = json!("not a code");
        assert!(CodeFacts::of(Kind::Plb, &application).is_none());
        assert!(CodeFacts::of(Kind::Amateur, &application).is_none());
    }
}
