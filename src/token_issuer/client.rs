//! Asks the issuer for tokens. It must not log: secrets, assertions and tokens pass through here.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use reqwest::Client;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::{Held, IssuerSettings, ProofSettings, Token, assertion};
use crate::{client_key::ASSERTION_TYPE, clock::Clock};

const CLIENT_CREDENTIALS: &str = "client_credentials";
const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// What is assumed of an issuer that does not say how long a token lives.
const LIFE: i64 = 60;
/// Largest answer that is read.
const LARGEST: usize = 64 * 1024;

#[derive(Deserialize)]
struct Answer {
    access_token: String,
    #[serde(default)]
    token_type: Option<String>,
    #[serde(default)]
    expires_in: Option<i64>,
}

/// An issuer with the token it gave last.
pub struct Issuer {
    client: Client,
    settings: IssuerSettings,
    clock: Arc<dyn Clock>,
    held: Held,
}

impl Issuer {
    /// Opens no connection.
    pub fn new(client: Client, settings: IssuerSettings, clock: Arc<dyn Clock>) -> Self {
        Self { client, settings, clock, held: Held::default() }
    }

    /// A token that has not ended.
    ///
    /// # Errors
    /// In words for an operator, when there is none and the issuer gives none.
    pub async fn token(&self) -> Result<Zeroizing<String>, String> {
        let now = self.clock.now();
        self.held.or_ask(now, self.ask(now)).await
    }

    /// Forgets a token that was refused, unless another has taken its place.
    pub async fn forget(&self, refused: &str) {
        self.held.forget(refused).await;
    }

    /// What is asked for where the assertion does not say it.
    fn wish(&self) -> Vec<(&'static str, String)> {
        let settings = &self.settings;
        let mut fields =
            vec![("grant_type", CLIENT_CREDENTIALS.to_owned()), ("scope", settings.scope.clone())];
        fields.extend(settings.resource.clone().map(|resource| ("resource", resource)));
        fields
    }

    async fn ask(&self, now: DateTime<Utc>) -> Result<Token, String> {
        let settings = &self.settings;
        let read = |path: &std::path::Path| {
            std::fs::read(path)
                .map(Zeroizing::new)
                .map_err(|error| format!("what the issuer is shown cannot be read: {error}"))
        };
        let mut fields = Vec::new();
        let mut request = self.client.post(&settings.url).header("accept", "application/json");
        match &settings.proof {
            ProofSettings::Secret(file) => {
                let secret = read(file)?;
                let secret = std::str::from_utf8(&secret)
                    .map_err(|_| "the client secret is no text".to_owned())?;
                request =
                    request.basic_auth(encoded(&settings.client), Some(encoded(secret.trim())));
                fields.extend(self.wish());
            }
            ProofSettings::KeyAsSecret { file, id } => {
                let assertion = assertion(settings, (&read(file)?, id), false, now)?;
                fields.extend(self.wish());
                fields.push(("client_id", settings.client.clone()));
                fields.push(("client_assertion_type", ASSERTION_TYPE.to_owned()));
                fields.push(("client_assertion", assertion));
            }
            ProofSettings::Key { file, id } => {
                let assertion = assertion(settings, (&read(file)?, id), true, now)?;
                fields.push(("grant_type", JWT_BEARER.to_owned()));
                fields.push(("assertion", assertion));
            }
        }
        let body =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let sent = request.header("content-type", "application/x-www-form-urlencoded").body(body);
        let mut answer =
            sent.send().await.map_err(|_| "the issuer cannot be reached".to_owned())?;
        if !answer.status().is_success() {
            return Err(format!("the issuer answered {}", answer.status().as_u16()));
        }
        let mut bytes = Zeroizing::new(Vec::new());
        let broken = |_| "the issuer broke off its answer".to_owned();
        while let Some(chunk) = answer.chunk().await.map_err(broken)? {
            if bytes.len() + chunk.len() > LARGEST {
                return Err("the issuer's answer is too large".to_owned());
            }
            bytes.extend_from_slice(&chunk);
        }
        let answer: Answer = serde_json::from_slice(&bytes)
            .map_err(|_| "the issuer's answer is not as RFC 6749 has it".to_owned())?;
        let is_bearer =
            answer.token_type.as_deref().is_none_or(|kind| kind.eq_ignore_ascii_case("bearer"));
        if !is_bearer || answer.access_token.is_empty() {
            return Err("the issuer gave no bearer token".to_owned());
        }
        Ok(Token::new(answer.access_token, now, answer.expires_in.unwrap_or(LIFE)))
    }
}

/// As RFC 6749 section 2.3.1 wants client id and secret in the header.
fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
