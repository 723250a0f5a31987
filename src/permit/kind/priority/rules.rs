//! Decisions about an approval for priority on given facts.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use super::model::PriorityDetails;
use crate::{
    permit::kind::{Assessment, Facts, LabelledFacts, Reason},
    values::{
        choice::{Choice, choices, open_on, title_of},
        language::Language,
    },
};

static BUSINESS_TYPES: LazyLock<Vec<Choice>> =
    LazyLock::new(|| choices(include_str!("../../../data/priority_business_types.tsv")));

/// True for the code of a type of business, on whatever day.
pub fn is_business_type(code: &str) -> bool {
    BUSINESS_TYPES.iter().any(|choice| choice.code == code)
}

/// Every code there has been, for the text of an error.
pub fn business_type_codes() -> String {
    BUSINESS_TYPES.iter().map(|choice| choice.code).collect::<Vec<_>>().join(", ")
}

/// Only types of the list in force can be declared; the type of an approval is not asked about again.
///
/// # Errors
/// When the declared one is not in it.
pub fn admit(details: &PriorityDetails, facts: &Facts) -> Result<(), Reason> {
    let read = |held: &Value| serde_json::from_value::<PriorityDetails>(held.clone()).ok();
    let held = facts.amends.as_ref().and_then(read);
    let is_held = held.is_some_and(|held| held.business_type == details.business_type);
    if is_held || open_on(&BUSINESS_TYPES, &details.business_type, facts.today).is_some() {
        return Ok(());
    }
    Err(Reason::new("business-type-closed"))
}

/// Granted at once for a declared type up to the number of subscriptions its row allows, and where an amendment names
/// another contact person only.
pub fn assess(details: &PriorityDetails, facts: &Facts) -> Assessment {
    if facts.amends.as_ref().is_some_and(|held| names_contact_only(details, held)) {
        return Assessment::Grant;
    }
    let mut reasons = facts.findings.clone();
    let limit = open_on(&BUSINESS_TYPES, &details.business_type, facts.today)
        .and_then(|choice| choice.limit);
    match limit {
        None => reasons.push(Reason::new("business-type-judged")),
        Some(limit) if details.subscriptions > limit => {
            reasons.push(Reason::with("many-subscriptions", [limit]))
        }
        Some(_) => {}
    }
    if facts.holds_same_kind() {
        reasons.push(Reason::new("already-approved"));
    }
    if reasons.is_empty() { Assessment::Grant } else { Assessment::NeedsCaseworker(reasons) }
}

fn names_contact_only(details: &PriorityDetails, held: &Value) -> bool {
    let contact_person = details.contact_person.clone();
    serde_json::from_value::<PriorityDetails>(held.clone())
        .is_ok_and(|held| PriorityDetails { contact_person, ..held } == *details)
}

/// Sections `priority` and `contactPerson` of the record.
pub fn record(details: &PriorityDetails) -> Map<String, Value> {
    let mut sections = Map::new();
    sections.insert(
        "priority".to_owned(),
        json!({
            "approved": true,
            "subscriptions": details.subscriptions,
            "businessType": details.business_type,
        }),
    );
    sections.insert("contactPerson".to_owned(), details.contact_person.section());
    sections
}

/// Facts of the certificate.
pub fn certificate(details: &PriorityDetails, language: Language) -> LabelledFacts {
    let (business, number) = match language {
        Language::Bokmal => ("Virksomhetstype", "Antall abonnementer"),
        Language::Nynorsk => ("Verksemdstype", "Talet på abonnement"),
        Language::English => ("Type of business", "Number of subscriptions"),
    };
    vec![
        (business.to_owned(), title_of(&BUSINESS_TYPES, &details.business_type, language)),
        (number.to_owned(), details.subscriptions.to_string()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::permit::contact::ContactPerson;

    fn details(business_type: &str, subscriptions: u32) -> PriorityDetails {
        PriorityDetails {
            business_type: business_type.to_owned(),
            subscriptions,
            contact_person: ContactPerson {
                name: "Nora Eksempel".to_owned(),
                phone: "68050031".parse().unwrap(),
                email: "nora@example.no".parse().unwrap(),
            },
        }
    }

    fn facts() -> Facts {
        Facts { today: "2026-11-22".parse().unwrap(), ..Facts::default() }
    }

    fn codes(assessment: Assessment) -> Vec<&'static str> {
        match assessment {
            Assessment::Grant => Vec::new(),
            Assessment::NeedsCaseworker(reasons) | Assessment::Refuse(reasons) => {
                reasons.into_iter().map(|reason| reason.code).collect()
            }
        }
    }

    #[test]
    fn a_declared_type_is_approved_up_to_its_limit_and_judged_above_it() {
        assert_eq!(assess(&details("municipality", 50), &facts()), Assessment::Grant);
        assert_eq!(codes(assess(&details("municipality", 51), &facts())), ["many-subscriptions"]);
        assert_eq!(codes(assess(&details("other", 1), &facts())), ["business-type-judged"]);
        let amends = Facts { amends: Some(json!(details("other", 1))), ..facts() };
        let mut asked = details("other", 1);
        asked.contact_person.phone = "68050032".parse().unwrap();
        assert_eq!(assess(&asked, &amends), Assessment::Grant, "another contact only");
        assert_eq!(codes(assess(&details("other", 2), &amends)), ["business-type-judged"]);
        let held = Facts { held: vec![serde_json::Value::Null], ..facts() };
        assert_eq!(codes(assess(&details("health", 1), &held)), ["already-approved"]);
    }

    #[test]
    fn a_type_is_declared_on_the_days_of_its_row_only() {
        let before = Facts { today: "2013-10-20".parse().unwrap(), ..Facts::default() };
        let refused = admit(&details("health", 1), &before).map_err(|reason| reason.code);
        assert_eq!(refused, Err("business-type-closed"));
        let amends = Facts { amends: Some(json!(details("health", 1))), ..before };
        assert!(admit(&details("health", 2), &amends).is_ok(), "what is approved already stays");
        let another = admit(&details("defence", 1), &amends).map_err(|reason| reason.code);
        assert_eq!(another, Err("business-type-closed"));
        assert!(admit(&details("health", 1), &facts()).is_ok());
    }
}
