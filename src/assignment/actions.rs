//! Changing who has a call sign. Each is called inside the transaction of the step it belongs to. The
//! next free sign is found in `next_free.rs`; what caseworkers keep back is in `set_aside.rs`,
//! how full each series is in `standing.rs`.

mod next_free;
mod set_aside;
mod standing;

use chrono::NaiveDate;
pub use next_free::assign_next;
pub use set_aside::{Deed, block, kind_of, lift, reserve};
pub use standing::{Standing, standings};
use uuid::Uuid;

use super::{
    SignStatus,
    store::{self, LegacySign, SignRow},
};
use crate::{
    database::Tx,
    failure::{Failure, Problem},
    permit::model::Permit,
    values::{
        call_sign::CallSign,
        call_sign_series::{self, Series, SeriesKind},
        ids::PermitId,
    },
};

/// Gives a certain sign to a permit: one that rests or is kept for this applicant; and, where a
/// caseworker has judged who the holder is, one of the list kept before the registry.
///
/// # Errors
/// 409 when the sign is in use, blocked, or kept for somebody else.
#[allow(clippy::too_many_arguments)] // a sign, for whom and on what grounds
pub async fn assign_kept(
    tx: &Tx,
    sign: CallSign,
    day: NaiveDate,
    permit: PermitId,
    applicant: Uuid,
    judged: bool,
    series: Option<SeriesKind>,
) -> Result<(), Failure> {
    let row = store::lock(tx, sign).await?;
    let taken_over = judged && row.as_ref().is_some_and(is_legacy);
    // of a series that is not assigned any more, which its own permit may have back
    let is_own = row
        .as_ref()
        .is_some_and(|row| row.permit == Some(permit.0) && row.reason.as_deref() == Some(HISTORIC));
    if !taken_over && !is_own && !may_keep(row.as_ref(), sign, day, applicant) {
        return Err(Failure::in_words(
            Problem::IdentifierTaken,
            [
                "Kallesignalet er i bruk eller holdes av for en annen. Innehaveren må si det opp først.",
                "Kallesignalet er i bruk eller blir halde av for ein annan. Innehavaren må seie det opp først.",
                "The call sign is in use or kept for somebody else. Its holder must surrender first.",
            ],
        ));
    }
    let series = series_of(sign, series);
    take(tx, sign, series, row.map_or(0, |row| row.version), permit).await
}

/// Gives the first of the wishes that can be given.
///
/// # Errors
/// 409 when none of them can.
pub async fn assign_wished(
    tx: &Tx,
    wishes: &[CallSign],
    day: NaiveDate,
    permit: PermitId,
    applicant: Uuid,
    series: Option<SeriesKind>,
) -> Result<CallSign, Failure> {
    take_turns(tx, wishes).await?;
    let free = free_of(&**tx, wishes, day, applicant).await?;
    let Some(sign) = free.first().copied() else {
        return Err(Failure::in_words(
            Problem::IdentifierTaken,
            [
                "Ingen av kallesignalene det er søkt om, kan gis. Be om andre.",
                "Ingen av kallesignala det er søkt om, kan bli gjevne. Be om andre.",
                "None of the call signs asked for can be given. Ask for others.",
            ],
        ));
    };
    let row = store::lock(tx, sign).await?;
    let series = series_of(sign, series);
    take(tx, sign, series, row.map_or(0, |row| row.version), permit).await?;
    Ok(sign)
}

/// Those who wish at the same moment take turns, in one order of the series: a sign without a row has
/// nothing to lock.
///
/// # Errors
/// When the database does not answer.
pub async fn take_turns(tx: &Tx, wishes: &[CallSign]) -> Result<(), Failure> {
    let series = |sign: &CallSign| call_sign_series::classify(*sign).map(|series| series.name);
    let turns: std::collections::BTreeSet<&str> = wishes.iter().filter_map(series).collect();
    for name in turns {
        store::lock_series(tx, name).await?;
    }
    Ok(())
}

/// The wishes that can be given to this applicant on `day`: of an open series, not blocked, and free
/// or resting after the applicant's own use.
///
/// # Errors
/// When the database does not answer.
pub async fn free_of(
    connection: &impl crate::database::Connection,
    wishes: &[CallSign],
    day: NaiveDate,
    applicant: Uuid,
) -> Result<Vec<CallSign>, Failure> {
    if wishes.is_empty() {
        return Ok(Vec::new());
    }
    let rows = store::find_many(connection, wishes).await?;
    let free = |sign: &CallSign| {
        call_sign_series::is_assignable(*sign, day)
            && rows
                .iter()
                .find(|row| row.sign == *sign)
                .is_none_or(|row| row.is_free_for(applicant, day))
    };
    Ok(wishes.iter().copied().filter(free).collect())
}

/// Whether this applicant may be given this sign: it rests after their own use, was handed over to
/// them while it rests, is kept for them, or its rest is over. A sign that nobody has had cannot be
/// chosen, and while it rests nobody else gets it: it is still in the beacon of the former holder.
pub fn may_keep(row: Option<&SignRow>, sign: CallSign, day: NaiveDate, applicant: Uuid) -> bool {
    match row {
        Some(row) => row.is_free_for(applicant, day),
        None => call_sign_series::classify(sign).is_some_and(|series| series.order().is_none()),
    }
}

/// The series a sign belongs to by its form, as its row names it.
fn series_code(sign: CallSign) -> &'static str {
    call_sign_series::classify(sign).map_or(call_sign_series::UNKNOWN_SERIES, |series| series.name)
}

/// The name of the series of the permit where the sign has a form of it: a repeater's sign looks like a club's.
pub fn series_of(sign: CallSign, of_permit: Option<SeriesKind>) -> &'static str {
    let fitting =
        |kind| call_sign_series::of_kind(kind).find(|series: &&Series| series.admits(sign));
    of_permit.and_then(fitting).map_or_else(|| series_code(sign), |series| series.name)
}

async fn take(
    tx: &Tx,
    sign: CallSign,
    series: &str,
    version: i32,
    permit: PermitId,
) -> Result<(), Failure> {
    store::put(
        tx,
        &SignRow {
            sign,
            series: series.to_owned(),
            status: SignStatus::InUse,
            permit: Some(permit.0),
            reserved_for: None,
            until: None,
            reason: None,
            version: version + 1,
        },
    )
    .await
}

/// Moves a sign from one permit to the next.
///
/// # Errors
/// 409 when the first has it no longer.
pub async fn pass_on(tx: &Tx, sign: CallSign, from: PermitId, to: PermitId) -> Result<(), Failure> {
    let row = store::lock(tx, sign).await?;
    let row = row.filter(|row| row.status == SignStatus::InUse && row.permit == Some(from.0));
    let Some(row) = row else {
        return Err(Failure::new(
            Problem::IdentifierTaken,
            "The call sign does not belong to this permit any more. Look it up to see what it is.",
        ));
    };
    store::put(tx, &SignRow { permit: Some(to.0), version: row.version + 1, ..row }).await
}

/// Lets the sign of an ended permit rest for the period of its series, or frees it; a sign of a series
/// that is not assigned any more is never given again.
///
/// # Errors
/// When the database does not answer.
pub async fn release(tx: &Tx, permit: &Permit, day: NaiveDate) -> Result<(), Failure> {
    let Some(sign) = permit.call_sign else { return Ok(()) };
    let Some(row) = store::lock(tx, sign).await? else { return Ok(()) };
    if row.permit != Some(permit.id.0) {
        return Ok(());
    }
    // the series it was given in, which another may look like
    let series = call_sign_series::named(&row.series).or_else(|| call_sign_series::classify(sign));
    let rest = series.and_then(|series| series.terms(day).quarantine);
    let (status, until) = match rest {
        Some(period) => (SignStatus::Quarantined, Some(period.add_to(day))),
        None if series.is_some_and(|series| series.is_open(day)) => (SignStatus::Free, None),
        None => (SignStatus::Blocked, None),
    };
    store::put(
        tx,
        &SignRow {
            status,
            until,
            permit: Some(permit.id.0),
            // while it rests, only the former holder or whom they name may have it back
            reserved_for: until.map(|_| permit.holder.0),
            reason: (status == SignStatus::Blocked).then(|| HISTORIC.to_owned()),
            version: row.version + 1,
            ..row
        },
    )
    .await?;
    if status == SignStatus::Free {
        reopen(tx, sign).await?;
    }
    Ok(())
}

/// Names who may have the resting sign of an ended permit instead of its former holder.
///
/// # Errors
/// 409 when it does not rest any more, or was given on.
pub async fn hand_over(tx: &Tx, permit: &Permit, to: Uuid, day: NaiveDate) -> Result<(), Failure> {
    let row = match permit.call_sign {
        Some(sign) => store::lock(tx, sign).await?,
        None => None,
    };
    let resting = row.filter(|row| {
        row.status == SignStatus::Quarantined
            && row.permit == Some(permit.id.0)
            && !row.is_free(day)
    });
    let Some(row) = resting else {
        return Err(Failure::new(
            Problem::IllegalTransition,
            "Only a call sign that rests after the permit was given up can be handed over. Give the permit up first.",
        ));
    };
    store::put(tx, &SignRow { reserved_for: Some(to), version: row.version + 1, ..row }).await
}

/// Lets the allocator come back to a sign that has become free.
async fn reopen(tx: &Tx, sign: CallSign) -> Result<(), Failure> {
    let Some(series) = call_sign_series::classify(sign) else { return Ok(()) };
    let Some(index) = series.order().and_then(|order| order.index_of(sign)) else { return Ok(()) };
    let next = store::lock_series(tx, series.name).await?;
    if index < next { store::move_series(tx, series.name, index).await } else { Ok(()) }
}

/// Frees a sign whose rest or reservation is over on `day`.
pub async fn free(tx: &Tx, sign: CallSign, day: NaiveDate) -> Result<bool, Failure> {
    let Some(row) = store::lock(tx, sign).await? else { return Ok(false) };
    if row.status == SignStatus::Free || !row.is_free(day) {
        return Ok(false);
    }
    store::put(
        tx,
        &SignRow {
            status: SignStatus::Free,
            until: None,
            reserved_for: None,
            reason: None,
            version: row.version + 1,
            ..row
        },
    )
    .await?;
    reopen(tx, sign).await?;
    Ok(true)
}

/// Why a sign without a permit is in use: the list kept before the registry says so, and nobody has
/// confirmed it.
pub const LEGACY: &str = "legacy";

/// Why a sign is blocked whose permit has ended and whose series is not assigned any more.
pub const HISTORIC: &str = "historic-series";

/// Whether a sign is in use by the list kept before the registry, by nobody the registry knows.
pub fn is_legacy(row: &SignRow) -> bool {
    row.status == SignStatus::InUse && row.permit.is_none() && row.reason.as_deref() == Some(LEGACY)
}

/// What became of a sign of the old list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakenOver {
    /// It was not known before.
    New,
    /// The list says something else than last time.
    Changed,
    /// Everything stood so already; nothing was written.
    Unchanged,
    /// The registry has decided on the sign itself, which goes before the list.
    Decided(SignStatus),
}

/// Takes signs over from the list kept before the registry. They are in use without a permit, until
/// their holders register.
///
/// # Errors
/// When the database does not answer.
pub async fn take_over(tx: &Tx, signs: &[LegacySign]) -> Result<Vec<TakenOver>, Failure> {
    let asked: Vec<CallSign> = signs.iter().map(|sign| sign.sign).collect();
    let rows = store::find_many(&**tx, &asked).await?;
    let kept = store::kept_legacy(&**tx, signs).await?;
    let mut outcomes = Vec::with_capacity(signs.len());
    for legacy in signs {
        let outcome = match rows.iter().find(|row| row.sign == legacy.sign) {
            None => TakenOver::New,
            Some(row) if row.permit.is_some() || row.reason.as_deref() != Some(LEGACY) => {
                TakenOver::Decided(row.status)
            }
            Some(_) if kept.contains(&legacy.sign) => TakenOver::Unchanged,
            Some(_) => TakenOver::Changed,
        };
        if outcome == TakenOver::New {
            store::put(tx, &legacy_row(legacy.sign)).await?;
        }
        if matches!(outcome, TakenOver::New | TakenOver::Changed) {
            store::put_legacy(tx, legacy).await?;
        }
        outcomes.push(outcome);
    }
    Ok(outcomes)
}

fn legacy_row(sign: CallSign) -> SignRow {
    let series = series_code(sign);
    SignRow {
        sign,
        series: series.to_owned(),
        status: SignStatus::InUse,
        permit: None,
        reserved_for: None,
        until: None,
        reason: Some(LEGACY.to_owned()),
        version: 1,
    }
}
