//! What caseworkers do with tasks.

use chrono::TimeDelta;
use uuid::Uuid;

use super::{
    TaskKind,
    model::{Duty, DutyQuery, What},
    store::{self, Task, case, series},
};
use crate::{
    app::App,
    assignment,
    failure::{Failure, Problem},
    identity::Caller,
    permit,
    values::{calendar::oslo_date, ids::PermitId, reminder::Reminder},
};

/// Deadlines looked at in one run, of each sort.
const BATCH: u64 = 500;

/// A task that is done.
#[derive(Debug, Clone)]
pub enum Completed {
    /// About a permit.
    OfPermit(Task),
    /// About a series of call signs.
    OfSeries(series::Row),
}

/// Notes that a task is done.
///
/// # Errors
/// 403 for a kind the caller does not handle; 404, 409 when it is done already or asks for a decision, 412 when it changed.
pub async fn complete(
    app: &App,
    caller: &Caller,
    id: Uuid,
    version: i32,
) -> Result<Completed, Failure> {
    if case::is_one(app.db().read(), id).await? {
        let detail = "This task ends by itself when the case has moved on.";
        return Err(Failure::new(Problem::IllegalTransition, detail));
    }
    if let Some(row) = series::find(app.db().read(), id).await? {
        return complete_series(app, caller, row, version).await.map(Completed::OfSeries);
    }
    let task = store::find(app.db().read(), id).await?;
    if task.kind == TaskKind::RestrictionDecision.code() {
        let detail = "This task ends with a decision: stop or keep.";
        return Err(Failure::new(Problem::IllegalTransition, detail));
    }
    let permit = PermitId(task.permit_id);
    permit::store::find(app.db().read(), caller.staff_sight(), permit).await?;
    app.db()
        .write(|tx| async move { store::complete(&tx, id, version, &caller.subject).await })
        .await
        .map(Completed::OfPermit)
}

async fn complete_series(
    app: &App,
    caller: &Caller,
    row: series::Row,
    version: i32,
) -> Result<series::Row, Failure> {
    caller.needs_kind(series::kind_of(&row)?)?;
    app.db()
        .write(|tx| {
            let row = row.clone();
            async move { series::complete(&tx, row, version, &caller.subject).await }
        })
        .await
}

/// Gives staff a task for each purpose of call signs whose last open series has become nearly full, once; and tells
/// monitoring how full each series is. Answers how many purposes that is so for.
///
/// # Errors
/// When the database does not answer.
pub async fn watch_series(app: &App) -> Result<usize, Failure> {
    let today = oslo_date(app.clock().now());
    let standings = assignment::actions::standings(app.db().read(), today).await?;
    let mut full = Vec::new();
    for standing in standings.iter().filter(|standing| standing.is_open) {
        let (Some(size), name) = (standing.size, standing.series.name) else { continue };
        let share = standing.taken() as f64 / size as f64;
        metrics::gauge!("anrop_call_sign_series_taken_ratio", "series" => name).set(share);
        if standing.is_nearly_full {
            full.push(name);
        }
    }
    let mut known = series::known(app.db().read()).await?;
    known.sort_unstable();
    full.sort_unstable();
    if known != full {
        let full = &full;
        app.db().write(|tx| async move { series::keep(&tx, full).await }).await?;
    }
    Ok(full.len())
}

/// Reminds whoever has a case of its deadlines that are near, and the heads of those that have passed; takes away
/// the reminders of what is not due any more. Answers how many reminders were made or changed.
///
/// # Errors
/// When the database does not answer.
pub async fn remind(app: &App) -> Result<usize, Failure> {
    app.db().write(|tx| async move { case::end_over(&tx).await }).await?;
    let today = oslo_date(app.clock().now());
    let days = Reminder::DeadlineNear.days(today).unwrap_or_default();
    let query = DutyQuery {
        until: today + TimeDelta::days(days),
        unreminded_on: Some(today),
        ..DutyQuery::default()
    };
    let mut made = 0;
    for what in What::ALL {
        let due = store::duty::list(app.db().read(), what, &query, BATCH).await?;
        made += remind_of(app, what, &due).await?;
    }
    Ok(made)
}

async fn remind_of(app: &App, what: What, due: &[Duty]) -> Result<usize, Failure> {
    let today = oslo_date(app.clock().now());
    app.db()
        .write(|tx| async move {
            let known = case::of(&*tx, what, due).await?;
            let mut made = 0;
            for duty in due {
                let is_over = duty.due_on < today;
                let is_of =
                    |row: &&case::Row| (row.case_id, row.appeal_id) == (duty.case.0, duty.appeal);
                let known = known.iter().find(is_of);
                if case::is_behind(duty, known, is_over) {
                    case::remind(&tx, duty, known, is_over).await?;
                    made += 1;
                }
            }
            Ok(made)
        })
        .await
}

/// Notes that a caseworker has seen a reminder of theirs.
///
/// # Errors
/// 404 for one that is not theirs, or is gone.
pub async fn seen(app: &App, caller: &Caller, id: Uuid) -> Result<(), Failure> {
    app.db().write(|tx| async move { case::seen(&tx, id, &caller.subject).await }).await
}
