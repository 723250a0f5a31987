//! Answering a look-up from the copy, and writing down that it was made. As at the registry, the record
//! never holds the answer back: what the disk does not take is kept and written afterwards, as late.

use serde::Serialize;
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
    let note = LookUpNote::of(&answer, inquiry, given);
    if let Err(failure) = write(receiver, answer.id, &note, false).await {
        tracing::error!(%failure, "a look-up was answered before its record was on the disk");
        let mut late = receiver.late();
        if late.len() < WAITING {
            late.push((answer.id, note));
        }
    }
    Ok(answer)
}

async fn write(
    receiver: &Receiver,
    id: Uuid,
    look_up: &LookUpNote,
    late: bool,
) -> Result<(), Failure> {
    let note = serde_json::to_vec(&Note { id, look_up, late }).map_err(Failure::internal)?;
    receiver.copy().note(id, look_up.at, &note).await
}

/// Writes what the disk has not taken before.
pub(super) async fn write_late(receiver: &Receiver) {
    let waiting = std::mem::take(&mut *receiver.late());
    for (id, note) in waiting {
        if write(receiver, id, &note, true).await.is_err() {
            receiver.late().push((id, note));
        }
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
