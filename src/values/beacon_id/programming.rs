//! What a programmer is told to code: the input of `encode`. It must not check anything: ranges stand in the
//! descriptions and are checked where the bits are written.

use super::{BeaconClass, Homer};
use crate::values::Flaw;

/// What is to be programmed.
#[derive(Debug, Clone, PartialEq)]
pub struct Programming {
    /// Country code (MID), 201-775.
    pub country: u16,
    /// The protocol with its content.
    pub code: Code,
    /// Homing transmitter. It is part of a user-protocol identity: changing it changes the beacon id.
    /// `None`, `Mhz121`, `Sart`, `Other` in user protocols; elsewhere only whether it is `None` counts.
    pub homer: Homer,
}

/// The protocols for PLB and ELT with their content (C/S T.001 Annex A, C/S T.018).
#[derive(Debug, Clone, PartialEq)]
pub enum Code {
    /// Serial 0-1048575; type approval 0-1023.
    SerialUserPlb { serial: u32, tac: Option<u16> },
    /// Serial 0-1048575; type approval 0-1023.
    SerialUserElt { serial: u32, tac: Option<u16> },
    /// Three-letter designator; serial 1-4095; type approval 0-1023.
    SerialUserEltOperator { operator: String, serial: u16, tac: Option<u16> },
    /// Address 0-FFFFFF; ELT number 0-63; type approval 0-1023.
    SerialUserEltAddress { address: u32, elt_number: u8, tac: Option<u16> },
    /// Registration of 1-7 characters; ELT number 0-3.
    AviationUser { registration: String, elt_number: u8 },
    /// Type approval 1-1023; serial 1-16383.
    StandardLocationPlb { tac: u16, serial: u16 },
    /// Type approval 1-1023; serial 1-16383.
    StandardLocationElt { tac: u16, serial: u16 },
    /// Address 0-FFFFFF.
    StandardLocationEltAddress { address: u32 },
    /// Three-letter designator; serial 1-511.
    StandardLocationEltOperator { operator: String, serial: u16 },
    /// National number 0-262143.
    NationalLocationPlb { number: u32 },
    /// National number 0-262143.
    NationalLocationElt { number: u32 },
    /// Type approval 3001-3948; serial 0-16383.
    ReturnLinkPlb { tac: u16, serial: u16 },
    /// Type approval 2001-2948; serial 0-16383.
    ReturnLinkElt { tac: u16, serial: u16 },
    /// Address 1-FFFFFE (all zeros and all ones are test codes).
    EltDtAddress { address: u32 },
    /// Three-letter designator; serial 1-511.
    EltDtOperator { operator: String, serial: u16 },
    /// Type approval 1-1023; serial 1-16383.
    EltDtSerial { tac: u16, serial: u16 },
    /// Type approval 0-65535; serial 0-16383.
    SecondGeneration { tac: u16, serial: u16, vessel: VesselId },
}

/// The vessel or aircraft identity of a second-generation code.
#[derive(Debug, Clone, PartialEq)]
pub enum VesselId {
    /// None.
    None,
    /// Call sign of 1-7 characters.
    CallSign(String),
    /// Aircraft registration of 1-7 characters.
    Registration(String),
    /// ICAO address 0-FFFFFF, with the operator's three letters if wanted.
    Address { address: u32, operator: Option<String> },
    /// Three-letter designator; serial 1-4095.
    Operator { operator: String, serial: u16 },
}

/// Degrees, north and east positive.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coordinates {
    /// -90 to 90.
    pub latitude: f64,
    /// -180 to 180.
    pub longitude: f64,
}

/// What a message adds to the code.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Transmission {
    /// 22 characters; user protocols only. Distress code 0-15.
    Short { distress: Option<u8>, automatic: bool },
    /// 30 characters; every first-generation protocol.
    Long { position: Option<Coordinates> },
    /// 63 characters; second generation. The class must be `Plb`, `Elt`, `EltDt` or `Epirb`.
    Second { class: BeaconClass, position: Option<Coordinates> },
}

/// Why something cannot be coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EncodeFlaw {
    /// Country code outside 201-775.
    #[error("A country code has three digits from 201 to 775.")]
    Country,
    /// Serial or national number out of the protocol's range.
    #[error("The serial number is outside the protocol's range.")]
    Serial,
    /// Type approval number out of the protocol's range.
    #[error("The type approval number is outside the protocol's range.")]
    TypeApproval,
    /// Aircraft address out of range.
    #[error("An aircraft address has 24 bits, and all zeros or all ones may be test values.")]
    Address,
    /// ELT number out of range.
    #[error("The ELT number is outside the protocol's range.")]
    EltNumber,
    /// Text of the wrong length or with a character that cannot be coded.
    #[error("The text has a character or a length that the protocol cannot hold.")]
    Text,
    /// A homer the protocol cannot express.
    #[error("The protocol cannot express this homing transmitter.")]
    Homer,
    /// Position outside the Earth's grid, or not a number.
    #[error("A position has latitude -90 to 90 and longitude -180 to 180 degrees.")]
    Position,
    /// The message form does not fit the protocol.
    #[error("This message form does not exist for the protocol.")]
    Form,
    /// A distress code above 15.
    #[error("A distress code is 0 to 15.")]
    Distress,
}

impl Flaw for EncodeFlaw {
    fn code(&self) -> &'static str {
        match self {
            Self::Country => "country",
            Self::Serial => "serial",
            Self::TypeApproval => "type-approval",
            Self::Address => "address",
            Self::EltNumber => "elt-number",
            Self::Text => "text",
            Self::Homer => "homer",
            Self::Position => "position",
            Self::Form => "form",
            Self::Distress => "distress",
        }
    }
}
