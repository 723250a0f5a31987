//! Restoring a revoked permit after an appeal: it has again what it had, as far as nobody else has it.

use super::{identifiers_of, write_on_grounds};
use crate::{
    app::App,
    assignment,
    database::Tx,
    delivery::{event::EventKind, outbox},
    failure::Failure,
    permit::{
        kind,
        lifecycle::{Status, Step},
        model::Permit,
        store,
    },
    programming,
    values::calendar::oslo_date,
};

/// Restores a locked permit: number, holder and contacts are those it had; identifiers, call sign and
/// what its kind claims are claimed anew. What a holder had consented to stays withdrawn.
///
/// # Errors
/// 409 when the permit is not revoked, or another permit has what it had.
pub async fn restore(
    app: &App,
    tx: &Tx,
    mut permit: Permit,
    grounds: &str,
    actor: &str,
) -> Result<Permit, Failure> {
    permit.status = permit.status.after(Step::Restore)?;
    let today = oslo_date(tx.now());
    permit.ended = None;
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
    Ok(permit)
}
