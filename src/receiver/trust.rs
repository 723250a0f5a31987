//! The keys a receiver trusts, in a file of one key a line, which is read anew for every delivery so that
//! keys can be changed while it runs:
//! - `whsec_…`: a secret shared with the registry, for `v1` signatures of deliveries;
//! - `whpk_…`: a public key of the subscription, for `v1a` signatures;
//! - `digest …`: the public key of digests and extracts, 32 bytes in base64.
//!
//! Empty lines and those that begin with `#` say nothing.

use std::path::{Path, PathBuf};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::VerifyingKey;

use crate::{
    delivery::signature::{PublicKey, SharedSecret, Trusted},
    failure::Failure,
};

/// The file.
#[derive(Debug)]
pub struct Trust(PathBuf);

/// What stands in it.
#[derive(Debug, Default)]
pub struct Keys {
    /// For `v1`.
    pub by_secret: Trusted,
    /// For `v1a`.
    pub by_key: Trusted,
    /// For digests and extracts.
    pub digest: Vec<VerifyingKey>,
}

impl Trust {
    /// The file, read once to see that it can be.
    ///
    /// # Errors
    /// When it cannot be read, or a line is no key.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let trust = Self(path.to_owned());
        trust.keys()?;
        Ok(trust)
    }

    /// The keys that stand in it now.
    ///
    /// # Errors
    /// When it cannot be read, or a line is no key; no line is repeated, since it may be a secret.
    pub fn keys(&self) -> Result<Keys, Failure> {
        let told = |what: String| Failure::internal(format!("{}: {what}", self.0.display()));
        let text = zeroize::Zeroizing::new(
            std::fs::read_to_string(&self.0).map_err(|error| told(error.to_string()))?,
        );
        let mut keys = Keys::default();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            take(&mut keys, line)
                .ok_or_else(|| told(format!("line {} is no key of a kind known", number + 1)))?;
        }
        Ok(keys)
    }
}

fn take(keys: &mut Keys, line: &str) -> Option<()> {
    if let Ok(secret) = SharedSecret::parse(line) {
        keys.by_secret.secrets.push(secret);
    } else if let Ok(key) = PublicKey::parse(line) {
        keys.by_key.keys.push(key);
    } else {
        let bytes = STANDARD.decode(line.strip_prefix("digest ")?.trim()).ok()?;
        let key = VerifyingKey::from_bytes(&bytes.try_into().ok()?).ok()?;
        keys.digest.push(key);
    }
    Some(())
}
