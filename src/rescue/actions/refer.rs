//! The incident reference that comes later: for everything that was looked up or recorded of a key under
//! `pending`, at once.

use chrono::{DateTime, Utc};
use tokio::time::timeout;

use super::{super::store, Inquiry, log, look_up::PATIENCE};
use crate::{app::App, disclosure::store as disclosure_store, failure::Failure};

/// Most keys listed that wait for their incident reference.
const MOST: usize = 20;

/// A key that was looked up, or whose alert was recorded, without an incident reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Canonical key.
    pub key: String,
    /// How its alert turned out; none while that is not recorded.
    pub outcome: Option<String>,
    /// When that was recorded, else when it was looked up last.
    pub at: DateTime<Utc>,
}

/// How many got their incident reference.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Referred {
    /// Outcomes of alerts.
    pub alerts: u64,
    /// Entries of look-ups.
    pub look_ups: usize,
}

/// Gives the outcomes and the look-ups of a key that were made under `pending` their incident
/// reference, all of them or none. Repeating it is harmless.
///
/// # Errors
/// When the database does not answer.
pub async fn refer(app: &App, key: &str, inquiry: &Inquiry) -> Result<Referred, Failure> {
    // the look-ups may still lie in the spool
    while log::drain_spool(app).await? > 0 {}
    app.db()
        .write(|tx| async move {
            let alerts = store::refer_alerts(&tx, key, &inquiry.incident_reference).await?;
            let entries = log::waiting(&*tx, Some(key)).await?;
            for entry in &entries {
                disclosure_store::insert(&tx, log::completion(entry, inquiry)).await?;
            }
            Ok(Referred { alerts, look_ups: entries.len() })
        })
        .await
}

/// Keys that wait for their incident reference, the newest first.
///
/// # Errors
/// When the database does not answer in the time a look-up gives it.
pub async fn waiting(app: &App) -> Result<Vec<Waiting>, Failure> {
    if app.open_standby().is_some_and(super::super::standby::Standby::is_resting) {
        return Err(Failure::unavailable("the database has just failed a look-up"));
    }
    timeout(PATIENCE, all_waiting(app)).await.map_err(Failure::unavailable)?
}

async fn all_waiting(app: &App) -> Result<Vec<Waiting>, Failure> {
    let connection = app.db().read();
    let alerts = store::pending_alerts(connection).await?.into_iter().map(|alert| Waiting {
        key: alert.key,
        outcome: Some(alert.outcome),
        at: alert.at,
    });
    let looked_up = log::waiting(connection, None)
        .await?
        .into_iter()
        .filter_map(|entry| Some(Waiting { key: entry.key?, outcome: None, at: entry.at? }));
    let mut waiting: Vec<Waiting> = Vec::new();
    for one in alerts.chain(looked_up) {
        if !waiting.iter().any(|known| known.key == one.key) {
            waiting.push(one);
        }
    }
    waiting.sort_by_key(|one| std::cmp::Reverse(one.at));
    waiting.truncate(MOST);
    Ok(waiting)
}
