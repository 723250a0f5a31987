//! The HTTP client for asking another service something small: sign-in providers, the gateway for text
//! messages, the register of units. Deliveries and receivers have clients of their own, which judge
//! addresses and carry certificates.

use std::time::Duration;

use reqwest::{Client, redirect};

use crate::failure::Failure;

/// A client that follows no redirect, uses no proxy of the environment, and gives up after `limit`.
/// Opens no connection.
///
/// # Errors
/// When no client can be made on this system.
pub fn asking(limit: Duration) -> Result<Client, Failure> {
    // says no if the process has a TLS provider already, which is as good
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .http1_only()
        .no_proxy()
        .redirect(redirect::Policy::none())
        .connect_timeout(limit)
        .timeout(limit)
        .user_agent(concat!("anrop/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(Failure::internal)
}
