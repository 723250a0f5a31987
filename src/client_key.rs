//! The private key with which this program proves itself to an issuer of tokens: a signed assertion
//! (RFC 7523). It must not keep the key, nor say anything of it.

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde::Serialize;

/// What such an assertion is, in the place of a client's secret (RFC 7523 section 2.2).
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// An assertion with these claims, signed with a key in PEM that the issuer knows by `id`.
///
/// # Errors
/// In words, without the key: it is no key this program can sign with.
pub fn sign(pem: &[u8], id: &str, claims: &impl Serialize) -> Result<String, &'static str> {
    let rsa = EncodingKey::from_rsa_pem(pem).map(|key| (key, Algorithm::RS256));
    let key = rsa
        .or_else(|_| EncodingKey::from_ec_pem(pem).map(|key| (key, Algorithm::ES256)))
        .or_else(|_| EncodingKey::from_ed_pem(pem).map(|key| (key, Algorithm::EdDSA)));
    let (key, algorithm) =
        key.map_err(|_| "the client key is no RSA, P-256 or Ed25519 key in PEM")?;
    let header = Header { kid: Some(id.to_owned()), ..Header::new(algorithm) };
    encode(&header, claims, &key).map_err(|_| "the assertion cannot be signed")
}
