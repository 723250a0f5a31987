//! Bringing the look-ups that were answered here to the registry, so that its log, and with it the holders,
//! have them too. What the registry has taken is marked; the rest is sent again later, which harms nothing.

use serde::Deserialize;
use uuid::Uuid;

use super::{
    super::{
        Receiver,
        client::{Registry, refused as told},
    },
    Fault,
    catch_up::registry,
};
use crate::rescue::{
    actions::LookUpNote,
    copy::store::NotePlace,
    wire::{CopiedLookUp, CopiedLookUps},
};

/// Most look-ups in one request, and most bytes of them: the registry takes 200, and reads 64 KiB.
const MOST: u64 = 200;
const BYTES: usize = 48 * 1024;
const PATH: &str = "/v1/rescue/look-ups-of-copies";

/// A look-up as the copy keeps it.
#[derive(Deserialize)]
struct Note {
    id: Uuid,
    #[serde(flatten)]
    look_up: LookUpNote,
    #[serde(default)]
    late: bool,
}

/// Look-ups as they are sent, with their ids.
type Batch = Vec<(Uuid, CopiedLookUp)>;

/// Brings every look-up that the registry does not have; answers how many it has taken.
///
/// # Errors
/// When the registry or the copy does not answer, or the registry refuses some; those it has not taken
/// stay.
pub async fn bring_look_ups(receiver: &Receiver) -> Result<u64, Fault> {
    let registry = registry(receiver)?;
    let mut after = None;
    let (mut taken, mut refused) = (0, 0);
    loop {
        let waiting = receiver.copy().waiting_notes(after, MOST).await?;
        let (batch, last) = fitting(&waiting);
        if last.is_none() {
            break;
        }
        after = last;
        let sent = send(receiver, registry, &batch).await?;
        taken += sent.0;
        refused += sent.1;
    }
    if refused > 0 {
        return Err(Fault::Registry(format!("the registry refuses {refused} look-ups")));
    }
    Ok(taken)
}

/// As many of these as one request holds, one at least, and the place of the last that was looked at.
fn fitting(waiting: &[(NotePlace, Vec<u8>)]) -> (Batch, Option<NotePlace>) {
    let (mut batch, mut last, mut bytes) = (Batch::new(), None, 0);
    for (place, note) in waiting {
        bytes += note.len();
        if bytes > BYTES && !batch.is_empty() {
            break;
        }
        last = Some(*place);
        match serde_json::from_slice::<Note>(note) {
            Ok(note) => {
                let look_up = CopiedLookUp::of(note.id, &note.look_up, note.late);
                batch.push((note.id, look_up));
            }
            Err(_) => tracing::error!(look_up = %place.1, "a look-up made here does not read back"),
        }
    }
    (batch, last)
}

/// Sends look-ups, and where the registry refuses them their halves, so that one does not keep the others.
/// Answers how many it has taken and how many it refuses.
async fn send(
    receiver: &Receiver,
    registry: &Registry,
    batch: &[(Uuid, CopiedLookUp)],
) -> Result<(u64, u64), Fault> {
    let (mut taken, mut refused) = (0, 0);
    let mut open = vec![batch];
    while let Some(part) = open.pop() {
        if part.is_empty() {
            continue;
        }
        let look_ups = part.iter().map(|(_, look_up)| look_up.clone()).collect();
        match registry.post(PATH, &CopiedLookUps { look_ups }).await? {
            200..=299 => {
                let ids: Vec<Uuid> = part.iter().map(|(id, _)| *id).collect();
                receiver.copy().set_brought(&ids).await?;
                taken += ids.len() as u64;
            }
            400 | 413 | 422 if part.len() > 1 => {
                let (first, rest) = part.split_at(part.len() / 2);
                open.extend([rest, first]);
            }
            400 | 413 | 422 => refused += 1,
            status => return Err(Fault::Registry(told(status))),
        }
    }
    Ok((taken, refused))
}
