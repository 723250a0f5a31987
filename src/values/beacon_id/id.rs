//! The canonical identity of a beacon, and the one way from a text to it. It must not know any protocol's layout.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::bits::Bits;
use super::{CodeFlaw, Decoded, Generation, InputForm, bch, first_generation, second_generation};

/// The canonical identity: 15 capital hexadecimal characters with location bits at their default (first generation,
/// C/S T.001), or 23 (second, C/S T.018).
///
/// From [`FromStr`] and `serde` it is always whole. Only [`decode`] of a bare second-generation 15-character form
/// gives a prefix, for look-ups; see [`Self::is_prefix`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BeaconId {
    /// ASCII, zero-filled after `length`; the fill sorts a prefix before what it begins.
    text: [u8; Self::SECOND],
    length: u8,
}

impl BeaconId {
    const FIRST: usize = 15;
    const SECOND: usize = 23;

    /// The identity in the first 60 bits of `bits`.
    pub(super) fn fifteen(bits: &Bits) -> Self {
        Self { text: bits.hexadecimal(Self::FIRST), length: 15 }
    }

    /// The identity in the first 92 bits of `bits`.
    pub(super) fn twenty_three(bits: &Bits) -> Self {
        Self { text: bits.hexadecimal(Self::SECOND), length: 23 }
    }

    /// The 15 or 23 characters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.text[..usize::from(self.length)]).unwrap_or_default()
    }

    /// The generation, which the code itself tells.
    pub fn generation(&self) -> Generation {
        if self.bits().is_second_generation() { Generation::Second } else { Generation::First }
    }

    /// Country code (MID), 0-1023 as coded.
    pub fn country(&self) -> u16 {
        u16::try_from(self.bits().0.get(27..=36)).unwrap_or(0)
    }

    /// What a system that knows only 15 characters sees: the beginning of a second-generation identity, and the whole
    /// of a first-generation one. Several second-generation beacons may share it.
    #[must_use]
    pub fn first_fifteen(&self) -> Self {
        let mut text = self.text;
        text[Self::FIRST..].fill(0);
        Self { text, length: 15 }
    }

    /// Whether these are only the first 15 characters of a second-generation identity.
    pub fn is_prefix(&self) -> bool {
        usize::from(self.length) == Self::FIRST && self.generation() == Generation::Second
    }

    /// The grouping on labels: 6-6-6-5 (second generation) or 5-5-5, with spaces between.
    pub fn label_form(&self) -> String {
        let size = if usize::from(self.length) == Self::SECOND { 6 } else { 5 };
        let mut label = String::with_capacity(Self::SECOND + 3);
        for (index, character) in self.as_str().chars().enumerate() {
            if index > 0 && index % size == 0 {
                label.push(' ');
            }
            label.push(character);
        }
        label
    }

    fn bits(&self) -> Identity {
        let mut nibbles = [0; Self::FIRST];
        for (nibble, character) in nibbles.iter_mut().zip(self.text) {
            *nibble = nibble_of(char::from(character)).unwrap_or(0);
        }
        Identity(Bits::from_nibbles(&nibbles, 26))
    }
}

/// The first 60 bits of an identity, numbered 26-85 as in C/S T.001; the country has the same place in both
/// generations.
struct Identity(Bits);

impl Identity {
    /// Bits 26 and 37-39 of a first-generation beacon are never 1 and 101; a second-generation one always has them.
    fn is_second_generation(&self) -> bool {
        self.0.bit(26) && self.0.get(37..=39) == 0b101
    }
}

/// Reads a beacon code of 15, 22, 23, 30, 51 or 63 hexadecimal characters. Lower case, spaces (also no-break) and
/// hyphens are tolerated.
///
/// # Errors
/// A character or length that no code has, a wrong BCH-1, or a protocol that no beacon may use. A wrong BCH-2 or
/// second-generation BCH is a warning, because what it does not guard can still save a life.
pub fn decode(input: &str) -> Result<Decoded, CodeFlaw> {
    let mut nibbles = [0; LONGEST];
    let length = read(input, &mut nibbles)?;
    let digits = &nibbles[..length.min(LONGEST)];
    match length {
        15 => {
            let identity = Identity(Bits::from_nibbles(digits, 26));
            if identity.is_second_generation() {
                Ok(second_generation::prefix(&Bits::from_nibbles(digits, 1)))
            } else {
                first_generation::identity(&identity.0)
            }
        }
        22 => first_generation::message(&Bits::from_nibbles(digits, 25), InputForm::ShortMessage),
        23 => second_generation::identity(&Bits::from_nibbles(digits, 1)),
        30 => first_generation::message(&Bits::from_nibbles(digits, 25), InputForm::LongMessage),
        51 => second_generation::ground_message(digits),
        63 => Ok(second_generation::full_message(&Bits::from_nibbles(digits, -1))),
        other => Err(CodeFlaw::Length(other)),
    }
}

/// The return-link message offset of a first-generation identity, 0-59 (C/S T.001: CRC-16 of the 15 characters,
/// modulo 60); `None` for the second generation.
pub fn return_link_offset(beacon_id: &BeaconId) -> Option<u8> {
    let Identity(bits) = beacon_id.bits();
    (beacon_id.generation() == Generation::First)
        .then(|| u8::try_from(bch::return_link_crc(&bits) % 60).unwrap_or(0))
}

/// The longest form.
const LONGEST: usize = 63;

/// Writes the values of the hexadecimal digits and gives their number, which may exceed the room for them.
fn read(input: &str, nibbles: &mut [u8; LONGEST]) -> Result<usize, CodeFlaw> {
    /// A longest code with a separator of two bytes after each character; more is not worth reading.
    const LONGEST_INPUT: usize = 3 * LONGEST;
    if input.len() > LONGEST_INPUT {
        return Err(CodeFlaw::TooLong);
    }
    let mut length = 0;
    for character in input.chars().filter(|character| !matches!(character, ' ' | '\u{A0}' | '-')) {
        let value = nibble_of(character).ok_or_else(|| flaw_of(character))?;
        if let Some(place) = nibbles.get_mut(length) {
            *place = value;
        }
        length += 1;
    }
    Ok(length)
}

fn nibble_of(character: char) -> Option<u8> {
    character.to_digit(16).and_then(|value| u8::try_from(value).ok())
}

fn flaw_of(character: char) -> CodeFlaw {
    match character {
        'O' | 'o' | 'I' | 'i' | 'L' | 'l' => CodeFlaw::LookAlike,
        other if !other.is_ascii() && other.is_numeric() => CodeFlaw::ForeignDigit,
        _ => CodeFlaw::NotHexadecimal,
    }
}

impl FromStr for BeaconId {
    type Err = CodeFlaw;

    /// Reads an identity of 15 or 23 characters and canonicalises it.
    fn from_str(input: &str) -> Result<Self, CodeFlaw> {
        let decoded = decode(input)?;
        match decoded.form {
            InputForm::FirstGenerationId | InputForm::SecondGenerationId => Ok(decoded.beacon_id),
            InputForm::SecondGenerationPrefix => Err(CodeFlaw::PrefixOnly),
            _ => Err(CodeFlaw::WholeMessage),
        }
    }
}

impl fmt::Display for BeaconId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for BeaconId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BeaconId({})", self.as_str())
    }
}

impl Serialize for BeaconId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for BeaconId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}
