//! What caseworkers do with tasks.

use chrono::TimeDelta;
use uuid::Uuid;

use super::{
    TaskKind,
    model::{Duty, DutyQuery, What},
    store::{self, Task, case},
};
use crate::{
    app::App,
    failure::{Failure, Problem},
    identity::Caller,
    permit,
    values::{calendar::oslo_date, ids::PermitId, reminder::Reminder},
};

/// Deadlines looked at in one run, of each sort.
const BATCH: u64 = 500;

/// Notes that a task is done.
///
/// # Errors
/// 403 for a kind the caller does not handle; 404, 409 when it is done already or asks for a decision, 412 when it changed.
pub async fn complete(app: &App, caller: &Caller, id: Uuid, version: i32) -> Result<Task, Failure> {
    if case::is_one(app.db().read(), id).await? {
        let detail = "This task ends by itself when the case has moved on.";
        return Err(Failure::new(Problem::IllegalTransition, detail));
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
                let known = known.iter().find(|row| row.case_id == duty.case.0);
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
