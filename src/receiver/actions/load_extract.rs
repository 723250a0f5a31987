//! Filling the copy from an extract: read once to see that it is whole, meant for this receiver and
//! signed; only then read again and taken over. It takes nothing away that came after it, brings nothing
//! back that went before, and gives nothing up that the registry does not know: as with the feed, that waits for an
//! operator (`losses.rs`).

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    path::Path,
};

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

/// A permit issued, or a version written, later than so long before an extract may be missing from it and yet be
/// registered: it was delivered, and will not be once more.
const MARGIN: TimeDelta = TimeDelta::hours(1);

/// What a batch holds.
#[derive(Default)]
struct Batch {
    changes: Vec<Change>,
    alerts: Vec<HeldAlert>,
}

/// How an extract stands to the copy.
#[derive(Clone, Copy)]
enum Reading<'a> {
    /// It is older: what was missed, and no more.
    Older,
    /// It is newer: everything but what would be lost.
    Newer,
    /// Whatever it says of these, the loss of which is accepted.
    Accepted(&'a BTreeSet<Uuid>),
}

/// What an extract names.
#[derive(Default)]
struct Told {
    /// Every permit the registry knows.
    permits: BTreeSet<Uuid>,
    /// Links of the log by their place.
    links: BTreeMap<i64, String>,
}

/// Loads an extract; answers what the registry signed. A version that is held already and higher stays; where
/// the copy is newer than the extract, so does the same version, an erased one too, and every alert, and an ended
/// permit that has left the copy does not come back. What the registry says it gives no more is erased. What the copy
/// would lose beyond that, a permit the extract does not name or a version written before it that is higher or other
/// than its own, stays until an operator has accepted it, unless the copy is newer than the extract or the permit is.
///
/// # Errors
/// When the file is damaged, meant for another receiver or not signed by a trusted key, and nothing has
/// been changed; when more would be lost than an operator has accepted; or when the copy cannot be written.
pub async fn load_extract(receiver: &Receiver, path: &Path) -> Result<Statement, Failure> {
    let keys = receiver.trust().keys()?;
    let mut named = Told::default();
    let open = || File::open(path).map_err(|error| told(error.into()));
    let statement = extract::read(open()?, receiver.key(), &keys.digest, |line| {
        match line {
            Line::Permit(held) => _ = named.permits.insert(held.permit.0),
            Line::Withheld(withheld) => _ = named.permits.insert(withheld.permit.0),
            Line::Unreadable(permit) => _ = named.permits.insert(permit.0),
            Line::Log(log) => _ = named.links.insert(log.place, log.link),
            Line::Alert(_) | Line::End(_) => {}
        }
        Ok(())
    })
    .map_err(told)?;
    let _turn = receiver.turn().await;
    let head = i64::try_from(statement.head).map_err(Failure::internal)?;
    if is_other_log(receiver, &named.links, head, statement.at).await? {
        tracing::error!("the log of the extract is not the one that was read");
        losses::doubt(receiver).await?;
    }
    let is_newer = is_newer(receiver, head, statement.at);
    let reading = if is_newer { Reading::Newer } else { Reading::Older };
    let lost = take_all(receiver, open()?, &keys.digest, reading, statement.at).await?;
    if !is_newer {
        losses::told_twice(receiver, lost.len()).await?;
        return if lost.is_empty() { Ok(statement) } else { Err(given_twice(lost.len())) };
    }
    let others = others(receiver, &named.permits, statement.at).await?;
    let losing = (lost.len() + others.len()) as u64;
    if losing > losses::allowed(receiver) {
        losses::keep(receiver, losing).await?;
        return Err(Failure::internal(format!(
            "what costs nothing of the extract is in the copy; {losing} permits that the registry has lost, or has \
             in another version, stay as they are: accept their loss with --accept-losses and load it again"
        )));
    }
    if !lost.is_empty() {
        let reading = Reading::Accepted(&lost);
        take_all(receiver, open()?, &keys.digest, reading, statement.at).await?;
    }
    for part in others.chunks(BATCH) {
        receiver.copy().remove(part).await?;
    }
    let link = named.links.remove(&head).unwrap_or_default();
    set(receiver, head, link, statement.at).await?;
    Ok(statement)
}

/// Whether the log of an extract is not the one that was read: it has another link at the place reached, or, where the
/// copy lives on extracts alone, a later one ends before it.
async fn is_other_log(
    receiver: &Receiver,
    links: &BTreeMap<i64, String>,
    head: i64,
    at: DateTime<Utc>,
) -> Result<bool, Failure> {
    let (applied, as_of) = {
        let progress = receiver.progress();
        (progress.applied, progress.as_of)
    };
    let known: Option<String> = receiver.copy().fact(APPLIED_LINK).await?;
    let known = known.filter(|link| !link.is_empty());
    let is_other =
        known.is_some_and(|known| links.get(&applied).is_some_and(|link| *link != known));
    let is_shorter = receiver.registry().is_none()
        && head < applied
        && as_of.is_some_and(|as_of| as_of + MARGIN < at);
    Ok(is_other || is_shorter)
}

/// Whether an extract counts as everything there is.
fn is_newer(receiver: &Receiver, head: i64, at: DateTime<Utc>) -> bool {
    let progress = receiver.progress();
    let is_in_doubt = progress.in_doubt_since.is_some();
    // a doubt is settled by comparing; where there is nobody to compare with, by an extract, however long its log is
    let may_settle = !is_in_doubt || receiver.registry().is_none();
    may_settle
        && progress.as_of.is_none_or(|as_of| as_of <= at)
        && (is_in_doubt || progress.applied <= head)
}

fn given_twice(permits: usize) -> Failure {
    Failure::internal(format!(
        "{permits} permits of the extract have the version that is held with other content: the registry was put \
         back to an earlier state. What is held of them stays; compare with the registry, or begin with an empty folder"
    ))
}

/// The file is read on a thread of its own, which waits while a batch is written. Answers which permits the copy would
/// lose or has lost a place for: of an older extract those whose version number was given twice, of a newer one those of
/// which the registry has an earlier version, too.
async fn take_all(
    receiver: &Receiver,
    file: File,
    trusted: &[ed25519_dalek::VerifyingKey],
    reading: Reading<'_>,
    at: DateTime<Utc>,
) -> Result<BTreeSet<Uuid>, Failure> {
    let (send, mut batches) = tokio::sync::mpsc::channel::<Batch>(2);
    let (key, trusted) = (receiver.key().clone(), trusted.to_vec());
    let of_file = tokio::task::spawn_blocking(move || {
        let mut batch = Batch::default();
        let stopped = |_| ExtractFlaw::Io(std::io::ErrorKind::BrokenPipe.into());
        extract::read(file, &key, &trusted, |line| {
            match line {
                Line::Permit(held) => batch.changes.push(Change::Put(held)),
                Line::Withheld(one) => {
                    let (permit, version) = (one.permit, one.version);
                    batch.changes.push(Change::Erase { permit, version });
                }
                Line::Alert(alert) => batch.alerts.push(alert),
                Line::Log(_) | Line::Unreadable(_) | Line::End(_) => {}
            }
            if batch.changes.len() + batch.alerts.len() < BATCH {
                return Ok(());
            }
            send.blocking_send(std::mem::take(&mut batch)).map_err(stopped)
        })?;
        send.blocking_send(batch).map_err(stopped)
    });
    let copy = receiver.copy();
    let mut lost = BTreeSet::new();
    while let Some(Batch { changes, alerts }) = batches.recv().await {
        match reading {
            Reading::Newer => {
                let changes = of_held(copy, changes).await?;
                let taken = copy.take(&changes, Authority::Feed).await?;
                if taken.stale + taken.twice > 0 {
                    lost.extend(would_lose(copy, &changes, at).await?);
                }
                copy.take_alerts(&alerts).await?;
            }
            Reading::Older => {
                let changes = still_told(copy, changes).await?;
                if copy.take(&changes, Authority::Delivery).await?.twice > 0 {
                    lost.extend(twice(copy, &changes).await?);
                }
                copy.take_missing_alerts(&alerts).await?;
            }
            Reading::Accepted(permits) => {
                let is_accepted = |change: &Change| permits.contains(&change.permit().0);
                let changes: Vec<Change> = changes.into_iter().filter(is_accepted).collect();
                copy.take(&changes, Authority::Repair).await?;
            }
        }
    }
    of_file.await.map_err(Failure::internal)?.map_err(told)?;
    Ok(lost)
}

/// Without what is erased of permits that the copy does not hold: nothing is to be left of those.
async fn of_held(copy: &LocalCopy, changes: Vec<Change>) -> Result<Vec<Change>, Failure> {
    let mut counting = Vec::with_capacity(changes.len());
    for change in changes {
        let is_put = matches!(change, Change::Put(_));
        if is_put || copy.version(change.permit()).await?.is_some() {
            counting.push(change);
        }
    }
    Ok(counting)
}

/// Permits of which the copy holds another version than the registry, as it should know them: written before the extract
/// was, and higher, or under the same number at another time.
async fn would_lose(
    copy: &LocalCopy,
    changes: &[Change],
    at: DateTime<Utc>,
) -> Result<BTreeSet<Uuid>, Failure> {
    let mut lost = twice(copy, changes).await?;
    for change in changes {
        let Some(held) = copy.held(change.permit()).await? else { continue };
        let is_of_before = held.recorded_at.is_some_and(|on| on < at - MARGIN);
        if held.version > change.version() && is_of_before {
            lost.insert(held.permit.0);
        }
    }
    Ok(lost)
}

/// Permits whose version number was given twice.
async fn twice(copy: &LocalCopy, changes: &[Change]) -> Result<BTreeSet<Uuid>, Failure> {
    let mut twice = BTreeSet::new();
    for change in changes {
        let Change::Put(told) = change else { continue };
        if copy.is_given_twice(told.permit.0, told.version, told.recorded_at).await? {
            twice.insert(told.permit.0);
        }
    }
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
            Change::Put(_) => false,
            // it erases what there was then; what came since is newer
            Change::Erase { .. } => true,
        };
        if !has_left {
            counting.push(change);
        }
    }
    Ok(counting)
}

/// Permits in the copy that an extract of then would name, and does not: the registry has lost them.
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

async fn set(
    receiver: &Receiver,
    head: i64,
    link: String,
    at: DateTime<Utc>,
) -> Result<(), Failure> {
    let facts = [
        (APPLIED, head.to_string()),
        (APPLIED_LINK, link),
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
