//! What a copy would lose to a registry that is older than itself, as one that was restored from a backup: the
//! rescue centre may have the only newer telephone number there is. It stays, which is told loudly, until an
//! operator has accepted the loss. This file takes nothing from the copy.
//!
//! A higher version is no such loss: it takes the place of one that the registry has lost, at once and without an
//! operator. It was written after the registry was put back, by somebody who saw what is registered now, and is the
//! last that anybody has said; to keep the lost one would keep that from the rescue centre until an operator looks, and
//! from the two nobody can tell which member of which holds. That the registry was put back is told by its log, whose
//! link is another at the place that was read, and it ends when the two are equal: then the copy knows nothing that the
//! registry does not.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{super::Receiver, AS_OF, Fault, IN_DOUBT};
use crate::{failure::Failure, rescue::copy::Authority};

/// What an operator has accepted, beside the copy, which is the running receiver's alone.
const FILE: &str = "accepted-losses";

/// Notes that an operator accepts the loss of so many permits at most. A running receiver takes it up with its
/// next turn, and once.
///
/// # Errors
/// When the file cannot be written.
pub fn accept(data: &Path, permits: u64) -> io::Result<()> {
    fs::create_dir_all(data)?;
    let (whole, written) = (data.join(FILE), data.join("accepted-losses.new"));
    fs::write(&written, permits.to_string())?;
    fs::rename(written, whole)
}

fn path(receiver: &Receiver) -> PathBuf {
    receiver.settings().data.join(FILE)
}

/// The loss that an operator has accepted.
pub(super) fn accepted(receiver: &Receiver) -> Option<u64> {
    fs::read_to_string(path(receiver)).ok()?.trim().parse().ok()
}

/// What was accepted holds no longer: another loss needs another word.
pub(super) fn forget_accepted(receiver: &Receiver) {
    if let Err(fault) = fs::remove_file(path(receiver))
        && fault.kind() != io::ErrorKind::NotFound
    {
        tracing::error!(%fault, "the accepted loss cannot be removed; remove the file by hand");
    }
}

/// How many permits one comparison may take from the copy that the registry has lost: what an operator has accepted.
/// Versions only grow and no permit is ever taken out of the registry, so there is no harmless loss; of what is erased
/// or shown no longer the registry says so.
pub(super) fn allowed(receiver: &Receiver) -> u64 {
    accepted(receiver).unwrap_or(0)
}

/// Tells of versions under a number that the copy holds with other content. They were left out.
pub(super) async fn told_twice(receiver: &Receiver, versions: usize) -> Result<(), Failure> {
    if versions == 0 {
        return Ok(());
    }
    tracing::error!(
        versions,
        "the registry has given a version number twice: it was put back to an earlier state; what is held stays"
    );
    doubt(receiver).await?;
    receiver.progress().wants_comparison = true;
    receiver.wake();
    Ok(())
}

/// The registry is older than the copy. From now on nothing it says counts as everything there is.
pub(super) async fn doubt(receiver: &Receiver) -> Result<(), Failure> {
    if receiver.progress().in_doubt_since.is_some() {
        return Ok(());
    }
    let now = receiver.clock().now();
    receiver.copy().set_fact(IN_DOUBT, &now.to_rfc3339()).await?;
    receiver.progress().in_doubt_since = Some(now);
    Ok(())
}

/// Keeps what a comparison would lose. The copy is as of when it last equalled the registry, or as before if
/// that is known to be earlier.
pub(super) async fn keep(receiver: &Receiver, permits: u64) -> Result<Fault, Failure> {
    forget_accepted(receiver);
    let (was_in_doubt, equal_at, as_of) = {
        let progress = receiver.progress();
        (progress.in_doubt_since.is_some(), progress.equal_at, progress.as_of)
    };
    doubt(receiver).await?;
    if let Some(at) = equal_at.filter(|at| !was_in_doubt && as_of.is_some_and(|as_of| *at < as_of))
    {
        let facts = [(AS_OF, at.to_rfc3339())];
        receiver.copy().take_with(&[], Authority::Feed, &facts).await?;
        receiver.progress().as_of = Some(at);
    }
    let mut progress = receiver.progress();
    progress.losses_waiting = permits;
    progress.wants_comparison = false;
    tracing::error!(
        permits,
        "the registry is older than the copy, or lacks what is held: nothing newer is given up; put the registry \
         right, or accept the loss with `anrop receiver --accept-losses`"
    );
    Ok(Fault::Losses(permits))
}
