//! Tests of the policy: that the file keeps every rule, that the rules can fail, and that it says what the two older
//! privacy statements promise.

use std::collections::BTreeSet;

use super::{Recipient as To, *};

fn policy() -> &'static Policy {
    Policy::load()
}

fn rows(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .skip(1)
        .map(|line| line.split('\t').collect())
}

/// The faults `check` finds after a change of the file's text.
fn faults_after(from: &str, to: &str) -> Vec<String> {
    let text = include_str!("../policy.toml");
    assert!(text.contains(from), "the file has no {from}");
    check(&Policy::parse(&text.replacen(from, to, 1)).unwrap())
}

fn names(kind: Kind, recipient: To, holder: HolderType, when: When) -> BTreeSet<&'static str> {
    policy()
        .fields(kind, recipient, holder, when)
        .into_iter()
        .flat_map(FieldSet::iter)
        .map(Field::as_str)
        .collect()
}

#[test]
fn the_policy_has_no_fault() {
    assert_eq!(check(policy()), Vec::<String>::new());
}

#[test]
fn unknown_words_are_refused_when_the_file_is_read() {
    let text = include_str!("../policy.toml");
    for (from, to) in [
        ("recipient = \"verifier\"", "recipient = \"neighbour\""),
        ("\"holder.nationalId\"", "\"holder.shoeSize\""),
        ("period = \"P90D\"", "period = \"90 days\""),
        ("restriction = \"stops\"", "restriction = \"maybe\""),
        ("routine = true", "routinely = true"),
        ("action = \"keep\"", "action = \"hide\""),
    ] {
        assert!(text.contains(from), "{from}");
        assert!(Policy::parse(&text.replacen(from, to, 1)).is_err(), "{to}");
    }
}

#[test]
fn each_fault_is_found() {
    let text = include_str!("../policy.toml");
    let programmer = text.split("recipient = \"programmer\"").nth(1).unwrap();
    let programmer_fields = format!(
        "recipient = \"programmer\"{}",
        programmer.split_inclusive("fields = [").next().unwrap()
    );
    for (from, to, fault) in [
        ("article = \"gdpr-6-1-a\"", "article = \"gdpr-6-1-e\"", "consent is the ground"),
        ("\"ekom2024-11-2\"", "\"ekom2003-6-2\"", "not in force"),
        ("\"ekom2024-11-2\"", "\"ekom2024-99\"", "unknown"),
        ("statute = \"ekom2024-11-1\"", "", "needs consent or a statute"),
        ("statute = \"offf2008-6\"", "", "journal.correspondent needs consent or a statute"),
        ("restriction = \"humanDecision\"", "restriction = \"stops\"", "wrong effect"),
        ("id = \"plb-programming\"", "id = \"plb-permit\"", "id of two"),
        ("id = \"plb-programming\"", "id = \"PLB programming\"", "kebab-case"),
        ("title.nn = \"", "title.nn = \" ", "nn text"),
        ("persons = [\"holder\"", "persons = [\"nobody\"", "nobody has no label"),
        (
            &programmer_fields,
            &format!("{programmer_fields}\"contact.phone\", "),
            "contact.phone must never go there",
        ),
        (
            &programmer_fields,
            &format!("{programmer_fields}\"holder.nationalId\", "),
            "must never go there",
        ),
        (&programmer_fields, &format!("{programmer_fields}\"callSign\", "), "stands twice"),
    ] {
        let faults = faults_after(from, to);
        assert!(faults.iter().any(|one| one.contains(fault)), "{to}: {faults:?}");
    }
}

#[test]
fn the_rescue_centre_gets_everything_registered_about_a_beacon() {
    for (kind, purpose) in [(Kind::Plb, "plb-permit"), (Kind::Aircraft, "aircraft-permit")] {
        for holder in HolderType::ALL {
            let got = names(kind, To::RescueCentre, *holder, When::Live);
            let held = policy().purpose(purpose).unwrap().fields.iter();
            for field in held.chain(&policy().purpose("emergency-contacts").unwrap().fields) {
                let internal = matches!(field, Field::PermitGrounds | Field::PermitHistory);
                assert_eq!(got.contains(field.as_str()), !internal, "{kind}: {field}");
            }
        }
    }
    let ended = names(Kind::Plb, To::RescueCentre, HolderType::Person, When::Ended);
    assert!(ended.contains("holder.phone") && ended.contains("permit.endReason"));
    assert!(
        !ended.iter().any(|field| field.starts_with("contact.") || *field == "holder.nationalId")
    );
}

#[test]
fn a_programmer_gets_name_address_phone_email_and_the_order_and_nothing_else() {
    let got = names(Kind::Plb, To::Programmer, HolderType::Person, When::Live);
    let about_the_holder: BTreeSet<&str> =
        got.iter().copied().filter(|field| field.starts_with("holder.")).collect();
    assert_eq!(
        about_the_holder,
        ["holder.name", "holder.address", "holder.postTown", "holder.phone", "holder.email"].into()
    );
    for field in &got {
        let subject = field.split('.').next().unwrap();
        assert!(
            ["holder", "organisation", "callSign", "permit", "beacon", "programming"]
                .contains(&subject),
            "{field}"
        );
    }
    assert!(got.contains("callSign") && got.contains("programming.protocols"));
    assert!(!got.contains("beacon.notes") && !got.contains("beacon.craft"));
    for kind in Kind::ALL.iter().filter(|kind| **kind != Kind::Plb) {
        assert!(names(*kind, To::Programmer, HolderType::Person, When::Live).is_empty());
    }
}

#[test]
fn the_public_sees_no_person_without_consent_or_statute() {
    for kind in Kind::ALL {
        for holder in HolderType::ALL {
            let set = policy().fields(*kind, To::Public, *holder, When::Live);
            let personal: Vec<Field> =
                set.into_iter().flat_map(FieldSet::iter).filter(|f| f.is_personal()).collect();
            if (*kind, *holder) == (Kind::Spectrum, HolderType::Organisation) {
                assert_eq!(
                    personal,
                    [
                        Field::ContactPersonName,
                        Field::ContactPersonPhone,
                        Field::ContactPersonEmail
                    ]
                );
                assert_eq!(set.unwrap().purpose(), "frequency-portal-contact");
            } else {
                assert_eq!(personal, [], "{kind}");
            }
            assert!(policy().fields(*kind, To::Public, *holder, When::Ended).is_none());
        }
    }
    let consented =
        policy().fields(Kind::Amateur, To::Public, HolderType::Person, When::Consented).unwrap();
    assert_eq!(consented.purpose(), "call-sign-list");
    assert_eq!(
        consented.iter().collect::<Vec<_>>(),
        [Field::HolderName, Field::HolderAddress, Field::HolderPostTown]
    );
    assert!(consented.contains(Field::HolderName) && !consented.contains(Field::HolderPhone));
}

#[test]
fn a_private_persons_station_is_shown_as_its_municipality() {
    let person = names(Kind::Transmitter, To::Public, HolderType::Person, When::Live);
    assert!(person.contains("station.municipality") && !person.contains("station.position"));
    // the area of a licence may be a drawn line round a farm, and its purpose is free text
    let person = names(Kind::Spectrum, To::Public, HolderType::Person, When::Live);
    assert!(person.contains("frequency.range"));
    assert!(!person.contains("frequency.area") && !person.contains("frequency.use"));
    for kind in [Kind::Spectrum, Kind::Transmitter] {
        assert!(
            names(kind, To::Public, HolderType::Organisation, When::Live)
                .contains("station.position")
        );
    }
}

#[test]
fn a_provider_and_a_verifier_see_no_persons() {
    for kind in Kind::ALL {
        for recipient in [To::Provider, To::Verifier] {
            for field in policy()
                .fields(*kind, recipient, HolderType::Person, When::Live)
                .into_iter()
                .flat_map(FieldSet::iter)
            {
                assert!(
                    !field.is_personal() && field.subject() != "holder",
                    "{recipient}: {field}"
                );
            }
        }
    }
    assert!(!names(Kind::Priority, To::Provider, HolderType::Organisation, When::Live).is_empty());
}

#[test]
fn records_that_are_not_permits_have_their_own_sets() {
    let journal = policy().record_fields("public-journal", To::Public).unwrap();
    assert!(journal.contains(Field::JournalCorrespondent));
    assert_eq!(journal.purpose(), "public-journal");
    assert!(policy().record_fields("public-journal", To::RescueCentre).is_none());
    assert!(policy().record_fields("plb-permit", To::Caseworker).is_none());
    assert!(policy().record_fields("no-such-purpose", To::Public).is_none());
}

#[test]
fn consent_can_be_given_for_the_call_sign_list_alone() {
    assert_eq!(
        policy().consent_purposes().map(|purpose| purpose.id.as_str()).collect::<Vec<_>>(),
        ["call-sign-list"]
    );
}

#[test]
fn rights_follow_from_the_ground() {
    let rights = |id: &str| policy().purpose(id).unwrap().rights();
    assert!(rights("call-sign-list").contains(&Right::Portability));
    assert!(rights("call-sign-list").contains(&Right::WithdrawConsent));
    assert!(!rights("plb-permit").contains(&Right::Portability));
    assert!(
        rights("plb-permit").contains(&Right::Objection)
            && rights("plb-permit").contains(&Right::HumanReview)
    );
    assert!(
        !rights("archive").contains(&Right::Objection)
            && !rights("archive").contains(&Right::Erasure)
    );
}

#[test]
fn every_retention_rule_of_the_older_statements_is_carried_out_with_its_period() {
    let text =
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/retention_rules.tsv"));
    let mut compared = 0;
    for row in rows(text) {
        let [id, party, _, _, _, _, _, _, period, action, _, in_registry, ..] = row[..] else {
            panic!("{row:?}")
        };
        let acts = !matches!(
            action,
            "answer" | "none" | "never_collected" | "never_stored" | "never_recorded"
        );
        let ours = party != "B" || in_registry != "no";
        if !ours || !acts || action == "publish_anonymised" {
            continue;
        }
        let carried_out: Vec<&Retention> = policy()
            .purposes
            .iter()
            .flat_map(|purpose| &purpose.retention)
            .filter(|rule| rule.statement.iter().any(|number| number == id))
            .collect();
        assert!(!carried_out.is_empty(), "{id} is not carried out");
        for rule in carried_out {
            let expected = (!period.is_empty()).then(|| Period::parse(period).unwrap());
            assert_eq!(rule.period, expected, "{id}");
            compared += 1;
        }
    }
    assert!(compared >= 30, "{compared}");
}

#[test]
fn every_system_and_recipient_of_the_authoritys_older_statement_is_answered_for() {
    let answered: BTreeSet<&str> =
        policy().purposes.iter().flat_map(|one| &one.statement).map(String::as_str).collect();
    let systems = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/systems.tsv"));
    let parties =
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/recipients.tsv"));
    for row in rows(systems).chain(rows(parties)) {
        if row[1] == "A" {
            assert!(answered.contains(row[0]), "{}", row[0]);
        }
    }
}

#[test]
fn a_retention_period_ends_on_a_day() {
    let rule = policy().retention_rule("draft").unwrap();
    assert_eq!(rule.due("2026-11-21".parse().unwrap()), Some("2027-02-19".parse().unwrap()));
    assert_eq!(
        policy().retention_rule("journal-entries").unwrap().due("2026-11-21".parse().unwrap()),
        None
    );
    assert!(policy().retention_rule("cctv-recordings").is_none(), "not a rule of this registry");
}

#[test]
fn the_record_of_processing_reads_well_in_each_language() {
    let line = |language, id: &str| {
        record_of_processing(policy(), language)
            .into_iter()
            .flat_map(|activity| activity.retention)
            .find(|rule| rule.id == id)
            .unwrap()
            .rule
    };
    assert_eq!(
        line(Language::Bokmal, "visitor-register"),
        "Slettes senest 3 måneder etter besøket"
    );
    assert_eq!(
        line(Language::Nynorsk, "visitor-register"),
        "Blir sletta seinast 3 månader etter besøket"
    );
    assert_eq!(
        line(Language::English, "visitor-register"),
        "Erased no later than 3 months after the visit"
    );
    assert_eq!(
        line(Language::English, "newsletter-unsubscribed"),
        "Erased at once after unsubscribing"
    );
    assert_eq!(
        line(Language::Bokmal, "case-documents"),
        "Bevares i arkivet etter at saken er avsluttet"
    );
    assert_eq!(
        line(Language::Bokmal, "session"),
        "Gjøres uleselig i alle kopier senest 8 timer etter siste bruk"
    );
}

#[test]
fn the_record_of_processing_is_complete_in_each_language() {
    for language in Language::ALL {
        let record = record_of_processing(policy(), language);
        assert_eq!(record.len(), policy().purposes.len());
        for activity in &record {
            let json = serde_json::to_value(activity).unwrap();
            assert!(!activity.data.is_empty(), "{}", activity.id);
            assert!(!json.to_string().contains("\"\""), "an empty text in {json}");
        }
    }
}

#[test]
fn every_field_is_written_as_its_name() {
    for field in Field::ALL {
        let json = serde_json::to_string(field).unwrap();
        assert_eq!(json, format!("\"{field}\""));
        assert_eq!(serde_json::from_str::<Field>(&json).unwrap(), *field);
    }
    assert_eq!(Field::ALL.len(), Field::COUNT);
}
