//! What a receiver does, one file per verb. Only these write to its copy.

mod bring;
mod catch_up;
mod follow;
mod keep_checkpoint;
mod load_extract;
mod look_up;
mod losses;
mod reconcile;
mod repair;
mod take_delivery;

pub use bring::bring_look_ups;
pub use catch_up::catch_up;
pub use follow::follow;
pub use load_extract::load_extract;
pub use look_up::{look_up, notes, write_last};
pub use losses::accept;
pub use reconcile::reconcile;
pub use take_delivery::{Refusal, Taken, take_delivery};

use chrono::{DateTime, Utc};

use super::model::Progress;
use crate::{failure::Failure, rescue::copy::LocalCopy};

/// Facts of the copy.
const APPLIED: &str = "applied";
/// The link of the registry's log at that place; empty when it is not known.
const APPLIED_LINK: &str = "appliedLink";
const AS_OF: &str = "asOf";
const FROM_EXTRACT: &str = "fromExtract";
const EQUAL_AT: &str = "equalAt";
/// Since when the registry is taken to be older than the copy; empty when it is not.
const IN_DOUBT: &str = "inDoubtSince";
/// Until when alerts have been read. It was `alertAt` before alerts told their permit, so that a copy of then
/// reads them all once more.
const ALERT_AT: &str = "alertReadTo";

/// What the copy says of itself when it is opened.
pub(super) async fn restore(copy: &LocalCopy, progress: &mut Progress) -> Result<(), Failure> {
    progress.applied = copy.fact(APPLIED).await?.unwrap_or(0);
    progress.as_of = copy.fact::<DateTime<Utc>>(AS_OF).await?;
    progress.from_extract = copy.fact(FROM_EXTRACT).await?.unwrap_or(false);
    progress.equal_at = copy.fact::<DateTime<Utc>>(EQUAL_AT).await?;
    progress.in_doubt_since = copy.fact::<DateTime<Utc>>(IN_DOUBT).await?;
    Ok(())
}

/// Why a step did not come to its end.
#[derive(Debug)]
pub enum Fault {
    /// The registry cannot be asked, or answers what it should not.
    Registry(String),
    /// The copy cannot be read or written.
    Copy(Failure),
    /// The copy would lose so many permits, which waits for an operator.
    Losses(u64),
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        Self::Copy(failure)
    }
}

impl From<String> for Fault {
    fn from(what: String) -> Self {
        Self::Registry(what)
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Registry(what) => f.write_str(what),
            Self::Copy(failure) => write!(f, "the copy: {failure}"),
            Self::Losses(permits) => {
                write!(f, "the copy would lose {permits} permits, which waits for an operator")
            }
        }
    }
}
