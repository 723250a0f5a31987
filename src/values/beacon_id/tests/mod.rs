//! Tests of the beacon codec: published vectors, rules one by one, and properties over generated codes.

mod encoding;
mod judging;
mod properties;
mod reading;
mod vectors;

use super::bits::Bits;
use super::*;

/// A Norwegian serial-user PLB with serial number 12345.
const PLB: &str = "A02F00C0E400001";

fn plb() -> Decoded {
    decode(PLB).expect("a PLB")
}

/// The programming of [`PLB`], with a homer of choice.
fn serial_user_plb(homer: Homer) -> Programming {
    Programming { country: 257, code: Code::SerialUserPlb { serial: 12_345, tac: None }, homer }
}

/// Bits with the given fields (first bit, last bit, value).
fn fields(first: i16, fields: &[(i16, i16, u64)]) -> Bits {
    let mut bits = Bits::zero(first);
    for &(from, to, value) in fields {
        bits.set(from..=to, value);
    }
    bits
}

/// A 15-character code made of fields, for codes that the encoder does not make.
fn first_generation(content: &[(i16, i16, u64)]) -> String {
    characters::<15>(&fields(26, content))
}

/// The first `N` hexadecimal characters.
fn characters<const N: usize>(bits: &Bits) -> String {
    String::from_utf8_lossy(&bits.hexadecimal::<N>(N)).into_owned()
}

/// The bits of a code, the first of them numbered `first`.
fn bits_of(text: &str, first: i16) -> Bits {
    let nibbles: Vec<u8> = text
        .chars()
        .map(|digit| u8::try_from(digit.to_digit(16).expect("hex")).expect("small"))
        .collect();
    Bits::from_nibbles(&nibbles, first)
}
