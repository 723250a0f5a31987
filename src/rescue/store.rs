//! Rows behind the rescue slice: permits by identifier, outcomes of alerts, sealed events, live
//! versions. Reading takes no transaction: a look-up never waits for a writer.

use std::collections::HashMap;

use anrop_entity::{beacon_alert, event, log_entry, permit, permit_identifier};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _,
    ExprTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use serde_json::Value;
use uuid::Uuid;

use super::rules::{MatchKind, PENDING, Search};
use crate::{
    app::App,
    database::Tx,
    disclosure::{Circumstances, policy::Kind},
    failure::{Failure, Problem},
    party,
    permit::{
        kind,
        model::Permit,
        record,
        store::{by_identifier, contacts},
    },
    seal::{Stream, sealer},
    values::ids::{PartyId, PermitId},
};

/// Kinds of permit whose holders a rescue centre calls.
pub const KINDS: [Kind; 2] = [Kind::Plb, Kind::Aircraft];

/// A permit that has, or had, what was looked for.
#[derive(Debug, Clone)]
pub struct Hit {
    /// The permit as it stands.
    pub permit: Permit,
    /// How it answers to the key.
    pub kind: MatchKind,
    /// Whether the identifier is still its own, and not one it had before.
    pub current: bool,
}

/// Permits of the kinds a rescue centre gets, found by the first of the searches they answer to.
pub async fn hits(
    connection: &impl ConnectionTrait,
    searches: &[Search],
) -> Result<Vec<Hit>, Failure> {
    let mut hits: Vec<Hit> = Vec::new();
    for search in searches {
        for (permit, _, current) in
            by_identifier(connection, &[search.scheme], &search.value).await?
        {
            let is_known = hits.iter().any(|hit| hit.permit.id == permit.id);
            if KINDS.contains(&permit.kind) && !is_known {
                hits.push(Hit { permit, kind: search.kind, current });
            }
        }
    }
    Ok(hits)
}

/// What is registered about a permit.
pub struct Registered {
    /// The whole record, not yet cut for anybody.
    pub record: Value,
    /// What a disclosure depends on.
    pub circumstances: Circumstances<'static>,
    /// A part could not be opened and is missing.
    pub incomplete: bool,
}

/// Reads what is registered about a permit. A sealed part that does not open is left out and noted:
/// the telephone numbers that can be read must not be lost over one that cannot.
pub async fn registered(app: &App, permit: &Permit) -> Result<Registered, Failure> {
    let connection = app.db().urgent();
    let keys = app.keys();
    // at once: each waits for a processor that the authority's work keeps busy
    let (party, national_id, contacts) = tokio::join!(
        party::store::get(connection, permit.holder),
        party::store::national_id(connection, &keys, permit.holder),
        contacts(connection, &keys, permit.id),
    );
    let (party, mut incomplete) = (party?, false);
    let national_id = unless_unavailable(national_id, &mut incomplete)?.flatten();
    let contacts = unless_unavailable(contacts, &mut incomplete)?.unwrap_or_default();
    Ok(Registered {
        record: record::of(permit, &party, national_id.as_ref(), &contacts),
        circumstances: Circumstances::of(permit.kind, &party, !permit.status.is_live()),
        incomplete,
    })
}

/// A database that does not answer fails the look-up, which may be repeated; a secret that does not
/// open would fail again.
fn unless_unavailable<T>(
    outcome: Result<T, Failure>,
    incomplete: &mut bool,
) -> Result<Option<T>, Failure> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(failure) if failure.problem() == Problem::Unavailable => Err(failure),
        Err(failure) => {
            tracing::error!(%failure, "a part of a record could not be opened for a look-up");
            *incomplete = true;
            Ok(None)
        }
    }
}

/// How an alert turned out.
pub type Alert = beacon_alert::Model;

/// Most earlier alerts that are shown.
const ALERTS: u64 = 20;

/// Alerts recorded for any of these keys, or for this permit under whatever key, newest first.
pub async fn alerts(
    connection: &impl ConnectionTrait,
    keys: &[String],
    permit: Option<PermitId>,
) -> Result<Vec<Alert>, Failure> {
    let of_either = Condition::any()
        .add(beacon_alert::Column::Key.is_in(keys.iter().cloned()))
        .add_option(permit.map(|permit| beacon_alert::Column::PermitId.eq(permit.0)));
    Ok(beacon_alert::Entity::find()
        .filter(of_either)
        .order_by_desc(beacon_alert::Column::At)
        .order_by_desc(beacon_alert::Column::Id)
        .limit(ALERTS)
        .all(connection)
        .await?)
}

/// One alert by its id.
pub async fn alert(connection: &impl ConnectionTrait, id: Uuid) -> Result<Alert, Failure> {
    beacon_alert::Entity::find_by_id(id).one(connection).await?.ok_or_else(Failure::not_found)
}

/// Writes how an alert turned out.
pub async fn insert_alert(tx: &Tx, alert: Alert) -> Result<(), Failure> {
    beacon_alert::Entity::insert(beacon_alert::ActiveModel {
        id: Set(alert.id),
        key: Set(alert.key),
        permit_id: Set(alert.permit_id),
        incident_reference: Set(alert.incident_reference),
        outcome: Set(alert.outcome),
        officer: Set(alert.officer),
        at: Set(alert.at),
    })
    .exec_without_returning(&**tx)
    .await?;
    Ok(())
}

/// Most alerts listed that wait for one.
const WAITING: u64 = 20;

/// Overwrites the outcome of an alert.
pub async fn set_outcome(tx: &Tx, id: Uuid, outcome: &str) -> Result<(), Failure> {
    beacon_alert::Entity::update_many()
        .set(beacon_alert::ActiveModel { outcome: Set(outcome.to_owned()), ..Default::default() })
        .filter(beacon_alert::Column::Id.eq(id))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Gives the alerts of a key that wait for an incident reference theirs; how many there were.
pub async fn refer_alerts(tx: &Tx, key: &str, reference: &str) -> Result<u64, Failure> {
    let done = beacon_alert::Entity::update_many()
        .set(beacon_alert::ActiveModel {
            incident_reference: Set(reference.to_owned()),
            ..Default::default()
        })
        .filter(beacon_alert::Column::Key.eq(key))
        .filter(beacon_alert::Column::IncidentReference.eq(PENDING))
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected)
}

/// Alerts that wait for an incident reference, newest first.
pub async fn pending_alerts(connection: &impl ConnectionTrait) -> Result<Vec<Alert>, Failure> {
    Ok(beacon_alert::Entity::find()
        .filter(beacon_alert::Column::IncidentReference.eq(PENDING))
        .order_by_desc(beacon_alert::Column::At)
        .limit(WAITING)
        .all(connection)
        .await?)
}

/// True if a permit of a kind that a rescue centre gets has this id.
pub async fn is_permit(connection: &impl ConnectionTrait, id: PermitId) -> Result<bool, Failure> {
    let row = permit::Entity::find_by_id(id.0)
        .filter(permit::Column::Kind.is_in(KINDS.map(Kind::as_str)))
        .one(connection)
        .await?;
    Ok(row.is_some())
}

/// One sealed event about a permit of a kind that a rescue centre gets.
#[derive(Debug, Clone)]
pub struct Change {
    /// Place in the sealed log.
    pub sequence: i64,
    /// What happened.
    pub event: String,
    /// To which permit.
    pub permit: PermitId,
    /// The version it made.
    pub version: i32,
    /// Kind of the permit.
    pub kind: Kind,
    /// When it happened.
    pub at: DateTime<Utc>,
}

/// Log entries read at a time, and how many times: events of other kinds of permit lie between.
const ENTRIES: u64 = 500;
const READS: usize = 20;

/// The first sealed events after `after`, at most `limit`, and the sequence they were read up to.
pub async fn changes(
    connection: &impl ConnectionTrait,
    after: i64,
    limit: usize,
) -> Result<(Vec<Change>, i64), Failure> {
    let (mut found, mut upto) = (Vec::new(), after);
    for _ in 0..READS {
        let entries = sealed_events(connection, upto).await?;
        let is_last = entries.len() < usize::try_from(ENTRIES).unwrap_or(usize::MAX);
        let mut events = events(connection, entries.iter().map(|(_, id)| *id)).await?;
        for (sequence, id) in entries {
            if found.len() == limit {
                return Ok((found, upto));
            }
            upto = sequence;
            let position = events.iter().position(|event| event.id == id);
            if let Some(event) = position.map(|position| events.swap_remove(position)) {
                found.extend(change_of(sequence, event));
            }
        }
        if is_last {
            break;
        }
    }
    Ok((found, upto))
}

async fn sealed_events(
    connection: &impl ConnectionTrait,
    after: i64,
) -> Result<Vec<(i64, Uuid)>, Failure> {
    let rows: Vec<(Option<i64>, String)> = log_entry::Entity::find()
        .select_only()
        .column(log_entry::Column::Seq)
        .column(log_entry::Column::Subject)
        .filter(log_entry::Column::Stream.eq(Stream::Event.code()))
        .filter(log_entry::Column::Seq.gt(after))
        .order_by_asc(log_entry::Column::Seq)
        .limit(ENTRIES)
        .into_tuple()
        .all(connection)
        .await?;
    rows.into_iter()
        .map(|(sequence, subject)| {
            let sequence =
                sequence.ok_or_else(|| Failure::internal("a sealed entry has no place"))?;
            Ok((sequence, Uuid::try_parse(&subject).map_err(Failure::internal)?))
        })
        .collect()
}

async fn events(
    connection: &impl ConnectionTrait,
    ids: impl Iterator<Item = Uuid>,
) -> Result<Vec<event::Model>, Failure> {
    Ok(event::Entity::find()
        .filter(event::Column::Id.is_in(ids))
        .filter(event::Column::PermitKind.is_in(KINDS.map(Kind::as_str)))
        .all(connection)
        .await?)
}

fn change_of(sequence: i64, event: event::Model) -> Option<Change> {
    Some(Change {
        sequence,
        event: event.kind,
        permit: PermitId(event.permit_id?),
        version: event.permit_version?,
        kind: kind::from_code(event.permit_kind.as_deref()?)?,
        at: event.occurred_at,
    })
}

/// A permit with its newest version.
#[derive(Debug, Clone, Copy)]
pub struct Newest {
    /// The permit.
    pub permit: PermitId,
    /// Its newest version.
    pub version: i32,
    /// Its kind.
    pub kind: Kind,
    /// Whose it is.
    pub holder: PartyId,
    /// When it ended.
    pub ended: Option<DateTime<Utc>>,
}

/// The newest versions of those of some permits that a rescue centre gets.
pub async fn newest(
    connection: &impl ConnectionTrait,
    permits: &[PermitId],
) -> Result<Vec<Newest>, Failure> {
    let query =
        permit::Entity::find().filter(permit::Column::Id.is_in(permits.iter().map(|id| id.0)));
    newest_of(connection, query).await
}

/// Permits a rescue centre gets, ended ones too, after an id and in the order of the ids.
pub async fn newest_after(
    connection: &impl ConnectionTrait,
    after: Uuid,
    limit: u64,
) -> Result<Vec<Newest>, Failure> {
    let query = permit::Entity::find()
        .filter(permit::Column::Id.gt(after))
        .order_by_asc(permit::Column::Id)
        .limit(limit);
    newest_of(connection, query).await
}

async fn newest_of(
    connection: &impl ConnectionTrait,
    query: sea_orm::Select<permit::Entity>,
) -> Result<Vec<Newest>, Failure> {
    type Row = (Uuid, i32, String, Uuid, Option<DateTime<Utc>>);
    let rows: Vec<Row> = query
        .select_only()
        .column(permit::Column::Id)
        .column(permit::Column::Version)
        .column(permit::Column::Kind)
        .column(permit::Column::HolderId)
        .column(permit::Column::EndedAt)
        .filter(permit::Column::Kind.is_in(KINDS.map(Kind::as_str)))
        .into_tuple()
        .all(connection)
        .await?;
    let newest = |(id, version, kind, holder, ended): Row| {
        let kind = kind::from_code(&kind)?;
        Some(Newest { permit: PermitId(id), version, kind, holder: PartyId(holder), ended })
    };
    Ok(rows.into_iter().filter_map(newest).collect())
}

/// Identifiers that these permits had before: scheme and value.
pub async fn former_identifiers(
    connection: &impl ConnectionTrait,
    permits: &[PermitId],
) -> Result<HashMap<PermitId, Vec<(String, String)>>, Failure> {
    let rows = permit_identifier::Entity::find()
        .filter(permit_identifier::Column::PermitId.is_in(permits.iter().map(|id| id.0)))
        .filter(permit_identifier::Column::Live.eq(false))
        .all(connection)
        .await?;
    let mut former: HashMap<PermitId, Vec<(String, String)>> = HashMap::new();
    for row in rows {
        former.entry(PermitId(row.permit_id)).or_default().push((row.scheme, row.value));
    }
    Ok(former)
}

/// Alerts recorded from a time on, in order, after the last one known of that time; at most `limit`.
pub async fn alerts_since(
    connection: &impl ConnectionTrait,
    from: DateTime<Utc>,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Alert>, Failure> {
    let mut which = Condition::any().add(beacon_alert::Column::At.gt(from));
    let same_time = beacon_alert::Column::At.eq(from);
    which = match after {
        Some(after) => which.add(same_time.and(beacon_alert::Column::Id.gt(after))),
        None => which.add(same_time),
    };
    Ok(beacon_alert::Entity::find()
        .filter(which)
        .order_by_asc(beacon_alert::Column::At)
        .order_by_asc(beacon_alert::Column::Id)
        .limit(limit)
        .all(connection)
        .await?)
}

/// The last sealed place of the log.
pub async fn head(connection: &impl ConnectionTrait) -> Result<u64, Failure> {
    Ok(sealer::head(connection).await?.count)
}
