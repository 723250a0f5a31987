//! Asks the registry. The only file of the receiver that opens connections; it must not decide what to
//! do with an answer, and keeps no token.

use std::time::Duration;

use reqwest::{Certificate, Client, Identity, redirect};
use serde::de::DeserializeOwned;

use crate::{config::receiver::ReceiverSettings, failure::Failure};

/// Longest time for one connection, and for one answer.
const CONNECT: Duration = Duration::from_secs(5);
const WHOLE: Duration = Duration::from_secs(60);
/// Largest answer that is read. A page of changes takes at most a few megabytes.
const LARGEST: usize = 32 * 1024 * 1024;

/// The registry of a receiver.
pub struct Registry {
    client: Client,
    base: String,
    token: Option<std::path::PathBuf>,
}

impl Registry {
    /// Prepares the client; opens no connection. Nothing without an address.
    ///
    /// # Errors
    /// When a certificate file cannot be read or used.
    pub fn connect(settings: &ReceiverSettings) -> Result<Option<Self>, Failure> {
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
            let pem = zeroize::Zeroizing::new(std::fs::read(path).map_err(Failure::internal)?);
            builder = builder.identity(Identity::from_pem(&pem).map_err(Failure::internal)?);
        }
        let client = builder.build().map_err(Failure::internal)?;
        Ok(Some(Self { client, base, token: settings.token.clone() }))
    }

    /// What stands at a path.
    ///
    /// # Errors
    /// In words for an operator, without the address: unreachable, refused, or not as documented.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, String> {
        let mut request = self.client.get(format!("{}{path}", self.base));
        if let Some(path) = &self.token {
            // read each time: whoever renews it writes the file anew
            let token = std::fs::read_to_string(path)
                .map_err(|error| format!("the token cannot be read: {error}"))?;
            request = request.bearer_auth(token.trim());
        }
        let mut answer = request.send().await.map_err(|error| told(&error))?;
        let status = answer.status();
        if !status.is_success() {
            return Err(format!("the registry answered {}", status.as_u16()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| told(&error))? {
            if body.len() + chunk.len() > LARGEST {
                return Err("the registry's answer is too large".to_owned());
            }
            body.extend_from_slice(&chunk);
        }
        serde_json::from_slice(&body)
            .map_err(|_| "the registry's answer is not as documented".to_owned())
    }
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
