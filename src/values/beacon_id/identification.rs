//! Whom a first-generation code names (C/S T.001 Issue 4, Annex A): bits 40-85 by protocol.
//! It must not read positions or check bits.

use super::bits::Bits;
use super::first_generation::identity_layout;
use super::{
    AircraftAddress, BaudotText, BeaconClass, Decoded, Identification, Protocol, SixDigits,
    Warning, baudot,
};

/// Fills in identification, numbers and national bits, and the class where the protocol alone does not tell it.
pub(super) fn read_identification(bits: &Bits, decoded: &mut Decoded) {
    match decoded.protocol {
        Protocol::OrbitographyUser => {
            decoded.identification =
                Identification::Name { name: BaudotText::six_bit(bits, 40, 7) };
            decoded.warnings.add_if(bits.get(82..=85) != 0, Warning::SpareBits);
            decoded.warnings.add(Warning::SystemBeacon);
        }
        Protocol::AviationUser => {
            decoded.identification = Identification::Registration {
                registration: BaudotText::six_bit(bits, 40, 7),
                elt_number: Some(small(bits.get(82..=83))),
            };
        }
        Protocol::MaritimeUser | Protocol::RadioCallSignUser => read_ship(bits, decoded),
        Protocol::NationalUser | Protocol::TestUser => {
            decoded.identification = Identification::Bits { value: bits.get(40..=85), length: 46 };
            let national = decoded.protocol == Protocol::NationalUser;
            decoded.warnings.add(if national {
                Warning::NationalCoding
            } else {
                Warning::TestCode
            });
        }
        Protocol::ReturnLinkLocation => read_return_link(bits, decoded),
        Protocol::EltDtLocation => read_elt_dt(bits, decoded),
        protocol if identity_layout(protocol).is_some() => {
            read_location_identification(bits, decoded);
        }
        _ => read_serial_user(bits, decoded),
    }
}

/// Maritime and radio call sign user protocols.
fn read_ship(bits: &Bits, decoded: &mut Decoded) {
    let beacon_number = match baudot::character_of(small(bits.get(76..=81))) {
        digit @ b'0'..=b'9' => Some(digit - b'0'),
        letter @ b'A'..=b'Z' => Some(letter - b'A' + 10),
        _ => None,
    };
    let text = if decoded.protocol == Protocol::MaritimeUser {
        BaudotText::six_bit(bits, 40, 6)
    } else {
        call_sign_with_decimals(bits)
    };
    decoded.identification = if decoded.protocol == Protocol::MaritimeUser && text.is_numeric() {
        Identification::MmsiDigits {
            last_six: SixDigits(text.raw().parse().unwrap_or(0)),
            beacon_number,
        }
    } else {
        Identification::CallSign { call_sign: text, beacon_number }
    };
    decoded.warnings.add_if(beacon_number.is_none(), Warning::UnknownCharacter);
    decoded.warnings.add_if(bits.get(82..=83) != 0, Warning::SpareBits);
}

/// Radio call sign: four characters, then three decimals of four bits, of which 1010 is a space.
fn call_sign_with_decimals(bits: &Bits) -> BaudotText {
    let mut text = BaudotText::six_bit(bits, 40, 4);
    for from in [64, 68, 72] {
        text.push(match small(bits.get(from..=from + 3)) {
            digit @ 0..=9 => b'0' + digit,
            10 => b' ',
            _ => b'?',
        });
    }
    text
}

/// Serial user protocol, by its type (bits 40-42).
fn read_serial_user(bits: &Bits, decoded: &mut Decoded) {
    let has_tac = bits.bit(43);
    decoded.tac = has_tac.then(|| bits.number(74..=83));
    let national = match decoded.protocol {
        Protocol::SerialUserEltOperator => {
            let operator = BaudotText::six_bit(bits, 44, 3);
            decoded.identification = Identification::Operator { operator, operator_serial: None };
            decoded.serial = Some(bits.number(62..=73));
            decoded.warnings.add_if(decoded.serial == Some(0), Warning::NumberOutOfRange);
            if has_tac { 0 } else { bits.number(74..=83) }
        }
        Protocol::SerialUserEltAddress => {
            decoded.identification = Identification::Address {
                address: AircraftAddress(bits.number(44..=67)),
                elt_number: Some(small(bits.get(68..=73))),
            };
            if has_tac { 0 } else { bits.number(74..=83) }
        }
        _ => {
            decoded.identification = Identification::Serial;
            decoded.serial = Some(bits.number(44..=63));
            if has_tac { bits.number(64..=73) } else { bits.number(64..=83) }
        }
    };
    decoded.national_use = (national != 0).then_some(national);
}

/// Standard and national location protocols.
fn read_location_identification(bits: &Bits, decoded: &mut Decoded) {
    match decoded.protocol {
        Protocol::StandardLocationEpirbMmsi | Protocol::StandardLocationShipSecurity => {
            let number = small(bits.get(61..=64));
            let epirb = decoded.protocol == Protocol::StandardLocationEpirbMmsi;
            decoded.identification = Identification::MmsiDigits {
                last_six: SixDigits(bits.number(41..=60)),
                beacon_number: epirb.then_some(number),
            };
            decoded.warnings.add_if(!epirb && number != 0, Warning::SpareBits);
        }
        Protocol::StandardLocationEltAddress => {
            decoded.identification = Identification::Address {
                address: AircraftAddress(bits.number(41..=64)),
                elt_number: None,
            };
        }
        Protocol::StandardLocationEltOperator => {
            let operator = BaudotText::three_letters(bits, 41);
            decoded.identification = Identification::Operator { operator, operator_serial: None };
            decoded.serial = Some(bits.number(56..=64));
        }
        Protocol::StandardLocationTest => {
            decoded.identification = Identification::Bits { value: bits.get(41..=64), length: 24 };
        }
        Protocol::NationalLocationTest => {
            decoded.identification = Identification::Bits { value: bits.get(41..=58), length: 18 };
        }
        Protocol::NationalLocationElt
        | Protocol::NationalLocationEpirb
        | Protocol::NationalLocationPlb => {
            decoded.identification = Identification::NationalNumber;
            decoded.serial = Some(bits.number(41..=58));
        }
        _ => {
            decoded.identification = Identification::Serial;
            decoded.tac = Some(bits.number(41..=50));
            decoded.serial = Some(bits.number(51..=64));
        }
    }
    let zero = decoded.identification != Identification::NationalNumber
        && (decoded.serial == Some(0) || decoded.tac == Some(0));
    decoded.warnings.add_if(zero, Warning::NumberOutOfRange);
    decoded.warnings.add_if(decoded.class == Some(BeaconClass::Test), Warning::TestCode);
}

/// Return-link protocol: type approval and serial number, or MMSI digits when bits 43-46 are all ones.
fn read_return_link(bits: &Bits, decoded: &mut Decoded) {
    let kind = small(bits.get(41..=42));
    if bits.get(43..=46) == 0b1111 {
        // EPIRBs number one and two, then PLB and test.
        decoded.class = Some(match kind {
            0 | 1 => BeaconClass::Epirb,
            2 => BeaconClass::Plb,
            _ => BeaconClass::Test,
        });
        decoded.identification = Identification::MmsiDigits {
            last_six: SixDigits(bits.number(47..=66)),
            beacon_number: (kind < 2).then_some(kind + 1),
        };
    } else {
        let (class, thousands) = match kind {
            0 => (BeaconClass::Elt, 2000),
            1 => (BeaconClass::Epirb, 1000),
            2 => (BeaconClass::Plb, 3000),
            _ => (BeaconClass::Test, 0),
        };
        let truncated = bits.number(43..=52);
        decoded.class = Some(class);
        decoded.identification = Identification::Serial;
        decoded.tac = Some(thousands + truncated);
        decoded.serial = Some(bits.number(53..=66));
        // 1-948 are type approvals, 949 is for tests.
        decoded.warnings.add_if(truncated == 0 || truncated > 949, Warning::NumberOutOfRange);
        decoded.warnings.add_if(truncated == 949, Warning::TestCode);
    }
    decoded.warnings.add_if(decoded.class == Some(BeaconClass::Test), Warning::TestCode);
}

/// ELT for distress tracking.
fn read_elt_dt(bits: &Bits, decoded: &mut Decoded) {
    let content = bits.get(43..=66);
    match bits.get(41..=42) {
        0b00 => {
            decoded.identification = Identification::Address {
                address: AircraftAddress(bits.number(43..=66)),
                elt_number: None,
            };
        }
        0b01 => {
            let operator = BaudotText::three_letters(bits, 43);
            decoded.identification = Identification::Operator { operator, operator_serial: None };
            decoded.serial = Some(bits.number(58..=66));
        }
        0b10 => {
            decoded.identification = Identification::Serial;
            decoded.tac = Some(bits.number(43..=52));
            decoded.serial = Some(bits.number(53..=66));
        }
        _ => {
            decoded.identification = Identification::Bits { value: content, length: 24 };
            decoded.warnings.add(Warning::SpareBits);
        }
    }
    decoded.warnings.add_if(content == 0 || content == 0xFF_FFFF, Warning::TestCode);
    let zero = content != 0 && (decoded.tac == Some(0) || decoded.serial == Some(0));
    decoded.warnings.add_if(zero, Warning::NumberOutOfRange);
}

/// A field of at most eight bits.
pub(super) fn small(value: u64) -> u8 {
    u8::try_from(value).unwrap_or(u8::MAX)
}
