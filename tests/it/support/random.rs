//! A repeatable source of chance for tests: the seed is printed and can be given.

/// SplitMix64.
pub struct Random(pub u64);

impl Random {
    /// A number below `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % limit
    }
}

/// The seed that `ANROP_TEST_SEED` gives, or a fresh one.
pub fn seed() -> u64 {
    #[expect(clippy::disallowed_methods, reason = "a setting of the tests, not of the registry")]
    let given = std::env::var("ANROP_TEST_SEED");
    given.map_or_else(
        |_| getrandom::u64().expect("random bits"),
        |text| text.parse().expect("ANROP_TEST_SEED must be a number"),
    )
}
