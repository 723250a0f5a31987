//! The modified Baudot alphabet of beacon codes (C/S T.001 Annex A; C/S T.018 uses the same).
//! It must not decide what a text means.

use std::fmt;

use serde::{Serialize, Serializer};

use super::bits::Bits;

/// Character of each six-bit value; `?` where none is defined. Letters and space have their first bit set, and the
/// five-bit form leaves that bit out.
const ALPHABET: &[u8; 64] = b"?5?9??????4?80??3????6?/-2??71???T?O HNM?LRGIPCVEZDBSYFXAWJ?UQK?";

/// Up to seven characters as coded; `?` stands for a value outside the alphabet.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct BaudotText {
    characters: [u8; 7],
    length: u8,
}

impl BaudotText {
    /// Reads `length` (at most 7) six-bit characters from bit `from`.
    pub(super) fn six_bit(bits: &Bits, from: i16, length: u8) -> Self {
        Self::read(bits, from, length, 6, 0)
    }

    /// Reads three five-bit letters from bit `from`.
    pub(super) fn three_letters(bits: &Bits, from: i16) -> Self {
        Self::read(bits, from, 3, 5, 0b10_0000)
    }

    fn read(bits: &Bits, from: i16, length: u8, width: i16, leading: u8) -> Self {
        let mut text = Self { characters: [0; 7], length: length.min(7) };
        let mut at = from;
        for character in text.characters.iter_mut().take(usize::from(length)) {
            *character =
                character_of(leading | u8::try_from(bits.get(at..=at + width - 1)).unwrap_or(0));
            at += width;
        }
        text
    }

    /// Adds a character at the end, if there is room.
    pub(super) fn push(&mut self, character: u8) {
        if let Some(place) = self.characters.get_mut(usize::from(self.length)) {
            *place = character;
            self.length += 1;
        }
    }

    /// The text without the spaces that fill its field.
    pub fn as_str(&self) -> &str {
        self.raw().trim_matches(' ')
    }

    /// The text as coded, with filling spaces.
    pub fn raw(&self) -> &str {
        std::str::from_utf8(&self.characters[..usize::from(self.length)]).unwrap_or_default()
    }

    /// Whether a value outside the alphabet was coded.
    pub fn has_unknown(self) -> bool {
        self.raw().contains('?')
    }

    /// Whether every character is a digit.
    pub(super) fn is_numeric(self) -> bool {
        self.length > 0 && self.raw().bytes().all(|character| character.is_ascii_digit())
    }
}

/// The character of a six-bit value, `?` if none.
pub(super) fn character_of(value: u8) -> u8 {
    ALPHABET[usize::from(value & 0b11_1111)]
}

/// The six-bit value of a character, if it has one.
pub(super) fn value_of(character: u8) -> Option<u64> {
    let value = ALPHABET.iter().position(|known| *known == character && character != b'?')?;
    u64::try_from(value).ok()
}

impl fmt::Display for BaudotText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for BaudotText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.raw())
    }
}

impl Serialize for BaudotText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
