//! Ordering a beacon's programming, and taking the report.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::Value;

use super::store::{self, Late};
use crate::{
    app::App,
    database::Tx,
    delivery::{event::EventKind, outbox},
    failure::{Failure, FieldError, FieldErrors, Problem},
    identity::{Caller, Sight},
    permit::{
        self,
        kind::{
            beacon::{decode_code, unusable},
            plb::{
                model::{PlbDetails, Programming},
                rules,
            },
        },
        lifecycle::Step,
        model::{Permit, Scheme},
    },
    task::{self, TaskKind},
    values::{
        beacon_id::NORWAY,
        calendar::oslo_date,
        ids::{PermitId, ProgrammingOrderId},
        reminder::Reminder,
    },
};

/// Writes the order into the details of a beacon that is being granted a permit; answers its id.
///
/// # Errors
/// When the details are not of a beacon.
pub fn order(
    details: &mut Value,
    today: NaiveDate,
    now: DateTime<Utc>,
) -> Result<ProgrammingOrderId, Failure> {
    let id = ProgrammingOrderId::new(now);
    let mut beacon: PlbDetails =
        serde_json::from_value(details.clone()).map_err(Failure::internal)?;
    beacon.programming = Some(Programming {
        order: id,
        countries: NORWAY.to_vec(),
        protocols: rules::accepted_protocols(today),
        ordered_at: now,
        reported_at: None,
    });
    *details = serde_json::to_value(beacon).map_err(Failure::internal)?;
    Ok(id)
}

/// Cancels what is still ordered for an ended permit.
///
/// # Errors
/// When the database does not answer.
pub async fn cancel(tx: &Tx, permit: PermitId) -> Result<(), Failure> {
    store::cancel(tx, permit).await
}

/// Takes the report of a programmed code. A code that matches makes the permit active, and the
/// rescue centre is told.
///
/// # Errors
/// 422 with every difference from the order; 409 when another live permit has the code, or the
/// order is not open any more; 412 when it changed.
pub async fn report(
    app: &App,
    caller: &Caller,
    id: ProgrammingOrderId,
    version: i32,
    code: &str,
) -> Result<Permit, Failure> {
    let mut errors = FieldErrors::new();
    let decoded = decode_code(code, "/code", &mut errors);
    let decoded = errors.finish(decoded).map_err(|failure| mismatch(failure.fields().to_vec()))?;
    let decoded = &decoded;
    app.db()
        .write(|tx| async move {
            // the permit first, as everybody locks it; its order tells which
            let permit = PermitId(store::find(&*tx, id).await?.permit_id);
            let mut permit = permit::store::lock(&tx, Sight::All, permit).await?;
            let order = store::lock(&tx, id).await?;
            if order.version != version {
                return Err(Failure::stale());
            }
            if order.status != "ordered" {
                return Err(Failure::new(
                    Problem::IllegalTransition,
                    "The order is not open any more. Read it again to see why.",
                ));
            }
            permit.status = permit.status.after(Step::ReportProgrammed)?;
            let mut beacon: PlbDetails =
                serde_json::from_value(permit.details.clone()).map_err(Failure::internal)?;
            let sign = permit.call_sign.map(|sign| sign.to_string());
            let mut errors: Vec<FieldError> = rules::compare(&beacon, sign.as_deref(), decoded)
                .into_iter()
                .map(|difference| FieldError {
                    pointer: "/code".to_owned(),
                    code: difference.code().into(),
                    detail: difference.to_string().into(),
                })
                .collect();
            errors.extend(unusable(decoded, "/code"));
            if !errors.is_empty() {
                return Err(mismatch(errors));
            }
            beacon.beacon_id = Some(decoded.beacon_id);
            beacon.protocol = Some(decoded.protocol);
            if let Some(programming) = &mut beacon.programming {
                programming.reported_at = Some(tx.now());
            }
            permit.details = serde_json::to_value(&beacon).map_err(Failure::internal)?;
            permit::store::release(&tx, permit.id, &[Scheme::BeaconId, Scheme::BeaconPrefix])
                .await?;
            permit::store::claim(&tx, permit.id, &rules::identifiers(&beacon)).await?;
            store::report(
                &tx,
                &order,
                decoded.beacon_id.as_str(),
                &decoded.protocol.to_string(),
                &caller.subject,
            )
            .await?;
            permit::actions::write(app, &tx, permit, EventKind::Amended, &caller.subject).await
        })
        .await
}

/// Orders handled in one run.
const BATCH: u64 = 100;

/// Tells programmers once more of orders they have not carried out, and gives caseworkers those that
/// are too old; answers how many. How old stands in the dated table of reminders.
///
/// # Errors
/// When the database does not answer.
pub async fn follow_up(app: &App) -> Result<usize, Failure> {
    let mut done = 0;
    for (what, reminder) in [
        (Late::Remind, Reminder::ProgrammingReminder),
        (Late::TimeOut, Reminder::ProgrammingTimeout),
    ] {
        let now = app.clock().now();
        let Some(days) = reminder.days(oslo_date(now)) else { continue };
        let before = now - TimeDelta::days(days);
        for order in store::late(app.db().read(), what, before, BATCH).await? {
            let order = &order;
            app.db().write(|tx| async move { take_late(&tx, order, what).await }).await?;
            done += 1;
        }
    }
    Ok(done)
}

async fn take_late(tx: &Tx, order: &store::Order, what: Late) -> Result<(), Failure> {
    let id = PermitId(order.permit_id);
    // the permit first, as everybody locks it: a report may be coming in right now
    let permit = permit::store::lock(tx, Sight::All, id).await?;
    let order = store::lock(tx, ProgrammingOrderId(order.id)).await?;
    let is_done = match what {
        Late::Remind => order.reminded_at.is_some(),
        Late::TimeOut => order.timed_out_at.is_some(),
    };
    if order.status != "ordered" || is_done || !permit.status.is_live() {
        return Ok(());
    }
    store::note_late(tx, &order, what).await?;
    match what {
        Late::Remind => {
            outbox::enqueue(tx, EventKind::ProgrammingOrdered, &permit).await?;
        }
        Late::TimeOut => task::store::open(tx, TaskKind::ProgrammingOverdue, id).await?,
    }
    Ok(())
}

fn mismatch(errors: Vec<FieldError>) -> Failure {
    Failure::new(
        Problem::ProgrammingMismatch,
        "The reported code is not what was ordered. Program the beacon as ordered and report again.",
    )
    .with_fields(errors)
}
