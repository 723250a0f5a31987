//! Taking over the look-ups that a rescue centre's own copy has answered, so that the log of who has read
//! whose data has them too. A look-up has its own id from the copy, so that it is written once however
//! often it is brought.

use std::collections::{BTreeSet, HashMap};

use uuid::Uuid;

use super::{
    super::store,
    log::{LookUpNote, entries_of},
    state::CHUNK,
};
use crate::{
    app::App,
    clock::microseconds,
    database::Tx,
    disclosure::store as disclosure_store,
    failure::Failure,
    values::ids::{PartyId, PermitId},
};

/// What became of look-ups that were brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Brought {
    /// Look-ups written now.
    pub added: u64,
    /// Look-ups that had been brought before.
    pub known: u64,
}

/// Writes look-ups of a copy into the disclosure log, all of them or none, with whose the permits are. Whom
/// the token is for stands beside the officer, as with look-ups here.
///
/// # Errors
/// When the database does not answer.
pub async fn take_copied(
    app: &App,
    subject: &str,
    look_ups: &[(Uuid, LookUpNote)],
) -> Result<Brought, Failure> {
    let ids: Vec<Uuid> = look_ups.iter().map(|(id, _)| *id).collect();
    let ids = &ids;
    app.db()
        .write(|tx| async move {
            let entries = disclosure_store::look_up_entries(&*tx, ids).await?;
            let mut known: BTreeSet<Uuid> =
                entries.into_iter().filter_map(|entry| entry.id).collect();
            let holders = holders(&tx, look_ups).await?;
            let mut added = 0;
            for (id, note) in look_ups {
                if known.insert(*id) {
                    write(&tx, *id, note, subject, &holders).await?;
                    added += 1;
                }
            }
            Ok(Brought { added, known: look_ups.len() as u64 - added })
        })
        .await
}

/// Whose the permits are that were given. One that is gone, or is not the rescue centre's, has nobody here.
async fn holders(
    tx: &Tx,
    look_ups: &[(Uuid, LookUpNote)],
) -> Result<HashMap<PermitId, PartyId>, Failure> {
    let given = look_ups.iter().flat_map(|(_, note)| &note.permits);
    let permits: BTreeSet<PermitId> = given.map(|given| given.permit_id).collect();
    let permits: Vec<PermitId> = permits.into_iter().collect();
    let mut holders = HashMap::new();
    for chunk in permits.chunks(CHUNK) {
        let newest = store::newest(&**tx, chunk).await?;
        holders.extend(newest.into_iter().map(|newest| (newest.permit, newest.holder)));
    }
    Ok(holders)
}

async fn write(
    tx: &Tx,
    id: Uuid,
    note: &LookUpNote,
    subject: &str,
    holders: &HashMap<PermitId, PartyId>,
) -> Result<(), Failure> {
    let look_up = LookUpNote {
        at: microseconds(note.at),
        officer: format!("{} ({subject})", note.officer),
        ..note.clone()
    };
    for mut entry in entries_of(id, look_up, note.is_late) {
        entry.by_copy = true;
        entry.party = entry.permit.and_then(|permit| holders.get(&permit).copied());
        disclosure_store::insert(tx, entry).await?;
    }
    Ok(())
}
