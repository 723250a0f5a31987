//! Decisions about a beacon on given facts.

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::model::PlbDetails;
use crate::{
    permit::{
        kind::{Assessment, CertificateParts, Facts, Reason},
        model::{Identifier, Scheme},
        record::without_nulls,
    },
    values::{
        beacon_id::{
            BeaconClass, Declared, Decoded, Difference, Generation, NORWAY, Protocol, differences,
        },
        language::Language,
    },
};

/// Dated table of protocols a Norwegian PLB may be coded with.
const PROTOCOLS: &str = include_str!("../../../data/plb_protocols.tsv");

/// The protocols accepted on `day`.
///
/// # Panics
/// Never in a build whose tests pass: a test reads every row of the embedded table.
pub fn accepted_protocols(day: NaiveDate) -> Vec<Protocol> {
    PROTOCOLS
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .skip(1)
        .filter_map(|line| {
            let mut cells = line.split('\t');
            let protocol = cells.next()?;
            let from: NaiveDate = cells.next()?.parse().ok()?;
            let until = cells.next().and_then(|cell| cell.parse::<NaiveDate>().ok());
            let open = from <= day && until.is_none_or(|until| day < until);
            open.then(|| {
                serde_json::from_value(json!(protocol)).expect("the table names protocols")
            })
        })
        .collect()
}

/// What the rules say of an application. A PLB always passes a caseworker, who sees the reasons.
pub fn assess(details: &PlbDetails, facts: &Facts) -> Assessment {
    let mut reasons = vec![Reason::new(
        "register-check",
        "Check the beacon against the declaration of conformity before granting.",
    )];
    if !facts.address_in_norway {
        reasons.push(Reason::new(
            "address-abroad",
            "The applicant must live or stay at an address in Norway; the address given is abroad.",
        ));
    }
    if facts.identifier_taken {
        reasons.push(Reason::new(
            "beacon-already-registered",
            "Another live permit has this beacon code. It can be granted only when that permit has ended.",
        ));
    }
    if facts.call_sign_keepable == Some(false) {
        reasons.push(Reason::new(
            "call-sign-not-free",
            "The call sign asked for is not free for this applicant. The former holder must surrender first.",
        ));
    }
    if details.condition.is_some() {
        reasons.push(Reason::new(
            "condition",
            "The beacon is reported lost, stolen, sold or destroyed.",
        ));
    }
    reasons
        .extend(facts.warnings.iter().map(|warning| Reason::new("beacon-code", warning.clone())));
    Assessment::NeedsCaseworker(reasons)
}

/// The beacon is known by its canonical code, and a second-generation one also by its first 15.
pub fn identifiers(details: &PlbDetails) -> Vec<Identifier> {
    let Some(id) = &details.beacon_id else { return Vec::new() };
    let mut found = vec![Identifier { scheme: Scheme::BeaconId, value: id.as_str().to_owned() }];
    if id.generation() == Generation::Second {
        found.push(Identifier {
            scheme: Scheme::BeaconPrefix,
            value: id.first_fifteen().as_str().to_owned(),
        });
    }
    found
}

/// How a reported code differs from what was ordered. The call sign is compared only where the
/// protocol carries one, which no first-generation PLB protocol does (C/S T.001).
pub fn compare(
    details: &PlbDetails,
    call_sign: Option<&str>,
    decoded: &Decoded,
) -> Vec<Difference> {
    let (countries, protocols) = match &details.programming {
        Some(order) => (order.countries.as_slice(), order.protocols.as_slice()),
        None => (NORWAY.as_slice(), [].as_slice()),
    };
    differences(
        decoded,
        &Declared {
            countries,
            class: Some(BeaconClass::Plb),
            protocols,
            tac: details.type_approval,
            serial: details.serial,
            call_sign,
            ..Declared::default()
        },
    )
}

/// Sections `beacon` and `programming` of the record.
pub fn record(details: &PlbDetails) -> Map<String, Value> {
    let mut sections = Map::new();
    sections.insert(
        "beacon".to_owned(),
        without_nulls(json!({
            "id": details.beacon_id,
            "country": details.beacon_id.as_ref().map(|id| id.country()),
            "protocol": details.protocol,
            "serial": details.serial,
            "typeApproval": details.type_approval,
            "manufacturer": details.manufacturer,
            "model": details.model,
            "colour": details.colour,
            "batteryExpiry": details.battery_expiry,
            "use": details.usage,
            "craft": details.craft,
            "personsOnBoard": details.persons,
            "notes": details.notes,
            "condition": details.condition,
        })),
    );
    if let Some(order) = &details.programming {
        sections.insert(
            "programming".to_owned(),
            without_nulls(json!({
                "country": order.countries,
                "protocols": order.protocols,
                "serialRule": details.serial,
                "typeApprovalRule": details.type_approval,
                "status": if order.reported_at.is_some() { "programmed" } else { "ordered" },
                "orderedAt": order.ordered_at,
            })),
        );
    }
    sections
}

/// Facts and conditions of the certificate.
pub fn certificate(details: &PlbDetails, language: Language) -> CertificateParts {
    let (beacon, code, usage, conditions) = match language {
        Language::Bokmal => (
            "Nødpeilesender",
            "Kode (15/23 tegn)",
            "Bruk",
            [
                "Senderen skal bare utløses i nød.",
                "Kallesignalet over skal være programmert i senderen før den tas i bruk.",
                "Endring av eier, adresse, telefonnummer eller nødkontakter skal meldes straks.",
                "Utløses senderen ved en feil, skal Hovedredningssentralen varsles straks.",
            ],
        ),
        Language::Nynorsk => (
            "Naudpeilesendar",
            "Kode (15/23 teikn)",
            "Bruk",
            [
                "Sendaren skal berre utløysast i naud.",
                "Kallesignalet over skal vere programmert i sendaren før han blir teken i bruk.",
                "Endring av eigar, adresse, telefonnummer eller naudkontaktar skal meldast straks.",
                "Blir sendaren utløyst ved ein feil, skal Hovudredningssentralen varslast straks.",
            ],
        ),
        Language::English => (
            "Beacon",
            "Code (15/23 characters)",
            "Use",
            [
                "The beacon must be activated in distress only.",
                "The call sign above must be programmed into the beacon before it is used.",
                "Changes of owner, address, telephone or emergency contacts must be reported at once.",
                "If the beacon is activated by mistake, the rescue centre must be told at once.",
            ],
        ),
    };
    let mut facts =
        vec![(beacon.to_owned(), format!("{} {}", details.manufacturer, details.model))];
    if let Some(id) = &details.beacon_id {
        facts.push((code.to_owned(), id.label_form()));
    }
    facts.push((usage.to_owned(), details.usage.clone()));
    CertificateParts { facts, conditions: conditions.map(str::to_owned).to_vec() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_protocol_table_reads_and_is_dated() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 21).expect("a date");
        let protocols = accepted_protocols(day);
        assert!(protocols.contains(&Protocol::SerialUserPlb));
        assert!(protocols.contains(&Protocol::StandardLocationPlb));
        let before = NaiveDate::from_ymd_opt(1980, 1, 1).expect("a date");
        assert!(accepted_protocols(before).is_empty());
    }
}
