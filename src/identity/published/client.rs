//! Reads what issuers publish. Nothing of an answer is logged or stands in a fault.

use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::{Client, RequestBuilder};
use serde_json::Value;
use url::Url;
use zeroize::Zeroizing;

use super::{Known, Metadata};
use crate::{client, failure::Failure, identity::key_set::KeySet};

/// Longest time for one request; somebody with a token waits.
const TIME_LIMIT: Duration = Duration::from_secs(3);
/// Largest answer that is read.
const LARGEST: usize = 256 * 1024;

/// Asks one issuer.
pub(super) struct Reader {
    pub(super) issuer: String,
    pub(super) address: String,
    client: Client,
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// It was refused.
    Refused,
    /// Anything else, in words that follow the name of who was asked.
    Away(&'static str),
}

impl Silence {
    fn words(self) -> &'static str {
        match self {
            Self::Refused => "has nothing there",
            Self::Away(words) => words,
        }
    }
}

impl Reader {
    pub(super) fn new(issuer: &str, address: &str) -> Result<Self, Failure> {
        let client = client::asking(TIME_LIMIT)?;
        Ok(Self { issuer: issuer.to_owned(), address: address.to_owned(), client })
    }

    /// Its keys, and what it says of itself, if that was not read within the hour.
    pub(super) async fn read(
        &self,
        before: Option<&Known>,
        now: DateTime<Utc>,
    ) -> Result<Known, &'static str> {
        let fresh = before.filter(|known| known.has_fresh_metadata(now));
        let (metadata, metadata_at) = match fresh.and_then(|known| {
            let metadata = known.metadata.clone()?;
            Some((metadata, known.metadata_at))
        }) {
            Some(known) => known,
            None => {
                let said = self.get(&self.address).await?;
                if said["keys"].is_array() {
                    return known(None, said, now, now);
                }
                (self.metadata(said)?, now)
            }
        };
        let jwks = self.get(&metadata.jwks_uri).await?;
        known(Some(metadata), jwks, now, metadata_at)
    }

    async fn get(&self, address: &str) -> Result<Value, &'static str> {
        let request = self.client.get(address).header("accept", "application/json");
        answer(request).await.map_err(Silence::words)
    }

    fn metadata(&self, said: Value) -> Result<Metadata, &'static str> {
        let metadata: Metadata =
            serde_json::from_value(said).map_err(|_| "says nothing of itself")?;
        if metadata.issuer.trim_end_matches('/') != self.issuer.trim_end_matches('/') {
            return Err("says it is another");
        }
        let own = [&Some(metadata.jwks_uri.clone()), &metadata.token_endpoint];
        if own.into_iter().flatten().any(|address| !is_as_safe(address, &self.address)) {
            return Err("names an address that is not safe");
        }
        Ok(metadata)
    }
}

/// Whoever is asked over TLS may not lead elsewhere without.
fn is_as_safe(address: &str, asked: &str) -> bool {
    Url::parse(address).is_ok_and(|url| {
        url.scheme() == "https" || (url.scheme() == "http" && asked.starts_with("http://"))
    })
}

fn known(
    metadata: Option<Metadata>,
    jwks: Value,
    read_at: DateTime<Utc>,
    metadata_at: DateTime<Utc>,
) -> Result<Known, &'static str> {
    let keys = KeySet::read(&jwks).ok_or("has no keys")?;
    Ok(Known { metadata, keys, jwks, read_at, metadata_at })
}

/// A small answer in JSON.
///
/// # Errors
/// When there is none in time, it is too large or no JSON, or says that the request was refused.
pub async fn answer(request: RequestBuilder) -> Result<Value, Silence> {
    let away = |words| move |_| Silence::Away(words);
    let mut response = request.send().await.map_err(away("does not answer"))?;
    let status = response.status();
    let mut body = Zeroizing::new(Vec::new());
    while let Some(chunk) = response.chunk().await.map_err(away("broke off"))? {
        if body.len() + chunk.len() > LARGEST {
            return Err(Silence::Away("answers too much"));
        }
        body.extend_from_slice(&chunk);
    }
    match status.as_u16() {
        200 => serde_json::from_slice(&body).map_err(|_| Silence::Away("does not answer JSON")),
        400..=499 => Err(Silence::Refused),
        _ => Err(Silence::Away("answers with a failure")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_asked_over_tls_leads_nowhere_without() {
        for (address, asked, expected) in [
            ("https://a.no/jwk", "https://a.no/", true),
            ("https://a.no/jwk", "http://127.0.0.1:1/", true),
            ("http://127.0.0.1:1/jwk", "http://127.0.0.1:1/", true),
            ("http://a.no/jwk", "https://a.no/", false),
            ("file:///etc/passwd", "http://127.0.0.1:1/", false),
            ("jwk", "https://a.no/", false),
        ] {
            assert_eq!(is_as_safe(address, asked), expected, "{address}");
        }
    }
}
