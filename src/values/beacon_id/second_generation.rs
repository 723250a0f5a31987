//! Second-generation codes (C/S T.018 Issue 1): from bits to what they say. It must not guess between the two
//! alignments of a 202-bit message, which give two plausible beacons.

use super::bits::Bits;
use super::{
    AircraftAddress, BaudotText, BeaconClass, BeaconId, Check, CodeFlaw, Decoded, Generation,
    Homer, Identification, InputForm, Location, Protocol, Warning, Warnings, bch, country,
    location,
};

/// The fixed bits 12-14 of an identity.
const MARKER: u64 = 0b101;
/// The 14-bit EPIRB-AIS field when there is no such device.
const NO_AIS: u64 = 10_922;
/// The 30-bit MMSI field when there is no MMSI.
const NO_MMSI: u64 = 111_111;

/// Reads an identity of 23 characters.
pub(super) fn identity(bits: &Bits) -> Result<Decoded, CodeFlaw> {
    if !bits.bit(1) || bits.get(12..=14) != MARKER {
        return Err(CodeFlaw::FixedBits);
    }
    let mut decoded =
        read_identity(bits, BeaconId::twenty_three(bits), InputForm::SecondGenerationId);
    read_vessel(bits, &mut decoded);
    finish(&mut decoded);
    Ok(decoded)
}

/// Reads the first 15 characters of an identity, which hold no whole vessel identity.
pub(super) fn prefix(bits: &Bits) -> Decoded {
    let mut decoded =
        read_identity(bits, BeaconId::fifteen(bits), InputForm::SecondGenerationPrefix);
    decoded.warnings.add(Warning::PrefixOnly);
    finish(&mut decoded);
    decoded
}

/// Reads 51 digits in the ground form, two zero bits and message bits 1-202.
pub(super) fn ground_message(digits: &[u8]) -> Result<Decoded, CodeFlaw> {
    let ground = Bits::from_nibbles(digits, -1);
    let padded = ground.get(-1..=0) == 0;
    if !(padded && is_regular(&ground)) {
        let left = Bits::from_nibbles(digits, 1);
        if left.get(203..=204) == 0 && is_regular(&left) {
            return Err(CodeFlaw::LeftAligned);
        }
    }
    if !padded {
        return Err(CodeFlaw::PadBits);
    }
    Ok(message(&ground, InputForm::GroundMessage))
}

/// Reads 63 digits, two pad bits and message bits 1-250.
pub(super) fn full_message(bits: &Bits) -> Decoded {
    let mut decoded = message(bits, InputForm::FullMessage);
    let right = bch::second_generation(bits) == bits.get(203..=250);
    decoded.bch2 = if right { Check::Right } else { Check::Wrong };
    decoded.warnings.add_if(!right, Warning::MessageCheckWrong);
    decoded.warnings.add_if(bits.get(-1..=0) != 0, Warning::PadBits);
    decoded
}

/// Whether a message has an allocated country and regular spare bits: what a wrong alignment spoils.
fn is_regular(message: &Bits) -> bool {
    let mid = u16::try_from(message.get(31..=40)).unwrap_or(0);
    country(mid).is_some() && matches!(message.get(141..=154), 0 | SPARE)
}

/// Bits 141-154 of an alert; all zeros cancel one.
const SPARE: u64 = 0x3FFF;

/// The identity inside a message: fixed bits, country, type approval, serial, test flag and vessel id (C/S T.018).
/// The vessel id is copied as it is, also bits 118-137, which Issue 1 Rev 7 set to zero.
pub(super) fn identity_of(message: &Bits) -> Bits {
    let mut identity = Bits::zero(1);
    identity.set(1..=1, 1);
    identity.copy(message, 31..=40, 2);
    identity.set(12..=14, MARKER);
    identity.copy(message, 1..=16, 15);
    identity.copy(message, 17..=30, 31);
    identity.copy(message, 43..=43, 45);
    identity.copy(message, 91..=93, 46);
    identity.copy(message, 94..=137, 49);
    identity
}

fn message(bits: &Bits, form: InputForm) -> Decoded {
    let identity = identity_of(bits);
    let mut decoded = read_identity(&identity, BeaconId::twenty_three(&identity), form);
    read_vessel(&identity, &mut decoded);
    decoded.homer = Some(if bits.bit(41) { Homer::Active } else { Homer::Inactive });
    decoded.return_link_capable = Some(bits.bit(42));
    decoded.location = location::read_second_generation(bits);
    match bits.get(138..=140) {
        0b000 => decoded.class = Some(BeaconClass::Elt),
        0b001 => decoded.class = Some(BeaconClass::Epirb),
        0b010 => decoded.class = Some(BeaconClass::Plb),
        0b011 => decoded.class = Some(BeaconClass::EltDt),
        0b111 => {
            decoded.class = Some(BeaconClass::System);
            decoded.warnings.add(Warning::SystemBeacon);
        }
        _ => decoded.warnings.add(Warning::SpareBits),
    }
    match bits.get(141..=154) {
        SPARE => {}
        0 => decoded.warnings.add(Warning::Cancellation),
        _ => decoded.warnings.add(Warning::SpareBits),
    }
    decoded.warnings.add_if(decoded.location == Location::Impossible, Warning::ImpossiblePosition);
    finish(&mut decoded);
    decoded
}

/// Bits 1-48 of an identity.
fn read_identity(bits: &Bits, beacon_id: BeaconId, form: InputForm) -> Decoded {
    let mut warnings = Warnings::default();
    warnings.add_if(bits.bit(45), Warning::TestCode);
    Decoded {
        beacon_id,
        form,
        generation: Generation::Second,
        country: u16::try_from(bits.get(2..=11)).unwrap_or(0),
        protocol: Protocol::SecondGeneration,
        class: None,
        identification: Identification::None,
        tac: Some(bits.number(15..=30)),
        serial: Some(bits.number(31..=44)),
        homer: None,
        location: Location::NotCarried,
        internal_position: None,
        distress: None,
        national_use: None,
        return_link: None,
        return_link_capable: None,
        bch1: Check::Absent,
        bch2: Check::Absent,
        canonicalised: false,
        warnings,
    }
}

/// Bits 46-92 of an identity: what vessel or aircraft carries the beacon.
fn read_vessel(bits: &Bits, decoded: &mut Decoded) {
    let (identification, regular) = match bits.get(46..=48) {
        0b000 => (Identification::None, bits.get(49..=92) == 0),
        0b001 => return read_mmsi(bits, decoded),
        0b010 => {
            let call_sign = BaudotText::six_bit(bits, 49, 7);
            (Identification::CallSign { call_sign, beacon_number: None }, bits.get(91..=92) == 0)
        }
        0b011 => {
            let registration = BaudotText::six_bit(bits, 49, 7);
            (
                Identification::Registration { registration, elt_number: None },
                bits.get(91..=92) == 0,
            )
        }
        0b100 => {
            let address = AircraftAddress(bits.number(49..=72));
            if bits.get(73..=92) == 0 {
                (Identification::Address { address, elt_number: None }, true)
            } else {
                let operator = BaudotText::three_letters(bits, 73);
                (Identification::AddressAndOperator { address, operator }, bits.get(88..=92) == 0)
            }
        }
        0b101 => {
            let operator_serial = u16::try_from(bits.get(64..=75)).ok();
            decoded.warnings.add_if(operator_serial == Some(0), Warning::NumberOutOfRange);
            let operator = BaudotText::three_letters(bits, 49);
            (Identification::Operator { operator, operator_serial }, bits.get(76..=92) == 0x1_FFFF)
        }
        0b111 => {
            decoded.class = Some(BeaconClass::System);
            decoded.warnings.add(Warning::SystemBeacon);
            (Identification::Bits { value: bits.get(49..=92), length: 44 }, true)
        }
        _ => (Identification::Bits { value: bits.get(49..=92), length: 44 }, false),
    };
    decoded.identification = identification;
    decoded.warnings.add_if(!regular, Warning::SpareBits);
}

fn read_mmsi(bits: &Bits, decoded: &mut Decoded) {
    let (mmsi, ais) = (bits.get(49..=78), bits.get(79..=92));
    decoded.identification = Identification::Mmsi {
        mmsi: u32::try_from(mmsi).ok().filter(|_| mmsi != NO_MMSI),
        ais_last_four: u16::try_from(ais).ok().filter(|_| ais != NO_AIS),
    };
    let possible = mmsi <= 999_999_999 && (ais <= 9999 || ais == NO_AIS);
    decoded.warnings.add_if(!possible, Warning::NumberOutOfRange);
}

/// Warnings that need the whole identity.
fn finish(decoded: &mut Decoded) {
    let text = decoded.identification.text();
    decoded.warnings.add_if(text.is_some_and(BaudotText::has_unknown), Warning::UnknownCharacter);
    decoded.warnings.add_if(decoded.parent_country().is_some(), Warning::CraftAssociatedMmsi);
    decoded.warnings.add_if(country(decoded.country).is_none(), Warning::UnknownCountry);
}
