//! Asks the open interface of the register. The only file of this slice that opens connections. Only an
//! organisation number leaves; answers are kept for a day.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::{Client, StatusCode};

use super::model::Unit;
use crate::{client, failure::Failure, values::organisation_number::OrganisationNumber};

/// Longest time that somebody who opens a form waits.
const TIME_LIMIT: Duration = Duration::from_secs(2);
/// Largest answer that is read, in bytes.
const LARGEST: usize = 64 * 1024;
/// How long an answer is kept.
const KEPT_HOURS: i64 = 24;
/// Most answers that are kept.
const MOST: usize = 2_000;

/// The register, where it is asked.
pub struct UnitRegister {
    client: Client,
    base: String,
    kept: Mutex<HashMap<String, Kept>>,
}

/// An answer, and when it came.
struct Kept {
    at: DateTime<Utc>,
    unit: Option<Unit>,
}

/// The register did not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the register of units does not answer")]
pub struct Silent;

impl UnitRegister {
    /// Opens no connection. `base` is the address above `/enheter`.
    ///
    /// # Errors
    /// When no client can be made on this system.
    pub fn new(base: &str) -> Result<Self, Failure> {
        let client = client::asking(TIME_LIMIT)?;
        let base = base.trim_end_matches('/').to_owned();
        Ok(Self { client, base, kept: Mutex::default() })
    }

    /// What the register says of an organisation; nothing of one it does not know.
    ///
    /// # Errors
    /// When it does not answer in time.
    pub async fn find(
        &self,
        number: OrganisationNumber,
        now: DateTime<Utc>,
    ) -> Result<Option<Unit>, Silent> {
        let number = number.to_string();
        if let Some(unit) = self.kept(&number, now) {
            return Ok(unit);
        }
        let unit = self.ask(&number).await?;
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(number, Kept { at: now, unit: unit.clone() });
        Ok(unit)
    }

    fn kept(&self, number: &str, now: DateTime<Utc>) -> Option<Option<Unit>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept.get(number)?;
        (now - known.at < TimeDelta::hours(KEPT_HOURS)).then(|| known.unit.clone())
    }

    async fn ask(&self, number: &str) -> Result<Option<Unit>, Silent> {
        let request = self
            .client
            .get(format!("{}/enheter/{number}", self.base))
            .header("accept", "application/json");
        let mut answer = request.send().await.map_err(|_| Silent)?;
        match answer.status() {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND | StatusCode::GONE => return Ok(None),
            _ => return Err(Silent),
        }
        let mut bytes = Vec::new();
        while let Some(part) = answer.chunk().await.map_err(|_| Silent)? {
            bytes.extend_from_slice(&part);
            if bytes.len() > LARGEST {
                return Err(Silent);
            }
        }
        Ok(Unit::read(&bytes, number))
    }
}
