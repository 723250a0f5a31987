//! The sealed form of a secret: which bytes stand in the column, and how they are made and opened. It must not know
//! where keys come from; [`super::KeyRing`] and [`super::DataKey`] bring theirs.
//!
//! `version (1) | key id (4 or 16) | place mark (4) | nonce (24) | ciphertext | tag (16)`
//!
//! The cipher is XChaCha20-Poly1305 (RFC 8439 with the extended nonce of draft-irtf-cfrg-xchacha-03): its 24-byte nonce
//! may be drawn at random for as long as the key lives, so no counter has to survive a crash or a restored backup.
//! Everything before the nonce and the full place are associated data.

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Secret, random};
use crate::values::Flaw;

const NONCE: usize = 24;
const TAG: usize = 16;
const MARK: usize = 4;

/// Bytes that [`encrypt`] adds to a plaintext: nonce and tag.
pub(crate) const OVERHEAD: usize = NONCE + TAG;

/// The column value a secret belongs to. Sealed bytes copied to another place do not open there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Table name as in the schema.
    pub table: &'static str,
    /// Column name as in the schema.
    pub column: &'static str,
    /// Primary key of the row.
    pub row: Uuid,
}

impl Place {
    /// Unambiguous bytes: each name is preceded by its length, so that no two places read the same.
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.table.len() + self.column.len() + 32);
        for name in [self.table, self.column] {
            bytes.extend_from_slice(&(name.len() as u64).to_be_bytes());
            bytes.extend_from_slice(name.as_bytes());
        }
        bytes.extend_from_slice(self.row.as_bytes());
        bytes
    }
}

/// Why sealed bytes did not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenFlaw {
    /// Fewer bytes than the shortest sealed form.
    #[error("the sealed value is too short; restore the row from a backup")]
    Truncated,
    /// The first byte is not the version this kind of key writes.
    #[error(
        "the sealed value has an unknown version; it was written by another program or is damaged"
    )]
    UnknownVersion,
    /// Sealed under a key that is not at hand.
    #[error("the sealed value needs a key that is not here; load the key ring it was sealed with")]
    UnknownKey,
    /// Sealed for another table, column or row.
    #[error("the sealed value was made for another place; it has been moved or copied")]
    WrongPlace,
    /// The authentication tag does not match.
    #[error("the sealed value has been changed; restore the row from a backup")]
    Tampered,
}

impl Flaw for OpenFlaw {
    fn code(&self) -> &'static str {
        match self {
            Self::Truncated => "sealed-truncated",
            Self::UnknownVersion => "sealed-unknown-version",
            Self::UnknownKey => "sealed-unknown-key",
            Self::WrongPlace => "sealed-wrong-place",
            Self::Tampered => "sealed-tampered",
        }
    }
}

/// `version | key id`, then the place mark, nonce and ciphertext. `id` has a fixed length for each version.
pub(super) fn seal(
    version: u8,
    id: &[u8],
    key: &Secret,
    place: Place,
    plaintext: &[u8],
) -> Vec<u8> {
    let place = place.bytes();
    let mut sealed = Vec::with_capacity(1 + id.len() + MARK + OVERHEAD + plaintext.len());
    sealed.push(version);
    sealed.extend_from_slice(id);
    sealed.extend_from_slice(&mark(&place));
    let body = encrypt(key, &[sealed.as_slice(), &place].concat(), plaintext);
    sealed.extend_from_slice(&body);
    sealed
}

/// The key id in the header, if the version and the length are right.
pub(super) fn key_id<const ID: usize>(version: u8, sealed: &[u8]) -> Result<[u8; ID], OpenFlaw> {
    let (&found, rest) = sealed.split_first().ok_or(OpenFlaw::Truncated)?;
    if found != version {
        return Err(OpenFlaw::UnknownVersion);
    }
    let (id, rest) = rest.split_first_chunk::<ID>().ok_or(OpenFlaw::Truncated)?;
    if rest.len() < MARK + OVERHEAD {
        return Err(OpenFlaw::Truncated);
    }
    Ok(*id)
}

/// Opens what [`seal`] made; the caller has read the header with [`key_id`] and found the key.
pub(super) fn open(
    id_len: usize,
    key: &Secret,
    place: Place,
    sealed: &[u8],
) -> Result<Vec<u8>, OpenFlaw> {
    let place = place.bytes();
    let (header, body) = sealed.split_at_checked(1 + id_len + MARK).ok_or(OpenFlaw::Truncated)?;
    if !header.ends_with(&mark(&place)) {
        return Err(OpenFlaw::WrongPlace);
    }
    decrypt(key, &[header, &place].concat(), body)
}

/// A short public digest of the place. The cipher alone refuses a moved value too, but cannot tell it from a changed
/// one; an operator needs to know which.
fn mark(place: &[u8]) -> [u8; MARK] {
    let digest = Sha256::digest(place);
    [digest[0], digest[1], digest[2], digest[3]]
}

/// `nonce | ciphertext | tag` under a fresh random nonce.
pub(crate) fn encrypt(key: &Secret, associated: &[u8], plaintext: &[u8]) -> Vec<u8> {
    let nonce: [u8; NONCE] = random();
    let payload = Payload { msg: plaintext, aad: associated };
    let ciphertext = XChaCha20Poly1305::new(key.bytes().into())
        .encrypt(&XNonce::from(nonce), payload)
        .expect("a plaintext in memory is below the cipher's limit of 256 GiB");
    [nonce.as_slice(), &ciphertext].concat()
}

/// Opens what [`encrypt`] made.
pub(crate) fn decrypt(key: &Secret, associated: &[u8], body: &[u8]) -> Result<Vec<u8>, OpenFlaw> {
    let (nonce, ciphertext) = body.split_first_chunk::<NONCE>().ok_or(OpenFlaw::Truncated)?;
    let payload = Payload { msg: ciphertext, aad: associated };
    XChaCha20Poly1305::new(key.bytes().into())
        .decrypt(&XNonce::from(*nonce), payload)
        .map_err(|_| OpenFlaw::Tampered)
}
