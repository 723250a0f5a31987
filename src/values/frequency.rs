//! Radio frequencies and frequency ranges in whole hertz.
//!
//! No floating point: a frequency that is not a whole number of hertz is refused, never rounded.

use serde::{Deserialize, Serialize};

use super::Flaw;
use super::text::{TextFlaw, compact};

/// Units by falling size, with the hertz in one of them.
const UNITS: [(&str, u64); 4] =
    [("GHz", 1_000_000_000), ("MHz", 1_000_000), ("kHz", 1_000), ("Hz", 1)];

/// A frequency of 1 Hz to 3000 GHz, the upper end of radio waves (ITU RR 1.5). In JSON the number of hertz.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
pub struct Frequency(u64);

/// A range of frequencies, lower end inside, upper end outside, so that adjacent ranges do not overlap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "RangeText", into = "RangeText")]
pub struct FrequencyRange {
    from: Frequency,
    until: Frequency,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RangeText {
    from: Frequency,
    until: Frequency,
}

/// Why a text is not a frequency or two are not a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrequencyFlaw {
    #[error(transparent)]
    Text(#[from] TextFlaw),
    #[error("a frequency is a number and Hz, kHz, MHz or GHz; write it as in 145.5 MHz")]
    Form,
    #[error("the frequency is not a whole number of hertz; leave out the decimals below 1 Hz")]
    BelowHertz,
    #[error("the frequency is out of range; radio frequencies go from 1 Hz to 3000 GHz")]
    Range,
    #[error("the upper end of the range is not above the lower end; exchange them")]
    Order,
}

impl Flaw for FrequencyFlaw {
    fn code(&self) -> &'static str {
        match self {
            Self::Text(flaw) => flaw.code(),
            Self::Form => "form",
            Self::BelowHertz => "below-hertz",
            Self::Range => "frequency-range",
            Self::Order => "frequency-order",
        }
    }
}

impl Frequency {
    /// The highest radio frequency in hertz.
    pub const MAX_HERTZ: u64 = 3_000_000_000_000;

    /// The frequency of this many hertz, 1 to [`Self::MAX_HERTZ`].
    pub const fn from_hertz(hertz: u64) -> Result<Self, FrequencyFlaw> {
        if hertz == 0 || hertz > Self::MAX_HERTZ {
            Err(FrequencyFlaw::Range)
        } else {
            Ok(Self(hertz))
        }
    }

    /// Reads a number with full stop or comma before decimals and a unit in either case, spaces allowed anywhere: `145.5 MHz`.
    pub fn parse(input: &str) -> Result<Self, FrequencyFlaw> {
        let text = compact(input)?;
        let text = text.as_str();
        let unit_at = text.find(|c: char| c.is_ascii_alphabetic()).ok_or(FrequencyFlaw::Form)?;
        let (number, unit) = text.split_at(unit_at);
        let (_, factor) = UNITS
            .into_iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(unit))
            .ok_or(FrequencyFlaw::Form)?;
        Self::from_hertz(hertz(number, factor)?)
    }

    /// The whole number of hertz.
    pub const fn hertz(self) -> u64 {
        self.0
    }
}

/// `number` times `factor`, where the number may have decimals as long as the product is whole.
fn hertz(number: &str, factor: u64) -> Result<u64, FrequencyFlaw> {
    let (whole, decimals) = match number.split_once(['.', ',']) {
        Some((_, "")) => return Err(FrequencyFlaw::Form),
        Some(parts) => parts,
        None => (number, ""),
    };
    if whole.is_empty() || !whole.bytes().chain(decimals.bytes()).all(|byte| byte.is_ascii_digit())
    {
        return Err(FrequencyFlaw::Form);
    }
    let mut value = whole
        .parse()
        .ok()
        .and_then(|whole: u64| whole.checked_mul(factor))
        .ok_or(FrequencyFlaw::Range)?;
    let mut place = factor;
    for digit in decimals.bytes().map(|byte| u64::from(byte - b'0')) {
        if place == 1 && digit != 0 {
            return Err(FrequencyFlaw::BelowHertz);
        }
        place = (place / 10).max(1);
        value = value.checked_add(digit * place).ok_or(FrequencyFlaw::Range)?;
    }
    Ok(value)
}

impl TryFrom<u64> for Frequency {
    type Error = FrequencyFlaw;

    fn try_from(hertz: u64) -> Result<Self, Self::Error> {
        Self::from_hertz(hertz)
    }
}

impl From<Frequency> for u64 {
    fn from(frequency: Frequency) -> Self {
        frequency.0
    }
}

impl std::str::FromStr for Frequency {
    type Err = FrequencyFlaw;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

/// The form for people, in the largest unit that is not above the frequency: `145.5 MHz`.
impl std::fmt::Display for Frequency {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (unit, factor) =
            UNITS.into_iter().find(|(_, factor)| *factor <= self.0).unwrap_or(("Hz", 1));
        write!(formatter, "{}", self.0 / factor)?;
        let rest = self.0 % factor;
        if rest > 0 {
            let width = factor.ilog10() as usize;
            write!(formatter, ".{}", format!("{rest:0width$}").trim_end_matches('0'))?;
        }
        write!(formatter, " {unit}")
    }
}

impl FrequencyRange {
    /// The range from `from` up to but not including `until`.
    pub fn new(from: Frequency, until: Frequency) -> Result<Self, FrequencyFlaw> {
        if from < until { Ok(Self { from, until }) } else { Err(FrequencyFlaw::Order) }
    }

    pub const fn from(self) -> Frequency {
        self.from
    }

    /// The upper end, itself outside the range.
    pub const fn until(self) -> Frequency {
        self.until
    }

    /// Width in hertz, at least 1.
    pub const fn width(self) -> u64 {
        self.until.0 - self.from.0
    }

    pub fn contains(self, frequency: Frequency) -> bool {
        (self.from..self.until).contains(&frequency)
    }

    /// Whether the ranges share a frequency; adjacent ones do not.
    pub fn overlaps(self, other: Self) -> bool {
        self.from < other.until && other.from < self.until
    }
}

impl TryFrom<RangeText> for FrequencyRange {
    type Error = FrequencyFlaw;

    fn try_from(text: RangeText) -> Result<Self, Self::Error> {
        Self::new(text.from, text.until)
    }
}

impl From<FrequencyRange> for RangeText {
    fn from(range: FrequencyRange) -> Self {
        Self { from: range.from, until: range.until }
    }
}

impl std::fmt::Display for FrequencyRange {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}–{}", self.from, self.until)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn people_write_frequencies_in_many_ways() {
        for (text, hertz) in [
            ("145.5 MHz", 145_500_000),
            ("145,500MHz", 145_500_000),
            ("406.025 mhz", 406_025_000),
            ("1 Hz", 1),
            ("8.333 kHz", 8_333),
            ("3000 GHz", Frequency::MAX_HERTZ),
            ("12 500 Hz", 12_500),
            ("1.0 Hz", 1),
        ] {
            assert_eq!(Frequency::parse(text).map(Frequency::hertz), Ok(hertz), "{text}");
        }
    }

    #[test]
    fn the_rest_is_refused_with_a_reason() {
        for (text, code) in [
            ("145.5", "form"),
            ("MHz", "form"),
            ("-1 MHz", "form"),
            ("1.2.3 MHz", "form"),
            ("1. MHz", "form"),
            (".5 MHz", "form"),
            ("1e3 Hz", "form"),
            ("145.5 THz", "form"),
            ("0.5 Hz", "below-hertz"),
            ("8.3335 kHz", "below-hertz"),
            ("0 MHz", "frequency-range"),
            ("3001 GHz", "frequency-range"),
            ("99999999999999999999999 GHz", "frequency-range"),
            ("\u{FF11} MHz", "look-alike"),
        ] {
            assert_eq!(Frequency::parse(text).unwrap_err().code(), code, "{text}");
        }
    }

    #[test]
    fn adjacent_ranges_do_not_overlap() {
        let at = |hertz| Frequency::from_hertz(hertz).unwrap();
        let range = |from, until| FrequencyRange::new(at(from), at(until)).unwrap();
        assert!(!range(1, 10).overlaps(range(10, 20)));
        assert!(!range(10, 20).overlaps(range(1, 10)));
        assert!(range(1, 11).overlaps(range(10, 20)));
        assert!(range(1, 10).contains(at(9)) && !range(1, 10).contains(at(10)));
        assert_eq!(FrequencyRange::new(at(5), at(5)), Err(FrequencyFlaw::Order));
        assert!(serde_json::from_str::<FrequencyRange>(r#"{"from":5,"until":4}"#).is_err());
    }

    proptest! {
        #[test]
        fn a_shown_frequency_is_read_back(hertz in 1..=Frequency::MAX_HERTZ) {
            let frequency = Frequency::from_hertz(hertz).unwrap();
            prop_assert_eq!(Frequency::parse(&frequency.to_string()), Ok(frequency));
            let json = serde_json::to_string(&frequency).unwrap();
            prop_assert_eq!(serde_json::from_str::<Frequency>(&json).unwrap(), frequency);
        }

        #[test]
        fn any_text_is_answered(text in any::<String>(), near in "[0-9.,]{0,20} ?[kMGm]?[hH]z") {
            let _ = Frequency::parse(&text);
            let _ = Frequency::parse(&near);
        }
    }
}
