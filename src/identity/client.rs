//! The sign-in providers that people of the pages are sent to: OpenID Connect with an authorization
//! code, PKCE and a nonce, and the way out again. The only file of this slice that opens connections. Nothing of a token, a
//! code or a secret is logged or stands in a failure.

use std::{collections::HashMap, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Client;
use serde::Serialize;
use tokio::sync::Notify;
use url::{Url, form_urlencoded};
use zeroize::Zeroizing;

use super::{
    published::{
        Known, Metadata, PAUSE, Published,
        client::{Silence, answer},
    },
    session::{Attempt, Mark, mark_of_provider, mark_of_subject},
    token::{self, EndedThere, Identity, Issuers, Meant, Terms},
};
use crate::{
    client, client_key,
    config::{Mode, Settings},
    failure::{Failure, Problem},
};

/// How long what a provider says of itself is believed.
const KEPT_HOURS: i64 = 1;
/// Longest time for one request.
const TIME_LIMIT: Duration = Duration::from_secs(10);

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

    fn terms(&self, metadata: &Metadata) -> Terms {
        Terms {
            issuer: metadata.issuer.clone(),
            audience: self.client_id.clone(),
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

/// The providers, and what is known of them.
pub struct SignIn {
    providers: Vec<Provider>,
    client: Client,
    published: HashMap<String, Arc<Published>>,
}

impl SignIn {
    /// Opens no connection.
    ///
    /// # Errors
    /// When no client can be made on this system.
    pub fn new(providers: Vec<Provider>) -> Result<Self, Failure> {
        let client = client::asking(TIME_LIMIT)?;
        let mut published = HashMap::new();
        for Provider { issuer, .. } in &providers {
            let address = format!("{issuer}/.well-known/openid-configuration");
            let one = Published::new(issuer, &address, Arc::new(Notify::new()))?;
            published.insert(issuer.clone(), one);
        }
        Ok(Self { providers, client, published })
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
        let known = self.known(provider, now).await?;
        let mut address = metadata(&known)?
            .authorization_endpoint
            .as_deref()
            .and_then(|address| Url::parse(address).ok())
            .ok_or_else(|| unavailable("does not say where to sign in"))?;
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
        let known = self.known(provider, now).await.ok()?;
        let there = known.metadata.as_ref()?.end_session_endpoint.as_ref()?;
        let mut address = Url::parse(there).ok()?;
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
            let Ok(known) = self.known(provider, now).await else { continue };
            let read = |known: &Known| {
                let terms = provider.terms(metadata(known)?);
                token::ended_session((&terms, &known.keys), token, now)
            };
            let mut ended = read(&known);
            if ended.is_err() {
                // anybody may send one: only now and then is it worth asking for newer keys
                let Some(newer) = self.newer(provider, now, PAUSE).await else { continue };
                ended = read(&newer);
            }
            match ended {
                Ok(EndedThere::Session(session)) => {
                    return Ok(mark_of_provider(&provider.name, &session));
                }
                Ok(EndedThere::Subject(subject)) => {
                    return Ok(mark_of_subject(&provider.name, &subject));
                }
                Err(_) => {}
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
        let known = self.known(provider, now).await?;
        let said = metadata(&known)?;
        if named.map_or(said.names_itself, |issuer| !provider.is(issuer)) {
            return Err(refused()); // a code of another provider (RFC 9207 section 2.4)
        }
        let form = redemption(provider, &said.issuer, attempt, code, back, now)?;
        let there = said.token_endpoint.as_deref();
        let request = self
            .client
            .post(there.ok_or_else(|| unavailable("does not say where to redeem a code"))?)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("accept", "application/json")
            .body(form);
        let answer = answer(request).await.map_err(|silence| match silence {
            Silence::Refused => refused(),
            Silence::Away(words) => unavailable(words),
        })?;
        let token = answer["id_token"].as_str().ok_or_else(refused)?;
        let meant = Meant { nonce: &attempt.nonce, organisations: provider.organisations };
        let verify = |known: &Known| {
            let terms = provider.terms(metadata(known)?);
            issuers.verify_identity((&terms, &known.keys), token, meant, now)
        };
        match verify(&known) {
            // it may be signed with a key that is newer than what is known; the token came from the
            // provider itself, so nobody can make us ask in vain
            Err(failure) if failure.problem() == Problem::InvalidToken => {
                match self.newer(provider, now, TimeDelta::zero()).await {
                    Some(newer) => verify(&newer),
                    None => Err(failure),
                }
            }
            outcome => outcome,
        }
    }

    /// What is known of a provider, read within the hour where it answers.
    async fn known(&self, provider: &Provider, now: DateTime<Utc>) -> Result<Arc<Known>, Failure> {
        let published = self.published.get(&provider.issuer);
        let is_fresh =
            |known: &Arc<Known>| (now - known.read_at).abs() < TimeDelta::hours(KEPT_HOURS);
        let kept = published.and_then(|one| one.known());
        if let Some(known) = kept.as_ref().filter(|known| is_fresh(known)) {
            return Ok(Arc::clone(known));
        }
        // what was known an hour ago is better than nothing, and need not be asked for at each page
        let pause = if kept.is_some() { PAUSE } else { TimeDelta::zero() };
        self.newer(provider, now, pause).await.ok_or_else(|| {
            unavailable(published.and_then(|one| one.fault()).unwrap_or("does not answer"))
        })
    }

    async fn newer(
        &self,
        provider: &Provider,
        now: DateTime<Utc>,
        pause: TimeDelta,
    ) -> Option<Arc<Known>> {
        self.published.get(&provider.issuer)?.read(now, pause).await
    }
}

/// What a provider says of itself.
fn metadata(known: &Known) -> Result<&Metadata, Failure> {
    known.metadata.as_ref().ok_or_else(|| unavailable("says nothing of itself"))
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
}
