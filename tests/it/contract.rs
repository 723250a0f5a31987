//! The same checks over every permit kind, so that a new kind is covered the day it is added.

use std::{fs, path::Path};

use anrop::{
    disclosure::{
        field_named, legal_basis,
        policy::{Field, HolderType, Policy, Recipient, When},
    },
    failure::Problem,
    fee,
    permit::kind::{AnyKind, DutyDays, Holders, KINDS},
    values::{deadline, language::Language},
};
use serde_json::Value;

fn each(check: impl Fn(&dyn AnyKind)) {
    assert!(!KINDS.is_empty());
    for kind in KINDS {
        check(*kind);
    }
}

/// Whether the specimen's applicant is a natural person.
fn is_person(kind: &dyn AnyKind) -> bool {
    kind.holders() != Holders::Organisations
}

fn holder_type(kind: &dyn AnyKind) -> HolderType {
    if is_person(kind) { HolderType::Person } else { HolderType::Organisation }
}

#[test]
fn the_example_of_every_kind_parses_and_its_details_survive_json() {
    each(|kind| {
        let code = kind.kind().as_str();
        let parsed = kind
            .read(&kind.example(), is_person(kind), "")
            .unwrap_or_else(|e| panic!("{code}: {e}"));
        let text = parsed.details.to_string();
        let back: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(back, parsed.details, "{code}");
        assert!(!kind.record(&parsed.details).is_empty(), "{code}");
    });
}

/// A database holds details in every shape they were ever stored in. `tests/vectors/stored/KIND-N.json` has each of
/// them: a file is added when the shape changes, and none is changed or taken away, or permits of that time are lost.
#[test]
fn details_of_every_kind_are_read_in_every_shape_they_were_stored_in() {
    each(|kind| {
        let code = kind.kind().as_str();
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/stored"));
        let files = (1..).map(|n| folder.join(format!("{code}-{n}.json")));
        let shapes: Vec<Value> = files
            .map_while(|file| fs::read(file).ok())
            .map(|text| serde_json::from_slice(&text).expect("JSON"))
            .collect();
        for (at, shape) in shapes.iter().enumerate() {
            assert!(kind.reads_back(shape), "{code}-{}.json is not read any more", at + 1);
        }
        let details = kind.read(&kind.example(), is_person(kind), "").expect("read").details;
        if shapes.last() != Some(&details) {
            let name = format!("{code}-{}.json", shapes.len() + 1);
            let made = Path::new(env!("CARGO_TARGET_TMPDIR")).join(&name);
            let text = serde_json::to_string_pretty(&details).expect("JSON");
            fs::write(&made, text + "\n").expect("written");
            panic!("{code} is stored in a new shape: {name} is in the build's tmp folder");
        }
    });
}

#[test]
fn a_broken_example_of_every_kind_yields_pointers_for_every_error() {
    each(|kind| {
        let mut broken = kind.example();
        broken["applicant"]["email"] = "x".into();
        broken["applicant"]["phone"] = "12".into();
        let failure = kind.read(&broken, is_person(kind), "").expect_err("refused");
        assert_eq!(failure.problem(), Problem::InvalidContent);
        let pointers: Vec<&str> = failure.fields().iter().map(|f| f.pointer.as_str()).collect();
        assert_eq!(pointers, ["/applicant/email", "/applicant/phone"], "{}", kind.kind());
    });
}

#[test]
fn every_member_of_every_record_is_a_field_of_the_policy() {
    each(|kind| {
        let parsed = kind.read(&kind.example(), is_person(kind), "").expect("parses");
        for (section, value) in kind.record(&parsed.details) {
            if section.contains('.') {
                assert!(field_named(&section).is_some(), "{section}");
                continue;
            }
            let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
            let objects =
                value.as_object().into_iter().chain(list.iter().filter_map(Value::as_object));
            for member in objects.flat_map(serde_json::Map::keys) {
                let name = format!("{section}.{member}");
                assert!(
                    field_named(&name).is_some(),
                    "{name} is in no policy, so nobody would get it"
                );
            }
        }
    });
}

#[test]
fn every_kind_has_an_answer_for_holder_caseworker_and_public() {
    each(|kind| {
        for recipient in [Recipient::Holder, Recipient::Caseworker] {
            let fields =
                Policy::load().fields(kind.kind(), recipient, holder_type(kind), When::Live);
            assert!(fields.is_some_and(|f| f.contains(Field::PermitStatus)), "{}", kind.kind());
        }
        for closely_held in [Field::HolderNationalId, Field::ContactPhone, Field::HolderPhone] {
            for when in [When::Live, When::Consented, When::Ended] {
                let public =
                    Policy::load().fields(kind.kind(), Recipient::Public, holder_type(kind), when);
                assert!(public.is_none_or(|f| !f.contains(closely_held)), "{}", kind.kind());
            }
        }
    });
}

#[test]
fn legal_basis_decision_time_and_retention_of_every_kind_resolve() {
    let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 21).expect("a day");
    each(|kind| {
        let code = kind.legal_basis(today);
        assert!(legal_basis::in_force(code, today), "{code} is not in force");
        assert!(deadline::rule_on(kind.timer(today), today).is_ok(), "{}", kind.kind());
        let purpose = Policy::load().purposes.iter().find(|purpose| {
            purpose.disclosures.iter().any(|d| d.kinds.contains(&kind.kind()))
                && !purpose.retention.is_empty()
        });
        assert!(purpose.is_some(), "{} has no retention", kind.kind());
    });
}

#[test]
fn the_fee_table_understands_what_every_kind_is_charged_for() {
    let day = |text: &str| text.parse::<chrono::NaiveDate>().expect("a day");
    each(|kind| {
        let is_person = kind.holders() != Holders::Organisations;
        let parsed = kind.read(&kind.example(), is_person, "").expect("parses");
        let items = kind.fees(&parsed.details);
        for first in ["2025-07-01", "2026-11-21"].map(day) {
            let year = chrono::Datelike::year(&first);
            let code = kind.kind().as_str();
            let once = fee::rules::once(&items, first).unwrap_or_else(|e| panic!("{code}: {e}"));
            let held = fee::rules::Holding { first, last: None };
            let yearly =
                fee::rules::annual(&items, held, year).unwrap_or_else(|e| panic!("{code}: {e}"));
            assert!(items.is_empty() || !(once.is_empty() && yearly.is_empty()), "{code}");
        }
    });
}

#[test]
fn every_kind_has_a_title_and_a_certificate_in_three_languages() {
    let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 21).expect("a day");
    each(|kind| {
        let parsed = kind.read(&kind.example(), is_person(kind), "").expect("parses");
        for language in Language::ALL {
            assert!(!kind.title(language).is_empty());
            let days = DutyDays { granted: today, issued: today };
            let duties = kind.duties(&parsed.details, language, days);
            assert!(!kind.certificate(&parsed.details, language).is_empty(), "{}", kind.kind());
            assert!(duties.len() >= 3, "{}", kind.kind());
        }
    });
}
