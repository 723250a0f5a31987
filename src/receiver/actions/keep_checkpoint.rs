//! Keeping the signed checkpoints of the registry's log that come with its daily digest, in files that are only
//! added to: outside the registry they prove what its log was, which whoever has its database cannot unmake. One
//! that contradicts another is kept as well, since the two together are the proof.

use std::{io, path::Path};

use ed25519_dalek::VerifyingKey;

use super::{super::Receiver, losses};
use crate::{
    failure::Failure,
    seal::checkpoint::{self, Checkpoint},
};

/// Folder beside the copy; `anrop verify-log --checkpoints` reads it.
const FOLDER: &str = "checkpoints";

/// Keeps a verified checkpoint. Of a registry that contradicts what it has signed, nothing newer is given up
/// without an operator.
///
/// # Errors
/// When the disk does not take it.
pub(super) async fn keep_checkpoint(
    receiver: &Receiver,
    checkpoint: Checkpoint,
    trusted: Vec<VerifyingKey>,
) -> Result<(), Failure> {
    let (own, entries) = (receiver.clone(), checkpoint.head().count);
    let keeping = tokio::task::spawn_blocking(move || {
        let _one_at_a_time = own.keeping();
        write(&own.settings().data.join(FOLDER), &checkpoint, &trusted)
    });
    let fits = keeping.await.map_err(Failure::internal)?.map_err(Failure::internal)?;
    if !fits {
        tracing::error!(
            entries,
            "the registry has signed a log that contradicts what it signed before: it was cut off, made anew or \
             put back; keep the folder of checkpoints and ask its administrator"
        );
        receiver.progress().contradictions += 1;
        losses::doubt(receiver).await?;
    }
    Ok(())
}

/// Places and links that checkpoints tell of the log that was read, by rising place: those signed before the copy was
/// last known to have followed it. A later one may be of the log that has taken its place.
///
/// # Errors
/// When the disk or the file of trusted keys does not answer.
pub(super) async fn of_the_log_read(receiver: &Receiver) -> Result<Vec<(i64, String)>, Failure> {
    let (applied, as_of) = {
        let progress = receiver.progress();
        (progress.applied, progress.as_of)
    };
    let trusted = receiver.trust().keys()?.digest;
    let folder = receiver.settings().data.join(FOLDER);
    let reading = tokio::task::spawn_blocking(move || checkpoint::read(&folder, &trusted));
    let (kept, _) = reading.await.map_err(Failure::internal)?.map_err(Failure::internal)?;
    let place = |one: &Checkpoint| {
        let place = i64::try_from(one.head().count).ok()?;
        (as_of.is_some_and(|as_of| one.at() <= as_of) && place <= applied)
            .then(|| (place, one.head().root.to_string()))
    };
    let mut places: Vec<_> = kept.iter().filter_map(place).collect();
    places.sort_unstable();
    Ok(places)
}

/// Adds it to its file if it is new; answers whether it fits the others.
fn write(folder: &Path, checkpoint: &Checkpoint, trusted: &[VerifyingKey]) -> io::Result<bool> {
    let (mut kept, bad) = checkpoint::read(folder, trusted)?;
    for flaw in bad {
        tracing::warn!(%flaw, "a checkpoint that was kept cannot be verified");
    }
    let known = kept.len();
    kept.retain(|one| one != checkpoint);
    if kept.len() == known {
        checkpoint::append(folder, checkpoint)?;
    }
    Ok(fits(&kept, checkpoint))
}

/// A log only grows: later it has as many entries or more, and with as many it is the same.
fn fits(kept: &[Checkpoint], new: &Checkpoint) -> bool {
    let before = kept.iter().filter(|one| one.at() <= new.at()).max_by_key(|one| one.at());
    let after = kept.iter().filter(|one| one.at() > new.at()).min_by_key(|one| one.at());
    let count = |one: &Checkpoint| one.head().count;
    let grows = before.is_none_or(|before| count(before) <= count(new))
        && after.is_none_or(|after| count(new) <= count(after));
    grows && kept.iter().all(|one| count(one) != count(new) || one.head() == new.head())
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use ed25519_dalek::SigningKey;

    use super::*;
    use crate::seal::chain::{Head, Link};

    fn checkpoint(count: u64, root: u8, hour: i64) -> Checkpoint {
        let at = DateTime::from_timestamp(1_790_000_000 + hour * 3600, 0).unwrap();
        Checkpoint::sign(Head { count, root: Link([root; 32]) }, at, &key())
    }

    fn key() -> SigningKey {
        SigningKey::from_bytes(&[7; 32])
    }

    #[test]
    fn a_later_checkpoint_must_go_on_from_an_earlier_one_in_whatever_order_they_come() {
        let (folder, trusted) = (tempfile::tempdir().unwrap(), [key().verifying_key()]);
        let keep = |one: &Checkpoint| write(folder.path(), one, &trusted).unwrap();
        let first = checkpoint(10, 1, 0);
        assert!(keep(&first) && keep(&checkpoint(30, 3, 48)));
        assert!(keep(&checkpoint(20, 2, 24)), "a late one");
        assert!(keep(&first), "once more");
        assert!(!keep(&checkpoint(31, 4, 36)), "more than there were later");
        assert!(!keep(&checkpoint(30, 9, 72)), "another log of the same length");
        assert!(!keep(&checkpoint(29, 5, 96)), "shorter");
        assert!(keep(&checkpoint(32, 6, 120)), "said once, it is not said again");
        assert_eq!(checkpoint::read(folder.path(), &trusted).unwrap().0.len(), 7);
    }
}
