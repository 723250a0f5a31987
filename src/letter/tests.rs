//! Letters of every kind through both renderings: the parts the law asks for are there, in every language, and what
//! stands in file and page is what stands in the data.

use chrono::{NaiveDate, TimeZone as _, Utc};

use super::{model::*, rules::*};
use crate::{
    document::{
        Authority, Block, Document,
        tests::{assert_another_reader_agrees, assert_nothing_is_lost},
    },
    values::language::Language,
};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn head(language: Language) -> Head {
    Head {
        authority: Authority {
            name: "Eksempelmyndigheten".to_owned(),
            contact_lines: vec!["Postboks 1, 4791 Lillesand".to_owned()],
        },
        recipient: ["Áile Žuŋgá Østbø", "Čáhppesnjárga 4", "9730 KARASJOK"]
            .map(str::to_owned)
            .to_vec(),
        number: "2026/000123-4".to_owned(),
        language,
        sent_at: Utc.with_ymd_and_hms(2026, 11, 22, 9, 30, 0).single().expect("a time"),
        day: day("2026-11-22"),
        kind_title: "Frekvenstillatelse for nødpeilesender (PLB)".to_owned(),
    }
}

fn permit() -> PermitFacts {
    PermitFacts {
        number: "PLB-000123".to_owned(),
        call_sign: Some("LB1AG".to_owned()),
        valid_from: day("2026-11-22"),
        valid_until: None,
    }
}

fn right() -> AppealRight {
    AppealRight {
        body: "Eksempeldepartementet".to_owned(),
        basis: "Ekomloven 2024 § 18-3".to_owned(),
        body_suspends: true,
    }
}

fn facts(matter: Matter, way: Way) -> DecisionFacts {
    DecisionFacts {
        matter,
        way,
        applied_on: day("2026-11-02"),
        permit: Some(permit()),
        grounds: String::new(),
        conditions: Vec::new(),
        legal_basis: "Ekomloven 2024 § 11-2".to_owned(),
        appeal: Ok(right()),
        author: Author::Caseworker("saksbehandler-1".to_owned()),
    }
}

fn appeal(way: AppealWay, effect: AppealEffect) -> AppealFacts {
    AppealFacts {
        way,
        effect,
        received_on: day("2026-12-01"),
        decided_on: day("2026-11-22"),
        body: "Eksempeldepartementet".to_owned(),
        body_decision: Some((day("2027-02-01"), "26/417".to_owned())),
        permit: Some(permit()),
        grounds: "Departementet legger vekt på sikkerheten.".to_owned(),
        conditions: Vec::new(),
        appeal: None,
        author: Author::Caseworker("saksbehandler-1".to_owned()),
    }
}

/// Everything a letter says, line by line.
fn text(document: &Document) -> String {
    let mut lines = vec![document.title.clone()];
    for block in &document.blocks {
        match block {
            Block::Heading(text) | Block::Paragraph(text) | Block::Note(text) => {
                lines.push(text.clone());
            }
            Block::Facts(facts) => {
                lines.extend(facts.iter().map(|(label, value)| format!("{label}: {value}")));
            }
            Block::Table { columns, rows } => {
                lines.push(columns.join(" | "));
                lines.extend(rows.iter().map(|row| row.join(" | ")));
            }
            Block::List(items) => lines.extend(items.clone()),
        }
    }
    lines.join("\n")
}

/// A letter of every kind.
fn letters(language: Language) -> Vec<Document> {
    let head = head(language);
    let pending = Pending {
        matter: Matter::New,
        applied_on: day("2026-11-02"),
        permit: None,
        author: Author::Rules,
    };
    let mut all = vec![
        information_request(&head, &pending, "Hvilken farge har senderen?", day("2026-12-06")),
        provisional_answer(&head, &pending, day("2027-01-04")),
        appeal_forwarded(
            &head,
            &appeal(AppealWay::Upheld, AppealEffect::None),
            &[ListedDocument {
                number: "2026/000123-1".to_owned(),
                title: "Søknad mottatt".to_owned(),
                day: day("2026-11-02"),
            }],
        ),
    ];
    for way in [Way::Granted, Way::PartlyGranted, Way::Refused, Way::Dismissed] {
        for matter in [Matter::New, Matter::Amendment, Matter::Renewal, Matter::Transfer] {
            all.push(decision(&head, &facts(matter, way)));
        }
    }
    for matter in [Matter::Amended, Matter::Suspended, Matter::Reinstated, Matter::Revoked] {
        all.push(decision(&head, &facts(matter, Way::Granted)));
    }
    for (way, effect) in [
        (AppealWay::Inadmissible, AppealEffect::None),
        (AppealWay::Reversed, AppealEffect::Granted),
        (AppealWay::Reversed, AppealEffect::TakenUp),
        (AppealWay::Upheld, AppealEffect::None),
        (AppealWay::Changed, AppealEffect::Conditions),
        (AppealWay::Annulled, AppealEffect::Restored),
        (AppealWay::Annulled, AppealEffect::TakenUp),
    ] {
        all.push(appeal_decided(&head, &appeal(way, effect)));
    }
    all
}

#[test]
fn every_letter_says_the_same_in_file_and_page_and_lacks_no_word() {
    for language in Language::ALL {
        for letter in letters(language) {
            let pdf = assert_nothing_is_lost(&letter);
            assert!(pdf.missing.is_empty(), "{:?}", pdf.missing);
            let said = text(&letter);
            assert!(!said.contains(['{', '}']), "{said}");
            assert!(said.lines().all(|line| !line.trim().is_empty()), "{said}");
            assert_eq!(letter.number, "2026/000123-4");
        }
    }
}

#[test]
fn what_is_kept_is_read_back_as_it_was() {
    for letter in letters(Language::Nynorsk) {
        let kept = serde_json::to_vec(&letter).expect("JSON");
        let back: Document = serde_json::from_slice(&kept).expect("a letter");
        assert!(back == letter);
        assert_eq!(serde_json::to_vec(&back).expect("JSON"), kept, "the hash stays");
    }
}

#[test]
fn a_refusal_has_grounds_rule_appeal_right_body_deadline_and_who_decided() {
    for (language, words) in [
        (Language::Bokmal, ["avslått", "Begrunnelse", "tre uker", "se dokumentene"]),
        (Language::Nynorsk, ["avslått", "Grunngjeving", "tre veker", "sjå dokumenta"]),
        (Language::English, ["refused", "Reasons", "three weeks", "see the documents"]),
    ] {
        let mut refused = facts(Matter::New, Way::Refused);
        refused.permit = None;
        refused.grounds = "Senderen mangler CE-merke.\n\nDette er et krav.".to_owned();
        let said = text(&decision(&head(language), &refused));
        let parts = [
            "Senderen mangler CE-merke.",
            "Ekomloven 2024 § 11-2",
            "Eksempeldepartementet",
            "§ 18-3",
            "saksbehandler-1",
        ];
        for part in words.into_iter().chain(parts) {
            assert!(said.contains(part), "{part} in {said}");
        }
    }
}

#[test]
fn a_favourable_simple_grant_is_short_and_one_with_conditions_is_not() {
    let mut simple = facts(Matter::New, Way::Granted);
    simple.author = Author::Rules;
    let short = decision(&head(Language::Bokmal), &simple);
    assert!(short.blocks.iter().all(|block| !matches!(block, Block::Heading(_))));
    let said = text(&short);
    for part in ["§§ 18, 24, 28 og 29", "tre uker", "automatisk", "LB1AG", "inntil videre"] {
        assert!(said.contains(part), "{part} in {said}");
    }
    let mut with_conditions = simple.clone();
    with_conditions.conditions = vec!["Senderen brukes bare i nød.".to_owned()];
    let long = text(&decision(&head(Language::Bokmal), &with_conditions));
    assert!(long.contains("Du kan be om begrunnelse") && long.len() > said.len());
}

#[test]
fn what_cannot_be_appealed_against_says_so() {
    let mut refused = facts(Matter::New, Way::Refused);
    refused.appeal = Err("Nummerforskriften § 40".to_owned());
    let said = text(&decision(&head(Language::English), &refused));
    assert!(said.contains("There is no appeal against this decision (Nummerforskriften § 40)."));
    assert!(!said.contains("You may appeal"));
}

#[test]
fn a_title_in_a_sentence_begins_small_unless_it_is_an_abbreviation() {
    let said = text(&decision(&head(Language::Bokmal), &facts(Matter::New, Way::Granted)));
    assert!(said.contains("søknaden om frekvenstillatelse for nødpeilesender (PLB)"), "{said}");
    let mut other = head(Language::English);
    other.kind_title = "PLB permit".to_owned();
    let said = text(&decision(&other, &facts(Matter::New, Way::Granted)));
    assert!(said.contains("the application for PLB permit"), "{said}");
}

#[test]
fn a_long_letter_runs_over_several_pages_without_losing_a_word() {
    let mut refused = facts(Matter::New, Way::Refused);
    let paragraph = "Søkeren på Čáhppesnjárga har ikke svart på det vi spurte om. ".repeat(12);
    refused.grounds = [paragraph.trim(); 12].join("\n\n");
    let pdf = assert_nothing_is_lost(&decision(&head(Language::Bokmal), &refused));
    assert!(pdf.pages >= 3, "{}", pdf.pages);
}

#[test]
fn another_reader_finds_every_text_of_every_letter() {
    for letter in letters(Language::Nynorsk) {
        assert_another_reader_agrees(&letter);
    }
}
