//! What is found beside an application: what the code of a beacon says, and what the registers hold.
//! Values of a code stay as the standard has them, but for countries; labels are in the reader's language.

use serde_json::Value;

use crate::{
    assignment::SignStatus,
    case::actions::dossier::{AskedSign, Dossier},
    permit::{kind::Kind, model::Permit},
    values::beacon_id::{BeaconClass, Declared, Difference, NORWAY, decode, differences},
    web::{frame::Reader, texts::Words},
};

/// A code and how it fits what was declared.
pub struct CodeFacts {
    /// What it says: label, and value as the standard has it.
    pub rows: Vec<(&'static str, String)>,
    /// How it differs from what was declared.
    pub differences: Vec<String>,
}

impl CodeFacts {
    /// Of the code in an application, if there is one that can be read.
    pub fn of(words: Words, kind: Kind, application: &Value) -> Option<Self> {
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
        let operator = application["aircraft"]["operator"].as_str();
        let operator = operator.map(|text| text.trim().to_uppercase());
        let found = differences(
            &decoded,
            &Declared {
                countries: &NORWAY,
                class: Some(if kind == Kind::Plb { BeaconClass::Plb } else { BeaconClass::Elt }),
                tac: number("typeApproval"),
                serial: number("serial"),
                registration: registration.as_deref(),
                address: address.and_then(|text| u32::from_str_radix(text.trim(), 16).ok()),
                operator: operator.as_deref(),
                ..Declared::default()
            },
        );
        Some(Self {
            rows: decoded
                .explain()
                .into_iter()
                .map(|(label, value)| {
                    let value = country(words, label, &value).unwrap_or(value);
                    (words.code_label(label), value)
                })
                .collect(),
            differences: found.iter().map(|one| difference(words, *one)).collect(),
        })
    }
}

/// The value of a country in the reader's language: its code and its name.
fn country(words: Words, label: &str, value: &str) -> Option<String> {
    let is_country = matches!(label, "Country" | "Country of the parent ship");
    let mid = value.split(' ').next().filter(|_| is_country)?;
    let name = words.country_of_mid(mid.parse().ok()?)?;
    Some(format!("{mid} ({name})"))
}

/// How a code differs from what was declared.
fn difference(words: Words, one: Difference) -> String {
    let label = words.desk_difference(one.code());
    match one {
        Difference::TypeApproval { coded, declared } | Difference::Serial { coded, declared } => {
            words.cwb_differs(label, coded, declared)
        }
        Difference::Address { coded, declared } => words.cwb_differs(label, coded, declared),
        Difference::Country(coded) => words.cwb_not_accepted(label, coded),
        Difference::Class(coded) => words.cwb_not_accepted(label, coded),
        Difference::Protocol(coded) => words.cwb_not_accepted(label, coded),
        Difference::CallSign | Difference::Registration | Difference::Operator => {
            words.cwb_another(label)
        }
    }
}

crate::web::texts::texts! {
    cwb_differs(label, coded, declared): "{label}: koden har {coded}, søknaden {declared}.", "{label}: koden har {coded}, søknaden {declared}.", "{label}: the code has {coded}, the application {declared}.";
    cwb_not_accepted(label, coded): "{label}: koden har {coded}, som ikke godtas.", "{label}: koden har {coded}, som ikkje blir godteke.", "{label}: the code has {coded}, which is not accepted.";
    cwb_another(label): "{label}: koden har noe annet enn søknaden.", "{label}: koden har noko anna enn søknaden.", "{label}: the code has another than the application.";
    cwb_distress: "Nødsituasjon", "Naudsituasjon", "Distress";
    cwb_national: "Nasjonal bruk", "Nasjonal bruk", "National use";
    cwb_return: "Returlenke", "Returlenkje", "Return link";
    cwb_check_id: "Kontroll av identiteten", "Kontroll av identiteten", "Check of the identity";
    cwb_check_message: "Kontroll av meldingen", "Kontroll av meldinga", "Check of the message";
    cwb_note: "Merknad", "Merknad", "Note";
    cwb_warning: "Advarsel", "Åtvaring", "Warning";
    cwb_ship: "Moderskipets land", "Landet til moderskipet", "Country of the parent ship";
    cwb_operator_serial: "Operatørens serienummer", "Serienummeret til operatøren", "Operator's serial number";
    cwb_number: "Nummer på nødpeilesenderen", "Nummer på naudpeilesendaren", "Number of the beacon";
    cwb_ais: "EPIRB-AIS, de fire siste sifrene", "EPIRB-AIS, dei fire siste sifra", "EPIRB-AIS, last four digits";
    cwb_mmsi_digits: "MMSI, de seks siste sifrene", "MMSI, dei seks siste sifra", "MMSI, last six digits";
    cwb_name: "Navn", "Namn", "Name";
    cwb_content: "Innhold", "Innhald", "Content";
}

impl Words {
    /// What a part of a code is called, by its name in English.
    fn code_label(self, label: &'static str) -> &'static str {
        match label {
            "Beacon id" => self.desk_code(),
            "Country" => self.desk_country(),
            "Protocol" => self.desk_protocol(),
            "Beacon" => self.desk_type(),
            "Type approval" => self.desk_approval(),
            "Serial number" => self.desk_serial(),
            "Homing" => self.desk_homing(),
            "Position" => self.desk_position(),
            "Distress" => self.cwb_distress(),
            "National use" => self.cwb_national(),
            "Return link" => self.cwb_return(),
            "Check of the identity" => self.cwb_check_id(),
            "Check of the message" => self.cwb_check_message(),
            "Note" => self.cwb_note(),
            "Warning" => self.cwb_warning(),
            "Country of the parent ship" => self.cwb_ship(),
            "Aircraft address" => self.desk_address(),
            "Aircraft registration" => self.desk_registration(),
            "Operator" => self.desk_operator(),
            "Operator's serial number" => self.cwb_operator_serial(),
            "ELT number" | "Beacon number" => self.cwb_number(),
            "MMSI" => self.desk_mmsi(),
            "MMSI, last six digits" => self.cwb_mmsi_digits(),
            "EPIRB-AIS, last four digits" => self.cwb_ais(),
            "Call sign" => self.desk_call_sign(),
            "Name" => self.cwb_name(),
            "Content" => self.cwb_content(),
            other => other,
        }
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
    /// Where its page is.
    pub link: String,
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
            link: reader.link(super::PERMIT_PATH.replace(":id", &permit.id.to_string())),
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
    use crate::values::language::Language;
    use serde_json::json;

    #[test]
    fn every_part_of_a_code_has_a_label_in_norwegian() {
        let source = include_str!("../../values/beacon_id/explain.rs");
        let pattern =
            regex::Regex::new(r#"\("([A-Z][^"]+)", |add\("([A-Z][^"]+)""#).expect("a pattern");
        let mut labels: Vec<&'static str> = Vec::new();
        for found in pattern.captures_iter(source) {
            let label = found.get(1).or_else(|| found.get(2)).expect("a label").as_str();
            labels.push(label.to_owned().leak());
        }
        assert!(labels.len() > 15, "{labels:?}");
        // the same word in both languages
        let same = ["MMSI"];
        for label in labels {
            let bokmal = Words(Language::Bokmal).code_label(label);
            assert!(bokmal != label || same.contains(&label), "{label} has no label");
        }
    }

    #[test]
    fn a_code_is_compared_with_what_was_declared() {
        let mut application = json!({ "beacon": { "code": "A02F00C0E400001", "serial": 3 } });
        let facts = CodeFacts::of(Words(Language::Nynorsk), Kind::Plb, &application);
        let code = facts.expect("a code that can be read");
        assert!(code.rows.iter().any(|(label, _)| *label == "Land"));
        let differs = code.differences.iter().any(|text| text.contains(": koden har "));
        assert!(differs, "{:?}", code.differences);
        application["beacon"]["code"] = json!("not a code");
        assert!(CodeFacts::of(Words(Language::Bokmal), Kind::Plb, &application).is_none());
        assert!(CodeFacts::of(Words(Language::Bokmal), Kind::Amateur, &application).is_none());
    }
}
