//! The chain over the log: each sealed entry is linked to the one before it with a keyed hash over a salted commitment,
//! so that content can be erased and nothing else can be changed unseen. It must not read the database or the clock,
//! and it must never link content directly: a hash of erased content would still tell what it was.
//!
//! What is not covered here: whoever has the database but not the key can still cut entries off the end. Signed
//! checkpoints (see [`super::checkpoint`]) show that.

use chrono::{DateTime, Utc};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::keys::ChainKey;

/// Length of a salt in bytes.
pub const SALT: usize = 16;

const COMMITMENT_LABEL: &[u8] = b"anrop log commitment v1";
const LINK_LABEL: &[u8] = b"anrop log link v1";

/// The keyed hash that ends the chain at some entry; also called the root of the entries up to there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Link(pub [u8; 32]);

/// What stands before the first entry.
pub const GENESIS: Link = Link([0; 32]);

impl std::fmt::Display for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

/// A fresh salt from the operating system's random source.
///
/// Store it together with the content, sealed under the same data key: if it outlives the content, short content can be
/// found again by trying all of it against the commitment.
pub fn new_salt() -> [u8; SALT] {
    crate::keys::random()
}

/// SHA-256 over a label, the salt and the content. The label and the fixed lengths keep it apart from other hashes.
pub fn commitment(salt: &[u8; SALT], content: &[u8]) -> [u8; 32] {
    Sha256::new()
        .chain_update(COMMITMENT_LABEL)
        .chain_update(salt)
        .chain_update(content)
        .finalize()
        .into()
}

/// What is chained of a log entry. All of it stays when the content is erased, so none of it may be personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Place in the log: 1 for the first entry, without gaps.
    pub seq: u64,
    /// Primary key of the entry.
    pub id: Uuid,
    /// Which log the entry belongs to, e.g. `journal` or `disclosure`.
    pub stream: &'a str,
    /// [`commitment`] to its content.
    pub commitment: [u8; 32],
    /// When it was recorded; chained in whole microseconds since 1970, as both databases keep it.
    pub recorded_at: DateTime<Utc>,
}

/// The link of an entry: HMAC-SHA256 (RFC 2104) over the previous link and every field of the entry.
pub fn link(key: &ChainKey, previous: Link, entry: &Entry<'_>) -> Link {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(key.bytes()).expect("HMAC takes a key of any length");
    // All fields but the stream have a fixed length, and the stream is preceded by its own: no two entries read the
    // same.
    mac.update(LINK_LABEL);
    mac.update(&previous.0);
    mac.update(&entry.seq.to_be_bytes());
    mac.update(entry.id.as_bytes());
    mac.update(&(entry.stream.len() as u64).to_be_bytes());
    mac.update(entry.stream.as_bytes());
    mac.update(&entry.commitment);
    mac.update(&entry.recorded_at.timestamp_micros().to_be_bytes());
    Link(mac.finalize().into_bytes().into())
}

/// A row of the log as it is read back for verification.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// The chained fields.
    pub entry: Entry<'a>,
    /// The stored link.
    pub link: Link,
    /// Salt and content, or `None` once they have been erased.
    pub content: Option<(&'a [u8; SALT], &'a [u8])>,
}

/// How many entries are chained, and the link of the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Number of entries; equals the `seq` of the last.
    pub count: u64,
    /// Link of the last entry, or [`GENESIS`].
    pub root: Link,
}

/// The first row at which the log is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("log entry {seq}: {fault}")]
pub struct Break {
    /// The `seq` the row bears.
    pub seq: u64,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// One or more entries before it are missing, or stand twice.
    #[error("entry {expected} should stand here; entries are missing, repeated or out of order")]
    Gap {
        /// The `seq` that should come next.
        expected: u64,
    },
    /// The stored link is not the one its fields and the entry before it give.
    #[error("its link does not match; this entry or the one before it has been changed")]
    Link,
    /// The content is not what was committed to.
    #[error("its content does not match its commitment; the content has been changed")]
    Content,
}

/// Walks the log once, in `seq` order, and stops at the first broken row.
#[derive(Debug)]
pub struct Verifier<'k> {
    key: &'k ChainKey,
    head: Head,
    broken: Option<Break>,
}

impl<'k> Verifier<'k> {
    /// A verifier that starts before the first entry.
    pub fn new(key: &'k ChainKey) -> Self {
        Self::resume(key, Head { count: 0, root: GENESIS })
    }

    /// A verifier that continues after a head that is known to be good (a checked checkpoint).
    pub fn resume(key: &'k ChainKey, head: Head) -> Self {
        Self { key, head, broken: None }
    }

    /// Checks the next row. After a break every further row gives the same break.
    pub fn feed(&mut self, row: &Row<'_>) -> Result<Head, Break> {
        if let Some(broken) = self.broken {
            return Err(broken);
        }
        if let Err(fault) = self.check(row) {
            let broken = Break { seq: row.entry.seq, fault };
            self.broken = Some(broken);
            return Err(broken);
        }
        self.head = Head { count: row.entry.seq, root: row.link };
        Ok(self.head)
    }

    /// The head reached, or the first break.
    pub fn finish(self) -> Result<Head, Break> {
        self.broken.map_or(Ok(self.head), Err)
    }

    fn check(&self, row: &Row<'_>) -> Result<(), Fault> {
        let expected = self.head.count + 1;
        if row.entry.seq != expected {
            return Err(Fault::Gap { expected });
        }
        if link(self.key, self.head.root, &row.entry) != row.link {
            return Err(Fault::Link);
        }
        match row.content {
            Some((salt, content)) if commitment(salt, content) != row.entry.commitment => {
                Err(Fault::Content)
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
