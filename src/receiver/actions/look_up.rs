//! Answering a look-up from the copy, and writing down that it was made. As at the registry, the record
//! never holds the answer back: what the disk does not take in time is kept and written afterwards, as late.

use std::time::Duration;

use serde::Serialize;
use tokio::time::timeout;
use uuid::Uuid;

use super::super::Receiver;
use crate::{
    failure::{Failure, Problem},
    rescue::{
        actions::{Answer, Inquiry, LookUpNote, Origin, Source, answer},
        rules::Key,
    },
};

/// Most look-ups kept in memory while the disk does not take them.
const WAITING: usize = 20_000;
/// So long an answer waits for its record: a commit of many permits may be before it, or the disk hangs.
const PATIENCE: Duration = Duration::from_millis(250);
/// So long a receiver that ends waits for the disk.
const LAST_WAIT: Duration = Duration::from_secs(10);

/// A look-up as the copy keeps it.
#[derive(Debug, Clone, Serialize)]
struct Note<'a> {
    id: Uuid,
    #[serde(flatten)]
    look_up: &'a LookUpNote,
    late: bool,
}

/// Looks a key up in the copy.
///
/// # Errors
/// 503 while the copy has never been complete, or when it cannot be read.
pub async fn look_up(receiver: &Receiver, key: Key, inquiry: &Inquiry) -> Result<Answer, Failure> {
    let (as_of, from_extract) = {
        let progress = receiver.progress();
        (progress.as_of, progress.from_extract)
    };
    // that nobody has registered a beacon can only be said by a copy that was once whole
    let as_of = as_of.ok_or_else(|| {
        Failure::new(
            Problem::Unavailable,
            "The copy has not been filled yet. Ask the registry, or load an extract.",
        )
    })?;
    let origin = if from_extract { Origin::Extract } else { Origin::Copy };
    let source = Source::Copy(receiver.copy());
    let (answer, given) = answer(&source, key, origin, receiver.clock(), Some(as_of)).await?;
    record(receiver, answer.id, LookUpNote::of(&answer, inquiry, given)).await;
    Ok(answer)
}

/// Writes a look-up down, or keeps it when that takes too long.
async fn record(receiver: &Receiver, id: Uuid, note: LookUpNote) {
    let (of, look_up) = (receiver.clone(), note.clone());
    // a task of its own, which comes to its end when nobody waits for it any more
    let writing = tokio::spawn(async move { write(&of, id, &look_up, false).await });
    let failure = match timeout(PATIENCE, writing).await {
        Ok(Ok(Ok(()))) => return,
        Ok(Ok(Err(failure))) => failure,
        Ok(Err(broken)) => Failure::internal(broken),
        Err(slow) => Failure::internal(slow),
    };
    tracing::error!(%failure, "a look-up was answered before its record was on the disk");
    let mut late = receiver.late();
    if late.len() < WAITING {
        late.push_back((id, note));
    } else {
        tracing::error!(look_up = %id, "the record of a look-up is lost: too many wait for the disk");
    }
}

async fn write(
    receiver: &Receiver,
    id: Uuid,
    look_up: &LookUpNote,
    late: bool,
) -> Result<(), Failure> {
    let note = serde_json::to_vec(&Note { id, look_up, late }).map_err(Failure::internal)?;
    receiver.copy().note(id, look_up.at, &note, late).await
}

/// Writes what the disk has not taken before, the oldest first. One leaves the memory only when it is
/// written.
pub(super) async fn write_late(receiver: &Receiver) {
    loop {
        let Some((id, note)) = receiver.late().front().cloned() else { return };
        if let Err(failure) = write(receiver, id, &note, true).await {
            tracing::error!(%failure, "records of look-ups still wait for the disk");
            return;
        }
        receiver.late().pop_front();
    }
}

/// Writes what still waits before a receiver ends, once it answers nobody any more and its follower has
/// stopped; what the disk does not take then is lost, and that is told.
pub async fn write_last(receiver: &Receiver) {
    let _ = timeout(LAST_WAIT, write_late(receiver)).await;
    let lost = receiver.late().len();
    if lost > 0 {
        tracing::error!(lost, "records of look-ups are lost: the disk did not take them");
    }
}

/// Every look-up made here, oldest first, one line of JSON each.
///
/// # Errors
/// When the copy cannot be read.
pub async fn notes(receiver: &Receiver) -> Result<Vec<String>, Failure> {
    let notes = receiver.copy().notes().await?;
    Ok(notes.into_iter().map(|note| String::from_utf8_lossy(&note).into_owned()).collect())
}
