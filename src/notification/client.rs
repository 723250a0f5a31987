//! The gateway for text messages. The only file of this slice that opens connections; it must not log:
//! numbers and texts are personal data.

use std::time::Duration;

use reqwest::Client;
use serde_json::json;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::{client, failure::Failure};

/// Longest time for one message.
const TIME_LIMIT: Duration = Duration::from_secs(15);

/// Where text messages are handed over, as configured.
#[derive(Clone)]
pub struct GatewaySettings {
    /// Where they are posted.
    pub url: String,
    /// Bearer token.
    pub token: Option<Zeroizing<String>>,
    /// Sender that the phone shows.
    pub sender: String,
}

impl std::fmt::Debug for GatewaySettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GatewaySettings").finish_non_exhaustive()
    }
}

/// Hands text messages over.
pub struct Gateway {
    client: Client,
    settings: GatewaySettings,
}

/// The gateway did not take a message; says nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GatewayFlaw {
    /// No answer, or no connection.
    #[error("the gateway does not answer")]
    Silent,
    /// It answered with another status than 2xx.
    #[error("the gateway answered {0}")]
    Refused(u16),
}

impl Gateway {
    /// Opens no connection.
    ///
    /// # Errors
    /// When no client can be made on this system.
    pub fn new(settings: GatewaySettings) -> Result<Self, Failure> {
        let client = client::asking(TIME_LIMIT)?;
        Ok(Self { client, settings })
    }

    /// Hands one message over. `id` is the same in every attempt, so that the gateway can see that it
    /// has it already.
    ///
    /// # Errors
    /// When the gateway did not take it.
    pub async fn send(&self, id: Uuid, to: &str, text: &str) -> Result<(), GatewayFlaw> {
        let body = json!({ "id": id, "to": to, "from": self.settings.sender, "text": text });
        let mut request = self
            .client
            .post(&self.settings.url)
            .header("content-type", "application/json")
            .header("idempotency-key", id.to_string());
        if let Some(token) = &self.settings.token {
            request = request.header("authorization", format!("Bearer {}", token.as_str()));
        }
        let answer =
            request.body(body.to_string()).send().await.map_err(|_| GatewayFlaw::Silent)?;
        if answer.status().is_success() {
            Ok(())
        } else {
            Err(GatewayFlaw::Refused(answer.status().as_u16()))
        }
    }
}
