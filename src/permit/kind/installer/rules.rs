//! Decisions about an installer and about the competence of a person on given facts.

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::model::{
    HeldType, InstallerDetails, Naming, Particulars, PersonReference, Qualification,
};
use crate::{
    document::date_for_people,
    permit::kind::{Assessment, Facts, LabelledFacts, Reason},
    values::{
        choice::{Choice, choices, title_of},
        language::Language,
    },
};

static TYPES: LazyLock<Vec<Choice>> =
    LazyLock::new(|| choices(include_str!("../../../data/installer_types.tsv")));

/// The types given to a new authorisation on `day`.
pub fn types_on(day: NaiveDate) -> Vec<String> {
    TYPES.iter().filter(|one| one.is_open(day)).map(|one| one.code.to_owned()).collect()
}

/// Codes of all types there have been; those that are granted no more are kept by who has them.
pub fn type_codes() -> impl Iterator<Item = &'static str> {
    TYPES.iter().map(|one| one.code)
}

/// What a type is called.
pub fn type_title(code: &str, language: Language) -> String {
    title_of(&TYPES, code, language)
}

/// Why a type cannot be named as held before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HeldFlaw {
    #[error("there is no such type; name one that was granted before")]
    Unknown,
    #[error("this type is still granted; leave it out")]
    StillGiven,
    #[error("this type was not granted on that day; check the day")]
    NotThen,
}

impl crate::values::Flaw for HeldFlaw {
    fn code(&self) -> &'static str {
        match self {
            HeldFlaw::Unknown => "not-in-list",
            HeldFlaw::StillGiven => "still-given",
            HeldFlaw::NotThen => "not-granted-then",
        }
    }
}

/// A type that was granted on a day and is not given any more. It is kept while organisation number and
/// qualified persons are unchanged (FOR-2011-12-07-1206).
///
/// # Errors
/// For a code that is in no row, one that is still given, and a day on which it was not granted.
pub fn held_type(code: &str, granted_on: NaiveDate) -> Result<HeldType, HeldFlaw> {
    let rows: Vec<&Choice> = TYPES.iter().filter(|one| one.code == code).collect();
    if rows.is_empty() {
        return Err(HeldFlaw::Unknown);
    }
    if rows.iter().any(|one| !one.has_end()) {
        return Err(HeldFlaw::StillGiven);
    }
    if !rows.iter().any(|one| one.is_open(granted_on)) {
        return Err(HeldFlaw::NotThen);
    }
    Ok(HeldType { code: code.to_owned(), granted_on })
}

/// Granted at once when every person has been assessed, one is employed full time, and the
/// organisation has no authorisation yet. Types held before are for a caseworker to look at.
pub fn assess(details: &InstallerDetails, facts: &Facts) -> Assessment {
    let mut reasons = facts.findings.clone();
    if details.persons.iter().any(|person| matches!(person.naming, Naming::Particulars(_))) {
        reasons.push(Reason::new("person-not-assessed"));
    }
    if !details.persons.iter().any(|person| person.full_time) {
        reasons.push(Reason::new("no-full-time-person"));
    }
    if !facts.address_in_norway {
        reasons.push(Reason::new("address-abroad/installer"));
    }
    if facts.holds_same_kind() {
        reasons.push(Reason::new("already-authorised"));
    }
    if !details.held.is_empty() && facts.amends.is_none() {
        reasons.push(Reason::new("types-held"));
    }
    if reasons.is_empty() { Assessment::Grant } else { Assessment::NeedsCaseworker(reasons) }
}

/// The same persons keep the types the authorisation has; other persons make it one of today's. Where the
/// authority names types held before, they are what it says.
pub fn amended(before: &InstallerDetails, asked: InstallerDetails) -> InstallerDetails {
    let is_same = references(before).is_some() && references(before) == references(&asked);
    if !asked.held.is_empty() || !is_same {
        return asked;
    }
    InstallerDetails { types: before.types.clone(), held: before.held.clone(), ..asked }
}

/// The persons of details by reference, in order; nothing if one is not named so.
pub fn references(details: &InstallerDetails) -> Option<Vec<&PersonReference>> {
    let mut found = Vec::with_capacity(details.persons.len());
    for person in &details.persons {
        match &person.naming {
            Naming::Reference(reference) => found.push(reference),
            Naming::Particulars(_) => return None,
        }
    }
    found.sort_unstable();
    Some(found)
}

/// Whether the practice shown is enough on `day`. Recognition in the EEA has weighed it already.
///
/// # Errors
/// What is missing.
pub fn competent(particulars: &Particulars, day: NaiveDate) -> Result<(), Reason> {
    let needed = TYPES
        .iter()
        .filter(|one| one.is_open(day))
        .filter_map(|one| one.limit)
        .max()
        .unwrap_or_default();
    if particulars.qualification == Qualification::EeaRecognition
        || particulars.practice_months >= needed
    {
        return Ok(());
    }
    Err(Reason::with("too-little-practice", [needed]))
}

/// Sections `installer`, `qualifiedPerson` and `contactPerson` of the record. Qualified persons by
/// reference only.
pub fn record(details: &InstallerDetails) -> Map<String, Value> {
    let mut sections = Map::new();
    sections.insert("installer".to_owned(), json!({ "types": details.types }));
    let persons: Vec<Value> = references(details)
        .unwrap_or_default()
        .into_iter()
        .map(|reference| json!({ "reference": reference.to_string() }))
        .collect();
    if !persons.is_empty() {
        sections.insert("qualifiedPerson".to_owned(), Value::Array(persons));
    }
    if let Some(person) = &details.contact_person {
        sections.insert("contactPerson".to_owned(), person.section());
    }
    sections
}

/// Facts of the certificate: each type, and the day of one that was granted before. No person is named.
pub fn certificate(details: &InstallerDetails, language: Language) -> LabelledFacts {
    let (type_label, persons) = match language {
        Language::Bokmal => ("Autorisasjonstype", "Antall kvalifiserte personer"),
        Language::Nynorsk => ("Autorisasjonstype", "Talet på kvalifiserte personar"),
        Language::English => ("Type of authorisation", "Number of qualified persons"),
    };
    let mut facts: LabelledFacts = details
        .types
        .iter()
        .map(|code| {
            let title = title_of(&TYPES, code, language);
            let granted = match details.held.iter().find(|held| held.code == *code) {
                Some(held) => granted_on(held.granted_on, language),
                None => String::new(),
            };
            (type_label.to_owned(), format!("{code}: {title}{granted}"))
        })
        .collect();
    facts.push((persons.to_owned(), details.persons.len().to_string()));
    facts
}

fn granted_on(day: NaiveDate, language: Language) -> String {
    let day = date_for_people(day, language);
    match language {
        Language::Bokmal => format!(", gitt {day}"),
        Language::Nynorsk => format!(", gjeven {day}"),
        Language::English => format!(", granted on {day}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::permit::kind::installer::model::NamedPerson;

    fn details(references: &[u64], types: &[&str]) -> InstallerDetails {
        InstallerDetails {
            types: types.iter().map(|&code| code.to_owned()).collect(),
            persons: references
                .iter()
                .map(|bits| NamedPerson {
                    naming: Naming::Reference(PersonReference::of_bits(*bits)),
                    full_time: true,
                })
                .collect(),
            held: Vec::new(),
            contact_person: None,
        }
    }

    fn holding(references: &[u64], code: &str, granted_on: &str) -> InstallerDetails {
        let held = held_type(code, day(granted_on)).unwrap();
        InstallerDetails { held: vec![held], ..details(references, &[code]) }
    }

    #[test]
    fn a_type_is_held_from_a_day_on_which_it_was_granted() {
        let flaw = |code, granted_on| held_type(code, day(granted_on)).err();
        assert_eq!(flaw("TIA", "2011-12-31"), None);
        assert_eq!(flaw("TIA", "2012-01-01"), Some(HeldFlaw::NotThen));
        assert_eq!(flaw("RIA", "1989-12-31"), Some(HeldFlaw::NotThen));
        assert_eq!(flaw("ENA", "2013-05-06"), Some(HeldFlaw::StillGiven));
        assert_eq!(flaw("XIA", "2004-05-06"), Some(HeldFlaw::Unknown));
    }

    #[test]
    fn types_held_before_are_looked_at_once_and_kept_by_the_same_persons() {
        let before = holding(&[1], "TIA", "2004-05-06");
        let looked_at = Assessment::NeedsCaseworker(vec![Reason::new("types-held")]);
        assert_eq!(assess(&before, &facts()), looked_at);
        let amends = Facts { amends: Some(json!(before)), ..facts() };
        assert_eq!(assess(&before, &amends), Assessment::Grant);
        assert_eq!(amended(&before, details(&[1], &[])), before);
        assert_eq!(amended(&before, details(&[2], &[])), details(&[2], &[]));
        let other = holding(&[1], "RIA", "1999-05-06");
        assert_eq!(amended(&before, other.clone()), other);
        let said = certificate(&before, Language::Nynorsk);
        assert_eq!(said[0].1, "TIA: Teleinstallatørautorisasjon, gjeven 6. mai 2004");
    }

    fn particulars(qualification: Qualification, practice_months: u32) -> Particulars {
        Particulars {
            name: "Nils Eksempel".to_owned(),
            birth_date: day("1980-05-01"),
            qualification,
            education: "Fagskole".to_owned(),
            practice_months,
            work_history: "Fiber".to_owned(),
            email: None,
        }
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn facts() -> Facts {
        Facts { today: day("2026-11-22"), address_in_norway: true, ..Facts::default() }
    }

    #[test]
    fn the_older_types_are_never_given_anew() {
        assert_eq!(types_on(day("2026-11-22")), ["ENA"]);
        assert_eq!(types_on(day("2012-01-01")), ["ENA"]);
        assert_eq!(types_on(day("2011-12-31")), ["TIA", "KIA", "RIA"]);
    }

    #[test]
    fn the_older_types_are_kept_while_the_persons_are_the_same() {
        let before = details(&[1, 2], &["TIA", "RIA"]);
        assert_eq!(amended(&before, details(&[2, 1], &[])).types, ["TIA", "RIA"]);
        assert!(amended(&before, details(&[1], &[])).types.is_empty());
        assert!(amended(&before, details(&[1, 3], &[])).types.is_empty());
    }

    #[test]
    fn assessed_persons_leave_nothing_to_judge_and_anything_else_does() {
        assert_eq!(assess(&details(&[1], &[]), &facts()), Assessment::Grant);
        let mut part_time = details(&[1, 2], &[]);
        part_time.persons.iter_mut().for_each(|person| person.full_time = false);
        let mut new = details(&[1], &[]);
        let unknown = particulars(Qualification::Equivalent, 24);
        new.persons[0].naming = Naming::Particulars(Box::new(unknown));
        let held = Facts { held: vec![serde_json::Value::Null], ..facts() };
        let found = Facts { findings: vec![Reason::new("x")], ..facts() };
        let abroad = Facts { address_in_norway: false, ..facts() };
        let judged = [
            assess(&part_time, &facts()),
            assess(&new, &facts()),
            assess(&details(&[1], &[]), &held),
            assess(&details(&[1], &[]), &found),
            assess(&details(&[1], &[]), &abroad),
        ];
        let codes: Vec<&str> = judged
            .iter()
            .map(|assessment| match assessment {
                Assessment::NeedsCaseworker(reasons) => reasons[0].code,
                _ => "not judged",
            })
            .collect();
        let expected = [
            "no-full-time-person",
            "person-not-assessed",
            "already-authorised",
            "x",
            "address-abroad",
        ];
        assert_eq!(codes, expected);
    }

    #[test]
    fn a_year_of_practice_is_needed_beside_the_education_but_not_beside_recognition() {
        let today = day("2026-11-22");
        let college = Qualification::VocationalCollege;
        assert!(competent(&particulars(college, 12), today).is_ok());
        assert!(competent(&particulars(college, 11), today).is_err());
        assert!(competent(&particulars(Qualification::EeaRecognition, 0), today).is_ok());
    }

    #[test]
    fn a_record_names_persons_by_reference_only() {
        let mut named = details(&[7], &["ENA"]);
        let reference = PersonReference::of_bits(7).to_string();
        assert_eq!(record(&named)["qualifiedPerson"], json!([{ "reference": reference }]));
        let person = particulars(Qualification::Equivalent, 24);
        named.persons[0].naming = Naming::Particulars(Box::new(person));
        assert!(!Value::Object(record(&named)).to_string().contains("Nils"));
    }
}
