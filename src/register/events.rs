//! When the status of a call sign changed, for everybody: statuses and days. What is told has no place for a holder, a
//! permit, a reason or who decided; those are in the history that caseworkers read.
//!
//! The days agree with a look-up of a day ([`as_of`]): a status is that of the end of its day, and a rest or a
//! reservation ends by itself. What was read is kept for a moment, for as long as the register shows the same of
//! the sign.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::{PublicSign, as_of, wire::CallSignView};
use crate::{
    app::App,
    assignment::{
        SignStatus,
        store::{self, PastState},
    },
    failure::Failure,
    values::{calendar::oslo_date, call_sign::CallSign},
};

/// How long what was read is kept.
const OLDEST: TimeDelta = TimeDelta::minutes(1);
/// Signs kept; beyond that all are forgotten.
const MOST: usize = 10_000;

/// When the status of a sign changed.
#[derive(Debug, PartialEq, Eq)]
pub struct Events {
    /// The first day of each status, the oldest first.
    pub changes: Vec<(NaiveDate, String)>,
    /// First day of which the registry knows, where the sign had a status before.
    pub unknown_before: Option<NaiveDate>,
}

impl Events {
    /// Of the states a sign has had.
    fn of(sign: CallSign, states: &[PastState], has_row: bool, today: NaiveDate) -> Self {
        let mut changes: Vec<(NaiveDate, String)> = Vec::new();
        let mut tell = |day: NaiveDate, status: SignStatus| {
            let status = match status {
                SignStatus::Free => CallSignView::without_row(sign, day).status,
                other => other.code().to_owned(),
            };
            // what it was at the end of a day counts
            changes.pop_if(|(last, _)| *last == day);
            if changes.last().is_none_or(|(_, last)| *last != status) {
                changes.push((day, status));
            }
        };
        for (place, state) in states.iter().enumerate() {
            let day = oslo_date(state.valid_at);
            tell(day, state.status);
            let next = states.get(place + 1).map(|next| oslo_date(next.valid_at));
            let over = ends_by_itself(state).map(|until| until.max(day));
            if let Some(over) =
                over.filter(|over| *over <= next.map_or(today, |next| next.min(today)))
            {
                tell(over, SignStatus::Free);
            }
        }
        let unknown_before = match states.first() {
            Some(first) => as_of::began_before(first).then(|| oslo_date(first.valid_at)),
            None => has_row.then_some(today),
        };
        Self { changes, unknown_before }
    }
}

/// The day a rest or a reservation is over, whenever the job that writes it down runs.
fn ends_by_itself(state: &PastState) -> Option<NaiveDate> {
    let ends = matches!(state.status, SignStatus::Reserved | SignStatus::Quarantined);
    state.until.filter(|_| ends)
}

/// What this process has read lately.
#[derive(Debug, Default)]
pub struct Recent(Mutex<HashMap<CallSign, Kept>>);

#[derive(Debug)]
struct Kept {
    events: Arc<Events>,
    /// What the register showed when it was read, without the holder, whom nothing outlasts.
    row: Option<PublicSign>,
    at: DateTime<Utc>,
}

impl Recent {
    fn find(
        &self,
        sign: CallSign,
        row: Option<&PublicSign>,
        now: DateTime<Utc>,
    ) -> Option<Arc<Events>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = kept.get(&sign)?;
        let is_fresh = now - own.at < OLDEST && oslo_date(own.at) == oslo_date(now);
        (is_fresh && own.row.as_ref() == row).then(|| Arc::clone(&own.events))
    }

    fn keep(&self, sign: CallSign, read: Kept) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(sign, read);
    }
}

/// When the status of a sign changed, as far as the registry knows.
///
/// # Errors
/// When the database does not answer.
pub async fn of(app: &App, sign: CallSign) -> Result<Arc<Events>, Failure> {
    let now = app.clock().now();
    // looked at before the database is asked: after a change in between it is another row
    let row = app.register().get(sign).map(|row| PublicSign { holder: None, ..row });
    if let Some(events) = app.sign_events().find(sign, row.as_ref(), now) {
        return Ok(events);
    }
    let states = store::history(app.db().read(), sign).await?;
    let events = Arc::new(Events::of(sign, &states, row.is_some(), oslo_date(now)));
    app.sign_events().keep(sign, Kept { events: Arc::clone(&events), row, at: now });
    Ok(events)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn state(version: i32, at: &str, status: SignStatus, until: Option<&str>) -> PastState {
        PastState {
            status,
            permit: None,
            until: until.map(day),
            reason: Some("Kari Eksempel har sagt det".to_owned()),
            actor: Some("saksbehandler-1".to_owned()),
            valid_at: at.parse().unwrap(),
            version,
        }
    }

    fn events(states: &[PastState], today: &str) -> Vec<(String, String)> {
        let sign = CallSign::parse("LB9ZZ").unwrap();
        let events = Events::of(sign, states, true, day(today));
        events.changes.into_iter().map(|(day, status)| (day.to_string(), status)).collect()
    }

    fn expected(told: &[(&str, &str)]) -> Vec<(String, String)> {
        told.iter().map(|(day, status)| ((*day).to_owned(), (*status).to_owned())).collect()
    }

    #[test]
    fn a_status_is_told_once_and_is_that_of_the_end_of_its_day() {
        use SignStatus::{InUse, Quarantined, Reserved};
        let states = [
            state(1, "2026-01-05T09:00:00Z", Reserved, Some("2026-02-01")),
            state(2, "2026-01-05T10:00:00Z", InUse, None),
            state(3, "2026-03-01T10:00:00Z", InUse, None),
            // past midnight in Norway
            state(4, "2026-03-31T23:00:00Z", Quarantined, Some("2027-04-01")),
        ];
        let told = [("2026-01-05", "inUse"), ("2026-04-01", "quarantined")];
        assert_eq!(events(&states, "2026-05-01"), expected(&told));
    }

    #[test]
    fn a_rest_ends_by_itself_on_its_day_whenever_that_is_written_down() {
        use SignStatus::{Free, InUse, Quarantined};
        let mut states = vec![state(1, "2026-01-05T09:00:00Z", Quarantined, Some("2026-02-01"))];
        let rests = ("2026-01-05", "quarantined");
        let is_free = ("2026-02-01", "free");
        assert_eq!(events(&states, "2026-01-31"), expected(&[rests]));
        assert_eq!(events(&states, "2026-02-01"), expected(&[rests, is_free]));
        states.push(state(2, "2026-02-03T09:00:00Z", Free, None));
        assert_eq!(events(&states, "2026-03-01"), expected(&[rests, is_free]));
        states.push(state(3, "2026-03-01T09:00:00Z", InUse, None));
        let used = ("2026-03-01", "inUse");
        assert_eq!(events(&states, "2026-03-01"), expected(&[rests, is_free, used]));
        // taken up again before the rest was over
        states[1] = state(2, "2026-01-20T09:00:00Z", InUse, None);
        let again = ("2026-01-20", "inUse");
        assert_eq!(events(&states[..2], "2026-03-01"), expected(&[rests, again]));
    }

    #[test]
    fn before_the_first_state_is_known_to_be_unknown_only_where_it_is() {
        let sign = CallSign::parse("LB9ZZ").unwrap();
        let today = day("2026-05-01");
        let known =
            |states: &[PastState], has_row| Events::of(sign, states, has_row, today).unknown_before;
        assert_eq!(known(&[], false), None);
        assert_eq!(known(&[], true), Some(today));
        let first = |version| [state(version, "2026-01-05T09:00:00Z", SignStatus::InUse, None)];
        assert_eq!(known(&first(1), true), None);
        assert_eq!(known(&first(2), true), Some(day("2026-01-05")));
    }
}
