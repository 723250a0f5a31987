//! Restoring a permit after an appeal, or once what it ran out by is decided otherwise: it has again what it had, as far as nobody
//! else has it.

use chrono::{DateTime, NaiveDate, Utc};

use super::{identifiers_of, write_on_grounds};
use crate::{
    app::App,
    assignment,
    database::Tx,
    delivery::{event::EventKind, outbox},
    failure::{Failure, Problem},
    identity::Sight,
    permit::{
        kind,
        lifecycle::{Status, Step},
        model::Permit,
        store,
    },
    programming,
    values::calendar::oslo_date,
};

/// Why a permit cannot be restored: another has what it had, or its holder may not have it any more.
pub const PREVENTED_BY: [Problem; 2] = [Problem::IdentifierTaken, Problem::ConditionsNotMet];

/// Restores a locked permit: number, holder and contacts are those it had; identifiers, call sign and
/// what its kind claims are claimed anew. What a holder had consented to stays withdrawn. What rested on it and ended with it is
/// restored with it, unless something prevents that.
///
/// # Errors
/// 409 when the permit was neither revoked nor ran out, or another permit has what it had; 422 when its holder may not have it
/// any more.
pub async fn restore(
    app: &App,
    tx: &Tx,
    mut permit: Permit,
    grounds: &str,
    actor: &str,
) -> Result<Permit, Failure> {
    let before = permit.status;
    permit.status = before.after(Step::Restore)?;
    let today = oslo_date(tx.now());
    let ended = permit.ended.take();
    let ordered = kind::any(permit.kind).programmed() && programming::is_open(&permit);
    if ordered {
        // the order was cancelled with the permit; a report on it would be refused
        permit.status = Status::AwaitingProgramming;
        let order = programming::actions::order(&mut permit.details, today, tx.now())?;
        programming::store::insert(tx, order, permit.id).await?;
    }
    if let Some(sign) = permit.call_sign {
        let holder = permit.holder.0;
        let series = kind::any(permit.kind).series(&permit.details);
        assignment::actions::assign_kept(tx, sign, today, permit.id, holder, true, series).await?;
    }
    store::claim(tx, permit.id, &identifiers_of(&permit)).await?;
    kind::claims::take(tx, &permit).await?;
    let permit = write_on_grounds(app, tx, permit, EventKind::Reinstated, actor, grounds).await?;
    if ordered {
        outbox::enqueue(tx, EventKind::ProgrammingOrdered, &permit).await?;
    }
    if let Some((at, _)) = ended {
        restore_resting(app, tx, &permit, (before, at), today, (grounds, actor)).await?;
    }
    kind::claims::restored(app, tx, &permit).await?;
    Ok(permit)
}

/// Restores what rests on a permit and ended with it, in the same way and at the same moment.
async fn restore_resting(
    app: &App,
    tx: &Tx,
    basis: &Permit,
    (how, at): (Status, DateTime<Utc>),
    today: NaiveDate,
    (grounds, actor): (&str, &str),
) -> Result<(), Failure> {
    let any = kind::any(basis.kind);
    if !any.linked() {
        return Ok(());
    }
    for held in store::ended_of_holder(&**tx, basis.holder).await? {
        let ended_with = held.ended.as_ref().is_some_and(|(ended, _)| *ended == at);
        let followed = held.id != basis.id
            && held.kind == basis.kind
            && held.status == how
            && ended_with
            && !held.validity.has_ended(today)
            && any.rests_on(&held.details, &basis.details);
        if followed {
            let held = store::lock(tx, Sight::All, held.id).await?;
            // a permit that rests on another bears none itself, so this ends here
            let part = Box::pin(restore(app, tx, held, grounds, actor));
            tx.unless(&PREVENTED_BY, part).await?;
        }
    }
    Ok(())
}
