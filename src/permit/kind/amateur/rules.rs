//! Decisions about an amateur licence on given facts.

use serde_json::{Map, Value, json};

use super::model::{AmateurDetails, LicenceClass};
use crate::{
    permit::kind::{Assessment, CertificateParts, Facts, Reason},
    values::language::Language,
};

/// An examination of at least the class applied for opens the application, and nothing else does.
///
/// # Errors
/// What is missing.
pub fn admit(details: &AmateurDetails, facts: &Facts) -> Result<(), Reason> {
    let passed = facts.exam.as_deref().and_then(LicenceClass::from_code);
    match passed {
        Some(passed) if passed >= details.class => Ok(()),
        Some(_) => Err(Reason::new(
            "examination-class",
            "The examination registered for you is for the limited class. Apply for that class, or pass the examination for the full class first.",
        )),
        None => Err(Reason::new(
            "no-examination",
            "No examination passed is registered for you. Ask the examiner to report the result, then apply again.",
        )),
    }
}

/// With the examination in order nothing is left to judge, unless a licence is held already.
pub fn assess(_details: &AmateurDetails, facts: &Facts) -> Assessment {
    if facts.holds_same_kind {
        return Assessment::NeedsCaseworker(vec![Reason::new(
            "licence-held",
            "The applicant holds a live licence already; a change of class or call sign is decided by a caseworker.",
        )]);
    }
    Assessment::Grant
}

/// The class, as the record names it.
pub fn record(details: &AmateurDetails) -> Map<String, Value> {
    let mut sections = Map::new();
    sections.insert("permit.class".to_owned(), json!(details.class));
    sections
}

/// Facts and conditions of the certificate.
pub fn certificate(details: &AmateurDetails, language: Language) -> CertificateParts {
    let (label, class, conditions) = match language {
        Language::Bokmal => (
            "Lisensklasse",
            match details.class {
                LicenceClass::Full => "Full (CEPT T/R 61-01)",
                LicenceClass::Limited => "Begrenset (gjelder bare i Norge)",
            },
            [
                "Kallesignalet skal oppgis ved begynnelsen og slutten av hver sending og med korte mellomrom.",
                "Frekvensbånd, effekt og båndbredde følger av forskrift om radioamatørvirksomhet.",
                "Sendinger skal ikke krypteres.",
            ],
        ),
        Language::Nynorsk => (
            "Lisensklasse",
            match details.class {
                LicenceClass::Full => "Full (CEPT T/R 61-01)",
                LicenceClass::Limited => "Avgrensa (gjeld berre i Noreg)",
            },
            [
                "Kallesignalet skal oppgjevast ved byrjinga og slutten av kvar sending og med korte mellomrom.",
                "Frekvensband, effekt og bandbreidd følgjer av forskrift om radioamatørverksemd.",
                "Sendingar skal ikkje krypterast.",
            ],
        ),
        Language::English => (
            "Class",
            match details.class {
                LicenceClass::Full => "Full (CEPT T/R 61-01)",
                LicenceClass::Limited => "Limited (valid in Norway only)",
            },
            [
                "The call sign must be given at the start and end of each transmission and at short intervals.",
                "Bands, power and bandwidth follow from the regulation on amateur radio.",
                "Transmissions must not be encrypted.",
            ],
        ),
    };
    CertificateParts {
        facts: vec![(label.to_owned(), class.to_owned())],
        conditions: conditions.map(str::to_owned).to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(exam: Option<&str>) -> Facts {
        Facts { applicant_is_person: true, exam: exam.map(str::to_owned), ..Facts::default() }
    }

    #[test]
    fn only_an_examination_of_the_class_or_above_opens_an_application() {
        let full = AmateurDetails { class: LicenceClass::Full };
        let limited = AmateurDetails { class: LicenceClass::Limited };
        assert!(admit(&full, &facts(Some("full"))).is_ok());
        assert!(admit(&limited, &facts(Some("full"))).is_ok());
        assert!(admit(&limited, &facts(Some("limited"))).is_ok());
        assert_eq!(
            admit(&full, &facts(Some("limited"))).map_err(|r| r.code),
            Err("examination-class")
        );
        assert_eq!(admit(&limited, &facts(None)).map_err(|r| r.code), Err("no-examination"));
    }

    #[test]
    fn a_second_licence_needs_a_caseworker() {
        let full = AmateurDetails { class: LicenceClass::Full };
        let mut facts = facts(Some("full"));
        assert_eq!(assess(&full, &facts), Assessment::Grant);
        facts.holds_same_kind = true;
        assert!(matches!(assess(&full, &facts), Assessment::NeedsCaseworker(_)));
    }
}
