//! What can be done to a permit. Every step ends in [`write`]: the new version, its event, its
//! deliveries and its public row, in the transaction of the step.

use super::{
    contact::EmergencyContact,
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
    failure::{Failure, Problem},
    identity::{Caller, Sight},
    party::{self, model::Party},
    programming,
    register::projection,
    values::{
        calendar::oslo_date,
        call_sign::CallSign,
        ids::{CaseId, PermitId},
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
}

/// Issues a permit: number, call sign, identifiers, first version, event, deliveries.
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
    let call_sign = match (grant.call_sign, any.series(&grant.details)) {
        (None, _) if !grant.wishes.is_empty() => {
            let holder = holder.id.0;
            Some(assignment::actions::assign_wished(tx, &grant.wishes, today, id, holder).await?)
        }
        (Some(sign), _) => {
            assignment::actions::assign_kept(tx, sign, today, id, holder.id.0).await?;
            Some(sign)
        }
        (None, Some(series)) => {
            Some(assignment::actions::assign_next(tx, app.series(series), today, id).await?)
        }
        (None, None) => None,
    };
    let validity = any.validity(&grant.details, today);
    let mut details = grant.details;
    if any.programmed() {
        programming::actions::order(&mut details, today, now)?;
    }
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
    if any.programmed() {
        programming::store::insert(tx, id).await?;
    }
    store::claim(tx, id, &identifiers_of(&permit)).await?;
    kind::claims::take(tx, &permit).await?;
    store::replace_contacts(tx, &app.keys(), id, &grant.contacts).await?;
    record_version(app, tx, &permit, EventKind::Issued, actor).await?;
    if any.programmed() {
        outbox::enqueue(tx, EventKind::ProgrammingOrdered, &permit).await?;
    }
    Ok(permit)
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
    record_version(app, tx, &permit, event, actor).await?;
    Ok(permit)
}

async fn record_version(
    app: &App,
    tx: &Tx,
    permit: &Permit,
    event: EventKind,
    actor: &str,
) -> Result<(), Failure> {
    let keys = app.keys();
    let party = party::store::get(&**tx, permit.holder).await?;
    let national_id = party::store::national_id(&**tx, &keys, permit.holder).await?;
    let contacts = store::contacts(&**tx, &keys, permit.id).await?;
    let key = party::store::data_key(&**tx, &keys, permit.holder).await?;
    let record = record::of(permit, &party, national_id.as_ref(), &contacts);
    store::insert_version(tx, &key, permit, &record, event.code(), actor).await?;
    outbox::enqueue(tx, event, permit).await?;
    if let Some(sign) = permit.call_sign {
        projection::call_sign(tx, sign).await?;
    }
    Ok(())
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

/// Takes a step on the version the caller saw.
///
/// # Errors
/// 404 when the caller may not see it, 403 when they may not decide it, 412 when it changed, 409
/// when the state forbids it.
pub async fn step(
    app: &App,
    caller: &Caller,
    sight: Sight,
    id: PermitId,
    version: i32,
    step: StateStep<'_>,
) -> Result<Permit, Failure> {
    app.db()
        .write(|tx| async move {
            let permit = store::lock(&tx, sight, id).await?;
            if step.is_decision() {
                caller.needs_kind(permit.kind)?;
                party::actions::refuse_own(app, caller, permit.holder).await?;
            }
            if permit.version != version {
                return Err(Failure::stale());
            }
            take(app, &tx, permit, step, &caller.subject).await
        })
        .await
}

/// Takes a step on a locked permit.
///
/// # Errors
/// 409 when the state forbids it.
pub async fn take(
    app: &App,
    tx: &Tx,
    mut permit: Permit,
    step: StateStep<'_>,
    actor: &str,
) -> Result<Permit, Failure> {
    let (step, event, reason) = step.parts();
    let was_programmed = !programming::is_open(&permit);
    permit.status = match permit.status.after(step)? {
        // a beacon that was never reported programmed goes back to waiting
        Status::Active if step == Step::Reinstate && !was_programmed => Status::AwaitingProgramming,
        next => next,
    };
    if !permit.status.is_live() {
        permit.ended = Some((tx.now(), reason.to_owned()));
        store::release(tx, permit.id, &Scheme::ALL).await?;
        kind::claims::release(tx, &permit).await?;
        assignment::actions::release(tx, &permit, oslo_date(tx.now())).await?;
        if let Some(sign) = permit.call_sign {
            crate::consent::store::withdraw(tx, permit.holder, Some(sign)).await?;
        }
        programming::actions::cancel(tx, permit.id).await?;
    }
    write(app, tx, permit, event, actor).await
}

/// Replaces the emergency contacts; the rescue centre is told.
///
/// # Errors
/// 404, 412 or 409 as every step.
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
            permit.confirmed_at = Some(tx.now());
            store::replace_contacts(&tx, &app.keys(), id, contacts).await?;
            write(app, &tx, permit, EventKind::ContactsChanged, &caller.subject).await
        })
        .await
}

/// Notes that the holder confirms everything registered; the rescue centre is told how fresh it is.
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
            write(app, &tx, permit, EventKind::Amended, &caller.subject).await
        })
        .await
}

/// Ends permits whose last day has passed; answers how many.
///
/// # Errors
/// When the database does not answer.
pub async fn expire_due(app: &App) -> Result<usize, Failure> {
    let today = oslo_date(app.clock().now());
    let due = store::ended_by(app.db().read(), today, 500).await?;
    for id in &due {
        app.db()
            .write(|tx| async move {
                let permit = store::lock(&tx, Sight::All, *id).await?;
                if permit.status.is_live() && permit.validity.has_ended(oslo_date(tx.now())) {
                    take(app, &tx, permit, StateStep::Expire, "registry").await?;
                }
                Ok(())
            })
            .await?;
    }
    Ok(due.len())
}
