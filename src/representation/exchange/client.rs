//! Exchanges the token of Maskinporten for one of Altinn: a `GET` with the first as bearer, whose answer is the
//! second. The one there is, is shown until shortly before its end. It must not log: tokens pass through here.

use chrono::{DateTime, Utc};
use reqwest::{Client, Response, StatusCode};
use zeroize::Zeroizing;

use super::read;
use crate::token_issuer::{Held, Token, client::Issuer};

/// Largest answer that is read, in bytes.
const LARGEST: usize = 64 * 1024;

/// Where tokens are exchanged, with the one that was given last.
pub struct Exchange {
    client: Client,
    address: String,
    held: Held,
}

impl Exchange {
    /// Opens no connection.
    pub fn new(client: Client, address: String) -> Self {
        Self { client, address, held: Held::default() }
    }

    /// A token of Altinn that has not ended. Without an issuer nothing is shown for it, as to a stand-in.
    ///
    /// # Errors
    /// In words for an operator, when there is none and none is given.
    pub async fn token(
        &self,
        issuer: Option<&Issuer>,
        now: DateTime<Utc>,
    ) -> Result<Zeroizing<String>, String> {
        self.held.or_ask(now, self.ask(issuer, now)).await
    }

    /// Forgets a token that was refused, unless another has taken its place.
    pub async fn forget(&self, refused: &str) {
        self.held.forget(refused).await;
    }

    /// Asks, and once more with a new token of the issuer if the one it gave is refused.
    async fn ask(&self, issuer: Option<&Issuer>, now: DateTime<Utc>) -> Result<Token, String> {
        let Some(issuer) = issuer else { return taken(self.send(None).await?, now).await };
        let shown = issuer.token().await?;
        let mut answer = self.send(Some(&shown)).await?;
        if answer.status() == StatusCode::UNAUTHORIZED {
            issuer.forget(&shown).await;
            answer = self.send(Some(&issuer.token().await?)).await?;
        }
        taken(answer, now).await
    }

    async fn send(&self, shown: Option<&Zeroizing<String>>) -> Result<Response, String> {
        let mut request = self.client.get(&self.address);
        if let Some(token) = shown {
            request = request.header("authorization", format!("Bearer {}", token.as_str()));
        }
        // the cause could name the address; it is the same for everybody and says nothing
        request.send().await.map_err(|_| "the exchange of tokens cannot be reached".to_owned())
    }
}

/// The token in an answer.
async fn taken(mut answer: Response, now: DateTime<Utc>) -> Result<Token, String> {
    if answer.status() != StatusCode::OK {
        return Err(format!("the exchange of tokens answered {}", answer.status().as_u16()));
    }
    let mut bytes = Zeroizing::new(Vec::new());
    let broken = |_| "the exchange of tokens broke off its answer".to_owned();
    while let Some(chunk) = answer.chunk().await.map_err(broken)? {
        if bytes.len() + chunk.len() > LARGEST {
            return Err("the answer of the exchange of tokens is too large".to_owned());
        }
        bytes.extend_from_slice(&chunk);
    }
    read(&bytes, now).ok_or_else(|| "the exchange of tokens gave none".to_owned())
}
