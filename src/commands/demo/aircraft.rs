//! Aircraft of the made-up year. Pure.
//!
//! Marks begin with LN-Q and addresses lie at the end of the Norwegian block, so that no entry is likely
//! to be an aircraft that flies.

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

use super::{
    affairs::{
        Affair, Course,
        Course::{Asked, Assigned, Filed, Granted, Refused},
        Holder,
        Sequel::{Amended, Holds, Reinstated, Revoked, Surrendered, Suspended},
    },
    applications,
    people::BUSINESS,
};
use crate::{
    permit::kind::{
        Kind,
        aircraft::wire::{
            AircraftApplication, AircraftForm, EltForm, EquipmentCategory, EquipmentForm,
            TemporaryForm,
        },
    },
    values::beacon_id::{Code, Homer, NORWAY, Programming, encode},
};

/// Number of the first person.
const FIRST_PERSON: u64 = 1_000;
/// Number of the first organisation that holds aircraft only.
const FIRST: u64 = 3_300;
/// The address of aircraft 0.
const FIRST_ADDRESS: u32 = 0x47_FF40;

const TYPES: [(&str, u32, u16); 4] = [
    ("Havblikk Lomvi 2", 750, 2),
    ("Tindvakt Ørnen", 1_150, 4),
    ("Skodde Sjøfly S-4", 2_400, 6),
    ("Polar 200", 5_700, 14),
];
const COLOURS: [&str; 4] = ["hvit med rød hale", "gul", "blå og hvit", "oransje"];
const BASES: [&str; 4] = ["Fjellvik", "Havnes sjøflyhavn", "Granmoen", "Lyngøya"];

fn of<T: Copy>(list: &[T], n: u32) -> T {
    list[n as usize % list.len()]
}

/// The ELT of aircraft `n`, coded with its address.
fn elt(n: u32) -> EltForm {
    let programming = Programming {
        country: NORWAY[0],
        code: Code::SerialUserEltAddress { address: FIRST_ADDRESS + n, elt_number: 0, tac: None },
        homer: Homer::Mhz121,
    };
    EltForm {
        manufacturer: "Tindvakt".to_owned(),
        model: "Fast 406".to_owned(),
        serial: None,
        type_approval: None,
        code: encode(&programming).ok().map(|code| code.as_str().to_owned()),
        battery_expiry: NaiveDate::from_ymd_opt(2028, 1 + n % 12, 1),
    }
}

fn radio(category: EquipmentCategory, name: &str, model: &str) -> EquipmentForm {
    EquipmentForm {
        category,
        name: name.to_owned(),
        manufacturer: "Havblikk".to_owned(),
        model: model.to_owned(),
        frequency_from: None,
        frequency_until: None,
        power_milliwatts: Some(10_000),
        installed: true,
    }
}

/// Aircraft `n` with an ELT and persons to call.
fn aircraft(holder: Holder, n: u32) -> AircraftApplication {
    let (applicant, i) = match holder {
        Holder::Person(i) => (applications::person(i), i),
        Holder::Organisation(i) => (applications::organisation(i), i),
    };
    let (aircraft_type, mass, persons) = of(&TYPES, n);
    let letter = char::from(b'A' + u8::try_from(n % 26).unwrap_or_default());
    let vhf = EquipmentForm {
        frequency_from: Some(118_000_000),
        frequency_until: Some(137_000_000),
        ..radio(EquipmentCategory::Radio, "VHF transceiver", "Fjell VHF")
    };
    AircraftApplication {
        applicant,
        aircraft: AircraftForm {
            registration: format!("LN-QX{letter}"),
            address: format!("{:06X}", FIRST_ADDRESS + n),
            aircraft_type: aircraft_type.to_owned(),
            serial_number: Some(format!("S-{:04}", 17 * n + 5)),
            colour: Some(of(&COLOURS, n).to_owned()),
            home_base: Some(of(&BASES, n).to_owned()),
            persons_on_board: Some(persons),
            take_off_mass: mass,
            fully_equipped: n % 3 != 1,
            operator: None,
        },
        equipment: vec![vhf],
        elt: Some(elt(n)),
        emergency_contacts: applications::contacts(i),
        temporary: None,
    }
}

/// The permits, with the dates of applications filed on `day`.
pub fn affairs(day: NaiveDate) -> Vec<Affair> {
    let org = |n: u64| Holder::Organisation(FIRST + n);
    let person = |n: u64| Holder::Person(FIRST_PERSON + n);
    let affair = |holder, application: Value, course: Course| {
        Affair::new(Kind::Aircraft, holder, application, course)
    };
    let whole = |holder, n| json!(aircraft(holder, n));
    let mut satellite = aircraft(Holder::Organisation(BUSINESS), 3);
    satellite.equipment.push(radio(EquipmentCategory::Terminal, "Satellite telephone", "Stjerne"));
    let mut moved = aircraft(person(1), 1);
    moved.aircraft.home_base = Some("Skarvsund".to_owned());
    moved.aircraft.colour = Some("grønn".to_owned());
    let mut ferry = aircraft(person(3), 6);
    ferry.temporary = Some(TemporaryForm {
        valid_from: day + Days::new(5),
        valid_until: day + Days::new(25),
        purpose: "Ferjeflyging til kjøperen".to_owned(),
    });
    let mut unmanned = aircraft(org(3), 8);
    unmanned.aircraft.registration = "LC-UX8".to_owned();
    unmanned.aircraft.persons_on_board = Some(0);
    unmanned.elt = None;
    unmanned.emergency_contacts.clear();
    let mut uncoded = aircraft(org(4), 11);
    uncoded.elt = Some(EltForm { code: None, ..elt(11) });
    vec![
        affair(person(0), whole(person(0), 0), Granted(Holds)),
        affair(person(1), whole(person(1), 1), Granted(Amended(json!(moved)))),
        affair(org(0), whole(org(0), 2), Granted(Holds)),
        affair(Holder::Organisation(BUSINESS), json!(satellite), Granted(Holds)),
        affair(org(1), whole(org(1), 4), Granted(Suspended)),
        affair(person(2), whole(person(2), 5), Granted(Revoked)),
        affair(person(3), json!(ferry), Granted(Holds)),
        affair(org(2), whole(org(2), 7), Granted(Surrendered)),
        affair(org(3), json!(unmanned), Granted(Holds)),
        affair(org(2), whole(org(2), 9), Granted(Reinstated)),
        // somebody else's aircraft
        affair(person(4), whole(person(4), 0), Refused),
        affair(person(5), whole(person(5), 10), Filed),
        affair(org(4), json!(uncoded), Asked),
        affair(org(5), whole(org(5), 12), Assigned),
    ]
}
