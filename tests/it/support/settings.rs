//! Switches of single tests: how long a random run is, and which one is repeated.

/// A number from the environment.
pub fn setting(name: &str, otherwise: u64) -> u64 {
    #[allow(clippy::disallowed_methods)] // a test's own switch
    let text = std::env::var(name);
    text.ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}
