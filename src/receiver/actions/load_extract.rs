//! Filling the copy from an extract: read once to see that it is whole, meant for this receiver and
//! signed; only then read again and taken over. It takes nothing away that came after it, and brings nothing
//! back that went before.

use std::{collections::BTreeSet, fs::File, path::Path};

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{super::Receiver, APPLIED, APPLIED_LINK, AS_OF, FROM_EXTRACT, IN_DOUBT, losses};
use crate::{
    failure::Failure,
    permit::lifecycle::Status,
    rescue::{
        copy::{Authority, Change, HeldAlert, LocalCopy},
        extract::{self, ExtractFlaw, Line, Statement},
    },
};

/// Permits taken in one commit.
const BATCH: usize = 500;

/// A permit issued later than so long before an extract may be missing from it and yet be registered: it was
/// delivered, and will not be once more.
const MARGIN: TimeDelta = TimeDelta::hours(1);

/// What a batch holds.
#[derive(Default)]
struct Batch {
    changes: Vec<Change>,
    alerts: Vec<HeldAlert>,
}

/// Loads an extract; answers what the registry signed. A version that is held already and higher stays; where
/// the copy is newer than the extract, so does the same version, an erased one too, and every alert, and an ended
/// permit that has left the copy does not come back. What the extract does not name is removed, unless the copy is
/// newer than it or the permit is; where the registry is taken to be older than the copy, only if it cannot be
/// compared with and an operator has accepted that.
///
/// # Errors
/// When the file is damaged, meant for another receiver or not signed by a trusted key, and nothing has
/// been changed; when more would be lost than an operator has accepted; or when the copy cannot be written.
pub async fn load_extract(receiver: &Receiver, path: &Path) -> Result<Statement, Failure> {
    let keys = receiver.trust().keys()?;
    let mut permits: BTreeSet<Uuid> = BTreeSet::new();
    let open = || File::open(path).map_err(|error| told(error.into()));
    let statement = extract::read(open()?, receiver.key(), &keys.digest, |line| {
        match line {
            Line::Permit(held) => permits.insert(held.permit.0),
            Line::Unreadable(permit) => permits.insert(permit.0),
            Line::Alert(_) | Line::End(_) => false,
        };
        Ok(())
    })
    .map_err(told)?;
    let _turn = receiver.turn().await;
    let (applied, as_of, is_in_doubt) = {
        let progress = receiver.progress();
        (progress.applied, progress.as_of, progress.in_doubt_since.is_some())
    };
    let head = i64::try_from(statement.head).map_err(Failure::internal)?;
    // a doubt is settled by comparing; where there is nobody to compare with, by an extract
    let may_settle = !is_in_doubt || receiver.registry().is_none();
    let is_newer = may_settle && as_of.is_none_or(|as_of| as_of <= statement.at) && applied <= head;
    let twice = take_all(receiver, open()?, &keys.digest, is_newer).await?;
    losses::told_twice(receiver, twice).await?;
    if twice > 0 {
        return Err(Failure::internal(format!(
            "{twice} permits of the extract have the version that is held with other content: the registry was put \
             back to an earlier state. What is held of them stays; compare with the registry, or begin with an empty \
             folder"
        )));
    }
    if is_newer {
        let others = others(receiver, &permits, statement.at).await?;
        if is_in_doubt && others.len() as u64 > losses::allowed(receiver) {
            return Err(Failure::internal(format!(
                "what the extract has is in the copy; {} permits it does not name stay, since the registry is taken \
                 to be older than the copy: accept their loss with --accept-losses and load it again",
                others.len()
            )));
        }
        for part in others.chunks(BATCH) {
            receiver.copy().remove(part).await?;
        }
        set(receiver, head, statement.at).await?;
    }
    Ok(statement)
}

/// The file is read on a thread of its own, which waits while a batch is written. Answers how many permits have a
/// version number that was given twice.
async fn take_all(
    receiver: &Receiver,
    file: File,
    trusted: &[ed25519_dalek::VerifyingKey],
    is_newer: bool,
) -> Result<usize, Failure> {
    let (send, mut batches) = tokio::sync::mpsc::channel::<Batch>(2);
    let (key, trusted) = (receiver.key().clone(), trusted.to_vec());
    let reading = tokio::task::spawn_blocking(move || {
        let mut batch = Batch::default();
        let stopped = |_| ExtractFlaw::Io(std::io::ErrorKind::BrokenPipe.into());
        extract::read(file, &key, &trusted, |line| {
            match line {
                Line::Permit(held) => batch.changes.push(Change::Put(held)),
                Line::Alert(alert) => batch.alerts.push(alert),
                Line::Unreadable(_) | Line::End(_) => {}
            }
            if batch.changes.len() + batch.alerts.len() < BATCH {
                return Ok(());
            }
            send.blocking_send(std::mem::take(&mut batch)).map_err(stopped)
        })?;
        send.blocking_send(batch).map_err(stopped)
    });
    let copy = receiver.copy();
    let mut twice = 0;
    while let Some(batch) = batches.recv().await {
        if is_newer {
            twice += copy.take(&batch.changes, Authority::Feed).await?.twice;
            copy.take_alerts(&batch.alerts).await?;
        } else {
            let changes = still_told(copy, batch.changes).await?;
            twice += copy.take(&changes, Authority::Delivery).await?.twice;
            copy.take_missing_alerts(&batch.alerts).await?;
        }
    }
    reading.await.map_err(Failure::internal)?.map_err(told)?;
    Ok(twice)
}

/// What counts of an extract from before the copy: an ended permit that the copy does not hold has left it since,
/// without a trace.
async fn still_told(copy: &LocalCopy, changes: Vec<Change>) -> Result<Vec<Change>, Failure> {
    let mut counting = Vec::with_capacity(changes.len());
    for change in changes {
        let has_left = match &change {
            Change::Put(held) if !held.status().is_some_and(Status::is_live) => {
                copy.version(held.permit).await?.is_none()
            }
            _ => false,
        };
        if !has_left {
            counting.push(change);
        }
    }
    Ok(counting)
}

/// Permits in the copy that an extract of then would name, and does not.
async fn others(
    receiver: &Receiver,
    permits: &BTreeSet<Uuid>,
    at: DateTime<Utc>,
) -> Result<Vec<Uuid>, Failure> {
    let is_other =
        |id: &Uuid| !permits.contains(id) && issued(*id).is_none_or(|on| on < at - MARGIN);
    let (mut others, mut after) = (Vec::new(), Uuid::nil());
    loop {
        let held = receiver.copy().page(after, BATCH as u64).await?;
        let Some(last) = held.last() else { return Ok(others) };
        after = last.permit.0;
        others.extend(held.iter().map(|held| held.permit.0).filter(is_other));
    }
}

/// When a permit was issued, as its id tells.
fn issued(permit: Uuid) -> Option<DateTime<Utc>> {
    let (seconds, nanoseconds) = permit.get_timestamp()?.to_unix();
    DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanoseconds)
}

async fn set(receiver: &Receiver, head: i64, at: DateTime<Utc>) -> Result<(), Failure> {
    let facts = [
        (APPLIED, head.to_string()),
        (APPLIED_LINK, String::new()),
        (AS_OF, at.to_rfc3339()),
        (FROM_EXTRACT, "true".to_owned()),
        (IN_DOUBT, String::new()),
    ];
    receiver.copy().take_with(&[], Authority::Feed, &facts).await?;
    let mut progress = receiver.progress();
    progress.applied = head;
    progress.as_of = Some(at);
    progress.from_extract = true;
    (progress.in_doubt_since, progress.losses_waiting) = (None, 0);
    drop(progress);
    losses::forget_accepted(receiver);
    Ok(())
}

fn told(flaw: ExtractFlaw) -> Failure {
    Failure::internal(flaw)
}
