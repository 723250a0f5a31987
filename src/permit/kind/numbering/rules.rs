//! Decisions about number resources on given facts.

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate};
use serde_json::{Map, Value, json};

use super::model::{NumberingDetails, Wish};
use crate::{
    numbering::rules::{areas, places},
    permit::{
        kind::{Assessment, Facts, FeeItem, FeeValue, LabelledFacts, Reason},
        record::without_nulls,
    },
    utilisation::rules::reported_in,
    values::{
        language::Language,
        number_plan::{self, NumberCategory, NumberPermit, PriceRule},
        number_resource::{Notation, ResourceType, zone_area_point},
        number_use::use_rule,
        state_tax::state_tax,
    },
};

/// The type of the codes that name providers (FOR-2004-02-16-426 § 25).
pub const PROVIDER_CODES: &str = "tilbyderkode";

/// Who wishes for the same again keeps the numbers that were chosen for the wish.
pub fn amended(before: &NumberingDetails, asked: NumberingDetails) -> NumberingDetails {
    let same = asked.resource_type == before.resource_type && asked.wish == before.wish;
    if same && asked.resources.is_empty() {
        NumberingDetails { resources: before.resources.clone(), ..asked }
    } else {
        asked
    }
}

/// Whether the type and the numbers could be applied for on the day. Numbers that an amendment keeps are not asked about again.
///
/// # Errors
/// When the row of the type, or of the plan, was not in force.
pub fn admit(details: &NumberingDetails, facts: &Facts) -> Result<(), Reason> {
    let Some(kind) = details.kind_on(facts.today).filter(|kind| kind.in_force(facts.today)) else {
        return Err(Reason::new("type-not-in-force"));
    };
    let read = |held: &Value| serde_json::from_value::<NumberingDetails>(held.clone()).ok();
    let held = facts.amends.as_ref().and_then(read).map(|held| held.resources).unwrap_or_default();
    let mut asked = details.resources.iter().filter(|resource| !held.contains(resource));
    let in_plan = asked.all(|resource| {
        let range = kind.number_range(resource);
        range.is_none_or(|range| number_plan::is_assignable(range, facts.today))
    });
    let chosen = held.is_empty() && details.resources.is_empty();
    let places = |wish: &Wish| wished_areas(kind, wish, Some(facts.today));
    if in_plan && details.wish.as_ref().is_none_or(|wish| !chosen || !places(wish).is_empty()) {
        return Ok(());
    }
    Err(Reason::new("plan-not-in-force"))
}

/// What the rules say of an application.
///
/// One national signalling point code for an organisation that holds number resources already is
/// granted at once: the plan has 16,384, they carry one flat fee however many are held, and nothing
/// of FOR-2004-02-16-426 § 8 is left to weigh; and so is an amendment that names another contact only
/// (§ 11). An address abroad, numbers in somebody's way, more
/// than one code or a first permit forbid it, and every other type is scarce: a caseworker weighs
/// need and utilisation.
pub fn assess(details: &NumberingDetails, facts: &Facts) -> Assessment {
    if facts.amends.as_ref().is_some_and(|held| names_contact_only(details, held)) {
        return Assessment::Grant;
    }
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
    if details.kind_on(facts.today).is_some_and(|kind| kind.is_voluntary) {
        reasons.push(Reason::new("voluntary-plan"));
    }
    Assessment::NeedsCaseworker(reasons)
}

fn names_contact_only(details: &NumberingDetails, held: &Value) -> bool {
    let contact = details.contact.clone();
    serde_json::from_value::<NumberingDetails>(held.clone())
        .is_ok_and(|held| NumberingDetails { contact, ..held } == *details)
}

/// Where the blocks of a wish may lie, by the plan of a day or of every day there has been; none for types that are not given
/// in order.
pub fn wished_areas(kind: &ResourceType, wish: &Wish, on: Option<NaiveDate>) -> Vec<(i64, i64)> {
    if let Some(preferred) = &wish.preferred {
        let place = (preferred.lower(), preferred.upper());
        let in_plan = || {
            let open = categories(kind, on).into_iter().flat_map(|c| areas(kind, c, on));
            open.into_iter().any(|(lower, upper)| lower <= place.0 && place.1 <= upper)
        };
        let is_open = kind.notation != Notation::E164 || on.is_none() || in_plan();
        return if is_open { vec![place] } else { Vec::new() };
    }
    match (kind.notation, wish.category) {
        (Notation::E164, Some(category)) => areas(kind, category, on),
        (Notation::E164, None) => {
            categories(kind, on).into_iter().flat_map(|c| areas(kind, c, on)).collect()
        }
        _ => kind.bounds().into_iter().collect(),
    }
}

/// Categories of the numbering plan where permits of the type are given, on a day or on any there has been.
pub fn categories(kind: &ResourceType, on: Option<NaiveDate>) -> Vec<NumberCategory> {
    let mut found: Vec<NumberCategory> = number_plan::rows(on)
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

/// What the permit is charged for: telephone numbers by their series, one flat fee for codes whose rate
/// is for any number of them, every other code by itself. Types without a row in the fee regulation are
/// free. What a rate asks of a type stands in its row (`data/number_resource_types.tsv`).
pub fn fees(details: &NumberingDetails) -> Vec<FeeItem> {
    let Some((kind, object)) = details.kind().and_then(|kind| Some((kind, kind.fee_object?)))
    else {
        return Vec::new();
    };
    if kind.is_given_in_series() {
        return series_fees(details, kind, object);
    }
    let wished = details.wish.as_ref().map_or(0, |wish| u64::from(wish.blocks) * wish.block_size);
    let codes = if details.resources.is_empty() { wished } else { details.resources.len() as u64 };
    let is_flat = kind.fee_words.contains(&("any_number_of_codes", "yes"));
    vec![FeeItem { object, conditions: fee_words(kind), count: if is_flat { 1 } else { codes } }]
}

fn fee_words(kind: &ResourceType) -> Vec<(&'static str, FeeValue)> {
    kind.fee_words.iter().map(|(name, word)| (*name, FeeValue::Word((*word).to_owned()))).collect()
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
        *counts.entry(resource.first()[..1].to_owned()).or_default() += resource.count();
    }
    if let (true, Some(wish)) = (counts.is_empty(), &details.wish) {
        let place =
            wished_areas(kind, wish, None).first().and_then(|(from, _)| kind.at(*from, *from));
        let first = place.map(|place| place.first()[..1].to_owned());
        counts.extend(first.map(|first| (first, u64::from(wish.blocks) * wish.block_size)));
    }
    counts
        .into_iter()
        .map(|(series, count)| {
            let mut conditions = fee_words(kind);
            conditions.push(("series", FeeValue::Word(series)));
            FeeItem { object, conditions, count }
        })
        .collect()
}

/// A resource as people read it: telephone numbers grouped, point codes in both forms.
pub fn for_people(
    kind: &ResourceType,
    resource: &crate::values::number_resource::Resource,
) -> String {
    if let Some(range) = kind.number_range(resource) {
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

/// Facts of the certificate.
pub fn certificate(details: &NumberingDetails, language: Language) -> LabelledFacts {
    let Some(kind) = details.kind() else { return LabelledFacts::new() };
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
    facts
}

/// Whether the numbering plan of a day says so of the price of calling some of the numbers (§ 16a).
fn has_price(details: &NumberingDetails, rule: PriceRule, day: NaiveDate) -> bool {
    let Some(kind) = details.kind_on(day) else { return false };
    details.resources.iter().any(|resource| {
        let row = kind.number_range(resource).and_then(|range| number_plan::row_on(range, day));
        row.is_some_and(|row| row.price_rule == Some(rule))
    })
}

/// The situations of a permit that duties tell apart, by the plan of the day of the certificate.
pub fn situations(details: &NumberingDetails, day: NaiveDate) -> Vec<&'static str> {
    let mut found = Vec::new();
    if reported_in(day.year()).contains(&details.resource_type.as_str()) {
        found.push("reported");
    }
    found.extend(use_rule(&details.resource_type, day).map(|rule| rule.situation));
    for (price, situation) in
        [(PriceRule::FreeToCaller, "free-to-caller"), (PriceRule::MaxMobile, "priced-as-mobile")]
    {
        if has_price(details, price, day) {
            found.push(situation);
        }
    }
    if details.end_user.as_ref().is_some_and(|end_user| end_user.non_commercial) {
        found.push("non-commercial");
    }
    found
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
    let tax = state_tax(details.kind_on(day)?.fee_object?, day)?;
    Some(tax.reads(language).to_owned())
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
