//! Comparing a code with a permit, countries, and the shapes shown to programs and people.

use super::super::*;
use super::{PLB, plb, serial_user_plb};

#[test]
fn differences_are_named() {
    let plb_declared = Declared {
        countries: &NORWAY,
        class: Some(BeaconClass::Plb),
        protocols: &[Protocol::SerialUserPlb, Protocol::StandardLocationPlb],
        tac: Some(176),
        serial: Some(12_345),
        call_sign: Some("LN1234"),
        registration: Some("LN-ABC"),
        address: Some(0x47_8000),
        operator: Some("WIF"),
    };
    // What a PLB code does not carry (type approval unset, call sign, registration, address) is no difference.
    assert_eq!(differences(&plb(), &plb_declared), []);
    let found = |code: &str, declared: &Declared<'_>| -> Vec<_> {
        differences(&decode(code).expect("readable"), declared)
            .into_iter()
            .map(Difference::code)
            .collect()
    };
    assert_eq!(found("A02F40C0E4002C5", &plb_declared), ["type-approval"]);
    assert_eq!(found("A22F03504400001", &plb_declared), ["country", "serial"]);
    assert_eq!(found("A02D91E90080001", &plb_declared), ["class", "protocol", "address"]);
    assert_eq!(
        found("A786492E70174C1", &plb_declared),
        ["country", "class", "protocol", "registration"]
    );
    // A second-generation PLB may carry a call sign; its bare identity does not tell the class.
    assert_eq!(
        found("A794B4C00872E33B9D64A04", &plb_declared),
        ["country", "protocol", "type-approval", "serial", "call-sign"]
    );
    assert_eq!(found(PLB, &Declared::default()), [""; 0]);
    let blocking: Vec<_> =
        differences(&decode("A786492E70174C1").expect("readable"), &plb_declared)
            .into_iter()
            .filter(|difference| difference.is_blocking())
            .map(Difference::code)
            .collect();
    assert_eq!(blocking, ["country", "class"]);
    let [country, ..] =
        differences(&decode("A22F03504400001").expect("readable"), &plb_declared)[..]
    else {
        panic!("a difference")
    };
    assert_eq!(
        country.to_string(),
        "The code names country 273 (Russia), which the permit does not allow."
    );
}

#[test]
fn an_elt_permit_accepts_an_elt_for_distress_tracking_but_not_the_reverse() {
    let tracking = Programming {
        code: Code::EltDtAddress { address: 0x47_8000 },
        ..serial_user_plb(Homer::None)
    };
    let decoded = decode(encode(&tracking).expect("in range").as_str()).expect("readable");
    assert_eq!(
        differences(&decoded, &Declared { class: Some(BeaconClass::Elt), ..Declared::default() }),
        []
    );
    let elt = decode("A02D91E90080001").expect("readable");
    let declared = Declared { class: Some(BeaconClass::EltDt), ..Declared::default() };
    assert_eq!(differences(&elt, &declared), [Difference::Class(BeaconClass::Elt)]);
}

#[test]
fn the_countries_are_the_allocated_ones() {
    let all = (0..=1023).filter(|mid| country(*mid).is_some()).count();
    assert_eq!(all, 292);
    for mid in NORWAY {
        assert_eq!(country(mid), Some(Country { iso: "NO", name: "Norway" }));
        assert!(is_norwegian(mid));
    }
    assert_eq!(country_name(265), Some("Sweden"));
    assert_eq!(country(231).map(|country| country.iso), Some("FO"));
    for unallocated in [0, 200, 217, 260, 776, 982, 1023, u16::MAX] {
        assert_eq!(country_name(unallocated), None);
    }
    assert!((0..=1023).filter_map(country).all(|it| it.iso.len() == 2 && !it.name.is_empty()));
}

#[test]
fn the_json_shape_is_stable() {
    let json = serde_json::to_value(decode("A02D91E90080001").expect("readable")).expect("json");
    assert_eq!(
        json,
        serde_json::json!({
            "beaconId": "A02D91E90080001", "form": "firstGenerationId", "generation": "first", "country": 257,
            "protocol": "serialUserEltAddress", "class": "elt",
            "identification": {"kind": "address", "address": "47A402", "eltNumber": 0},
            "tac": null, "serial": null, "homer": "mhz121", "location": {"kind": "notCarried"},
            "internalPosition": null, "distress": null, "nationalUse": null, "returnLink": null,
            "returnLinkCapable": null, "bch1": "absent", "bch2": "absent", "canonicalised": false, "warnings": [],
        })
    );
    let test = serde_json::to_value(decode("9C7F4B013595551").expect("readable")).expect("json");
    assert_eq!(test["warnings"], serde_json::json!(["test-code"]));
}

#[test]
fn people_get_labels_and_values() {
    let lines = plb().explain();
    for line in [
        ("Beacon id", "A02F0 0C0E4 00001"),
        ("Country", "257 (Norway)"),
        ("Protocol", "serial user, PLB"),
        ("Beacon", "PLB"),
        ("Serial number", "12345"),
        ("Homing", "121.5 MHz"),
    ] {
        assert!(lines.contains(&(line.0, line.1.to_owned())), "{line:?} in {lines:?}");
    }
    assert_eq!(lines.len(), 6);
    let distress = decode("4E8681C15C00000AB61274").expect("readable").explain();
    assert!(
        distress.contains(&("Distress", "grounding; activation automatic and manual".to_owned()))
    );
}

#[test]
fn every_flaw_and_warning_has_its_own_code_or_words() {
    let words: std::collections::HashSet<_> =
        Warning::ALL.iter().map(ToString::to_string).collect();
    assert_eq!(words.len(), Warning::ALL.len());
    for (index, warning) in Warning::ALL.into_iter().enumerate() {
        assert_eq!(warning as usize, index);
    }
}
