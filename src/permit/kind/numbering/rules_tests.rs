//! Tests of the rules about number resources.

use super::*;
use crate::{
    failure::FieldErrors,
    permit::kind::{
        PermitKind as _,
        numbering::{Numbering, model::EndUser},
    },
    values::organisation_number::OrganisationNumber,
};

fn details(kind: &str, resources: &[&str]) -> NumberingDetails {
    let example = Numbering::example();
    let parsed = Numbering::parse(&example, false, &mut FieldErrors::new()).unwrap();
    let of = ResourceType::of(kind).unwrap();
    NumberingDetails {
        resource_type: kind.to_owned(),
        resources: resources.iter().map(|text| of.parse(text).unwrap()).collect(),
        wish: None,
        ..parsed.details
    }
}

/// The rates per number and per permit of FOR-2024-01-17-79 § 6 first paragraph 1, of 1 July 2025.
fn annual_nok(items: &[FeeItem]) -> u64 {
    let ore: u64 = items
        .iter()
        .map(|item| {
            let series = item.conditions.iter().find(|(name, _)| *name == "series");
            let rate = match series {
                Some((_, FeeValue::Word(series))) if series == "8" => 18,
                Some((_, FeeValue::Word(series))) if ["4", "9"].contains(&series.as_str()) => 12,
                _ => 3,
            };
            rate * item.count
        })
        .sum();
    (ore / 100).max(14_100)
}

#[test]
fn the_certificate_says_of_five_digit_numbers_that_the_state_invoices_a_tax_apart() {
    let day = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
    let said = |details: &NumberingDetails, day| taxed_apart(details, Language::English, day);
    let mut five = details("e164_5_digit", &["02800"]);
    five.end_user = None;
    assert!(said(&five, day).expect("taxed").contains("invoiced apart"));
    assert_eq!(said(&five, NaiveDate::from_ymd_opt(2008, 1, 1).unwrap()), None);
    five.end_user = Some(EndUser {
        name: "Eksempelforeningen".to_owned(),
        organisation_number: OrganisationNumber::parse("974446871").unwrap(),
        non_commercial: true,
    });
    assert_eq!(said(&five, day), None, "no tax on non-commercial numbers");
    assert_eq!(said(&details("e164_8_digit", &["40000000-40099999"]), day), None);
}

#[test]
fn the_worked_fee_examples_come_out() {
    let hundred_thousand = fees(&details("e164_8_digit", &["40000000-40099999"]));
    assert_eq!(
        (hundred_thousand[0].object, hundred_thousand[0].count),
        ("e164_8_and_12_digit", 100_000)
    );
    assert_eq!(annual_nok(&hundred_thousand), 14_100);
    assert_eq!(annual_nok(&fees(&details("e164_8_digit", &["90000000-90999999"]))), 120_000);
    assert_eq!(annual_nok(&fees(&details("e164_8_digit", &["81000000-81099999"]))), 18_000);
    let mixed = fees(&details(
        "e164_8_digit",
        &["22000000-22009999", "40000000-40009999", "90000000-90009999"],
    ));
    assert_eq!(mixed.iter().map(|item| item.count).collect::<Vec<_>>(), [10_000; 3]);
}

/// Every word that a rate compares is one that the type of the rate has.
#[test]
fn what_the_rates_ask_of_a_type_stands_in_its_row() {
    for (kind, number, words) in [
        ("e164_5_digit", "02345", vec![("digits", "5")]),
        ("e164_4_digit", "1881", vec![("digits", "4"), ("series", "18xx")]),
        ("e164_6_digit", "116117", vec![("digits", "6"), ("series", "116")]),
        ("e164_8_digit", "22000000-22009999", vec![("digits", "8"), ("series", "2")]),
        ("e164_12_digit", "580000000000-580000009999", vec![("digits", "12"), ("series", "5")]),
        ("nspc", "101", vec![("any_number_of_codes", "yes")]),
        ("ispc", "2-100-1", vec![]),
    ] {
        let word = |text: &str| FeeValue::Word(text.to_owned());
        let words: Vec<_> = words.into_iter().map(|(name, text)| (name, word(text))).collect();
        assert_eq!(fees(&details(kind, &[number]))[0].conditions, words, "{kind}");
    }
    let given_in_series = ResourceType::all().iter().filter(|kind| kind.is_given_in_series());
    let codes: Vec<&str> = given_in_series.map(|kind| kind.code).collect();
    assert_eq!(codes, ["e164_8_digit", "e164_12_digit"]);
}

#[test]
fn national_point_codes_have_one_fee_and_international_ones_one_each() {
    assert_eq!(fees(&details("nspc", &["1", "2", "3"]))[0].count, 1);
    assert_eq!(fees(&details("ispc", &["2-100-1", "2-100-2"]))[0].count, 2);
    assert!(fees(&details("rds_pi", &["F201"])).is_empty());
}

#[test]
fn only_a_plain_point_code_is_granted_without_a_caseworker() {
    let facts =
        Facts { address_in_norway: true, held: vec![serde_json::Value::Null], ..Facts::default() };
    let one = details("nspc", &["100"]);
    assert_eq!(assess(&one, &facts), Assessment::Grant);
    let forbids = [
        Facts { held: Vec::new(), ..facts.clone() },
        Facts { address_in_norway: false, ..facts.clone() },
        Facts { findings: vec![Reason::new("overlap")], ..facts.clone() },
    ];
    for fact in forbids {
        assert!(matches!(assess(&one, &fact), Assessment::NeedsCaseworker(_)));
    }
    for other in [
        details("nspc", &["1", "2"]),
        details("ispc", &["2-1-1"]),
        details("e164_8_digit", &["22000000-22000099"]),
    ] {
        assert!(matches!(assess(&other, &facts), Assessment::NeedsCaseworker(_)));
    }
}

#[test]
fn a_type_is_applied_for_while_its_row_is_in_force() {
    let on = |day: &str| Facts { today: day.parse().unwrap(), ..Facts::default() };
    let one = details("mnc", &["77"]);
    assert!(admit(&one, &on("2026-11-22")).is_ok());
    assert_eq!(admit(&one, &on("2024-12-31")).unwrap_err().code, "type-not-in-force");
}

#[test]
fn another_contact_is_named_without_a_caseworker() {
    let held = details("e164_8_digit", &["22000000-22000099"]);
    let facts = Facts { amends: Some(json!(held)), ..Facts::default() };
    let mut asked = held.clone();
    if let Some(contact) = &mut asked.contact {
        contact.phone = "68050099".parse().unwrap();
    }
    assert_ne!(asked, held);
    assert_eq!(assess(&asked, &facts), Assessment::Grant);
    asked.service = "Telefoni".to_owned();
    assert!(matches!(assess(&asked, &facts), Assessment::NeedsCaseworker(_)));
}

#[test]
fn the_certificate_tells_of_reports_and_of_use_as_the_dated_tables_have_them() {
    let day = "2026-11-22".parse().unwrap();
    let told = |kind: &str, number: &str| -> Vec<&'static str> {
        let of_use = ["reported", "harmonised", "data-network"];
        let found = situations(&details(kind, &[number]), day);
        found.into_iter().filter(|found| of_use.contains(found)).collect()
    };
    assert_eq!(told("e164_8_digit", "22000000-22009999"), ["reported"]);
    assert_eq!(told("e164_6_digit", "116117"), ["harmonised"], "§ 23 is about series");
    assert!(told("e164_5_digit", "02345").is_empty());
    assert_eq!(told("dnic", "2421"), ["data-network"]);
    let before = "2003-12-31".parse().unwrap();
    assert!(situations(&details("dnic", &["2421"]), before).is_empty());
}

#[test]
fn the_certificate_says_what_calls_may_cost() {
    let prices = |details: &NumberingDetails| -> Vec<&'static str> {
        let of_price = ["free-to-caller", "priced-as-mobile", "non-commercial"];
        let day = "2026-11-22".parse().unwrap();
        situations(details, day).into_iter().filter(|found| of_price.contains(found)).collect()
    };
    for (kind, number, expected) in [
        ("e164_8_digit", "80000000-80009999", "free-to-caller"),
        ("e164_6_digit", "116117", "free-to-caller"),
        ("e164_8_digit", "81500000-81509999", "priced-as-mobile"),
        ("e164_5_digit", "02345", "priced-as-mobile"),
    ] {
        assert_eq!(prices(&details(kind, &[number])), [expected], "{number}");
    }
    assert!(prices(&details("e164_8_digit", &["22000000-22009999"])).is_empty());
    assert!(prices(&details("nspc", &["101"])).is_empty(), "a code is not called");
    // a certificate of a day says what the plan of that day says
    let before = "2024-12-31".parse().unwrap();
    let free = details("e164_8_digit", &["80000000-80009999"]);
    assert!(!situations(&free, before).contains(&"free-to-caller"), "no plan is known of that day");
    let mut five = details("e164_5_digit", &["02345"]);
    five.end_user = Some(EndUser {
        name: "Eksempelforeningen".to_owned(),
        organisation_number: OrganisationNumber::parse("974446871").unwrap(),
        non_commercial: true,
    });
    assert_eq!(prices(&five), ["priced-as-mobile", "non-commercial"]);
}

#[test]
fn which_provider_codes_name_a_provider_is_told_as_the_table_has_it() {
    let mut application = Numbering::example();
    application.provider_code = Some("905".to_owned());
    let mut errors = FieldErrors::new();
    let parsed = Numbering::parse(&application, false, &mut errors);
    let refused = errors.finish(parsed.map(|_| ())).unwrap_err();
    let field = &refused.fields()[0];
    assert_eq!((field.pointer.as_str(), &*field.code), ("/providerCode", "provider-specific"));
    let last = ResourceType::of(PROVIDER_CODES).unwrap().last.unwrap();
    assert!(field.detail.contains(&format!("Codes from {} ", last + 1)), "{}", field.detail);
    assert!(field.detail.ends_with(&format!("from 000 to {last}.")), "{}", field.detail);
}

#[test]
fn the_plan_of_telephone_numbers_says_nothing_of_codes() {
    let facts = Facts { today: "2026-11-22".parse().unwrap(), ..Facts::default() };
    for (kind, code) in [("tilbyderkode", "112"), ("nspc", "190"), ("mnc", "113"), ("nc", "110")] {
        assert_eq!(admit(&details(kind, &[code]), &facts), Ok(()), "{kind} {code}");
        let of = ResourceType::of(kind).unwrap();
        assert_eq!(for_people(of, &of.parse(code).unwrap()), code, "{kind}");
    }
    let emergency = details("e164_3_digit", &["112"]);
    assert_eq!(admit(&emergency, &facts).unwrap_err().code, "plan-not-in-force");
}

#[test]
fn point_codes_are_shown_in_both_forms_and_numbers_grouped() {
    let ispc = ResourceType::of("ispc").unwrap();
    assert_eq!(for_people(ispc, &ispc.parse("4897").unwrap()), "2-100-1 (4897)");
    let eight = ResourceType::of("e164_8_digit").unwrap();
    let range = eight.parse("40000000-40009999").unwrap();
    assert_eq!(for_people(eight, &range), "400 00 000 – 400 09 999");
}
