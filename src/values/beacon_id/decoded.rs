//! What a beacon code says, as data. It must not judge (see `differences`) nor word anything for people (see `explain`).

use std::fmt;

use serde::{Serialize, Serializer};

use super::{BaudotText, BeaconId, Warnings};

/// Everything read from one code. Cheap to make and to copy: nothing in it is on the heap.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Decoded {
    /// The canonical identity. Only for [`InputForm::SecondGenerationPrefix`] it is the first 15 of 23 characters.
    pub beacon_id: BeaconId,
    /// The form the text had.
    pub form: InputForm,
    /// The generation of the beacon.
    pub generation: Generation,
    /// Country code (MID), 0-1023 as coded; see [`super::country`] for its meaning.
    pub country: u16,
    /// The coding protocol.
    pub protocol: Protocol,
    /// The kind of beacon; `None` where the code does not tell (a 23-character identity, a national user code).
    pub class: Option<BeaconClass>,
    /// Whom or what the code names, besides [`Self::tac`] and [`Self::serial`].
    pub identification: Identification,
    /// Cospas-Sarsat type approval number, where coded. For the return link with its thousands (1001-3948).
    pub tac: Option<u32>,
    /// Serial number (or the 18-bit national number), where coded.
    pub serial: Option<u32>,
    /// Homing transmitter, where the code tells.
    pub homer: Option<Homer>,
    /// The position in the input. The identity never holds one.
    pub location: Location,
    /// Whether an internal device gave the position (`false`: an external one), where a checked message tells.
    pub internal_position: Option<bool>,
    /// Emergency and activation bits of a short message.
    pub distress: Option<Distress>,
    /// Bits left to the country (serial user 64-83 or 64-73; national location 127-132), where present and not zero.
    pub national_use: Option<u32>,
    /// Return-link provider, in a checked long message of the return-link protocol.
    pub return_link: Option<ReturnLinkProvider>,
    /// Whether the beacon can receive an acknowledgement, in a second-generation message.
    pub return_link_capable: Option<bool>,
    /// Check of bits 25-85, C/S T.001; a wrong one is refused, so this is `Right` or `Absent`.
    pub bch1: Check,
    /// Check of PDF-2 (first generation) or of the whole message (second generation, BCH (250,202)).
    pub bch2: Check,
    /// Whether location bits were replaced by their defaults to get the identity.
    pub canonicalised: bool,
    /// What a person should know before relying on the code.
    pub warnings: Warnings,
}

/// The six written forms, and the short identity of the second generation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum InputForm {
    /// 15 characters, bits 26-85.
    FirstGenerationId,
    /// 15 characters, the beginning of a 23-character identity.
    SecondGenerationPrefix,
    /// 22 characters, bits 25-112.
    ShortMessage,
    /// 23 characters.
    SecondGenerationId,
    /// 30 characters, bits 25-144.
    LongMessage,
    /// 51 characters: two zero bits and message bits 1-202.
    GroundMessage,
    /// 63 characters: two pad bits and message bits 1-250.
    FullMessage,
}

/// The generation of beacons a code belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Generation {
    /// C/S T.001.
    First,
    /// C/S T.018.
    Second,
}

/// The kind of beacon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum BeaconClass {
    /// Personal locator beacon.
    Plb,
    /// Emergency locator transmitter of an aircraft.
    Elt,
    /// ELT for distress tracking in flight.
    EltDt,
    /// Emergency position-indicating radio beacon of a ship.
    Epirb,
    /// Ship security alert system.
    ShipSecurity,
    /// A calibration beacon of the system itself.
    Orbitography,
    /// A beacon coded for tests.
    Test,
    /// A second-generation system beacon.
    System,
}

/// The coding protocols of C/S T.001 Annex A; C/S T.018 has only one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Protocol {
    /// User 000.
    OrbitographyUser,
    /// User 001: aircraft registration.
    AviationUser,
    /// User 010: MMSI digits or a call sign of at most six characters.
    MaritimeUser,
    /// User 011, type 000.
    SerialUserElt,
    /// User 011, type 001.
    SerialUserEltOperator,
    /// User 011, type 010.
    SerialUserEpirbFloatFree,
    /// User 011, type 011.
    SerialUserEltAddress,
    /// User 011, type 100.
    SerialUserEpirbNonFloatFree,
    /// User 011, type 110.
    SerialUserPlb,
    /// User 100.
    NationalUser,
    /// User 110: call sign of at most seven characters.
    RadioCallSignUser,
    /// User 111.
    TestUser,
    /// Location 0010.
    StandardLocationEpirbMmsi,
    /// Location 0011.
    StandardLocationEltAddress,
    /// Location 0100.
    StandardLocationElt,
    /// Location 0101.
    StandardLocationEltOperator,
    /// Location 0110.
    StandardLocationEpirb,
    /// Location 0111.
    StandardLocationPlb,
    /// Location 1100.
    StandardLocationShipSecurity,
    /// Location 1110.
    StandardLocationTest,
    /// Location 1000.
    NationalLocationElt,
    /// Location 1010.
    NationalLocationEpirb,
    /// Location 1011.
    NationalLocationPlb,
    /// Location 1111.
    NationalLocationTest,
    /// Location 1101.
    ReturnLinkLocation,
    /// Location 1001.
    EltDtLocation,
    /// C/S T.018.
    SecondGeneration,
}

/// Whom or what the code names. Numbers shared by many protocols stand in [`Decoded::tac`] and [`Decoded::serial`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Identification {
    /// The serial number, with the type approval number where coded.
    Serial,
    /// The national number in [`Decoded::serial`], whose meaning the country knows.
    NationalNumber,
    /// ICAO 24-bit aircraft address; ELT number 0-63 in the serial user protocol.
    Address { address: AircraftAddress, elt_number: Option<u8> },
    /// ICAO three-letter operator designator. Its serial number is [`Decoded::serial`] in the first generation, and
    /// `operator_serial` in the second, which has the beacon's own serial number besides.
    Operator { operator: BaudotText, operator_serial: Option<u16> },
    /// Second generation: ICAO address together with the operator designator.
    AddressAndOperator { address: AircraftAddress, operator: BaudotText },
    /// Aircraft registration; ELT number 0-3 in the aviation user protocol.
    Registration { registration: BaudotText, elt_number: Option<u8> },
    /// Last six digits of the MMSI whose first three are the country; beacon number 0-35 (`A` is 10), if coded.
    MmsiDigits { last_six: SixDigits, beacon_number: Option<u8> },
    /// Second generation: whole MMSI (`None` when none is coded) and last four digits of the EPIRB-AIS identity.
    Mmsi { mmsi: Option<u32>, ais_last_four: Option<u16> },
    /// Radio call sign; beacon number in first-generation protocols.
    CallSign { call_sign: BaudotText, beacon_number: Option<u8> },
    /// Name of an orbitography beacon.
    Name { name: BaudotText },
    /// Bits whose meaning only the country or tester knows.
    Bits { value: u64, length: u8 },
    /// No vessel or aircraft is named, or (in a prefix) it cannot be seen.
    None,
}

impl Decoded {
    /// The country that a code with the MMSI `98MIDxxxx` of a craft associated with a parent ship means. The standard
    /// wants the parent ship's own MMSI, so such a code's country field reads 980-989 (first generation) and its alerts
    /// are dropped on the ground.
    pub fn parent_country(&self) -> Option<u16> {
        let mid = match self.identification {
            Identification::MmsiDigits { last_six, .. } if (980..=989).contains(&self.country) => {
                u32::from(self.country % 10) * 100 + last_six.0 / 10_000
            }
            Identification::Mmsi { mmsi: Some(mmsi), .. }
                if (980_000_000..=989_999_999).contains(&mmsi) =>
            {
                mmsi / 10_000 % 1000
            }
            _ => return None,
        };
        u16::try_from(mid).ok()
    }
}

impl Identification {
    /// The radio call sign, where the code carries one.
    pub fn call_sign(&self) -> Option<BaudotText> {
        match self {
            Self::CallSign { call_sign, .. } => Some(*call_sign),
            _ => None,
        }
    }

    /// The aircraft registration, where the code carries one.
    pub fn registration(&self) -> Option<BaudotText> {
        match self {
            Self::Registration { registration, .. } => Some(*registration),
            _ => None,
        }
    }

    /// The aircraft address, where the code carries one.
    pub fn address(&self) -> Option<AircraftAddress> {
        match self {
            Self::Address { address, .. } | Self::AddressAndOperator { address, .. } => {
                Some(*address)
            }
            _ => None,
        }
    }

    /// The operator's three-letter designator, where the code carries one. `ZGA` means none (C/S T.001).
    pub fn operator(&self) -> Option<BaudotText> {
        match self {
            Self::Operator { operator, .. } | Self::AddressAndOperator { operator, .. } => {
                Some(*operator).filter(|operator| operator.as_str() != "ZGA")
            }
            _ => None,
        }
    }

    /// Any text in the identification.
    pub(super) fn text(&self) -> Option<BaudotText> {
        match self {
            Self::Operator { operator: text, .. }
            | Self::AddressAndOperator { operator: text, .. }
            | Self::Registration { registration: text, .. }
            | Self::CallSign { call_sign: text, .. }
            | Self::Name { name: text } => Some(*text),
            _ => None,
        }
    }
}

/// ICAO 24-bit aircraft address, 0-FFFFFF, shown as six hexadecimal characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AircraftAddress(pub u32);

/// Six decimal digits, 0-999999 (a faulty code may hold more; it is then warned of), shown with leading zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SixDigits(pub u32);

/// The homing transmitter a code tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Homer {
    /// User protocols, 00.
    None,
    /// 121.5 MHz.
    Mhz121,
    /// User protocols, 10: 9 GHz radar transponder.
    Sart,
    /// User protocols, 11.
    Other,
    /// Location protocols, 0: none, or another than 121.5 MHz.
    NotMhz121,
    /// Second generation, 1: a homing signal is sent.
    Active,
    /// Second generation, 0.
    Inactive,
}

/// The position in the input.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Location {
    /// The form or protocol has no place for a position.
    NotCarried,
    /// The location bits have their default: no position known.
    Default,
    /// A position.
    Position(Position),
    /// More than 90 degrees of latitude or 180 of longitude.
    Impossible,
}

/// A position in degrees, north and east positive.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Position {
    /// Degrees, -90 to 90.
    pub latitude: f64,
    /// Degrees, -180 to 180.
    pub longitude: f64,
    /// Step of the coding in seconds of arc: 4 to 1800 (first generation), about 0.11 (second).
    pub resolution: f64,
}

/// Bits 107-112 of a short message (C/S T.001 Annex A).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Distress {
    /// Four-bit nature of distress, when one was entered; its meaning depends on the class.
    pub code: Option<u8>,
    /// Whether the beacon can be activated automatically as well as by hand.
    pub automatic: bool,
}

/// Who sends the acknowledgement to a return-link beacon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ReturnLinkProvider {
    /// 01.
    Galileo,
    /// 10.
    Glonass,
    /// 11.
    Bds,
}

/// The outcome of one check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Check {
    /// The form has no such check bits.
    Absent,
    /// The check bits agree.
    Right,
    /// They do not; what they guard is not used.
    Wrong,
}

impl fmt::Display for AircraftAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06X}", self.0)
    }
}

impl fmt::Display for SixDigits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06}", self.0)
    }
}

impl Serialize for AircraftAddress {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Serialize for SixDigits {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
