//! How a receiver goes on, as its operators see it. Pure.

use chrono::{DateTime, Utc};
use serde::Serialize;

/// What it is doing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Stage {
    /// Nothing yet.
    #[default]
    Starting,
    /// Reading what it missed.
    CatchingUp,
    /// Comparing its copy with the registry's digest.
    Comparing,
    /// Holds everything the registry had sealed when it last asked.
    Following,
    /// The registry does not answer; look-ups are answered from the copy.
    Alone,
    /// The registry is older than the copy; what would be lost waits for an operator.
    Waiting,
}

/// How it goes.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// What it is doing.
    pub stage: Stage,
    /// Place of the registry's log up to which it holds everything.
    pub applied: i64,
    /// The registry's last sealed place when it last asked.
    pub head: Option<u64>,
    /// Everything registered until then is in the copy.
    pub as_of: Option<DateTime<Utc>>,
    /// What is in the copy came from an extract, and the registry has not been asked since.
    pub from_extract: bool,
    /// When the last delivery was taken.
    pub last_delivery: Option<DateTime<Utc>>,
    /// Deliveries taken since the start.
    pub deliveries: u64,
    /// Deliveries refused since the start: signature, age or form.
    pub refused: u64,
    /// Deliveries since the start before which at least one version was missing.
    pub gaps: u64,
    /// When the copy last equalled the registry's digest.
    pub equal_at: Option<DateTime<Utc>>,
    /// Permits put right by comparison since the start.
    pub repaired: u64,
    /// Since when the registry is taken to be older than the copy: `as_of` stands still.
    pub in_doubt_since: Option<DateTime<Utc>>,
    /// Permits that the copy would lose, as the last comparison found; they stay until an operator accepts it.
    pub losses_waiting: u64,
    /// Turns of the follower that broke off since the start: faults of this program.
    pub panics: u64,
    /// Checkpoints since the start that contradict one the registry has signed before.
    pub contradictions: u64,
    /// A digest has come, which the copy is to be compared with.
    #[serde(skip)]
    pub wants_comparison: bool,
    /// Why the registry could not be asked the last time.
    pub fault: Option<String>,
    /// Why look-ups made here could not be brought to the registry the last time.
    pub look_up_fault: Option<String>,
}
