//! Operations on tasks, for caseworkers.

use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use uuid::Uuid;

use super::{
    actions::{self, Completed},
    store,
    wire::{TaskPage, TaskView},
};
use crate::{
    app::App,
    failure::Failure,
    http::{Tag, page, preconditions, responses::Answer},
    identity::Caller,
};

/// Operations on tasks.
pub struct TaskApi {
    /// The app.
    pub app: App,
}

#[OpenApi]
impl TaskApi {
    /// List open tasks.
    ///
    /// What has to be seen to about a permit although nobody has applied, and deadlines of cases that are near or
    /// have passed, and series of call signs that are nearly full. The oldest first.
    #[oai(path = "/v1/tasks", method = "get", operation_id = "listTasks", tag = "Tag::Permits")]
    async fn list(
        &self,
        caller: Caller,
        /// Cursor from the page before.
        cursor: Query<Option<String>>,
        /// Items on a page, 1–200; 50 when left out.
        limit: Query<Option<String>>,
    ) -> Result<Answer<TaskPage>, Failure> {
        let limit = page::limit(limit.0.as_deref())?;
        let keys = self.app.keys();
        let after = page::position(&keys, "tasks", cursor.0.as_deref())?;
        let connection = self.app.db().read();
        let (tasks, total) = store::list(connection, caller.handled(), after, limit + 1).await?;
        let (of_cases, more) =
            store::case::list(connection, caller.handled(), after, limit + 1).await?;
        let (of_series, others) =
            store::series::list(connection, caller.handled(), after, limit + 1).await?;
        let tasks = tasks.into_iter().map(|task| (task.id, TaskView::of(task)));
        let of_cases = of_cases.into_iter().map(|row| (row.id, TaskView::of_case(row)));
        let of_series = of_series.into_iter().map(|row| (row.id, TaskView::of_series(row)));
        let mut items: Vec<(Uuid, TaskView)> = tasks.chain(of_cases).chain(of_series).collect();
        items.sort_by_key(|(id, _)| *id);
        let (items, next) = page::cut(&keys, "tasks", items, limit, |(id, _)| *id);
        let items = items.into_iter().map(|(_, task)| task).collect();
        Ok(Answer::new(TaskPage { items, total: total + more + others, next }))
    }

    /// Say that a task is done.
    #[oai(
        path = "/v1/tasks/:id/completion",
        method = "post",
        operation_id = "completeTask",
        tag = "Tag::Permits"
    )]
    async fn complete(
        &self,
        caller: Caller,
        /// Id of the task.
        id: Path<String>,
        /// Version the task was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
    ) -> Result<Answer<TaskView>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let id = Uuid::try_parse(&id.0).map_err(|_| Failure::not_found())?;
        let task = match actions::complete(&self.app, &caller, id, version).await? {
            Completed::OfPermit(task) => TaskView::of(task),
            Completed::OfSeries(row) => TaskView::of_series(row),
        };
        let version = task.version;
        Ok(Answer::new(task).version(version))
    }
}
