//! Necessary bandwidth as three digits and a unit letter at the decimal point (ITU RR Appendix 1, section I).
//!
//! Rounding happens here and only here: half up to three significant digits, below 1 Hz to three decimals.

use super::text::{TextFlaw, compact, compact_upper};
use super::{Flaw, text_value};

const UNITS: [u8; 4] = *b"HKMG";

/// A bandwidth of 0.001 Hz to 999 GHz with three significant digits, e.g. `12K5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Bandwidth([u8; 4]);

/// Why a text is not a bandwidth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BandwidthFlaw {
    #[error(transparent)]
    Text(#[from] TextFlaw),
    #[error(
        "a bandwidth code is three digits and H, K, M or G at the decimal point, not beginning with 0, K, M or G; e.g. 12K5 for 12.5 kHz"
    )]
    Code,
    #[error(
        "the bandwidth is not a decimal number of hertz; write digits with a full stop before decimals and no unit"
    )]
    Hertz,
    #[error("the bandwidth is out of range; it goes from 0.001 Hz to 999 GHz")]
    Range,
}

impl Flaw for BandwidthFlaw {
    fn code(&self) -> &'static str {
        match self {
            Self::Text(flaw) => flaw.code(),
            Self::Code => "bandwidth-code",
            Self::Hertz => "bandwidth-hertz",
            Self::Range => "bandwidth-range",
        }
    }
}

impl Bandwidth {
    /// Reads a four-character code in either case, spaces allowed anywhere.
    pub fn parse(input: &str) -> Result<Self, BandwidthFlaw> {
        Self::from_code(compact_upper(input)?.as_bytes()).ok_or(BandwidthFlaw::Code)
    }

    /// The bandwidth with exactly this upper-case code.
    pub(super) fn from_code(code: &[u8]) -> Option<Self> {
        let code: [u8; 4] = code.try_into().ok()?;
        let fits = match code {
            [b'H', rest @ ..] => is_digits(&rest) && rest != *b"000",
            [b'1'..=b'9', unit, a, b] if UNITS.contains(&unit) => is_digits(&[a, b]),
            [b'1'..=b'9', a, unit, b] if UNITS.contains(&unit) => is_digits(&[a, b]),
            [b'1'..=b'9', a, b, unit] if UNITS.contains(&unit) => is_digits(&[a, b]),
            _ => false,
        };
        fits.then_some(Self(code))
    }

    /// Reads a decimal number of hertz, `12500` or `0.5`, spaces allowed anywhere, and rounds it to a code.
    pub fn from_hertz(input: &str) -> Result<Self, BandwidthFlaw> {
        let text = compact(input)?;
        let (whole, decimals) = match text.as_str().split_once('.') {
            Some((_, "")) => return Err(BandwidthFlaw::Hertz),
            Some(parts) => parts,
            None => (text.as_str(), ""),
        };
        if whole.is_empty() || !is_digits(whole.as_bytes()) || !is_digits(decimals.as_bytes()) {
            return Err(BandwidthFlaw::Hertz);
        }
        // At most 32 digits were kept, and ten times three more fit in 128 bits.
        let scaled: u128 =
            format!("{whole}{decimals}").parse().map_err(|_| BandwidthFlaw::Hertz)?;
        rounded(scaled, decimals.len()).ok_or(BandwidthFlaw::Range)
    }

    /// The four characters of the code.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The bandwidth in thousandths of a hertz.
    pub fn millihertz(self) -> u64 {
        let mut value = 0;
        let mut exponent = 0;
        for (at, byte) in self.0.into_iter().enumerate() {
            match UNITS.iter().position(|unit| *unit == byte) {
                // The whole is in thousandths, so a letter in front of all digits raises nothing.
                Some(unit) => exponent = unit * 3 + at,
                None => value = value * 10 + u64::from(byte - b'0'),
            }
        }
        value * 10_u64.pow(u32::try_from(exponent).unwrap_or(0))
    }

    fn canonical(self) -> String {
        self.as_str().to_owned()
    }
}

fn is_digits(text: &[u8]) -> bool {
    text.iter().all(u8::is_ascii_digit)
}

/// `scaled / 10^decimals` hertz as a code; `None` outside 0.001 Hz to 999 GHz after rounding.
fn rounded(scaled: u128, decimals: usize) -> Option<Bandwidth> {
    let one_hertz = 10_u128.pow(u32::try_from(decimals).ok()?);
    if scaled < one_hertz {
        return match half_up(scaled * 1000, one_hertz) {
            0 => None,
            1000 => Some(Bandwidth(*b"1H00")),
            thousandths => Bandwidth::from_code(format!("H{thousandths:03}").as_bytes()),
        };
    }
    let length = scaled.ilog10() + 1;
    let (mut digits, mut length) = match length.checked_sub(3) {
        Some(surplus) => (half_up(scaled, 10_u128.pow(surplus)), length),
        None => (scaled * 10_u128.pow(3 - length), length),
    };
    if digits == 1000 {
        (digits, length) = (100, length + 1);
    }
    // Digits before the decimal point decide the unit and where its letter stands.
    let before_point = (length as usize).checked_sub(decimals + 1)?;
    let unit = *UNITS.get(before_point / 3)?;
    let mut code = digits.to_string();
    code.insert(before_point % 3 + 1, char::from(unit));
    Bandwidth::from_code(code.as_bytes())
}

fn half_up(value: u128, divisor: u128) -> u128 {
    (value + divisor / 2) / divisor
}

impl std::fmt::Display for Bandwidth {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl PartialOrd for Bandwidth {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// By width, which the order of the codes is not.
impl Ord for Bandwidth {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.millihertz().cmp(&other.millihertz())
    }
}

text_value!(Bandwidth, BandwidthFlaw);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_code_is_worth_what_it_says() {
        for (code, millihertz) in [
            ("H001", 1),
            ("H999", 999),
            ("1H00", 1_000),
            ("25H3", 25_300),
            ("400H", 400_000),
            ("12K5", 12_500_000),
            ("181K", 181_000_000),
            ("1M25", 1_250_000_000),
            ("5G65", 5_650_000_000_000),
            ("999G", 999_000_000_000_000),
        ] {
            assert_eq!(Bandwidth::parse(code).unwrap().millihertz(), millihertz, "{code}");
        }
        for code in ["0K50", "K125", "1000", "H000", "12K", "12K55", "1T00", "HH12"] {
            assert_eq!(Bandwidth::parse(code), Err(BandwidthFlaw::Code), "{code}");
        }
    }

    proptest! {
        #[test]
        fn a_rounded_bandwidth_is_within_half_of_its_last_digit(millihertz in 1..999_000_000_000_000u64) {
            let text = format!("{}.{:03}", millihertz / 1000, millihertz % 1000);
            let bandwidth = Bandwidth::from_hertz(&text).unwrap();
            let error = bandwidth.millihertz().abs_diff(millihertz);
            prop_assert!(u128::from(error) * 200 <= u128::from(millihertz.max(1)) || millihertz < 1000 && error == 0);
            prop_assert_eq!(Bandwidth::parse(bandwidth.as_str()), Ok(bandwidth));
        }

        #[test]
        fn any_text_is_answered(text in any::<String>(), digits in "[0-9.]{0,40}") {
            for text in [text, digits] {
                let _ = Bandwidth::from_hertz(&text);
                let _ = Bandwidth::parse(&text);
            }
        }
    }
}
