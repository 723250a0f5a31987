//! First-generation codes (C/S T.001 Issue 4, Annex A): from checked bits to what they say.
//! It must not read text, and it must not use PDF-2 when BCH-2 does not agree.

use super::bits::Bits;
use super::identification::{read_identification, small};
use super::location::{self, Layout};
use super::{
    BaudotText, BeaconClass, BeaconId, Check, CodeFlaw, Decoded, Distress, Generation, Homer,
    Identification, InputForm, Location, Protocol, ReturnLinkProvider, SixDigits, Warning,
    Warnings, bch, country,
};

/// Reads a 15-character identity, bits 26-85.
pub(super) fn identity(bits: &Bits) -> Result<Decoded, CodeFlaw> {
    let mut decoded = read_pdf_1(bits, InputForm::FirstGenerationId)?;
    finish(&mut decoded);
    Ok(decoded)
}

/// Reads a message of 22 or 30 characters, bits 25-112 or 25-144.
pub(super) fn message(bits: &Bits, form: InputForm) -> Result<Decoded, CodeFlaw> {
    let long = form == InputForm::LongMessage;
    // BCH-1 guards the format flag too, so it is asked first: a slip of the pen there is a slip, not another format.
    if bch::bch_1(bits) != bits.get(86..=106) {
        return Err(CodeFlaw::Bch1);
    }
    if bits.bit(25) != long {
        return Err(CodeFlaw::FormatFlag);
    }
    let mut decoded = read_pdf_1(bits, form)?;
    decoded.bch1 = Check::Right;
    if long {
        let right = bch::bch_2(bits) == bits.get(133..=144);
        decoded.bch2 = if right { Check::Right } else { Check::Wrong };
        decoded.warnings.add_if(!right, Warning::Bch2Wrong);
        if right {
            read_pdf_2(bits, &mut decoded);
        }
    } else if identity_layout(decoded.protocol).is_some() {
        decoded.warnings.add(Warning::WithdrawnFormat);
    } else if has_user_position(decoded.protocol) {
        decoded.distress = Some(Distress {
            code: bits.bit(107).then(|| small(bits.get(109..=112))),
            automatic: bits.bit(108),
        });
    }
    finish(&mut decoded);
    Ok(decoded)
}

/// The protocol of bits 26 and 37-42.
fn protocol(bits: &Bits) -> Result<Protocol, CodeFlaw> {
    if bits.bit(26) {
        return Ok(match bits.get(37..=39) {
            0b000 => Protocol::OrbitographyUser,
            0b001 => Protocol::AviationUser,
            0b010 => Protocol::MaritimeUser,
            0b011 => match bits.get(40..=42) {
                0b000 => Protocol::SerialUserElt,
                0b001 => Protocol::SerialUserEltOperator,
                0b010 => Protocol::SerialUserEpirbFloatFree,
                0b011 => Protocol::SerialUserEltAddress,
                0b100 => Protocol::SerialUserEpirbNonFloatFree,
                0b110 => Protocol::SerialUserPlb,
                _ => return Err(CodeFlaw::SpareProtocol),
            },
            0b100 => Protocol::NationalUser,
            0b101 => return Err(CodeFlaw::SecondGenerationMarker),
            0b110 => Protocol::RadioCallSignUser,
            _ => Protocol::TestUser,
        });
    }
    Ok(match bits.get(37..=40) {
        0b0010 => Protocol::StandardLocationEpirbMmsi,
        0b0011 => Protocol::StandardLocationEltAddress,
        0b0100 => Protocol::StandardLocationElt,
        0b0101 => Protocol::StandardLocationEltOperator,
        0b0110 => Protocol::StandardLocationEpirb,
        0b0111 => Protocol::StandardLocationPlb,
        0b1000 => Protocol::NationalLocationElt,
        0b1001 => Protocol::EltDtLocation,
        0b1010 => Protocol::NationalLocationEpirb,
        0b1011 => Protocol::NationalLocationPlb,
        0b1100 => Protocol::StandardLocationShipSecurity,
        0b1101 => Protocol::ReturnLinkLocation,
        0b1110 => Protocol::StandardLocationTest,
        0b1111 => Protocol::NationalLocationTest,
        _ => return Err(CodeFlaw::SpareProtocol),
    })
}

/// Where a protocol has location bits inside the identity.
pub(super) fn identity_layout(protocol: Protocol) -> Option<Layout> {
    match protocol {
        Protocol::StandardLocationEpirbMmsi
        | Protocol::StandardLocationEltAddress
        | Protocol::StandardLocationElt
        | Protocol::StandardLocationEltOperator
        | Protocol::StandardLocationEpirb
        | Protocol::StandardLocationPlb
        | Protocol::StandardLocationShipSecurity
        | Protocol::StandardLocationTest => Some(location::STANDARD),
        Protocol::NationalLocationElt
        | Protocol::NationalLocationEpirb
        | Protocol::NationalLocationPlb
        | Protocol::NationalLocationTest => Some(location::NATIONAL),
        Protocol::ReturnLinkLocation | Protocol::EltDtLocation => Some(location::HALF_DEGREE),
        _ => None,
    }
}

/// Whether a user protocol has the common homer bits 84-85, distress bits and position in PDF-2. The national and test
/// protocols leave these to the country or tester, and orbitography beacons have none.
fn has_user_position(protocol: Protocol) -> bool {
    matches!(
        protocol,
        Protocol::AviationUser
            | Protocol::MaritimeUser
            | Protocol::SerialUserElt
            | Protocol::SerialUserEltOperator
            | Protocol::SerialUserEpirbFloatFree
            | Protocol::SerialUserEltAddress
            | Protocol::SerialUserEpirbNonFloatFree
            | Protocol::SerialUserPlb
            | Protocol::RadioCallSignUser
    )
}

/// The class that a protocol alone tells.
fn class(protocol: Protocol) -> Option<BeaconClass> {
    match protocol {
        Protocol::SerialUserPlb | Protocol::StandardLocationPlb | Protocol::NationalLocationPlb => {
            Some(BeaconClass::Plb)
        }
        Protocol::AviationUser
        | Protocol::SerialUserElt
        | Protocol::SerialUserEltOperator
        | Protocol::SerialUserEltAddress
        | Protocol::StandardLocationEltAddress
        | Protocol::StandardLocationElt
        | Protocol::StandardLocationEltOperator
        | Protocol::NationalLocationElt => Some(BeaconClass::Elt),
        Protocol::EltDtLocation => Some(BeaconClass::EltDt),
        Protocol::MaritimeUser
        | Protocol::RadioCallSignUser
        | Protocol::SerialUserEpirbFloatFree
        | Protocol::SerialUserEpirbNonFloatFree
        | Protocol::StandardLocationEpirbMmsi
        | Protocol::StandardLocationEpirb
        | Protocol::NationalLocationEpirb => Some(BeaconClass::Epirb),
        Protocol::StandardLocationShipSecurity => Some(BeaconClass::ShipSecurity),
        Protocol::OrbitographyUser => Some(BeaconClass::Orbitography),
        Protocol::TestUser | Protocol::StandardLocationTest | Protocol::NationalLocationTest => {
            Some(BeaconClass::Test)
        }
        // The return link tells it in bits 41-42; a national code or a bare second-generation identity does not tell.
        Protocol::ReturnLinkLocation | Protocol::NationalUser | Protocol::SecondGeneration => None,
    }
}

/// Reads bits 26-85, with the position as coarse as it stands there.
fn read_pdf_1(bits: &Bits, form: InputForm) -> Result<Decoded, CodeFlaw> {
    let protocol = protocol(bits)?;
    let layout = identity_layout(protocol);
    let mut canonical = Bits::zero(26);
    canonical.copy(bits, 26..=85, 26);
    if let Some(layout) = layout {
        layout.set_default(&mut canonical);
    }
    let mut decoded = Decoded {
        beacon_id: BeaconId::fifteen(&canonical),
        form,
        generation: Generation::First,
        country: u16::try_from(bits.get(27..=36)).unwrap_or(0),
        protocol,
        class: class(protocol),
        identification: Identification::None,
        tac: None,
        serial: None,
        homer: None,
        location: layout.map_or(Location::NotCarried, |layout| layout.read(bits, false)),
        internal_position: None,
        distress: None,
        national_use: None,
        return_link: None,
        return_link_capable: None,
        bch1: Check::Absent,
        bch2: Check::Absent,
        canonicalised: canonical.get(26..=85) != bits.get(26..=85),
        warnings: Warnings::default(),
    };
    if has_user_position(protocol) {
        decoded.homer = Some(match bits.get(84..=85) {
            0b00 => Homer::None,
            0b01 => Homer::Mhz121,
            0b10 => Homer::Sart,
            _ => Homer::Other,
        });
    }
    read_identification(bits, &mut decoded);
    Ok(decoded)
}

/// Reads PDF-2 (bits 107-132) of a long message whose BCH-2 agrees.
fn read_pdf_2(bits: &Bits, decoded: &mut Decoded) {
    match decoded.protocol {
        Protocol::ReturnLinkLocation => {
            decoded.internal_position = Some(bits.bit(107));
            decoded.homer = Some(homer_121(bits.bit(108)));
            decoded.return_link = match bits.get(113..=114) {
                0b01 => Some(ReturnLinkProvider::Galileo),
                0b10 => Some(ReturnLinkProvider::Glonass),
                0b11 => Some(ReturnLinkProvider::Bds),
                _ => None,
            };
            decoded.location = location::HALF_DEGREE.read(bits, true);
        }
        Protocol::EltDtLocation => {
            // With 00 in 113-114 the field may hold operator letters in place of the offset, so the half degree stands.
            decoded.location = location::HALF_DEGREE.read(bits, bits.get(113..=114) != 0);
        }
        protocol if has_user_position(protocol) => {
            decoded.internal_position = Some(bits.bit(107));
            decoded.location = location::USER.read(bits, false);
        }
        protocol => match protocol_family(protocol) {
            Family::Standard => {
                decoded.warnings.add_if(bits.get(107..=110) != 0b1101, Warning::SpareBits);
                decoded.internal_position = Some(bits.bit(111));
                decoded.homer = Some(homer_121(bits.bit(112)));
                decoded.location = location::STANDARD.read(bits, true);
            }
            Family::National => {
                decoded.warnings.add_if(bits.get(107..=109) != 0b110, Warning::SpareBits);
                decoded.internal_position = Some(bits.bit(111));
                decoded.homer = Some(homer_121(bits.bit(112)));
                // Bit 110 tells whether 113-126 hold an offset or belong to the country.
                decoded.location = location::NATIONAL.read(bits, bits.bit(110));
                let national = bits.number(127..=132);
                decoded.national_use = (national != 0).then_some(national);
            }
            Family::None => {}
        },
    }
}

/// Location protocols that share PDF-2.
enum Family {
    Standard,
    National,
    None,
}

fn protocol_family(protocol: Protocol) -> Family {
    match protocol {
        Protocol::NationalLocationElt
        | Protocol::NationalLocationEpirb
        | Protocol::NationalLocationPlb
        | Protocol::NationalLocationTest => Family::National,
        other if identity_layout(other).is_some() => Family::Standard,
        _ => Family::None,
    }
}

fn homer_121(bit: bool) -> Homer {
    if bit { Homer::Mhz121 } else { Homer::NotMhz121 }
}

/// Warnings that need the whole code.
fn finish(decoded: &mut Decoded) {
    let text = decoded.identification.text();
    decoded.warnings.add_if(text.is_some_and(BaudotText::has_unknown), Warning::UnknownCharacter);
    if let Identification::MmsiDigits { last_six: SixDigits(digits), .. } = decoded.identification {
        decoded.warnings.add_if(digits > 999_999, Warning::NumberOutOfRange);
    }
    if decoded.parent_country().is_some() {
        decoded.warnings.add(Warning::CraftAssociatedMmsi);
    } else {
        decoded.warnings.add_if(country(decoded.country).is_none(), Warning::UnknownCountry);
    }
    decoded.warnings.add_if(decoded.location == Location::Impossible, Warning::ImpossiblePosition);
}
