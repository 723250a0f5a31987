//! Signs deliveries and checks signatures as Standard Webhooks 1.0.0 says.
//!
//! Pure: it is given the time and the bytes, and hands back header texts. It must not send, store
//! or log anything, and no key material may leave it except through the `to_text` functions, whose
//! answers wipe themselves.
//!
//! Every attempt carries an HMAC-SHA256 signature (`v1`, which all published verifiers know) and an
//! Ed25519 signature (`v1a`, which proves the origin to others than the two parties). While a key is
//! being changed, both the new and the old one sign.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::{DateTime, TimeDelta, Utc};
use ed25519_dalek::Signer as _;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::values::Flaw;

/// Header with the id of the delivery, the same in every attempt.
pub const ID_HEADER: &str = "webhook-id";
/// Header with the time of the attempt in whole seconds since 1970-01-01T00:00:00Z.
pub const TIMESTAMP_HEADER: &str = "webhook-timestamp";
/// Header with the signatures, separated by spaces.
pub const SIGNATURE_HEADER: &str = "webhook-signature";
/// How far the time of an attempt may lie from the receiver's clock, in either direction.
pub const TOLERANCE: TimeDelta = TimeDelta::minutes(5);

const HMAC_VERSION: &str = "v1";
const ED25519_VERSION: &str = "v1a";
const SECRET_PREFIX: &str = "whsec_";
const SIGNING_KEY_PREFIX: &str = "whsk_";
const PUBLIC_KEY_PREFIX: &str = "whpk_";
const NEW_SECRET_BYTES: usize = 32;
const SEED_BYTES: usize = 32;
const KEY_PAIR_BYTES: usize = 64;
const MAX_ID_CHARS: usize = 64;
/// More signatures than any change of keys needs; the rest of a longer list is not looked at, so
/// that a forged header cannot make the receiver do much work.
const MAX_SIGNATURES: usize = 16;

type HmacSha256 = Hmac<Sha256>;

/// Why a text is not a key, or a set of keys cannot sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyFlaw {
    #[error("The key has the wrong prefix. Use whsec_, whsk_ or whpk_ as the place asks for.")]
    Prefix,
    #[error("The key is not valid base64 after its prefix. Copy it whole, with padding.")]
    Base64,
    #[error(
        "The key has the wrong length. A whsec_ secret has 24 to 64 bytes, a whsk_ key 64, a whpk_ key 32."
    )]
    Length,
    #[error("The key is not a sound Ed25519 key. Make a new pair.")]
    Unsound,
    #[error(
        "Every delivery is signed both ways. Give at least one shared secret and one signing key."
    )]
    Missing,
}

impl Flaw for KeyFlaw {
    fn code(&self) -> &'static str {
        match self {
            Self::Prefix => "key-prefix",
            Self::Base64 => "key-base64",
            Self::Length => "key-length",
            Self::Unsound => "key-unsound",
            Self::Missing => "key-missing",
        }
    }
}

/// Why a received message is not accepted as authentic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureFlaw {
    #[error("The webhook-id is not 1 to 64 letters, digits, hyphens or underscores.")]
    Id,
    #[error("The webhook-timestamp is not whole seconds since 1970.")]
    Timestamp,
    #[error(
        "The message is more than five minutes old. Send it again with a new timestamp, and check the clock."
    )]
    TooOld,
    #[error("The message is dated more than five minutes ahead. Check the sender's clock.")]
    TooNew,
    #[error(
        "No signature in webhook-signature matches a trusted key. Check the key and that the body is unchanged."
    )]
    NoMatch,
}

impl Flaw for SignatureFlaw {
    fn code(&self) -> &'static str {
        match self {
            Self::Id => "signature-id",
            Self::Timestamp => "signature-timestamp",
            Self::TooOld => "signature-too-old",
            Self::TooNew => "signature-too-new",
            Self::NoMatch => "signature-no-match",
        }
    }
}

/// A secret shared with one recipient, for `v1` signatures: 24 to 64 bytes (Standard Webhooks
/// 1.0.0, "Signature scheme").
#[derive(Clone)]
pub struct SharedSecret(Zeroizing<Vec<u8>>);

impl SharedSecret {
    /// Reads `whsec_` and base64.
    pub fn parse(text: &str) -> Result<Self, KeyFlaw> {
        let bytes = decode(text, SECRET_PREFIX)?;
        if (24..=64).contains(&bytes.len()) { Ok(Self(bytes)) } else { Err(KeyFlaw::Length) }
    }

    /// A new secret of 32 random bytes from the operating system; fails only if that has none.
    pub fn generate() -> Result<Self, getrandom::Error> {
        let mut bytes = Zeroizing::new(vec![0; NEW_SECRET_BYTES]);
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// The form shown once to the recipient: `whsec_` and base64.
    pub fn to_text(&self) -> Zeroizing<String> {
        encode(SECRET_PREFIX, &self.0)
    }

    fn mac(&self, content: &[u8]) -> HmacSha256 {
        HmacSha256::new_from_slice(&self.0)
            .expect("HMAC takes keys of any length")
            .chain_update(content)
    }
}

impl fmt::Debug for SharedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedSecret(..)")
    }
}

/// The private half of an Ed25519 pair (RFC 8032), for `v1a` signatures.
#[derive(Clone)]
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// Reads `whsk_` and the base64 of 64 bytes: the seed and the public key, which must fit it.
    pub fn parse(text: &str) -> Result<Self, KeyFlaw> {
        let bytes = decode(text, SIGNING_KEY_PREFIX)?;
        let pair: &[u8; KEY_PAIR_BYTES] =
            bytes.as_slice().try_into().map_err(|_| KeyFlaw::Length)?;
        ed25519_dalek::SigningKey::from_keypair_bytes(pair).map(Self).map_err(|_| KeyFlaw::Unsound)
    }

    /// A new pair from the operating system's random source; fails only if that has none.
    pub fn generate() -> Result<Self, getrandom::Error> {
        let mut seed = Zeroizing::new([0; SEED_BYTES]);
        getrandom::fill(seed.as_mut())?;
        Ok(Self(ed25519_dalek::SigningKey::from_bytes(&seed)))
    }

    /// The form to store encrypted: `whsk_` and base64.
    pub fn to_text(&self) -> Zeroizing<String> {
        let pair = Zeroizing::new(self.0.to_keypair_bytes());
        encode(SIGNING_KEY_PREFIX, pair.as_slice())
    }

    /// The half that recipients hold.
    pub fn public_key(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(..)")
    }
}

/// The public half of an Ed25519 pair, with which anyone can check `v1a` signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey(ed25519_dalek::VerifyingKey);

impl PublicKey {
    /// Reads `whpk_` and the base64 of 32 bytes; refuses points of small order, which anyone can
    /// sign for.
    pub fn parse(text: &str) -> Result<Self, KeyFlaw> {
        let bytes = decode(text, PUBLIC_KEY_PREFIX)?;
        let point: &[u8; ed25519_dalek::PUBLIC_KEY_LENGTH] =
            bytes.as_slice().try_into().map_err(|_| KeyFlaw::Length)?;
        let key = ed25519_dalek::VerifyingKey::from_bytes(point).map_err(|_| KeyFlaw::Unsound)?;
        if key.is_weak() { Err(KeyFlaw::Unsound) } else { Ok(Self(key)) }
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PUBLIC_KEY_PREFIX}{}", BASE64.encode(self.0.as_bytes()))
    }
}

/// The id of a delivery as it stands in [`ID_HEADER`]: 1 to 64 ASCII letters, digits, `-` or `_`.
/// A full stop is not allowed, because full stops divide the signed content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageId(String);

impl MessageId {
    /// Reads an id from a header.
    pub fn parse(text: &str) -> Result<Self, SignatureFlaw> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if (1..=MAX_ID_CHARS).contains(&text.len()) && text.chars().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(SignatureFlaw::Id)
        }
    }
}

impl From<Uuid> for MessageId {
    fn from(id: Uuid) -> Self {
        Self(id.to_string())
    }
}

/// The keys that sign for one recipient, the newest first.
#[derive(Clone, Debug)]
pub struct Signer {
    secrets: Vec<SharedSecret>,
    keys: Vec<SigningKey>,
}

impl Signer {
    /// At least one of each; more than one only while keys are being changed.
    pub fn new(secrets: Vec<SharedSecret>, keys: Vec<SigningKey>) -> Result<Self, KeyFlaw> {
        if secrets.is_empty() || keys.is_empty() {
            return Err(KeyFlaw::Missing);
        }
        Ok(Self { secrets, keys })
    }

    /// Signs one attempt made at `now` with every key: first all `v1`, then all `v1a`.
    pub fn sign(&self, id: &MessageId, now: DateTime<Utc>, body: &[u8]) -> SignedHeaders {
        let timestamp = now.timestamp().to_string();
        let content = signed_content(&id.0, &timestamp, body);
        let macs = self.secrets.iter().map(|secret| {
            format!(
                "{HMAC_VERSION},{}",
                BASE64.encode(secret.mac(&content).finalize().into_bytes())
            )
        });
        let signatures = self.keys.iter().map(|key| {
            format!("{ED25519_VERSION},{}", BASE64.encode(key.0.sign(&content).to_bytes()))
        });
        let signature = macs.chain(signatures).collect::<Vec<_>>().join(" ");
        SignedHeaders { id: id.0.clone(), timestamp, signature }
    }
}

/// The three header values of one attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedHeaders {
    pub id: String,
    pub timestamp: String,
    pub signature: String,
}

impl SignedHeaders {
    /// Header names and values, as the sender takes them.
    pub fn pairs(&self) -> [(&'static str, &str); 3] {
        [
            (ID_HEADER, &self.id),
            (TIMESTAMP_HEADER, &self.timestamp),
            (SIGNATURE_HEADER, &self.signature),
        ]
    }
}

/// What a receiver trusts: any one signature by any one of these is enough.
#[derive(Clone, Debug, Default)]
pub struct Trusted {
    pub secrets: Vec<SharedSecret>,
    pub keys: Vec<PublicKey>,
}

/// Accepts a received message if its time lies within [`TOLERANCE`] of `now` and at least one
/// signature is by a trusted key; signatures of unknown versions are passed over. The receiver must
/// still remember the id, since a message can be repeated within the tolerance.
pub fn verify(
    received: &SignedHeaders,
    body: &[u8],
    trusted: &Trusted,
    now: DateTime<Utc>,
) -> Result<MessageId, SignatureFlaw> {
    let id = MessageId::parse(&received.id)?;
    check_time(&received.timestamp, now)?;
    let content = signed_content(&id.0, &received.timestamp, body);
    let matches = received
        .signature
        .split(' ')
        .take(MAX_SIGNATURES)
        .filter_map(|entry| entry.split_once(','))
        .any(|(version, text)| is_signed(version, text, &content, trusted));
    if matches { Ok(id) } else { Err(SignatureFlaw::NoMatch) }
}

fn is_signed(version: &str, text: &str, content: &[u8], trusted: &Trusted) -> bool {
    let Ok(signature) = BASE64.decode(text) else {
        return false;
    };
    match version {
        // `verify_slice` compares in constant time.
        HMAC_VERSION => trusted
            .secrets
            .iter()
            .any(|secret| secret.mac(content).verify_slice(&signature).is_ok()),
        ED25519_VERSION => {
            ed25519_dalek::Signature::from_slice(&signature).is_ok_and(|signature| {
                trusted.keys.iter().any(|key| key.0.verify_strict(content, &signature).is_ok())
            })
        }
        _ => false,
    }
}

fn check_time(timestamp: &str, now: DateTime<Utc>) -> Result<(), SignatureFlaw> {
    let at: i64 = timestamp.parse().map_err(|_| SignatureFlaw::Timestamp)?;
    let age = now.timestamp().saturating_sub(at);
    if age > TOLERANCE.num_seconds() {
        Err(SignatureFlaw::TooOld)
    } else if age < -TOLERANCE.num_seconds() {
        Err(SignatureFlaw::TooNew)
    } else {
        Ok(())
    }
}

/// `id.timestamp.body` (Standard Webhooks 1.0.0, "Signature scheme").
fn signed_content(id: &str, timestamp: &str, body: &[u8]) -> Vec<u8> {
    [id.as_bytes(), b".", timestamp.as_bytes(), b".", body].concat()
}

fn decode(text: &str, prefix: &str) -> Result<Zeroizing<Vec<u8>>, KeyFlaw> {
    let encoded = text.strip_prefix(prefix).ok_or(KeyFlaw::Prefix)?;
    BASE64.decode(encoded).map(Zeroizing::new).map_err(|_| KeyFlaw::Base64)
}

fn encode(prefix: &str, bytes: &[u8]) -> Zeroizing<String> {
    let mut text =
        Zeroizing::new(String::with_capacity(prefix.len() + bytes.len().div_ceil(3) * 4));
    text.push_str(prefix);
    BASE64.encode_string(bytes, &mut text);
    text
}

#[cfg(test)]
mod tests;
