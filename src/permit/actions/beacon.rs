//! What a holder reports of a beacon: lost, stolen, sold, destroyed, or back again.

use super::{received, write};
use crate::{
    app::App,
    delivery::event::EventKind,
    failure::{Failure, Problem},
    identity::{Caller, Sight},
    permit::{
        kind::{
            self,
            beacon::{Condition, ConditionReport},
        },
        lifecycle::Step,
        model::Permit,
        store,
    },
    values::ids::PermitId,
};

/// Notes what has happened to the beacon of a permit, or takes an earlier report back; the rescue centre
/// is told. The permit stays as it is: giving it up is a step of its own.
///
/// # Errors
/// 404, 412 or 409 as every step; 422 when the permit has no beacon.
pub async fn report_condition(
    app: &App,
    caller: &Caller,
    sight: Sight,
    id: PermitId,
    version: i32,
    condition: Option<Condition>,
    note: Option<&str>,
) -> Result<Permit, Failure> {
    app.db()
        .write(|tx| async move {
            let mut permit = store::lock(&tx, sight, id).await?;
            if permit.version != version {
                return Err(Failure::stale());
            }
            permit.status = permit.status.after(Step::Amend)?;
            let report = condition.map(|condition| ConditionReport {
                condition,
                note: note.map(str::to_owned),
                reported_at: tx.now(),
            });
            let any = kind::any(permit.kind);
            permit.details = any.with_condition(&permit.details, report).ok_or_else(|| {
                Failure::new(
                    Problem::ConditionsNotMet,
                    "The permit has no beacon that could be reported. Report on the permit of the beacon.",
                )
            })?;
            received::enter(&tx, &permit, received::CONDITION, &caller.subject, None).await?;
            write(app, &tx, permit, EventKind::Amended, &caller.subject).await
        })
        .await
}
