//! The key ring: every long-lived secret of the registry that is not in the database. It must not read or write
//! files (`ring_file.rs` does) and must not hand out key bytes except where a signature or a chain is made.

use chrono::{DateTime, Utc};
use ed25519_dalek::{SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

use super::{OpenFlaw, Place, Secret, random, sealed};

/// First byte of what the ring seals; a data key writes another.
const VERSION: u8 = 1;

/// Who made a ring. Production refuses [`Origin::Demo`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Made by the program itself at a first start, without anyone keeping a copy (`generated = true` in the file).
    Demo,
    /// Made by an operator on purpose, who keeps a copy apart from the database backups.
    Operator,
}

/// The secrets of one installation.
#[derive(Clone)]
pub struct KeyRing {
    pub(super) origin: Origin,
    pub(super) created_at: DateTime<Utc>,
    /// Ascending ids; the last is active. Never empty.
    pub(super) encryption: Vec<EncryptionKey>,
    pub(super) blind_root: Secret,
    pub(super) chain: ChainKey,
    pub(super) checkpoint: SigningKey,
    /// Public halves of the checkpoint keys before it, oldest first.
    pub(super) former_checkpoints: Vec<VerifyingKey>,
    pub(super) token_issuer: SigningKey,
}

/// A numbered key-encryption key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct EncryptionKey {
    pub id: u32,
    pub created_at: DateTime<Utc>,
    pub secret: Secret,
}

/// The HMAC key of the log chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainKey(pub(super) Secret);

impl ChainKey {
    /// A key that is in no ring, as tests and tools need it.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Secret::new(bytes))
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        self.0.bytes()
    }
}

/// What may be told about a ring: ids, dates and public keys, never a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RingStatus {
    /// Who made the ring.
    pub origin: Origin,
    /// When the ring was made.
    pub created_at: DateTime<Utc>,
    /// Id of the key that new values are sealed under.
    pub active: u32,
    /// Id and creation time of each key-encryption key, oldest first.
    pub encryption: Vec<(u32, DateTime<Utc>)>,
    /// Id of the checkpoint key, as it stands in checkpoints.
    pub checkpoint_key: String,
    /// Public half of the checkpoint key; whoever verifies checkpoints elsewhere needs it.
    pub checkpoint_public: [u8; 32],
    /// Id of the built-in token issuer's key, as it stands in the `kid` of its tokens.
    pub token_issuer_key: String,
}

impl KeyRing {
    /// A new ring with fresh secrets and one key-encryption key, number 1.
    pub fn generate(now: DateTime<Utc>, origin: Origin) -> Self {
        Self {
            origin,
            created_at: now,
            encryption: vec![EncryptionKey { id: 1, created_at: now, secret: Secret::generate() }],
            blind_root: Secret::generate(),
            chain: ChainKey(Secret::generate()),
            checkpoint: SigningKey::from_bytes(&random()),
            former_checkpoints: Vec::new(),
            token_issuer: SigningKey::from_bytes(&random()),
        }
    }

    /// Adds a key-encryption key and makes it the active one; older ones stay for reading. Returns its id.
    /// Save the ring and give it to every process before anything is sealed under the new key.
    pub fn rotate(&mut self, now: DateTime<Utc>) -> u32 {
        let id = self.active().id + 1;
        self.encryption.push(EncryptionKey { id, created_at: now, secret: Secret::generate() });
        id
    }

    /// Signs checkpoints, digests and extracts with a new key from now on. The public half of the one before stays:
    /// what it has signed still proves the log. Its secret half is forgotten.
    pub fn rotate_checkpoint_key(&mut self) {
        self.former_checkpoints.push(self.checkpoint.verifying_key());
        self.checkpoint = SigningKey::from_bytes(&random());
    }

    /// What an operator may see.
    pub fn status(&self) -> RingStatus {
        RingStatus {
            origin: self.origin,
            created_at: self.created_at,
            active: self.active().id,
            encryption: self.encryption.iter().map(|key| (key.id, key.created_at)).collect(),
            checkpoint_key: public_key_id(&self.checkpoint.verifying_key()),
            checkpoint_public: self.checkpoint.verifying_key().to_bytes(),
            token_issuer_key: public_key_id(&self.token_issuer.verifying_key()),
        }
    }

    /// True if the program made this ring for itself; production must refuse it.
    pub fn is_generated(&self) -> bool {
        self.origin == Origin::Demo
    }

    /// Seals a secret of a live row under the active key.
    pub fn seal(&self, place: Place, plaintext: &[u8]) -> Vec<u8> {
        let key = self.active();
        sealed::seal(VERSION, &key.id.to_be_bytes(), &key.secret, place, plaintext)
    }

    /// Opens what any key of this ring sealed for `place`.
    pub fn open(&self, place: Place, sealed: &[u8]) -> Result<Vec<u8>, OpenFlaw> {
        let id = u32::from_be_bytes(sealed::key_id(VERSION, sealed)?);
        let key = self.encryption.iter().find(|key| key.id == id).ok_or(OpenFlaw::UnknownKey)?;
        sealed::open(4, &key.secret, place, sealed)
    }

    /// True if the bytes are not sealed under the active key: open them and seal them again. Also true for bytes that
    /// are no sealed value, so that the attempt to open them brings the fault to light.
    pub fn needs_reseal(&self, sealed: &[u8]) -> bool {
        sealed::key_id(VERSION, sealed) != Ok(self.active().id.to_be_bytes())
    }

    /// The key the log is chained with.
    pub fn chain_key(&self) -> &ChainKey {
        &self.chain
    }

    /// The Ed25519 key that signs checkpoints.
    pub fn checkpoint_key(&self) -> &SigningKey {
        &self.checkpoint
    }

    /// The public keys that checkpoints may be signed by: today's, and those before it.
    pub fn checkpoint_keys(&self) -> Vec<VerifyingKey> {
        let mut keys = vec![self.checkpoint.verifying_key()];
        keys.extend(&self.former_checkpoints);
        keys
    }

    /// The Ed25519 key of the built-in token issuer, which serves demo and tests only.
    pub fn token_issuer_key(&self) -> &SigningKey {
        &self.token_issuer
    }

    /// The same key as PKCS #8 DER (RFC 8410), the form token libraries take.
    pub fn token_issuer_pkcs8(&self) -> zeroize::Zeroizing<Vec<u8>> {
        use ed25519_dalek::pkcs8::EncodePrivateKey;
        self.token_issuer.to_pkcs8_der().expect("an Ed25519 key has a DER form").to_bytes()
    }

    pub(super) fn blind_root(&self) -> &Secret {
        &self.blind_root
    }

    fn active(&self) -> &EncryptionKey {
        self.encryption.last().expect("a ring is made with one key and never loses any")
    }
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("KeyRing").field(&self.status()).finish()
    }
}

/// The id of a public key: the first 8 bytes of its SHA-256 in hexadecimal.
pub fn public_key_id(key: &VerifyingKey) -> String {
    hex::encode(&Sha256::digest(key.as_bytes())[..8])
}
