//! A bit field of at most 256 bits, addressed by the bit numbers of the standards. It must not know any layout.

use std::ops::RangeInclusive;

/// Bits `first..`, most significant first. Reading outside gives zeros and writing outside does nothing, so no input
/// can make it panic; every range used is a constant of a standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bits {
    words: [u64; 4],
    /// The number the standard gives to the first bit; -1 where two pad bits stand before bit 1.
    first: i16,
}

impl Bits {
    /// No bits set.
    pub(super) fn zero(first: i16) -> Self {
        Self { words: [0; 4], first }
    }

    /// From hexadecimal digits' values (0-15), at most 64.
    pub(super) fn from_nibbles(nibbles: &[u8], first: i16) -> Self {
        let mut words = [0; 4];
        for (index, nibble) in nibbles.iter().enumerate().take(64) {
            words[index / 16] |= u64::from(*nibble) << (60 - 4 * (index % 16));
        }
        Self { words, first }
    }

    /// The bits of `range` (at most 64) as a number.
    pub(super) fn get(&self, range: RangeInclusive<i16>) -> u64 {
        let Ok(offset) = usize::try_from(range.start() - self.first) else {
            return 0;
        };
        let length = u32::try_from(range.end() - range.start() + 1).unwrap_or(0);
        if length == 0 {
            return 0;
        }
        let word = |index: usize| u128::from(self.words.get(index).copied().unwrap_or(0));
        let pair = (word(offset / 64) << 64) | word(offset / 64 + 1);
        // The wanted bits are moved to the top of the pair, then down; the upper half is empty after that.
        let value = (pair << (offset % 64)) >> (128 - length.min(64));
        u64::try_from(value).unwrap_or(0)
    }

    /// As [`Self::get`] for fields of at most 32 bits.
    pub(super) fn number(&self, range: RangeInclusive<i16>) -> u32 {
        u32::try_from(self.get(range)).unwrap_or(u32::MAX)
    }

    /// Whether bit `at` is one.
    pub(super) fn bit(&self, at: i16) -> bool {
        self.get(at..=at) == 1
    }

    /// Writes `value` into `range`; higher bits of `value` are dropped.
    pub(super) fn set(&mut self, range: RangeInclusive<i16>, value: u64) {
        for (shift, at) in range.rev().enumerate() {
            let Ok(offset) = usize::try_from(at - self.first) else {
                continue;
            };
            let mask = 1 << (63 - offset % 64);
            if let Some(word) = self.words.get_mut(offset / 64) {
                *word = if shift < 64 && (value >> shift) & 1 == 1 {
                    *word | mask
                } else {
                    *word & !mask
                };
            }
        }
    }

    /// Copies `range` of `source` to the same number of bits from `at`.
    pub(super) fn copy(&mut self, source: &Self, range: RangeInclusive<i16>, at: i16) {
        let last = at + range.end() - range.start();
        self.set(at..=last, source.get(range));
    }

    /// The first `length` digits as capital hexadecimal characters, zero-filled after them.
    pub(super) fn hexadecimal<const N: usize>(&self, length: usize) -> [u8; N] {
        let mut text = [0; N];
        for (index, character) in text.iter_mut().enumerate().take(length.min(64)) {
            let nibble = (self.words[index / 16] >> (60 - 4 * (index % 16))) & 0xF;
            *character = b"0123456789ABCDEF"[usize::try_from(nibble).unwrap_or(0)];
        }
        text
    }
}
