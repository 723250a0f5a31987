//! Decisions about the radio equipment of an aircraft on given facts.

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::{
    super::{
        Assessment, Facts, FeeItem, FeeValue, LabelledFacts, Reason,
        beacon::{accept, add_condition, code_identifiers, doubts, protocols_on},
    },
    model::{AircraftDetails, Category, Elt, Equipment},
};
use crate::{
    permit::{
        model::{Identifier, Scheme},
        record::without_nulls,
    },
    values::{
        beacon_id::{Declared, Protocol, decode},
        language::Language,
        validity::Validity,
    },
};

/// Dated table of protocols an ELT may be coded with.
const PROTOCOLS: &str = include_str!("../../../data/elt_protocols.tsv");

/// Whether the application can be filed today. The code of the ELT that a permit has already was accepted on its day.
///
/// # Errors
/// What stands in the way, for the applicant.
pub fn admit(details: &AircraftDetails, facts: &Facts) -> Result<(), Reason> {
    if is_over(details, facts.today) {
        return Err(Reason::new("temporary-over"));
    }
    let read = |held: &Value| serde_json::from_value::<AircraftDetails>(held.clone()).ok();
    let held = facts.amends.as_ref().and_then(read).and_then(|held| held.elt);
    let held = held.and_then(|elt| elt.beacon_id);
    let is_new = |elt: &&Elt| held.is_none() || elt.beacon_id != held;
    let protocol = details.elt.as_ref().filter(is_new).and_then(|elt| elt.protocol);
    accept(protocol, &protocols_on(PROTOCOLS, facts.today))
}

fn is_over(details: &AircraftDetails, today: NaiveDate) -> bool {
    details.temporary.as_ref().is_some_and(|temporary| temporary.validity.has_ended(today))
}

/// What the rules say of an application. A caseworker always looks, because registration and address
/// stand in a register that this service cannot read; only what an amendment tells of its looks and its
/// people is granted at once, because rescuers should have it.
pub fn assess(details: &AircraftDetails, facts: &Facts) -> Assessment {
    if facts.amends.as_ref().is_some_and(|held| tells_of_looks_only(details, held)) {
        return Assessment::Grant;
    }
    let mut reasons = vec![Reason::new("register-check/aircraft")];
    if facts.identifier_taken {
        reasons.push(Reason::new("identifier-taken"));
    }
    if let Some(elt) = &details.elt {
        if elt.beacon_id.is_none() {
            reasons.push(Reason::new("elt-not-coded"));
        }
        if elt.protocol == Some(Protocol::SecondGeneration) {
            reasons.push(Reason::new("class-unknown"));
        }
        reasons.extend(code_doubts(details, elt));
    }
    if is_over(details, facts.today) {
        reasons.push(Reason::new("temporary-over/granted"));
    }
    reasons.extend(facts.findings.iter().cloned());
    Assessment::NeedsCaseworker(reasons)
}

fn tells_of_looks_only(details: &AircraftDetails, held: &Value) -> bool {
    let told = details.clone();
    serde_json::from_value::<AircraftDetails>(held.clone()).is_ok_and(|held| {
        let mut before = AircraftDetails {
            colour: told.colour,
            home_base: told.home_base,
            persons: told.persons,
            ..held
        };
        if let (Some(known), Some(elt)) = (&mut before.elt, &told.elt) {
            known.battery_expiry = elt.battery_expiry;
        }
        before == *details
    })
}

/// Where the code of the ELT names something else than the application.
fn code_doubts(details: &AircraftDetails, elt: &Elt) -> Vec<Reason> {
    let declared = Declared {
        tac: elt.type_approval,
        serial: elt.serial,
        registration: Some(details.registration.as_str()),
        address: Some(details.address.number()),
        operator: details.operator.as_deref(),
        ..Declared::default()
    };
    let mut found = doubts(elt.beacon_id.as_ref(), &declared);
    let coded = elt.beacon_id.as_ref().and_then(|id| decode(id.as_str()).ok());
    let names_operator = coded.is_some_and(|code| code.identification.operator().is_some());
    if names_operator && details.operator.is_none() {
        found.push(Reason::new("code-differs/operator-unnamed"));
    }
    found
}

/// The aircraft is known by its registration, its address and the code of its ELT.
pub fn identifiers(details: &AircraftDetails) -> Vec<Identifier> {
    let mut found = vec![
        Identifier { scheme: Scheme::Registration, value: details.registration.to_string() },
        Identifier { scheme: Scheme::IcaoAddress, value: details.address.to_string() },
    ];
    if let Some(id) = details.elt.as_ref().and_then(|elt| elt.beacon_id.as_ref()) {
        found.extend(code_identifiers(id));
    }
    found
}

/// The same ELT keeps what was reported of it, so that the rescue centre still knows; another one keeps
/// nothing.
pub fn amended(before: &AircraftDetails, mut asked: AircraftDetails) -> AircraftDetails {
    if let (Some(known), Some(elt)) = (&before.elt, &mut asked.elt)
        && is_same(known, elt)
    {
        elt.condition = known.condition.clone();
    }
    asked
}

/// An ELT is known by its code, and by what stands on its label while one of the two has none.
fn is_same(known: &Elt, asked: &Elt) -> bool {
    let label =
        |elt: &Elt| (elt.manufacturer.clone(), elt.model.clone(), elt.serial, elt.type_approval);
    match (&known.beacon_id, &asked.beacon_id) {
        (Some(known), Some(asked)) => known == asked,
        _ => label(known) == label(asked),
    }
}

/// Sections `aircraft` and `beacon` of the record.
pub fn record(details: &AircraftDetails) -> Map<String, Value> {
    let mut sections = Map::new();
    sections.insert(
        "aircraft".to_owned(),
        without_nulls(json!({
            "registration": details.registration,
            "address": details.address,
            "type": details.aircraft_type,
            "serial": details.serial,
            "colour": details.colour,
            "homeBase": details.home_base,
            "personsOnBoard": details.persons,
            "takeOffMass": details.take_off_mass,
            "fullyEquipped": details.fully_equipped,
            "operator": details.operator,
            "radioEquipment": (!details.equipment.is_empty()).then_some(&details.equipment),
            "temporaryPurpose": details.temporary.as_ref().map(|temporary| &temporary.purpose),
        })),
    );
    if let Some(elt) = &details.elt {
        let mut beacon = json!({
            "id": elt.beacon_id,
            "country": elt.beacon_id.as_ref().map(|id| id.country()),
            "protocol": elt.protocol,
            "serial": elt.serial,
            "typeApproval": elt.type_approval,
            "manufacturer": elt.manufacturer,
            "model": elt.model,
            "batteryExpiry": elt.battery_expiry,
        });
        add_condition(&mut beacon, elt.condition.as_ref());
        sections.insert("beacon".to_owned(), without_nulls(beacon));
    }
    sections
}

/// A temporary permit holds for its days, from today at the earliest; any other until further notice.
pub fn validity(details: &AircraftDetails, today: NaiveDate) -> Validity {
    details.temporary.as_ref().map_or_else(
        || Validity::open(today),
        |temporary| {
            let asked = temporary.validity;
            // granted after its days it has ended already, as asked for
            Validity::new(asked.from().max(today), asked.until()).unwrap_or(asked)
        },
    )
}

/// One-off for the registration, and yearly for each part of the equipment (FOR-2024-01-17-79 § 17).
pub fn fees(details: &AircraftDetails) -> Vec<FeeItem> {
    let equipped = if details.fully_equipped { "yes" } else { "no" };
    let mut items = vec![FeeItem {
        object: "aircraft_registration",
        conditions: vec![
            ("fully_equipped", FeeValue::Word(equipped.to_owned())),
            ("mass_kg", FeeValue::Number(f64::from(details.take_off_mass))),
        ],
        count: 1,
    }];
    let yearly = [
        ("aircraft_radio_and_elt", details.elt.is_some() || details.has(Category::Radio)),
        ("aircraft_terminal_equipment", details.has(Category::Terminal)),
        ("aircraft_other_channel_equipment", details.has(Category::OtherChannel)),
    ];
    let yearly = yearly.into_iter().filter(|(_, is_due)| *is_due);
    items.extend(yearly.map(|(object, _)| FeeItem { object, conditions: Vec::new(), count: 1 }));
    items
}

/// Facts of the certificate.
pub fn certificate(details: &AircraftDetails, language: Language) -> LabelledFacts {
    let [registration, address, kind, elt, code, equipment, purpose] = match language {
        Language::Bokmal => [
            "Registreringsmerke og kallesignal",
            "24-bits adresse",
            "Luftfartøytype",
            "Nødpeilesender (ELT)",
            "Kode (15/23 tegn)",
            "Radioutstyr",
            "Midlertidig tillatelse til",
        ],
        Language::Nynorsk => [
            "Registreringsmerke og kallesignal",
            "24-bits adresse",
            "Luftfartøytype",
            "Naudpeilesendar (ELT)",
            "Kode (15/23 teikn)",
            "Radioutstyr",
            "Mellombels løyve til",
        ],
        Language::English => [
            "Registration and call sign",
            "24-bit address",
            "Aircraft type",
            "Emergency locator transmitter (ELT)",
            "Code (15/23 characters)",
            "Radio equipment",
            "Temporary permit for",
        ],
    };
    let mut facts = vec![
        (registration.to_owned(), details.registration.to_string()),
        (address.to_owned(), details.address.to_string()),
        (kind.to_owned(), details.aircraft_type.clone()),
    ];
    if let Some(temporary) = &details.temporary {
        facts.push((purpose.to_owned(), temporary.purpose.clone()));
    }
    facts.extend(
        details.equipment.iter().map(|piece| (equipment.to_owned(), words_of(piece, language))),
    );
    if let Some(fitted) = &details.elt {
        facts.push((elt.to_owned(), format!("{} {}", fitted.manufacturer, fitted.model)));
        if let Some(id) = &fitted.beacon_id {
            facts.push((code.to_owned(), id.label_form()));
        }
    }
    facts
}

/// A piece of equipment in one line, as `VHF transceiver: Eksempel VHF 1, 118-137 MHz, 10 W`.
fn words_of(piece: &Equipment, language: Language) -> String {
    let mut words = format!("{}: {} {}", piece.name, piece.manufacturer, piece.model);
    let point = if language == Language::English { '.' } else { ',' };
    let megahertz = |hertz: u64| format!("{}{point}{:06}", hertz / 1_000_000, hertz % 1_000_000);
    let plain = |text: String| text.trim_end_matches('0').trim_end_matches(point).to_owned();
    if let (Some(from), Some(until)) = (piece.frequency_from, piece.frequency_until) {
        let (from, until) = (plain(megahertz(from.hertz())), plain(megahertz(until.hertz())));
        words.push_str(&format!(", {from}\u{2013}{until} MHz"));
    }
    if let Some(power) = piece.power_milliwatts {
        let watts = plain(format!("{}{point}{:03}", power / 1_000, power % 1_000));
        words.push_str(&format!(", {watts} W"));
    }
    words
}

#[cfg(test)]
mod tests;
