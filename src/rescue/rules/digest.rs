//! The digest of the live permits: what a rescue centre compares its copy with, bucket by bucket.
//! Pure; the pairs come from the store and the signature's key from the ring.
//!
//! Anybody can compute it from (permit id, version) pairs alone:
//! - the bucket of a permit is the first byte of the SHA-256 of its id, written with hyphens in
//!   lower case;
//! - the hash of a bucket is the SHA-256 over one line `{id} {version}\n` for each of its permits, in
//!   the order of the ids;
//! - the root is the SHA-256 over one line `{bucket} {hash}\n` for each of the 256 buckets, in
//!   order, all in lower-case hexadecimal.

use chrono::{DateTime, SecondsFormat, Utc};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// Number of buckets.
pub const BUCKETS: usize = 256;

/// The hash tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    /// Permits in it.
    pub count: u64,
    /// Hash over the buckets.
    pub root: String,
    /// Hash of each bucket.
    pub buckets: Vec<String>,
}

/// The bucket a permit falls in.
pub fn bucket_of(permit: Uuid) -> u8 {
    Sha256::digest(permit.to_string().as_bytes())[0]
}

/// The tree over permits and their versions, in the order of the ids.
pub fn tree(pairs: impl IntoIterator<Item = (Uuid, i32)>) -> Tree {
    let mut hashes = vec![Sha256::new(); BUCKETS];
    let mut count = 0;
    for (permit, version) in pairs {
        hashes[usize::from(bucket_of(permit))].update(format!("{permit} {version}\n"));
        count += 1;
    }
    let buckets: Vec<String> =
        hashes.into_iter().map(|hash| hex::encode(hash.finalize())).collect();
    let mut root = Sha256::new();
    for (bucket, hash) in buckets.iter().enumerate() {
        root.update(format!("{bucket:02x} {hash}\n"));
    }
    Tree { count, root: hex::encode(root.finalize()), buckets }
}

/// The text that is signed. Its first line keeps it apart from anything else the key signs.
pub fn statement(tree: &Tree, head: u64, at: DateTime<Utc>, key_id: &str) -> String {
    let at = at.to_rfc3339_opts(SecondsFormat::Micros, true);
    format!(
        "anrop rescue digest v1\ncount {}\nroot {}\nhead {head}\nat {at}\nkey {key_id}\n",
        tree.count, tree.root
    )
}

/// The bucket asked for, `00` to `ff`.
pub fn read_bucket(text: &str) -> Option<u8> {
    (text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .then(|| u8::from_str_radix(text, 16).ok())
        .flatten()
}
