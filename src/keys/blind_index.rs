//! Blind indexes: a keyed digest of a value that is itself stored sealed, so that equal values can be found without
//! being readable. It must not be used for anything that is published: whoever has the ring can try all national ids.

use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::{KeyRing, Secret};

/// What a blind index is for. Each purpose has its own key, so that digests of one column say nothing about another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BlindPurpose {
    /// National identity number of a holder, applicant or representative.
    NationalId,
    /// Telephone number of a person.
    Phone,
    /// E-mail address of a person.
    Email,
    /// National identity number of a qualified person.
    QualifiedPerson,
    /// Name and birth date of a qualified person, who may be known by these only.
    QualifiedPersonParticulars,
    /// Who is to receive a permit by transfer: a national id or an organisation number.
    Receiver,
    /// The link of an emergency contact, made from the id of its message.
    ContactLink,
    /// Whose a draft is: a national id or an organisation number.
    DraftOwner,
    /// The code a report of interference is followed by, made from its id.
    ReportCode,
    /// A request body, remembered with its idempotency key.
    RequestBody,
    /// A paging cursor, so that only this service can make one.
    Cursor,
}

impl BlindPurpose {
    /// Stable code, part of the key derivation: changing one makes every stored index of that purpose useless.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NationalId => "national-id",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::QualifiedPerson => "qualified-person",
            Self::QualifiedPersonParticulars => "qualified-person-particulars",
            Self::Receiver => "receiver",
            Self::ContactLink => "contact-link",
            Self::DraftOwner => "draft-owner",
            Self::ReportCode => "report-code",
            Self::RequestBody => "request-body",
            Self::Cursor => "cursor",
        }
    }
}

/// HMAC-SHA256 (RFC 2104) of the canonical text under the key of its purpose.
///
/// `canonical` must be the one canonical spelling of the value, as its newtype in `values` prints it for storage.
pub fn blind(ring: &KeyRing, purpose: BlindPurpose, canonical: &str) -> [u8; 32] {
    hmac(&purpose_key(ring.blind_root(), purpose), canonical.as_bytes())
}

/// HKDF-Expand (RFC 5869, section 2.3) to one block. Purposes are derived rather than stored, so that a new purpose
/// needs no change to key ring files already in use.
fn purpose_key(root: &Secret, purpose: BlindPurpose) -> Secret {
    let info = format!("anrop blind-index v1 {}", purpose.code());
    Secret::new(expand(root, info.as_bytes()))
}

/// A key of its own for one use of a secret. `info` names the use and never changes.
pub(crate) fn derive(root: &Secret, info: &str) -> Secret {
    Secret::new(expand(root, info.as_bytes()))
}

/// HMAC-SHA256 (RFC 2104).
pub(crate) fn keyed(key: &Secret, message: &[u8]) -> [u8; 32] {
    hmac(key, message)
}

fn expand(root: &Secret, info: &[u8]) -> [u8; 32] {
    hmac(root, &[info, &[1]].concat())
}

fn hmac(key: &Secret, message: &[u8]) -> [u8; 32] {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(key.bytes()).expect("HMAC takes a key of any length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expansion_is_that_of_rfc_5869_appendix_a1() {
        let mut root = [0; 32];
        let prk = "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5";
        hex::decode_to_slice(prk, &mut root).unwrap();
        let info: Vec<u8> = (0xf0..=0xf9).collect();
        let okm = "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf";
        assert_eq!(hex::encode(expand(&Secret::new(root), &info)), okm);
    }

    #[test]
    fn the_codes_are_those_already_stored() {
        let codes = [
            (BlindPurpose::NationalId, "national-id"),
            (BlindPurpose::Phone, "phone"),
            (BlindPurpose::Email, "email"),
            (BlindPurpose::RequestBody, "request-body"),
        ];
        for (purpose, code) in codes {
            assert_eq!(purpose.code(), code);
        }
    }
}
