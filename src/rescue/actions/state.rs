//! What the rescue centre gets of permits today, many at a time: the newest version of each, cut by
//! the policy. Everything that keeps a copy is fed from here, so that all copies hold the same.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::super::{
    copy::Held,
    rules::is_shown_after_end,
    store::{self, Newest},
};
use crate::{
    app::App,
    disclosure::{
        Circumstances, Disclosed, disclose, policy::Recipient, store as disclosure_store,
    },
    failure::Failure,
    party, permit,
    values::ids::{PartyId, PermitId},
};

/// Most permits read with one statement for each table.
pub const CHUNK: usize = 200;

/// A permit as the rescue centre gets it today.
#[derive(Debug)]
pub struct State {
    /// The permit with its newest version.
    pub newest: Newest,
    /// What is given of it.
    pub given: Given,
    /// When the version was written, where something is given.
    pub recorded_at: Option<DateTime<Utc>>,
    /// Restriction of processing under Art. 18.
    pub restricted: bool,
    /// Scheme and value of what the permit was found by before; none where nothing is given.
    pub former: Vec<(String, String)>,
}

/// What is given.
#[derive(Debug)]
pub enum Given {
    /// This.
    Record(Box<Disclosed>),
    /// Nothing: erased, or past what the policy gives.
    Nothing,
    /// A key or a row does not open, which is a fault of ours.
    Unreadable,
}

impl State {
    /// What a copy holds of it; nothing if nothing is given.
    pub fn held(&self) -> Option<Held> {
        let Given::Record(disclosed) = &self.given else { return None };
        Some(Held {
            permit: self.newest.permit,
            version: self.newest.version,
            kind: self.newest.kind,
            record: disclosed.record().clone(),
            restricted: self.restricted,
            recorded_at: self.recorded_at,
            holder: Some(self.newest.holder),
            former: self.former.clone(),
        })
    }

    /// What the disclosure log is to say of it, if anything is given.
    pub fn entry(&self, officer: &str) -> Option<disclosure_store::Entry> {
        let Given::Record(disclosed) = &self.given else { return None };
        Some(disclosure_store::Entry {
            recipient: Recipient::RescueCentre.as_str().to_owned(),
            purpose: disclosed.purpose().to_owned(),
            party: Some(self.newest.holder),
            permit: Some(self.newest.permit),
            fields: disclosed.field_names(),
            version: Some(self.newest.version),
            officer: Some(officer.to_owned()),
            ..Default::default()
        })
    }
}

/// The present state of these permits, in no order; those that are not the rescue centre's are left out.
///
/// # Errors
/// When the database does not answer.
pub async fn states(app: &App, permits: &[PermitId]) -> Result<Vec<State>, Failure> {
    let mut states = Vec::with_capacity(permits.len());
    for chunk in permits.chunks(CHUNK) {
        let newest = store::newest(app.db().read(), chunk).await?;
        states.extend(states_of(app, newest).await?);
    }
    Ok(states)
}

/// As [`states`], of permits whose newest versions are known.
///
/// # Errors
/// When the database does not answer.
pub async fn states_of(app: &App, permits: Vec<Newest>) -> Result<Vec<State>, Failure> {
    let (connection, now) = (app.db().read(), app.clock().now());
    let is_shown =
        |permit: &Newest| permit.ended.is_none_or(|at| is_shown_after_end(permit.kind, at, now));
    let wanted: Vec<_> =
        permits.iter().filter(|p| is_shown(p)).map(|p| (p.permit, p.version)).collect();
    if wanted.is_empty() {
        return Ok(permits.into_iter().map(nothing).collect());
    }
    let versions = permit::store::versions_at(connection, &wanted).await?;
    let versions: HashMap<PermitId, _> =
        versions.into_iter().map(|version| (version.permit(), version)).collect();
    let holders: Vec<PartyId> = versions.values().map(|version| version.holder).collect();
    let parties = party::store::many(connection, &holders).await?;
    let keys = party::store::data_keys(connection, &app.keys(), &holders).await?;
    let shown: Vec<PermitId> = versions.keys().copied().collect();
    let mut former = store::former_identifiers(connection, &shown).await?;
    let state = |newest: Newest| {
        let Some(version) = versions.get(&newest.permit).filter(|_| is_shown(&newest)) else {
            return nothing(newest);
        };
        // without its data key a version is destroyed
        let Some(key) = keys.get(&version.holder) else { return nothing(newest) };
        let (Ok(key), Some(Ok(party))) = (key, parties.get(&version.holder)) else {
            return unreadable(newest);
        };
        let Ok(record) = version.record(key) else { return unreadable(newest) };
        let circumstances = Circumstances::of(newest.kind, party, newest.ended.is_some());
        let given = match disclose(&record, Recipient::RescueCentre, &circumstances) {
            Some(disclosed) => Given::Record(Box::new(disclosed)),
            None => Given::Nothing,
        };
        let former = match given {
            Given::Record(_) => former.remove(&newest.permit).unwrap_or_default(),
            Given::Nothing | Given::Unreadable => Vec::new(),
        };
        let recorded_at = Some(version.recorded_at);
        State { newest, given, recorded_at, restricted: party.restricted, former }
    };
    Ok(permits.into_iter().map(state).collect())
}

fn nothing(newest: Newest) -> State {
    withheld(newest, Given::Nothing)
}

fn unreadable(newest: Newest) -> State {
    tracing::error!(permit = %newest.permit, "a permit cannot be read for the rescue centre");
    withheld(newest, Given::Unreadable)
}

fn withheld(newest: Newest, given: Given) -> State {
    State { newest, given, recorded_at: None, restricted: false, former: Vec::new() }
}

/// Notes in the disclosure log what was given.
///
/// # Errors
/// When the database does not answer.
pub async fn log(app: &App, given: &[disclosure_store::Entry]) -> Result<(), Failure> {
    if given.is_empty() {
        return Ok(());
    }
    app.db()
        .write(|tx| async move { disclosure_store::insert_new(&tx, given.to_vec()).await })
        .await
}
