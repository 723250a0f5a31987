//! Where a bearer token comes from that this program shows somebody else: a receiver to the registry, the
//! registry to the register of representation. An OAuth 2.0 issuer gives one for a client secret (RFC 6749
//! section 4.4) or for a signed assertion, which is the grant itself (RFC 7523 section 2.1, as Maskinporten
//! wants it) or what the client proves itself with (section 2.2, `private_key_jwt`). A token is kept in
//! memory and renewed before it ends; while the issuer does not answer, the one there is goes on being
//! used. It must not know what a token is for.

pub mod client;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::client_key;

/// How a token is got.
#[derive(Debug, Clone)]
pub struct IssuerSettings {
    /// Token endpoint.
    pub url: String,
    /// Name of this client at the issuer.
    pub client: String,
    /// What it shows.
    pub proof: ProofSettings,
    /// Scopes asked for, separated by spaces.
    pub scope: String,
    /// Audience of an assertion: the issuer's own name.
    pub audience: Option<String>,
    /// Audience of the token, where the issuer limits it (`resource`).
    pub resource: Option<String>,
}

/// What the client proves itself with, in files that are read anew for each token.
#[derive(Debug, Clone)]
pub enum ProofSettings {
    /// A shared secret.
    Secret(std::path::PathBuf),
    /// A private key in PEM, with the id the issuer knows it by; the signed assertion is the grant.
    Key {
        /// The file.
        file: std::path::PathBuf,
        /// Its `kid`.
        id: String,
    },
    /// The same; the signed assertion stands in the place of a secret.
    KeyAsSecret {
        /// The file.
        file: std::path::PathBuf,
        /// Its `kid`.
        id: String,
    },
}

/// A token with the time from which it is to be renewed, and its end.
#[derive(Clone)]
pub(super) struct Token {
    pub(super) text: Zeroizing<String>,
    pub(super) renew_at: DateTime<Utc>,
    pub(super) ends_at: DateTime<Utc>,
}

/// Longest assertion Maskinporten takes.
const ASSERTION: TimeDelta = TimeDelta::seconds(100);
/// A token is renewed so long before its end, or after three quarters of a shorter life.
const MARGIN: TimeDelta = TimeDelta::seconds(60);

/// A token that is kept until shortly before its end.
#[derive(Default)]
pub(super) struct Held(tokio::sync::Mutex<Option<Token>>);

impl Held {
    /// The token there is, or the one that is asked for. While that is not given, the one there is goes on
    /// being used.
    ///
    /// # Errors
    /// In words for an operator, when there is none and none is given.
    pub(super) async fn or_ask(
        &self,
        now: DateTime<Utc>,
        ask: impl Future<Output = Result<Token, String>>,
    ) -> Result<Zeroizing<String>, String> {
        let mut held = self.0.lock().await;
        if let Some(token) = held.as_ref().filter(|token| now < token.renew_at) {
            return Ok(token.text.clone());
        }
        match ask.await {
            Ok(token) => Ok(held.insert(token).text.clone()),
            Err(told) => {
                let lasting = held.as_ref().filter(|token| now < token.ends_at);
                let Some(token) = lasting else { return Err(told) };
                tracing::warn!(%told, "the token cannot be renewed yet; the one there is still holds");
                Ok(token.text.clone())
            }
        }
    }

    /// Forgets a token that was refused, unless another has taken its place.
    pub(super) async fn forget(&self, refused: &str) {
        let mut held = self.0.lock().await;
        if held.as_ref().is_some_and(|token| token.text.as_str() == refused) {
            *held = None;
        }
    }
}

impl Token {
    /// A token that was asked for at `asked` and lives for so many seconds.
    pub(super) fn new(text: String, asked: DateTime<Utc>, seconds: i64) -> Self {
        let life = TimeDelta::seconds(seconds.clamp(0, 86_400));
        Self {
            text: Zeroizing::new(text),
            renew_at: asked + (life - MARGIN).max(life * 3 / 4),
            ends_at: asked + life,
        }
    }
}

#[derive(Serialize)]
struct Assertion<'a> {
    aud: &'a str,
    iss: &'a str,
    sub: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<&'a str>,
    iat: i64,
    exp: i64,
    jti: Uuid,
}

/// A signed assertion of this client, good once (RFC 7523 section 3). One that is the grant says what is
/// asked for.
///
/// # Errors
/// In words, without the key: it is no key this program can sign with.
pub(super) fn assertion(
    settings: &IssuerSettings,
    (pem, id): (&[u8], &str),
    is_grant: bool,
    now: DateTime<Utc>,
) -> Result<String, String> {
    let claims = Assertion {
        aud: settings.audience.as_deref().unwrap_or(&settings.url),
        iss: &settings.client,
        sub: &settings.client,
        scope: is_grant.then_some(&settings.scope),
        resource: settings.resource.as_deref().filter(|_| is_grant),
        iat: now.timestamp(),
        exp: (now + ASSERTION).timestamp(),
        jti: crate::values::ids::fresh(now),
    };
    client_key::sign(pem, id, &claims).map_err(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_renewed_a_minute_before_its_end_or_in_its_last_quarter() {
        let now = DateTime::UNIX_EPOCH;
        let of = |seconds| {
            let token = Token::new("t".to_owned(), now, seconds);
            ((token.renew_at - now).num_seconds(), (token.ends_at - now).num_seconds())
        };
        assert_eq!(of(3600), (3540, 3600));
        assert_eq!(of(120), (90, 120));
        assert_eq!(of(40), (30, 40));
        assert_eq!(of(0), (0, 0));
        assert_eq!(of(-5), (0, 0));
        assert_eq!(of(i64::MAX), (86_340, 86_400));
    }
}
