//! The public keys of an issuer, read from a JWKS (RFC 7517), and what a token says that one of them
//! signed. Pure: it must not know where the keys come from nor what time it is, and it believes nothing
//! of a token's header: that is only compared.

use jsonwebtoken::{
    Algorithm, DecodingKey, Header, Validation, decode, decode_header,
    jwk::{Jwk, PublicKeyUse},
};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The keys of one issuer, each with the one algorithm it is for.
#[derive(Clone)]
pub struct KeySet(Vec<Key>);

#[derive(Clone)]
struct Key {
    id: Option<String>,
    algorithm: Algorithm,
    key: DecodingKey,
}

impl std::fmt::Debug for KeySet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("KeySet").field(&self.count()).finish()
    }
}

impl KeySet {
    /// The keys of a JWKS that signatures can be checked with; nothing when there are none. What is
    /// meant for something else, symmetric or not understood is left out (RFC 7517 section 5).
    pub fn read(jwks: &Value) -> Option<Self> {
        let keys: Vec<Key> = jwks["keys"].as_array()?.iter().filter_map(Key::read).collect();
        (!keys.is_empty()).then_some(Self(keys))
    }

    /// One Ed25519 key without an id.
    pub fn ed25519(public: &[u8; 32]) -> Self {
        let key = DecodingKey::from_ed_der(public);
        Self(vec![Key { id: None, algorithm: Algorithm::EdDSA, key }])
    }

    /// How many keys there are; never none.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// True if one of the keys is called so.
    pub fn names(&self, id: &str) -> bool {
        self.0.iter().any(|key| key.id.as_deref() == Some(id))
    }

    /// What a token says, if one of the keys signed it for this issuer and this audience. Times are left
    /// to the caller.
    pub fn claims<T: DeserializeOwned>(
        &self,
        token: &str,
        issuer: &str,
        audience: &str,
    ) -> Option<T> {
        let header = decode_header(token).ok()?;
        self.0.iter().filter(|key| key.may_have_signed(&header)).find_map(|key| {
            let mut validation = Validation::new(key.algorithm);
            validation.set_issuer(&[issuer]);
            validation.set_audience(&[audience]);
            // times are checked against the injected clock
            validation.validate_exp = false;
            validation.validate_nbf = false;
            validation.required_spec_claims.clear();
            decode::<T>(token, &key.key, &validation).ok().map(|data| data.claims)
        })
    }
}

impl Key {
    fn read(value: &Value) -> Option<Self> {
        let jwk: Jwk = serde_json::from_value(value.clone()).ok()?;
        let is_for_signatures = match &jwk.common.public_key_use {
            None | Some(PublicKeyUse::Signature) => true,
            Some(_) => false,
        };
        let algorithm = match value["alg"].as_str() {
            Some(name) => name.parse().ok()?,
            None => usual_algorithm(value)?,
        };
        if !is_for_signatures || !is_asymmetric(algorithm) {
            return None;
        }
        let key = DecodingKey::from_jwk(&jwk).ok()?;
        Some(Self { id: jwk.common.key_id, algorithm, key })
    }

    fn may_have_signed(&self, header: &Header) -> bool {
        self.algorithm == header.alg && (self.id.is_none() || self.id == header.kid)
    }
}

/// A key without `alg` (RFC 7517 section 4.4 leaves it out freely) is of the usual one of its type.
fn usual_algorithm(key: &Value) -> Option<Algorithm> {
    match (key["kty"].as_str()?, key["crv"].as_str()) {
        ("RSA", _) => Some(Algorithm::RS256),
        ("EC", Some("P-256")) => Some(Algorithm::ES256),
        ("EC", Some("P-384")) => Some(Algorithm::ES384),
        ("OKP", Some("Ed25519")) => Some(Algorithm::EdDSA),
        _ => None,
    }
}

/// False for what whoever knows the public key could sign with.
pub fn is_asymmetric(algorithm: Algorithm) -> bool {
    !matches!(algorithm, Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The key of RFC 8037 appendix A.
    const ED25519: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

    #[test]
    fn what_is_not_understood_is_left_out_and_the_rest_stays() {
        let good = json!({ "kty": "OKP", "crv": "Ed25519", "x": ED25519, "kid": "a" });
        let set = KeySet::read(&json!({ "keys": [
            { "kty": "AKP", "alg": "ML-DSA-44", "kid": "b", "pub": "AA" },
            { "kty": "OKP", "crv": "Ed25519", "x": ED25519, "kid": "c", "use": "enc" },
            { "kty": "oct", "k": "c2VjcmV0", "kid": "d" },
            { "kty": "oct", "k": "c2VjcmV0", "kid": "e", "alg": "HS256" },
            { "kty": "OKP", "crv": "Ed25519", "x": ED25519, "kid": "f", "alg": "HS256" },
            { "kty": "EC", "crv": "secp256k1", "x": "AA", "y": "AA", "kid": "g" },
            "nothing", 7, {}, good
        ] }));
        let set = set.expect("one key");
        assert_eq!(set.count(), 1);
        assert!(set.names("a") && !["b", "c", "d", "e", "f", "g"].iter().any(|id| set.names(id)));
    }

    #[test]
    fn a_set_without_a_usable_key_is_none() {
        for text in [
            "null",
            "[]",
            "{}",
            r#"{"keys":{}}"#,
            r#"{"keys":[]}"#,
            r#"{"keys":[{"kty":"oct","k":"AA"}]}"#,
        ] {
            let value: Value = serde_json::from_str(text).expect("JSON");
            assert!(KeySet::read(&value).is_none(), "{text}");
        }
    }

    #[test]
    fn a_key_without_an_algorithm_has_the_usual_one_of_its_type() {
        for (key, expected) in [
            (json!({ "kty": "RSA" }), Some(Algorithm::RS256)),
            (json!({ "kty": "EC", "crv": "P-256" }), Some(Algorithm::ES256)),
            (json!({ "kty": "EC", "crv": "P-384" }), Some(Algorithm::ES384)),
            (json!({ "kty": "EC", "crv": "P-521" }), None),
            (json!({ "kty": "OKP", "crv": "Ed25519" }), Some(Algorithm::EdDSA)),
            (json!({ "kty": "OKP", "crv": "X25519" }), None),
            (json!({ "kty": "oct" }), None),
        ] {
            assert_eq!(usual_algorithm(&key), expected, "{key}");
        }
    }
}
