//! The log of look-ups: appended to the local spool before the answer goes out, moved into the sealed
//! disclosure log afterwards. It holds who asked for what, and the names of the fields given, never
//! their values.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    super::{rules::Key, spool::SpooledRecord},
    Inquiry,
};
use crate::{
    app::App,
    disclosure::{Disclosed, policy::Recipient, store as disclosure_store},
    failure::Failure,
    permit::model::Permit,
    values::ids::{PartyId, PermitId, fresh},
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
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct LookUp {
    at: DateTime<Utc>,
    officer: String,
    incident_reference: String,
    key: String,
    outcome: Outcome,
    permits: Vec<GivenRecord>,
}

/// What was given of one permit.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GivenRecord {
    /// Id of the entry, given now so that storing it twice is harmless.
    id: Uuid,
    permit_id: PermitId,
    party: PartyId,
    version: i32,
    purpose: String,
    fields: Vec<String>,
}

impl GivenRecord {
    /// Notes a disclosure of a permit.
    pub fn of(app: &App, permit: &Permit, disclosed: &Disclosed) -> Self {
        Self {
            id: fresh(app.clock().now()),
            permit_id: permit.id,
            party: permit.holder,
            version: permit.version,
            purpose: disclosed.purpose().to_owned(),
            fields: disclosed.field_names(),
        }
    }
}

/// Records a look-up. Returns when it is on the disk, or after the spool's time limit; whatever
/// happens, the rescue centre is answered.
pub async fn append(
    app: &App,
    key: &Key,
    inquiry: &Inquiry,
    outcome: Outcome,
    at: DateTime<Utc>,
    permits: Vec<GivenRecord>,
) {
    let look_up = LookUp {
        at,
        officer: inquiry.officer.clone(),
        incident_reference: inquiry.incident_reference.clone(),
        key: key.canonical(),
        outcome,
        permits,
    };
    let id = fresh(app.clock().now());
    let payload = serde_json::to_vec(&look_up).unwrap_or_default();
    let Err(fault) = app.spool().append(id, payload).await else { return };
    tracing::warn!(%fault, "a look-up was answered before its record was on the disk");
    if fault.is_kept() {
        return;
    }
    // the spool cannot keep it: the database is the only place left, and nobody waits for it
    let app = app.clone();
    tokio::spawn(async move {
        if let Err(failure) = store(&app, &entries_of(id, look_up, true)).await {
            tracing::error!(%failure, "the record of a look-up is lost");
        }
    });
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
            let entries: Vec<_> = batch.records.iter().flat_map(entries_of_record).collect();
            store(app, &entries).await?;
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
    app.db()
        .write(|tx| async move {
            for entry in entries {
                disclosure_store::insert(&tx, entry.clone()).await?;
            }
            Ok(())
        })
        .await
}

/// A record that does not read back must not stop those behind it: that a look-up was made is kept.
fn entries_of_record(record: &SpooledRecord) -> Vec<disclosure_store::Entry> {
    if let Ok(look_up) = serde_json::from_slice(&record.payload) {
        return entries_of(record.id, look_up, record.late);
    }
    tracing::error!(record = %record.id, "a spooled look-up does not read back; only that it was made is kept");
    vec![disclosure_store::Entry {
        id: Some(record.id),
        recipient: Recipient::RescueCentre.as_str().to_owned(),
        purpose: PURPOSE.to_owned(),
        outcome: Some("unreadable".to_owned()),
        late: record.late,
        ..Default::default()
    }]
}

/// One entry per permit given, or one without a permit.
fn entries_of(id: Uuid, look_up: LookUp, late: bool) -> Vec<disclosure_store::Entry> {
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
    let given = look_up.permits.into_iter().map(|given| disclosure_store::Entry {
        id: Some(given.id),
        purpose: given.purpose,
        party: Some(given.party),
        permit: Some(given.permit_id),
        fields: given.fields,
        version: Some(given.version),
        ..plain.clone()
    });
    given.collect()
}
