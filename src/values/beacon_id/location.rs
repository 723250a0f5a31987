//! Positions in beacon codes: where they stand, how they are read, written and set to their default
//! (C/S T.001 Annex A; C/S T.018). It must not know what a code identifies.

use super::bits::Bits;
use super::{Coordinates, Location, Position};

/// Where a first-generation protocol holds a position. Latitude is a sign, seven bits of degrees and a fraction;
/// longitude follows at once with a sign, eight bits of degrees and a fraction.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout {
    /// First bit, the sign of the latitude (1 is south).
    first: i16,
    /// Bits of the fraction.
    fraction_bits: i16,
    /// Worth of the fraction's last bit in seconds of arc.
    step: u32,
    /// The fraction when no position is known; degrees are then all ones and signs 0.
    default_fraction: u64,
    /// The finer part in PDF-2, for protocols that have one.
    offset: Option<Offset>,
}

/// A correction to both coordinates' absolute values: sign (1 adds), minutes, then four bits of four seconds each.
#[derive(Debug, Clone, Copy)]
struct Offset {
    first: i16,
    minute_bits: i16,
}

/// Standard location protocols: 15 minutes in bits 65-85, four seconds in 113-132.
pub(super) const STANDARD: Layout = Layout {
    first: 65,
    fraction_bits: 2,
    step: 900,
    default_fraction: 0b11,
    offset: Some(Offset { first: 113, minute_bits: 5 }),
};

/// National location protocols: two minutes in bits 59-85, four seconds in 113-126.
pub(super) const NATIONAL: Layout = Layout {
    first: 59,
    fraction_bits: 5,
    step: 120,
    default_fraction: 0,
    offset: Some(Offset { first: 113, minute_bits: 2 }),
};

/// Return link and ELT(DT): 30 minutes in bits 67-85, four seconds in 115-132.
pub(super) const HALF_DEGREE: Layout = Layout {
    first: 67,
    fraction_bits: 1,
    step: 1800,
    default_fraction: 1,
    offset: Some(Offset { first: 115, minute_bits: 4 }),
};

/// User protocols: four minutes in bits 108-132 of a long message; never part of the identity.
pub(super) const USER: Layout =
    Layout { first: 108, fraction_bits: 4, step: 240, default_fraction: 0, offset: None };

const LATITUDE_DEGREE_BITS: i16 = 7;
const LONGITUDE_DEGREE_BITS: i16 = 8;
/// The unit of offsets, in seconds of arc.
const FINE_STEP: u32 = 4;
/// Four-second units in a minute of arc; 15 in an offset's last four bits means that there is no offset.
const FINE_PER_MINUTE: u32 = 15;

impl Layout {
    /// First bits of longitude, and the bit after it.
    fn longitude(&self) -> i16 {
        self.first + 1 + LATITUDE_DEGREE_BITS + self.fraction_bits
    }

    /// Sets the coarse position to its default, which is what an identity holds.
    pub(super) fn set_default(&self, bits: &mut Bits) {
        for (sign, degree_bits) in
            [(self.first, LATITUDE_DEGREE_BITS), (self.longitude(), LONGITUDE_DEGREE_BITS)]
        {
            let fraction = sign + 1 + degree_bits;
            bits.set(sign..=sign, 0);
            bits.set(sign + 1..=fraction - 1, u64::MAX);
            bits.set(fraction..=fraction + self.fraction_bits - 1, self.default_fraction);
        }
    }

    /// Reads the position; `with_offset` only where PDF-2 was received and passed its check.
    pub(super) fn read(&self, bits: &Bits, with_offset: bool) -> Location {
        let mut default = *bits;
        self.set_default(&mut default);
        if default == *bits {
            return Location::Default;
        }
        let offset = self.offset.filter(|_| with_offset);
        let latitude = self.axis(
            bits,
            self.first,
            LATITUDE_DEGREE_BITS,
            offset.and_then(|it| it.read(bits, 0)),
        );
        let longitude = self.axis(
            bits,
            self.longitude(),
            LONGITUDE_DEGREE_BITS,
            offset.and_then(|it| it.read(bits, 1)),
        );
        match (latitude, longitude) {
            (Some(latitude), Some(longitude)) => {
                let fine = offset
                    .is_some_and(|it| it.read(bits, 0).is_some() && it.read(bits, 1).is_some());
                position(latitude, longitude, f64::from(if fine { FINE_STEP } else { self.step }))
            }
            _ => Location::Impossible,
        }
    }

    /// Degrees of one coordinate; `None` if the fraction is a whole degree or more.
    fn axis(&self, bits: &Bits, sign: i16, degree_bits: i16, offset: Option<i32>) -> Option<f64> {
        let fraction = sign + 1 + degree_bits;
        let part = bits.number(fraction..=fraction + self.fraction_bits - 1) * self.step;
        let seconds = bits.number(sign + 1..=fraction - 1) * 3600 + part;
        let degrees = (f64::from(seconds) + f64::from(offset.unwrap_or(0))) / 3600.0;
        (part < 3600).then_some(if bits.bit(sign) { -degrees } else { degrees })
    }

    /// Writes a position, with the offset that brings it within two seconds of arc where the layout has one.
    pub(super) fn write(&self, bits: &mut Bits, place: Coordinates) {
        for (axis, sign, degree_bits, degrees) in [
            (0, self.first, LATITUDE_DEGREE_BITS, place.latitude),
            (1, self.longitude(), LONGITUDE_DEGREE_BITS, place.longitude),
        ] {
            let seconds = degrees.abs() * 3600.0;
            let steps = rounded(seconds / f64::from(self.step));
            let steps_per_degree = 3600 / self.step;
            let fraction = sign + 1 + degree_bits;
            bits.set(sign..=sign, u64::from(degrees.is_sign_negative()));
            bits.set(sign + 1..=fraction - 1, u64::from(steps / steps_per_degree));
            bits.set(
                fraction..=fraction + self.fraction_bits - 1,
                u64::from(steps % steps_per_degree),
            );
            if let Some(offset) = self.offset {
                let fine = rounded(seconds / f64::from(FINE_STEP));
                offset.write(
                    bits,
                    axis,
                    i64::from(fine) - i64::from(steps * self.step / FINE_STEP),
                );
            }
        }
    }

    /// Sets the offset to its default, no correction known.
    pub(super) fn set_default_offset(&self, bits: &mut Bits) {
        for (offset, axis) in self.offset.iter().flat_map(|offset| [(offset, 0), (offset, 1)]) {
            let sign = offset.sign(axis);
            bits.set(sign..=sign, 1);
            bits.set(sign + 1..=sign + offset.minute_bits, 0);
            bits.set(sign + offset.minute_bits + 1..=sign + offset.minute_bits + 4, u64::MAX);
        }
    }
}

impl Offset {
    /// The sign bit for latitude (axis 0) or longitude (axis 1).
    fn sign(self, axis: i16) -> i16 {
        self.first + axis * (1 + self.minute_bits + 4)
    }

    /// Seconds of arc to add to the absolute value; `None` if none is coded.
    fn read(self, bits: &Bits, axis: i16) -> Option<i32> {
        let sign = self.sign(axis);
        let seconds = sign + self.minute_bits + 1;
        let fine = bits.number(seconds..=seconds + 3);
        let size = bits.number(sign + 1..=seconds - 1) * 60 + fine * FINE_STEP;
        let size = i32::try_from(size).ok().filter(|_| fine < FINE_PER_MINUTE)?;
        Some(if bits.bit(sign) { size } else { -size })
    }

    fn write(self, bits: &mut Bits, axis: i16, fine: i64) {
        let sign = self.sign(axis);
        let seconds = sign + self.minute_bits + 1;
        let size = fine.unsigned_abs();
        bits.set(sign..=sign, u64::from(fine >= 0));
        bits.set(sign + 1..=seconds - 1, size / u64::from(FINE_PER_MINUTE));
        bits.set(seconds..=seconds + 3, size % u64::from(FINE_PER_MINUTE));
    }
}

/// Steps in a degree of the second generation, 15 bits.
const SECOND_GENERATION_STEPS: u32 = 1 << 15;

/// Reads bits 44-90 of a second-generation message (C/S T.018): sign, degrees and 15 bits of fraction each. All
/// degree bits set means that no position is known.
pub(super) fn read_second_generation(bits: &Bits) -> Location {
    if bits.get(45..=51) == 0x7F && bits.get(68..=75) == 0xFF {
        return Location::Default;
    }
    let degrees = |sign: i16, last: i16| {
        let size = f64::from(bits.number(sign + 1..=last)) / f64::from(SECOND_GENERATION_STEPS);
        if bits.bit(sign) { -size } else { size }
    };
    position(degrees(44, 66), degrees(67, 90), 3600.0 / f64::from(SECOND_GENERATION_STEPS))
}

/// Writes bits 44-90 of a second-generation message; the default is the pattern of C/S T.018.
pub(super) fn write_second_generation(bits: &mut Bits, place: Option<Coordinates>) {
    let Some(place) = place else {
        bits.set(44..=66, 0b111_1111_1000_0011_1110_0000);
        bits.set(67..=90, 0b1111_1111_1111_1100_0001_1111);
        return;
    };
    for (sign, last, degrees) in [(44, 66, place.latitude), (67, 90, place.longitude)] {
        bits.set(sign..=sign, u64::from(degrees.is_sign_negative()));
        bits.set(
            sign + 1..=last,
            u64::from(rounded(degrees.abs() * f64::from(SECOND_GENERATION_STEPS))),
        );
    }
}

fn position(latitude: f64, longitude: f64, resolution: f64) -> Location {
    if latitude.abs() <= 90.0 && longitude.abs() <= 180.0 {
        Location::Position(Position { latitude, longitude, resolution })
    } else {
        Location::Impossible
    }
}

/// To the nearest whole number. Callers have checked coordinates, so the value is between 0 and 2^23.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "bounded by checked coordinates"
)]
fn rounded(value: f64) -> u32 {
    value.round() as u32
}
