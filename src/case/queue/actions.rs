//! Keeping views of the queue, and adding up its counts.

use uuid::Uuid;

use super::store;
use crate::{
    app::App,
    failure::{Failure, FieldErrors, Problem},
    identity::Caller,
    values::calendar::oslo_date,
};

/// Most views of one caseworker.
pub const MOST_VIEWS: u64 = 30;
/// Longest name of a view, in characters.
pub const LONGEST_NAME: usize = 60;

/// Keeps a view under a name.
///
/// # Errors
/// 422 for an empty or too long name; 409 for one that is there already, or when there are too many.
pub async fn save_view(app: &App, caller: &Caller, name: &str, query: &str) -> Result<(), Failure> {
    let mut errors = FieldErrors::new();
    let name = name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        errors.add("/name", "length", "Give a name of 1 to 60 characters.");
    }
    errors.finish(Some(()))?;
    app.db()
        .write(|tx| async move {
            if store::count_views(&*tx, &caller.subject).await? >= MOST_VIEWS {
                let many = "You have 30 views. Delete one first.";
                return Err(Failure::new(Problem::Conflict, many));
            }
            store::insert_view(&tx, &caller.subject, name, query).await
        })
        .await
}

/// Forgets a view.
///
/// # Errors
/// When the database does not answer.
pub async fn delete_view(app: &App, caller: &Caller, id: Uuid) -> Result<(), Failure> {
    app.db().write(|tx| async move { store::delete_view(&tx, &caller.subject, id).await }).await
}

/// Adds up what has changed since the last time.
///
/// # Errors
/// When the database does not answer.
pub async fn fold(app: &App) -> Result<(), Failure> {
    if !store::has_changes(app.db().read()).await? {
        return Ok(());
    }
    let today = oslo_date(app.clock().now());
    app.db().write(|tx| async move { store::fold(&tx, today).await }).await
}
