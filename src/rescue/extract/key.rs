//! The key of a receiver: extracts are encrypted to its public half, and the receiver's own copy is sealed
//! under what is derived from it. It must never be logged.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroizing;

use super::ExtractFlaw;
use crate::keys::{Secret, derive, random};

const SECRET_PREFIX: &str = "anrsk_";
const PUBLIC_PREFIX: &str = "anrpk_";

/// A receiver's own key; also what its copy is sealed under.
#[derive(Clone)]
pub struct ReceiverKey(pub(super) StaticSecret);

/// Its public half, to which extracts are encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReceiverPublicKey(pub(super) PublicKey);

impl ReceiverKey {
    /// A fresh key.
    pub fn generate() -> Self {
        Self(StaticSecret::from(random::<32>()))
    }

    /// Reads `anrsk_` and base64.
    ///
    /// # Errors
    /// When it is not of that form.
    pub fn parse(text: &str) -> Result<Self, ExtractFlaw> {
        let bytes = parse(text, SECRET_PREFIX).ok_or(ExtractFlaw::Key("secret"))?;
        Ok(Self(StaticSecret::from(*bytes)))
    }

    /// The form that is kept in a file.
    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{SECRET_PREFIX}{}", STANDARD.encode(self.0.as_bytes())))
    }

    /// The public half.
    pub fn public(&self) -> ReceiverPublicKey {
        ReceiverPublicKey(PublicKey::from(&self.0))
    }

    /// What the receiver's own file is sealed under.
    pub(crate) fn copy_secret(&self) -> Secret {
        derive(&Secret::new(self.0.to_bytes()), "anrop receiver copy v1")
    }
}

impl std::fmt::Debug for ReceiverKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ReceiverKey({})", self.public().id())
    }
}

impl ReceiverPublicKey {
    /// Reads `anrpk_` and base64.
    ///
    /// # Errors
    /// When it is not of that form.
    pub fn parse(text: &str) -> Result<Self, ExtractFlaw> {
        let bytes = parse(text, PUBLIC_PREFIX).ok_or(ExtractFlaw::Key("public"))?;
        Ok(Self(PublicKey::from(*bytes)))
    }

    /// The first 8 bytes of its SHA-256 in hexadecimal.
    pub fn id(&self) -> String {
        hex::encode(&Sha256::digest(self.0.as_bytes())[..8])
    }
}

impl std::fmt::Display for ReceiverPublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{PUBLIC_PREFIX}{}", STANDARD.encode(self.0.as_bytes()))
    }
}

fn parse(text: &str, prefix: &str) -> Option<Zeroizing<[u8; 32]>> {
    let bytes = Zeroizing::new(STANDARD.decode(text.trim().strip_prefix(prefix)?).ok()?);
    Some(Zeroizing::new(bytes.as_slice().try_into().ok()?))
}
