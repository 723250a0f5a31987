//! A chunk: the lines of a file from one key up to another, with its gzip member. Where a chunk begins
//! depends on keys alone, so every process cuts the same list into the same chunks.
//!
//! A chunk that shows a natural person can be condemned: its content is gone at that moment, and
//! nothing can be served of it any more.

use std::{
    io::Write as _,
    sync::{Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest as _, Sha256};

/// One key in so many begins a chunk.
const ROWS: u64 = 1 << 10;

/// How a file is written on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// As it is.
    Plain,
    /// As gzip members, one after the other.
    Gzip,
}

/// A number for a key, the same in every process: FNV-1a, its bits mixed as in MurmurHash3.
pub fn hash(key: &str) -> u64 {
    let hash = key.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

/// True if a chunk begins with this key.
pub fn begins(key: &str) -> bool {
    hash(key).is_multiple_of(ROWS)
}

/// Lines of a file.
#[derive(Debug)]
pub struct Chunk {
    /// First key that may be in it; nothing for the first of a file.
    pub from: String,
    /// How many rows.
    pub rows: usize,
    /// SHA-256 of the lines.
    pub digest: [u8; 32],
    length: usize,
    /// Hashes of the keys of rows that show a natural person, in order.
    persons: Vec<u64>,
    content: Mutex<Option<Content>>,
}

#[derive(Debug)]
struct Content {
    plain: Bytes,
    gzip: Option<Bytes>,
}

impl Chunk {
    /// A chunk of these lines.
    pub fn new(from: String, rows: usize, mut persons: Vec<u64>, mut lines: Vec<u8>) -> Self {
        persons.sort_unstable();
        lines.shrink_to_fit();
        Self {
            from,
            rows,
            digest: Sha256::digest(&lines).into(),
            length: lines.len(),
            persons,
            content: Mutex::new(Some(Content { plain: lines.into(), gzip: None })),
        }
    }

    fn content(&self) -> MutexGuard<'_, Option<Content>> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Its bytes; nothing once it has been condemned, or when the member has not been made.
    pub fn bytes(&self, coding: Coding) -> Option<Bytes> {
        let content = self.content();
        let content = content.as_ref()?;
        match coding {
            Coding::Plain => Some(content.plain.clone()),
            Coding::Gzip => content.gzip.clone(),
        }
    }

    /// Length of the lines.
    pub const fn len(&self) -> usize {
        self.length
    }

    /// True if there is not even a heading in it.
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Makes the gzip member if it is not there yet; answers its length, or nothing when the chunk has
    /// been condemned.
    pub fn compress(&self) -> Option<usize> {
        let plain = match self.content().as_ref()? {
            Content { gzip: Some(gzip), .. } => return Some(gzip.len()),
            Content { plain, .. } => plain.clone(),
        };
        let gzip = member(&plain);
        let length = gzip.len();
        self.content().as_mut()?.gzip = Some(gzip);
        Some(length)
    }

    /// A row of it shows a natural person.
    pub fn is_personal(&self) -> bool {
        !self.persons.is_empty()
    }

    /// A row of it with this key shows a natural person.
    pub fn shows_person(&self, key: u64) -> bool {
        self.persons.binary_search(&key).is_ok()
    }

    /// Throws the content away if it shows a person under this key.
    pub fn condemn(&self, key: u64) {
        if self.shows_person(key) {
            *self.content() = None;
        }
    }

    /// Its content is gone.
    pub fn is_condemned(&self) -> bool {
        self.content().is_none()
    }
}

/// Bytes as one gzip member, without name and time, so that the same lines give the same member.
pub fn member(plain: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::with_capacity(plain.len() / 4), Compression::default());
    // writing into memory does not fail
    let _ = encoder.write_all(plain);
    encoder.finish().unwrap_or_default().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condemned_chunk_has_no_content_in_any_form() {
        let key = hash("call-signs/LB1AG");
        let chunk = Chunk::new(String::new(), 1, vec![key], b"Kari\n".to_vec());
        assert!(chunk.compress().is_some() && chunk.bytes(Coding::Gzip).is_some());
        chunk.condemn(hash("call-signs/LB1AH"));
        assert!(chunk.shows_person(key) && !chunk.shows_person(hash("call-signs/LB1AH")));
        assert_eq!(chunk.bytes(Coding::Plain).as_deref(), Some(&b"Kari\n"[..]));
        chunk.condemn(key);
        assert!(chunk.is_condemned() && chunk.compress().is_none());
        assert!(chunk.bytes(Coding::Plain).is_none() && chunk.bytes(Coding::Gzip).is_none());
    }

    #[test]
    fn about_one_key_in_a_thousand_begins_a_chunk() {
        let count = (0..100_000).filter(|n| begins(&format!("call-signs/LB{n}"))).count();
        assert!((60..160).contains(&count), "{count}");
    }
}
