//! Makes one attempt to send one delivery, and says how it went.
//!
//! The only file of the delivery slice that opens connections. It must not decide when or whether
//! to send, read the database, follow redirects, or log: bodies and addresses hold personal data and
//! secrets, so all that leaves it is an [`Attempt`].
//!
//! The recipient is not trusted: names are resolved here and only judged addresses are called, one
//! deadline covers everything from the name look-up to the last byte of the answer, and an answer is
//! read up to a limit.

use std::error::Error;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Certificate, Client, Identity, Response, redirect, retry};
use sha2::{Digest as _, Sha256};
use tokio::time::{Instant, timeout_at};
use url::Url;
use zeroize::Zeroizing;

use super::schedule::{Outcome, RetryAfter, classify};
use super::signature::SignedHeaders;
use super::target::{AllowList, TargetFlaw};
use crate::values::Flaw;

/// Unused connections are closed before recipients commonly close them, so that few attempts meet a
/// connection that is just going away.
const IDLE: Duration = Duration::from_secs(30);
const IDLE_CONNECTIONS_PER_HOST: usize = 4;

/// How to send.
#[derive(Clone)]
pub struct SenderSettings {
    /// Longest time for one connection to come about, TLS included.
    pub connect_timeout: Duration,
    /// Longest time for a whole attempt (Standard Webhooks 1.0.0 recommends 15 to 30 s).
    pub total_timeout: Duration,
    /// Largest answer that is read, in bytes of its body.
    pub max_answer_bytes: usize,
    /// Internal targets that may be called.
    pub allow_list: AllowList,
    /// Certificates in PEM form that are trusted beside those of the operating system.
    pub extra_roots_pem: Option<Vec<u8>>,
    /// Our own certificate chain and private key in one PEM text, for recipients that ask for it.
    pub client_identity_pem: Option<Zeroizing<Vec<u8>>>,
    /// What we call ourselves in `User-Agent`.
    pub user_agent: String,
}

impl Default for SenderSettings {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            total_timeout: Duration::from_secs(15),
            max_answer_bytes: 16 * 1024,
            allow_list: AllowList::default(),
            extra_roots_pem: None,
            client_identity_pem: None,
            user_agent: concat!("anrop/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}

impl fmt::Debug for SenderSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SenderSettings")
            .field("connect_timeout", &self.connect_timeout)
            .field("total_timeout", &self.total_timeout)
            .field("max_answer_bytes", &self.max_answer_bytes)
            .field("allow_list", &self.allow_list)
            .field("extra_roots", &self.extra_roots_pem.is_some())
            .field("client_identity", &self.client_identity_pem.is_some())
            .field("user_agent", &self.user_agent)
            .finish()
    }
}

/// Why no sender can be made of the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SenderFlaw {
    #[error(
        "The extra root certificates cannot be read. Give one or more certificates in PEM form."
    )]
    Roots,
    #[error(
        "The client identity cannot be read. Give the certificate chain and its private key in one PEM text."
    )]
    Identity,
    #[error(
        "The settings do not make a client. Check the certificates, the key, the user agent, and that the system has root certificates."
    )]
    Client,
}

impl Flaw for SenderFlaw {
    fn code(&self) -> &'static str {
        match self {
            Self::Roots => "sender-roots",
            Self::Identity => "sender-identity",
            Self::Client => "sender-client",
        }
    }
}

/// How one attempt went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    pub outcome: Outcome,
    /// The HTTP status, if an answer began.
    pub status: Option<u16>,
    /// From the start of the attempt to its end.
    pub duration: Duration,
    /// The recipient's wish for the next attempt.
    pub retry_after: Option<RetryAfter>,
    /// SHA-256 of the body of the answer, if it came whole; the body itself is never kept.
    pub answer_sha256: Option<[u8; 32]>,
}

/// Sends deliveries; keeps connections open between them. One per process, shared.
pub struct Sender {
    client: Client,
    allow_list: Arc<AllowList>,
    total_timeout: Duration,
    max_answer_bytes: usize,
}

impl Sender {
    /// Reads the certificates and prepares the client; opens no connection. Fails on a system without
    /// any root certificates, unless extra ones are given.
    pub fn new(settings: SenderSettings) -> Result<Self, SenderFlaw> {
        // Says no if the process has a TLS provider already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let allow_list = Arc::new(settings.allow_list);
        let mut builder = Client::builder()
            .http1_only()
            .no_proxy() // a proxy from the environment would resolve names past our rules
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            .dns_resolver(JudgingResolver(Arc::clone(&allow_list)))
            .connect_timeout(settings.connect_timeout)
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(IDLE_CONNECTIONS_PER_HOST)
            .user_agent(settings.user_agent);
        if let Some(pem) = &settings.extra_roots_pem {
            let roots = Certificate::from_pem_bundle(pem).map_err(|_| SenderFlaw::Roots)?;
            if roots.is_empty() {
                return Err(SenderFlaw::Roots);
            }
            builder = builder.tls_certs_merge(roots);
        }
        if let Some(pem) = &settings.client_identity_pem {
            builder = builder.identity(Identity::from_pem(pem).map_err(|_| SenderFlaw::Identity)?);
        }
        Ok(Self {
            client: builder.build().map_err(|_| SenderFlaw::Client)?,
            allow_list,
            total_timeout: settings.total_timeout,
            max_answer_bytes: settings.max_answer_bytes,
        })
    }

    /// Posts `body`, which is JSON, to `target` with the three signed headers.
    ///
    /// A 2xx counts as delivered only when its answer comes whole and within the limits: a recipient
    /// that breaks off may not have stored anything, and the same delivery sent twice does no harm.
    pub async fn send(&self, target: &Url, headers: &SignedHeaders, body: Vec<u8>) -> Attempt {
        let started = Instant::now();
        let mut attempt = self.exchange(target, headers, body, started + self.total_timeout).await;
        attempt.duration = started.elapsed();
        attempt
    }

    async fn exchange(
        &self,
        target: &Url,
        headers: &SignedHeaders,
        body: Vec<u8>,
        deadline: Instant,
    ) -> Attempt {
        if self.allow_list.check_url(target).is_err() {
            return Attempt::without_answer(Outcome::TargetRefused);
        }
        let request = self.client.post(target.clone()).header(CONTENT_TYPE, "application/json");
        let request = headers
            .pairs()
            .into_iter()
            .fold(request, |request, (name, value)| request.header(name, value));
        let response = match timeout_at(deadline, request.body(body).send()).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return Attempt::without_answer(cause(&error)),
            Err(_) => return Attempt::without_answer(Outcome::Timeout),
        };
        let status = response.status().as_u16();
        let retry_after = response
            .headers()
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok())
            .and_then(RetryAfter::parse);
        let answer = timeout_at(deadline, hash_answer(response, self.max_answer_bytes))
            .await
            .unwrap_or(Err(Outcome::Timeout));
        let outcome = match (classify(status), answer) {
            (Outcome::Delivered, Err(fault)) => fault,
            (outcome, _) => outcome,
        };
        Attempt {
            outcome,
            status: Some(status),
            retry_after,
            answer_sha256: answer.ok(),
            duration: Duration::ZERO,
        }
    }
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender")
            .field("allow_list", &self.allow_list)
            .field("total_timeout", &self.total_timeout)
            .field("max_answer_bytes", &self.max_answer_bytes)
            .finish_non_exhaustive()
    }
}

impl Attempt {
    const fn without_answer(outcome: Outcome) -> Self {
        Self {
            outcome,
            status: None,
            duration: Duration::ZERO,
            retry_after: None,
            answer_sha256: None,
        }
    }
}

/// Reads the answer to its end, but never more than `limit` bytes and one read.
async fn hash_answer(mut response: Response, limit: usize) -> Result<[u8; 32], Outcome> {
    let mut left = limit;
    let mut hash = Sha256::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| cause(&error))? {
        left = left.checked_sub(chunk.len()).ok_or(Outcome::Oversized)?;
        hash.update(&chunk);
    }
    Ok(hash.finalize().into())
}

/// Finds the reason among the errors that wrap each other. The error itself is dropped, because its
/// text holds the address.
fn cause(error: &reqwest::Error) -> Outcome {
    if error.is_timeout() {
        return Outcome::Timeout;
    }
    let mut next: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = next {
        if error.is::<TargetFlaw>() {
            return Outcome::TargetRefused;
        }
        if error.is::<rustls::Error>() {
            return Outcome::Tls;
        }
        // `source` of an I/O error passes over the error that it wraps; `get_ref` does not.
        let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = wrapped.map(|inner| inner as &(dyn Error + 'static)).or_else(|| error.source());
    }
    Outcome::Connection
}

/// Resolves names with the operating system and hands only judged addresses to the connector, so
/// that no second look-up can give another answer between judging and connecting.
struct JudgingResolver(Arc<AllowList>);

impl Resolve for JudgingResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let allow_list = Arc::clone(&self.0);
        Box::pin(async move {
            // Port 0 is replaced by the port of the target.
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let permitted = allow_list.permitted(name.as_str(), found)?;
            Ok(Box::new(permitted.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests;
