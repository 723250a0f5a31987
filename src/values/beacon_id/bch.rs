//! The check codes of both standards. They only detect: correcting a distress message would be guessing an identity.

use std::ops::RangeInclusive;

use super::bits::Bits;

/// BCH-1 (82,61), C/S T.001 Annex B: degree 21 over bits 25-85, sent in 86-106.
pub(super) fn bch_1(message: &Bits) -> u64 {
    remainder(message, 25..=85, 0b10_0110_1101_1001_1110_0011, 21)
}

/// BCH-2 (38,26), C/S T.001 Annex B: degree 12 over bits 107-132, sent in 133-144.
pub(super) fn bch_2(message: &Bits) -> u64 {
    remainder(message, 107..=132, 0b1_0101_0011_1001, 12)
}

/// BCH (250,202), C/S T.018 Appendix B: degree 48 over bits 1-202, sent in 203-250.
pub(super) fn second_generation(message: &Bits) -> u64 {
    const GENERATOR: u64 = 0b1_1100_0111_1110_1011_1000_0101_1101_1111_0011_1100_1001_0111;
    remainder(message, 1..=202, GENERATOR, 48)
}

/// CRC-16 (x16+x15+x2+1, start 0) over the identity, bits 26-85; C/S T.001 uses it to spread return-link messages.
pub(super) fn return_link_crc(identity: &Bits) -> u64 {
    remainder(identity, 26..=85, 0b1_1000_0000_0000_0101, 16)
}

/// Remainder of the bits times x^degree divided by `generator`, over GF(2).
fn remainder(bits: &Bits, range: RangeInclusive<i16>, generator: u64, degree: u32) -> u64 {
    let mask = (1 << degree) - 1;
    range.fold(0, |rest, at| {
        let carry = (rest >> (degree - 1)) & 1 == 1;
        let shifted = (rest << 1) & mask;
        if carry == bits.bit(at) { shifted } else { shifted ^ (generator & mask) }
    })
}
