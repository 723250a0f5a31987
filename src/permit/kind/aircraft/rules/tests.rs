//! The decisions on the specimen and on changes of it.

use super::*;
use crate::{
    failure::FieldErrors,
    permit::kind::{
        PermitKind as _,
        aircraft::{
            Aircraft,
            wire::{AircraftApplication, EquipmentCategory, TemporaryForm},
        },
        beacon::{Condition, ConditionReport},
    },
    values::beacon_id::{Code, Homer, Programming, VesselId, encode},
};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn read(application: &AircraftApplication) -> Result<AircraftDetails, Vec<(String, String)>> {
    let mut errors = FieldErrors::new();
    let parsed = Aircraft::parse(application, true, &mut errors);
    errors.finish(parsed).map(|parsed| parsed.details).map_err(|failure| {
        let code =
            |error: &crate::failure::FieldError| (error.pointer.clone(), error.code.to_string());
        failure.fields().iter().map(code).collect()
    })
}

fn specimen() -> AircraftDetails {
    read(&Aircraft::example()).expect("the specimen reads")
}

fn coded(code: Code) -> String {
    encode(&Programming { country: 257, code, homer: Homer::Mhz121 }).expect("a code").to_string()
}

fn with_code(code: &str) -> Result<AircraftDetails, Vec<(String, String)>> {
    let mut application = Aircraft::example();
    if let Some(elt) = &mut application.elt {
        elt.code = Some(code.to_owned());
    }
    read(&application)
}

#[test]
fn what_an_amendment_tells_rescuers_waits_for_nobody_and_another_aircraft_does() {
    let facts = Facts {
        amends: Some(json!(specimen())),
        address_in_norway: true,
        today: day("2026-11-22"),
        ..Facts::default()
    };
    let mut told = specimen();
    told.colour = Some("Gul".to_owned());
    told.home_base = Some("Bodø".to_owned());
    told.persons = Some(3);
    if let Some(elt) = &mut told.elt {
        elt.battery_expiry = Some(day("2031-06-30"));
    }
    assert_eq!(assess(&told, &facts), Assessment::Grant);
    let first = Facts { amends: None, ..facts.clone() };
    assert!(matches!(assess(&told, &first), Assessment::NeedsCaseworker(_)));
    told.take_off_mass += 1;
    assert!(matches!(assess(&told, &facts), Assessment::NeedsCaseworker(_)));
}

#[test]
fn the_code_of_an_elt_that_stays_is_not_asked_about_again() {
    let refused = |amends: Option<&AircraftDetails>| {
        // no protocol was accepted then
        let (today, amends) = (day("1980-01-01"), amends.map(|held| json!(held)));
        let facts = Facts { today, amends, ..Facts::default() };
        admit(&specimen(), &facts).err().map(|reason| reason.code)
    };
    assert_eq!(refused(None), Some("protocol"));
    assert_eq!(refused(Some(&specimen())), None);
    let mut uncoded = specimen();
    if let Some(elt) = &mut uncoded.elt {
        elt.beacon_id = None;
    }
    assert_eq!(refused(Some(&uncoded)), Some("protocol"));
}

#[test]
fn the_aircraft_is_known_by_registration_address_and_code() {
    let found: Vec<(Scheme, String)> =
        identifiers(&specimen()).into_iter().map(|one| (one.scheme, one.value)).collect();
    assert_eq!(found[0], (Scheme::Registration, "LN-EKS".to_owned()));
    assert_eq!(found[1], (Scheme::IcaoAddress, "478ABC".to_owned()));
    assert_eq!(found[2].0, Scheme::BeaconId);
    let second = coded(Code::SecondGeneration {
        tac: 12_345,
        serial: 7,
        vessel: VesselId::Address { address: 0x47_8ABC, operator: None },
    });
    let found = identifiers(&with_code(&second).expect("it names the aircraft"));
    assert_eq!(found[3].scheme, Scheme::BeaconPrefix);
    assert_eq!(found[3].value, second[..15]);
}

/// What the caseworker is told of the code.
fn told(details: &AircraftDetails) -> Vec<Reason> {
    let elt = details.elt.as_ref().expect("an ELT");
    code_doubts(details, elt)
}

#[test]
fn a_code_of_another_country_or_kind_is_refused_and_one_that_names_another_aircraft_is_judged() {
    let refused = |code: &str| with_code(code).expect_err("refused");
    let at = |code: &str| vec![("/elt/code".to_owned(), code.to_owned())];
    let judged = |code: &str| told(&with_code(code).expect("it can be filed"));
    let address = |address| Code::SerialUserEltAddress { address, elt_number: 0, tac: None };
    assert_eq!(judged(&coded(address(0x47_8ABC))), []);
    assert_eq!(
        judged(&coded(address(0x47_8ABD))),
        [Reason::with("code-differs/address", ["478ABD", "478ABC"])]
    );
    let registration =
        |text: &str| Code::AviationUser { registration: text.to_owned(), elt_number: 0 };
    assert_eq!(judged(&coded(registration("LN-EKS"))), []);
    assert_eq!(judged(&coded(registration("LNEKS"))), [], "the hyphen may be left out");
    assert_eq!(judged(&coded(registration("LN-EKT"))), [Reason::new("code-differs/registration")]);
    assert_eq!(refused(&coded(Code::SerialUserPlb { serial: 1, tac: None })), at("class"));
    let swedish = Programming { country: 265, code: address(0x47_8ABC), homer: Homer::Mhz121 };
    assert_eq!(refused(encode(&swedish).expect("a code").as_str()), at("country"));
    assert_eq!(refused("982571234"), at("craft-mmsi"));
}

#[test]
fn a_code_with_an_operator_is_compared_with_the_operator_declared() {
    let code = coded(Code::StandardLocationEltOperator { operator: "WIF".to_owned(), serial: 3 });
    let mut application = Aircraft::example();
    application.elt.as_mut().expect("an ELT").code = Some(code);
    let mut with = |operator: Option<&str>| {
        application.aircraft.operator = operator.map(str::to_owned);
        read(&application)
    };
    let unnamed = with(None).expect("it can be filed");
    assert_eq!(told(&unnamed), [Reason::new("code-differs/operator-unnamed")]);
    let another = with(Some("SAS")).expect("it can be filed");
    assert_eq!(told(&another), [Reason::new("code-differs/operator")]);
    assert_eq!(told(&with(Some("wif")).expect("it can be filed")), []);
    assert_eq!(
        with(Some("W1")).expect_err("no designator"),
        [("/aircraft/operator".to_owned(), "form".to_owned())]
    );
}

#[test]
fn somebody_must_be_there_to_be_called_when_a_beacon_is_on_board() {
    let mut application = Aircraft::example();
    application.emergency_contacts.clear();
    let missing = [("/emergencyContacts".to_owned(), "missing".to_owned())];
    assert_eq!(read(&application).expect_err("an ELT is fitted"), missing);
    application.elt = None;
    assert!(read(&application).is_ok(), "without a beacon nobody is called");
    application.equipment[0].category = EquipmentCategory::Plb;
    assert_eq!(read(&application).expect_err("a PLB is carried"), missing);
    application.equipment.clear();
    assert_eq!(
        read(&application).expect_err("nothing to permit"),
        [("/equipment".to_owned(), "missing".to_owned())]
    );
}

#[test]
fn every_error_is_told_at_once() {
    let mut application = Aircraft::example();
    application.aircraft.registration = "SE-ABC".to_owned();
    application.aircraft.address = "3C1234".to_owned();
    application.equipment[0].frequency_until = Some(1);
    application.equipment[1].frequency_from = None;
    application.temporary = Some(TemporaryForm {
        valid_from: day("2026-12-10"),
        valid_until: day("2026-12-10"),
        purpose: " ".to_owned(),
    });
    application.elt.as_mut().expect("an ELT").code =
        Some(coded(Code::SerialUserPlb { serial: 1, tac: None }));
    let pointers: Vec<String> =
        read(&application).expect_err("refused").into_iter().map(|(at, _)| at).collect();
    assert_eq!(
        pointers,
        [
            "/aircraft/address",
            "/aircraft/registration",
            "/elt/code",
            "/equipment/0/frequencyUntil",
            "/equipment/1/frequencyFrom",
            "/temporary/purpose",
            "/temporary/validUntil",
        ]
    );
}

#[test]
fn the_fee_follows_mass_and_equipment() {
    let objects = |details: &AircraftDetails| -> Vec<&'static str> {
        fees(details).into_iter().map(|item| item.object).collect()
    };
    let mut details = specimen();
    assert_eq!(objects(&details), ["aircraft_registration", "aircraft_radio_and_elt"]);
    assert_eq!(
        fees(&details)[0].conditions,
        [
            ("fully_equipped", FeeValue::Word("yes".to_owned())),
            ("mass_kg", FeeValue::Number(1_150.0)),
        ]
    );
    details.equipment[0].category = Category::Terminal;
    details.equipment[1].category = Category::OtherChannel;
    details.fully_equipped = false;
    assert_eq!(
        objects(&details),
        [
            "aircraft_registration",
            "aircraft_radio_and_elt",
            "aircraft_terminal_equipment",
            "aircraft_other_channel_equipment",
        ]
    );
    assert_eq!(
        fees(&details)[0].conditions[0],
        ("fully_equipped", FeeValue::Word("no".to_owned()))
    );
    details.elt = None;
    assert!(!objects(&details).contains(&"aircraft_radio_and_elt"));
}

#[test]
fn the_same_elt_keeps_what_was_reported_of_it_and_another_one_does_not() {
    let report = ConditionReport {
        condition: Condition::Stolen,
        note: None,
        reported_at: chrono::DateTime::UNIX_EPOCH,
    };
    let mut before = specimen();
    before.elt.as_mut().expect("an ELT").condition = Some(report.clone());
    let kept = |asked: AircraftDetails| amended(&before, asked).elt.and_then(|elt| elt.condition);

    let mut asked = specimen();
    asked.colour = Some("gul".to_owned());
    assert_eq!(kept(asked.clone()), Some(report.clone()));
    assert_eq!(amended(&before, asked).colour.as_deref(), Some("gul"));
    let mut uncoded = specimen();
    uncoded.elt.as_mut().expect("an ELT").beacon_id = None;
    assert_eq!(kept(uncoded.clone()), Some(report));
    uncoded.elt.as_mut().expect("an ELT").serial = Some(7);
    assert_eq!(kept(uncoded), None, "another ELT of the same make");
    let address = Code::SerialUserEltAddress { address: 0x47_8ABC, elt_number: 1, tac: None };
    assert_eq!(kept(with_code(&coded(address)).expect("it reads")), None, "another code");
    let mut without = specimen();
    without.elt = None;
    assert_eq!(kept(without), None);
}

#[test]
fn a_temporary_permit_holds_for_its_days() {
    let mut details = specimen();
    let today = day("2026-11-22");
    assert_eq!(validity(&details, today), Validity::open(today));
    let asked = |from: &str, until: &str| Validity::new(day(from), Some(day(until))).unwrap();
    let mut temporary = |from: &str, until: &str| {
        details.temporary = Some(super::super::model::Temporary {
            validity: asked(from, until),
            purpose: "Overflyging til kjøper".to_owned(),
        });
        (validity(&details, today), admit(&details, &Facts { today, ..Facts::default() }))
    };
    assert_eq!(temporary("2026-12-01", "2026-12-08"), (asked("2026-12-01", "2026-12-08"), Ok(())));
    assert_eq!(temporary("2026-11-20", "2026-11-24"), (asked("2026-11-22", "2026-11-24"), Ok(())));
    let (_, refused) = temporary("2026-11-01", "2026-11-22");
    assert_eq!(refused.expect_err("the days have passed").code, "temporary-over");
}

#[test]
fn every_row_of_the_protocol_table_reads_and_is_dated() {
    let today = protocols_on(PROTOCOLS, day("2026-11-22"));
    assert!(today.contains(&Protocol::SerialUserEltAddress));
    assert!(!today.contains(&Protocol::SerialUserPlb));
    assert!(protocols_on(PROTOCOLS, day("1980-01-01")).is_empty());
    let national = Code::NationalLocationElt { number: 7 };
    let details = with_code(&coded(national)).expect("the form is right");
    let facts = Facts { today: day("2026-11-22"), ..Facts::default() };
    assert_eq!(admit(&details, &facts).expect_err("not accepted").code, "protocol");
}

#[test]
fn a_caseworker_always_looks_and_is_told_what_for() {
    let codes = |details: &AircraftDetails, facts: &Facts| -> Vec<&'static str> {
        match assess(details, facts) {
            Assessment::NeedsCaseworker(reasons) => {
                reasons.into_iter().map(|reason| reason.code).collect()
            }
            other => panic!("{other:?}"),
        }
    };
    let mut details = specimen();
    let facts = Facts { today: day("2026-11-22"), ..Facts::default() };
    assert_eq!(codes(&details, &facts), ["register-check"]);
    details.elt.as_mut().expect("an ELT").beacon_id = None;
    let taken = Facts { identifier_taken: true, ..facts };
    assert_eq!(codes(&details, &taken), ["register-check", "identifier-taken", "elt-not-coded"]);
}

#[test]
fn equipment_is_written_as_people_read_it() {
    let details = specimen();
    let line = |language| words_of(&details.equipment[0], language);
    assert_eq!(
        line(Language::English),
        "VHF transceiver: Havblikk Fjell VHF, 118\u{2013}137 MHz, 10 W"
    );
    let mut piece = details.equipment[0].clone();
    piece.power_milliwatts = Some(1_500);
    assert!(words_of(&piece, Language::Bokmal).ends_with(", 1,5 W"));
    piece.power_milliwatts = Some(20);
    assert!(words_of(&piece, Language::English).ends_with(", 0.02 W"));
}
