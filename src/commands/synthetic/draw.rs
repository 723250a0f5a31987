//! The source of all variety: numbers that follow from (seed, subject, index) and from nothing else.
//!
//! Our own few lines and no crate, because what is needed is not a sequence but a function: person 7,000,000 without the persons
//! before, and the same in every version. The crates for random numbers promise neither for what they draw from a range or a list.
//! It must never serve a secret: the numbers can be computed by anybody.

/// What something is drawn for; each has numbers of its own, so one may change without changing the others.
#[derive(Debug, Clone, Copy)]
pub(super) enum Subject {
    Person,
    NationalId,
    Name,
    Language,
    PersonPhone,
    Contact,
    Organisation,
    OrganisationNumber,
    OrganisationPhone,
    Beacon,
    BeaconModel,
    BeaconCode,
    Licence,
    Case,
}

/// The step of `SplitMix64`: two to the 64th divided by the golden ratio, made odd.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// The output function of `SplitMix64` (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014):
/// every bit of the input bears on every bit of the output, and no two inputs have one output.
const fn mix(input: u64) -> u64 {
    let input = (input ^ (input >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let input = (input ^ (input >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    input ^ (input >> 31)
}

/// One number from three.
const fn key(seed: u64, subject: Subject, index: u64) -> u64 {
    let of_subject = mix(mix(seed.wrapping_add(STEP)) ^ subject as u64);
    mix(of_subject ^ index.wrapping_mul(STEP))
}

/// One number after another for one thing: `SplitMix64` begun at its own place.
#[derive(Debug, Clone)]
pub(super) struct Draw {
    state: u64,
}

impl Draw {
    pub(super) const fn new(seed: u64, subject: Subject, index: u64) -> Self {
        Self { state: key(seed, subject, index) }
    }

    /// A number from 0 to `bound` - 1. The lists here are so short that the remainder favours nobody.
    pub(super) const fn below(&mut self, bound: u64) -> u64 {
        self.state = self.state.wrapping_add(STEP);
        mix(self.state) % bound
    }

    /// True once in `times` on average.
    pub(super) const fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    /// One entry of a list that is not empty.
    pub(super) fn pick<'l, T>(&mut self, list: &'l [T]) -> &'l T {
        let at = self.below(list.len() as u64);
        &list[usize::try_from(at).expect("an index of a list")]
    }
}

/// The place of `index` when 0 to `size` - 1 are shuffled: two indexes below `size` never have one place, and nothing is kept.
/// An index from `size` on has the place of its remainder. Up to 2^62.
///
/// A Feistel network permutes the next even power of two, and a place past the end is permuted again until it is inside
/// (Black and Rogaway, "Ciphers with arbitrary finite domains", CT-RSA 2002, there called cycle walking).
pub(super) const fn shuffled(seed: u64, subject: Subject, index: u64, size: u64) -> u64 {
    let half = size.next_power_of_two().ilog2().div_ceil(2);
    let mask = (1 << half) - 1;
    let mut place = index % size;
    loop {
        let (mut left, mut right) = (place >> half, place & mask);
        let mut round = 0;
        while round < 4 {
            let next = left ^ (key(seed, subject, (round << 32) | right) & mask);
            (left, right) = (right, next);
            round += 1;
        }
        place = (left << half) | right;
        if place < size {
            return place;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_generator_gives_the_published_numbers() {
        // The first outputs of SplitMix64 from state 0.
        let mut draw = Draw { state: 0 };
        for expected in [0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4, 0x06C4_5D18_8009_454F_u64] {
            assert_eq!(draw.below(u64::MAX), expected);
        }
    }

    proptest! {
        #[test]
        fn a_shuffle_leaves_nobody_out(seed: u64, size in 1..3000_u64) {
            let mut places: Vec<u64> = (0..size).map(|i| shuffled(seed, Subject::NationalId, i, size)).collect();
            places.sort_unstable();
            prop_assert_eq!(places, (0..size).collect::<Vec<_>>());
        }

        #[test]
        fn an_index_past_the_end_begins_anew(seed: u64, size in 1..1_000_000_u64, index: u64) {
            prop_assert_eq!(
                shuffled(seed, Subject::Person, index, size),
                shuffled(seed, Subject::Person, index % size, size)
            );
        }

        #[test]
        fn seeds_subjects_and_indexes_have_numbers_of_their_own(seed: u64, index: u64) {
            let first = |seed, subject, index| Draw::new(seed, subject, index).below(u64::MAX);
            let one = first(seed, Subject::Person, index);
            prop_assert_ne!(one, first(seed.wrapping_add(1), Subject::Person, index));
            prop_assert_ne!(one, first(seed, Subject::Beacon, index));
            prop_assert_ne!(one, first(seed, Subject::Person, index.wrapping_add(1)));
        }
    }
}
