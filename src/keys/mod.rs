//! Keys: the ring read from a file, one data key per person, blind indexes, and the sealed form in which secrets lie in
//! the database. It must not touch the database, the network, the environment or the clock, and no key byte may appear
//! in an error, a log line or a `Debug` text.
//!
//! - [`KeyRing`] seals secrets of live rows (national ids, emergency contacts, webhook secrets) and wraps data keys.
//! - [`DataKey`] seals every further stored copy of one person's data. Deleting its wrapped form destroys them all.
//! - [`blind`] gives a searchable, keyed digest of a value that is itself stored sealed.

mod blind_index;
mod data_key;
mod ring;
mod ring_file;
mod sealed;

pub use blind_index::{BlindPurpose, blind};
pub use data_key::{DataKey, WrappedKey};
pub use ring::{ChainKey, KeyRing, Origin, RingStatus, public_key_id};
pub use ring_file::RingError;
pub use sealed::{OpenFlaw, Place};

pub(crate) use blind_index::{derive, keyed};
pub(crate) use ring_file::sync_folder;
pub(crate) use sealed::{OVERHEAD, decrypt, encrypt};

use zeroize::Zeroizing;

/// 32 secret bytes. Wiped from memory when dropped; `Debug` shows none of them.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(Zeroizing<[u8; 32]>);

impl Secret {
    pub(crate) fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    pub(crate) fn generate() -> Self {
        Self::new(random())
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// `N` bytes from the operating system's random source.
///
/// # Panics
/// If the system has no working random source: a process in that state must not seal anything.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

#[cfg(test)]
mod tests;
