//! What caseworkers do with tasks.

use uuid::Uuid;

use super::{
    TaskKind,
    store::{self, Task},
};
use crate::{
    app::App,
    failure::{Failure, Problem},
    identity::Caller,
};

/// Notes that a task is done.
///
/// # Errors
/// 404, 409 when it is done already or asks for a decision, 412 when it changed.
pub async fn complete(app: &App, caller: &Caller, id: Uuid, version: i32) -> Result<Task, Failure> {
    let task = store::find(app.db().read(), id).await?;
    if task.kind == TaskKind::RestrictionDecision.code() {
        let detail = "This task ends with a decision: stop or keep.";
        return Err(Failure::new(Problem::IllegalTransition, detail));
    }
    app.db()
        .write(|tx| async move { store::complete(&tx, id, version, &caller.subject).await })
        .await
}
