//! What amateur permits ask of other permits and call signs, and the change of a call sign.

use serde_json::Value;

use super::{
    model::{AmateurDetails, Station},
    rules,
};
use crate::{
    app::App,
    assignment::{self, SignStatus},
    consent,
    database::{Connection, Tx},
    delivery::event::EventKind,
    failure::{Failure, Problem},
    fee,
    identity::Sight,
    journal::{self, Direction},
    permit::{
        actions::{AUTOMATIC, StateStep, take as take_step, write, write_on_grounds},
        kind::{Kind, Reason},
        lifecycle::{Status, Step},
        model::{Identifier, Permit, Scheme},
        store,
    },
    register::projection,
    values::{
        calendar::oslo_date,
        call_sign::CallSign,
        call_sign_series::{self, SeriesKind},
        ids::{PartyId, PermitId},
        language::Language,
    },
};

/// What must be judged, or stands in the way, among other permits: whoever answers for a station must
/// hold a live licence.
///
/// # Errors
/// When the database does not answer.
pub async fn findings(
    connection: &impl Connection,
    details: &Value,
) -> Result<Vec<Reason>, Failure> {
    let details = serde_json::from_value::<AmateurDetails>(details.clone()).ok();
    match details.and_then(|details| details.responsible) {
        Some(sign) if !is_licensee(connection, sign).await? => {
            Ok(vec![Reason::new(rules::RESPONSIBLE)])
        }
        _ => Ok(Vec::new()),
    }
}

async fn is_licensee(connection: &impl Connection, sign: CallSign) -> Result<bool, Failure> {
    let row = assignment::store::find(connection, sign).await?;
    let held = row.filter(|row| row.status == SignStatus::InUse).and_then(|row| row.permit);
    let Some(id) = held else { return Ok(false) };
    let permit = store::find(connection, Sight::All, PermitId(id)).await?;
    Ok(permit.status == Status::Active && station_of(&permit) == Some(Station::Personal))
}

/// Why an applicant may not be given a sign they wished for, by what they hold now: a contest call sign is that of a
/// licensed amateur, who has one (FOR-2026-03-23-465 § 4). Nothing where they may.
///
/// # Errors
/// When the database does not answer.
pub async fn why_not_given(
    connection: &impl Connection,
    sign: CallSign,
    applicant: PartyId,
) -> Result<Option<Reason>, Failure> {
    if call_sign_series::classify(sign).is_none_or(|series| series.kind != SeriesKind::Contest) {
        return Ok(None);
    }
    let live = store::live_of_holder(connection, applicant).await?;
    let held: Vec<AmateurDetails> = live.iter().filter_map(details_of).collect();
    Ok(rules::holds_for_contest(&held).err())
}

fn details_of(permit: &Permit) -> Option<AmateurDetails> {
    (permit.kind == Kind::Amateur)
        .then(|| serde_json::from_value(permit.details.clone()).ok())
        .flatten()
}

fn station_of(permit: &Permit) -> Option<Station> {
    details_of(permit).map(|details| details.station)
}

/// A personal licence, whose call sign can be changed.
pub fn has_own_sign(permit: &Permit) -> bool {
    permit.status.after(Step::Amend).is_ok() && station_of(permit) == Some(Station::Personal)
}

/// Holds a permit that is being issued against what has come about since it was applied for.
///
/// # Errors
/// 422 when its responsible licensee has no live licence any more, or its holder has a contest call
/// sign already.
pub async fn take(tx: &Tx, permit: &Permit) -> Result<(), Failure> {
    let refuse = |text: String| Err(Failure::new(Problem::ConditionsNotMet, text));
    if let Some(finding) = findings(&**tx, &permit.details).await?.into_iter().next() {
        return refuse(finding.text(Language::English));
    }
    if station_of(permit) == Some(Station::Contest) {
        // the holder is locked, so no other can be issued at the same moment
        let held = store::live_of_holder(&**tx, permit.holder).await?;
        let other =
            |held: &Permit| held.id != permit.id && station_of(held) == Some(Station::Contest);
        if held.iter().any(other) {
            return refuse("The applicant holds a contest call sign already.".to_owned());
        }
    }
    Ok(())
}

/// Why a station is suspended whose licensee has no licence any more.
pub const LICENSEE_ENDED: &str = "responsible-licensee-ended";

/// Unmanned stations go with the licensee who answers for them: to the call sign of another licence of
/// theirs, and suspended until the association names another licensee where there is none.
///
/// # Errors
/// When the database does not answer.
pub async fn licence_ended(app: &App, tx: &Tx, ended: &Permit) -> Result<(), Failure> {
    let Some(sign) = ended.call_sign.filter(|_| station_of(ended) == Some(Station::Personal))
    else {
        return Ok(());
    };
    let held = store::live_of_holder(&**tx, ended.holder).await?;
    let other = held.iter().find(|held| station_of(held) == Some(Station::Personal));
    answer_for(app, tx, sign, other.and_then(|other| other.call_sign)).await
}

/// Why a station is on the air again that was suspended because its licensee had no licence.
const LICENSEE_RESTORED: &str = "responsible-licensee-restored";

/// Stations that were suspended when a licence ended are reinstated with it, unless somebody has decided about them since.
///
/// # Errors
/// When the database does not answer.
pub async fn licence_restored(app: &App, tx: &Tx, restored: &Permit) -> Result<(), Failure> {
    let Some(sign) = restored.call_sign.filter(|_| station_of(restored) == Some(Station::Personal))
    else {
        return Ok(());
    };
    for id in store::live_under(&**tx, sign).await? {
        let station = store::lock(tx, Sight::All, id).await?;
        let by = store::last_actor(&**tx, id, EventKind::Suspended.code()).await?;
        // what the registry itself suspends is this and nothing else
        if station.status == Status::Suspended && by.as_deref() == Some(AUTOMATIC) {
            let step = StateStep::Reinstate(LICENSEE_RESTORED);
            Box::pin(take_step(app, tx, station, step, AUTOMATIC)).await?;
        }
    }
    Ok(())
}

/// The stations a licensee answered for under one call sign are answered for under another, or by
/// nobody.
async fn answer_for(
    app: &App,
    tx: &Tx,
    old: CallSign,
    new: Option<CallSign>,
) -> Result<(), Failure> {
    for id in store::live_under(&**tx, old).await? {
        let mut station = store::lock(tx, Sight::All, id).await?;
        let Some(mut details) = details_of(&station) else { continue };
        if new.is_some() {
            details.responsible = new;
            station.details = serde_json::to_value(details).map_err(Failure::internal)?;
            write(app, tx, station, EventKind::Amended, AUTOMATIC).await?;
        } else if rules::needs_responsible(&details, oslo_date(tx.now()))
            && station.status == Status::Active
        {
            let step = StateStep::Suspend(LICENSEE_ENDED);
            Box::pin(take_step(app, tx, station, step, AUTOMATIC)).await?;
        }
    }
    Ok(())
}

/// The details of a personal licence.
///
/// # Errors
/// 422 for any other permit: its call sign is not changed.
pub fn of_own_sign(permit: &Permit) -> Result<AmateurDetails, Failure> {
    details_of(permit).filter(|details| details.station == Station::Personal).ok_or_else(|| {
        Failure::new(
            Problem::ConditionsNotMet,
            "Only the call sign of a personal amateur licence is changed. Other stations apply for another one.",
        )
    })
}

/// Gives the holder of a locked personal licence the next free call sign instead of an unfortunate one, or of
/// one that is hard to say; the old one rests, and consent to its publication ends with it. Whether the holder has been heard
/// is of the case in which it is decided.
///
/// # Errors
/// 409 when the state forbids it, or no sign is free; 422 for anything but a personal licence.
pub async fn change_call_sign(
    app: &App,
    tx: &Tx,
    mut permit: Permit,
    grounds: &str,
    actor: &str,
) -> Result<Permit, Failure> {
    let details = of_own_sign(&permit)?;
    permit.status = permit.status.after(Step::Amend)?;
    let old = give_next(app, tx, &mut permit, &details).await?;
    let permit = write_on_grounds(app, tx, permit, EventKind::Amended, actor, grounds).await?;
    sign_changed(app, tx, &permit, old, actor).await?;
    Ok(permit)
}

/// Gives an amended licence the next free call sign where its details ask for another, and lets them ask no more. Answers the one
/// it had; who writes the permit calls [`sign_changed`] then.
///
/// # Errors
/// 409 when the series is full.
pub async fn change_asked(
    app: &App,
    tx: &Tx,
    permit: &mut Permit,
) -> Result<Option<CallSign>, Failure> {
    let Some(mut details) = details_of(permit).filter(|details| details.new_sign) else {
        return Ok(None);
    };
    details.new_sign = false;
    permit.details = serde_json::to_value(&details).map_err(Failure::internal)?;
    if details.station != Station::Personal {
        return Ok(None);
    }
    give_next(app, tx, permit, &details).await
}

async fn give_next(
    app: &App,
    tx: &Tx,
    permit: &mut Permit,
    details: &AmateurDetails,
) -> Result<Option<CallSign>, Failure> {
    let today = oslo_date(tx.now());
    let series = app.series(details.series());
    let new = assignment::actions::assign_next(tx, series, today, permit.id).await?;
    exchange(tx, permit, new).await
}

/// Gives a locked licence the call sign again that it had, which rests for its holder. Answers the one it had instead; who writes
/// the permit calls [`sign_changed`] then.
///
/// # Errors
/// 409 when somebody else has it, or it is kept from everybody; 422 for anything but a personal licence.
pub async fn give_back(
    tx: &Tx,
    permit: &mut Permit,
    sign: CallSign,
) -> Result<Option<CallSign>, Failure> {
    let series = Some(of_own_sign(permit)?.series());
    let (today, holder) = (oslo_date(tx.now()), permit.holder.0);
    assignment::actions::assign_kept(tx, sign, today, permit.id, holder, true, series).await?;
    exchange(tx, permit, sign).await
}

/// Lets a permit have a call sign that was assigned to it, and the one it had rest.
async fn exchange(
    tx: &Tx,
    permit: &mut Permit,
    new: CallSign,
) -> Result<Option<CallSign>, Failure> {
    let today = oslo_date(tx.now());
    store::release(tx, permit.id, &[Scheme::CallSign]).await?;
    assignment::actions::release(tx, permit, today).await?;
    let old = permit.call_sign.replace(new);
    if let Some(old) = old {
        consent::store::withdraw(tx, permit.holder, Some(old)).await?;
        projection::call_sign(tx, old).await?;
    }
    let identifier = Identifier { scheme: Scheme::CallSign, value: new.to_string() };
    store::claim(tx, permit.id, &[identifier]).await?;
    Ok(old)
}

/// What follows once the version of a licence with another call sign than `old` is written: stations its holder answers for go
/// with it, and the journal has it.
///
/// # Errors
/// When the database does not answer.
pub async fn sign_changed(
    app: &App,
    tx: &Tx,
    permit: &Permit,
    old: Option<CallSign>,
    actor: &str,
) -> Result<(), Failure> {
    if let Some(old) = old {
        answer_for(app, tx, old, permit.call_sign).await?;
    }
    if let Some(case) = permit.case {
        journal::add(tx, case, Direction::Internal, "Call sign changed", actor).await?;
    }
    Ok(())
}

/// Charges a holder for the change they asked for (FOR-2024-01-17-79 § 11 second paragraph). The fee is read as one for what an
/// applicant is given: what the authority changes of its own motion, or gives back, costs nothing.
///
/// # Errors
/// When the fee table does not know it.
pub async fn charge_change(tx: &Tx, permit: &Permit) -> Result<(), Failure> {
    fee::actions::charge_change(tx, permit, &[rules::fee_of_change()]).await
}
