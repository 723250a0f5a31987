//! Decisions about a beacon on given facts.

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::model::PlbDetails;
use crate::{
    permit::{
        kind::{
            Assessment, Facts, LabelledFacts, Reason,
            beacon::{accept, add_condition, code_identifiers, doubts, protocols_on},
        },
        model::Identifier,
        record::without_nulls,
    },
    values::{
        beacon_id::{BeaconClass, Declared, Decoded, Difference, NORWAY, Protocol, differences},
        language::Language,
    },
};

/// Dated table of protocols a Norwegian PLB may be coded with.
const PROTOCOLS: &str = include_str!("../../../data/plb_protocols.tsv");

/// The protocols accepted on `day`.
pub fn accepted_protocols(day: NaiveDate) -> Vec<Protocol> {
    protocols_on(PROTOCOLS, day)
}

/// Whether the application can be filed today: the protocol of a declared code must be accepted. The code that a permit
/// has already was, on its day.
///
/// # Errors
/// Which protocol is not, for the applicant.
pub fn admit(details: &PlbDetails, facts: &Facts) -> Result<(), Reason> {
    let read = |held: &Value| serde_json::from_value::<PlbDetails>(held.clone()).ok();
    let held = facts.amends.as_ref().and_then(read).and_then(|held| held.beacon_id);
    if held.is_some() && held == details.beacon_id {
        return Ok(());
    }
    accept(details.protocol, &accepted_protocols(facts.today))
}

/// What the rules say of an application. A PLB always passes a caseworker, who sees the reasons; only what an
/// amendment tells of its use and looks is granted at once, because rescuers should have it.
pub fn assess(details: &PlbDetails, facts: &Facts) -> Assessment {
    if facts.amends.as_ref().is_some_and(|held| tells_of_use_only(details, held)) {
        return Assessment::Grant;
    }
    let mut reasons = vec![Reason::new("register-check")];
    if !facts.address_in_norway {
        reasons.push(Reason::new("address-abroad/plb"));
    }
    if facts.identifier_taken {
        reasons.push(Reason::new("beacon-already-registered"));
    }
    if facts.call_sign_keepable == Some(false) {
        reasons.push(Reason::new("call-sign-not-free"));
    }
    if details.condition.is_some() {
        reasons.push(Reason::new("condition"));
    }
    let declared =
        Declared { tac: details.type_approval, serial: details.serial, ..Declared::default() };
    reasons.extend(doubts(details.beacon_id.as_ref(), &declared));
    Assessment::NeedsCaseworker(reasons)
}

fn tells_of_use_only(details: &PlbDetails, held: &Value) -> bool {
    let told = details.clone();
    serde_json::from_value::<PlbDetails>(held.clone()).is_ok_and(|held| {
        let before = PlbDetails {
            colour: told.colour,
            battery_expiry: told.battery_expiry,
            usage: told.usage,
            craft: told.craft,
            persons: told.persons,
            notes: told.notes,
            ..held
        };
        before == *details
    })
}

/// The beacon is known by its canonical code, and a second-generation one also by its first 15.
pub fn identifiers(details: &PlbDetails) -> Vec<Identifier> {
    details.beacon_id.as_ref().map(code_identifiers).unwrap_or_default()
}

/// The same beacon keeps its code, its programming and what was reported of it. Another one, or one
/// that is to be coded anew, is to be programmed again and keeps nothing.
pub fn amended(before: &PlbDetails, asked: PlbDetails) -> PlbDetails {
    let what = |details: &PlbDetails| {
        let named = (details.manufacturer.clone(), details.model.clone());
        (named, details.serial, details.type_approval)
    };
    let is_same = what(before) == what(&asked)
        && asked.beacon_id.as_ref().is_none_or(|id| before.beacon_id.as_ref() == Some(id));
    if !is_same {
        return asked;
    }
    PlbDetails {
        beacon_id: before.beacon_id,
        protocol: before.protocol,
        condition: before.condition.clone(),
        programming: before.programming.clone(),
        ..asked
    }
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
    let mut beacon = json!({
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
    });
    add_condition(&mut beacon, details.condition.as_ref());
    sections.insert("beacon".to_owned(), without_nulls(beacon));
    if let Some(order) = &details.programming {
        sections.insert(
            "programming".to_owned(),
            without_nulls(json!({
                "orderId": order.order,
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

/// Facts of the certificate.
pub fn certificate(details: &PlbDetails, language: Language) -> LabelledFacts {
    let (beacon, code, usage) = match language {
        Language::Bokmal => ("Nødpeilesender", "Kode (15/23 tegn)", "Bruk"),
        Language::Nynorsk => ("Naudpeilesendar", "Kode (15/23 teikn)", "Bruk"),
        Language::English => ("Beacon", "Code (15/23 characters)", "Use"),
    };
    let mut facts =
        vec![(beacon.to_owned(), format!("{} {}", details.manufacturer, details.model))];
    if let Some(id) = &details.beacon_id {
        facts.push((code.to_owned(), id.label_form()));
    }
    facts.push((usage.to_owned(), details.usage.clone()));
    facts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::permit::kind::plb::model::Programming;

    fn beacon(serial: u32) -> PlbDetails {
        PlbDetails {
            manufacturer: "Havblikk".to_owned(),
            model: "Fjell 2".to_owned(),
            serial: Some(serial),
            type_approval: None,
            beacon_id: None,
            protocol: None,
            colour: None,
            battery_expiry: None,
            usage: "Fottur".to_owned(),
            craft: None,
            persons: None,
            notes: None,
            condition: None,
            programming: None,
        }
    }

    #[test]
    fn the_same_beacon_keeps_its_programming_and_another_one_does_not() {
        let programming = Programming {
            order: crate::values::ids::ProgrammingOrderId::new(chrono::DateTime::UNIX_EPOCH),
            countries: NORWAY.to_vec(),
            protocols: Vec::new(),
            ordered_at: chrono::DateTime::UNIX_EPOCH,
            reported_at: Some(chrono::DateTime::UNIX_EPOCH),
        };
        let before = PlbDetails {
            protocol: Some(Protocol::SerialUserPlb),
            programming: Some(programming.clone()),
            ..beacon(7)
        };
        let moved = amended(&before, PlbDetails { usage: "Kajakk".to_owned(), ..beacon(7) });
        assert_eq!((moved.programming, &*moved.usage), (Some(programming), "Kajakk"));
        assert_eq!(amended(&before, beacon(8)), beacon(8));
    }

    #[test]
    fn what_an_amendment_tells_rescuers_waits_for_nobody_and_another_beacon_does() {
        let held = beacon(12_345);
        let judged = |asked: PlbDetails, amends: Option<&PlbDetails>| {
            let amends = amends.map(|held| json!(held));
            assess(&asked, &Facts { address_in_norway: true, amends, ..Facts::default() })
        };
        let told = PlbDetails {
            colour: Some("oransje".to_owned()),
            battery_expiry: NaiveDate::from_ymd_opt(2031, 6, 30),
            usage: "Kajakk".to_owned(),
            craft: Some("Grønn kajakk".to_owned()),
            persons: Some(2),
            notes: Some("Insulin".to_owned()),
            ..held.clone()
        };
        assert_eq!(judged(told.clone(), Some(&held)), Assessment::Grant);
        for (asked, amends) in [
            (told.clone(), None),
            (PlbDetails { serial: Some(7), ..told.clone() }, Some(&held)),
            (PlbDetails { model: "Fjell 3".to_owned(), ..told }, Some(&held)),
        ] {
            assert!(matches!(judged(asked, amends), Assessment::NeedsCaseworker(_)));
        }
    }

    #[test]
    fn the_code_a_permit_has_stays_when_its_protocol_is_not_accepted_any_more() {
        let decoded = crate::values::beacon_id::decode("A02F00C0E400001").expect("a PLB");
        let held = PlbDetails {
            beacon_id: Some(decoded.beacon_id),
            protocol: Some(decoded.protocol),
            ..beacon(12_345)
        };
        let refused = |amends: Option<&PlbDetails>| {
            // no protocol was accepted then
            let today = NaiveDate::from_ymd_opt(1980, 1, 1).expect("a date");
            let amends = amends.map(|held| json!(held));
            let facts = Facts { today, amends, ..Facts::default() };
            admit(&held, &facts).err().map(|reason| reason.code)
        };
        assert_eq!(refused(None), Some("protocol"));
        assert_eq!(refused(Some(&held)), None);
        assert_eq!(refused(Some(&beacon(12_345))), Some("protocol"));
    }

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
