//! Emission designators: necessary bandwidth, three symbols of the class of emission and two optional details (ITU RR Appendix 1).
//!
//! Form only: whether an emission may be used on a frequency is decided elsewhere.

use super::bandwidth::Bandwidth;
use super::text::{TextFlaw, compact_upper};
use super::{Flaw, text_value};

/// A designator of seven or nine characters, e.g. `11K0F3E`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmissionDesignator {
    /// Unused bytes at the end are zero, so that the order is that of the texts.
    characters: [u8; 9],
}

/// Why a text is not an emission designator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EmissionDesignatorFlaw {
    #[error(transparent)]
    Text(#[from] TextFlaw),
    #[error(
        "an emission designator has seven or nine characters: four of bandwidth, three of emission class, none or two of details; e.g. 11K0F3E"
    )]
    Length,
    #[error(
        "the bandwidth, the first four characters, is three digits and H, K, M or G at the decimal point; e.g. 11K0 for 11 kHz"
    )]
    Bandwidth,
    #[error("the first symbol, the modulation, is one of N A H R J B C F G D P K L M Q V W X")]
    Modulation,
    #[error("the second symbol, the signal, is one of 0 1 2 3 7 8 9 X")]
    Signal,
    #[error("the third symbol, the information, is one of N A B C D E F W X")]
    Information,
    #[error(
        "the details are a letter A to N, W or X and one of N C F T W X; leave them out if unsure"
    )]
    Details,
}

impl Flaw for EmissionDesignatorFlaw {
    fn code(&self) -> &'static str {
        match self {
            Self::Text(flaw) => flaw.code(),
            Self::Length => "length",
            Self::Bandwidth => "bandwidth-code",
            Self::Modulation => "modulation-symbol",
            Self::Signal => "signal-symbol",
            Self::Information => "information-symbol",
            Self::Details => "detail-symbols",
        }
    }
}

impl EmissionDesignator {
    /// Reads a designator in either case, spaces allowed anywhere.
    pub fn parse(input: &str) -> Result<Self, EmissionDesignatorFlaw> {
        let text = compact_upper(input)?;
        let text = text.as_bytes();
        let (&[a, b, c, d, modulation, signal, information], details) =
            text.split_first_chunk().ok_or(EmissionDesignatorFlaw::Length)?;
        let details_fit = match details {
            [] => true,
            [fourth, fifth] => {
                matches!(fourth, b'A'..=b'N' | b'W' | b'X') && b"NCFTWX".contains(fifth)
            }
            _ => return Err(EmissionDesignatorFlaw::Length),
        };
        for (fits, flaw) in [
            (Bandwidth::from_code(&[a, b, c, d]).is_some(), EmissionDesignatorFlaw::Bandwidth),
            (b"NAHRJBCFGDPKLMQVWX".contains(&modulation), EmissionDesignatorFlaw::Modulation),
            (b"0123789X".contains(&signal), EmissionDesignatorFlaw::Signal),
            (b"NABCDEFWX".contains(&information), EmissionDesignatorFlaw::Information),
            (details_fit, EmissionDesignatorFlaw::Details),
        ] {
            if !fits {
                return Err(flaw);
            }
        }
        let mut characters = [0; 9];
        characters[..text.len()].copy_from_slice(text);
        Ok(Self { characters })
    }

    /// The designator in upper case without spaces.
    pub fn as_str(&self) -> &str {
        let length = if self.characters[7] == 0 { 7 } else { 9 };
        std::str::from_utf8(&self.characters[..length]).unwrap_or_default()
    }

    /// The necessary bandwidth, from the first four characters.
    ///
    /// # Panics
    /// Never: the four characters were checked when the designator was read.
    pub fn bandwidth(&self) -> Bandwidth {
        Bandwidth::from_code(&self.characters[..4]).expect("checked when the designator was read")
    }

    fn canonical(self) -> String {
        self.as_str().to_owned()
    }
}

impl std::fmt::Display for EmissionDesignator {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}

text_value!(EmissionDesignator, EmissionDesignatorFlaw);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_has_its_own_message() {
        for (text, code) in [
            ("11K0F3", "length"),
            ("11K0F3EW", "length"),
            ("0K50F3E", "bandwidth-code"),
            ("K125F3E", "bandwidth-code"),
            ("1000F3E", "bandwidth-code"),
            ("11K0E3E", "modulation-symbol"),
            ("12K5F4E", "signal-symbol"),
            ("11K0F3Z", "information-symbol"),
            ("11K0F3EOX", "detail-symbols"),
        ] {
            assert_eq!(EmissionDesignator::parse(text).unwrap_err().code(), code, "{text}");
        }
        assert_eq!(
            EmissionDesignator::parse("100H A1A").unwrap().bandwidth().millihertz(),
            100_000
        );
    }
}
