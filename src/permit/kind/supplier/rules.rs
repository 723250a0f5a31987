//! Decisions about a supplier or dealer on given facts.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use super::model::{SupplierDetails, TradeRole};
use crate::{
    permit::kind::{Assessment, Facts, FeeItem, LabelledFacts, Reason},
    values::{
        choice::{Choice, choices, open_on, title_of},
        language::Language,
    },
};

static CATEGORIES: LazyLock<Vec<Choice>> =
    LazyLock::new(|| choices(include_str!("../../../data/supplier_categories.tsv")));

/// True for the code of a category, on whatever day.
pub fn is_category(code: &str) -> bool {
    CATEGORIES.iter().any(|category| category.code == code)
}

/// What a category is called.
pub fn category_title(code: &str, language: Language) -> String {
    title_of(&CATEGORIES, code, language)
}

/// Every code there has been, for the text of an error.
pub fn category_codes() -> String {
    CATEGORIES.iter().map(|category| category.code).collect::<Vec<_>>().join(", ")
}

/// Registered is for categories that are offered today, and those a registration has already.
///
/// # Errors
/// When one is not.
pub fn admit(details: &SupplierDetails, facts: &Facts) -> Result<(), Reason> {
    let read = |held: &Value| serde_json::from_value::<SupplierDetails>(held.clone()).ok();
    let held = facts.amends.as_ref().and_then(read);
    let held = held.map(|held| held.categories).unwrap_or_default();
    let open =
        |code: &String| held.contains(code) || open_on(&CATEGORIES, code, facts.today).is_some();
    if details.categories.iter().all(open) {
        return Ok(());
    }
    Err(Reason::new("category-closed"))
}

/// A complete application leaves nothing to judge, unless there is a registration already.
pub fn assess(facts: &Facts) -> Assessment {
    let mut reasons = facts.findings.clone();
    if facts.holds_same_kind() {
        reasons.push(Reason::new("already-registered"));
    }
    if reasons.is_empty() { Assessment::Grant } else { Assessment::NeedsCaseworker(reasons) }
}

/// Sections `supplier` and `contactPerson` of the record.
pub fn record(details: &SupplierDetails) -> Map<String, Value> {
    let mut sections = Map::new();
    sections.insert(
        "supplier".to_owned(),
        json!({ "roles": details.roles, "categories": details.categories }),
    );
    sections.insert("contactPerson".to_owned(), details.contact_person.section());
    sections
}

/// A supplier need not register as radio dealer besides, so the fee of a dealer is charged to those
/// who are dealers only (FOR-2002-03-15-276 § 4, FOR-2024-01-17-79 § 19).
pub fn fees(details: &SupplierDetails) -> Vec<FeeItem> {
    let object =
        if details.roles.contains(&TradeRole::Supplier) { "supplier" } else { "radio_dealer" };
    vec![FeeItem { object, conditions: Vec::new(), count: 1 }]
}

/// Facts of the certificate.
pub fn certificate(details: &SupplierDetails, language: Language) -> LabelledFacts {
    let (role, equipment, supplier, dealer) = match language {
        Language::Bokmal => ("Registrert som", "Utstyr", "Leverandør", "Radioforhandler"),
        Language::Nynorsk => ("Registrert som", "Utstyr", "Leverandør", "Radioforhandlar"),
        Language::English => ("Registered as", "Equipment", "Supplier", "Radio dealer"),
    };
    let roles: Vec<&str> = details
        .roles
        .iter()
        .map(|one| match one {
            TradeRole::Supplier => supplier,
            TradeRole::RadioDealer => dealer,
        })
        .collect();
    let categories: Vec<String> =
        details.categories.iter().map(|code| title_of(&CATEGORIES, code, language)).collect();
    vec![(role.to_owned(), roles.join(", ")), (equipment.to_owned(), categories.join(", "))]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::permit::contact::ContactPerson;

    fn details(roles: &[TradeRole]) -> SupplierDetails {
        SupplierDetails {
            roles: roles.to_vec(),
            categories: vec!["radioEquipment".to_owned()],
            contact_person: ContactPerson {
                name: "Nora Eksempel".to_owned(),
                phone: "68050031".parse().unwrap(),
                email: "nora@example.no".parse().unwrap(),
            },
        }
    }

    fn facts(day: &str) -> Facts {
        Facts { today: day.parse().unwrap(), ..Facts::default() }
    }

    #[test]
    fn a_supplier_pays_once_whether_or_not_it_deals_in_radio_equipment_too() {
        let object = |roles: &[TradeRole]| fees(&details(roles))[0].object;
        assert_eq!(object(&[TradeRole::Supplier]), "supplier");
        assert_eq!(object(&[TradeRole::RadioDealer]), "radio_dealer");
        assert_eq!(object(&[TradeRole::Supplier, TradeRole::RadioDealer]), "supplier");
        assert_eq!(fees(&details(&[TradeRole::Supplier, TradeRole::RadioDealer])).len(), 1);
    }

    #[test]
    fn a_complete_application_is_granted_unless_there_is_a_registration_already() {
        let mut facts = facts("2026-11-22");
        assert_eq!(assess(&facts), Assessment::Grant);
        facts.held = vec![serde_json::Value::Null];
        assert!(matches!(assess(&facts), Assessment::NeedsCaseworker(_)));
    }

    #[test]
    fn a_category_counts_on_the_days_it_is_offered() {
        let details = details(&[TradeRole::Supplier]);
        assert!(admit(&details, &facts("2026-11-22")).is_ok());
        let before = admit(&details, &facts("2002-04-01"));
        assert_eq!(before.map_err(|reason| reason.code), Err("category-closed"));
        let amends = Facts { amends: Some(json!(details)), ..facts("2002-04-01") };
        assert!(admit(&details, &amends).is_ok(), "what is registered already stays");
        let mut more = details.clone();
        more.categories.push("networkEquipment".to_owned());
        assert_eq!(admit(&more, &amends).map_err(|reason| reason.code), Err("category-closed"));
        assert!(is_category("networkEquipment") && !is_category("equipment"));
    }
}
