//! ICAO 24-bit aircraft addresses of the block allocated to Norway (ICAO Annex 10, volume III, chapter 9): 478000 to 47FFFF.
//!
//! Form only: the civil aviation authority assigns the addresses.

use super::text::{TextFlaw, compact_upper};
use super::{Flaw, text_value};

/// First and last address of the Norwegian block.
const BLOCK: std::ops::RangeInclusive<u32> = 0x47_8000..=0x47_FFFF;

/// An address of the Norwegian block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IcaoAddress(u32);

/// Why a text is not a Norwegian aircraft address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IcaoAddressFlaw {
    #[error(transparent)]
    Text(#[from] TextFlaw),
    #[error(
        "an aircraft address has exactly six hexadecimal digits, 0 to 9 and A to F; it stands in the certificate of registration"
    )]
    Form,
    #[error(
        "the address is not in the Norwegian block 478000 to 47FFFF; write the address of a Norwegian aircraft"
    )]
    Foreign,
}

impl Flaw for IcaoAddressFlaw {
    fn code(&self) -> &'static str {
        match self {
            Self::Text(flaw) => flaw.code(),
            Self::Form => "form",
            Self::Foreign => "foreign",
        }
    }
}

impl IcaoAddress {
    /// Reads six hexadecimal digits in either case, spaces allowed anywhere.
    pub fn parse(input: &str) -> Result<Self, IcaoAddressFlaw> {
        let text = compact_upper(input)?;
        if text.as_bytes().len() != 6 || !text.as_bytes().iter().all(u8::is_ascii_hexdigit) {
            return Err(IcaoAddressFlaw::Form);
        }
        let address = u32::from_str_radix(text.as_str(), 16).map_err(|_| IcaoAddressFlaw::Form)?;
        Self::from_number(address).ok_or(IcaoAddressFlaw::Foreign)
    }

    /// The address with this value, if it is in the Norwegian block; for addresses read out of a beacon code.
    pub fn from_number(address: u32) -> Option<Self> {
        BLOCK.contains(&address).then_some(Self(address))
    }

    /// The 24 bits as a number.
    pub const fn number(self) -> u32 {
        self.0
    }

    fn canonical(self) -> String {
        self.to_string()
    }
}

impl std::fmt::Display for IcaoAddress {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:06X}", self.0)
    }
}

text_value!(IcaoAddress, IcaoAddressFlaw);
