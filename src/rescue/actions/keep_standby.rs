//! Keeping the standby: filled once, then advanced along the sealed log; and swept, so that what was
//! erased without an event leaves it too. It reads the registry and writes only the standby's own file.

use std::time::Instant;

use uuid::Uuid;

use super::super::{
    copy::{Authority, Change, HeldAlert},
    standby::Standby,
    store::{self, Alert},
};
use super::state::{CHUNK, Given, State, states, states_of};
use crate::{
    app::App,
    failure::Failure,
    seal::{chain::Head, sealer},
    values::ids::PermitId,
};

/// Place of the log it has followed to.
const APPLIED: &str = "applied";
/// The log's link there.
const APPLIED_LINK: &str = "appliedLink";
/// Last id that the first fill has written, and the place of the log it began at.
const FILLED: &str = "filled";
const FILLING_FROM: &str = "fillingFrom";
/// Time and id of the last alert taken.
const ALERT_AT: &str = "alertAt";
/// Changes taken in one commit.
const PAGE: usize = 500;
/// After each part of a fill or a sweep it rests so many times as long as the part took: look-ups and the
/// authority's own work share these processors. A standby is sooner needed filled than swept.
const REST_FILLING: u32 = 1;
const REST_SWEEPING: u32 = 9;
/// Alerts are read again from so long before the last: commits may come out of order, and an outcome may
/// be corrected for a day.
const OVERLAP: chrono::TimeDelta = chrono::TimeDelta::hours(25);

impl HeldAlert {
    /// An alert as a copy holds it.
    pub fn of(alert: Alert) -> Self {
        Self {
            id: alert.id,
            key: alert.key,
            permit: alert.permit_id.map(PermitId),
            outcome: alert.outcome,
            incident_reference: alert.incident_reference,
            at: alert.at,
        }
    }
}

/// Brings the standby up to the head of the sealed log; answers its head.
///
/// # Errors
/// When the database or the standby's file does not answer; what was taken stays.
pub async fn keep_standby(app: &App) -> Result<Head, Failure> {
    let standby = app.standby().await?;
    let _turn = standby.turn.lock().await;
    let began = app.clock().now();
    let sealed = sealer::head(app.db().read()).await?;
    let head = sealed.count;
    let mut applied = match standby.copy.fact::<i64>(APPLIED).await? {
        Some(applied) if is_same_log(app, standby, applied).await? => applied,
        // filled never, or from a database that has been put back to an earlier state, which does not know all it holds
        _ => {
            standby.sweep_soon();
            fill(app, standby, head).await?
        }
    };
    while u64::try_from(applied).is_ok_and(|applied| applied < head) {
        let (changes, next) = store::changes(app.db().read(), applied, PAGE).await?;
        let mut permits: Vec<PermitId> = changes.iter().map(|change| change.permit).collect();
        permits.sort_unstable();
        permits.dedup();
        let changes = changes_of(standby, states(app, &permits).await?);
        let facts = [(APPLIED, next.to_string()), (APPLIED_LINK, link_text(app, next).await?)];
        standby.copy.take_with(&changes, Authority::Repair, &facts).await?;
        if next == applied {
            break;
        }
        applied = next;
    }
    take_alerts(app, standby).await?;
    standby.set_as_of(began).await?;
    Ok(sealed)
}

/// Whether the log up to a place is the one the standby has followed, however far it has grown since.
async fn is_same_log(app: &App, standby: &Standby, applied: i64) -> Result<bool, Failure> {
    let Some(link) = sealer::link_at(app.db().read(), applied).await? else { return Ok(false) };
    let known: Option<String> = standby.copy.fact(APPLIED_LINK).await?;
    Ok(known.is_none_or(|known| known == link.to_string()))
}

async fn link_text(app: &App, place: i64) -> Result<String, Failure> {
    let link = sealer::link_at(app.db().read(), place).await?;
    Ok(link.map(|link| link.to_string()).unwrap_or_default())
}

/// Reads everything, page by page; goes on where it was broken off.
async fn fill(app: &App, standby: &Standby, head: u64) -> Result<i64, Failure> {
    let from = i64::try_from(head).map_err(Failure::internal)?;
    let begun: Option<i64> = standby.copy.fact(FILLING_FROM).await?;
    let begun = begun.filter(|begun| *begun >= 0 && *begun <= from);
    let mut after = Uuid::nil();
    if begun.is_some() {
        after = standby.copy.fact(FILLED).await?.unwrap_or_default();
    } else {
        standby.copy.set_fact(FILLED, &after.to_string()).await?;
        standby.copy.set_fact(FILLING_FROM, &from.to_string()).await?;
    }
    loop {
        let part = Instant::now();
        let permits = store::newest_after(app.db().read(), after, CHUNK as u64).await?;
        let Some(last) = permits.last() else { break };
        after = last.permit.0;
        let changes = changes_of(standby, states_of(app, permits).await?);
        let facts = [(FILLED, after.to_string())];
        standby.copy.take_with(&changes, Authority::Repair, &facts).await?;
        tokio::time::sleep(part.elapsed() * REST_FILLING).await;
    }
    let applied = begun.unwrap_or(from);
    let link = link_text(app, applied).await?;
    let filled = "-1".to_owned();
    let facts = [(APPLIED, applied.to_string()), (APPLIED_LINK, link), (FILLING_FROM, filled)];
    standby.copy.take_with(&[], Authority::Repair, &facts).await?;
    Ok(applied)
}

fn changes_of(standby: &Standby, states: Vec<State>) -> Vec<Change> {
    let is_unreadable =
        |state: &State| (state.newest.permit.0, matches!(state.given, Given::Unreadable));
    standby.note_unreadable(states.iter().map(is_unreadable));
    let change = |state: State| match state.given {
        // a fault here must not stop those behind it, nor take away what is held
        Given::Unreadable => None,
        Given::Nothing => {
            Some(Change::Erase { permit: state.newest.permit, version: state.newest.version })
        }
        Given::Record(_) => state.held().map(|held| Change::Put(Box::new(held))),
    };
    states.into_iter().filter_map(change).collect()
}

async fn take_alerts(app: &App, standby: &Standby) -> Result<(), Failure> {
    let known: Option<chrono::DateTime<chrono::Utc>> = standby.copy.fact(ALERT_AT).await?;
    let mut from = known.unwrap_or(chrono::DateTime::UNIX_EPOCH) - OVERLAP;
    let mut after = None;
    let mut taken = false;
    loop {
        let alerts = store::alerts_since(app.db().read(), from, after, PAGE as u64).await?;
        let Some(last) = alerts.last() else { break };
        taken |= known.is_none_or(|known| last.at > known);
        (from, after) = (last.at, Some(last.id));
        let held: Vec<HeldAlert> = alerts.into_iter().map(HeldAlert::of).collect();
        standby.copy.take_alerts(&held).await?;
    }
    if taken {
        standby.copy.set_fact(ALERT_AT, &from.to_rfc3339()).await?;
    }
    Ok(())
}

/// Compares everything the standby holds with the registry, and puts right what differs; adds what it lacks, and
/// removes what the policy shows no longer. Erasure writes no event, so it is found here. Answers how many permits
/// were read again.
///
/// # Errors
/// When the database or the standby's file does not answer.
pub async fn sweep_standby(app: &App) -> Result<usize, Failure> {
    let standby = app.standby().await?;
    // all alerts once more: an incident reference may come late
    standby.copy.set_fact(ALERT_AT, &chrono::DateTime::UNIX_EPOCH.to_rfc3339()).await?;
    let (mut after, mut read) = (Uuid::nil(), 0);
    loop {
        // a sweep of a million takes minutes, in which the log goes on
        if read % (CHUNK * 10) == 0 {
            keep_standby(app).await?;
        }
        let part = Instant::now();
        let turn = standby.turn.lock().await;
        let held = standby.copy.page(after, CHUNK as u64).await?;
        let Some(last) = held.last() else { break };
        after = last.permit.0;
        let permits: Vec<PermitId> = held.iter().map(|held| held.permit).collect();
        let states = states(app, &permits).await?;
        let unknown: Vec<Uuid> = permits
            .iter()
            .filter(|permit| !states.iter().any(|state| state.newest.permit == **permit))
            .map(|permit| permit.0)
            .collect();
        standby.copy.remove(&unknown).await?;
        let changes = changes_of(standby, states);
        standby.copy.take(&changes, Authority::Repair).await?;
        read += held.len();
        drop(turn);
        // outside the turn: a digest that is asked for catches up meanwhile
        tokio::time::sleep(part.elapsed() * REST_SWEEPING).await;
    }
    add_missing(app, standby).await?;
    standby.copy.expire(app.clock().now()).await?;
    Ok(read)
}

/// Reads what the standby does not hold: what could not be read when its turn came may be readable now, or is told of.
async fn add_missing(app: &App, standby: &Standby) -> Result<(), Failure> {
    let mut after = Uuid::nil();
    loop {
        let part = Instant::now();
        let turn = standby.turn.lock().await;
        let mut permits = store::newest_after(app.db().read(), after, CHUNK as u64).await?;
        let Some(last) = permits.last() else { return Ok(()) };
        after = last.permit.0;
        let ids: Vec<Uuid> = permits.iter().map(|one| one.permit.0).collect();
        let held = standby.copy.asked(&ids).await?;
        permits.retain(|one| !held.contains_key(&one.permit.0));
        let mut changes = changes_of(standby, states_of(app, permits).await?);
        // what has ended long ago is left out for good
        changes.retain(|change| matches!(change, Change::Put(_)));
        standby.copy.take(&changes, Authority::Repair).await?;
        drop(turn);
        tokio::time::sleep(part.elapsed() * REST_SWEEPING).await;
    }
}

/// Opens the standby for a process that begins while the database is away; false when there is nothing
/// in it to answer from. What the policy shows no longer is taken out first.
///
/// # Errors
/// When the standby's file does not answer.
pub async fn stand_in(app: &App) -> Result<bool, Failure> {
    let standby = app.standby().await?;
    standby.copy.expire(app.clock().now()).await?;
    standby.rest();
    Ok(standby.as_of().is_some())
}

/// One turn of the job: catches up; sweeps when the process has just begun, and then once a day.
///
/// # Errors
/// When the database or the standby's file does not answer.
pub async fn tend_standby(app: &App) -> Result<(), Failure> {
    keep_standby(app).await?;
    if app.standby().await?.is_due_for_sweep(app.clock().now()) {
        sweep_standby(app).await?;
    }
    Ok(())
}
