//! The change feed: every key of the register once, at its latest sealed sequence, as it is now; a key
//! that is gone is a tombstone.
//!
//! A page tells only what is sealed. A row that was changed again since, and whose change is not
//! sealed yet, is newer than its sequence says: it is told of as the index had it before, or the page
//! ends before it, so that a reader who has come to `head` holds exactly what a snapshot of that
//! sequence holds. Tombstones are told of for
//! [`KEPT`]; a reader who was away longer would not learn of all of them and starts from a snapshot.

pub mod store;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use tokio::sync::watch;

use super::{
    index::State,
    snapshot::{record, rows},
};
use crate::{
    app::App,
    failure::{Failure, Problem},
    seal::sealer,
};

/// How long a tombstone is told of.
pub const KEPT: TimeDelta = TimeDelta::days(90);

/// How often a page is read again when it cannot tell anything because a row is newer than the log.
const ATTEMPTS: u32 = 5;

/// How far the log is known to be sealed; wakes those who wait for more.
#[derive(Debug)]
pub struct Head(watch::Sender<i64>);

impl Default for Head {
    fn default() -> Self {
        Self(watch::Sender::new(0))
    }
}

impl Head {
    /// The last sequence this process knows to be sealed.
    pub fn known(&self) -> i64 {
        *self.0.borrow()
    }

    /// Tells that the log is sealed up to there.
    pub fn tell(&self, seq: i64) {
        self.0.send_if_modified(|known| {
            let later = seq > *known;
            *known = (*known).max(seq);
            later
        });
    }

    /// To be woken when more is sealed.
    pub fn watch(&self) -> watch::Receiver<i64> {
        self.0.subscribe()
    }
}

/// A key of the feed.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Latest sequence of the key.
    pub sequence: i64,
    /// The key.
    pub key: String,
    /// What is under it now; none when it is gone.
    pub record: Option<Value>,
    /// When that was recorded.
    pub recorded_at: DateTime<Utc>,
    /// The record tells of a natural person.
    pub is_personal: bool,
}

/// A part of the feed.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The changes, in the order of their sequences.
    pub items: Vec<Item>,
    /// Where to go on.
    pub next: i64,
    /// Last sequence sealed when this was read.
    pub head: i64,
}

/// The changes after a sequence.
///
/// # Errors
/// 410 for a sequence that is not of this log or too far back; 503 when persons may not be shown.
pub async fn page(app: &App, after: i64, limit: u64) -> Result<Page, Failure> {
    let since = app.clock().now() - KEPT;
    let mut index: Option<Arc<State>> = None;
    let mut attempt = 0;
    loop {
        attempt += 1;
        let found = store::page(app.db().read(), after, since, limit).await?;
        check(app, after, found.head, since).await?;
        // of a row that was changed again since, the index may have had what was sealed last
        let is_known = |row: &store::Row| {
            let had = index.as_ref().map(|index| rows::revision(index, &row.key));
            row.unsealed == 0 || had == Some(row.sealed_revision())
        };
        let count = found.rows.len();
        let known = found.rows.iter().take_while(|row| is_known(row)).count();
        if known < count && attempt < ATTEMPTS {
            // the index before the seal: everything it has is sealed then
            index = Some(app.register().state());
            sealer::seal_all(app).await?;
            continue;
        }
        let is_last = known == count && (count as u64) < limit;
        let rows = found.rows.into_iter().take(known);
        let items: Vec<Item> =
            rows.map(|row| item(row, index.as_deref())).collect::<Result<_, _>>()?;
        if items.iter().any(|item| item.is_personal) && !app.lease().is_good() {
            return Err(Failure::new(
                Problem::Unavailable,
                "Persons cannot be shown at this moment. Ask again in a few seconds.",
            ));
        }
        let last = items.last().map_or(after, |item| item.sequence);
        let next = if is_last { found.head } else { last };
        return Ok(Page { items, next, head: found.head });
    }
}

/// A reader who has come to `after` can go on from there.
async fn check(app: &App, after: i64, head: i64, since: DateTime<Utc>) -> Result<(), Failure> {
    let expired = |detail: &'static str| Err(Failure::new(Problem::CursorExpired, detail));
    if after > head {
        return expired(
            "This sequence is not of this log. Fetch a snapshot and go on from its sequence.",
        );
    }
    let next = store::recorded_at(app.db().read(), after + 1).await?;
    if after > 0 && next.is_some_and(|at| at < since) {
        return expired(
            "This sequence is too far back: keys that are gone are not told of any more. Fetch a snapshot and go on from its sequence.",
        );
    }
    Ok(())
}

/// The latest changes, newest first, with nothing about persons: keys, sequences and times.
///
/// # Errors
/// When the database does not answer.
pub async fn latest(app: &App, limit: u64) -> Result<Vec<Item>, Failure> {
    let since = app.clock().now() - KEPT;
    let rows = store::latest(app.db().read(), since, limit).await?;
    rows.into_iter().map(|row| item(row, None)).collect()
}

/// A row as it was sealed last; `index` has it where the row is newer.
fn item(row: store::Row, index: Option<&State>) -> Result<Item, Failure> {
    let body = match index.filter(|_| row.unsealed > 0) {
        Some(index) => rows::body(index, &row.key),
        None => row.body.map(|body| record::of_body(&row.key, body)).transpose()?,
    };
    let is_personal = body.as_ref().is_some_and(record::Body::is_personal);
    Ok(Item {
        sequence: row.sequence,
        record: body.map(|body| body.record(&row.key)),
        key: row.key,
        recorded_at: row.recorded_at,
        is_personal,
    })
}
