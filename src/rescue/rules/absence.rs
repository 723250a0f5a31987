//! What is answered when no permit answers to a key: whose it is, and whom to ask instead.

use chrono::NaiveDate;

use super::key::{Key, coded_mmsi};
use crate::values::{
    beacon_id::{BeaconClass, Decoded, country_name, is_norwegian},
    icao_address::IcaoAddress,
};

/// Why no live permit answers to a key, and whom to ask instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Absence {
    /// Nobody has registered it here.
    Unknown,
    /// It belongs to another country.
    Foreign(Foreign),
    /// Another Norwegian register keeps it.
    OtherRegister(OtherRegister),
}

/// Whose a foreign key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Foreign {
    /// English name, where the key tells the country.
    pub country: Option<&'static str>,
    /// Maritime identification digits, where the key has them.
    pub mid: Option<u16>,
}

impl Foreign {
    /// Whom to ask.
    pub fn ask(self) -> String {
        let whose = self.country.unwrap_or("the country that assigned it");
        format!(
            "Ask the beacon register of {whose}, directly or through its rescue centre or MCC. Where it has none, ask the international register (IBRD)."
        )
    }
}

/// Another register of the same country.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OtherRegister {
    /// Its name.
    pub register: &'static str,
    /// Its telephone, staffed day and night, E.164.
    pub telephone: &'static str,
}

/// Dated table of other registers; the authority sets the numbers.
const OTHER_REGISTERS: &str = include_str!("../../data/other_registers.tsv");

/// The register of ships on `day`, if the table has one.
pub fn ship_register(day: NaiveDate) -> Option<OtherRegister> {
    OTHER_REGISTERS.lines().filter(|line| !line.starts_with('#')).skip(1).find_map(|line| {
        let mut cells = line.split('\t');
        let craft = cells.next()?;
        let (register, telephone) = (cells.next()?, cells.next()?);
        let from: NaiveDate = cells.next()?.parse().ok()?;
        let until = cells.next().and_then(|cell| cell.parse::<NaiveDate>().ok());
        let open = from <= day && until.is_none_or(|until| day < until);
        (craft == "ship" && open).then_some(OtherRegister { register, telephone })
    })
}

const HINT_PARENT_SHIP: &str = "The code is made from an MMSI of the form 98MIDxxxx, a craft that belongs to a parent ship; alerts with it are normally not passed on. Ask for the parent ship, whose country is the one given.";
const HINT_ELT: &str = "No aircraft permit has this code. Look up the aircraft by its registration or 24-bit address, and ask the register of aircraft.";
const HINT_SHIP: &str = "It may be the call sign of a ship, whose radio this register does not keep. Ask the register of ships.";
const HINT_NOT_ALLOCATED: &str =
    "The country code is not allocated to any country. Compare the code with the alert.";
const HINT_TEST: &str =
    "The code is one for tests or of the satellite system itself, not of a holder's beacon.";
const HINT_CLASS: &str = "The code does not tell the kind of beacon. If it may be an EPIRB, ask the register of ships as well.";
const HINT_DEVICE: &str = "The MMSI is that of a locating device (AIS-SART, MOB or EPIRB-AIS), which does not tell the ship.";

/// What is answered for a key that no permit answers to, with a hint for the officer.
pub fn absence(key: &Key, day: NaiveDate) -> (Absence, Option<&'static str>) {
    let ship = || ship_register(day).map_or(Absence::Unknown, Absence::OtherRegister);
    match key {
        Key::Beacon(decoded) => beacon_absence(decoded, ship),
        Key::Mmsi(number) => mmsi_absence(*number, ship),
        Key::CallSign(sign) if sign.is_norwegian() => (Absence::Unknown, Some(HINT_SHIP)),
        Key::Address(address) if IcaoAddress::from_number(*address).is_some() => {
            (Absence::Unknown, Some(HINT_ELT))
        }
        Key::Registration(_) => (Absence::Unknown, Some(HINT_ELT)),
        Key::CallSign(_) | Key::Address(_) | Key::ForeignRegistration(_) => {
            (Absence::Foreign(Foreign { country: None, mid: None }), None)
        }
    }
}

fn beacon_absence(
    decoded: &Decoded,
    ship: impl Fn() -> Absence,
) -> (Absence, Option<&'static str>) {
    use BeaconClass::{Elt, EltDt, Epirb, Orbitography, Plb, ShipSecurity, System, Test};
    if let Some(parent) = decoded.parent_country() {
        return (of_country(parent, ship), Some(HINT_PARENT_SHIP));
    }
    if !is_norwegian(decoded.country) {
        let hint = country_name(decoded.country).is_none().then_some(HINT_NOT_ALLOCATED);
        return (of_country(decoded.country, ship), hint);
    }
    match decoded.class {
        Some(Epirb | ShipSecurity) => (ship(), None),
        Some(Elt | EltDt) => (Absence::Unknown, Some(HINT_ELT)),
        Some(Orbitography | Test | System) => (Absence::Unknown, Some(HINT_TEST)),
        Some(Plb) => (Absence::Unknown, None),
        // a 23-character identity tells no class; of those with a permit here, none has an MMSI
        None if coded_mmsi(decoded).is_some() => (ship(), None),
        None => (Absence::Unknown, Some(HINT_CLASS)),
    }
}

/// The numbering of Rec. ITU-R M.585: what stands before the country tells the kind of station.
fn mmsi_absence(number: u32, ship: impl Fn() -> Absence) -> (Absence, Option<&'static str>) {
    let text = format!("{number:09}");
    let mid_at = |at: usize| text.get(at..at + 3).and_then(|mid| mid.parse().ok()).unwrap_or(0);
    match text.as_bytes() {
        [b'9', b'7', ..] => (Absence::Unknown, Some(HINT_DEVICE)),
        [b'9', b'8', ..] => (of_country(mid_at(2), ship), Some(HINT_PARENT_SHIP)),
        [b'9', b'9', ..] | [b'0', b'0', ..] => (of_country(mid_at(2), ship), None),
        [b'0' | b'8', ..] => (of_country(mid_at(1), ship), None),
        [b'1', b'1', b'1', ..] => (of_country(mid_at(3), ship), None),
        _ => (of_country(mid_at(0), ship), None),
    }
}

/// What only the country decides: ours is the ship register's, an unallocated one nobody's.
fn of_country(mid: u16, ship: impl Fn() -> Absence) -> Absence {
    match country_name(mid) {
        _ if is_norwegian(mid) => ship(),
        Some(name) => Absence::Foreign(Foreign { country: Some(name), mid: Some(mid) }),
        None => Absence::Unknown,
    }
}
