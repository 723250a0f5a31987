//! Letters of every kind through both renderings: the parts the law asks for are there, in every language, and what
//! stands in file and page is what stands in the data.

use chrono::{NaiveDate, TimeZone as _, Utc};

use super::{
    model::*,
    rules::{
        invoice::{
            ChargedLine, ConfirmationFacts, CreditFacts, PaymentFacts, credit_note, invoice,
            reminder,
        },
        *,
    },
};
use crate::{
    document::{
        Authority, Block, Document,
        tests::{assert_another_reader_agrees, assert_nothing_is_lost},
    },
    values::{account_number::AccountNumber, kid::Kid, language::Language},
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
        information_request(
            &head,
            &pending,
            "Hvilken farge har senderen?",
            (day("2026-12-06"), false),
        ),
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
    for (matter, why) in [
        (Matter::Amended, Closing::NotPursued("Opplysningene var feil.")),
        (Matter::Suspended, Closing::GivenUp),
        (Matter::Revoked, Closing::GivenUp),
        (Matter::Amended, Closing::Revoked),
        (Matter::Suspended, Closing::RanOut),
        (Matter::Revoked, Closing::HandedOver),
        (Matter::Suspended, Closing::Ended),
    ] {
        let permit = permit();
        let (applied_on, author) = (day("2026-11-02"), Author::Rules);
        let pending = Pending { matter, applied_on, permit: Some(&permit), author };
        all.push(case_closed(&head, &pending, why));
    }
    for (way, effect) in [
        (AppealWay::Inadmissible, AppealEffect::None),
        (AppealWay::Reversed, AppealEffect::Granted),
        (AppealWay::Reversed, AppealEffect::TakenUp),
        (AppealWay::Upheld, AppealEffect::None),
        (AppealWay::Changed, AppealEffect::Conditions),
        (AppealWay::Annulled, AppealEffect::Restored),
        (AppealWay::Annulled, AppealEffect::TakenUp),
        (AppealWay::Annulled, AppealEffect::TakenBack),
        (AppealWay::Changed, AppealEffect::Ended),
        (AppealWay::Annulled, AppealEffect::Prevented),
        (AppealWay::Annulled, AppealEffect::NotTakenBack),
    ] {
        all.push(appeal_decided(&head, &appeal(way, effect)));
    }
    for in_time in [true, false] {
        let facts = AppealReceiptFacts {
            case: "2026/000123".to_owned(),
            received_on: day("2026-12-01"),
            decided_on: day("2026-11-22"),
            due_on: day("2026-12-29"),
            in_time,
            body: in_time.then(|| "Eksempeldepartementet".to_owned()),
            author: Author::Caseworker("saksbehandler-1".to_owned()),
        };
        all.push(super::rules::appeal::receipt(&head, &facts));
    }
    for body in [None, Some("Eksempeldepartementet".to_owned())] {
        let facts = AppealNoticeFacts {
            appellant: "Eksempel Fjordradio AS".to_owned(),
            case: "2026/000123".to_owned(),
            received_on: day("2026-12-01"),
            decided_on: day("2026-11-22"),
            due_on: day("2026-12-15"),
            was_drawn_among: body.is_some(),
            body,
            author: Author::Rules,
        };
        all.push(super::rules::appeal::notice(&head, &facts));
    }
    all.extend(accounts(&head));
    all
}

fn payment(open_ore: i64) -> PaymentFacts {
    PaymentFacts {
        number: 100_000_001,
        due_on: day("2026-12-22"),
        account: AccountNumber::parse("12345678903").expect("an account"),
        kid: Kid::parse("1000000016").expect("a KID"),
        amount_ore: 1_463_000,
        open_ore,
        is_fine: false,
    }
}

fn confirmation() -> ConfirmationFacts {
    ConfirmationFacts {
        permits: vec!["PLB-000123".to_owned(), "AIR-000009".to_owned()],
        address: "https://example.no/my-page".to_owned(),
    }
}

/// An invoice, a reminder of a part of it, and credit notes with and without something left to pay.
fn accounts(head: &Head) -> Vec<Document> {
    let line = |permit: &str, object: &str, amount_ore| ChargedLine {
        permit: permit.to_owned(),
        object: object.to_owned(),
        year: 2026,
        quantity: 1,
        amount_ore,
        section: "§ 18".to_owned(),
    };
    let lines =
        [line("PLB-000123", "plb", 53_000), line("NUM-000007", "e164_8_and_12_digit", 1_410_000)];
    let credit = |open_ore, paid_back_ore| CreditFacts {
        number: 100_000_002,
        payment: payment(open_ore),
        credited_ore: 53_000,
        paid_back_ore,
        reason: "Senderen var meldt tapt før nyttår.",
        who: "saksbehandler-1",
    };
    vec![
        invoice(head, &payment(1_463_000), &lines, Some(&confirmation()), Some(&right())),
        reminder(head, &payment(53_000), day("2027-01-19")),
        credit_note(head, &credit(1_410_000, 0), &lines[..1]),
        credit_note(head, &credit(0, 53_000), &lines[..1]),
    ]
}

#[test]
fn an_invoice_says_what_how_much_by_when_where_to_and_how_to_appeal() {
    for (language, words) in [
        (Language::Bokmal, ["Betalingsfrist", "22. desember 2026", "utenfor merverdiavgiftsloven"]),
        (
            Language::Nynorsk,
            ["Betalingsfrist", "22. desember 2026", "utanfor meirverdiavgiftslova"],
        ),
        (Language::English, ["Pay by", "22 December 2026", "outside the scope of value added tax"]),
    ] {
        let said = text(&accounts(&head(language))[0]);
        let parts = [
            "100000001",
            "1\u{a0}000\u{a0}000\u{a0}016",
            "1234.56.78903",
            "14\u{a0}630,00",
            "14\u{a0}100,00",
            "530,00",
            "PLB-000123",
            "§ 18",
            "23)",
            "Eksempeldepartementet",
            "PLB-000123, AIR-000009",
            "https://example.no/my-page",
        ];
        for part in words.into_iter().chain(parts) {
            assert!(said.contains(part), "{part} in {said}");
        }
        let without = invoice(&head(language), &payment(1_463_000), &[], None, Some(&right()));
        assert!(!text(&without).contains("https://example.no/my-page"), "nobody is asked");
        let reminded = text(&accounts(&head(language))[1]);
        assert!(reminded.contains("14\u{a0}100,00"), "what was paid before: {reminded}");
        let [left, back] = [2, 3].map(|at| text(&accounts(&head(language))[at]));
        assert!(left.contains("1234.56.78903") && !back.contains("1234.56.78903"), "{left}");
    }
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

#[test]
fn letters_of_supervision_say_what_the_law_asks_for_in_every_language() {
    use super::rules::supervision::{
        Ending, FineFacts, OrderFacts, Supervised, advance_notice, closed, coercive_fine, order,
    };
    for language in Language::ALL {
        let head = head(language);
        let facts = || Supervised {
            case: "2026/000123",
            basis: "Ekomloven 2024 § 15-11".to_owned(),
            author: Author::Caseworker("saksbehandler-1".to_owned()),
        };
        let due = day("2026-12-24");
        let ordered = OrderFacts {
            text: "Slå av senderen.",
            grounds: "Målingen viser det.",
            without_notice: Some("Flytrafikken forstyrres."),
            due_on: due,
            fine_basis: "Ekomloven 2024 § 15-11".to_owned(),
            appeal: right(),
        };
        let fine = |is_running, maximum| FineFacts {
            ordered_on: day("2026-11-22"),
            is_running,
            amount: 500_000,
            from: due,
            maximum,
            grounds: "Pålegget er ikke oppfylt.",
            appeal: right(),
        };
        let ending = Ending::Corrected(due);
        let letters = [
            (
                advance_notice(&head, &facts(), "Vi vurderer et pålegg.", due),
                vec!["2026/000123", "§ 18"],
            ),
            (
                order(&head, &facts(), &ordered),
                vec!["Slå av", "Flytrafikken", "Eksempeldepartementet"],
            ),
            (coercive_fine(&head, &facts(), &fine(true, Some(12_000_000))), vec!["120", "§ 15-11"]),
            (coercive_fine(&head, &facts(), &fine(false, None)), vec!["Eksempeldepartementet"]),
            (closed(&head, &facts(), ending, "Takk.", 1_000_000), vec!["Takk.", "10"]),
            (closed(&head, &facts(), Ending::NoBreach, "", 0), vec!["2026/000123"]),
        ];
        for (letter, parts) in letters {
            let said =
                format!("{} {}", letter.title, serde_json::to_string(&letter).expect("JSON"));
            assert!(!said.contains('{') || !said.contains("{case}"), "{said}");
            for part in parts {
                assert!(said.contains(part), "{part} in {said}");
            }
            assert!(letter.title.contains("2026/000123"));
            assert_nothing_is_lost(&letter);
            assert_another_reader_agrees(&letter);
        }
    }
}
