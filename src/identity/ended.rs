//! Sessions that were ended before their time: by signing out here, or at the provider. Each process
//! knows them in memory, so that a page never waits for the database and the rescue desk opens without
//! it; what one process ends, the others read within a second. It must not know whose sessions they are.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    session::{LONGEST, Mark, Session},
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

impl Known {
    /// The latest end counts: a subject may end all of theirs more than once a day.
    fn keep(&mut self, mark: Mark, until: DateTime<Utc>) {
        let kept = self.marks.entry(mark).or_insert(until);
        *kept = until.max(*kept);
    }
}

impl Ended {
    /// True if the session was ended: itself, or with all that its subject had then. Whoever signs in afterwards has a new
    /// one, and their mark stays until no session of before is left.
    pub fn holds(&self, session: &Session) -> bool {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of_all = known.marks.get(&session.mark_of_subject());
        session.marks().any(|mark| known.marks.contains_key(&mark))
            || of_all.is_some_and(|until| session.had_begun(*until - LONGEST))
    }

    fn add(&self, mark: Mark, until: DateTime<Utc>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.keep(mark, until);
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
            known.keep(mark, until);
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

/// Ends every session that a provider says has ended there, by their mark.
pub async fn end_told(app: &App, mark: Mark) {
    end_mark(app, mark, app.clock().now() + LONGEST).await;
}

/// Ends every session that has this mark, until a time from which none can have it any more.
async fn end_mark(app: &App, mark: Mark, until: DateTime<Utc>) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::{Caller, session::mark_of_subject};

    fn session(subject: &str, provider: &str, now: DateTime<Utc>) -> Session {
        let caller = Caller {
            subject: subject.to_owned(),
            roles: Vec::new(),
            scopes: Vec::new(),
            national_id: None,
            organisation: None,
        };
        Session::begin(&caller, now).begun_at(provider, None)
    }

    #[test]
    fn a_subject_ends_every_session_of_before_and_none_of_after() {
        let now = DateTime::UNIX_EPOCH;
        let (early, late) = (now + TimeDelta::hours(1), now + TimeDelta::hours(2));
        let before = session("kari", "people", now);
        let ended = Ended::default();
        assert!(!ended.holds(&before));
        ended.add(mark_of_subject("people", "kari"), early + LONGEST);
        assert!(ended.holds(&before));
        let after = session("kari", "people", early + TimeDelta::seconds(1));
        assert!(!ended.holds(&after), "who signs in again has signed in");
        for other in [session("ola", "people", now), session("kari", "staff", now)] {
            assert!(!ended.holds(&other));
        }
        // they may once more, and what comes late of the first time takes nothing back
        ended.add(mark_of_subject("people", "kari"), late + LONGEST);
        ended.add(mark_of_subject("people", "kari"), early + LONGEST);
        assert!(ended.holds(&after));
    }
}
