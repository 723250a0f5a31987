//! Making the code to be programmed into a PLB or ELT. It must not choose values: serial numbers and type approvals
//! come from the permit, and what is out of range is refused.

use std::ops::RangeInclusive;

use super::bits::Bits;
use super::location::{self, Layout};
use super::second_generation::identity_of;
use super::{BeaconId, Code, EncodeFlaw, Homer, Programming, VesselId, baudot};

/// Makes the canonical identity of a programming.
///
/// # Errors
/// The first value that the protocol cannot hold.
pub fn encode(programming: &Programming) -> Result<BeaconId, EncodeFlaw> {
    if let Code::SecondGeneration { .. } = programming.code {
        Ok(BeaconId::twenty_three(&identity_of(&second_generation(programming)?)))
    } else {
        let message = first_generation(programming)?;
        let mut identity = Bits::zero(26);
        identity.copy(&message, 26..=85, 26);
        Ok(BeaconId::fifteen(&identity))
    }
}

/// Bits 25-85 with default location bits, and nothing after them.
pub(super) fn first_generation(programming: &Programming) -> Result<Bits, EncodeFlaw> {
    let mut bits = Bits::zero(25);
    bits.set(27..=36, ranged(programming.country, COUNTRIES, EncodeFlaw::Country)?);
    match &programming.code {
        Code::SerialUserPlb { serial, tac } => serial_user(&mut bits, 0b110, *serial, *tac)?,
        Code::SerialUserElt { serial, tac } => serial_user(&mut bits, 0b000, *serial, *tac)?,
        Code::SerialUserEltOperator { operator, serial, tac } => {
            user(&mut bits, 0b011, 0b001);
            write_operator(&mut bits, 44, operator, 6)?;
            bits.set(62..=73, ranged(*serial, 1..=4095, EncodeFlaw::Serial)?);
            user_type_approval(&mut bits, *tac)?;
        }
        Code::SerialUserEltAddress { address, elt_number, tac } => {
            user(&mut bits, 0b011, 0b011);
            bits.set(44..=67, ranged(*address, ADDRESSES, EncodeFlaw::Address)?);
            bits.set(68..=73, ranged(*elt_number, 0..=63, EncodeFlaw::EltNumber)?);
            user_type_approval(&mut bits, *tac)?;
        }
        Code::AviationUser { registration, elt_number } => {
            user(&mut bits, 0b001, 0);
            write_text(&mut bits, 40, registration, 7, Justified::Right)?;
            bits.set(82..=83, ranged(*elt_number, 0..=3, EncodeFlaw::EltNumber)?);
        }
        code => location_code(&mut bits, code)?,
    }
    if let Some(layout) = layout_of(&programming.code) {
        layout.set_default(&mut bits);
    } else {
        bits.set(84..=85, homer_bits(programming.homer)?);
    }
    Ok(bits)
}

/// Bits 37-66 of the location protocols.
fn location_code(bits: &mut Bits, code: &Code) -> Result<(), EncodeFlaw> {
    match code {
        Code::StandardLocationPlb { tac, serial } => numbered(bits, 0b0111, *tac, *serial),
        Code::StandardLocationElt { tac, serial } => numbered(bits, 0b0100, *tac, *serial),
        Code::StandardLocationEltAddress { address } => {
            bits.set(37..=40, 0b0011);
            bits.set(41..=64, ranged(*address, ADDRESSES, EncodeFlaw::Address)?);
            Ok(())
        }
        Code::StandardLocationEltOperator { operator, serial } => {
            bits.set(37..=40, 0b0101);
            write_operator(bits, 41, operator, 5)?;
            bits.set(56..=64, ranged(*serial, 1..=511, EncodeFlaw::Serial)?);
            Ok(())
        }
        Code::NationalLocationPlb { number } => national(bits, 0b1011, *number),
        Code::NationalLocationElt { number } => national(bits, 0b1000, *number),
        Code::ReturnLinkPlb { tac, serial } => {
            return_link(bits, 0b10, tac.checked_sub(3000), *serial)
        }
        Code::ReturnLinkElt { tac, serial } => {
            return_link(bits, 0b00, tac.checked_sub(2000), *serial)
        }
        Code::EltDtAddress { address } => {
            bits.set(37..=42, 0b10_0100);
            bits.set(43..=66, ranged(*address, 1..=0xFF_FFFE_u32, EncodeFlaw::Address)?);
            Ok(())
        }
        Code::EltDtOperator { operator, serial } => {
            bits.set(37..=42, 0b10_0101);
            write_operator(bits, 43, operator, 5)?;
            bits.set(58..=66, ranged(*serial, 1..=511, EncodeFlaw::Serial)?);
            Ok(())
        }
        Code::EltDtSerial { tac, serial } => {
            if (*tac, *serial) == (1023, 16_383) {
                // All ones is a test code.
                return Err(EncodeFlaw::Serial);
            }
            bits.set(37..=42, 0b10_0110);
            bits.set(43..=52, ranged(*tac, TYPE_APPROVALS, EncodeFlaw::TypeApproval)?);
            bits.set(53..=66, ranged(*serial, SERIALS, EncodeFlaw::Serial)?);
            Ok(())
        }
        // User protocols and the second generation are written elsewhere.
        _ => Err(EncodeFlaw::Form),
    }
}

fn user(bits: &mut Bits, protocol: u64, kind: u64) {
    bits.set(26..=26, 1);
    bits.set(37..=39, protocol);
    bits.set(40..=42, kind);
}

fn serial_user(
    bits: &mut Bits,
    kind: u64,
    serial: u32,
    tac: Option<u16>,
) -> Result<(), EncodeFlaw> {
    user(bits, 0b011, kind);
    bits.set(44..=63, ranged(serial, 0..=0xF_FFFF_u32, EncodeFlaw::Serial)?);
    user_type_approval(bits, tac)
}

fn user_type_approval(bits: &mut Bits, tac: Option<u16>) -> Result<(), EncodeFlaw> {
    bits.set(43..=43, u64::from(tac.is_some()));
    bits.set(74..=83, ranged(tac.unwrap_or(0), 0..=1023, EncodeFlaw::TypeApproval)?);
    Ok(())
}

fn numbered(bits: &mut Bits, protocol: u64, tac: u16, serial: u16) -> Result<(), EncodeFlaw> {
    bits.set(37..=40, protocol);
    bits.set(41..=50, ranged(tac, TYPE_APPROVALS, EncodeFlaw::TypeApproval)?);
    bits.set(51..=64, ranged(serial, SERIALS, EncodeFlaw::Serial)?);
    Ok(())
}

fn national(bits: &mut Bits, protocol: u64, number: u32) -> Result<(), EncodeFlaw> {
    bits.set(37..=40, protocol);
    bits.set(41..=58, ranged(number, 0..=0x3_FFFF_u32, EncodeFlaw::Serial)?);
    Ok(())
}

fn return_link(
    bits: &mut Bits,
    kind: u64,
    truncated: Option<u16>,
    serial: u16,
) -> Result<(), EncodeFlaw> {
    bits.set(37..=40, 0b1101);
    bits.set(41..=42, kind);
    let truncated = truncated.ok_or(EncodeFlaw::TypeApproval)?;
    bits.set(43..=52, ranged(truncated, 1..=948, EncodeFlaw::TypeApproval)?);
    bits.set(53..=66, ranged(serial, 0..=16_383, EncodeFlaw::Serial)?);
    Ok(())
}

/// Message bits of the second generation that the identity is made of.
pub(super) fn second_generation(programming: &Programming) -> Result<Bits, EncodeFlaw> {
    let Code::SecondGeneration { tac, serial, vessel } = &programming.code else {
        return Err(EncodeFlaw::Form);
    };
    let mut bits = Bits::zero(-1);
    bits.set(1..=16, u64::from(*tac));
    bits.set(17..=30, ranged(*serial, 0..=16_383, EncodeFlaw::Serial)?);
    bits.set(31..=40, ranged(programming.country, COUNTRIES, EncodeFlaw::Country)?);
    match vessel {
        VesselId::None => {}
        VesselId::CallSign(call_sign) => {
            bits.set(91..=93, 0b010);
            write_text(&mut bits, 94, call_sign, 7, Justified::Left)?;
        }
        VesselId::Registration(registration) => {
            bits.set(91..=93, 0b011);
            write_text(&mut bits, 94, registration, 7, Justified::Right)?;
        }
        VesselId::Address { address, operator } => {
            bits.set(91..=93, 0b100);
            bits.set(94..=117, ranged(*address, ADDRESSES, EncodeFlaw::Address)?);
            if let Some(operator) = operator {
                write_operator(&mut bits, 118, operator, 5)?;
            }
        }
        VesselId::Operator { operator, serial } => {
            bits.set(91..=93, 0b101);
            write_operator(&mut bits, 94, operator, 5)?;
            bits.set(109..=120, ranged(*serial, 1..=4095, EncodeFlaw::Serial)?);
            bits.set(121..=137, u64::MAX);
        }
    }
    Ok(bits)
}

/// The position's place in the identity; `None` for user protocols.
pub(super) fn layout_of(code: &Code) -> Option<Layout> {
    match code {
        Code::StandardLocationPlb { .. }
        | Code::StandardLocationElt { .. }
        | Code::StandardLocationEltAddress { .. }
        | Code::StandardLocationEltOperator { .. } => Some(location::STANDARD),
        Code::NationalLocationPlb { .. } | Code::NationalLocationElt { .. } => {
            Some(location::NATIONAL)
        }
        Code::ReturnLinkPlb { .. }
        | Code::ReturnLinkElt { .. }
        | Code::EltDtAddress { .. }
        | Code::EltDtOperator { .. }
        | Code::EltDtSerial { .. } => Some(location::HALF_DEGREE),
        _ => None,
    }
}

const COUNTRIES: RangeInclusive<u16> = 201..=775;
const ADDRESSES: RangeInclusive<u32> = 0..=0xFF_FFFF;
const TYPE_APPROVALS: RangeInclusive<u16> = 1..=1023;
const SERIALS: RangeInclusive<u16> = 1..=16_383;

pub(super) fn ranged<T: PartialOrd + Into<u64>>(
    value: T,
    range: RangeInclusive<T>,
    flaw: EncodeFlaw,
) -> Result<u64, EncodeFlaw> {
    if range.contains(&value) { Ok(value.into()) } else { Err(flaw) }
}

fn homer_bits(homer: Homer) -> Result<u64, EncodeFlaw> {
    match homer {
        Homer::None => Ok(0b00),
        Homer::Mhz121 => Ok(0b01),
        Homer::Sart => Ok(0b10),
        Homer::Other => Ok(0b11),
        Homer::NotMhz121 | Homer::Active | Homer::Inactive => Err(EncodeFlaw::Homer),
    }
}

/// Where a text shorter than its field stands.
#[derive(Clone, Copy, PartialEq)]
enum Justified {
    Left,
    Right,
}

/// Writes six-bit characters from bit `from`, filled with spaces to `length`.
fn write_text(
    bits: &mut Bits,
    from: i16,
    text: &str,
    length: usize,
    at: Justified,
) -> Result<(), EncodeFlaw> {
    // A space at an end could not be told from the filling.
    if !(1..=length).contains(&text.len()) || text.trim_matches(' ') != text {
        return Err(EncodeFlaw::Text);
    }
    let filled = if at == Justified::Right {
        format!("{text:>length$}")
    } else {
        format!("{text:<length$}")
    };
    let mut first = from;
    for character in filled.bytes() {
        bits.set(first..=first + 5, baudot::value_of(character).ok_or(EncodeFlaw::Text)?);
        first += 6;
    }
    Ok(())
}

/// Writes an operator designator as three letters of `width` bits: six, or five without the leading one.
fn write_operator(bits: &mut Bits, from: i16, text: &str, width: i16) -> Result<(), EncodeFlaw> {
    if text.len() != 3 || !text.bytes().all(|letter| letter.is_ascii_uppercase()) {
        return Err(EncodeFlaw::Text);
    }
    let mut first = from;
    for letter in text.bytes() {
        bits.set(first..=first + width - 1, baudot::value_of(letter).ok_or(EncodeFlaw::Text)?);
        first += width;
    }
    Ok(())
}
