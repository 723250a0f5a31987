//! Whole messages that carry a programmed code, for tests and training. It must not be used to send anything: what a
//! beacon adds while it is working is at its rest value.

use super::bits::Bits;
use super::encode::{first_generation, layout_of, ranged, second_generation};
use super::{
    BeaconClass, Code, Coordinates, EncodeFlaw, Homer, Programming, Transmission, bch, location,
};

/// Makes a whole message with its check bits, in the form [`super::decode`] reads.
/// Altitude, battery and times are at their rest value.
///
/// # Errors
/// As [`super::encode`], and for a form or position that does not exist.
pub fn message(
    programming: &Programming,
    transmission: Transmission,
) -> Result<String, EncodeFlaw> {
    let second = matches!(programming.code, Code::SecondGeneration { .. });
    match transmission {
        Transmission::Short { distress, automatic } if !second => {
            short_message(programming, distress, automatic)
        }
        Transmission::Long { position } if !second => long_message(programming, checked(position)?),
        Transmission::Second { class, position } if second => {
            second_generation_message(programming, class, checked(position)?)
        }
        _ => Err(EncodeFlaw::Form),
    }
}

fn short_message(
    programming: &Programming,
    distress: Option<u8>,
    automatic: bool,
) -> Result<String, EncodeFlaw> {
    let mut bits = first_generation(programming)?;
    if layout_of(&programming.code).is_some() {
        return Err(EncodeFlaw::Form);
    }
    bits.set(86..=106, bch::bch_1(&bits));
    bits.set(107..=107, u64::from(distress.is_some()));
    bits.set(108..=108, u64::from(automatic));
    bits.set(109..=112, ranged(distress.unwrap_or(0), 0..=15, EncodeFlaw::Distress)?);
    Ok(text::<22>(&bits))
}

fn long_message(
    programming: &Programming,
    position: Option<Coordinates>,
) -> Result<String, EncodeFlaw> {
    let mut bits = first_generation(programming)?;
    bits.set(25..=25, 1);
    let layout = layout_of(&programming.code);
    let homer = u64::from(programming.homer != Homer::None);
    match programming.code {
        Code::NationalLocationPlb { .. } | Code::NationalLocationElt { .. } => {
            bits.set(107..=110, 0b1101);
            bits.set(111..=111, 1);
            bits.set(112..=112, homer);
        }
        Code::ReturnLinkPlb { .. } | Code::ReturnLinkElt { .. } => {
            bits.set(107..=107, 1);
            bits.set(108..=108, homer);
            // Automatic acknowledgement only, none received yet, over Galileo.
            bits.set(109..=114, 0b01_00_01);
        }
        Code::EltDtAddress { .. } | Code::EltDtOperator { .. } | Code::EltDtSerial { .. } => {
            // Altitude unknown; a given position is fresh.
            bits.set(109..=112, 0b1111);
            bits.set(113..=114, if position.is_some() { 0b11 } else { 0b01 });
        }
        _ if layout.is_some() => {
            bits.set(107..=110, 0b1101);
            bits.set(111..=111, 1);
            bits.set(112..=112, homer);
        }
        _ => {
            bits.set(107..=107, 1);
            location::USER.set_default(&mut bits);
        }
    }
    let layout = layout.unwrap_or(location::USER);
    layout.set_default_offset(&mut bits);
    if let Some(place) = position {
        layout.write(&mut bits, place);
    }
    bits.set(86..=106, bch::bch_1(&bits));
    bits.set(133..=144, bch::bch_2(&bits));
    Ok(text::<30>(&bits))
}

fn second_generation_message(
    programming: &Programming,
    class: BeaconClass,
    position: Option<Coordinates>,
) -> Result<String, EncodeFlaw> {
    let mut bits = second_generation(programming)?;
    bits.set(41..=41, u64::from(programming.homer != Homer::None));
    location::write_second_generation(&mut bits, position);
    let kind = match class {
        BeaconClass::Elt => 0b000,
        BeaconClass::Epirb => 0b001,
        BeaconClass::Plb => 0b010,
        BeaconClass::EltDt => 0b011,
        _ => return Err(EncodeFlaw::Form),
    };
    bits.set(138..=140, kind);
    bits.set(141..=154, u64::MAX);
    bits.set(203..=250, bch::second_generation(&bits));
    Ok(text::<63>(&bits))
}

fn checked(position: Option<Coordinates>) -> Result<Option<Coordinates>, EncodeFlaw> {
    let possible =
        |place: &Coordinates| place.latitude.abs() <= 90.0 && place.longitude.abs() <= 180.0;
    match position {
        Some(place) if !possible(&place) => Err(EncodeFlaw::Position),
        other => Ok(other),
    }
}

fn text<const N: usize>(bits: &Bits) -> String {
    String::from_utf8_lossy(&bits.hexadecimal::<N>(N)).into_owned()
}
