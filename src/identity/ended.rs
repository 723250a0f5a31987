//! Sessions that were ended before their time: by signing out here, or at the provider. Each process
//! knows them in memory, so that a page never waits for the database and the rescue desk opens without
//! it; what one process ends, the others read within a second. It must not know whose sessions they are.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    session::{Mark, Session},
    store,
};
use crate::{app::App, failure::Failure};

/// Rows are read again from so long before the newest that is known: commits come out of order.
const OVERLAP: TimeDelta = TimeDelta::seconds(60);

/// What one process knows of ended sessions.
#[derive(Debug, Default)]
pub struct Ended(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    /// Marks with the time from which they matter no more.
    marks: HashMap<Mark, DateTime<Utc>>,
    /// Those that are not in the database yet.
    unwritten: Vec<Mark>,
    /// How far the table was read.
    read_to: Option<DateTime<Utc>>,
}

impl Ended {
    /// True if the session was ended.
    pub fn holds(&self, session: &Session) -> bool {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        session.marks().any(|mark| known.marks.contains_key(&mark))
    }

    fn add(&self, mark: Mark, until: DateTime<Utc>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.marks.insert(mark, until);
        known.unwritten.push(mark);
    }

    fn unwritten(&self) -> Vec<(Mark, DateTime<Utc>)> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of = |mark: &Mark| known.marks.get(mark).map(|until| (*mark, *until));
        known.unwritten.iter().filter_map(of).collect()
    }

    fn written(&self, marks: &[(Mark, DateTime<Utc>)]) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.unwritten.retain(|mark| !marks.iter().any(|(done, _)| done == mark));
    }

    fn read_from(&self) -> Option<DateTime<Utc>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.read_to.map(|to| to - OVERLAP)
    }

    /// Takes in what the table has; answers whether something has outlived itself.
    fn take(&self, rows: Vec<(Mark, DateTime<Utc>, DateTime<Utc>)>, now: DateTime<Utc>) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (mark, until, ended_at) in rows {
            known.marks.insert(mark, until);
            known.read_to = known.read_to.max(Some(ended_at));
        }
        let before = known.marks.len();
        known.marks.retain(|_, until| now < *until);
        known.marks.len() < before
    }
}

/// Ends a session, in this process at once. While the database is away that is written afterwards.
pub async fn end(app: &App, session: &Session) {
    if let Some(own) = session.marks().next() {
        end_mark(app, own, session.until()).await;
    }
}

/// Ends every session that has this mark, until a time from which none can have it any more.
pub async fn end_mark(app: &App, mark: Mark, until: DateTime<Utc>) {
    app.ended_sessions().add(mark, until);
    if let Err(failure) = write(app).await {
        let problem = failure.problem().code();
        tracing::warn!(problem, "a session is ended here, and not yet in other processes");
    }
}

async fn write(app: &App) -> Result<(), Failure> {
    let marks = app.ended_sessions().unwritten();
    if marks.is_empty() {
        return Ok(());
    }
    let rows = &marks;
    app.db().write(|tx| async move { store::insert_ended(&tx, rows).await }).await?;
    app.ended_sessions().written(&marks);
    Ok(())
}

/// Writes what is not written yet, and reads what other processes have ended.
///
/// # Errors
/// When the database does not answer.
pub async fn refresh(app: &App) -> Result<(), Failure> {
    write(app).await?;
    let now = app.clock().now();
    let from = app.ended_sessions().read_from();
    let rows = store::ended_since(app.db().read(), from, now).await?;
    if app.ended_sessions().take(rows, now) {
        app.db().write(|tx| async move { store::forget_ended(&tx).await }).await?;
    }
    Ok(())
}
