//! What can be filed, what is judged, what the record and the certificate say, and every error of an application.

use serde_json::json;

use super::*;
use crate::{
    failure::FieldErrors,
    permit::kind::{PermitKind as _, spectrum::Spectrum},
    values::{language::Language, organisation_number::OrganisationNumber},
};

fn errors_of(change: impl FnOnce(&mut serde_json::Value)) -> Vec<(String, String)> {
    let mut application = serde_json::to_value(Spectrum::example()).unwrap();
    change(&mut application);
    let application = serde_json::from_value(application).unwrap();
    let mut errors = FieldErrors::new();
    let parsed = Spectrum::parse(&application, false, &mut errors);
    match errors.finish(parsed) {
        Ok(_) => Vec::new(),
        Err(failure) => failure
            .fields()
            .iter()
            .map(|field| (field.pointer.clone(), field.code.to_string()))
            .collect(),
    }
}

fn example() -> SpectrumDetails {
    Spectrum::parse(&Spectrum::example(), false, &mut FieldErrors::new()).unwrap().details
}

#[test]
fn an_exclusive_licence_is_for_organisations() {
    let today = "2026-11-22".parse().unwrap();
    let facts = |applicant_is_person| Facts { applicant_is_person, today, ..Facts::default() };
    assert_eq!(admit(&example(), &facts(true)).map_err(|r| r.code), Err("organisations-only"));
    assert_eq!(admit(&example(), &facts(false)), Ok(()));
    let shared = SpectrumDetails { exclusive: false, ..example() };
    assert_eq!(admit(&shared, &facts(true)), Ok(()));
    let late = Facts { today: "2042-01-01".parse().unwrap(), ..Facts::default() };
    assert_eq!(admit(&shared, &late).map_err(|r| r.code), Err("ended"));
}

#[test]
fn a_caseworker_sees_what_is_in_the_way_and_what_lies_outside_the_plan() {
    let facts = Facts {
        today: "2026-11-22".parse().unwrap(),
        findings: vec![Reason::new("exclusive-overlap")],
        ..Facts::default()
    };
    let codes = |details: &SpectrumDetails| -> Vec<&'static str> {
        let Assessment::NeedsCaseworker(reasons) = assess(details, &facts) else { panic!() };
        reasons.iter().map(|reason| reason.code).collect()
    };
    assert_eq!(codes(&example()), ["coordination", "exclusive-overlap"]);
    let broadcast = SpectrumDetails {
        service: crate::permit::kind::spectrum::model::RadioService::Broadcasting,
        ..example()
    };
    assert_eq!(codes(&broadcast).iter().filter(|code| **code == "outside-allocation").count(), 3);
}

#[test]
fn every_error_of_an_application_is_told_with_its_place() {
    assert_eq!(errors_of(|_| {}), []);
    let found = errors_of(|a| {
        a["blocks"] = json!([
            { "simplex": { "lower": 5, "upper": 5 } },
            { "downlink": { "lower": 100, "upper": 200 }, "uplink": { "lower": 150, "upper": 250 } },
            { "simplex": { "lower": 0, "upper": 3_000_000_000_001_u64 } },
            { "downlink": { "lower": 300, "upper": 400 } },
            { "simplex": { "lower": 190, "upper": 195 } },
        ]);
        a["area"] = json!({ "kind": "municipalities", "municipalities": ["0301", "9999", "0301"] });
        a["validUntil"] = json!("2026-01-01");
        a["purpose"] = json!(" ");
        a["publicContact"]["phone"] = json!("1");
    });
    let expected = [
        ("/area/municipalities/1", "unknown-municipality"),
        ("/area/municipalities/2", "repeated"),
        ("/blocks/0/simplex/upper", "frequency-order"),
        ("/blocks/1", "block-overlap"),
        ("/blocks/2/simplex/lower", "frequency-range"),
        ("/blocks/2/simplex/upper", "frequency-range"),
        ("/blocks/3", "block-form"),
        ("/blocks/4", "block-overlap"),
        ("/publicContact/phone", "norwegian-plan"),
        ("/purpose", "missing"),
        ("/validUntil", "validity-order"),
    ];
    let found: Vec<(&str, &str)> =
        found.iter().map(|(pointer, code)| (pointer.as_str(), code.as_str())).collect();
    assert_eq!(found, expected);
}

#[test]
fn an_area_has_the_members_of_its_kind() {
    let area = |area: serde_json::Value| -> Vec<String> {
        let errors = errors_of(|a| a["area"] = area);
        errors.into_iter().map(|(pointer, code)| format!("{pointer} {code}")).collect()
    };
    let point =
        |latitude: f64, longitude: f64| json!({ "latitude": latitude, "longitude": longitude });
    let ring = json!([point(59.9, 10.7), point(59.9, 10.8), point(60.0, 10.8), point(59.9, 10.7)]);
    let none: [&str; 0] = [];
    assert_eq!(area(json!({ "kind": "national" })), none);
    assert_eq!(area(json!({ "kind": "polygon", "municipalities": ["0301"], "ring": ring })), none);
    // the same ring said to lie at sea, and one that does
    assert_eq!(
        area(json!({ "kind": "polygon", "offshore": true, "ring": ring })),
        ["/area/municipalities municipality-not-named", "/area/offshore not-offshore"]
    );
    let field = json!([point(61.0, 1.8), point(61.0, 2.2), point(61.3, 2.2), point(61.0, 1.8)]);
    assert_eq!(area(json!({ "kind": "polygon", "offshore": true, "ring": field })), none);
    assert_eq!(
        area(json!({ "kind": "national", "municipalities": ["0301"], "ring": ring })),
        ["/area/municipalities not-for-this-kind", "/area/ring not-for-this-kind"]
    );
    assert_eq!(area(json!({ "kind": "polygon", "ring": ring })), ["/area/municipalities missing"]);
    assert_eq!(area(json!({ "kind": "municipalities" })), ["/area/municipalities missing"]);
    let open = json!([point(59.9, 10.7), point(59.9, 10.8), point(60.0, 10.8), point(59.8, 10.7)]);
    assert_eq!(
        area(json!({ "kind": "polygon", "municipalities": ["0301"], "ring": open })),
        ["/area/ring ring-not-closed"]
    );
    let far = json!([point(59.9, 10.7), point(95.0, 10.8), point(60.0, 10.8), point(59.9, 10.7)]);
    assert_eq!(
        area(json!({ "kind": "polygon", "municipalities": ["0301"], "ring": far })),
        ["/area/ring/1 coordinate-range"]
    );
    assert_eq!(
        area(json!({ "kind": "polygon", "municipalities": ["0301"] })),
        ["/area/ring too-few-points"]
    );
}

#[test]
fn a_lease_lies_within_the_licence() {
    let lease = |lease: serde_json::Value| -> Vec<String> {
        let errors = errors_of(|a| a["leases"] = json!([lease]));
        errors.into_iter().map(|(pointer, code)| format!("{pointer} {code}")).collect()
    };
    let good = json!({
        "lessee": "974760673", "validFrom": "2028-01-01", "validUntil": "2030-01-01",
        "range": { "lower": 3_500_000_000_u64, "upper": 3_520_000_000_u64 }, "municipalities": ["4601"],
    });
    assert_eq!(lease(good.clone()), [""; 0]);
    let mut bad = good;
    bad["lessee"] = json!("974760674");
    bad["validUntil"] = json!("2043-01-01");
    bad["range"]["upper"] = json!(3_580_000_001_u64);
    bad["municipalities"] = json!(["0301"]);
    assert_eq!(
        lease(bad),
        [
            "/leases/0/lessee check-digit",
            "/leases/0/municipalities outside-the-licence",
            "/leases/0/range outside-the-licence",
            "/leases/0/validUntil outside-the-licence",
        ]
    );
}

#[test]
fn the_same_is_leased_once() {
    let found = |second: serde_json::Value, exclusive: bool| -> Vec<String> {
        let mut lease = json!({
            "lessee": "974760673", "validFrom": "2028-01-01", "validUntil": "2030-01-01",
            "range": { "lower": 3_500_000_000_u64, "upper": 3_520_000_000_u64 },
            "municipalities": ["4601"],
        });
        let first = lease.clone();
        for (name, value) in second.as_object().unwrap() {
            lease[name] = value.clone();
        }
        let errors = errors_of(|a| {
            a["exclusive"] = json!(exclusive);
            a["leases"] = json!([first, lease]);
        });
        errors.into_iter().map(|(pointer, code)| format!("{pointer} {code}")).collect()
    };
    let twice = ["/leases/1 lease-overlap"];
    assert_eq!(found(json!({}), true), twice);
    assert_eq!(found(json!({ "validFrom": "2029-12-31" }), true), twice);
    assert_eq!(found(json!({ "range": null, "municipalities": [] }), true), twice, "the whole");
    assert_eq!(found(json!({}), false), [""; 0], "a shared licence may be");
    for apart in [
        json!({ "validFrom": "2030-01-01", "validUntil": "2031-01-01" }),
        json!({ "range": { "lower": 3_520_000_000_u64, "upper": 3_530_000_000_u64 } }),
        json!({ "municipalities": ["4627"] }),
    ] {
        assert_eq!(found(apart.clone(), true), [""; 0], "{apart}");
    }
}

#[test]
fn an_amendment_of_leases_leaves_nothing_to_judge() {
    let before = example();
    let assessed = |details: &SpectrumDetails, findings: Vec<Reason>| {
        let facts = Facts {
            today: "2026-11-22".parse().unwrap(),
            amends: Some(serde_json::to_value(&before).unwrap()),
            findings,
            ..Facts::default()
        };
        assess(details, &facts)
    };
    let mut leased = before.clone();
    leased.leases.push(Lease {
        lessee: OrganisationNumber::parse("974760673").unwrap(),
        range: None,
        municipalities: Vec::new(),
        validity: before.validity,
    });
    assert_eq!(assessed(&leased, Vec::new()), Assessment::Grant);
    let judged = |assessment| matches!(assessment, Assessment::NeedsCaseworker(_));
    assert!(judged(assessed(&leased, vec![Reason::new("overlaps-shared")])));
    assert!(judged(assessed(&before, Vec::new())), "a renewal");
    let wider = SpectrumDetails { wireless_broadband: false, ..leased };
    assert!(judged(assessed(&wider, Vec::new())));
}

#[test]
fn an_organisation_names_a_public_contact() {
    let found = errors_of(|a| {
        a.as_object_mut().unwrap().remove("publicContact");
    });
    assert_eq!(found, [("/publicContact".to_owned(), "missing".to_owned())]);
}

#[test]
fn the_record_names_hertz_municipalities_and_the_contact() {
    let sections = record(&example());
    let frequency = &sections["frequency"];
    assert_eq!(frequency["range"][0]["lower"], 2_110_000_000_u64);
    assert_eq!(frequency["range"][2]["upper"], 3_580_000_000_u64);
    assert_eq!(
        frequency["area"]["municipalities"][0],
        json!({ "number": "4601", "name": "Bergen" })
    );
    assert_eq!(sections["contactPerson"]["email"], "drift@example.no");
    assert!(!format!("{:?}", example()).contains("drift"));
}

#[test]
fn the_certificate_tells_blocks_area_and_right() {
    let facts = text::certificate(&example(), Language::Bokmal);
    let text = format!("{facts:?}");
    for part in ["3,5 GHz–3,58 GHz", "nedlink", "Bergen (4601)", "Enerett", "teknologinøytral"] {
        assert!(text.contains(part), "{part}: {text}");
    }
}
