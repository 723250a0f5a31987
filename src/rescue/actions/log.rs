//! The log of look-ups: appended to the local spool before the answer goes out, moved into the sealed
//! disclosure log afterwards. It holds who asked for what, and the names of the fields given, never
//! their values.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{
    super::{rules::PENDING, spool::SpooledRecord},
    Inquiry,
    look_up::Answer,
    mark::AlertNote,
};
use crate::{
    app::App,
    database::{Connection, Tx},
    disclosure::{Disclosed, policy::Recipient, store as disclosure_store},
    failure::{Failure, Problem},
    values::ids::{PartyId, PermitId},
};

/// Purpose of entries that gave nothing; the others carry the purpose of what was given.
pub const PURPOSE: &str = "rescue-look-up-log";
/// Records moved in one transaction.
const BATCH: usize = 200;

/// How a look-up ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// A live permit.
    Match,
    /// An ended permit.
    Ended,
    /// Another country's.
    Foreign,
    /// In another register.
    OtherRegister,
    /// Not registered.
    Unknown,
}

impl Outcome {
    /// As in the log.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Match => "match",
            Self::Ended => "ended",
            Self::Foreign => "foreign",
            Self::OtherRegister => "otherRegister",
            Self::Unknown => "unknown",
        }
    }
}

/// One look-up as it lies in the spool.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LookUpNote {
    /// When it was answered.
    pub at: DateTime<Utc>,
    /// Who looked.
    pub officer: String,
    /// For which incident; `pending` until known.
    pub incident_reference: String,
    /// What was looked up, canonical.
    pub key: String,
    /// How it ended.
    pub outcome: Outcome,
    /// What was given.
    pub permits: Vec<GivenRecord>,
    /// It could be kept nowhere when it was answered.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_late: bool,
}

impl LookUpNote {
    /// What is noted of an answer.
    pub fn of(answer: &Answer, inquiry: &Inquiry, permits: Vec<GivenRecord>) -> Self {
        Self {
            at: answer.answered_at,
            officer: inquiry.officer.clone(),
            incident_reference: inquiry.incident_reference.clone(),
            key: answer.key.canonical(),
            outcome: answer.outcome(),
            permits,
            is_late: false,
        }
    }
}

/// What was given of one permit.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GivenRecord {
    /// The permit.
    pub permit_id: PermitId,
    /// Whose it is; a rescue centre's own copy does not know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<PartyId>,
    /// Its version.
    pub version: i32,
    /// Purpose, as in the policy.
    pub purpose: String,
    /// Names of the fields.
    pub fields: Vec<String>,
}

impl GivenRecord {
    /// Notes a disclosure of a permit at a version.
    pub fn of(
        (permit, version): (PermitId, i32),
        holder: Option<PartyId>,
        disclosed: &Disclosed,
    ) -> Self {
        Self {
            permit_id: permit,
            party: holder,
            version,
            purpose: disclosed.purpose().to_owned(),
            fields: disclosed.field_names(),
        }
    }
}

/// What lies in the spool.
#[derive(Deserialize)]
#[serde(untagged)]
enum Spooled {
    LookUp(LookUpNote),
    Alert(AlertNote),
}

/// Records a look-up. Returns when it is on the disk, or after the spool's time limit; whatever
/// happens, the rescue centre is answered.
pub async fn append(app: &App, id: Uuid, look_up: LookUpNote) {
    let payload = serde_json::to_vec(&look_up).unwrap_or_default();
    let Err(fault) = app.spool().append(id, payload).await else { return };
    tracing::warn!(%fault, "a look-up was answered before its record was on the disk");
    if fault.is_kept() {
        return;
    }
    // the spool does not take it, so it waits here, and nobody waits for it
    let held = Held::new(id);
    let app = app.clone();
    tokio::spawn(async move { hold(&app, held, look_up).await });
}

/// First wait for a record that neither the spool nor the database took; each one after is twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// Longest wait between two attempts.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// A record that is held in memory only. If it goes before it is kept, that is told.
struct Held {
    id: Uuid,
    is_kept: bool,
}

impl Held {
    fn new(id: Uuid) -> Self {
        metrics::gauge!("anrop_look_up_records_held").increment(1.0);
        Self { id, is_kept: false }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        metrics::gauge!("anrop_look_up_records_held").decrement(1.0);
        if !self.is_kept {
            tracing::error!(look_up = %self.id, "the record of a look-up is lost");
        }
    }
}

/// Tries database and spool in turn until one has the record, flagged as written afterwards.
async fn hold(app: &App, mut held: Held, look_up: LookUpNote) {
    let entries = entries_of(held.id, look_up.clone(), true);
    let payload = serde_json::to_vec(&LookUpNote { is_late: true, ..look_up }).unwrap_or_default();
    let mut wait = FIRST_WAIT;
    loop {
        held.is_kept = match store(app, &entries).await {
            Ok(()) => true,
            Err(failure) => {
                tracing::warn!(%failure, "the record of a look-up is kept nowhere yet");
                match app.spool().append(held.id, payload.clone()).await {
                    Ok(()) => true,
                    Err(fault) => fault.is_kept(),
                }
            }
        };
        if held.is_kept {
            return;
        }
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}

/// Moves spooled look-ups into the disclosure log; answers how many were moved. Repeating it, also
/// after a crash between the two steps, stores nothing twice.
///
/// # Errors
/// When the database or the spool does not answer; what is not stored stays in the spool.
pub async fn drain_spool(app: &App) -> Result<usize, Failure> {
    let mut moved = 0;
    loop {
        let batch = app.spool().drain(BATCH).await.map_err(Failure::internal)?;
        let count = batch.records.len();
        if count > 0 {
            let read: Vec<_> = batch.records.iter().map(contents).collect();
            store_all(app, &read).await?;
        }
        // also when empty: a batch may have passed over damaged stretches
        app.spool().acknowledge(batch).await.map_err(Failure::internal)?;
        moved += count;
        if count < BATCH {
            return Ok(moved);
        }
    }
}

async fn store(app: &App, entries: &[disclosure_store::Entry]) -> Result<(), Failure> {
    app.db().write(|tx| async move { insert(&tx, entries).await }).await
}

async fn insert(tx: &Tx, entries: &[disclosure_store::Entry]) -> Result<(), Failure> {
    for entry in entries {
        disclosure_store::insert(tx, entry.clone()).await?;
    }
    Ok(())
}

/// What a record of the spool becomes.
enum Content {
    Entries(Vec<disclosure_store::Entry>),
    Alert(AlertNote),
}

async fn store_all(app: &App, contents: &[Content]) -> Result<(), Failure> {
    app.db()
        .write(|tx| async move {
            for one in contents {
                match one {
                    Content::Entries(entries) => insert(&tx, entries).await?,
                    Content::Alert(note) => note.record(&tx).await?,
                }
            }
            Ok(())
        })
        .await
}

/// A record that does not read back must not stop those behind it: that a look-up was made is kept.
fn contents(record: &SpooledRecord) -> Content {
    match serde_json::from_slice(&record.payload) {
        Ok(Spooled::LookUp(look_up)) => {
            let late = record.late || look_up.is_late;
            return Content::Entries(entries_of(record.id, look_up, late));
        }
        Ok(Spooled::Alert(note)) => return Content::Alert(note),
        Err(_) => {}
    }
    tracing::error!(record = %record.id, "a spooled look-up does not read back; only that it was made is kept");
    Content::Entries(vec![disclosure_store::Entry {
        id: Some(record.id),
        recipient: Recipient::RescueCentre.as_str().to_owned(),
        purpose: PURPOSE.to_owned(),
        outcome: Some("unreadable".to_owned()),
        late: record.late,
        ..Default::default()
    }])
}

/// Id of the entry of the `n`th permit given, the first of which has the look-up's own. Made from it,
/// so that storing an entry twice is harmless and all of a look-up can be found.
fn entry_id(look_up: Uuid, n: usize) -> Uuid {
    if n == 0 { look_up } else { derived(look_up, &n.to_string()) }
}

fn derived(look_up: Uuid, what: &str) -> Uuid {
    let mut hash = Sha256::new();
    hash.update(look_up.as_bytes());
    hash.update(what);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    Uuid::from_bytes(bytes)
}

/// One entry per permit given, or one without a permit.
pub(super) fn entries_of(
    id: Uuid,
    look_up: LookUpNote,
    late: bool,
) -> Vec<disclosure_store::Entry> {
    let plain = disclosure_store::Entry {
        id: Some(id),
        recipient: Recipient::RescueCentre.as_str().to_owned(),
        purpose: PURPOSE.to_owned(),
        incident_reference: Some(look_up.incident_reference),
        officer: Some(look_up.officer),
        key: Some(look_up.key),
        outcome: Some(look_up.outcome.code().to_owned()),
        late,
        at: Some(look_up.at),
        ..Default::default()
    };
    if look_up.permits.is_empty() {
        return vec![plain];
    }
    let given = look_up.permits.into_iter().enumerate().map(|(n, given)| disclosure_store::Entry {
        id: Some(entry_id(id, n)),
        purpose: given.purpose,
        party: given.party,
        permit: Some(given.permit_id),
        fields: given.fields,
        version: Some(given.version),
        ..plain.clone()
    });
    given.collect()
}

/// Most permits one look-up gives.
const MOST: usize = 64;
/// Outcome of an entry that completes another.
const COMPLETED: &str = "referenceCompleted";

/// Gives a look-up that was made under `pending` its incident reference: an entry of its own beside each
/// entry of the look-up, because what the log has sealed does not change. Repeating it is harmless.
///
/// # Errors
/// 404 when there is no such look-up, 409 when it has a reference already.
pub async fn complete_reference(
    app: &App,
    look_up: Uuid,
    inquiry: &Inquiry,
) -> Result<(), Failure> {
    // it may still lie in the spool
    while drain_spool(app).await? > 0 {}
    let ids: Vec<Uuid> = (0..MOST).map(|n| entry_id(look_up, n)).collect();
    let entries = disclosure_store::look_up_entries(app.db().read(), &ids).await?;
    if entries.is_empty() {
        return Err(Failure::not_found());
    }
    if entries.iter().any(|entry| entry.incident_reference.as_deref() != Some(PENDING)) {
        return Err(Failure::new(
            Problem::IllegalTransition,
            "The look-up was made under an incident reference, which stands.",
        ));
    }
    let completed: Vec<_> = entries.iter().map(|entry| completion(entry, inquiry)).collect();
    store(app, &completed).await
}

/// The entry that gives another its incident reference.
pub(super) fn completion(
    entry: &disclosure_store::Entry,
    inquiry: &Inquiry,
) -> disclosure_store::Entry {
    disclosure_store::Entry {
        id: entry.id.map(|id| derived(id, &inquiry.incident_reference)),
        purpose: PURPOSE.to_owned(),
        fields: Vec::new(),
        incident_reference: Some(inquiry.incident_reference.clone()),
        officer: Some(inquiry.officer.clone()),
        outcome: Some(COMPLETED.to_owned()),
        late: false,
        by_copy: false,
        at: None,
        ..entry.clone()
    }
}

/// Most entries of look-ups that are looked through for those without an incident reference.
const WAITING: u64 = 500;

/// Entries of look-ups, of one key or of any, that were made under `pending` and have got no reference
/// since; the newest first.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn waiting(
    connection: &impl Connection,
    key: Option<&str>,
) -> Result<Vec<disclosure_store::Entry>, Failure> {
    let mut entries = disclosure_store::look_ups_under(connection, PENDING, key, WAITING).await?;
    let mut keys: Vec<String> = entries.iter().filter_map(|entry| entry.key.clone()).collect();
    keys.sort_unstable();
    keys.dedup();
    let completed = disclosure_store::look_ups_ending(connection, COMPLETED, &keys).await?;
    entries.retain(|entry| {
        let is_of = |done: &disclosure_store::Entry| {
            let reference = done.incident_reference.as_deref().unwrap_or_default();
            done.key == entry.key && entry.id.map(|id| derived(id, reference)) == done.id
        };
        !completed.iter().any(is_of)
    });
    Ok(entries)
}
