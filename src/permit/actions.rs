//! What can be done to a permit; amending and handing over have a file each. Every step ends in [`write`]: the new version, its event, its
//! deliveries and its public row, in the transaction of the step.

pub mod amend;
mod beacon;
mod claim_anew;
pub mod for_holder;
pub mod received;
pub mod restore;
pub mod transfer;

pub use beacon::report_condition;
pub use claim_anew::{claim_anew, claims_begin_new};

use std::time::Instant;

use chrono::NaiveDate;

use super::{
    contact::{EmergencyContact, OWN_NUMBER, reaches_another},
    kind::{self, Kind},
    lifecycle::{IllegalTransition, Status, Step},
    model::{Identifier, Permit, Scheme},
    record, store,
};
use crate::{
    app::App,
    assignment,
    database::Tx,
    delivery::{event::EventKind, outbox},
    failure::{Failure, FieldError, FieldErrors, Problem},
    fee,
    identity::{Caller, Sight},
    party::{self, model::Party},
    programming,
    register::projection,
    task::{self, TaskKind},
    values::{
        calendar::oslo_date,
        call_sign::CallSign,
        ids::{CaseId, PermitId},
        validity::Validity,
    },
};

impl From<IllegalTransition> for Failure {
    fn from(refused: IllegalTransition) -> Self {
        Failure::new(
            Problem::IllegalTransition,
            format!("{refused}. Read the permit again to see what can be done with it."),
        )
    }
}

/// Who acts where rules leave nothing to judge.
pub const AUTOMATIC: &str = "registry";

/// What a decision grants.
#[derive(Debug, Clone)]
pub struct Grant {
    /// Kind.
    pub kind: Kind,
    /// Case it comes of.
    pub case: CaseId,
    /// The kind's details.
    pub details: serde_json::Value,
    /// Emergency contacts.
    pub contacts: Vec<EmergencyContact>,
    /// A call sign to keep; the next free one otherwise.
    pub call_sign: Option<CallSign>,
    /// Call signs wished for, best first; the first that can be given is.
    pub wishes: Vec<CallSign>,
    /// Conditions set for this permit.
    pub conditions: Vec<String>,
    /// Day after the last, where the decision sets an end before the kind's.
    pub valid_until: Option<NaiveDate>,
}

/// The days a new permit holds: as its kind says, or until a day before that.
fn bounded(usual: Validity, until: Option<NaiveDate>) -> Result<Validity, Failure> {
    let Some(until) = until else { return Ok(usual) };
    let is_earlier = usual.until().is_none_or(|end| until <= end);
    Validity::new(usual.from(), Some(until)).ok().filter(|_| is_earlier).ok_or_else(|| {
        let error = FieldError {
            pointer: "/validUntil".to_owned(),
            code: "out-of-range".into(),
            detail:
                "Give a day after the first day of the permit and not after the end its kind has."
                    .into(),
        };
        Failure::new(Problem::InvalidContent, "Correct the end of the permit and decide again.")
            .with_fields(vec![error])
    })
}

/// Issues a permit: number, call sign, identifiers, first version, event, deliveries, fees.
///
/// # Errors
/// 409 when an identifier or the call sign to keep is taken, or the series is exhausted.
pub async fn issue(
    app: &App,
    tx: &Tx,
    holder: &Party,
    grant: Grant,
    actor: &str,
) -> Result<Permit, Failure> {
    let any = kind::any(grant.kind);
    let now = tx.now();
    let today = oslo_date(now);
    let id = PermitId::new(now);
    let serial = store::next_serial(tx, "permit_number").await?;
    let series = any.series(&grant.details);
    let call_sign = match (grant.call_sign, series) {
        (None, _) if !grant.wishes.is_empty() => {
            let holder = holder.id.0;
            let wishes = &grant.wishes;
            let given =
                assignment::actions::assign_wished(tx, wishes, today, id, holder, series).await?;
            Some(given)
        }
        (Some(sign), _) => {
            let judged = actor != AUTOMATIC;
            let holder = holder.id.0;
            assignment::actions::assign_kept(tx, sign, today, id, holder, judged, series).await?;
            Some(sign)
        }
        (None, Some(series)) => {
            Some(assignment::actions::assign_next(tx, app.series(series), today, id).await?)
        }
        (None, None) => None,
    };
    let validity = bounded(any.validity(&grant.details, today), grant.valid_until)?;
    let mut details = kind::claims::settle(app, tx, grant.kind, grant.details).await?;
    let order = if any.programmed() {
        Some(programming::actions::order(&mut details, today, now)?)
    } else {
        None
    };
    let permit = Permit {
        id,
        kind: grant.kind,
        number: format!("{}-{serial:06}", any.number_prefix()),
        holder: holder.id,
        case: Some(grant.case),
        status: if any.programmed() { Status::AwaitingProgramming } else { Status::Active },
        details,
        call_sign,
        version: 1,
        validity,
        conditions: grant.conditions,
        verification_code: verification_code(),
        issued_at: now,
        ended: None,
        confirmed_at: Some(now),
        changed_at: now,
    };
    store::insert(tx, &permit).await?;
    if let Some(order) = order {
        programming::store::insert(tx, order, id).await?;
    }
    store::claim(tx, id, &identifiers_of(&permit)).await?;
    kind::claims::take(tx, &permit).await?;
    store::replace_contacts(tx, &app.keys(), id, &grant.contacts).await?;
    record_version(app, tx, &permit, EventKind::Issued, actor, None).await?;
    if any.programmed() {
        outbox::enqueue(tx, EventKind::ProgrammingOrdered, &permit).await?;
    }
    if holder.restricted && outbox::tells_rescue_centres(permit.kind) {
        // what was decided about other permits says nothing of this one
        task::store::open(tx, TaskKind::RestrictionDecision, id).await?;
    }
    fee::actions::charge_grant(tx, &permit).await?;
    end_replaced(app, tx, &permit, actor).await?;
    Ok(permit)
}

/// Ends the live permits of the holder that the new one takes the place of.
async fn end_replaced(app: &App, tx: &Tx, new: &Permit, actor: &str) -> Result<(), Failure> {
    let any = kind::any(new.kind);
    if !any.linked() {
        return Ok(());
    }
    for held in store::live_of_holder(&**tx, new.holder).await? {
        if held.id != new.id && held.kind == new.kind && any.replaces(&new.details, &held.details) {
            let held = store::lock(tx, Sight::All, held.id).await?;
            take(app, tx, held, StateStep::Surrender(REPLACED), actor).await?;
        }
    }
    Ok(())
}

/// 128 random bits as 26 letters and digits without look-alikes (Crockford's alphabet).
pub fn verification_code() -> String {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let bits = u128::from_be_bytes(crate::keys::random());
    (0..26).map(|index| char::from(ALPHABET[(bits >> (index * 5)) as usize & 31])).collect()
}

/// Everything a permit is known by on the air.
pub fn identifiers_of(permit: &Permit) -> Vec<Identifier> {
    let mut identifiers = kind::any(permit.kind).identifiers(&permit.details);
    if let Some(sign) = permit.call_sign {
        identifiers.push(Identifier { scheme: Scheme::CallSign, value: sign.to_string() });
    }
    identifiers
}

/// Writes a changed permit as its next version. The permit must have been locked in this transaction.
///
/// # Errors
/// 412 when it was changed in between.
pub async fn write(
    app: &App,
    tx: &Tx,
    mut permit: Permit,
    event: EventKind,
    actor: &str,
) -> Result<Permit, Failure> {
    permit.version += 1;
    permit.changed_at = tx.now();
    store::update(tx, &permit).await?;
    record_version(app, tx, &permit, event, actor, None).await?;
    Ok(permit)
}

/// As [`write`], with grounds that stand, sealed, in the version they led to.
///
/// # Errors
/// 412 when it was changed in between.
pub async fn write_on_grounds(
    app: &App,
    tx: &Tx,
    mut permit: Permit,
    event: EventKind,
    actor: &str,
    grounds: &str,
) -> Result<Permit, Failure> {
    permit.version += 1;
    permit.changed_at = tx.now();
    store::update(tx, &permit).await?;
    record_version(app, tx, &permit, event, actor, Some(grounds)).await?;
    Ok(permit)
}

async fn record_version(
    app: &App,
    tx: &Tx,
    permit: &Permit,
    event: EventKind,
    actor: &str,
    grounds: Option<&str>,
) -> Result<(), Failure> {
    let keys = app.keys();
    let party = party::store::get(&**tx, permit.holder).await?;
    let national_id = party::store::national_id(&**tx, &keys, permit.holder).await?;
    let contacts = store::contacts(&**tx, &keys, permit.id).await?;
    let key = party::store::data_key(&**tx, &keys, permit.holder).await?;
    let mut record = record::of(permit, &party, national_id.as_ref(), &contacts);
    if let Some(grounds) = grounds {
        record["permit"]["grounds"] = grounds.into();
    }
    store::insert_version(tx, &key, permit, &record, event.code(), actor).await?;
    outbox::enqueue(tx, event, permit).await?;
    kind::claims::follow(tx, permit, &party).await?;
    if let Some(sign) = permit.call_sign {
        projection::call_sign(tx, sign).await?;
    }
    projection::permit(tx, permit, &party).await
}

/// A step that only changes the state, by a caller who may see the permit.
#[derive(Debug, Clone, Copy)]
pub enum StateStep<'a> {
    /// The authority suspends.
    Suspend(&'a str),
    /// The authority reinstates.
    Reinstate(&'a str),
    /// The authority takes it back.
    Revoke(&'a str),
    /// The holder gives it up.
    Surrender(&'a str),
    /// The last day has passed.
    Expire,
}

impl<'a> StateStep<'a> {
    /// True for what only the authority does.
    pub const fn is_decision(self) -> bool {
        matches!(self, StateStep::Suspend(_) | StateStep::Reinstate(_) | StateStep::Revoke(_))
    }

    /// The step in the life of a permit.
    pub fn step(self) -> Step {
        self.parts().0
    }

    fn parts(self) -> (Step, EventKind, &'a str) {
        match self {
            StateStep::Suspend(grounds) => (Step::Suspend, EventKind::Suspended, grounds),
            StateStep::Reinstate(grounds) => (Step::Reinstate, EventKind::Reinstated, grounds),
            StateStep::Revoke(grounds) => (Step::Revoke, EventKind::Revoked, grounds),
            StateStep::Surrender(reason) => (Step::Surrender, EventKind::Surrendered, reason),
            StateStep::Expire => (Step::Expire, EventKind::Expired, "expired"),
        }
    }
}

/// The holder gives a permit up, on the version the caller saw.
///
/// # Errors
/// 404 when the caller may not see it, 412 when it changed, 409 when it has ended.
pub async fn surrender(
    app: &App,
    tx: &Tx,
    caller: &Caller,
    sight: Sight,
    id: PermitId,
    version: i32,
    reason: &str,
) -> Result<Permit, Failure> {
    let permit = store::lock(tx, sight, id).await?;
    if permit.version != version {
        return Err(Failure::stale());
    }
    may_give_up(&permit, reason)?;
    received::enter(tx, &permit, received::SURRENDER, &caller.subject, None).await?;
    take(app, tx, permit, StateStep::Surrender(reason), &caller.subject).await
}

/// Whether a holder may give a permit up for this reason.
fn may_give_up(permit: &Permit, reason: &str) -> Result<(), Failure> {
    let mut errors = FieldErrors::new();
    if !kind::any(permit.kind).may_be_given_up_for(reason) {
        let detail = "A permit of this kind is not for equipment. Send noLongerUsed.";
        errors.add("/reason", "not-applicable", detail);
    }
    errors.finish(Some(()))
}

/// Takes a step on a locked permit.
///
/// # Errors
/// 409 when the state forbids it.
pub async fn take(
    app: &App,
    tx: &Tx,
    mut permit: Permit,
    asked: StateStep<'_>,
    actor: &str,
) -> Result<Permit, Failure> {
    let (step, event, reason) = asked.parts();
    let was_programmed = !programming::is_open(&permit);
    permit.status = match permit.status.after(step)? {
        // a beacon that was never reported programmed goes back to waiting
        Status::Active if step == Step::Reinstate && !was_programmed => Status::AwaitingProgramming,
        next => next,
    };
    if !permit.status.is_live() {
        end(tx, &mut permit, reason).await?;
        assignment::actions::release(tx, &permit, oslo_date(tx.now())).await?;
    }
    let permit = if asked.is_decision() {
        write_on_grounds(app, tx, permit, event, actor, reason).await?
    } else {
        write(app, tx, permit, event, actor).await?
    };
    if !permit.status.is_live() {
        end_resting(app, tx, &permit, asked).await?;
        kind::claims::ended(app, tx, &permit).await?;
    }
    Ok(permit)
}

/// Why a permit ends that rests on another.
pub const BASIS_ENDED: &str = "basis-ended";

/// Why a permit ends in whose place the holder has another.
const REPLACED: &str = "replaced";

/// Why a permit ends that nobody has ended for its own sake.
pub const ENDED_WITH_ANOTHER: [&str; 2] = [BASIS_ENDED, REPLACED];

/// Ends in the same way the live permits of the holder that rest on one that has ended, unless they
/// rest on another, too.
async fn end_resting(
    app: &App,
    tx: &Tx,
    ended: &Permit,
    how: StateStep<'_>,
) -> Result<(), Failure> {
    let any = kind::any(ended.kind);
    if !any.linked() {
        return Ok(());
    }
    let held = store::live_of_holder(&**tx, ended.holder).await?;
    for resting in held.iter().filter(|held| held.kind == ended.kind) {
        let rests_on = |other: &Permit| {
            other.kind == ended.kind && any.rests_on(&resting.details, &other.details)
        };
        if rests_on(ended) && !held.iter().any(rests_on) {
            let resting = store::lock(tx, Sight::All, resting.id).await?;
            let how = match how {
                StateStep::Revoke(_) => StateStep::Revoke(BASIS_ENDED),
                StateStep::Expire => StateStep::Expire,
                _ => StateStep::Surrender(BASIS_ENDED),
            };
            // a permit that rests on another bears none itself, so this ends here
            Box::pin(take(app, tx, resting, how, AUTOMATIC)).await?;
        }
    }
    Ok(())
}

/// Lets go of everything an ended permit had but its call sign.
async fn end(tx: &Tx, permit: &mut Permit, reason: &str) -> Result<(), Failure> {
    permit.ended = Some((tx.now(), reason.to_owned()));
    store::release(tx, permit.id, &Scheme::ALL).await?;
    kind::claims::release(tx, permit).await?;
    if let Some(sign) = permit.call_sign {
        crate::consent::store::withdraw(tx, permit.holder, Some(sign)).await?;
    }
    programming::actions::cancel(tx, permit.id).await
}

/// Replaces the emergency contacts; the rescue centre is told.
///
/// # Errors
/// 404, 412 or 409 as every step; 422 when nobody but the holder would be reached.
pub async fn replace_contacts(
    app: &App,
    caller: &Caller,
    sight: Sight,
    id: PermitId,
    version: i32,
    contacts: &[EmergencyContact],
) -> Result<Permit, Failure> {
    app.db()
        .write(|tx| async move {
            let mut permit = store::lock(&tx, sight, id).await?;
            if permit.version != version {
                return Err(Failure::stale());
            }
            permit.status = permit.status.after(Step::Amend)?;
            let holder = party::store::get(&*tx, permit.holder).await?;
            if !reaches_another(contacts, holder.details.phone) {
                let detail = kind::shared::NOBODY_ELSE;
                return Err(Failure::at("/emergencyContacts", OWN_NUMBER, detail));
            }
            permit.confirmed_at = Some(tx.now());
            let keys = app.keys();
            let known = store::contacts(&*tx, &keys, id).await?;
            let contacts: Vec<EmergencyContact> =
                contacts.iter().map(|contact| contact.clone().confirmed_as_in(&known)).collect();
            store::replace_contacts(&tx, &keys, id, &contacts).await?;
            received::enter(&tx, &permit, received::CONTACTS, &caller.subject, None).await?;
            write(app, &tx, permit, EventKind::ContactsChanged, &caller.subject).await
        })
        .await
}

/// Notes that the holder confirms everything registered, every emergency contact included; the rescue
/// centre is told how fresh it is.
///
/// # Errors
/// 404, 412 or 409 as every step.
pub async fn confirm(
    app: &App,
    caller: &Caller,
    sight: Sight,
    id: PermitId,
    version: i32,
) -> Result<Permit, Failure> {
    app.db()
        .write(|tx| async move {
            let mut permit = store::lock(&tx, sight, id).await?;
            if permit.version != version {
                return Err(Failure::stale());
            }
            permit.status = permit.status.after(Step::Amend)?;
            permit.confirmed_at = Some(tx.now());
            let keys = app.keys();
            let mut contacts = store::contacts(&*tx, &keys, id).await?;
            for contact in &mut contacts {
                contact.confirmed_at = Some(tx.now());
            }
            store::replace_contacts(&tx, &keys, id, &contacts).await?;
            if sight == Sight::All {
                // a caseworker has it from a letter or a call
                let title = received::CONFIRMATION;
                received::enter(&tx, &permit, title, &caller.subject, None).await?;
            }
            write(app, &tx, permit, EventKind::Amended, &caller.subject).await
        })
        .await
}

/// Permits that are ended before the work rests.
const PIECE: u64 = 100;

/// Ends every permit whose last day has passed; answers how many.
///
/// # Errors
/// When the database does not answer.
pub async fn expire_due(app: &App) -> Result<usize, Failure> {
    expire_in_pieces(app, PIECE).await
}

/// The same, so many at a time. It goes on until nothing is due, or nothing that is due can be ended: who
/// looks somebody up must not find them as holder because many permits ended on the same day.
///
/// # Errors
/// When the database does not answer; what is ended by then stays ended.
pub async fn expire_in_pieces(app: &App, piece: u64) -> Result<usize, Failure> {
    let mut total = 0;
    let mut stuck: Vec<PermitId> = Vec::new();
    loop {
        let began = Instant::now();
        let today = oslo_date(app.clock().now());
        let due = store::ended_by(app.db().read(), today, &stuck, piece).await?;
        let mut ended = 0;
        for id in due {
            match expire(app, id).await {
                Ok(is_ended) => ended += usize::from(is_ended),
                // one that cannot be ended must not keep the others
                Err(failure) => {
                    let problem = failure.problem().code();
                    tracing::error!(permit = %id, problem, "a permit does not expire");
                    stuck.push(id);
                }
            }
        }
        total += ended;
        if ended == 0 {
            return Ok(total);
        }
        app.signals().rest(began).await;
        if app.signals().is_stopping() {
            return Ok(total);
        }
    }
}

/// Ends a permit if its last day has passed; answers whether it had.
async fn expire(app: &App, id: PermitId) -> Result<bool, Failure> {
    app.db()
        .write(|tx| async move {
            let permit = store::lock(&tx, Sight::All, id).await?;
            let is_due = permit.status.is_live() && permit.validity.has_ended(oslo_date(tx.now()));
            if is_due {
                take(app, &tx, permit, StateStep::Expire, AUTOMATIC).await?;
            }
            Ok(is_due)
        })
        .await
}
