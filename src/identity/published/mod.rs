//! What an issuer says of itself over the net: its keys, and for a sign-in where things are. Read when
//! asked for, kept, and kept on while the issuer is away, however long: that it does not answer must not
//! shut out those whose tokens it has signed. One reading at a time, and where anybody may bring it about
//! no more than one in [`PAUSE`]. It must not decide which token is believed.

pub mod client;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwapOption;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::Notify;

use super::key_set::KeySet;
use crate::failure::Failure;
use client::Reader;

/// Shortest time between two readings that anybody may bring about, by a token with an unknown key.
pub const PAUSE: TimeDelta = TimeDelta::seconds(15);
/// How long what an issuer says of itself beside its keys is believed.
const METADATA_HOURS: i64 = 1;

/// What an issuer says of itself (OpenID Connect Discovery 1.0 section 3, RFC 8414 section 2).
#[derive(Debug, Clone, Deserialize)]
pub struct Metadata {
    /// Who it is.
    pub issuer: String,
    /// Where people sign in.
    #[serde(default)]
    pub authorization_endpoint: Option<String>,
    /// Where codes are redeemed.
    #[serde(default)]
    pub token_endpoint: Option<String>,
    /// Where its keys are.
    pub jwks_uri: String,
    /// Where people sign out.
    #[serde(default)]
    pub end_session_endpoint: Option<String>,
    /// Says who it is beside every code (RFC 9207).
    #[serde(default, rename = "authorization_response_iss_parameter_supported")]
    pub names_itself: bool,
}

/// What was read last.
#[derive(Debug, Clone)]
pub struct Known {
    /// Nothing where the address is that of the keys.
    pub metadata: Option<Metadata>,
    /// Its keys.
    pub keys: KeySet,
    /// The same as they came.
    pub jwks: Value,
    /// When the keys were read.
    pub read_at: DateTime<Utc>,
    metadata_at: DateTime<Utc>,
}

impl Known {
    /// Keys that were read at another time.
    pub fn of_keys(jwks: Value, read_at: DateTime<Utc>) -> Option<Self> {
        let keys = KeySet::read(&jwks)?;
        Some(Self { metadata: None, keys, jwks, read_at, metadata_at: read_at })
    }

    fn has_fresh_metadata(&self, now: DateTime<Utc>) -> bool {
        (now - self.metadata_at).abs() < TimeDelta::hours(METADATA_HOURS)
    }
}

/// An issuer that is asked, and what is known of it.
pub struct Published {
    reader: Reader,
    known: ArcSwapOption<Known>,
    tries: Mutex<Tries>,
    turn: tokio::sync::Mutex<()>,
    changed: Arc<Notify>,
}

#[derive(Default)]
struct Tries {
    count: u64,
    last: Option<DateTime<Utc>>,
    /// Why the last one came to nothing.
    fault: Option<&'static str>,
}

impl Published {
    /// Opens no connection. `address` is that of its keys or of what it says of itself, which names them;
    /// `changed` is told of whatever is read.
    ///
    /// # Errors
    /// When no client can be made on this system.
    pub fn new(issuer: &str, address: &str, changed: Arc<Notify>) -> Result<Arc<Self>, Failure> {
        Ok(Arc::new(Self {
            reader: Reader::new(issuer, address)?,
            known: ArcSwapOption::empty(),
            tries: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
            changed,
        }))
    }

    /// Who it is.
    pub fn issuer(&self) -> &str {
        &self.reader.issuer
    }

    /// Where it is asked.
    pub fn address(&self) -> &str {
        &self.reader.address
    }

    /// What is known.
    pub fn known(&self) -> Option<Arc<Known>> {
        self.known.load_full()
    }

    /// Why the last reading came to nothing.
    pub fn fault(&self) -> Option<&'static str> {
        self.tries().fault
    }

    /// Takes over what was known at another time, if nothing is known yet.
    pub fn recall(&self, known: Known) {
        self.known.compare_and_swap(&None::<Arc<Known>>, Some(Arc::new(known)));
    }

    /// What is known after another reading, or without one if the last began less than `pause` ago. A
    /// reading under way is waited for. It goes on when whoever asked for it has gone.
    pub async fn read(
        self: &Arc<Self>,
        now: DateTime<Utc>,
        pause: TimeDelta,
    ) -> Option<Arc<Known>> {
        let count = {
            let tries = self.tries();
            if tries.is_within(pause, now) && self.turn.try_lock().is_ok() {
                return self.known();
            }
            tries.count
        };
        let own = Arc::clone(self);
        let reading = tokio::spawn(async move { own.read_in_turn(count, now, pause).await });
        let _ = reading.await;
        self.known()
    }

    async fn read_in_turn(&self, count: u64, now: DateTime<Utc>, pause: TimeDelta) {
        let _turn = self.turn.lock().await;
        {
            let mut tries = self.tries();
            // one that began after we had asked is ours too
            if tries.count != count || tries.is_within(pause, now) {
                return;
            }
            tries.count += 1;
            tries.last = Some(now);
        }
        // after a failure everything is asked anew: its keys may have moved
        let before = if self.fault().is_none() { self.known() } else { None };
        let outcome = self.reader.read(before.as_deref(), now).await;
        let fault = outcome.as_ref().err().copied();
        if let Ok(known) = outcome {
            self.known.store(Some(Arc::new(known)));
        }
        let issuer = self.issuer().to_owned();
        let outcome = if fault.is_some() { "failed" } else { "read" };
        metrics::counter!("anrop_issuer_key_readings_total", "issuer" => issuer, "outcome" => outcome)
            .increment(1);
        let before = std::mem::replace(&mut self.tries().fault, fault);
        match (before, fault) {
            (None, Some(fault)) => {
                tracing::warn!(issuer = self.issuer(), fault, "an issuer's keys cannot be read");
            }
            (Some(_), None) => {
                tracing::info!(issuer = self.issuer(), "an issuer's keys are read again")
            }
            _ => {}
        }
        self.changed.notify_one();
    }

    fn tries(&self) -> MutexGuard<'_, Tries> {
        self.tries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tries {
    /// A clock that was set back does not count as time to wait.
    fn is_within(&self, pause: TimeDelta, now: DateTime<Utc>) -> bool {
        self.last.is_some_and(|last| (now - last).abs() < pause)
    }
}
