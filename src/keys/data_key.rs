//! The data key of one person: every further stored copy of the person's data is sealed under it, and deleting its
//! wrapped form destroys them all, in backups too. It must never be stored, logged or sent unwrapped.

use uuid::Uuid;

use super::{KeyRing, OpenFlaw, Place, Secret, sealed};

/// First byte of what a data key seals; the key ring writes another.
const VERSION: u8 = 2;

/// 32 random bytes with the id under which their wrapped form is stored.
///
/// Take a fresh id for each key and never reuse one: after erasure the id in old sealed values must lead nowhere.
#[derive(Clone, Debug)]
pub struct DataKey {
    id: Uuid,
    secret: Secret,
}

/// A data key sealed by the key ring; the only form in which it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrappedKey(pub Vec<u8>);

impl DataKey {
    /// A new key from the operating system's random source. `id` is the primary key of its row in `data_key`.
    pub fn generate(id: Uuid) -> Self {
        Self { id, secret: Secret::generate() }
    }

    /// The id this key is stored under, which stands in everything it seals.
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// Wraps the key under the ring's active key. The id is associated data, so that two people's keys cannot be
    /// swapped in the table.
    pub fn wrap(&self, ring: &KeyRing) -> WrappedKey {
        WrappedKey(ring.seal(Self::place(self.id), self.secret.bytes()))
    }

    /// Opens a wrapped key stored under `id`. Errors as [`KeyRing::open`].
    pub fn unwrap(ring: &KeyRing, id: Uuid, wrapped: &WrappedKey) -> Result<Self, OpenFlaw> {
        let bytes = zeroize::Zeroizing::new(ring.open(Self::place(id), &wrapped.0)?);
        let secret = <[u8; 32]>::try_from(bytes.as_slice()).map_err(|_| OpenFlaw::Tampered)?;
        Ok(Self { id, secret: Secret::new(secret) })
    }

    /// Where the wrapped form of the key stored under `id` is sealed.
    pub fn place(id: Uuid) -> Place {
        Place { table: "data_key", column: "wrapped", row: id }
    }

    /// Seals a copy of the person's data for one place.
    pub fn seal(&self, place: Place, plaintext: &[u8]) -> Vec<u8> {
        sealed::seal(VERSION, self.id.as_bytes(), &self.secret, place, plaintext)
    }

    /// Opens what this key sealed for `place`; [`OpenFlaw::UnknownKey`] if another data key sealed it.
    pub fn open(&self, place: Place, sealed: &[u8]) -> Result<Vec<u8>, OpenFlaw> {
        if Self::id_of(sealed)? != self.id {
            return Err(OpenFlaw::UnknownKey);
        }
        sealed::open(16, &self.secret, place, sealed)
    }

    /// Seals another data key for one place, so that it lives as long as this one does. The place's row is the id of the
    /// key that is sealed.
    pub fn seal_key(&self, place: Place, other: &DataKey) -> Vec<u8> {
        self.seal(place, other.secret.bytes())
    }

    /// Opens what [`seal_key`](Self::seal_key) sealed for `place`.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_key(&self, place: Place, sealed: &[u8]) -> Result<Self, OpenFlaw> {
        let bytes = zeroize::Zeroizing::new(self.open(place, sealed)?);
        let secret = <[u8; 32]>::try_from(bytes.as_slice()).map_err(|_| OpenFlaw::Tampered)?;
        Ok(Self { id: place.row, secret: Secret::new(secret) })
    }

    /// The id of the data key that sealed these bytes. When no such row is left, the person's data have been erased.
    pub fn id_of(sealed: &[u8]) -> Result<Uuid, OpenFlaw> {
        sealed::key_id(VERSION, sealed).map(Uuid::from_bytes)
    }
}

impl WrappedKey {
    /// True if the key is wrapped under anything but the ring's active key: unwrap it and wrap it again.
    pub fn needs_rewrap(&self, ring: &KeyRing) -> bool {
        ring.needs_reseal(&self.0)
    }
}
