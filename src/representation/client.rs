//! Asks Altinn whom a person may act for. The only file of this slice that opens connections, besides
//! `token_issuer/client.rs` and `exchange/client.rs` for its token. The national id stands in the body of the
//! question and nowhere else: neither it nor anything of an answer is logged, kept or repeated in a fault.
//!
//! `POST BASE/accessmanagement/api/v1/resourceowner/authorizedparties` with `{"type", "value"}`, a token of
//! Maskinporten with the scope `altinn:accessmanagement/authorizedparties.resourceowner` or what Altinn gives
//! for it (`exchange/`), and the key of the subscription (`Ocp-Apim-Subscription-Key`), as
//! <https://docs.altinn.studio/api/accessmanagement/resourceowneropenapi/> has it and as NAV asks
//! (`navikt/arbeidsgiver-altinn-tilganger`, `Altinn3Client.kt`).

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::{Client, Response, StatusCode};
use serde_json::json;
use tokio::time::timeout;
use zeroize::Zeroizing;

use super::{
    exchange::{self, client::Exchange},
    model::{self, Basis, Organisation, Party},
    rules,
};
use crate::{
    client,
    clock::Clock,
    failure::Failure,
    token_issuer::{IssuerSettings, client::Issuer},
    values::national_id::NationalId,
};

/// Scope of the token.
pub const SCOPE: &str = "altinn:accessmanagement/authorizedparties.resourceowner";
/// Where it is asked. What roles of Altinn itself open is left out unless it is asked for; single instances
/// are of no use here.
const PATH: &str = "/accessmanagement/api/v1/resourceowner/authorizedparties?includeAltinn2=true&includeInstances=false";
/// How Altinn calls a national id.
const NATIONAL_ID: &str = "urn:altinn:person:identifier-no";
/// Longest time that somebody who chooses waits, for token and answer together.
const TIME_LIMIT: Duration = Duration::from_secs(3);
/// Largest answer that is read, in bytes: who keeps accounts for others has thousands of organisations.
const LARGEST: usize = 16 * 1024 * 1024;
/// How long the register is left alone once it has not answered, so that not everybody waits for it.
const LEFT_ALONE_SECONDS: i64 = 30;

/// Where representation is asked about, as configured.
#[derive(Clone)]
pub struct RepresentationSettings {
    /// The address of Altinn's platform, above the path of the interface.
    pub url: String,
    /// Who gives the token; none is shown without, as to a stand-in.
    pub issuer: Option<IssuerSettings>,
    /// Where Altinn gives its own token for that one, which is shown then.
    pub exchange: Option<String>,
    /// Key of the subscription to the interface.
    pub subscription_key: Option<Zeroizing<String>>,
    /// What is enough to act for an organisation.
    pub basis: Basis,
}

impl RepresentationSettings {
    /// A stand-in at this address, which gives its token to everybody.
    pub fn stand_in(url: String) -> Self {
        let exchange = Some(format!("{url}{}", exchange::PATH));
        Self { url, issuer: None, exchange, subscription_key: None, basis: Basis::default() }
    }
}

impl std::fmt::Debug for RepresentationSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RepresentationSettings").finish_non_exhaustive()
    }
}

/// The register of representation, where it is asked.
pub struct Representation {
    client: Client,
    address: String,
    issuer: Option<Issuer>,
    exchange: Option<Exchange>,
    subscription_key: Option<Zeroizing<String>>,
    basis: Basis,
    /// When it last was asked in vain.
    in_vain: Mutex<Option<DateTime<Utc>>>,
}

/// The register gives no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the register of representation does not answer")]
pub struct Silent;

/// Why there is no answer, in words for an operator, with nothing of anybody.
struct Fault {
    told: String,
    /// Another question will not be answered either.
    is_of_all: bool,
}

impl Fault {
    fn of_all(told: impl Into<String>) -> Self {
        Self { told: told.into(), is_of_all: true }
    }

    fn of_one(told: impl Into<String>) -> Self {
        Self { told: told.into(), is_of_all: false }
    }
}

impl Representation {
    /// Opens no connection.
    ///
    /// # Errors
    /// When no client can be made on this system.
    pub fn new(settings: RepresentationSettings, clock: Arc<dyn Clock>) -> Result<Self, Failure> {
        let client = client::asking(TIME_LIMIT)?;
        let issuer = settings.issuer.map(|own| Issuer::new(client.clone(), own, clock));
        let exchange = settings.exchange.map(|address| Exchange::new(client.clone(), address));
        Ok(Self {
            address: format!("{}{PATH}", settings.url.trim_end_matches('/')),
            client,
            issuer,
            exchange,
            subscription_key: settings.subscription_key,
            basis: settings.basis,
            in_vain: Mutex::default(),
        })
    }

    /// The organisations that a person may act for today.
    ///
    /// # Errors
    /// When it does not answer in time, or has not done so a moment ago.
    pub async fn organisations(
        &self,
        person: &NationalId,
        now: DateTime<Utc>,
    ) -> Result<Vec<Organisation>, Silent> {
        if self.is_left_alone(now) {
            return Err(Silent);
        }
        let fault = match timeout(TIME_LIMIT, self.ask(person, now)).await {
            Ok(Ok(parties)) => {
                count("answered");
                return Ok(rules::organisations(&parties, &self.basis));
            }
            Ok(Err(fault)) => fault,
            Err(_) => Fault::of_all("it does not answer in time"),
        };
        count("failed");
        tracing::warn!(fault = %fault.told, "the register of representation gives no answer");
        if fault.is_of_all {
            *self.in_vain.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
        }
        Err(Silent)
    }

    fn is_left_alone(&self, now: DateTime<Utc>) -> bool {
        let in_vain = *self.in_vain.lock().unwrap_or_else(PoisonError::into_inner);
        in_vain.is_some_and(|at| now - at < TimeDelta::seconds(LEFT_ALONE_SECONDS))
    }

    /// Asks with a token, and once more with a new one if it is refused.
    async fn ask(&self, person: &NationalId, now: DateTime<Utc>) -> Result<Vec<Party>, Fault> {
        let token = self.token(now).await?;
        let mut answer = self.send(person, token.as_ref()).await?;
        if answer.status() == StatusCode::UNAUTHORIZED
            && let Some(refused) = &token
        {
            self.forget(refused).await;
            let renewed = self.token(now).await?;
            answer = self.send(person, renewed.as_ref()).await?;
        }
        let status = answer.status();
        if status != StatusCode::OK {
            let told = format!("it answered {}", status.as_u16());
            // it does not know this person, or not what to make of the number
            let is_of_one = matches!(status.as_u16(), 400 | 404 | 422);
            return Err(if is_of_one { Fault::of_one(told) } else { Fault::of_all(told) });
        }
        let mut bytes = Vec::new();
        let broken = |_| Fault::of_all("it broke off its answer");
        while let Some(part) = answer.chunk().await.map_err(broken)? {
            if bytes.len() + part.len() > LARGEST {
                return Err(Fault::of_one("its answer is too large"));
            }
            bytes.extend_from_slice(&part);
        }
        model::read(&bytes).ok_or_else(|| Fault::of_all("its answer is not as documented"))
    }

    async fn token(&self, now: DateTime<Utc>) -> Result<Option<Zeroizing<String>>, Fault> {
        let token = match (&self.exchange, &self.issuer) {
            (Some(exchange), issuer) => exchange.token(issuer.as_ref(), now).await,
            (None, Some(issuer)) => issuer.token().await,
            (None, None) => return Ok(None),
        };
        token.map(Some).map_err(Fault::of_all)
    }

    async fn forget(&self, refused: &str) {
        match (&self.exchange, &self.issuer) {
            (Some(exchange), _) => exchange.forget(refused).await,
            (None, Some(issuer)) => issuer.forget(refused).await,
            (None, None) => {}
        }
    }

    async fn send(
        &self,
        person: &NationalId,
        token: Option<&Zeroizing<String>>,
    ) -> Result<Response, Fault> {
        let question = json!({ "type": NATIONAL_ID, "value": person.reveal() });
        let mut request = self
            .client
            .post(&self.address)
            .header("accept", "application/json")
            .header("content-type", "application/json");
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {}", token.as_str()));
        }
        if let Some(key) = &self.subscription_key {
            request = request.header("ocp-apim-subscription-key", key.as_str());
        }
        // the cause could name the address; it is the same for everybody and says nothing
        let sent = request.body(question.to_string()).send().await;
        sent.map_err(|_| Fault::of_all("it cannot be reached"))
    }
}

fn count(outcome: &'static str) {
    metrics::counter!("anrop_representation_questions_total", "outcome" => outcome).increment(1);
}
