//! Whom somebody may act for, by what the register of representation says. Pure.

use std::collections::BTreeMap;

use super::model::{Basis, Organisation, Party};
use crate::values::organisation_number::OrganisationNumber;

/// The organisations that somebody may act for, main units and their units alike, by name. Each is judged by
/// itself: the register says of a unit what one has there, also where that comes from the main unit.
pub fn organisations(parties: &[Party], basis: &Basis) -> Vec<Organisation> {
    let mut found = BTreeMap::new();
    for party in parties {
        collect(party, None, basis, &mut found);
    }
    let mut found: Vec<Organisation> = found.into_values().collect();
    found.sort_by_key(|one| one.name.to_lowercase());
    found
}

fn collect(
    party: &Party,
    above: Option<&str>,
    basis: &Basis,
    found: &mut BTreeMap<OrganisationNumber, Organisation>,
) {
    let name = party.name.as_deref().unwrap_or_default().trim();
    if let Some(number) = number_of(party).filter(|_| is_enough(party, basis)) {
        let name = if name.is_empty() { number.to_string() } else { name.to_owned() };
        let part_of = above.map(str::to_owned);
        found.entry(number).or_insert(Organisation { number, name, part_of });
    }
    let above = Some(name).filter(|name| !name.is_empty());
    for unit in party.subunits.iter().flatten() {
        collect(unit, above, basis, found);
    }
}

fn number_of(party: &Party) -> Option<OrganisationNumber> {
    let number = party.organization_number.as_deref()?;
    let is_organisation = party.kind.as_deref() == Some("Organization");
    OrganisationNumber::parse(number).ok().filter(|_| is_organisation)
}

fn is_enough(party: &Party, basis: &Basis) -> bool {
    let has = |held: Option<&[String]>, wanted: &[String]| {
        let is_wanted = |one: &String| wanted.iter().any(|own| own.eq_ignore_ascii_case(one));
        held.unwrap_or_default().iter().any(is_wanted)
    };
    !party.is_deleted
        && !party.only_hierarchy_element_with_no_access
        && (has(party.authorized_resources.as_deref(), &basis.resources)
            || has(party.authorized_roles.as_deref(), &basis.roles))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::representation::model::read;

    fn party(number: &str, name: &str, more: &Value) -> Value {
        let mut party = json!({
            "partyUuid": "a1c831cf-c7b7-4e5e-9910-2ad9a05b4ec1",
            "name": name,
            "organizationNumber": number,
            "personId": null,
            "partyId": 50_166_368,
            "type": "Organization",
            "unitType": "AS",
            "isDeleted": false,
            "onlyHierarchyElementWithNoAccess": false,
            "authorizedResources": [],
            "authorizedRoles": [],
            "subunits": [],
        });
        for (member, value) in more.as_object().expect("members") {
            party[member] = value.clone();
        }
        party
    }

    fn found(answer: &Value, basis: &Basis) -> Vec<String> {
        let parties = read(answer.to_string().as_bytes()).expect("an answer");
        let found = organisations(&parties, basis);
        found.iter().map(|one| format!("{} {}", one.number, one.name)).collect()
    }

    fn roles(roles: &[&str]) -> Value {
        json!({ "authorizedRoles": roles })
    }

    #[test]
    fn a_role_or_a_resource_that_is_enough_lets_one_act() {
        let answer = json!([
            party("312345684", "Vind AS", &roles(&["REGNA", "dagl"])),
            party("312345676", "Bølge AS", &json!({ "authorizedResources": ["anrop_soknad"] })),
            party("974760673", "Regn AS", &roles(&["REGNA"])),
        ]);
        let usual = Basis::default();
        assert_eq!(found(&answer, &usual), ["312345684 Vind AS"]);
        let resource = Basis { resources: vec!["anrop_soknad".to_owned()], ..usual.clone() };
        assert_eq!(found(&answer, &resource), ["312345676 Bølge AS", "312345684 Vind AS"]);
        let nothing = Basis { roles: Vec::new(), resources: Vec::new() };
        assert_eq!(found(&answer, &nothing), Vec::<String>::new());
        for role in ["DAGL", "LEDE", "INNH", "UTINN"] {
            assert_eq!(usual.roles.iter().filter(|own| *own == role).count(), 1, "{role}");
        }
    }

    #[test]
    fn units_are_judged_by_themselves_and_what_has_ended_is_left_out() {
        let unit = party("312345684", "Vind AS avd. Lillesand", &roles(&["UTINN"]));
        let hidden = json!({ "onlyHierarchyElementWithNoAccess": true, "authorizedRoles": ["DAGL"],
                             "subunits": [unit] });
        let ended = json!({ "isDeleted": true, "authorizedRoles": ["DAGL"] });
        let answer =
            json!([party("312345676", "Vind AS", &hidden), party("974760673", "Før AS", &ended),]);
        let parties = read(answer.to_string().as_bytes()).expect("an answer");
        let found = organisations(&parties, &Basis::default());
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].number.to_string(), "312345684");
        assert_eq!(found[0].part_of.as_deref(), Some("Vind AS"));
    }

    #[test]
    fn persons_and_numbers_that_are_none_are_passed_over_and_nothing_stands_there_twice() {
        let person = json!({ "type": "Person", "organizationNumber": null,
                             "authorizedRoles": ["DAGL"] });
        let answer = json!([
            party("312345676", "Vind AS", &roles(&["DAGL"])),
            party("312345676", "Vind AS", &roles(&["LEDE"])),
            party("312345676", "Et navn", &person),
            party("123456789", "Feil AS", &roles(&["DAGL"])),
            { "type": "Organization", "organizationNumber": "312345684", "authorizedRoles": null,
              "subunits": null },
            { "type": "Organization", "organizationNumber": "974760673", "authorizedRoles": ["INNH"] },
        ]);
        let expected = ["974760673 974760673", "312345676 Vind AS"];
        assert_eq!(found(&answer, &Basis::default()), expected);
    }

    #[test]
    fn what_is_no_answer_is_none() {
        for text in ["", "{}", "null", "<html>", r#"[{"subunits":1}]"#] {
            assert!(read(text.as_bytes()).is_none(), "{text}");
        }
        assert!(read(b"[]").is_some_and(|parties| parties.is_empty()));
    }
}
