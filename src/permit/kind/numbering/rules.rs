//! Decisions about number resources on given facts.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::model::{NumberingDetails, Wish};
use crate::{
    numbering::rules::{areas, places},
    permit::{
        kind::{Assessment, CertificateParts, Facts, FeeItem, FeeValue, Reason},
        record::without_nulls,
    },
    values::{
        language::Language,
        number_plan::{self, NumberCategory, NumberPermit},
        number_resource::{Notation, ResourceType, zone_area_point},
        state_tax::state_tax,
    },
};

/// Who wishes for the same again keeps the numbers that were chosen for the wish.
pub fn amended(before: &NumberingDetails, asked: NumberingDetails) -> NumberingDetails {
    let same = asked.resource_type == before.resource_type && asked.wish == before.wish;
    if same && asked.resources.is_empty() {
        NumberingDetails { resources: before.resources.clone(), ..asked }
    } else {
        asked
    }
}

/// Whether the type could be applied for on the day.
///
/// # Errors
/// When its row was not in force.
pub fn admit(details: &NumberingDetails, facts: &Facts) -> Result<(), Reason> {
    if details.kind().is_some_and(|kind| kind.in_force(facts.today)) {
        return Ok(());
    }
    Err(Reason::new("type-not-in-force"))
}

/// What the rules say of an application.
///
/// One national signalling point code for an organisation that holds number resources already is
/// granted at once: the plan has 16,384, they carry one flat fee however many are held, and nothing
/// of FOR-2004-02-16-426 § 8 is left to weigh. An address abroad, numbers in somebody's way, more
/// than one code or a first permit forbid it, and every other type is scarce: a caseworker weighs
/// need and utilisation.
pub fn assess(details: &NumberingDetails, facts: &Facts) -> Assessment {
    let mut reasons = facts.findings.clone();
    if !facts.address_in_norway {
        reasons.push(Reason::new("address-abroad/numbering"));
    }
    let one = details.resources.len() == 1
        || details.wish.as_ref().is_some_and(|wish| wish.blocks == 1 && wish.block_size == 1);
    let plain = details.resource_type == "nspc" && one && facts.holds_same_kind();
    if plain && reasons.is_empty() {
        return Assessment::Grant;
    }
    if !facts.holds_same_kind() {
        reasons.push(Reason::new("first-permit"));
    }
    if !plain {
        reasons.push(Reason::new("need-and-utilisation"));
    }
    if details.kind().is_some_and(|kind| kind.is_voluntary) {
        reasons.push(Reason::new("voluntary-plan"));
    }
    Assessment::NeedsCaseworker(reasons)
}

/// Where the blocks of a wish may lie; none for types that are not given in order.
pub fn wished_areas(kind: &ResourceType, wish: &Wish) -> Vec<(i64, i64)> {
    if let Some(preferred) = &wish.preferred {
        return vec![(preferred.lower(), preferred.upper())];
    }
    match (kind.notation, wish.category) {
        (Notation::E164, Some(category)) => areas(kind, category),
        (Notation::E164, None) => {
            categories(kind).into_iter().flat_map(|c| areas(kind, c)).collect()
        }
        _ => kind.bounds().into_iter().collect(),
    }
}

/// Categories of the numbering plan where permits of the type are given.
pub fn categories(kind: &ResourceType) -> Vec<NumberCategory> {
    let mut found: Vec<NumberCategory> = number_plan::rows()
        .iter()
        .filter(|row| row.permit != NumberPermit::None)
        .filter(|row| places(kind, row).is_some())
        .map(|row| row.category)
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Sections `number` and `contactPerson` of the record.
pub fn record(details: &NumberingDetails) -> Map<String, Value> {
    let ranges: Vec<String> = details.resources.iter().map(ToString::to_string).collect();
    let mut sections = Map::new();
    sections.insert(
        "number".to_owned(),
        without_nulls(json!({
            "type": details.resource_type,
            "range": (!ranges.is_empty()).then_some(ranges),
            "status": (!details.resources.is_empty()).then_some("assigned"),
            "use": details.service,
            "pointCode": details.point_code(),
        })),
    );
    if let Some(contact) = &details.contact {
        sections.insert(
            "contactPerson".to_owned(),
            json!({
                "name": contact.name.as_str(),
                "phone": contact.phone.dial(),
                "email": contact.email.as_str(),
            }),
        );
    }
    sections
}

/// What the permit is charged for: telephone numbers by their series, one flat fee for national
/// point codes, every other code by itself. Types without a row in the fee regulation are free.
pub fn fees(details: &NumberingDetails) -> Vec<FeeItem> {
    let Some((kind, object)) = details.kind().and_then(|kind| Some((kind, kind.fee_object?)))
    else {
        return Vec::new();
    };
    let word = |name: &'static str, value: &str| (name, FeeValue::Word(value.to_owned()));
    let wished = details.wish.as_ref().map_or(0, |wish| u64::from(wish.blocks) * wish.block_size);
    let codes = if details.resources.is_empty() { wished } else { details.resources.len() as u64 };
    let (conditions, count) = match details.resource_type.as_str() {
        "e164_8_digit" | "e164_12_digit" => return series_fees(details, kind, object),
        "e164_5_digit" => (vec![word("digits", "5")], codes),
        "e164_4_digit" => (vec![word("digits", "4"), word("series", "18xx")], codes),
        "e164_6_digit" => (vec![word("digits", "6"), word("series", "116")], codes),
        "nspc" => (vec![word("any_number_of_codes", "yes")], 1),
        _ => (Vec::new(), codes),
    };
    vec![FeeItem { object, conditions, count }]
}

/// Numbers counted by first digit, as the fee regulation has its rates per number; those of a wish
/// that is not granted yet by the first place where they may lie.
fn series_fees(
    details: &NumberingDetails,
    kind: &ResourceType,
    object: &'static str,
) -> Vec<FeeItem> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for resource in &details.resources {
        *counts.entry(series_of(&resource.first()[..1])).or_default() += resource.count();
    }
    if let (true, Some(wish)) = (counts.is_empty(), &details.wish) {
        let place = wished_areas(kind, wish).first().and_then(|(from, _)| kind.at(*from, *from));
        let first = place.map(|place| place.first()[..1].to_owned());
        counts.extend(
            first.map(|first| (series_of(&first), u64::from(wish.blocks) * wish.block_size)),
        );
    }
    let digits = if kind.code == "e164_8_digit" { "8" } else { "12" };
    counts
        .into_iter()
        .map(|(series, count)| FeeItem {
            object,
            conditions: vec![
                ("digits", FeeValue::Word(digits.to_owned())),
                ("series", FeeValue::Word(series)),
            ],
            count,
        })
        .collect()
}

fn series_of(first_digit: &str) -> String {
    if first_digit == "8" { "8xx".to_owned() } else { first_digit.to_owned() }
}

/// A resource as people read it: telephone numbers grouped, point codes in both forms.
pub fn for_people(
    kind: &ResourceType,
    resource: &crate::values::number_resource::Resource,
) -> String {
    if let Some(range) = resource.number_range() {
        let (first, last) = range.grouped();
        return if range.size() == 1 { first } else { format!("{first} – {last}") };
    }
    match kind.notation {
        Notation::PointCode => {
            format!("{} ({})", zone_area_point(resource.lower()), resource.lower())
        }
        _ => resource.to_string(),
    }
}

/// Facts and conditions of the certificate.
pub fn certificate(details: &NumberingDetails, language: Language) -> CertificateParts {
    let Some(kind) = details.kind() else { return CertificateParts::default() };
    let [type_label, resource_label, service_label, code_label, point_label] = match language {
        Language::Bokmal => ["Type", "Ressurs", "Tjeneste", "Tilbyderkode", "Signaleringspunkt"],
        Language::Nynorsk => ["Type", "Ressurs", "Teneste", "Tilbydarkode", "Signaleringspunkt"],
        Language::English => ["Type", "Resource", "Service", "Provider code", "Signalling point"],
    };
    let mut facts = vec![(type_label.to_owned(), kind.name(language).to_owned())];
    facts.extend(
        details
            .resources
            .iter()
            .map(|resource| (resource_label.to_owned(), for_people(kind, resource))),
    );
    facts.push((service_label.to_owned(), details.service.clone()));
    if let Some(code) = &details.provider_code {
        facts.push((code_label.to_owned(), code.clone()));
    }
    if let Some(point) = &details.point {
        facts.push((point_label.to_owned(), point.place.clone()));
    }
    let conditions = conditions(details, kind, language);
    CertificateParts { facts, conditions }
}

fn conditions(details: &NumberingDetails, kind: &ResourceType, language: Language) -> Vec<String> {
    let pick = |texts: [&str; 3]| match language {
        Language::Bokmal => texts[0].to_owned(),
        Language::Nynorsk => texts[1].to_owned(),
        Language::English => texts[2].to_owned(),
    };
    let mut conditions = vec![
        pick([
            "Ressursene skal brukes til den oppgitte tjenesten og utnyttes effektivt (nummerforskriften §§ 8 og 9).",
            "Ressursane skal brukast til den oppgjevne tenesta og utnyttast effektivt (nummerforskrifta §§ 8 og 9).",
            "The resources must be used for the stated service and used efficiently (numbering regulation §§ 8 and 9).",
        ]),
        pick([
            "Overdragelse krever tillatelse. Ressurser som ikke er i bruk, leveres tilbake ved opphør (§ 10).",
            "Overdraging krev løyve. Ressursar som ikkje er i bruk, skal leverast tilbake ved opphøyr (§ 10).",
            "A transfer needs a permit. Resources not in use are returned when the activity ends (§ 10).",
        ]),
        pick([
            "Endringer i opplysningene meldes så snart som mulig (§ 11).",
            "Endringar i opplysningane skal meldast så snart som råd (§ 11).",
            "Changes must be reported as soon as possible (§ 11).",
        ]),
    ];
    if kind.notation == Notation::E164 && !kind.is_voluntary {
        conditions.push(pick([
            "Utnyttelsen av numrene rapporteres innen 1. februar hvert år (§ 23).",
            "Utnyttinga av numra skal rapporterast innan 1. februar kvart år (§ 23).",
            "The utilisation of the numbers is reported by 1 February each year (§ 23).",
        ]));
    }
    let lapses = details.resource_type == "e164_6_digit";
    if lapses {
        conditions.push(pick([
            "Bruksretten faller bort dersom nummeret ikke er tatt i bruk innen seks måneder, eller senere ikke er i bruk i ett år (§ 20e).",
            "Bruksretten fell bort dersom nummeret ikkje er teke i bruk innan seks månader, eller seinare ikkje er i bruk i eitt år (§ 20e).",
            "The right lapses if the number is not in use within six months, or later is unused for one year (§ 20e).",
        ]));
    }
    if matches!(details.resource_type.as_str(), "dnic" | "pnic") {
        conditions.push(pick([
            "Samtrafikk skal være etablert innen seks måneder (§ 28).",
            "Samtrafikk skal vere etablert innan seks månader (§ 28).",
            "Interconnection must be established within six months (§ 28).",
        ]));
    }
    conditions
}

/// What the State collects besides the fee; of non-commercial numbers nothing.
pub fn taxed_apart(
    details: &NumberingDetails,
    language: Language,
    day: NaiveDate,
) -> Option<String> {
    if details.end_user.as_ref().is_some_and(|end_user| end_user.non_commercial) {
        return None;
    }
    let tax = state_tax(details.kind()?.fee_object?, day)?;
    Some(tax.reads(language).to_owned())
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
