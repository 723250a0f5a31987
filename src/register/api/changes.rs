//! The change feed: each key once at its latest sealed sequence, and waiting for more.

use std::time::Duration;

use poem_openapi::{OpenApi, param::Query, types::Any};
use tokio::time::{Instant, timeout_at};

use crate::{
    app::App,
    failure::Failure,
    http::{Tag, page, responses::Answer},
    register::{
        feed::{self, Page},
        wire::{ChangePage, ChangeView},
    },
};

/// Longest wait, in seconds: shorter than what stands between usually allows an answer to take.
const LONGEST: u64 = 50;

/// Operations of the change feed.
pub struct ChangesApi {
    /// The app.
    pub app: App,
}

#[OpenApi]
impl ChangesApi {
    /// Follow the changes of all public lists.
    ///
    /// Each key once, at its latest sequence, as the policy allows today. A reader who goes on after
    /// `next` misses nothing; one who has come to `head` holds what a snapshot of that sequence
    /// holds. A change without `record` is a tombstone: the key is gone. 410 when the sequence is too
    /// far back to be told of everything that is gone, or is not of this log: fetch the snapshots,
    /// and go on after the sequence they name.
    #[oai(
        path = "/v1/changes",
        method = "get",
        operation_id = "listChanges",
        tag = "Tag::Register"
    )]
    async fn changes(
        &self,
        /// Sequence to continue after; 0 for all.
        after: Query<Option<String>>,
        /// Items on a page, 1–200; 50 when left out.
        limit: Query<Option<String>>,
        /// How many seconds to wait for a change when there is none, 0–50. The answer comes with the
        /// first change, or empty when the time is over.
        wait: Query<Option<String>>,
    ) -> Result<Answer<ChangePage>, Failure> {
        let limit = page::limit(limit.0.as_deref())?;
        let after = super::sequence(after.0.as_deref())?;
        let wait = seconds(wait.0.as_deref())?;
        let page = wait_for(&self.app, after, limit, wait).await?;
        let items = page
            .items
            .into_iter()
            .map(|item| ChangeView {
                sequence: item.sequence,
                key: item.key,
                recorded_at: item.recorded_at,
                record: item.record.map(Any),
            })
            .collect();
        let answered_at = self.app.clock().now();
        Ok(Answer::new(ChangePage { items, next: page.next, head: page.head, answered_at }))
    }
}

fn seconds(text: Option<&str>) -> Result<Duration, Failure> {
    let Some(text) = text else { return Ok(Duration::ZERO) };
    text.parse()
        .ok()
        .filter(|wait| *wait <= LONGEST && text.bytes().all(|byte| byte.is_ascii_digit()))
        .map(Duration::from_secs)
        .ok_or_else(|| Failure::parameter("wait", "range", "Give a whole number from 0 to 50."))
}

/// A page with something in it, or an empty one when the time is over or the service stops.
async fn wait_for(app: &App, after: i64, limit: u64, wait: Duration) -> Result<Page, Failure> {
    let until = Instant::now() + wait;
    let signals = app.signals();
    let mut closing = signals.closing.subscribe();
    // before the first look: what is sealed after it wakes us
    let mut head = app.feed().watch();
    head.mark_unchanged();
    let mut after = after;
    loop {
        let page = feed::page(app, after, limit).await?;
        // what lies between was of other streams: it need not be read again
        after = page.next;
        if !page.items.is_empty() || *closing.borrow() {
            return Ok(page);
        }
        let sealed = async {
            tokio::select! {
                _ = head.changed() => {}
                _ = closing.changed() => {}
            }
        };
        if timeout_at(until, sealed).await.is_err() {
            return Ok(page);
        }
    }
}
