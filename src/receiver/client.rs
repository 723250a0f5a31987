//! Asks the registry. The only file of the receiver that opens connections, besides `token_issuer/client.rs`
//! for its token; it must not decide what to do with an answer.

use std::{path::PathBuf, sync::Arc, time::Duration};

use reqwest::{Certificate, Client, Identity, StatusCode, header::CONTENT_TYPE, redirect};
use serde::{Serialize, de::DeserializeOwned};
use zeroize::Zeroizing;

use crate::{
    clock::Clock,
    config::receiver::{ReceiverSettings, TokenSettings},
    failure::Failure,
    token_issuer::client::Issuer,
};

/// Longest time for one connection, and for one answer.
const CONNECT: Duration = Duration::from_secs(5);
const WHOLE: Duration = Duration::from_secs(60);
/// Largest answer that is read. A page of changes takes at most a few megabytes.
const LARGEST: usize = 32 * 1024 * 1024;
const JSON: &str = "application/json";

/// Where the bearer token comes from.
enum TokenSource {
    /// A file that somebody else writes anew.
    File(PathBuf),
    /// An issuer.
    Issuer(Box<Issuer>),
}

/// The registry of a receiver.
pub struct Registry {
    client: Client,
    base: String,
    token: Option<TokenSource>,
}

impl Registry {
    /// Prepares the client; opens no connection. Nothing without an address.
    ///
    /// # Errors
    /// When a certificate file cannot be read or used.
    pub fn connect(
        settings: &ReceiverSettings,
        clock: Arc<dyn Clock>,
    ) -> Result<Option<Self>, Failure> {
        let Some(base) = settings.registry.clone() else { return Ok(None) };
        // says no if the process has a TLS provider already, which is as good
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .connect_timeout(CONNECT)
            .timeout(WHOLE)
            .user_agent(concat!("anrop-receiver/", env!("CARGO_PKG_VERSION")));
        if let Some(path) = &settings.roots {
            let pem = std::fs::read(path).map_err(Failure::internal)?;
            let roots = Certificate::from_pem_bundle(&pem).map_err(Failure::internal)?;
            builder = builder.tls_certs_merge(roots);
        }
        if let Some(path) = &settings.identity {
            let pem = Zeroizing::new(std::fs::read(path).map_err(Failure::internal)?);
            builder = builder.identity(Identity::from_pem(&pem).map_err(Failure::internal)?);
        }
        let client = builder.build().map_err(Failure::internal)?;
        let token = settings.token.clone().map(|token| match token {
            TokenSettings::File(path) => TokenSource::File(path),
            TokenSettings::Issuer(issuer) => {
                TokenSource::Issuer(Box::new(Issuer::new(client.clone(), *issuer, clock)))
            }
        });
        Ok(Some(Self { client, base, token }))
    }

    /// What stands at a path. A token that the registry refuses is renewed once.
    ///
    /// # Errors
    /// In words for an operator, without the address: unreachable, refused, or not as documented.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, String> {
        self.try_get(path).await?.map_err(refused)
    }

    /// As [`get`](Self::get), or the status with which the registry refuses it.
    ///
    /// # Errors
    /// When there is no answer, or not the documented one.
    pub async fn try_get<T: DeserializeOwned>(&self, path: &str) -> Result<Result<T, u16>, String> {
        let mut answer = self.exchange(path, None).await?;
        let status = answer.status();
        if !status.is_success() {
            return Ok(Err(status.as_u16()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| told(&error))? {
            if body.len() + chunk.len() > LARGEST {
                return Err("the registry's answer is too large".to_owned());
            }
            body.extend_from_slice(&chunk);
        }
        serde_json::from_slice(&body)
            .map(Ok)
            .map_err(|_| "the registry's answer is not as documented".to_owned())
    }

    /// Sends JSON to a path; answers the status. A token that the registry refuses is renewed once.
    ///
    /// # Errors
    /// As [`get`](Self::get), when there is no answer.
    pub async fn post<T: Serialize>(&self, path: &str, body: &T) -> Result<u16, String> {
        let body = serde_json::to_vec(body).map_err(|_| "what is sent is no JSON".to_owned())?;
        Ok(self.exchange(path, Some(&body)).await?.status().as_u16())
    }

    /// Asks with a token, and once more with a new one where an issuer gives it.
    async fn exchange(&self, path: &str, body: Option<&[u8]>) -> Result<reqwest::Response, String> {
        let token = self.bearer().await?;
        let answer = self.ask(path, body, token.as_ref()).await?;
        if answer.status() == StatusCode::UNAUTHORIZED
            && let (Some(TokenSource::Issuer(issuer)), Some(refused)) = (&self.token, &token)
        {
            issuer.forget(refused).await;
            let renewed = self.bearer().await?;
            return self.ask(path, body, renewed.as_ref()).await;
        }
        Ok(answer)
    }

    async fn ask(
        &self,
        path: &str,
        body: Option<&[u8]>,
        token: Option<&Zeroizing<String>>,
    ) -> Result<reqwest::Response, String> {
        let address = format!("{}{path}", self.base);
        let mut request = match body {
            None => self.client.get(address),
            Some(body) => self.client.post(address).header(CONTENT_TYPE, JSON).body(body.to_vec()),
        };
        if let Some(token) = token {
            request = request.bearer_auth(token.as_str());
        }
        request.send().await.map_err(|error| told(&error))
    }

    async fn bearer(&self) -> Result<Option<Zeroizing<String>>, String> {
        match &self.token {
            None => Ok(None),
            // read each time: whoever renews it writes the file anew
            Some(TokenSource::File(path)) => {
                let text = std::fs::read_to_string(path)
                    .map(Zeroizing::new)
                    .map_err(|error| format!("the token cannot be read: {error}"))?;
                Ok(Some(Zeroizing::new(text.trim().to_owned())))
            }
            Some(TokenSource::Issuer(issuer)) => issuer.token().await.map(Some),
        }
    }
}

/// A status in words for an operator.
pub fn refused(status: u16) -> String {
    format!("the registry answered {status}")
}

/// The error without its address.
fn told(error: &reqwest::Error) -> String {
    let what = if error.is_timeout() {
        "did not answer in time"
    } else if error.is_connect() {
        "cannot be reached"
    } else {
        "broke off its answer"
    };
    format!("the registry {what}")
}
