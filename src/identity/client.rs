//! The sign-in providers that people of the pages are sent to: OpenID Connect with an authorization
//! code, PKCE and a nonce, and the way out again. The only file of this slice that opens connections. Nothing of a token, a
//! code or a secret is logged or stands in a failure.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::jwk::JwkSet;
use reqwest::Client;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::{Url, form_urlencoded};
use zeroize::Zeroizing;

use super::{
    session::{Attempt, Mark, mark_of_provider},
    token::{self, Identity, IssuerSettings, Issuers, Meant},
};
use crate::{
    client, client_key,
    config::{Mode, Settings},
    failure::{Failure, Problem},
};

/// How long what a provider says of itself is believed.
const KEPT_HOURS: i64 = 1;
/// How old keys are before what nobody asked for makes them be read again.
const KEYS_AGAIN_MINUTES: i64 = 1;
/// Longest time for one request.
const TIME_LIMIT: Duration = Duration::from_secs(10);
/// Largest answer that is read.
const LARGEST: usize = 256 * 1024;

/// A sign-in provider as configured.
#[derive(Clone)]
pub struct Provider {
    /// What it is called here, e.g. `staff`.
    pub name: String,
    /// Its issuer address, without a slash at the end.
    pub issuer: String,
    /// Who we are there.
    pub client_id: String,
    /// How we prove it.
    pub proof: ClientProof,
    /// Whether `roles` in its tokens is believed.
    pub trusted_roles: bool,
    /// Whether the organisation in its tokens (`consumer`) is one that the person acts for.
    pub organisations: bool,
    /// Levels of assurance (`acr`) that are enough; the first is asked for. Any when there are none.
    pub levels: Vec<String>,
}

impl Provider {
    /// True if it calls itself so.
    pub fn is(&self, issuer: &str) -> bool {
        issuer.trim_end_matches('/') == self.issuer
    }

    fn trusted(&self, known: &Known) -> IssuerSettings {
        IssuerSettings {
            issuer: known.metadata.issuer.clone(),
            audience: self.client_id.clone(),
            jwks: known.keys.clone(),
            trusted_roles: self.trusted_roles,
            levels: self.levels.clone(),
        }
    }
}

/// How a client proves itself.
#[derive(Clone)]
pub enum ClientProof {
    /// Not at all: a public client.
    None,
    /// A shared secret.
    Secret(Zeroizing<String>),
    /// An assertion signed with a private key (`private_key_jwt`).
    Key {
        /// The key in PEM.
        pem: Zeroizing<String>,
        /// What the provider knows it by.
        id: String,
    },
}

/// Longest that an assertion is good for.
const ASSERTION_SECONDS: i64 = 60;

/// What a client says of itself (OpenID Connect Core section 9).
#[derive(Serialize)]
struct Assertion<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    jti: uuid::Uuid,
    iat: i64,
    exp: i64,
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Provider").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Where the built-in issuer is, below our own address.
pub const BUILT_IN_PATH: &str = "/built-in-issuer";
/// Who we are there.
pub const BUILT_IN_CLIENT: &str = "anrop-pages";

/// True where the built-in issuer lets test people sign in: in the demo and in tests.
pub fn has_built_in(settings: &Settings) -> bool {
    settings.built_in_issuer && settings.mode != Mode::Production
}

/// Those configured, and the built-in issuer where it is on.
pub fn providers(settings: &Settings) -> Vec<Provider> {
    let built_in = has_built_in(settings).then(|| Provider {
        name: "built-in".to_owned(),
        issuer: format!("{}{BUILT_IN_PATH}", settings.public_url),
        client_id: BUILT_IN_CLIENT.to_owned(),
        proof: ClientProof::None,
        trusted_roles: true,
        organisations: true,
        levels: Vec::new(),
    });
    settings.sign_in.iter().cloned().chain(built_in).collect()
}

/// What a provider says of itself (OpenID Connect Discovery 1.0 section 3).
#[derive(Debug, Clone, Deserialize)]
struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    #[serde(default)]
    end_session_endpoint: Option<String>,
    /// Says who it is beside every code (RFC 9207).
    #[serde(default, rename = "authorization_response_iss_parameter_supported")]
    names_itself: bool,
}

#[derive(Clone)]
struct Known {
    metadata: Metadata,
    keys: JwkSet,
    read_at: DateTime<Utc>,
}

/// The providers, and what is known of them.
pub struct SignIn {
    providers: Vec<Provider>,
    client: Client,
    known: Mutex<HashMap<String, Arc<Known>>>,
}

impl SignIn {
    /// Opens no connection.
    ///
    /// # Errors
    /// When no client can be made on this system.
    pub fn new(providers: Vec<Provider>) -> Result<Self, Failure> {
        let client = client::asking(TIME_LIMIT)?;
        Ok(Self { providers, client, known: Mutex::default() })
    }

    /// The providers.
    pub fn providers(&self) -> &[Provider] {
        &self.providers
    }

    /// A provider by its name.
    pub fn provider(&self, name: &str) -> Option<&Provider> {
        self.providers.iter().find(|provider| provider.name == name)
    }

    /// Where the browser goes to sign in.
    ///
    /// # Errors
    /// 503 when the provider does not say where.
    pub async fn address(
        &self,
        provider: &Provider,
        attempt: &Attempt,
        back: &str,
        language: &str,
        now: DateTime<Utc>,
    ) -> Result<Url, Failure> {
        let known = self.known(provider, now, false).await?;
        let mut address = Url::parse(&known.metadata.authorization_endpoint)
            .map_err(|_| unavailable("does not say where to sign in"))?;
        address
            .query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &provider.client_id)
            .append_pair("redirect_uri", back)
            .append_pair("scope", "openid")
            .append_pair("state", &attempt.state)
            .append_pair("nonce", &attempt.nonce)
            .append_pair("code_challenge", &attempt.challenge())
            .append_pair("code_challenge_method", "S256")
            .append_pair("ui_locales", language);
        if let Some(level) = provider.levels.first() {
            address.query_pairs_mut().append_pair("acr_values", level);
        }
        Ok(address)
    }

    /// Where the browser goes to end the provider's own session (OpenID Connect RP-Initiated Logout 1.0);
    /// none where the provider has no such place or does not answer. The session is named by the
    /// browser's own cookie there: an identity token in the address would carry a national id.
    pub async fn way_out(
        &self,
        provider: &Provider,
        back: &str,
        language: &str,
        now: DateTime<Utc>,
    ) -> Option<Url> {
        let known = self.known(provider, now, false).await.ok()?;
        let mut address = Url::parse(known.metadata.end_session_endpoint.as_ref()?).ok()?;
        if !["https", "http"].contains(&address.scheme()) {
            return None;
        }
        address
            .query_pairs_mut()
            .append_pair("client_id", &provider.client_id)
            .append_pair("post_logout_redirect_uri", back)
            .append_pair("ui_locales", language);
        Some(address)
    }

    /// The mark of the sessions that a provider says have ended.
    ///
    /// # Errors
    /// 401 when no provider says so.
    pub async fn ended_there(&self, token: &str, now: DateTime<Utc>) -> Result<Mark, Failure> {
        for provider in &self.providers {
            let Ok(known) = self.known(provider, now, false).await else { continue };
            let mut session = token::ended_session(&provider.trusted(&known), token, now);
            // anybody may send one: only now and then is it worth asking for newer keys
            if session.is_err() && now - known.read_at > TimeDelta::minutes(KEYS_AGAIN_MINUTES) {
                let Ok(newer) = self.known(provider, now, true).await else { continue };
                session = token::ended_session(&provider.trusted(&newer), token, now);
            }
            if let Ok(session) = session {
                return Ok(mark_of_provider(&provider.name, &session));
            }
        }
        Err(refused())
    }

    /// Who has signed in: redeems the code and verifies the identity token.
    ///
    /// # Errors
    /// 401 when the code or the token is refused, 403 when the level of assurance is too low, 503 when the
    /// provider does not answer.
    pub async fn redeem(
        &self,
        issuers: &Issuers,
        provider: &Provider,
        attempt: &Attempt,
        (code, named): (&str, Option<&str>),
        back: &str,
        now: DateTime<Utc>,
    ) -> Result<Identity, Failure> {
        let known = self.known(provider, now, false).await?;
        if named.map_or(known.metadata.names_itself, |issuer| !provider.is(issuer)) {
            return Err(refused()); // a code of another provider (RFC 9207 section 2.4)
        }
        let form = redemption(provider, &known.metadata.issuer, attempt, code, back, now)?;
        let request = self
            .client
            .post(&known.metadata.token_endpoint)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("accept", "application/json")
            .body(form);
        let answer = self.answer(request).await?;
        let token = answer["id_token"].as_str().ok_or_else(refused)?;
        let meant = Meant { nonce: &attempt.nonce, organisations: provider.organisations };
        let verify =
            |known: &Known| issuers.verify_identity(&provider.trusted(known), token, meant, now);
        match verify(&known) {
            // it may be signed with a key that is newer than what is known
            Err(failure) if failure.problem() == Problem::InvalidToken => {
                verify(&*self.known(provider, now, true).await?)
            }
            outcome => outcome,
        }
    }

    async fn known(
        &self,
        provider: &Provider,
        now: DateTime<Utc>,
        anew: bool,
    ) -> Result<Arc<Known>, Failure> {
        let kept = self.kept(&provider.issuer);
        if let Some(known) = &kept
            && !anew
            && now - known.read_at < TimeDelta::hours(KEPT_HOURS)
        {
            return Ok(Arc::clone(known));
        }
        match self.read(provider, now).await {
            Ok(known) => {
                let known = Arc::new(known);
                let mut all = self.known.lock().unwrap_or_else(PoisonError::into_inner);
                all.insert(provider.issuer.clone(), Arc::clone(&known));
                Ok(known)
            }
            // what was known an hour ago is better than nothing
            Err(failure) => kept.ok_or(failure),
        }
    }

    fn kept(&self, issuer: &str) -> Option<Arc<Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).get(issuer).cloned()
    }

    async fn read(&self, provider: &Provider, now: DateTime<Utc>) -> Result<Known, Failure> {
        let address = format!("{}/.well-known/openid-configuration", provider.issuer);
        let metadata = self.answer(self.client.get(address)).await?;
        let metadata: Metadata =
            serde_json::from_value(metadata).map_err(|_| unavailable("says nothing of itself"))?;
        if !provider.is(&metadata.issuer) {
            return Err(unavailable("says it is another"));
        }
        let mut keys = self.answer(self.client.get(&metadata.jwks_uri)).await?;
        if let Some(list) = keys["keys"].as_array_mut() {
            list.retain(|key| key["use"] != "enc");
            list.iter_mut().for_each(name_algorithm);
        }
        let keys = serde_json::from_value(keys).map_err(|_| unavailable("has no keys"))?;
        Ok(Known { metadata, keys, read_at: now })
    }

    async fn answer(&self, request: reqwest::RequestBuilder) -> Result<Value, Failure> {
        let mut response = request.send().await.map_err(|_| unavailable("does not answer"))?;
        let status = response.status();
        let mut body = Zeroizing::new(Vec::new());
        while let Some(chunk) = response.chunk().await.map_err(|_| unavailable("broke off"))? {
            if body.len() + chunk.len() > LARGEST {
                return Err(unavailable("answers too much"));
            }
            body.extend_from_slice(&chunk);
        }
        match status.as_u16() {
            200 => serde_json::from_slice(&body).map_err(|_| unavailable("does not answer JSON")),
            400..=499 => Err(refused()),
            _ => Err(unavailable("answers with a failure")),
        }
    }
}

/// The form that redeems a code (RFC 6749 section 4.1.3, RFC 7636 section 4.5).
fn redemption(
    provider: &Provider,
    issuer: &str,
    attempt: &Attempt,
    code: &str,
    back: &str,
    now: DateTime<Utc>,
) -> Result<String, Failure> {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "authorization_code")
        .append_pair("code", code)
        .append_pair("redirect_uri", back)
        .append_pair("client_id", &provider.client_id)
        .append_pair("code_verifier", &attempt.verifier);
    match &provider.proof {
        ClientProof::None => {}
        ClientProof::Secret(secret) => {
            form.append_pair("client_secret", secret);
        }
        ClientProof::Key { pem, id } => {
            let claims = Assertion {
                iss: &provider.client_id,
                sub: &provider.client_id,
                aud: issuer,
                jti: crate::values::ids::fresh(now),
                iat: now.timestamp(),
                exp: now.timestamp() + ASSERTION_SECONDS,
            };
            let assertion =
                client_key::sign(pem.as_bytes(), id, &claims).map_err(Failure::internal)?;
            form.append_pair("client_assertion_type", client_key::ASSERTION_TYPE);
            form.append_pair("client_assertion", &assertion);
        }
    }
    Ok(form.finish())
}

/// A key without `alg` (RFC 7517 section 4.4 leaves it out freely) is of the usual one of its type.
fn name_algorithm(key: &mut Value) {
    if key["alg"].is_string() {
        return;
    }
    let name = match (key["kty"].as_str(), key["crv"].as_str()) {
        (Some("RSA"), _) => "RS256",
        (Some("EC"), Some("P-384")) => "ES384",
        (Some("EC"), _) => "ES256",
        _ => "EdDSA",
    };
    key["alg"] = name.into();
}

fn refused() -> Failure {
    Failure::new(Problem::InvalidToken, "The sign-in provider refused the sign-in. Sign in again.")
}

fn unavailable(what: &str) -> Failure {
    Failure::unavailable(format!("the sign-in provider {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn production_has_no_built_in_issuer() {
        let mut settings = crate::config::load(None).expect("defaults are sound");
        settings.built_in_issuer = true;
        assert_eq!(providers(&settings).len(), 1);
        settings.mode = Mode::Production;
        assert!(providers(&settings).is_empty());
    }

    #[test]
    fn a_key_without_its_algorithm_is_of_the_usual_one() {
        for (key, name) in [
            (serde_json::json!({ "kty": "RSA" }), "RS256"),
            (serde_json::json!({ "kty": "EC", "crv": "P-256" }), "ES256"),
            (serde_json::json!({ "kty": "EC", "crv": "P-384" }), "ES384"),
            (serde_json::json!({ "kty": "OKP", "crv": "Ed25519" }), "EdDSA"),
            (serde_json::json!({ "kty": "RSA", "alg": "PS256" }), "PS256"),
        ] {
            let mut named = key;
            name_algorithm(&mut named);
            assert_eq!(named["alg"], name);
        }
    }
}
